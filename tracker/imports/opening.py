"""Opens an uploaded spreadsheet safely: Excel (.xlsx) or CSV, as tables of cells.

A file is looked at before a library touches it: how large it is, how large it says it unpacks and how large it really
does, whether it carries macros, entities or a password. Rows are read one by one; what is kept is bounded.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl import load_workbook

from tracker.domain.ledger import EMPTY, Cell

MOST_BYTES = 10_000_000
MOST_UNPACKED = 40_000_000
MOST_TAGS = 3_000_000
MOST_PARTS = 300
MOST_ROWS, MOST_COLUMNS = 20_000, 60
MOST_MERGED = 5_000
LONGEST_CELL = 32_767
EXACT = 15
"""Excel keeps so many digits of a number; what is longer has no decimals that could be rounded."""
_CHUNK = 65_536
_ABOVE = 200  # lines above the table, and between its rows
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and .xlsx with a password
_ENTITY_SIGNS = (b"<!doctype", b"<!entity")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Unreadable(Exception):
    """A file that is refused as a whole: `code` and `inputs` say why; nothing of it was read into the database."""

    def __init__(self, code: str, **inputs: Any) -> None:
        super().__init__(code)
        self.code, self.inputs = code, inputs


@dataclass(slots=True)
class Table:
    """One sheet: its rows with their numbers in the file, what of it is hidden (`columns` by place, from 0), and
    which cells are merged.
    """

    title: str
    rows: list[tuple[int, list[Cell]]]
    hidden: set[int] = field(default_factory=set)
    merged: list[str] = field(default_factory=list)
    visible: bool = True
    columns: set[int] = field(default_factory=set)


def opened(name: str, content: bytes) -> list[Table]:
    """The tables of a file by its content, whatever its name says. Raises Unreadable."""
    if not content:
        raise Unreadable("sheet_empty")
    if len(content) > MOST_BYTES:
        raise Unreadable("sheet_too_large", limit=MOST_BYTES // 1_000_000)
    if content.startswith(_OLE):
        raise Unreadable("sheet_old_or_locked")
    if content.startswith(b"PK"):
        return _workbook(content)
    return [_csv(name, content)]


def _workbook(content: bytes) -> list[Table]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _inspect(archive)
            book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            try:
                return [_sheet(archive, sheet) for sheet in book.worksheets]
            finally:
                book.close()
    except Unreadable:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError) as fault:
        raise Unreadable("sheet_broken") from fault
    except (ParseError, DefusedXmlException, RuntimeError, NotImplementedError, EOFError, OverflowError) as fault:
        raise Unreadable("sheet_broken") from fault


def _inspect(archive: zipfile.ZipFile) -> None:
    """Look at every part: macros, passwords, sizes as declared and as unpacked, entities."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable("sheet_bomb", limit=MOST_UNPACKED // 1_000_000)
    left, tags = MOST_UNPACKED, MOST_TAGS
    for part in parts:
        name = part.filename.lower()
        if name.endswith("vbaproject.bin") or "/macrosheets/" in name:
            raise Unreadable("sheet_macros")
        if part.flag_bits & 1:
            raise Unreadable("sheet_old_or_locked")
        size, found = _unpacked(archive, part, left, xml=name.endswith((".xml", ".rels", ".vml")))
        left, tags = left - size, tags - found
        if tags < 0:
            raise Unreadable("sheet_too_many_rows", limit=MOST_ROWS)
    if "xl/workbook.xml" not in archive.namelist():
        raise Unreadable("sheet_not_a_workbook")


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, *, xml: bool) -> tuple[int, int]:
    """The real size of a part, and its tags, which cost memory however short they are; its pieces are dropped again."""
    size, tags, tail = 0, 0, b""
    with archive.open(part) as stream:
        while piece := stream.read(_CHUNK):
            size += len(piece)
            if size > left:
                raise Unreadable("sheet_bomb", limit=MOST_UNPACKED // 1_000_000)
            seen = (tail + piece).lower().replace(b"\x00", b"") if xml else b""  # UTF-16 is the same with zeros between
            if any(sign in seen for sign in _ENTITY_SIGNS):
                raise Unreadable("sheet_entities")
            tags += seen.count(b"<")
            tail = piece[-32:]
    return size, tags


def _sheet(archive: zipfile.ZipFile, sheet: Any) -> Table:
    hidden, merged, last, columns = _shape(archive, str(sheet._worksheet_path).lstrip("/"))
    if last > MOST_ROWS + _ABOVE:
        raise Unreadable("sheet_too_many_rows", limit=MOST_ROWS)
    sheet.reset_dimensions()  # what the file says of its own size may be wrong
    rows = []
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, max_row=max(last, 1)), start=1):
        found = [_cell(one) for one in cells]
        if any(one.text for one in found):
            rows.append((number, found))
            if len(rows) > MOST_ROWS:
                raise Unreadable("sheet_too_many_rows", limit=MOST_ROWS)
    return Table(str(sheet.title), rows, hidden, merged, sheet.sheet_state == "visible", columns)


