"""What the texts of a Project file mean: days, lengths of time, lags, formats. All readers answer None for nonsense."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil

from tracker.domain.date_values import FIRST_YEAR, LAST_YEAR
from tracker.imports.mspdi import RawPlan

_MOMENT = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([0-9]{2}):([0-9]{2})(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)?Z?")
_LENGTH = re.compile(
    r"P(?:([0-9]{1,6})D)?(?:T(?:([0-9]{1,8})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:\.[0-9]{1,9})?S)?)?"
)
_WHOLE = re.compile(r"-?[0-9]{1,10}")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2})(?::[0-9]{2})?")
ELAPSED = frozenset(("4", "6", "8", "10", "12", "20", "36", "38", "40", "42", "44", "52"))
PERCENT = frozenset(("19", "20", "51", "52"))
LINK_TYPES = {"0": "FF", "1": "FS", "2": "SF", "3": "SS"}
CONSTRAINTS = {"2": "must_start", "3": "must_finish", "4": "start_no_earlier", "7": "finish_no_later"}
LONGEST = 36_500
"""Days; a longer duration is a misprint."""
MINUTES = 1440


def whole(text: str) -> int | None:
    """A whole number of up to ten digits."""
    return int(text) if _WHOLE.fullmatch(text) else None


def yes(text: str) -> bool:
    """A truth value of XML Schema."""
    return text in ("1", "true")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and the minute of it."""

    day: date
    minute: int


def moment(text: str) -> Moment | None:
    """A moment as Project writes it, without a time zone."""
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR or hour > 24 or minute > 59:
        return None
    try:
        return Moment(date(year, month, day), hour * 60 + minute)
    except ValueError:
        return None


def length(text: str) -> int | None:
    """A length of time in minutes, begun ones counted."""
    found = _LENGTH.fullmatch(text)
    if not found or text in ("P", "PT"):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return days * MINUTES + hours * 60 + minutes + ceil(seconds / 60)


@dataclass(frozen=True, slots=True)
class Clock:
    """The hours a file counts with: minutes a working day has, and when its days begin and end."""

    per_day: int
    start: int
    finish: int

    def days(self, minutes: int, *, elapsed: bool) -> tuple[int, bool]:
        """Whole days, begun ones counted, and whether that was rounding. A minute short of a day is a day."""
        per_day = MINUTES if elapsed else self.per_day
        count = ceil(minutes / per_day)
        return count, count * per_day - minutes > 1

    def first_day(self, found: Moment) -> tuple[date, bool]:
        """The day on which work starts, and whether an hour of the day is lost by saying so."""
        return found.day, found.minute not in (0, self.start)

    def last_day(self, found: Moment) -> tuple[date, bool]:
        """The day on which work ends (midnight belongs to the day before), and whether an hour is lost."""
        if found.minute == 0:
            return found.day - timedelta(1), False
        return found.day, found.minute not in (self.finish, MINUTES - 1, MINUTES)


def clock(plan: RawPlan) -> Clock:
    """The hours of this file; eight a day from 8 to 17 where it does not say."""
    per_day = whole(plan.head.get("MinutesPerDay", ""))
    return Clock(
        per_day=per_day if per_day and 1 <= per_day <= MINUTES else 480,
        start=_minute(plan.head.get("DefaultStartTime", ""), 8 * 60),
        finish=_minute(plan.head.get("DefaultFinishTime", ""), 17 * 60),
    )


def _minute(text: str, default: int) -> int:
    found = _TIME.fullmatch(text)
    return int(found[1]) * 60 + int(found[2]) if found else default
