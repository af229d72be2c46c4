"""What must hold of every network: what float means, and that more never means earlier."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.test_schedule_oracle import CALENDARS, TODAY, network
from tracker.domain.schedule import Activity, Link, Result, Tie, schedule


def placed(
    activities: list[Activity], ties: list[Tie], *, data_date: date = TODAY, deadline: date | None = None
) -> Result:
    return schedule(activities, ties, data_date=data_date, deadline=deadline, calendars=CALENDARS)


def with_one(activities: list[Activity], key: str, **changes: Any) -> list[Activity]:
    return [replace(one, **changes) if one.key == key else one for one in activities]


@settings(max_examples=50, deadline=None)
@given(network(plain=True, kinds=(Link.FS,)), st.data())
def test_lengthening_by_the_float_leaves_the_end_and_one_day_more_moves_it_by_one(drawn, data):
    """Holds for finish–start ties, natural days throughout, durations of a day or more, no bounds, nothing begun."""
    activities = [replace(one, unit="d", duration=max(1, one.duration)) for one in drawn[0]]
    ties = [replace(tie, lag_unit="d") for tie in drawn[1]]
    before = placed(activities, ties)
    one = data.draw(st.sampled_from(activities))
    total = before.placed[one.key].total_float
    assert before.finish is not None
    assert placed(with_one(activities, one.key, duration=one.duration + total), ties).finish == before.finish
    longer = placed(with_one(activities, one.key, duration=one.duration + total + 1), ties)
    assert longer.finish == before.finish + timedelta(1)


@settings(max_examples=50, deadline=None)
@given(network(plain=True), st.booleans(), st.data())
def test_delaying_by_the_float_leaves_the_end_and_one_day_more_moves_it(drawn, natural, data):
    """Holds for every kind of tie, unit and calendar, milestones too; no bounds, nothing begun. Natural: by one day."""
    activities, ties = drawn
    if natural:
        activities = [replace(one, unit="d") for one in activities]
        ties = [replace(tie, lag_unit="d") for tie in ties]
    before = placed(activities, ties)
    key = data.draw(st.sampled_from(activities)).key
    latest = before.placed[key].late_start
    assert before.finish is not None
    assert placed(with_one(activities, key, start_no_earlier=latest), ties).finish == before.finish
    later = placed(with_one(activities, key, start_no_earlier=latest + timedelta(1)), ties)
    assert later.finish is not None
    assert later.finish > before.finish
    if natural:
        assert later.finish == before.finish + timedelta(1)


@settings(max_examples=50, deadline=None)
@given(network(plain=True), st.data())
def test_free_float_disturbs_nobody(drawn, data):
    activities, ties = drawn
    ties = [replace(tie, lag_unit="d") for tie in ties]
    activities = [replace(one, unit="d") for one in activities]
    before = placed(activities, ties)
    one = before.placed[data.draw(st.sampled_from(activities)).key]
    day = one.early_start + timedelta(one.free_float)
    after = placed(with_one(activities, one.key, start_no_earlier=day), ties)
    others = [key for key in before.placed if key != one.key]
    assert after.finish == before.finish
    assert [after.placed[key].early_finish for key in others] == [before.placed[key].early_finish for key in others]
    assert one.free_float <= one.total_float


def _no_earlier(before: Result, after: Result) -> bool:
    return all(after.placed[key].early_finish >= one.early_finish for key, one in before.placed.items())


@settings(max_examples=50, deadline=None)
@given(network(plain=True), st.integers(0, 9), st.data())
def test_a_longer_lag_a_tie_more_or_a_later_data_date_makes_nothing_earlier(drawn, days, data):
    activities, ties = drawn
    before = placed(activities, ties)
    assert _no_earlier(before, placed(activities, ties, data_date=TODAY + timedelta(days)))
    if ties:
        at = data.draw(st.integers(0, len(ties) - 1))
        longer = [*ties[:at], replace(ties[at], lag=ties[at].lag + days), *ties[at + 1 :]]
        assert _no_earlier(before, placed(activities, longer))
        assert _no_earlier(placed(activities, ties[:at] + ties[at + 1 :]), before)


@settings(max_examples=50, deadline=None)
@given(network(plain=True, kinds=(Link.FS, Link.SS)), st.integers(0, 9), st.data())
def test_longer_work_makes_nothing_earlier(drawn, days, data):
    """Ties to a start only: work that a finish holds and that gets longer starts earlier, and draws others with it."""
    activities = [replace(one, duration=max(1, one.duration)) for one in drawn[0]]
    one = data.draw(st.sampled_from(activities))
    longer = with_one(activities, one.key, duration=one.duration + days)
    assert _no_earlier(placed(activities, drawn[1]), placed(longer, drawn[1]))


def test_longer_work_may_start_what_follows_its_start_earlier():
    """The known oddity of ties to a finish, kept as the planning programs have it."""
    steps = [Activity("a", 9), Activity("b", 2), Activity("c", 1)]
    ties = [Tie("a", "b", Link.FF), Tie("b", "c", Link.SS)]
    assert (
        placed(with_one(steps, "b", duration=5), ties).placed["c"].early_start
        < placed(steps, ties).placed["c"].early_start
    )


@settings(max_examples=50, deadline=None)
@given(network(), st.integers(0, 40), st.integers(0, 9))
def test_a_later_deadline_gives_more_float_and_moves_nothing(drawn, first, more):
    deadline = TODAY + timedelta(first)
    tight = placed(*drawn, deadline=deadline)
    wide = placed(*drawn, deadline=deadline + timedelta(more))
    for key, one in tight.placed.items():
        assert wide.placed[key].early_finish == one.early_finish
        assert wide.placed[key].late_finish >= one.late_finish
        assert wide.placed[key].total_float >= one.total_float
