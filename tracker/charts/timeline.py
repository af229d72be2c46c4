"""The timeline as Plotly figures: plain data in, plain dictionaries out (plotly itself is not needed to serve them).

Names, toggles and lights stand beside the figure as text, so the figure has no labels of its own but the dates.
"""

import html
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from tracker import words
from tracker.charts import timeline_network as network
from tracker.charts.timeline_bars import ACTUAL, DAY, LEAVES, PLAN, Bars, Row, Window, drawn

PLOT = 900  # px, about the width of the figure on a desk: how long a text is in days
TOP, BOTTOM = 54, 6
WRAP = 46  # half-width characters in a line of a hover text
HEIGHTS = {"wide": 28, "phone": 56, "paper": 21}


def heights(rows: int) -> dict[str, int]:
    """The height of a figure of so many rows, in px: on a desk, on a phone, on paper."""
    return {where: TOP + BOTTOM + rows * height for where, height in HEIGHTS.items()}


Link = tuple[int, int, str, bool]
"""Joins two rows: positions before and after, kind, whether it lies on the critical path."""


def figure(rows: Sequence[Row], window: Window, links: Sequence[Link] = ()) -> dict[str, Any]:
    """The figure of these rows, numbered from 0 downwards."""
    bars = drawn(rows, window)
    network.add(bars, rows)
    traces = [
        _bar_trace(bars),
        _dot_trace(rows, window),
        *_link_traces(rows, [link for link in links if not link[3]], "token:--ink-2/60", 1),
        *_link_traces(rows, [link for link in links if link[3]], "token:--ink", 2),
        _first_trace(rows),
        _done_trace(rows),
        *_text_traces(rows, window),
        _hit_trace(rows, window),
    ]
    return {
        "data": [trace for trace in traces if trace is not None],
        "layout": _layout(rows, window),
        "phone": {"xaxis": _days_axis(window, narrow=True)},
        "squeeze": {"scale": 0.5, "shift": 0.32},
        "config": {"displayModeBar": False, "doubleClick": False},
    }


def _bar_trace(bars: Bars) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "base": bars.base,
        "x": bars.length,
        "y": bars.y,
        "width": bars.width,
        "marker": {"color": bars.colour, "line": {"width": 0}},
        "hoverinfo": "skip",
    }


def _dot_trace(rows: Sequence[Row], window: Window) -> dict[str, Any] | None:
    """The due days of folded projects, coloured as their lights, and on the plan of a package those of its steps."""
    marks = [
        (day, at + PLAN if row.kind in LEAVES else at, colour, _size(row, count))
        for at, row in enumerate(rows)
        for day, colour, count in row.dots
        if window.start <= day <= window.end
    ]
    if not marks:
        return None
    return _marks(
        [mark[0] for mark in marks],
        [mark[1] for mark in marks],
        symbol="circle",
        size=[mark[3] for mark in marks],
        color=[f"token:--fill-{mark[2]}" for mark in marks],
        opacity=1,
        line={"width": 1.2, "color": "token:--ink-2"},
    )


def _size(row: Row, count: int) -> int:
    if row.kind in LEAVES:
        return 7
    return 9 if count == 1 else 11 if count < 5 else 13


def _marks(x: Iterable[date], y: Iterable[float], **marker: Any) -> dict[str, Any]:
    days = [day.isoformat() for day in x]
    return {"type": "scatter", "mode": "markers", "x": days, "y": list(y), "marker": marker, "hoverinfo": "skip"}


def _first_trace(rows: Sequence[Row]) -> dict[str, Any] | None:
    """The first commitments: hollow diamonds, which stay where they were when the plan moves."""
    held = [(row.first, at + PLAN) for at, row in enumerate(rows) if row.first]
    if not held:
        return None
    line = {"width": 1.5, "color": "token:--ink-2"}
    return _marks(
        [day for day, _y in held], [y for _d, y in held], symbol="diamond", size=8, color="token:--sheet", line=line
    )


def _done_trace(rows: Sequence[Row]) -> dict[str, Any] | None:
    held = [(row.actual_finish, at + ACTUAL) for at, row in enumerate(rows) if row.done and row.actual_finish]
    if not held:
        return None
    return {
        "type": "scatter",
        "mode": "text",
        "x": [day.isoformat() for day, _y in held],
        "y": [y for _d, y in held],
        "text": ["✓"] * len(held),
        "textposition": "middle right",
        "textfont": {"color": "token:--accent", "size": 14, "weight": 700},
        "hoverinfo": "skip",
    }


