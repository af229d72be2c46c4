"""The rows a project's schedule is made of, read for many projects at once and handed to the domain as values.

Where a suspension has moved a milestone of a tender package, its schedule speaks of the day it has moved to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import BooleanField, ExpressionWrapper, Q

from tracker.domain.calendars import Calendar
from tracker.domain.project_schedule import Held, Item, ProjectSchedule, project_schedule
from tracker.domain.schedule import Link, Tie
from tracker.domain.states import DateState, Status, read
from tracker.domain.windows import Window, in_force
from tracker.models.calendars import EMPTY, CalendarDay
from tracker.models.milestones import AnyDependency, Milestone, dependencies
from tracker.models.processes import ProcessUse, ProcessUseWindow
from tracker.models.tender_clock import Moved, loaded, moved_plans, open_steps, stopped
from tracker.models.tenders import Package, PackageStep
from tracker.models.windows import StatutoryWindow

COLUMNS = (
    "project_id",
    "code",
    "name",
    "name_en",
    "retired_at",
    "plan_number",
    "position",
    "step_type",
    "planned_start",
    "duration",
    "duration_unit",
    "constraint",
    "constraint_day",
    "due_earliest",
    "due_latest",
    "status",
    "progress",
    "actual_start",
    "actual_finish",
    "forecast_latest",
    "as_of",
    "project__programme__tracking_from",
)
PARENTS = "project__programme"
Overlay = Callable[[Sequence[Milestone]], None]
FEW, MANY = 50, 2000
"""Up to so many projects ties are sought by their milestones' keys; beyond MANY, the milestones of all are read."""


