"""Reporting cycles in words, and why an item is asked for."""

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import words
from tracker.domain.duties import Cycle, Rhythm, Why

RHYTHMS: Mapping[Rhythm, Promise] = {
    Rhythm.WEEKLY: gettext_lazy("every week"),
    Rhythm.MONTHLY: gettext_lazy("every month"),
    Rhythm.MILESTONE: gettext_lazy("only around the dates of the items"),
}
WEEKDAYS: Mapping[int, Promise] = {
    1: gettext_lazy("Monday"),
    2: gettext_lazy("Tuesday"),
    3: gettext_lazy("Wednesday"),
    4: gettext_lazy("Thursday"),
    5: gettext_lazy("Friday"),
    6: gettext_lazy("Saturday"),
    7: gettext_lazy("Sunday"),
}
WHY: Mapping[Why, Promise] = {
    Why.RETURNED: gettext_lazy("Returned"),
    Why.OVERDUE: gettext_lazy("Overdue"),
    Why.SOON: gettext_lazy("Due soon"),
    Why.LATE: gettext_lazy("Forecast late"),
    Why.CHANGED: gettext_lazy("Plan changed"),
    Why.PROGRESS: gettext_lazy("Under way"),
    Why.METRIC: gettext_lazy("Metrics"),
    Why.UNSTATED: gettext_lazy("Outcome not stated"),
}


def cycle(value: Cycle) -> str:
    """When reports are wanted, in a sentence."""
    if value.rhythm is Rhythm.WEEKLY:
        return _("Every week, by %(day)s") % {"day": WEEKDAYS[value.day]}
    if value.rhythm is Rhythm.MONTHLY:
        return _("Every month, by day %(day)s") % {"day": value.day}
    return _("Only around the dates of the items")


def closes(value: Cycle, on: date) -> str:
    """Until when this period's reports are due; '' where there are no periods."""
    period = value.period(on)
    return _("this period's reports are due by %(day)s") % {"day": words.day(period.last)} if period else ""
