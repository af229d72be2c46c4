"""The pace of a site against slow, exact reckoning: what is left and needed, and when it may be cleared."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import accumulate, pairwise
from math import ceil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain import clearance_pace as rules
from tracker.domain.clearance_pace import COURSE_COLOURS, REASONS, Course, Finish, finish, known, pace
from tracker.domain.progress import PACE_DAYS

START, TODAY = date(2026, 1, 1), date(2026, 7, 1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def points(*pairs: tuple[int, int]) -> list[tuple[date, Decimal]]:
    return [(day(number), Decimal(value)) for number, value in pairs]


def gathered(steps: list[tuple[int, int]]) -> list[tuple[date, Decimal]]:
    """A history from increments: (days since the last report, cleared since then)."""
    return points(*zip(accumulate(days for days, _a in steps), accumulate(amount for _d, amount in steps), strict=True))


histories = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 40)), max_size=8).map(gathered)


@given(histories, st.one_of(st.none(), st.integers(0, 300)), st.one_of(st.none(), st.integers(0, 500)))
@settings(max_examples=60)
def test_how_a_site_stands_is_what_slow_reckoning_says(history, whole, due):
    """Written from the wording of the rule, with fractions and loops over days."""
    scope, last = None if whole is None else Decimal(whole), None if due is None else day(due)
    found = pace(known(history, scope=scope, due=last), TODAY)
    assert set(found.inputs) == set(REASONS[found.reason])
    assert found.colour is COURSE_COLOURS[found.course]
    if scope is None:
        assert found.course is Course.NO_SCOPE
        return
    done = history[-1][1] if history else Decimal(0)
    left = scope - done if scope > done else Decimal(0)
    assert found.left == left
    if not history:
        assert found.course is Course.NOT_REPORTED
        assert (found.reason == "not_reported_late") == (last is not None and last < TODAY)
        return
    as_of = history[-1][0]
    in_reach = [one for one in history[:-1] if one[0] >= as_of - timedelta(days=PACE_DAYS)] or history[-2:-1]
    lately = Fraction(done - in_reach[0][1]) / (as_of - in_reach[0][0]).days if in_reach else None
    assert (found.present is None) == (lately is None)
    quiet = [d for d, value in history if value == done]
    still = (as_of - quiet[0]).days >= 30
    days_left = None if last is None else max((last - TODAY).days, 1)
    expected = (
        Course.CLEARED if left == 0
        else Course.OVERDUE if last is not None and last < TODAY
        else Course.STALLED if still
        else Course.UNDER_WAY if last is None or lately is None
        else Course.BEHIND if lately * days_left < left
        else Course.ON_COURSE
    )  # fmt: skip
    assert found.course is expected
    if expected is Course.STALLED:
        assert found.inputs["days"] == (as_of - quiet[0]).days


@pytest.mark.parametrize(
    ("history", "due", "course", "required"),
    [
        (points((0, 0), (30, 60), (60, 60)), 191, Course.STALLED, 4),  # day 181 is today: ten days for forty
        (points((0, 0), (30, 60), (59, 60)), 191, Course.BEHIND, 4),
        (points((0, 0), (30, 60), (59, 61)), 241, Course.ON_COURSE, Decimal("0.65")),
        (points((0, 0), (10, 60)), 181, Course.BEHIND, 40),  # due today: all of it
        (points((0, 0), (10, 60)), 180, Course.OVERDUE, None),
        (points((10, 60)), 191, Course.UNDER_WAY, 4),
    ],
)
def test_the_borders_of_a_standstill_and_of_the_due_day(history, due, course, required):
    found = pace(known(history, scope=Decimal(100), due=day(due)), TODAY)
    assert (found.course, found.required) == (course, required)


@pytest.mark.parametrize(
    ("history", "scope", "code"),
    [
        ([], 10, "too_few"),
        (points((0, 1), (7, 2), (14, 3)), 10, "too_few"),
        (points((0, 1), (7, 1), (14, 1), (21, 1)), 10, "no_increments"),
        (points((0, 0), (7, 5), (14, 8), (21, 10)), 10, "done"),
        (points((0, 0), (300, 1), (600, 2), (900, 3)), 100_000, "too_far"),
    ],
)
def test_where_no_finish_can_be_told_it_says_why(history, scope, code):
    assert finish(history, scope=Decimal(scope), on=TODAY, code="S") == Finish(code)


def test_without_a_scope_there_is_no_finish():
    assert finish(points((0, 0), (7, 5), (14, 8), (21, 9)), scope=None, on=TODAY, code="S").code == "too_few"


def _exact(steps: list[tuple[int, int]], left: int) -> list[tuple[Fraction, Fraction]]:
    """Every finish with its chance, by following each order of increments; slow, and right."""
    ends: dict[Fraction, Fraction] = {}
    open_ = {(0, left): Fraction(1)}
    while open_:
        coming: dict[tuple[int, int], Fraction] = {}
        for (spent, rest), chance in open_.items():
            for days, amount in steps:
                share = chance / len(steps)
                if amount >= rest:
                    end = spent + Fraction(days * rest, amount)
                    ends[end] = ends.get(end, Fraction(0)) + share
                else:
                    key = (spent + days, rest - amount)
                    coming[key] = coming.get(key, Fraction(0)) + share
        open_ = coming
    return sorted(ends.items())


def _quantile(ends: list[tuple[Fraction, Fraction]], share: float) -> Fraction:
    reached = Fraction(0)
    for end, chance in ends:
        reached += chance
        if reached >= Fraction(share):
            return end
    return ends[-1][0]


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(1, 20)), min_size=3, max_size=4), st.integers(1, 40))
@settings(max_examples=25, derandomize=True)
def test_the_range_is_that_of_every_order_of_increments(steps, left):
    """300 draws leave a chance of 0.5 within ±0.15 of it by more than five standard errors."""
    at = [(0, 0)]
    for days, amount in steps:
        at.append((at[-1][0] + days, at[-1][1] + amount))
    history = points(*at)
    found = finish(history, scope=history[-1][1] + left, on=START, code="S")
    ends = _exact(steps, left)
    for share, given_day in ((0.5, found.p50), (0.8, found.p80)):
        low, high = (_quantile(ends, share + off) for off in (-0.15, 0.15))
        assert given_day is not None
        assert ceil(low) <= (given_day - history[-1][0]).days <= ceil(high)


def test_the_same_reports_give_the_same_range_and_other_sites_another():
    history = points(*((7 * n, n * n) for n in range(1, 9)))
    drawn = partial(finish, scope=Decimal(400), on=TODAY)
    first = drawn(history, code="A")
    assert first == drawn([(d, v.quantize(Decimal("1.0000"))) for d, v in history], code="A")
    assert first.p50
    assert first.p80
    assert first.p50 <= first.p80
    others = {drawn(history, code=f"S{n}") for n in range(8)}
    assert len(others) > 1


def test_a_finish_that_has_passed_without_a_report_is_put_on_the_day():
    history = points((0, 0), (7, 30), (14, 60), (21, 90))
    assert finish(history, scope=Decimal(100), on=TODAY, code="A") == Finish("", TODAY, TODAY)


def test_daily_reports_and_a_long_way_are_drawn_in_runs():
    history = points(*((n, n + n % 3) for n in range(60)))
    blocks = rules._blocks([((b[0] - a[0]).days, float(b[1] - a[1])) for a, b in pairwise(history)], 2000)
    assert blocks[0][0] > 10
    found = finish(history, scope=Decimal(2060), on=START, code="A")
    assert found.p50 is not None
    assert abs((found.p50 - history[-1][0]).days - 2000) < 100
