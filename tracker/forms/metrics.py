"""Metrics: what the list can be narrowed to, and the form that changes a target."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain import dates, quantities
from tracker.domain.dates import ImpreciseDate, UnreadableDate
from tracker.domain.quantities import Quantity
from tracker.domain.units import MeasureError
from tracker.forms.filters import SEARCH_LIMIT, ReachFilter
from tracker.words.metrics import VERDICTS

REASON_LIMIT = 300


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


class RetargetForm(forms.Form):
    """A new target version. `measure` is the metric's: a bare number is in it; the action converts another unit."""

    target = forms.CharField(
        label=_("Target"),
        required=False,
        max_length=200,
        help_text=_("A figure as people write it: 168, about 203, 1—2, no more than 177. Empty: no target."),
    )
    due = forms.CharField(
        label=_("Due"),
        required=False,
        max_length=200,
        help_text=_("As people write it: 10月底前, 上半年, 4月—6月, by end of October 2026. Empty: no date."),
    )
    reason = forms.CharField(
        label=_("Why the target changes"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the target changes.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, measure: str, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.measure, self.today = measure, today
        for name in ("target", "due"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_target(self) -> Quantity | None:
        """The figure in the measure typed, else in the metric's own; none where it is left empty."""
        text = self.cleaned_data["target"]
        if not text:
            return None
        try:
            found = self._read(text)
        except MeasureError as fault:
            raise forms.ValidationError(words.refusal(fault.code, fault.inputs)) from fault
        if found.low is None and found.high is None:
            raise forms.ValidationError(words.refusal("quantity_withheld"))
        return found

    def _read(self, text: str) -> Quantity:
        try:
            return quantities.parse(text)
        except quantities.UnreadableQuantity as fault:
            if fault.code != "measure_missing":
                raise
        return quantities.parse(text, measure=self.measure)

    def clean_due(self) -> ImpreciseDate | None:
        """The due date read as officials write it; none where it is left empty."""
        text = self.cleaned_data["due"]
        if not text:
            return None
        try:
            return dates.parse(text, year=self.today.year, today=self.today)
        except UnreadableDate as fault:
            raise forms.ValidationError(words.refusal(f"date_{fault.code}")) from fault

    def clean_reason(self) -> str:
        """The reason; required, and short."""
        text = str(self.cleaned_data["reason"]).replace("\r\n", "\n").strip()
        if len(text) > REASON_LIMIT:
            raise forms.ValidationError(words.refusal("reason_too_long", {"limit": REASON_LIMIT}))
        return text
