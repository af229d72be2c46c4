"""The training scenario's process: a tender planned back from a deadline, and a step of it that is forecast late."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from tracker.actions import backplan
from tracker.actions.backplan import Asked
from tracker.actions.reports import forecast_columns
from tracker.audit import clock
from tracker.domain import dates
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.states import Status
from tracker.models import CalendarDay, Milestone, MilestoneReport, ProcessTemplate, ProcessUse, Project, Report, User
from tracker.permissions import reach_of

PROJECT, TEMPLATE, FIRST = "XH-ZB", "tender", "B03"
AHEAD, LATE = 130, 60
"""The deadline lies so many days ahead; the first open step is forecast so many days late."""
NOTE = "演练情景：编制招标文件的资料未齐"


def apply(*, planner: User, reviewer: User, authors: Mapping[int, User], today: date) -> list[int]:
    """Apply the tender template to a project of the documents; the milestones made. Called inside a recording action.

    Nothing where the works lack that project, it has the process, or no templates and calendar are loaded.
    """
    project = Project.objects.select_related("unit", "programme").filter(code=PROJECT, retired_at=None).first()
    loaded = ProcessTemplate.objects.filter(code=TEMPLATE).exists() and CalendarDay.objects.exists()
    if project is None or not loaded or ProcessUse.objects.filter(project=project, process=TEMPLATE).exists():
        return []
    deadline = today + timedelta(AHEAD)
    said = dates.parse(f"{deadline.year}年{deadline.month}月{deadline.day}日前")
    days = {"B01": today - timedelta(8), "B02": today - timedelta(3)}
    asked = Asked(TEMPLATE, said, "", days)
    made = backplan.apply(project=project, asked=asked, by=planner, reach=reach_of(planner, today), today=today)
    first = next(row for row in made if row.step_type == FIRST)
    if first.due_latest and (author := authors.get(first.unit_id)):
        _report(first, author, reviewer, first.due_latest + timedelta(LATE), today)
    return [row.pk for row in made]


def _report(row: Milestone, author: User, reviewer: User, forecast: date, today: date) -> None:
    now = clock()
    report = Report(
        milestone=row,
        unit_id=row.unit_id,
        as_of=today,
        state=ReportState.ACCEPTED.value,
        note=NOTE,
        origin=Origin.SIMULATION.value,
        author=author,
        submitted_by=author,
        created_at=now,
        submitted_at=now,
        decided_at=now,
        decided_by=reviewer,
        accepted_at=now,
    )
    report.save(force_insert=True)
    values = MilestoneReport(
        report=report,
        status=Status.IN_PROGRESS.value,
        progress=Decimal(30),
        actual_start=today - timedelta(2),
        **forecast_columns(dates.parse(f"{forecast.year}年{forecast.month}月{forecast.day}日")),
    )
    values.save(force_insert=True)
