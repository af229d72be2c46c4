"""What a report must fulfil, how it moves from draft to decision, and which accepted report counts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import TypeVar

from tracker.domain.dates import ImpreciseDate
from tracker.domain.progress import Form
from tracker.domain.quantity_values import Quantity
from tracker.domain.states import Status
from tracker.domain.units import BASE, MEASURES, Dimension, measure, same_kind

NOTE_LIMIT = 1000
"""Characters of a note."""


class ReportState(StrEnum):
    """Where a report is on its way."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


TRANSITIONS: Mapping[ReportState, frozenset[ReportState]] = MappingProxyType(
    {
        ReportState.DRAFT: frozenset({ReportState.SUBMITTED, ReportState.WITHDRAWN}),
        ReportState.SUBMITTED: frozenset({ReportState.ACCEPTED, ReportState.RETURNED, ReportState.WITHDRAWN}),
        ReportState.RETURNED: frozenset({ReportState.SUBMITTED, ReportState.WITHDRAWN}),
        ReportState.ACCEPTED: frozenset(),  # final: a correction is a new report that supersedes it
        ReportState.WITHDRAWN: frozenset(),
    }
)
"""The moves allowed from each state."""


class Origin(StrEnum):
    """How a report came in."""

    DOCUMENT = "document"
    FORM = "form"
    GRID = "grid"
    SHEET = "sheet"
    OFFLINE = "offline"
    SIMULATION = "simulation"


@dataclass(frozen=True)
class Problem:
    """One rule broken: the field (a parameter of the check), a code of `CODES` and what its sentence names."""

    field: str
    code: str
    inputs: Mapping[str, date | int | Decimal | str | None]


EARLIEST = date(1990, 1, 1)
"""No report of these works speaks of an earlier day: it is a slip of the hand (1926 for 2026). The bound is our own."""

CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "as_of_in_future": ("as_of", "today"),
        "day_too_early": ("date", "earliest"),
        "older_as_of": ("as_of", "last"),  # older than the last accepted report, and no correction
        "note_too_long": ("length", "limit"),
        "progress_range": ("value", "low", "high"),  # high is 0 where nothing is begun
        "progress_100_not_done": (),
        "done_progress": ("value",),
        "finish_missing": (),
        "finish_without_done": ("finish",),
        "start_not_started": ("start",),  # an actual start, yet "not started"
        "start_after_finish": ("start", "finish"),
        "actual_in_future": ("date", "today"),
        "actual_after_as_of": ("date", "as_of"),
        "forecast_when_done": (),
        "forecast_past": ("forecast", "as_of"),
        "wrong_dimension": ("given", "expected"),
        "quantity_withheld": (),
        "negative_amount": ("value",),
        "percent_range": ("value", "low", "high"),
        "not_a_whole_number": ("value", "measure"),
    }
)
"""Every code with the names of its inputs."""


def _problem(field: str, code: str, **inputs: date | int | Decimal | str | None) -> Problem:
    return Problem(field, code, MappingProxyType(inputs))


def check_milestone_report(
    *,
    status: Status,
    progress: Decimal | None,
    as_of: date,
    actual_start: date | None,
    actual_finish: date | None,
    forecast: ImpreciseDate | None,
    note: str,
    today: date,
    last_as_of: date | None,
    is_correction: bool,
) -> list[Problem]:
    """What is wrong with a report about a milestone; empty if nothing is.

    `progress` is in percent and may be left out; done means 100 and needs its actual finish, and only done means 100.
    `last_as_of`: the day the latest accepted report speaks of. A correction may speak of an older day.
    """
    return [
        *check_head(as_of, today, last_as_of, is_correction, note),
        *_progress_problems(status, progress),
        *_actual_problems(status, actual_start, actual_finish, as_of, today),
        *_forecast_problems(status, forecast, as_of),
    ]


def check_metric_report(
    *,
    quantity: Quantity,
    metric_measure: str,
    metric_form: Form | str,
    as_of: date,
    today: date,
    last_as_of: date | None,
    is_correction: bool,
    note: str,
) -> list[Problem]:
    """What is wrong with a report about a metric; empty if nothing is. Raises `UnknownMeasure`.

    The figure may be in another measure of the metric's dimension. Persons, households, homes and counters are whole
    numbers, in 万人 too; a percentage is within 0 to 100 (a change in 个百分点 within ±100); nothing else is negative.
    """
    problems = check_head(as_of, today, last_as_of, is_correction, note)
    return [*problems, *check_quantity(quantity, metric_measure=metric_measure, metric_form=metric_form)]


