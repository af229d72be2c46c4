"""The days for which the clock of a call stands still: every suspension accepted in it, each day counted once.

A report states one suspension, the present one; what was accepted earlier in the same call goes on counting beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Stop:
    """A suspension: from `since` on the clock stands still, `until` the day it goes on; None while nobody knows.

    `reported`: whether a report says that it ended; else `until` is but the day of the last one that stated it.
    """

    since: date
    until: date | None = None
    reported: bool = True

    def stands(self, on: date) -> bool:
        """Whether the clock stands still on a day."""
        return self.since <= on and (self.until is None or on < self.until)

    def days(self, on: date) -> int:
        """For how many natural days the clock stands still, as known on a day."""
        return max(((self.until or on) - self.since).days, 0) if self.since <= on else 0


@dataclass(frozen=True, slots=True)
class Stated:
    """What one accepted report says of a suspension, and the day it speaks of."""

    as_of: date
    since: date
    until: date | None


def earlier(stated: Iterable[Stated], present: date | None) -> tuple[Stop, ...]:
    """The suspensions that reports of one call, in their order, stated before; without the one that began on `present`.

    The last word on each counts. One that nobody has ended and nobody states any more counts as far as the last report
    that stated it: longer nobody has said.
    """
    held = {one.since: one for one in stated if one.since != present}
    ended = [Stop(one.since, one.until or one.as_of, one.until is not None) for _since, one in sorted(held.items())]
    return tuple(one for one in ended if one.until is not None and one.until > one.since)


def stretches(stops: Iterable[Stop], on: date) -> list[tuple[date, date]]:
    """The days on which any of them stands, as known on a day: from the first to the day it goes on, in order."""
    begun = sorted((one.since, one.until or on) for one in stops if one.days(on))
    found: list[tuple[date, date]] = []
    for since, until in begun:
        if found and since <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], until)
        else:
            found.append((since, until))
    return found


def total(stops: Iterable[Stop], on: date) -> int:
    """For how many natural days the clock stands still in all, as known on a day; a day two share counts once."""
    return sum((until - since).days for since, until in stretches(stops, on))


def running(stops: Iterable[Stop], on: date) -> Stop | None:
    """The suspension the clock is in on a day, of several the one that lasts longest; None where it runs."""
    found = [one for one in stops if one.stands(on)]
    return max(found, key=lambda one: (one.until is None, one.until or on, one.since), default=None)
