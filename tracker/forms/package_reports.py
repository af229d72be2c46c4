"""The report about a tender package: counts of units, a suspension, a new call."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.reporting import Problem
from tracker.domain.tender_reports import MOST, MOST_ROUNDS
from tracker.domain.tender_values import COUNTED, SAID, Counts
from tracker.forms.reports import ReportForm, line, lines
from tracker.words import tenders as said


@dataclass(frozen=True, slots=True)
class Cell:
    """One count to type, and what was last accepted there."""

    field: Any
    last: str


class PackageReportForm(ReportForm):
    """What is reported of a package as it stands on a day. Counts of units only, no names."""

    suspended_from = line(_("Suspended from"))
    suspended_until = line(_("Goes on from"))
    round = forms.IntegerField(label=_("Call number"), min_value=1, max_value=MOST_ROUNDS, required=False)
    failed = forms.BooleanField(label=_("This call has failed"), required=False)
    counted_anew = forms.BooleanField(
        label=_("What is the same as in the earlier call holds for this one too: it was checked anew"), required=False
    )
    note = lines(_("Note"))
    reason = lines(_("Why the accepted report is corrected"), required=True)

    def __init__(self, *args: Any, last: Counts, counted_elsewhere: bool = False, **options: Any) -> None:
        """`counted_elsewhere`: a metric counts the units registered, so they are not asked for here."""
        super().__init__(*args, **options)
        self.last = last
        self.repeats_a_call = False
        for name in COUNTED:
            if name != "registered" or not counted_elsewhere:
                self.fields[name] = forms.IntegerField(
                    label=said.COUNTS[name], min_value=0, max_value=MOST, required=False
                )

    def clean_suspended_from(self) -> date | None:
        """The day the clock stopped."""
        return self._day("suspended_from")

    def clean_suspended_until(self) -> date | None:
        """The day it goes on."""
        return self._day("suspended_until")

    def clean(self) -> dict[str, Any]:
        """The counts made of all fields; an empty call number is the last one."""
        values = super().clean() or {}
        stated: dict[str, Any] = {name: values.get(name) for name in SAID}
        stated |= {"round": values.get("round") or self.last.round, "failed": bool(values.get("failed"))}
        values["counts"] = Counts(**stated)
        return values

    @property
    def asks_anew(self) -> bool:
        """Whether what the form holds was accepted of an earlier call, so that it has to be confirmed."""
        typed = str(self["round"].value() or "")
        raised = typed.isascii() and typed.isdigit() and int(typed) > self.last.round
        same = any(cell.last and str(cell.field.value()) == cell.last for cell in self.cells)
        return self.repeats_a_call or (raised and same)

    @property
    def earlier(self) -> list[str]:
        """The suspensions of this call that count beside the one in the form, in words."""
        return said.suspensions(Counts(earlier=self.last.earlier), self.today)

    def put(self, problems: Iterable[Problem]) -> None:
        """Show the rules a report breaks, each at its field."""
        for problem in problems:
            self.repeats_a_call |= problem.code == "package_of_earlier_call"
            self.add_error(problem.field if problem.field in self.fields else None, said.problem(problem, on_form=True))

    @property
    def cells(self) -> list[Cell]:
        """The counts with what was last accepted."""
        names = [name for name in COUNTED if name in self.fields]
        return [Cell(self[name], "" if (value := getattr(self.last, name)) is None else str(value)) for name in names]


def package_initial(counts: Counts | None, *, as_of: date, note: str = "") -> dict[str, Any]:
    """The form's texts from stored counts."""
    stored = counts or Counts()
    texts = {name: getattr(stored, name) for name in (*COUNTED, "round", "failed")}
    texts |= {name: words.day(getattr(stored, name)) for name in ("suspended_from", "suspended_until")}
    return {"as_of": words.day(as_of), "note": note, **texts}
