"""Simulated data goes in whole, says what it is, agrees with its reports, and goes out leaving what was there."""

from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from tests.cast import person, reach_for
from tracker.actions import people, plans, reports, simulation
from tracker.actions.plans import Change
from tracker.actions.reports import Said
from tracker.audit import Refused, recording
from tracker.domain.dates import parse
from tracker.domain.reporting import Candidate, Origin, ReportState, latest
from tracker.domain.simulating import by_day
from tracker.domain.states import DateState, Status
from tracker.models import (
    Appointment,
    AuditEvent,
    Baseline,
    BaselineEntry,
    Dependency,
    Metric,
    Milestone,
    MilestonePlan,
    Programme,
    Project,
    Report,
    Role,
    Unit,
    User,
)
from tracker.queries.simulation import simulated_loaded

pytestmark = pytest.mark.django_db
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


def portfolio(projects: int = 12, seed: int = 3) -> dict[str, int]:
    return simulation.portfolio(projects=projects, seed=seed, today=TODAY)


def told(row: Milestone | Metric) -> Report | None:
    """The slow, obvious reading: every accepted report of the row, and the domain's choice among them."""
    accepted = row.reports.filter(state=ReportState.ACCEPTED)
    candidates = [
        Candidate(one.pk, one.as_of, one.accepted_at, one.supersedes_id) for one in accepted if one.accepted_at
    ]
    chosen = latest(candidates, on=date.max, known=timezone.now())
    return Report.objects.get(pk=chosen.id) if chosen else None


def assert_columns_tell_the_reports(milestones: Any, metrics: Any) -> None:
    for row in milestones.select_related("report"):
        report = told(row)
        assert row.report == report
        assert row.as_of == (report.as_of if report else None)
        if report is None or report.origin == Origin.DOCUMENT:  # what a document states nobody reported
            assert row.reported_at is None
        else:
            assert row.reported_at == report.accepted_at
        if report is not None:
            values = report.on_milestone
            assert [getattr(row, name) for name in STATE] == [getattr(values, name) for name in STATE], row.code
        assert row.pending == row.reports.submitted().count()
    for metric in metrics.filter(ledger="").select_related("report"):
        report = told(metric)
        assert metric.report == report
        if report is not None:
            assert (metric.value_low, metric.value_high) == (report.on_metric.low, report.on_metric.high)
        assert metric.pending == metric.reports.submitted().count()


# --- the portfolio ----------------------------------------------------------------------------------------------------


def test_a_portfolio_has_what_was_asked_for():
    counts = portfolio()
    mine = {"project__programme__simulated": True}
    assert Project.objects.filter(programme__simulated=True).count() == counts["project"] == 12
    assert Milestone.objects.filter(**mine).count() == counts["milestone"] == 240
    assert Dependency.objects.filter(successor__project__programme__simulated=True).count() == 12 * 19
    assert Metric.objects.filter(**mine).count() == counts["metric"] == 36
    assert Report.objects.filter(origin=Origin.SIMULATION, milestone__isnull=False).count() == 720
    assert Report.objects.filter(origin=Origin.SIMULATION, metric__isnull=False).count() == 36 * 12
    assert Unit.objects.filter(simulated=True).count() == counts["unit"] == 10
    assert User.objects.filter(simulated=True).count() == counts["user"] == 50
    assert Appointment.objects.filter(user__simulated=True).count() == 50
    assert not any(user.has_usable_password() for user in User.objects.filter(simulated=True))
    assert BaselineEntry.objects.filter(baseline__programme__simulated=True).count() == 240 + 36
    assert Baseline.objects.get(programme__code="SIM01").number == 1
    assert AuditEvent.objects.filter(action="simulation.portfolio").count() == 1
    assert simulated_loaded()


