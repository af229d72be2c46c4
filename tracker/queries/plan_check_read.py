"""What a plan check reads: a block of projects with all that hangs off them, in as many queries however many rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q

from tracker.domain.plan_check import Answering, DayCount, Days, Held, Plan, Step, Target
from tracker.domain.reporting import ReportState
from tracker.domain.schedule_values import Link, Tie
from tracker.domain.states import Status
from tracker.domain.windows import Window, in_force
from tracker.models import (
    Appointment,
    CalendarDay,
    Dependency,
    Metric,
    Milestone,
    ProcessUseWindow,
    Project,
    Report,
    Role,
    StatutoryWindow,
)
from tracker.models.days import DUE, span
from tracker.permissions import Permission, Reach, readable
from tracker.queries.milestones import named
from tracker.queries.scope import projects_in_reach

BLOCK = 100
"""As many projects are read for one page: some two thousand milestones."""
CLOSED = (Status.DONE, Status.SUSPENDED)
STEP = (
    "pk", "code", "project__code", "project__programme__code", "name", "name_en", "label", "unit__path",
    "planned_start", "duration", "duration_unit", *DUE, "constraint", "constraint_day",
    "weight", "status", "actual_start", "actual_finish", "forecast_latest",
    "project__programme__tracking_from", "step_type", "planned_at",
)  # fmt: skip
TARGET = (
    "code", "label", "unit__path", "programme__code", "project__code", "measure", "target_qualifier", "direction",
    "derived", *DUE, "parent__code", "parent_label", "parent__unit__path", *(f"parent__{name}" for name in DUE),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """Some projects in their order: the `number`-th hundred (from 1) of `total`.

    `beginning` are the programmes that begin in it: what is found about a programme as a whole is told there.
    """

    number: int
    total: int
    projects: tuple[Project, ...]
    beginning: frozenset[int]

    @property
    def first(self) -> int:
        """The place of its first project, from 1; 0 where there is none."""
        return (self.number - 1) * BLOCK + 1 if self.projects else 0

    @property
    def last(self) -> int:
        """The place of its last project."""
        return (self.number - 1) * BLOCK + len(self.projects)

    @property
    def previous(self) -> int:
        """The number of the block before it."""
        return self.number - 1

    @property
    def next(self) -> int:
        """The number of the block after it."""
        return self.number + 1


@dataclass(slots=True)
class Material:
    """What was read: the plan, and what is needed to word it: names, and the unit each item belongs to, by code."""

    plan: Plan
    names: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)


def block(*, reach: Reach, programme: str, project: str, number: int) -> Block:
    """The projects in reach of a programme, of one project, or of all; a block beyond the last is the last one.

    Two queries.
    """
    rows = projects_in_reach(reach)
    if programme:
        rows = rows.filter(programme__code=programme)
    if project:
        rows = rows.filter(code__iexact=project)
    total = rows.count()
    number = max(1, min(number, -(-total // BLOCK)))
    start = (number - 1) * BLOCK
    ordered = rows.select_related("programme").order_by("programme__position", "programme__code", "position", "code")
    found = list(ordered[max(start - 1, 0) : start + BLOCK])
    before, kept = (found[:1], found[1:]) if start else ([], found)
    beginning = {row.programme_id for row in kept} - {row.programme_id for row in before}
    return Block(number, total, tuple(kept), frozenset() if project else frozenset(beginning))


def days(today: date) -> Days:
    """The calendars; two queries, and one for each region that has days of its own."""
    national = CalendarDay.objects.calendar()
    own = CalendarDay.objects.exclude(region="").order_by().values_list("region", flat=True).distinct()
    return Days(today, national, {region: CalendarDay.objects.calendar(region) for region in own})


def material(found: Block, *, reach: Reach, today: date, language: str) -> Material:
    """The milestones, links, windows and metrics of a block, and how its programmes stand as a whole."""
    read = Material(Plan())
    keys = [row.pk for row in found.projects]
    mine = Milestone.objects.current().filter(readable(reach))
    rows = _steps(mine.filter(project__in=keys).order_by("project", "position", "code"), language)
    late = _late_since([row for row in rows if _late(row)])
    steps = [_step(row, late.get(row["pk"])) for row in rows]
    links = _links([row["pk"] for row in rows])
    held = list(ProcessUseWindow.objects.filter(use__project__in=keys).select_related("use", "window"))
    ends = {pk for link in links for pk in (link.predecessor_id, link.successor_id)}
    ends |= {pk for one in held for pk in (one.since_id, one.until_id) if pk}
    elsewhere = (ends - {row["pk"] for row in rows}) | {0}  # never empty: a page asks as often with links as without
    around = _steps(mine.filter(pk__in=elsewhere), language)
    codes = {row["pk"]: row["code"] for row in (*rows, *around)}
    for row in (*rows, *around):
        read.names[row["code"]], read.paths[row["code"]] = row["label"], row["unit__path"]
    targets = list(_targets(read, _metrics(found, reach, language), reach))
    answering = list(_answering(read, found, reach, today, language))
    read.plan = Plan(
        steps=tuple(steps),
        around=tuple(_step(row, None) for row in around),
        ties=tuple(_ties(links, codes)),
        held=tuple(_held(held, codes, today)),
        targets=tuple(targets),
        days=tuple(_days(found, mine)),
        answering=tuple(answering),
    )
    return read


def _steps(rows: Any, language: str) -> list[dict[str, Any]]:
    return list(rows.annotate(label=named("", language)).values(*STEP))


def _step(row: dict[str, Any], late_since: date | None) -> Step:
    due = (row[f"due_{part}"] for part in ("text", "earliest", "latest", "precision", "kind"))
    return Step(
        code=row["code"],
        project=row["project__code"],
        programme=row["project__programme__code"],
        name=row["name"],
        english=bool(row["name_en"]),
        start=row["planned_start"],
        duration=row["duration"],
        duration_unit=row["duration_unit"],
        due=span(*due),
        bound=row["constraint"],
        bound_day=row["constraint_day"],
        weighs=bool(row["weight"]),
        status=Status(row["status"]) if row["status"] else None,
        actual_start=row["actual_start"],
        actual_finish=row["actual_finish"],
        forecast_latest=row["forecast_latest"],
        late_since=late_since,
        tracking_from=row["project__programme__tracking_from"],
        from_template=bool(row["step_type"]),
    )


def _late(row: dict[str, Any]) -> bool:
    due, forecast = row["due_latest"], row["forecast_latest"]
    return due is not None and forecast is not None and forecast > due and row["status"] not in CLOSED


def _late_since(rows: list[dict[str, Any]]) -> dict[int, date]:
    """Since when the reports of each milestone have expected it later than its plan says, without a break; one query.

    Reports accepted before the plan was last changed spoke of another plan; one without a forecast changes nothing.
    """
    plans = {row["pk"]: (row["due_latest"], row["planned_at"]) for row in rows}
    reports = Report.objects.filter(milestone__in=plans, state=ReportState.ACCEPTED)
    reports = reports.exclude(successors__state=ReportState.ACCEPTED).order_by("milestone", "as_of", "accepted_at")
    since: dict[int, date] = {}
    for pk, as_of, accepted, forecast in reports.values_list(
        "milestone_id", "as_of", "accepted_at", "on_milestone__forecast_latest"
    ):
        due, planned = plans[pk]
        if forecast is None or (planned and accepted < planned):
            continue
        if forecast > due:
            since.setdefault(pk, as_of)
        else:
            since.pop(pk, None)
    return since


def _links(milestones: list[int]) -> list[Dependency]:
    """Links with an end among the milestones, both ends of which are still there."""
    live = Q(predecessor__retired_at__isnull=True, successor__retired_at__isnull=True)
    mine = Q(predecessor__in=milestones) | Q(successor__in=milestones)
    return list(Dependency.objects.filter(live & mine).order_by("pk"))


def _ties(links: Iterable[Dependency], codes: dict[int, str]) -> Iterator[Tie]:
    """Links whose ends are both known; what lies out of reach keeps its place under a number, never its name."""
    for link in links:
        first, then = (codes.get(pk, f"#{pk}") for pk in (link.predecessor_id, link.successor_id))
        yield Tie(first, then, Link(link.kind), link.lag, link.lag_unit)


def _held(rows: list[ProcessUseWindow], codes: dict[int, str], today: date) -> Iterator[Held]:
    """The windows of applied processes, each with the version in force today; one query."""
    versions: dict[str, list[Window]] = defaultdict(list)
    for version in StatutoryWindow.objects.filter(code__in={row.window.code for row in rows}):
        versions[version.code].append(version.value())
    for row in rows:
        now = in_force(versions[row.window.code], on=today, region=row.use.region)
        yield Held(
            kept=row.window.value(),
            now=now[0] if now else None,
            region=row.use.region,
            since=codes.get(row.since_id, f"#{row.since_id}") if row.since_id else "",
            until=codes.get(row.until_id, f"#{row.until_id}"),
            since_end=row.since_end,
            until_end=row.until_end,
        )


def _metrics(found: Block, reach: Reach, language: str) -> Any:
    mine = Metric.objects.current().filter(readable(reach))
    whole = Q(project__isnull=True, programme__in=found.beginning)
    rows = mine.filter(Q(project__in=[row.pk for row in found.projects]) | whole)
    rows = rows.annotate(label=named("", language), parent_label=named("parent__", language))
    return rows.order_by("programme__position", "programme__code", "position", "code").values(*TARGET)


def _targets(read: Material, rows: Any, reach: Reach) -> Iterator[Target]:
    for row in rows:
        read.names[row["code"]], read.paths[row["code"]] = row["label"], row["unit__path"]
        parent = row["parent__code"] or ""
        if parent and not (reach.sees_all() or reach.may(Permission.READ, row["parent__unit__path"])):
            parent = ""
        if parent:
            read.names[parent] = row["parent_label"]
        parts = ("text", "earliest", "latest", "precision", "kind")
        yield Target(
            code=row["code"],
            programme=row["programme__code"],
            project=row["project__code"] or "",
            measure=row["measure"],
            stated=bool(row["target_qualifier"]),
            withheld=row["target_qualifier"] == "withheld",
            cap=row["direction"] == "cap",
            derived=row["derived"],
            due=span(*(row[f"due_{part}"] for part in parts)),
            parent=parent,
            parent_due=span(*(row[f"parent__due_{part}"] for part in parts)) if parent else None,
        )


def _days(found: Block, mine: Any) -> Iterator[DayCount]:
    """How many open milestones of each programme that begins here end on which day; one query."""
    rows = mine.filter(project__programme__in=found.beginning, due_latest__isnull=False).exclude(status__in=CLOSED)
    counted = rows.order_by("project__programme__code", "due_latest").values_list(
        "project__programme__code", "due_latest"
    )
    years = Count("pk", filter=Q(due_precision="year"))
    for code, day, count, only_years in counted.annotate(count=Count("pk"), years=years):
        yield DayCount(code, day, count, only_years)


def _answering(read: Material, found: Block, reach: Reach, today: date, language: str) -> Iterator[Answering]:
    """The units that answer for open items of each programme that begins here; three queries."""
    items: dict[tuple[str, str], list[Any]] = {}
    open_ones = Milestone.objects.current().filter(readable(reach), project__programme__in=found.beginning)
    both = (
        (open_ones.exclude(status__in=CLOSED), "project__programme__code"),
        (Metric.objects.current().filter(readable(reach), programme__in=found.beginning, derived=False),
         "programme__code"),
    )  # fmt: skip
    for rows, programme in both:
        shown = rows.annotate(unit_label=named("unit__", language)).order_by()
        columns = (programme, "unit__code", "unit__path", "unit__retired_at", "unit_label")
        for code, unit, path, retired, label, count in shown.values_list(*columns).annotate(count=Count("pk")):
            items.setdefault((code, unit), [path, bool(retired), 0])[2] += count
            read.names[unit] = label
    posts = Appointment.objects.filter(role=Role.OFFICIAL, valid_from__lte=today, user__is_active=True)
    posts = posts.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), unit__retired_at__isnull=True)
    staffed = tuple(posts.order_by().values_list("unit__path", flat=True).distinct())
    for (code, unit), (path, retired, count) in sorted(items.items()):
        yield Answering(code, unit, count, retired, path.startswith(staffed))
