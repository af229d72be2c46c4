"""How is it SAID? Codes of the domain and of refusals as sentences in the reader's language.

The domain returns codes and inputs; nothing else turns them into words, so that a rule is worded once.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tracker.domain import dates, quantities
from tracker.domain.dates import ImpreciseDate
from tracker.domain.quantities import Quantity
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.states import DateState, Reading, Status

STATES: Mapping[DateState, Promise] = {
    DateState.NOT_DUE: gettext_lazy("Not due"),
    DateState.ON_COURSE: gettext_lazy("On course"),
    DateState.DUE_SOON: gettext_lazy("Due soon"),
    DateState.FORECAST_LATE: gettext_lazy("Forecast late"),
    DateState.OVERDUE_REPORTED: gettext_lazy("Overdue, reported"),
    DateState.OVERDUE_UNREPORTED: gettext_lazy("Overdue, not reported"),
    DateState.DONE: gettext_lazy("Done"),
    DateState.DONE_LATE: gettext_lazy("Done late"),
    DateState.OUTCOME_NOT_STATED: gettext_lazy("Outcome not stated"),
    DateState.BLANK: gettext_lazy("No date stated"),
    DateState.SUSPENDED: gettext_lazy("Suspended"),
}

STATUSES: Mapping[Status, Promise] = {
    Status.NOT_STARTED: gettext_lazy("Not started"),
    Status.IN_PROGRESS: gettext_lazy("In progress"),
    Status.DONE: gettext_lazy("Done"),
    Status.SUSPENDED: gettext_lazy("Suspended"),
}

REPORT_STATES: Mapping[ReportState, Promise] = {
    ReportState.DRAFT: gettext_lazy("Draft"),
    ReportState.SUBMITTED: gettext_lazy("Waiting for review"),
    ReportState.ACCEPTED: gettext_lazy("Accepted"),
    ReportState.RETURNED: gettext_lazy("Returned"),
    ReportState.WITHDRAWN: gettext_lazy("Withdrawn"),
}

ORIGINS: Mapping[Origin, Promise] = {
    Origin.DOCUMENT: gettext_lazy("Source document"),
    Origin.FORM: gettext_lazy("Form"),
    Origin.GRID: gettext_lazy("Grid"),
    Origin.SHEET: gettext_lazy("Spreadsheet"),
    Origin.OFFLINE: gettext_lazy("Sent later"),
    Origin.SIMULATION: gettext_lazy("Simulation"),
}


def language() -> str:
    """The reader's language: 'zh-hans' or 'en'."""
    return get_language() or "zh-hans"


def state(code: DateState) -> str:
    """The word of a date state."""
    return str(STATES[code])


def status(code: str) -> str:
    """The word of a reported status; '' for none."""
    return str(STATUSES[Status(code)]) if code else ""


def report_state(code: str) -> str:
    """The word of a report's state."""
    return str(REPORT_STATES[ReportState(code)])


def origin(code: str) -> str:
    """The word of a report's origin."""
    return str(ORIGINS[Origin(code)])


def day(value: date | None) -> str:
    """A day in the reader's language: 2026年10月31日, 31 Oct 2026; '' for none."""
    return date_format(value, "DATE_FORMAT") if value else ""


def instant(value: datetime | None) -> str:
    """A moment in Asia/Shanghai to the minute; '' for none."""
    return date_format(timezone.localtime(value), "DATETIME_FORMAT") if value else ""


def days(count: int) -> str:
    """A number of days."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


def imprecise(value: ImpreciseDate | None) -> str:
    """An imprecise date as officials write it; for a date too vague to place, its text; '' for none."""
    if value is None:
        return ""
    if value.earliest is None and value.latest is None:
        return value.text
    return dates.printed(value, language())


def quantity(value: Quantity | None) -> str:
    """A figure as officials print it, in the reader's language; '' for none."""
    return quantities.printed(value, language()) if value is not None else ""


