"""My reports, the report form and the list of reports over HTTP: what is shown, refused, kept and stored."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from tests.addresses import report_on
from tests.cast import UNIT_A, reach_for, signed_in
from tests.counting import statements
from tracker.actions import reports as actions
from tracker.models import AuditEvent, Metric, Milestone, Programme, Report, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
CODE, METRIC, MINE = "XH-ZB-02", "XH-M-18", "/reports/mine/"


def address(code: str = CODE) -> str:
    return f"/{'metrics' if '-M-' in code else 'milestones'}/{code}/report/"


def form(code: str = CODE, **values: Any) -> dict[str, Any]:
    """What the form of that item sends."""
    model: Any = Metric if "-M-" in code else Milestone
    hidden = {"client_token": str(uuid4()), "version": model.objects.get(code=code).version}
    if model is Metric:
        return {**hidden, "quantity": "168", "measure": "亩", "as_of": TODAY.isoformat(), "note": "", **values}
    return {**hidden, "status": "in_progress", "progress": "60", "as_of": TODAY.isoformat(), "note": "", **values}


def accepted(by: User, reviewer: User, code: str = CODE) -> Report:
    report = report_on(code, by)
    return actions.accept(report=report, by=reviewer, reach=reach_for(reviewer))


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def exported(client: Client, url: str) -> str:
    response: Any = client.get(url)
    return b"".join(response.streaming_content).decode()


@pytest.fixture
def client(official_a: User) -> Client:
    return signed_in(official_a)


def test_htmx_gets_the_saved_line_that_confirms_the_draft(client, official_a):
    sent = form(progress="７５％", note="说明\r\n第二行", forecast="12月底前", as_of="今天")
    response = client.post(address(), sent, **HTMX)
    assert response.status_code == 200
    assert f'data-confirmed="{sent["client_token"]}"' in response.content.decode()
    assert "75%" in text(response)
    report: Any = Report.objects.get(author=official_a)
    assert (report.on_milestone.progress, report.as_of, report.note) == (75, TODAY, "说明\n第二行")
    assert report.on_milestone.forecast_latest.isoformat() == f"{TODAY.year}-12-31"


def test_without_javascript_one_is_led_back_with_a_message(client):
    response = client.post(address(), form(), follow=True)
    assert response.redirect_chain == [(MINE, 302)]
    assert "已提交，待审" in text(response)
    onward = client.post(address(), form(next="/milestones/"), follow=False)
    assert onward.headers["Location"] == "/milestones/"
    assert client.post(address(), form(next="//evil.example/")).headers["Location"] == MINE
    assert client.post(address(), form(next="document")).headers["Location"] == MINE


@pytest.mark.parametrize(
    ("language", "values", "field", "words"),
    [
        ("zh-hans", {"progress": "101"}, "progress", "进度应在0至100之间。"),
        ("en", {"progress": "101"}, "progress", "Progress lies between 0 and 100."),
        ("zh-hans", {"progress": "一半"}, "progress", "请填0至100的数。"),
        ("zh-hans", {"progress": "1e3"}, "progress", "请填0至100的数。"),
        ("zh-hans", {"progress": "33.333"}, "progress", "最多2位小数。"),
        ("zh-hans", {"status": "done"}, "actual_finish", "请填实际完成日期。"),
        ("zh-hans", {"status": "done", "actual_finish": "2099-01-01"}, "actual_finish", "不能晚于今天"),
        ("zh-hans", {"as_of": (TODAY + timedelta(days=1)).isoformat()}, "as_of", "不能晚于今天"),
        ("zh-hans", {"as_of": "2月30日"}, "as_of", "没有这一天。"),
        ("zh-hans", {"as_of": "改天"}, "as_of", "日期无法识别"),
        ("en", {"as_of": "one day"}, "as_of", "This is no date we can read."),
        ("zh-hans", {"forecast": "等通知"}, "forecast", "日期无法识别"),
        ("zh-hans", {"forecast": "2020年6月"}, "forecast", "已于2020年6月30日过去"),
        ("zh-hans", {"note": "长" * 1001}, "note", "共1001字，最多1000字。"),
        ("zh-hans", {"status": "exploded"}, "status", ""),
        ("zh-hans", {"note": "零\x00字节"}, "note", ""),
    ],
)
def test_bad_input_comes_back_at_its_field_with_all_that_was_typed(client, language, values, field, words):
    client.cookies["guatu_language"] = language
    sent = form(**{"note": "不要丢", **values})
    for headers in (HTMX, {}):
        response = client.post(address(), sent, **headers)
        page = response.content.decode()
        assert response.status_code == 422
        assert f'id="id_{CODE}_{field}_error"' in page or field == "status"
        assert words in text(response)
        assert sent["client_token"] in page
        for name in ("progress", "as_of", "note", "forecast"):
            typed = str(sent.get(name, "")).replace("\x00", "")
            assert not typed or typed[:50] in page or "\x00" in str(sent[name])
    assert not Report.objects.filter(origin="form").exists()
    assert not AuditEvent.objects.filter(action="report.submit").exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"quantity": "5万人"}, "计量单位不符：本指标以亩计。"),
        ({"quantity": "很多"}, "数值无法识别"),
        ({"quantity": ""}, ""),
        ({"quantity": "X亩"}, "请填数值。"),
        ({"quantity": "-3"}, "不能小于0。"),
        ({"quantity": "2—1"}, "请先写较小的数。"),
        ({"measure": "万人"}, ""),
        ({"as_of": "改天"}, "日期无法识别"),
    ],
)
def test_bad_figures_come_back_at_their_field(client, values, words):
    response = client.post(address(METRIC), form(METRIC, **values), **HTMX)
    assert response.status_code == 422
    assert words in text(response)
    assert not Report.objects.filter(origin="form").exists()


@pytest.mark.parametrize(
    ("values", "low", "measure", "qualifier"),
    [
        ({"quantity": "１，２００"}, 1200, "亩", "exact"),
        ({"quantity": "约80", "measure": "公顷"}, 80, "公顷", "about"),
        ({"quantity": "80公顷"}, 80, "公顷", "exact"),
        ({"quantity": "1000余"}, 1000, "亩", "over"),
    ],
)
def test_figures_are_read_as_people_write_them(client, values, low, measure, qualifier):
    assert client.post(address(METRIC), form(METRIC, **values), **HTMX).status_code == 200
    stored = Report.objects.get(origin="form").on_metric
    assert (stored.low, stored.measure, stored.qualifier) == (low, measure, qualifier)


def test_a_stale_form_shows_both_texts_and_can_then_be_sent(client, official_a, reviewer):
    sent = form(progress="80", note="我写的说明")
    accepted(official_a, reviewer)
    response = client.post(address(), sent, **HTMX)
    assert response.status_code == 409
    assert "50" in text(response)
    assert "80" in text(response)
    assert "我写的说明" in response.content.decode()
    hidden = dict(re.findall(r'name="(version|client_token)" value="([^"]+)"', response.content.decode()))
    assert hidden["client_token"] != sent["client_token"]
    assert client.post(address(), {**sent, **hidden}, **HTMX).status_code == 200


@pytest.mark.parametrize("version", ["x", "-1", "9" * 30, "１"])
def test_a_version_that_is_none_is_stale(client, version):
    assert client.post(address(), form(version=version), **HTMX).status_code == 409


def test_a_replayed_post_is_one_report(client, official_a):
    sent = form()
    answers = [client.post(address(), sent, **HTMX).status_code for _again in range(3)]
    assert answers == [200, 200, 200]
    assert Report.objects.filter(author=official_a).count() == 1
    changed = client.post(address(), {**sent, "progress": "61"}, **HTMX)
    assert changed.status_code == 409
    assert "内容与这次不同" in text(changed)


@pytest.mark.parametrize("token", ["", "short", "x" * 500, "<script>", "a b c d e f g h"])
def test_a_token_that_is_none_does_no_harm(client, token):
    assert client.post(address(), form(client_token=token), **HTMX).status_code == 200


def test_unchanged_is_one_click(client, official_a, reviewer):
    accepted(official_a, reviewer)
    response = client.post(address(), form(unchanged="1", progress="乱写"), **HTMX)
    assert response.status_code == 200
    report: Any = Report.objects.filter(author=official_a).latest("id")
    assert (report.on_milestone.progress, report.as_of, report.note) == (50, TODAY, "")


def test_unchanged_without_anything_to_repeat(client):
    response = client.post(address(), form(unchanged="1"), **HTMX)
    assert response.status_code == 409
    assert "尚无已审核的内容" in text(response)


def test_done_needs_no_figure_and_drops_the_forecast(client):
    day = TODAY - timedelta(days=3)
    sent = form(status="done", progress="60", progress_was="60", actual_finish=day.isoformat(), forecast="明年")
    assert client.post(address(), sent, **HTMX).status_code == 200
    stored: Any = Report.objects.get(origin="form").on_milestone
    assert (stored.progress, stored.actual_finish, stored.forecast) == (100, day, None)


def test_another_units_item_is_403_and_noted(official_b):
    client = signed_in(official_b)
    for headers in (HTMX, {}):
        assert client.post(address(), form(), **headers).status_code == 403
    assert client.get(address()).status_code == 404  # as the page of the item, which it does not tell of either
    assert AuditEvent.objects.filter(actor_id=official_b.pk, refused=True, subject_code=CODE).count() == 2


def test_when_the_session_has_ended_one_is_led_back_to_the_page_one_was_on(client):
    sent, host = form(), "http://testserver"
    client.logout()
    asked = client.post(address(), sent, headers={"HX-Request": "true", "HX-Current-URL": f"{host}{MINE}?group=soon"})
    assert asked.status_code == 401
    assert asked.headers["HX-Redirect"] == f"/sign-in/?next={MINE}%3Fgroup%3Dsoon"
    plain = client.post("/reports/1/accept/", headers={"Referer": f"{host}/review/"})
    assert plain.headers["Location"] == "/sign-in/?next=/review/"
    assert client.post(address(), sent, headers={"Referer": "http://evil.example/x"}).headers["Location"].endswith("=/")
    assert client.get(address()).headers["Location"] == f"/sign-in/?next={address()}"


def test_a_derived_metric_has_no_form(client):
    with writing():
        Metric.objects.filter(code=METRIC).update(derived=True, aggregation="sum")
    response = client.get(address(METRIC), follow=True)
    assert response.redirect_chain == [(f"/metrics/{METRIC}/", 302)]
    assert client.post(address(METRIC), form(METRIC), **HTMX).status_code == 409


def test_a_retired_item_is_not_there(client):
    with writing():
        Milestone.objects.filter(code=CODE).update(retired_at=timezone.now())
    assert client.get(address()).status_code == 404


def test_the_deep_link_shows_the_form_alone(client):
    page = client.get(address()).content.decode()
    assert f'action="{address()}"' in page
    assert 'hx-target="this"' in page.split("<form")[-1]
    answer = client.post(address(), {**form(next="/milestones/"), "alone": "1"}, **HTMX)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, "/milestones/")


def test_what_was_returned_comes_first_with_its_values_and_the_comment(client, official_a, reviewer):
    report = report_on("XH-JC-03", official_a)
    actions.return_(report=report, comment="请补充依据", by=reviewer, reach=reach_for(reviewer))
    page = client.get(MINE).content.decode()
    first = page.split('<details class="item"')[1]
    assert "XH-JC-03" in first
    assert "请补充依据" in first
    assert 'name="progress" inputmode="decimal" autocomplete="off" value="50"' in first
    client.post("/milestones/XH-JC-03/report/", form("XH-JC-03"), **HTMX)
    assert "请补充依据" not in client.get(MINE).content.decode().split("我报过的")[0]


def test_what_waits_is_due_no_more_and_stands_below_with_its_token(client):
    sent = form()
    client.post(address(), sent, **HTMX)
    page = client.get(MINE).content.decode()
    due, below = page.split("我报过的")
    assert address() not in due
    assert f'data-confirmed="{sent["client_token"]}"' in below


def test_the_due_items_by_urgency_and_by_group(client, official_a, reviewer):
    with writing():
        Programme.objects.filter(code="XH").update(tracking_from="2026-01-01")
        rows = Milestone.objects.filter(unit__code=UNIT_A, status="")
        rows.update(due_latest=None, due_earliest=None, due_precision="")
        late, soon = rows.order_by("code")[0], rows.order_by("code")[1]
        Milestone.objects.filter(pk=late.pk).update(due_latest=TODAY - timedelta(days=3), due_precision="day")
        Milestone.objects.filter(pk=soon.pk).update(due_latest=TODAY + timedelta(days=3), due_precision="day")
    codes = re.findall(r'data-report="([^"]+)"', client.get(MINE).content.decode())
    assert codes.index(late.code) < codes.index(soon.code) < codes.index(METRIC)
    only = re.findall(r'data-report="([^"]+)"', client.get(f"{MINE}?group=soon").content.decode())
    assert only == [soon.code]
    for hostile in ("?group=x&page=0", "?page=99999999999", "?page=-1", "?group=%00&page=%27"):
        assert client.get(MINE + hostile).status_code == 200


def test_many_items_are_paged_and_cost_no_more_statements(client):
    with writing():
        Programme.objects.filter(code="XH").update(tracking_from="2026-01-01")
    client.get(MINE)
    with statements() as few:
        client.get(MINE)
    unit = Milestone.objects.get(code=CODE)
    with writing():
        for number in range(60):
            unit.pk, unit.code, unit._state.adding = None, f"MANY-{number}", True
            unit.due_latest, unit.due_precision = TODAY - timedelta(days=number + 1), "day"
            unit.save(force_insert=True)
    with statements() as many:
        page = client.get(MINE).content.decode()
    assert len(many) == len(few)
    assert page.count('<details class="item"') == 50
    assert "MANY-59" in page
    assert "page=2" in page
    assert client.get(f"{MINE}?page=2").content.decode().count('<details class="item"') < 50


def test_an_official_with_nothing_due_is_told_so(official_a):
    with writing():
        Milestone.objects.filter(unit__code=UNIT_A).update(status="done")
        Metric.objects.filter(unit__code=UNIT_A).update(derived=True)
    assert "本期没有待报事项。" in text(signed_in(official_a).get(MINE))


def test_withdrawing(client, official_a, reviewer):
    report = report_on(CODE, official_a)
    assert "已撤回" in text(client.post(f"/reports/{report.pk}/withdraw/", **HTMX))
    again = client.post(f"/reports/{report.pk}/withdraw/", **HTMX)
    assert again.status_code == 409
    assert 'class="error"' in again.content.decode()
    assert client.get(f"/reports/{report.pk}/withdraw/").status_code == 405


def test_correcting_an_accepted_report(client, official_a, reviewer):
    report = accepted(official_a, reviewer)
    url = f"/reports/{report.pk}/correct/"
    page = client.get(url).content.decode()
    assert 'name="reason"' in page
    assert 'value="50"' in page
    sent = form(progress="5", as_of=(TODAY - timedelta(days=1)).isoformat())
    missing = client.post(url, sent)
    assert missing.status_code == 422
    assert f'id="id_{CODE}_reason_error"' in missing.content.decode()
    response = client.post(url, {**sent, "reason": "多写一个零"})
    assert response.status_code == 302
    correction = Report.objects.latest("id")
    assert (correction.supersedes_id, correction.supersede_reason) == (report.pk, "多写一个零")
    actions.accept(report=correction, by=reviewer, reach=reach_for(reviewer))
    old = client.get(f"/reports/{report.pk}/")
    assert "已被更正" in text(old)
    assert f"/reports/{correction.pk}/" in old.content.decode()
    assert client.post(url, {**sent, "reason": "再改"}, follow=True).redirect_chain[0][0] == f"/reports/{report.pk}/"


def test_a_returned_correction_is_corrected_again_and_not_reported_as_today(client, official_a, reviewer):
    report = accepted(official_a, reviewer)
    client.post(f"/reports/{report.pk}/correct/", form(progress="5", reason="多写一个零"))
    correction = Report.objects.latest("id")
    actions.return_(report=correction, comment="请附依据", by=reviewer, reach=reach_for(reviewer))
    first = client.get(MINE).content.decode().split('<details class="item"')[1]
    assert "请附依据" in first
    assert f'href="/reports/{report.pk}/correct/"' in first
    assert 'autocomplete="off" value="50"' in first


def test_the_list_filters_sorts_and_exports(client, official_a, reviewer, leader):
    report = accepted(official_a, reviewer)
    with writing():
        Milestone.objects.filter(code="XH-ZB-03").update(name="=SUM(1,2)")
    report_on("XH-ZB-03", official_a)
    assert CODE in client.get("/reports/?state=accepted&origin=form").content.decode()
    assert "XH-ZB-03" not in client.get("/reports/?state=accepted&origin=form").content.decode()
    assert CODE in client.get("/reports/?q=现场核对&programme=XH&sort=-submitted").content.decode()
    wrong = client.get("/reports/?state=%00&programme=%27&unit=x&origin=zz&q=" + "长" * 99 + "&sort=;drop&page=x")
    assert wrong.status_code == 200
    file = exported(client, "/reports/?origin=form&_export=csv&sort=submitted")
    assert file.startswith("\ufeff编号,")
    assert f"\r\n{report.pk},{CODE}," in file
    assert "'=SUM(1,2)" in file
    assert "PQ-" in exported(signed_in(leader), "/reports/?_export=csv")
    assert "PQ-" not in exported(client, "/reports/?_export=csv")


def test_the_page_of_a_report_and_what_is_out_of_reach(client, official_a, official_b, reviewer):
    report = report_on(CODE, official_a)
    page = text(client.get(f"/reports/{report.pk}/"))
    for words in ("50%", "现场核对", "待审", "撤回"):
        assert words in page
    shown = client.get(f"/reports/{report.pk}/").context["page"].events
    assert [event.actor for event in shown] == [official_a.name]  # not the user name, which no other line shows
    assert signed_in(official_b).get(f"/reports/{report.pk}/").status_code == 404
    for number in (0, 999_999_999, 10**30):
        assert client.get(f"/reports/{number}/").status_code == 404
    desk = signed_in(reviewer).get(f"/reports/{report.pk}/")
    assert f"/reports/{report.pk}/accept/" in desk.content.decode()


def test_a_report_by_post_costs_seven_statements(client):
    client.post(address(), form(), **HTMX)
    sent = form("XH-ZB-03")
    with statements() as found:
        client.post(address("XH-ZB-03"), sent, **HTMX)
    assert len(found) == 7, found.listing()
