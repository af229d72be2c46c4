"""A clearance site from the official who reports, by the reviewer who accepts with a key, to the leader who reads."""

import pytest
from playwright.sync_api import expect

from tests.actions.test_site_reports import a_site, entry, fresh, tell
from tests.watched import accessibility_violations
from tracker.domain.relocation import Obstacle
from tracker.models import Draft, Report

pytestmark = pytest.mark.browser


def test_from_the_official_through_the_reviewer_to_the_leader(page_zh, official_a, reviewer, leader):
    plot = a_site(scope={"households": 300, "area": ("about", 30_000)})
    tell(plot, official_a, reviewer, entry({Obstacle.ABSENT: 3}, signed_households=40, signed_area=8000))

    page = page_zh(official_a, path=f"/sites/{plot.code}/report/", width=360, expect=("422",))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    signed = page.get_by_label("已签约户", exact=True)
    expect(signed).to_have_value("40")
    box = signed.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    signed.fill("39")
    page.get_by_label("已签约面积", exact=True).fill("9亩")
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("td.bad")).to_have_count(1)  # first the units, then the figures
    expect(signed).to_have_value("39")
    expect(page.locator("[data-draft-state]")).to_contain_text("草稿")  # what was refused is kept as a draft
    assert Draft.objects.get(person=official_a).fields["signed_area"] == "9亩"
    assert accessibility_violations(page) == []
    signed.fill("46")
    page.get_by_label("已签约面积", exact=True).fill("0.92万")
    page.get_by_role("button", name="提交", exact=True).last.click()
    expect(page.locator("#messages")).to_contain_text("待审")
    assert not Draft.objects.filter(person=official_a).exists()

    desk = page_zh(reviewer, path="/review/")
    expect(desk.locator("[data-report-row]")).to_contain_text("+6户")
    desk.keyboard.press("j")
    desk.keyboard.press("a")
    expect(desk.locator(".item[role=status]")).to_contain_text("46户")
    assert fresh(plot).signed_area == 9200

    read = page_zh(leader, path=f"/reports/{Report.objects.filter(site=plot).latest('pk').pk}/")
    expect(read.locator("main")).to_contain_text("9200平方米")
