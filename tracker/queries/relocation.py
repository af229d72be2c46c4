"""The clearance ledger (征拆进度表): the sites that the filters let through, their totals, and how they stand."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from heapq import nlargest
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import BigIntegerField, Case, F, Value, When
from django.db.models.functions import Cast, Extract
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker.domain.clearance_pace import COURSE_COLOURS, Course, Pace, pace
from tracker.domain.relocation import Use
from tracker.models import Project, Site
from tracker.models.worded import WordedRows
from tracker.queries.asked import A_DAY, A_KEY, A_MOMENT
from tracker.queries.relocation_lines import Head, SiteLine, TotalLine, heads, measures, site_line, total_line
from tracker.queries.relocation_sites import Question, Sites, Then
from tracker.queries.relocation_state import known_now, known_of, overlay_sites, with_pace
from tracker.queries.relocation_totals import Total, folded, totals
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
MOST_CHANGES = 20
"""As many sites as are shown of those that changed last."""
ORDERS = {
    "": ORDER,
    "left": (USE_ORDER, F("left").desc(nulls_last=True), *ORDER[1:]),
    "due": (USE_ORDER, F("due_latest").asc(nulls_last=True), *ORDER[1:]),
    "as_of": (USE_ORDER, F("as_of").asc(nulls_first=True), *ORDER[1:]),
}
RELATED = ("project__programme", "unit", "report__citation")
_NAMES = ("code", "name", "name_en")
PRINTED = (
    *(item.name for item in Site._meta.concrete_fields),
    *(f"{one}__{name}" for one in ("project", "project__programme", "unit") for name in _NAMES),
    *("unit__path", "project__programme_id", "report__origin", "report__citation", "report__citation__date_latest"),
)
"""What a page of the ledger prints."""


@dataclass(frozen=True, slots=True)
class At:
    """The moment the ledger speaks of; `query` keeps it in links, `past` as of `edge.Moment`."""

    on: date
    known: datetime
    past: bool
    query: str = ""

    @property
    def then(self) -> Then | None:
        """The moment of which plans and reports are read back; None for now."""
        return (self.on, self.known) if self.past else None


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
    news: tuple[Site, ...]


def paces_of(rows: Sequence[Site], at: At) -> dict[int, Pace]:
    """How each loaded (perhaps overlaid) site stands, with all that its sentence says; two queries, three where any
    stands still. The reports before the last are read of open sites only, since nothing else depends on them.

    Where only the course of very many is asked for, `with_pace` has it from the database.
    """
    stand = {row.pk: pace(known_now(row), at.on) for row in rows}
    open_ = [row for row in rows if stand[row.pk].course is Course.UNDER_WAY]
    found = known_of(open_, on=at.on, known=at.known, past=at.past)
    return stand | {pk: pace(one, at.on) for pk, one in found.items()}


def standing(rows: Any, at: At) -> tuple[list[Site], dict[int, Pace]]:
    """Every site in the ledger's order with how it stands at the moment: one query before those of `paces_of`, three
    for a past one.

    What no plan version knew yet at a past moment was not there.
    """
    found = list(rows.order_by(*ORDER))
    if at.past:
        overlay_sites(found, on=at.on, known=at.known)
        found = [row for row in found if row.plan_number]
    return found, paces_of(found, at)


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
    """What the filters let through: how many stand where, the sums, the keys in order, of those reported on last, the
    last first.
    """

    counts: Mapping[Course, int]
    sums: list[Total]
    ordered: Sequence[int]
    news: Sequence[int]


WHEN: Any = Cast(Extract("reported_at", "epoch", tzinfo=UTC) * Value(1_000_000), BigIntegerField())
"""Microseconds since 1970: of thousands of moments those of twenty are made into one."""
STANDING = {
    order: Question(
        lambda rows, on, known, by=by: with_pace(rows, on, known).order_by(*by).values_list("pk", "standing", WHEN),
        A_DAY,
        A_MOMENT,
    )
    for order, by in ORDERS.items()
}
SHOWN = Question(lambda rows: rows.order_by().select_related(*RELATED).only(*PRINTED))
PROJECTS = WordedRows(lambda keys: Project.objects.filter(pk__among=keys).select_related("programme"), [A_KEY])
COURSES = {course.value: course for course in Course}


def told(sites: Sites, at: At, wanted: str = "", order: str = "") -> Found:
    """What is to be said of all these sites together, without loading them: counted, put in order and added up by the
    database; two queries. Without any site nothing is added up.
    """
    rows = sites.all(STANDING[order], at.on, at.known, then=at.then)
    stand = {pk: COURSES[code] for pk, code, _reported in rows}
    keys = [pk for pk, course in stand.items() if not wanted or course == wanted]
    sums = totals(sites.among(keys) if wanted else sites, at.then) if keys else []
    reported = ((when, pk) for pk, _code, when in rows if when and (not wanted or stand[pk] == wanted))
    return Found(Counter(stand.values()), sums, keys, [pk for _when, pk in nlargest(MOST_CHANGES, reported)])


def ledger(*, sites: Sites, values: Mapping[str, Any], number: str, at: At, language: str) -> Ledger:
    """The page of the ledger; a constant number of queries. `sites` are those of `Sites.searched`."""
    wanted, order = values.get("state") or "", values.get("order") or ""
    found = told(sites, at, wanted, order)
    page = Paginator(found.ordered, PER_PAGE).get_page(number if len(number) < 7 else "1")
    keys = list(page.object_list)
    wanted_rows = list(dict.fromkeys([*keys, *found.news]))
    loaded = {row.pk: row for row in sites.among(wanted_rows).all(SHOWN, then=at.then)} if keys else {}
    shown = [loaded[key] for key in keys if key in loaded]
    paces = paces_of(shown, at)
    projects = {row.pk: row for row in PROJECTS.all([*{one.project_id for one in found.sums}])}
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
        news=tuple(loaded[pk] for pk in found.news if pk in loaded),
    )


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
