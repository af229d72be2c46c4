from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.progress import (
    REASONS,
    VERDICT_COLOURS,
    Curve,
    Direction,
    Standing,
    Verdict,
    linear,
    planned,
    standing,
)
from tracker.domain.states import Colour

D = Direction
V = Verdict
START, DUE = date(2026, 1, 1), date(2026, 12, 31)
JUNE = date(2026, 6, 30)
tiny = Decimal("1E-9")


AUTO = Curve(((date.max, Decimal(0)),))  # stands for the straight course of the year


def at(
    *values: tuple[date, int],
    direction: Direction = D.INCREASE,
    base: int | None = None,
    target: int | None = 100,
    on: date = JUNE,
    curve: Curve | None = AUTO,
) -> Standing:
    if curve is AUTO:
        curve = linear(START, Decimal(base or 0), DUE, Decimal(target or 0))
    return standing(
        direction=direction,
        base=None if base is None else Decimal(base),
        target=None if target is None else Decimal(target),
        curve=curve,
        measurements=[(day, Decimal(value)) for day, value in values],
        on=on,
    )


# --- planned curve ---------------------------------------------------------------------------------------

days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
values = st.integers(0, 1000).map(Decimal)
curves = st.lists(st.tuples(days, values), max_size=6, unique_by=lambda point: point[0]).map(
    lambda points: Curve(tuple(sorted(points)))
)


def walked(curve: Curve, on: date) -> Fraction | None:
    """The slow oracle: walk the days one by one."""
    if not curve.points or on < curve.points[0][0]:
        return None
    day, value = curve.points[0][0], Fraction(curve.points[0][1])
    points = {point[0]: Fraction(point[1]) for point in curve.points}
    step = Fraction(0)
    while True:
        later = [point for point in curve.points if point[0] > day]
        if day in points:
            value = points[day]
            step = (Fraction(later[0][1]) - value) / (later[0][0] - day).days if later else Fraction(0)
        if day == on:
            return value
        day, value = day + timedelta(days=1), value + step


@given(curves, days)
def test_the_curve_equals_a_walk_day_by_day(curve, on):
    found, expected = planned(curve, on), walked(curve, on)
    assert (found is None) == (expected is None)
    if found is not None and expected is not None:
        assert abs(Fraction(found) - expected) < Fraction(1, 10**12)


@given(curves, days)
def test_the_curve_stays_between_its_points(curve, on):
    found = planned(curve, on)
    if found is not None:
        known = [value for _, value in curve.points]
        assert min(known) <= found <= max(known)


def test_the_curve_at_its_ends():
    curve = linear(START, Decimal(37), DUE, Decimal(79))
    assert planned(curve, START - timedelta(days=1)) is None
    assert planned(curve, START) == 37
    assert planned(curve, DUE) == 79
    assert planned(curve, date(2030, 1, 1)) == 79
    assert planned(None, JUNE) is None
    assert planned(Curve(()), JUNE) is None
    assert linear(DUE, Decimal(0), START, Decimal(5)).points == ((START, Decimal(5)),)


# --- verdicts --------------------------------------------------------------------------------------------

HALF = date(2026, 7, 2)  # 182 of 364 days: half of the way


@pytest.mark.parametrize(
    ("value", "verdict", "reason"),
    [
        (61, V.AHEAD, "ahead"),
        (60, V.AHEAD, "ahead"),
        (59, V.ON_PLAN, "on_plan"),
        (50, V.ON_PLAN, "on_plan"),
        (41, V.ON_PLAN, "on_plan"),
        (40, V.BEHIND, "behind"),
        (20, V.BEHIND, "behind"),
        (19, V.FAR_BEHIND, "behind"),
        (100, V.REACHED, "reached"),
        (130, V.REACHED, "reached"),
    ],
)
def test_thresholds(value, verdict, reason):
    found = at((HALF, value), on=HALF)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.planned_share == Decimal("0.5")
    assert found.gap_points == value - 50


