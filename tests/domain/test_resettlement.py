"""The resettlement ledger: what an entry must fulfil, who waits for a home, and for how long."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.quantity_values import Qualifier
from tracker.domain.relocation import Scope
from tracker.domain.resettlement import (
    COLOURS,
    FIGURES,
    Entry,
    HomeCount,
    Left,
    Standing,
    Verdict,
    Waiting,
    check_entry,
    course,
    runs_out,
    together,
    verdict,
    waiting,
)

DAY = date(2026, 3, 31)


def problems(
    figures: Mapping[str, int | str], last: Mapping[str, int] | None = None, *, correction: bool = False
) -> set[tuple[str, str]]:
    found = check_entry(
        entry=Entry({name: Decimal(value) for name, value in figures.items()}),
        last=Entry({name: Decimal(value) for name, value in (last or {}).items()}),
        planned={HomeCount.HOMES: Scope(Decimal(500), Qualifier.EXACT)},
        is_correction=correction,
    )
    return {(one.field, one.code) for one in found}


def test_every_figure_has_its_column_once():
    assert len(set(FIGURES)) == len(FIGURES) == 11


def test_a_course_from_start_to_move_back_is_accepted():
    figures: dict[str, int | str] = {"started_homes": 500, "topped_out_homes": 420, "accepted_homes": 300}
    figures |= {"allocated_homes": 280, "allocated_households": 270, "moved_back_homes": 100}
    assert not problems({**figures, "moved_back_households": 100})


@pytest.mark.parametrize(
    ("figures", "wrong"),
    [
        ({}, ("", "entry_empty")),
        ({"started_homes": -1}, ("started_homes", "entry_negative")),
        ({"started_homes": "1.5"}, ("started_homes", "entry_not_whole")),
        ({"started_homes": 501}, ("started_homes", "entry_beyond_planned")),
        ({"started_homes": 10, "topped_out_homes": 11}, ("topped_out_homes", "entry_beyond_stage")),
        ({"started_homes": 10, "accepted_homes": 11}, ("accepted_homes", "entry_beyond_stage")),
        ({"accepted_homes": 10, "moved_back_homes": 11}, ("moved_back_homes", "entry_beyond_stage")),
        (
            {"allocated_households": 30, "moved_back_households": 31},
            ("moved_back_households", "entry_beyond_stage"),
        ),
        ({"moved_back_homes": 5, "moved_back_households": 6}, ("moved_back_households", "entry_more_than_homes")),
        ({"started_homes": 80, "allocated_households": 81}, ("allocated_households", "entry_more_than_homes")),
        ({"allocated_households": 501}, ("allocated_households", "entry_more_than_homes")),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(figures: dict[str, int | str], wrong: tuple[str, str]):
    assert problems(figures) == {wrong}


def test_a_figure_falls_only_in_a_correction():
    assert problems({"accepted_homes": 299}, {"accepted_homes": 300}) == {("accepted_homes", "entry_falls")}
    assert not problems({"accepted_homes": 299}, {"accepted_homes": 300}, correction=True)


def test_what_was_counted_is_left_out_only_in_a_correction():
    last = {"started_homes": 100, "topped_out_homes": 80}
    assert problems({"started_homes": 110}, last) == {("topped_out_homes", "entry_gone")}
    assert not problems({"started_homes": 110}, last, correction=True)


def test_floor_area_may_have_decimals():
    assert not problems({"started_area": "1234.5"})


def test_who_chose_money_waits_for_nothing():
    """100 left, 40 of those signed took money: at least 60, and as 60 took a home, at most 60."""
    assert Left(DAY, 100, cash=40, exchange=60).owed == (60, 60)


def test_without_the_kinds_of_compensation_it_may_be_anybody():
    assert Left(DAY, 100).owed == (0, 100)
    assert Left(DAY, 100, cash=40).owed == (60, 100)
    assert Left(DAY, 100, exchange=30).owed == (0, 30)


def test_those_under_a_decision_may_be_owed_a_home_or_not():
    assert Left(DAY, 100, cash=40, exchange=50, decided=10).owed == (50, 50)
    assert Left(DAY, 100, cash=40, exchange=60, decided=10).owed == (50, 60)


def one(left: list[Left], back: int, *, on: date, months: int | None) -> Waiting:
    return waiting({"a": left}, back, on=on, months={"a": months})["a"]


def test_the_longest_wait_begins_when_the_first_left_who_has_not_moved_back():
    """20 left in March, 50 by the end of April; 20 have moved back: the longest has waited since the end of April."""
    left = [Left(DAY, 20, 0, 20), Left(date(2026, 4, 30), 50, 0, 50)]
    on = date(2026, 6, 30)
    assert one(left, 19, on=on, months=None) == Waiting(31, 31, DAY, None)
    found = one(left, 20, on=on, months=None)
    assert found == Waiting(30, 30, date(2026, 4, 30), None)
    assert found.days(on) == 61


def test_the_transition_of_those_who_left_in_march_2026_runs_out_in_march_2028():
    left = [Left(DAY, 20, 0, 20), Left(date(2026, 4, 30), 50, 0, 50)]
    last = date(2028, 3, 31)
    assert one(left, 5, on=last, months=24).overrun == 0
    assert one(left, 5, on=last + timedelta(1), months=24).overrun == 15


def test_nobody_waits_before_anybody_has_left():
    assert one([Left(DAY, 20)], 0, on=date(2026, 3, 30), months=24) == Waiting(0, 0, None, 0, unstated=1)
    assert one([], 0, on=DAY, months=None) == Waiting(0, 0, None, None, unstated=1)


def test_of_two_sites_the_one_that_left_first_moves_back_first():
    left = {"late": [Left(date(2026, 4, 30), 30, 0, 30)], "soon": [Left(DAY, 20, 0, 20)]}
    found = waiting(left, 25, on=date(2026, 5, 1), months={"late": 0})
    assert found["soon"] == Waiting(0, 0, None, None)
    assert found["late"] == Waiting(25, 25, date(2026, 4, 30), 25)


def test_a_figure_corrected_downwards_makes_nobody_leave_twice():
    left = [Left(DAY, 20, 0, 20), Left(date(2026, 4, 1), 15, 0, 15), Left(date(2026, 4, 2), 22, 0, 22)]
    assert one(left, 0, on=date(2026, 5, 1), months=None).most == 22


def test_sites_are_added_up():
    first, other = Waiting(3, 5, DAY, 2, 1), Waiting(1, 1, DAY - timedelta(9), None, 1)
    assert together([first, other]) == Waiting(4, 6, DAY - timedelta(9), 2, 2)
    assert together([]) == Waiting(0, 0, None, None)


def test_homes_against_those_who_wait():
    """60 and 30 wait; 100 homes are accepted in May and 40 have been moved into: 50 wait, 60 homes are ready."""
    left = {"a": [Left(DAY, 60, 0, 60)], "b": [Left(DAY, 30, 0, 30)]}
    homes = [(date(2026, 5, 1), 20, 0), (date(2026, 5, 31), 100, 40)]
    before, may, after = course(left, homes, days=[DAY, date(2026, 5, 1), date(2026, 6, 1)])
    assert (before.waiting, before.ready, before.short) == ((90, 90), 0, (90, 90))
    assert (may.waiting, may.ready, may.short) == ((90, 90), 20, (70, 70))
    assert (after.waiting, after.ready, after.short) == ((50, 50), 60, (0, 0))


STEPS = st.lists(st.tuples(st.integers(1, 90), st.integers(0, 40)), max_size=6)


@settings(max_examples=40, deadline=None)
@given(
    steps=st.dictionaries(st.sampled_from("abc"), STEPS, min_size=1),
    back=st.integers(0, 200),
    ahead=st.integers(0, 700),
    months=st.none() | st.integers(0, 18),
)
def test_waiting_is_that_of_a_queue_of_single_households(
    steps: dict[str, list[tuple[int, int]]], back: int, ahead: int, months: int | None
):
    """The slow oracle: each household by itself in one row, the first to leave the first to move back."""
    left: dict[str, list[Left]] = {}
    queue: list[tuple[date, str]] = []
    for site, rows in steps.items():
        day, count, left[site] = DAY, 0, []
        for days, more in rows:
            day, count = day + timedelta(days), count + more
            left[site].append(Left(day, count, 0, count))
            queue += [(day, site)] * more
    on = DAY + timedelta(ahead)
    still = sorted(one for one in queue if one[0] <= on)[back:]
    found = waiting(left, back, on=on, months=dict.fromkeys(steps, months))
    for site in steps:
        since = [day for day, of in still if of == site]
        overrun = None if months is None else sum(1 for day in since if _after(day, months) < on)
        unstated = not any(one.day <= on for one in left[site])
        assert found[site] == Waiting(len(since), len(since), since[0] if since else None, overrun, unstated)


def _after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise AssertionError


def stood(
    waits: Waiting, figures: Mapping[str, int] | None = None, *, ready: date | None = None, out: date | None = None
) -> Verdict:
    entry = Entry({name: Decimal(value) for name, value in (figures or {}).items()})
    return verdict(Standing(entry, waits, ready, out, bool(figures)), on=DAY)


def test_what_presses_most_is_said():
    nobody, some = Waiting(0, 0, None, 0), Waiting(5, 9, DAY, 0)
    later, soon = DAY + timedelta(300), DAY + timedelta(200)
    assert stood(Waiting(5, 9, DAY, 1), {"started_homes": 10}) is Verdict.OVERRUN
    assert stood(some, {"started_homes": 10}, ready=DAY - timedelta(1)) is Verdict.OVERDUE
    assert stood(some, {"started_homes": 10}, ready=later, out=soon) is Verdict.LATE
    assert stood(some, {"started_homes": 0}, ready=soon, out=later) is Verdict.UNBEGUN
    assert stood(some, {"started_homes": 10}, ready=soon, out=later) is Verdict.UNDER_WAY
    assert stood(nobody, {"started_homes": 9, "moved_back_households": 9}) is Verdict.HOUSED
    unknown = Waiting(0, 0, None, 0, unstated=1)
    assert stood(unknown, {"started_homes": 9, "moved_back_households": 9}) is Verdict.NOT_KNOWN
    assert stood(nobody, ready=later) is Verdict.NOT_BEGUN
    assert stood(nobody) is Verdict.NOT_REPORTED
    assert set(COLOURS) == set(Verdict)


def test_the_first_transition_period_to_run_out():
    waits = {"a": Waiting(1, 1, DAY, 0), "b": Waiting(1, 1, DAY - timedelta(30), None), "c": Waiting(0, 0, None, 0)}
    assert runs_out(waits, {"a": 24, "b": None, "c": 1}) == date(2028, 3, 31)
    assert runs_out(waits, {}) is None