def check_quantity(quantity: Quantity, *, metric_measure: str, metric_form: Form | str) -> list[Problem]:
    """What is wrong with a metric's value or target by itself, as `check_metric_report` has it."""
    given, expected = measure(quantity.measure), measure(metric_measure)
    if not same_kind(given, expected):
        return [_problem("quantity", "wrong_dimension", given=given.symbol, expected=expected.symbol)]
    bounds = [bound for bound in dict.fromkeys((quantity.low, quantity.high)) if bound is not None]
    if not bounds:
        return [_problem("quantity", "quantity_withheld")]
    problems: list[Problem] = []
    points = given.dimension is Dimension.POINTS
    if points or metric_form == Form.PERCENT:
        low = -100 if points else 0
        outside = [bound for bound in bounds if not low <= bound <= 100]
        problems += [_problem("quantity", "percent_range", value=one, low=low, high=100) for one in outside[:1]]
    else:
        problems += [_problem("quantity", "negative_amount", value=one) for one in bounds if one < 0][:1]
    if MEASURES[BASE[given.dimension]].integer:
        broken = [one for one in bounds if (Fraction(one) * given.factor).denominator != 1]
        problems += [_problem("quantity", "not_a_whole_number", value=one, measure=given.symbol) for one in broken[:1]]
    return problems


def check_head(as_of: date, today: date, last_as_of: date | None, is_correction: bool, note: str) -> list[Problem]:
    """What is wrong with the head that every report has, whatever it is about; empty if nothing is."""
    problems = []
    if as_of > today:
        problems.append(_problem("as_of", "as_of_in_future", as_of=as_of, today=today))
    if as_of < EARLIEST:
        problems.append(_problem("as_of", "day_too_early", date=as_of, earliest=EARLIEST))
    if last_as_of is not None and as_of < last_as_of and not is_correction:
        problems.append(_problem("as_of", "older_as_of", as_of=as_of, last=last_as_of))
    if len(note) > NOTE_LIMIT:
        problems.append(_problem("note", "note_too_long", length=len(note), limit=NOTE_LIMIT))
    return problems


def _progress_problems(status: Status, progress: Decimal | None) -> list[Problem]:
    if progress is None:
        return []
    high = 0 if status is Status.NOT_STARTED else 100
    if not 0 <= progress <= 100:
        return [_problem("progress", "progress_range", value=progress, low=0, high=100)]
    if status is Status.DONE:
        return [] if progress == 100 else [_problem("progress", "done_progress", value=progress)]
    if progress == 100:
        return [_problem("progress", "progress_100_not_done")]
    return [] if progress <= high else [_problem("progress", "progress_range", value=progress, low=0, high=high)]


def _actual_problems(
    status: Status, start: date | None, finish: date | None, as_of: date, today: date
) -> list[Problem]:
    problems = []
    for field, day in (("actual_start", start), ("actual_finish", finish)):
        if day is not None and day > today:
            problems.append(_problem(field, "actual_in_future", date=day, today=today))
        elif day is not None and day > as_of:
            problems.append(_problem(field, "actual_after_as_of", date=day, as_of=as_of))
        elif day is not None and day < EARLIEST:
            problems.append(_problem(field, "day_too_early", date=day, earliest=EARLIEST))
    if start is not None and status is Status.NOT_STARTED:
        problems.append(_problem("actual_start", "start_not_started", start=start))
    if finish is None and status is Status.DONE:
        problems.append(_problem("actual_finish", "finish_missing"))
    if finish is not None and status is not Status.DONE:
        problems.append(_problem("actual_finish", "finish_without_done", finish=finish))
    if start is not None and finish is not None and start > finish:
        problems.append(_problem("actual_start", "start_after_finish", start=start, finish=finish))
    return problems


def _forecast_problems(status: Status, forecast: ImpreciseDate | None, as_of: date) -> list[Problem]:
    if forecast is None:
        return []
    if status is Status.DONE:
        return [_problem("forecast", "forecast_when_done")]
    if forecast.latest is not None and forecast.latest < as_of:
        return [_problem("forecast", "forecast_past", forecast=forecast.latest, as_of=as_of)]
    return []


@dataclass(frozen=True, slots=True)
class Candidate:
    """An accepted report of one item: the day it speaks of, when it was accepted, and which report it corrects."""

    id: int
    as_of: date
    accepted_at: datetime
    supersedes: int | None


C = TypeVar("C", bound=Candidate)


def latest(candidates: Iterable[C], *, on: date, known: datetime) -> C | None:
    """The report that counts on the day `on` as known at the moment `known`; None if there is none.

    Accepted by then, speaking of a day up to `on`, and not superseded by a report accepted by then (whatever day that
    one speaks of). Of those the one of the latest day, then the latest accepted, then the highest id. The SQL twin is
    `ReportQuerySet.counting`.
    """
    then = [one for one in candidates if one.accepted_at <= known]
    superseded = {one.supersedes for one in then}
    counting = [one for one in then if one.as_of <= on and one.id not in superseded]
    return max(counting, key=lambda one: (one.as_of, one.accepted_at, one.id), default=None)
