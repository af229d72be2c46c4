"""A schedule as Microsoft Project's XML (MSPDI), which Project opens and other schedulers read.

The order of the elements is that of Microsoft's schema: Project refuses a file that has them otherwise. What each part
of our model becomes is in docs/schedule.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.schedule_file import Cells, as_exported
from tracker.domain.states import Status
from tracker.exports.mspdi_calendar import calendars
from tracker.models import Dependency, Milestone
from tracker.queries.schedule_files import Schedule

NAMESPACE = "http://schemas.microsoft.com/project"
CODE_FIELD, TEXT_FIELD = "188744016", "188744015"
"""Custom fields of a task (Text30, Text29): its code here, and its due date as written."""
CONSTRAINTS = {"must_start": 2, "must_finish": 3, "start_no_earlier": 4, "finish_no_later": 7}
LINK_TYPES = {"FF": 0, "FS": 1, "SF": 2, "SS": 3}
WORKING, ELAPSED = 480, 1440
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Fields = Iterable[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """One task to write: its number, outline and plan; `row` is None for programme and projects."""

    uid: int
    outline: str
    name: str
    cells: Cells
    row: Milestone | None = None

    @property
    def level(self) -> int:
        """0 the programme, 1 a project, 2 a milestone."""
        return 0 if self.outline == "0" else self.outline.count(".") + 1


def document(schedule: Schedule, *, today: date) -> Iterator[str]:
    """The file, piece by piece; `today` is the day it speaks of."""
    lines = list(_outlined(schedule))
    uids = {line.row.pk: line.uid for line in lines if line.row is not None}
    before: dict[int, list[Dependency]] = {}
    for link in schedule.links:
        before.setdefault(link.successor_id, []).append(link)
    yield f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Project xmlns="{NAMESPACE}">\n'
    yield _fields(_head(schedule, lines[0].cells, today))
    yield _custom_fields()
    yield calendars(schedule.holidays)
    yield "<Tasks>\n"
    for line in lines:
        links = before.get(line.row.pk, []) if line.row is not None else []
        yield _task(line, links, uids)
    yield "</Tasks>\n<Resources/>\n<Assignments/>\n</Project>\n"


def _head(schedule: Schedule, whole: Cells, today: date) -> Fields:
    return (
        ("SaveVersion", 14),
        ("Name", f"{schedule.code}.xml"),
        ("Title", schedule.title),
        ("CreationDate", f"{today}T08:00:00"),
        ("LastSaved", f"{today}T17:00:00"),
        ("ScheduleFromStart", 1),
        ("StartDate", f"{whole.start or today}T08:00:00"),
        ("FinishDate", f"{whole.finish or today}T17:00:00"),
        ("FYStartDate", 1),
        ("CriticalSlackLimit", 0),
        ("CurrencyDigits", 2),
        ("CurrencySymbol", "¥"),
        ("CurrencyCode", "CNY"),
        ("CurrencySymbolPosition", 0),
        ("CalendarUID", 1),
        ("DefaultStartTime", "08:00:00"),
        ("DefaultFinishTime", "17:00:00"),
        ("MinutesPerDay", WORKING),
        ("MinutesPerWeek", 5 * WORKING),
        ("DaysPerMonth", 20),
        ("DefaultTaskType", 1),
        ("DurationFormat", 7),
        ("HonorConstraints", 1),
        ("NewTasksEffortDriven", 0),
        ("NewTasksEstimated", 0),
        ("WeekStartDay", 1),
        ("StatusDate", f"{today}T17:00:00"),
        ("CurrentDate", f"{today}T08:00:00"),
        ("NewTasksAreManual", 1),
    )


def _custom_fields() -> str:
    named = ((TEXT_FIELD, "Text29", _("Due as written")), (CODE_FIELD, "Text30", _("Guatu code")))
    found = "".join(
        _element("ExtendedAttribute", _fields((("FieldID", key), ("FieldName", name), ("Alias", alias))))
        for key, name, alias in named
    )
    return _element("ExtendedAttributes", found)


def _outlined(schedule: Schedule) -> Iterator[Line]:
    """Programme, projects, milestones; each summary spans what is under it."""
    projects: list[tuple[str, list[tuple[Milestone, Cells]]]] = [
        (section.name, [(row, _cells(row, schedule)) for row in section.milestones]) for section in schedule.sections
    ]
    yield Line(0, "0", schedule.title, _span(cells for _name, rows in projects for _row, cells in rows))
    uid = 0
    for place, (name, rows) in enumerate(projects, start=1):
        uid += 1
        yield Line(uid, str(place), name, _span(cells for _row, cells in rows))
        for number, (row, cells) in enumerate(rows, start=1):
            uid += 1
            yield Line(uid, f"{place}.{number}", row.called(words.language()), cells, row)


def _cells(row: Milestone, schedule: Schedule) -> Cells:
    held = Cells(
        row.planned_start, row.due_latest, row.duration or 0, row.duration_unit, row.constraint, row.constraint_day
    )
    return as_exported(held, unknown_duration=row.duration is None, calendar=schedule.calendar)


def _span(found: Iterable[Cells]) -> Cells:
    days = [day for cells in found for day in (cells.start, cells.finish) if day]
    if not days:
        return Cells()
    return Cells(min(days), max(days), (max(days) - min(days)).days + 1, "d")


def _task(line: Line, links: Iterable[Dependency], uids: Mapping[int, int]) -> str:
    row, cells = line.row, line.cells
    # A milestone held to a day is left to Project to place; the other dates are commitments, and stay where they are.
    manual = row is not None and not cells.constraint
    fields: list[tuple[str, Any]] = [
        ("UID", line.uid),
        ("ID", line.uid),
        ("Name", line.name),
        ("Active", 1),
        ("Manual", int(manual)),
        ("Type", 1),
        ("IsNull", 0),
        ("WBS", line.outline),
        ("OutlineNumber", line.outline),
        ("OutlineLevel", line.level),
        ("Priority", 500),
        *_when(cells, manual=manual),
        ("ResumeValid", 0),
        ("EffortDriven", 0),
        ("Recurring", 0),
        ("Estimated", 0),
        ("Milestone", int(row is not None and not cells.duration)),
        ("Summary", int(row is None)),
        ("ExternalTask", 0),
    ]
    if row is None:
        return _element("Task", _fields([*fields, ("ConstraintType", 0), ("CalendarUID", -1)]))
    fields += [*_actuals(row, cells), *_bound(cells), ("Notes", _remark(row))]
    return _element("Task", _fields(fields) + _links(links, uids) + _own(row) + _baseline(row))


def _when(cells: Cells, *, manual: bool) -> Fields:
    """Start, finish and duration; a task in natural days runs from midnight to midnight, as Project counts them."""
    begin, end = ("00:00:00", "23:59:00") if cells.unit == "d" and cells.duration else ("08:00:00", "17:00:00")
    start = f"{cells.start}T{begin}" if cells.start else f"{cells.finish}T{end}" if cells.finish else None
    finish = f"{cells.finish}T{end}" if cells.finish else None
    length = _length(cells) if finish or cells.duration else None
    found: list[tuple[str, Any]] = [("Start", start), ("Finish", finish), ("Duration", length)]
    if manual:
        found += [("ManualStart", start), ("ManualFinish", finish), ("ManualDuration", length)]
    return [*found, ("DurationFormat", 8 if cells.unit == "d" and cells.duration else 7)]


def _length(cells: Cells, part: int = 100) -> str:
    minutes = cells.duration * ELAPSED - 1 if cells.unit == "d" else cells.duration * WORKING
    minutes = max(minutes, 0) * part // 100
    return f"PT{minutes // 60}H{minutes % 60}M0S"


def _actuals(row: Milestone, cells: Cells) -> Fields:
    """What has been accepted by now."""
    percent = 100 if row.status == Status.DONE else int(row.progress or 0)
    begin = row.actual_start or (row.actual_finish if not cells.duration else None)
    return (
        ("PercentComplete", percent),
        ("ActualStart", f"{begin}T{'08' if row.actual_start else '17'}:00:00" if begin else None),
        ("ActualFinish", f"{row.actual_finish}T17:00:00" if row.actual_finish else None),
        ("ActualDuration", _length(cells, percent)),
        ("RemainingDuration", _length(cells, 100 - percent)),
    )


def _bound(cells: Cells) -> Fields:
    if not cells.constraint or cells.constraint_day is None:
        return (("ConstraintType", 0), ("CalendarUID", -1))
    hour = "17" if cells.constraint in ("must_finish", "finish_no_later") else "08"
    return (
        ("ConstraintType", CONSTRAINTS[cells.constraint]),
        ("CalendarUID", -1),
        ("ConstraintDate", f"{cells.constraint_day}T{hour}:00:00"),
    )


def _remark(row: Milestone) -> str:
    """What the columns of Project cannot say: the due date as written."""
    if row.due is None:
        return str(_("No due date is stated."))
    return str(_("Due as written: %(text)s") % {"text": row.due_text or words.imprecise(row.due)})


def _links(links: Iterable[Dependency], uids: Mapping[int, int]) -> str:
    return "".join(
        _element(
            "PredecessorLink",
            _fields(
                (
                    ("PredecessorUID", uids[link.predecessor_id]),
                    ("Type", LINK_TYPES[link.kind]),
                    ("CrossProject", 0),
                    ("LinkLag", link.lag * (ELAPSED if link.lag_unit == "d" else WORKING) * 10),
                    ("LagFormat", 8 if link.lag_unit == "d" else 7),
                )
            ),
        )
        for link in links
    )


def _own(row: Milestone) -> str:
    values = ((TEXT_FIELD, row.due_text), (CODE_FIELD, row.code))
    return "".join(
        _element("ExtendedAttribute", _fields((("FieldID", key), ("Value", value)))) for key, value in values if value
    )


def _baseline(row: Milestone) -> str:
    """The first commitment."""
    if row.first_due_latest is None:
        return ""
    at = f"{row.first_due_latest}T17:00:00"
    start = None if row.duration else at
    return _element("Baseline", _fields((("Number", 0), ("Start", start), ("Finish", at))))


def _fields(fields: Fields) -> str:
    return "".join(f"<{name}>{_text(value)}</{name}>\n" for name, value in fields if value is not None)


def _element(name: str, inside: str) -> str:
    return f"<{name}>\n{inside}</{name}>\n"


def _text(value: Any) -> str:
    """A value as XML holds it; characters XML cannot hold are left out."""
    return escape(_ILLEGAL.sub("", str(value)))
