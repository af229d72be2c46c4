"""The timeline: programmes, their projects, and of the projects that are opened milestones and lines of the ledgers.

Groups fold here, not in the browser: which rows there are is known from one light list of projects, the counts of a
folded group come from SQL, and only the milestones of the page shown are read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from tracker.models import Dependency, Milestone
from tracker.permissions import Reach, readable
from tracker.queries import timeline_counts as counts
from tracker.queries import timeline_ledgers as ledgers
from tracker.queries.schedules import Drawn, project_schedules
from tracker.queries.tallies import Tally, tally
from tracker.queries.tender_clock import moved_in
from tracker.queries.timeline_rows import Row, group_row, milestone_row, placed
from tracker.queries.timeline_wanted import ALL, NOW, Wanted, between, lit

PAGE = 140
"""Rows on one page."""
OPENED_BY_ITSELF = 120
"""A search that finds no more milestones than this opens their projects."""
NAMED_ONE_BY_ONE = 200
"""With more opened projects than this, counting all of them is quicker than naming them."""


@dataclass(frozen=True, slots=True)
class Link:
    """A dependency both ends of which are rows of the page: positions of the rows, its kind."""

    before: int
    after: int
    kind: str
    critical: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of rows. `total` counts the rows of all pages.

    `tally` and `undated` count the milestones of the programmes that begin on this page: counting tens of thousands
    that it does not show would be most of its cost. `networked`: a row tells how long it can wait; `lawful`: one
    shows a lawful period. `lines` counts the ledgers' lines of this page.
    """

    rows: tuple[Row, ...]
    total: int
    page: int
    pages: int
    first: int
    programmes: int
    projects: int
    tally: Tally
    undated: int
    open_by_itself: bool
    links: tuple[Link, ...] = ()
    networked: bool = False
    lawful: bool = False
    lines: int = 0


@dataclass(slots=True)
class _Group:
    """A programme with its projects, before any of their rows are made."""

    pk: int
    code: str
    closed: bool
    projects: list[tuple[int, str]] = field(default_factory=list)