def test_levels_with_a_base():
    green = at((HALF, 58), direction=D.REACH, base=37, target=79, on=HALF)
    assert (green.share, green.verdict) == (Decimal("0.5"), V.ON_PLAN)
    homes = at((HALF, 700), direction=D.REDUCE, base=1000, target=400, on=HALF)
    assert (homes.share, homes.verdict) == (Decimal("0.5"), V.ON_PLAN)
    assert at((HALF, 390), direction=D.REDUCE, base=1000, target=400, on=HALF).verdict is V.REACHED
    assert at((HALF, 1300), direction=D.REDUCE, base=1000, target=400, on=HALF).share == Decimal("-0.5")


def test_a_reduction_without_a_base_is_its_own_distance():
    found = at((HALF, 200), direction=D.REDUCE, target=400, on=HALF)
    assert (found.share, found.verdict) == (Decimal("0.5"), V.ON_PLAN)


def test_silence_is_told_from_being_behind():
    found = at((date(2026, 3, 1), 16), on=HALF)
    assert (found.verdict, found.reason) == (V.FAR_BEHIND, "behind_since_report")
    assert at((date(2026, 3, 1), 2), on=HALF).reason == "behind"


@pytest.mark.parametrize(
    ("found", "verdict", "reason"),
    [
        (at(), V.NOT_REPORTED, "not_reported"),
        (at((DUE, 5)), V.NOT_REPORTED, "not_reported"),
        (at((JUNE, 5), target=None), V.NO_TARGET, "no_target"),
        (at((JUNE, 5), curve=None), V.NO_PLAN, "no_plan"),
        (at((JUNE, 5), curve=Curve(())), V.NO_PLAN, "no_plan"),
        (at((JUNE, 5), curve=Curve(((DUE, Decimal(100)),))), V.NO_PLAN, "no_plan"),
        (at((JUNE, 100), curve=None), V.REACHED, "reached"),
        (at((JUNE, 177), direction=D.CAP, target=177), V.WITHIN_CAP, "within_cap"),
        (at((JUNE, 178), direction=D.CAP, target=177), V.OVER_CAP, "over_cap"),
        (at((JUNE, 30), direction=D.FLOOR, target=30), V.REACHED, "reached"),
        (at((JUNE, 29), direction=D.FLOOR, target=30), V.BEHIND, "below_floor"),
        (at((JUNE, 20), direction=D.FLOOR, target=30), V.FAR_BEHIND, "below_floor"),
        (at((START - timedelta(days=9), 5), on=START - timedelta(days=1)), V.ON_PLAN, "before_plan"),
        (at((DUE, 99), on=DUE), V.ON_PLAN, "on_plan"),
        (at((DUE, 99), on=DUE + timedelta(days=1)), V.BEHIND, "missed"),
        (at((DUE, 69), on=DUE + timedelta(days=1)), V.FAR_BEHIND, "missed"),
        (at((JUNE, 5), base=5, target=5), V.REACHED, "reached"),
        (at((JUNE, 6), base=5, target=5, direction=D.REDUCE), V.FAR_BEHIND, "behind"),
    ],
)
def test_verdicts(found, verdict, reason):
    assert (found.verdict, found.reason) == (verdict, reason)
    assert set(found.inputs) == set(REASONS[reason])


def test_caps_and_floors_say_by_how_much():
    assert at((JUNE, 170), direction=D.CAP, target=177).inputs["room"] == 7
    assert at((JUNE, 180), direction=D.CAP, target=177).inputs["excess"] == 3
    kept = at((JUNE, 45), direction=D.FLOOR, target=60)
    assert (kept.inputs["points"], kept.share) == (25, Decimal("0.75"))
    assert at((JUNE, 42), direction=D.FLOOR, target=60).verdict is V.BEHIND
    assert at((JUNE, 0), direction=D.FLOOR, target=0).verdict is V.REACHED
    assert at((JUNE, -1), direction=D.FLOOR, target=0).inputs["points"] is None


def test_the_plan_shows_before_anything_is_reported():
    assert at(on=HALF).planned_share == Decimal("0.5")
    assert at(on=HALF, direction=D.CAP).planned_share is None
    assert at(on=HALF, curve=None).planned_share is None


