"""What is typed survives: a draft on the server, a lost connection, an answer that never came, a reload in between."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.addresses import report_on
from tests.cast import reach_for, signed_in
from tests.watched import accessibility_violations
from tracker.actions import drafts, reports
from tracker.domain.drafts import Key, Kind
from tracker.models import Draft, Report, User

pytestmark = pytest.mark.browser
CODE = "XH-ZB-03"
FORM, MINE, GRID = f"/milestones/{CODE}/report/", "/reports/mine/", "/reports/grid/?what=open"
CUT = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION", "htmx:afterRequest", "htmx:sendError")


def typed(page: Page, note: str) -> Any:
    form = page.locator(f"form[data-report='{CODE}']")
    form.get_by_text("进行中").click()
    form.get_by_label("进度").fill("40")
    form.get_by_label("说明").fill(note)
    return form


def state(page: Page) -> Any:
    return page.locator("[data-draft-state]").first


def test_a_draft_is_saved_while_typing_and_offered_elsewhere(page_zh, official_a: User, reviewer: User):
    desk = page_zh(official_a, path=FORM)
    typed(desk, "写到一半")
    expect(state(desk)).to_contain_text("草稿已保存")
    phone = page_zh(official_a, path=FORM, width=360)
    form = phone.locator(f"form[data-report='{CODE}']")
    expect(form.get_by_text("草稿", exact=True)).to_be_visible()
    assert form.get_by_label("说明").input_value() == "写到一半"
    assert form.get_by_label("进度").input_value() == "40"
    saved_elsewhere(desk, official_a)
    reports.accept(report=report_on(CODE, official_a), by=reviewer, reach=reach_for(reviewer))
    phone.reload()
    expect(form.get_by_text("此后该项已有变化")).to_be_visible()
    expect(form.locator("td", has_text="现场核对")).to_be_visible()
    assert accessibility_violations(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert form.get_by_label("说明").input_value() == "写到一半"
    form.get_by_role("button", name="提交", exact=True).click()
    expect(phone.get_by_text("已提交，待审").first).to_be_visible()
    assert not Draft.objects.filter(person=official_a).exists()
    assert Report.objects.filter(author=official_a, note="写到一半").count() == 1


def saved_elsewhere(desk: Page, by: User) -> None:
    """What another device saved since is shown; this tab's own text is one click away."""
    fields = {"note": "别处写的", "status": "in_progress", "progress": "40"}
    drafts.keep(key=Key(Kind.MILESTONE, CODE), fields=fields, token="", version=1, by=by)
    desk.reload()
    note = desk.get_by_label("说明")
    expect(note).to_have_value("别处写的")
    desk.get_by_role("button", name="改用该内容").click()
    expect(note).to_have_value("写到一半")
    desk.goto("/")
    until(lambda: Draft.objects.get(person=by).fields["note"] == "写到一半", desk)


def until(there: Callable[[], bool], page: Page) -> None:
    """Wait for what the page saves while one leaves it."""
    for _attempt in range(200):
        if there():
            return
        page.wait_for_timeout(100)
    pytest.fail("never saved")


def test_a_draft_is_thrown_away_and_enter_submits(page_zh, official_a: User, reviewer: User):
    """Enter sends what is typed, although the button for "no change" stands above it."""
    reports.accept(report=report_on(CODE, official_a), by=reviewer, reach=reach_for(reviewer))
    page = page_zh(official_a, path=FORM)
    form = typed(page, "不要了")
    page.goto("/")  # leaving the page saves at once
    until(Draft.objects.filter(person=official_a).exists, page)
    page.goto(MINE)
    page.locator(f"a[href='{FORM}']").first.click()
    page.get_by_role("button", name="放弃草稿").click()
    expect(page.get_by_text("草稿已放弃")).to_be_visible()
    assert form.get_by_label("说明").input_value() == ""
    assert not Draft.objects.filter(person=official_a).exists()
    form.get_by_label("进度").fill("55")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已提交，待审").first).to_be_visible()
    report: Any = Report.objects.filter(author=official_a).latest("pk")
    assert report.on_milestone.progress == 55


