"""The timeline's figures: what is drawn of a row, where its text goes, and that Plotly accepts all of it."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.charts.drawn import checked
from tracker.charts import timeline_network
from tracker.charts.timeline import BOTTOM, HEIGHTS, TOP, figure, heights
from tracker.charts.timeline_bars import DAY, Bars, Window, drawn, window_of
from tracker.charts.timeline_bars import PLAN as PLAN_LANE

TODAY = date(2026, 11, 20)
WINDOW = Window(date(2026, 1, 1), date(2027, 12, 31), TODAY)
PLAN = "token:--c-plan"


@dataclass(frozen=True)
class Row:
    kind: str = "milestone"
    url: str = "/milestones/A/"
    colour: str = "later"
    label: str = "10月底前"
    hover: tuple[str, ...] = ("名称", "计划：2026年10月底前")
    planned_start: date | None = None
    earliest: date | None = None
    latest: date | None = None
    precision: str = "day"
    aim: str = "in"
    first: date | None = None
    forecast_earliest: date | None = None
    forecast_latest: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    seen: date | None = None
    done: bool = False
    late: bool = False
    dots: tuple[tuple[date, Any, int], ...] = ()
    critical: bool = False
    early: date | None = None
    spare: date | None = None
    laws: tuple[Any, ...] = ()


def bars(row: Row, window: Window = WINDOW) -> list[tuple[date, date, str]]:
    """First day, last day and colour of each rectangle of one row."""
    held = drawn([row], window)
    found = []
    for base, length, colour in zip(held.base, held.length, held.colour, strict=True):
        first = date.fromisoformat(base)
        found.append((first, first + timedelta(days=length // DAY - 1), colour))
    return found


def texts(figure: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The texts beside the bars with their side and day."""
    held = [one for one in figure["data"] if one.get("meta") == "wide"]
    return [(text, one["textposition"], x) for one in held for text, x in zip(one["text"], one["x"], strict=True)]


def test_every_mark_is_accepted_by_plotly():
    rows = [
        Row(kind="programme", earliest=date(2026, 1, 1), latest=date(2027, 6, 30)),
        Row(kind="project", earliest=date(2026, 1, 1), latest=date(2026, 6, 30), dots=((date(2026, 6, 30), "red", 3),)),
        Row(kind="project", label="资料未载日期"),
        Row(latest=date(2026, 10, 31), aim="by", precision="month", first=date(2026, 9, 30), late=True),
        Row(earliest=date(2026, 9, 1), latest=date(2026, 9, 30), precision="month", aim="strive"),
        Row(earliest=date(2026, 9, 1), precision="month", aim="from"),
        Row(planned_start=date(2026, 4, 1), earliest=date(2026, 4, 1), latest=date(2026, 6, 30), precision="span",
            actual_start=date(2026, 4, 2), actual_finish=date(2026, 7, 9), done=True),
        Row(latest=date(2026, 12, 31), actual_start=date(2026, 3, 1), seen=date(2026, 11, 1),
            forecast_earliest=date(2027, 1, 1), forecast_latest=date(2027, 2, 1), colour="amber"),
    ]  # fmt: skip
    shown = figure(rows, WINDOW, [(3, 4, "FS", False), (6, 3, "SS", True), (5, 2, "FF", False)])
    kinds = [trace.type for trace in checked(shown).data]
    assert kinds == ["bar", *["scatter"] * 8, "bar"]
    assert figure([], WINDOW)["layout"]["yaxis"]["range"] == [-0.5, -0.5]


@pytest.mark.parametrize("kind", ["site", "housing", "package"])
def test_a_line_of_a_ledger_is_drawn_as_a_milestone_is(kind: str):
    milestone = Row(latest=date(2026, 12, 31), actual_start=date(2026, 3, 1), seen=date(2026, 11, 1))
    assert bars(replace(milestone, kind=kind)) == bars(milestone)
    once = bars(Row(kind=kind, actual_start=TODAY, seen=TODAY))
    assert once == [(TODAY - WINDOW.part(0.004), TODAY, "token:--c-actual")]
    unplanned = figure([Row(kind=kind, actual_start=date(2026, 3, 1), seen=date(2026, 11, 1))], WINDOW)
    assert texts(unplanned)[0][2] > "2026-11-01"


def test_a_deadline_without_a_start_fades_in_and_ends_firmly():
    found = bars(Row(latest=date(2026, 10, 31), aim="by", precision="month"))
    colours = [colour for _a, _b, colour in found]
    assert colours == [f"{PLAN}/15", f"{PLAN}/35", f"{PLAN}/60", PLAN]
    assert found[-1][1] == date(2026, 10, 31)
    assert max(last for _a, last, _c in found) == date(2026, 10, 31)


