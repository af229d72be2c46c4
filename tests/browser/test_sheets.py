"""By spreadsheet: the ledger taken out, filled in, brought back, seen cell by cell, and sent; on a phone as well."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.watched import accessibility_violations
from tracker.models import Report
from tracker.views import sheets as views

pytestmark = pytest.mark.browser


def test_the_ledger_goes_out_and_comes_back(page_zh, official_a, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(views, "AT_ONCE", 1)  # the rest of the rows is asked for by the page itself
    page = page_zh(official_a, path="/reports/mine/")
    page.get_by_role("link", name="用台账填报").click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="全部在办").click()
    coming.value.save_as(tmp_path / "台账.xlsx")
    book = load_workbook(tmp_path / "台账.xlsx")
    sheet = book["节点"]
    rows = {sheet.cell(row, 1).value: row for row in range(4, sheet.max_row + 1)}
    good, bad = rows["XH-ZB-02"], rows["XH-ZB-03"]
    sheet[f"H{good}"], sheet[f"I{good}"], sheet[f"M{good}"] = "进行中", 45, "台账填报"
    sheet[f"H{bad}"], sheet[f"I{bad}"] = "进行中", "一半"
    book.save(tmp_path / "台账.xlsx")

    page.get_by_label("填好的台账").set_input_files(tmp_path / "台账.xlsx")
    page.get_by_role("button", name="先看变化").click()
    expect(page.get_by_role("heading", name="台账改动")).to_be_visible()
    expect(page.get_by_text(f"第 {bad} 行「进度 %」")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(1)
    assert accessibility_violations(page) == []
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not Report.objects.filter(origin="sheet").exists()
    page.get_by_role("button", name="提交勾选的行").click()
    expect(page.get_by_text("已提交 1 项，待审。")).to_be_visible()
    assert Report.objects.get(origin="sheet").note == "台账填报"
