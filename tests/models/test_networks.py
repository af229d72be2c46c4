"""What is read for a project's schedule gives the floats that the plan it was made from shows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.cast import ROOT, person, reach_for
from tests.packages import package
from tracker.actions import backplan
from tracker.actions.backplan import Asked
from tracker.domain import dates
from tracker.domain.backplan import plan
from tracker.domain.project_schedule import ProjectSchedule, Verdict
from tracker.models import CalendarDay, Milestone, Package, ProcessTemplate, Project, Role, StatutoryWindow
from tracker.models.guard import writing
from tracker.models.networks import Calendars, networks, placed
from tracker.queries.tender_state import present

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


def test_a_suspended_tender_is_judged_by_the_days_it_has_moved_to():
    """The goal and its lawful periods speak of the days of the clock, as the page of the package does."""
    by = person("planner", Role.REVIEWER, ROOT)
    row = package()
    asked = Asked("tender", dates.parse("2027年3月10日", year=2026, today=TODAY), "", {})
    backplan.apply(project=row.project, asked=asked, by=by, reach=reach_for(by), today=TODAY, package=row)
    on = TODAY + timedelta(90)
    with writing():
        Milestone.objects.filter(package_steps__package=row).update(planned_at=timezone.now() - timedelta(30))

    def judged() -> ProjectSchedule:
        found = placed(networks([row.project_id], on=on)[row.project_id], on=on, calendars=Calendars())
        assert found is not None
        return found

    assert judged().goals[0].verdict is Verdict.IMPOSSIBLE
    with writing():
        Package.objects.filter(pk=row.pk).update(suspended_from=TODAY + timedelta(1))
    [known] = present([Package.objects.get(pk=row.pk)], reach=reach_for(by), on=on)
    days = {milestone.code: one.day for one in known.reading.coming if (milestone := known.milestone(one.key))}
    found = judged()
    goal = found.goals[0]
    assert goal.verdict is Verdict.HOLDS
    assert goal.day == days[goal.key]
    laws = {(one.window.id, one.last_day, one.slack) for one in known.reading.held}
    assert {(one.window.id, one.last_day, one.slack) for one in found.brackets} <= laws