def _shape(archive: zipfile.ZipFile, path: str) -> tuple[set[int], list[str], int, set[int]]:
    """The hidden rows, the merged cells, the last row that says anything and the hidden columns.

    Reading row by row tells none of these.
    """
    hidden: set[int] = set()
    columns: set[int] = set()
    merged: list[str] = []
    number = last = 0
    with archive.open(path) as stream:
        for _event, element in iterparse(stream, events=("end",)):
            if element.tag == f"{_MAIN}row":
                number = int(element.get("r", number + 1))
                if element.get("hidden") in ("1", "true"):
                    hidden.add(number)
                if any(len(cell) for cell in element):
                    last = number
                element.clear()
            elif element.tag == f"{_MAIN}mergeCell":
                if len(merged) < MOST_MERGED:
                    merged.append(str(element.get("ref", ""))[:30])
            elif element.tag == f"{_MAIN}col" and element.get("hidden") in ("1", "true"):
                first = int(element.get("min", 1))
                columns.update(range(first - 1, min(int(element.get("max", first)), MOST_COLUMNS)))
    return hidden, merged, last, columns


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return EMPTY
    if cell.data_type == "f":
        return Cell(str(value)[:60], formula=True)
    if isinstance(value, datetime):
        return Cell(value.date())
    if isinstance(value, bool | date):
        return Cell(value)
    if isinstance(value, int | float):
        number = Decimal(repr(value))
        if not number.is_finite():
            return Cell(str(value))
        return Cell(f"{number * 100:f}%") if "%" in str(cell.number_format) else Cell(_whole(number))
    return Cell(str(value)[:LONGEST_CELL])


def _whole(number: Decimal) -> Decimal:
    """75.0, as Excel stores it, is 75; nine decimals are more than anybody means."""
    if number.adjusted() >= EXACT:
        return number
    rounded = round(number, 9)
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded.normalize()


def _csv(name: str, content: bytes) -> Table:
    text = _decoded(content)
    if "\x00" in text or name.lower().endswith((".pdf", ".doc", ".docx", ".png", ".jpg")):
        raise Unreadable("sheet_not_a_workbook")
    first = text.split("\n", maxsplit=1)[0]
    sign = max(",\t;", key=first.count)
    return Table("CSV", list(_lines(text, sign)))


def _lines(text: str, sign: str) -> Iterator[tuple[int, list[Cell]]]:
    """The rows by their number as a spreadsheet would show them: a cell with line ends is still one row."""
    count = 0
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sign), start=1):
            if any(one.strip() for one in row):
                if (count := count + 1) > MOST_ROWS:
                    raise Unreadable("sheet_too_many_rows", limit=MOST_ROWS)
                yield number, [Cell(one[:LONGEST_CELL]) if one.strip() else EMPTY for one in row[:MOST_COLUMNS]]
    except csv.Error as fault:
        raise Unreadable("sheet_not_a_workbook") from fault


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, or GB18030, which old Chinese software writes."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _by("utf-16", content)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _by("gb18030", content)


def _by(encoding: str, content: bytes) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as fault:
        _unknown(fault)


def _unknown(fault: UnicodeDecodeError) -> NoReturn:
    raise Unreadable("sheet_encoding") from fault
