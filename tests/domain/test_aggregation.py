"""Figures put together from parts."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.aggregation import (
    Figure,
    Formula,
    Kind,
    Mismatch,
    Part,
    Role,
    Works,
    check,
    combined,
    loops,
    ordered,
)
from tracker.domain.progress import Aggregation, Direction, Verdict, standing
from tracker.domain.quantities import Qualifier, parse
from tracker.domain.units import convert

DAY = date(2026, 6, 30)
SUM, LAST, WEIGHTED, RATIO = (
    Aggregation.SUM, Aggregation.LAST, Aggregation.WEIGHTED, Aggregation.RATIO_OF_SUMS,
)  # fmt: skip


def part(text: str = "", back: int = 0, target: str = "", role: Role = Role.PART, complete: bool = True) -> Part:
    figure = Figure(parse(text), DAY - timedelta(days=back), complete, source=back) if text else Figure()
    return Part(figure, parse(target) if target else None, role)


def made(how: Aggregation, *parts: Part, measure: str = "亩") -> Figure:
    return combined(how, measure, "", parts)


def shown(figure: Figure) -> tuple[Any, Any, str]:
    assert figure.quantity is not None
    return figure.quantity.low, figure.quantity.high, figure.quantity.qualifier.value


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("5亩", "7亩"), (12, 12, "exact")),
        (("约203亩", "5亩"), (208, 208, "about")),
        (("15亩", "1公顷"), (30, 30, "exact")),
        (("1—2亩", "约3亩"), (4, 5, "range")),
        (("不少于3亩", "1—2亩"), (4, None, "at_least")),
        (("不超过3亩", "2亩"), (None, 5, "at_most")),
        (("5亩", ""), (5, None, "at_least")),
        (("约5亩", "X亩"), (5, None, "at_least")),
    ],
)
def test_a_sum_is_as_firm_as_its_weakest_part_and_what_is_missing_is_no_zero(texts, expected):
    figure = made(SUM, *(part(text) for text in texts))
    low, high, qualifier = expected
    assert shown(figure) == (low, high, qualifier)
    missing = sum(text in ("", "X亩") for text in texts)
    assert (figure.counted, figure.parts, figure.complete) == (2 - missing, 2, not missing)


def test_nothing_reported_is_no_figure():
    for how in (SUM, LAST, WEIGHTED, RATIO):
        figure = made(how, part(), part(role=Role.DENOMINATOR))
        assert figure.quantity is None
        assert figure.as_of is None
        assert (figure.counted, figure.parts, figure.complete) == (0, 2, True)


def test_bounded_above_with_something_missing_says_nothing():
    figure = made(SUM, part("不超过3亩"), part())
    assert (figure.quantity, figure.counted, figure.complete) == (None, 1, False)


def test_the_day_is_that_of_the_stalest_part_and_of_last_the_latest():
    parts = (part("5亩", back=3), part("7亩", back=9), part())
    assert (made(SUM, *parts).as_of, made(SUM, *parts).source) == (DAY - timedelta(days=9), 9)
    last = made(LAST, *parts)
    assert (shown(last)[0], last.as_of, last.complete, last.counted) == (5, DAY - timedelta(days=3), True, 2)


def test_a_mean_is_weighted_by_targets_in_the_base_unit_and_needs_every_part():
    whole = made(WEIGHTED, part("40%", target="60亩"), part("80%", target="12公顷"), measure="%")
    assert shown(whole) == (70, 70, "exact")  # 12 ha are 180 mu
    about = made(WEIGHTED, part("约40%", target="60亩"), part("80%", target="60亩"), measure="%")
    assert shown(about) == (60, 60, "about")
    for gap in (part("", target="60亩"), part("80%"), part("80%", target="60亩", complete=False)):
        figure = made(WEIGHTED, part("40%", target="60亩"), gap, measure="%")
        assert (figure.quantity, figure.complete) == (None, False)


def test_a_ratio_of_sums_divides_the_sums_and_turns_the_bounds_of_the_denominator_round():
    below = part("200亩", role=Role.DENOMINATOR)
    above = (part("30亩", role=Role.NUMERATOR), part("2公顷", role=Role.NUMERATOR))
    assert shown(made(RATIO, *above, below, measure="%")) == (30, 30, "exact")
    assert shown(made(RATIO, *above, below, measure=":1")) == (Decimal("0.3"), Decimal("0.3"), "exact")
    span = part("100—200亩", role=Role.DENOMINATOR)
    assert shown(made(RATIO, *above, span, measure="%")) == (30, 60, "range")
    assert shown(made(RATIO, part("约60亩", role=Role.NUMERATOR), below, measure="%")) == (30, 30, "about")
    at_least = part("不少于60亩", role=Role.NUMERATOR)
    assert shown(made(RATIO, at_least, below, measure="%")) == (30, None, "at_least")
    nothing = made(RATIO, *above, part("0亩", role=Role.DENOMINATOR), measure="%")
    assert (nothing.quantity, nothing.complete) == (None, False)
    assert made(RATIO, *above, part(role=Role.DENOMINATOR), measure="%").quantity is None


@pytest.mark.parametrize(
    ("how", "whole", "parts", "code"),
    [
        (SUM, Kind("W", "亩"), [Kind("A", "亩")], "parts_too_few"),
        (SUM, Kind("W", "亩"), [Kind("A", "亩"), Kind("A", "亩")], "parts_twice"),
        (SUM, Kind("W", "亩"), [Kind("A", "亩"), Kind("B", "套")], "parts_wrong_dimension"),
        (SUM, Kind("W", "个"), [Kind("A", "户"), Kind("B", "套")], "parts_wrong_dimension"),
        (SUM, Kind("W", "亩", "甲"), [Kind("A", "亩", "甲"), Kind("B", "亩", "乙")], "parts_mixed_basis"),
        (SUM, Kind("W", "%"), [Kind("A", "%"), Kind("B", "%")], "parts_of_shares"),
        (SUM, Kind("W", "亩"), [Kind("A", "亩"), Kind("B", "亩", cumulative=False)], "parts_mixed_periods"),
        (LAST, Kind("W", "亩"), [Kind("A", "亩"), Kind("B", "%")], "parts_wrong_dimension"),
        (LAST, Kind("W", "%"), [Kind("A", "%"), Kind("B", "%", role=Role.DENOMINATOR)], "parts_need_no_denominator"),
        (RATIO, Kind("W", "%"), [Kind("A", "亩", role=Role.NUMERATOR)], "parts_no_denominator"),
        (RATIO, Kind("W", "亩"), [Kind("A", "亩"), Kind("B", "亩", role=Role.DENOMINATOR)], "ratio_needs_share"),
        (RATIO, Kind("W", "%"), [Kind("A", "%"), Kind("B", "亩", role=Role.DENOMINATOR)], "parts_of_shares"),
        (RATIO, Kind("W", "%"), [Kind("A", "亩"), Kind("B", "套", role=Role.DENOMINATOR)], "parts_wrong_dimension"),
    ],
)
def test_what_does_not_go_together_is_refused(how, whole, parts, code):
    with pytest.raises(Mismatch) as fault:
        check(how, whole, parts)
    assert fault.value.code == code


def test_what_goes_together_is_allowed():
    check(SUM, Kind("W", "公顷", "甲"), [Kind("A", "亩", "甲"), Kind("B", "平方米", "甲")])
    check(WEIGHTED, Kind("W", "%"), [Kind("A", "%"), Kind("B", "%")])
    below = Kind("B", "公顷", "乙", role=Role.DENOMINATOR)
    check(RATIO, Kind("W", "%", "丙"), [Kind("A", "亩", "甲", role=Role.NUMERATOR), below])


def test_a_lower_bound_proves_only_what_it_can():
    def verdict(direction: Direction, value: int, target: int, base: int | None = None) -> Verdict:
        found = standing(
            direction=direction, base=None if base is None else Decimal(base), target=Decimal(target), curve=None,
            measurements=[(DAY, Decimal(value))], on=DAY, complete=False,
        )  # fmt: skip
        return found.verdict

    assert verdict(Direction.INCREASE, 5, 10) is Verdict.INCOMPLETE
    assert verdict(Direction.INCREASE, 10, 10) is Verdict.REACHED
    assert verdict(Direction.REDUCE, 5, 10, base=20) is Verdict.INCOMPLETE
    assert verdict(Direction.CAP, 9, 10) is Verdict.INCOMPLETE
    assert verdict(Direction.CAP, 11, 10) is Verdict.OVER_CAP
    assert verdict(Direction.FLOOR, 9, 10) is Verdict.INCOMPLETE
    assert verdict(Direction.FLOOR, 11, 10) is Verdict.REACHED


def test_rings_are_seen():
    ring = {1: Formula(SUM, "亩", "", ((2, Role.PART),)), 2: Formula(SUM, "亩", "", ((1, Role.PART),))}
    with pytest.raises(Mismatch, match="part_loop"):
        ordered(ring)
    assert loops({3: 2, 2: 1, 1: None}, 3, [1])
    assert loops({1: None}, 1, [1])
    assert not loops({3: 2, 2: None}, 2, [3, 4])


VALUES = st.one_of(
    st.none(),
    st.tuples(
        st.integers(0, 5000), st.sampled_from(("", "约", "不少于")), st.sampled_from(("亩", "公顷")), st.integers(0, 5)
    ),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(VALUES, min_size=2, max_size=6))
def test_a_nested_sum_is_the_sum_of_all_its_leaves(values):
    """An obvious second reading: add the numbers up in square metres; the first part goes through a sum of its own."""
    reported = {
        key: Figure(parse(f"{said[1]}{said[0]}{said[2]}"), DAY - timedelta(days=said[3]))
        for key, said in enumerate(values)
        if said
    }
    inner = Formula(SUM, "公顷", "", tuple((key, Role.PART) for key in range(2)))
    outer = Formula(SUM, "亩", "", ((100, Role.PART), *((key, Role.PART) for key in range(2, len(values)))))
    works = Works({100: inner, 200: outer})
    assert ordered(works.formulas) == [100, 200]
    assert works.leaves(200) == set(range(len(values)))
    found = works.figure(200, reported)
    if not reported:
        assert found.quantity is None
        return
    assert found.quantity is not None
    assert found.as_of == min(DAY - timedelta(days=said[3]) for said in values if said)
    obvious = sum(convert(Decimal(said[0]), said[2], "平方米") for said in values if said)
    stored = Fraction(found.quantity.low or 0) * Fraction(2000, 3)
    assert abs(stored - obvious) < Fraction(1, 100)  # stored to a millionth of a hectare
    assert found.complete == all(values)
    firm = all(values) and all(said[1] == "" for said in values if said)
    assert (found.quantity.qualifier is Qualifier.EXACT) == firm
    assert (found.quantity.high is None) == (not all(values) or any(said[1] == "不少于" for said in values if said))


def test_a_course_leaves_out_the_days_before_every_part_was_there():
    works = Works({9: Formula(SUM, "亩", "", ((1, Role.PART), (2, Role.PART)))})
    days = [DAY + timedelta(days=step) for step in range(4)]
    said = {
        1: [Figure(parse("1亩"), days[0]), Figure(parse("2亩"), days[2])],
        2: [Figure(parse("10亩"), days[1]), Figure(parse("20亩"), days[3])],
    }
    course = works.course(9, said, most=60)
    assert [(day, figure.quantity.low) for day, figure in course if figure.quantity] == [
        (days[1], Decimal(11)), (days[2], Decimal(12)), (days[3], Decimal(22)),
    ]  # fmt: skip
    assert course[0][1].as_of == days[0]
    assert [day for day, _figure in works.course(9, {1: said[1]}, most=60)] == [days[2]]
