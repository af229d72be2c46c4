"""What the resettlement ledger can be narrowed to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.forms.relocation_filter import CODE_LIMIT, SEARCH_LIMIT, Choices
from tracker.words.resettlement import VERDICTS


class ResettlementForm(forms.Form):
    """The filters. A value that makes no sense is said so at its field and narrows nothing."""

    q = forms.CharField(label=_("Housing, place or code"), max_length=SEARCH_LIMIT, required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    project = forms.CharField(label=_("Project code"), max_length=CODE_LIMIT, required=False)
    unit = forms.ChoiceField(label=_("Unit and below"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, data: Any, *, programmes: Choices, units: list[tuple[str, str, str]]) -> None:
        """`programmes` are (code, name), `units` (code, path, name): what is in reach."""
        super().__init__(data, label_suffix="")
        self.paths = {code: path for code, path, _name in units}
        offered: dict[str, list[tuple[str, Any]]] = {
            "programme": [("", _("All")), *programmes],
            "unit": [("", _("All")), *((code, name) for code, _path, name in units)],
            "state": [("", _("All")), *((code.value, word) for code, word in VERDICTS.items())],
        }
        for name, choices in offered.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What can be read; the rest is empty."""
        self.is_valid()
        return self.cleaned_data

    @property
    def unit_path(self) -> str:
        """The path of the unit chosen; '' for all."""
        return self.paths.get(self.values.get("unit", ""), "")
