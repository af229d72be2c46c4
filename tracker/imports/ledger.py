"""Reads a ledger that comes back: which table is which, what each row says, and what is wrong with it by itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from tracker.domain.ledger import (
    EMPTY,
    FORMAT,
    NEEDED,
    Cell,
    Kind,
    RowKey,
    Said,
    normal,
    read,
    read_key,
    twice,
)
from tracker.imports.opening import Table, Unreadable, opened
from tracker.words import ledger as said_of

IDENTITY = "guatu"
"""The hidden sheet that says what the file is."""
HEADER_WITHIN = 20  # the column titles stand in one of the first rows


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a row: the column, a code of `words.ledger.fault` and what its sentence names."""

    column: str
    code: str
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Row:
    """One row of a ledger: where it stands and what it says. With faults it is not reported."""

    table: str
    number: int
    kind: Kind
    code: str
    name: str
    said: Said
    key: RowKey | None
    hidden: bool
    places: dict[str, str]
    faults: list[Fault]
    part: str = ""

    @property
    def id(self) -> str:
        """The row within its file; `part` tells apart the reports one row of a foreign sheet makes."""
        return f"{self.kind.value}-{self.number}{self.part}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read: its rows, what is worth saying about it as a whole, and what its hidden sheet says."""

    rows: tuple[Row, ...]
    strange: tuple[str, ...] = ()
    identity: dict[str, str] = field(default_factory=dict)

    @property
    def taken_out(self) -> str:
        """The day most of its rows were taken out, as eight digits; '' where no row says."""
        days = [row.key.sheet[:8] for row in self.rows if row.key]
        return max(set(days), key=days.count) if days else ""


def reading(name: str, content: bytes, *, day: date) -> Reading:
    """Read a file; `day` anchors dates without a year. Raises Unreadable where the file as a whole is refused."""
    tables = opened(name, content)
    identity = _identity(tables)
    if identity and identity.get("format") != str(FORMAT):
        raise Unreadable("sheet_other_format", version=identity.get("format", "?")[:20])
    rows: list[Row] = []
    strange: list[str] = []
    kinds: set[Kind] = set()
    for table in tables:
        head = _header(table)
        if not table.visible or head is None or (kind := _kind(head.columns)) is None or kind in kinds:
            continue
        kinds.add(kind)
        _sound(table, head, kind)
        strange += head.strange
        rows += _rows(table, head, kind, day)
    if not kinds:
        raise Unreadable("sheet_no_header", column=said_of.label("code"))
    if not rows:
        raise Unreadable("sheet_no_rows")
    _no_code_twice(rows)
    return Reading(tuple(rows), tuple(dict.fromkeys(strange)), identity)


@dataclass(frozen=True, slots=True)
class _Head:
    """The row of column titles: its number, which column stands where, and titles nobody knows."""

    number: int
    columns: dict[str, int]
    double: tuple[str, ...]
    strange: tuple[str, ...]


def _identity(tables: Iterable[Table]) -> dict[str, str]:
    for table in tables:
        if table.title == IDENTITY:
            return {cells[0].text: cells[1].text for _number, cells in table.rows[:50] if len(cells) > 1}
    return {}


def _header(table: Table) -> _Head | None:
    """The first row near the top that names the code and at least two columns more."""
    known = said_of.columns()
    for number, cells in table.rows[:HEADER_WITHIN]:
        found: dict[str, int] = {}
        double, strange = [], []
        for place, cell in enumerate(cells):
            column = known.get(normal(cell.text)) if cell.text else None
            if column is None:
                strange += [cell.text[:30]] if cell.text else []
            elif column in found:
                double.append(column)
            else:
                found[column] = place
        if "code" in found and len(found) > 2:
            return _Head(number, found, tuple(double), tuple(strange))
    return None


def _kind(columns: dict[str, int]) -> Kind | None:
    """What the table is about: the kind more of whose columns are there."""
    shares = {kind: sum(name in columns for name in NEEDED[kind]) / len(NEEDED[kind]) for kind in Kind}
    best = max(shares, key=lambda kind: shares[kind])
    return best if shares[best] >= 0.5 else None


def _sound(table: Table, head: _Head, kind: Kind) -> None:
    """Refuse a table whose columns cannot be told apart."""
    if head.double:
        raise Unreadable("sheet_column_twice", table=table.title, column=said_of.label(head.double[0]))
    last = max(head.columns.values()) + 1
    for cells in table.merged:
        left, top, right, bottom = range_boundaries(cells)
        if (bottom or 0) >= head.number and (left or 1) <= last and (left, top) != (right, bottom):
            raise Unreadable("sheet_merged", table=table.title, cells=cells)
    missing = [said_of.label(name) for name in NEEDED[kind] if name not in head.columns]
    if missing:
        raise Unreadable("sheet_columns_missing", table=table.title, columns=_(", ").join(missing))


def _rows(table: Table, head: _Head, kind: Kind, day: date) -> Iterator[Row]:
    for number, cells in table.rows:
        if number <= head.number:
            continue
        held = {name: cells[place] if place < len(cells) else EMPTY for name, place in head.columns.items()}
        if any(cell.text for cell in held.values()):
            places = {name: f"{get_column_letter(place + 1)}{number}" for name, place in head.columns.items()}
            yield _row(table, kind, number, held, places, day)


def _row(table: Table, kind: Kind, number: int, cells: dict[str, Cell], places: dict[str, str], day: date) -> Row:
    said = read(kind, cells, meaning=said_of.meaning(), day=day)
    code, name, hidden_key = cells["code"].text, cells["name"].text, cells["key"].text
    faults = [Fault(one.field, one.code, dict(one.inputs)) for one in said.problems]
    key = read_key(hidden_key, code)
    if not code:
        faults.insert(0, Fault("code", "code_missing"))
    elif key is None:
        faults.insert(0, Fault("code", "key_edited" if hidden_key else "key_missing"))
    return Row(
        table=table.title,
        number=number,
        kind=kind,
        code=code,
        name=name,
        said=said,
        key=key,
        hidden=number in table.hidden,
        places=places,
        faults=faults,
    )


def _no_code_twice(rows: list[Row]) -> None:
    for kind in Kind:
        held = [row for row in rows if row.kind is kind and row.code]
        double = twice(row.code for row in held)
        for code in double:
            same = [row for row in held if row.code == code]
            numbers = _(", ").join(str(row.number) for row in same[:20])
            for row in same:
                row.faults.insert(0, Fault("code", "code_twice", {"rows": numbers}))
