"""What the resettlement ledger can be narrowed to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.forms.filters import CODE_LIMIT, SEARCH_LIMIT, ReachFilter
from tracker.words.resettlement import VERDICTS


class ResettlementForm(ReachFilter):
    """The filters."""

    q = forms.CharField(label=_("Housing, place or code"), max_length=SEARCH_LIMIT, required=False)
    project = forms.CharField(label=_("Project code"), max_length=CODE_LIMIT, required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    field_order = ("q", "programme", "project", "unit", "state")

    def __init__(self, data: Any, **reach: Any) -> None:
        super().__init__(data, offered={"state": [(code.value, word) for code, word in VERDICTS.items()]}, **reach)
