"""The form of planning back, sent by GET: a template, a deadline as people write it, the days that are known."""

from datetime import date
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain import dates
from tracker.domain.dates import ImpreciseDate, UnreadableDate
from tracker.forms.people import day_field

KNOWN = "done_"
"""Before the code of a step: the day it was done, or is fixed on."""
Choices = list[tuple[str, str]]


class BackplanForm(forms.Form):
    """`today` anchors texts that name no year; `steps` are those of the chosen template, each with a day of its own."""

    template = forms.ChoiceField(label=_("Process"))
    deadline = forms.CharField(
        label=_("Deadline"),
        max_length=200,
        help_text=_("As people write it: 10月底前, 上半年, 4月—6月, by end of October 2026."),
        error_messages={"required": _("Say by when.")},
    )
    region = forms.ChoiceField(label=_("Region"), required=False)
    package = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, today: date, templates: Choices, steps: Choices, regions: Choices, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.today = today
        self.fields["template"].choices = templates  # type: ignore[attr-defined]
        self.fields["region"].choices = [("", _now("Whole country")), *regions]  # type: ignore[attr-defined]
        self.fields["deadline"].widget.attrs["autocomplete"] = "off"
        for code, name in steps:
            self.fields[KNOWN + code] = day_field(label=f"{code} {name}", required=False)

    def clean_deadline(self) -> ImpreciseDate:
        """The deadline as officials write it; it needs a last day."""
        try:
            read = dates.parse(self.cleaned_data["deadline"], year=self.today.year, today=self.today)
        except UnreadableDate as fault:
            raise forms.ValidationError(words.refusal(f"date_{fault.code}")) from fault
        if read.latest is None:
            raise forms.ValidationError(_now("This names no last day to count back from."))
        return read

    @property
    def known(self) -> dict[str, date]:
        """The days given, by the code of the step."""
        return {
            name.removeprefix(KNOWN): day
            for name, day in self.cleaned_data.items()
            if name.startswith(KNOWN) and day is not None
        }

    @property
    def days(self) -> list[BoundField]:
        """The fields of the steps, in the order of the template."""
        return [self[name] for name in self.fields if name.startswith(KNOWN)]

    @property
    def opened(self) -> bool:
        """Whether any step has a day, or an error: then the list of steps is shown open."""
        return any(field.errors or field.value() for field in self.days)


class ApplyForm(BackplanForm):
    """The same plan, the project it is applied to (chosen by programme), and the fingerprint of the plan as shown."""

    project = forms.ChoiceField(label=_("Project"))
    seen = forms.CharField(required=False)

    def __init__(self, *args: Any, projects: list[tuple[str, Choices]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["project"].choices = [("", "—"), *projects]  # type: ignore[attr-defined]
