"""What plan forms have in common: days, due dates and figures as people write them, and the reason of a change."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain import dates, quantities
from tracker.domain.dates import ImpreciseDate, UnreadableDate
from tracker.domain.quantities import Quantity

REASON_LIMIT = 300
_LONGEST, _LONGEST_LINE = 20_000, 200  # characters kept of what is far too long; more is no typing


def due_field(label: Any) -> forms.CharField:
    """A due date."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=_LONGEST_LINE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("As people write it: 10月底前, 上半年, 4月—6月, by end of October 2026. Empty: no date."),
    )


def start_field() -> forms.CharField:
    """A planned start."""
    return forms.CharField(
        label=_("Planned start"),
        required=False,
        max_length=_LONGEST_LINE,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("One day, or empty."),
    )


def reason_field(label: Any, missing: Any) -> forms.CharField:
    """Why something changes; `missing` is said where it is left empty."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=_LONGEST, widget=widget, error_messages={"required": missing})


def read_due(text: str, today: date) -> ImpreciseDate | None:
    """A due date; a text that names no year is of this one. None for an empty text. Raises ValidationError."""
    try:
        return dates.parse(text, year=today.year, today=today) if text else None
    except UnreadableDate as fault:
        raise _fault(fault) from fault


def read_day(text: str, today: date) -> date | None:
    """One day; None for an empty text. Raises ValidationError."""
    try:
        return dates.day(text, today=today) if text else None
    except UnreadableDate as fault:
        raise _fault(fault) from fault


def read_figure(text: str, own: str) -> Quantity:
    """A figure in the measure typed with it, else in `own`. Raises MeasureError."""
    try:
        return quantities.parse(text)
    except quantities.UnreadableQuantity as fault:
        if fault.code != "measure_missing":
            raise
    return quantities.parse(text, measure=own)


def _fault(fault: UnreadableDate) -> forms.ValidationError:
    code = f"date_{fault.code}"
    return forms.ValidationError(words.refusal(code), code=code)


class ReasonForm(forms.Form):
    """A change that needs its reason, and the version the form was filled from."""

    reason = reason_field(_("Why"), _("Say why."))
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def clean_reason(self) -> str:
        """The reason; required, and short."""
        text = str(self.cleaned_data["reason"]).replace("\r\n", "\n").strip()
        if len(text) > REASON_LIMIT:
            raise forms.ValidationError(words.refusal("reason_too_long", {"limit": REASON_LIMIT}))
        return text


class DueForm(forms.Form):
    """What plans to be reached by a day. `today` anchors texts that name no year."""

    today: date

    def clean_due(self) -> ImpreciseDate | None:
        """The due date read as officials write it; none where it is left empty."""
        return read_due(self.cleaned_data["due"], self.today)
