"""In a real browser: an administrator loads a year's notice, and a reader on a phone counts a statutory window."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.actions.test_reference import NOTICE_2027
from tests.cast import ROOT, person
from tests.watched import accessibility_violations
from tracker.models import Role, User

pytestmark = pytest.mark.browser


def test_a_count_moves_from_estimated_to_official_once_the_notice_is_loaded(
    module_database: None, administrator: User, page_zh: Callable[..., Page]
):
    reader = page_zh(person("reader", Role.LEADER, ROOT), width=360, path="/windows/PM-04a/")
    reader.get_by_label("日期").fill("2027-01-25")
    reader.get_by_role("button", name="推算").click()
    expect(reader.get_by_text("2027年2月26日")).to_be_visible()  # twenty working days by the estimate
    expect(reader.get_by_text("按推定日历")).to_be_visible()
    assert accessibility_violations(reader) == []

    page = page_zh(administrator, path="/calendar/?year=2027")
    expect(page.get_by_text("2027年为推定日历：放假通知尚未发布。")).to_be_visible()
    page.get_by_role("link", name="录入放假通知").first.click()
    page.get_by_label("通知名称和文号").fill("通知")
    page.get_by_label("通知正文").fill(NOTICE_2027)
    page.get_by_role("button", name="先看变化").click()
    expect(page.get_by_text("有9天在上班与放假之间改变。")).to_be_visible()
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="确认录入").click()
    expect(page.get_by_text("2027年已录入，改动13天。")).to_be_visible()
    expect(page.get_by_text("依据正式放假通知")).to_be_visible()

    reader.reload()
    expect(reader.get_by_text("2027年2月25日")).to_be_visible()  # one day off more, two weekends worked
    expect(reader.get_by_text("按推定日历")).to_have_count(0)


def test_a_row_is_found_on_a_phone_in_english(module_database: None, leader: User, page_en: Callable[..., Page]):
    page = page_en(leader, width=360, dark=True, path="/windows/?q=Construction+Law&kind=max")
    expect(page.get_by_text("A lawyer has to confirm these rows")).to_be_visible()
    page.get_by_role("link", name="PM-01").click()
    expect(page.get_by_text("at most 7 days").first).to_be_visible()
    expect(page.get_by_text("Natural days; older pages still say fifteen.")).to_be_visible()
