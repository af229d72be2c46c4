"""Charts of clearance: what is drawn, and that nothing from outside is markup."""

from datetime import date, timedelta
from decimal import Decimal

from tracker.charts.relocation import Burn, burn_down, progress
from tracker.queries.relocation_changes import Bar

TODAY = date(2026, 11, 20)


def test_bars_stand_one_above_the_other_and_open_their_pages():
    figure = progress([Bar("<b>前村</b>" + "长" * 40, "/sites/A/", (50, 20, 10, 20), ("签约率 80%",))])
    assert [trace["x"] for trace in figure["data"]] == [[50], [20], [10], [20]]
    assert all(trace["customdata"] == ["/sites/A/"] for trace in figure["data"])
    (label,) = figure["layout"]["yaxis"]["ticktext"]
    assert label.startswith("&lt;b&gt;")
    assert label.endswith("…")
    assert "<b>" not in figure["data"][0]["hovertext"][0]


def burn(**changed: object) -> Burn:
    given = {
        "left": [(TODAY - timedelta(days=20), Decimal(90)), (TODAY - timedelta(days=5), Decimal(40))],
        "said": [("甲",), ("<i>乙",)],
        "urls": ["/reports/1/", "/reports/2/"],
        "due": TODAY + timedelta(days=30),
        "today": TODAY,
        "start": (TODAY - timedelta(days=60), Decimal(100)),
        "half": TODAY + timedelta(days=12),
        "most": TODAY + timedelta(days=25),
        "measure": "户",
    }
    return Burn(**(given | changed))  # type: ignore[arg-type]


def test_the_way_to_zero_has_its_plan_the_pace_needed_and_the_range():
    planned, needed, ends, actual = burn_down(burn())["data"]
    assert (planned["y"], needed["y"], ends["y"], actual["y"]) == ([100, 0], [40, 0], [0, 0], [90, 40])
    assert needed["x"] == [TODAY.isoformat(), (TODAY + timedelta(days=30)).isoformat()]
    assert ends["x"] == [(TODAY + timedelta(days=days)).isoformat() for days in (12, 25)]
    assert actual["hovertext"][1] == "&lt;i&gt;乙"


def test_nothing_is_drawn_of_what_is_not_known():
    (actual,) = burn_down(burn(due=None, start=None, half=None, most=None))["data"]
    assert actual["customdata"] == ["/reports/1/", "/reports/2/"]
    overdue = burn_down(burn(due=TODAY - timedelta(days=1), most=None))
    assert len(overdue["data"]) == 2  # the plan that was, and what is left
    far = burn_down(burn(most=TODAY + timedelta(days=3000)))
    assert far["layout"]["xaxis"]["range"][1] < (TODAY + timedelta(days=500)).isoformat()
