from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.quantity_examples import quantities, quantity
from tracker.domain.quantities import (
    MixedBasis,
    Qualifier,
    UnreadableQuantity,
    decimal,
    parse,
    printed,
    total,
)
from tracker.domain.units import (
    BASE,
    MEASURES,
    Dimension,
    MeasureError,
    UnknownMeasure,
    WrongDimension,
    convert,
    measure,
)

Q = Qualifier


# --- reading ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "low", "high", "qualifier", "symbol"),
    [
        ("约203万平方米", "203", "203", Q.ABOUT, "万平方米"),
        ("800余条", "800", None, Q.OVER, "条"),
        ("10家左右", "10", "10", Q.ABOUT, "家"),
        ("1—2个", "1", "2", Q.RANGE, "个"),
        ("X亿元", None, None, Q.WITHHELD, "亿元"),
        ("近X亿元", None, None, Q.WITHHELD, "亿元"),
        ("X亿多元", None, None, Q.WITHHELD, "元"),
        ("xx万余户", None, None, Q.WITHHELD, "户"),
        ("X个百分点", None, None, Q.WITHHELD, "个百分点"),
        ("2571亩", "2571", "2571", Q.EXACT, "亩"),
        ("100.6万平方米", "100.6", "100.6", Q.EXACT, "万平方米"),
        ("99.6%", "99.6", "99.6", Q.EXACT, "%"),
        ("百分之三十", "30", "30", Q.EXACT, "%"),
        ("9:1", "9", "9", Q.EXACT, ":1"),
        ("约为9：1", "9", "9", Q.ABOUT, ":1"),
        ("3:2", "1.5", "1.5", Q.EXACT, ":1"),
        ("3.9万人", "3.9", "3.9", Q.EXACT, "万人"),
        ("1.6万人", "1.6", "1.6", Q.EXACT, "万人"),
        ("不突破177公顷", None, "177", Q.AT_MOST, "公顷"),
        ("控制在177公顷以内", None, "177", Q.AT_MOST, "公顷"),
        ("50,000平方米", "50000", "50000", Q.EXACT, "平方米"),
        ("５万平方米", "5", "5", Q.EXACT, "万平方米"),
        ("两个月", "2", "2", Q.EXACT, "个月"),
        ("15分钟", "15", "15", Q.EXACT, "分钟"),
        ("六条", "6", "6", Q.EXACT, "条"),
        ("十多年", "10", None, Q.OVER, "年"),
        ("3—5年", "3", "5", Q.RANGE, "年"),
        ("3-5年", "3", "5", Q.RANGE, "年"),
        ("三至五年", "3", "5", Q.RANGE, "年"),
        ("10—20万平方米", "10", "20", Q.RANGE, "万平方米"),
        ("1万—2万户", "1", "2", Q.RANGE, "万户"),
        ("8亩—1公顷", "0.533333333333", "1", Q.RANGE, "公顷"),
        ("2:1—3:1", "2", "3", Q.RANGE, ":1"),
        ("9:X", None, None, Q.WITHHELD, ":1"),
        ("X—X个", None, None, Q.WITHHELD, "个"),
        ("近30亿元", None, "30", Q.NEARLY, "亿元"),
        ("不足100户", None, "100", Q.NEARLY, "户"),
        ("80%以上", "80", None, Q.AT_LEAST, "%"),
        ("不少于30处", "30", None, Q.AT_LEAST, "处"),
        ("超过12.7平方公里", "12.7", None, Q.OVER, "平方公里"),
        ("200余万平方米", "200", None, Q.OVER, "万平方米"),
        ("3万余户", "30000", None, Q.OVER, "户"),
        ("约800余条", "800", None, Q.OVER, "条"),
        ("3千万元", "3000", "3000", Q.EXACT, "万元"),
        ("三亿零五百万元", "305000000", "305000000", Q.EXACT, "元"),
        ("3亿", "3", "3", Q.EXACT, "亿元"),
        ("12.7 km²", "12.7", "12.7", Q.EXACT, "平方公里"),
        ("-5个百分点", "-5", "-5", Q.EXACT, "个百分点"),
        ("about 10 个", "10", "10", Q.ABOUT, "个"),
        ("4个村", "4", "4", Q.EXACT, "村"),
    ],
)
def test_reading(text, low, high, qualifier, symbol):
    assert parse(text) == quantity(low, high, qualifier, symbol)