def test_a_portfolio_agrees_with_its_reports():
    portfolio(4)
    assert_columns_tell_the_reports(
        Milestone.objects.filter(project__programme__simulated=True), Metric.objects.filter(programme__simulated=True)
    )
    for plan in MilestonePlan.objects.filter(milestone__project__programme__simulated=True).select_related("milestone"):
        row = plan.milestone
        assert (row.plan_number, row.planned_at) == (plan.number, plan.recorded_at)
        assert row.due == row.first_due == plan.due
    assert not Report.objects.filter(origin=Origin.SIMULATION, accepted_at__gte=timezone.now()).exists()


def test_a_portfolio_has_a_mix_of_states():
    portfolio(60)
    rows = Milestone.objects.filter(project__programme__simulated=True).with_date_state(TODAY)
    found = set(rows.values_list("date_state", flat=True))
    assert found >= {DateState.DONE, DateState.DONE_LATE, DateState.OVERDUE_REPORTED, DateState.FORECAST_LATE}
    assert found >= {DateState.NOT_DUE, DateState.ON_COURSE}


def test_the_same_seed_makes_the_same_rows():
    portfolio(3)
    first = stored(KEYS)
    simulation.clear()
    portfolio(3)
    assert stored(KEYS) == first


def test_the_next_row_by_anybody_takes_the_next_key():
    portfolio(2)
    leader = person("leader", Role.LEADER, "GT")
    with recording():
        row = Milestone.objects.order_by("-pk")[0]
        made = Dependency(predecessor=row, successor=Milestone.objects.order_by("pk")[0])
        made.save(force_insert=True)
    assert made.pk > 2 * 19
    assert leader.pk


def test_a_portfolio_is_refused_twice_and_out_of_range():
    portfolio(1)
    with pytest.raises(Refused, match="already_simulated"):
        portfolio(1)
    for projects in (0, -3, 10_000):
        with pytest.raises(Refused, match="project_range"):
            portfolio(projects)
    with pytest.raises(CommandError, match="--clear"):
        call_command("simulate", projects=1)


# --- the training scenario --------------------------------------------------------------------------------------------


def train(seed: int = 1, today: date = TODAY) -> int:
    people.ensure_demo_accounts(demo=True, today=today)
    return simulation.training(seed=seed, today=today)


@pytest.mark.parametrize("seed", [1, 2])
def test_training_shows_every_state(seed: int):
    train(seed)
    rows = Milestone.objects.current().with_date_state(TODAY)
    found = set(rows.values_list("date_state", flat=True))
    assert found == set(DateState)


@pytest.mark.parametrize("today", [date(2026, 1, 5), date(2026, 3, 15), TODAY])
def test_training_works_on_any_day_of_the_year(today: date):
    train(today=today)
    found = set(Milestone.objects.current().with_date_state(today).values_list("date_state", flat=True))
    wanted = {DateState.DONE, DateState.ON_COURSE, DateState.DUE_SOON, DateState.OVERDUE_REPORTED, DateState.SUSPENDED}
    assert found >= wanted | {DateState.OVERDUE_UNREPORTED, DateState.FORECAST_LATE}


def test_training_agrees_with_its_reports():
    train()
    assert_columns_tell_the_reports(Milestone.objects.all(), Metric.objects.all())
    for model in (Milestone, Metric):
        for row in model.objects.all():
            plan = row.plans.order_by("-number")[0]
            assert (row.plan_number, row.due_text, row.due_latest) == (plan.number, plan.due_text, plan.due_latest)


def test_training_leaves_work_on_every_desk():
    train()
    made = Report.objects.filter(origin=Origin.SIMULATION)
    for username in ("demo-official-a", "demo-official-b"):
        user = User.objects.get(username=username)
        assert made.filter(author=user, state=ReportState.SUBMITTED).count() >= 3
        assert made.filter(author=user, state=ReportState.RETURNED).exists()
        for report in made.filter(author=user).select_related("unit"):
            assert reach_for(user).posts[0].covers(report.unit.path)
    assert made.filter(state=ReportState.SUBMITTED).exclude(author__is_demo=True).exists()
    assert made.filter(supersedes__isnull=False, state=ReportState.ACCEPTED).count() >= 3
    assert MilestonePlan.objects.filter(number__gt=2, by__simulated=True, reason__contains="调整").exists()
    metrics = Metric.objects.filter(report__origin=Origin.SIMULATION)
    assert metrics.count() > 20
    assert not metrics.filter(form="percent", value_high__gt=100).exists()


