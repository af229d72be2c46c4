"""One clock for tenders: after an accepted suspension every place tells the same new day; the calendar of deadlines."""

import re
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.cast import ROOT, person, reach_for
from tests.packages import package
from tracker import words
from tracker.actions import backplan, reminders, reports
from tracker.domain import dates
from tracker.models import CalendarDay, CalendarFeed, Milestone, Notice, Package, Programme, Report, Role, User
from tracker.models.guard import writing
from tracker.queries import feeds
from tracker.queries.tender_state import present
from tracker.queries.timeline import timeline
from tracker.queries.timeline_wanted import Wanted

pytestmark = pytest.mark.django_db
STEP = "T-BD-B08"


@pytest.fixture(autouse=True)
def tracked() -> None:
    """What has passed was followed, so that nobody has said nothing of it."""
    with writing():
        Programme.objects.update(tracking_from=date(2026, 1, 1))


def page(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def today() -> date:
    return timezone.localdate()


def suspended(client: Client, official: User, reviewer: User, since: date, until: date | None, **more: object) -> None:
    """A suspension reported by the unit and accepted."""
    client.force_login(official)
    said: dict[str, object] = {"as_of": since, "client_token": "", "version": "", **more}
    said |= {"suspended_from": since, "suspended_until": until or ""}
    assert client.post("/tenders/T-BD/report/", said).status_code in (200, 302)
    reports.accept(report=Report.objects.submitted().get(package__code="T-BD"), by=reviewer, reach=reach_for(reviewer))


def test_after_two_accepted_suspensions_every_place_tells_the_same_new_day(client, official_a, reviewer, leader, today):
    """Ten days that are over and thirty that have begun."""
    package(days={"B08": today + timedelta(5)})
    with writing():  # planned before the suspension, and nothing else in sight
        Milestone.objects.filter(code=STEP).update(planned_at=timezone.now() - timedelta(40))
        Milestone.objects.exclude(code=STEP).update(due_latest=None, due_earliest=None, forecast_latest=None)
    suspended(client, official_a, reviewer, today - timedelta(20), today - timedelta(10))
    suspended(client, official_a, reviewer, today, today + timedelta(30))
    day = CalendarDay.objects.calendar().roll_forward(today + timedelta(15 + 30))
    told, left = f"因暂停顺延至{words.day(day)}", f"还剩{(day - today).days}天"

    mine = page(client, "/reports/mine/")
    assert told in mine
    client.force_login(leader)
    overview = page(client, "/").split("<main", 1)[1]
    assert overview.count(words.day(day)) >= 2, "among the nearest deadlines and the bidding deadlines"
    assert left in overview
    assert f"<small>还有</small> {(day - today).days} <small>天</small>" in overview
    assert "<small>还有</small> 5 <small>天</small>" not in overview
    for address, query in (("/tenders/", {}), ("/tenders/", {"view": "list"}), ("/tenders/T-BD/", {})):
        assert left in page(client, address, **query), (address, query)
    for known in ({}, {"known": today.isoformat()}):
        text = page(client, "/tenders/T-BD/", **known)
        assert "恢复，共10天。" in text
        assert "合计暂停40天。" in text, "of a past moment too"
    assert told in page(client, f"/milestones/{STEP}/")
    assert told in page(client, "/timeline/", q=STEP)
    calendar = page(client, "/tenders/", view="calendar", month=f"{day:%Y-%m}")
    cell = calendar.split(f'<time datetime="{day.isoformat()}">', 1)[1].split("</td>", 1)[0]
    assert "/tenders/T-BD/" in cell
    assert left in cell
    feed = CalendarFeed(user=leader, scope="me")
    entries = feeds.read(feed=feed, reach=reach_for(leader), on=today, language="zh-hans").entries
    assert [one.last for one in entries if one.uid == f"milestone-{STEP}"] == [day]
    reminders.make(on=day - timedelta(3))
    assert f"due:{STEP}:{day}:" in Notice.objects.get(person=official_a, subject_code=STEP).key


def test_a_suspension_taken_back_and_a_new_call_leave_what_is_still_stated(client, official_a, reviewer, today):
    """The row follows every acceptance, the desk says what one would take back, and a migrated row holds the same."""
    package()
    first, second = today - timedelta(20), today - timedelta(8)
    suspended(client, official_a, reviewer, first, first + timedelta(5))
    suspended(client, official_a, reviewer, second, second + timedelta(3))
    row = Package.objects.get(code="T-BD")
    ended = [first.isoformat(), (first + timedelta(5)).isoformat()]
    assert row.earlier_stops == [ended]
    with writing():
        Package.objects.update(earlier_stops=[])
    with connection.cursor() as cursor:
        cursor.execute(import_module("tracker.migrations.0030_earlier_suspensions").FILL)
    assert Package.objects.get(pk=row.pk).earlier_stops == [ended]
    form = page(client, "/tenders/T-BD/report/")
    assert f"曾于{words.day(first)}暂停" in form, "beside the fields, which hold the second"

    said = {"client_token": "", "version": "", "registered": "5", "round": "1"}
    corrected = Report.objects.get(package=row, as_of=first)
    said |= {"as_of": first.isoformat(), "reason": "日期填错"}
    assert client.post(f"/reports/{corrected.pk}/correct/", said).status_code in (200, 302)
    client.force_login(reviewer)
    desk = page(client, "/review/")
    assert f"没有填报再写明{words.day(first)}起的暂停：合计暂停减少5天，已顺延的日期随之退回" in desk
    assert "暂停按各次填报重新计算" in desk
    assert "通过后不改变当前状态" not in desk, "it changes what the clock counts"
    found = Report.objects.submitted().get(package=row)
    reports.accept(report=found, by=reviewer, reach=reach_for(reviewer))
    assert Package.objects.get(pk=row.pk).earlier_stops == []
    assert "此前的暂停" in page(client, "/history/package/T-BD/")
    suspended(client, official_a, reviewer, today, today, round="2", registered="3")
    row.refresh_from_db()
    assert (row.round, row.earlier_stops) == (2, []), "a new call starts with none"


def test_one_whose_end_no_report_states_any_more_is_told_as_counted_so_far(client, official_a, reviewer, today):
    package()
    first, day = today - timedelta(20), timedelta(1)
    for as_of, since, until in (
        (first + 3 * day, first, None),
        (first + 6 * day, first, first + 5 * day),
        (first + 12 * day, first + 12 * day, first + 14 * day),
    ):
        suspended(client, official_a, reviewer, since, until, as_of=as_of)
    ended = Report.objects.get(package__code="T-BD", as_of=first + 6 * day)
    said = {"as_of": ended.as_of.isoformat(), "client_token": "", "version": "", "registered": "5", "reason": "填错"}
    assert client.post(f"/reports/{ended.pk}/correct/", said).status_code in (200, 302)
    reports.accept(report=Report.objects.submitted().get(package__code="T-BD"), by=reviewer, reach=reach_for(reviewer))
    counted = first + 3 * day
    row = Package.objects.get(code="T-BD")
    assert row.earlier_stops == [[first.isoformat(), counted.isoformat(), False]]
    text = page(client, "/tenders/T-BD/")
    assert f"{words.day(first)}起暂停，按填报计至{words.day(counted)}（未报恢复），共3天。" in text
    client.force_login(reviewer)
    assert words.day(counted) in page(client, "/history/package/T-BD/")


def test_the_brackets_of_the_law_run_to_the_day_a_suspension_moves_to(leader, today):
    row = package()
    planner = person("planner", Role.REVIEWER, ROOT)
    asked = backplan.Asked("tender", dates.parse(f"{today.year + 1}年9月底前"), "", {})
    backplan.apply(project=row.project, asked=asked, by=planner, reach=reach_for(planner), today=today, package=row)
    found = timeline(reach=reach_for(leader), on=today, language="zh-hans", wanted=Wanted(text=STEP))
    before = next(one for one in found.rows if one.code == STEP)
    with writing():
        stopped = {"suspended_from": today - timedelta(3), "suspended_until": today + timedelta(57)}
        Package.objects.filter(pk=row.pk).update(**stopped)
        Milestone.objects.filter(package_steps__package=row).update(planned_at=timezone.now() - timedelta(9))
    found = timeline(reach=reach_for(leader), on=today, language="zh-hans", wanted=Wanted(text=STEP))
    after = next(one for one in found.rows if one.code == STEP)
    assert before.laws
    assert before.latest == after.latest, "the plan stays"
    assert after.forecast_latest
    assert {one.last for one in after.laws} == {after.forecast_latest}
    [package_page] = present([Package.objects.get(pk=row.pk)], reach=reach_for(leader), on=today)
    told = {
        (one.first_day, one.last_day, (one.slack or 0) < 0)
        for one in package_page.reading.held
        if one.last.step == "B08"
    }
    assert {(one.first, one.last, one.broken) for one in after.laws} <= told, "as the page of the package has it"
    firsts = zip(before.laws, after.laws, strict=True)
    assert all((new.first - old.first).days >= 60 for old, new in firsts), "both ends of the period move"


def test_a_milestone_two_packages_share_moves_only_once_both_stand_still(client, official_a, reviewer, leader, today):
    package(days={"B08": today + timedelta(5)})
    shared = Milestone.objects.get(code=STEP)
    other = package("T-BD-2")
    with writing():
        Milestone.objects.filter(code=STEP).update(planned_at=timezone.now() - timedelta(9))
        other.steps.filter(code="B08").update(milestone=shared)
    suspended(client, official_a, reviewer, today, today + timedelta(30))
    client.force_login(leader)
    assert "因暂停顺延" not in page(client, f"/milestones/{STEP}/")


def test_a_month_shows_its_deadlines_and_the_days_not_worked(client, leader, today):
    package(days={"B08": date(2026, 10, 20)}, done={"B04": date(2026, 10, 9)})
    client.force_login(leader)
    text = page(client, "/tenders/", view="calendar", month="2026-10")
    table = text.split('<table class="agenda"', 1)[1].split("</table>", 1)[0]
    assert table.count('<th scope="col">') == 7
    assert '<td class="holiday' in table.split('datetime="2026-10-01"')[0][-200:]
    assert '<td class="makeup' in table.split('datetime="2026-10-10"')[0][-200:], "a Saturday worked in exchange"
    assert "light done" in table.split('datetime="2026-10-09"', 1)[1].split("</td>", 1)[0]
    assert STEP in table.split('datetime="2026-10-20"', 1)[1].split("</td>", 1)[0]
    assert "month=2026-09" in text
    assert "month=2026-11" in text
    assert 'aria-current="date"' not in table
    assert 'aria-current="date"' in page(client, "/tenders/", view="calendar", month=f"{today:%Y-%m}")


@pytest.mark.parametrize("month", ["2026-13", "nonsense", "0001-01", "2026-10-10", "９９９９-01"])
def test_a_month_nobody_can_read_is_said_and_shows_the_present_one(client, leader, today, month):
    client.force_login(leader)
    text = page(client, "/tenders/", view="calendar", month=month)
    assert "无法识别所填月份" in text
    assert f'datetime="{today.isoformat()}"' in text


def test_the_board_lists_what_is_overdue_and_then_what_comes_next(client, leader, today):
    package(days={"B06": today - timedelta(3), "B08": today + timedelta(20)})
    client.force_login(leader)
    text = page(client, "/tenders/", q="T-BD").split("近期节点", 1)[1]
    assert "逾期1项" in text
    assert f"今后全部1项，最远到{words.day(today + timedelta(20))}（还剩20天）" in text
    assert text.index("逾期3天") < text.index("还剩20天", text.index("</header>"))


def test_the_board_lists_what_needs_attention_the_serious_first(client, leader, today):
    """Of a package its longest overdue step; nothing that was not tracked, nor two steps by one day."""
    package(days={"B01": date(2025, 12, 1), "B02": today - timedelta(9), "B03": today - timedelta(3)})
    package("T-BD-2", days={"B10": today + timedelta(20), "B11": today + timedelta(20)}, suspended_from=today)
    package("T-BD-3", bidders=2, failed=True, done={"B06": today - timedelta(9)})
    client.force_login(leader)
    text = page(client, "/tenders/", q="T-BD").split("<h2>需要处理</h2>", 1)[1].split("</section>", 1)[0]
    assert "须纠正1项；须跟进3项" in text
    listed = re.findall(r'/tenders/(T-BD[-0-9]*)/.*?class="light (\w+)".*?([^<>]+)</span></li>', text, re.DOTALL)
    assert [(code, colour, word.strip()) for code, colour, word in listed] == [
        ("T-BD-2", "red", "须纠正"),
        ("T-BD", "red", "逾期9天"),
        ("T-BD-2", "amber", "暂停"),
        ("T-BD-3", "amber", "须重新招标"),
    ]
    assert "另有1步逾期。" in text


def test_the_overview_lists_the_longest_overdue_and_then_what_comes_next(client, leader, today):
    """Two of three that are overdue; not what passed before it was tracked, nor what a suspension has moved ahead."""
    with writing():
        Milestone.objects.update(due_latest=None, due_earliest=None, forecast_latest=None)
    days = {"B03": date(2025, 12, 1), "B04": today - timedelta(9), "B06": today - timedelta(3), "B08": today}
    package(days={**days, "B10": today - timedelta(1), "B11": today + timedelta(20)})
    stopped = {"suspended_from": today - timedelta(8), "suspended_until": today + timedelta(90)}
    package("T-BD-2", days={"B08": today - timedelta(5)}, **stopped)
    with writing():
        Milestone.objects.filter(code="T-BD-2-B08").update(planned_at=timezone.now() - timedelta(30))
    client.force_login(leader)
    text = page(client, "/").split("近期招标节点", 1)[1].split("</section>", 1)[0]
    assert "逾期3项" in text
    found = re.findall(r'<span class="days ?([a-z]*)"><small>([^<]*)</small>(?: (\d+) )?', text)
    ahead = CalendarDay.objects.calendar().roll_forward(today + timedelta(93)) - today
    assert found == [
        ("red", "逾期", "9"),
        ("red", "逾期", "3"),
        ("amber", "今天", ""),
        ("", "还有", "20"),
        ("", "还有", str(ahead.days)),
    ]
