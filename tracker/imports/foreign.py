"""Reads another office's sheet: finds its tables and headers, guesses its columns and checks its printed arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries

from tracker.domain import sheet_arithmetic as arithmetic
from tracker.domain import sheet_headers as headers
from tracker.domain import sheet_tables as tables
from tracker.domain.ledger import Cell
from tracker.domain.sheet_arithmetic import Remark
from tracker.domain.sheet_tables import Box, Head, Sheet
from tracker.imports.ledger import IDENTITY
from tracker.imports.opening import Table, Unreadable, opened

SAMPLES = 3
MOST_REMARKS = 60
VALUES = frozenset({"status", "progress", "actual_start", "actual_finish", "forecast", "quantity", "note"})
"""At least one column has to say one of these, or nothing can be reported."""


_LABELS = frozenset({"code", "due", "as_of", "actual_start", "actual_finish", "forecast", "progress"})


@dataclass(frozen=True, slots=True)
class Foreign:
    """One table of a workbook: its cells, its header, the rows under it, and the totals among them by their name."""

    table: Table
    sheet: Sheet
    head: Head
    rows: tuple[int, ...]
    totals: dict[int, str]

    @property
    def extent(self) -> tuple[int, int]:
        """Its first and its last row."""
        return self.table.rows[0][0], self.table.rows[-1][0]

    @property
    def fingerprint(self) -> str:
        """What the header is remembered by."""
        return headers.fingerprint(self.head.paths)

    def samples(self, place: int, most: int = SAMPLES) -> list[Cell]:
        """The first cells of a column that say something."""
        found = []
        for row in self.rows:
            cell = self.sheet.cell(row, place)
            if cell.text and row not in self.totals:
                found.append(cell)
                if len(found) == most:
                    break
        return found


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the page shows it: place, letter, title, first cells, what it says, and whether it is hidden."""

    place: int
    letter: str
    title: str
    samples: tuple[str, ...]
    role: str
    hidden: bool
    checked: bool


def read(name: str, content: bytes) -> list[Foreign]:
    """The tables of a file that have a header. Raises Unreadable: the file, or 'foreign_no_header', or our own ledger.

    Hidden sheets are passed over.
    """
    found = []
    held = opened(name, content)
    if any(table.title == IDENTITY for table in held):
        raise Unreadable("foreign_own_ledger")
    for table in held:
        if table.visible and table.rows:
            parts = [
                _foreign(replace(table, rows=[(number, list(cells)) for number, cells in rows]))
                for rows in tables.parted(table.rows)
            ]
            found += [one for one in parts if one is not None]
    if not found:
        raise Unreadable("foreign_no_header")
    if not any(len(one.rows) > len(one.totals) for one in found):
        raise Unreadable("foreign_no_rows")
    return found


def _foreign(table: Table) -> Foreign | None:
    sheet = Sheet(table.rows, _boxes(table))
    head = tables.head(sheet)
    if head is None:
        return None
    rows = tables.body(sheet, head)
    totals = {row: name for row in rows if (name := tables.total_of(sheet, row))}
    return Foreign(table, sheet, head, tuple(rows), totals)


def beside(found: Sequence[Foreign], number: int) -> list[tuple[int, int]]:
    """The rows of the other tables on the same sheet, which reading the one of that number leaves out."""
    title = found[number].table.title
    return [one.extent for at, one in enumerate(found) if at != number and one.table.title == title]


def _boxes(table: Table) -> list[Box]:
    found: list[Box] = []
    for cells in table.merged:
        try:
            left, top, right, bottom = range_boundaries(cells)
        except (ValueError, TypeError):
            continue
        if left and top and right and bottom:
            found.append((left, top, right, bottom))
    return found


def guessed(foreign: Foreign) -> list[str]:
    """What each column probably says."""
    paths = foreign.head.paths
    return headers.guesses(paths, [foreign.samples(place) for place in range(len(paths))])


def columns(foreign: Foreign, roles: Sequence[str]) -> list[Column]:
    """The columns that have a title or say anything, as the page shows them."""
    found = []
    for place, path in enumerate(foreign.head.paths):
        samples = foreign.samples(place)
        if path or samples:
            found.append(
                Column(
                    place=place,
                    letter=get_column_letter(place + 1),
                    title=" / ".join(path),
                    samples=tuple(("=" if cell.formula else "") + cell.text.lstrip("=")[:40] for cell in samples),
                    role=roles[place] if place < len(roles) else "",
                    hidden=place in foreign.table.columns,
                    checked=headers.rate(path),
                )
            )
    return found


def problem(foreign: Foreign, roles: Sequence[str]) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with a choice of columns, as a code of `words.foreign_sheets` with its inputs; None if it reads."""
    for role in headers.ONCE:
        places = [place for place, one in enumerate(roles) if one == role]
        if len(places) > 1:
            return "role_twice", {"role": role, "columns": [get_column_letter(place + 1) for place in places]}
    if "name" not in roles and "code" not in roles:
        return "no_key", {}
    return None if VALUES.intersection(roles) else ("no_value", {})


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """What a table prints of its own figures: remarks, how many more there are, and how much could be recomputed."""

    remarks: list[Remark]
    more: int
    compared: int


def arithmetic_of(foreign: Foreign) -> Arithmetic:
    """Printed rates and totals that do not add up, and formulas, which are not computed."""
    columns, formulas = [], []
    for place, path in enumerate(foreign.head.paths):
        measure = headers.measure(path)
        figures, count, first = {}, 0, 0
        for row in foreign.rows:
            cell = foreign.sheet.own(row, place)
            if cell.formula:
                count, first = count + 1, first or row
            elif (figure := arithmetic.figure(cell, measure)) is not None:
                figures[row] = figure
        column = arithmetic.Column(place, path, figures)
        if path and headers.folded(path[-1]) not in ("序号", "no", "no."):
            columns.append(column)
        if count:
            formulas.append(Remark("formulas", first, place, {"count": count, "column": column.title}))
    plain = [row for row in foreign.rows if row not in foreign.totals]
    summed = [one for one in columns if not _is_label(one)]
    found = [
        *arithmetic.rates(columns),
        *arithmetic.totals(summed, list(foreign.totals.items()), plain),
        *formulas,
    ]
    listed, more = arithmetic.unique(found, MOST_REMARKS)
    return Arithmetic(listed, more, arithmetic.comparable(columns) + len(foreign.totals))


def _is_label(column: arithmetic.Column) -> bool:
    """Whether the numbers of a column are no amounts: codes, days."""
    return headers.guess(column.path) in (
        "code",
        "due",
        "as_of",
        "actual_start",
        "actual_finish",
        "forecast",
        "progress",
    )


def address(remark: Remark) -> str:
    """The cell a remark is about: G7."""
    return f"{get_column_letter(remark.place + 1)}{remark.row}"
