"""What a sheet prints of its own figures, computed again: rates, totals, and a 万 too many or too few.

These are remarks for whoever sends the sheet, never corrections: printed rates are not imported, and a figure is
imported as it stands. A rate is compared at the decimals it is printed with; cut and rounded ones are told apart.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from tracker.domain import sheet_headers, units
from tracker.domain.ledger import Cell
from tracker.domain.quantities import Quantity
from tracker.domain.sheet_headers import BLANKS, Path, folded

_FIGURE = re.compile(r"([+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d{1,15}(?:\.\d{1,12})?)(\D{0,8})", re.ASCII)
_WHOLE = re.compile("总|任务|目标|应|计划|在册|涉及")
_PART = re.compile("已|完成|累计")
_NO_PART = re.compile("^未|未|应|总|拟|任务|目标|计划|剩余")
_MOST_DECIMALS = 4
"""Decimals a rate is compared at; a spreadsheet may hold fifteen of them and print two."""
_WIDE = Context(prec=120)
_PROBE = 60
"""Rows by which the columns behind a rate are found."""
MYRIAD = 10_000
_TIMES = {"万": MYRIAD, "亿": MYRIAD**2}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a cell: its value in the base unit of its measure, as printed, and with how many decimals."""

    value: Fraction
    printed: str
    decimals: int


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that does not add up: the row, the place of the column, a code of `words`, what its sentence names."""

    code: str
    row: int
    place: int
    inputs: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as the arithmetic sees it: its place, its path, and the figures of its rows by their number."""

    place: int
    path: Path
    figures: dict[int, Figure]

    @property
    def measure(self) -> str | None:
        """The unit of measure the title names."""
        return sheet_headers.measure(self.path)

    @property
    def title(self) -> str:
        """The title as people would name it."""
        return "/".join(self.path)


def figure(cell: Cell, measure: str | None) -> Figure | None:
    """The plain number of a cell, with the unit it names or that of its column; None for anything else."""
    if cell.formula or isinstance(cell.value, bool) or folded(cell.text) in BLANKS:
        return None
    found = _FIGURE.fullmatch("".join(unicodedata.normalize("NFKC", cell.text).split()))
    if found is None:
        return None
    number, unit = found[1].replace(",", ""), found[2].rstrip("。")
    if (factor := _factor(unit, measure)) is None:
        return None
    decimals = len(number.partition(".")[2])
    return Figure(Fraction(number) * factor, cell.text, decimals)


def _factor(unit: str, measure: str | None) -> Fraction | None:
    """What one of the unit typed is in its base unit; a bare 万 multiplies the unit of the column (万亩 is no unit)."""
    times = Fraction(1)
    if unit[:1] in _TIMES and (unit in _TIMES or not _known(unit)):
        times, unit = Fraction(_TIMES[unit[0]]), unit[1:]
        measure = (measure or "").lstrip("万亿") or None
    named = unit or measure
    if not named:
        return times
    return units.measure(named).factor * times if _known(named) else None


def _known(unit: str) -> bool:
    try:
        units.measure(unit)
    except units.UnknownMeasure:
        return False
    return True


def rates(columns: Sequence[Column]) -> Iterator[Remark]:
    """The printed rates that are not what their own columns come to."""
    for printed_column in columns:
        if not sheet_headers.rate(printed_column.path) or not printed_column.figures:
            continue
        column = _in_percent(printed_column)
        pair = _pair(column, columns)
        if pair is None:
            continue
        part, whole = pair
        remarks = [
            remark
            for row, printed in sorted(column.figures.items())
            if row in part.figures and row in whole.figures and whole.figures[row].value
            for remark in _rate(column, row, printed, part, whole)
        ]
        checked = sum(row in part.figures and row in whole.figures for row in column.figures)
        wrong = [one for one in remarks if one.code == "rate_differs"]
        if checked > 3 and len(wrong) == checked:
            yield Remark("rate_never", wrong[0].row, column.place, wrong[0].inputs)
        else:
            yield from remarks


