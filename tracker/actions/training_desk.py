"""What lies on desks in the training scenario: corrections, reports waiting for a reviewer, and returned ones."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tracker.actions.reports import quantity_columns
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.simulating import office_hours
from tracker.domain.states import Status
from tracker.domain.units import measure
from tracker.models import Appointment, Metric, MetricReport, Milestone, MilestoneReport, Report, User

DEMO_OFFICIALS = ("demo-official-a", "demo-official-b")
CORRECTIONS, WAITING_EACH, WAITING_MORE = 5, 3, 6
CORRECTED = "演练情景：上次进度重复计入，更正"
RETURNED = "请补充现场照片编号和剩余户数。"
WAITING_NOTES = ("本周新增进场人员，进度加快。", "材料已补齐，请审核。", "现场情况与上次一致，略有进展。")


def fill(
    *, today: date, authors: Mapping[int, User], reviewer: User, milestones: Sequence[int], metrics: Sequence[int]
) -> None:
    """Write corrections, waiting and returned reports about works that are under way.

    `authors`: who reports for each unit, by its key. Called inside a recording action, which settles the states after.
    """
    underway = Milestone.objects.filter(pk__in=milestones, status=Status.IN_PROGRESS, report__origin=Origin.SIMULATION)
    rows = list(underway.filter(progress__gte=20, progress__lte=85).select_related("unit", "report").order_by("code"))
    # Where little is under way on that day, first reports on works that have not been reported yet wait as well.
    begun = Milestone.objects.filter(pk__in=milestones, status="", report__isnull=True).exclude(due_latest=None)
    fresh = list(begun.select_related("unit").order_by("due_latest", "code"))
    taken: set[int] = set()
    for author, mine in _officials([*rows, *fresh]):
        for row in mine[:1]:
            _return(row, author, reviewer, today)
        for place, row in enumerate(mine[1 : 1 + WAITING_EACH]):
            _wait(row, author, today, place)
        taken |= {row.pk for row in mine[: 1 + WAITING_EACH]}
        _wait_metric(author, metrics, today)
    others = [row for row in rows if row.pk not in taken]
    spread = others[:: max(1, len(others) // (CORRECTIONS + WAITING_MORE))]
    for row in spread[:CORRECTIONS]:
        _correct(row, reviewer, today)
    for place, row in enumerate(spread[CORRECTIONS : CORRECTIONS + WAITING_MORE]):
        _wait(row, authors[row.unit_id], today, place)


def _officials(rows: Iterable[Milestone]) -> list[tuple[User, list[Milestone]]]:
    """The demo officials with the works of their unit and below; none where there are no demo accounts."""
    found = []
    posts = Appointment.objects.filter(user__username__in=DEMO_OFFICIALS, user__is_demo=True)
    for post in posts.select_related("user", "unit").order_by("user__username"):
        mine = [row for row in rows if row.unit.path.startswith(post.unit.path)]
        found.append((post.user, mine))
    return found


def _correct(row: Milestone, reviewer: User, today: date) -> None:
    """An accepted report that takes back a tenth or so of the progress last accepted."""
    last = row.report
    assert last is not None
    assert row.progress is not None
    day = today - timedelta(days=1)
    report = _report(
        row, last.author, last.as_of, day, milestone=row, note="", supersedes=last, supersede_reason=CORRECTED,
        state=ReportState.ACCEPTED.value, decided_by=reviewer, decided_at=office_hours(day, 17),
        accepted_at=office_hours(day, 17),
    )  # fmt: skip
    values = MilestoneReport.objects.get(report=last)
    values.report, values._state.adding = report, True
    values.progress = max(Decimal(5), row.progress - 12)
    values.save(force_insert=True)


def _wait(row: Milestone, author: User, today: date, place: int) -> Report:
    """A report that a reviewer has not yet decided on; some say that the work is done."""
    day = today - timedelta(days=1)
    said = row.progress or Decimal(0)
    report = _report(row, author, day, day, milestone=row, note=WAITING_NOTES[place % len(WAITING_NOTES)])
    done = place % 3 == 2 and said >= 50
    MilestoneReport(
        report=report,
        status=(Status.DONE if done else Status.IN_PROGRESS).value,
        progress=Decimal(100) if done else min(Decimal(95), said + 8),
        actual_start=row.actual_start or day,
        actual_finish=day if done else None,
    ).save(force_insert=True)
    return report


def _return(row: Milestone, author: User, reviewer: User, today: date) -> None:
    day = max(row.as_of or today, today - timedelta(days=4))
    decided = office_hours(min(today - timedelta(days=1), day + timedelta(days=1)), 16)
    report = _report(
        row, author, day, min(day, today - timedelta(days=1)), milestone=row, note="", comment=RETURNED,
        state=ReportState.RETURNED.value, decided_by=reviewer, decided_at=decided,
    )  # fmt: skip
    MilestoneReport(
        report=report,
        status=Status.IN_PROGRESS.value,
        progress=row.progress or Decimal(5),
        actual_start=row.actual_start or day,
    ).save(force_insert=True)


def _wait_metric(author: User, metrics: Sequence[int], today: date) -> None:
    """One measurement of the official's unit waits too."""
    posts = [post.unit.path for post in author.appointments.select_related("unit")]
    found = Metric.objects.filter(pk__in=metrics, report__origin=Origin.SIMULATION).select_related("unit")
    row = next((one for one in found.order_by("code") if any(one.unit.path.startswith(p) for p in posts)), None)
    if row is None or row.value_low is None:
        return
    value = row.value_low * Decimal("1.02")
    value = value.quantize(Decimal(1) if measure(row.measure).integer else Decimal("0.1"))
    if row.form == "percent":
        value = min(value, Decimal(100))
    day = today - timedelta(days=1)
    report = _report(row, author, day, day, metric=row, note=WAITING_NOTES[1])
    quantity = Quantity(low=value, high=value, qualifier=Qualifier.EXACT, measure=row.measure, basis=row.basis)
    MetricReport(report=report, **quantity_columns(quantity)).save(force_insert=True)


def _report(row: Milestone | Metric, author: User | None, as_of: date, sent: date, **rest: Any) -> Report:
    at = office_hours(sent, 15)
    columns: dict[str, Any] = {"state": ReportState.SUBMITTED.value, "origin": Origin.SIMULATION.value} | rest
    report = Report(
        unit_id=row.unit_id, as_of=as_of, author=author, submitted_by=author, created_at=at, submitted_at=at, **columns
    )
    report.save(force_insert=True)
    return report
