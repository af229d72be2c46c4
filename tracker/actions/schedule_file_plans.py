"""The plan versions a schedule file makes: the first ones of new milestones, the next ones of those that change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker.actions.current import apply_plan
from tracker.actions.plans import PLAN_COLUMNS
from tracker.actions.versions import copy_first
from tracker.audit import Refused, snapshot
from tracker.domain.calendars import Calendar
from tracker.domain.dates import DateKind, ImpreciseDate, Precision
from tracker.domain.schedule_file import Cell, Cells, FileTask, Note, Row, as_exported
from tracker.domain.sorting import sort_key
from tracker.models import Milestone, MilestonePlan, Project, User
from tracker.models.days import due_columns

CODE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Making:
    """What all versions of one loading share."""

    project: Project
    reason: str
    by: User
    now: datetime
    calendar: Calendar


@dataclass(slots=True)
class Pair:
    """A task and its milestone, the versions it gets, and the plan columns before."""

    task: FileTask
    milestone: Milestone
    row: Row
    plans: list[MilestonePlan] = field(default_factory=list)
    before: dict[str, Any] = field(default_factory=dict)


def exported(row: Milestone, calendar: Calendar) -> Cells:
    """A milestone's plan as a schedule file shows it."""
    cells = Cells(
        row.planned_start, row.due_latest, row.duration or 0, row.duration_unit, row.constraint, row.constraint_day
    )
    return as_exported(cells, unknown_duration=row.duration is None, calendar=calendar)


def add(making: Making, tasks: Iterable[FileTask]) -> list[Pair]:
    """New milestones in memory, with version 1 (the baseline, where the file has one) and 2 where the plan differs."""
    project = making.project
    held = Milestone.objects.filter(code__startswith=f"{project.code}-").order_by().values_list("code", flat=True)
    taken = set(held)
    last = Milestone.objects.filter(project=project).order_by("-position").values_list("position", flat=True).first()
    made = []
    for place, task in enumerate(tasks, start=1):
        milestone = Milestone(
            project=project,
            unit=project.unit,
            code=_free(f"{project.code}-T{task.uid:02d}", taken),
            name=task.name,
            name_en=task.name,
            sort_key=sort_key(task.name),
            position=(last or 0) + place,
        )
        pair = Pair(task, milestone, Row("add", milestone.code, task.name, task.path, _all(task.cells)))
        first = task.cells
        if task.baseline_finish and (task.baseline_start, task.baseline_finish) != (first.start, first.finish):
            based = Cells(task.baseline_start, task.baseline_finish, first.duration, first.unit)
            _next(making, pair, based)
            copy_first(milestone, pair.plans[0])
            pair.row = Row(*_head(pair.row), pair.row.cells, committed=task.baseline_finish)
            _next(making, pair, task.cells)
        else:
            _next(making, pair, task.cells)
            copy_first(milestone, pair.plans[0])
        made.append(pair)
    return made


def _head(row: Row) -> tuple[str, str, str, tuple[str, ...]]:
    return row.kind, row.code, row.name, row.path


def _free(code: str, taken: set[str]) -> str:
    """The code, with a number where it is taken; it counts as taken from now on."""
    chosen, number = code, 1
    while chosen in taken:
        number += 1
        chosen = f"{code}-{number}"
    if len(chosen) > CODE_LENGTH:
        raise Refused("process_code_long", milestone=chosen)
    taken.add(chosen)
    return chosen


def change(making: Making, known: Sequence[tuple[FileTask, Milestone]]) -> tuple[list[Pair], list[Note]]:
    """The next version of every milestone whose plan the file changes, in memory; the others as they are."""
    pairs: list[Pair] = []
    renamed, recommitted, crossed = [], [], []
    for task, milestone in known:
        now = exported(milestone, making.calendar)
        cells = _differing(now, task.cells)
        start = task.cells.start if any(cell.field == "start" for cell in cells) else milestone.planned_start
        finish = task.cells.finish if any(cell.field == "finish" for cell in cells) else milestone.due_latest
        if cells and start and finish and start > finish:
            crossed.append(task.name)
            cells = ()
        row = Row("change" if cells else "same", milestone.code, milestone.name, task.path, cells)
        pair = Pair(task, milestone, row, before=snapshot(milestone, *PLAN_COLUMNS))
        if cells:
            _next(making, pair, task.cells, {cell.field for cell in cells})
            milestone.version += 1
        if task.name not in (milestone.name, milestone.name_en) and not task.name.endswith(f" / {milestone.name}"):
            renamed.append(f"{milestone.name} ← {task.name}")
        if task.baseline_finish and milestone.first_due_latest and task.baseline_finish != milestone.first_due_latest:
            recommitted.append(milestone.name)
        pairs.append(pair)
    found = {"renamed": renamed, "first_commitment_stays": recommitted, "start_after_due_here": crossed}
    return pairs, [Note(code, tuple(names)) for code, names in found.items() if names]


def _all(cells: Cells) -> tuple[Cell, ...]:
    """Every cell of a new milestone that says something."""
    return tuple(cell for cell in _differing(Cells(), cells, durations=bool(cells.duration)) if cell.new is not None)


def _differing(now: Cells, then: Cells, *, durations: bool = True) -> tuple[Cell, ...]:
    found = [Cell("start", now.start, then.start), Cell("finish", now.finish, then.finish)]
    if durations and (now.duration or then.duration):
        found.append(Cell("duration", (now.duration, now.unit), (then.duration, then.unit)))
    found.append(Cell("constraint", _bound(now), _bound(then)))
    return tuple(cell for cell in found if cell.old != cell.new)


def _bound(cells: Cells) -> tuple[str, date] | None:
    return (cells.constraint, cells.constraint_day) if cells.constraint and cells.constraint_day else None


def _due(day: date | None) -> ImpreciseDate | None:
    """Up to that day, as an official would write it."""
    if day is None:
        return None
    return ImpreciseDate(f"{day.year}年{day.month}月{day.day}日前", None, day, Precision.DAY, DateKind.BY)


def _next(making: Making, pair: Pair, cells: Cells, fields: Iterable[str] | None = None) -> None:
    """Append the milestone's next version: the named fields from `cells` (None: all), the rest as it is."""
    row = pair.milestone
    wanted = {"start", "finish", "duration", "constraint"} if fields is None else set(fields)
    columns: dict[str, Any] = {
        "planned_start": cells.start if "start" in wanted else row.planned_start,
        "duration": cells.duration if "duration" in wanted else row.duration,
        "duration_unit": cells.unit if "duration" in wanted else row.duration_unit,
        "constraint": cells.constraint if "constraint" in wanted else row.constraint,
        "constraint_day": cells.constraint_day if "constraint" in wanted else row.constraint_day,
        "plan_year": None if "finish" in wanted else row.plan_year,
        **due_columns(_due(cells.finish) if "finish" in wanted else row.due),
    }
    plan = MilestonePlan(
        milestone=row,
        number=row.plan_number + 1,
        recorded_at=making.now,
        by=making.by,
        reason=making.reason,
        unit=row.unit,
        supporting_codes=sorted(unit.code for unit in row.supporting.all()) if row.pk else [],
        weight=row.weight or Decimal(1),
        **columns,
    )
    apply_plan(row, plan)
    pair.plans.append(plan)
