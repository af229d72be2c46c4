"""Reports on tender packages from form to review: counts, suspension, a new call, and the doubts about their days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import person, reach_for
from tests.packages import package
from tracker.actions import reports
from tracker.domain.tender_values import Counts, Phase
from tracker.models import Package, Report, Role, User
from tracker.models.tender_clock import open_steps
from tracker.queries.tender_state import present
from tracker.words import tenders

pytestmark = pytest.mark.django_db


@pytest.fixture
def reporting(client: Client, official_a: User) -> Client:
    client.force_login(official_a)
    return client


def said(**values: object) -> dict[str, object]:
    return {"as_of": timezone.localdate().isoformat(), "client_token": "", "version": "", **values}


def accepted(client: Client, reviewer: User, code: str = "T-BD", **values: object) -> Package:
    assert client.post(f"/tenders/{code}/report/", said(**values)).status_code in (200, 302)
    report = Report.objects.submitted().get(package__code=code)
    reports.accept(report=report, by=reviewer, reach=reach_for(reviewer))
    return Package.objects.get(code=code)


def test_a_report_goes_through_the_chain_and_moves_the_package(reporting, reviewer):
    package()
    form = reporting.get("/tenders/T-BD/report/").content.decode()
    assert "只填家数" in form
    row = accepted(reporting, reviewer, registered="9", shortlisted="7", bidders="5", note="已截止")
    assert (row.registered, row.shortlisted, row.bidders, row.round, row.pending) == (9, 7, 5, 1, 0)
    assert "投标单位5家" in reporting.get("/tenders/T-BD/").content.decode()
    before = {"on": (timezone.localdate() - timedelta(1)).isoformat(), "view": "list"}
    assert "投标单位5家" in reporting.get("/tenders/", {"view": "list"}).content.decode()
    assert "投标单位5家" not in reporting.get("/tenders/", before).content.decode(), "nobody knew yesterday"
    history = reporting.get("/history/package/T-BD/")
    assert history.status_code == 200


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({}, "至少填一项"),
        ({"registered": "5", "bidders": "6"}, "不能多于"),
        ({"suspended_until": "2026-05-01"}, "何时起暂停"),
        ({"registered": "五家"}, ""),
        ({"suspended_from": "下个月的某天"}, ""),
    ],
)
def test_a_report_that_contradicts_itself_is_refused_and_kept(reporting, values, text):
    package()
    answer = reporting.post("/tenders/T-BD/report/", said(note="留着的话", **values))
    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert "留着的话" in answer.content.decode()
    assert not Report.objects.filter(package__isnull=False).exists()


def test_where_a_metric_counts_the_units_they_are_not_asked_twice(client, reviewer):
    row = Package.objects.get(code="XH-BD-01")
    client.force_login(person("official-c", Role.OFFICIAL, row.unit.code))
    form = client.get("/tenders/XH-BD-01/report/").content.decode()
    assert 'name="registered"' not in form
    assert "/metrics/XH-M-12/report/" in form
    moved = accepted(client, reviewer, "XH-BD-01", shortlisted="8", registered="99")
    assert (moved.registered, moved.shortlisted) == (None, 8)


def test_a_suspension_and_a_new_call_are_reported(reporting, reviewer):
    today = timezone.localdate()
    package(days={"B08": today + timedelta(20)})
    since = (today - timedelta(1)).isoformat()
    row = accepted(reporting, reviewer, bidders="2", suspended_from=since, round="2", failed="on")
    assert (row.bidders, row.round, row.failed) == (2, 2, True)
    text = reporting.get("/tenders/T-BD/").content.decode()
    assert "何时恢复未载明" in text
    assert "第2次招标失败" in text
    trail = text.split("<h2>填报</h2>", 1)[1].split("</section>", 1)[0]
    assert "投标单位2家；暂停 " in trail, "who reported which suspension"
    assert "；招标次数 2；招标失败</a>" in trail


def test_the_next_call_is_not_led_by_the_days_of_the_one_that_failed(reporting, reviewer):
    today = timezone.localdate()
    package(days={"B11": today + timedelta(5)}, done={"B04": today - timedelta(40), "B08": today - timedelta(10)})
    assert "下一节点：" in reporting.get("/tenders/T-BD/").content.decode()
    accepted(reporting, reviewer, bidders="2", failed="on")
    for address in ("/tenders/?q=T-BD", "/tenders/?q=T-BD&view=list"):
        assert "第1次招标失败，需重新招标" in reporting.get(address).content.decode(), address
    assert "下一节点：" not in reporting.get("/tenders/T-BD/").content.decode()
    accepted(reporting, reviewer, registered="4", round="2")
    text = reporting.get("/tenders/T-BD/").content.decode()
    assert "下一节点：" not in text
    assert "请在各步的节点填报第2次招标的日期" in text
    ahead = open_steps(Package.objects.filter(code="T-BD"))
    assert not ahead
    values = said(status="in_progress", progress="50", forecast=(today + timedelta(30)).isoformat())
    assert reporting.post("/milestones/T-BD-B08/report/", values).status_code in (200, 302)
    report = Report.objects.submitted().get(milestone__code="T-BD-B08")
    reports.accept(report=report, by=reviewer, reach=reach_for(reviewer))
    assert "还剩30天" in reporting.get("/tenders/T-BD/").content.decode()
    assert [step.code for step in ahead.all()] == ["B08", "B11"]


def test_a_call_that_failed_leads_to_no_award_and_one_reported_of_it_is_told(reporting, reviewer):
    """The package stays where the call failed; the desk hears of the award before it is accepted, then the board."""
    today = timezone.localdate()
    package(days={"B11": today}, done={"B04": today - timedelta(40), "B08": today - timedelta(10)})
    accepted(reporting, reviewer, bidders="2", failed="on")
    values = said(status="done", progress="100", actual_finish=today.isoformat())
    assert reporting.post("/milestones/T-BD-B11/report/", values).status_code in (200, 302)
    told = "已填报完成，但第1次招标已报失败"
    desk = Client()
    desk.force_login(reviewer)
    assert told in desk.get("/review/").content.decode()
    report = Report.objects.submitted().get(milestone__code="T-BD-B11")
    reports.accept(report=report, by=reviewer, reach=reach_for(reviewer))
    text = reporting.get("/tenders/T-BD/").content.decode()
    assert told in text
    assert "须纠正" in text
    assert told in reporting.get("/tenders/?q=T-BD").content.decode()
    [known] = present(Package.objects.filter(code="T-BD"), reach=reach_for(reviewer), on=today)
    assert (known.reading.phase, known.reading.current) == (Phase.EVALUATION, "B09")
    package("T-BD-9", done={"B11": today})
    reporting.post("/tenders/T-BD-9/report/", said(registered="4", failed="on"))
    assert told in desk.get("/review/").content.decode(), "and of the failure, where the award was reported first"


def test_counts_of_a_call_that_failed_are_not_left_in_the_form_of_the_next(reporting, reviewer):
    """The form begins with them: each is cleared, or somebody says that it was counted anew, which the desk hears."""
    package()
    accepted(reporting, reviewer, registered="6", bidders="2", failed="on")
    assert "counted_anew" not in reporting.get("/tenders/T-BD/report/").content.decode()
    values = said(registered="6", bidders="4", round="2", failed="on", note="留着的话")
    answer = reporting.post("/tenders/T-BD/report/", values)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count("与第1次招标的相同。请清空，或在本页勾选确认") == 1, "at the units registered"
    assert text.count("与第1次招标的相同。请取消勾选，或在本页勾选确认") == 1, "at the failure, a box"
    assert "经核实对本次同样成立" in text, "what is confirmed need not have been counted"
    assert "留着的话" in text
    assert 'name="counted_anew"' in text
    assert not Report.objects.submitted().filter(package__code="T-BD")

    del values["failed"]
    assert reporting.post("/reports/draft/", {**values, "draft": "package.T-BD"}).status_code == 200
    kept = reporting.get("/tenders/T-BD/report/").content.decode()
    boxes = [kept.split(f'name="{name}"', 1)[1].split(">", 1)[0] for name in ("failed", "counted_anew")]
    assert not any("checked" in box for box in boxes), "as typed, and still to be confirmed"
    assert reporting.post("/tenders/T-BD/report/", {**values, "counted_anew": "on"}).status_code == 302
    reporting.force_login(reviewer)
    assert "报名单位与第1次招标已认定的相同" in reporting.get("/review/").content.decode()


def test_the_desk_doubts_counts_that_shrink_and_too_few_bidders(reporting, reviewer):
    package()
    since = timezone.localdate().isoformat()
    accepted(reporting, reviewer, registered="9", bidders="5", suspended_from=since, suspended_until=since)
    reporting.post("/tenders/T-BD/report/", said(registered="7", bidders="2"))
    reporting.force_login(reviewer)
    desk = reporting.get("/review/").content.decode()
    assert "报名单位由9减为7" in desk
    assert "起的暂停" not in desk, "it is over and goes on counting: nothing is taken back"
    assert "投标单位只有2家" in desk


def test_the_desk_tells_another_suspension_from_one_put_right():
    """What ended goes on counting beside the next, or beside none; a correction takes the place of what it corrects."""
    may = date(2026, 5, 4)
    old = Counts(suspended_from=may, suspended_until=may + timedelta(3))
    new = Counts(suspended_from=may + timedelta(9))
    before, after = "2026年5月4日 – 2026年5月7日", "2026年5月13日 – 未定"
    assert tenders.changes(old, new) == [("又一段暂停（此前的照计）", "", after)]
    assert tenders.changes(old, Counts()) == []
    assert tenders.changes(old, new, corrects=True) == [("暂停", before, after)]
    assert tenders.changes(old, replace(new, round=2))[0] == ("暂停", before, after), "of another call"


@pytest.mark.parametrize(
    ("regime", "unsure", "text"), [("tender", False, "招标投标法第28条"), ("procurement", True, "政府采购法第36条")]
)
def test_too_few_bidders_rest_on_the_law_of_the_package_and_say_so_where_it_is_not_verified(
    reporting, reviewer, regime, unsure, text
):
    package(regime=regime)
    reporting.post("/tenders/T-BD/report/", said(registered="7", bidders="2"))
    desk = Client()
    desk.force_login(reviewer)
    said_there = desk.get("/review/").content.decode()
    assert "投标单位只有2家" in said_there
    assert ("该规定待核" in said_there) is unsure
    reports.accept(report=Report.objects.submitted().get(package__code="T-BD"), by=reviewer, reach=reach_for(reviewer))
    found = desk.get("/tenders/T-BD/").content.decode()
    assert text in found
    assert ("该规定待核" in found) is unsure


def test_the_desk_doubts_a_step_reported_before_its_lawful_day(reporting, reviewer):
    today = timezone.localdate()
    package(days={"B08": today + timedelta(30)}, done={"B06": today - timedelta(5)})
    values = said(status="done", progress="100", actual_finish=today.isoformat())
    assert reporting.post("/milestones/T-BD-B08/report/", values).status_code in (200, 302)
    reporting.force_login(reviewer)
    desk = reporting.get("/review/").content.decode()
    assert "不满足“投标文件编制期”" in desk


def test_an_official_is_asked_for_counts_while_units_register(reporting):
    today = timezone.localdate()
    package(done={"B04": today - timedelta(3)})
    assert "/tenders/T-BD/" in reporting.get("/reports/mine/").content.decode()
    assert "/tenders/XH-BD-04/report/" not in reporting.get("/reports/mine/").content.decode()


def test_an_accepted_report_is_corrected(reporting, reviewer):
    package()
    accepted(reporting, reviewer, registered="9")
    report = Report.objects.get(package__code="T-BD")
    assert "更正" in reporting.get(f"/reports/{report.pk}/").content.decode()
    answer = reporting.post(f"/reports/{report.pk}/correct/", said(registered="8", reason="重复计数"))
    assert answer.status_code in (200, 302)
    correction = Report.objects.submitted().get(package__code="T-BD")
    reports.accept(report=correction, by=reviewer, reach=reach_for(reviewer))
    assert Package.objects.get(code="T-BD").registered == 8
