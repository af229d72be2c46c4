"""What the clearance ledger can be narrowed to, and how it is ordered."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.domain.relocation import Use
from tracker.forms.filters import CODE_LIMIT, SEARCH_LIMIT, ReachFilter
from tracker.words.clearance_pace import COURSES
from tracker.words.relocation import USES

ORDERS = (("left", _("most left first")), ("due", _("due first")), ("as_of", _("longest not reported first")))


class RelocationForm(ReachFilter):
    """The filters and the order."""

    q = forms.CharField(label=_("Village, plot or code"), max_length=SEARCH_LIMIT, required=False)
    project = forms.CharField(label=_("Project code"), max_length=CODE_LIMIT, required=False)
    use = forms.ChoiceField(label=_("Use"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    order = forms.ChoiceField(label=_("Order"), required=False)
    field_order = ("q", "programme", "project", "use", "unit", "state", "order")

    def __init__(self, data: Any, **reach: Any) -> None:
        offered: dict[str, list[tuple[str, Any]]] = {
            "use": [(use.value, USES[use]) for use in Use],
            "state": [(code.value, word) for code, word in COURSES.items()],
        }
        super().__init__(data, offered=offered, **reach)
        self.fields["order"].choices = [("", _("by project")), *ORDERS]  # type: ignore[attr-defined]
