"""What the schedule of a project is made of, and what is said of it: floats, lawful brackets, findings.

Everything is values and codes; `tracker.domain.project_schedule` makes it, `docs/schedule.md` states the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tracker.domain.states import Status
from tracker.domain.windows import Window

NEAR = 5
"""A float of so many days of the own unit or fewer, above 0, counts as little."""


@dataclass(frozen=True, slots=True)
class Item:
    """A milestone as it is planned and reported. `duration` None: nobody said how long it takes, an event.

    `constraint` is '', start_no_earlier, finish_no_later, must_start or must_finish. `forecast` is the last day of the
    forecast. `retired` ones, like suspended ones, are left out, and what came before them comes before what follows.
    `unstated`: due before anyone reported on it, so that it holds nothing back, like what is done on an unknown day.
    """

    key: str
    due: date | None = None
    planned_start: date | None = None
    duration: int | None = None
    unit: str = "d"
    constraint: str = ""
    constraint_day: date | None = None
    status: Status | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    forecast: date | None = None
    progress: Decimal | None = None
    retired: bool = False
    unstated: bool = False

    @property
    def done(self) -> bool:
        """Whether it was reported done, with its day or without."""
        return self.status is Status.DONE

    @property
    def finish_day(self) -> date | None:
        """The day it was done, else the forecast, else the due day."""
        return self.actual_finish if self.done else self.forecast or self.due

    @property
    def start_day(self) -> date | None:
        """The day it began, else the planned start, else the day it happens."""
        return self.actual_start or self.planned_start or self.finish_day


@dataclass(frozen=True, slots=True)
class Held:
    """A window a project was checked against: `kept` the version then, `now` the one that speaks on the day, if any.

    It counts from an end ('s' start, 'f' finish) of `since`, or from `since_day` where that step was done before the
    milestones were made (`since` '' ); both unknown: it says nothing of the days before. `process` is its template.
    """

    kept: Window
    now: Window | None
    since: str
    until: str
    since_end: str = "f"
    until_end: str = "f"
    since_day: date | None = None


class Code(StrEnum):
    """What is wrong, the worst first."""

    CYCLE = "cycle"
    CONTRADICTION = "contradiction"
    UNLAWFUL = "unlawful"
    IMPOSSIBLE = "impossible"
    SHORT = "short"
    OVERDUE = "overdue"
    OUT_OF_ORDER = "out_of_order"
    SUPERSEDED = "superseded"
    NOT_IN_FORCE = "not_in_force"
    ESTIMATED = "estimated"


SERIOUS = (Code.CYCLE, Code.CONTRADICTION, Code.UNLAWFUL, Code.IMPOSSIBLE, Code.SHORT)
"""What makes a plan fail as it stands; the rest asks for a look."""


class Cause(StrEnum):
    """What sets the latest days at the end of a chain: a due day, a bound, a must day, a law's maximum, the outside."""

    DUE = "due"
    NOT_LATER = "not_later"
    MUST = "must"
    LAW = "law"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to be mended at the milestone `key` ('' where it is the whole).

    `days` is how many natural days are missing; `chain` the keys from the milestone to what holds it (the loop of a
    cycle, the predecessor of what is out of order), `cause` what holds the last of them and `held_on` its day; `window`
    the id of the law; `basis` whether days are 'actual', 'forecast' or 'planned', or the code of a contradiction; of
    what is short 'forecast' where its own forecast makes it so.
    """

    code: Code
    key: str
    days: int = 0
    chain: tuple[str, ...] = ()
    cause: Cause | None = None
    held_on: date | None = None
    window: str = ""
    basis: str = ""

    @property
    def serious(self) -> bool:
        """Whether the plan fails as it stands."""
        return self.code in SERIOUS


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one open or done milestone lies. Finish days are inclusive.

    Late days and floats are None where nothing bounds it from above. `total_float` and `free_float` count days of
    `unit`, `float_days` natural days between the earliest and the latest finish. `driving` are the milestones whose
    tie or window sets its earliest days, `window` the id of the law that sets them, if one does. `held_by` is the chain
    of milestones that sets its latest days, `cause` what holds the last of them, on `held_on`. `forecast_holds`: its
    own forecast sets its earliest finish. `estimated`: a day of the estimated calendar had a say.
    """

    key: str
    unit: str
    early_start: date
    early_finish: date
    late_start: date | None
    late_finish: date | None
    total_float: int | None
    float_days: int | None
    free_float: int | None
    done: bool
    critical: bool
    near_critical: bool
    driving: tuple[str, ...]
    held_by: tuple[str, ...]
    cause: Cause | None
    held_on: date | None
    window: str
    forecast_holds: bool
    estimated: bool


@dataclass(frozen=True, slots=True)
class Bracket:
    """A window between two milestones with its days as they stand: done, else at the latest, else as planned.

    `slack` is natural days to spare (negative: it is broken), None where a day is not known. `since` is '' where that
    step was done before.
    """

    held: Held
    window: Window
    since: str
    until: str
    first_day: date | None
    last_day: date | None
    slack: int | None
    basis: str
    estimated: bool


class Verdict(StrEnum):
    """What becomes of a goal's day."""

    HOLDS = "holds"
    SHORT = "short"
    IMPOSSIBLE = "impossible"
    DONE = "done"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Goal:
    """A milestone that counts and its day; `float_days` is the least float of what leads to it, negative if short.

    `soonest` is the earliest lawful day, each step that no law sets taken in a day; `expected` the day with the
    durations planned. `path` is the chain of milestones that drives it, in order of time.
    """

    key: str
    day: date | None
    verdict: Verdict
    float_days: int | None
    soonest: date | None
    expected: date | None
    path: tuple[str, ...]


@dataclass(frozen=True)
class ProjectSchedule:
    """The schedule of a project on a day. `spots` is empty where the network was refused; findings say why."""

    on: date
    spots: Mapping[str, Spot]
    goals: tuple[Goal, ...]
    critical_path: tuple[str, ...]
    brackets: tuple[Bracket, ...]
    findings: tuple[Finding, ...]

    @property
    def estimated(self) -> bool:
        """Whether a day of the estimated calendar had a say anywhere."""
        return any(spot.estimated for spot in self.spots.values()) or any(held.estimated for held in self.brackets)

    def of(self, key: str) -> list[Finding]:
        """The findings at one milestone, the worst first."""
        return [finding for finding in self.findings if finding.key == key]
