"""The ledger as an Excel file to fill in: locked keys, drop-downs, last values, a hidden sheet that says what it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook
from openpyxl.cell import Cell as OpenCell
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.writer.excel import save_workbook

from tracker import words
from tracker.domain import ledger as shape
from tracker.domain.ledger import COLUMNS, FIGURES, FORMAT, INPUTS, Cell, Kind, RowKey
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.states import Status
from tracker.domain.units import MEASURES, Dimension, same_kind
from tracker.exports import xlsx
from tracker.queries.ledger import Ledger, figures_in
from tracker.queries.report_items import Item
from tracker.words import ledger as said_of

IDENTITY = "guatu"
"""The hidden sheet that says what the file is."""
TOP = 3
"""The row of column titles; above it the title and a line of help."""
WIDTHS = {"code": 13, "name": 34, "project": 30, "unit": 20, "due": 16, "target": 16, "last": 22, "hint": 24}
WIDTHS |= {"status": 10, "progress": 10, "quantity": 14, "measure": 12, "forecast": 18, "note": 36}
WIDTH = 14
WIDEST_LAST = 44
"""Of what was last accepted, where that is a figure for each stage."""
_LOCKED, _INPUT, _INPUT_DAY, _TITLE_INPUT = "guatu", "guatu input", "guatu day", "guatu title"
_DAY_SHAPE = "yyyy-mm-dd"
_FIRST_DAY, _LAST_DAY = 36_526, 73_050
"""The first days of 2000 and 2100 as Excel counts them."""

HELP = (
    gettext_lazy("Fill in the light cells of the next sheets; the other cells are locked and say what each row is."),
    gettext_lazy("Leave a row as it is where nothing has changed: no report is made of it."),
    gettext_lazy("To report that nothing has changed, enter only the day in “%(as_of)s”."),
    gettext_lazy("Where “%(as_of)s” is empty, the report speaks of the day of the upload."),
    gettext_lazy("“%(forecast)s” takes a date as people write it: 2027-03-15, end of March 2027, first half of 2027."),
    gettext_lazy("Figures may carry their unit (1.2万户); about, over and ranges are understood. No formulas."),
    gettext_lazy(
        "Clearance, resettlement and tenders: every figure as counted from the beginning, exactly. "
        "Why households stay, suspensions and new calls are reported in the forms and stay as they are."
    ),
    gettext_lazy("Do not merge cells, do not paste over codes, sort whole rows only. The hidden last column stays."),
    gettext_lazy("Upload the file under My reports. You see what each row would change before anything is sent."),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a ledger says of itself: its number, the day and moment it was taken out, by whom, what it holds."""

    number: str
    day: date
    moment: str
    by: str
    scope: str
    simulated: bool


def write(file: IO[bytes], ledger: Ledger, sheet: Sheet) -> None:
    """Write the workbook: how it works, a sheet for each kind there is anything of, and the hidden sheet."""
    book = Workbook(write_only=True)
    for style in _styles():
        book.add_named_style(style)
    _help(book, ledger, sheet)
    for kind, items in ledger.items.items():
        if items:
            _table(book, kind, items, sheet)
    _identity(book, ledger, sheet)
    book.properties.title, book.properties.creator = _("Ledger"), "Guatu"
    book.properties.identifier = sheet.number
    save_workbook(book, file)


def cells_of(item: Item, kind: Kind) -> dict[str, Any]:
    """What stands in the input cells of an item's row: the values a report starts from."""
    start = item.start
    if kind is Kind.METRIC:
        measure = start.quantity.measure if start.quantity else item.measure
        return {"quantity": _figure(start.quantity), "measure": words.measure(measure), "note": None, "as_of": None}
    if kind in FIGURES:
        return {**figures_in(start, item), "note": None, "as_of": None}
    return {
        "status": words.status(start.status) or None,
        "progress": start.progress,
        "actual_start": start.actual_start,
        "actual_finish": start.actual_finish,
        "forecast": words.imprecise(start.forecast) or None,
        "note": None,
        "as_of": None,
    }


