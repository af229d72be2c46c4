"""The clearance ledger (征拆进度表): the sites that the filters let through, their totals, and how they stand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, F, Q, Value, When
from django.db.models import Count as Number
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.domain.clearance_pace import COURSE_COLOURS, Course, Pace, pace
from tracker.domain.relocation import Count, Use
from tracker.models import Project, Site
from tracker.permissions import Reach, readable
from tracker.queries.relocation_lines import Head, SiteLine, TotalLine, heads, measures, site_line, total_line
from tracker.queries.relocation_state import CLEARED, known_now, known_of, overlay_sites, with_course
from tracker.queries.relocation_totals import Total, folded, totals, totals_of
from tracker.queries.tallies import Part
from tracker.words import clearance_pace as pace_words
from tracker.words import relocation as relocation_words

PER_PAGE = 50
USE_ORDER = Case(*(When(use=use.value, then=Value(number)) for number, use in enumerate(Use)))
ORDER = (
    USE_ORDER,
    "project__programme__position",
    "project__programme__code",
    "project__position",
    "project__code",
    "position",
    "code",
)
MOST_PACES = 400
"""Of more open sites than this the reports are not read just to count who is behind; those of a page always are."""
PACED = (Course.STALLED, Course.BEHIND, Course.ON_COURSE, Course.UNDER_WAY)
ORDERS = {
    "": ORDER,
    "left": (USE_ORDER, F("left").desc(nulls_last=True), *ORDER[1:]),
    "due": (USE_ORDER, F("due_latest").asc(nulls_last=True), *ORDER[1:]),
    "as_of": (USE_ORDER, F("as_of").asc(nulls_first=True), *ORDER[1:]),
}
NEEDED = (
    "use",
    "as_of",
    "due_latest",
    *(f"scope_{count}{part}" for count in Count for part in ("", "_qualifier")),
    *CLEARED,
)
"""What the pace of a site is reckoned from."""
RELATED = ("project__programme", "unit", "report__citation")


@dataclass(frozen=True, slots=True)
class At:
    """The moment the ledger speaks of; `query` keeps it in links, `past` as of `edge.Moment`."""

    on: date
    known: datetime
    past: bool
    query: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The sites of one project on this page, with the totals of all its sites of this use."""

    project: tuple[str, str] | None
    programme: tuple[str, str] | None
    lines: tuple[SiteLine, ...]
    totals: tuple[TotalLine, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The sites of one use: a table of its own, since its columns are counted in their own measures."""

    use: Use
    label: str
    measures: str
    heads: tuple[Head, ...]
    columns: int
    groups: tuple[Group, ...]
    totals: tuple[TotalLine, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything the ledger's page shows of its sites."""

    sentence: str
    total: int
    parts: tuple[Part, ...]
    page: Page[Any]
    sections: tuple[Section, ...]
    found: tuple[Total, ...]
    rows: tuple[Site, ...]
    paces: Mapping[int, Pace]
    projects: Mapping[int, Project]
    news: Any


def listed(*, reach: Reach) -> Any:
    """Every current site in reach; nothing is read yet."""
    return Site.objects.current().filter(readable(reach))


def searched(rows: Any, values: Mapping[str, Any], unit_path: str) -> Any:
    """The rows the filters let through, but for the state; `values` are those of `forms.relocation_filter`."""
    if values.get("programme"):
        rows = rows.filter(project__programme__code=values["programme"])
    if values.get("project"):
        rows = rows.filter(project__code__iexact=values["project"].strip())
    if values.get("use"):
        rows = rows.filter(use=values["use"])
    if unit_path:
        rows = rows.filter(unit__path__startswith=unit_path)
    text = (values.get("q") or "").strip()
    if text:
        like = Q()
        for name in ("place", "place_en", "name", "name_en", "code", "sort_key"):
            like |= Q(**{f"{name}__icontains": text})
        rows = rows.filter(like)
    return rows


def paces_of(rows: Sequence[Site], at: At, *, most: int | None = None) -> dict[int, Pace]:
    """How each loaded (perhaps overlaid) site stands; two queries. The reports before the last are read of open sites
    only, since nothing else depends on them.
    """
    stand = {row.pk: pace(known_now(row), at.on) for row in rows}
    open_ = [row for row in rows if stand[row.pk].course is Course.UNDER_WAY]
    if most is not None and len(open_) > most:
        return stand
    found = known_of(open_, on=at.on, known=at.known, past=at.past)
    return stand | {pk: pace(one, at.on) for pk, one in found.items()}


def standing(rows: Any, at: At, *, most: int | None = None) -> tuple[list[Site], dict[int, Pace]]:
    """Every site in the ledger's order with how it stands at the moment; three queries, five for a past one.

    What no plan version knew yet at a past moment was not there. Of more than `most` open sites the pace is not read.
    """
    found = list(rows.order_by(*ORDER))
    if at.past:
        overlay_sites(found, on=at.on, known=at.known)
        found = [row for row in found if row.plan_number]
    return found, paces_of(found, at, most=most)


def ordered(rows: list[Site], paces: Mapping[int, Pace], order: str) -> list[Site]:
    """The rows in the order asked for, uses apart; those without what is asked for come last."""
    place = {use.value: number for number, use in enumerate(Use)}
    if order == "left":
        return sorted(rows, key=lambda row: (place[row.use], -(paces[row.pk].left or 0)))
    if order == "due":
        return sorted(rows, key=lambda row: (place[row.use], row.due_latest or date.max))
    if order == "as_of":
        return sorted(rows, key=lambda row: (place[row.use], row.as_of or date.min))
    return rows


@dataclass(frozen=True, slots=True)
class Found:
    """What the filters let through: how many stand where, the sums, the keys (or rows) in order, what changed last."""

    counts: Mapping[Course, int]
    sums: list[Total]
    ordered: Any
    news: Any


def _now(rows: Any, at: At, wanted: str, order: str) -> Found:
    """For now: counted, added up and put in order by the database; four queries, or two more for the paces."""
    marked = with_course(rows, at.on)
    counts = Counter(
        {Course(code): count for code, count in marked.order_by().values_list("course").annotate(n=Number("pk"))}
    )
    open_ = counts[Course.UNDER_WAY]
    paced: dict[int, Course] = {}
    if open_ and (open_ <= MOST_PACES or wanted in PACED):
        loaded = list(marked.filter(course=Course.UNDER_WAY).order_by().only(*NEEDED))
        paced = {pk: one.course for pk, one in paces_of(loaded, at).items()}
        counts[Course.UNDER_WAY] = 0
        counts.update(paced.values())
    if wanted in PACED:
        marked = marked.filter(pk__in=[pk for pk, course in paced.items() if course == wanted])
    elif wanted:
        marked = marked.filter(course=wanted)
    sums = totals(rows.filter(pk__in=marked.order_by().values("pk")) if wanted else rows)
    return Found(counts, sums, marked.order_by(*ORDERS[order]).values_list("pk", flat=True), marked)


def _then(rows: Any, at: At, wanted: str, order: str) -> Found:
    """For a past moment: from every site as it was then; five queries."""
    found, paces = standing(rows, at, most=None if wanted in PACED else MOST_PACES)
    counts = Counter(one.course for one in paces.values())
    kept = [row for row in found if not wanted or paces[row.pk].course == wanted]
    return Found(counts, totals_of(kept), [row.pk for row in ordered(kept, paces, order)], kept)


def told(rows: Any, at: At, wanted: str = "", order: str = "") -> Found:
    """What is to be said of all these sites together, without loading them for now."""
    return (_then if at.past else _now)(rows, at, wanted, order)


def ledger(*, rows: Any, values: Mapping[str, Any], number: str, at: At, language: str) -> Ledger:
    """The page of the ledger; a constant number of queries. `rows` are those of `searched`."""
    wanted, order = values.get("state") or "", values.get("order") or ""
    found = told(rows, at, wanted, order)
    page = Paginator(found.ordered, PER_PAGE).get_page(number if len(number) < 7 else "1")
    shown = _loaded(list(page.object_list), at)
    paces = paces_of(shown, at)
    projects = Project.objects.select_related("programme").in_bulk({one.project_id for one in found.sums})
    return Ledger(
        sentence=sentence(found.counts),
        total=sum(found.counts.values()),
        parts=parts(found.counts, values, at.query),
        page=page,
        sections=tuple(_sections(shown, found.sums, paces, projects, at, language, grouped=not order)),
        found=tuple(found.sums),
        rows=tuple(shown),
        paces=paces,
        projects=projects,
        news=found.news,
    )


def _loaded(keys: Sequence[int], at: At) -> list[Site]:
    """The sites of a page with everything that a line names; one query, three for a past moment."""
    found = Site.objects.filter(pk__in=keys).select_related(*RELATED).in_bulk()
    shown = [found[key] for key in keys if key in found]
    if at.past:
        overlay_sites(shown, on=at.on, known=at.known)
    return shown


def sentence(counts: Mapping[Course, int]) -> str:
    """How many sites stand where, as one sentence."""
    total = sum(counts.values())
    head = ngettext("%(count)d site", "%(count)d sites", total) % {"count": total}
    said = [f"{pace_words.course(code)} {counts[code]}" for code in Course if counts.get(code)]
    return _("%(head)s: %(parts)s.") % {"head": head, "parts": _(", ").join(said)} if said else ""


def parts(counts: Mapping[Course, int], values: Mapping[str, Any], query: str = "") -> tuple[Part, ...]:
    """The parts of the bar, each leading to the ledger of these sites."""
    kept = {name: value for name, value in values.items() if value and name != "state"}
    moment = f"&{query}" if query else ""
    address = reverse("relocation")
    return tuple(
        Part(
            COURSE_COLOURS[code],
            pace_words.course(code),
            counts.get(code, 0),
            f"{address}?{urlencode({**kept, 'state': code.value})}{moment}",
        )
        for code in Course
    )


def _sections(
    rows: Sequence[Site],
    sums: Sequence[Total],
    paces: Mapping[int, Pace],
    projects: Mapping[int, Project],
    at: At,
    language: str,
    *,
    grouped: bool,
) -> list[Section]:
    found = []
    for use, of_use in groupby(rows, key=lambda row: row.use):
        kept, mine = list(of_use), [one for one in sums if one.use == use]
        groups = [
            Group(
                project=(projects[key].code, projects[key].called(language)) if key else None,
                programme=_programme(projects[key], language) if key else None,
                lines=tuple(site_line(row, paces[row.pk], language=language, query=at.query) for row in held),
                totals=_totals(
                    [one for one in mine if one.project_id == key and one.sites > 1], language, _("Subtotal")
                )
                if key
                else (),
            )
            for key, held in (
                (key, list(of)) for key, of in groupby(kept, key=lambda r: r.project_id if grouped else 0)
            )
        ]
        titles = tuple(heads(Use(use)))
        found.append(
            Section(
                use=Use(use),
                label=str(relocation_words.USES[Use(use)]),
                measures=measures(Use(use)),
                heads=titles,
                columns=sum(max(len(one.parts), 1) for one in titles),
                groups=tuple(groups),
                totals=_totals(folded(mine, by=lambda _one: None), language, _("Total")),
            )
        )
    return found


def _programme(project: Project, language: str) -> tuple[str, str]:
    return project.programme.code, project.programme.called(language)


def _totals(found: Sequence[Total], language: str, label: str) -> tuple[TotalLine, ...]:
    """The totals as lines: what counts first, then what a source reports beside its totals."""
    rows = sorted(found, key=lambda one: (not one.in_total, one.basis))
    return tuple(total_line(one, language=language, label=label) for one in rows)
