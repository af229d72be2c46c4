"""What the plan check can be narrowed to."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tracker.domain.plan_check_values import Rule, Severity
from tracker.words.plan_check import LEVELS, TITLES

ALL = [("", _("All"))]


class PlanCheckForm(forms.Form):
    """A value that makes no sense is said so at its field and narrows nothing."""

    programme = forms.ChoiceField(label=_("Programme"), required=False)
    project = forms.CharField(label=_("Project code"), required=False, max_length=40)
    rule = forms.TypedChoiceField(label=_("Rule"), required=False, coerce=Rule, empty_value=None)
    severity = forms.TypedChoiceField(label=_("Level"), required=False, coerce=Severity, empty_value=None)

    def __init__(self, *args: Any, programmes: list[tuple[str, str]], **options: Any) -> None:
        """`programmes` are (code, name) pairs of those in reach."""
        super().__init__(*args, **options)
        choices: dict[str, list[Any]] = {
            "programme": [*ALL, *programmes],
            "rule": [*ALL, *((rule.value, title) for rule, title in TITLES.items())],
            "severity": [*ALL, *((level.value, word) for level, word in LEVELS.items())],
        }
        for name, offered in choices.items():
            self.fields[name].choices = offered  # type: ignore[attr-defined]