def test_training_can_be_looked_back_at():
    """Plans are known from the day reporting began, so a past meeting is not blank."""
    train()
    for programme in Programme.objects.all():
        assert programme.tracking_from == date(programme.base_year, 1, 1)
        assert not MilestonePlan.objects.filter(
            milestone__project__programme=programme, number=2, recorded_at__date__gt=programme.tracking_from
        ).exists()


def test_training_is_refused_without_works_and_said_once():
    with recording():
        Programme.objects.update(retired_at=timezone.now())
    with pytest.raises(Refused, match="no_works"):
        train()
    with recording():
        Programme.objects.update(retired_at=None)
    assert train() > 300
    with pytest.raises(Refused, match="already_training"):
        train()
    out = StringIO()
    call_command("simulate", training=True, stdout=out)  # as at every start of `make demo`
    assert "already" in out.getvalue()


# --- out again --------------------------------------------------------------------------------------------------------


def test_clearing_restores_everything_as_it_was():
    people.ensure_demo_accounts(demo=True, today=TODAY)
    before = stored(("version",))
    train()
    portfolio(3)
    assert stored(("version",)) != before
    cleared = simulation.clear()
    assert stored(("version",)) == before
    assert cleared.kept == {}
    assert cleared.removed["project"] == 3
    assert not simulated_loaded()
    assert AuditEvent.objects.filter(action="simulation.clear").count() == 1
    assert train() > 300  # and it can be put on again


def test_clearing_nothing_writes_nothing():
    before = AuditEvent.objects.count()
    assert simulation.clear().removed == {}
    assert AuditEvent.objects.count() == before


def test_the_guard_is_closed_again_after_clearing():
    portfolio(1)
    simulation.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('guatu.purge', true)")
        assert cursor.fetchone()[0] == ""


def report_on(row: Milestone, by: User, **said: Any) -> Report:
    return reports.submit_milestone(
        milestone=Milestone.objects.select_related("unit").get(pk=row.pk), said=Said(as_of=TODAY, **said),
        status=Status.IN_PROGRESS, progress=Decimal(33), actual_start=None, actual_finish=None, forecast=None, by=by,
        reach=reach_for(by), today=TODAY,
    )  # fmt: skip


def official_for(unit: Unit) -> User:
    return person(f"real-{unit.code}".lower(), Role.OFFICIAL, unit.code)


def test_a_persons_report_keeps_the_simulated_work_it_is_about():
    portfolio(3)
    row = Milestone.objects.select_related("unit", "project").get(code="SIM-0002-07")
    report = report_on(row, official_for(row.unit))
    cleared = simulation.clear()
    assert cleared.kept == {"project": 1, "unit": 2}  # its own unit, and the one its programme stands under
    assert list(Report.objects.exclude(origin=Origin.DOCUMENT)) == [report]
    left = Milestone.objects.get(pk=row.pk)
    assert (left.status, left.report, left.as_of, left.pending) == ("", None, None, 1)
    assert left.due_text == row.due_text
    assert Milestone.objects.filter(project__programme__simulated=True).count() == 20
    assert simulated_loaded()  # the pages go on saying so
    with pytest.raises(Refused, match="already_simulated"):
        portfolio(1)


