"""The forms of units: shape and cleaning; the rules are the actions'."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.forms.people import Choices, VersionForm


class _UnitFields(forms.Form):
    """What can be said of a unit."""

    name = forms.CharField(label=_("Name"), max_length=120)
    name_en = forms.CharField(label=_("Name in English"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"))
    parent = forms.ChoiceField(
        label=_("Belongs to"), required=False, help_text=_("Who is appointed above sees what lies below.")
    )

    def __init__(self, *args: Any, parents: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = list(words.UNIT_KINDS.items())  # type: ignore[attr-defined]
        self.fields["parent"].choices = parents  # type: ignore[attr-defined]
        self.fields["parent"].required = all(code for code, _name in parents)  # the root has none


class UnitForm(_UnitFields, VersionForm):
    """An existing unit."""


class NewUnitForm(_UnitFields):
    """A new unit."""

    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Capital letters, digits, hyphens; it never changes."),
    )
    field_order = ("code", "name", "name_en", "kind", "parent")


class RetireForm(VersionForm):
    """Why a unit is retired."""

    reason = forms.CharField(label=_("Reason"), max_length=300)
