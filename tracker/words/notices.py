"""Notices in words: what happened, and why it is the reader who is told."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker import words
from tracker.domain.reminders import Because, Kind
from tracker.words import project_schedule

KINDS: Mapping[Kind, Promise] = {
    Kind.OVERDUE: gettext_lazy("Became overdue"),
    Kind.ESCALATED: gettext_lazy("Not reported by units below"),
    Kind.RETURNED: gettext_lazy("Report returned"),
    Kind.DUE: gettext_lazy("Falls due soon"),
    Kind.MISSING: gettext_lazy("Not reported in time"),
    Kind.WAITING: gettext_lazy("Reports waiting for review"),
    Kind.SCHEDULE: gettext_lazy("Plan cannot be kept"),
    Kind.PLAN: gettext_lazy("Plan changed"),
    Kind.COMMENT: gettext_lazy("New comment"),
    Kind.CORRECTED: gettext_lazy("Report corrected"),
}
WHEN: Mapping[Kind, Promise] = {
    Kind.OVERDUE: gettext_lazy("the day after the last due day"),
    Kind.ESCALATED: gettext_lazy("some days later, as many as the programme says"),
    Kind.RETURNED: gettext_lazy("at once"),
    Kind.DUE: gettext_lazy("7, 3 and 1 days before"),
    Kind.MISSING: gettext_lazy("the day after the period closed"),
    Kind.WAITING: gettext_lazy("after 3 days"),
    Kind.SCHEDULE: gettext_lazy("once a step cannot be kept lawfully"),
    Kind.PLAN: gettext_lazy("at once"),
    Kind.COMMENT: gettext_lazy("at once"),
    Kind.CORRECTED: gettext_lazy("when the correction is accepted"),
}
BECAUSE: Mapping[Because, Promise] = {
    Because.LEAD: gettext_lazy("your unit leads it"),
    Because.NEAREST: gettext_lazy("the lead unit has no official, so it falls to yours"),
    Because.ABOVE: gettext_lazy("your unit is the one above"),
    Because.REVIEWER: gettext_lazy("you review these reports"),
    Because.AUTHOR: gettext_lazy("you sent the report"),
    Because.COMMENTER: gettext_lazy("you commented on it"),
}


def kind(code: str) -> str:
    """What a notice is about, in a word or two."""
    return str(KINDS[Kind(code)])


def because(code: str, kind: str) -> str:
    """Why the reader is told of something of that kind."""
    if (code, kind) == (Because.REVIEWER, Kind.SCHEDULE):
        return _("you keep the plan of this programme")
    return str(BECAUSE[Because(code)])


def sentence(code: str, inputs: Mapping[str, Any]) -> str:
    """What happened; `inputs` are those of the notice."""
    one = Kind(code)
    if one is Kind.DUE:
        return _due(inputs)
    if one is Kind.OVERDUE:
        return _("Was due by %(day)s and is not done") % {"day": _day(inputs, "day")}
    if one is Kind.ESCALATED and "count" not in inputs:
        return _("Was due by %(day)s; nobody has reported since") % {"day": _day(inputs, "day")}
    if one in (Kind.MISSING, Kind.ESCALATED):
        return _missing(one, inputs)
    if one is Kind.WAITING:
        count = int(inputs["count"])
        text = ngettext("%(count)s report, for %(days)s days", "%(count)s reports, the oldest for %(days)s days", count)
        return text % {"count": count, "days": inputs["days"]}
    if one is Kind.SCHEDULE:
        return project_schedule.finding(str(inputs["finding"]))
    if one is Kind.PLAN:
        return _plan(inputs)
    if one is Kind.CORRECTED:
        return _("A correction by somebody else has taken its place")
    return _("“%(text)s”") % {"text": inputs.get("text", "")}


def _due(inputs: Mapping[str, Any]) -> str:
    left = int(inputs["days"])
    if left == 0:
        return _("Due on the day this was written, %(day)s") % {"day": _day(inputs, "day")}
    text = ngettext(
        "Due by %(day)s, %(days)s day after this was written",
        "Due by %(day)s, %(days)s days after this was written",
        left,
    )
    return text % {"day": _day(inputs, "day"), "days": left}


def _missing(one: Kind, inputs: Mapping[str, Any]) -> str:
    count, day = int(inputs["count"]), _day(inputs, "day")
    if one is Kind.MISSING:
        text = ngettext(
            "%(count)s item without a report for the period up to %(day)s",
            "%(count)s items without a report for the period up to %(day)s",
            count,
        )
        return text % {"count": count, "day": day}
    text = ngettext(
        "%(count)s item still without a report for the period up to %(day)s; units concerned: %(units)s",
        "%(count)s items still without a report for the period up to %(day)s; units concerned: %(units)s",
        count,
    )
    return text % {"count": count, "day": day, "units": inputs["units"]}


def _plan(inputs: Mapping[str, Any]) -> str:
    if "after" not in inputs:
        return _("Start, unit or target changed; the due day is the same")
    return _("Due by: %(before)s → %(after)s") % {"before": _day(inputs, "before"), "after": _day(inputs, "after")}


def _day(inputs: Mapping[str, Any], name: str) -> str:
    text = str(inputs.get(name) or "")
    return words.day(date.fromisoformat(text)) if text else "—"