@dataclass
class Network:
    """One project's milestones (`rows`, by code, with those of other projects that are tied to them), and the rest.

    `clock` are the open steps of tender packages that a suspension may have moved, of this project or another.
    """

    project_id: int
    rows: dict[str, Milestone] = field(default_factory=dict)
    outside: dict[str, Milestone] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    goals: set[str] = field(default_factory=set)
    region: str = ""
    clock: Sequence[PackageStep] = ()

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to place: no tie, no window, no duration."""
        return not (self.ties or self.held or any(row.duration for row in self.rows.values()))

    @property
    def counts_days(self) -> bool:
        """Whether anything asks the calendar: a window, work or a lag in working days."""
        worked = any(row.duration_unit == "wd" for row in self.rows.values())
        return worked or bool(self.held) or any(tie.lag_unit == "wd" and tie.lag for tie in self.ties)


def networks(
    projects: Iterable[int], *, on: date, known: datetime | None = None, overlay: Overlay | None = None
) -> dict[int, Network]:
    """What the schedules of those projects are made of, by project; five queries and those of `overlay`,
    one more where the clock of a tender has stood still.

    For a past moment `known` leaves out what was recorded later, and `overlay` lays the state of the moment over the
    milestones; ties are those that stood then, between milestones that were planned then; `timed`
    is left to whoever reads what stood then.
    """
    ids = list(projects)
    among = Q(project__in=ids) if len(ids) <= MANY else Q()
    stood = ExpressionWrapper(Q(pk__in=stopped()), output_field=BooleanField())
    milestones = Milestone.objects.select_related(PARENTS).only(*COLUMNS).annotate(stood=stood)
    rows = {row.pk: row for row in milestones.filter(among).order_by("position", "code")}
    near = Q(predecessor__project__in=ids) | Q(successor__project__in=ids) if len(ids) <= MANY else Q()
    if len(ids) <= FEW:  # their milestones' own keys: an index serves an OR over two columns, not over two joins
        keys = list(rows) or [0]
        near = Q(predecessor__in=keys) | Q(successor__in=keys)
    links = dependencies(near, known=known if overlay else None)
    far = {key for link in links for key in (link.predecessor_id, link.successor_id)} - set(rows)
    others = {row.pk: row for row in milestones.filter(pk__in=far)} if far else {}
    if overlay is not None:
        overlay([*rows.values(), *others.values()])
    found = {pk: Network(pk) for pk in ids}
    for row in rows.values():
        if row.project_id in found and row.plan_number:
            found[row.project_id].rows[row.code] = row
    _link(found, links, rows | others)
    _hold(found, ids, {row.pk: row.code for row in rows.values()}, on, known)
    may_move = [] if overlay else [row.pk for row in (*rows.values(), *others.values()) if row.stood]  # type: ignore[attr-defined]  # annotated
    if may_move:
        timed(found, loaded(open_steps(Package.objects.current()).filter(milestone__in=may_move)))
    return found


def timed(found: Mapping[int, Network], steps: Iterable[PackageStep]) -> None:
    """Hand each network the steps at its milestones; a query where none was read yet."""
    of: dict[int | None, list[PackageStep]] = {}
    for step in steps:
        of.setdefault(step.milestone_id, []).append(step)
    for network in found.values():
        held = (*network.rows.values(), *network.outside.values())
        network.clock = sorted((step for row in held for step in of.get(row.pk, ())), key=_in_order)


def _in_order(step: PackageStep) -> tuple[int, int]:
    return step.package_id, step.position


def _link(found: dict[int, Network], links: Iterable[AnyDependency], rows: dict[int, Milestone]) -> None:
    """Each tie to the networks of both its ends; the other end of one between projects is outside."""
    for link in links:
        first, last = rows.get(link.predecessor_id), rows.get(link.successor_id)
        if first is None or last is None or not (first.plan_number and last.plan_number):
            continue
        tie = Tie(first.code, last.code, Link(link.kind), link.lag, link.lag_unit)
        for mine, other in ((first, last), (last, first)):
            network = found.get(mine.project_id)
            if network is None:
                continue
            if mine.project_id == other.project_id:
                if mine is first:
                    network.ties.append(tie)
            elif other.retired_at is None:
                network.ties.append(tie)
                network.outside[other.code] = other


def _hold(found: dict[int, Network], ids: list[int], codes: dict[int, str], on: date, known: datetime | None) -> None:
    """The windows each project was checked against, beside the versions that speak on the day."""
    among = Q(project__in=ids) if len(ids) <= MANY else Q()
    past = Q(recorded_at__lte=known) if known else Q()
    uses = {
        use.pk: use for use in ProcessUse.objects.filter(among, past).select_related("template", "project", "package")
    }
    kept = list(ProcessUseWindow.objects.filter(use__in=list(uses)).select_related("window").order_by("id"))
    rows = StatutoryWindow.objects.filter(past, code__in={one.window.code for one in kept}) if kept else ()
    versions = [row.value() for row in rows]
    speaking: dict[str, dict[str, Window]] = {}
    for use in uses.values():
        if use.project_id not in found:
            continue
        network = found[use.project_id]
        network.region = network.region or use.region
        # The documents' own milestones may be of the same step; those applied have codes made from it.
        made = f"{(use.package or use.project).code}-{use.template.goal}"
        network.goals.update(code for code in network.rows if code == made or code.startswith(f"{made}-"))
        if use.region not in speaking:
            speaking[use.region] = {window.id: window for window in in_force(versions, on=on, region=use.region)}
    for one in kept:
        use = uses[one.use_id]
        holder = found.get(use.project_id)
        until = codes.get(one.until_id)
        if holder is None or until not in holder.rows:
            continue
        since = codes.get(one.since_id, "") if one.since_id else ""
        now = speaking[use.region].get(one.window.code)
        holder.held.append(Held(one.window.value(), now, since, until, one.since_end, one.until_end, one.since_day))


class Calendars:
    """The calendars asked for, each read once; one query for each region."""

    def __init__(self) -> None:
        self._read: dict[str, Calendar] = {}

    def of(self, region: str) -> Calendar:
        """The calendar of a region, '' for the national one."""
        if region not in self._read:
            self._read[region] = CalendarDay.objects.calendar(region)
        return self._read[region]


def placed(network: Network, *, on: date, calendars: Calendars) -> ProjectSchedule | None:
    """The schedule of one project on a day; None where there is nothing to place. No query but the calendar's."""
    if network.is_plain:
        return None
    moved = moved_plans(network.clock, on, calendar_of=calendars.of) if network.clock else {}
    return project_schedule(
        [item(row, on, moved) for row in network.rows.values()],
        network.ties,
        on=on,
        calendar=calendars.of(network.region) if network.counts_days else EMPTY,
        held=network.held,
        outside={code: item(row, on, moved) for code, row in network.outside.items()},
        goals=sorted(network.goals),
    )


def item(row: Milestone, on: date, moved: Mapping[int, Moved]) -> Item:
    """A loaded (perhaps overlaid) milestone as the domain places it, on the days a suspension has moved it to."""
    days = moved.get(row.pk) or Moved(row.planned_start, row.due_latest, row.forecast_latest)
    return Item(
        row.code,
        due=days.due,
        planned_start=days.start,
        duration=row.duration,
        unit=row.duration_unit or "d",
        constraint=row.constraint,
        constraint_day=row.constraint_day,
        status=Status(row.status) if row.status else None,
        actual_start=row.actual_start,
        actual_finish=row.actual_finish,
        forecast=days.forecast,
        progress=row.progress,
        retired=row.retired_at is not None,
        unstated=read(row.facts(row.project.programme.tracking_from), on).state is DateState.OUTCOME_NOT_STATED,
    )
