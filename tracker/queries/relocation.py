"""The clearance ledger (征拆进度表): the sites that the filters let through, their totals, and how they stand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.domain.clearance_pace import COURSE_COLOURS, Course, Pace, pace
from tracker.domain.relocation import Use
from tracker.models import Project, Site
from tracker.permissions import Reach, readable
from tracker.queries.relocation_lines import Head, SiteLine, TotalLine, heads, measures, site_line, total_line
from tracker.queries.relocation_state import known_now, known_of, overlay_sites
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
    """How each loaded (perhaps overlaid) site stands; two queries.

    What reports told before the last one is read for the open sites only, and of more than `most` of these not at all:
    they are then under way, whatever their pace.
    """
    told = {row.pk: pace(known_now(row), at.on) for row in rows}
    open_ = [row for row in rows if told[row.pk].course is Course.UNDER_WAY]
    if most is None or len(open_) <= most:
        found = known_of(open_, on=at.on, known=at.known, past=at.past)
        told |= {pk: pace(one, at.on) for pk, one in found.items()}
    return told


def standing(rows: Any, at: At, *, most: int | None = None) -> tuple[list[Site], dict[int, Pace]]:
    """The sites in the ledger's order with how each stands at the moment; three queries, five for a past one.

    What no plan version knew yet at a past moment was not there.
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


def ledger(*, rows: Any, values: Mapping[str, Any], number: str, at: At, language: str) -> Ledger:
    """The page of the ledger; a constant number of queries. `rows` are those of `searched`."""
    wanted, order = values.get("state") or "", values.get("order") or ""
    found, paces = standing(rows, at, most=None if wanted in PACED else MOST_PACES)
    counts = Counter(one.course for one in paces.values())
    if wanted:
        found = [row for row in found if paces[row.pk].course == wanted]
    sums = _sums(rows, found, at, whole=not wanted)
    page = Paginator(ordered(found, paces, order), PER_PAGE).get_page(number if len(number) < 7 else "1")
    shown = _loaded(list(page.object_list), at)
    paces |= paces_of(shown, at)
    projects = Project.objects.select_related("programme").in_bulk({one.project_id for one in sums if one.project_id})
    return Ledger(
        sentence=sentence(counts),
        total=sum(counts.values()),
        parts=parts(counts, values, at),
        page=page,
        sections=tuple(_sections(shown, sums, paces, projects, at, language, grouped=not order)),
        found=tuple(sums),
        rows=tuple(found),
        paces=paces,
        projects=projects,
    )


def _sums(rows: Any, found: Sequence[Site], at: At, *, whole: bool) -> list[Total]:
    """The totals of the sites found: added up in the database, for a past moment from the overlaid rows."""
    if at.past:
        return totals_of(found)
    return totals(rows if whole else rows.filter(pk__in=[row.pk for row in found]))


def _loaded(page: list[Site], at: At) -> list[Site]:
    """The sites of a page with everything that a line names; one query, three for a past moment."""
    found = Site.objects.filter(pk__in=[row.pk for row in page]).select_related(*RELATED).in_bulk()
    shown = [found[row.pk] for row in page if row.pk in found]
    if at.past:
        overlay_sites(shown, on=at.on, known=at.known)
    return shown


def sentence(counts: Mapping[Course, int]) -> str:
    """How many sites stand where, as one sentence."""
    total = sum(counts.values())
    head = ngettext("%(count)d site", "%(count)d sites", total) % {"count": total}
    said = [f"{pace_words.course(code)} {counts[code]}" for code in Course if counts.get(code)]
    return _("%(head)s: %(parts)s.") % {"head": head, "parts": _(", ").join(said)} if said else ""


def parts(counts: Mapping[Course, int], values: Mapping[str, Any], at: At) -> tuple[Part, ...]:
    """The parts of the bar, each leading to the ledger of these sites."""
    kept = {name: value for name, value in values.items() if value and name != "state"}
    moment = f"&{at.query}" if at.query else ""
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
