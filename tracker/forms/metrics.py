"""Metrics: what the list can be narrowed to, and the form that changes a target."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.quantities import Quantity
from tracker.domain.units import MeasureError
from tracker.forms.filters import SEARCH_LIMIT, ReachFilter
from tracker.forms.written import DueForm, ReasonForm, due_field, read_figure, reason_field
from tracker.words.metrics import VERDICTS


class MetricsForm(ReachFilter):
    """The filters."""

    q = forms.CharField(label=_("Name, code or basis"), max_length=SEARCH_LIMIT, required=False)
    target = forms.ChoiceField(label=_("Target"), required=False)
    value = forms.ChoiceField(label=_("Value"), required=False)
    verdict = forms.ChoiceField(label=_("Verdict"), required=False)
    field_order = ("q", "programme", "unit", "target", "value", "verdict")

    def __init__(self, data: Any, **reach: Any) -> None:
        offered: dict[str, list[tuple[str, Any]]] = {
            "target": [("stated", _("stated")), ("withheld", _("withheld by the document")), ("none", _("none"))],
            "verdict": list(VERDICTS.items()),
            "value": [("some", _("reported or stated")), ("none", _("not yet reported"))],
        }
        super().__init__(data, offered=offered, **reach)


class RetargetForm(DueForm, ReasonForm):
    """A new target version. `measure` is the metric's: a bare number is in it; the action converts another unit."""

    target = forms.CharField(
        label=_("Target"),
        required=False,
        max_length=200,
        help_text=_("A figure as people write it: 168, about 203, 1—2, no more than 177. Empty: no target."),
    )
    due = due_field(_("Due"))
    reason = reason_field(_("Why the target changes"), _("Say why the target changes."))
    field_order = ("target", "due", "reason")

    def __init__(self, *args: Any, measure: str, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.measure, self.today = measure, today
        self.fields["target"].widget.attrs["autocomplete"] = "off"

    def clean_target(self) -> Quantity | None:
        """The figure in the measure typed, else in the metric's own; none where it is left empty."""
        text = self.cleaned_data["target"]
        if not text:
            return None
        try:
            found = read_figure(text, self.measure)
        except MeasureError as fault:
            raise forms.ValidationError(words.refusal(fault.code, fault.inputs)) from fault
        if found.low is None and found.high is None:
            raise forms.ValidationError(words.refusal("quantity_withheld"))
        return found
