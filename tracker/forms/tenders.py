"""Tender packages: what the ledger can be narrowed to, and the forms that add one, change its terms, retire it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain import quantities
from tracker.domain.quantities import Quantity
from tracker.domain.stored import in_measure
from tracker.domain.tender_values import Phase
from tracker.domain.units import MeasureError, WrongDimension
from tracker.forms.filters import SEARCH_LIMIT, Choices, ReachFilter
from tracker.forms.written import ReasonForm
from tracker.models.tenders import ESTIMATE_MEASURE
from tracker.words.tenders import KINDS, PHASES, REGIMES

YES_NO = [("", _("not stated")), ("yes", _("yes")), ("no", _("no"))]


class TendersForm(ReachFilter):
    """The filters."""

    q = forms.CharField(label=_("Name or code"), max_length=SEARCH_LIMIT, required=False)
    kind = forms.ChoiceField(label=_("What is tendered"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    field_order = ("q", "programme", "unit", "kind", "phase")

    def __init__(self, data: Any, **reach: Any) -> None:
        offered: dict[str, list[tuple[str, Any]]] = {
            "kind": [(kind.value, name) for kind, name in KINDS.items()],
            "phase": [(phase.value, PHASES[phase]) for phase in Phase],
        }
        super().__init__(data, offered=offered, **reach)


class TermsForm(forms.Form):
    """The terms of a package; what is left empty nobody has stated."""

    kind = forms.ChoiceField(label=_("What is tendered"))
    regime = forms.ChoiceField(label=_("Law"))
    template = forms.ChoiceField(
        label=_("Process"),
        help_text=_("Its steps become the steps of the package."),
        error_messages={"invalid_choice": _("Choose a process that leads through a call or a listing.")},
    )
    estimate = forms.CharField(
        label=_("Estimate"),
        max_length=60,
        required=False,
        help_text=_("A number alone is in RMB 10,000. Empty: not stated."),
    )
    compulsory = forms.ChoiceField(label=_("Tendering compulsory"), choices=YES_NO, required=False)
    validity_days = forms.IntegerField(
        label=_("Bids bind for (days)"), min_value=1, max_value=1000, required=False,
        help_text=_("From the bid deadline on, as the tender documents say."),
    )  # fmt: skip
    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, *args: Any, templates: Choices, regions: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        offered: dict[str, list[tuple[str, Any]]] = {
            "kind": [(kind.value, name) for kind, name in KINDS.items()],
            "regime": [(regime.value, name) for regime, name in REGIMES.items()],
            "template": [*templates],
            "region": [("", _("Whole country")), *regions],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["estimate"].widget.attrs["autocomplete"] = "off"

    def clean_estimate(self) -> Quantity | None:
        """The estimate in 万元, whatever it was typed in; none where it is left empty."""
        text = self.cleaned_data["estimate"]
        if not text:
            return None
        try:
            read = quantities.parse(text, measure=ESTIMATE_MEASURE)
            low, high = (in_measure(value, read.measure, ESTIMATE_MEASURE) for value in (read.low, read.high))
        except WrongDimension as fault:
            raise forms.ValidationError(words.refusal("package_estimate_measure")) from fault
        except MeasureError as fault:
            raise forms.ValidationError(words.refusal(fault.code, fault.inputs)) from fault
        return Quantity(low, high, read.qualifier, ESTIMATE_MEASURE)

    @property
    def is_compulsory(self) -> bool | None:
        """Whether tendering is said to be compulsory; None where nobody says."""
        return {"yes": True, "no": False}.get(self.cleaned_data["compulsory"])


class PackageForm(TermsForm):
    """A new package: its code, its names, its project, its terms."""

    project = forms.ChoiceField(label=_("Project"))
    code = forms.CharField(label=_("Code"), max_length=28, help_text=_("Capitals, digits and hyphens."))
    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=200, required=False)
    field_order = ("project", "code", "name", "name_en")

    def __init__(self, *args: Any, projects: list[tuple[str, Choices]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["project"].choices = [("", "—"), *projects]  # type: ignore[attr-defined]


class PackagePlanForm(TermsForm, ReasonForm):
    """A new version of a package's terms, with the reason."""


class RetireForm(ReasonForm):
    """Taking a package off the ledger, with the reason."""
