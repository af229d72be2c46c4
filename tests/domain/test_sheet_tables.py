"""A table found in a sheet made for people: titles above, a header of several rows, merged cells, totals."""

from decimal import Decimal
from typing import Any

import pytest

from tracker.domain import sheet_tables as tables
from tracker.domain.ledger import EMPTY, Cell
from tracker.domain.sheet_tables import Box, Sheet

NOT = None
ABOVE = ("某县征拆进度表", *[NOT] * 8)
UNITS = ("截至2026年8月31日（单位：户、亩）", *[NOT] * 8)
TOP = ("序号", "项目/地块", "责任单位", "征地", NOT, NOT, "总户数", "已签约户", "签约率")
UNDER = (NOT, NOT, NOT, "任务亩", "完成亩", "%", NOT, NOT, NOT)
FIRST = (Decimal(1), "甲地块", "某局", Decimal(100), Decimal(50), "50%", Decimal(95), Decimal(88), "92.63%")
PATHS = [("序号",), ("项目/地块",), ("责任单位",), ("征地", "任务亩"), ("征地", "完成亩"), ("征地", "%")]
PATHS += [("总户数",), ("已签约户",), ("签约率",)]
MERGED = [(1, 1, 9, 1), (4, 3, 6, 3), *((place, 3, place, 4) for place in (1, 2, 3, 7, 8, 9))]


def sheet(*lines: tuple[Any, ...], merged: list[Box] | None = None) -> Sheet:
    rows = [(number, [EMPTY if one is None else Cell(one) for one in line]) for number, line in enumerate(lines, 1)]
    return Sheet(rows, merged or [])


@pytest.mark.parametrize("merged", [MERGED, []], ids=["merged", "as CSV leaves it"])
def test_a_grouped_header_is_read_by_paths(merged: list[Box]):
    found = tables.head(sheet(ABOVE, UNITS, TOP, UNDER, FIRST, merged=merged))
    assert found is not None
    assert (found.first, found.last) == (3, 4)
    assert list(found.paths) == PATHS
    assert found.above[:2] == (ABOVE[0], UNITS[0])


def test_a_header_of_one_row_and_text_under_it():
    held = sheet(("节点名称", "责任单位", "完成情况"), ("签订合同", "某局", "未开工"), ("开工", "某局", "在建"))
    found = tables.head(held)
    assert found is not None
    assert (found.first, found.last) == (1, 1)
    assert tables.body(held, found) == [2, 3]


def test_three_rows_of_titles():
    top = ("事项", "房屋征收", NOT, NOT, NOT)
    middle = (NOT, "签约", NOT, "腾空", NOT)
    under = (NOT, "总户数", "已签约户", "应腾户", "已腾空户")
    found = tables.head(sheet(top, middle, under, ("甲", Decimal(9), Decimal(8), Decimal(8), Decimal(7))))
    assert found is not None
    assert found.paths[2] == ("房屋征收", "签约", "已签约户")
    assert found.paths[4] == ("房屋征收", "腾空", "已腾空户")


@pytest.mark.parametrize("lines", [(("一句话",), ("另一句",)), ((Decimal(1), Decimal(2)),), ()])
def test_no_header_is_none(lines: Any):
    assert tables.head(sheet(*lines)) is None


def test_rows_of_totals_and_of_column_numbers_are_no_rows():
    held = sheet(
        ("序号", "节点名称", "完成（亩）", "备注"),
        (Decimal(1), Decimal(2), Decimal(3), Decimal(4)),
        (Decimal(1), "甲", Decimal(5), NOT),
        (NOT, "合 计", Decimal(5), NOT),
    )
    found = tables.head(held)
    assert found is not None
    assert tables.body(held, found) == [3, 4]
    assert [tables.total_of(held, row) for row in (3, 4)] == ["", "合 计"]


@pytest.mark.parametrize(
    ("text", "total"),
    [
        ("合计", True),
        ("全县合计", True),
        ("小　计：", True),
        ("总计（户）", True),
        ("合计划", False),
        ("累计完成合计表", False),
    ],
)
def test_totals_by_their_name(text: str, total: bool):
    assert tables.is_total(text) is total


def test_a_sheet_that_claims_to_merge_everything_is_read_all_the_same():
    held = sheet(TOP, FIRST, merged=[(1, 1, 16384, 1_048_576)] * 3)
    assert held.cell(2, 5).text == "序号"
