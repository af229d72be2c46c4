"""The tables of housing and of tender packages in a browser: an official with a phone, then a reviewer at the desk."""

import pytest
from playwright.sync_api import expect

from tests.cast import UNIT_A
from tests.family import housing
from tests.packages import package
from tests.watched import accessibility_violations
from tracker.models import Housing, Package, Unit

pytestmark = pytest.mark.browser
PASTE = """(text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    const init = {clipboardData: data, bubbles: true, cancelable: true};
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", init));
}"""


def test_from_both_tables_through_the_reviewer_to_the_ledgers(page_zh, page_en, official_a, reviewer):
    unit = Unit.named(UNIT_A)
    housing("T-H1", unit=unit, name="一期安置房", started_homes=100, as_of="2026-01-05")
    housing("T-H2", unit=unit, name="二期安置房")
    package("T-P1", unit=unit, name="监理标段")

    page = page_zh(official_a, path="/housing/grid/", width=360, expect=("422",))
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    tick = page.get_by_label("一期安置房 · 本期无变化")
    name = page.locator("table.cells tbody th").first.bounding_box()
    assert name
    assert name["width"] <= 130, "the name leaves two thirds of a phone to the figures"
    first = page.locator("[name='housing.T-H1.started_homes']")
    first.focus()
    page.keyboard.press("ArrowLeft")
    expect(tick).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(first).to_be_focused()
    page.evaluate(PASTE, "120\t1.2万\n40\t很多\n")
    expect(page.locator("tr.touched")).to_have_count(2)
    page.get_by_role("button", name="全部保存").first.click()
    expect(page.locator("td.bad small.error")).to_have_count(1)
    expect(page.locator("td.bad input")).to_have_value("很多")
    assert accessibility_violations(page) == []
    page.locator("td.bad input").fill("4000")
    page.get_by_role("button", name="全部保存").first.click()
    expect(page.get_by_text("已提交 1 条填报")).to_be_visible()

    counts = page_en(official_a, path="/tenders/grid/")
    counts.get_by_label("Package T-P1 · Units registered").fill("7")
    counts.get_by_role("button", name="Save all").first.click()
    expect(counts.get_by_text("1 report submitted.")).to_be_visible()

    desk = page_zh(reviewer, path="/review/")
    rows = desk.locator("[data-report-row]")
    expect(rows).to_have_count(3)
    for left in (2, 1, 0):
        desk.keyboard.press("j")
        expect(desk.locator("[data-report-row]:focus")).to_have_count(1)
        desk.keyboard.press("a")
        expect(rows).to_have_count(left)
        expect(desk.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
    found = Housing.objects.get(code="T-H1"), Housing.objects.get(code="T-H2"), Package.objects.get(code="T-P1")
    assert [one.started_homes for one in found[:2]] == [120, 40]
    assert found[2].registered == 7
