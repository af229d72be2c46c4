"""Another office's sheet in a browser: the columns confirmed, the row named, the report sent; on a phone as well."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import expect

from tests.watched import accessibility_violations
from tracker.models import Report

pytestmark = pytest.mark.browser


def test_a_sheet_of_another_kind_is_read_and_sent(page_zh, official_a, tmp_path: Path):
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["重点工作进度表", None, None, None, None],
        ["事项", "征地", None, None, "最新进展"],
        [None, "任务（亩）", "完成（亩）", "完成率", None],
        ["原有绿地提升", 95, 88, "92.36%", "已进场"],
    ):
        sheet.append(row)
    for cells in ("A1:E1", "A2:A3", "B2:D2", "E2:E3"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "进度表.xlsx")

    page = page_zh(official_a, path="/reports/sheet/")
    page.get_by_role("link", name="不是从这里下载的台账").click()
    page.get_by_label("表格", exact=True).set_input_files(tmp_path / "进度表.xlsx")
    page.get_by_role("button", name="识别表格").click()
    expect(page.get_by_label("征地 / 完成（亩）")).to_have_value("quantity")
    assert accessibility_violations(page) == []
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="确认并继续").click()
    page.get_by_role("combobox", name="原有绿地提升").select_option("metric:XH-M-18")
    assert accessibility_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="先看变化").click()
    expect(page.get_by_text("计算为 92.63%")).to_be_visible()
    assert accessibility_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name="提交勾选的行").click()
    expect(page.get_by_text("已提交 1 项，待审。")).to_be_visible()
    assert Report.objects.get(origin="sheet").on_metric.low == 88
