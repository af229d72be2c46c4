"""A plan back from a deadline as a Plotly figure: latest bars, lawful brackets, today and the deadline."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

ROW = 30
"""Pixels a row takes."""
FILLS = {"red": "--fill-red", "amber": "--fill-amber", "green": "--fill-green", "blank": "--fill-later"}


@dataclass(frozen=True, slots=True)
class Bar:
    """A step at its latest; days None where it is over or nothing bounds it."""

    label: str
    name: str
    colour: str
    float: str
    start: date | None
    finish: date | None


@dataclass(frozen=True, slots=True)
class Bracket:
    """A lawful window that ends at a row."""

    row: int
    text: str
    first: date
    last: date


def height(rows: int) -> int:
    """How tall the figure is."""
    return rows * ROW + 70


def figure(bars: Sequence[Bar], brackets: Sequence[Bracket], *, today: date, deadline: date | None) -> dict[str, Any]:
    """The figure; rows from the top in the order given. `deadline` None: no line for one."""
    data = [_latest(row, bar) for row, bar in enumerate(bars) if bar.start and bar.finish]
    data += [_bracket(held) for held in brackets]
    lines = [_upright(today, _("Today"), "--accent", "left")]
    if deadline is not None:
        lines.append(_upright(deadline + timedelta(1), _("Deadline"), "--red", "right"))
    return {
        "data": data,
        "layout": {
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "margin": {"l": 44, "r": 12, "t": 30, "b": 34},
            "xaxis": {"type": "date", "fixedrange": True, "gridcolor": "token:--line", "zeroline": False},
            "yaxis": {
                "range": [len(bars) - 0.5, -0.5],
                "fixedrange": True,
                "tickmode": "array",
                "tickvals": list(range(len(bars))),
                "ticktext": [html.escape(bar.label) for bar in bars],
                "gridcolor": "token:--line/40",
                "zeroline": False,
            },
            "shapes": [shape for shape, _note in lines],
            "annotations": [note for _shape, note in lines],
        },
    }


def _latest(row: int, bar: Bar) -> dict[str, Any]:
    """First to last day, both whole."""
    assert bar.start
    assert bar.finish
    ends = [bar.start.isoformat(), (bar.finish + timedelta(1)).isoformat()]
    days = bar.start.isoformat() if bar.start == bar.finish else f"{bar.start.isoformat()} – {bar.finish.isoformat()}"
    return {
        "type": "scatter",
        "mode": "lines",
        "x": ends,
        "y": [row, row],
        "line": {"color": f"token:{FILLS.get(bar.colour, '--fill-done')}", "width": 12},
        "hovertemplate": f"{html.escape(bar.name)}<br>{days}<br>{html.escape(bar.float)}<extra></extra>",
    }


def _bracket(held: Bracket) -> dict[str, Any]:
    """A thin line under the bars with an end mark on both sides."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [held.first.isoformat(), held.last.isoformat()],
        "y": [held.row + 0.34, held.row + 0.34],
        "line": {"color": "token:--ink-2", "width": 1.5},
        "marker": {"symbol": "line-ns-open", "size": 7, "color": "token:--ink-2"},
        "hovertemplate": f"{html.escape(held.text)}<extra></extra>",
    }


def _upright(day: date, text: str, colour: str, side: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A line from top to bottom on a day, and what it is."""
    at = day.isoformat()
    line = {"color": f"token:{colour}", "width": 1.5}
    shape = {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}
    note = {
        "x": at, "xref": "x", "yref": "paper", "y": 1, "yanchor": "bottom", "xanchor": side, "showarrow": False,
        "text": text, "font": {"color": f"token:{colour}", "size": 12},
    }  # fmt: skip
    return shape, note
