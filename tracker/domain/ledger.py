"""The ledger as a sheet: its columns, the key of each row, and what the cells of a row say.

A row carries, in a hidden column, the version of the item it was filled from, a fingerprint of what stood in its cells
then, the sheet it belongs to and a check over all of it and the item's code. So a row nobody touched is known as such
whatever has become of the item since, and a code pasted over another one is noticed.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from tracker.domain import dates, quantities, relocation, resettlement
from tracker.domain.dates import ImpreciseDate, UnreadableDate
from tracker.domain.quantities import Quantity
from tracker.domain.relocation import COUNTS, EXTRA, Stage, Use
from tracker.domain.relocation_reading import read_in
from tracker.domain.reporting import Problem
from tracker.domain.states import Status
from tracker.domain.tender_values import COUNTED
from tracker.domain.units import MeasureError

FORMAT = 1
"""Version of the sheet's shape; another one is refused."""


class Kind(StrEnum):
    """What the rows of one table are about."""

    MILESTONE = "milestone"
    METRIC = "metric"
    SITE = "site"  # buildings
    LAND = "land"  # collective land: sites too, counted in another measure
    HOUSING = "housing"
    PACKAGE = "package"

    @property
    def subject(self) -> str:
        """The name of what its rows are about, as reports have it."""
        return "site" if self is Kind.LAND else self.value

    @classmethod
    def of(cls, subject: str, use: str = "") -> "Kind":
        """The kind of a subject of that name; `use` is that of a clearance site."""
        return cls.LAND if subject == "site" and use == Use.LAND else cls(subject)


def _stages(use: Use) -> tuple[str, ...]:
    return tuple(relocation.column(stage, count) for stage in Stage for count in COUNTS[use])


FIGURES: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.SITE: (*_stages(Use.RESIDENTIAL), *EXTRA),
        Kind.LAND: _stages(Use.LAND),
        Kind.HOUSING: resettlement.FIGURES,
        Kind.PACKAGE: COUNTED,
    }
)
"""The figures counted from the beginning that a row of each kind states; each is a column of its own."""


def measure_of(column: str) -> str:
    """The measure a figure is kept in."""
    if column in relocation.FIGURES:
        return relocation.measure_of(column)
    if column in resettlement.FIGURES:
        return resettlement.measure_of(column)
    return "次" if column == "objections" else "家"


_FIGURED = {
    kind: ("code", "name", "project", "unit", "due", "last", "hint", *columns, "note", "as_of", "key")
    for kind, columns in FIGURES.items()
}
COLUMNS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.MILESTONE: (
            *("code", "name", "project", "unit", "due", "last", "hint", "status", "progress"),
            *("actual_start", "actual_finish", "forecast", "note", "as_of", "key"),
        ),
        Kind.METRIC: (
            *("code", "name", "project", "unit", "target", "last", "hint", "quantity", "measure"),
            *("note", "as_of", "key"),
        ),
        **_FIGURED,
    }
)
"""Columns in their order."""
INPUTS: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {
        Kind.MILESTONE: ("status", "progress", "actual_start", "actual_finish", "forecast", "note", "as_of"),
        Kind.METRIC: ("quantity", "measure", "note", "as_of"),
        **{kind: (*columns, "note", "as_of") for kind, columns in FIGURES.items()},
    }
)
"""The columns people fill in; the others are locked."""
NEEDED: Mapping[Kind, tuple[str, ...]] = MappingProxyType(
    {kind: ("code", "name", *columns, "key") for kind, columns in INPUTS.items()}
)
"""Without these columns a table cannot be read."""

