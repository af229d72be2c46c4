"""The form that says what a metric is made from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.aggregation import Role
from tracker.domain.ledger_sums import Added, fits, read
from tracker.domain.progress import Aggregation
from tracker.domain.relocation import Use, columns_of
from tracker.forms.written import ReasonForm, reason_field
from tracker.words.aggregation import CHOICES, FROM_LEDGER, added_name


class PartsForm(ReasonForm):
    """Formula, parts (numerators, for a ratio) and denominators by code, and the reason. The page lists the parts."""

    aggregation = forms.ChoiceField(label=_("How it is worked out"), choices=list(CHOICES.items()))
    ledger = forms.ChoiceField(
        label=_("Figure of the ledger"),
        required=False,
        help_text=_("Adds up the sites of this project, or programme, that are counted on the metric's own basis."),
    )
    parts = forms.MultipleChoiceField(label=_("Parts"), required=False)
    denominators = forms.MultipleChoiceField(label=_("Denominators"), required=False)
    reason = reason_field(_("Why it is worked out so"), _("Say why it is worked out so."))
    field_order = ("aggregation", "ledger", "parts", "denominators", "reason")

    def __init__(self, *args: Any, offered: list[str], measure: str, **options: Any) -> None:
        """`offered` are the codes that may be chosen, `measure` is what the metric is counted in."""
        super().__init__(*args, **options)
        fitting = [added for added in _figures() if fits(added, measure)]
        self.fields["ledger"].choices = [  # type: ignore[attr-defined]
            ("", _("— choose —")),
            *((added.stored, added_name(added)) for added in fitting),
        ]
        for name in ("parts", "denominators"):
            self.fields[name].choices = [(code, code) for code in offered]  # type: ignore[attr-defined]
            self.fields[name].error_messages["invalid_choice"] = words.refusal("part_unknown")

    def clean(self) -> dict[str, Any]:
        """A figure goes with the ledger, and with nothing else."""
        found = super().clean() or {}
        of_ledger = found.get("aggregation") == FROM_LEDGER
        if of_ledger and not found.get("ledger") and "ledger" not in self.errors:
            self.add_error("ledger", _("Choose which figure of the ledger is added up."))
        return found

    @property
    def how(self) -> Aggregation:
        """How it is worked out; the ledger is a sum."""
        said = self.cleaned_data["aggregation"]
        return Aggregation.SUM if said == FROM_LEDGER else Aggregation(said)

    @property
    def added(self) -> Added | None:
        """What is added up from the ledger, if anything is."""
        return read(self.cleaned_data["ledger"]) if self.cleaned_data["aggregation"] == FROM_LEDGER else None

    @property
    def chosen(self) -> list[tuple[str, Role]]:
        """The codes chosen with their roles; of a ratio, what is ticked as a part is a numerator."""
        ratio = self.cleaned_data["aggregation"] == "ratio_of_sums"
        above = [(code, Role.NUMERATOR if ratio else Role.PART) for code in self.cleaned_data["parts"]]
        return above + [(code, Role.DENOMINATOR) for code in self.cleaned_data["denominators"]]


def _figures() -> list[Added]:
    """Every figure of every use, then those all uses share."""
    own = [Added(use, figure) for use in Use for figure in columns_of(use)]
    shared = [figure for figure in columns_of(Use.RESIDENTIAL) if figure in columns_of(Use.NON_RESIDENTIAL)]
    return own + [Added(None, figure) for figure in shared]
