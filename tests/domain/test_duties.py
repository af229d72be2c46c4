"""Reporting cycles, their periods, and why an item is asked for."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.duties import Cycle, Period, Rhythm, Standing, Why, why_due
from tracker.domain.states import DateState

DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
CYCLES = st.one_of(
    st.builds(Cycle, st.just(Rhythm.WEEKLY), st.integers(1, 7)),
    st.builds(Cycle, st.just(Rhythm.MONTHLY), st.integers(1, 31)),
)
WEEKLY, MONTHLY = Cycle(Rhythm.WEEKLY, 5), Cycle(Rhythm.MONTHLY, 25)
NEAR_DATES = Cycle(Rhythm.MILESTONE, 1)


@pytest.mark.parametrize(
    ("cycle", "on", "first", "last"),
    [
        (WEEKLY, date(2026, 11, 20), date(2026, 11, 14), date(2026, 11, 20)),  # a Friday closes its week
        (WEEKLY, date(2026, 11, 21), date(2026, 11, 21), date(2026, 11, 27)),
        (Cycle(Rhythm.WEEKLY, 1), date(2026, 11, 20), date(2026, 11, 17), date(2026, 11, 23)),
        (MONTHLY, date(2026, 11, 25), date(2026, 10, 26), date(2026, 11, 25)),
        (MONTHLY, date(2026, 12, 26), date(2026, 12, 26), date(2027, 1, 25)),
        (Cycle(Rhythm.MONTHLY, 31), date(2026, 2, 10), date(2026, 2, 1), date(2026, 2, 28)),
        (Cycle(Rhythm.MONTHLY, 30), date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 30)),
    ],
)
def test_a_period_by_hand(cycle: Cycle, on: date, first: date, last: date):
    assert cycle.period(on) == Period(first, last)


@given(CYCLES, DAYS)
@settings(max_examples=60)
def test_periods_follow_each_other_without_gap_or_overlap(cycle: Cycle, on: date):
    now, before = cycle.period(on), cycle.before(on)
    assert now is not None
    assert before is not None
    assert now.first <= on <= now.last
    assert before.last + timedelta(1) == now.first
    assert cycle.period(now.first) == cycle.period(now.last) == now
    closes = now.last.isoweekday() if cycle.rhythm is Rhythm.WEEKLY else now.last.day
    short = cycle.rhythm is Rhythm.MONTHLY and (now.last + timedelta(1)).day == 1
    assert closes == cycle.day or (short and closes < cycle.day)


@pytest.mark.parametrize(("rhythm", "day"), [(Rhythm.WEEKLY, 0), (Rhythm.WEEKLY, 8), (Rhythm.MONTHLY, 32)])
def test_a_day_that_is_none_is_refused(rhythm: Rhythm, day: int):
    with pytest.raises(ValueError, match="no day"):
        Cycle(rhythm, day)


TODAY = date(2026, 11, 18)  # a Wednesday; the week opened on Saturday the 14th


def standing(state: DateState, **given: object) -> Standing:
    values = {"in_progress": False, "as_of": None, "planned": None, "pending": False, "returned": False}
    return Standing(state=state, **(values | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("item", "cycle", "why"),
    [
        (standing(DateState.DONE, returned=True), WEEKLY, Why.RETURNED),
        (standing(DateState.OVERDUE_UNREPORTED, pending=True), WEEKLY, None),
        (standing(DateState.OVERDUE_UNREPORTED, as_of=TODAY), WEEKLY, Why.OVERDUE),
        (standing(DateState.OUTCOME_NOT_STATED), NEAR_DATES, Why.UNSTATED),
        (standing(DateState.DUE_SOON, as_of=date(2026, 11, 13)), WEEKLY, Why.SOON),
        (standing(DateState.DUE_SOON, as_of=date(2026, 11, 14)), WEEKLY, None),
        (standing(DateState.DUE_SOON, as_of=date(2026, 10, 26)), MONTHLY, None),
        (standing(DateState.DUE_SOON, as_of=date(2026, 11, 11)), NEAR_DATES, Why.SOON),
        (standing(DateState.DUE_SOON, as_of=date(2026, 11, 12)), NEAR_DATES, None),
        (standing(DateState.ON_COURSE), WEEKLY, Why.PROGRESS),
        (standing(DateState.ON_COURSE), NEAR_DATES, None),
        (standing(DateState.BLANK, in_progress=True), MONTHLY, Why.PROGRESS),
        (standing(DateState.BLANK), WEEKLY, None),
        (standing(DateState.NOT_DUE), WEEKLY, None),
        (standing(DateState.NOT_DUE, planned=date(2026, 11, 16)), WEEKLY, Why.CHANGED),
        (standing(DateState.NOT_DUE, planned=date(2026, 11, 16), as_of=date(2026, 11, 16)), WEEKLY, None),
        (standing(DateState.NOT_DUE, planned=date(2026, 11, 13)), WEEKLY, None),
        (standing(DateState.DONE, planned=TODAY), WEEKLY, None),
        (standing(DateState.SUSPENDED), WEEKLY, None),
    ],
)
def test_why_an_item_is_asked_for(item: Standing, cycle: Cycle, why: Why | None):
    assert why_due(item, cycle, TODAY) is why


@given(CYCLES, DAYS, st.sampled_from(list(DateState)), st.booleans())
@settings(max_examples=60)
def test_who_has_reported_in_the_period_is_asked_again_only_for_what_is_not_settled(
    cycle: Cycle, on: date, state: DateState, in_progress: bool
):
    why = why_due(standing(state, in_progress=in_progress, as_of=on), cycle, on)
    assert why in (None, Why.OVERDUE, Why.UNSTATED)
    assert (why is None) == (state not in (DateState.OVERDUE_UNREPORTED, DateState.OUTCOME_NOT_STATED))
