"""Charts of clearance: how far each site has come, and a site's way to zero; plain Plotly dictionaries."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker import words
from tracker.charts.axes import days_axis


class Bar(Protocol):
    """One site or project: what percentage of its scope was cleared, vacated only, signed only, and neither; see
    `queries.relocation_changes.Bar`.
    """

    @property
    def label(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def shares(self) -> tuple[float, float, float, float]: ...
    @property
    def said(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Burn:
    """A site's way to zero: what was left on each day, in one measure already divided by `scale`.

    `needed`: from the last report to the due day in a straight line. `planned`: from the planned start to the due day.
    `half`, `most`: the days by which half and four in five of the draws are done.
    """

    left: Sequence[tuple[date, Decimal]]
    said: Sequence[tuple[str, ...]]
    urls: Sequence[str]
    due: date | None
    today: date
    start: tuple[date, Decimal] | None
    half: date | None
    most: date | None
    measure: str


COLOURS = ("token:--c-1", "token:--c-2", "token:--c-3", "token:--fill-later")


def legend() -> list[str]:
    """What the parts of a bar are, from the furthest on."""
    return [
        pgettext("part of a clearance bar", "Cleared"),
        pgettext("part of a clearance bar", "Vacated, still standing"),
        pgettext("part of a clearance bar", "Signed, not yet out"),
        pgettext("part of a clearance bar", "Not signed"),
    ]


def progress(bars: Sequence[Bar]) -> dict[str, Any]:
    """Bars one above the other, first on top; every bar is the whole scope of its site."""
    places = list(range(len(bars)))
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "name": word,
            "y": places,
            "x": [round(bar.shares[at], 3) for bar in bars],
            "marker": {"color": COLOURS[at]},
            "hovertext": [_hover(bar) for bar in bars],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "customdata": [bar.url for bar in bars],
        }
        for at, word in enumerate(legend())
    ]
    labels = [_short(bar.label) for bar in bars]
    layout: dict[str, Any] = {
        "barmode": "stack",
        "bargap": 0.35,
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "traceorder": "normal"},
        "dragmode": False,
        "margin": {"l": 8, "r": 16, "t": 34, "b": 8},
        "xaxis": {"range": [0, 100], "ticksuffix": "%", "dtick": 25, "fixedrange": True},
        "yaxis": {
            "autorange": "reversed",
            "tickvals": places,
            "ticktext": [html.escape(one) for one in labels],
            "automargin": True,
            "fixedrange": True,
            "showgrid": False,
        },
    }
    short = [html.escape(_short(bar.label, 9)) for bar in bars]
    narrow = {
        "legend": {"orientation": "h", "x": 0, "y": -0.06, "yanchor": "top", "traceorder": "normal"},
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "xaxis": {"range": [0, 100], "ticksuffix": "%", "dtick": 50, "fixedrange": True},
        "yaxis": layout["yaxis"] | {"ticktext": short, "tickfont": {"size": 10}},
    }
    return {"data": data, "layout": layout, "phone": narrow}


def _short(label: str, most: int = 26) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"


def _hover(bar: Bar) -> str:
    return "<br>".join(html.escape(line) for line in (bar.label, *bar.said))


def burn_down(burn: Burn) -> dict[str, Any]:
    """What is left over time, down to the due day at the pace needed, with the range of the finish at zero."""
    span = _span(burn)
    traces = [_planned(burn), _needed(burn), _range(burn), _actual(burn)]
    return {
        "data": [one for one in traces if one],
        "layout": _layout(burn, span),
        "phone": {"xaxis": days_axis(span, narrow=True), "annotations": _notes(burn)[:1]},
    }


def _span(burn: Burn) -> tuple[date, date]:
    days = [burn.today, *(day for day, _left in burn.left)]
    days += [day for day in (burn.due, burn.start[0] if burn.start else None, burn.half) if day]
    reach = max(days) + timedelta(days=400)
    if burn.most and burn.most <= reach:
        days.append(burn.most)
    room = max(timedelta(days=5), (max(days) - min(days)) / 25)
    return min(days) - room, max(days) + room


def _line(points: Sequence[tuple[date, Decimal]]) -> dict[str, Any]:
    return {"x": [day.isoformat() for day, _v in points], "y": [round(float(value), 6) for _d, value in points]}


def _actual(burn: Burn) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        **_line(burn.left),
        "line": {"color": "token:--c-actual", "width": 2.5},
        "marker": {"color": "token:--c-actual", "size": 6},
        "hovertext": ["<br>".join(html.escape(line) for line in one if line) for one in burn.said],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": list(burn.urls),
    }


def _planned(burn: Burn) -> dict[str, Any] | None:
    if burn.start is None or burn.due is None or burn.due <= burn.start[0]:
        return None
    return _plain([burn.start, (burn.due, Decimal(0))], "token:--c-plan", "dash", 1.5)


def _needed(burn: Burn) -> dict[str, Any] | None:
    """From what is left today to nothing on the due day."""
    if not burn.left or burn.due is None or burn.due <= burn.today or not burn.left[-1][1]:
        return None
    return _plain([(burn.today, burn.left[-1][1]), (burn.due, Decimal(0))], "token:--fill-amber", "dot", 2.5)


def _plain(points: Sequence[tuple[date, Decimal]], colour: str, dash: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        **_line(points),
        "line": {"color": colour, "width": width, "dash": dash},
        "hoverinfo": "skip",
    }


def _range(burn: Burn) -> dict[str, Any] | None:
    """From half a chance to four in five, on the line of zero."""
    if burn.half is None or burn.most is None:
        return None
    said = _("Cleared between %(first)s and %(last)s, going by its pace so far")
    text = html.escape(said % {"first": words.day(burn.half), "last": words.day(burn.most)})
    return {
        "type": "scatter",
        "mode": "lines+markers",
        **_line([(burn.half, Decimal(0)), (burn.most, Decimal(0))]),
        "line": {"color": "token:--c-forecast", "width": 9},
        "marker": {"color": "token:--c-forecast", "size": 9, "symbol": "line-ns"},
        "opacity": 0.8,
        "hovertemplate": text + "<extra></extra>",
    }


def _layout(burn: Burn, span: tuple[date, date]) -> dict[str, Any]:
    def upright(day: date, colour: str, dash: str) -> dict[str, Any]:
        at = day.isoformat()
        line = {"color": colour, "width": 1.5, "dash": dash}
        return {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}

    shapes = [upright(burn.today, "token:--accent", "solid")]
    if burn.due:
        shapes.append(upright(burn.due, "token:--fill-red", "solid"))
    return {
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 8, "r": 12, "t": 44, "b": 8},
        "xaxis": days_axis(span),
        "yaxis": {"rangemode": "tozero", "fixedrange": True, "tickformat": ",~r"},
        "shapes": shapes,
        "annotations": _notes(burn),
    }


def _notes(burn: Burn) -> list[dict[str, Any]]:
    """The lines named where they are, instead of in a legend."""
    bare: dict[str, Any] = {"showarrow": False, "font": {"size": 12, "color": "token:--ink-2"}, "yref": "paper"}
    badge = {"font": {"size": 11.5, "color": "token:--on-accent"}, "bgcolor": "token:--accent", "borderpad": 2}
    notes = [{**bare, **badge, "x": burn.today.isoformat(), "y": 1, "yanchor": "bottom", "text": _("Today")}]
    if burn.due:
        text = _("due %(day)s") % {"day": words.day(burn.due)}
        at = {"x": burn.due.isoformat(), "xanchor": "right", "y": 1, "yanchor": "bottom", "yshift": 20}
        at["text"] = html.escape(text)
        notes.append({**bare, **at})
    notes.append(
        {**bare, "xref": "paper", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "yshift": 20}
        | {"text": html.escape(_("left, in %(measure)s") % {"measure": burn.measure})}
    )
    return notes