@pytest.mark.parametrize(
    ("text", "goal", "expected"),
    [
        ("203", "万平方米", "203"),
        ("100.6万", "万平方米", "100.6"),
        ("100.6万", "平方米", "1006000"),
        ("5000万", "亿元", "0.5"),
        ("2公顷", "亩", "30"),
        ("39000人", "万人", "3.9"),
        ("10个", "家", "10"),
        ("9", ":1", "9"),
        ("１２", "户", "12"),
        (" 1 200 ", "人", "1200"),
        ("二百零三", "个", "203"),
        ("十", "个", "10"),
        ("零", "个", "0"),
        ("一千零一十", "个", "1010"),
    ],
)
def test_reading_into_a_measure(text, goal, expected):
    assert parse(text, measure=goal) == quantity(expected, expected, Q.EXACT, goal)


def test_a_value_that_does_not_end_is_cut_far_behind_the_point():
    found = parse("7600亩", measure="公顷")
    assert found.low is not None
    assert 0 <= Fraction(7600, 15) - Fraction(found.low) < Fraction(1, 10**12)
    assert printed(found, "zh", measure="亩") == "7600亩"
    assert printed(parse("1:3"), "zh") == "1:3"
    assert printed(parse("1:300"), "en") == "1:300"


@pytest.mark.parametrize(
    ("text", "goal", "code"),
    [
        ("", None, "empty_quantity"),
        ("   ", "人", "empty_quantity"),
        ("约", "人", "unreadable_quantity"),
        ("若干", "人", "unreadable_quantity"),
        ("几个", None, "unreadable_quantity"),
        ("十十", "个", "unreadable_quantity"),
        ("三二", "个", "unreadable_quantity"),
        ("3:0", None, "unreadable_quantity"),
        ("9" * 40, "个", "unreadable_quantity"),
        ("9" * 400, "个", "unreadable_quantity"),
        ("12", None, "measure_missing"),
        ("3万", None, "measure_missing"),
        ("12斤", None, "unknown_measure"),
        ("3月8日", None, "unknown_measure"),
        ("1e5", "元", "unknown_measure"),
        ("3x5", "个", "unknown_measure"),
        ("5,00", "个", "unknown_measure"),
        ("NaN", "个", "unreadable_quantity"),
        ("近800余", "条", "contradictory_quantity"),
        ("不少于10不超过", "条", "unknown_measure"),
        ("至少1—2", "个", "contradictory_quantity"),
        ("1—2—3", "个", "contradictory_quantity"),
        ("5—3", "个", "range_reversed"),
    ],
)
def test_what_cannot_be_read_says_why(text, goal, code):
    with pytest.raises(UnreadableQuantity) as refused:
        parse(text, measure=goal)
    assert refused.value.code == code
    assert refused.value.inputs["text"] == text


def test_another_dimension_is_refused():
    for text, goal in [("5户", "人"), ("3村", "家"), ("X亿元", "亩"), ("9:1", "%"), ("3%", "个百分点")]:
        with pytest.raises(WrongDimension):
            parse(text, measure=goal)
    with pytest.raises(UnknownMeasure):
        parse("5", measure="斤")


@given(
    st.text(
        alphabet="0123456789.,:-—~xX%万亿千百十一二两零余多来约近超过不以上内左右个户人元亩至到百分之 +eE٣", max_size=12
    )
)
def test_any_text_is_read_or_refused_with_a_code(text):
    for goal in (None, "户", "万平方米", "%", ":1"):
        try:
            found = parse(text, measure=goal)
        except MeasureError as refused:
            assert refused.code  # noqa: PT017
        else:
            assert goal in (None, found.measure)
            assert printed(found, "zh")
            assert printed(found, "en")


@given(quantities())
def test_what_is_printed_is_read_back(stated):
    again = parse(printed(stated, "zh-hans")) if stated.qualifier is not Q.WITHHELD else stated
    if stated.dimension is Dimension.RATIO and any(bound and bound < 1 for bound in (stated.low, stated.high)):
        return  # printed as 1:x, rounded
    assert again == stated


