"""An office's own copy of a process template: what may be written in it, and how two versions differ.

A copy changes names, usual durations, order and which windows are attached. It never changes a window: lengths come
from the table. A window that the original attaches and the copy does not is left out with a reason, never silently.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.domain.calendars import Unit
from tracker.domain.processes import MAX_DAYS, Attached, BadTemplate, Step, Template, Tie

MAX_STEPS, MAX_TIES, MAX_WINDOWS = 60, 240, 120
STEP_CODE = re.compile(r"[A-Z]{1,3}[0-9]{1,3}[a-z]?")


@dataclass(frozen=True, slots=True)
class NamedStep:
    """A step as it is written down: `days` of `unit`, 0 for what happens on one day."""

    code: str
    name: str
    name_en: str
    days: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Omission:
    """A window the original attaches and the copy leaves out, or attaches elsewhere, and why."""

    held: Attached
    reason: str


@dataclass(frozen=True)
class Sheet:
    """All that one version of a template says."""

    name: str
    name_en: str
    note: str
    note_en: str
    goal: str
    steps: tuple[NamedStep, ...]
    ties: tuple[Tie, ...]
    windows: tuple[Attached, ...]
    omitted: tuple[Omission, ...] = ()

    def template(self, code: str = "") -> Template:
        """The template to plan with."""
        steps = tuple(Step(step.code, step.days, step.unit) for step in self.steps)
        return Template(code, steps, self.ties, self.windows, self.goal)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, as a code, and where: `section` (steps, ties, windows, omitted, '' for the whole), row and field.

    process_no_steps, process_many_steps, process_many_rows, process_step_code, process_step_double, process_days,
    process_goal, process_step_gone, process_tie_self, process_tie_double, process_lag, process_window_unknown,
    process_window_double, process_omission_reason, process_cycle.
    """

    code: str
    section: str = ""
    row: int = -1
    field: str = ""
    inputs: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def dropped(windows: tuple[Attached, ...], origin: tuple[Attached, ...]) -> list[Attached]:
    """The attachments of the original that are not kept as they are, in its order."""
    kept = set(windows)
    return [held for held in origin if held not in kept]


def faults(sheet: Sheet, *, origin: tuple[Attached, ...], known: frozenset[str]) -> list[Fault]:
    """Everything that is wrong; `origin` are the original's windows, `known` the codes of the windows that are kept."""
    found = [*_steps(sheet), *_ties(sheet), *_windows(sheet, known), *_omitted(sheet, origin)]
    if not found:
        try:
            sheet.template().check()
        except BadTemplate as bad:
            found.append(Fault("process_cycle", "ties", inputs={"loop": " → ".join((*bad.keys, *bad.keys[:1]))}))
    return found


def _steps(sheet: Sheet) -> Iterator[Fault]:
    if not sheet.steps:
        yield Fault("process_no_steps", "steps")
    if len(sheet.steps) > MAX_STEPS:
        yield Fault("process_many_steps", "steps", inputs={"limit": MAX_STEPS})
    seen: set[str] = set()
    for row, step in enumerate(sheet.steps):
        if not STEP_CODE.fullmatch(step.code):
            yield Fault("process_step_code", "steps", row, "code")
        elif step.code in seen:
            yield Fault("process_step_double", "steps", row, "code", {"step": step.code})
        seen.add(step.code)
        if not 0 <= step.days <= MAX_DAYS:
            yield Fault("process_days", "steps", row, "days", {"limit": MAX_DAYS})
    if sheet.steps and sheet.goal not in seen:
        yield Fault("process_goal", field="goal", inputs={"step": sheet.goal})


def _ties(sheet: Sheet) -> Iterator[Fault]:
    if len(sheet.ties) > MAX_TIES:
        yield Fault("process_many_rows", "ties", inputs={"limit": MAX_TIES})
    steps, seen = {step.code for step in sheet.steps}, set()
    for row, tie in enumerate(sheet.ties):
        for name, step in (("predecessor", tie.predecessor), ("successor", tie.successor)):
            if step not in steps:
                yield Fault("process_step_gone", "ties", row, name, {"step": step})
        if tie.predecessor == tie.successor:
            yield Fault("process_tie_self", "ties", row, "successor")
        elif (tie.predecessor, tie.successor) in seen:
            yield Fault("process_tie_double", "ties", row, "successor")
        seen.add((tie.predecessor, tie.successor))
        if not 0 <= tie.lag <= MAX_DAYS:
            yield Fault("process_lag", "ties", row, "lag", {"limit": MAX_DAYS})


def _windows(sheet: Sheet, known: frozenset[str]) -> Iterator[Fault]:
    if len(sheet.windows) > MAX_WINDOWS:
        yield Fault("process_many_rows", "windows", inputs={"limit": MAX_WINDOWS})
    steps, seen = {step.code for step in sheet.steps}, set()
    for row, held in enumerate(sheet.windows):
        if held.window not in known:
            yield Fault("process_window_unknown", "windows", row, "window", {"window": held.window})
        for name, step in (("from_step", held.first.step), ("to_step", held.last.step)):
            if step not in steps:
                yield Fault("process_step_gone", "windows", row, name, {"step": step})
        place = held.window, held.first.step, held.last.step
        if place in seen:
            yield Fault("process_window_double", "windows", row, "window")
        seen.add(place)


def _omitted(sheet: Sheet, origin: tuple[Attached, ...]) -> Iterator[Fault]:
    reasons = {omission.held: omission.reason for omission in sheet.omitted}
    for row, held in enumerate(dropped(sheet.windows, origin)):
        if not reasons.get(held, "").strip():
            yield Fault("process_omission_reason", "omitted", row, "reason", {"window": held.window})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: of a `kind`, named by `key`; `old` or `new` is None where it was added or removed.

    Kinds: name, name_en, note, note_en, goal (texts), order (codes of the steps), step (NamedStep), tie (Tie),
    window (Attached), omitted (Omission).
    """

    kind: str
    key: str
    old: Any
    new: Any


def differences(old: Sheet, new: Sheet) -> list[Difference]:
    """What `new` says otherwise than `old`, in the order of a sheet."""
    found = [
        Difference(kind, "", getattr(old, kind), getattr(new, kind))
        for kind in ("name", "name_en", "note", "note_en", "goal")
        if getattr(old, kind) != getattr(new, kind)
    ]
    found += _differing("step", {step.code: step for step in old.steps}, {step.code: step for step in new.steps})
    before, after = [step.code for step in old.steps], [step.code for step in new.steps]
    if [code for code in before if code in after] != [code for code in after if code in before]:
        found.append(Difference("order", "", tuple(before), tuple(after)))
    found += _differing("tie", _named_ties(old), _named_ties(new))
    found += _differing("window", _named_windows(old), _named_windows(new))
    found += _differing("omitted", _named_omissions(old), _named_omissions(new))
    return found


def _differing(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    keys = [*old, *(key for key in new if key not in old)]
    return [Difference(kind, key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def _named_ties(sheet: Sheet) -> dict[str, Tie]:
    return {f"{tie.predecessor} → {tie.successor}": tie for tie in sheet.ties}


def _named_windows(sheet: Sheet) -> dict[str, Attached]:
    return {f"{held.window} {held.first.step} → {held.last.step}": held for held in sheet.windows}


def _named_omissions(sheet: Sheet) -> dict[str, Omission]:
    return {f"{one.held.window} {one.held.first.step} → {one.held.last.step}": one for one in sheet.omitted}
