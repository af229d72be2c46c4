"""Our own reading of a sheet's XML beside openpyxl's: the same cells; and what only a file of another maker holds."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tracker.domain.ledger import Cell
from tracker.imports.opening import Unreadable, opened


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def of_another_maker(sheet: str, texts: str = "<sst/>") -> bytes:
    """A workbook whose first sheet is this XML, with these shared texts."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    named = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved(Workbook()))) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                data = sheet.encode()
            if part.filename == "[Content_Types].xml":
                data = data.replace(b"</Types>", named.encode())
            new.writestr(part.filename, data)
        new.writestr("xl/sharedStrings.xml", texts)
    return file.getvalue()


MAIN = 'xmlns{}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def test_cells_read_as_openpyxl_reads_them():
    book = Workbook()
    page = book.active
    values: list[Any] = [
        "进度",
        7,
        -3.25,
        1e20,
        0.1 + 0.2,
        True,
        date(2026, 11, 20),
        datetime(2026, 1, 2, 3, 4),  # noqa: DTZ001 - a spreadsheet knows no zones
        "  两 空 ",
    ]
    for row in range(1, 5):
        for place, value in enumerate(values[row - 1 :] + values[: row - 1], start=1):
            page.cell(row, place + row, value)
    page["B9"], page["C9"], page["D9"] = time(8, 30), "=A1+1", 0.55
    page["D9"].number_format = "0.00%"
    page["BH9"], page["BI9"] = "the sixtieth", "one too many"
    page.row_dimensions[3].hidden = True
    page.column_dimensions["C"].hidden = True
    page.merge_cells("A20:B21")
    content = saved(book)
    (found,) = opened("a.xlsx", content)
    theirs = load_workbook(io.BytesIO(content), read_only=True).active
    expected: dict[tuple[int, int], Any] = {}
    day: Any
    for cells in theirs.iter_rows(max_col=60):
        for cell in cells:
            if cell.value is not None:
                day = cell.value.date() if isinstance(cell.value, datetime) else cell.value
                plain = isinstance(day, bool | date | str) or not isinstance(day, int | float)
                expected[cell.row, cell.column] = day if plain else Decimal(str(round(day, 9)))
    got = {(row, at + 1): one.value for row, cells in found.rows for at, one in enumerate(cells) if one.text}
    assert (got.pop((9, 2)), expected.pop((9, 2))) == ("08:30:00", time(8, 30))
    assert (got.pop((9, 4)), expected.pop((9, 4))) == ("55.00%", Decimal("0.55"))
    assert got == expected
    assert next(cells for row, cells in found.rows if row == 9)[2] == Cell("=A1+1", formula=True)
    assert (found.hidden, found.columns, found.merged) == ({3}, {2}, ["A20:B21"])


def test_prefixes_rich_and_pronounced_texts_missing_numbers_and_rows_twice():
    rows = (
        '<x:row><x:c t="s"><x:v>0</x:v></x:c><x:c><x:v>5</x:v></x:c></x:row>',
        '<x:row r="4"><x:c r="C4" t="inlineStr"><x:is><x:r><x:t>签</x:t></x:r><x:rPh><x:t>qian</x:t></x:rPh>',
        '<x:r><x:t>约</x:t></x:r></x:is></x:c><x:c r="D4" t="b"><x:v>1</x:v></x:c>',
        '<x:c r="E4" t="e"><x:v>#REF!</x:v></x:c></x:row>',
        '<x:row r="4"><x:c r="A4"><x:v>9</x:v></x:c></x:row>',
    )
    sheet = f"<x:worksheet {MAIN.format(':x')}><x:sheetData>{''.join(rows)}</x:sheetData></x:worksheet>"
    texts = f'<sst {MAIN.format("")}><si><r><t>户</t></r><r><t>数</t></r><rPh sb="0" eb="1"><t>hu</t></rPh></si></sst>'
    (found,) = opened("a.xlsx", of_another_maker(sheet, texts))
    said = {number: [cell.text for cell in cells] for number, cells in found.rows}
    assert said == {1: ["户数", "5"], 4: ["", "", "签约", "True", "#REF!"]}


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ("<worksheet><sheetData><row><c t='s'><v>99</v></c></row></sheetData></worksheet>", "sheet_broken"),
        ("<worksheet><sheetData><row><c><v>1</v></c></sheetData></worksheet>", "sheet_broken"),
        ("<worksheet><sheetData><row r='x'><c><v>1</v></c></row></sheetData></worksheet>", "sheet_broken"),
        ("<worksheet><sheetData><row r='900000'><c><v>1</v></c></row></sheetData></worksheet>", "sheet_too_many_rows"),
        ("<!DOCTYPE worksheet><worksheet/>", "sheet_entities"),
    ],
)
def test_a_sheet_that_cannot_be_read_is_refused_as_a_whole(sheet: str, code: str):
    with pytest.raises(Unreadable) as fault:
        opened("a.xlsx", of_another_maker(sheet))
    assert fault.value.code == code
