"""Checking the schedules of projects anew and keeping what is found, whenever a date, a window or a calendar changes.

The findings are a copy of what can be counted at any time, so that an overview of thousands of projects has them at
once. They say nothing of the past and are replaced whole; what changed a date has its own audit event.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone

from tracker.audit import record, recording
from tracker.domain.project_schedule import Code, Finding
from tracker.models import Dependency, Milestone, Package, ProcessUse, ProcessUseWindow, Project, ScheduleFinding
from tracker.models.networks import Calendars, Network, networks, placed

AT_ONCE = 500
RANKS = {code: rank for rank, code in enumerate(Code)}


def recheck_all(*, today: date) -> int:
    """Check every project that has a schedule on that day; how many findings there are. One audit event."""
    with recording():
        found = recheck(scheduled(), on=today)
        record("schedule.recheck", by=None, subject_type="works", after={"day": today, "findings": found})
    return found


def recheck(projects: Iterable[int], *, on: date) -> int:
    """Replace the findings of those projects by what holds on the day; call it inside `recording`.

    Returns how many there are. A constant number of queries for each 500 projects.
    """
    count, calendars = 0, Calendars()
    wanted = sorted(set(projects))
    for first in range(0, len(wanted), AT_ONCE):
        ids = wanted[first : first + AT_ONCE]
        # One check of a project at a time: each replaces what the other wrote.
        list(Project.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))
        current = Project.objects.current().filter(pk__in=ids, programme__retired_at__isnull=True)
        rows: list[ScheduleFinding] = []
        for network in networks(current.values_list("pk", flat=True), on=on).values():
            rows += _findings(network, on, calendars)
        ScheduleFinding.objects.filter(project__in=ids).delete()
        ScheduleFinding.objects.bulk_create(rows)
        count += len(rows)
    return count


def recheck_milestone(row: Milestone, *, now: datetime) -> None:
    """Check the projects that a changed milestone has a say in: its own, and those tied to it. Inside `recording`."""
    ends = ("predecessor__project", "successor__project")
    before, after = (Dependency.objects.filter(**{end: row.project_id}).values_list(*ends) for end in ends)
    tied = {pk for pair in before.union(after) for pk in pair}  # an OR over both joins would read every tie
    if tied or row.duration or ProcessUse.objects.filter(project=row.project_id).exists():
        recheck(tied | {row.project_id}, on=day_of(now))


def recheck_package(row: Package, *, now: datetime) -> None:
    """Check the projects that the days of a tender package have a say in, where its clock has stood still: those of its
    milestones, and those tied to them. Inside `recording`.
    """
    steps = Milestone.objects.filter(package_steps__package=row)
    own = set(steps.values_list("project", flat=True))
    ties = ("successor__project", "predecessor__project")
    after, before = (Dependency.objects.filter(**{end: steps}) for end in ("predecessor__in", "successor__in"))
    tied = {pk for rows, end in zip((after, before), ties, strict=True) for pk in rows.values_list(end, flat=True)}
    recheck((own | tied) & scheduled(), on=day_of(now))


def recheck_window(code: str, *, now: datetime) -> None:
    """Check the projects whose plan rests on a window, after one of its versions changed. Inside `recording`."""
    uses = ProcessUseWindow.objects.filter(window__code=code)
    recheck(uses.values_list("use__project", flat=True).distinct(), on=day_of(now))


def recheck_calendar(*, now: datetime) -> None:
    """Check the projects that count working days or lawful periods. Inside `recording`."""
    recheck(counting(), on=day_of(now))


def counting() -> set[int]:
    """The projects whose schedule asks the calendar: a process applied, work or a lag in working days."""
    worked = Milestone.objects.filter(duration_unit="wd", duration__gt=0).values_list("project", flat=True)
    lags = Dependency.objects.filter(lag_unit="wd").values_list("predecessor__project", flat=True)
    return set(ProcessUse.objects.values_list("project", flat=True)) | set(worked) | set(lags)


def scheduled() -> set[int]:
    """The projects that have a schedule at all, or findings of one."""
    tied = Dependency.objects.values_list("predecessor__project", "successor__project").distinct()
    lasting = Milestone.objects.filter(duration__gt=0).values_list("project", flat=True).distinct()
    held = ScheduleFinding.objects.values_list("project", flat=True).distinct()
    return {pk for pair in tied for pk in pair} | set(lasting) | set(held) | counting()


def day_of(now: datetime) -> date:
    """The day of a moment here."""
    return timezone.localtime(now).date()


def _findings(network: Network, on: date, calendars: Calendars) -> list[ScheduleFinding]:
    schedule = placed(network, on=on, calendars=calendars)
    return [_row(network, found, on) for found in schedule.findings] if schedule else []


def _row(network: Network, found: Finding, on: date) -> ScheduleFinding:
    return ScheduleFinding(
        project_id=network.project_id,
        milestone=network.rows.get(found.key),
        code=found.code.value,
        serious=found.serious,
        rank=RANKS[found.code],
        days=found.days,
        chain=list(found.chain),
        cause=found.cause.value if found.cause else "",
        held_on=found.held_on,
        window=found.window,
        basis=found.basis,
        checked_on=on,
    )
