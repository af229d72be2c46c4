"""A unit's own process changed on a phone, as it works without a script: a row more, a window off, saved."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.addresses import copy_for
from tests.cast import UNIT_A, signed_in
from tests.watched import accessibility_violations
from tracker.models import User

pytestmark = pytest.mark.browser


def test_a_copy_is_changed_on_a_phone(module_database: None, reviewer: User, page_zh: Callable[..., Page]):
    copy_for(UNIT_A, reviewer)
    page = page_zh(reviewer, width=360, path="/backplan/tender-c1/edit/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("button[value='add-steps-3']").click()
    page.locator("#id_steps-3-code").fill("B03")
    page.locator("#id_steps-3-name").fill("内部审核")
    page.locator("#id_steps-3-days").fill("2")
    page.locator("button[value='drop-windows-1']").click()
    page.get_by_label("本版修改原因").fill("增加内部审核")
    page.get_by_role("button", name="只检查").last.click()
    expect(page.get_by_text("代码 B03 已用于另一步。")).to_be_visible()
    expect(page.get_by_text("原模板套用 TB-05：请写明未套用的理由，或恢复。")).to_be_visible()
    assert accessibility_violations(page) == []
    page.locator("#id_steps-3-code").fill("B03a")
    page.get_by_label("未套用的理由").fill("不属于依法必须招标")
    page.get_by_role("button", name="存为新版本").click()
    expect(page.get_by_text("未套用：")).to_be_visible()
    expect(page.get_by_text("内部审核").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert accessibility_violations(page) == []


def test_a_long_name_without_a_blank_stays_within_a_phone(
    module_database: None, reviewer: User, page_zh: Callable[..., Page]
):
    said = {"unit": UNIT_A, "name": "W" * 120, "name_en": "", "reason": "试用"}
    assert signed_in(reviewer).post("/backplan/tender/copy/", said).status_code == 302
    for path in ("/backplan/", "/backplan/tender/"):
        page = page_zh(reviewer, width=360, path=path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
