"""Milestones in a real browser: narrow the list, open one, change its plan, go back in time."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tracker.models import Milestone, User

pytestmark = pytest.mark.browser


def test_from_the_list_to_a_new_plan_without_scripts(page_en: Callable[..., Page], reviewer: User):
    page = page_en(reviewer, path="/milestones/", javascript=False, expect=("422",))
    page.get_by_label("Name, code or pinyin").fill("XH-ZB-01")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("q=XH-ZB-01"))
    page.get_by_role("link", name="Survey and design tenders completed").click()
    page.get_by_role("link", name="Change the plan").click()
    page.get_by_label("Due").fill("sometime")
    page.get_by_label("Why the plan changes").fill("重新征集")
    page.get_by_role("button", name="Change the plan").click()
    expect(page.locator(".field.bad .error")).to_contain_text("no date we can read")
    expect(page.get_by_label("Due")).to_have_value("sometime")
    page.get_by_label("Due").fill("by end of December 2026")
    page.get_by_role("button", name="Change the plan").click()
    expect(page.locator("#messages")).to_contain_text("first commitment stays")
    assert Milestone.named("XH-ZB-01").plan_number == 2


def test_the_page_goes_back_in_time_on_a_phone(page_zh: Callable[..., Page], leader: User):
    page = page_zh(leader, path="/projects/XH-ZB/", width=360, height=740)
    page.get_by_role("button", name="截至").click()
    page.get_by_label("查看哪一天的情况").fill("2026-06-01")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page).to_have_url(re.compile("on=2026-06-01"))
    expect(page.get_by_role("button", name="截至")).to_contain_text("6月1日")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="勘察、设计招标完成").first.click()
    expect(page).to_have_url(re.compile(r"/milestones/.*on=2026-06-01"))
