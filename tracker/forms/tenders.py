"""Tender packages: what the ledger can be narrowed to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.domain.tender_values import Phase
from tracker.words.tenders import KINDS, PHASES

SEARCH_LIMIT = 60
Choices = list[tuple[str, str]]


class TendersForm(forms.Form):
    """The filters. A value that makes no sense is said so at its field and narrows nothing."""

    q = forms.CharField(label=_("Name or code"), max_length=SEARCH_LIMIT, required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    unit = forms.ChoiceField(label=_("Unit and below"), required=False)
    kind = forms.ChoiceField(label=_("What is tendered"), required=False)
    phase = forms.ChoiceField(label=_("Phase"), required=False)

    def __init__(self, data: Any, *, programmes: Choices, units: list[tuple[str, str, str]]) -> None:
        """`programmes` are (code, name), `units` (code, path, name): what is in reach."""
        super().__init__(data, label_suffix="")
        self.paths = {code: path for code, path, _name in units}
        offered: dict[str, list[tuple[str, Any]]] = {
            "programme": [*programmes],
            "unit": [(code, name) for code, _path, name in units],
            "kind": [(kind.value, name) for kind, name in KINDS.items()],
            "phase": [(phase.value, PHASES[phase]) for phase in Phase],
        }
        for name, choices in offered.items():
            self.fields[name].choices = [("", _("All")), *choices]  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What can be read; the rest is empty."""
        self.is_valid()
        return self.cleaned_data

    @property
    def unit_path(self) -> str:
        """The path of the unit chosen; '' for all."""
        return self.paths.get(self.values.get("unit", ""), "")