def _in_percent(column: Column) -> Column:
    """The rates of a column in percent: 0.9263 without a sign, where no rate exceeds 1, is 92.63 %."""
    signs = folded("".join(column.path) + "".join(one.printed for one in column.figures.values()))
    if "%" in signs or any(one.value > 1 for one in column.figures.values()):
        return column
    figures = {
        row: Figure(one.value * 100, f"{_short(one.value * 100, _MOST_DECIMALS)}%", max(0, one.decimals - 2))
        for row, one in column.figures.items()
    }
    return Column(column.place, column.path, figures)


def comparable(columns: Sequence[Column]) -> int:
    """How many columns print a rate whose own columns are there."""
    return sum(bool(one.figures and sheet_headers.rate(one.path) and _pair(one, columns)) for one in columns)


def _rate(column: Column, row: int, printed: Figure, part: Column, whole: Column) -> Iterator[Remark]:
    exact = part.figures[row].value * 100 / whole.figures[row].value
    verdict = compared(printed.value, printed.decimals, exact)
    if verdict:
        places = printed.decimals if verdict == "rate_cut" else 2
        inputs = {"column": column.title, "printed": _percent(printed), "computed": f"{_short(exact, places)}%"}
        inputs |= {"part": part.title, "whole": whole.title}
        inputs |= {"part_value": part.figures[row].printed, "whole_value": whole.figures[row].printed}
        yield Remark(verdict, row, column.place, inputs)


def compared(printed: Fraction, decimals: int, exact: Fraction) -> str:
    """What is to say of a printed rate: '' for nothing, or the code of a remark."""
    places = min(decimals, _MOST_DECIMALS)
    told = _steps(printed, places, half_up=True)
    if told == _steps(exact, places, half_up=True):
        return ""
    if told == _steps(exact, places, half_up=False):
        return "rate_cut"
    return "rate_myriad" if off_by_myriad(printed, exact) else "rate_differs"


def _pair(column: Column, columns: Sequence[Column]) -> tuple[Column, Column] | None:
    """The columns a rate is made of: named as its parts, and of those, the ones that most rows agree with."""
    others = [one for one in columns if one.place != column.place and one.figures and not sheet_headers.rate(one.path)]
    stem, group = sheet_headers.stem(column.path), column.path[:-1]
    of = stem[1:] if stem.startswith("占") else ""  # 占年度计划% names the whole, 签约率 the part
    named = "" if of else stem.removesuffix("完成")
    parts = [one for one in others if _is_part(one, named)]
    wholes = [one for one in others if _WHOLE.search(folded(one.path[-1])) and of in folded("".join(one.path))]

    def near(one: Column) -> tuple[bool, int]:
        return one.path[:-1] != group or not group, abs(one.place - column.place)

    best: tuple[int, Column, Column] | None = None
    rows = list(column.figures)[:_PROBE]
    for part in sorted(parts, key=near)[:6]:
        for whole in sorted(wholes, key=near)[:6]:
            if whole is part or not _alike(part, whole):
                continue
            agreed = sum(_agrees(column, part, whole, row) for row in rows)
            if best is None or agreed > best[0]:
                best = (agreed, part, whole)
    return (best[1], best[2]) if best else None


def _is_part(column: Column, named: str) -> bool:
    title = folded("".join(column.path) if not named else column.path[-1])
    leaf = folded(column.path[-1])
    if _NO_PART.search(leaf):
        return False
    return named in title and bool(named or _PART.search(leaf))


def _alike(one: Column, other: Column) -> bool:
    if one.measure is None or other.measure is None:
        return True
    return units.same_kind(units.measure(one.measure), units.measure(other.measure))


def _agrees(column: Column, part: Column, whole: Column, row: int) -> bool:
    if row not in part.figures or row not in whole.figures or not whole.figures[row].value:
        return False
    printed = column.figures[row]
    exact = part.figures[row].value * 100 / whole.figures[row].value
    return compared(printed.value, printed.decimals, exact) in ("", "rate_cut")


