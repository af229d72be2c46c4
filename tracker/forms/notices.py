"""What somebody wants to be told, and the address of their mail."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.domain.reminders import Kind
from tracker.words.notices import KINDS, WHEN


class ReadForm(forms.Form):
    """One notice, or the newest that was on the page: what came afterwards stays unread."""

    upto = forms.IntegerField(min_value=0, max_value=2**63 - 1, required=False)
    only = forms.IntegerField(min_value=0, max_value=2**63 - 1, required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two has to be there."""
        said = super().clean() or {}
        if said.get("upto") is None and said.get("only") is None:
            raise forms.ValidationError("nothing is named", code="required")
        return said


class NoticeSettingForm(forms.Form):
    """For each kind whether it is shown and whether it is mailed; the address and the language of mail."""

    email = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        required=False,
        help_text=_("Empty: no mail. At most one mail a day, and none on a day without news."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language of mail"), choices=[("zh-hans", "中文"), ("en", "English")])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for kind in Kind:
            for way in ("page", "mail"):
                self.fields[f"{way}_{kind.value}"] = forms.BooleanField(required=False)

    def lines(self) -> list[dict[str, Any]]:
        """The kinds in their order, each with its two boxes."""
        return [
            {
                "label": KINDS[kind],
                "when": WHEN[kind],
                "page": self[f"page_{kind.value}"],
                "mail": self[f"mail_{kind.value}"],
            }
            for kind in Kind
        ]

    def chosen(self, way: str) -> list[Kind]:
        """The kinds ticked for 'page' or 'mail'."""
        return [kind for kind in Kind if self.cleaned_data[f"{way}_{kind.value}"]]
