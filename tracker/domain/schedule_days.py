"""Working days as positions, so that a step of any length is two looks into a table.

An instant is the beginning of a day, written as its ordinal; the end of a day is the beginning of the next. The
position of an instant is the number of worked days before it.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate

from tracker.domain.schedule_values import WorkedDays


class Outside(Exception):
    """A count left the days the calendar holds."""


class Worked:
    """One calendar's worked days. Every question about an instant it does not hold raises Outside."""

    __slots__ = ("before", "days", "first", "last")

    def __init__(self, calendar: WorkedDays) -> None:
        self.first, self.last = calendar.first.toordinal(), calendar.last.toordinal() + 1
        self.days = sorted(day.toordinal() for day in calendar.working if calendar.first <= day <= calendar.last)
        marks = bytearray(self.last - self.first)
        for day in self.days:
            marks[day - self.first] = 1
        self.before = list(accumulate(marks, initial=0))

    def position(self, instant: int) -> int:
        """How many worked days lie before the instant."""
        if not self.first <= instant <= self.last:
            raise Outside
        return self.before[instant - self.first]

    def start(self, position: int) -> int:
        """The beginning of the worked day at that position."""
        if not 0 <= position < len(self.days):
            raise Outside
        return self.days[position]

    def finish(self, position: int) -> int:
        """The end of the worked day just before that position."""
        if not 0 < position <= len(self.days):
            raise Outside
        return self.days[position - 1] + 1

    def finishing(self, instant: int) -> int:
        """The first position whose finish is at or after the instant."""
        position = self.position(instant)
        return position if position and self.days[position - 1] + 1 == instant else position + 1

    def starting_by(self, instant: int) -> int:
        """The last position whose start is at or before the instant."""
        position = self.position(instant)
        return position if position < len(self.days) and self.days[position] == instant else position - 1


@lru_cache(maxsize=16)
def positions(calendar: WorkedDays) -> Worked:
    """The calendar's positions, made once: many small networks are placed on the same calendar, which is a value."""
    return Worked(calendar)


class CountedLag:
    """A lag in working days, as a function of an instant and the bound that follows from its result.

    `shift` days are counted on `worked`. Where the successor's start is meant and the lag is negative, the result is
    the beginning of a worked day; else it is the end of one. `before` and `after` are the day by which start–start ties
    differ at a milestone.
    """

    __slots__ = ("after", "before", "shift", "to_beginning", "worked")

    def __init__(self, worked: Worked, shift: int, *, before: int, after: int, to_start: bool) -> None:
        self.worked, self.shift, self.before, self.after = worked, shift, before, after
        self.to_beginning = to_start and shift < 0

    def reach(self, instant: int) -> int:
        """The earliest instant for the successor's end, given the predecessor's."""
        position = self.worked.position(instant + self.before) + self.shift
        return (self.worked.start(position) if self.to_beginning else self.worked.finish(position)) + self.after

    def latest(self, instant: int) -> int:
        """The latest instant for the predecessor's end, given the successor's."""
        instant -= self.after
        position = self.worked.starting_by(instant) if self.to_beginning else self.worked.position(instant)
        return self.worked.start(position - self.shift) - self.before
