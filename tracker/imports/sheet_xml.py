"""Reads one sheet of an Excel file in a single pass: its cells, what of it is hidden, which cells are merged.

openpyxl reads the same in two passes over trees of elements, in four times the time; it still tells us which sheets
there are and how their cells are shown. Declarations, which no sheet needs, end the reading.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any, NoReturn
from xml.parsers import expat

from openpyxl.utils.cell import column_index_from_string
from openpyxl.utils.datetime import from_excel, from_ISO8601

from tracker.domain.ledger import EMPTY, Cell

MOST_COLUMNS = 60
MOST_MERGED = 5_000
LONGEST_CELL, LONGEST_FORMULA = 32_767, 60
EXACT = 15
"""Excel keeps so many digits of a number; what is longer has no decimals that could be rounded."""
Row = tuple[int, list[Cell]]


class Declared(ValueError):
    """The XML declares a document type or an entity."""


class Styles:
    """How a workbook shows its numbers: which styles are days, and which are shares of a hundred."""

    def __init__(self, dates: set[int], lengths: set[int], percent: Callable[[int], bool], epoch: datetime) -> None:
        self.dates, self.lengths, self._percent, self.epoch = dates, lengths, percent, epoch
        self._known: dict[int, bool] = {}

    def percent(self, style: int) -> bool:
        """Whether a number in that style is shown with its percent sign."""
        if style not in self._known:
            self._known[style] = self._percent(style)
        return self._known[style]


class _Reading:
    """What both kinds of part have in common: texts are collected only while somebody wants them."""

    def __init__(self) -> None:
        self._text: list[str] | None = None
        self._phonetic = 0
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._begins, self._ends
        parser.CharacterDataHandler = self._said
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = _declared
        self._parser = parser

    def read(self, stream: IO[bytes]) -> None:
        """Read the part to its end. Raises ExpatError for what is no XML, and Declared."""
        self._parser.ParseFile(stream)

    def _begins(self, name: str, given: dict[str, str]) -> None:
        raise NotImplementedError

    def _ends(self, name: str) -> None:
        raise NotImplementedError

    def _said(self, text: str) -> None:
        if self._text is not None and not self._phonetic:
            self._text.append(text)

    def _taken(self) -> str:
        found = "".join(self._text or ())
        self._text = None
        return found


def _declared(*_what: Any) -> NoReturn:
    raise Declared


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class SharedTexts(_Reading):
    """The texts a workbook keeps once for all its cells; how they are to be pronounced is passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._parts: list[str] = []

    def _begins(self, name: str, given: dict[str, str]) -> None:
        name = _local(name)
        if name == "t" and not self._phonetic:
            self._text = []
        elif name == "rPh":
            self._phonetic += 1
        elif name == "si":
            self._parts = []

    def _ends(self, name: str) -> None:
        name = _local(name)
        if name == "t" and self._text is not None:
            self._parts.append(self._taken())
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "si":
            self.found.append("".join(self._parts)[:LONGEST_CELL])


