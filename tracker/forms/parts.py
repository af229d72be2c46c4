"""The form that says what a metric is made from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.aggregation import Role
from tracker.words.aggregation import FORMULAS

REASON_LIMIT = 300


class PartsForm(forms.Form):
    """Formula, parts (numerators, for a ratio) and denominators by code, and the reason. The page lists the parts."""

    aggregation = forms.ChoiceField(label=_("How it is worked out"), choices=list(FORMULAS.items()))
    parts = forms.MultipleChoiceField(label=_("Parts"), required=False)
    denominators = forms.MultipleChoiceField(label=_("Denominators"), required=False)
    reason = forms.CharField(
        label=_("Why it is worked out so"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why it is worked out so.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, offered: list[str], **options: Any) -> None:
        """`offered` are the codes that may be chosen."""
        super().__init__(*args, **options)
        for name in ("parts", "denominators"):
            self.fields[name].choices = [(code, code) for code in offered]  # type: ignore[attr-defined]
            self.fields[name].error_messages["invalid_choice"] = words.refusal("part_unknown")

    def clean_reason(self) -> str:
        """The reason; required, and short."""
        text = str(self.cleaned_data["reason"]).replace("\r\n", "\n").strip()
        if len(text) > REASON_LIMIT:
            raise forms.ValidationError(words.refusal("reason_too_long", {"limit": REASON_LIMIT}))
        return text

    @property
    def chosen(self) -> list[tuple[str, Role]]:
        """The codes chosen with their roles; of a ratio, what is ticked as a part is a numerator."""
        ratio = self.cleaned_data["aggregation"] == "ratio_of_sums"
        above = [(code, Role.NUMERATOR if ratio else Role.PART) for code in self.cleaned_data["parts"]]
        return above + [(code, Role.DENOMINATOR) for code in self.cleaned_data["denominators"]]
