"""The one-line report: what people type, read as dates and figures. Rules are the domain's, applied by the action."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain import dates
from tracker.domain.dates import ImpreciseDate, UnreadableDate
from tracker.domain.quantities import Quantity
from tracker.domain.reporting import Problem
from tracker.domain.states import Status
from tracker.domain.units import MEASURES, MeasureError, same_kind
from tracker.forms.evidence import EvidenceField
from tracker.forms.written import read_day, read_figure
from tracker.words.ledger import figure

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_TOKEN = re.compile(r"[0-9A-Za-z-]{8,40}")
_LONGEST = 20_000  # characters kept of a note that is far too long; more is no typing
_LONGEST_LINE = 200


def line(label: Any, *, required: bool = False, **attrs: str) -> forms.CharField:
    """A text of one line."""
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    return forms.CharField(label=label, required=required, max_length=_LONGEST_LINE, widget=widget)


def lines(label: Any, *, required: bool = False, rows: int = 2) -> forms.CharField:
    """A text of several lines."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=_LONGEST, widget=widget)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a rendered form carries unseen: its token, and the version of the item it was filled from."""

    token: str | None
    version: int | None


def ticket(data: Mapping[str, Any]) -> Ticket:
    """The hidden fields as sent. What is no token counts as none; a version that is no number is always stale."""
    token, version = str(data.get("client_token", "")), str(data.get("version", ""))
    plain = version.isascii() and version.isdigit() and len(version) < 10
    return Ticket(
        token=token if _TOKEN.fullmatch(token) else None,
        version=int(version) if plain else -1 if version else None,
    )


class ReportForm(forms.Form):
    """What any report carries. `today` is the reader's day."""

    as_of = line(_("State as of"), required=True)

    def __init__(self, *args: Any, today: date, correcting: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.evidence = EvidenceField()
        if not correcting:
            self.fields.pop("reason", None)

    def clean_as_of(self) -> date:
        """The day the report speaks of."""
        return self._day("as_of") or self.today

    def clean_note(self) -> str:
        """The note, with line ends counted once."""
        return str(self.cleaned_data["note"]).replace("\r\n", "\n")

    def _day(self, name: str) -> date | None:
        return read_day(self.cleaned_data[name], self.today)

    def put(self, problems: Iterable[Problem]) -> None:
        """Show the rules a report breaks, each at its field."""
        for problem in problems:
            field = problem.field if problem.field in self.fields else None
            self.add_error(field, words.refusal(problem.code, problem.inputs))


class MilestoneReportForm(ReportForm):
    """What is reported of a milestone."""

    status = forms.ChoiceField(
        label=_("Status"), widget=forms.RadioSelect, choices=lambda: [(one.value, words.status(one)) for one in Status]
    )
    progress = line(_("Progress %"), inputmode="decimal")
    actual_start = line(_("Started on"))
    actual_finish = line(_("Finished on"))
    forecast = line(_("Expected"))
    note = lines(_("Note"))
    reason = lines(_("Why the accepted report is corrected"), required=True)

    def clean_progress(self) -> Decimal | None:
        """Percent, in half or full width, with or without its sign."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["progress"]).strip().removesuffix("%").strip()
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise _fault("progress_unreadable")
        return Decimal(text)

    def clean_actual_start(self) -> date | None:
        """The day it was begun."""
        return self._day("actual_start")

    def clean_actual_finish(self) -> date | None:
        """The day it was finished; the field is shown, and counts, only with 'done'."""
        return self._day("actual_finish") if self._done() else None

    def clean_forecast(self) -> ImpreciseDate | None:
        """When it is expected; without a year that of the day the report speaks of. What is done has none."""
        text = self.cleaned_data["forecast"]
        if not text or self._done():
            return None
        as_of = self.cleaned_data.get("as_of") or self.today
        try:
            return dates.parse(text, year=as_of.year, today=as_of)
        except UnreadableDate as fault:
            raise _fault(f"date_{fault.code}") from fault

    def clean(self) -> dict[str, Any]:
        """Done without another progress typed is 100: the figure from the last report is no contradiction."""
        values = super().clean() or {}
        if self._done() and self.data.get("progress", "") == self.data.get("progress_was", ""):
            values["progress"] = None
            self.errors.pop("progress", None)
        return values

    def _done(self) -> bool:
        return str(self.cleaned_data.get("status")) == Status.DONE


class MetricReportForm(ReportForm):
    """What is reported of a metric: a figure as people write it, in one of the measures of its dimension."""

    quantity = line(_("Value"), required=True, inputmode="text")
    measure = forms.ChoiceField(label=_("Unit of measure"))
    note = lines(_("Note"))
    reason = lines(_("Why the accepted report is corrected"), required=True)

    def __init__(self, *args: Any, measure: str, basis: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.basis = basis
        field = self.fields["measure"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = measures_like(measure)

    def clean(self) -> dict[str, Any]:
        """The figure in the unit typed with it, else in the one chosen."""
        values = super().clean() or {}
        text, chosen = values.get("quantity"), values.get("measure")
        if not text or not chosen:
            return values
        try:
            values["quantity"] = replace(read_figure(text, chosen), basis=self.basis)
        except MeasureError as fault:
            self.add_error("quantity", words.refusal(fault.code, fault.inputs))
        return values


class ReturnForm(forms.Form):
    """Why a report goes back to its author."""

    comment = lines(_("What has to be changed"), required=True)


def measures_like(symbol: str) -> list[tuple[str, str]]:
    """The measures a figure of that kind may be given in, its own first."""
    own = MEASURES[symbol]
    others = [one for one in MEASURES.values() if one is not own and same_kind(one, own)]
    return [(one.symbol, words.measure(one.symbol)) for one in (own, *others)]


def milestone_initial(values: Mapping[str, Any], *, as_of: date) -> dict[str, Any]:
    """The form's texts from stored values; dates are written out in full, so that reading them gives the same again."""
    return {
        "as_of": words.day(as_of),
        "status": values["status"],
        "progress": words.number(values["progress"]),
        "actual_start": words.day(values["actual_start"]),
        "actual_finish": words.day(values["actual_finish"]),
        "forecast": words.imprecise(values["forecast"]),
        "note": values.get("note", ""),
    }


def metric_initial(quantity: Quantity | None, *, measure: str, as_of: date, note: str = "") -> dict[str, Any]:
    """The form's texts from a stored figure, unrounded; the unit stands in its own field."""
    return {
        "as_of": words.day(as_of),
        "quantity": figure(quantity) if quantity else "",
        "measure": measure,
        "note": note,
    }


def _fault(code: str) -> forms.ValidationError:
    return forms.ValidationError(words.refusal(code), code=code)
