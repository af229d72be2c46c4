"""Turns the matched rows of another office's sheet into rows of a ledger: read, and laid over what is in force.

What a sheet does not say stays as it is in force; only what it says anew becomes a report. From there on it is tried
out, shown and sent as a ledger of our own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from openpyxl.utils import get_column_letter

from tracker import words
from tracker.domain import dates, quantities, units
from tracker.domain import ledger as shape
from tracker.domain import sheet_arithmetic as arithmetic
from tracker.domain import sheet_headers as headers
from tracker.domain.ledger import COLUMNS, EMPTY, Cell, Kind, RowKey, Said
from tracker.domain.quantities import Quantity
from tracker.domain.sheet_arithmetic import Remark
from tracker.domain.states import Status
from tracker.imports.foreign_matching import OF_MILESTONE, Matched, Reader
from tracker.imports.ledger import Fault, Reading, Row
from tracker.imports.sheet_check import in_force
from tracker.models import Metric
from tracker.queries import ledger as ledgers
from tracker.queries.ledger import Loaded
from tracker.words import foreign_sheets as said_of
from tracker.words import ledger as ledger_words


@dataclass(slots=True)
class Read:
    """The rows as a ledger reads them, and what does not agree with the items they mean."""

    reading: Reading
    remarks: list[Remark]


def rows_of(reader: Reader, found: Matched) -> Read:
    """Every matched row laid over what is in force of its item."""
    keys = {place: key.partition(":") for place, key in found.found.items()}
    pairs = {(Kind(kind), code) for kind, _sep, code in keys.values()}
    asked = reader.asked
    loaded = ledgers.named(pairs, reach=asked.reach, on=asked.today, language=asked.language)
    made, remarks = [], []
    for (row, place), (kind, _sep, code) in keys.items():
        item = loaded.get((Kind(kind), code))
        made.append(_row(reader, row, place, Kind(kind), code, item))
        if item is not None:
            remarks += _compared(reader, row, place, made[-1].said, item)
    _no_item_twice(made)
    remarks += _fractions(reader)
    return Read(Reading(tuple(made)), remarks)


def _fractions(reader: Reader) -> list[Remark]:
    """Whether a column of progress holds 0.55 where 55 % is meant: all of it lies between 0 and 1."""
    for place in reader.places("progress"):
        rows = [row for row in reader.foreign.rows if row not in reader.foreign.totals]
        figures = [(row, arithmetic.figure(reader.at(row, place), None)) for row in rows]
        held = [(row, one) for row, one in figures if one is not None]
        between = [(row, one) for row, one in held if 0 < one.value < 1 and "%" not in headers.folded(one.printed)]
        if between and all(one.value <= 1 for _row, one in held):
            row, one = between[0]
            return [Remark("progress_fraction", row, place, {"printed": one.printed})]
    return []


def _no_item_twice(rows: Sequence[Row]) -> None:
    """Put a fault into every row whose item another row, or another column, speaks of as well."""
    held: dict[tuple[Kind, str], list[Row]] = {}
    for row in rows:
        held.setdefault((row.kind, row.code), []).append(row)
    for same in held.values():
        if len(same) > 1:
            column = "quantity" if same[0].kind is Kind.METRIC else "name"
            cells = "、".join(row.places[column] for row in same[:12])
            for row in same:
                row.faults.insert(0, Fault(column, "item_twice", {"cells": cells}))


def _row(reader: Reader, row: int, place: int | None, kind: Kind, code: str, item: Loaded | None) -> Row:
    said = shape.read(kind, _cells(reader, row, place, kind, item), meaning=_meaning(), day=reader.asked.day)
    said, note = replace(said, as_of=said.as_of or reader.as_of), _note(reader, row, place)
    faults = [Fault(one.field, one.code, dict(one.inputs)) for one in said.problems]
    if place is None and any(reader.at(row, at).formula for at in reader.places("note")):
        faults.append(Fault("note", "cell_formula"))
    version, base = 0, Said()
    if item is not None:
        base, version = in_force(item), item.item.version
        said = _laid_over(said, base, replace_note=note if note != item.item.last_note else "")
        if not said.note and not faults and shape.canonical(said) == shape.canonical(base):
            said = replace(said, as_of=None)
    sheet = f"{reader.asked.day:%Y%m%d}-{reader.foreign.fingerprint[:6]}"
    return Row(
        table=reader.foreign.table.title,
        number=row,
        kind=kind,
        code=code,
        name=item.row.name if item else code,
        said=said,
        key=RowKey(version, shape.fingerprint(base), sheet),
        hidden=row in reader.foreign.table.hidden,
        places=_places(reader, row, place, kind),
        faults=faults,
        part=f"-{place}" if place is not None else "",
    )


def _cells(reader: Reader, row: int, place: int | None, kind: Kind, item: Loaded | None) -> dict[str, Cell]:
    names = OF_MILESTONE - {"note"} if kind is Kind.MILESTONE else set()
    cells = {name: reader.cell(row, name) for name in (*names, "as_of")}
    if kind is Kind.METRIC:
        where = place if place is not None else next(iter(reader.places("quantity")), None)
        if where is not None:
            own = item.row.measure if item is not None and isinstance(item.row, Metric) else ""
            cells["quantity"], cells["measure"] = _figure(reader, row, where, own)
    return cells


def _figure(reader: Reader, row: int, place: int, own: str) -> tuple[Cell, Cell]:
    """A figure and its unit: typed with it, over its column, in its row, over the table, or (`own`) its item's."""
    cell, path = reader.figure_at(row, place), reader.foreign.head.paths[place]
    if not cell.text:
        return EMPTY, EMPTY
    stated = reader.cell(row, "measure").text
    symbol = headers.measure(path) or _symbol(stated) or stated or own
    above = headers.stated_measure(reader.foreign.head.above)
    if above and own and symbol == own and not stated and units.same_kind(units.measure(above), units.measure(own)):
        symbol = above if headers.measure(path) is None else symbol
    scale = headers.scale(path)
    if scale and not cell.formula and symbol == own:
        cell = Cell(f"{cell.text}{scale}")
    return cell, Cell(symbol) if symbol else EMPTY


