"""What the filters of lists and ledgers share: programme and unit in reach; odd values narrow nothing."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

SEARCH_LIMIT = 60
CODE_LIMIT = 40
Choices = list[tuple[str, str]]
Units = list[tuple[str, str, str]]
"""The units in reach, as (code, path, name)."""


class ReachFilter(forms.Form):
    """Filters by programme, unit and more. A value that makes no sense is said so at its field and narrows nothing.

    A form adds `q` and the choices of its own; `offered` are theirs by field, to which "all" is put first.
    """

    programme = forms.ChoiceField(label=_("Programme"), required=False)
    unit = forms.ChoiceField(label=_("Unit and below"), required=False)

    def __init__(
        self,
        data: Any,
        *,
        programmes: Choices,
        units: Units,
        offered: Mapping[str, Iterable[tuple[str, Any]]] | None = None,
    ) -> None:
        """`programmes` are (code, name): those in reach."""
        super().__init__(data, label_suffix="")
        self.paths = {code: path for code, path, _name in units}
        found = {"programme": programmes, "unit": [(code, name) for code, _path, name in units], **(offered or {})}
        for name, choices in found.items():
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
