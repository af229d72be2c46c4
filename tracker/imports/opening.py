"""Opens an uploaded spreadsheet safely: Excel (.xlsx) or CSV, as tables of cells.

A file is looked at before a library touches it: how large it is, how large it says it unpacks and how large it really
does, whether it carries macros, entities or a password. Rows are read one by one; what is kept is bounded.
"""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, NoReturn
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS

from tracker.domain.ledger import EMPTY, Cell
from tracker.imports.sheet_xml import LONGEST_CELL, MOST_COLUMNS, Declared, SharedTexts, SheetCells, Styles

MOST_BYTES = 10_000_000
MOST_UNPACKED = 40_000_000
MOST_TAGS = 3_000_000
MOST_PARTS = 300
MOST_ROWS = 20_000
_CHUNK = 65_536
_ABOVE = 200  # lines above the table, and between its rows
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and .xlsx with a password
_ENTITY_SIGNS = (b"<!doctype", b"<!entity")


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
            reader = _Book(io.BytesIO(content), read_only=True, keep_links=False)
            reader.read()
            texts, styles = _texts(archive, reader.package), _styles(reader.wb)
            return [_sheet(archive, sheet, texts, styles) for sheet in reader.wb.worksheets]
    except Unreadable:
        raise
    except Declared as fault:
        raise Unreadable("sheet_entities") from fault
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError) as fault:
        raise Unreadable("sheet_broken") from fault
    except (ParseError, ExpatError, DefusedXmlException, EOFError, OverflowError) as fault:
        raise Unreadable("sheet_broken") from fault
    except (RuntimeError, NotImplementedError) as fault:  # packed in a way nobody knows
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


class _Book(ExcelReader):
    """openpyxl as far as a workbook is more than its cells: its sheets and styles. The texts are read on their own."""

    def read_strings(self) -> None:
        """Nothing: trees of elements cost more than all the rest of the file."""


def _texts(archive: zipfile.ZipFile, package: Any) -> list[str]:
    part = package.find(SHARED_STRINGS)
    if part is None:
        return []
    found = SharedTexts()
    with archive.open(str(part.PartName).lstrip("/")) as stream:
        found.read(stream)
    return found.found


def _styles(book: Any) -> Styles:
    def percent(style: int) -> bool:
        return "%" in str(ReadOnlyCell(sheet, 1, 1, None, style_id=style).number_format)

    sheet = SimpleNamespace(parent=book)
    return Styles(book._date_formats, book._timedelta_formats, percent, book.epoch)


def _sheet(archive: zipfile.ZipFile, sheet: Any, texts: list[str], styles: Styles) -> Table:
    found = SheetCells(texts, styles, _full)
    with archive.open(str(sheet._worksheet_path).lstrip("/")) as stream:
        found.read(stream)
    visible = sheet.sheet_state == "visible"
    return Table(str(sheet.title), found.rows, found.hidden, found.merged, visible, found.columns)


def _full(number: int, count: int) -> None:
    if number > MOST_ROWS + _ABOVE or count > MOST_ROWS:
        raise Unreadable("sheet_too_many_rows", limit=MOST_ROWS)


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
