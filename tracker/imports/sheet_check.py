"""What a ledger that came back would do: row by row, cell by cell, tried out and rolled back.

A row nobody touched is no report. One that says something new is a report as any other, unless the item has changed
since the sheet was taken out: then both values are shown, and it is sent only if somebody ticks it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tracker import words
from tracker.actions import sheets
from tracker.actions.report_batches import Proposal
from tracker.actions.reports import Invalid
from tracker.actions.reports import Said as ReportSaid
from tracker.audit import Refused
from tracker.domain import ledger as shape
from tracker.domain import relocation, resettlement
from tracker.domain.ledger import FIGURES, Kind, Said
from tracker.domain.reporting import Origin, Problem
from tracker.domain.states import Status
from tracker.domain.tender_values import Counts
from tracker.imports.ledger import Fault, Reading, Row
from tracker.imports.opening import Unreadable
from tracker.imports.sheet_rows import packed, unpacked
from tracker.models import Metric, User
from tracker.permissions import Permission, Reach
from tracker.queries import ledger as queries
from tracker.queries.ledger import Loaded
from tracker.queries.report_items import Item, Stored
from tracker.words import ledger as said_of

CHANGING = {
    Kind.MILESTONE: ("status", "progress", "actual_start", "actual_finish", "forecast"),
    Kind.METRIC: ("quantity",),
    **FIGURES,
}
"""The columns whose change makes a row a report."""


MOST_CHANGED = 10_000
"""Rows of one upload that may become reports: all of them are stored in one transaction, which others wait for."""
_OWN_WORDS = ("code", "name", "note", "as_of")
"""Columns whose faults count in a row nobody else touched."""


class Verdict(StrEnum):
    """What becomes of a row."""

    SEND = "send"
    CONFLICT = "conflict"
    BAD = "bad"
    SAME = "same"
    BEFORE = "before"


@dataclass(slots=True)
class Line:
    """A row as the page shows it, in the language of who uploaded it; kept as JSON.

    `changes` are (column, before, after); `faults` (place, sentence, cell). `version` is the item's when it was looked
    at: sending refuses the row if the item has moved on since. `report` is the number of the report it became; `stored`
    the row itself, to send it.
    """

    id: str
    table: str
    row: int
    cell: str
    kind: str
    code: str
    name: str
    unit: str
    verdict: str
    as_of: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    hidden: bool = False
    foreign: bool = False
    version: int | None = None
    report: int | None = None
    stored: dict[str, Any] | None = None

    @property
    def kept(self) -> dict[str, Any]:
        """The line as JSON keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Checked:
    """Rows with their lines, and a proposal for each that could be sent."""

    lines: list[Line]
    proposals: dict[str, Proposal]


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks, in which language, what day it is, and the day of the upload: rows that name none speak of it."""

    by: User
    reach: Reach
    today: date
    day: date
    language: str


def begun(reading: Reading, *, asked: Asked) -> dict[str, Any]:
    """What is kept of a sheet that was just read: the rows somebody touched are still to be checked.

    Raises Unreadable for the sheet of units one does not report for, and where far too much was changed.
    """
    _own_unit(reading, asked.reach)
    touched = [row for row in reading.rows if not _as_taken_out(row)]
    if len(touched) > MOST_CHANGED:
        raise Unreadable("sheet_too_many_changes", count=len(touched), limit=MOST_CHANGED)
    return {
        "lines": [],
        "rows": [packed(row) for row in touched],
        "total": len(reading.rows),
        "same": len(reading.rows) - len(touched),
        "hidden": [row.number for row in reading.rows if row.hidden],
        "strange": list(reading.strange),
        "language": asked.language,
        "taken_out": reading.taken_out,
    }


def checked(stored: Sequence[dict[str, Any]], *, asked: Asked) -> list[Line]:
    """What these rows would do, tried out; a line keeps its row if it can be sent."""
    rows = [unpacked(one) for one in stored]
    found = proposed(rows, asked=asked)
    _try(found, rows, asked)
    held = {row.id: one for row, one in zip(rows, stored, strict=True)}
    for line in found.lines:
        if line.id in found.proposals:
            line.stored = held[line.id]
    return found.lines


@dataclass(frozen=True, slots=True)
class Ready:
    """What is sent of a sheet: the proposals of the rows chosen, and what the line of any other of them says now."""

    proposals: dict[str, Proposal]
    others: dict[str, dict[str, Any]]
    rows: dict[str, Row]


def ready(chosen: Sequence[dict[str, Any]], *, asked: Asked) -> Ready:
    """The reports of the lines chosen, held to the versions their items had when they were looked at."""
    rows = [unpacked(line["stored"]) for line in chosen]
    versions = {line["id"]: line["version"] for line in chosen}
    found = proposed(rows, asked=asked, shown=False)
    proposals = {
        name: replace(one, said=replace(one.said, version=versions[name])) for name, one in found.proposals.items()
    }
    others = {
        line.id: {"verdict": line.verdict, "faults": line.faults} for line in found.lines if line.id not in proposals
    }
    return Ready(proposals, others, {row.id: row for row in rows})


def proposed(rows: Sequence[Row], *, asked: Asked, shown: bool = True) -> Checked:
    """Every row beside its item: the same, a report, a conflict, or wrong; nothing is tried out yet.

    Unless it is `shown`, a line does not say what changes.
    """
    items = queries.named(
        ((row.kind, row.code) for row in rows), reach=asked.reach, on=asked.today, language=asked.language
    )
    tokens = {row.id: shape.token(row.code, row.key, row.said) for row in rows if row.key}
    before = queries.sent_before(list(tokens.values()), by=asked.by)
    found = Checked([], {})
    for row in rows:
        loaded = items.get((row.kind, row.code))
        line = _line(row, loaded)
        found.lines.append(line)
        faults = [*row.faults, *_misplaced(row, loaded, asked.reach)]
        if faults or loaded is None or row.key is None:
            line.foreign = any(one.code == "other_unit" for one in faults)
            _refuse(line, row, faults)
            continue
        said = settled(row.said, loaded)
        if _says_nothing(said, loaded):
            continue
        if shown:
            line.changes, line.as_of = _changes(row, said, loaded), words.day(said.as_of or asked.day)
        if tokens[row.id] in before:
            line.verdict = Verdict.BEFORE
            continue
        if lack := lacking(row.kind, said, loaded.item):
            _refuse(line, row, [lack])
            continue
        line.verdict = Verdict.SEND if row.key.version == loaded.item.version else Verdict.CONFLICT
        line.version = loaded.item.version
        found.proposals[row.id] = proposal_of(said, loaded, token=tokens[row.id], day=asked.day, origin=Origin.SHEET)
    return found


def problems_of(refused: Refused) -> Sequence[Problem]:
    """What a refusal is about, each with its field."""
    if isinstance(refused, Invalid):
        return refused.problems
    return [Problem(refused.field, refused.code, refused.inputs)]


def told(row: Row, refused: Refused) -> dict[str, Any]:
    """What the line of a row says once it was refused."""
    problems = problems_of(refused)
    faults = [(one.field if one.field in row.places else "code", said_of.problem(row.kind, one)) for one in problems]
    return {"verdict": Verdict.BAD.value, "faults": _at_places(row, faults)}


def _own_unit(reading: Reading, reach: Reach) -> None:
    """Refuse the ledger of units one does not report for."""
    units = [one for one in reading.identity.get("units", "").split(" ") if one]
    if units and not queries.reports_for_any(units, reach=reach):
        raise Unreadable("sheet_other_unit", units=reading.identity.get("unit_names", "")[:200])


def _try(found: Checked, read: Sequence[Row], asked: Asked) -> None:
    rows = {row.id: row for row in read}
    lines = {line.id: line for line in found.lines}
    names = list(found.proposals)
    given: dict[str, Any] = {"by": asked.by, "reach": asked.reach, "today": asked.today}
    answers = sheets.try_out([found.proposals[name] for name in names], **given)
    for name, refused in zip(names, answers, strict=True):
        if refused is not None:
            said = told(rows[name], refused)
            lines[name].verdict, lines[name].faults = said["verdict"], said["faults"]
            del found.proposals[name]


def _line(row: Row, loaded: Loaded | None) -> Line:
    return Line(
        id=row.id,
        table=row.table,
        row=row.number,
        cell=row.places["code"],
        kind=row.kind.value,
        code=row.code[:60],
        name=loaded.item.name if loaded else row.name[:120],
        unit=loaded.item.unit if loaded else "",
        verdict=Verdict.SAME.value,
        hidden=row.hidden,
    )


def _misplaced(row: Row, loaded: Loaded | None, reach: Reach) -> list[Fault]:
    """What is wrong with the row's item: nobody knows it, somebody else reports on it, or its name is another's."""
    if any(one.column == "code" for one in row.faults):
        return []
    if loaded is None:
        return [Fault("code", "code_unknown")]
    if not reach.may(Permission.REPORT, loaded.row.unit.path):
        return [Fault("code", "other_unit", {"unit": loaded.item.unit})]
    names = {shape.normal(name) for name in (loaded.row.name, loaded.row.name_en)}
    if shape.normal(row.name.removeprefix("'")) not in names:
        return [Fault("name", "name_differs", {"name": loaded.item.name})]
    return []


def _refuse(line: Line, row: Row, faults: Sequence[Fault]) -> None:
    line.verdict, line.faults = Verdict.BAD.value, _sentences(row, faults)


def _sentences(row: Row, faults: Sequence[Fault]) -> list[tuple[str, str, str]]:
    return _at_places(row, [(one.column, said_of.fault(one.code, one.inputs)) for one in faults])


def _at_places(row: Row, faults: Iterable[tuple[str, str]]) -> list[tuple[str, str, str]]:
    return [(said_of.place(row.number, column), sentence, row.places[column]) for column, sentence in faults]


def settled(said: Said, loaded: Loaded) -> Said:
    """What is meant: what is done has no forecast, and the old progress beside it is no contradiction.

    A forecast that reads as it was printed keeps the text it was stated with.
    """
    now, start = loaded.item.now, loaded.item.start
    if said.status is Status.DONE:
        left = said.progress is None or said.progress in (start.progress, now.progress)
        return replace(said, forecast=None, progress=Decimal(100) if left else said.progress)
    for held in (now.forecast, start.forecast):
        if held is not None and said.forecast is not None and said.forecast.text in said_of.printed(held):
            return replace(said, forecast=held)
    return said


def in_force(loaded: Loaded) -> Said:
    """What was last accepted of an item, as a row would say it."""
    return as_said(loaded.item.now, loaded.item)


def as_said(held: Stored, item: Item) -> Said:
    """Stored values of an item, as a row would say them."""
    return Said(
        status=Status(held.status) if held.status else None,
        progress=held.progress,
        actual_start=held.actual_start,
        actual_finish=held.actual_finish,
        forecast=held.forecast,
        quantity=held.quantity,
        figures=queries.figures_in(held, item),
    )


def _as_taken_out(row: Row) -> bool:
    """Whether nobody has touched the row, even where a value that stood in it cannot be read back."""
    said = row.said
    if row.key is None or said.note or said.as_of or any(one.column in _OWN_WORDS for one in row.faults):
        return False
    return shape.fingerprint(said) == row.key.base


def _says_nothing(said: Said, loaded: Loaded) -> bool:
    """Whether the row says what is in force already, without a note or a day."""
    now = in_force(loaded)
    figures = {**dict.fromkeys(said.figures), **now.figures}
    return not said.note and not said.as_of and shape.canonical(said) == shape.canonical(replace(now, figures=figures))


def lacking(kind: Kind, said: Said, item: Item) -> Fault | None:
    """What a report cannot do without, or must not say."""
    if kind in FIGURES:
        elsewhere = bool(item.metric) and said.figures.get("registered") is not None
        return Fault("registered", "counted_by_metric", {"metric": item.metric}) if elsewhere else None
    if kind is Kind.MILESTONE:
        return None if said.status else Fault("status", "status_missing")
    return None if said.quantity else Fault("quantity", "empty_quantity")


def _changes(row: Row, said: Said, loaded: Loaded) -> list[tuple[str, str, str]]:
    """The cells that say something else than what is in force, and the note."""
    old, new = shape.canonical(now := in_force(loaded)), shape.canonical(said)
    found = [
        (said_of.label(column), said_of.value(column, now), said_of.value(column, said))
        for column in CHANGING[row.kind]
        if old.get(column, "") != new.get(column, "")
    ]
    return [*found, (said_of.label("note"), "", said.note)] if said.note else found


def proposal_of(said: Said, loaded: Loaded, *, token: str, day: date, origin: Origin) -> Proposal:
    """What a row says as the report it would be."""
    row = loaded.row
    given = ReportSaid(as_of=said.as_of or day, note=said.note, token=token, version=loaded.item.version, origin=origin)
    if isinstance(row, Metric):
        quantity = replace(said.quantity, basis=row.basis) if said.quantity else None
        return Proposal(row, given, {"quantity": quantity})
    if queries.kind_of(loaded.item) in FIGURES:
        return Proposal(row, given, _entry(said, loaded.item))
    names = ("progress", "actual_start", "actual_finish", "forecast")
    status = said.status.value if said.status else ""
    return Proposal(row, given, {"status": status, **{name: getattr(said, name) for name in names}})


def _entry(said: Said, item: Item) -> dict[str, Any]:
    """The figures of a row as its report takes them; what has no cell is carried over: from the report that came back
    if the row begins with one, unless it says again what is in force.
    """
    again = all(item.now.figures.get(name) == value for name, value in said.figures.items())
    held = item.now if again else item.start
    figures = {**held.figures, **said.figures}
    if item.kind == "package":
        counts: dict[str, Any] = {name: None if value is None else int(value) for name, value in figures.items()}
        return {"counts": replace(held.counts or Counts(), **counts)}
    stated = {name: value for name, value in figures.items() if value is not None}
    if item.kind == "housing":
        return {"entry": resettlement.Entry(stated)}
    return {"entry": relocation.Entry(stated, held.entry.obstacles if held.entry else {})}
