"""Taken out and brought back: what nobody touched changes nothing, whatever was stored, in either language."""

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tracker.domain import dates
from tracker.domain.ledger import COLUMNS, FIGURES, Kind, RowKey, fingerprint, read_key, row_key
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.quantity_values import SHAPES
from tracker.domain.relocation import Entry, Use, columns_of
from tracker.domain.resettlement import Entry as Homes
from tracker.domain.states import Colour, Status
from tracker.domain.tender_values import Counts
from tracker.exports import ledger as export
from tracker.imports.ledger import Reading, reading
from tracker.queries.ledger import Ledger
from tracker.queries.report_items import Item, Stored
from tracker.words import ledger as said_of

DAY = date(2026, 11, 20)
SHEET = export.Sheet("20261120-abcdef", DAY, "2026-11-20 10:00", "official-a", "全部在办", simulated=False)
DAYS = st.dates(DAY - timedelta(days=900), DAY)
TEXTS = ("12月上旬", "2027年1月底前", "第一季度", "明年上半年", "争取2027年3月", "4月—6月", "2027年", "近期")
PERCENT = st.decimals(0, 100, places=2)
AMOUNTS = st.decimals(Decimal("0.01"), Decimal(9_999_999), places=4)  # in 亿元, more is refused as a slip
LANGUAGES = ("zh-hans", "en")


def item(kind: Kind, number: int, start: Stored) -> Item:
    use = {Kind.LAND: Use.LAND, Kind.SITE: (Use.RESIDENTIAL, Use.NON_RESIDENTIAL)[number % 2]}.get(kind, "")
    return Item(
        kind=kind.subject, use=use, code=f"X-{number}", name=f"事项{number}", place="某专项", unit="某单位",
        due="6月底前", colour=Colour.RED,
        word="逾期", why="", url="/", version=number + 1, measure="户", basis="", now=start, start=start, last="",
        last_note="", last_as_of=None, waiting=0, returned=None, late=False, repeats=True,
    )  # fmt: skip


@st.composite
def milestone_values(draw: Any) -> Stored:
    text = draw(st.none() | st.sampled_from(TEXTS))
    return Stored(
        status=draw(st.sampled_from(["", *Status])),
        progress=draw(st.none() | PERCENT),
        actual_start=draw(st.none() | DAYS),
        actual_finish=draw(st.none() | DAYS),
        forecast=dates.parse(text, year=2027, today=DAY) if text else None,
    )


@st.composite
def metric_values(draw: Any) -> Stored:
    qualifier = draw(st.sampled_from([one for one in Qualifier if one is not Qualifier.WITHHELD]))
    low, high = sorted((draw(AMOUNTS), draw(AMOUNTS)))
    has_low, has_high = SHAPES[qualifier]
    if qualifier in (Qualifier.EXACT, Qualifier.ABOUT):
        high = low
    if qualifier is Qualifier.RANGE and low == high:
        high += 1
    measure = draw(st.sampled_from(["户", "万平方米", "亿元", "%", "亩", "公里"]))
    return Stored(quantity=Quantity(low if has_low else None, high if has_high else None, qualifier, measure))


@st.composite
def figured(draw: Any, kind: Kind) -> Stored:
    """What is stored of a site, of housing, of a package: some figures, whole where they are counted."""
    counted = draw(st.dictionaries(st.sampled_from(FIGURES[kind]), st.integers(0, 99_999), min_size=1))
    areas = {name: draw(AMOUNTS) for name in counted if name.endswith(("_area", "_land"))}
    figures: dict[str, Any] = {name: Decimal(value) for name, value in counted.items()} | areas
    if kind is Kind.PACKAGE:
        whole: dict[str, Any] = {name: int(value) for name, value in figures.items()}
        return Stored(counts=Counts(**whole))
    return Stored(homes=Homes(figures)) if kind is Kind.HOUSING else Stored(entry=Entry(figures))