def _symbol(text: str) -> str:
    try:
        return units.measure(text).symbol if text else ""
    except units.UnknownMeasure:
        return ""


def _note(reader: Reader, row: int, place: int | None) -> str:
    """The remarks of a row, each with the title of its column where there are several; figures of a row carry none."""
    if place is not None:
        return ""
    found = [
        (reader.foreign.head.paths[at], cell.text)
        for at in reader.places("note")
        if (cell := reader.at(row, at)).text and not cell.formula
    ]
    if len(found) == 1:
        return found[0][1]
    return "\n".join(said_of.labelled(path[-1], text) if path else text for path, text in found)


def _laid_over(said: Said, base: Said, *, replace_note: str) -> Said:
    """What the sheet says, and for the rest what is in force; work that has begun is in progress."""
    names = ("status", "progress", "actual_start", "actual_finish", "forecast", "quantity")
    whole: dict[str, Any] = {
        name: getattr(said, name) if getattr(said, name) is not None else getattr(base, name) for name in names
    }
    if said.status is None and base.status in (None, Status.NOT_STARTED):
        if said.actual_finish is not None:
            whole["status"] = Status.DONE
        elif said.actual_start is not None or said.progress:
            whole["status"] = Status.IN_PROGRESS
        elif said.progress is not None:
            whole["status"] = Status.NOT_STARTED
    return replace(said, **whole, note=replace_note)


def _places(reader: Reader, row: int, place: int | None, kind: Kind) -> dict[str, str]:
    """The cell of each column, to name it; what stands in none is named by the cell of the item's name."""
    naming = next(iter([*reader.places("name"), *reader.places("code")]), 0)
    found = {}
    for name in COLUMNS[kind]:
        at = next(iter(reader.places(name)), naming)
        if name in ("quantity", "measure") and place is not None:
            at = place
        found[name] = f"{get_column_letter(at + 1)}{row}"
    return found


def _meaning() -> shape.Words:
    own = ledger_words.meaning()
    return replace(own, statuses={**headers.STATUS_WORDS, **own.statuses})


def _compared(reader: Reader, row: int, place: int | None, said: Said, item: Loaded) -> list[Remark]:
    """What a row prints beside what is known of its item: target, planned day, and a figure far off."""
    found = []
    if isinstance(item.row, Metric):
        at = place if place is not None else next(iter(reader.places("quantity")), 0)
        if said.quantity is not None and said.quantity != item.row.value:
            found += _far_off(row, at, said.quantity, item.row)
        if place is None:
            found += _target(reader, row, item.row)
    elif reader.places("due"):
        found += _due(reader, row, item)
    return found


def _far_off(row: int, place: int, said: Quantity, metric: Metric) -> list[Remark]:
    last, target = (_comparable(held, said) for held in (metric.value, metric.target))
    if not arithmetic.lost_myriad(said, target=target, last=last):
        return []
    known = words.quantity(last or target)
    return [Remark("value_myriad", row, place, {"said": words.quantity(said), "known": known})]


def _comparable(held: Quantity | None, said: Quantity) -> Quantity | None:
    if held is None or not units.same_kind(units.measure(held.measure), units.measure(said.measure)):
        return None
    return held


def _target(reader: Reader, row: int, metric: Metric) -> list[Remark]:
    for place in reader.places("target"):
        cell, measure = _figure(reader, row, place, metric.measure)
        try:
            said = quantities.parse(cell.text, measure=measure.text or metric.measure) if cell.text else None
        except units.MeasureError:
            return []
        held = metric.target and said and _comparable(metric.target, said)
        ours, theirs = (
            (held.base_low or held.base_high, said.base_low or said.base_high) if held and said else (None, None)
        )
        if ours is None or theirs is None or ours == theirs:
            return []
        code = "target_myriad" if arithmetic.off_by_myriad(ours, theirs) else "target_differs"
        return [Remark(code, row, place, {"said": words.quantity(said), "known": words.quantity(held)})]
    return []


def _due(reader: Reader, row: int, item: Loaded) -> list[Remark]:
    place, cell = reader.places("due")[0], reader.cell(row, "due")
    held = item.row.due
    try:
        said = dates.parse(cell.text, year=reader.asked.day.year, today=reader.asked.day) if cell.text else None
    except dates.UnreadableDate:
        return []
    if said is None or held is None or said.latest == held.latest or said.latest is None:
        return []
    return [Remark("due_differs", row, place, {"said": words.imprecise(said), "known": words.imprecise(held)})]
