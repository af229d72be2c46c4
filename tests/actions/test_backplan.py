"""Applying a plan back from a deadline to a project: what it makes, what it keeps, and what it refuses."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError

from tests.cast import ROOT, UNIT_A, person, reach_for
from tracker.actions import backplan, simulation
from tracker.actions.backplan import Asked
from tracker.audit import Refused
from tracker.domain import dates
from tracker.models import (
    AuditEvent,
    Dependency,
    Milestone,
    MilestonePlan,
    ProcessUse,
    ProcessUseWindow,
    Project,
    Role,
    User,
)
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
DONE = {"B01": date(2026, 11, 12), "B02": date(2026, 11, 18)}


@pytest.fixture
def planner() -> User:
    return person("planner", Role.REVIEWER, ROOT)


def apply(
    by: User, *, deadline: str = "12月底前", template: str = "tender", days: Any = None, code: str = "XH-ZB"
) -> Any:
    read = dates.parse(deadline, year=2026, today=TODAY)
    asked = Asked(template, read, "", DONE if days is None else days)
    project = Project.objects.select_related("unit").get(code=code)
    return backplan.apply(project=project, asked=asked, by=by, reach=reach_for(by), today=TODAY)


def test_the_open_steps_become_linked_milestones_with_their_first_plan(planner: User):
    made = apply(planner)
    assert [row.code for row in made][:3] == ["XH-ZB-B03", "XH-ZB-B04", "XH-ZB-B06"]
    issue = Milestone.objects.get(code="XH-ZB-B06")
    assert (issue.due_latest, issue.first_due_latest, issue.due_text) == (
        date(2026, 12, 3),
        date(2026, 12, 3),
        "2026年12月3日前",
    )
    assert dates.parse(issue.due_text) == issue.due
    assert (issue.plan_number, issue.step_type, issue.unit_id) == (1, "B06", issue.project.unit_id)
    links = Dependency.objects.filter(predecessor__in=made).values_list(
        "predecessor__step_type", "successor__step_type"
    )
    assert ("B06", "B07") in links
    assert len(links) == 10  # the two steps that are done have none
    award = Dependency.objects.get(successor__code="XH-ZB-B11")
    assert (award.kind, award.lag, award.lag_unit) == ("FS", 1, "wd")


def test_the_windows_are_kept_with_their_version(planner: User):
    apply(planner)
    use = ProcessUse.objects.get()
    assert (str(use.template), use.deadline, use.deadline_text) == ("tender v1", date(2026, 12, 31), "12月底前")
    bids = ProcessUseWindow.objects.select_related("window", "since", "until").get(window__code="TB-05")
    assert bids.since is not None
    assert (bids.window.version, bids.since.step_type, bids.until.step_type) == (1, "B06", "B08")
    event = AuditEvent.objects.get(action="project.process")
    assert event.after is not None
    assert (event.subject_code, len(event.after["milestones"])) == ("XH-ZB", 11)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tracker_processusewindow")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"deadline": "10月底前"}, "plan_impossible"),
        ({"deadline": "12月底前", "days": {}}, "plan_late"),
        ({"days": {"B11": date(2026, 11, 16)}}, "plan_done"),
        ({"days": {"B06": date(2026, 11, 18), "B08": date(2026, 12, 1)}}, "plan_impossible"),
        ({"template": "nonsense"}, "unknown_process"),
    ],
)
def test_what_is_refused_leaves_nothing_behind(planner: User, change: dict[str, Any], code: str):
    before = Milestone.objects.count(), MilestonePlan.objects.count()
    with pytest.raises(Refused) as refused:
        apply(planner, **change)
    assert refused.value.code == code
    assert (Milestone.objects.count(), MilestonePlan.objects.count()) == before
    assert not ProcessUse.objects.exists()


def test_a_project_has_a_process_once_and_another_beside_it(planner: User):
    apply(planner)
    with pytest.raises(Refused) as refused:
        apply(planner, deadline="2027年6月底前")
    assert (refused.value.code, refused.value.field) == ("process_applied", "project")
    second = apply(planner, template="tender-prequal", deadline="2027年6月底前", days={})
    assert "XH-ZB-B06-2" in [row.code for row in second]


def test_who_may_not_plan_is_refused_and_recorded():
    official = person("official-a", Role.OFFICIAL, UNIT_A)
    with pytest.raises(Refused) as refused:
        apply(official)
    assert refused.value.right
    assert AuditEvent.objects.filter(action="project.process", subject_code="XH-ZB").exists()


def test_a_retired_project_takes_no_process(planner: User):
    with writing():
        Project.objects.filter(code="XH-ZB").update(retired_at="2026-11-01T00:00:00Z")
    with pytest.raises(Refused, match="retired"):
        apply(planner)


def test_a_process_applied_to_a_simulated_project_goes_with_it(planner: User):
    simulation.portfolio(projects=12, seed=1, today=TODAY)
    apply(planner, code="SIM-0001")
    simulation.clear()
    assert not Project.objects.filter(programme__simulated=True).exists()
    assert not ProcessUse.objects.exists()
    apply(planner)


def test_what_a_simulated_planner_applied_to_a_real_project_keeps_its_plan():
    simulation.portfolio(projects=12, seed=1, today=TODAY)
    by = person("planner", Role.REVIEWER, ROOT)
    with writing():
        User.objects.filter(pk=by.pk).update(simulated=True)
    apply(by)
    simulation.clear()
    made = Milestone.objects.get(code="XH-ZB-B06")
    assert (made.plan_number, made.due_latest) == (1, date(2026, 12, 3))
    assert User.objects.filter(pk=by.pk).exists()
