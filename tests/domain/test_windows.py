"""Statutory windows: which rows bind, that local ones only tighten, and that bounds are the tightest lawful days."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.test_calendars import C, calendars, lengths, starts
from tracker.domain.calendars import Calendar, Unit
from tracker.domain.windows import (
    LoosensNational,
    Window,
    WindowKind,
    check_local,
    earliest_end,
    holds,
    in_force,
    latest_start,
    problem,
    unit_by_text,
)

ONE = timedelta(1)
D, WD, MON, YR = Unit.DAY, Unit.WORKING_DAY, Unit.MONTH, Unit.YEAR
COUNTING = replace(C, count_first_day=True)
MIN, MAX, BEFORE, GATE = WindowKind.MIN, WindowKind.MAX, WindowKind.BEFORE, WindowKind.GATE


def window(kind: WindowKind = MIN, n: int | None = 20, unit: Unit | None = D, **more: Any) -> Window:
    base = {"id": "TB-05", "applies_to": "tender", "from_step": "甲", "to_step": "乙", "name": "丙", "law": "丁法"}
    return Window(kind=kind, n=n, unit=unit, **(base | more))


@pytest.mark.parametrize(
    ("kind", "national", "local", "code"),
    [
        (MIN, (20, D), (25, D), ""),
        (MIN, (20, D), (20, D), ""),
        (MIN, (20, D), (19, D), "window_shorter_than_national"),
        (MIN, (20, D), (20, WD), ""),
        (MIN, (20, WD), (28, D), "window_units_not_comparable"),
        (MIN, (1, MON), (60, D), ""),
        (MIN, (1, MON), (30, D), "window_units_not_comparable"),
        (MIN, (1, YR), (13, MON), ""),
        (BEFORE, (15, D), (14, D), "window_shorter_than_national"),
        (BEFORE, (15, D), (16, D), ""),
        (MAX, (30, D), (20, D), ""),
        (MAX, (30, D), (31, D), "window_longer_than_national"),
        (MAX, (5, D), (5, WD), "window_units_not_comparable"),
        (MAX, (7, WD), (7, D), ""),
        (MAX, (6, MON), (5, MON), ""),
    ],
)
def test_local_rows_only_tighten(kind, national, local, code):
    own, other = window(kind, *local, region="BJ"), window(kind, *national)
    if code:
        with pytest.raises(LoosensNational) as failure:
            check_local(own, other)
        assert failure.value.code == code
    else:
        check_local(own, other)
    bound = in_force([other, own], on=date(2026, 5, 6), region="BJ")
    assert bound == [other if code else own]
    assert in_force([other, own], on=date(2026, 5, 6)) == [other]
    assert in_force([other, own], on=date(2026, 5, 6), region="ZJ") == [other]


def test_a_gate_may_get_a_length_and_a_length_may_not_become_a_gate():
    check_local(window(MIN, 7, D, region="ZJ"), window(GATE, None, None))
    with pytest.raises(LoosensNational, match="window_kind_differs"):
        check_local(window(GATE, None, None, region="ZJ"), window())


def test_the_newest_version_in_force_on_the_day_speaks():
    old = window(MAX, 60, D, effective_from=date(2003, 9, 1))
    new = window(MAX, 50, D, version=2, effective_from=date(2026, 8, 15))
    gone = window(MAX, 50, D, version=3, effective_from=date(2026, 8, 15), effective_to=date(2027, 1, 31))
    rows = [new, old, gone]
    assert in_force(rows, on=date(2003, 8, 31)) == []
    assert in_force(rows, on=date(2026, 8, 14)) == [old]
    assert in_force(rows, on=date(2026, 8, 15)) == [gone]
    assert in_force(rows, on=date(2027, 2, 1)) == [new]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (window(), ""),
        (window(GATE, None, None), ""),
        (window(GATE, 3, D), "window_length_odd"),
        (window(MIN, None, D), "window_length_missing"),
        (window(MIN, 3, None), "window_length_missing"),
        (window(MIN, 0), "window_length_range"),
        (window(MIN, 101, YR), "window_length_range"),
        (window(effective_from=date(2026, 1, 2), effective_to=date(2026, 1, 1)), "window_force_reversed"),
    ],
)
def test_what_a_row_may_not_say(row: Window, code: str):
    assert problem(row) == code


def test_the_worked_example_of_a_tender():
    """Documents issued on 14 September 2026, twenty days: the deadline may be 8 October, not 7."""
    row = window()
    assert earliest_end(row, date(2026, 9, 14), C).day == date(2026, 10, 8)
    assert latest_start(row, date(2026, 10, 20), C).day == date(2026, 9, 30)
    early, late = (holds(row, date(2026, 9, 14), date(2026, 10, day), C) for day in (7, 8))
    assert (early.holds, early.slack_days, late.holds, late.slack_days) == (False, -1, True, 0)


@pytest.mark.parametrize(
    ("n", "unit", "start", "over", "counted"),
    [
        # Three days from Wednesday 1 April end on Saturday the 4th, a holiday to Monday: 7 April. Counted themselves,
        # they are the 1st, 2nd and 3rd.
        (3, D, date(2026, 4, 1), date(2026, 4, 7), date(2026, 4, 3)),
        # Twenty days from 14 September end on 4 or on 3 October: both in the holiday that ends on the 7th.
        (20, D, date(2026, 9, 14), date(2026, 10, 8), date(2026, 10, 8)),
        # Ten worked days from Thursday 24 September: 28, 29, 30, 8 to 10 (Saturday worked), 12 to 15.
        (10, WD, date(2026, 9, 24), date(2026, 10, 15), date(2026, 10, 14)),
        # Friday the 25th is a holiday: no worked day to be counted.
        (10, WD, date(2026, 9, 25), date(2026, 10, 15), date(2026, 10, 15)),
        # Years and months stay as they are.
        (1, YR, date(2026, 5, 6), date(2027, 5, 6), date(2027, 5, 6)),
    ],
)
def test_the_first_day_counts_where_the_calendar_says_so(n: int, unit: Unit, start: date, over: date, counted: date):
    row = window(MIN, n, unit)
    for calendar, expected in ((C, over), (COUNTING, counted)):
        assert earliest_end(row, start, calendar).day == expected
        assert holds(row, start, expected, calendar).holds
        assert not holds(row, start, expected - ONE, calendar).holds


@pytest.mark.parametrize(
    ("kind", "n", "unit", "end", "start", "counted"),
    [
        # Twenty days before Monday 23 November: Tuesday the 3rd, or Wednesday the 4th if it is the first of them.
        (MIN, 20, D, date(2026, 11, 23), date(2026, 11, 3), date(2026, 11, 4)),
        (MIN, 10, WD, date(2026, 10, 15), date(2026, 9, 24), date(2026, 9, 28)),
        # What is counted back from a deadline is counted in full.
        (BEFORE, 15, D, date(2026, 11, 23), date(2026, 11, 6), date(2026, 11, 6)),
        (MAX, 30, D, date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 23)),
    ],
)
def test_back_from_a_day_the_first_one_counts_as_well(
    kind: WindowKind, n: int, unit: Unit, end: date, start: date, counted: date
):
    row = window(kind, n, unit)
    assert latest_start(row, end, C).day == start
    assert latest_start(row, end, COUNTING).day == counted


def test_a_maximum_and_a_gate():
    contract = window(MAX, 30, D)
    found = holds(contract, date(2026, 1, 20), date(2026, 2, 25), C)
    assert (found.holds, found.bound.day, found.slack_days) == (False, date(2026, 2, 24), -1)
    assert not holds(contract, date(2026, 3, 2), date(2026, 3, 1), C).holds
    gate = window(GATE, None, None)
    assert holds(gate, date(2026, 3, 2), date(2026, 3, 2), C).holds
    assert not holds(gate, date(2026, 3, 2), date(2026, 3, 1), C).holds
    for row in (contract, gate):
        assert latest_start(row, date(2026, 3, 1), C).day == earliest_end(row, date(2026, 3, 1), C).day


@given(calendars(), starts, lengths.filter(bool), st.sampled_from([D, WD]), st.sampled_from([MIN, BEFORE]))
def test_the_latest_start_is_the_last_working_day_that_holds(
    calendar: Calendar, end: date, n: int, unit: Unit, kind: WindowKind
):
    row = window(kind, n, unit)
    day = end
    while not (day in calendar.working and holds(row, day, end, calendar).holds):
        day -= ONE
    assert latest_start(row, end, calendar).day == day


@given(calendars(), starts, lengths.filter(bool), st.sampled_from([D, WD]), st.sampled_from([MIN, BEFORE]))
def test_the_earliest_end_is_the_first_working_day_that_holds(
    calendar: Calendar, start: date, n: int, unit: Unit, kind: WindowKind
):
    row = window(kind, n, unit)
    day = start
    while not (day in calendar.working and holds(row, start, day, calendar).holds):
        day += ONE
    assert earliest_end(row, start, calendar).day == day


def test_what_a_day_means_in_a_law_of_its_own():
    assert [unit_by_text("行政许可法", n) for n in (5, 45)] == [WD, WD]
    assert [unit_by_text("行政强制法", n) for n in (10, 11)] == [WD, D]
    assert [unit_by_text("行政处罚法", n) for n in (5, 6)] == [WD, D]
    assert unit_by_text("建筑法", 7) is D
