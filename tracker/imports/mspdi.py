"""Microsoft Project's XML (MSPDI) read as a stream: whatever is in the file, memory and time stay bounded.

No DTD, no entity, nothing from outside the file (`defusedxml`), no tree: what is kept of a task, a calendar and the
head is plain text by element name. What the texts mean is `imports.mspdi_plan`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

NAMESPACES = ("{http://schemas.microsoft.com/project}", "{http://schemas.microsoft.com/project/2007}")
"""The name of the format in every file since Project 2003, and as its schema has it; a name, no request."""
MAX_BYTES = 20 * 1024 * 1024
MAX_TASKS = 5_000
"""A project here holds commitments. A plan with more tasks is one of work packages and belongs in Project."""
MAX_DEPTH, MAX_ELEMENTS, MAX_KEPT, MAX_TEXT, MAX_CALENDARS, MAX_HEAD = 40, 800_000, 20_000, 1_000, 500, 300
PIECE = 1024 * 1024  # large pieces: the parser looks at an unfinished tag anew with every piece
OLE = b"\xd0\xcf\x11\xe0"

_TASK = """
UID ID Name Active Manual Type IsNull WBS OutlineNumber OutlineLevel Start Finish Duration DurationFormat Stop Resume
Recurring Estimated Milestone Summary IsSubproject SubprojectName ExternalTask FixedCost Cost PercentComplete
ActualStart ActualFinish RemainingDuration ConstraintType CalendarUID ConstraintDate Deadline Notes PredecessorLink
ExtendedAttribute Baseline
"""
_CALENDAR = """
UID Name IsBaseCalendar BaseCalendarUID WeekDays WeekDay DayType DayWorking TimePeriod FromDate ToDate Exceptions
Exception Type Period Occurrences WorkWeeks WorkWeek
"""
TASK_FIELDS, CALENDAR_FIELDS = frozenset(_TASK.split()), frozenset(_CALENDAR.split())
PARTS = {"Tasks": "Task", "Calendars": "Calendar", "Resources": "Resource", "Assignments": "Assignment"}
TASK_PARTS = {
    "PredecessorLink": frozenset(("PredecessorUID", "Type", "CrossProject", "LinkLag", "LagFormat")),
    "ExtendedAttribute": frozenset(("FieldID", "Value")),
    "Baseline": frozenset(("Number", "Interim", "Start", "Finish")),
}


class NotAPlan(Exception):
    """The file cannot be read at all; `code` says why, `inputs` fill its sentence."""

    def __init__(self, code: str, **inputs: str | int) -> None:
        super().__init__(code)
        self.code, self.inputs = code, inputs


class Upload(Protocol):
    """What is read: a file, or what a browser sent."""

    def read(self, size: int = ..., /) -> bytes: ...


Parts = list[dict[str, str]]


@dataclass(slots=True)
class RawTask:
    """One task as text: its fields, and the fields of each link, baseline and custom field."""

    values: dict[str, str]
    links: Parts = field(default_factory=list)
    baselines: Parts = field(default_factory=list)
    custom: Parts = field(default_factory=list)


@dataclass(slots=True)
class RawException:
    """A stretch of days that a calendar treats apart from its week; `type` is how it recurs ('' and '1': not)."""

    first: str
    last: str
    working: bool
    type: str = ""
    name: str = ""


@dataclass(slots=True)
class RawCalendar:
    """One calendar: whether each weekday (1 is Sunday) is worked, and its exceptions; `base` is the UID it rests on."""

    uid: str
    name: str
    base: str
    week: dict[str, bool] = field(default_factory=dict)
    exceptions: list[RawException] = field(default_factory=list)
    work_weeks: bool = False


@dataclass(slots=True)
class RawPlan:
    """The file: the fields of its head, its tasks and calendars; `assigned` are UIDs of tasks with people or things."""

    head: dict[str, str] = field(default_factory=dict)
    tasks: list[RawTask] = field(default_factory=list)
    calendars: list[RawCalendar] = field(default_factory=list)
    resources: int = 0
    assigned: set[str] = field(default_factory=set)


def read(file: Upload | BinaryIO) -> RawPlan:
    """Read the file from where it stands. Raises NotAPlan and nothing else, whatever the bytes are."""
    reader = _Reader()
    # Project never writes a DTD; a file that has one wants something else.
    parser = DefusedXMLParser(target=reader, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        for piece in _pieces(file):
            parser.feed(piece)
        parser.close()
    except DefusedXmlException as fault:
        raise NotAPlan("xml_entities") from fault
    except ParseError as fault:
        raise NotAPlan("xml_malformed", line=fault.position[0]) from fault
    except (ValueError, LookupError) as fault:  # an encoding nobody knows, or one the parser cannot read
        raise NotAPlan("xml_encoding") from fault
    if not reader.plan.tasks:
        raise NotAPlan("xml_no_tasks")
    return reader.plan


def _pieces(file: Upload | BinaryIO) -> Iterator[bytes]:
    total = 0
    while piece := file.read(PIECE):
        if not total and piece.startswith(OLE):
            raise NotAPlan("xml_is_mpp")
        total += len(piece)
        if total > MAX_BYTES:
            raise NotAPlan("xml_too_large", limit=MAX_BYTES // 1024 // 1024)
        yield piece
    if not total:
        raise NotAPlan("xml_empty")


@dataclass(slots=True)
class _Node:
    """An element that is kept until its task or calendar closes."""

    name: str
    text: str = ""
    children: list[_Node] = field(default_factory=list)

    def child(self, name: str) -> str:
        """The text of the first child of that name, '' if there is none."""
        return next((one.text.strip() for one in self.children if one.name == name), "")


class _Reader:
    """What the parser calls at each tag: no tree is built, only the parts of the task or calendar that is open."""

    def __init__(self) -> None:
        self.plan = RawPlan()
        self.path: list[str] = []
        self.nodes: list[_Node | None] = []
        self.namespace = ""
        self.seen = self.kept = 0

    def start(self, tag: str, attributes: object) -> None:
        """An element opens."""
        namespace, _, name = tag.rpartition("}")
        if not self.path:
            self.namespace = namespace + "}"
            if self.namespace not in NAMESPACES or name != "Project":
                raise NotAPlan("xml_other_format")
        self.seen += 1
        self.kept = 0 if len(self.path) <= 2 else self.kept
        if self.seen > MAX_ELEMENTS or len(self.path) >= MAX_DEPTH:
            raise NotAPlan("xml_too_dense")
        node = _Node(name) if namespace + "}" == self.namespace and self._wanted(name) else None
        if node is not None and len(self.path) >= 3 and (parent := self.nodes[-1]) is not None:
            self.kept += 1
            if self.kept > MAX_KEPT:
                raise NotAPlan("xml_too_dense")
            parent.children.append(node)
        self.path.append(name)
        self.nodes.append(node)

    def data(self, text: str) -> None:
        """A piece of text inside the element that opened last."""
        node = self.nodes[-1] if self.nodes else None
        if node is not None and len(node.text) < MAX_TEXT:
            node.text = (node.text + text)[:MAX_TEXT]

    def end(self, tag: str) -> None:
        """An element closes."""
        self.path.pop()
        node = self.nodes.pop()
        if node is None:
            return
        if len(self.path) == 1 and node.name not in PARTS and len(self.plan.head) < MAX_HEAD:
            self.plan.head.setdefault(node.name, node.text.strip())
        elif len(self.path) == 2:
            self._finished(node)

    def close(self) -> None:
        """The file ends."""

    def _wanted(self, name: str) -> bool:
        depth = len(self.path)
        if depth < 2:
            return True
        if depth == 2:
            return PARTS.get(self.path[1]) == name
        if self.nodes[-1] is None:
            return False
        part = self.path[1]
        if part == "Calendars":
            return name in CALENDAR_FIELDS
        if part != "Tasks":
            return depth == 3 and name in ("UID", "TaskUID", "ResourceUID")
        return name in TASK_FIELDS if depth == 3 else depth == 4 and name in TASK_PARTS.get(self.path[3], ())

    def _finished(self, node: _Node) -> None:
        plan = self.plan
        if node.name == "Task":
            if len(plan.tasks) > MAX_TASKS:  # one more than that: the row of the project itself
                raise NotAPlan("xml_too_many_tasks", limit=MAX_TASKS)
            plan.tasks.append(_task(node))
        elif node.name == "Calendar":
            if len(plan.calendars) >= MAX_CALENDARS:
                raise NotAPlan("xml_too_dense")
            plan.calendars.append(_calendar(node))
        elif node.name == "Resource":
            plan.resources += node.child("UID") not in ("", "0")
        # Project writes -65535 where nobody is assigned.
        elif not node.child("ResourceUID").startswith("-") and len(plan.assigned) <= MAX_TASKS:
            plan.assigned.add(node.child("TaskUID"))


def _task(node: _Node) -> RawTask:
    parts: dict[str, Parts] = {name: [] for name in TASK_PARTS}
    values: dict[str, str] = {}
    for child in node.children:
        if child.name in parts:
            parts[child.name].append({one.name: one.text.strip() for one in child.children})
        else:
            values.setdefault(child.name, child.text.strip())
    return RawTask(values, parts["PredecessorLink"], parts["Baseline"], parts["ExtendedAttribute"])


def _calendar(node: _Node) -> RawCalendar:
    made = RawCalendar(node.child("UID"), node.child("Name"), node.child("BaseCalendarUID"))
    for group in node.children:
        if group.name == "WeekDays":
            for day in group.children:
                kind, working = day.child("DayType"), day.child("DayWorking") in ("1", "true")
                if kind in ("", "0"):
                    made.exceptions.append(_exception(day, working=working))
                else:
                    made.week[kind] = working
        elif group.name == "Exceptions":
            for one in group.children:
                made.exceptions.append(_exception(one, working=one.child("DayWorking") in ("1", "true")))
        elif group.name == "WorkWeeks":
            made.work_weeks = bool(group.children)
    return made


def _exception(node: _Node, *, working: bool) -> RawException:
    period = next((one for one in node.children if one.name == "TimePeriod"), _Node(""))
    return RawException(
        period.child("FromDate"), period.child("ToDate"), working, node.child("Type"), node.child("Name")
    )


def twice(plan: RawPlan) -> str:
    """A UID that two tasks bear, '' if none does."""
    counted = Counter(task.values.get("UID", "") for task in plan.tasks)
    return next((uid for uid, count in counted.items() if count > 1), "")
