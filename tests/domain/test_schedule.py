"""The network by hand: dates anyone can check on a calendar. 2026-11-20 is a Friday."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from tracker.domain.calendars import Calendar
from tracker.domain.schedule import Activity, Contradiction, CycleFound, Link, Result, Tie, schedule

FRIDAY = date(2026, 11, 20)
MONDAY = date(2026, 11, 23)
FIRST, LAST = date(2026, 1, 1), date(2027, 12, 31)
WEEK = Calendar(
    FIRST,
    LAST,
    frozenset(d for n in range((LAST - FIRST).days + 1) if (d := FIRST + timedelta(n)).weekday() < 5),
)


def nov(day: int) -> date:
    return date(2026, 11, 1) + timedelta(day - 1)


def place(
    activities: Iterable[Activity],
    ties: Iterable[Tie] = (),
    *,
    data_date: date = FRIDAY,
    deadline: date | None = None,
    near: int = 5,
) -> Result:
    return schedule(activities, ties, data_date=data_date, deadline=deadline, calendars={"": WEEK}, near=near)


def early(result: Result, key: str) -> tuple[date, date]:
    return result.placed[key].early_start, result.placed[key].early_finish


def late(result: Result, key: str) -> tuple[date, date]:
    return result.placed[key].late_start, result.placed[key].late_finish


def test_a_day_counts_from_its_beginning_to_its_end():
    result = place([Activity("a", 1), Activity("b", 3)], [Tie("a", "b")])
    assert early(result, "a") == (nov(20), nov(20))
    assert early(result, "b") == (nov(21), nov(23))
    assert (result.start, result.finish) == (nov(20), nov(23))


def test_working_days_leave_the_weekend_out():
    result = place([Activity("a", 2, "wd"), Activity("b", 5, "wd")], [Tie("a", "b")])
    assert early(result, "a") == (nov(20), nov(23))
    assert early(result, "b") == (nov(24), nov(30))


def test_a_milestone_is_the_end_of_its_day():
    """What follows it starts the day after, as in counting periods: the day itself is not counted (R2)."""
    result = place([Activity("a", 3), Activity("m", 0), Activity("b", 2)], [Tie("a", "m"), Tie("m", "b")])
    assert early(result, "m") == (nov(22), nov(22))
    assert early(result, "b") == (nov(23), nov(24))


def test_a_milestone_of_working_days_falls_on_one():
    result = place([Activity("a", 3), Activity("m", 0, "wd")], [Tie("a", "m")])
    assert early(result, "m") == (nov(23), nov(23))  # the work ends on a Sunday


def test_a_milestone_alone_happens_on_the_data_date():
    assert early(place([Activity("m", 0)]), "m") == (FRIDAY, FRIDAY)


def test_twenty_days_from_issue_to_deadline():
    """Issued 2026-09-14, at least 20 days: 2026-10-04, as raw day of the vector in the counting rules."""
    issue = Activity("issue", 0, must_start=date(2026, 9, 14))
    result = place([issue, Activity("bids", 0)], [Tie("issue", "bids", lag=20)], data_date=date(2026, 9, 1))
    assert early(result, "bids") == (date(2026, 10, 4), date(2026, 10, 4))


@pytest.mark.parametrize(
    ("kind", "lag", "start", "finish"),
    [
        (Link.FS, 0, 25, 26),
        (Link.FS, 2, 27, 28),
        (Link.FS, -1, 24, 25),
        (Link.SS, 0, 20, 21),
        (Link.SS, 3, 23, 24),
        (Link.FF, 0, 23, 24),
        (Link.FF, 1, 24, 25),
        (Link.SF, 4, 22, 23),
    ],
)
def test_four_kinds_of_ties(kind, lag, start, finish):
    """The predecessor lies on 20–24 November, the successor lasts two days."""
    result = place([Activity("a", 5), Activity("b", 2)], [Tie("a", "b", kind, lag)])
    assert early(result, "b") == (nov(start), nov(finish))


@pytest.mark.parametrize(
    ("kind", "lag", "start"),
    [
        (Link.FS, 1, 24),  # ends Friday; Monday passes; Tuesday
        (Link.FS, -1, 20),  # a working day before the end of Friday: Friday's beginning
        (Link.SS, 1, 21),  # Friday passes; a natural day may be a Saturday
        (Link.FF, 1, 23),
        (Link.FF, -1, 20),  # would end on Thursday, but nothing lies before the data date
    ],
)
def test_lags_in_working_days(kind, lag, start):
    result = place([Activity("a", 1), Activity("b", 1)], [Tie("a", "b", kind, lag, "wd")])
    assert early(result, "b")[0] == nov(start)


def test_start_to_start_means_the_milestones_day():
    """Work begins on the day of the milestone that announces it, and the milestone on the day work begins."""
    ties = [Tie("a", "m", Link.SS), Tie("m", "b", Link.SS)]
    result = place([Activity("a", 4, start_no_earlier=nov(25)), Activity("m", 0), Activity("b", 2)], ties)
    assert (early(result, "m"), early(result, "b")[0]) == ((nov(25), nov(25)), nov(25))
    assert result.placed["m"].driving == ("a",)


def test_float_and_critical_path():
    result = place(
        [Activity("a", 3), Activity("long", 6), Activity("short", 2), Activity("end", 0), Activity("apart", 7)],
        [Tie("a", "long"), Tie("a", "short"), Tie("long", "end"), Tie("short", "end")],
        near=3,
    )
    floats = {key: (one.total_float, one.free_float) for key, one in result.placed.items()}
    assert floats == {"a": (0, 0), "long": (0, 0), "short": (4, 4), "end": (0, 0), "apart": (2, 2)}
    assert late(result, "short") == (nov(27), nov(28))
    assert result.critical_path == ("a", "long", "end")
    assert [key for key, one in result.placed.items() if one.near_critical] == ["apart"]
    assert result.placed["end"].driving == ("long",)
    assert (result.placed["a"].held_by, result.placed["end"].binding, result.problems) == ("long", "end", ())


def test_total_float_in_working_days():
    result = place([Activity("a", 1, "wd"), Activity("b", 8)])
    assert late(result, "a") == (nov(27), nov(27))
    assert result.placed["a"].total_float == 5


def test_a_deadline_counts_back():
    """Ten natural days of work, done by 31 December: the tender must begin by 8 December."""
    steps = [Activity("tender", 20), Activity("award", 4), Activity("done", 0)]
    ties = [Tie("tender", "award"), Tie("award", "done")]
    result = place(steps, ties, deadline=date(2026, 12, 31))
    assert late(result, "tender") == (date(2026, 12, 8), date(2026, 12, 27))
    assert late(result, "done") == (date(2026, 12, 31), date(2026, 12, 31))
    assert (result.placed["tender"].total_float, result.placed["done"].binding) == (18, "deadline")
    assert not result.placed["tender"].critical
    assert result.critical_path == ("tender", "award", "done")


def test_a_deadline_that_cannot_be_kept_is_negative_float_with_its_cause():
    steps = [Activity("a", 10), Activity("b", 5, finish_no_later=nov(30)), Activity("c", 1)]
    result = place(steps, [Tie("a", "b"), Tie("b", "c")], deadline=nov(30))
    assert [result.placed[key].total_float for key in "abc"] == [-5, -5, -5]
    (problem,) = result.problems
    assert (problem.code, problem.key, problem.days) == ("deadline", "c", 5)
    assert result.cause_of("a") == ("a", "b", "c")
    assert result.driving_to("c") == ("a", "b", "c")


def test_a_must_day_holds_against_its_predecessors():
    result = place(
        [Activity("a", 10), Activity("b", 2, must_start=nov(25)), Activity("c", 1)], [Tie("a", "b"), Tie("b", "c")]
    )
    assert early(result, "b") == late(result, "b") == (nov(25), nov(26))
    assert (result.placed["a"].total_float, result.placed["b"].total_float) == (-5, 0)
    assert result.placed["b"].driving == ()
    assert [(problem.code, problem.key, problem.worst) for problem in result.problems] == [("must", "b", "a")]
    assert early(result, "c") == (nov(27), nov(27))


def test_a_must_day_on_a_weekend_moves_to_a_worked_one():
    result = place([Activity("a", 1, "wd", must_start=nov(28)), Activity("b", 1, "wd", must_finish=nov(28))])
    assert (early(result, "a")[0], early(result, "b")[0]) == (nov(30), nov(27))


def test_a_must_day_before_the_data_date_is_short_of_days():
    result = place([Activity("a", 2, must_start=nov(10))])
    assert (early(result, "a"), late(result, "a")) == ((nov(20), nov(21)), (nov(10), nov(11)))
    assert result.placed["a"].total_float == -10


def test_under_way_the_rest_lies_from_the_data_date():
    steps = [Activity("a", 10, actual_start=nov(16)), Activity("b", 3, actual_start=nov(17), remaining=2)]
    result = place(steps)
    assert early(result, "a") == (nov(16), nov(25))
    assert early(result, "b") == (nov(17), nov(21))
    assert late(result, "b") == (nov(24), nov(25))  # of the rest


def test_overdue_work_takes_at_least_the_data_date():
    assert early(place([Activity("a", 2, actual_start=nov(2))]), "a") == (nov(2), nov(20))


def test_retained_logic():
    """Begun out of order: the rest waits for the predecessor."""
    result = place([Activity("a", 5), Activity("b", 4, actual_start=nov(18), remaining=3)], [Tie("a", "b")])
    assert early(result, "b") == (nov(18), nov(27))
    assert result.placed["b"].driving == ("a",)


def test_finished_work_keeps_its_days_and_what_follows_starts_from_them():
    steps = [Activity("a", 5, actual_finish=nov(18)), Activity("b", 2), Activity("c", 1)]
    result = place(steps, [Tie("a", "b"), Tie("a", "c", lag=10), Tie("c", "a", Link.FF)][:2])
    assert early(result, "a") == late(result, "a") == (nov(14), nov(18))
    assert (result.placed["a"].binding, result.placed["a"].critical) == ("actual", False)
    assert early(result, "b") == (nov(20), nov(21))
    assert early(result, "c") == (nov(29), nov(29))
    assert result.placed["c"].driving == ("a",)


def test_an_empty_network():
    result = place([])
    assert (result.placed, result.start, result.finish, result.critical_path) == ({}, None, None, ())


BAD = [
    ("duplicate_key", ("a",), [Activity("a", 1), Activity("a", 2)], []),
    ("empty_key", ("",), [Activity("", 1)], []),
    ("unknown_key", ("x",), [Activity("a", 1)], [Tie("a", "x")]),
    ("unknown_unit", ("a",), [Activity("a", 1, "mon")], []),
    ("unknown_unit", ("a", "b"), [Activity("a", 1), Activity("b", 1)], [Tie("a", "b", lag=1, lag_unit="yr")]),
    ("unknown_link", ("a", "b"), [Activity("a", 1), Activity("b", 1)], [Tie("a", "b", "XX")]),  # type: ignore[arg-type]
    ("unknown_calendar", ("a",), [Activity("a", 1, "wd", "moon")], []),
    ("negative_duration", ("a",), [Activity("a", -1)], []),
    ("negative_duration", ("a",), [Activity("a", 1, remaining=-1)], []),
    ("must_disagree", ("a",), [Activity("a", 2, must_start=nov(20), must_finish=nov(25))], []),
    ("must_outside", ("a",), [Activity("a", 2, must_start=nov(20), start_no_earlier=nov(21))], []),
    ("bounds_crossed", ("a",), [Activity("a", 2, start_no_earlier=nov(25), finish_no_later=nov(24))], []),
    ("actual_order", ("a",), [Activity("a", 2, actual_start=nov(12), actual_finish=nov(11))], []),
    ("actual_ahead", ("a",), [Activity("a", 2, actual_start=nov(21))], []),
    ("outside_calendar", ("a",), [Activity("a", 999, "wd")], []),
    ("outside_calendar", ("a",), [Activity("a", 1), Activity("b", 1)], [Tie("a", "b", lag=999, lag_unit="wd")]),
    ("beyond_dates", ("b",), [Activity("a", 1), Activity("b", 1)], [Tie("a", "b", lag=10**8)]),
    ("beyond_dates", ("a",), [Activity("a", 10**12)], []),
]


@pytest.mark.parametrize(
    ("code", "keys", "activities", "ties"), BAD, ids=[f"{code}-{n}" for n, (code, *_) in enumerate(BAD)]
)
def test_contradictions_are_refused_by_name(code, keys, activities, ties):
    with pytest.raises(Contradiction) as refused:
        place(activities, ties)
    assert (refused.value.code, refused.value.keys) == (code, keys)


def test_a_circle_is_refused_with_its_loop():
    steps = [Activity(key, 1) for key in "abcde"]
    ties = [Tie("a", "b"), Tie("d", "c", Link.SS, -3), Tie("b", "d"), Tie("c", "b"), Tie("d", "e")]
    with pytest.raises(CycleFound) as refused:
        place(steps, ties)
    assert (refused.value.code, refused.value.loop) == ("cycle", ("b", "d", "c"))
    with pytest.raises(CycleFound) as refused:
        place(steps, [Tie("e", "e", lag=2)])
    assert refused.value.loop == ("e",)
