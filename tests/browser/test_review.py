"""The review desk by keyboard, and all reports without doubts accepted together, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.addresses import report_on
from tests.watched import accessibility_violations
from tracker.models import Report

pytestmark = pytest.mark.browser
DESK = "/review/"
CODES = ("XH-ZB-01", "XH-ZB-02", "XH-ZB-03", "XH-ZB-04")


def test_two_reports_by_keyboard_and_the_rest_together(page_zh, official_a, reviewer):
    first, second, *rest = (report_on(code, official_a) for code in CODES)
    page = page_zh(reviewer, path=DESK)
    rows = page.locator("[data-desk] > .item")
    expect(rows).to_have_count(4)

    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="快捷键")
    expect(dialog).to_be_visible()
    assert accessibility_violations(page) == []
    page.keyboard.press("j")  # rests while the dialog is open
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator(".item[role=status]")).to_be_focused()
    expect(page.locator(".tabs [aria-current] .count")).to_have_text("3")
    expect(page.locator("[data-clean-count]")).to_have_text("3")
    assert Report.objects.get(pk=first.pk).state == "accepted"

    page.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("r")
    comment = rows.nth(1).get_by_label("需修改的内容")
    expect(comment).to_be_focused()
    page.keyboard.type("jak?")  # letters, not commands
    page.keyboard.press("Escape")
    expect(comment).to_be_hidden()
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("r")
    expect(comment).to_have_value("jak?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".item[role=status]").nth(1)).to_be_focused()
    returned = Report.objects.get(pk=second.pk)
    assert (returned.state, returned.comment) == ("returned", "jak?")

    page.get_by_role("link", name="通过无疑点的 2 份").click()
    listed = page.get_by_role("checkbox")
    expect(listed).to_have_count(2)
    listed.nth(1).uncheck()
    page.get_by_role("button", name="通过所勾选的填报").first.click()
    expect(page.get_by_text("已审核通过1份。")).to_be_visible()
    assert [Report.objects.get(pk=one.pk).state for one in rest] == ["accepted", "submitted"]

    page.get_by_role("button", name="快捷键").click()
    page.get_by_label("启用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    page.keyboard.press("j")
    expect(rows.nth(0)).not_to_be_focused()


def test_without_javascript_the_list_is_a_page_like_any_other(page_en, official_a, reviewer):
    report = report_on("XH-ZB-04", official_a)
    page = page_en(reviewer, path=DESK, width=360, javascript=False)
    expect(page.get_by_role("button", name="Keys")).to_be_hidden()
    page.get_by_role("link", name="without doubts").click()
    page.get_by_role("button", name="Accept what is ticked").first.click()
    expect(page.get_by_text("accepted.")).to_be_visible()
    assert Report.objects.get(pk=report.pk).state == "accepted"
