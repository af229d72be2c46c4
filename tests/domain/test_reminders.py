"""When somebody is reminded: each reminder once, however often and on whichever days the job runs, and no flood."""

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from tracker.domain.duties import Cycle, Period, Rhythm, Standing
from tracker.domain.reminders import (
    CATCH_UP,
    STEPS,
    Because,
    Desks,
    closed,
    due_step,
    just_overdue,
    unmeasured,
    unreported,
    upwards,
)
from tracker.domain.states import DateState

DUE = date(2026, 6, 30)
ONE = timedelta(1)
WEEK = Period(date(2026, 6, 6), date(2026, 6, 12))
gaps = st.lists(st.integers(1, 12), max_size=12)


def told(days: list[date], due: date) -> list[tuple[date, str]]:
    """What is new on each day of a run, as the keys keep it."""
    known: set[str] = set()
    new = []
    for on in days:
        step = due_step(due, on)
        for key in [f"due:{step}"] * bool(step) + ["overdue"] * just_overdue(due, on):
            if key not in known:
                known.add(key)
                new.append((on, key))
    return new


def test_day_by_day_each_reminder_comes_once_on_its_day():
    days = [DUE + number * ONE for number in range(-30, 40)]
    assert told(days, DUE) == [(DUE - step * ONE, f"due:{step}") for step in STEPS] + [(DUE + ONE, "overdue")]


@given(st.integers(-30, 5), gaps)
@example(-30, [12, 12, 4, 1, 1, 6])
def test_days_without_a_run_are_made_up_for_without_a_flood(first: int, skips: list[int]):
    days = [DUE + first * ONE]
    for skip in skips:
        days.append(days[-1] + skip * ONE)
    new = told(days, DUE)
    assert len({on for on, _key in new}) == len(new)  # one a run at most
    assert len({key for _on, key in new}) == len(new)
    if any(DUE < day <= DUE + CATCH_UP * ONE for day in days):
        assert "overdue" in dict(map(reversed, new))  # type: ignore[arg-type]
    for step in STEPS:
        if any(DUE - step * ONE <= day <= DUE for day in days):  # told of this step, or of a later one reached since
            assert any(key.startswith("due") and int(key[4:]) <= step for _on, key in new)


@given(
    st.builds(Cycle, st.just(Rhythm.WEEKLY), st.integers(1, 7))
    | st.builds(Cycle, st.just(Rhythm.MONTHLY), st.integers(1, 31)),
    st.integers(1, 90),
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
)
def test_the_closed_period_is_the_last_one_that_closed_so_long_ago(cycle: Cycle, after: int, on: date):
    period = cycle.period(on)
    while period and period.last + after * ONE > on:  # the slow way: backwards, period by period
        period = cycle.period(period.first - ONE)
    assert period
    late = (on - period.last).days > after + CATCH_UP
    assert closed(cycle, on, after) == (None if late else period)


def test_no_period_no_reminder_of_one_and_no_days_count_as_one():
    assert closed(Cycle(Rhythm.MILESTONE, 1), DUE, 1) is None
    friday = Cycle(Rhythm.WEEKLY, 5)
    assert closed(friday, WEEK.last, 0) == Period(WEEK.first - 7 * ONE, WEEK.last - 7 * ONE)
    assert closed(friday, WEEK.last + ONE, 0) == WEEK


def standing(state: DateState = DateState.DUE_SOON, **values: object) -> Standing:
    given: dict[str, object] = {"in_progress": True, "as_of": None, "planned": None, "pending": False}
    return Standing(state=state, returned=False, **{**given, **values})  # type: ignore[arg-type]


def test_what_was_asked_for_and_not_reported_is_missing():
    def missing(item: Standing, tracked: date | None = None, begun: date | None = None) -> bool:
        return unreported(item, Cycle(Rhythm.WEEKLY, 5), WEEK, tracked=tracked, begun=begun)

    assert missing(standing())
    assert missing(standing(as_of=WEEK.first - ONE))
    assert not missing(standing(as_of=WEEK.first))
    assert missing(standing(DateState.OVERDUE_UNREPORTED))
    assert not missing(standing(DateState.OVERDUE_UNREPORTED, as_of=WEEK.first))
    assert not missing(standing(pending=True))
    assert not missing(standing(DateState.NOT_DUE))
    assert not missing(standing(DateState.DONE))
    assert not missing(standing(DateState.OUTCOME_NOT_STATED))
    assert not missing(standing(), tracked=WEEK.last + ONE)
    assert not missing(standing(), begun=WEEK.last + ONE)
    assert missing(standing(), tracked=WEEK.last, begun=WEEK.last)
    assert missing(standing(DateState.NOT_DUE, planned=WEEK.last))
    assert not missing(standing(DateState.NOT_DUE, planned=WEEK.last + ONE))


def test_a_metric_is_missing_once_its_month_closed_without_a_figure():
    monthly, may = Cycle(Rhythm.MONTHLY, 25), Period(date(2026, 4, 26), date(2026, 5, 25))
    assert unmeasured(None, monthly, may, tracked=None)
    assert unmeasured(may.first - ONE, monthly, may, tracked=None)
    assert not unmeasured(may.first, monthly, may, tracked=None)
    assert not unmeasured(None, monthly, may, tracked=may.last + ONE)
    assert not unmeasured(None, Cycle(Rhythm.WEEKLY, 5), WEEK, tracked=None)


def test_the_nearest_desk_answers():
    desks = Desks.of([("GT/", 1), ("GT/A/", 2), ("GT/A/", 3), ("GT/A/B/C/", 4)])
    assert list(upwards("GT/A/B/")) == ["GT/A/B/", "GT/A/", "GT/"]
    assert desks.nearest("GT/A/") == [(2, Because.LEAD), (3, Because.LEAD)]
    assert desks.nearest("GT/A/B/") == [(2, Because.NEAREST), (3, Because.NEAREST)]
    assert desks.nearest("GT/A/", without=2) == [(3, Because.LEAD)]
    assert desks.nearest("GT/A/B/C/", without=4) == [(2, Because.NEAREST), (3, Because.NEAREST)]
    assert desks.above("GT/A/B/C/") == [2, 3]
    assert desks.above("GT/A/") == [1]
    assert desks.above("GT/") == []
    assert desks.nearest("XX/") == []