@given(quantities(qualifiers=(Q.EXACT, Q.ABOUT)), st.sampled_from(sorted(MEASURES)))
def test_reading_into_another_measure_keeps_the_amount(stated, goal):
    assume(stated.dimension is not Dimension.RATIO)
    try:
        found = parse(printed(stated, "zh"), measure=goal)
    except WrongDimension:
        assert measure(goal).dimension is not stated.dimension or stated.dimension is Dimension.COUNT
    else:
        assert found.measure == goal
        assert found.qualifier is stated.qualifier
        assert 0 <= stated.base_low - found.base_low <= Fraction(1, 10**12) * measure(goal).factor


# --- shape -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("low", "high", "qualifier"),
    [
        (1, 2, Q.EXACT),
        (1, None, Q.ABOUT),
        (2, 1, Q.RANGE),
        (None, 1, Q.OVER),
        (1, 1, Q.AT_LEAST),
        (1, None, Q.NEARLY),
        (1, None, Q.WITHHELD),
    ],
)
def test_bounds_that_contradict_the_qualifier_are_refused(low, high, qualifier):
    with pytest.raises(MeasureError) as refused:
        quantity(low, high, qualifier, "个")
    assert refused.value.code == "quantity_shape"


def test_bounds_in_the_base_measure():
    stated = parse("10—20亩")
    assert (stated.base_low, stated.base_high) == (Fraction(20000, 3), Fraction(40000, 3))
    assert not stated.is_point
    assert parse("约10亩").is_point
    assert parse("X亩").base_low is None
    assert stated.dimension is Dimension.AREA


# --- sums ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["100亩", "1公顷"], "115亩"),
        (["约203万平方米", "170万平方米"], "约373万平方米"),
        (["800余条", "203条"], "1003余条"),
        (["近10户", "5户"], "近15户"),
        (["近10户", "20余户"], "不少于20户"),
        (["1—2个", "3个"], "4—5个"),
        (["不超过5个", "1—2个"], "不超过7个"),
        (["X亿元", "3亿元"], "不少于3亿元"),
        (["X亿元", "近3亿元"], "未载明"),
        (["X亿元", "X万元"], "未载明"),
        (["57%", "28.3%", "14.7%"], "100%"),
    ],
)
def test_sums(texts, expected):
    assert printed(total([parse(text) for text in texts]), "zh") == expected


def test_sums_refuse_what_does_not_belong_together():
    for texts in (["3户", "3人"], ["9:1", "3:1"], ["3村", "5家"], ["3个", "3村", "5家"], ["X户", "3人"]):
        with pytest.raises(WrongDimension):
            total([parse(text) for text in texts])
    with pytest.raises(MixedBasis) as mixed:
        total([parse("3户"), replace(parse("3户"), basis="签约")])
    assert mixed.value.code == "mixed_basis"
    with pytest.raises(MeasureError):
        total([])


areas = quantities(symbols=["亩", "公顷", "平方米", "平方公里", "万平方米"])


@given(st.lists(areas, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_sum_encloses_every_possible_true_sum(parts, random):
    """The slow oracle: pick a true value that each statement allows; the sum of the true values fits the stated sum."""
    true = Fraction(0)
    for part in parts:
        low = part.base_low or Fraction(0)
        high = part.base_high if part.base_high is not None else low + random.randint(0, 10**9)
        true += low + (high - low) * Fraction(random.randint(0, 1000), 1000)
    added = total(parts)
    slack = Fraction(len(parts) + 1, 10**12) * measure(added.measure).factor
    assert added.base_low is None or added.base_low <= true + slack
    assert added.base_high is None or true <= added.base_high + slack


@given(st.lists(areas, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_a_sum_does_not_matter(parts, random):
    shuffled = parts[:]
    random.shuffle(shuffled)
    one, other = total(parts), total(shuffled)
    assert one.qualifier is other.qualifier
    for bound in ("base_low", "base_high"):
        a, b = getattr(one, bound), getattr(other, bound)
        assert (a is None) == (b is None)
        assert a is None or abs(a - b) <= Fraction(1, 10**6)


@given(st.fractions(min_value=-(10**9), max_value=10**9))
def test_decimals_are_exact_or_cut_toward_zero(value):
    found = Fraction(decimal(value))
    assert abs(found) <= abs(value)
    assert abs(value - found) < Fraction(1, 10**12)
    assert found == value or (value * 10**12).denominator != 1


@given(quantities(qualifiers=(Q.EXACT,)))
def test_the_base_value_is_the_conversion(stated):
    assert stated.base_low == stated.base_high == convert(stated.low, stated.measure, BASE[stated.dimension])
