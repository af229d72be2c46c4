"""Filters of the audit trail."""

from datetime import date, datetime, time, timedelta
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.words import history as said

FIRST_YEAR, LAST_YEAR = 1990, 2199


def _actions() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in said.ACTIONS.items()]


def _kinds() -> list[tuple[str, str]]:
    return [(code, str(label)) for code, label in words.NOUNS.items()]


def _in_range(value: date) -> None:
    if not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise forms.ValidationError(
            _("Give a day between %(first)s and %(last)s."), params={"first": FIRST_YEAR, "last": LAST_YEAR}
        )


def _day(label: Any) -> filters.DateFilter:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return filters.DateFilter(label=label, method="between", widget=widget, validators=[_in_range])


class EventFilter(filters.FilterSet):
    """What the trail can be narrowed to."""

    actor = filters.CharFilter(label=_("User name"), lookup_expr="iexact", field_name="actor_name", max_length=60)
    action = filters.ChoiceFilter(label=_("Act"), choices=_actions, method="of_action", empty_label=_("All"))
    kind = filters.ChoiceFilter(label=_("About"), choices=_kinds, field_name="subject_type", empty_label=_("All"))
    code = filters.CharFilter(label=_("Code"), lookup_expr="iexact", field_name="subject_code", max_length=60)
    refused = filters.ChoiceFilter(
        label=_("Outcome"), method="is_refused", choices=[("1", _("Refused")), ("0", _("Done"))], empty_label=_("All")
    )
    first = _day(_("From"))
    last = _day(_("Until"))

    def of_action(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """One act, or every attempt to open a page."""
        return rows.filter(action__startswith="view.") if value == "view" else rows.filter(action=value)

    def is_refused(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """Refused, or carried out."""
        return rows.filter(refused=value == "1")

    def between(self, rows: QuerySet, name: str, value: date) -> QuerySet:
        """By the day in Asia/Shanghai, both ends included."""
        if name == "first":
            return rows.filter(at__gte=make_aware(datetime.combine(value, time.min)))
        return rows.filter(at__lt=make_aware(datetime.combine(value + timedelta(days=1), time.min)))
