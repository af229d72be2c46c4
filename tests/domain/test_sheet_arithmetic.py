"""Printed rates and totals computed again: the errors found in published tables, and what is none."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tracker.domain import quantities
from tracker.domain import sheet_arithmetic as arithmetic
from tracker.domain import sheet_headers as headers
from tracker.domain.ledger import Cell
from tracker.domain.sheet_arithmetic import Column


def columns(titles: list[str], *rows: list[str]) -> list[Column]:
    found = []
    for place, title in enumerate(titles):
        path = tuple(title.split("/"))
        cells = {number: arithmetic.figure(Cell(row[place]), headers.measure(path)) for number, row in enumerate(rows)}
        found.append(Column(place, path, {row: one for row, one in cells.items() if one is not None}))
    return found


@pytest.mark.parametrize(
    ("printed", "exact", "verdict"),
    [
        ("92.63", Fraction(8800, 95), ""),
        ("92.36", Fraction(8800, 95), "rate_differs"),
        ("97.54", Fraction(15900, 163), "rate_cut"),
        ("97.55", Fraction(15900, 163), ""),
        ("98", Fraction(15900, 163), ""),
        ("97", Fraction(15900, 163), "rate_cut"),
        ("26.2", Fraction(262_000), "rate_myriad"),
        ("92.631578947368", Fraction(8800, 95), ""),
        ("100", Fraction(100), ""),
    ],
)
def test_rounded_cut_wrong_or_ten_thousand_times_off(printed: str, exact: Fraction, verdict: str):
    assert arithmetic.compared(Fraction(printed), len(printed.partition(".")[2]), exact) == verdict


def test_rates_find_their_own_columns():
    held = columns(
        ["征地/任务亩", "征地/完成亩", "征地/%", "总户数", "应拆户", "已签约户", "签约率", "已拆户", "拆除率"],
        ["100", "50", "50%", "95", "90", "88", "92.36%", "45", "50%"],
        ["10", "5", "50%", "163", "100", "159", "97.54%", "30", "30%"],
    )
    found = [(one.code, one.row, one.place, one.inputs["computed"]) for one in arithmetic.rates(held)]
    assert found == [("rate_differs", 0, 6, "92.63%"), ("rate_cut", 1, 6, "97.55%")]


def test_a_lost_myriad_in_one_of_the_cells():
    held = columns(["总拆迁量", "完成拆迁量", "完成率"], ["841.19平方米", "220.37万平方米", "26.2%"])
    assert [one.code for one in arithmetic.rates(held)] == ["rate_myriad"]


def test_a_rate_reckoned_otherwise_is_said_once():
    held = columns(["任务亩", "完成亩", "完成率"], *[["100", str(row), f"{row + 7}%"] for row in range(1, 9)])
    assert [one.code for one in arithmetic.rates(held)] == ["rate_never"]


def test_rates_as_fractions_of_one():
    held = columns(
        ["总户数", "已签约户", "签约率"], ["95", "88", "0.9263"], ["163", "159", "0.9754"], ["10", "5", "0.6"]
    )
    found = [(one.code, one.row, one.inputs["printed"], one.inputs["computed"]) for one in arithmetic.rates(held)]
    assert found == [("rate_cut", 1, "97.54%", "97.55%"), ("rate_differs", 2, "60%", "50%")]


def test_of_the_yearly_plan():
    held = columns(
        ["总投资（万元）", "年度计划投资（万元）", "累计完成投资（万元）", "占年度计划%"], ["900", "200", "100", "55%"]
    )
    [one] = arithmetic.rates(held)
    assert (one.inputs["whole"], one.inputs["computed"]) == ("年度计划投资（万元）", "50%")


def test_totals_below_above_and_by_groups():
    below = columns(["完成亩"], ["5"], ["6"], ["11"])
    assert not list(arithmetic.totals(below, [(2, "合计")], [0, 1]))
    above = columns(["完成亩"], ["11"], ["5"], ["6"])
    assert not list(arithmetic.totals(above, [(0, "合计")], [1, 2]))
    groups = columns(["完成亩"], ["5"], ["6"], ["11"], ["4"], ["4"], ["15"])
    assert not list(arithmetic.totals(groups, [(2, "小计"), (4, "小计"), (5, "合计")], [0, 1, 3]))
    wrong = columns(["完成亩"], ["5"], ["6"], ["12"])
    [one] = arithmetic.totals(wrong, [(2, "合计")], [0, 1])
    assert (one.code, one.inputs["printed"], one.inputs["computed"]) == ("total_differs", "12", "11")
    lost = columns(["面积（万㎡）"], ["5"], ["6"], ["0.0011"])
    assert [one.code for one in arithmetic.totals(lost, [(2, "合计")], [0, 1])] == ["total_myriad"]
    rounded = columns(["完成亩"], ["5.04"], ["6.04"], ["11.1"])
    assert not list(arithmetic.totals(rounded, [(2, "合计")], [0, 1]))


@pytest.mark.parametrize(
    ("said", "target", "last", "lost"),
    [
        ("0.05亩", "1000亩", "500亩", True),
        ("5000000亩", "1000亩", "500亩", True),
        ("5000000亩", "1000亩", None, True),
        ("5亩", "1000亩", "500亩", False),
        ("0.05亩", "1000亩", None, False),
        ("220.37万平方米", "841.19平方米", None, True),
        ("600亩", "1000亩", "500亩", False),
    ],
)
def test_a_figure_about_ten_thousand_times_off(said: str, target: str, last: str | None, lost: bool):
    held = quantities.parse(last) if last else None
    assert arithmetic.lost_myriad(quantities.parse(said), target=quantities.parse(target), last=held) is lost


@pytest.mark.parametrize(
    ("text", "measure", "value"),
    [
        ("１，２００．５", None, Fraction("1200.5")),
        ("0.06万", "亩", 600 * Fraction(2000, 3)),
        ("3", "万平方米", 30_000),
        ("3亿", "万元", 300_000_000),
        ("约3户", "户", None),
        ("/", "户", None),
        ("3光年", None, None),
    ],
)
def test_figures_in_cells(text: str, measure: str | None, value: Fraction | int | None):
    found = arithmetic.figure(Cell(text), measure)
    assert (found and found.value) == value


def test_formulas_and_truth_values_are_no_figures():
    assert arithmetic.figure(Cell("3", formula=True), None) is None
    assert arithmetic.figure(Cell(value=True), None) is None
    assert arithmetic.figure(Cell(Decimal(3)), None) is not None
