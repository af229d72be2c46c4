"""What the clearance ledger can be narrowed to, and how it is ordered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.domain.relocation import Use
from tracker.words.clearance_pace import COURSES
from tracker.words.relocation import USES

SEARCH_LIMIT = 60
CODE_LIMIT = 40
Choices = list[tuple[str, str]]
ORDERS = (("left", _("most left first")), ("due", _("due first")), ("as_of", _("longest not reported first")))


class RelocationForm(forms.Form):
    """The filters. A value that makes no sense is said so at its field and narrows nothing."""

    q = forms.CharField(label=_("Village, plot or code"), max_length=SEARCH_LIMIT, required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    project = forms.CharField(label=_("Project code"), max_length=CODE_LIMIT, required=False)
    use = forms.ChoiceField(label=_("Use"), required=False)
    unit = forms.ChoiceField(label=_("Unit and below"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    order = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(self, data: Any, *, programmes: Choices, units: list[tuple[str, str, str]]) -> None:
        """`programmes` are (code, name), `units` (code, path, name): what is in reach."""
        super().__init__(data, label_suffix="")
        self.paths = {code: path for code, path, _name in units}
        offered: dict[str, list[tuple[str, Any]]] = {
            "programme": [("", _("All")), *programmes],
            "use": [("", _("All")), *((use.value, USES[use]) for use in Use)],
            "unit": [("", _("All")), *((code, name) for code, _path, name in units)],
            "state": [("", _("All")), *((code.value, word) for code, word in COURSES.items())],
            "order": [("", _("by project")), *ORDERS],
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
