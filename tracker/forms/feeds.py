"""What to subscribe to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class FeedForm(forms.Form):
    """`what` is `me`, `programme:<code>` or `unit:<code>`."""

    what = forms.ChoiceField(label=_("Dates of"))

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["what"].choices = choices  # type: ignore[attr-defined]
