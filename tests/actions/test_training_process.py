"""The process of the training scenario: there to be looked at, and gone with the scenario unless a person used it."""

from decimal import Decimal
from typing import Any

import pytest

from tests.cast import ROOT, person, reach_for
from tests.simulated import KEYS, TODAY, stored
from tracker.actions import reports, simulation, training_process
from tracker.actions.reports import Said
from tracker.audit import recording
from tracker.domain.states import Status
from tracker.models import Milestone, ProcessUse, Role, ScheduleFinding, User

pytestmark = pytest.mark.django_db


def test_the_training_scenario_applies_a_process_and_takes_it_along():
    before = stored(without=KEYS)
    simulation.training(seed=1, today=TODAY)
    made = Milestone.objects.filter(code__startswith="XH-ZB-B")
    assert made.count() == 11
    assert ScheduleFinding.objects.filter(milestone__code="XH-ZB-B03", code="short").exists()
    simulation.clear()
    assert not made.exists()
    assert not ProcessUse.objects.exists()
    assert not ScheduleFinding.objects.filter(project__code="XH-ZB", code="short").exists()
    assert stored(without=KEYS) == before


def test_a_process_of_the_training_scenario_stays_once_a_person_reported_on_it():
    planner, reviewer = (person(f"training-{name}", Role.REVIEWER, ROOT) for name in ("planner", "reviewer"))
    with recording():
        User.objects.filter(pk__in=[planner.pk, reviewer.pk]).update(simulated=True)
        training_process.apply(planner=planner, reviewer=reviewer, authors={}, today=TODAY)
    by = person("official-a", Role.OFFICIAL, ROOT)
    row = Milestone.objects.select_related("unit").get(code="XH-ZB-B06")
    values: dict[str, Any] = {"progress": Decimal(0), "actual_start": None, "actual_finish": None, "forecast": None}
    reports.submit_milestone(
        milestone=row, said=Said(as_of=TODAY), status=Status.NOT_STARTED, by=by, reach=reach_for(by), today=TODAY,
        **values,
    )  # fmt: skip
    simulation.clear()
    assert Milestone.objects.filter(code="XH-ZB-B06", plan_number=1).exists()
    assert ProcessUse.objects.count() == 1
