"""Counting periods: the worked examples of 2026, and every rule against a slow count, one day at a time."""

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.domain.calendars import Calendar, Counted, OutsideCalendar, Unit, before, maximum, minimum, warn_day

ONE = timedelta(1)
HOLIDAYS_2026 = ["0101-0103", "0215-0223", "0404-0406", "0501-0505", "0619-0621", "0925-0927", "1001-1007"]
MAKE_UP_2026 = ["0104", "0214", "0228", "0509", "0920", "1010"]


def _day(text: str) -> date:
    return date(2026, int(text[:2]), int(text[2:]))


def calendar_2026(*, until: date = date(2027, 12, 31)) -> Calendar:
    """The year 2026 by its notice, and weekends only after it, as an estimate."""
    off: set[date] = set()
    for part in HOLIDAYS_2026:
        first, last = map(_day, part.split("-"))
        off |= {first + ONE * at for at in range((last - first).days + 1)}
    make_up = {_day(text) for text in MAKE_UP_2026}
    first = date(2026, 1, 1)
    days = [first + ONE * at for at in range((until - first).days + 1)]
    working = frozenset(day for day in days if day in make_up or (day.weekday() < 5 and day not in off))
    return Calendar(first=first, last=until, working=working, estimated_from=date(2027, 1, 1))


C = calendar_2026()


@pytest.mark.parametrize(
    ("start", "n", "unit", "raw", "expected"),
    [
        (date(2026, 9, 14), 20, Unit.DAY, date(2026, 10, 4), date(2026, 10, 8)),
        (date(2026, 4, 2), 3, Unit.DAY, date(2026, 4, 5), date(2026, 4, 7)),
        (date(2026, 1, 20), 30, Unit.DAY, date(2026, 2, 19), date(2026, 2, 24)),
        (date(2026, 9, 25), 10, Unit.WORKING_DAY, date(2026, 10, 15), date(2026, 10, 15)),
        (date(2026, 12, 30), 1, Unit.WORKING_DAY, date(2026, 12, 31), date(2026, 12, 31)),
        (date(2026, 1, 31), 1, Unit.MONTH, date(2026, 2, 28), date(2026, 2, 28)),  # R3, and a make-up Saturday
        (date(2026, 3, 15), 6, Unit.MONTH, date(2026, 9, 15), date(2026, 9, 15)),
        (date(2026, 5, 1), 1, Unit.YEAR, date(2027, 5, 1), date(2027, 5, 3)),
    ],
)
def test_worked_examples(start: date, n: int, unit: Unit, raw: date, expected: date):
    found = minimum(start, n, unit, C)
    assert (found.raw, found.day, found.rolled) == (raw, expected, raw != expected)
    assert maximum(start, n, unit, C) == found
    assert found.estimated == (expected > date(2026, 12, 31))


def test_the_latest_issue_of_documents_for_a_deadline():
    assert before(date(2026, 10, 20), 20, Unit.DAY, C).day == date(2026, 9, 30)


def test_the_first_day_counts_only_where_asked():
    assert minimum(date(2026, 11, 2), 20, Unit.DAY, C).raw == date(2026, 11, 22)
    assert minimum(date(2026, 11, 2), 20, Unit.DAY, C, count_first_day=True).raw == date(2026, 11, 21)
    assert minimum(date(2026, 11, 2), 5, Unit.WORKING_DAY, C, count_first_day=True).day == date(2026, 11, 6)


def test_make_up_weekends_are_working_days():
    assert C.is_working(date(2026, 10, 10))
    assert not C.is_working(date(2026, 10, 11))
    assert C.add_working(date(2026, 10, 9), 1) == date(2026, 10, 10)


def test_the_day_to_warn_on_does_not_lean_on_the_roll():
    assert warn_day(date(2026, 1, 20), 30, Unit.DAY, C).day == date(2026, 2, 14)  # a make-up Saturday
    assert maximum(date(2026, 1, 20), 30, Unit.DAY, C).day == date(2026, 2, 24)


def test_an_estimated_day_is_told_only_where_it_had_a_say():
    assert not minimum(date(2026, 12, 1), 30, Unit.DAY, C).estimated
    assert minimum(date(2026, 12, 1), 31, Unit.DAY, C).estimated  # 1 January: whether it rolls is estimated
    assert minimum(date(2026, 12, 28), 5, Unit.WORKING_DAY, C).estimated
    assert before(date(2027, 1, 4), 1, Unit.WORKING_DAY, C).estimated
    assert not before(date(2027, 1, 20), 40, Unit.DAY, C).estimated  # counted back into 2026, nothing estimated asked


@pytest.mark.parametrize(
    ("count", "day"),
    [
        (lambda: minimum(date(2027, 12, 30), 5, Unit.DAY, C), date(2028, 1, 4)),
        (lambda: minimum(date(2027, 12, 30), 5, Unit.WORKING_DAY, C), date(2028, 1, 1)),
        (lambda: before(date(2026, 1, 5), 9, Unit.DAY, C), date(2025, 12, 27)),
        (lambda: before(date(2026, 1, 5), 9, Unit.WORKING_DAY, C), date(2025, 12, 31)),
        (lambda: minimum(date(2026, 1, 5), 10**9, Unit.DAY, C), date.max),
        (lambda: minimum(date(2026, 1, 5), 9000, Unit.YEAR, C), date.max),
        (lambda: before(date(2026, 1, 5), 10**6, Unit.MONTH, C), date.min),
        (lambda: C.is_working(date(2025, 12, 31)), date(2025, 12, 31)),
        (lambda: calendar_2026(until=date(2026, 10, 3)).roll_forward(date(2026, 10, 1)), date(2026, 10, 4)),
    ],
)
def test_days_outside_are_refused_never_guessed(count, day):
    with pytest.raises(OutsideCalendar) as failure:
        count()
    assert (failure.value.code, failure.value.day) == ("outside_calendar", day)


