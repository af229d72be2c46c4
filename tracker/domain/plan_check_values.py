"""What a plan check reads and what it finds: plain values, rules by name, and how serious each is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from tracker.domain.calendars import Calendar
from tracker.domain.dates import ImpreciseDate
from tracker.domain.schedule_values import Tie
from tracker.domain.states import Status
from tracker.domain.windows import Window


class Severity(StrEnum):
    """How much a finding matters: it cannot hold as written; it should be looked at; it is good to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Rule(StrEnum):
    """Everything a plan is checked for, in the order in which findings are shown: the most serious first."""

    CYCLE = "cycle"
    WINDOW_SHORT = "window_short"
    ORDER_IMPOSSIBLE = "order_impossible"
    START_AFTER_DUE = "start_after_due"
    DURATION_TOO_LONG = "duration_too_long"
    BOUND_BROKEN = "bound_broken"
    UNIT_RETIRED = "unit_retired"
    TARGET_NO_UNIT = "target_no_unit"
    ORDER_REVERSED = "order_reversed"
    WINDOW_CHANGED = "window_changed"
    NO_OFFICIAL = "no_official"
    CLUSTER = "cluster"
    DUE_VAGUE = "due_vague"
    FORECAST_STANDING = "forecast_standing"
    TARGET_NO_DATE = "target_no_date"
    PART_AFTER_PARENT = "part_after_parent"
    NO_DUE = "no_due"
    DUE_BEFORE_REPORTS = "due_before_reports"
    AIM = "aim"
    NOT_WORKING = "not_working"
    ESTIMATED = "estimated"
    UNLINKED = "unlinked"
    OPEN_START = "open_start"
    OPEN_END = "open_end"
    PART_WIDER = "part_wider"
    TARGET_WITHHELD = "target_withheld"
    TARGET_MISSING = "target_missing"
    WEIGHT_ZERO = "weight_zero"
    SAME_NAME = "same_name"
    NO_ENGLISH = "no_english"


_ORDER = list(Rule)
SEVERITIES: Mapping[Rule, Severity] = MappingProxyType(
    {
        rule: Severity.ERROR
        if at < _ORDER.index(Rule.ORDER_REVERSED)
        else Severity.WARNING
        if at < _ORDER.index(Rule.NO_DUE)
        else Severity.NOTE
        for at, rule in enumerate(_ORDER)
    }
)
"""An error cannot hold as written; a warning may hold, but not as it reads; a note is only something to know."""

Input = date | int | str | bool | tuple[str, ...] | Window | ImpreciseDate | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: the rule, what it is about (`kind` and `code`), and the inputs its sentence names.

    `kind` is 'milestone', 'metric', 'project', 'programme' or 'unit'; codes among the inputs are those of milestones
    or metrics, except `unit`. `programme` is the programme it counts under.
    """

    rule: Rule
    kind: str
    code: str
    programme: str
    project: str = ""
    inputs: Mapping[str, Input] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How serious it is."""
        return SEVERITIES[self.rule]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One milestone as planned, and what was reported of it.

    `due` None: no date is planned. `duration` is in `duration_unit` ('wd' working days, else natural days). `bound` is
    a constraint by the name it has in `schedule_values.Activity`. `late_since` is the day from which reports have said,
    since the plan was last changed, that it will be later than planned. `tracking_from`: its programme is reported on
    since then. `from_template`: a step of a process template, linked as that template has it.
    """

    code: str
    project: str
    programme: str
    name: str
    english: bool = True
    start: date | None = None
    duration: int | None = None
    duration_unit: str = "d"
    due: ImpreciseDate | None = None
    bound: str = ""
    bound_day: date | None = None
    weighs: bool = True
    status: Status | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    forecast_latest: date | None = None
    late_since: date | None = None
    tracking_from: date | None = None
    from_template: bool = False

    @property
    def open(self) -> bool:
        """Whether there is still something to plan: neither done nor suspended."""
        return self.status not in (Status.DONE, Status.SUSPENDED)

    @property
    def begun(self) -> bool:
        """Whether it is under way or done."""
        return self.actual_start is not None or self.status in (Status.IN_PROGRESS, Status.DONE)

    @property
    def last_day(self) -> date | None:
        """The last day its due date allows."""
        return self.due.latest if self.due else None

    @property
    def first_day(self) -> date | None:
        """The first day its due date allows; None where any earlier day will do."""
        return self.due.earliest if self.due else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A metric's target: `stated` is whether there is one, `withheld` whether its figure is left blank.

    `cap` is a ceiling that is to hold at all times; `derived` is computed from its parts.
    """

    code: str
    programme: str
    project: str = ""
    measure: str
    stated: bool
    withheld: bool = False
    cap: bool = False
    derived: bool = False
    due: ImpreciseDate | None = None
    parent: str = ""
    parent_due: ImpreciseDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A statutory window between the ends ('s', 'f') of two milestones: as it was checked, and as it is in force now.

    `now` is None where no version is in force any more.
    """

    kept: Window
    now: Window | None
    region: str
    since: str
    until: str
    since_end: str = "f"
    until_end: str = "f"


@dataclass(frozen=True, slots=True)
class DayCount:
    """How many open milestones of a programme have a day as their last one, `years` of them by naming only a year."""

    programme: str
    day: date
    count: int
    years: int


@dataclass(frozen=True, slots=True)
class Answering:
    """A unit and how many open items of a programme it answers for; `staffed`: an official can report for it."""

    programme: str
    unit: str
    items: int
    retired: bool
    staffed: bool


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A part of the works, as it is checked. `around` are milestones elsewhere that ties and windows lead to."""

    steps: tuple[Step, ...] = ()
    around: tuple[Step, ...] = ()
    ties: tuple[Tie, ...] = ()
    held: tuple[Held, ...] = ()
    targets: tuple[Target, ...] = ()
    days: tuple[DayCount, ...] = ()
    answering: tuple[Answering, ...] = ()

    def by_code(self) -> dict[str, Step]:
        """Every milestone by its code."""
        return {step.code: step for step in (*self.around, *self.steps)}


@dataclass(frozen=True, slots=True)
class Days:
    """What days mean: today, the national calendar, and those of regions that have days of their own."""

    today: date
    national: Calendar
    regions: Mapping[str, Calendar] = field(default_factory=dict)

    def of(self, region: str) -> Calendar:
        """The calendar that counts in a region."""
        return self.regions.get(region, self.national)