def _text_traces(rows: Sequence[Row], window: Window) -> list[dict[str, Any]]:
    """The dates beside the bars (not on a phone, where they stand with the name), and what lies outside the window."""
    sides: dict[str, list[tuple[str, float, str, str]]] = {"middle right": [], "middle left": []}
    for at, row in enumerate(rows):
        if row.label:
            day, lane, side, text = _beside(row, window)
            ink = f"token:--{row.colour}" if row.colour in ("red", "amber") else "token:--ink-2"
            sides[side].append((day.isoformat(), at + lane, text, ink))
    return [
        {
            "type": "scatter",
            "mode": "text",
            "meta": "wide",
            "x": [one[0] for one in held],
            "y": [one[1] for one in held],
            "text": [html.escape(one[2]) for one in held],
            "textposition": side,
            "textfont": {"color": [one[3] for one in held], "size": 12},
            "hoverinfo": "skip",
        }
        for side, held in sides.items()
        if held
    ]


def _beside(row: Row, window: Window) -> tuple[date, float, str, str]:
    """Where the text of a row goes: day, lane, side and text.

    After its bars if there is room, else beneath their end, else before them; outside the window, at its edge.
    """
    gap, needed = window.part(0.012), timedelta(days=window.days * _long(row.label) * 6.6 / PLOT)
    days = [row.latest, row.earliest, row.forecast_latest, row.actual_finish, row.first]
    reached = row.seen if row.actual_start and row.latest is None else None
    marks = (*days, row.planned_start, row.actual_start, reached, window.today if row.late else None)
    known = [day for day in marks if day]
    if not known:
        return window.start + window.part(0.006), 0, "middle right", row.label
    begin, last = min(known), max(known)
    if last < window.start:
        return window.start, 0, "middle right", f"◂ {row.label}"
    if begin > window.end:
        return window.end, 0, "middle left", f"{row.label} ▸"
    mark = window.part(0.015) if row.done and row.actual_finish else timedelta()
    if last + gap + mark + needed <= window.end:
        return last + gap + mark, 0, "middle right", row.label
    return _below(row, window, begin, min(last, window.end), gap, needed)


def _below(
    row: Row, window: Window, begin: date, edge: date, gap: timedelta, needed: timedelta
) -> tuple[date, float, str, str]:
    """The text beneath the end of the plan, or beneath a stretch of it where no bar runs, or before the bars."""
    soft = window.part(0.035) if row.earliest is None else timedelta()
    reached = row.actual_finish or row.seen
    bars = [(row.actual_start or reached, reached), (row.forecast_earliest or row.forecast_latest, row.forecast_latest)]

    def free(first: date) -> bool:
        last = first + needed
        inside = window.start <= first and last <= window.end
        return inside and all(not a or not b or last < a or first > b for a, b in bars)

    if free(edge - gap - needed):
        return edge - gap, ACTUAL + 0.08, "middle left", row.label
    if begin - gap - soft - needed >= window.start:
        return begin - gap - soft, 0, "middle left", row.label
    if reached and free(reached + gap):
        return reached + gap, ACTUAL + 0.08, "middle right", row.label
    return edge - gap, ACTUAL + 0.08, "middle left", row.label


