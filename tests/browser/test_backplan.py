"""Planning back in a real browser: a deadline is typed, a step marked as done, and the address passed on."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_every_page import wrong_language
from tests.watched import accessibility_violations
from tracker.models import User

pytestmark = pytest.mark.browser


def test_a_deadline_typed_in_chinese_is_planned_and_the_address_passed_on(
    module_database: None, leader: User, page_zh: Callable[..., Page]
):
    page = page_zh(leader, path="/backplan/")
    page.get_by_label("期限").fill("不久以后")
    page.get_by_role("button", name="倒排").click()
    expect(page.locator(".field.bad")).to_be_visible()
    page.get_by_label("期限").fill("2030年12月底前")
    page.get_by_text("已完成或已定的步骤").click()
    page.get_by_label("B06 开始发出招标文件").fill("2026-11-18")
    page.get_by_role("button", name="倒排").click()
    expect(page.get_by_text("来得及", exact=True)).to_be_visible()
    expect(page.get_by_text("视为已完成：后续步骤已完成").first).to_be_visible()
    page.locator(".chart").scroll_into_view_if_needed()
    expect(page.locator(".js-plotly-plot")).to_be_visible(timeout=15_000)
    assert accessibility_violations(page) == []
    assert "done_B06=2026-11-18" in page.url
    page.get_by_role("link", name="投标文件编制期").first.click()
    expect(page.get_by_role("heading", name="投标文件编制期")).to_be_visible()


def test_a_shared_address_on_a_phone_in_english(module_database: None, leader: User, page_en: Callable[..., Page]):
    page = page_en(leader, width=360, dark=True, path="/backplan/?template=collective&deadline=2030-12-31&done_L01=")
    expect(page.get_by_text("fits", exact=True)).to_be_visible()
    expect(page.get_by_text("What decides")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert accessibility_violations(page) == []
    texts = page.locator("main").inner_text().splitlines()
    assert not list(wrong_language(texts, "en", re.compile("10月底前, 上半年, 4月—6月")))
