"""CSV files: harmless to a spreadsheet, readable by Excel, written piece by piece."""

import csv
import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tracker.exports.csv import BOM, ROWS_AT_ONCE, safe, stream


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("6月底前", "6月底前"),
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-2", "'-2"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a\x00b", "ab"),
        (Decimal("-2.50"), "-2.5"),
        (7, "7"),
        (True, "1"),
        (date(2026, 10, 31), "2026-10-31"),
    ],
)
def test_a_cell_is_harmless(value: object, cell: str):
    assert safe(value) == cell


def test_an_instant_is_told_in_shanghai():
    assert "2026" in safe(datetime(2026, 11, 20, 1, 0, tzinfo=UTC))


def test_what_is_written_reads_back():
    rows = [("甲，乙", 'with "quotes"', "two\nlines"), ("", None, 3)]
    text = b"".join(stream(("a", "b", "c"), rows)).decode("utf-8")
    assert text.startswith(BOM)
    read = list(csv.reader(io.StringIO(text.removeprefix(BOM), newline="")))
    assert read == [["a", "b", "c"], ["甲，乙", 'with "quotes"', "two\nlines"], ["", "", "3"]]


def test_memory_does_not_grow_with_the_rows():
    taken = 0

    def rows(count: int) -> Iterator[tuple[str, ...]]:
        nonlocal taken
        for number in range(count):
            taken += 1
            yield (f"X-{number}", "节点" * 20)

    pieces = stream(("code", "name"), rows(60_000))
    next(pieces)
    assert taken == ROWS_AT_ONCE, "the file is written while the rows are read"
    tracemalloc.start()
    for _piece in pieces:
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000