DAYS = ("actual_start", "actual_finish", "as_of")
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
"""Numbers that can only be days as Excel counts them: October 1954 to January 2119."""
_EPOCH = date(1899, 12, 30)
_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_KEY = re.compile(r"(\d{1,9})\.([0-9a-f]{8})\.([0-9]{8}-[0-9a-f]{6})\.([0-9a-f]{6})", re.ASCII)
_LONGEST_LINE, _LONGEST_NOTE = 200, 20_000


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell; `formula`: it is computed, whatever it shows."""

    value: str | Decimal | date | bool | None = None
    formula: bool = False

    @property
    def text(self) -> str:
        """The cell as a text, blanks around it cut off."""
        if isinstance(self.value, Decimal):
            return plain(self.value)
        if isinstance(self.value, date):
            return self.value.isoformat()
        return "" if self.value is None else str(self.value).strip()


EMPTY = Cell()
Cells = Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class RowKey:
    """The hidden cell of a row: the item's version, the fingerprint of the cells as prefilled, and the sheet."""

    version: int
    base: str
    sheet: str


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says; `problems` name the cells that cannot be read; `figures` has those there is a cell for."""

    status: Status | None = None
    progress: Decimal | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    forecast: ImpreciseDate | None = None
    quantity: Quantity | None = None
    note: str = ""
    as_of: date | None = None
    figures: Mapping[str, Decimal | None] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def plain(value: Decimal) -> str:
    """A number without exponent and without trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def row_key(code: str, key: RowKey) -> str:
    """The hidden cell of the row about that item."""
    said = f"{key.version}.{key.base}.{key.sheet}"
    return f"{said}.{digest(code, said, 6)}"


def read_key(text: str, code: str) -> RowKey | None:
    """The key as it was written for that item; None if it was changed, or belongs to another item."""
    found = _KEY.fullmatch(text.strip())
    if found is None or row_key(code, key := RowKey(int(found[1]), found[2], found[3])) != text.strip():
        return None
    return key


def token(code: str, key: RowKey, said: Said) -> str:
    """What makes a row sent twice one report: the sheet, the item, its version and all that the row says."""
    note, as_of = said.note, said.as_of.isoformat() if said.as_of else ""
    whole = "\x1f".join((code, str(key.version), key.sheet, fingerprint(said), note, as_of))
    return "sheet-" + digest(whole, "", 32)


def fingerprint(said: Said) -> str:
    """What the prefilled cells of a row say, in eight signs; equal values give equal ones, however they are written."""
    unread = [f"{one.field}?{one.inputs.get('text')}" for one in said.problems if one.field not in ("note", "as_of")]
    return digest("\x1f".join((*canonical(said).values(), *unread)), "", 8)


def canonical(said: Said) -> dict[str, str]:
    """The prefilled values in one way of writing each, to compare them."""
    return {
        "status": said.status.value if said.status else "",
        "progress": plain(said.progress) if said.progress is not None else "",
        "actual_start": said.actual_start.isoformat() if said.actual_start else "",
        "actual_finish": said.actual_finish.isoformat() if said.actual_finish else "",
        "forecast": _span(said.forecast),
        "quantity": _figure(said.quantity),
        **{name: "" if value is None else plain(value) for name, value in sorted(said.figures.items())},
    }


@dataclass(frozen=True, slots=True)
class Words:
    """What words in the cells mean, by their `normal` form: statuses, measures, and dates too vague to place."""

    statuses: Mapping[str, Status]
    measures: Mapping[str, str]
    vague: Mapping[str, str]


def read(kind: Kind, cells: Cells, *, meaning: Words, day: date) -> Said:
    """What a row says; `day` is today's, for dates without a year."""
    reader = _Reader(cells, meaning, day)
    given: dict[str, Any] = {"note": reader.note(), "as_of": reader.day("as_of")}
    if kind is Kind.MILESTONE:
        given |= {"status": reader.status(), "progress": reader.progress(), "forecast": reader.forecast()}
        given |= {name: reader.day(name) for name in ("actual_start", "actual_finish")}
    elif kind is Kind.METRIC:
        given["quantity"] = reader.quantity()
    else:
        given["figures"] = {name: reader.figure(name) for name in FIGURES[kind] if name in cells}
    return Said(**given, problems=tuple(reader.problems))