def timeline(*, reach: Reach, on: date, language: str, wanted: Wanted) -> Timeline:
    """The page of the timeline that is asked for; the number of queries does not depend on the number of rows."""
    rows = _milestones(reach, on, wanted)
    fitting = ledgers.fitting(reach, on, wanted)
    matching = (rows, *(found for _ledger, found in fitting or ())) if wanted.narrowed else ()
    groups, projects = _groups(reach, wanted, matching)
    itself = bool(wanted.text or wanted.state) and rows.count() <= OPENED_BY_ITSELF
    opened = {pk for pk, code in projects if _is_open(code, wanted, itself)}
    added, lines = _counts(rows, opened), ledgers.held(opened, reach=reach, wanted=wanted, among=fitting)
    total = sum(
        1 + (0 if one.closed else sum(1 + added.get(pk, 0) + len(lines.get(pk, ())) for pk, _code in one.projects))
        for one in groups
    )
    pages = max(1, -(-total // PAGE))
    page = min(max(1, wanted.page), pages)
    slots = list(_slice(groups, added, lines, (page - 1) * PAGE, page * PAGE))
    shown = [pk for kind, pk, _a, _b in slots if kind == "programme"]
    among = rows if wanted.narrowed else None
    found = counts.counted("programme", shown, among=among, reach=reach, on=on)
    networks = _networks(slots, reach, on)
    drawn = tuple(_rows(slots, rows, _Shown(reach, among, found, opened, lines, networks), on, language))
    states: dict[str, int] = {}
    for per_state, _span, _undated in found.values():
        for state, count in per_state.items():
            states[state] = states.get(state, 0) + count
    return Timeline(
        rows=drawn,
        total=total,
        page=page,
        pages=pages,
        first=(page - 1) * PAGE + 1 if total else 0,
        programmes=len(groups),
        projects=len(projects),
        tally=tally(states),
        undated=sum(undated for _states, _span, undated in found.values()),
        open_by_itself=itself,
        links=tuple(_links(drawn, networks, every=wanted.links)) if wanted.links or networks else (),
        networked=any(row.network for row in drawn),
        lawful=any(row.laws for row in drawn),
        lines=sum(1 for row in drawn if row.ledger),
    )


def _milestones(reach: Reach, on: date, wanted: Wanted) -> Any:
    """Current milestones in reach that the filters let through; undated ones lie in every window."""
    rows = Milestone.objects.current().filter(readable(reach))
    if wanted.programme:
        rows = rows.filter(project__programme__code=wanted.programme)
    if wanted.unit_path:
        rows = rows.filter(unit__path__startswith=wanted.unit_path)
    if wanted.text:
        text = wanted.text
        rows = rows.filter(
            Q(name__icontains=text)
            | Q(name_en__icontains=text)
            | Q(code__icontains=text)
            | Q(sort_key__sounds=text)
            | Q(project__name__icontains=text)
            | Q(project__name_en__icontains=text)
            | Q(project__code__iexact=text)
        )
    return lit(between(rows, wanted, "due_earliest", "due_latest"), wanted, on).order_by()


def _groups(reach: Reach, wanted: Wanted, matching: Sequence[Any]) -> tuple[list[_Group], list[tuple[int, str]]]:
    """The programmes with their projects, in their order; with filters, only what holds anything that matches."""
    programmes, projects = counts.groups(reach, programme=wanted.programme, matching=matching)
    groups = {pk: _Group(pk, code, code in wanted.closed) for pk, code in programmes}
    for pk, code, programme in projects:
        if programme in groups:
            groups[programme].projects.append((pk, code))
    kept = [group for group in groups.values() if group.projects or not matching]
    return kept, [project for group in kept for project in group.projects]


def _is_open(code: str, wanted: Wanted, itself: bool) -> bool:
    return code in wanted.opened or ((itself or ALL in wanted.opened) and code not in wanted.closed)


def _counts(rows: Any, opened: set[int]) -> dict[int, int]:
    """How many rows each opened project adds."""
    if not opened:
        return {}
    if len(opened) <= NAMED_ONE_BY_ONE:
        rows = rows.filter(project_id__in=opened)
    counts = rows.values_list("project_id").annotate(n=Count("pk"))
    return {pk: count for pk, count in counts if pk in opened}


Slot = tuple[str, int, int, int]
"""What, whose key, and of the milestones or lines of a project which: from, to."""


def _networks(slots: list[Slot], reach: Reach, on: date) -> dict[int, Drawn]:
    """The schedules of the projects whose milestones are shown; nothing is asked where none are."""
    shown = [pk for kind, pk, _a, _b in slots if kind == "milestones"]
    return project_schedules(shown, reach=reach, on=on, known=NOW, past=False)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the rows are made from: the milestones that count (None for all in reach), counts of programmes, the
    opened projects, their lines of the ledgers, the schedules of those shown.
    """

    reach: Reach
    among: Any
    counts: dict[int, counts.Counted]
    opened: set[int]
    lines: dict[int, list[ledgers.Line]]
    networks: dict[int, Drawn]


def _slice(
    groups: Iterable[_Group], counts: dict[int, int], lines: dict[int, list[ledgers.Line]], first: int, last: int
) -> Iterator[Slot]:
    """The slots of the rows numbered from `first` up to `last`."""
    at = 0
    for group in groups:
        if first <= at < last:
            yield ("programme", group.pk, 0, int(group.closed))
        at += 1
        for pk, _code in () if group.closed else group.projects:
            if first <= at < last:
                yield ("project", pk, 0, 0)
            at += 1
            for kind, held in (("milestones", counts.get(pk, 0)), ("lines", len(lines.get(pk, ())))):
                a, b = max(first - at, 0), min(last - at, held)
                if a < b:
                    yield (kind, pk, a, b)
                at += held
            if at >= last:
                return


def _rows(slots: list[Slot], rows: Any, known: _Shown, on: date, language: str) -> list[Row]:
    """The rows of the slots, in their order."""
    found, opened = known.counts, known.opened
    keys = {kind: [pk for what, pk, _a, _b in slots if what == kind] for kind in ("programme", "project")}
    names = {kind: counts.names(kind, held, language) for kind, held in keys.items()}
    held = keys["project"]
    per_project = counts.counted("project", held, among=known.among, reach=known.reach, on=on)
    dots = counts.dots([pk for pk in held if pk not in opened], among=known.among, reach=known.reach, on=on)
    milestones = _loaded(rows, [pk for kind, pk, _a, _b in slots if kind == "milestones"])
    part_of = {pk: milestones.get(pk, [])[a:b] for kind, pk, a, b in slots if kind == "milestones"}
    packages = ledgers.packages_of(
        [one.pk for part in part_of.values() for one in part], reach=known.reach, language=language
    )
    moved = moved_in(list(part_of), reach=known.reach, on=on)
    lines_of = {pk: known.lines[pk][a:b] for kind, pk, a, b in slots if kind == "lines"}
    lines = ledgers.line_rows(
        (one for part in lines_of.values() for one in part), reach=known.reach, on=on, language=language
    )
    shown: list[Row] = []
    for kind, pk, _a, b in slots:
        if kind == "milestones":
            network = known.networks.get(pk)
            spots = {one.pk: placed(one.code, network) for one in part_of[pk]} if network else {}
            shown += [
                milestone_row(one, on, language, spots.get(one.pk), packages.get(one.pk, ""), moved.get(one.code))
                for one in part_of[pk]
            ]
            continue
        if kind == "lines":
            shown += [lines[one] for one in lines_of[pk] if one in lines]
            continue
        code, name = names[kind][pk]
        states, span, _undated = (found if kind == "programme" else per_project).get(pk, ({}, (None, None), 0))
        unfolded = not b if kind == "programme" else pk in opened
        address = reverse(kind, args=[code])
        marks = dots.get(pk, ()) if kind == "project" else ()
        shown.append(group_row(kind, (code, name, address), tally(states), span, unfolded, marks))
    return shown


def _loaded(rows: Any, projects: list[int]) -> dict[int, list[Milestone]]:
    """The milestones of opened projects with what their rows name; two queries (the second for their sources)."""
    found: dict[int, list[Milestone]] = {}
    if not projects:
        return found
    wanted = rows.filter(project_id__in=projects).order_by("project_id", "position", "code")
    wanted = wanted.select_related("unit", "project__programme", "report__citation__document")
    for row in wanted.prefetch_related("citations__document"):
        found.setdefault(row.project_id, []).append(row)
    return found


def _links(rows: Sequence[Row], networks: dict[int, Drawn], *, every: bool) -> Iterator[Link]:
    """The dependencies between milestones of the page that both have a day: every one, or the critical path's."""
    made = [one.schedule for one in networks.values()]
    paths = [one.critical_path for one in made] + [goal.path for one in made for goal in one.goals]
    driving = {pair for path in paths for pair in pairwise(path)}
    at = {row.pk: number for number, row in enumerate(rows) if row.kind == "milestone" and row.latest}
    found = Dependency.objects.filter(predecessor__in=at, successor__in=at)
    for before, after, kind in found.order_by("pk").values_list("predecessor_id", "successor_id", "kind"):
        one, other = rows[at[before]], rows[at[after]]
        critical = one.critical and other.critical and (one.code, other.code) in driving
        if every or critical:
            yield Link(at[before], at[after], kind, critical)
