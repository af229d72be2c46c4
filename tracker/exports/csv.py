"""CSV files of what a list shows, written as they are read: the memory needed does not grow with the rows."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker import words
from tracker.domain.quantities import Quantity

BOM = "\ufeff"
"""Without it Excel takes Chinese for the machine's old encoding."""
ROWS_AT_ONCE = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Lines(list[str]):
    """A file that keeps what is written to it until it is taken."""

    def write(self, text: str) -> int:
        self.append(text)
        return len(text)

    def take(self) -> bytes:
        text = "".join(self)
        self.clear()
        return text.encode("utf-8")


def stream(header: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file in pieces of some hundred rows: UTF-8 with a mark, comma, CRLF.

    A text that a spreadsheet would take for a formula gets an apostrophe before it. Days are ISO days.
    """
    lines = _Lines(BOM)
    writer = csv.writer(lines)
    writer.writerow([safe(value) for value in header])
    for count, row in enumerate(rows, start=1):
        writer.writerow([safe(value) for value in row])
        if count % ROWS_AT_ONCE == 0:
            yield lines.take()
    yield lines.take()


def safe(value: Any) -> str:
    """One cell as text, harmless to a spreadsheet. A number keeps its sign."""
    if value is None:
        return ""
    if isinstance(value, date):  # a datetime too
        return words.instant(value) if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, Decimal):
        return words.number(value)
    if isinstance(value, int):
        return str(int(value))
    text = words.quantity(value) if isinstance(value, Quantity) else str(value)
    if text.startswith(_FORMULA):
        return f"'{text}"
    return text.replace("\x00", "") if "\x00" in text else text
