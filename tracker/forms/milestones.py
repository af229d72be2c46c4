"""The replan form: a due date as people write it, a planned start, the unit responsible, and why."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.forms.written import DueForm, ReasonForm, due_field, read_day, reason_field, start_field


class ReplanForm(DueForm, ReasonForm):
    """A new plan version."""

    due = due_field(_("Due"))
    planned_start = start_field()
    unit = forms.ChoiceField(label=_("Unit responsible"))
    reason = reason_field(_("Why the plan changes"), _("Say why the plan changes."))
    field_order = ("due", "planned_start", "unit", "reason")

    def __init__(self, *args: Any, today: date, units: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["unit"].choices = units  # type: ignore[attr-defined]

    def clean_planned_start(self) -> date | None:
        """One day."""
        return read_day(self.cleaned_data["planned_start"], self.today)


class CommentForm(forms.Form):
    """What a unit says of a milestone beside the reports; `token` makes a replayed form one comment."""

    text = forms.CharField(
        label=_("Comment"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write what you want to say.")},
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
