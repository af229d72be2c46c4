"""A plan as it stands in a schedule file, the same plan as we hold it, and what loading one into the other would do.

Values only. Days are inclusive; a task of duration 0 is an event at the end of its `finish` day and has no `start`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

from tracker.domain.calendars import Calendar, OutsideCalendar

Plain = str | int | date
"""What a sentence may name."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The plan of one task: `duration` in natural ("d") or working ("wd") days, the bound it is held to, if any."""

    start: date | None = None
    finish: date | None = None
    duration: int = 0
    unit: str = "wd"
    constraint: str = ""
    constraint_day: date | None = None


@dataclass(frozen=True, slots=True)
class Actuals:
    """What is reported of one task; `percent` is whole."""

    percent: int = 0
    start: date | None = None
    finish: date | None = None

    def __bool__(self) -> bool:
        return bool(self.percent or self.start or self.finish)


@dataclass(frozen=True, slots=True)
class FileTask:
    """One task that becomes a milestone. `code` is the one we wrote when the file came from here, else ''.

    `path` names the summary tasks above it. The baseline is the file's first one, number 0.
    """

    uid: int
    name: str
    path: tuple[str, ...] = ()
    cells: Cells = Cells()
    code: str = ""
    baseline_start: date | None = None
    baseline_finish: date | None = None
    actuals: Actuals = Actuals()


@dataclass(frozen=True, slots=True)
class Tied:
    """How two tasks are tied: FS, SS, FF or SF, and the lag in days of `unit`."""

    kind: str
    lag: int
    unit: str


@dataclass(frozen=True, slots=True)
class FileLink:
    """A tie between two tasks of the file, by their UIDs."""

    predecessor: int
    successor: int
    tied: Tied


@dataclass(frozen=True, slots=True)
class Note:
    """Something that is not taken over as it stands in the file: a code, the tasks it concerns, what it names."""

    code: str
    tasks: tuple[str, ...] = ()
    inputs: Mapping[str, Plain] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FilePlan:
    """All that is taken from a file. `status_day` is the day its reports speak of, if the file says so."""

    tasks: tuple[FileTask, ...]
    links: tuple[FileLink, ...]
    notes: tuple[Note, ...]
    status_day: date | None = None


def as_exported(cells: Cells, *, unknown_duration: bool, calendar: Calendar) -> Cells:
    """A milestone's plan as a schedule file shows it; reading the file back gives the same value.

    `cells.finish` is the last day of the due date. A file wants start and duration where we may hold one of them or
    none: the missing one is counted; a milestone with neither, and one of duration 0, is an event. Nothing but a bound
    lets Project place it, so without one its duration is what lies between its days: a window of the law may keep work
    open longer than it takes, and Project would move a day that its duration contradicts.
    """
    finish, start = cells.finish, cells.start
    bound = (cells.constraint, cells.constraint_day)
    if finish is None:
        duration = 0 if unknown_duration else cells.duration
        return Cells(start, None, duration, cells.unit if duration else "wd", *bound)
    if unknown_duration and start is not None and start <= finish:
        return Cells(start, finish, *_between(start, finish, calendar), *bound)
    if unknown_duration or not cells.duration:
        return Cells(None, finish, 0, "wd", *bound)
    if start is None or start > finish:
        start = _counted_back(finish, cells.duration, cells.unit, calendar)
    duration, unit = cells.duration, cells.unit
    if not cells.constraint:
        duration, unit = ((finish - start).days + 1, "d") if unit == "d" else _between(start, finish, calendar)
    return Cells(start, finish, duration, unit, *bound)


def _between(start: date, finish: date, calendar: Calendar) -> tuple[int, str]:
    try:
        worked = calendar.working_between(start - timedelta(1), finish)
    except (OutsideCalendar, OverflowError):
        worked = 0
    return (worked, "wd") if worked else ((finish - start).days + 1, "d")


def _counted_back(finish: date, duration: int, unit: str, calendar: Calendar) -> date:
    try:
        if unit == "wd":
            return calendar.add_working(calendar.roll_backward(finish), 1 - duration)
        return finish - timedelta(duration - 1)
    except (OutsideCalendar, OverflowError):
        return finish


@dataclass(frozen=True, slots=True)
class Cell:
    """One field that changes: `start`, `finish`, `duration`, `constraint`, with the value now and the one to come.

    A duration is (days, unit), a bound (code, day); None is empty.
    """

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Row:
    """What happens to one milestone: `kind` is 'add', 'change' or 'same'."""

    kind: str
    code: str
    name: str
    path: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    committed: date | None = None


@dataclass(frozen=True, slots=True)
class LinkRow:
    """What happens to one tie: `kind` is 'add', 'change' or 'remove'; the ends are named."""

    kind: str
    predecessor: str
    successor: str
    old: Tied | None
    new: Tied | None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What the file reports of a milestone; `problem` is why no report is made of it, '' where one is."""

    code: str
    name: str
    actuals: Actuals
    as_of: date
    problem: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that loading a file does, or would do."""

    rows: tuple[Row, ...]
    links: tuple[LinkRow, ...]
    reports: tuple[ReportRow, ...]
    notes: tuple[Note, ...]

    @property
    def changes(self) -> bool:
        """Whether anything would be different afterwards."""
        return bool(
            any(row.kind != "same" for row in self.rows) or self.links or any(not one.problem for one in self.reports)
        )

    def fingerprint(self) -> str:
        """A mark of everything in it: what is carried out has to be what was looked at."""
        return hashlib.sha256(repr(self).encode("utf-8", "surrogatepass")).hexdigest()


def packed(plan: FilePlan) -> dict[str, Any]:
    """The plan as plain JSON values."""
    found: dict[str, Any] = _plain(asdict(plan))
    return found


def unpacked(values: Mapping[str, Any]) -> FilePlan:
    """The plan `packed` was given."""
    return FilePlan(
        tasks=tuple(_task(one) for one in values["tasks"]),
        links=tuple(FileLink(one["predecessor"], one["successor"], Tied(**one["tied"])) for one in values["links"]),
        notes=tuple(
            Note(one["code"], tuple(one["tasks"]), {name: _value(value) for name, value in one["inputs"].items()})
            for one in values["notes"]
        ),
        status_day=_value(values["status_day"]),
    )


def _task(values: Mapping[str, Any]) -> FileTask:
    plain = {name: _value(value) for name, value in values.items() if name not in ("cells", "actuals", "path")}
    return FileTask(
        **plain,
        path=tuple(values["path"]),
        cells=Cells(**{name: _value(value) for name, value in values["cells"].items()}),
        actuals=Actuals(**{name: _value(value) for name, value in values["actuals"].items()}),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _value(value: Any) -> Any:
    return date.fromisoformat(value["day"]) if isinstance(value, dict) else value