def number(value: Decimal | None) -> str:
    """A plain number without trailing zeros; '' for none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def refusal(code: str, inputs: Mapping[str, Any] | None = None) -> str:
    """Why an action was refused, or what is wrong with an input, as one sentence with its next step."""
    template = REFUSALS.get(code)
    if template is None:
        return _("This was refused (%(code)s).") % {"code": code}
    shown = {name: _input(value) for name, value in (inputs or {}).items()}
    try:
        return str(template) % shown
    except (KeyError, TypeError, ValueError):
        return str(template)


def _input(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return number(value)
    return value


REFUSALS: Mapping[str, Promise] = {
    "no_right": gettext_lazy("Your appointment does not cover this. Ask your unit's administrator if it should."),
    "own_report": gettext_lazy("Nobody decides on a report of their own. Another reviewer has to."),
    "not_author": gettext_lazy("Only its author can take a report back."),
    "stale": gettext_lazy("This changed while you were typing. Your text is kept below: compare and submit again."),
    "retired": gettext_lazy("This item has been retired and takes no more reports."),
    "already_decided": gettext_lazy("Somebody has already decided on this report."),
    "already_superseded": gettext_lazy("This report has already been corrected by a later one."),
    "corrects_nothing": gettext_lazy("Only an accepted report of the same item can be corrected."),
    "correction_needs_reason": gettext_lazy("Say why the accepted report is corrected."),
    "comment_missing": gettext_lazy("Say what has to be changed."),
    "comment_too_long": gettext_lazy("At most %(limit)s characters."),
    "reason_missing": gettext_lazy("Say why the plan changes."),
    "reason_too_long": gettext_lazy("At most %(limit)s characters."),
    "start_after_due": gettext_lazy("The planned start lies after the due date."),
    "metric_is_derived": gettext_lazy("This figure is computed from its parts and is not reported."),
    "wrong_dimension": gettext_lazy("This unit does not fit: the metric is counted in %(expected)s."),
    "base_year_printed": gettext_lazy("The document prints the years in full: there is nothing to move."),
    "base_year_range": gettext_lazy("The base year lies between %(low)s and %(high)s."),
    "base_year_same": gettext_lazy("That is the base year already."),
    "already_reported": gettext_lazy("A person's report has been accepted: the base year can no longer move."),
    "not_demo": gettext_lazy("Demo accounts exist only in demo mode."),
    "no_fixtures": gettext_lazy("No fixtures in %(folder)s."),
}

REASON_SENTENCES: Mapping[str, Promise] = {
    "suspended": gettext_lazy("Reported as suspended (as of %(as_of)s)."),
    "done": gettext_lazy("Reported as done."),
    "done_on": gettext_lazy("Done on %(finish)s."),
    "done_in_time": gettext_lazy("Done on %(finish)s, due by %(due)s."),
    "done_late": gettext_lazy("Done on %(finish)s, %(days)s after %(due)s."),
    "no_due_date": gettext_lazy("The document states no date."),
    "outcome_not_stated": gettext_lazy(
        "Was due by %(due)s, before reporting began on %(tracking_from)s; the outcome is not stated."
    ),
    "overdue_reported": gettext_lazy("Was due by %(due)s, %(days)s ago; reported as not done on %(as_of)s."),
    "overdue_reported_progress": gettext_lazy(
        "Was due by %(due)s, %(days)s ago; reported at %(progress)s%% on %(as_of)s."
    ),
    "overdue_unreported": gettext_lazy(
        "Was due by %(due)s, %(days)s ago; the last report is of %(as_of)s, nothing since the due date."
    ),
    "overdue_never_reported": gettext_lazy("Was due by %(due)s, %(days)s ago; nothing has been reported."),
    "forecast_late": gettext_lazy("Forecast for %(forecast)s, %(days)s after %(due)s."),
    "due_soon": gettext_lazy("Due by %(due)s, in %(days)s."),
    "due_today": gettext_lazy("Due today, %(due)s."),
    "on_course": gettext_lazy("Under way; due by %(due)s, in %(days)s."),
    "on_course_progress": gettext_lazy("Under way at %(progress)s%%; due by %(due)s, in %(days)s."),
    "on_course_forecast": gettext_lazy("Under way; forecast for %(forecast)s, due by %(due)s."),
    "not_due": gettext_lazy("Due by %(due)s, in %(days)s; not reported as begun."),
}


def _variant(reading: Reading) -> str:
    """The sentence that fits what is known: some inputs may be missing."""
    inputs = reading.inputs
    if reading.reason == "done" and inputs.get("finish"):
        return "done_in_time" if inputs.get("due") else "done_on"
    if reading.reason == "on_course" and inputs.get("forecast"):
        return "on_course_forecast"
    if reading.reason in ("on_course", "overdue_reported") and inputs.get("progress") is not None:
        return f"{reading.reason}_progress"
    return reading.reason


def reason(reading: Reading) -> str:
    """Why a light is what it is: one sentence with the rule's inputs."""
    shown = {name: _input(value) for name, value in reading.inputs.items()}
    if isinstance(reading.inputs.get("days"), int):
        shown["days"] = days(int(str(reading.inputs["days"])))
    return str(REASON_SENTENCES[_variant(reading)]) % shown
