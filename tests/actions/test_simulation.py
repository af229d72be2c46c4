"""Simulated data goes in whole, says what it is, agrees with its reports, and goes out leaving what was there."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from tests.cast import person
from tests.simulated import KEYS, TODAY, assert_columns_tell_the_reports, official_for, report_on, stored, train
from tracker.actions import people, simulation
from tracker.audit import Refused, recording
from tracker.domain.reporting import Origin
from tracker.domain.states import DateState
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


def portfolio(projects: int = 12, seed: int = 3) -> dict[str, int]:
    return simulation.portfolio(projects=projects, seed=seed, today=TODAY)


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


@pytest.mark.parametrize("today", [date(2026, 1, 5), date(2026, 3, 15)])
def test_training_works_on_any_day_of_the_year(today: date):
    train(seed=2, today=today)
    found = set(Milestone.objects.current().with_date_state(today).values_list("date_state", flat=True))
    wanted = {DateState.DONE, DateState.ON_COURSE, DateState.DUE_SOON, DateState.OVERDUE_REPORTED, DateState.SUSPENDED}
    assert found >= wanted | {DateState.OVERDUE_UNREPORTED, DateState.FORECAST_LATE}


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