def _long(text: str) -> int:
    """The length of a text in half-width characters."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _hit_trace(rows: Sequence[Row], window: Window) -> dict[str, Any]:
    """What answers to the pointer: the whole length of a row's marks, with its text and its address."""
    base, length = [], []
    pad = window.part(0.012)
    for row in rows:
        days = [row.planned_start, row.earliest, row.latest, row.forecast_latest, row.actual_start, row.actual_finish]
        known = [day for day in (*days, row.first, row.early, row.spare) if day]
        if row.late:
            known.append(window.today)
        first = min(known) - pad if known else window.start
        last = max(known) + pad if known else window.start + window.part(0.16)
        if row.earliest is None and row.latest:
            first -= window.part(0.03)
        first, last = max(first, window.start), min(last, window.end)
        if last <= first:  # outside: the edge where its text stands
            before = bool(known) and max(known) < window.start
            first = window.start if before else window.end - window.part(0.16)
            last = first + window.part(0.16)
        base.append(first.isoformat())
        length.append((last - first).days * DAY)
    return {
        "type": "bar",
        "orientation": "h",
        "base": base,
        "x": length,
        "y": list(range(len(rows))),
        "width": 0.94,
        "marker": {"color": "rgba(0,0,0,0)", "line": {"width": 0}},
        "hovertext": ["<br>".join(_wrapped(line) for line in row.hover if line) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [row.url for row in rows],
    }


def _wrapped(text: str) -> str:
    """A line of a hover text broken where it gets too long, between words or Chinese characters."""
    if 2 * len(text) <= WRAP:
        return html.escape(text.strip())
    lines, line, size = [], "", 0
    for char in text:
        wide = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        breaks = char == " " or (wide == 2 and unicodedata.category(char)[0] != "P")
        if size + wide > WRAP and breaks:
            lines.append(line)
            line, size = "", 0
        line += char
        size += wide
    return "<br>".join(html.escape(part.strip()) for part in (*lines, line))


def _link_traces(rows: Sequence[Row], links: Sequence[Link], colour: str, width: int) -> list[dict[str, Any]]:
    """Dependencies: a thin elbow from the end (or start) of one row to the start (or end) of another."""
    x: list[str | None] = []
    y: list[float | None] = []
    heads: list[tuple[date, float, str]] = []
    for before, after, kind, _critical in links:
        one, other = rows[before], rows[after]
        start = _end(one) if kind[0] == "F" else _begin(one)
        end = _begin(other) if kind[1] == "S" else _end(other)
        if start is None or end is None:
            continue
        down = after > before
        arrive = after - 0.36 if down else after + 0.36
        x += [start.isoformat(), end.isoformat(), end.isoformat(), None]
        y += [before + PLAN, before + PLAN, arrive, None]
        heads.append((end, arrive, "triangle-down" if down else "triangle-up"))
    if not heads:
        return []
    line = {"color": colour, "width": width}
    path = {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}
    symbols = [symbol for _d, _y, symbol in heads]
    arrows = _marks(
        [day for day, _y, _s in heads], [y for _d, y, _s in heads], symbol=symbols, size=7, color=colour.split("/")[0]
    )
    return [path, arrows]


def _end(row: Row) -> date | None:
    return row.latest or row.earliest


def _begin(row: Row) -> date | None:
    return row.planned_start or row.earliest or row.latest


def _layout(rows: Sequence[Row], window: Window) -> dict[str, Any]:
    today = window.today.isoformat()
    shapes: list[dict[str, Any]] = [
        {"type": "rect", "xref": "paper", "x0": 0, "x1": 1, "y0": at - 0.5, "y1": at + 0.5, "layer": "below",
         "fillcolor": "token:--sunk", "line": {"width": 0}}
        for at, row in enumerate(rows) if row.kind == "programme"
    ]  # fmt: skip
    notes: list[dict[str, Any]] = []
    if window.start <= window.today <= window.end:
        line = {"color": "token:--accent", "width": 1.5}
        above = 1 + 34 / (max(1, len(rows)) * HEIGHTS["wide"])  # up to the badge in the margin
        shapes.append({"type": "line", "x0": today, "x1": today, "yref": "paper", "y0": 0, "y1": above, "line": line})
        notes.append({
            "x": today, "xref": "x", "yref": "paper", "y": 1, "yanchor": "bottom", "showarrow": False, "borderpad": 2,
            "yshift": 34,
            "text": _("Today"), "font": {"color": "token:--on-accent", "size": 11.5}, "bgcolor": "token:--accent",
        })  # fmt: skip
    return {
        "barmode": "overlay",
        "bargap": 0,
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 0, "r": 8, "t": TOP, "b": BOTTOM, "pad": 0},
        "xaxis": _days_axis(window),
        "yaxis": _rows_axis(len(rows)),
        "shapes": shapes,
        "annotations": notes,
    }


def _rows_axis(count: int) -> dict[str, Any]:
    """One unit a row, the first at the top, thin rules between them."""
    return {
        "range": [count - 0.5, -0.5],
        "fixedrange": True,
        "automargin": False,
        "showticklabels": False,
        "ticks": "",
        "zeroline": False,
        "tickmode": "array",
        "tickvals": [at + 0.5 for at in range(count)],
        "gridcolor": "token:--line/60",
    }


def _days_axis(window: Window, narrow: bool = False) -> dict[str, Any]:
    """Days in Chinese or English, months or years by the length of the window; the year once where it changes."""
    months = window.days / 30.4 * (3 if narrow else 1)
    step = next((step for limit, step in ((16, 1), (44, 3), (90, 6)) if months <= limit), 12)
    if months > 240:
        step = 12 * round(months / 120)
    chinese = words.language().startswith("zh")
    year, month = ("%Y年", "%-m月") if chinese else ("%Y", "%b")
    return {
        "type": "date",
        "side": "top",
        "range": [window.start.isoformat(), (window.end + timedelta(days=1)).isoformat()],
        "fixedrange": True,
        "automargin": False,
        "tick0": f"{window.start.year}-01-01",
        "dtick": f"M{step}",
        "tickformat": year if step >= 12 else f"{month}\n{year}",
        "ticklabelmode": "period" if step == 1 else "instant",
        "gridcolor": "token:--line",
        "zeroline": False,
        "ticks": "",
    }
