"""How is it SAID? Codes of the domain and of refusals as sentences in the reader's language.

The domain returns codes and inputs; nothing else turns them into words, so that a rule is worded once.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
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
from tracker.domain.states import Colour, DateState, Reading, Status
from tracker.domain.units import MEASURES
from tracker.words.refusals import REFUSALS

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
    return _day(value, language()) if value else ""


@lru_cache(maxsize=4096)
def _day(value: date, language: str) -> str:
    """Formatting costs much and pages name the same days again and again; `language` keeps the languages apart."""
    return date_format(value, "DATE_FORMAT")


def instant(value: datetime | None) -> str:
    """A moment in Asia/Shanghai to the minute; '' for none."""
    return date_format(timezone.localtime(value), "DATETIME_FORMAT") if value else ""


def days(count: int) -> str:
    """A number of days."""
    return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}


VAGUE: Mapping[str, str] = {
    "尽快": "as soon as possible",
    "近期": "in the near term",
    "目前": "at present",
    "截至目前": "up to the present",
    "去年": "last year",
    "去年以来": "since last year",
    "规划目标年": "target year of the plan",
    "20XX年": "20XX",
    "X年底": "end of year X",
}
"""Texts of the documents that name no day we could place, in English; any other is shown as it stands."""


def imprecise(value: ImpreciseDate | None) -> str:
    """An imprecise date as officials write it; for a date too vague to place, what it says; '' for none."""
    if value is None:
        return ""
    if value.earliest is None and value.latest is None:
        return value.text if language().startswith("zh") else VAGUE.get(value.text, value.text)
    return dates.printed(value, language())


def quantity(value: Quantity | None) -> str:
    """A figure as officials print it, in the reader's language; '' for none."""
    return quantities.printed(value, language()) if value is not None else ""


def measure(symbol: str) -> str:
    """A unit of measure as people say it: 亩, mu; the symbol itself where it is unknown."""
    known = MEASURES.get(symbol)
    if known is None or language().startswith("zh"):
        return symbol
    return known.name_en