def base_of(values: dict[str, Any], kind: Kind, day: date) -> str:
    """The fingerprint of a row as prefilled: that of what reading the very cells gives."""
    whole = {**dict.fromkeys(FIGURES.get(kind, ())), **values}
    given = {name: Cell(str(value) if isinstance(value, str) else value) for name, value in whole.items()}
    said = shape.read(kind, given, meaning=said_of.meaning(), day=day)
    return shape.fingerprint(said)


def _styles() -> Iterator[NamedStyle]:
    line = Side(style="thin", color="C9D2DB")
    border = Border(left=line, right=line, top=line, bottom=line)
    wrap = Alignment(vertical="top", wrap_text=True)
    open_, pale = Protection(locked=False), PatternFill("solid", fgColor="FFFBE6")
    yield NamedStyle(_LOCKED, border=border, alignment=wrap, font=Font(color="44546A"))
    yield NamedStyle(_INPUT, border=border, alignment=wrap, fill=pale, protection=open_)
    yield NamedStyle(_INPUT_DAY, border=border, alignment=wrap, fill=pale, protection=open_, number_format=_DAY_SHAPE)
    yield NamedStyle(_TITLE_INPUT, border=border, fill=PatternFill("solid", fgColor="FCE9A9"), font=Font(bold=True))


def _help(book: Workbook, ledger: Ledger, sheet: Sheet) -> None:
    page = book.create_sheet(xlsx.sheet_title(_("Instructions")))
    page.column_dimensions["A"].width = 100
    facts = [
        sheet.scope,
        _("Units: %(units)s") % {"units": _(", ").join(name for _code, name in ledger.units)},
        _("Exported by %(person)s, %(time)s") % {"person": sheet.by, "time": sheet.moment},
    ]
    if ledger.cut:
        facts.append(_("There are more items than fit: take out what is due, too."))
    if sheet.simulated:
        facts.append(_("Simulated data is loaded: these are not real reports."))
    for line in xlsx.head_rows(page, xlsx.Head(_("Ledger"), tuple(facts))):
        page.append(line)
    page.append([])
    names = {name: said_of.label(name) for name in ("as_of", "forecast")}
    for number, text in enumerate(HELP, start=1):
        cell = WriteOnlyCell(page, value=f"{number}. {str(text) % names}")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.append([cell])
    page.protection.sheet = True


def _table(book: Workbook, kind: Kind, items: Sequence[Item], sheet: Sheet) -> None:
    page = book.create_sheet(xlsx.sheet_title(str(said_of.TITLES[kind])))
    columns = COLUMNS[kind]
    for number, column in enumerate(columns, start=1):
        width = WIDEST_LAST if column == "last" and kind in FIGURES else WIDTHS.get(column, WIDTH)
        page.column_dimensions[get_column_letter(number)].width = width
    page.column_dimensions[get_column_letter(len(columns))].hidden = True
    page.freeze_panes = f"C{TOP + 1}"
    for line in xlsx.head_rows(page, xlsx.Head(str(said_of.TITLES[kind]), (_("Fill in the light cells only."),))):
        page.append(line)
    page.append([_title(page, column, column in INPUTS[kind]) for column in columns])
    for item in items:
        page.append(list(_row(page, kind, item, sheet)))
    last = TOP + len(items)
    page.auto_filter.ref = f"A{TOP}:{get_column_letter(len(columns))}{last}"
    for rule in _rules(kind, items, last):
        page.data_validations.append(rule)
    page.protection.sheet, page.protection.autoFilter = True, False
    page.protection.formatColumns = page.protection.formatRows = False
    page.page_setup.orientation = "landscape"


def _title(page: Any, column: str, is_input: bool) -> Any:
    made = xlsx.header_cell(page, said_of.label(column))
    if is_input:
        made.style = _TITLE_INPUT
    return made


def _row(page: Any, kind: Kind, item: Item, sheet: Sheet) -> Iterator[Any]:
    values = cells_of(item, kind)
    key = RowKey(item.version, base_of(values, kind, sheet.day), sheet.number)
    said = {"code": item.code, "name": item.name, "project": item.place, "unit": item.unit, "hint": _hint(item)}
    said |= {"due": item.due, "target": item.due, "last": _last(item), "key": shape.row_key(item.code, key)}
    for column in COLUMNS[kind]:
        is_input = column in values
        made = xlsx.cell(page, values[column] if is_input else said.get(column))
        if not isinstance(made, OpenCell):
            made = WriteOnlyCell(page, value=made)
        prefix, number_shape = made.quotePrefix, made.number_format
        made.style = (_INPUT_DAY if column in shape.DAYS else _INPUT) if is_input else _LOCKED
        made.quotePrefix = prefix
        if isinstance(values.get(column), Decimal):
            made.number_format = number_shape
        yield made


