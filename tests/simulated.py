"""What tests of simulated data share: putting it on, reporting on it as a person, and the slow look at what it says."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from tests.cast import person, reach_for
from tracker.actions import people, reports, simulation
from tracker.actions.reports import Said
from tracker.domain.reporting import Candidate, Origin, ReportState, latest
from tracker.domain.states import Status
from tracker.models import Milestone, Report, Role, Unit, User

TODAY = timezone.localdate()
STATE = ("status", "progress", "actual_start", "actual_finish", "forecast_text", "forecast_latest", "forecast_kind")

TABLES = (
    "unit", "document", "programme", "project", "milestone", "milestoneplan", "milestone_supporting", "dependency",
    "metric", "metricplan", "citation", "baseline", "baselineentry", "report", "milestonereport", "metricreport",
    "user", "appointment",
)  # fmt: skip
KEYS = (
    "id", "created_at", "password", "unit_id", "parent_id", "project_id", "milestone_id", "metric_id", "by_id",
    "report_id", "author_id", "submitted_by_id", "decided_by_id", "programme_id", "user_id", "baseline_id",
    "predecessor_id", "successor_id", "milestone_plan_id", "metric_plan_id", "version",
)  # fmt: skip


def stored(without: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Every row of every table as text, but for the named columns."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            dropped = "".join(f" - '{name}'" for name in without)
            cursor.execute(f"SELECT (to_jsonb(t){dropped})::text FROM tracker_{table} t ORDER BY 1")
            found[table] = [row[0] for row in cursor.fetchall()]
    return found


def train(seed: int = 1, today: date = TODAY) -> int:
    """Put the training scenario on the works; returns how many reports it made."""
    people.ensure_demo_accounts(demo=True, today=today)
    return simulation.training(seed=seed, today=today)


def report_on(row: Milestone, by: User, **said: Any) -> Report:
    return reports.submit_milestone(
        milestone=Milestone.objects.select_related("unit").get(pk=row.pk), said=Said(as_of=TODAY, **said),
        status=Status.IN_PROGRESS, progress=Decimal(33), actual_start=None, actual_finish=None, forecast=None, by=by,
        reach=reach_for(by), today=TODAY,
    )  # fmt: skip


def official_for(unit: Unit) -> User:
    return person(f"real-{unit.code}".lower(), Role.OFFICIAL, unit.code)


def told(accepted: list[Report]) -> Report | None:
    """The slow, obvious reading: of every accepted report of a row, the domain's choice among them."""
    candidates = [
        Candidate(one.pk, one.as_of, one.accepted_at, one.supersedes_id) for one in accepted if one.accepted_at
    ]
    chosen = latest(candidates, on=date.max, known=timezone.now())
    return next(one for one in accepted if one.pk == chosen.id) if chosen else None


def assert_columns_tell_the_reports(milestones: Any, metrics: Any) -> None:
    """Every row says what its reports say, and how many of them wait."""
    of: dict[tuple[str, int | None], list[Report]] = {}
    for one in Report.objects.select_related("on_milestone", "on_metric").order_by("pk"):
        of.setdefault(("milestone", one.milestone_id) if one.milestone_id else ("metric", one.metric_id), []).append(
            one
        )
    for row in milestones:
        reports_on = of.get(("milestone", row.pk), [])
        report = told([one for one in reports_on if one.state == ReportState.ACCEPTED])
        assert row.report_id == (report.pk if report else None)
        assert row.as_of == (report.as_of if report else None)
        if report is None or report.origin == Origin.DOCUMENT:  # what a document states nobody reported
            assert row.reported_at is None
        else:
            assert row.reported_at == report.accepted_at
        if report is not None:
            values = report.on_milestone
            assert [getattr(row, name) for name in STATE] == [getattr(values, name) for name in STATE], row.code
        assert row.pending == sum(one.state == ReportState.SUBMITTED for one in reports_on)
    for metric in metrics.filter(ledger=""):
        reports_on = of.get(("metric", metric.pk), [])
        report = told([one for one in reports_on if one.state == ReportState.ACCEPTED])
        assert metric.report_id == (report.pk if report else None)
        if report is not None:
            assert (metric.value_low, metric.value_high) == (report.on_metric.low, report.on_metric.high)
        assert metric.pending == sum(one.state == ReportState.SUBMITTED for one in reports_on)