def test_the_same_without_javascript(page_zh, official_a: User):
    page = page_zh(official_a, path=FORM, javascript=False)
    form = typed(page, "没有脚本")
    form.get_by_role("button", name="存为草稿").click()
    expect(page.get_by_text("草稿已保存。提交后才会上报。")).to_be_visible()
    assert form.get_by_label("说明").input_value() == "没有脚本"
    form.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已提交，待审").first).to_be_visible()
    assert not Draft.objects.filter(person=official_a).exists()


@pytest.mark.parametrize("path", [FORM, GRID])
def test_an_answer_that_got_lost_is_asked_for_again_and_makes_one_report(page_zh, official_a: User, path: str):
    page = page_zh(official_a, path=path, expect=CUT)
    before = Report.objects.filter(author=official_a).count()
    lost: list[str] = []

    def drop(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.request.url)
            route.fetch(max_redirects=0)  # the server has stored it
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/report/$|/grid/"), drop)
    if path == FORM:
        typed(page, "回执丢失").get_by_role("button", name="提交", exact=True).click()
    else:
        page.locator("[name='milestone.XH-JC-04.status']").select_option("in_progress")
        page.locator("[name='milestone.XH-JC-04.progress']").fill("20")
        page.get_by_role("button", name="全部保存").first.click()
    expect(page.locator("#notice")).to_contain_text("网络中断")
    assert lost
    page.get_by_role("button", name="立即重发").click()
    expect(page.get_by_text("已提交").first).to_be_visible()
    assert Report.objects.filter(author=official_a).count() == before + 1


def test_a_form_sent_offline_goes_out_after_the_page_was_loaded_anew(page_zh, official_a: User):
    page = page_zh(official_a, path=FORM, width=360, expect=CUT)
    form = typed(page, "断网又刷新")
    page.context.set_offline(True)
    form.get_by_role("button", name="提交", exact=True).click()
    expect(page.locator("#notice")).to_contain_text("网络中断")
    page.evaluate("addEventListener('online', (event) => event.stopImmediatePropagation(), true)")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_text("已提交，待审").first).to_be_visible()
    assert Report.objects.filter(note="断网又刷新").count() == 1
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('guatu:draft'))") == []


def test_a_session_that_ended_while_typing_is_told_and_loses_nothing(page_zh, official_a: User):
    page = page_zh(official_a, path=GRID, expect=("401",))
    cell = page.locator("input[name^='milestone.'][name$='.note']").first
    page.context.clear_cookies(name="guatu_session")
    cell.fill("登录过期时填的")
    expect(state(page)).to_contain_text("登录已失效")
    page.get_by_role("button", name="全部保存").first.click()
    page.wait_for_url("**/sign-in/**")
    session = signed_in(official_a).cookies["guatu_session"].value
    page.context.add_cookies([{"name": "guatu_session", "value": session, "url": page.evaluate("location.origin")}])
    page.goto(GRID)
    expect(cell).to_have_value("登录过期时填的")
    expect(page.locator("tr.touched")).to_have_count(1)
    assert not Report.objects.filter(note="登录过期时填的").exists()


def test_a_page_that_has_become_too_old_is_loaded_anew_with_all_that_was_typed(page_zh, official_a: User):
    """Signing in again, in another tab, changes the secret every form carries."""
    page = page_zh(official_a, path=FORM, expect=("403",))
    form = typed(page, "另一页重新登录")
    page.context.add_cookies([{"name": "guatu_csrf", "value": "x" * 32, "url": page.evaluate("location.origin")}])
    form.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("button", name="重新载入").click()
    expect(form.get_by_text("已恢复")).to_be_visible()
    assert form.get_by_label("说明").input_value() == "另一页重新登录"
    form.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已提交，待审").first).to_be_visible()