def test_rates_and_forecast():
    found = at((date(2026, 6, 20), 40), (JUNE, 50))
    assert found.present_rate == 1
    assert found.forecast == JUNE + timedelta(days=50)
    assert found.required_rate == Decimal("0.271739130434")  # 50 in 184 days
    falling = at((date(2026, 6, 20), 80), (JUNE, 70), direction=D.REDUCE, base=100, target=40)
    assert falling.present_rate == 1
    assert falling.forecast == JUNE + timedelta(days=30)


def test_the_present_rate_looks_back_ninety_days():
    found = at((date(2026, 1, 5), 0), (date(2026, 6, 20), 40), (JUNE, 50))
    assert found.present_rate == 1
    lone = at((date(2026, 1, 1), 0), (JUNE, 90))
    assert lone.present_rate == Decimal("0.5")
    from_start = at((date(2026, 1, 11), 5))
    assert from_start.present_rate == Decimal("0.5")
    assert at((JUNE, 5), curve=None).present_rate is None


def test_no_forecast_when_standing_still_or_decades_away():
    assert at((date(2026, 6, 20), 50), (JUNE, 50)).forecast is None
    assert at((date(2026, 6, 20), 50), (JUNE, 40)).forecast is None
    assert at((START, 0), (JUNE, 1), target=10**6).forecast is None
    assert at((date(2026, 6, 20), 40), (JUNE, 100)).forecast is None
    stale = at((date(2026, 2, 1), 40), (date(2026, 2, 11), 50), on=DUE)
    assert stale.forecast == DUE


def test_nothing_is_reached_by_rounding():
    found = standing(
        direction=D.INCREASE,
        base=Decimal(0),
        target=Decimal(3),
        curve=None,
        measurements=[(JUNE, Decimal("2." + "9" * 40))],
        on=JUNE,
    )
    assert found.share is not None
    assert found.share < 1
    assert found.verdict is V.NO_PLAN


measurements = st.lists(st.tuples(days, values), max_size=5)


@given(
    st.sampled_from(Direction), st.none() | values, st.none() | values, st.none() | curves, measurements,
    days | st.sampled_from([date.min, date.max]),
)  # fmt: skip
def test_every_standing_is_sound(direction, base, target, curve, measurements, on):
    found = standing(direction=direction, base=base, target=target, curve=curve, measurements=measurements, on=on)
    assert found.colour is VERDICT_COLOURS[found.verdict]
    assert set(found.inputs) == set(REASONS[found.reason])
    points = found.inputs.get("points")
    assert points is None or (isinstance(points, Decimal) and points >= 0)
    assert found.forecast is None or found.forecast >= on
    if found.gap_points is not None and found.share is not None and found.planned_share is not None:
        assert abs(found.gap_points - (found.share - found.planned_share) * 100) < tiny
        short = -found.gap_points
        if found.verdict is V.FAR_BEHIND:
            assert short >= 30
        if found.verdict is V.ON_PLAN:
            assert -10 <= short <= 10
    if direction not in (D.CAP, D.FLOOR) and found.share is not None:
        assert (found.verdict is V.REACHED) == (found.share >= 1)


@given(values, st.integers(1, 1000).map(Decimal), values, measurements, days)
def test_later_measurements_do_not_count(base, way, value, measurements, on):
    """As of a day, nothing measured after it shows."""
    known = [one for one in measurements if one[0] <= on]
    arguments = {"direction": D.INCREASE, "base": base, "target": base + way, "on": on}
    curve = linear(START, base, DUE, base + way)
    seen = standing(measurements=measurements, curve=curve, **arguments)
    assert seen == standing(measurements=known, curve=curve, **arguments)
    assert value >= 0


@given(st.integers(0, 100), st.integers(1, 400), st.integers(0, 100))
def test_a_fall_mirrors_a_rise(base, way, done):
    """The same way walked downwards stands the same."""
    up = at((JUNE, base + done), base=base, target=base + way, direction=D.INCREASE)
    down = at((JUNE, base - done), base=base, target=base - way, direction=D.REDUCE)
    assert replace(up, inputs={}) == replace(down, inputs={})


def test_every_verdict_has_a_colour():
    assert set(VERDICT_COLOURS) == set(Verdict)
    assert VERDICT_COLOURS[V.OVER_CAP] is Colour.RED