def test_a_persons_correction_keeps_the_simulated_report_it_corrects():
    train()
    row = Milestone.objects.select_related("unit", "report").filter(report__supersedes__isnull=False)[0]
    old = row.report
    assert old is not None
    correction = report_on(row, official_for(row.unit), supersedes=old, reason="数字有误")
    reviewer = person("reviewer", Role.REVIEWER, "GT")
    reports.accept(report=correction, by=reviewer, reach=reach_for(reviewer))
    cleared = simulation.clear()
    assert cleared.kept["report"] == 2  # what it corrects, and what that had corrected
    assert set(Report.objects.filter(origin=Origin.SIMULATION)) == {old, old.supersedes}
    left = Milestone.objects.get(pk=row.pk)
    assert (left.report, left.progress) == (correction, Decimal(33))
    assert_columns_tell_the_reports(Milestone.objects.all(), Metric.objects.all())
    assert train() > 300  # whoever was kept takes part again


def test_what_a_persons_correction_names_counts_no_more_even_if_it_is_not_accepted():
    train()
    rows = Milestone.objects.select_related("unit", "report").filter(report__origin=Origin.SIMULATION)
    states = (ReportState.SUBMITTED, ReportState.RETURNED, ReportState.WITHDRAWN)
    reviewer = person("reviewer", Role.REVIEWER, "GT")
    corrections: list[tuple[ReportState, Milestone, Report]] = []
    for row, state in zip(rows[:3], states, strict=True):
        author = official_for(row.unit)
        correction = report_on(row, author, supersedes=row.report, reason="数字有误")
        if state == ReportState.RETURNED:
            reports.return_(report=correction, comment="再核", by=reviewer, reach=reach_for(reviewer))
        if state == ReportState.WITHDRAWN:
            reports.withdraw(report=correction, by=author)
        corrections.append((state, row, correction))
    simulation.clear()
    for state, row, _ in corrections:
        left = Milestone.objects.select_related("report").get(pk=row.pk)
        assert left.report is None or left.report.origin == Origin.DOCUMENT
        assert left.pending == (state == ReportState.SUBMITTED)
        assert row.report_id is not None
        shell = Report.objects.select_related("on_milestone").get(pk=row.report_id)
        assert (shell.state, shell.on_milestone.report_id) == (ReportState.WITHDRAWN, row.report_id)
    assert_columns_tell_the_reports(Milestone.objects.all(), Metric.objects.all())
    assert not simulated_loaded()
    assert simulation.clear().removed == {}
    _, row, submitted = corrections[0]
    reports.accept(report=submitted, by=reviewer, reach=reach_for(reviewer))
    assert Milestone.objects.get(pk=row.pk).progress == Decimal(33)
    assert train() > 300


def test_a_persons_plan_version_outlives_the_training():
    train()
    reviewer = person("reviewer", Role.REVIEWER, "GT")
    row = Milestone.objects.select_related("unit").get(code="XH-ZB-02")
    due = by_day(TODAY + timedelta(days=40))
    plans.replan(
        milestone=row, due=due, planned_start=None, change=Change("会议决定"), by=reviewer, reach=reach_for(reviewer)
    )
    simulation.clear()
    left = Milestone.objects.get(pk=row.pk)
    assert left.due_latest == due.latest
    assert list(left.plans.values_list("number", flat=True)) == [1, left.plan_number]
    assert parse(left.due_text) == due


def test_moved_tracking_is_left_alone_where_somebody_moved_it_since():
    train()
    with recording():
        Programme.objects.filter(code="XH").update(tracking_from=date(2026, 5, 1))
    simulation.clear()
    days = dict(Programme.objects.values_list("code", "tracking_from"))
    assert days["XH"] == date(2026, 5, 1)
    assert days["CJ"] == TODAY


def test_the_command_says_what_it_did():
    out = StringIO()
    call_command("simulate", projects=2, seed=5, stdout=out)
    assert "40 milestone" in out.getvalue()
    call_command("simulate", projects=1, clear=True, stdout=out)
    assert "Removed" in out.getvalue()
    call_command("simulate", clear=True, stdout=out)
    call_command("simulate", clear=True, stdout=out)
    assert "Nothing simulated" in out.getvalue()
    with pytest.raises(CommandError, match="what to do"):
        call_command("simulate")


def test_training_is_never_added_in_production(settings: Any):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="never added in production mode"):
        call_command("simulate", "--training")
    assert not simulated_loaded()
