"""Excel files of what a list shows: typed cells, a head that says what this is, rows written as they are read.

The memory needed does not grow with the rows: openpyxl writes each row to a temporary file at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import save_workbook

from tracker import words
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.units import MEASURES, Dimension

LONGEST = 32_767
"""Characters that Excel keeps in a cell."""
DIGITS = 15
"""Figures longer than this Excel would round; they stay text."""
FIRST_EXCEL_YEAR = 1901
MEASURED = 200  # rows that are looked at for the width of a column
NARROWEST, WIDEST = 8, 48
_ODD = ("=", "+", "-", "@", "\t", "\r", "#")  # taken for a formula, or for an error value
_FORBIDDEN = str.maketrans("[]:*?/\\", "（）：＊？／＼")
HEADER_FILL = PatternFill("solid", fgColor="E8EDF3")
RULE = Border(bottom=Side(style="thin", color="8FA1B3"))


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the table: its title, and lines such as the filters, the day and who exported it."""

    title: str
    lines: tuple[str, ...] = ()


def write(file: IO[bytes], head: Head, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> int:
    """Write the workbook to `file`; returns how many rows it has.

    The head and the column titles stay in sight when one scrolls; every column has its filter.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_title(head.title))
    titles = [str(title) for title in columns]
    coming = iter(rows)
    first = list(islice(coming, MEASURED))
    top = len(head.lines) + 2
    sheet.freeze_panes = f"A{top + 1}"
    for number, width in enumerate(widths(titles, first), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for line in head_rows(sheet, head):
        sheet.append(line)
    sheet.append([header_cell(sheet, title) for title in titles])
    count = 0
    for count, row in enumerate(chain(first, coming), start=1):  # noqa: B007 - counted
        sheet.append([cell(sheet, value) for value in row])
    sheet.auto_filter.ref = f"A{top}:{get_column_letter(len(titles))}{top + count}"
    sheet.print_title_rows = f"{top}:{top}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    book.properties.title, book.properties.creator = head.title, "Guatu"
    save_workbook(book, file)
    return count


def head_rows(sheet: Any, head: Head) -> Iterator[list[Any]]:
    """The title and the lines of a head as rows."""
    title = WriteOnlyCell(sheet, value=plain(head.title))
    title.font = Font(bold=True, size=14)
    yield [title]
    for line in head.lines:
        cell_ = WriteOnlyCell(sheet, value=plain(line))
        cell_.data_type = "s"
        cell_.font = Font(color="5A6B7B")
        yield [cell_]


def header_cell(sheet: Any, title: str) -> Any:
    """A column title."""
    made = WriteOnlyCell(sheet, value=plain(title))
    made.font, made.fill, made.border = Font(bold=True), HEADER_FILL, RULE
    return made


def cell(sheet: Any, value: Any) -> Any:
    """A value as its cell: days are days, figures are figures, and no text is ever a formula."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, Quantity):
        return _quantity(sheet, value)
    if isinstance(value, Decimal):
        return _number(sheet, value)
    if isinstance(value, datetime):
        return _shaped(sheet, timezone.localtime(value).replace(tzinfo=None), "yyyy-mm-dd hh:mm")
    if isinstance(value, date):
        return value if value.year >= FIRST_EXCEL_YEAR else value.isoformat()
    if isinstance(value, int):
        return int(value) if abs(value) < 10**DIGITS else str(value)
    return _text(sheet, str(value))


def plain(text: str) -> str:
    """A text as a cell can hold it: no control characters, no longer than Excel keeps."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def sheet_title(title: str) -> str:
    """A title as the name of a sheet: no signs that Excel refuses, at most 31 characters."""
    return title.translate(_FORBIDDEN).strip("'")[:31] or "Guatu"


def widths(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[float]:
    """How wide each column has to be, in characters, for its title and for the first rows."""
    found = [_breadth(title) + 3.0 for title in titles]  # the filter's button stands beside the title
    for row in rows:
        for place, value in enumerate(row):
            found[place] = max(found[place], _breadth(_shown(value)) + 1.0)
    return [min(max(width, NARROWEST), WIDEST) for width in found]


def number_format(value: Decimal) -> str:
    """The format that shows a figure with the decimals it has: 1,234.5."""
    places = max(0, -int(value.normalize().as_tuple().exponent))
    return "#,##0" + ("." + "0" * places if places else "")


def _text(sheet: Any, value: str) -> Any:
    text = plain(value)
    if not text.startswith(_ODD):
        return text
    made = WriteOnlyCell(sheet, value=text)
    made.data_type, made.quotePrefix = "s", True  # a text, and still one after somebody has edited it
    return made


def _number(sheet: Any, value: Decimal) -> Any:
    if not value.is_finite() or len(value.normalize().as_tuple().digits) > DIGITS:
        return words.number(value)
    return _shaped(sheet, value, number_format(value))


def _quantity(sheet: Any, value: Quantity) -> Any:
    """An exact figure is a number; 约, 余 or a range says more than a number can."""
    countable = MEASURES[value.measure].dimension is not Dimension.RATIO
    if value.qualifier is Qualifier.EXACT and value.low is not None and countable:
        return _number(sheet, value.low)
    return _text(sheet, words.quantity(value))


def _shaped(sheet: Any, value: Any, shape: str) -> Any:
    made = WriteOnlyCell(sheet, value=value)
    made.number_format = shape
    return made


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return "2026-11-20 10:00"
    if isinstance(value, Quantity):
        return words.quantity(value)
    return "" if value is None else str(value)[: WIDEST * 2]


def _breadth(text: str) -> int:
    """Half-width characters that a text takes; a Chinese one takes two."""
    return sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
