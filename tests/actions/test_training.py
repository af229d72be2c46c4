"""The training scenario on the documents' works: what it shows, what people do on it, what is left once it is cleared.

It is put on once for all tests here; what a test does to it is undone.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction

from tests.cast import person, reach_for
from tests.simulated import TODAY, assert_columns_tell_the_reports, official_for, report_on, train
from tracker.actions import plans, reports, simulation
from tracker.actions.plans import Change
from tracker.audit import Refused, recording
from tracker.domain.dates import parse
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.simulating import by_day
from tracker.domain.states import DateState
from tracker.models import Metric, Milestone, MilestonePlan, Programme, Report, Role, User
from tracker.queries.simulation import simulated_loaded


@pytest.fixture(scope="module")
def trained(module_database: None) -> int:
    """A database with the training scenario; how many reports it made."""
    return train()


@pytest.fixture(autouse=True)
def undone(trained: int) -> Iterator[None]:
    """What a test does leaves no trace, but it has to stand up to every constraint."""
    with transaction.atomic():
        yield
        connection.check_constraints()
        transaction.set_rollback(True)


def test_training_shows_every_state(trained: int):
    assert trained > 300
    found = set(Milestone.objects.current().with_date_state(TODAY).values_list("date_state", flat=True))
    assert found == set(DateState)
    with pytest.raises(Refused, match="already_training"):
        train()


def test_training_agrees_with_its_reports():
    assert_columns_tell_the_reports(Milestone.objects.all(), Metric.objects.all())
    for model in (Milestone, Metric):
        for row in model.objects.all():
            plan = row.plans.order_by("-number")[0]
            assert (row.plan_number, row.due_text, row.due_latest) == (plan.number, plan.due_text, plan.due_latest)


def test_training_leaves_work_on_every_desk():
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
    for programme in Programme.objects.all():
        assert programme.tracking_from == date(programme.base_year, 1, 1)
        assert not MilestonePlan.objects.filter(
            milestone__project__programme=programme, number=2, recorded_at__date__gt=programme.tracking_from
        ).exists()


def test_a_persons_correction_keeps_the_simulated_report_it_corrects():
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
    with recording():
        Programme.objects.filter(code="XH").update(tracking_from=date(2026, 5, 1))
    simulation.clear()
    days = dict(Programme.objects.values_list("code", "tracking_from"))
    assert days["XH"] == date(2026, 5, 1)
    assert days["CJ"] == TODAY
