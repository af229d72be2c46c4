"""The forms about resettlement housing as planned: adding it, changing its plan, taking it off the ledger."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain import units
from tracker.domain.quantities import Quantity
from tracker.domain.relocation_reading import of_floor
from tracker.domain.units import MeasureError, same_kind
from tracker.forms.written import ReasonForm, read_figure, reason_field
from tracker.models.resettlement import DATED
from tracker.words.resettlement import DATED as DAY_WORDS

Choices = Sequence[tuple[str, str]]


def _text(label: Any, *, limit: int, required: bool = False, hint: Any = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, required=required, max_length=limit, widget=widget, help_text=hint)


class HousingPlanForm(ReasonForm):
    """What is to be built, whose homes they are, and the milestones that say when."""

    reason = reason_field(_("Why"), _("Say why the plan changes."))
    homes = _text(_("Homes"), limit=60, hint=_("As people write it: 1200套, about 1200. Empty: not stated."))
    area = _text(_("Floor area"), limit=60, hint=_("As people write it: 12.5万平方米. Empty: not stated."))
    start = forms.ChoiceField(label=DAY_WORDS["start"], required=False)
    topping_out = forms.ChoiceField(label=DAY_WORDS["topping_out"], required=False)
    completion = forms.ChoiceField(label=DAY_WORDS["completion"], required=False)
    move_back = forms.ChoiceField(label=DAY_WORDS["move_back"], required=False)
    sites = forms.MultipleChoiceField(
        label=_("Built for the households of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None ticked: for all dwellings of the programme."),
    )

    def __init__(self, *args: Any, milestones: Choices, sites: Choices, **options: Any) -> None:
        """`milestones` and `sites` are (code, name): those of the programme."""
        super().__init__(*args, **options)
        offered: dict[str, list[tuple[str, Any]]] = {name: [("", _("None")), *milestones] for name in DATED}
        for name, choices in {**offered, "sites": [*sites]}.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not sites:
            del self.fields["sites"]

    def clean_homes(self) -> Quantity | None:
        """The homes planned; none where it is left empty."""
        return self._stated("homes", "套")

    def clean_area(self) -> Quantity | None:
        """The floor area planned; none where it is left empty."""
        return self._stated("area", "平方米")

    def _stated(self, name: str, measure: str) -> Quantity | None:
        text = self.cleaned_data[name]
        if not text:
            return None
        try:
            found = of_floor(read_figure(text, measure), measure)
        except MeasureError as fault:
            raise forms.ValidationError(words.refusal(fault.code, fault.inputs)) from fault
        if not same_kind(units.measure(found.measure), units.measure(measure)):
            raise forms.ValidationError(words.refusal("wrong_dimension", {"given": found.measure, "expected": measure}))
        if found.low is not None and found.low < 0:
            raise forms.ValidationError(words.refusal("negative_amount", {"value": found.low}))
        return found


class HousingForm(HousingPlanForm):
    """New housing: what it is called besides; there is nothing to change yet, so no reason is asked for."""

    name = _text(_("Name"), limit=120, required=True)
    name_en = _text(_("English name"), limit=200)
    place = _text(_("Place"), limit=80)
    place_en = _text(_("Place in English"), limit=120)
    basis = _text(_("Basis"), limit=200, hint=_("What is counted, in a few words."))

    field_order = ("name", "name_en", "place", "place_en", "basis", "homes", "area")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("reason", "version"):
            del self.fields[name]