def test_a_period_fades_in_and_a_named_day_does_not():
    soft = bars(Row(earliest=date(2026, 9, 1), latest=date(2026, 9, 30), precision="month"))
    assert f"{PLAN}/15" in {colour for _first, _last, colour in soft}
    firm = bars(Row(planned_start=date(2026, 4, 1), earliest=date(2026, 6, 30), latest=date(2026, 6, 30)))
    assert {colour for _a, _b, colour in firm} == {PLAN}
    assert firm[0][:2] == (date(2026, 4, 1), date(2026, 6, 30))


def test_an_aim_and_an_open_end_fade_out():
    aim = bars(Row(earliest=date(2026, 9, 1), latest=date(2026, 9, 30), precision="day", aim="strive"))
    assert max(aim)[2] == f"{PLAN}/15"
    assert max(bars(Row(earliest=date(2026, 9, 1), precision="day", aim="from")))[2] == f"{PLAN}/15"


def test_lateness_is_drawn_from_the_last_day_to_today_and_a_late_forecast_beyond_it():
    late = bars(Row(latest=date(2026, 10, 31), late=True, colour="red"))[-1]
    assert late == (date(2026, 11, 1), TODAY, "token:--fill-red")
    slipped = bars(Row(latest=date(2026, 12, 31), forecast_latest=date(2027, 1, 31)))
    assert (date(2027, 1, 1), date(2027, 1, 31), "token:--fill-amber") in slipped


def test_what_was_done_is_solid_from_its_start_to_its_finish():
    row = Row(latest=date(2026, 6, 30), actual_start=date(2026, 4, 1), actual_finish=date(2026, 6, 20), done=True)
    assert (date(2026, 4, 1), date(2026, 6, 20), "token:--c-actual") in bars(row)
    shown = figure([row], WINDOW)
    assert [trace["text"] for trace in shown["data"] if trace.get("text") == ["✓"]] == [["✓"]]


def test_the_first_commitment_stays_where_it_was():
    shown = figure([Row(latest=date(2026, 12, 31), first=date(2026, 9, 30))], WINDOW)
    diamonds = [trace for trace in shown["data"] if trace.get("marker", {}).get("symbol") == "diamond"]
    assert diamonds[0]["x"] == ["2026-09-30"]


@pytest.mark.parametrize(
    ("row", "text", "side"),
    [
        (Row(latest=date(2026, 10, 31)), "10月底前", "middle right"),
        (Row(latest=date(2027, 12, 20)), "10月底前", "middle left"),
        (Row(latest=date(2024, 12, 20)), "◂ 10月底前", "middle right"),
        (Row(latest=date(2029, 12, 20)), "10月底前 ▸", "middle left"),
        (Row(label="资料未载日期"), "资料未载日期", "middle right"),
        (Row(label="a < b", latest=date(2026, 10, 31)), "a &lt; b", "middle right"),
    ],
)
def test_the_text_stands_where_it_is_not_cut(row: Row, text: str, side: str):
    found = texts(figure([row], WINDOW))
    assert [(one[0], one[1]) for one in found] == [(text, side)]
    assert WINDOW.start.isoformat() <= found[0][2] <= WINDOW.end.isoformat()


def test_the_pointer_finds_every_row_with_its_text_and_address():
    rows = [Row(latest=date(2026, 10, 31)), Row(), Row(latest=date(2020, 1, 1)), Row(latest=date(2040, 1, 1))]
    hit = figure(rows, WINDOW)["data"][-1]
    assert hit["customdata"] == ["/milestones/A/"] * 4
    assert all(length > 0 for length in hit["x"])
    assert hit["hovertext"][0] == "名称<br>计划：2026年10月底前"


def test_hover_text_is_escaped_and_broken_into_lines():
    row = Row(hover=("<b>一段很长的说明" + "文字" * 40, ""), latest=TODAY)
    text = figure([row], WINDOW)["data"][-1]["hovertext"][0]
    assert "<b>" not in text
    assert text.count("<br>") >= 3


def test_days_are_named_in_the_readers_language():
    with translation.override("zh-hans"):
        assert figure([Row()], WINDOW)["layout"]["xaxis"]["tickformat"] == "%-m月\n%Y年"
    with translation.override("en"):
        assert figure([Row()], WINDOW)["layout"]["xaxis"]["tickformat"] == "%b\n%Y"
        long = Window(date(2020, 1, 1), date(2034, 1, 1), TODAY)
        assert figure([Row()], long)["layout"]["xaxis"]["dtick"] == "M12"


def test_today_is_one_line_and_only_inside_the_window():
    lines = [shape for shape in figure([Row()], WINDOW)["layout"]["shapes"] if shape["type"] == "line"]
    assert [line["x0"] for line in lines] == ["2026-11-20"]
    past = Window(date(2020, 1, 1), date(2021, 1, 1), TODAY)
    assert figure([Row()], past)["layout"]["annotations"] == []


def test_the_height_follows_the_rows():
    assert heights(10) == {where: TOP + BOTTOM + 10 * height for where, height in HEIGHTS.items()}


