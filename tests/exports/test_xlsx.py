"""Excel files: typed cells, a head in words, no text that is a formula, memory that does not grow."""

import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tracker.domain.quantities import Qualifier, Quantity
from tracker.exports.xlsx import Head, number_format, plain, sheet_title, write


def written(*values: Any) -> Any:
    """A sheet of one row, read back."""
    file = io.BytesIO()
    write(file, Head("清单", ("筛选：无",)), [f"c{place}" for place in range(len(values))], [values])
    sheet = load_workbook(file).active
    assert isinstance(sheet, Worksheet)
    return sheet


def test_the_head_stays_in_sight_and_every_column_has_a_filter():
    sheet = written("a", 1)
    assert [sheet[cell].value for cell in ("A1", "A2", "A3", "B3", "A4")] == ["清单", "筛选：无", "c0", "c1", "a"]
    assert sheet.freeze_panes == "A4"
    assert sheet.auto_filter.ref == "A3:B4"
    assert sheet.print_title_rows == "$3:$3"


@pytest.mark.parametrize(
    ("value", "kind", "read", "shape"),
    [
        (date(2026, 10, 31), "d", datetime(2026, 10, 31), "yyyy-mm-dd"),  # noqa: DTZ001
        (datetime(2026, 11, 20, 1, 0, tzinfo=UTC), "d", datetime(2026, 11, 20, 9, 0), "yyyy-mm-dd hh:mm"),  # noqa: DTZ001
        (Decimal("37.50"), "n", 37.5, "#,##0.0"),
        (Decimal("1E+3"), "n", 1000, "#,##0"),
        (7, "n", 7, "General"),
        (True, "b", True, "General"),
        ("6月底前", "s", "6月底前", "General"),
        (Quantity(Decimal(168), Decimal(168), Qualifier.EXACT, "亩"), "n", 168, "#,##0"),
        (Quantity(Decimal(800), None, Qualifier.OVER, "户"), "s", "800余户", "General"),
        (date(1899, 1, 1), "s", "1899-01-01", "General"),
        (Decimal("1234567890.1234567"), "s", "1234567890.1234567", "General"),
    ],
)
def test_a_cell_has_the_type_of_what_it_says(value: object, kind: str, read: object, shape: str):
    cell = written(value)["A4"]
    assert (cell.data_type, cell.value, cell.number_format) == (kind, read, shape)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@sum", "\t=x", "#N/A", "=HYPERLINK(1)"])
def test_no_text_is_a_formula_or_an_error(text: str):
    cell = written(text)["A4"]
    assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


def test_nothing_is_an_empty_cell_and_control_signs_go():
    sheet = written(None, "", "a\x00b\x07")
    assert [sheet.cell(4, column).value for column in (1, 2, 3)] == [None, None, "ab"]
    assert len(plain("长" * 40_000)) == 32_767
    assert sheet_title("a[b]:c*d?" + "长" * 40) == ("a（b）：c＊d？" + "长" * 40)[:31]
    assert number_format(Decimal("0.1250")) == "#,##0.000"


def test_memory_does_not_grow_with_the_rows():
    def rows(count: int) -> Iterator[tuple[Any, ...]]:
        for number in range(count):
            yield f"X-{number}", "节点" * 20, date(2026, 1, 1), Decimal("1.5")

    peaks = []
    for count in (400, 1_600):
        with io.BytesIO() as file:
            tracemalloc.start()
            write(file, Head("x"), ("a", "b", "c", "d"), rows(count))
            peaks.append(tracemalloc.get_traced_memory()[1] - len(file.getvalue()))
            tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 200_000, peaks
