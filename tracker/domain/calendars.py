"""Working days and how statutory periods are counted on them.

The rules are those of the Civil Code and of general practice, R1–R7 in `docs/windows.md`. A calendar is a value: it
knows every day from `first` to `last`, and a question about any other day is refused, never guessed. Days that rest on
our own estimate, because the State Council's notice for that year is not out, are told apart from official ones.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class OutsideCalendar(Exception):
    """A count needs a day the calendar does not hold; `day` is that day, `first` and `last` what it does hold."""

    code = "outside_calendar"

    def __init__(self, day: date, first: date, last: date) -> None:
        super().__init__(f"{day} is not between {first} and {last}")
        self.day, self.first, self.last = day, first, last


class Unit(StrEnum):
    """What a period is counted in (R6): 日, 工作日, 月, 年."""

    DAY = "d"
    WORKING_DAY = "wd"
    MONTH = "mon"
    YEAR = "yr"


@dataclass(frozen=True)
class Calendar:
    """The days from `first` to `last`, both included; `working` are those that are worked, make-up weekends too.

    `estimated_from` is the first day whose status is our estimate (None: all are official); later days count as
    estimated as well. `region` is '' for the national calendar. `count_first_day` is how minimum periods are read here:
    it travels with the days, so that whoever counts on them counts alike (`domain.windows`).
    """

    first: date
    last: date
    working: frozenset[date]
    estimated_from: date | None = None
    region: str = ""
    count_first_day: bool = False
    _days: array[int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        inside = sorted(day.toordinal() for day in self.working if self.first <= day <= self.last)
        object.__setattr__(self, "_days", array("l", inside))

    @classmethod
    def of_marks(
        cls,
        first: date,
        marks: str,
        *,
        estimated_from: date | None = None,
        region: str = "",
        count_first_day: bool = False,
    ) -> Calendar:
        """The calendar of one mark a day from `first` on: '1' worked, anything else not."""
        start = first.toordinal()
        days = frozenset(date.fromordinal(start + at) for at, mark in enumerate(marks) if mark == "1")
        last = date.fromordinal(start + len(marks) - 1)
        return cls(first, last, days, estimated_from, region, count_first_day)

    def is_working(self, day: date) -> bool:
        """Whether the day is worked; raises OutsideCalendar."""
        self._hold(day)
        return day in self.working

    def is_estimated(self, day: date) -> bool:
        """Whether what we hold of that day is our estimate; raises OutsideCalendar."""
        self._hold(day)
        return self.estimated_from is not None and day >= self.estimated_from

    def roll_forward(self, day: date) -> date:
        """The day itself if it is worked, else the next worked one (R4); raises OutsideCalendar."""
        self._hold(day)
        return self._nth(bisect_left(self._days, day.toordinal()), self.last + timedelta(1))

    def roll_backward(self, day: date) -> date:
        """The day itself if it is worked, else the last worked one before it; raises OutsideCalendar."""
        self._hold(day)
        return self._nth(bisect_left(self._days, day.toordinal() + 1) - 1, self.first - timedelta(1))

    def add_working(self, day: date, n: int) -> date:
        """The n-th working day after `day`, before it for a negative n; `day` itself for 0. Raises OutsideCalendar."""
        self._hold(day)
        if n == 0:
            return day
        at = bisect_left(self._days, day.toordinal() + 1) - 1 + n if n > 0 else self._before(day) + n
        return self._nth(at, (self.last if n > 0 else self.first) + timedelta(1 if n > 0 else -1))

    def working_between(self, a: date, b: date) -> int:
        """How many working days lie after `a` up to and including `b`; negative where `b` comes first."""
        self._hold(a)
        self._hold(b)
        return bisect_left(self._days, b.toordinal() + 1) - bisect_left(self._days, a.toordinal() + 1)

    def _before(self, day: date) -> int:
        """How many working days the calendar holds before that day."""
        return bisect_left(self._days, day.toordinal())

    def _nth(self, at: int, missing: date) -> date:
        """The working day at a position; OutsideCalendar naming `missing` where there is none."""
        if not 0 <= at < len(self._days):
            raise OutsideCalendar(missing, self.first, self.last)
        return date.fromordinal(self._days[at])

    def _hold(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise OutsideCalendar(day, self.first, self.last)


@dataclass(frozen=True, slots=True)
class Counted:
    """The end of a count: `day` after rolling, `raw` before it, and whether an estimated day had a say in it."""

    day: date
    raw: date
    rolled: bool
    estimated: bool


def minimum(start: date, n: int, unit: Unit, calendar: Calendar, *, count_first_day: bool = False) -> Counted:
    """The earliest lawful day that is at least n units after `start`, rolled forward off days not worked.

    R2: the starting day is not counted, unless `count_first_day`, which some offices read out of 自…之日起. R3: months
    and years end on the same-numbered day, or on the month's last. R4: a last day that is no working day moves to the
    next one. Raises OutsideCalendar, and ValueError for a negative n.
    """
    raw = _forward(start, n, unit, calendar, count_first_day=count_first_day)
    day = calendar.roll_forward(raw)
    return _counted(day, raw, start, unit, calendar)


def maximum(start: date, n: int, unit: Unit, calendar: Calendar) -> Counted:
    """The last lawful day that is at most n units after `start`: R2, R3, and R4 lets a last day not worked move on."""
    return minimum(start, n, unit, calendar)


def warn_day(start: date, n: int, unit: Unit, calendar: Calendar) -> Counted:
    """The last working day up to n units after `start`: the day to be finished by without leaning on R4."""
    raw = _forward(start, n, unit, calendar)
    return _counted(calendar.roll_backward(raw), raw, start, unit, calendar)


def before(end: date, n: int, unit: Unit, calendar: Calendar) -> Counted:
    """The latest working day that is at least n units before `end`: counted back, then rolled backward, the safe side.

    Working days: n of them lie after the result, up to `end`. Months: the latest day from which n months, counted by
    R3, are over by `end`. Raises OutsideCalendar, and ValueError for a negative n.
    """
    if n < 0:
        raise ValueError("a period is never negative")
    if unit is Unit.WORKING_DAY:
        raw = calendar.add_working(calendar.roll_backward(end), -n)
        return Counted(raw, raw, rolled=False, estimated=_estimated(raw, end, calendar))
    raw = _shift(end, -n, calendar) if unit is Unit.DAY else _months_back(end, _in_months(n, unit), calendar)
    day = calendar.roll_backward(raw)
    return Counted(day, raw, rolled=day != raw, estimated=_estimated(day, raw, calendar))


def _forward(start: date, n: int, unit: Unit, calendar: Calendar, *, count_first_day: bool = False) -> date:
    """The n-th unit after `start`, before any rolling."""
    if n < 0:
        raise ValueError("a period is never negative")
    if count_first_day and n:
        start = _shift(start, -1, calendar)
    if unit is Unit.WORKING_DAY:
        return calendar.add_working(start, n)
    if unit is Unit.DAY:
        return _shift(start, n, calendar)
    return _months_on(start, _in_months(n, unit), calendar)


def _counted(day: date, raw: date, start: date, unit: Unit, calendar: Calendar) -> Counted:
    # Natural days and months are certain whatever the calendar; only rolling asks it. Working days ask it all the way.
    asked_from = start + timedelta(1) if unit is Unit.WORKING_DAY and raw > start else raw
    return Counted(day, raw, rolled=day != raw, estimated=_estimated(asked_from, day, calendar))


def _estimated(a: date, b: date, calendar: Calendar) -> bool:
    return calendar.is_estimated(max(a, b))


def _in_months(n: int, unit: Unit) -> int:
    return n * 12 if unit is Unit.YEAR else n


def _shift(day: date, days: int, calendar: Calendar) -> date:
    return _inside(lambda: day + timedelta(days), days, calendar)


def _months_on(day: date, months: int, calendar: Calendar) -> date:
    """The same-numbered day that many months on; where the month has none, its last day (R3)."""
    return _inside(lambda: months_after(day, months), months, calendar)


def months_after(day: date, months: int) -> date:
    """The same-numbered day that many months on, or the last of a month without one (R3); no calendar is asked."""
    at = day.year * 12 + day.month - 1 + months
    return min(date(at // 12, at % 12 + 1, 1) + timedelta(day.day - 1), _month_end(at))


def _month_end(at: int) -> date:
    return date((at + 1) // 12, (at + 1) % 12 + 1, 1) - timedelta(1)


def _months_back(end: date, months: int, calendar: Calendar) -> date:
    """The latest day from which that many months end on or before `end` (R3): a month's end reaches a month's end."""
    at = end.year * 12 + end.month - 1
    if end == _month_end(at):
        return _inside(lambda: _month_end(at - months), -months, calendar)
    return _months_on(end, -months, calendar)


def _inside(make: Callable[[], date], direction: int, calendar: Calendar) -> date:
    """A computed day; one before year 1 or after 9999 lies outside every calendar."""
    try:
        return make()
    except (OverflowError, ValueError):
        raise OutsideCalendar(date.max if direction > 0 else date.min, calendar.first, calendar.last) from None
