"""An official reports on a phone, the reviewer accepts with one click; and the same without JavaScript."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.cast import signed_in
from tests.watched import accessibility_violations
from tracker.models import Milestone, Programme, Report
from tracker.models.guard import writing

pytestmark = pytest.mark.browser
MINE, DESK = "/reports/mine/", "/review/"


def state(code: str) -> tuple[str, str]:
    row = Milestone.objects.get(code=code)
    return row.status, str(row.progress)


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_from_the_phone_to_the_milestone(page_zh, official_a, reviewer):
    code = "XH-ZB-02"
    phone = page_zh(official_a, path=f"/milestones/{code}/report/", width=360)
    form = phone.locator("form[data-report]")
    form.get_by_text("进行中").click()
    form.get_by_label("进度").fill("70")
    form.get_by_role("button", name="加 5").click()
    form.get_by_label("说明").fill("公示期满，无异议。")
    assert fits(phone)
    form.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("已提交，待审").first).to_be_visible()
    assert state(code) == ("", "None")

    desk = page_zh(reviewer, path=DESK)
    row = desk.locator("article.item", has_text="公示期满，无异议。")
    expect(row.get_by_text("75%").first).to_be_visible()
    figure = desk.locator(".count[data-count='/review/']").first
    waiting = int(figure.inner_text())
    row.get_by_role("button", name="审核通过").click()
    line = desk.locator("article.item[role=status]")
    expect(line).to_contain_text("已审核")
    expect(line).to_be_focused()
    assert state(code) == ("in_progress", "75.00")
    expect(figure).to_have_count(0) if waiting == 1 else expect(figure).to_have_text(str(waiting - 1))
    desk.goto(f"/milestones/{code}/")
    expect(desk.get_by_text("75%").first).to_be_visible()


def test_a_refusal_keeps_every_text_and_the_saved_line_takes_the_items_place(page_zh, official_a):
    phone = page_zh(official_a, path=MINE, width=360, expect=("422",))
    item = phone.locator("details.item").first
    form = item.locator("form")
    code = form.get_attribute("data-report")
    form.get_by_label("数值").fill("5万人")
    form.get_by_label("说明").fill("不要丢")
    form.get_by_role("button", name="提交").click()
    expect(form.get_by_text("计量单位不符")).to_be_visible()
    expect(form.get_by_label("数值")).to_be_focused()
    assert form.get_by_label("数值").input_value() == "5万人"
    assert form.get_by_label("说明").input_value() == "不要丢"
    assert accessibility_violations(phone) == []
    form.get_by_label("数值").fill("约5")
    form.get_by_role("button", name="提交").click()
    saved = phone.locator(".item[data-confirmed]").first
    expect(saved).to_contain_text("待审")
    expect(saved).to_be_focused()
    assert phone.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('guatu:draft')).length") == 0
    report: Any = Report.objects.get(author=official_a, note="不要丢")
    assert (report.metric.code, report.metric.pending) == (code, 1)
    saved.get_by_role("button", name="撤回").click()
    expect(phone.locator(".item[role=status]").first).to_contain_text("已撤回")


def test_done_is_one_tap_and_another_status_takes_it_back(page_en, official_a):
    page = page_en(official_a, path="/milestones/XH-ZB-03/report/", width=360)
    form = page.locator("form[data-report]")
    expect(form.get_by_label("Finished on")).to_be_hidden()
    form.get_by_text("Done", exact=True).click()
    assert form.get_by_label("Progress %").input_value() == "100"
    assert form.get_by_label("Finished on").input_value()
    form.get_by_text("In progress", exact=True).click()
    assert form.get_by_label("Progress %").input_value() == ""
    expect(form.get_by_label("Finished on")).to_be_hidden()


def test_the_same_without_javascript(page_zh, official_b, reviewer):
    row = Milestone.objects.filter(unit__code="XH-U-PG", status="", due_latest__isnull=False).order_by("code")[0]
    phone = page_zh(official_b, path=f"/milestones/{row.code}/report/", width=360, javascript=False, expect=("422",))
    phone.get_by_text("进行中").click()
    phone.get_by_label("进度").fill("120")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("进度应在0至100之间。")).to_be_visible()
    phone.get_by_label("进度").fill("20")
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_text("已提交，待审").first).to_be_visible()
    assert phone.url.endswith(MINE)

    desk = page_zh(reviewer, path=DESK, javascript=False)
    desk.locator("article.item", has_text=row.name).get_by_role("button", name="审核通过").click()
    expect(desk.get_by_text("已审核通过").first).to_be_visible()
    assert state(row.code) == ("in_progress", "20.00")

    phone.goto(f"/reports/{Milestone.objects.get(code=row.code).report_id}/correct/")
    phone.get_by_label("进度").fill("2")
    phone.get_by_label("更正理由").fill("多写一个零")
    phone.get_by_role("button", name="提交更正").click()
    expect(phone).not_to_have_url(re.compile("/correct/"))
    desk.goto(DESK)
    item = desk.locator("article.item", has_text="多写一个零")
    item.get_by_text("退回并写意见").click()
    item.get_by_label("需修改的内容").fill("请附依据")
    item.get_by_role("button", name="退回").click()
    expect(desk.get_by_text("已退回").first).to_be_visible()
    phone.goto(MINE)
    expect(phone.locator("details.item").first).to_contain_text("请附依据")


def test_the_pages_can_be_read_by_everybody_on_a_telephone(page_zh, official_a, reviewer):
    """As wide as a desk, and in the dark theme, test_every_page reads them."""
    from tests.addresses import report_on

    report = report_on("XH-ZB-01", official_a)
    for person, path in ((official_a, MINE), (reviewer, DESK), (reviewer, f"/reports/{report.pk}/")):
        page = page_zh(person, path=path, width=360)
        assert accessibility_violations(page) == []
        assert fits(page)


def test_a_form_far_down_the_list_is_fetched_when_it_is_opened(page_zh, site, official_a):
    with writing():
        rows = Milestone.objects.filter(unit__code="XH-U-JS", status="", pending=0)
        Programme.objects.filter(code="XH").update(tracking_from="2026-01-01")
        rows.update(due_latest="2026-06-30", due_precision="month", due_kind="by")
    phone = page_zh(official_a, path=MINE, width=360)
    item = phone.locator("details.item").nth(9)
    assert item.locator("form").count() == 0
    item.locator("summary").click()
    expect(item.get_by_role("button", name="提交")).to_be_visible()
    expect(item.locator("summary").first).to_be_focused()
    item.get_by_text("暂停").click()
    item.get_by_label("说明").fill("暂缓")
    item.get_by_role("button", name="提交").click()
    expect(phone.locator(".item[role=status]")).to_contain_text("暂停")


def test_what_is_sent_without_a_connection_goes_out_once_when_it_is_back(page_zh, official_a):
    phone = page_zh(official_a, path=MINE, width=360, expect=("ERR_INTERNET_DISCONNECTED",))
    item = phone.locator("details.item").first
    item.get_by_label("说明").fill("断网时写的")
    if item.get_by_label("数值").count():
        item.get_by_label("数值").fill("7")
    else:
        item.get_by_text("进行中").click()
    phone.context.set_offline(True)
    item.get_by_role("button", name="提交", exact=True).click()
    expect(phone.locator("#notice")).to_be_visible()
    assert item.get_by_label("说明").input_value() == "断网时写的"
    phone.context.set_offline(False)
    expect(phone.locator(".item[role=status]")).to_contain_text("待审")
    assert Report.objects.filter(note="断网时写的").count() == 1


def test_a_session_that_ended_keeps_the_draft(page_zh, official_a):
    phone = page_zh(official_a, path="/milestones/XH-JC-04/report/", width=360, expect=("401",))
    form = phone.locator("form[data-report]")
    form.get_by_label("说明").fill("登录过期前写的")
    phone.context.clear_cookies(name="guatu_session")
    form.get_by_role("button", name="提交").click()
    phone.wait_for_url("**/sign-in/**")
    session = signed_in(official_a).cookies["guatu_session"].value
    phone.context.add_cookies([{"name": "guatu_session", "value": session, "url": phone.evaluate("location.origin")}])
    phone.goto("/milestones/XH-JC-04/report/")
    assert form.get_by_label("说明").input_value() == "登录过期前写的"