DAYS = st.dates(date(1995, 1, 1), date(2150, 1, 1))


@given(
    st.lists(DAYS, max_size=6),
    DAYS,
    st.sampled_from(["", "year", "quarter", "month"]),
    st.none() | DAYS,
    st.none() | DAYS,
)
def test_a_window_always_has_length_and_keeps_what_was_asked(days, today, zoom, start, end):
    window = window_of(days, today, zoom=zoom, start=start, end=end)
    assert window.start < window.end
    if start and (not end or start < end):
        assert window.start == start
    if end and (not start or start < end):
        assert window.end == end
    if not (start or end):
        assert window.start <= today <= window.end


ROWS = st.builds(
    Row,
    kind=st.sampled_from(["programme", "project", "milestone"]),
    planned_start=st.none() | DAYS,
    earliest=st.none() | DAYS,
    latest=st.none() | DAYS,
    precision=st.sampled_from(["day", "month", "span", "year", "vague"]),
    aim=st.sampled_from(["by", "in", "from", "strive"]),
    first=st.none() | DAYS,
    forecast_earliest=st.none() | DAYS,
    forecast_latest=st.none() | DAYS,
    actual_start=st.none() | DAYS,
    actual_finish=st.none() | DAYS,
    seen=st.none() | DAYS,
    done=st.booleans(),
    late=st.booleans(),
)


@given(st.lists(ROWS, min_size=1, max_size=5), DAYS, st.integers(1, 20_000))
def test_nothing_is_drawn_outside_the_window_or_backwards(rows, start, length):
    window = Window(start, start + timedelta(days=length), start + timedelta(days=length // 2))
    held = drawn(rows, window)
    assert all(one > 0 for one in held.length)
    assert all(window.start.isoformat() <= day <= window.end.isoformat() for day in held.base)
    checked(figure(rows, window, [(0, len(rows) - 1, "FS", False)]))


@dataclass(frozen=True)
class Period:
    first: date
    last: date
    broken: bool = False


def network_bars(row: Row) -> list[tuple[date, date, float, str]]:
    """First day, last day, lane and colour of what the network adds to one row."""
    held = Bars(WINDOW)
    timeline_network.add(held, [row])
    found = []
    for base, length, lane, colour in zip(held.base, held.length, held.y, held.colour, strict=True):
        first = date.fromisoformat(base)
        found.append((first, first + timedelta(days=length // DAY - 1), lane, colour))
    return found


def test_room_to_wait_is_a_tail_and_missing_days_are_red():
    tail = network_bars(Row(latest=date(2026, 12, 31), early=date(2026, 12, 10), spare=date(2026, 12, 31)))
    assert tail[0] == (date(2026, 12, 11), date(2026, 12, 31), 0.4, "token:--ink-2/70")
    short = network_bars(Row(latest=date(2026, 12, 31), early=date(2027, 1, 8), spare=date(2026, 12, 31)))
    assert short == [(date(2027, 1, 1), date(2027, 1, 8), 0.4, "token:--fill-red")]
    assert network_bars(Row(early=date(2026, 12, 31), spare=date(2026, 12, 31))) == []
    assert network_bars(Row(early=date(2026, 12, 31))) == []


def test_a_lawful_period_is_a_bracket_red_where_it_is_not_kept():
    kept, broken = Period(date(2026, 9, 14), date(2026, 10, 8)), Period(date(2026, 9, 14), date(2026, 9, 20), True)
    first, last, _lane, colour = network_bars(Row(laws=(kept,)))[0]
    assert (first, last, colour) == (date(2026, 9, 14), date(2026, 10, 8), "token:--accent")
    assert {one[3] for one in network_bars(Row(laws=(broken,)))} == {"token:--fill-red"}


def test_the_steps_of_a_package_are_marked_on_its_plan():
    row = Row(kind="package", latest=date(2026, 12, 31), dots=((date(2026, 10, 8), "done", 1), (TODAY, "amber", 1)))
    made = figure([row], WINDOW)
    checked(made)
    marks = next(one for one in made["data"] if one.get("mode") == "markers")
    assert (marks["x"], set(marks["y"])) == (["2026-10-08", TODAY.isoformat()], {PLAN_LANE})
    assert marks["marker"]["color"] == ["token:--fill-done", "token:--fill-amber"]
    folded = figure([replace(row, kind="project")], WINDOW)["data"]
    assert {y for one in folded if one.get("mode") == "markers" for y in one["y"]} == {0}


def test_what_cannot_wait_is_dark_and_so_is_the_way_there():
    assert {colour for _a, _b, colour in bars(Row(earliest=TODAY, latest=TODAY, critical=True))} == {"token:--ink/80"}
    rows = [Row(latest=TODAY), Row(latest=TODAY)]
    lines = [one["line"] for one in figure(rows, WINDOW, [(0, 1, "FS", True)])["data"] if one.get("mode") == "lines"]
    assert lines == [{"color": "token:--ink", "width": 2}]
