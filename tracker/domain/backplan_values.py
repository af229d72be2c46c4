"""What a plan back from a deadline says: of every step, of every window, and of the deadline."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.processes import End
from tracker.domain.windows import Window


class Verdict(StrEnum):
    """What becomes of the deadline: fits with usual durations; only with shorter ones; not lawfully; reached."""

    FEASIBLE = "feasible"
    TIGHT = "tight"
    IMPOSSIBLE = "impossible"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Bracket:
    """A window in force between two steps as they are planned at the latest; `last_bound` is the day it sets.

    `breach` is how many natural days two days that are known fall short of it; 0 where they keep to it.
    """

    window: Window
    first: End
    last: End
    first_day: date | None
    last_day: date | None
    breach: int


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step. `float_days` are natural days between the earliest and the latest finish; None where nothing bounds it.

    `done` is its day where it is over, `fixed` the day it is fixed on; `implied` where a later step is done and it must
    have been. `binding` is the id of the window that sets its latest days, '' where only order and duration do.
    `estimated` where a day of the estimated calendar had a say in the latest days, `float_estimated` in the earliest.
    """

    key: str
    late_start: date | None
    late_finish: date | None
    early_start: date | None
    early_finish: date | None
    float_days: int | None
    done: date | None
    fixed: date | None
    implied: bool
    binding: str
    estimated: bool
    float_estimated: bool


@dataclass(frozen=True)
class BackPlan:
    """The answer. `soonest` is the earliest lawful day of the goal, `late_by` how many days it lies after the deadline;
    of a goal that is over without a day it is the day of a later step.

    `spare` and `short_by` are the least float of the steps up to the goal, above and below 0. `disorder` names pairs of
    steps, in their order, whose days given stand the other way round.
    """

    verdict: Verdict
    deadline: date
    goal: str
    soonest: date
    usual_end: date
    late_by: int
    spare: int
    short_by: int
    estimated: bool
    steps: Mapping[str, StepPlan]
    brackets: tuple[Bracket, ...]
    parallel: tuple[tuple[str, str], ...]
    disorder: tuple[tuple[str, str], ...]

    def fingerprint(self) -> str:
        """A mark of what applying it writes, days and windows: what is applied has to be what was looked at."""
        days = [(key, one.late_start, one.late_finish, one.done, one.fixed) for key, one in self.steps.items()]
        law = [
            (held.window.id, held.window.region, held.window.version, held.first, held.last) for held in self.brackets
        ]
        return hashlib.sha256(repr((days, law)).encode()).hexdigest()

    @property
    def breaches(self) -> list[Bracket]:
        """The windows that days already known do not keep."""
        return [held for held in self.brackets if held.breach]
