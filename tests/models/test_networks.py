"""What is read for a project's schedule gives the floats that the plan it was made from shows."""

from datetime import date, timedelta

import pytest

from tests.cast import ROOT, person, reach_for
from tracker.actions import backplan
from tracker.actions.backplan import Asked
from tracker.domain import dates
from tracker.domain.backplan import plan
from tracker.models import CalendarDay, ProcessTemplate, Project, Role, StatutoryWindow
from tracker.models.networks import Calendars, networks, placed

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
DONE = {"B01": date(2026, 11, 12), "B02": date(2026, 11, 18)}


@pytest.mark.parametrize(
    ("process", "deadline", "days", "later"),
    [
        ("tender", "12月底前", DONE, 0),
        ("tender", "2027年3月底前", DONE | {"B06": date(2026, 11, 19)}, 9),
        ("tender", "2027年3月底前", DONE | {"B08": date(2027, 1, 20)}, 9),
        ("collective", "2028年底前", {}, 9),
    ],
)
def test_the_stored_chain_has_the_floats_of_the_plan(process: str, deadline: str, days: dict[str, date], later: int):
    by = person("planner", Role.REVIEWER, ROOT)
    project = Project.objects.select_related("unit").get(code="XH-ZB")
    asked = Asked(process, dates.parse(deadline, year=2026, today=TODAY), "", days)
    backplan.apply(project=project, asked=asked, by=by, reach=reach_for(by), today=TODAY)
    on = TODAY + timedelta(later)
    whole = ProcessTemplate.objects.whole(process)
    assert whole is not None
    wanted = plan(
        whole.value(),
        deadline=asked.deadline.latest,  # type: ignore[arg-type]
        today=on,
        days=days,
        windows=StatutoryWindow.objects.filter(region="").windows(),
        calendar=CalendarDay.objects.calendar(),
    )
    network = networks([project.pk], on=on)[project.pk]
    found = placed(network, on=on, calendars=Calendars())
    assert found is not None
    floats = {row.step_type: found.spots[code] for code, row in network.rows.items() if code in found.spots}
    applied = {key: step for key, step in wanted.steps.items() if not step.done and not step.implied}
    assert {key: floats[key].float_days for key in applied} == {k: step.float_days for k, step in applied.items()}
    goal = found.goals[0]
    assert goal.float_days == wanted.spare - wanted.short_by
    assert goal.soonest == wanted.soonest
    assert goal.expected == wanted.usual_end
