"""What an imprecise date is, and the calendar periods that one is made of.

A date is an interval as written, in the sense of EDTF (ISO 8601-2): both ends are days and both count. An end that is
``None`` is open. Reading and printing live in :mod:`tracker.domain.date_text_zh` and
:mod:`tracker.domain.date_text_en`; what the rest of the product uses is in :mod:`tracker.domain.dates`.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, StrEnum

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years outside these are taken for misprints."""


class Precision(StrEnum):
    """How finely the text names the time; decides how the interval is printed back."""

    DAY = "day"
    THIRD = "third"
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    SPAN = "span"
    VAGUE = "vague"


class DateKind(StrEnum):
    """What the text says about the interval: a deadline, a time, a start or an aim."""

    BY = "by"
    IN = "in"
    FROM = "from"
    STRIVE = "strive"


@dataclass(frozen=True, slots=True)
class ImpreciseDate:
    """A date as an official wrote it: the text, and the first and last day it can mean.

    ``earliest`` is ``None`` where any day up to ``latest`` will do (a deadline), ``latest`` is ``None`` where only the
    start is stated, both are ``None`` where the text fixes no time at all (``Precision.VAGUE``).
    """

    text: str
    earliest: date | None
    latest: date | None
    precision: Precision
    kind: DateKind


