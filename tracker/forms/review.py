"""The filters of the review desk, and the list of reports that are accepted together."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

Choices = list[tuple[str, str]]
ALL = [("", _("All"))]


class DeskFilter(forms.Form):
    """A value that makes no sense is said so at its field and narrows nothing."""

    q = forms.CharField(label=_("Item or note"), required=False, max_length=60)
    programme = forms.ChoiceField(label=_("Programme"), required=False)
    unit = forms.ChoiceField(label=_("Unit and below"), required=False)

    def __init__(self, *args: Any, programmes: Choices, units: Choices, **options: Any) -> None:
        """`units` are (path, name) pairs; both lists hold what is in reach."""
        super().__init__(*args, **options)
        for name, offered in (("programme", programmes), ("unit", units)):
            self.fields[name].choices = [*ALL, *offered]  # type: ignore[attr-defined]


def looked(values: list[str]) -> dict[int, int] | None:
    """Reports by number with the version each item was looked at in, from "number:version"; None if one is neither."""
    found: dict[int, int] = {}
    for value in values:
        number, _colon, version = value.partition(":")
        if not (_plain(number) and _plain(version)):
            return None
        found[int(number)] = int(version)
    return found


def _plain(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9
