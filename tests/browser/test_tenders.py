"""The tender ledger end to end: an official reports, the reviewer sees the doubt and accepts, the leader reads it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.packages import package
from tests.watched import accessibility_violations
from tracker.models import Package

pytestmark = pytest.mark.browser


def test_two_bidders_are_reported_doubted_accepted_and_read(page_zh, official_a, reviewer, leader):
    today = timezone.localdate()
    package(done={"B06": today - timedelta(40), "B08": today - timedelta(2)}, days={"B11": today + timedelta(20)})

    page = page_zh(official_a, path="/tenders/T-BD/", width=360, height=740)
    page.get_by_role("link", name="填报", exact=True).last.click()
    page.get_by_label("投标单位").fill("2")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("待审").first).to_be_visible()
    assert accessibility_violations(page) == []

    page = page_zh(reviewer, path="/review/")
    row = page.locator("[data-desk] > .item").filter(has_text="T-BD")
    expect(row).to_contain_text("投标单位只有2家")
    row.get_by_role("button", name="通过").click()
    expect(page.locator(".item[role=status]")).to_be_visible()
    assert Package.objects.get(code="T-BD").bidders == 2

    page = page_zh(leader, path="/tenders/")
    ticket = page.locator("article").filter(has_text="标段T-BD")
    expect(ticket).to_contain_text("投标单位2家")
    expect(ticket).to_contain_text("不足三家，须重新招标（招标投标法第28条")
    ticket.get_by_role("link").click()
    expect(page.locator(".clock")).to_contain_text("发出中标通知书")
    expect(page.locator(".js-plotly-plot .scatterlayer path.js-line").first).to_be_attached(timeout=20_000)
    assert accessibility_violations(page) == []

    page.goto(page.url.split("/tenders/")[0] + "/tenders/?view=calendar")
    expect(page.locator("table.agenda td[aria-current=date]")).to_be_visible()
    page.get_by_role("link", name="下月").click()
    expect(page.locator("table.agenda td[aria-current=date]")).to_have_count(0)
    assert accessibility_violations(page) == []