def taken_out(held: Mapping[Kind, list[Stored]], language: str) -> bytes:
    items = {kind: tuple(item(kind, number, one) for number, one in enumerate(some)) for kind, some in held.items()}
    found = Ledger(items, (("U", "某单位"),))
    file = io.BytesIO()
    with translation.override(language):
        export.write(file, found, SHEET)
    return file.getvalue()


def as_excel_saves(content: bytes) -> bytes:
    book, file = load_workbook(io.BytesIO(content)), io.BytesIO()
    book.save(file)
    return file.getvalue()


def as_csv(content: bytes, sheet: int, encoding: str) -> bytes:
    """The sheet as Excel writes it to CSV: what the cells show."""
    text = io.StringIO(newline="")
    out = csv.writer(text)
    for row in load_workbook(io.BytesIO(content)).worksheets[sheet].iter_rows(values_only=True):
        out.writerow([f"{one:%Y/%m/%d}" if isinstance(one, datetime) else "" if one is None else one for one in row])
    return text.getvalue().encode(encoding)


def untouched(found: Reading) -> bool:
    assert not [row.faults for row in found.rows if row.faults]
    return all(row.key and fingerprint(row.said) == row.key.base for row in found.rows)


VALUES = {Kind.MILESTONE: milestone_values(), Kind.METRIC: metric_values()}
VALUES |= {kind: figured(kind) for kind in FIGURES}


@settings(max_examples=4, phases=[Phase.explicit, Phase.generate])
@given(
    held=st.fixed_dictionaries({kind: st.lists(one, min_size=1, max_size=6) for kind, one in VALUES.items()}),
    language=st.sampled_from(LANGUAGES),
    reader=st.sampled_from(LANGUAGES),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]),
)
def test_what_nobody_touched_says_nothing(held, language, reader, encoding):
    content = taken_out(held, language)
    later = DAY + timedelta(days=40)
    with translation.override(reader):
        found = reading("a.xlsx", content, day=later)
        assert len(found.rows) == sum(map(len, held.values()))
        assert untouched(found)
        assert untouched(reading("a.xlsx", as_excel_saves(content), day=later))
        for sheet, (kind, some) in enumerate(held.items(), start=1):
            table = reading("a.csv", as_csv(content, sheet, encoding), day=later)
            assert [row.kind for row in table.rows] == [kind] * len(some)
            assert untouched(table)
    assert found.taken_out == "20261120"


