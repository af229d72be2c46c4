"""The report about resettlement housing: the figures of each stage, each as people write it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.relocation import Scope
from tracker.domain.relocation_reading import read_in
from tracker.domain.reporting import Problem
from tracker.domain.resettlement import COUNTED, FIGURES, Entry, HomeCount, column, measure_of
from tracker.domain.units import MeasureError
from tracker.forms.reports import ReportForm, line, lines
from tracker.forms.site_reports import Figure, StageRow
from tracker.words import resettlement as said


class HousingReportForm(ReportForm):
    """What is reported of housing: every figure as it stands on the day, counted from the beginning."""

    note = lines(_("Note"))
    reason = lines(_("Why the accepted report is corrected"), required=True)

    def __init__(self, *args: Any, last: Entry, planned: Mapping[HomeCount, Scope], **options: Any) -> None:
        super().__init__(*args, **options)
        self.last, self.planned = last, planned
        for name in FIGURES:
            self.fields[name] = line(said.FIGURES[name], inputmode="text")

    def clean(self) -> dict[str, Any]:
        """The entry made of all cells; what cannot be read is said at its cell."""
        values = super().clean() or {}
        found = {name: self._figure(name, str(values.get(name) or "")) for name in FIGURES}
        values["entry"] = Entry({name: value for name, value in found.items() if value is not None})
        return values

    def _figure(self, name: str, text: str) -> Any:
        try:
            return read_in(measure_of(name), text)
        except MeasureError as fault:
            self.add_error(name, words.refusal(fault.code, fault.inputs))
        return None

    def put(self, problems: Iterable[Problem]) -> None:
        """Show the rules an entry breaks, each at its cell."""
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, said.problem(problem))

    @property
    def whole(self) -> list[str]:
        """What is planned, as stated."""
        return [text for count, scope in self.planned.items() if (text := said.planned(count, scope))]

    @property
    def rows(self) -> list[StageRow]:
        """The stages with their cells."""
        return [
            StageRow(str(said.STAGES[stage]), tuple(self._cell(column(stage, one)) for one in counts))
            for stage, counts in COUNTED.items()
        ]

    def _cell(self, name: str) -> Figure:
        return Figure(self[name], said.figure(name, self.last.figures.get(name)))


def housing_initial(entry: Entry | None, *, as_of: date, note: str = "") -> dict[str, Any]:
    """The form's texts from stored figures, unrounded."""
    stored = entry or Entry()
    figures = {name: words.number(value) for name, value in stored.figures.items()}
    return {"as_of": words.day(as_of), "note": note, **figures}
