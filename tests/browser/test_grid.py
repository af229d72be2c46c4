"""The grid in a browser: the keyboard, cells pasted from Excel, one save, and what is wrong at its cell."""

import pytest
from playwright.sync_api import Page, expect

from tracker.models import Report, User

pytestmark = pytest.mark.browser


def test_type_paste_and_save(page_zh, official_a: User):
    page: Page = page_zh(official_a, path="/reports/grid/?what=open", expect=("422",))
    start = page.locator("[name='milestone.XH-ZB-02.progress']")
    start.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name").endswith(".progress")
    status = page.locator("[name='milestone.XH-ZB-02.status']")
    status.focus()
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "进行中\\t40\\n进行中\\t很多\\n");
            const init = {clipboardData: data, bubbles: true, cancelable: true};
            document.activeElement.dispatchEvent(new ClipboardEvent("paste", init));
        }"""
    )
    expect(start).to_have_value("40")
    expect(page.locator("tr.touched")).to_have_count(2)
    page.get_by_role("button", name="全部保存").first.click()
    expect(page.locator("td.bad small.error")).to_have_count(1)
    assert Report.objects.filter(author=official_a, origin="grid").count() == 1
    page.locator("td.bad input").fill("30")
    page.get_by_role("button", name="全部保存").first.click()
    page.wait_for_url("**saved=**")
    expect(page.get_by_text("已提交 1 条填报")).to_be_visible()
    assert Report.objects.filter(author=official_a, origin="grid").count() == 2
    page.reload()
    expect(page.locator("tr.touched")).to_have_count(0)
