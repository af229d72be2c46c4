from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.units import (
    ALIASES,
    BASE,
    MEASURES,
    Dimension,
    UnknownMeasure,
    WrongDimension,
    convert,
    measure,
    same_kind,
)

symbols = st.sampled_from(sorted(MEASURES))
values = st.decimals(min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=4)


@pytest.mark.parametrize(
    ("value", "frm", "to", "expected"),
    [
        ("1", "公顷", "亩", 15),
        ("1", "公顷", "平方米", 10_000),
        ("1", "亩", "平方米", Fraction(2000, 3)),
        ("1", "平方公里", "公顷", 100),
        ("1", "平方公里", "亩", 1500),
        ("1", "万平方米", "公顷", 1),
        ("1", "万平方米", "亩", 15),
        ("100.6", "万平方米", "平方米", 1_006_000),
        ("12.7", "平方公里", "公顷", 1270),
        ("7600", "亩", "公顷", Fraction(7600, 15)),
        ("3.9", "万人", "人", 39_000),
        ("1", "亿元", "万元", 10_000),
        ("1", "年", "个月", 12),
        ("1", "年", "日", Fraction(3652425, 10_000)),
        ("2", "小时", "分钟", 120),
        ("2", "周", "日", 14),
        ("1.5", "公里", "米", 1500),
        ("3", "个", "家", 3),
    ],
)
def test_conversions_are_exact(value, frm, to, expected):
    assert convert(Decimal(value), frm, to) == expected


@given(values, symbols, symbols)
def test_there_and_back_is_where_one_started(value, frm, to):
    if same_kind(measure(frm), measure(to)):
        assert convert(convert(value, frm, to), to, frm) == Fraction(value)
    else:
        with pytest.raises(WrongDimension) as refused:
            convert(value, frm, to)
        assert refused.value.code == "wrong_dimension"


@given(values, symbols, symbols, symbols)
def test_a_detour_changes_nothing(value, first, second, third):
    kinds = [measure(symbol) for symbol in (first, second, third)]
    if all(same_kind(one, other) for one in kinds for other in kinds):
        assert convert(convert(value, first, second), second, third) == convert(value, first, third)


@given(symbols, symbols)
def test_dimensions_never_mix(one, other):
    if measure(one).dimension is not measure(other).dimension:
        assert not same_kind(measure(one), measure(other))


def test_villages_are_not_firms_but_either_may_be_counted_as_items():
    with pytest.raises(WrongDimension):
        convert(Decimal(4), "村", "家")
    assert convert(Decimal(4), "村", "个") == 4


def test_every_dimension_has_a_base_of_factor_one():
    assert set(BASE) == set(Dimension)
    for dimension, symbol in BASE.items():
        assert MEASURES[symbol].dimension is dimension
        assert MEASURES[symbol].factor == 1


def test_the_table_is_sound():
    for symbol, entry in MEASURES.items():
        assert entry.symbol == symbol
        assert entry.factor > 0
        assert entry.name_en
        assert bool(entry.one_en) == bool(entry.many_en)
        assert not (entry.integer and entry.decimals)
        assert entry.dimension is not Dimension.COUNT or (entry.integer and entry.factor == 1)
        prefix = {"万": 10_000, "亿": 100_000_000}.get(symbol[0])
        if prefix:
            assert entry.factor == prefix * MEASURES[symbol[1:]].factor
    for alias, symbol in ALIASES.items():
        assert measure(alias) is MEASURES[symbol]
        assert alias not in MEASURES


@pytest.mark.parametrize(
    ("alias", "symbol"),
    [
        ("㎡", "平方米"),
        ("万㎡", "万平方米"),
        ("％", "%"),
        ("KM²", "平方公里"),
        ("平方千米", "平方公里"),
        ("亿", "亿元"),
        ("Ha", "公顷"),
        (" 万 元 ", "万元"),
        ("条河", "条"),
        ("：1", ":1"),
        ("mu", "亩"),
        ("m2", "平方米"),
    ],
)
def test_aliases(alias, symbol):
    assert measure(alias).symbol == symbol


@pytest.mark.parametrize("symbol", ["", "斤", "万", "月", "平方公尺", "<script>"])
def test_an_unknown_measure_is_refused(symbol):
    with pytest.raises(UnknownMeasure) as refused:
        measure(symbol)
    assert refused.value.code == "unknown_measure"
    assert refused.value.inputs == {"symbol": symbol}
