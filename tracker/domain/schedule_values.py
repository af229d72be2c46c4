"""What a schedule network is made of, what comes out of it, and why it may be refused; see `docs/schedule.md`.

Days are whole calendar days. An activity starts at the beginning of its start day and finishes at the end of its
finish day, so one that starts and finishes on the same day lasts one day. A milestone (duration 0) happens at the end
of its day: start and finish are that day, and what follows it starts the day after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple, Protocol


class Link(StrEnum):
    """Which end of the predecessor holds which end of the successor: finish or start of the one, start or finish."""

    FS = "FS"
    SS = "SS"
    FF = "FF"
    SF = "SF"


class Binding(StrEnum):
    """What sets late dates: a successor, the early end of the whole, the deadline, an own bound, must or actual day."""

    SUCCESSOR = "successor"
    END = "end"
    DEADLINE = "deadline"
    NOT_LATER = "not_later"
    MUST = "must"
    ACTUAL = "actual"


class WorkedDays(Protocol):
    """What the network asks of a calendar, a value such as `calendars.Calendar`: the worked days, `first` to `last`."""

    @property
    def first(self) -> date: ...

    @property
    def last(self) -> date: ...

    @property
    def working(self) -> frozenset[date]: ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Activity:
    """One step of a plan; `key` is unique in its network.

    `duration` and `remaining` are whole days of `unit`: "d" natural days, "wd" working days of the calendar named
    `calendar`. 0 is a milestone. `remaining` is what is left to do: of an activity under way counted from the data
    date, of one not begun in place of `duration`. `start_no_earlier` and `finish_no_later` are kept by moving the
    activity and by its float; `must_start` and `must_finish` hold whatever the ties say.
    """

    key: str
    duration: int
    unit: str = "d"
    calendar: str = ""
    start_no_earlier: date | None = None
    finish_no_later: date | None = None
    must_start: date | None = None
    must_finish: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    remaining: int | None = None


@dataclass(frozen=True, slots=True)
class Tie:
    """The successor's end comes no earlier than the predecessor's end plus `lag` days of `lag_unit`.

    The lag may be negative. Working days ("wd") are counted on the calendar of the predecessor.
    """

    predecessor: str
    successor: str
    kind: Link = Link.FS
    lag: int = 0
    lag_unit: str = "d"


class Placed(NamedTuple):
    """Where one activity came to lie; finish days are inclusive.

    `total_float` and `free_float` are days of the activity's own unit. Total float is negative where the late dates lie
    before the early ones; free float is never negative. `critical` is a total float of 0 or less, `near_critical` one
    above it and up to the number asked for. `driving` are the predecessors that set the early dates. `binding` is what
    sets the late dates, `held_by` the key of the successor that does where it is one, else ''. A finished activity has
    its actual dates, no float and is not critical.
    """

    key: str
    early_start: date
    early_finish: date
    late_start: date
    late_finish: date
    total_float: int
    free_float: int
    critical: bool
    near_critical: bool
    driving: tuple[str, ...]
    binding: Binding
    held_by: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One cause of negative float: the `Binding` code and the activity it stands at, and the worst it does.

    `days` is how many natural days the worst placed activity, `worst`, would finish too late for it.
    """

    code: Binding
    key: str
    worst: str
    days: int


@dataclass(frozen=True)
class Result:
    """A placed network. `start` and `finish` are its first and last early day, None where it is empty.

    `critical_path` is the longest path: from the activity that finishes last (the one of least float, then the first
    given) back along driving predecessors, in order of time. It is there whatever the float; `Placed.critical` is not.
    """

    placed: Mapping[str, Placed]
    start: date | None
    finish: date | None
    critical_path: tuple[str, ...]
    problems: tuple[Problem, ...]

    def driving_to(self, key: str) -> tuple[str, ...]:
        """The chain of driving predecessors that ends with that activity, in order of time."""
        chain = [key]
        while drivers := self.placed[chain[-1]].driving:
            chain.append(min(drivers, key=lambda driver: self.placed[driver].total_float))
        return tuple(reversed(chain))

    def cause_of(self, key: str) -> tuple[str, ...]:
        """From that activity along the successors that set late dates to the one that is held by something else."""
        chain = [key]
        while held := self.placed[chain[-1]].held_by:
            chain.append(held)
        return tuple(chain)


class CycleFound(ValueError):
    """The ties run in a circle; `loop` names its activities in order, the first one following the last."""

    code = "cycle"

    def __init__(self, loop: tuple[str, ...]) -> None:
        super().__init__(" -> ".join((*loop, loop[0])))
        self.loop = loop


class Contradiction(ValueError):
    """The network cannot be placed; `code` says why and `keys` where.

    empty_key, duplicate_key, unknown_key, unknown_unit, unknown_link, unknown_calendar, negative_duration,
    must_disagree (both must days cannot hold), must_outside (a must day outside the bounds), bounds_crossed (not
    earlier than a day after not later), actual_order (finished before begun), actual_ahead (an actual day after the
    data date), outside_calendar (a count leaves the days its calendar holds), beyond_dates (before year 1 or after
    9999).
    """

    def __init__(self, code: str, *keys: str) -> None:
        super().__init__(f"{code}: {', '.join(keys)}")
        self.code, self.keys = code, keys