def totals(columns: Sequence[Column], total_rows: Sequence[tuple[int, str]], rows: Sequence[int]) -> Iterator[Remark]:
    """The totals that are the sum of nothing they could be the sum of: all rows, those since the last one, or below."""
    numbers = [row for row, _name in total_rows]
    for index, (total, name) in enumerate(total_rows):
        before = max((one for one in numbers[:index]), default=-1)
        after = min((one for one in numbers[index + 1 :]), default=10**9)
        scopes = [
            list(rows),
            [one for one in rows if before < one < total],
            [one for one in rows if total < one < after],
        ]
        if "小计" in name or "sub" in name.lower():
            scopes = [*scopes[1:], scopes[0]]
        for column in columns:
            if total not in column.figures or sheet_headers.rate(column.path):
                continue
            yield from _total(column, total, name, [scope for scope in scopes if scope])


def _total(column: Column, total: int, name: str, scopes: Sequence[Sequence[int]]) -> Iterator[Remark]:
    printed = column.figures[total]
    factor = units.measure(column.measure).factor if column.measure else Fraction(1)
    sums: list[Fraction] = []
    for scope in scopes:
        held = [column.figures[row] for row in scope if row in column.figures]
        if not held:
            continue
        places = max(printed.decimals, *(one.decimals for one in held))
        fuzzy = printed.decimals < places or any(one.decimals < places and one.decimals for one in held)
        slack = Fraction(1, 2 * 10**printed.decimals) * factor if fuzzy else Fraction(0)
        found = sum((one.value for one in held), Fraction(0))
        if abs(found - printed.value) <= slack:
            return
        sums.append(found)
    if sums:
        inputs = {
            "column": column.title,
            "name": name,
            "printed": printed.printed,
            "computed": _short(sums[0] / factor),
        }
        code = "total_myriad" if off_by_myriad(printed.value, sums[0]) else "total_differs"
        yield Remark(code, total, column.place, inputs)


def off_by_myriad(one: Fraction, other: Fraction) -> bool:
    """Whether one value is about ten thousand times the other: within a fifth of it."""
    if one <= 0 or other <= 0:
        return False
    times = max(one, other) / min(one, other)
    return MYRIAD * Fraction(4, 5) <= times <= MYRIAD * Fraction(6, 5)


def lost_myriad(said: Quantity, *, target: Quantity | None, last: Quantity | None) -> bool:
    """Whether a 万 was probably lost or written twice.

    So much more than the target, or so much more or less than the last value, as no week's work makes.
    """
    new = said.base_high if said.base_high is not None else said.base_low
    if new is None or new <= 0:
        return False
    for held, both in ((last, True), (target, False)):
        old = held and (held.base_high if held.base_high is not None else held.base_low)
        if not old or old <= 0:
            continue
        times = new / old
        if times >= 2_000 or (both and times <= Fraction(1, 2_000)):
            return True
        if both:  # the last value is the better witness
            return False
    return False


def _percent(printed: Figure) -> str:
    text = _short(printed.value)
    return f"{text}%" if printed.decimals > _MOST_DECIMALS else f"{printed.printed.rstrip('%％')}%"


def _short(value: Fraction, places: int = 2) -> str:
    places = min(places, _MOST_DECIMALS)
    text = f"{Decimal(_steps(value, places, half_up=True)).scaleb(-places, _WIDE):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _steps(value: Fraction, places: int, *, half_up: bool) -> int:
    """The value in steps of its last decimal, rounded half up or cut; whole numbers have no precision to lose."""
    steps = int(abs(value) * 10**places + (Fraction(1, 2) if half_up else 0))
    return steps if value >= 0 else -steps


def unique(remarks: Iterable[Remark], most: int) -> tuple[list[Remark], int]:
    """The first remarks, and how many more there are."""
    held = list(remarks)
    return held[:most], max(0, len(held) - most)
