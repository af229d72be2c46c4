"""What the timeline can be narrowed to, read from the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.states import Colour

SEARCH_LIMIT = 60
FIRST_YEAR, LAST_YEAR = 1990, 2199
ZOOMS = (("", _("Everything")), ("year", _("Years")), ("quarter", _("Quarters")), ("month", _("Months")))
LEDGERS = (("", _("Shown")), ("hide", _("Hidden")))
"""Whether opened projects also show the lines of the ledgers."""
Choices = list[tuple[str, str]]


class TimelineForm(forms.Form):
    """The filters. A value that makes no sense is said so at its field and narrows nothing; the others still hold."""

    q = forms.CharField(label=_("Name, code or pinyin"), max_length=SEARCH_LIMIT, required=False)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    unit = forms.ChoiceField(label=_("Unit and below"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    ledgers = forms.ChoiceField(label=_("Clearance and housing"), choices=LEDGERS, required=False)

    def __init__(self, data: Any, *, programmes: Choices, units: list[tuple[str, str, str]]) -> None:
        """`programmes` are (code, name), `units` (code, path, name): what is in reach."""
        super().__init__(data, label_suffix="")
        self.paths = {code: path for code, path, _name in units}
        everything = [("", _("All"))]
        states = [(colour.value, words.colour(colour)) for colour in Colour]
        for name, offered in (
            ("programme", programmes),
            ("unit", [(code, name) for code, _path, name in units]),
            ("state", states),
        ):
            self.fields[name].choices = [*everything, *offered]  # type: ignore[attr-defined]
        for name, label in (("from", _("From")), ("to", _("Up to"))):  # words that Python keeps for itself
            widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
            self.fields[name] = forms.DateField(label=label, required=False, widget=widget)

    def clean(self) -> dict[str, Any]:
        """Days within two centuries, the first not after the last."""
        values = self.cleaned_data
        for name in ("from", "to"):
            if values.get(name) and not FIRST_YEAR <= values[name].year <= LAST_YEAR:
                self.add_error(name, _("A day between 1990 and 2199."))
        if values.get("from") and values.get("to") and values["from"] > values["to"]:
            self.add_error("to", _("This day lies before the first one."))
        return values

    @property
    def values(self) -> dict[str, Any]:
        """What can be read; the rest is empty."""
        self.is_valid()
        return self.cleaned_data

    @property
    def unit_path(self) -> str:
        """The path of the unit chosen; '' for all."""
        return self.paths.get(self.values.get("unit", ""), "")