class _Reader:
    """Reads the cells of one row and collects what is wrong with them."""

    def __init__(self, cells: Cells, meaning: Words, today: date) -> None:
        self.cells, self.meaning, self.today = cells, meaning, today
        self.problems: list[Problem] = []

    def _fault(self, field: str, code: str, **inputs: Any) -> None:
        given: dict[str, Any] = {"text": self.cells.get(field, EMPTY).text[:60], **inputs}
        self.problems.append(Problem(field, code, MappingProxyType(given)))

    def _cell(self, field: str) -> Cell | None:
        """The cell, if it may be read: none is a formula, whatever it would show."""
        cell = self.cells.get(field, EMPTY)
        if cell.formula or (isinstance(cell.value, str) and cell.text.startswith("=")):
            self._fault(field, "cell_formula")
            return None
        if field != "note" and len(cell.text) > _LONGEST_LINE:
            self._fault(field, "cell_too_long", limit=_LONGEST_LINE)
            return None
        return cell if cell.text else None

    def status(self) -> Status | None:
        if (cell := self._cell("status")) is None:
            return None
        found = self.meaning.statuses.get(normal(cell.text))
        if found is None:
            self._fault("status", "status_unknown")
        return found

    def progress(self) -> Decimal | None:
        if (cell := self._cell("progress")) is None:
            return None
        text = normal(cell.text).removesuffix("%").strip()
        if not _NUMBER.fullmatch(text):
            self._fault("progress", "progress_unreadable")
            return None
        return Decimal(text)

    def day(self, field: str) -> date | None:
        if (cell := self._cell(field)) is None:
            return None
        if isinstance(cell.value, date):
            return cell.value
        try:
            return _serial(cell.text) or dates.day(cell.text, today=self.today)
        except UnreadableDate as fault:
            self._fault(field, f"date_{fault.code}")
        return None

    def forecast(self) -> ImpreciseDate | None:
        if (cell := self._cell("forecast")) is None:
            return None
        serial = _serial(cell.text)
        text = serial.isoformat() if serial else self.meaning.vague.get(normal(cell.text), cell.text)
        try:
            return dates.parse(text, year=self.today.year, today=self.today)
        except UnreadableDate as fault:
            self._fault("forecast", f"date_{fault.code}")
        return None

    def quantity(self) -> Quantity | None:
        cell, chosen = self._cell("quantity"), self._cell("measure")
        symbol = self.meaning.measures.get(normal(chosen.text)) if chosen else None
        if chosen and symbol is None:
            self._fault("measure", "unknown_measure", symbol=chosen.text)
        if cell is None or (chosen and symbol is None):
            return None
        try:
            return _quantity(cell.text, symbol)
        except MeasureError as fault:
            field = "measure" if fault.code == "measure_missing" else "quantity"
            given: dict[str, Any] = dict(fault.inputs)
            self._fault(field, fault.code, **given)
        return None

    def figure(self, field: str) -> Decimal | None:
        if (cell := self._cell(field)) is None:
            return None
        try:
            found = read_in(measure_of(field), cell.text)
        except MeasureError as fault:
            given: dict[str, Any] = dict(fault.inputs)
            self._fault(field, fault.code, **given)
            return None
        if field in COUNTED and found is not None and found != found.to_integral_value():
            self._fault(field, "entry_not_whole")
        return found

    def note(self) -> str:
        cell = self._cell("note")
        return cell.text.replace("\r\n", "\n").replace("_x000D_", "")[:_LONGEST_NOTE] if cell else ""


def normal(text: str) -> str:
    """A word as it is looked up: half width, lower case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def twice(codes: Iterable[str]) -> set[str]:
    """The codes that stand more than once."""
    return {code for code, count in Counter(codes).items() if count > 1}


def _quantity(text: str, symbol: str | None) -> Quantity:
    """The figure in the measure typed with it, else in the one chosen."""
    try:
        return quantities.parse(text)
    except quantities.UnreadableQuantity as fault:
        if fault.code != "measure_missing" or symbol is None:
            raise
    return quantities.parse(text, measure=symbol)


def _serial(text: str) -> date | None:
    """A day as Excel counts it, where a number can be nothing else."""
    whole = text.split(".", maxsplit=1)[0]
    if not (whole.isascii() and whole.isdigit() and FIRST_SERIAL <= int(whole[:9]) <= LAST_SERIAL):
        return None
    return _EPOCH + timedelta(days=int(whole)) if _NUMBER.fullmatch(text) else None


def _span(value: ImpreciseDate | None) -> str:
    if value is None:
        return ""
    if value.earliest is None and value.latest is None:
        return value.text
    return f"{value.earliest}/{value.latest}/{value.kind}"


def _figure(value: Quantity | None) -> str:
    if value is None:
        return ""
    low, high = (plain(bound) if bound is not None else "" for bound in (value.low, value.high))
    return f"{low}/{high}/{value.qualifier}/{value.measure}"


def digest(text: str, more: str, signs: int) -> str:
    """The first hexadecimal signs of a check over two texts."""
    return hashlib.sha256(f"{text}\x1e{more}".encode()).hexdigest()[:signs]
