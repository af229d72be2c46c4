"""The rules of doubt as a table: each strikes where it should, and a plain report raises none of them."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.against_plan import GAPS, elapsed, milestone_gaps
from tracker.domain.quantities import parse
from tracker.domain.quantity_values import Qualifier, Quantity
from tracker.domain.states import Colour, Status
from tracker.domain.suspicion import RULES, MilestoneSaid, metric_doubts, milestone_doubts, standing_doubts

D = date
FROM, DUE, TODAY = D(2026, 3, 1), D(2026, 9, 1), D(2026, 6, 10)
NOT, GOING, DONE = Status.NOT_STARTED, Status.IN_PROGRESS, Status.DONE


def said(status: Status | None, as_of: date = TODAY, progress: int | None = None, **more: Any) -> MilestoneSaid:
    names = {"start": "actual_start", "finish": "actual_finish", "forecast": "forecast_latest"}
    values = {names[name]: value for name, value in more.items()}
    return MilestoneSaid(as_of, status, None if progress is None else Decimal(progress), **values)


def june(day: int) -> date:
    return D(2026, 6, day)


LAST = D(2026, 6, 3)
MILESTONES = [
    # what is expected, the last report, this one, planned days
    ([], None, said(GOING, progress=90), None),
    ([], said(None), said(GOING, progress=90), None),
    ([], said(GOING, LAST, 20), said(GOING, progress=70), None),
    (["progress_jumps"], said(GOING, LAST, 20), said(GOING, progress=71), None),
    ([], said(GOING, june(2), 20), said(GOING, progress=71), None),
    (["progress_jumps"], said(GOING, LAST, 20), said(DONE, progress=100, finish=june(9)), None),
    (["progress_falls"], said(GOING, LAST, 20), said(GOING, progress=19), None),
    (["no_longer_done"], said(DONE, LAST, 100, finish=LAST), said(GOING, progress=90), None),
    (["no_longer_begun"], said(GOING, LAST, 20), said(NOT, progress=0), None),
    (["start_earlier"], said(GOING, LAST, start=D(2026, 5, 2)), said(GOING, start=D(2026, 5, 1)), None),
    (["start_later"], said(GOING, LAST, start=D(2026, 5, 1)), said(GOING, start=D(2026, 5, 2)), None),
    (["finish_earlier"], said(DONE, LAST, 100, finish=LAST), said(DONE, progress=100, finish=june(2)), None),
    (["finish_later"], said(DONE, LAST, 100, finish=LAST), said(DONE, progress=100, finish=june(4)), None),
    ([], said(GOING, LAST, 90), said(DONE, progress=100, finish=LAST), None),  # later on the very day
    (["finished_before_denied"], said(GOING, LAST, 90), said(DONE, progress=100, finish=june(2)), None),
    ([], said(NOT, LAST), said(GOING, progress=5, start=LAST), None),
    (["started_before_denied"], said(NOT, LAST), said(GOING, progress=5, start=june(2)), None),
    ([], said(GOING, LAST, 90), said(DONE, finish=june(9)), 0),  # a thing of one day needs no start
    (["done_without_start"], said(GOING, LAST, 90), said(DONE, finish=june(9)), 10),
    (["done_at_once"], said(NOT, LAST), said(DONE, start=june(4), finish=june(9)), 30),
    ([], said(NOT, LAST), said(DONE, start=june(4), finish=june(9)), 14),
    (["forecast_slips"], said(GOING, LAST, forecast=D(2026, 9, 1)), said(GOING, forecast=D(2026, 9, 2)), None),
    ([], said(GOING, LAST, forecast=D(2026, 9, 2)), said(GOING, forecast=D(2026, 9, 1)), None),
    # 40 days for 40 percent: the rest takes 60
    (["forecast_too_soon"], None, said(GOING, progress=40, start=D(2026, 5, 1), forecast=D(2026, 7, 9)), None),
    ([], None, said(GOING, progress=40, start=D(2026, 5, 1), forecast=D(2026, 7, 10)), None),
    ([], None, said(GOING, progress=4, start=D(2026, 5, 1), forecast=june(11)), None),
    ([], None, said(GOING, progress=40, start=D(2026, 5, 28), forecast=june(11)), None),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "old", "new", "planned"), MILESTONES)
def test_what_is_odd_in_a_milestones_report(expected, old, new, planned):
    if "progress_jumps" in expected:  # a correction says it in other words: between the two no day went by
        (corrected,) = milestone_doubts(old, new, planned_days=planned, corrects=True)
        assert (corrected.code, tuple(corrected.inputs)) == ("progress_corrected", RULES["progress_corrected"])
    found = milestone_doubts(old, new, planned_days=planned)
    assert [one.code for one in found] == expected
    assert all(tuple(one.inputs) == RULES[one.code] for one in found)


METRICS = [
    ([], None, "60公顷", True),
    ([], "60公顷", "61公顷", True),
    (["tenth"], "60公顷", "6.1公顷", False),
    (["figure_falls"], "60公顷", "59公顷", True),
    ([], "60公顷", "59公顷", False),
    (["measure_changed"], "60公顷", "1000亩", True),
    (["measure_changed", "figure_falls"], "60公顷", "800亩", True),
    (["tenfold"], "60公顷", "610公顷", True),
    ([], "60公顷", "470公顷", True),
    (["tenth"], "61公顷", "6公顷", True),
    (["tenfold"], "60公顷", "7000公顷", True),
    (["wan_doubled"], "3.2亿元", "32000亿元", True),
    (["measure_changed", "wan_lost"], "3.2万元", "3.3元", True),
    (["measure_changed"], "3.2万元", "33000元", True),  # the same money in another unit
    ([], "0户", "500户", True),
    (["figure_falls"], "5户", "0户", True),
]


@pytest.mark.parametrize(("expected", "old", "new", "cumulative"), METRICS)
def test_what_is_odd_in_a_figure(expected, old, new, cumulative):
    found = metric_doubts(parse(old) if old else None, parse(new), cumulative=cumulative)
    assert [one.code for one in found] == expected
    assert all(tuple(one.inputs) == RULES[one.code] for one in found)


def test_a_fall_is_said_in_the_unit_reported_now():
    fall = metric_doubts(parse("60公顷"), parse("800亩"), cumulative=True)[1].inputs["fall"]
    assert isinstance(fall, Quantity)
    assert (fall.low, fall.measure) == (Decimal(100), "亩")


def test_what_is_odd_in_any_report():
    plain: dict[str, Any] = {
        "retired": False,
        "as_of": LAST,
        "in_force": None,
        "others": 0,
        "on": LAST,
        "correction": False,
    }
    assert standing_doubts(**plain) == []
    for change, code in (
        ({"retired": True}, "retired"),
        ({"in_force": D(2026, 6, 9)}, "later_in_force"),
        ({"others": 2}, "another_waits"),
        ({"on": LAST + timedelta(46)}, "as_of_old"),
    ):
        found = standing_doubts(**plain | change)
        assert [one.code for one in found] == [code]
        assert tuple(found[0].inputs) == RULES[code]
    assert standing_doubts(**plain | {"on": LAST + timedelta(45)}) == []
    assert standing_doubts(**plain | {"on": LAST + timedelta(46), "correction": True}) == []


def figure(value: Decimal, measure: str = "万元") -> Quantity:
    return Quantity(value, value, Qualifier.EXACT, measure)


figures = st.decimals(min_value="0.01", max_value=1_000_000, places=2)


@settings(max_examples=40)
@given(figures, st.decimals(min_value="0.9", max_value="1.2", places=2))
def test_a_slipped_point_and_a_wan_are_seen_at_any_size(value: Decimal, growth: Decimal):
    def codes(after: Decimal) -> list[str]:
        return [one.code for one in metric_doubts(figure(value), figure(after), cumulative=False)]

    assert codes(value * growth) == []
    assert codes(value * growth * 10) == ["tenfold"]
    assert codes(value / growth / 10) == ["tenth"]
    assert codes(value * growth * 10_000) == ["wan_doubled"]
    assert codes(value / growth / 10_000) == ["wan_lost"]


@settings(max_examples=40)
@given(figures, figures, st.booleans())
def test_the_unit_alone_changes_no_other_verdict(before: Decimal, after: Decimal, cumulative: bool):
    plain = metric_doubts(figure(before), figure(after), cumulative=cumulative)
    other = metric_doubts(figure(before), figure(after * 10_000, "元"), cumulative=cumulative)
    assert [one.code for one in other] == ["measure_changed", *(one.code for one in plain)]


@pytest.mark.parametrize(
    ("expected", "report", "colour"),
    [
        ([], said(Status.SUSPENDED, progress=10), None),
        (["progress_on_plan"], said(GOING, progress=55), Colour.GREEN),  # 101 of 184 days
        (["progress_behind"], said(GOING, progress=45), Colour.AMBER),
        (["progress_behind"], said(GOING, progress=24), Colour.RED),
        (["progress_ahead"], said(GOING, progress=65), Colour.GREEN),
        (["forecast_late"], said(GOING, forecast=D(2026, 9, 2)), Colour.AMBER),
        (["forecast_early"], said(GOING, forecast=D(2026, 8, 2)), Colour.GREEN),
        (["forecast_on_day"], said(GOING, forecast=DUE), Colour.GREEN),
        (["finish_late"], said(DONE, progress=100, finish=D(2026, 9, 3)), Colour.AMBER),
        (["finish_early"], said(DONE, progress=100, finish=D(2026, 8, 3)), Colour.GREEN),
        (["finish_on_day"], said(DONE, progress=100, finish=DUE), Colour.GREEN),
    ],
)
def test_a_report_beside_its_plan(expected, report, colour):
    found = milestone_gaps(report, planned_start=FROM, due=DUE)
    assert [one.code for one in found] == expected
    assert all((one.colour, tuple(one.inputs)) == (colour, GAPS[one.code]) for one in found)
    assert milestone_gaps(report, planned_start=FROM, due=None) == []
    without = milestone_gaps(report, planned_start=None, due=DUE)
    assert [one.code for one in without] == [code for code in expected if not code.startswith("progress")]


def test_time_gone_by_stays_between_nothing_and_all():
    assert [elapsed(FROM, DUE, day) for day in (D(2026, 1, 1), FROM, D(2026, 6, 1), DUE, D(2027, 1, 1))] == [
        Decimal(0), Decimal(0), Decimal(50), Decimal(100), Decimal(100),
    ]  # fmt: skip