def _hint(item: Item) -> str:
    """Where the item stands, and what has to be known before one reports."""
    parts = [item.word if item.word != words.day(item.last_as_of) else ""]
    if item.returned:
        parts.append(_("Returned: %(comment)s") % {"comment": item.returned.comment})
    if item.waiting:
        parts.append(_("Waiting for review"))
    return _("; ").join(part for part in parts if part)


def _last(item: Item) -> str:
    if not item.last:
        return ""
    return _("%(said)s (as of %(day)s)") % {"said": item.last, "day": words.day(item.last_as_of)}


def _figure(value: Quantity | None) -> Any:
    """An exact figure is a number; anything else is said in words, and reads back as the same."""
    if value is None or value.qualifier is Qualifier.WITHHELD:
        return None
    plain = value.qualifier is Qualifier.EXACT and MEASURES[value.measure].dimension is not Dimension.RATIO
    return value.low if plain else said_of.figure(value)


def _rules(kind: Kind, items: Sequence[Item], last: int) -> Iterator[DataValidation]:
    """Drop-downs and limits of the input cells."""
    letters = {column: get_column_letter(number) for number, column in enumerate(COLUMNS[kind], start=1)}

    def over(column: str) -> str:
        return f"{letters[column]}{TOP + 1}:{letters[column]}{last}"

    days = [column for column in shape.DAYS if column in letters]
    day = DataValidation(type="date", operator="between", formula1=str(_FIRST_DAY), formula2=str(_LAST_DAY))
    day.errorStyle, day.error, day.showErrorMessage = "warning", _("Enter a day, for example 2026-11-20."), True
    day.sqref = " ".join(over(column) for column in days)
    yield day
    if kind is Kind.METRIC:
        yield from _measure_rules(items, letters["measure"])
    if kind is not Kind.MILESTONE:
        return
    statuses = DataValidation(
        type="list", formula1=_choices(words.status(one.value) for one in Status), sqref=over("status")
    )
    statuses.error, statuses.showErrorMessage = _("Choose the status from the list."), True
    yield statuses
    progress = DataValidation(type="decimal", operator="between", formula1="0", formula2="100", sqref=over("progress"))
    progress.error, progress.showErrorMessage = words.refusal("progress_unreadable"), True
    yield progress


def _measure_rules(items: Sequence[Item], letter: str) -> Iterator[DataValidation]:
    """For each kind of measure the rows that take it."""
    rows: dict[str, list[str]] = {}
    for number, item in enumerate(items, start=TOP + 1):
        own = MEASURES[item.measure]
        like = [own, *(one for one in MEASURES.values() if one is not own and same_kind(one, own))]
        rows.setdefault(_choices(words.measure(one.symbol) for one in like), []).append(f"{letter}{number}")
    for choices, cells in rows.items():
        if len(choices) <= 255:  # Excel keeps no longer list
            yield DataValidation(type="list", formula1=choices, sqref=" ".join(cells))


def _choices(texts: Iterable[str]) -> str:
    return '"' + ",".join(dict.fromkeys(text.replace(",", "，").replace('"', "") for text in texts)) + '"'


def _identity(book: Workbook, ledger: Ledger, sheet: Sheet) -> None:
    page = book.create_sheet(IDENTITY)
    page.sheet_state = "veryHidden"
    facts = {
        "format": str(FORMAT),
        "sheet": sheet.number,
        "exported": sheet.day.isoformat(),
        "by": sheet.by,
        "units": " ".join(code for code, _name in ledger.units),
        "unit_names": _(", ").join(name for _code, name in ledger.units),
        "rows": str(ledger.rows),
    }
    for name, value in facts.items():
        page.append([name, xlsx.cell(page, value)])
    page.protection.sheet = True
