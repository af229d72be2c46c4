"""The replan form: a due date as people write it, a planned start, the unit responsible, and why."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain import dates
from tracker.domain.dates import ImpreciseDate, UnreadableDate

REASON_LIMIT = 300


class ReplanForm(forms.Form):
    """A new plan version. `today` anchors texts that name no year; `present` is the due date now in force."""

    due = forms.CharField(
        label=_("Due"),
        required=False,
        max_length=200,
        help_text=_("As people write it: 10月底前, 上半年, 4月—6月, by end of October 2026. Empty: no date."),
    )
    planned_start = forms.CharField(
        label=_("Planned start"), required=False, max_length=200, help_text=_("One day, or empty.")
    )
    unit = forms.ChoiceField(label=_("Unit responsible"))
    reason = forms.CharField(
        label=_("Why the plan changes"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the plan changes.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, today: date, units: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        for name in ("due", "planned_start"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_due(self) -> ImpreciseDate | None:
        """The due date read as officials write it; none where it is left empty."""
        text = self.cleaned_data["due"]
        if not text:
            return None
        try:
            return dates.parse(text, year=self.today.year, today=self.today)
        except UnreadableDate as fault:
            raise forms.ValidationError(words.refusal(f"date_{fault.code}")) from fault

    def clean_planned_start(self) -> date | None:
        """One day."""
        text = self.cleaned_data["planned_start"]
        if not text:
            return None
        try:
            return dates.day(text, today=self.today)
        except UnreadableDate as fault:
            raise forms.ValidationError(words.refusal(f"date_{fault.code}")) from fault

    def clean_reason(self) -> str:
        """The reason, short."""
        text = str(self.cleaned_data["reason"]).replace("\r\n", "\n").strip()
        if len(text) > REASON_LIMIT:
            raise forms.ValidationError(words.refusal("reason_too_long", {"limit": REASON_LIMIT}))
        return text


class CommentForm(forms.Form):
    """What a unit says of a milestone beside the reports; `token` makes a replayed form one comment."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what you want to say.")},
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