def number(value: Decimal | None) -> str:
    """A plain number without trailing zeros; '' for none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def refusal(code: str, inputs: Mapping[str, Any] | None = None) -> str:
    """Why an action was refused, or what is wrong with an input, as one sentence with its next step."""
    if code == "progress_range" and (inputs or {}).get("high") == 0:
        code = "progress_not_begun"
    if code == "password_weak":  # the framework's own sentences, in the reader's language already
        return str((inputs or {}).get("reasons", ""))
    template = REFUSALS.get(code)
    if template is None:
        return _("This was refused (%(code)s).") % {"code": code}
    shown = {name: _input(value) for name, value in (inputs or {}).items()}
    shown |= {name: measure(str(shown[name])) for name in ("given", "expected") if name in shown}
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


COLOURS: Mapping[Colour, Promise] = {
    Colour.RED: gettext_lazy("Overdue"),
    Colour.AMBER: gettext_lazy("At risk"),
    Colour.GREEN: gettext_lazy("On course"),
    Colour.DONE: gettext_lazy("Done"),
    Colour.LATER: gettext_lazy("Not due"),
    Colour.BLANK: gettext_lazy("Not stated"),
}

TALLIES: Mapping[Colour, Promise] = {
    Colour.RED: gettext_lazy("%(count)d overdue"),
    Colour.AMBER: gettext_lazy("%(count)d at risk"),
    Colour.GREEN: gettext_lazy("%(count)d on course"),
    Colour.DONE: gettext_lazy("%(count)d done"),
    Colour.LATER: gettext_lazy("%(count)d not due"),
    Colour.BLANK: gettext_lazy("%(count)d not stated"),
}

CITATION_KINDS: Mapping[str, Promise] = {
    "due": gettext_lazy("Due date"),
    "target": gettext_lazy("Target"),
    "base": gettext_lazy("Value before the works"),
    "measured": gettext_lazy("Measured so far"),
    "outcome": gettext_lazy("Outcome"),
    "figure": gettext_lazy("Figure"),
    "comparable": gettext_lazy("Comparable, outside the totals"),
    "blank": gettext_lazy("Blank"),
    "term": gettext_lazy("Duration or cycle"),
}

CITATION_STATUSES: Mapping[str, Promise] = {
    "stated": gettext_lazy("Stated"),
    "planned": gettext_lazy("Planned"),
    "sought": gettext_lazy("Sought"),
    "in_hand": gettext_lazy("In hand"),
    "done": gettext_lazy("Done"),
    "withheld": gettext_lazy("Withheld"),
}

QUALIFIERS: Mapping[str, Promise] = {
    "exact": gettext_lazy("exact"),
    "about": gettext_lazy("about"),
    "over": gettext_lazy("more than"),
    "nearly": gettext_lazy("nearly"),
    "at_least": gettext_lazy("at least"),
    "at_most": gettext_lazy("at most"),
    "range": gettext_lazy("range"),
    "withheld": gettext_lazy("withheld"),
}

DATE_KINDS: Mapping[str, Promise] = {
    "by": gettext_lazy("a deadline"),
    "in": gettext_lazy("some time in this period"),
    "from": gettext_lazy("beginning then"),
    "strive": gettext_lazy("an aim"),
}

LINKS: Mapping[str, Promise] = {
    "FS": gettext_lazy("finish to start"),
    "SS": gettext_lazy("start to start"),
    "FF": gettext_lazy("finish to finish"),
    "SF": gettext_lazy("start to finish"),
}

UNIT_KINDS: Mapping[str, Promise] = {
    "command": gettext_lazy("Command office"),
    "department": gettext_lazy("Department"),
    "street": gettext_lazy("Street office"),
    "company": gettext_lazy("Company"),
    "taskforce": gettext_lazy("Task force"),
    "body": gettext_lazy("Other body"),
}

NOUNS: Mapping[str, Promise] = {
    "milestone": gettext_lazy("Milestone"),
    "metric": gettext_lazy("Metric"),
    "site": gettext_lazy("Clearance site"),
    "package": gettext_lazy("Tender package"),
    "housing": gettext_lazy("Resettlement housing"),
    "project": gettext_lazy("Project"),
    "programme": gettext_lazy("Programme"),
    "report": gettext_lazy("Report"),
    "unit": gettext_lazy("Unit"),
    "user": gettext_lazy("Person"),
    "sheet": gettext_lazy("Ledger"),
    "page": gettext_lazy("Page"),
    "works": gettext_lazy("Works"),
    "citation": gettext_lazy("Citation"),
    "document": gettext_lazy("Document"),
    "calendar": gettext_lazy("Calendar"),
    "window": gettext_lazy("Statutory window"),
    "process": gettext_lazy("Process template"),
    "reference": gettext_lazy("Calendar and windows"),
}

DOCUMENT_KINDS: Mapping[str, Promise] = {
    "report": gettext_lazy("Written report"),
    "speech": gettext_lazy("Speech"),
    "briefing": gettext_lazy("Briefing"),
}


def colour(code: Colour) -> str:
    """The word of a group of states that share a colour."""
    return colours()[code]


def colours() -> Mapping[Colour, str]:
    """The words of all groups of states that share a colour."""
    return _colours(language())


@lru_cache(maxsize=8)
def _colours(language: str) -> Mapping[Colour, str]:
    """Pages print hundreds of these; `language`, the reader's, is here to keep the languages apart."""
    return {code: str(word) for code, word in COLOURS.items()}


@lru_cache(maxsize=8)
def _tallies(language: str) -> Mapping[Colour, str]:
    return {code: str(text) for code, text in TALLIES.items()}


def tally(counts: Mapping[Colour, int]) -> str:
    """How many milestones stand where, as one sentence; groups without any are left out."""
    total = sum(counts.values())
    head = ngettext("%(count)d milestone", "%(count)d milestones", total) % {"count": total}
    texts = _tallies(language())
    parts = [text % {"count": counts[code]} for code, text in texts.items() if counts.get(code)]
    if not parts:
        return head
    return _("%(head)s: %(parts)s.") % {"head": head, "parts": _(", ").join(parts)}


def citation_kind(code: str) -> str:
    """What a citation is about."""
    return str(CITATION_KINDS[code])


def citation_status(code: str) -> str:
    """How firmly a citation is stated."""
    return str(CITATION_STATUSES[code])


def lag(count: int, unit: str) -> str:
    """The lag of a dependency: '' for none."""
    if not count:
        return ""
    if unit == "wd":
        return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}
    return days(count)


def interval(earliest: date | None, latest: date | None) -> str:
    """The days an imprecise date can mean; an open end is said so; '' where nothing is known."""
    if earliest and latest:
        return day(earliest) if earliest == latest else f"{day(earliest)} – {day(latest)}"
    if latest:
        return _("up to %(day)s") % {"day": day(latest)}
    return _("from %(day)s") % {"day": day(earliest)} if earliest else ""
