"""Finds the table in a sheet that was not made for machines: titles above it, a header of one to four rows, totals.

Merged cells are read as if their value stood in each of them. A title over several columns belongs to each of theirs,
also where the file knows no merging (CSV) and leaves the cells beside it empty.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tracker.domain import sheet_headers
from tracker.domain.ledger import EMPTY, Cell
from tracker.domain.sheet_headers import Path, folded

WITHIN, DEEPEST = 30, 4
"""The header begins in one of so many rows and has so many rows at most."""
_LONG = 40  # characters; a longer text is no title
_TOTAL = re.compile(r"(?:.{0,6}(?:合计|小计|总计|共计)|total|subtotal|grandtotal)(?:\(.{0,12}\))?[::]?")
_FIGURE = re.compile(r"[+-]?[\d,]+(?:\.\d+)?%?|\d{4}[-/年.]\d{1,2}([-/月.]\d{1,2}日?|月)?")
Box = tuple[int, int, int, int]
"""Left, top, right and bottom of merged cells, counted from one."""
Rows = Sequence[tuple[int, Sequence[Cell]]]
Row = tuple[int, list[Cell]]


@dataclass(frozen=True, slots=True)
class Head:
    """The header: its first and last row, the path of each column, and the texts that stand above it."""

    first: int
    last: int
    paths: tuple[Path, ...]
    above: tuple[str, ...]


class Sheet:
    """The cells of a sheet by row and place, merged ones spread."""

    def __init__(self, rows: Rows, merged: Sequence[Box] = ()) -> None:
        self.rows: Mapping[int, Sequence[Cell]] = dict(rows)
        self.width = max((len(cells) for cells in self.rows.values()), default=0)
        self.whole: dict[tuple[int, int], Box] = {}
        room = 200_000  # a sheet may claim to merge a million cells
        for box in merged:
            left, top, right, bottom = box
            numbers = [row for row in range(top, min(bottom, top + 20_000) + 1) if row in self.rows]
            places = range(left - 1, min(right, self.width))
            if (room := room - len(numbers) * len(places)) < 0:
                break
            self.whole.update({(row, place): box for row in numbers for place in places})

    def cell(self, row: int, place: int) -> Cell:
        """The cell, or the one it is merged into."""
        box = self.whole.get((row, place))
        if box is not None:
            row, place = box[1], box[0] - 1
        cells = self.rows.get(row, ())
        return cells[place] if place < len(cells) else EMPTY

    def own(self, row: int, place: int) -> Cell:
        """The cell itself: a figure over merged cells counts once."""
        cells = self.rows.get(row, ())
        return cells[place] if place < len(cells) else EMPTY


def head(sheet: Sheet) -> Head | None:
    """The header: of all blocks of rows near the top, the one whose titles are best understood; None if none is."""
    numbers = sorted(sheet.rows)[: WITHIN + DEEPEST]
    best: tuple[float, int, int, list[Path]] | None = None
    for start in range(min(WITHIN, len(numbers))):
        for depth in range(1, DEEPEST + 1):
            block = numbers[start : start + depth]
            if len(block) < depth:
                break
            score, paths = _scored(sheet, block)
            if best is None or score > best[0]:
                best = (score, start, depth, paths)
    if best is None or best[0] < 4:
        return None
    _score, start, depth, paths = best
    above = [cell.text for number in numbers[:start] for cell in sheet.rows[number] if cell.text]
    return Head(numbers[start], numbers[start + depth - 1], tuple(paths), tuple(above[:40]))


def parted(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """The rows of each table that stands in a sheet: a new one begins where, after an empty row, titles stand again.

    What stands above the first titles belongs to the first table, an empty row within a table to that table.
    """
    found: list[Sequence[Row]] = []
    start = 0
    for at in range(1, len(rows)):
        near = [cells for more, (number, cells) in enumerate(rows[at : at + 3]) if number == rows[at][0] + more]
        new = rows[at][0] > rows[at - 1][0] + 1 and any(map(_is_titles, near))
        if new and _is_table(rows[start:at]) and head(Sheet(rows[at : at + WITHIN])) is not None:
            found.append(rows[start:at])
            start = at
    return [*found, rows[start:]]


def _is_titles(cells: Sequence[Cell]) -> bool:
    said = [cell for cell in cells if cell.text]
    return sum(bool(sheet_headers.known((cell.text,))) for cell in said) > 1 and not any(map(_is_figure, said))


def _is_table(rows: Rows) -> bool:
    """Whether there are titles with anything under them: else they are what stands above the titles that follow."""
    found = head(Sheet(rows[: WITHIN + DEEPEST]))
    return found is not None and found.last < rows[-1][0]


def _scored(sheet: Sheet, block: Sequence[int]) -> tuple[float, list[Path]]:
    """How well the rows read as a header; titles known count for it, figures and long texts against it."""
    paths = _paths(sheet, block)
    score = sum(2.0 for path in paths if path and sheet_headers.known(path))
    score += sum(0.1 for path in paths if path)
    for number in block:
        texts = [sheet.cell(number, place) for place in range(sheet.width)]
        said = [one for one in texts if one.text]
        score -= 3 * sum(_is_figure(one) for one in said) + 2 * sum(len(one.text) > _LONG for one in said)
        if len({one.text for one in said}) < 2:
            score -= 6
        if any(is_total(one.text) for one in said[:3]):
            score -= 6
    if any(box[1] < block[0] <= box[3] for (row, _place), box in sheet.whole.items() if row == block[0]):
        score -= 6  # a title reaches in from above: the header begins there
    return score - 0.2 * sheet.width * (len(block) - 1) * 0.1, paths


def _paths(sheet: Sheet, block: Sequence[int]) -> list[Path]:
    held = [[sheet.cell(number, place).text for place in range(sheet.width)] for number in block]
    for level in range(len(held) - 1):
        for place in range(1, sheet.width):
            beside, under = held[level][place - 1], any(row[place] for row in held[level + 1 :])
            group = any(row[place - 1] and row[place - 1] != beside for row in held[level + 1 :])
            if not held[level][place] and under and beside and group:
                held[level][place] = beside
    return [_path([row[place] for row in held]) for place in range(sheet.width)]


def _path(parts: Sequence[str]) -> Path:
    found: list[str] = []
    for part in parts:
        text = "".join(part.split()) if sheet_headers.folded(part).isascii() is False else " ".join(part.split())
        if text and (not found or found[-1] != text):
            found.append(text[:60])
    return tuple(found)


def _is_figure(cell: Cell) -> bool:
    if isinstance(cell.value, Decimal | date) or cell.formula:
        return True
    return bool(_FIGURE.fullmatch(unicodedata.normalize("NFKC", cell.text)))


def body(sheet: Sheet, found: Head) -> list[int]:
    """The numbers of the rows under the header that say anything, but for one that only numbers the columns."""
    numbers = [number for number in sorted(sheet.rows) if number > found.last]
    return [
        number
        for number in numbers
        if any(cell.text for cell in sheet.rows[number]) and not (number == numbers[0] and _counts(sheet.rows[number]))
    ]


def _counts(cells: Sequence[Cell]) -> bool:
    """Whether the row only numbers the columns: 1, 2, 3 …, or 甲, 乙, 1, 2."""
    texts = [folded(cell.text) for cell in cells if cell.text]
    rest = [text for text in texts if text not in ("甲", "乙", "丙", "栏次")]
    return len(rest) > 2 and [text for text in rest if text.isdigit()] == [str(n + 1) for n in range(len(rest))]


def is_total(text: str) -> bool:
    """Whether a cell names its row a total: 合计, 小计, 全县合计."""
    return bool(_TOTAL.fullmatch(folded(text)))


def total_of(sheet: Sheet, number: int) -> str:
    """The name of a total row: 合计 where one of its first cells says so, else ''."""
    for place in range(min(5, sheet.width)):
        text = sheet.cell(number, place).text
        if is_total(text):
            return text[:20]
    return ""
