"""A metric's planned curve against what was measured, as a Plotly figure (a plain dictionary)."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tracker.charts.axes import day_format, days_axis
from tracker.domain.progress import Curve, planned

Points = Sequence[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement: its day, value, what is said of it, its page; `undated` where a document gives no day."""

    day: date
    value: Decimal
    said: tuple[str, ...]
    url: str
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """Everything a figure of one metric is drawn from; values are in one unit and multiplied by `scale` to be shown.

    `ours`: the planned course is a straight line that no document draws. `limit`: the target is a cap or floor.
    `forecast`: the day the target is reached at the present pace.
    """

    measured: Sequence[Measured]
    planned: Points
    target: Decimal | None
    target_label: str
    today: date
    ours: bool = False
    limit: bool = False
    percent: bool = False
    forecast: date | None = None
    scale: int = 1


def figure(course: Course) -> dict[str, Any]:
    """Plan dashed and grey, measurements solid with their points, target and today as lines, the forecast lighter."""
    span = _span(course)
    traces = [_target(course, span), _plan(course), _actual(course), _undated(course), _forecast(course)]
    layout = _layout(course, span)
    named = layout["annotations"][: 1 if course.target is None else 2]  # on a phone the plan's own name has no room
    narrow = {"xaxis": days_axis(span, narrow=True), "annotations": named}
    return {"data": [trace for trace in traces if trace], "layout": layout, "phone": narrow}


def _span(course: Course) -> tuple[date, date]:
    days = [
        course.today,
        *(one.day for one in course.measured if not one.undated),
        *(day for day, _v in course.planned),
    ]
    if course.forecast and course.forecast <= max(days) + timedelta(days=730):
        days.append(course.forecast)
    room = max(timedelta(days=15), (max(days) - min(days)) / 30)
    return min(days) - room, max(days) + room * 2


def _xy(points: Points, scale: int) -> dict[str, Any]:
    return {"x": [day.isoformat() for day, _v in points], "y": [_number(value, scale) for _d, value in points]}


def _number(value: Decimal, scale: int) -> float:
    return round(float(value * scale), 6)


def _plan(course: Course) -> dict[str, Any] | None:
    if len(course.planned) < 2:
        return None
    return {
        "type": "scatter",
        "mode": "lines",
        **_xy(course.planned, course.scale),
        "line": {"color": "token:--c-plan", "width": 2, "dash": "dash"},
        "hovertemplate": "%{x|" + day_format() + "}<br>%{y:,}<extra></extra>",
    }


def _actual(course: Course) -> dict[str, Any] | None:
    known = [one for one in course.measured if not one.undated]
    if not known:
        return None
    return {
        "type": "scatter",
        "mode": "lines+markers",
        **_xy([(one.day, one.value) for one in known], course.scale),
        "line": {"color": "token:--c-actual", "width": 2.5},
        "marker": {"color": "token:--c-actual", "size": 7},
        **_said(known),
    }


def _undated(course: Course) -> dict[str, Any] | None:
    """What a document states without a day: a hollow mark at the left, not part of the line."""
    known = [one for one in course.measured if one.undated]
    if not known:
        return None
    first = _span(course)[0] + timedelta(days=6)
    return {
        "type": "scatter",
        "mode": "markers",
        **_xy([(first, one.value) for one in known], course.scale),
        "marker": {"color": "token:--sheet", "size": 9, "line": {"color": "token:--c-actual", "width": 2}},
        **_said(known),
    }


def _said(known: Sequence[Measured]) -> dict[str, Any]:
    return {
        "hovertext": ["<br>".join(html.escape(line) for line in one.said if line) for one in known],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [one.url for one in known],
    }


def _forecast(course: Course) -> dict[str, Any] | None:
    """From the last measurement on at the present pace, as far as the figure reaches."""
    known = [one for one in course.measured if not one.undated]
    if not (known and course.forecast and course.target is not None):
        return None
    last, end = known[-1], course.forecast
    limit = _span(course)[1]
    value = course.target
    if end > limit:
        value = last.value + (course.target - last.value) * (limit - last.day).days / (end - last.day).days
        end = limit
    return {
        "type": "scatter",
        "mode": "lines",
        **_xy([(last.day, last.value), (end, value)], course.scale),
        "line": {"color": "token:--c-forecast/70", "width": 2.5, "dash": "dot"},
        "hovertemplate": html.escape(_("At the present pace")) + "<br>%{x|" + day_format() + "}<extra></extra>",
    }


def _target(course: Course, span: tuple[date, date]) -> dict[str, Any] | None:
    if course.target is None:
        return None
    colour = "token:--fill-red" if course.limit else "token:--c-2"
    return {
        "type": "scatter",
        "mode": "lines",
        **_xy([(span[0], course.target), (span[1], course.target)], course.scale),
        "line": {"color": colour, "width": 1.5},
        "hoverinfo": "skip",
    }


def _layout(course: Course, span: tuple[date, date]) -> dict[str, Any]:
    today = course.today.isoformat()
    line = {"color": "token:--accent", "width": 1.5}
    return {
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 8, "r": 12, "t": 30, "b": 8},
        "xaxis": days_axis(span),
        "yaxis": {
            "rangemode": "tozero",
            "fixedrange": True,
            "tickformat": ",~r",
            "ticksuffix": "%" if course.percent else "",
            **({"range": [0, 100]} if course.percent else {}),
        },
        "shapes": [{"type": "line", "x0": today, "x1": today, "yref": "paper", "y0": 0, "y1": 1, "line": line}],
        "annotations": _notes(course, span),
    }


def _notes(course: Course, span: tuple[date, date]) -> list[dict[str, Any]]:
    """The lines named where they are, instead of in a legend."""
    bare: dict[str, Any] = {"showarrow": False, "font": {"size": 12, "color": "token:--ink-2"}}
    badge = {"font": {"size": 11.5, "color": "token:--on-accent"}, "bgcolor": "token:--accent", "borderpad": 2}
    notes = [
        {
            **bare,
            **badge,
            "x": course.today.isoformat(),
            "yref": "paper",
            "y": 1,
            "yanchor": "bottom",
            "text": _("Today"),
        }
    ]
    if course.target is not None:
        at = {"xref": "paper", "x": 0.995, "y": _number(course.target, course.scale), "xanchor": "right"}
        notes.append({**bare, **at, "yanchor": "bottom", "text": html.escape(course.target_label)})
    if len(course.planned) > 1:
        notes.append({**bare, **_beside_plan(course)})
    return notes


def _beside_plan(course: Course) -> dict[str, Any]:
    """The name of the planned course: on the side of it where the measurements are not."""
    points = course.planned
    (first, start), (last, end) = points[0], points[-1]
    day, value = first + (last - first) / 2, (start + end) / 2
    if len(points) > 2:
        day, value = points[len(points) // 2]
    known = [one for one in course.measured if not one.undated]
    above = bool(known) and known[-1].value > (planned(Curve(tuple(points)), known[-1].day) or start)
    rising = end >= start
    return {
        "x": day.isoformat(),
        "y": _number(value, course.scale),
        "xanchor": "left" if rising == above else "right",
        "yanchor": "top" if above else "bottom",
        "xshift": 8 if rising == above else -8,
        "text": html.escape(_("planned course (straight, assumed)") if course.ours else _("planned course")),
    }
