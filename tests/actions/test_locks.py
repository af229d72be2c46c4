"""Several people at work on one project at once: whoever waits for whom, nobody waits in a ring."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from tests.actions.test_rechecks import lengthen_bidding
from tests.actions.test_reports_together import together
from tests.actions.test_schedule_files import THREE, asked
from tests.cast import ROOT, person, reach_for
from tracker.actions import backplan, plans, rechecks, schedule_files
from tracker.actions.backplan import Asked
from tracker.actions.plans import Change
from tracker.domain import dates
from tracker.models import Milestone, Project, Role, ScheduleFinding, User

TODAY = timezone.localdate()
LATER = TODAY + timedelta(400)
STEPS = ("XH-ZB-B04", "XH-ZB-B06", "XH-ZB-B07", "XH-ZB-B08")


@pytest.fixture
def planner(own_database: None) -> User:
    """A planner, and a process in force in a project: findings at its milestones come with every change."""
    found = person("planner", Role.REVIEWER, ROOT)
    project = Project.objects.select_related("unit").get(code="XH-ZB")
    deadline = dates.parse(f"{LATER.year}年{LATER.month}月{LATER.day}日前")
    asked = Asked("tender", deadline, "", {})
    backplan.apply(project=project, asked=asked, by=found, reach=reach_for(found), today=TODAY)
    return found


def replan(code: str, days: int, by: User) -> None:
    row = Milestone.objects.select_related("unit").get(code=code)
    due = dates.parse((TODAY + timedelta(days)).isoformat())
    reach = reach_for(by)
    plans.replan(milestone=row, due=due, planned_start=None, change=Change("调整"), by=by, reach=reach)


def replans(by: User, round_: int = 0) -> list[Callable[[], Any]]:
    return [partial(replan, code, 20 - at + round_, by) for at, code in enumerate(STEPS)]


def test_plans_of_one_project_changed_at_once_do_not_wait_in_a_ring(planner: User):
    """Each keeps findings at the milestones the others have locked."""
    for round_ in range(2):
        together([*replans(planner, round_), lambda: rechecks.recheck_all(today=TODAY)])
    assert ScheduleFinding.objects.filter(milestone__code__in=STEPS).exists(), "findings at the milestones that moved"


def test_a_schedule_is_loaded_while_plans_of_its_project_change(planner: User):
    """A file locks the whole project, a plan its milestone first."""
    loading = asked(planner, *THREE)
    for round_ in range(2):
        found = together([*replans(planner, round_), lambda: schedule_files.rehearse(loading)])
        assert found[-1].changes


def test_a_window_gets_a_version_while_a_plan_that_names_it_is_stored(planner: User):
    """Whoever applies a process keeps its windows and locks its project; the new version wants that project."""
    told = connection.get_connection_params()
    with psycopg.connect(host=told["host"], user=told["user"], dbname=told["dbname"]) as other:
        other.execute("SELECT 1 FROM tracker_statutorywindow WHERE code = 'TB-05' FOR KEY SHARE")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        lengthen_bidding()
