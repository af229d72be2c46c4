"""Several suspensions of one call: what counts of them, and day by day what they move."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.test_backplan import CALENDAR
from tests.domain.test_tenders import D, package, tender
from tracker.domain import tender_reports
from tracker.domain.calendars import Calendar
from tracker.domain.tender_reports import check_package_report, stop_doubts
from tracker.domain.tender_stops import Stated, Stop, earlier, running, stretches, total
from tracker.domain.tender_values import Counts, Point
from tracker.domain.tenders import read, shifted

MAY, JUNE, JULY = D("2026-05-04"), D("2026-06-01"), D("2026-07-01")


def test_what_was_accepted_earlier_in_the_call_goes_on_counting():
    """May ended; June has a later end by its last word; July is the present one and no earlier one."""
    told = [
        Stated(MAY, MAY, None),
        Stated(D("2026-05-20"), MAY, D("2026-05-14")),
        Stated(JUNE, JUNE, D("2026-06-05")),
        Stated(D("2026-06-20"), JUNE, D("2026-06-08")),
        Stated(JULY, JULY, None),
    ]
    stops = earlier(told, JULY)
    assert stops == (Stop(MAY, D("2026-05-14")), Stop(JUNE, D("2026-06-08")))
    assert total(stops, D("2026-12-01")) == 10 + 7
    assert total(stops, D("2026-05-31")) == 10, "nobody knew of June then"
    assert earlier(told[:1], None) == (), "nobody has said that it lasted longer than its first day"
    assert earlier([Stated(D("2026-05-09"), MAY, None)], JULY) == (Stop(MAY, D("2026-05-09"), reported=False),)


def test_days_that_two_share_count_once():
    stops = (Stop(JUNE, D("2026-06-11")), Stop(D("2026-06-08"), D("2026-06-15")), Stop(JULY))
    on = D("2026-07-03")
    assert stretches(stops, on) == [(JUNE, D("2026-06-15")), (JULY, on)]
    assert total(stops, on) == 14 + 2
    assert running(stops, on) == Stop(JULY)
    assert running(stops, D("2026-06-09")) == stops[1]
    assert running(stops, D("2026-06-15")) is None


def test_each_suspension_moves_what_was_planned_before_it_and_was_still_to_come():
    """First 10 days, then 5 more: 2026-09-21 becomes 10-08 over the holiday either time. A step due between them moves
    once.
    """
    first = Stop(D("2026-09-07"), D("2026-09-17"))
    counts = Counts(suspended_from=D("2026-09-28"), suspended_until=D("2026-10-03"), earlier=(first,))
    points = [
        Point("B04", finish=D("2026-09-09"), basis="planned"),  # moves to 09-20, a Sunday worked, and has passed then
        Point("B08", finish=D("2026-09-21"), basis="planned"),
        Point("B09", finish=D("2026-10-20"), basis="planned", set_on=D("2026-09-20")),  # planned after the first
        Point("B11", finish=D("2026-10-20"), basis="planned", set_on=D("2026-09-28")),  # planned after both
    ]
    made, moved = shifted(points, counts, on=D("2026-10-04"), calendar=CALENDAR)
    days = [point.finish for point in made]
    assert days == [D("2026-09-20"), D("2026-10-08"), D("2026-10-26"), D("2026-10-20")]
    assert moved == {"B04", "B08", "B09"}
    found = read(package(tender({"B08": "2026-09-21"}), counts=counts), on=D("2026-09-29"), calendar=CALENDAR)
    assert [dict(one.inputs) for one in found.findings if one.code == "suspended"] == [
        {"since": D("2026-09-28"), "until": D("2026-10-03"), "days": 5}
    ]
    assert found.stopped_days == 15


def test_days_add_up_and_are_rolled_to_a_day_worked_once_the_finish_alone():
    """Three suspensions of 3 days, each of which would end on a day not worked; a notice of three days keeps them."""
    counts = Counts(earlier=tuple(Stop(day, day + timedelta(3)) for day in (MAY, D("2026-05-11"), D("2026-05-18"))))
    points = [
        Point("B07", finish=D("2026-06-09"), basis="planned"),  # each time on: Friday, Monday, Thursday
        Point("B08", finish=D("2026-06-24"), basis="planned"),  # Saturday, Tuesday, Friday
        Point("B10", start=D("2026-06-25"), finish=D("2026-06-28"), basis="planned"),
    ]
    made, _moved = shifted(points, counts, on=D("2026-06-01"), calendar=CALENDAR)
    assert [point.finish for point in made] == [D("2026-06-18"), D("2026-07-03"), D("2026-07-07")]
    assert made[2].start == D("2026-07-04"), "a Saturday: not rolled, or the period would have shrunk"


def slowly(day: date, set_on: date | None, stops: list[Stop], on: date, calendar: Calendar) -> date:
    """Day by day through the year: while the clock stands, a day still to come when it stopped goes on by one.

    What is told of it once the clock goes on is the next day worked; the next time it stands the days are added on.
    """
    stood = moving = False
    told = day
    for number in range(400):
        today = D("2026-01-01") + timedelta(number)
        stands = any(
            one.since <= today < (one.until or on) and one.since <= on and (set_on is None or set_on < one.since)
            for one in stops
        )
        if stands and not stood:
            moving = told >= today
        if stands and moving:
            day += timedelta(1)
        if stood and not stands and moving:
            told = day
            while not calendar.is_working(told):
                told += timedelta(1)
        stood = stands
    return told


SPRING = st.dates(D("2026-02-01"), D("2026-06-30"))
STOPS = st.builds(
    lambda since, days: Stop(since, None if days is None else since + timedelta(days)),
    SPRING,
    st.none() | st.integers(0, 40),
)


@settings(max_examples=60, deadline=None)
@given(
    day=st.dates(D("2026-04-01"), D("2026-07-31")),
    set_on=st.none() | SPRING,
    stops=st.lists(STOPS, max_size=4),
    on=SPRING,
)
def test_the_shift_is_that_of_a_clock_that_stands_day_by_day(day, set_on, stops, on):
    counts = Counts(earlier=tuple(stops))
    made, moved = shifted([Point("B08", finish=day, set_on=set_on)], counts, on=on, calendar=CALENDAR)
    assert made[0].finish == slowly(day, set_on, stops, on, CALENDAR)
    assert bool(moved) is (made[0].finish != day)


def test_one_without_an_end_is_stated_until_it_has_one():
    last = Counts(suspended_from=JUNE)
    for new in (Counts(bidders=3), Counts(suspended_from=JULY)):
        found = check_package_report(new, as_of=JULY, last=last)
        assert [(one.field, one.code, dict(one.inputs)) for one in found] == [
            ("suspended_from", "package_suspension_open", {"since": JUNE})
        ]
        assert not check_package_report(new, as_of=JULY, last=last, is_correction=True)
    ended = Counts(suspended_from=JUNE, suspended_until=D("2026-06-09"))
    assert not check_package_report(ended, as_of=JULY, last=last)
    assert not check_package_report(Counts(suspended_from=JULY), as_of=JULY, last=ended)
    assert not check_package_report(Counts(bidders=4, round=2), as_of=JULY, last=last), "a new call starts with none"


@pytest.mark.parametrize(
    ("before", "after", "said", "expected"),
    [
        ((Stop(MAY, D("2026-05-14")),), (Stop(MAY, D("2026-05-14")), Stop(JULY)), JULY, []),
        ((Stop(MAY, D("2026-05-14")),), (Stop(MAY, D("2026-05-12")),), MAY, []),
        (
            (Stop(MAY, D("2026-05-14")),),
            (Stop(MAY, D("2026-05-12")),),
            None,
            [("package_suspension_cut", {"since": MAY, "until": D("2026-05-12")})],
        ),
        ((Stop(MAY, D("2026-05-14")),), (), None, [("package_suspension_lost", {"since": MAY, "days": 10})]),
        (  # the total falls from 20 days to 14: the others are shared
            (Stop(MAY, D("2026-05-18")), Stop(D("2026-05-12"), D("2026-05-24"))),
            (Stop(MAY, D("2026-05-18")),),
            None,
            [("package_suspension_lost", {"since": D("2026-05-12"), "days": 6})],
        ),
        (  # its first day put right: two days less, or two more
            (Stop(MAY, D("2026-05-14")),),
            (Stop(D("2026-05-06"), D("2026-05-14")),),
            D("2026-05-06"),
            [("package_suspension_lost", {"since": MAY, "days": 2})],
        ),
        (
            (Stop(MAY, D("2026-05-14")),),
            (Stop(D("2026-05-02"), D("2026-05-14")),),
            D("2026-05-02"),
            [("package_suspension_lost", {"since": MAY, "days": 0})],
        ),
        (
            (Stop(MAY),),
            (Stop(MAY, D("2026-05-20")),),
            None,
            [("package_suspension_cut", {"since": MAY, "until": D("2026-05-20")})],
        ),
        (
            (Stop(MAY, D("2026-05-14")),),
            (Stop(MAY, D("2026-05-14")), Stop(D("2026-05-06"), D("2026-05-14"))),
            D("2026-05-06"),
            [("package_suspension_overlaps", {"since": D("2026-05-06"), "other": MAY})],
        ),
    ],
)
def test_the_desk_hears_only_what_a_report_would_change(before, after, said, expected):
    found = stop_doubts(before, after, said, JULY)
    assert [(one.code, dict(one.inputs)) for one in found] == expected
    assert all(set(one.inputs) == set(tender_reports.DOUBTS[one.code]) for one in found)