class UnreadableDate(ValueError):
    """The text is no date we can read.

    ``code`` is one of ``unreadable``, ``no_year`` (the text needs an assumed year, or a today, that was not given),
    ``reversed`` (the end lies before the start), ``no_such_day`` (30 February, month 13, the year 0026) and
    ``too_long``.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text[:80]!r}")
        self.code = code
        self.text = text


MAX_LENGTH = 60
"""Longer texts are sentences, not dates."""

MONTHS_IN = {Precision.MONTH: 1, Precision.QUARTER: 3, Precision.HALF: 6, Precision.YEAR: 12}
PERIODS = frozenset({Precision.DAY, Precision.THIRD, *MONTHS_IN})
"""The precisions that name one calendar period."""


def month_end(day: date) -> date:
    """The last day of the month that holds ``day``."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def period(unit: Precision, day: date) -> tuple[date, date]:
    """First and last day of the calendar period of this size that holds ``day``.

    The thirds of a month (旬) are the 1st to 10th, the 11th to 20th and the 21st to the last day.
    """
    if unit is Precision.DAY:
        return day, day
    if unit is Precision.THIRD:
        first = day.replace(day=min((day.day - 1) // 10, 2) * 10 + 1)
        return first, month_end(day) if first.day == 21 else first.replace(day=first.day + 9)
    months = MONTHS_IN[unit]
    first_month = (day.month - 1) // months * months + 1
    return date(day.year, first_month, 1), month_end(date(day.year, first_month + months - 1, 1))


class Edge(Enum):
    """Which end of a period a phrase points at: 年初, 6月底."""

    NONE = 0
    START = 1
    END = 2


class Mark(Enum):
    """What the words around a time say about it. ``WITHIN`` is a deadline whose start is known too."""

    NOTHING = 0
    BY = 1
    FROM = 2
    STRIVE = 3
    WITHIN = 4


@dataclass(frozen=True, slots=True)
class Point:
    """One period as named, by any day of it; year and month are ``None`` where the text leaves them out."""

    unit: Precision
    year: int | None = None
    month: int | None = None
    day: int = 1
    edge: Edge = Edge.NONE

    @property
    def lacks_month(self) -> bool:
        """Whether the period lies inside a month that the text does not name (中旬, 25日)."""
        return self.month is None and self.unit in (Precision.DAY, Precision.THIRD, Precision.MONTH)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text taken apart: no point (vague), one, or two (from … to …), and the marks around them."""

    points: tuple[Point, ...]
    marks: frozenset[Mark]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a reader assumes where the text is silent."""

    text: str
    year: int | None
    today: date | None

    def fail(self, code: str = "unreadable") -> UnreadableDate:
        """The error to raise about this text."""
        return UnreadableDate(code, self.text)

    def assumed_year(self) -> int:
        """The year of a text that prints none."""
        if self.year is not None:
            return self.year
        return self.this_year()

    def this_year(self) -> int:
        """The year that words like 今年 count from: today's, else the assumed one."""
        if self.today is not None:
            return self.today.year
        if self.year is None:
            raise self.fail("no_year")
        return self.year

    def printed_year(self, digits: str) -> int:
        """A year as printed; masked digits (20XX) stand for the assumed year, which has to fit them."""
        if "X" in digits:
            year = self.assumed_year()
            if len(digits) == 4 and any(mask not in ("X", on) for mask, on in zip(digits, f"{year:04}", strict=False)):
                raise self.fail("no_year")
            return year
        return int(digits)

    def this_month(self, months_later: int = 0) -> tuple[int, int]:
        """Year and month of today, or of some months later."""
        if self.today is None:
            raise self.fail("no_year")
        years, month = divmod(self.today.month - 1 + months_later, 12)
        return self.today.year + years, month + 1

    def near_day(self, days_later: int) -> Point:
        """Today, or some days later."""
        if self.today is None:
            raise self.fail("no_year")
        on = self.today + timedelta(days=days_later)
        return Point(Precision.DAY, on.year, on.month, on.day)

    def settle(self, point: Point) -> Point:
        """The point with its year, and its month where it needs one, filled in."""
        if point.lacks_month:
            if point.year is not None:
                raise self.fail()
            year, month = self.this_month()
            return replace(point, year=year, month=month)
        return replace(point, year=self.assumed_year() if point.year is None else point.year)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A point placed in the calendar; ``whole`` is the precision it has as a deadline (6月底前 speaks of the month)."""

    first: date
    last: date
    precision: Precision
    whole: Precision


def _placed(point: Point, anchor: Anchor) -> _Stretch:
    """The days of a settled point. The end of a month is its last third, of anything longer its last month."""
    if not FIRST_YEAR <= (point.year or 0) <= LAST_YEAR:
        raise anchor.fail("no_such_day")
    try:
        first, last = period(point.unit, date(point.year or 0, point.month or 1, point.day))
        if point.edge is Edge.NONE:
            return _Stretch(first, last, point.unit, point.unit)
        part = Precision.THIRD if point.unit is Precision.MONTH else Precision.MONTH
        at_end = point.edge is Edge.END
        return _Stretch(*period(part, last if at_end else first), part, point.unit if at_end else part)
    except ValueError:
        raise anchor.fail("no_such_day") from None


def framed(phrase: Phrase, anchor: Anchor) -> ImpreciseDate:
    """The interval, precision and kind of a text taken apart; its points have to be settled."""
    if not phrase.points:
        return ImpreciseDate(anchor.text, None, None, Precision.VAGUE, DateKind.IN)
    marks = phrase.marks
    stretches = [_placed(point, anchor) for point in phrase.points]
    first, last, precision = stretches[0].first, stretches[-1].last, stretches[0].precision
    if len(stretches) == 2:
        if first > last:
            raise anchor.fail("reversed")
        return ImpreciseDate(anchor.text, first, last, Precision.SPAN, _kind(marks - {Mark.FROM}))
    if {Mark.BY, Mark.FROM} <= marks:
        raise anchor.fail()
    if Mark.BY in marks:
        return ImpreciseDate(anchor.text, None, last, stretches[0].whole, _kind(marks))
    return ImpreciseDate(anchor.text, first, None if Mark.FROM in marks else last, precision, _kind(marks))


_KINDS = (
    (Mark.STRIVE, DateKind.STRIVE),
    (Mark.BY, DateKind.BY),
    (Mark.WITHIN, DateKind.BY),
    (Mark.FROM, DateKind.FROM),
)


def _kind(marks: frozenset[Mark]) -> DateKind:
    """The kind the marks add up to; an aim outranks the rest."""
    return next((kind for mark, kind in _KINDS if mark in marks), DateKind.IN)


def print_unit(value: ImpreciseDate) -> Precision:
    """The unit whose name prints this interval exactly, or ``SPAN`` where it takes two ends.

    The stated precision where it fits, so that the print says no more than the text did; days where it does not.
    """
    unit = value.precision if value.precision in PERIODS else Precision.DAY
    if value.earliest is None or value.latest is None:
        return unit if _ends_fit(unit, value) else Precision.DAY
    interval = (value.earliest, value.latest)
    candidates = (unit, Precision.MONTH, Precision.DAY)
    return next((each for each in candidates if period(each, value.earliest) == interval), Precision.SPAN)


def _ends_fit(unit: Precision, value: ImpreciseDate) -> bool:
    """Whether the one known end is the first, or the last, day of such a period."""
    if value.earliest is not None:
        return period(unit, value.earliest)[0] == value.earliest
    return value.latest is not None and period(unit, value.latest)[1] == value.latest


def span_unit(first: date, last: date) -> Precision:
    """The coarsest of year, month and day whose two different names print this span exactly."""
    for unit, apart in ((Precision.YEAR, first.year < last.year), (Precision.MONTH, True)):
        if apart and period(unit, first)[0] == first and period(unit, last)[1] == last:
            return unit
    return Precision.DAY
