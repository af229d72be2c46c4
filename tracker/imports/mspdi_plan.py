"""What a Project file says, in our terms; what our terms cannot hold becomes a note, task by task."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracker.domain.calendars import Calendar
from tracker.domain.schedule_file import Actuals, Cells, FilePlan, FileTask, Note
from tracker.imports.mspdi import NotAPlan, RawPlan, RawTask, read, twice
from tracker.imports.mspdi_calendar import compared
from tracker.imports.mspdi_links import links
from tracker.imports.mspdi_values import CONSTRAINTS, ELAPSED, LONGEST, Clock, clock, length, moment, whole, yes

CODE_FIELD, TEXT_FIELD = "188744016", "188744015"
"""Custom fields of a task in our own exports: its code (Text30) and its due date as written (Text29)."""
NAME_LENGTH, DEEPEST = 120, 30
BOUND_DROPPED = {"1": "as_late_as_possible", "5": "start_no_later", "6": "finish_no_earlier"}


@dataclass(slots=True)
class Notes:
    """Notes as they come up: by code, the tasks in the order of the file."""

    found: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, code: str, task: str) -> None:
        """Note that a task has it, once."""
        if not self.found[code] or self.found[code][-1] != task:
            self.found[code].append(task)

    def all(self) -> list[Note]:
        """One note a code."""
        return [Note(code, tuple(tasks)) for code, tasks in self.found.items() if tasks]


@dataclass(slots=True)
class Line:
    """A task in its place: the names of the summary tasks above it, and whether it is one itself."""

    raw: RawTask
    name: str
    path: tuple[str, ...]
    summary: bool
    key: str = ""


def understood(plan: RawPlan, calendar: Calendar) -> FilePlan:
    """The plan of a file, compared with the state calendar. Raises NotAPlan."""
    if uid := twice(plan):
        raise NotAPlan("xml_uid_twice", uid=uid)
    notes, hours = Notes(), clock(plan)
    lines = list(_outlined(plan))
    taken = [line for line in lines if _is_task(line, notes)]
    _distinguish(taken)
    tasks = [made for line in taken if (made := _task(line, plan, hours, notes)) is not None]
    found = links(tasks, {line.raw.values["UID"]: line.key or line.name for line in lines}, plan, hours, notes.add)
    days = [day for task in tasks for day in (task.cells.start, task.cells.finish) if day is not None]
    more = compared(plan, min(days, default=None), max(days, default=None), calendar)
    if plan.resources:
        more.append(Note("resources", inputs={"count": plan.resources}))
    status = moment(plan.head.get("StatusDate", "")) or moment(plan.head.get("LastSaved", ""))
    return FilePlan(tuple(tasks), tuple(found), (*notes.all(), *more), status.day if status else None)


def _outlined(plan: RawPlan) -> Iterator[Line]:
    """The tasks with their place in the outline; rows that are empty or the project itself are left out."""
    rows = [task for task in plan.tasks if task.values.get("UID") != "0" and not yes(task.values.get("IsNull", ""))]
    levels = [_level(task) for task in rows]
    above: list[str] = []
    for at, task in enumerate(rows):
        task.values.setdefault("UID", "")
        level = min(levels[at], DEEPEST)
        del above[max(level - 1, 0) :]
        name = " ".join(task.values.get("Name", "").split())
        flag = task.values.get("Summary", "")
        deeper = at + 1 < len(rows) and levels[at + 1] > levels[at]
        yield Line(task, name, tuple(above), yes(flag) if flag else deeper)
        above += [name] * (level - len(above))


def _level(task: RawTask) -> int:
    stated = whole(task.values.get("OutlineLevel", ""))
    if stated is not None and stated >= 0:
        return stated
    number = task.values.get("OutlineNumber", "")
    return number.count(".") + 1 if number else 1


def _is_task(line: Line, notes: Notes) -> bool:
    """Whether a line may become a milestone; what does not is noted."""
    values = line.raw.values
    named = line.name or f"UID {values.get('UID', '')}"
    active = values.get("Active", "")
    for code, holds in (
        ("summary", line.summary),
        ("inactive", bool(active) and not yes(active)),
        ("external", yes(values.get("ExternalTask", "")) or yes(values.get("IsSubproject", ""))),
        ("no_name", not line.name),
        ("bad_uid", whole(values.get("UID", "")) is None),
    ):
        if holds:
            notes.add(code, named)
            if code == "summary" and line.raw.links:
                notes.add("summary_links", named)
            return False
    if len(line.name) > NAME_LENGTH:
        notes.add("name_cut", named)
    return True


def _distinguish(lines: list[Line]) -> None:
    """Give each task a name of its own: where several share one, the summary tasks above it come before it."""
    for line in lines:
        line.key = line.name[:NAME_LENGTH]
    for depth in range(1, 4):
        shared = {key for key, count in Counter(line.key for line in lines).items() if count > 1}
        for line in lines:
            if line.key in shared and line.path:
                line.key = " / ".join((*line.path[-depth:], line.name))[-NAME_LENGTH:]
    shared = {key for key, count in Counter(line.key for line in lines).items() if count > 1}
    for line in lines:
        if line.key in shared:
            tail = f" ({line.raw.values['UID']})"
            line.key = line.key[: NAME_LENGTH - len(tail)] + tail


def _task(line: Line, plan: RawPlan, hours: Clock, notes: Notes) -> FileTask | None:
    values = line.raw.values
    cells = _cells(line, hours, notes)
    if cells is None:
        return None
    base = next((one for one in line.raw.baselines if one.get("Number", "0") == "0"), {})
    begun, ended = moment(base.get("Start", "")), moment(base.get("Finish", ""))
    if any(one.get("Number", "0") != "0" and (one.get("Start") or one.get("Finish")) for one in line.raw.baselines):
        notes.add("other_baselines", line.key)
    _lost(line, plan, notes)
    custom = {one.get("FieldID", ""): one.get("Value", "") for one in line.raw.custom}
    return FileTask(
        uid=whole(values["UID"]) or 0,
        name=line.key,
        path=line.path,
        cells=cells,
        code=custom.get(CODE_FIELD, "")[:40],
        baseline_start=hours.first_day(begun)[0] if begun and cells.duration else None,
        baseline_finish=hours.last_day(ended)[0] if ended else None,
        actuals=_actuals(line, hours, notes),
    )


def _cells(line: Line, hours: Clock, notes: Notes) -> Cells | None:
    """The plan of a task; None, with a note, where its days make no sense."""
    values = line.raw.values
    start, finish = moment(values.get("Start", "")), moment(values.get("Finish", ""))
    if any(values.get(name) and not found for name, found in (("Start", start), ("Finish", finish))):
        notes.add("bad_days", line.key)
        return None
    duration, unit = _duration(line, hours, notes)
    if duration is None:
        notes.add("bad_duration", line.key)
        return None
    event = duration == 0 and (start is None or start == finish)
    last, late = hours.last_day(finish) if finish else (None, False)
    first, early = hours.first_day(start) if start else (None, False)
    if event and finish:
        last, late = finish.day, finish.minute not in (hours.start, hours.finish, 0)
    if first and last and first > last and not event:
        notes.add("start_after_finish", line.key)
        return None
    if late or (early and not event):
        notes.add("hours", line.key)
    if last is None:
        notes.add("no_finish", line.key)
    return Cells(None if event else first, last, duration, unit, *_bound(line, last, hours, notes))


def _duration(line: Line, hours: Clock, notes: Notes) -> tuple[int | None, str]:
    values = line.raw.values
    style = values.get("DurationFormat", "")
    elapsed = style in ELAPSED
    unit = "d" if elapsed else "wd"
    if not values.get("Duration"):
        return 0, unit
    minutes = length(values["Duration"])
    if minutes is None:
        return None, unit
    days, rounded = hours.days(minutes, elapsed=elapsed)
    if days > LONGEST:
        return None, unit
    if rounded:
        notes.add("duration_rounded", line.key)
    return days, unit if days else "wd"


def _bound(line: Line, last: date | None, hours: Clock, notes: Notes) -> tuple[str, date | None]:
    """The constraint of a task; a deadline of its own takes the place of one that is free."""
    values = line.raw.values
    kind = values.get("ConstraintType", "0") or "0"
    at = moment(values.get("ConstraintDate", ""))
    name = CONSTRAINTS.get(kind, "")
    bound: tuple[str, date | None] = ("", None)
    if name and at:
        ends = name in ("must_finish", "finish_no_later")
        bound = (name, hours.last_day(at)[0] if ends else hours.first_day(at)[0])
    elif kind != "0":
        notes.add(BOUND_DROPPED.get(kind, "bad_constraint"), line.key)
    deadline = moment(values.get("Deadline", ""))
    if deadline and (day := hours.last_day(deadline)[0]) != last:
        if bound[0]:
            notes.add("deadline_dropped", line.key)
        else:
            notes.add("deadline_kept", line.key)
            bound = ("finish_no_later", day)
    return bound


def _actuals(line: Line, hours: Clock, notes: Notes) -> Actuals:
    values = line.raw.values
    percent = whole(values.get("PercentComplete", "") or "0")
    start, finish = moment(values.get("ActualStart", "")), moment(values.get("ActualFinish", ""))
    bad = percent is None or not 0 <= percent <= 100
    bad |= any(values.get(name) and not found for name, found in (("ActualStart", start), ("ActualFinish", finish)))
    if bad:
        notes.add("bad_actuals", line.key)
        return Actuals()
    event = start is not None and start == finish
    return Actuals(
        percent or 0,
        None if event or start is None else hours.first_day(start)[0],
        finish.day if event and finish else hours.last_day(finish)[0] if finish else None,
    )


def _lost(line: Line, plan: RawPlan, notes: Notes) -> None:
    """Note what a task has that nothing here could hold."""
    values = line.raw.values
    own = values.get("CalendarUID", "-1")
    stop, resume = moment(values.get("Stop", "")), moment(values.get("Resume", ""))
    minutes, rest = length(values.get("Duration", "")), length(values.get("RemainingDuration", ""))
    percent = whole(values.get("PercentComplete", "")) or 0
    of_ours = any(one.get("FieldID") == CODE_FIELD for one in line.raw.custom)
    for code, holds in (
        ("task_calendar", own not in ("-1", "", "0", plan.head.get("CalendarUID", ""))),
        ("split", bool(stop and resume and resume.day > stop.day + timedelta(3))),
        ("estimated", yes(values.get("Estimated", "")) and bool(minutes)),
        ("recurring", yes(values.get("Recurring", ""))),
        ("assigned", values.get("UID", "") in plan.assigned),
        ("cost", any((values.get(name) or "0").strip("0.") for name in ("Cost", "FixedCost"))),
        ("remaining", bool(minutes and rest and percent and abs(rest - minutes * (100 - percent) / 100) > 480)),
        ("remarks", bool(values.get("Notes")) and not of_ours),
    ):
        if holds:
            notes.add(code, line.key)


__all__ = ["NotAPlan", "read", "understood"]
