"""The figure of a metric: plan, measurements, target, forecast, and that Plotly accepts it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tests.charts.drawn import checked
from tracker.charts.metrics import Course, Measured, figure

TODAY = date(2026, 11, 20)
COURSE = Course(
    measured=(
        Measured(date(2026, 3, 1), Decimal(20), ("截至2026年3月1日", "20万平方米"), "/reports/1/"),
        Measured(date(2026, 10, 1), Decimal(120), ("截至2026年10月1日", "120万平方米"), "/reports/2/"),
    ),
    planned=((date(2026, 1, 1), Decimal(0)), (date(2026, 12, 31), Decimal(203))),
    target=Decimal(203),
    target_label="目标 约203万平方米",
    today=TODAY,
    ours=True,
    forecast=date(2027, 3, 1),
)


def by_dash(shown: dict[str, Any], dash: str) -> list[dict[str, Any]]:
    return [trace for trace in shown["data"] if trace.get("line", {}).get("dash") == dash]


def test_plan_is_dashed_measurements_are_points_forecast_is_lighter():
    shown = figure(COURSE)
    checked(shown)
    assert by_dash(shown, "dash")[0]["y"] == [0.0, 203.0]
    actual = next(trace for trace in shown["data"] if trace["mode"] == "lines+markers")
    assert (actual["x"], actual["y"]) == (["2026-03-01", "2026-10-01"], [20.0, 120.0])
    assert actual["customdata"] == ["/reports/1/", "/reports/2/"]
    assert by_dash(shown, "dot")[0]["x"] == ["2026-10-01", "2027-03-01"]


def test_a_line_that_is_ours_says_so():
    notes = [note["text"] for note in figure(COURSE)["layout"]["annotations"]]
    assert any("assumed" in text or "推定" in text for text in notes)
    stated = [note["text"] for note in figure(replace(COURSE, ours=False))["layout"]["annotations"]]
    assert not any("assumed" in text or "推定" in text for text in stated)


def test_what_has_no_day_is_a_hollow_mark_apart():
    shown = figure(replace(COURSE, measured=(replace(COURSE.measured[0], undated=True),), forecast=None))
    checked(shown)
    assert not [trace for trace in shown["data"] if trace["mode"] == "lines+markers"]
    hollow = next(trace for trace in shown["data"] if trace["mode"] == "markers")
    assert hollow["marker"]["color"] == "token:--sheet"


def test_a_forecast_far_away_is_cut_at_the_edge():
    shown = figure(replace(COURSE, forecast=date(2060, 1, 1)))
    end = shown["layout"]["xaxis"]["range"][1]
    dotted = by_dash(shown, "dot")[0]
    assert dotted["x"][1] == end
    assert 120 < dotted["y"][1] < 203


def test_a_percentage_has_the_whole_scale_and_a_limit_its_colour():
    shown = figure(replace(COURSE, percent=True, limit=True, scale=10_000))
    checked(shown)
    assert shown["layout"]["yaxis"]["range"] == [0, 100]
    assert shown["data"][0]["line"]["color"] == "token:--fill-red"
    assert shown["data"][0]["y"] == [2_030_000.0, 2_030_000.0]


def test_no_plan_no_target_no_measurement_is_still_a_figure():
    empty = Course(measured=(), planned=(), target=None, target_label="", today=TODAY)
    checked(figure(empty))
    assert figure(empty)["data"] == []
