"""The forms that add a clearance site and that change its scope or due day: figures and days as people write them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.dates import ImpreciseDate
from tracker.domain.relocation import Use, measure_of, scopes_of
from tracker.domain.relocation_reading import of_floor
from tracker.domain.units import MeasureError
from tracker.forms.written import DueForm, ReasonForm, due_field, read_day, read_figure, start_field
from tracker.words.relocation import SCOPES, USES

EVERY = tuple(dict.fromkeys(name for use in Use for name in scopes_of(use)))
Choices = list[tuple[str, str]]


def _written(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class TermsForm(DueForm):
    """How much there is to clear and by when."""

    due = due_field(_("Nothing left by"))
    planned_start = start_field()
    transition_months = forms.IntegerField(
        label=_("Months households may wait for their homes"), required=False, min_value=1, max_value=240
    )

    def __init__(
        self,
        *args: Any,
        today: date,
        scopes: Sequence[str] = EVERY,
        due: ImpreciseDate | None = None,
        **options: Any,
    ) -> None:
        """`scopes` are the counts asked for, by the names of the model's SCOPES; `due` is the due date in force."""
        super().__init__(*args, **options)
        self.today, self.scopes, self.present = today, scopes, due
        for name in scopes:
            self.fields[f"scope_{name}"] = _written(SCOPES[name])
        if "households" not in scopes:
            del self.fields["transition_months"]

    @property
    def scope_fields(self) -> list[Any]:
        """The fields of the scope, in their order."""
        return [self[f"scope_{name}"] for name in self.scopes]

    def clean(self) -> dict[str, Any]:
        """The counts as quantities under `scope`; those left empty are not there."""
        found = super().clean() or {}
        scope = {}
        for name in self.scopes:
            text = found.get(f"scope_{name}")
            if not text:
                continue
            try:
                scope[name] = of_floor(read_figure(text, measure_of(name)), measure_of(name))
            except MeasureError as fault:
                self.add_error(f"scope_{name}", words.refusal(fault.code, fault.inputs))
        return found | {"scope": scope}

    def clean_due(self) -> ImpreciseDate | None:
        """The due date read as officials write it; none where it is left empty."""
        text = self.cleaned_data["due"]
        if text and self.present and text == words.imprecise(self.present):
            return self.present  # as the document prints it, if nobody has touched it
        return super().clean_due()

    def clean_planned_start(self) -> date | None:
        """One day."""
        return read_day(self.cleaned_data["planned_start"], self.today)


class PlanSiteForm(ReasonForm, TermsForm):
    """A new version of a site's scope and due day."""


class NewSiteForm(TermsForm):
    """What a new site is, and its first scope and due day."""

    project = forms.ChoiceField(label=_("Project"))
    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Capital letters, digits and hyphens; it is never changed.")
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    use = forms.ChoiceField(label=_("Use"), choices=list(USES.items()))
    unit = forms.ChoiceField(label=_("Unit responsible"))
    place = forms.CharField(label=_("Village or plot"), max_length=80, required=False)
    basis = forms.CharField(
        label=_("What is counted (basis)"),
        max_length=200,
        required=False,
        help_text=_("Only sites of one basis are added up. Write it as the other sites have it."),
    )
    on_behalf = forms.BooleanField(label=_("Cleared on behalf of another project"), required=False)
    beside = forms.BooleanField(label=_("Beside the totals: it is shown, and not added up"), required=False)

    def __init__(self, *args: Any, projects: Choices, units: Choices, **options: Any) -> None:
        """`projects` and `units` are (code, name) of those the reader keeps plans of."""
        super().__init__(*args, **options)
        self.fields["project"].choices = projects  # type: ignore[attr-defined]
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
