"""What the timeline can be narrowed to, read from the address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.states import Colour
from tracker.forms.filters import SEARCH_LIMIT, Choices, ReachFilter, Units

FIRST_YEAR, LAST_YEAR = 1990, 2199
ZOOMS = (("", _("Everything")), ("year", _("Years")), ("quarter", _("Quarters")), ("month", _("Months")))
LEDGERS = (("", _("Shown")), ("hide", _("Hidden")))
"""Whether opened projects also show the lines of the ledgers."""


class TimelineForm(ReachFilter):
    """The filters. A value that makes no sense is said so at its field and narrows nothing; the others still hold."""

    q = forms.CharField(label=_("Name, code or pinyin"), max_length=SEARCH_LIMIT, required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    ledgers = forms.ChoiceField(label=_("Lines of the ledgers"), choices=LEDGERS, required=False)
    field_order = ("q", "programme", "unit", "state", "ledgers")

    def __init__(self, data: Any, *, programmes: Choices, units: Units) -> None:
        """`programmes` are (code, name): those in reach."""
        states = [(colour.value, words.colour(colour)) for colour in Colour]
        super().__init__(data, programmes=programmes, units=units, offered={"state": states})
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
