"""The report about a clearance site: one small table of cumulative figures, each as people write it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.relocation import (
    COUNTS,
    EXTRA,
    Count,
    Entry,
    Obstacle,
    Scope,
    Stage,
    Use,
    column,
    columns_of,
)
from tracker.domain.relocation_reading import read_figure
from tracker.domain.reporting import Problem
from tracker.domain.units import MeasureError
from tracker.forms.reports import ReportForm, line, lines
from tracker.words import relocation as said


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of the table: its field, and what was last accepted there, in words."""

    field: Any
    last: str


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage with a cell for each count."""

    label: str
    cells: tuple[Figure, ...]


class SiteReportForm(ReportForm):
    """What is reported of a site: every figure as it stands on the day, counted from the beginning."""

    note = lines(_("Note"))
    reason = lines(_("Why the accepted report is corrected"), required=True)

    def __init__(self, *args: Any, use: Use, last: Entry, scope: Mapping[Count, Scope], **options: Any) -> None:
        super().__init__(*args, **options)
        self.use, self.last, self.scope = use, last, scope
        for name in columns_of(use):
            self.fields[name] = line(said.FIGURES[name], inputmode="text")
        if Count.HOUSEHOLDS in COUNTS[use]:
            for one in Obstacle:
                self.fields[obstacle_field(one)] = line(said.OBSTACLES[one], inputmode="numeric")

    def clean(self) -> dict[str, Any]:
        """The entry made of all cells; what cannot be read is said at its cell."""
        values = super().clean() or {}
        figures = {name: self._figure(name, name, values) for name in columns_of(self.use)}
        held = {one: self._figure(obstacle_field(one), "held_households", values) for one in Obstacle}
        for one, count in held.items():
            if count is not None and (code := _odd(count)):
                self.add_error(obstacle_field(one), words.refusal(code, {"value": count}))
                held[one] = None
        values["entry"] = Entry(
            {name: value for name, value in figures.items() if value is not None},
            {one: int(count) for one, count in held.items() if count},
        )
        return values

    def _figure(self, field: str, name: str, values: Mapping[str, Any]) -> Any:
        try:
            return read_figure(name, str(values.get(field) or ""))
        except MeasureError as fault:
            self.add_error(field, words.refusal(fault.code, fault.inputs))
        return None

    def put(self, problems: Iterable[Problem]) -> None:
        """Show the rules an entry breaks, each at its cell; those about the households held up at the first of them."""
        for problem in problems:
            field = problem.field if problem.field in self.fields else None
            if problem.field == "obstacles":
                typed = [name for name in map(obstacle_field, Obstacle) if self.cleaned_data.get(name)]
                field = typed[0] if typed else None
            self.add_error(field, said.problem(problem))

    @property
    def counts(self) -> list[tuple[Any, str, str]]:
        """The columns of the table: what is counted, its measure, and how much of it there is."""
        return [(said.COUNTS[one], said.beneath(one), said.scope(one, self.scope[one])) for one in COUNTS[self.use]]

    @property
    def rows(self) -> list[StageRow]:
        """The rows of the table."""
        return [
            StageRow(str(said.STAGES[stage]), tuple(self._cell(column(stage, one)) for one in COUNTS[self.use]))
            for stage in Stage
        ]

    @property
    def extras(self) -> list[Figure]:
        """The counts beside the stages."""
        return [self._cell(name) for name in EXTRA if name in self.fields]

    @property
    def obstacles(self) -> list[Figure]:
        """Why the remaining households stay, each with its count."""
        found = []
        for one in Obstacle:
            if (name := obstacle_field(one)) in self.fields:
                held = self.last.obstacles.get(one)
                found.append(Figure(self[name], f"{held}" if held else ""))
        return found

    @property
    def more(self) -> bool:
        """Whether something stands, or is wrong, in what is folded away."""
        cells = [*self.extras, *self.obstacles]
        return any(cell.last or cell.field.errors or cell.field.value() for cell in cells)

    def _cell(self, name: str) -> Figure:
        return Figure(self[name], said.figure(name, self.last.figures.get(name)))


MOST_HELD = 10**6
"""Households held up for one reason; more is a slip of the keyboard."""


def _odd(count: Decimal) -> str:
    """The code of what is wrong with a count of households; '' for nothing."""
    if count < 0:
        return "entry_negative"
    if count != count.to_integral_value():
        return "entry_not_whole"
    return "entry_too_large" if count > MOST_HELD else ""


def obstacle_field(one: Obstacle) -> str:
    """The field of the households held up for that reason."""
    return f"obstacle_{one}"


def site_initial(entry: Entry | None, *, as_of: date, note: str = "") -> dict[str, Any]:
    """The form's texts from stored figures, unrounded."""
    stored = entry or Entry()
    return {
        "as_of": words.day(as_of),
        "note": note,
        **{name: words.number(value) for name, value in stored.figures.items()},
        **{obstacle_field(one): str(count) for one, count in stored.obstacles.items()},
    }