@pytest.mark.parametrize(
    ("column", "typed", "problem"),
    [
        ("progress", 75, None),
        ("progress", "７５％", None),
        ("progress", "一半", "progress_unreadable"),
        ("progress", "=1+1", "cell_formula"),
        ("status", "做完了", "status_unknown"),
        ("status", "In progress", None),
        ("actual_start", 46_320, None),
        ("actual_start", "2026年10月25日", None),
        ("actual_start", "10月底", "date_unreadable"),
        ("as_of", datetime(2026, 11, 19, 8, 30), None),  # noqa: DTZ001
        ("as_of", "昨天", None),
        ("forecast", "明年3月底前", None),
        ("forecast", "30 February 2027", "date_no_such_day"),
        ("forecast", "in the near term", None),
        ("forecast", 46_320, None),
        ("note", "=HYPERLINK(1)", "cell_formula"),
        ("note", "-2 天", None),
    ],
)
def test_a_cell_is_read_as_people_write_it(column: str, typed: Any, problem: str | None):
    content = taken_out({Kind.MILESTONE: [Stored(status="in_progress", progress=Decimal(20))]}, "zh-hans")
    book, file = load_workbook(io.BytesIO(content)), io.BytesIO()
    sheet = book["节点"]
    place = next(cell.column for cell in sheet[export.TOP] if cell.value == said_of.label(column))
    sheet.cell(export.TOP + 1, place).value = typed
    sheet.cell(export.TOP + 1, place).number_format = "General"  # as a cell pasted over it may be
    book.save(file)
    (row,) = reading("a.xlsx", file.getvalue(), day=DAY).rows
    assert [one.code for one in row.faults] == ([problem] if problem else [])
    if not problem and column not in ("note", "status"):
        wanted = {"progress": Decimal(75), "actual_start": {date(2026, 10, 25)}, "as_of": {date(2026, 11, 19)}}
        got = getattr(row.said, column)
        assert column == "forecast" or got == wanted[column] or got in wanted[column]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("typed", "unit", "low", "problem"),
    [
        (1234, "户", 1234, None),
        ("1.2万", "户", 12_000, None),
        ("0.5万户", "户", "0.5", None),
        ("１２３", "户", 123, None),
        ("约1200", "户", 1200, None),
        ("很多", "户", None, "unreadable_quantity"),
        (5, "桶", None, "unknown_measure"),
        (5, None, None, "measure_missing"),
    ],
)
def test_a_figure_is_read_with_its_unit(typed: Any, unit: str | None, low: Any, problem: str | None):
    held = Stored(quantity=Quantity(Decimal(7), Decimal(7), Qualifier.EXACT, "户"))
    content = taken_out({Kind.METRIC: [held]}, "zh-hans")
    book, file = load_workbook(io.BytesIO(content)), io.BytesIO()
    sheet = book["指标"]
    sheet["H4"], sheet["I4"] = typed, unit
    book.save(file)
    (row,) = reading("a.xlsx", file.getvalue(), day=DAY).rows
    assert [one.code for one in row.faults] == ([problem] if problem else [])
    if low is not None:
        assert row.said.quantity is not None
        assert row.said.quantity.low == Decimal(low)


def test_a_key_belongs_to_its_code_and_to_nothing_else():
    key = RowKey(7, "0123abcd", "20261120-abcdef")
    text = row_key("XH-ZB-02", key)
    assert read_key(text, "XH-ZB-02") == key
    for wrong, code in ((text, "XH-ZB-03"), (text.replace("7.", "8.", 1), "XH-ZB-02"), ("", "XH-ZB-02"), ("7.x", "X")):
        assert read_key(wrong, code) is None


def test_the_file_is_locked_but_for_what_is_filled_in_and_helps_with_it():
    begun = Stored(status="in_progress", progress=Decimal("37.5"), actual_start=DAY)
    empty = Stored(entry=Entry())
    content = taken_out({Kind.MILESTONE: [begun], Kind.METRIC: [Stored()], Kind.SITE: [empty, empty]}, "zh-hans")
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["填写说明", "节点", "指标", "征拆（房屋）", export.IDENTITY]
    assert book[export.IDENTITY].sheet_state == "veryHidden"
    sheet = book["节点"]
    assert sheet.protection.sheet
    assert sheet.column_dimensions["O"].hidden
    open_ = {cell.column_letter for cell in sheet[4] if not cell.protection.locked}
    assert open_ == set("HIJKLMN")
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules["H4"].formula1 == '"未启动,进行中,完成,暂停"'
    assert (rules["I4"].type, rules["I4"].formula2) == ("decimal", "100")
    assert rules["J4 K4 N4"].type == "date"
    assert (sheet["I4"].number_format, sheet["J4"].number_format) == ("#,##0.0", "yyyy-mm-dd")
    assert '"户,万户' in str(book["指标"].data_validations.dataValidation[1].formula1)
    assert book.properties.identifier == SHEET.number
    sites = book["征拆（房屋）"]
    for row, use in ((4, Use.RESIDENTIAL), (5, Use.NON_RESIDENTIAL)):
        open_ = {str(sites.cell(3, cell.column).value) for cell in sites[row] if not cell.protection.locked}
        assert open_ == {said_of.label(name) for name in (*columns_of(use), "note", "as_of")}


def test_no_two_columns_share_a_title():
    every = {name for columns in COLUMNS.values() for name in columns}
    assert set(said_of.columns().values()) == every
