from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.states import COLOURS, DUE_SOON_DAYS, REASONS, Colour, DateState, Facts, Status, read

DAY = timedelta(days=1)
DUE = date(2026, 6, 30)
S = DateState

days = st.dates(date(2026, 1, 1), date(2026, 3, 31))
maybe_day = st.none() | days
facts_ = st.builds(
    Facts,
    due_earliest=maybe_day,
    due_latest=maybe_day,
    tracking_from=maybe_day,
    status=st.none() | st.sampled_from(Status),
    as_of=maybe_day,
    actual_finish=maybe_day,
    forecast_latest=maybe_day,
    progress=st.none() | st.decimals(0, 100, places=1),
)
NOTHING = Facts(None, DUE, date(2026, 1, 1), None, None, None, None, None)


def facts(**known: object) -> Facts:
    return replace(NOTHING, **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "on", "state", "reason"),
    [
        ({}, date(2026, 3, 1), S.NOT_DUE, "not_due"),
        ({"status": Status.NOT_STARTED}, date(2026, 3, 1), S.NOT_DUE, "not_due"),
        ({"status": Status.IN_PROGRESS}, date(2026, 3, 1), S.ON_COURSE, "on_course"),
        ({"status": Status.IN_PROGRESS}, DUE - 15 * DAY, S.ON_COURSE, "on_course"),
        ({"status": Status.IN_PROGRESS}, DUE - 14 * DAY, S.DUE_SOON, "due_soon"),
        ({}, DUE, S.DUE_SOON, "due_today"),
        ({}, DUE + DAY, S.OVERDUE_UNREPORTED, "overdue_never_reported"),
        ({"status": Status.IN_PROGRESS, "as_of": DUE}, DUE + DAY, S.OVERDUE_UNREPORTED, "overdue_unreported"),
        ({"status": Status.IN_PROGRESS, "as_of": DUE + DAY}, DUE + DAY, S.OVERDUE_REPORTED, "overdue_reported"),
        ({"tracking_from": DUE}, DUE + DAY, S.OVERDUE_UNREPORTED, "overdue_never_reported"),
        ({"tracking_from": DUE + DAY}, DUE + DAY, S.OUTCOME_NOT_STATED, "outcome_not_stated"),
        ({"tracking_from": DUE + DAY, "as_of": DUE}, DUE + DAY, S.OUTCOME_NOT_STATED, "outcome_not_stated"),
        ({"tracking_from": DUE + DAY, "as_of": DUE + DAY}, DUE + DAY, S.OVERDUE_REPORTED, "overdue_reported"),
        ({"tracking_from": None}, DUE + DAY, S.OVERDUE_UNREPORTED, "overdue_never_reported"),
        ({"forecast_latest": DUE + DAY}, date(2026, 3, 1), S.FORECAST_LATE, "forecast_late"),
        ({"forecast_latest": DUE + DAY}, DUE, S.FORECAST_LATE, "forecast_late"),
        ({"forecast_latest": DUE}, DUE - 20 * DAY, S.NOT_DUE, "not_due"),
        ({"status": Status.DONE, "actual_finish": DUE}, DUE + DAY, S.DONE, "done"),
        ({"status": Status.DONE, "actual_finish": DUE + DAY}, DUE + DAY, S.DONE_LATE, "done_late"),
        ({"status": Status.DONE}, DUE + DAY, S.DONE, "done"),
        ({"status": Status.DONE, "actual_finish": DUE, "due_latest": None}, DUE, S.DONE, "done"),
        ({"status": Status.SUSPENDED, "due_latest": None}, DUE, S.SUSPENDED, "suspended"),
        ({"status": Status.SUSPENDED}, DUE + 99 * DAY, S.SUSPENDED, "suspended"),
        ({"due_latest": None}, DUE, S.BLANK, "no_due_date"),
        ({"due_latest": None, "forecast_latest": DUE}, DUE, S.BLANK, "no_due_date"),
    ],
)
def test_the_rules(known, on, state, reason):
    reading = read(facts(**known), on)
    assert (reading.state, reading.reason) == (state, reason)


def test_the_sentence_has_its_inputs():
    reading = read(facts(due_latest=date(2026, 12, 31), forecast_latest=date(2027, 1, 15)), DUE)
    assert dict(reading.inputs) == {"forecast": date(2027, 1, 15), "due": date(2026, 12, 31), "days": 15}
    assert read(facts(), DUE + 3 * DAY).inputs["days"] == 3


def oracle(facts: Facts, on: date) -> DateState:
    """The rules again as one row of conditions each; the last that holds from the bottom up decides."""
    due, as_of = facts.due_latest or date.max, facts.as_of or date.min
    over = on > due
    table = [
        (True, S.NOT_DUE),
        (facts.status == "in_progress", S.ON_COURSE),
        (on + timedelta(days=DUE_SOON_DAYS) >= due, S.DUE_SOON),
        (bool(facts.forecast_latest and facts.forecast_latest > due), S.FORECAST_LATE),
        (over, S.OVERDUE_UNREPORTED),
        (over and as_of > due, S.OVERDUE_REPORTED),
        (over and as_of <= due and due < (facts.tracking_from or date.min), S.OUTCOME_NOT_STATED),
        (facts.due_latest is None, S.BLANK),
        (facts.status == "done", S.DONE),
        (facts.status == "done" and (facts.actual_finish or date.min) > due, S.DONE_LATE),
        (facts.status == "suspended", S.SUSPENDED),
    ]
    return [state for holds, state in table if holds][-1]


@given(facts_, days)
def test_reading_equals_the_oracle(facts, on):
    reading = read(facts, on)
    assert reading.state is oracle(facts, on)
    assert reading.colour is COLOURS[reading.state]
    assert set(reading.inputs) == set(REASONS[reading.reason])
    number = reading.inputs.get("days", 1)
    assert isinstance(number, int)
    assert number > 0


@given(facts_, days)
def test_never_overdue_before_the_last_day_is_over(facts, on):
    reading = read(facts, on)
    if reading.colour is Colour.RED:
        assert facts.due_latest is not None
        assert on > facts.due_latest


@given(facts_, days)
def test_silence_and_lateness_are_told_apart(facts, on):
    state = read(facts, on).state
    if state is S.OVERDUE_REPORTED:
        assert facts.as_of > facts.due_latest
    if state is S.OVERDUE_UNREPORTED:
        assert facts.as_of is None or facts.as_of <= facts.due_latest


def test_every_state_has_a_colour():
    assert set(COLOURS) == set(DateState)
    assert set(COLOURS.values()) == set(Colour)
