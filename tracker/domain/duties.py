"""When a report is due: the reporting cycle of a programme, the periods it makes, and why an item is asked for.

Duties are derived, never typed: an item is asked for because of its own dates, because its plan changed, because a
report came back, or because the period asks once for everything under way.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from functools import lru_cache
from types import MappingProxyType

from tracker.domain.states import DUE_SOON_DAYS, DateState

QUIET_DAYS = 7
"""Without periods, an item reported on within this many days is not asked for again."""
METRIC_DAYS = 30
"""Without monthly periods, a metric is asked for once its last figure is this many days old."""
ONE = timedelta(1)


class Rhythm(StrEnum):
    """How often a programme wants reports: every week, every month, or only around the dates of its items."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both included; reports for it are due by its last day."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Cycle:
    """A rhythm and the day its periods close: 1 (Monday) to 7 of a week, 1 to 31 of a month (or the month's last day).

    Raises ValueError for a day that is none.
    """

    rhythm: Rhythm
    day: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.day <= LAST_DAY[self.rhythm]:
            raise ValueError(f"no day {self.day} in a {self.rhythm} cycle")

    def period(self, on: date) -> Period | None:
        """The period the day lies in; None where there are no periods."""
        return _period(self.rhythm, self.day, on)

    def before(self, on: date) -> Period | None:
        """The period that closed last before the day; None where there are no periods."""
        now = self.period(on)
        return self.period(now.first - ONE) if now else None

    def reported_since(self, on: date) -> date:
        """A report that speaks of this day or a later one is enough: the item is not asked for again."""
        now = self.period(on)
        return now.first if now else on - (QUIET_DAYS - 1) * ONE

    def measured_since(self, on: date) -> date:
        """The same for metrics, which are asked for once a month at most."""
        if self.rhythm is Rhythm.MONTHLY and (now := self.period(on)):
            return now.first
        return on - (METRIC_DAYS - 1) * ONE


@lru_cache(maxsize=256)  # asked for each of thousands of items, of few cycles and on few days
def _period(rhythm: Rhythm, day: int, on: date) -> Period | None:
    if rhythm is Rhythm.WEEKLY:
        last = on + ONE * ((day - on.isoweekday()) % 7)
        return Period(last - 6 * ONE, last)
    if rhythm is Rhythm.MONTHLY:
        last = _closing(day, on.year, on.month)
        if on > last:
            last = _closing(day, *_next_month(on.year, on.month))
        before = last.replace(day=1) - ONE
        return Period(_closing(day, before.year, before.month) + ONE, last)
    return None


def _closing(day: int, year: int, month: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


LAST_DAY: Mapping[Rhythm, int] = MappingProxyType({Rhythm.WEEKLY: 7, Rhythm.MONTHLY: 31, Rhythm.MILESTONE: 31})
"""The greatest day of a cycle; a cycle without periods keeps a day and does not use it."""
USUAL_DAY: Mapping[Rhythm, int] = MappingProxyType({Rhythm.WEEKLY: 5, Rhythm.MONTHLY: 25, Rhythm.MILESTONE: 1})
"""Friday; the 25th, by which county offices collect their figures (domain notes, supervision rhythm)."""


def _next_month(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)


class Why(IntEnum):
    """Why an item is asked for, in order of urgency."""

    RETURNED = 0
    OVERDUE = 1
    SOON = 2
    LATE = 3
    CHANGED = 4
    PROGRESS = 5
    METRIC = 6
    UNSTATED = 7


ASKED_ALWAYS: Mapping[DateState, Why] = MappingProxyType(
    {DateState.OVERDUE_UNREPORTED: Why.OVERDUE, DateState.OUTCOME_NOT_STATED: Why.UNSTATED}
)
ASKED_ONCE: Mapping[DateState, Why] = MappingProxyType(
    {
        DateState.OVERDUE_REPORTED: Why.OVERDUE,
        DateState.DUE_SOON: Why.SOON,
        DateState.FORECAST_LATE: Why.LATE,
        DateState.ON_COURSE: Why.PROGRESS,
    }
)
CLOSED = (DateState.DONE, DateState.DONE_LATE, DateState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a milestone is asked for.

    `as_of` is the day its last accepted report speaks of, `planned` the day its plan last changed after the first
    version, `pending` whether a report waits for review, `returned` whether one came back unanswered.
    """

    state: DateState
    in_progress: bool
    as_of: date | None
    planned: date | None
    pending: bool
    returned: bool


def why_due(item: Standing, cycle: Cycle, on: date) -> Why | None:
    """Why a milestone is asked for on the day; None where it is not.

    Waiting reports are not asked for twice. Overdue without a report, and an outcome the source does not state, are
    asked for until reported; everything else once a period, or, where the programme has no periods, only around its
    dates and at most weekly.
    """
    if item.returned:
        return Why.RETURNED
    if item.pending or item.state in CLOSED:
        return None
    if item.state in ASKED_ALWAYS:
        return ASKED_ALWAYS[item.state]
    since = cycle.reported_since(on)
    if item.planned and item.planned >= since and (item.as_of is None or item.as_of < item.planned):
        return Why.CHANGED
    if item.as_of is not None and item.as_of >= since:
        return None
    if item.state is DateState.BLANK and item.in_progress:
        found: Why | None = Why.PROGRESS
    else:
        found = ASKED_ONCE.get(item.state)
    return None if found is Why.PROGRESS and cycle.rhythm is Rhythm.MILESTONE else found


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What decides whether an item of a ledger is asked for that has something left to do.

    `due` is the last day by which nothing is to be left, `begins` the planned first one.
    """

    due: date | None
    begins: date | None
    as_of: date | None
    pending: bool
    returned: bool


def why_open(item: OpenItem, cycle: Cycle, on: date) -> Why | None:
    """Why an item of a ledger with something left is asked for on the day; None where it is not.

    Once a period from its planned beginning on, or, where the programme has no periods, only around its due day; past
    its due day until somebody says how far it has come since.
    """
    if item.returned:
        return Why.RETURNED
    if item.pending:
        return None
    overdue = item.due is not None and item.due < on
    if overdue and (item.as_of is None or item.due is None or item.as_of <= item.due):
        return Why.OVERDUE
    if item.as_of is not None and item.as_of >= cycle.reported_since(on):
        return None
    if overdue:
        return Why.OVERDUE
    if item.due is not None and (item.due - on).days <= DUE_SOON_DAYS:
        return Why.SOON
    begun = item.as_of is not None or item.begins is None or item.begins <= on
    return Why.PROGRESS if begun and cycle.rhythm is not Rhythm.MILESTONE else None
