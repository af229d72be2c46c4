"""How the review desk says what is odd in a report, and how it stands to the plan; each names both values."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from tracker import words
from tracker.domain.against_plan import Gap
from tracker.domain.quantities import Quantity
from tracker.domain.states import Status
from tracker.domain.suspicion import Doubt
from tracker.words import relocation, resettlement, tender_doubts

DOUBTS: Mapping[str, Promise] = {
    "retired": gettext_lazy("The item has been retired: this can only be returned."),
    "later_in_force": gettext_lazy(
        "Speaks of %(as_of)s, but a report of %(last)s is in force: accepting it leaves the present state."
    ),
    "as_of_old": gettext_lazy("Speaks of %(as_of)s, %(days)s ago."),
    "no_longer_done": gettext_lazy("Was reported as done, now: %(after)s."),
    "no_longer_done_on": gettext_lazy("Was reported as done on %(finish)s, now: %(after)s."),
    "no_longer_begun": gettext_lazy("Was reported as “%(before)s”, now as “%(after)s”."),
    "progress_falls": gettext_lazy("Progress falls from %(before)s%% to %(after)s%%, by %(points)s points."),
    "progress_jumps": gettext_lazy("Progress jumps from %(before)s%% to %(after)s%% within %(days)s."),
    "progress_jumps_at_once": gettext_lazy("Progress jumps from %(before)s%% to %(after)s%% on the same day."),
    "progress_corrected": gettext_lazy("Progress is corrected from %(before)s%% to %(after)s%%."),
    "start_earlier": gettext_lazy("Started on: %(after)s, earlier than reported before (%(before)s)."),
    "start_later": gettext_lazy("Started on: %(after)s, later than reported before (%(before)s)."),
    "finish_earlier": gettext_lazy("Finished on: %(after)s, earlier than reported before (%(before)s)."),
    "finish_later": gettext_lazy("Finished on: %(after)s, later than reported before (%(before)s)."),
    "started_before_denied": gettext_lazy(
        "Started on %(start)s, yet the report of %(last)s still said it had not been started."
    ),
    "finished_before_denied": gettext_lazy(
        "Finished on %(finish)s, yet the report of %(last)s still said it was not done."
    ),
    "done_without_start": gettext_lazy("Done on %(finish)s without a start, though %(planned)s of work were planned."),
    "done_at_once": gettext_lazy(
        "Not started as of %(last)s, done as of %(as_of)s, though %(planned)s of work were planned."
    ),
    "forecast_slips": gettext_lazy("The forecast moves back from %(before)s to %(after)s, by %(days)s."),
    "forecast_too_soon": gettext_lazy(
        "Expected on %(forecast)s, in %(left)s; at the pace so far (%(progress)s%%) the rest takes about %(needed)s."
    ),
    "measure_changed": gettext_lazy("The unit of measure changes: %(before)s before, %(after)s now."),
    "figure_falls": gettext_lazy("A cumulative figure falls from %(before)s to %(after)s, by %(fall)s."),
    "tenfold": gettext_lazy(
        "From %(before)s to %(after)s, about %(times)s times as much: check the decimal point and the unit."
    ),
    "tenth": gettext_lazy(
        "From %(before)s to %(after)s, about 1/%(times)s of it: check the decimal point and the unit."
    ),
    "wan_doubled": gettext_lazy(
        "From %(before)s to %(after)s, about 10,000 times as much: is the figure in ten thousands counted twice?"
    ),
    "wan_lost": gettext_lazy("From %(before)s to %(after)s, about 1/10,000 of it: have the ten thousands been lost?"),
}
DAYS = ("days", "left", "needed", "planned")

GAP_WORDS: Mapping[str, Promise] = {
    "progress_behind": gettext_lazy("%(points)s points behind plan"),
    "progress_ahead": gettext_lazy("%(points)s points ahead of plan"),
    "progress_on_plan": gettext_lazy("On plan"),
    "forecast_late": gettext_lazy("Expected %(days)s late"),
    "forecast_early": gettext_lazy("Expected %(days)s early"),
    "forecast_on_day": gettext_lazy("Expected on the due day"),
    "finish_late": gettext_lazy("Done %(days)s late"),
    "finish_early": gettext_lazy("Done %(days)s early"),
    "finish_on_day": gettext_lazy("Done on the due day"),
}
GAP_REASONS: Mapping[str, Promise] = {
    "progress": gettext_lazy("Progress %(progress)s%%; %(expected)s%% of the planned time has gone by."),
    "forecast": gettext_lazy("Expected by %(day)s, due by %(due)s."),
    "finish": gettext_lazy("Finished on %(day)s, due by %(due)s."),
}


def doubt(value: Doubt) -> str:
    """What deserves a second look, as one sentence."""
    code = value.code
    if code.startswith(("tender_", "package_")):
        return tender_doubts.doubt(value)
    if value.inputs.get("figure") in resettlement.FIGURES:
        return resettlement.doubt(value)
    if code in relocation.DOUBTS:
        return relocation.doubt(value)
    if code == "no_longer_done" and value.inputs.get("finish"):
        code = "no_longer_done_on"
    if code == "progress_jumps" and not value.inputs["days"]:
        code = "progress_jumps_at_once"
    if code == "another_waits":
        count = int(str(value.inputs["count"]))
        return ngettext(
            "%(count)d more report on this item waits: accept the one that holds.",
            "%(count)d more reports on this item wait: accept the one that holds.",
            count,
        ) % {"count": count}
    return str(DOUBTS[code]) % _shown(value.inputs)


def gap_word(value: Gap) -> str:
    """How far off the plan, in a few words."""
    return str(GAP_WORDS[value.code]) % _shown(value.inputs)


def gap_reason(value: Gap) -> str:
    """The same with both values, as a sentence."""
    return str(GAP_REASONS[value.code.split("_")[0]]) % _shown(value.inputs)


def _shown(inputs: Mapping[str, Any]) -> dict[str, str]:
    return {name: _said(name, value) for name, value in inputs.items()}


def _said(name: str, value: Any) -> str:
    if name in DAYS and isinstance(value, int):
        return words.days(value)
    if isinstance(value, Status):
        return words.status(value)
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, Quantity):
        return words.quantity(value)
    return words.number(value) if isinstance(value, Decimal) else str(value)
