"""The file that was uploaded, with a comment in every cell that was refused."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO, Any

from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.writer.excel import save_workbook

from tracker.exports import xlsx

RED = PatternFill("solid", fgColor="F8C9C4")
WIDTH, HEIGHT = 320, 90  # of a comment, in points


def write(file: IO[bytes], content: bytes, rows: Iterable[tuple[int, list[Any]]] | None, faults: Iterable[Any]) -> None:
    """Write the uploaded workbook, or a new one of `rows` where it was CSV, with its faults.

    `faults` are (sheet, cell, sentence); several of one cell stand in one comment.
    """
    book = load_workbook(BytesIO(content), keep_links=False) if rows is None else _from_rows(rows)
    said: dict[tuple[str, str], list[str]] = {}
    for sheet, cell, sentence in faults:
        said.setdefault((sheet, cell), []).append(sentence)
    for (sheet, cell), sentences in said.items():
        page = book[sheet] if sheet in book.sheetnames else book.worksheets[0]
        marked = page[cell]
        marked.comment = Comment("\n".join(sentences), "Guatu", width=WIDTH, height=HEIGHT)
        marked.fill = RED
    save_workbook(book, file)


def _from_rows(rows: Iterable[tuple[int, list[Any]]]) -> Workbook:
    book = Workbook()
    page = book.active
    assert page is not None
    for number, cells in rows:
        for column, cell in enumerate(cells, start=1):
            if cell.text:
                made = page.cell(number, column)
                made.value = xlsx.plain(cell.text)
                made.data_type = "s"  # what was typed, never a formula
    return book
