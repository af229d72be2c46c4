from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.quantity_examples import quantities, quantity
from tracker.domain import quantities as quantities_module
from tracker.domain import units
from tracker.domain.quantities import (
    Qualifier,
    parse,
    percent,
    printed,
    printed_percent,
)
from tracker.domain.units import (
    MeasureError,
    WrongDimension,
)

Q = Qualifier


# --- printing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("约203万平方米", "约203万平方米", "about 2.03 million m²"),
        ("800余条", "800余条", "over 800"),
        ("10家左右", "约10家", "about 10"),
        ("1—2个", "1—2个", "1–2"),
        ("7600亩", "7600亩", "7,600 mu"),
        ("30亿元", "30亿元", "RMB 3 billion"),
        ("近30亿元", "近30亿元", "nearly RMB 3 billion"),
        ("3.9万人", "3.9万人", "39,000 people"),
        ("1人", "1人", "1 person"),
        ("4村", "4个村", "4 villages"),
        ("1.6万平方米", "1.6万平方米", "16,000 m²"),
        ("143.4299万平方米", "143.4299万平方米", "1,434,299 m²"),
        ("99.6%", "99.6%", "99.6%"),
        ("1个百分点", "1个百分点", "1 percentage point"),
        ("9:1", "9:1", "9:1"),
        ("不突破177公顷", "不超过177公顷", "no more than 177 ha"),
        ("80%以上", "不少于80%", "at least 80%"),
        ("3万余户", "3万余户", "over 30,000 households"),
        ("超过5户", "超过5户", "over 5 households"),
        ("10余户", "10余户", "over 10 households"),
        ("1万余户", "1万余户", "over 10,000 households"),
        ("1.5户", "2户", "2 households"),
        ("100万平方米", "100万平方米", "1 million m²"),
        ("10亿元", "10亿元", "RMB 1 billion"),
        ("100.2345万元", "100.2345万元", "RMB 1,002,345"),
        ("3—5年", "3—5年", "3–5 years"),
        ("2—3亿元", "2—3亿元", "RMB 200–300 million"),
        ("X亿元", "未载明", "not stated"),
    ],
)
def test_printing(text, zh, en):
    assert printed(parse(text), "zh-hans") == zh
    assert printed(parse(text), "en") == en


@pytest.mark.parametrize(
    ("text", "goal", "zh"),
    [
        ("7600亩", "公顷", "506.67公顷"),
        ("1公顷", "亩", "15亩"),
        ("1亩", "平方米", "666.67平方米"),
        ("2571亩", "万平方米", "171.4万平方米"),
        ("12.7平方公里", "亩", "19050亩"),
        ("100.6万平方米", "公顷", "100.6公顷"),
        ("143.4299万平方米", "公顷", "143.4299公顷"),
        ("5000元", "亿元", "0.00005亿元"),
        ("1元", "亿元", "0.00000001亿元"),
        ("39000人", "万人", "3.9万人"),
    ],
)
def test_printing_in_another_measure(text, goal, zh):
    assert printed(parse(text), "zh", measure=goal) == zh


def test_printing_refuses_another_dimension():
    with pytest.raises(WrongDimension):
        printed(parse("5户"), "zh", measure="人")


@pytest.mark.parametrize(
    ("value", "zh"), [("99.996", "99.99%"), ("100", "100%"), ("100.004", "100.01%"), ("0.001", "0.001%"), ("0", "0%")]
)
def test_a_stated_percentage_is_never_rounded_to_all_or_nothing(value, zh):
    assert printed(quantity(value, value, Q.EXACT, "%"), "zh") == zh


@given(quantities(qualifiers=(Q.EXACT,)), st.sampled_from(["zh-hans", "en"]))
def test_something_never_prints_as_nothing(stated, language):
    text = printed(stated, language)
    assert (stated.low != 0) == any(sign in "123456789" for sign in text.removesuffix(":1"))


# --- percentages -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "whole", "decimals", "expected"),
    [
        (1999, 2000, 1, "99.9%"),
        (2000, 2000, 1, "100%"),
        (2001, 2000, 1, "100.1%"),
        (1, 100000, 1, "<0.1%"),
        (0, 100000, 1, "0%"),
        (1, 100000, 0, "<1%"),
        (88, 95, 2, "92.63%"),
        (5231, 5390, 1, "97.1%"),
        (1, 8, 1, "12.5%"),
        (1, 16, 1, "6.3%"),
        (-1, 100000, 1, ">-0.1%"),
    ],
)
def test_printed_percentages(part, whole, decimals, expected):
    assert printed_percent(Decimal(part), Decimal(whole), decimals) == expected


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 3))
def test_all_and_nothing_are_printed_only_where_true(part, whole, decimals):
    text = printed_percent(Decimal(part), Decimal(whole), decimals)
    assert (text == "100%") == (part == whole)
    assert (text == "0%") == (part == 0)
    assert (percent(Decimal(part), Decimal(whole)) == 100) == (part == whole)
    whole_percent = quantities_module._beside_hundred(
        quantities_module._half_up(Fraction(100 * part, whole), decimals), Fraction(100 * part, whole), decimals
    )
    if not text.startswith("<"):
        assert text == f"{quantities_module._plain(whole_percent)}%"
        slack = Fraction(1, 10**decimals)  # half a step from rounding, a whole one beside 100
        assert abs(Fraction(text[:-1]) - Fraction(part, whole) * 100) <= slack


def test_a_share_of_nothing_is_refused():
    for function in (percent, printed_percent):
        with pytest.raises(MeasureError):
            function(Decimal(1), Decimal(0))


@given(st.decimals(-(10**15), 10**15, places=6), st.sampled_from([*units.MEASURES.values()]))
def test_decimals_print_a_figure_in_its_own_measure_as_fractions_do(value, shown):
    assert quantities_module._as_stated(value, shown) == quantities_module._rounded(Fraction(value), shown, False)
