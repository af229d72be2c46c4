"""What a project's schedule says of itself, counted by hand: causes, the law, order, what is left out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.test_backplan import CALENDAR, WINDOWS
from tracker.domain.project_schedule import Cause, Code, Held, Item, ProjectSchedule, Verdict, project_schedule
from tracker.domain.schedule import Link, Tie
from tracker.domain.states import Status

TODAY = date(2026, 11, 20)  # a Friday
BIDS = next(window for window in WINDOWS if window.id == "TB-05")  # at least 20 days


def day(month: int, number: int, year: int = 2026) -> date:
    return date(year, month, number)


def placed(items: list[Item], ties: list[Tie], *, on: date = TODAY, **rest: Any) -> ProjectSchedule:
    found = project_schedule(items, ties, on=on, calendar=CALENDAR, **rest)
    assert found is not None
    return found


def codes(found: ProjectSchedule) -> list[tuple[str, str]]:
    return [(one.code.value, one.key) for one in found.findings]


def test_a_chain_by_hand():
    """Five days from the 20th end on the 24th; ten from the 25th on 4 December; the 10th leaves six days."""
    found = placed([Item("A", duration=5), Item("B", due=day(12, 10), duration=10)], [Tie("A", "B")])
    first, last = found.spots["A"], found.spots["B"]
    assert (first.early_start, first.early_finish, first.late_finish) == (TODAY, day(11, 24), day(11, 30))
    assert (last.early_start, last.early_finish, last.float_days) == (day(11, 25), day(12, 4), 6)
    assert (first.total_float, first.free_float, first.held_by, first.cause) == (6, 0, ("B",), Cause.DUE)
    assert (first.held_on, last.driving, found.critical_path) == (day(12, 10), ("A",), ("A", "B"))
    goal = found.goals[0]
    assert (goal.key, goal.verdict, goal.float_days, goal.path) == ("B", Verdict.HOLDS, 6, ("A", "B"))
    assert not found.findings


def test_missing_days_are_named_where_they_begin_and_with_what_holds_them():
    items = [Item("A", duration=20), Item("B", duration=2), Item("C", due=day(12, 1), duration=1)]
    found = placed(items, [Tie("A", "B"), Tie("B", "C")])
    assert [(one.code, one.key, one.days, one.chain) for one in found.findings] == [(Code.SHORT, "A", 11, ("B", "C"))]
    assert (found.findings[0].cause, found.findings[0].held_on) == (Cause.DUE, day(12, 1))
    assert [spot.float_days for spot in found.spots.values()] == [-11, -11, -11]
    assert found.goals[0].verdict is Verdict.SHORT


def test_what_no_step_can_make_up_for_is_impossible():
    """Bids need 20 days after the documents: issued on the 20th at the earliest, opened on 10 December. For the 4th
    they would have to be issued by the 14th, a Saturday, so by the 13th: seven days ago.
    """
    held = [Held(BIDS, BIDS, "I", "O")]
    found = placed([Item("I"), Item("O", due=day(12, 4))], [], held=held)
    assert [(one.code, one.key, one.days) for one in found.findings] == [(Code.IMPOSSIBLE, "I", 7)]
    assert (found.goals[0].verdict, found.goals[0].soonest) == (Verdict.IMPOSSIBLE, day(12, 10))
    assert found.spots["O"].window == "TB-05"


@pytest.mark.parametrize(
    ("opened", "code", "basis"),
    [
        ({"status": Status.DONE, "actual_finish": day(11, 18)}, "unlawful", "actual"),
        ({"due": day(12, 31), "forecast": day(11, 25)}, "unlawful", "forecast"),
        ({"due": day(11, 25)}, "unlawful", "planned"),
        ({"due": day(12, 31)}, "", "planned"),
    ],
)
def test_days_that_do_not_keep_the_law(opened: dict[str, Any], code: str, basis: str):
    """Issued on the 6th, 20 days end on the 26th."""
    issued = Item("I", due=day(11, 6), status=Status.DONE, actual_finish=day(11, 6))
    found = placed([issued, Item("O", **opened)], [], held=[Held(BIDS, BIDS, "I", "O")])
    assert found.brackets[0].basis == basis
    assert [one.basis for one in found.findings if one.code is Code.UNLAWFUL] == ([basis] if code else [])


def test_a_step_done_before_the_milestones_were_made_still_counts():
    held = [Held(BIDS, BIDS, "", "O", since_day=day(11, 18))]
    found = placed([Item("O", due=day(12, 31))], [], held=held)
    assert found.spots["O"].early_finish == day(12, 8)
    assert found.brackets[0].first_day == day(11, 18)


def test_a_window_that_has_changed_or_gone():
    longer = replace(BIDS, n=30, version=2)
    items = [Item("I", due=day(11, 30)), Item("O", due=day(12, 25))]
    changed = placed(items, [], held=[Held(BIDS, longer, "I", "O")])
    assert {("superseded", "O"), ("unlawful", "O")} <= set(codes(changed))
    gone = placed(items, [], held=[Held(BIDS, None, "I", "O")])
    assert codes(gone) == [("not_in_force", "O")]
    assert gone.spots["O"].early_finish == TODAY


def test_ties_in_a_circle_are_a_finding_and_not_an_error():
    found = placed([Item("A"), Item("B")], [Tie("A", "B"), Tie("B", "A")])
    assert [(one.code, one.chain) for one in found.findings] == [(Code.CYCLE, ("A", "B"))]
    assert not found.spots


def test_days_beyond_the_calendar_are_a_finding():
    found = placed([Item("A", due=day(1, 1, 2050), duration=3, unit="wd")], [])
    assert [(one.code, one.basis) for one in found.findings] == [(Code.CONTRADICTION, "outside_calendar")]


def test_what_happened_before_its_turn():
    first = Item("A", status=Status.IN_PROGRESS)
    found = placed([first, Item("B", status=Status.DONE, actual_finish=day(11, 2))], [Tie("A", "B")])
    assert codes(found) == [("out_of_order", "B")]
    done = replace(first, status=Status.DONE, actual_finish=day(11, 5))
    later = placed([done, Item("B", status=Status.DONE, actual_finish=day(11, 2)), Item("C")], [Tie("A", "B")])
    assert [(one.code, one.days) for one in later.findings] == [(Code.OUT_OF_ORDER, 3)]


@pytest.mark.parametrize("change", [{"status": Status.SUSPENDED}, {"retired": True}])
def test_what_is_left_out_is_bridged(change: dict[str, Any]):
    items = [Item("A", duration=5), Item("B", duration=50, **change), Item("C", due=day(12, 10), duration=1)]
    found = placed(items, [Tie("A", "B"), Tie("B", "C")])
    assert set(found.spots) == {"A", "C"}
    assert found.spots["C"].early_start == day(11, 25)


def test_what_is_done_on_an_unknown_day_or_untold_holds_nothing_back():
    for change in ({"status": Status.DONE}, {"unstated": True, "due": day(1, 1, 2020)}):
        found = placed([Item("A", **change), Item("B", due=day(12, 1))], [Tie("A", "B")])
        assert set(found.spots) == {"B"}
        assert not found.findings


def test_milestones_of_other_projects_are_fixed_points():
    outside = {"X": Item("X", due=day(11, 30)), "Y": Item("Y", due=day(12, 8))}
    found = placed([Item("A", duration=3)], [Tie("X", "A"), Tie("A", "Y")], outside=outside)
    spot = found.spots["A"]
    assert (spot.early_start, spot.early_finish, spot.late_finish) == (day(12, 1), day(12, 3), day(12, 8))
    assert (spot.cause, spot.driving, found.goals) == (Cause.OUTSIDE, (), ())


def test_constraints_bind_as_the_network_has_them():
    must = Item("A", due=day(12, 1), duration=2, constraint="must_finish", constraint_day=day(12, 4))
    spot = placed([must], []).spots["A"]
    assert (spot.early_finish, spot.float_days, spot.cause) == (day(12, 4), -3, Cause.DUE)
    early = Item("A", due=day(12, 31), duration=2, constraint="start_no_earlier", constraint_day=day(12, 7))
    assert placed([early], []).spots["A"].early_finish == day(12, 8)
    late = Item("A", due=day(12, 31), duration=2, constraint="finish_no_later", constraint_day=day(12, 7))
    spot = placed([late], []).spots["A"]
    assert (spot.late_finish, spot.cause) == (day(12, 7), Cause.NOT_LATER)


def test_a_forecast_bounds_the_finish_from_below_and_progress_says_what_is_left():
    forecast = Item("A", due=day(12, 1), duration=3, status=Status.IN_PROGRESS, forecast=day(12, 3))
    spot = placed([forecast], []).spots["A"]
    assert (spot.early_finish, spot.float_days, spot.forecast_holds) == (day(12, 3), -2, True)
    half = Item("A", due=day(12, 31), duration=10, status=Status.IN_PROGRESS, progress=Decimal(50))
    assert placed([half], []).spots["A"].early_finish == day(11, 24)


def test_an_overdue_milestone_is_not_told_twice():
    found = placed([Item("A", due=day(11, 10)), Item("B", due=day(12, 20), duration=3)], [Tie("A", "B")])
    assert [(one.code, one.key, one.days) for one in found.findings] == [(Code.OVERDUE, "A", 10)]
    assert not found.findings[0].serious


def test_nothing_to_place_is_no_schedule():
    assert project_schedule([Item("A", due=day(12, 1))], [], on=TODAY, calendar=CALENDAR) is None
    assert project_schedule([], [], on=TODAY, calendar=CALENDAR) is None


def test_work_that_must_begin_early_for_another_may_still_end_when_due():
    """B starts with A and is due on 10 December: A has to begin by 6 December, and may end on the 20th all the same."""
    items = [Item("A", due=day(12, 20), duration=5), Item("B", due=day(12, 10), duration=5)]
    found = placed(items, [Tie("A", "B", Link.SS)])
    assert (found.spots["A"].late_start, found.spots["A"].late_finish) == (day(12, 6), day(12, 20))


DAYS = st.dates(date(2026, 9, 1), date(2027, 6, 30)) | st.none()
ITEMS = st.builds(
    Item,
    key=st.just(""),
    due=DAYS,
    duration=st.sampled_from([None, 0, 1, 5, 40]),
    unit=st.sampled_from(["d", "wd"]),
    constraint=st.sampled_from(["", "", "start_no_earlier", "finish_no_later", "must_start", "must_finish"]),
    constraint_day=st.dates(date(2026, 9, 1), date(2027, 6, 30)),
    status=st.sampled_from([None, *Status]),
    actual_start=DAYS,
    actual_finish=DAYS,
    forecast=DAYS,
    progress=st.sampled_from([None, Decimal(0), Decimal(30), Decimal(100)]),
    retired=st.booleans(),
)
PLACES = st.integers(0, 4)
TIES = st.lists(
    st.tuples(PLACES, PLACES, st.sampled_from(list(Link)), st.integers(-9, 9), st.sampled_from(["d", "wd"]))
)
HELD = st.lists(st.tuples(st.sampled_from(WINDOWS), PLACES, PLACES, st.sampled_from("sf"), st.sampled_from("sf")))


@settings(max_examples=30, deadline=None)
@given(items=st.lists(ITEMS, min_size=5, max_size=5), ties=TIES, held=HELD)
def test_whatever_is_stored_has_a_schedule_or_a_finding(items: list[Item], ties: list[Any], held: list[Any]):
    keys = "ABCDE"
    named = [replace(item, key=key) for item, key in zip(items, keys, strict=True)]
    tied = [Tie(keys[a], keys[b], kind, lag, unit) for a, b, kind, lag, unit in ties if a < b]
    windows = [Held(window, window, keys[a], keys[b], x, y) for window, a, b, x, y in held if a <= b]
    found = project_schedule(named, tied, on=TODAY, calendar=CALENDAR, held=windows)
    if found is None:
        return
    assert found.spots or found.findings
    for spot in found.spots.values():
        assert spot.done or spot.early_finish >= TODAY
        if spot.float_days is not None and spot.late_finish is not None:
            assert spot.float_days == (spot.late_finish - spot.early_finish).days
            assert spot.cause is not None
