"""Resettlement housing from the official with a phone, by the reviewer, to the leader who sees who waits."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.actions.test_housing_reports import CODE, housing
from tests.actions.test_site_reports import TODAY, entry, tell
from tests.watched import accessibility_violations
from tracker.models import Site

pytestmark = pytest.mark.browser


def test_from_the_official_through_the_reviewer_to_the_leader(page_zh, page_en, official_b, reviewer, leader):
    plot = Site.objects.select_related("unit").get(code="XH-S-01")
    left: dict[str, Any] = {"signed_households": 90, "vacated_households": 60}
    left |= {"cash_households": 0, "exchange_households": 90}
    tell(plot, official_b, reviewer, entry(**left), TODAY)

    page = page_zh(official_b, path=f"/housing/{CODE}/report/", width=360, expect=("422",))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    started = page.get_by_label("已开工套数", exact=True)
    started.fill("40")
    topped = page.get_by_label("已封顶套数", exact=True)
    topped.fill("41")
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator(".field.bad")).to_have_count(1)
    expect(topped).to_have_value("41")
    assert accessibility_violations(page) == []
    topped.fill("10")
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("#messages")).to_contain_text("待审")

    desk = page_zh(reviewer, path="/review/")
    expect(desk.locator("[data-report-row]")).to_contain_text("40套")
    desk.keyboard.press("j")
    desk.keyboard.press("a")
    expect(desk.locator(".item[role=status]")).to_contain_text("40套")
    assert housing().topped_out_homes == 10

    read = page_zh(leader, path=f"/housing/{CODE}/")
    expect(read.locator("main")).to_contain_text("60户等待安置")
    expect(read.locator("main")).to_contain_text("已封顶 10套")
    ledger = page_en(leader, path="/housing/")
    expect(ledger.locator("main")).to_contain_text("60 households wait for a home")
