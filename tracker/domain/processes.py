"""Process templates: the steps of a piece of official work, their order, and the statutory windows between them.

A template is a value. Its durations are ours: what such a step usually takes, never what the law asks for. What the law
asks for is named by the ids of windows (`tracker.domain.windows`); their lengths are looked up when a plan is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tracker.domain.calendars import Unit
from tracker.domain.schedule import Activity, CycleFound, Link, Tie, schedule

MAX_DAYS = 3650
"""Longer durations and lags are taken for misprints."""


class BadTemplate(ValueError):
    """A template that cannot be worked with; `code` says why and `keys` where.

    no_steps, double_step, unknown_step, unknown_unit, duration_range, lag_range, cycle.
    """

    def __init__(self, code: str, *keys: str) -> None:
        super().__init__(f"{code}: {', '.join(keys)}")
        self.code, self.keys = code, keys


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `usual` days of `unit` (natural or working) from its first to its last; 0 is an event of one day."""

    key: str
    usual: int
    unit: Unit = Unit.WORKING_DAY

    @property
    def is_event(self) -> bool:
        """Whether it happens on one day."""
        return self.usual == 0


@dataclass(frozen=True, slots=True)
class End:
    """The start ('s') or the finish ('f') of a step."""

    step: str
    end: str = "f"


@dataclass(frozen=True, slots=True)
class Attached:
    """A statutory window, by its id, between the ends of two steps (or of the same one)."""

    window: str
    first: End
    last: End


@dataclass(frozen=True)
class Template:
    """Steps in their usual order, the ties between them (lags never negative), the windows, and the step that counts.

    `goal` is the step a deadline is meant for; later ones follow it.
    """

    code: str
    steps: tuple[Step, ...]
    ties: tuple[Tie, ...]
    windows: tuple[Attached, ...]
    goal: str

    def check(self) -> None:
        """Raise BadTemplate where it contradicts itself; a circle is named in order."""
        keys = [step.key for step in self.steps]
        if not keys:
            raise BadTemplate("no_steps")
        if len(set(keys)) < len(keys):
            raise BadTemplate("double_step", *sorted({key for key in keys if keys.count(key) > 1}))
        named = {self.goal} | {key for tie in self.ties for key in (tie.predecessor, tie.successor)}
        named |= {end.step for held in self.windows for end in (held.first, held.last)}
        if unknown := sorted(named - set(keys)):
            raise BadTemplate("unknown_step", *unknown)
        for step in self.steps:
            if step.unit not in (Unit.DAY, Unit.WORKING_DAY):
                raise BadTemplate("unknown_unit", step.key)
            if not 0 <= step.usual <= MAX_DAYS:
                raise BadTemplate("duration_range", step.key)
        for tie in self.ties:
            if not 0 <= tie.lag <= MAX_DAYS:
                raise BadTemplate("lag_range", tie.predecessor, tie.successor)
        self._check_order()

    def _check_order(self) -> None:
        """Place the steps once by the schedule network, which names the loop where there is one."""
        steps = [Activity(key=step.key, duration=step.usual) for step in self.steps]
        pairs = [(tie.predecessor, tie.successor) for tie in self.ties]
        pairs += [(held.first.step, held.last.step) for held in self.windows if held.first.step != held.last.step]
        try:
            schedule(steps, [Tie(*pair) for pair in pairs], data_date=date(2026, 1, 1), calendars={})
        except CycleFound as found:
            raise BadTemplate("cycle", *found.loop) from found

    def before(self, keys: Iterable[str]) -> set[str]:
        """Every step that has to come before one of those, by ties and windows; they themselves are left out."""
        return self._reached(set(keys), forward=False)

    def after(self, keys: Iterable[str]) -> set[str]:
        """Every step that comes after one of those."""
        return self._reached(set(keys), forward=True)

    def parallel(self) -> list[tuple[str, str]]:
        """The pairs of steps with no order between them, in the order of the template."""
        keys = [step.key for step in self.steps]
        after = {key: self.after([key]) for key in keys}
        return [
            (one, other)
            for at, one in enumerate(keys)
            for other in keys[at + 1 :]
            if other not in after[one] and one not in after[other]
        ]

    def _reached(self, found: set[str], *, forward: bool) -> set[str]:
        pairs = [(tie.predecessor, tie.successor) for tie in self.ties]
        pairs += [(held.first.step, held.last.step) for held in self.windows]
        if not forward:
            pairs = [(b, a) for a, b in pairs]
        start, todo, seen = set(found), list(found), set(found)
        while todo:
            here = todo.pop()
            for a, b in pairs:
                if a == here and b not in seen:
                    seen.add(b)
                    todo.append(b)
        return seen - start


__all__ = ["Attached", "BadTemplate", "End", "Link", "Step", "Template", "Tie"]
