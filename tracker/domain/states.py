"""The date state of a milestone: one pure reading of its facts on a day. Scheme lights come on top of it elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

DUE_SOON_DAYS = 14
"""From this many days before the last due day a milestone is due soon."""


class Status(StrEnum):
    """What a report says of a milestone."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    SUSPENDED = "suspended"


class DateState(StrEnum):
    """Where a milestone stands against its due interval."""

    NOT_DUE = "not_due"
    ON_COURSE = "on_course"
    DUE_SOON = "due_soon"
    FORECAST_LATE = "forecast_late"
    OVERDUE_REPORTED = "overdue_reported"
    OVERDUE_UNREPORTED = "overdue_unreported"
    DONE = "done"
    DONE_LATE = "done_late"
    OUTCOME_NOT_STATED = "outcome_not_stated"
    BLANK = "blank"
    SUSPENDED = "suspended"


class Colour(StrEnum):
    """The few colours of all lights; shape and word go with each on the page."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    DONE = "done"
    LATER = "later"
    BLANK = "blank"


COLOURS: Mapping[DateState, Colour] = MappingProxyType(
    {
        DateState.OVERDUE_REPORTED: Colour.RED,
        DateState.OVERDUE_UNREPORTED: Colour.RED,
        DateState.FORECAST_LATE: Colour.AMBER,
        DateState.DUE_SOON: Colour.AMBER,
        DateState.ON_COURSE: Colour.GREEN,
        DateState.DONE: Colour.DONE,
        DateState.DONE_LATE: Colour.DONE,
        DateState.NOT_DUE: Colour.LATER,
        DateState.OUTCOME_NOT_STATED: Colour.BLANK,
        DateState.BLANK: Colour.BLANK,
        DateState.SUSPENDED: Colour.BLANK,
    }
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the state is read from: the plan now and the latest accepted report.

    `due_earliest`, `due_latest`: the due interval, `due_latest` None where no date is planned. `tracking_from`: the day
    from which the programme is reported on. `status` None: no report was ever accepted. `as_of`: the day the report
    speaks of. `forecast_latest`: the last day of its forecast. `progress`: 0 to 100.
    """

    due_earliest: date | None
    due_latest: date | None
    tracking_from: date | None
    status: Status | None
    as_of: date | None
    actual_finish: date | None
    forecast_latest: date | None
    progress: Decimal | None


@dataclass(frozen=True, slots=True)
class Reading:
    """A state with its colour and the reason: a code of `REASONS` and the inputs that its sentence names."""

    state: DateState
    colour: Colour
    reason: str
    inputs: Mapping[str, date | int | Decimal | None]


REASONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "suspended": ("as_of",),
        "done": ("finish", "due"),  # either may be None
        "done_late": ("finish", "due", "days"),
        "no_due_date": ("progress",),
        "outcome_not_stated": ("due", "tracking_from"),
        "overdue_reported": ("due", "days", "as_of", "progress"),
        "overdue_unreported": ("due", "days", "as_of"),  # a report exists, but of a day before the end
        "overdue_never_reported": ("due", "days"),
        "forecast_late": ("forecast", "due", "days"),
        "due_soon": ("due", "days"),
        "due_today": ("due",),
        "on_course": ("due", "days", "progress", "forecast"),  # forecast may be None
        "not_due": ("due", "days"),
    }
)
"""Every reason code with the names of its inputs; `days` is always positive and counts from or to the last due day."""


def read(facts: Facts, on: date) -> Reading:
    """The date state on the day `on` (Asia/Shanghai, read at the edge).

    The first rule that fits decides; the SQL twin is `MilestoneQuerySet.with_date_state`:

    1. reported suspended: SUSPENDED.
    2. reported done: DONE_LATE if actual finish and last due day are known and the finish is after it, else DONE.
    3. no last due day: BLANK.
    4. `on` after the last due day (an interval is overdue only after its last day):
       OUTCOME_NOT_STATED if tracking began after the last due day and no report speaks of a later day;
       OVERDUE_REPORTED if the report speaks of a day after the last due day; else OVERDUE_UNREPORTED.
    5. forecast after the last due day: FORECAST_LATE.
    6. at most `DUE_SOON_DAYS` days left: DUE_SOON.
    7. reported in progress: ON_COURSE.
    8. else NOT_DUE.
    """
    if facts.status is Status.SUSPENDED:
        return _reading(DateState.SUSPENDED, "suspended", as_of=facts.as_of)
    if facts.status is Status.DONE:
        return _done(facts)
    due = facts.due_latest
    if due is None:
        return _reading(DateState.BLANK, "no_due_date", progress=facts.progress)
    if on > due:
        return _overdue(facts, due, on)
    left = (due - on).days
    if facts.forecast_latest is not None and facts.forecast_latest > due:
        late = (facts.forecast_latest - due).days
        return _reading(DateState.FORECAST_LATE, "forecast_late", forecast=facts.forecast_latest, due=due, days=late)
    if left == 0:
        return _reading(DateState.DUE_SOON, "due_today", due=due)
    if left <= DUE_SOON_DAYS:
        return _reading(DateState.DUE_SOON, "due_soon", due=due, days=left)
    if facts.status is Status.IN_PROGRESS:
        forecast, progress = facts.forecast_latest, facts.progress
        return _reading(DateState.ON_COURSE, "on_course", due=due, days=left, progress=progress, forecast=forecast)
    return _reading(DateState.NOT_DUE, "not_due", due=due, days=left)


def _done(facts: Facts) -> Reading:
    finish, due = facts.actual_finish, facts.due_latest
    if finish is not None and due is not None and finish > due:
        return _reading(DateState.DONE_LATE, "done_late", finish=finish, due=due, days=(finish - due).days)
    return _reading(DateState.DONE, "done", finish=finish, due=due)


def _overdue(facts: Facts, due: date, on: date) -> Reading:
    late = (on - due).days
    if facts.as_of is not None and facts.as_of > due:
        said = {"as_of": facts.as_of, "progress": facts.progress}
        return _reading(DateState.OVERDUE_REPORTED, "overdue_reported", due=due, days=late, **said)
    if facts.tracking_from is not None and due < facts.tracking_from:
        return _reading(DateState.OUTCOME_NOT_STATED, "outcome_not_stated", due=due, tracking_from=facts.tracking_from)
    if facts.as_of is None:
        return _reading(DateState.OVERDUE_UNREPORTED, "overdue_never_reported", due=due, days=late)
    return _reading(DateState.OVERDUE_UNREPORTED, "overdue_unreported", due=due, days=late, as_of=facts.as_of)


def _reading(state: DateState, reason: str, **inputs: date | int | Decimal | None) -> Reading:
    return Reading(state, COLOURS[state], reason, MappingProxyType(inputs))