class SheetCells(_Reading):
    """The rows of one sheet that say anything, with the numbers of those hidden, and its merged cells.

    `full` is asked with the number of each row kept and how many there are; it may refuse them by raising.
    """

    def __init__(self, texts: Sequence[str], styles: Styles, full: Callable[[int, int], None]) -> None:
        super().__init__()
        self._texts, self._styles, self._full = texts, styles, full
        self.rows: list[Row] = []
        self.hidden: set[int] = set()
        self.columns: set[int] = set()
        self.merged: list[str] = []
        self._number = self._place = 0
        self._cells: list[Cell] | None = None
        self._given: dict[str, str] | None = None
        self._value = self._inline = ""
        self._formula: str | None = None
        self._letters: dict[str, int] = {}

    def _begins(self, name: str, given: dict[str, str]) -> None:
        name = name if ":" not in name else _local(name)
        if name == "c":
            if self._cells is not None:
                self._given, self._value, self._inline, self._formula = given, "", "", None
        elif name in ("v", "f", "t"):
            if self._given is not None:
                self._text = []
        elif name == "row":
            self._row(given)
        elif name == "rPh":
            self._phonetic += 1
        elif name == "mergeCell":
            if len(self.merged) < MOST_MERGED:
                self.merged.append(given.get("ref", "")[:30])
        elif name == "col" and given.get("hidden") in ("1", "true"):
            first = int(given.get("min", 1))
            self.columns.update(range(first - 1, min(int(given.get("max", first)), MOST_COLUMNS)))

    def _ends(self, name: str) -> None:
        name = name if ":" not in name else _local(name)
        if name == "v":
            self._value = self._taken()
        elif name == "t":
            self._inline += self._taken()
        elif name == "f":
            self._formula = self._taken()
        elif name == "c":
            self._cell()
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "row":
            self._kept()

    def _row(self, given: Mapping[str, str]) -> None:
        before = self._number
        self._number = int(float(given["r"])) if "r" in given else before + 1
        # A row that stands where one was already is no row of the sheet.
        self._cells, self._place = [] if self._number > before else None, -1
        if given.get("hidden") in ("1", "true"):
            self.hidden.add(self._number)

    def _kept(self) -> None:
        cells, self._cells = self._cells, None
        if cells and any(cell.text for cell in cells):
            self._full(self._number, len(self.rows) + 1)
            self.rows.append((self._number, cells))

    def _cell(self) -> None:
        given, self._given = self._given, None
        if given is None or self._cells is None:
            return
        where = given.get("r")
        self._place = self._column(where) if where else self._place + 1
        if self._place >= MOST_COLUMNS:
            return
        found = self._read(given)
        if found is not EMPTY:
            missing = self._place - len(self._cells)
            if missing >= 0:
                self._cells += [EMPTY] * (missing + 1)
            self._cells[self._place] = found

    def _column(self, where: str) -> int:
        letters = where.rstrip("0123456789").replace("$", "")
        if letters not in self._letters:
            self._letters[letters] = column_index_from_string(letters) - 1
        return self._letters[letters]

    def _read(self, given: Mapping[str, str]) -> Cell:
        kind, style = given.get("t", "n"), int(given.get("s") or 0)
        if self._formula is not None:
            return Cell(f"={self._formula}"[:LONGEST_FORMULA], formula=True)
        if kind == "inlineStr":
            return _text(self._inline)
        value = self._value
        if not value:
            return EMPTY
        if kind == "s":
            return _text(self._texts[int(value)])
        if kind == "n":
            return self._figure(value, style)
        if kind == "b":
            return Cell(bool(int(value)))
        return _day(from_ISO8601(value)) if kind == "d" else _text(value)

    def _figure(self, value: str, style: int) -> Cell:
        number: Any = float(value) if set(value) & set(".eE") else int(value)
        if style in self._styles.dates:
            try:
                lasts = style in self._styles.lengths
                return _day(from_excel(number, self._styles.epoch, timedelta=lasts))
            except (OverflowError, ValueError):
                return Cell("#VALUE!")  # marked as a day, and outside of all days
        exact = Decimal(repr(number))
        if not exact.is_finite():
            return Cell(str(number))
        return Cell(f"{exact * 100:f}%") if self._styles.percent(style) else Cell(whole(exact))


def _text(text: str) -> Cell:
    return Cell(text[:LONGEST_CELL]) if text else EMPTY


def _day(value: Any) -> Cell:
    if value is None:
        return EMPTY
    if isinstance(value, datetime):
        return Cell(value.date())
    return Cell(value) if isinstance(value, date) else Cell(str(value)[:LONGEST_CELL])


def whole(number: Decimal) -> Decimal:
    """75.0, as Excel stores it, is 75; nine decimals are more than anybody means."""
    if number.adjusted() >= EXACT:
        return number
    rounded = round(number, 9)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()
