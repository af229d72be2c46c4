"""When somebody is reminded, of what, and why it is that person: pure rules, read once a day by the daily job.

Every reminder has a key that is made of what it is about, never of the day it was made on: running twice makes nothing
twice. A run after days without one catches up: the step reached now, not every step missed, and nothing older than
`CATCH_UP` days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from tracker.domain.duties import Cycle, OpenItem, Period, Rhythm, Standing, Why, why_due, why_open

STEPS = (7, 3, 1)
"""Days before the last due day on which its unit is reminded."""
CATCH_UP = 14
"""What happened longer ago than this many days is shown on the pages and no longer told."""
WAITED = 3
"""A report that waits this many days for a decision is brought to mind."""


class Kind(StrEnum):
    """What a notice is about, the most urgent first; also the order of the settings."""

    OVERDUE = "overdue"
    ESCALATED = "escalated"
    RETURNED = "returned"
    DUE = "due"
    MISSING = "missing"
    WAITING = "waiting"
    SCHEDULE = "schedule"
    PLAN = "plan"
    COMMENT = "comment"
    CORRECTED = "corrected"


RULED = (Kind.OVERDUE, Kind.ESCALATED, Kind.DUE, Kind.MISSING, Kind.WAITING, Kind.SCHEDULE)
"""Made by the daily job from what is stored; the others are made by the act they tell of."""
MAILED = (Kind.OVERDUE, Kind.ESCALATED, Kind.RETURNED, Kind.DUE, Kind.MISSING, Kind.WAITING)
"""What the daily mail holds until somebody chooses otherwise: what asks the reader to do something."""


class Because(StrEnum):
    """Why it is this person who is told."""

    LEAD = "lead"
    NEAREST = "nearest"
    ABOVE = "above"
    REVIEWER = "reviewer"
    AUTHOR = "author"
    COMMENTER = "commenter"


@dataclass(frozen=True, slots=True)
class Told:
    """One notice for one person. `inputs` are plain JSON values for its sentence; `key` is unique to the person."""

    person: int
    kind: Kind
    because: Because
    subject_type: str
    subject_code: str
    key: str
    inputs: Mapping[str, Any] = field(default_factory=dict)


def due_step(due: date, on: date) -> int | None:
    """Which of the steps has been reached on the day; None where it is too early, or the day has passed."""
    left = (due - on).days
    return min((step for step in STEPS if left <= step), default=None) if left >= 0 else None


def just_overdue(due: date, on: date) -> bool:
    """Whether the last due day has passed, and not too long ago to be told."""
    return 1 <= (on - due).days <= CATCH_UP


def closed(cycle: Cycle, on: date, after: int) -> Period | None:
    """The latest period that closed at least `after` days (one or more) before the day; None where that is too long ago
    to be told, or where there are no periods.
    """
    after = max(after, 1)
    period = cycle.before(on - timedelta(after - 1))
    if period is None or (on - period.last).days > after + CATCH_UP:
        return None
    return period


def unreported(item: Standing, cycle: Cycle, period: Period, *, tracked: date | None, begun: date | None) -> bool:
    """Whether a milestone was asked for in a closed period and nobody reported on it.

    `item.state` is that of the period's last day. `tracked` is the day reporting began, `begun` the day of the first
    plan where there is no later one: what was not there by the end of the period was not asked for.
    """
    if any(day and day > period.last for day in (tracked, begun)):
        return False
    if item.as_of and item.as_of >= period.first:
        return False
    late = item.planned and item.planned > period.last
    asked = why_due(replace(item, returned=False, planned=None if late else item.planned), cycle, period.last)
    return asked not in (None, Why.UNSTATED)


def unreported_open(item: OpenItem, cycle: Cycle, period: Period, *, tracked: date | None, begun: date | None) -> bool:
    """The same of an item of a ledger with something left."""
    if any(day and day > period.last for day in (tracked, begun)) or (item.as_of and item.as_of >= period.first):
        return False
    return why_open(replace(item, returned=False), cycle, period.last) is not None


def unmeasured(as_of: date | None, cycle: Cycle, period: Period, *, tracked: date | None) -> bool:
    """Whether a metric was asked for in a closed month and nobody gave its figure."""
    if cycle.rhythm is not Rhythm.MONTHLY or (tracked and tracked > period.last):
        return False
    return as_of is None or as_of < period.first


def upwards(path: str) -> Iterator[str]:
    """The path of a unit and of every unit above it, the nearest first: 'GT/A/', 'GT/' for 'GT/A/'."""
    parts = path.rstrip("/").split("/")
    return ("/".join(parts[:end]) + "/" for end in range(len(parts), 0, -1))


@dataclass(slots=True)
class Desks:
    """Who holds a role where: people by the path of the unit they are appointed in."""

    people: dict[str, set[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, posts: Iterable[tuple[str, int]]) -> Desks:
        """From (path of the unit, person)."""
        made = cls()
        for path, person in posts:
            made.people.setdefault(path, set()).add(person)
        return made

    def nearest(self, path: str, *, without: int | None = None) -> list[tuple[int, Because]]:
        """The people of the unit, or, where it has none, of the nearest unit above that has; `without` one of them."""
        for at in upwards(path):
            found = self.people.get(at, set()) - {without}
            if found:
                because = Because.LEAD if at == path else Because.NEAREST
                return [(person, because) for person in sorted(found) if person is not None]
        return []

    def above(self, path: str) -> list[int]:
        """The people of the nearest unit above that has any."""
        higher = list(upwards(path))[1:]
        return sorted(next((self.people[at] for at in higher if self.people.get(at)), set()))