def test_a_negative_period_is_nonsense():
    for count in (minimum, before):
        with pytest.raises(ValueError):
            count(date(2026, 5, 6), -1, Unit.DAY, C)


def test_marks_make_the_same_calendar():
    days = [C.first + ONE * at for at in range((C.last - C.first).days + 1)]
    marks = "".join("1" if day in C.working else "0" for day in days)
    assert Calendar.of_marks(C.first, marks, estimated_from=C.estimated_from) == C


# ----------------------------------------------------------------------- the slow count


@st.composite
def calendars(draw) -> Calendar:
    """Two years with holidays and make-up weekends strewn at random; never more than nine days off in a row."""
    first = date(2026, 1, 1)
    marks = ["1" if (first + ONE * at).weekday() < 5 else "0" for at in range(730)]
    for at in draw(st.lists(st.integers(0, 729), max_size=60)):
        marks[at] = "1" if marks[at] == "0" else "0"
    for at in range(9, 730, 10):
        marks[at] = "1"
    estimated_from = draw(st.none() | st.just(date(2027, 1, 1)))
    return Calendar.of_marks(first, "".join(marks), estimated_from=estimated_from, count_first_day=draw(st.booleans()))


starts = st.dates(date(2026, 4, 1), date(2027, 6, 30))
lengths = st.integers(0, 60)
days_or_working = st.sampled_from([Unit.DAY, Unit.WORKING_DAY])


def end_of(start: date, n: int, unit: Unit, calendar: Calendar) -> date:
    """Day by day: step forward, counting those that count, until n have been counted."""
    day, left = start, n
    while left:
        day += ONE
        if unit is Unit.DAY or day in calendar.working:
            left -= 1
    return day


def rolled(day: date, calendar: Calendar, step: timedelta) -> date:
    while day not in calendar.working:
        day += step
    return day


@given(calendars(), starts, lengths, days_or_working)
def test_a_minimum_is_counted_day_by_day(calendar: Calendar, start: date, n: int, unit: Unit):
    raw = end_of(start, n, unit, calendar)
    found = minimum(start, n, unit, calendar)
    assert (found.raw, found.day) == (raw, rolled(raw, calendar, ONE))
    assert warn_day(start, n, unit, calendar).day == rolled(raw, calendar, -ONE)


@given(calendars(), starts, lengths, days_or_working)
def test_a_window_counted_back_is_the_latest_working_day_that_still_fits(
    calendar: Calendar, end: date, n: int, unit: Unit
):
    day = rolled(end, calendar, -ONE)
    while end_of(day, n, unit, calendar) > end:
        day = rolled(day - ONE, calendar, -ONE)
    assert before(end, n, unit, calendar).day == day


def month_later(day: date, months: int) -> date:
    """The same number that many months on, or the nearest one below it that the month has."""
    year, month, number = day.year, day.month, day.day
    for _step in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


@given(calendars(), st.dates(date(2026, 1, 1), date(2027, 5, 31)), st.integers(0, 6))
def test_months_end_on_the_same_number(calendar: Calendar, start: date, n: int):
    raw = month_later(start, n)
    found = minimum(start, n, Unit.MONTH, calendar)
    assert (found.raw, found.day) == (raw, rolled(raw, calendar, ONE))


@given(calendars(), st.dates(date(2026, 8, 1), date(2027, 11, 30)), st.integers(0, 6))
def test_months_counted_back_are_the_latest_day_that_still_fits(calendar: Calendar, end: date, n: int):
    raw = end
    while month_later(raw, n) > end:
        raw -= ONE
    assert before(end, n, Unit.MONTH, calendar).raw == raw


@given(calendars(), starts, st.integers(-60, 60))
def test_working_days_added_are_working_days_counted(calendar: Calendar, start: date, n: int):
    day = calendar.add_working(start, n)
    assert n == 0 or calendar.is_working(day)
    if n >= 0:
        assert calendar.working_between(start, day) == n
    else:
        assert calendar.working_between(day - ONE, start - ONE) == -n


@given(calendars(), starts, lengths, days_or_working)
def test_a_count_is_estimated_only_where_the_estimate_could_move_it(
    calendar: Calendar, start: date, n: int, unit: Unit
):
    """Turn every estimated day round: what is said not to be estimated stays."""
    assume(calendar.estimated_from is not None)
    found: Counted = minimum(start, n, unit, calendar)
    if found.estimated:
        assert found.day >= date(2027, 1, 1)
        return
    days = [calendar.first + ONE * at for at in range(730)]
    turned = frozenset(day for day in days if (day in calendar.working) == (day < date(2027, 1, 1)))
    other = Calendar(first=calendar.first, last=calendar.last, working=turned, estimated_from=calendar.estimated_from)
    assert minimum(start, n, unit, other) == found
