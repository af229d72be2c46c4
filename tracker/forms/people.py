"""The forms of people and their appointments: shape and cleaning; the rules are the actions'."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

Choices = Sequence[tuple[str, str]]


def day_field(**options: Any) -> forms.DateField:
    """A day, asked for with the browser's own calendar and written as 2026-10-31."""
    return forms.DateField(
        input_formats=["%Y-%m-%d"], widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def password_field(kind: str, **options: Any) -> forms.CharField:
    """A password; `kind` tells the browser's keyring whether it is an old or a new one."""
    return forms.CharField(
        max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": kind}), **options
    )


class VersionForm(forms.Form):
    """Carries the version of the row the form was filled from, so that a stale form is noticed."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class NamesForm(VersionForm):
    """What a person is called."""

    name = forms.CharField(label=_("Full name"), max_length=60)
    name_en = forms.CharField(label=_("Full name in English"), max_length=120, required=False)
    email = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class _PostFields(forms.Form):
    """The fields of an appointment; the choices are the administrator's own subtree and every role."""

    unit = forms.ChoiceField(label=_("Unit"))
    role = forms.ChoiceField(label=_("Role"), initial="official")
    first = day_field(label=_("From"))
    last = day_field(label=_("Until"), required=False, help_text=_("The last day; empty: until it is ended."))
    deputy_for = forms.CharField(
        label=_("Stands in for"),
        max_length=60,
        required=False,
        help_text=_("User name of a person with this role here."),
    )

    def __init__(self, *args: Any, units: Choices, roles: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["unit"].choices = [("", "—"), *units]  # type: ignore[attr-defined]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class PostForm(_PostFields, VersionForm):
    """One more appointment of a person."""


class PersonForm(_PostFields):
    """A new account with its first appointment."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
        help_text=_("Letters, digits, dots, hyphens; it never changes."),
    )
    name = forms.CharField(label=_("Full name"), max_length=60)
    name_en = forms.CharField(label=_("Full name in English"), max_length=120, required=False)
    password = password_field(
        "new-password",
        label=_("Password"),
        required=False,
        help_text=_("Leave empty and one is made; it is shown once."),
    )
    field_order = ("username", "name", "name_en", "password", "unit", "role", "first", "last", "deputy_for")


class EndForm(VersionForm):
    """The last day of an appointment."""

    last = day_field(
        label=_("Last day"), help_text=_("Yesterday ends it at once; a day before it began takes it back.")
    )


class NewPasswordForm(VersionForm):
    """A password for somebody else."""

    password = password_field(
        "new-password",
        label=_("New password"),
        required=False,
        help_text=_("Leave empty and one is made; it is shown once."),
    )


class OwnPasswordForm(forms.Form):
    """One's own password: the old one, and the new one twice."""

    old = password_field("current-password", label=_("Present password"))
    new = password_field(
        "new-password", label=_("New password"), help_text=_("At least 10 characters, not only digits.")
    )
    again = password_field("new-password", label=_("New password again"))

    def clean(self) -> dict[str, Any]:
        """The two new ones have to agree."""
        values = super().clean() or {}
        if values.get("new") and values.get("again") and values["new"] != values["again"]:
            self.add_error("again", _("The two passwords differ."))
        return values
