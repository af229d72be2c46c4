"""Another office's file as read: its tables, what is hidden, and whatever a file may hold."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from tracker.imports import foreign
from tracker.imports.opening import Unreadable

WORDS = [
    "节点名称",
    "指标",
    "完成亩",
    "任务亩",
    "完成率",
    "合计",
    "",
    "1",
    "5%",
    "0.06万",
    "99999999999999亿",
    "-3",
    "=1+1",
]
WORDS += [
    "2026-8-31",
    "0.000000000001",
    "0",
    "甲",
    "（万）",
    "截至2026年13月45日",
    "\u3000",
    "9" * 80,
    "%",
    "率",
    "累计",
]


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), min_size=1, max_size=8))
def test_any_table_is_read_or_refused(rows: list[list[str]]):
    content = "\r\n".join(",".join(row) for row in rows).encode()
    try:
        tables = foreign.read("a.csv", content)
    except Unreadable:
        return
    for one in tables:
        roles = foreign.guessed(one)
        assert len(roles) == len(one.head.paths)
        foreign.columns(one, roles)
        foreign.problem(one, roles)
        foreign.arithmetic_of(one)


def test_hidden_sheets_are_passed_over_and_hidden_columns_and_rows_are_told():
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "七月"
    for row in (["节点名称", "进度", "备注"], ["甲", 1, "乙"], ["丙", 2, "丁"]):
        page.append(row)
    page.column_dimensions["B"].hidden = True
    page.row_dimensions[3].hidden = True
    other = book.create_sheet("六月")
    other.append(["节点名称", "进度"])
    other.append(["甲", 1])
    other.sheet_state = "hidden"
    [one] = foreign.read("a.xlsx", saved(book))
    assert [column.hidden for column in foreign.columns(one, foreign.guessed(one))] == [False, True, False]
    assert one.table.hidden == {3}


def test_a_formula_is_shown_as_one_and_neither_computed_nor_compared():
    book = Workbook()
    page = book.active
    assert page is not None
    for row in (["指标", "任务亩", "完成亩", "完成率"], ["甲", 10, 5, "=C2/B2"], ["合计", "=SUM(B2)", 5, None]):
        page.append(row)
    [one] = foreign.read("a.xlsx", saved(book))
    assert foreign.columns(one, ["name", "", "", ""])[3].samples == ("=C2/B2",)
    assert [remark.code for remark in foreign.arithmetic_of(one).remarks] == ["formulas", "formulas"]


def test_a_ledger_of_ours_is_not_foreign():
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "guatu"
    page.append(["format", "1"])
    with pytest.raises(Unreadable, match="foreign_own_ledger"):
        foreign.read("a.xlsx", saved(book))


def test_two_tables_on_one_sheet_are_two_and_an_empty_row_within_one_is_none():
    book = Workbook()
    page = book.active
    page.append(["某区征拆进度表"])
    page.append([])
    page.append(["序号", "节点名称", "完成情况", "备注"])
    page.append([1, "甲", "进行中", ""])
    page.append([])
    page.append([2, "乙", "已完成", ""])
    page.append([])
    page.append(["附表：指标完成情况"])
    page.append(["指标名称", "任务数（亩）", "完成数（亩）"])
    page.append(["腾地", 400, 168])
    first, second = foreign.read("a.xlsx", saved(book))
    assert (first.extent, first.rows) == ((1, 6), (4, 6))
    assert (second.extent, second.rows, second.head.above) == ((8, 10), (10,), ("附表：指标完成情况",))
    assert foreign.beside([first, second], 0) == [(8, 10)]
    assert first.head.paths != second.head.paths
