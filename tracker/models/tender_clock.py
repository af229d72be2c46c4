"""The clock of tender packages, wherever a day of one is told: open steps with a suspension's days added.

There is one rule, `domain.tenders.deadlines`; here its steps are asked for without reading whole packages. A plan is
not changed by a suspension: where a milestone's day is told, the day it has moved to stands beside it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from tracker.domain.calendars import Calendar
from tracker.domain.states import DateState, Status, read
from tracker.domain.tender_values import BIDS_DUE, Deadline, Point
from tracker.domain.tenders import deadlines, shifted
from tracker.models.calendars import EMPTY, CalendarDay
from tracker.models.tenders import PackageStep

LONGEST_REST = timedelta(days=40)
"""No run of days not worked is longer."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One open step of a package with its day as the clock has it."""

    step: PackageStep
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Moved:
    """The days to which a suspension has moved a milestone; `forecast` None where nothing is forecast."""

    start: date | None
    due: date | None
    forecast: date | None


def point(step: PackageStep, usual: int | None, on: date) -> Point:
    """A step with the days of its milestone: done, else forecast, else due."""
    row = step.milestone
    if row is None or row.retired_at is not None or not row.plan_number:
        return Point(step.code, usual=usual)
    done = row.status == Status.DONE
    finish = row.actual_finish if done else row.forecast_latest or row.due_latest
    basis = "actual" if done else "forecast" if row.forecast_latest else "planned"
    set_on = row.as_of if row.forecast_latest else timezone.localtime(row.planned_at).date() if row.planned_at else None
    state = read(row.facts(row.project.programme.tracking_from), on).state
    return Point(
        key=step.code,
        start=row.actual_start or row.planned_start,
        finish=finish,
        basis=basis if finish else "",
        done=done,
        begun=row.status == Status.IN_PROGRESS,
        usual=usual,
        set_on=set_on,
        unstated=state is DateState.OUTCOME_NOT_STATED,
        paused=row.status == Status.SUSPENDED,
    )


def open_steps(packages: Any) -> Any:
    """Steps of these packages that may be still to come and have a day (`day`), as `deadlines` takes them.

    None of a call that failed, nor of the next one while its days are still those of the earlier (`of_earlier_call`).
    """
    later = PackageStep.objects.filter(
        package=OuterRef("package"),
        position__gt=OuterRef("position"),
        milestone__status=Status.DONE,
        milestone__retired_at__isnull=True,
    )
    closed = PackageStep.objects.filter(
        package=OuterRef("pk"), code__in=BIDS_DUE, milestone__status=Status.DONE, milestone__retired_at__isnull=True
    )
    going = packages.filter(failed=False).exclude(Exists(closed), round__gt=1, bidders__isnull=True)
    found = PackageStep.objects.filter(
        ~Exists(later), package__in=going.order_by().values("pk"), milestone__retired_at__isnull=True
    )
    found = found.exclude(milestone__status__in=(Status.DONE, Status.SUSPENDED)).filter(milestone__plan_number__gt=0)
    days = Coalesce("milestone__forecast_latest", "milestone__due_latest")
    return found.annotate(day=days).filter(day__isnull=False)


def stopped() -> Any:
    """The keys of the milestones of packages whose clock has stood still."""
    stood = Q(package__suspended_from__isnull=False) | ~Q(package__earlier_stops=[])
    found = PackageStep.objects.filter(stood, package__retired_at__isnull=True, milestone__isnull=False)
    return found.order_by().values("milestone")


def loaded(steps: Any) -> Any:
    """Open steps with all that their days depend on, package by package."""
    return steps.select_related("package", "milestone__project__programme").order_by("package", "position")


def ticks(
    steps: Iterable[PackageStep], on: date, *, calendar_of: Callable[[str], Calendar] | None = None
) -> list[Tick]:
    """The days of loaded open steps; a query for each calendar by which a day is moved, none where it is given."""
    every, found = list(steps), []
    calendars = {} if calendar_of else _calendars(every, on)
    for _pk, of in groupby(every, key=lambda step: step.package_id):
        held = {step.code: step for step in of}
        row = next(iter(held.values())).package
        calendar = calendars.get(row.region, EMPTY) if calendar_of is None else calendar_of(row.region)
        points: Sequence[Point] = [point(step, None, on) for step in held.values()]
        found += [Tick(held[one.key], one) for one in deadlines(points, row.counts, on=on, calendar=calendar)]
    return found


def _calendars(steps: Iterable[Any], on: date) -> dict[str, Calendar]:
    """By region the days that steps of stopped packages may move to, after each suspension and after the last."""
    days: dict[str, list[date]] = {}
    for step in steps:
        counts = step.package.counts
        if stopped_days := counts.stopped_days(on):
            last = step.day + timedelta(stopped_days) + LONGEST_REST * len(counts.stops)
            days.setdefault(step.package.region, []).extend((step.day, last))
    return {region: CalendarDay.objects.stretch(min(held), max(held), region) for region, held in sorted(days.items())}


def moved(found: Iterable[Tick]) -> dict[int, date]:
    """The day to which each milestone has moved; of several packages that share it the first day binds."""
    return {key: one.deadline.day for key, one in _binding(found).items()}


def _binding(found: Iterable[Tick]) -> dict[int, Tick]:
    first: dict[int, Tick] = {}
    for one in found:
        key = one.step.milestone_id
        if key is not None and (key not in first or one.deadline.day < first[key].deadline.day):
            first[key] = one
    return {key: one for key, one in first.items() if one.deadline.moved}


def moved_plans(steps: Iterable[PackageStep], on: date, *, calendar_of: Callable[[str], Calendar]) -> dict[int, Moved]:
    """Of the milestones of loaded open steps those a suspension has moved, with their planned days moved alike; no
    query but those of `calendar_of`.
    """
    found = {}
    for key, one in _binding(ticks(steps, on, calendar_of=calendar_of)).items():
        row, package = one.step.milestone, one.step.package
        if row is None:
            continue
        set_on = timezone.localtime(row.planned_at).date() if row.planned_at else None
        planned = replace(point(one.step, None, on), start=row.planned_start, finish=row.due_latest, set_on=set_on)
        (after,), _codes = shifted([planned], package.counts, on=on, calendar=calendar_of(package.region))
        found[key] = Moved(after.start, after.finish, one.deadline.day if row.forecast_latest else None)
    return found
