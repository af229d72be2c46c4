"""A suspension moves days, not plans: where a planned day stands, the one that holds stands beside it, then and now."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.utils import timezone

from tests.cast import ROOT, person, reach_for
from tests.packages import package
from tests.views.test_tender_clock import STEP, page, suspended
from tracker import words
from tracker.actions import backplan
from tracker.actions.rechecks import recheck_all
from tracker.domain import dates
from tracker.models import CalendarDay, Milestone, Programme, Role, ScheduleFinding
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LEFT = 5


@pytest.fixture
def moved(client, official_a, reviewer, leader) -> date:
    """The day to which ten days that were over ten days ago have moved the one milestone that is dated."""
    package(days={"B08": TODAY + timedelta(LEFT)}, at=timezone.now() - timedelta(40))
    with writing():
        Programme.objects.update(tracking_from=date(2026, 1, 1))
        Milestone.objects.exclude(code=STEP).update(due_latest=None, due_earliest=None, forecast_latest=None)
    suspended(client, official_a, reviewer, TODAY - timedelta(20), TODAY - timedelta(10))
    client.force_login(leader)
    return CalendarDay.objects.calendar().roll_forward(TODAY + timedelta(LEFT + 10))


def test_a_past_moment_has_the_day_it_knew(client, moved):
    """The page of the milestone and the overview, as the page of the package; before the suspension there was none."""
    told = words.day(moved)
    for on, known in ((TODAY - timedelta(3), True), (TODAY - timedelta(25), False)):
        shown = page(client, f"/milestones/{STEP}/", on=on.isoformat())
        assert (f"因暂停顺延至{told}" in shown) is known
        assert (told in page(client, "/tenders/T-BD/", on=on.isoformat())) is known
        panel = page(client, "/", on=on.isoformat()).split("近期招标节点", 1)[1].split("</section>", 1)[0]
        day = moved if known else TODAY + timedelta(LEFT)
        assert f"{words.day(day)}{' · 因暂停顺延' if known else ''}<" in panel
        assert f"<small>还有</small> {(day - on).days} <small>天</small>" in panel
    before = (timezone.now() - timedelta(1)).date().isoformat()
    assert "因暂停顺延" not in page(client, f"/milestones/{STEP}/", known=before), "nobody had said so yet"


def test_every_list_names_the_moved_day_beside_the_plans(client, moved):
    """The plan's day has passed and its light says so; the day that holds stands beside it, at a past moment too."""
    on = TODAY - timedelta(3)
    told = f"因暂停顺延至{words.day(moved)}"
    assert told in page(client, "/projects/XH-ZB/")
    assert told in page(client, "/projects/XH-ZB/", on=on.isoformat())
    assert told in page(client, "/milestones/", q=STEP)
    answer = client.get("/milestones/", {"q": STEP, "_export": "csv"})
    [row] = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode().removeprefix("\ufeff"), newline=""))
    assert (row["期限止"], row["因暂停顺延至"]) == ((TODAY + timedelta(LEFT)).isoformat(), moved.isoformat())
    overview = page(client, "/", since=(TODAY - timedelta(35)).isoformat())
    assert told in overview.split('id="changes"', 1)[1]
    assert told in overview.split('class="p-next"', 1)[1].split("</td>", 1)[0]


def test_an_accepted_suspension_checks_the_schedule_anew_at_once(client, official_a, reviewer):
    """What could not be reached by the day of the plan can be by the day it has moved to; at once, not overnight."""
    row, by = package(), person("planner", Role.REVIEWER, ROOT)
    asked = backplan.Asked("tender", dates.parse(f"{TODAY.year + 1}年9月底前"), "", {})
    backplan.apply(project=row.project, asked=asked, by=by, reach=reach_for(by), today=TODAY, package=row)
    with writing():
        steps = Milestone.objects.filter(package_steps__package=row)
        steps.update(planned_at=timezone.now() - timedelta(30), due_latest=TODAY + timedelta(3))
    found = ScheduleFinding.objects.filter(project=row.project, code="impossible")
    recheck_all(today=TODAY)
    assert found.exists()
    suspended(client, official_a, reviewer, TODAY, TODAY + timedelta(150))
    assert not found.exists()
