"""How a clearance site stands, in words: its state, the sentence that explains it, rates as printed, its finish."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker import words
from tracker.domain.clearance_pace import Course, Finish, Pace
from tracker.domain.quantities import printed_percent
from tracker.domain.quantity_values import Qualifier, Quantity
from tracker.domain.relocation import MEASURE, Count, Stage, Tally
from tracker.words.relocation import printed

COURSES: Mapping[Course, Any] = MappingProxyType(
    {
        Course.OVERDUE: pgettext_lazy("state of a site", "Overdue"),
        Course.STALLED: pgettext_lazy("state of a site", "At a standstill"),
        Course.BEHIND: pgettext_lazy("state of a site", "Behind"),
        Course.UNDER_WAY: pgettext_lazy("state of a site", "Under way"),
        Course.ON_COURSE: pgettext_lazy("state of a site", "On course"),
        Course.CLEARED: pgettext_lazy("state of a site", "Cleared"),
        Course.NOT_REPORTED: pgettext_lazy("state of a site", "Not reported"),
        Course.NO_SCOPE: pgettext_lazy("state of a site", "Scope not stated"),
    }
)
"""The word of each state, in the order of how much they need somebody."""
GAPS: Mapping[tuple[Stage, Stage], Any] = MappingProxyType(
    {
        (Stage.SIGNED, Stage.VACATED): pgettext_lazy("gap in clearance", "Signed, not vacated"),
        (Stage.VACATED, Stage.DEMOLISHED): pgettext_lazy("gap in clearance", "Vacated, not demolished"),
        (Stage.SIGNED, Stage.HANDED_OVER): pgettext_lazy("gap in clearance", "Signed, not handed over"),
    }
)
"""What has come to one stage and not to the next."""
SENTENCES: Mapping[str, Any] = MappingProxyType(
    {
        "no_scope": gettext_lazy("No document states its scope, so nothing can be said of what is left."),
        "not_reported": gettext_lazy("Nothing has been reported yet; due %(due)s."),
        "not_reported_open": gettext_lazy("Nothing has been reported yet; no due day is set."),
        "not_reported_late": gettext_lazy("Nothing has been reported; it was due %(due)s, %(days)s ago."),
        "cleared": gettext_lazy("Nothing is left as of %(as_of)s."),
        "overdue": gettext_lazy("%(left)s left, though due %(due)s, %(days)s ago."),
        "stalled": gettext_lazy("%(left)s left; nothing was cleared in %(days)s of reports."),
        "behind": gettext_lazy(
            "%(left)s left until %(due)s: %(required)s a week are needed, lately it was %(present)s."
        ),
        "on_course": gettext_lazy(
            "%(left)s left until %(due)s: %(required)s a week are needed, lately it was %(present)s, which is enough."
        ),
        "too_few": gettext_lazy(
            "%(left)s left until %(due)s: %(required)s a week are needed; one report does not tell the present pace."
        ),
        "no_due": gettext_lazy("%(left)s left; no due day is set."),
    }
)
FINISHES: Mapping[str, Any] = MappingProxyType(
    {
        "too_few": gettext_lazy("Too few reports to reckon when it will be cleared: four are needed."),
        "no_increments": gettext_lazy("The reports show nothing cleared, so no finish can be reckoned."),
        "too_far": gettext_lazy("At its pace so far it would not be cleared within ten years."),
        "p50": gettext_lazy(
            "Going by its pace so far: half a chance to be cleared by %(p50)s; more than ten years is not ruled out."
        ),
        "": gettext_lazy("Going by its pace so far: half a chance to be cleared by %(p50)s, four in five by %(p80)s."),
    }
)


def course(code: Course) -> str:
    """The word of a state."""
    return str(COURSES[code])


def amount(value: Decimal, count: Count) -> str:
    """An amount of a count as printed: 1,204 户, 18.5 万平方米."""
    return _quantity(*printed(value, MEASURE[count]))


def rate(a_day: Decimal, count: Count) -> str:
    """What a day brings, told as a week's amount at a length people read."""
    number, measure = printed(a_day * 7, MEASURE[count])
    size = abs(number)
    places = 0 if size >= 1000 else 1 if size >= 10 else 2
    return _quantity(number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP), measure)


def _quantity(number: Decimal, measure: str) -> str:
    return words.quantity(Quantity(number, number, Qualifier.EXACT, measure))


def reason(pace: Pace, count: Count, *, due: str, as_of: str) -> str:
    """Why a site stands as it does: one sentence. `due` and `as_of` as the page prints them."""
    shown: dict[str, Any] = {"due": due, "as_of": as_of}
    for name, given in pace.inputs.items():
        if name in ("required", "present") and isinstance(given, Decimal):
            shown[name] = rate(given, count)
        elif isinstance(given, Decimal):
            shown[name] = amount(given, count)
        elif name == "days" and isinstance(given, int):
            shown[name] = words.days(given)
        elif isinstance(given, date):
            shown.setdefault(name, words.day(given))
    open_ = pace.reason == "not_reported" and pace.inputs.get("due") is None
    return str(SENTENCES["not_reported_open" if open_ else pace.reason]) % shown


def standstill(pace: Pace) -> str:
    """That a site past its last day also stands still; '' where it does not, or its own sentence says so."""
    if pace.still is None or pace.course is not Course.OVERDUE:
        return ""
    return _("It stands still: nothing was cleared in %(days)s of reports.") % {"days": words.days(pace.still)}


def finish(found: Finish) -> str:
    """When it may be cleared, or why nobody can tell; '' for what is cleared."""
    if found.code == "done":
        return ""
    code = "p50" if not found.code and found.p80 is None else found.code
    return str(FINISHES[code]) % {"p50": words.day(found.p50), "p80": words.day(found.p80)}


def percent(tally: Tally, stage: Stage) -> str:
    """The rate of a stage as printed, never rounded up to all; '' without a scope or figure."""
    value = tally.stages.get(stage)
    return "" if value is None or not tally.scope else printed_percent(value, tally.scope, 2)


def change(value: Decimal, count: Count) -> str:
    """A change with its sign: +12 户."""
    return f"{'+' if value > 0 else '−'}{amount(abs(value), count)}"
