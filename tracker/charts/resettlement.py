"""Homes against those who wait for them, as a plain Plotly dictionary."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tracker.charts.axes import day_format, days_axis


@dataclass(frozen=True, slots=True)
class Point:
    """One day: households waiting, at least and at most, and homes accepted that nobody lives in yet."""

    day: date
    least: int
    most: int
    ready: int


@dataclass(frozen=True, slots=True)
class Course:
    """Everything the figure is drawn from. `ready_by`: when the homes are to be completed; `runs_out`: the day the
    first transition period ends.
    """

    points: Sequence[Point]
    today: date
    ready_by: date | None = None
    runs_out: date | None = None


def legend() -> list[str]:
    """What the lines are."""
    return [
        pgettext("line of a chart", "Households waiting"),
        pgettext("line of a chart", "At least"),
        pgettext("line of a chart", "Homes ready and empty"),
    ]


def figure(course: Course) -> dict[str, Any]:
    """Steps: what was reported on a day holds until the next report."""
    span = _span(course)
    waiting, least, ready = legend()
    traces = [_steps(course, [one.most for one in course.points], waiting, "token:--c-actual", 2.5)]
    if any(one.least != one.most for one in course.points):
        traces.append(_steps(course, [one.least for one in course.points], least, "token:--c-actual/50", 1.5))
    traces.append(_steps(course, [one.ready for one in course.points], ready, "token:--fill-green", 2.5))
    narrow = {"xaxis": days_axis(span, narrow=True), "annotations": _notes(course)[:1]}
    return {"data": traces, "layout": _layout(course, span), "phone": narrow}


def _span(course: Course) -> tuple[date, date]:
    days = [course.today, *(one.day for one in course.points)]
    days += [day for day in (course.ready_by, course.runs_out) if day and day <= max(days) + timedelta(1100)]
    room = max(timedelta(8), (max(days) - min(days)) / 25)
    return min(days) - room, max(days) + room


def _steps(course: Course, values: Sequence[int], name: str, colour: str, width: float) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [one.day.isoformat() for one in course.points],
        "y": list(values),
        "line": {"color": colour, "width": width, "shape": "hv"},
        "marker": {"color": colour, "size": 5},
        "hovertemplate": "%{x|" + day_format() + "}<br>" + html.escape(name) + " %{y:,}<extra></extra>",
    }


def _layout(course: Course, span: tuple[date, date]) -> dict[str, Any]:
    return {
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        "dragmode": False,
        "margin": {"l": 8, "r": 12, "t": 40, "b": 8},
        "xaxis": days_axis(span),
        "yaxis": {"rangemode": "tozero", "automargin": True, "fixedrange": True, "tickformat": ",d", "nticks": 6},
        "shapes": [_line(day, colour) for day, colour, _word in _marks(course)],
        "annotations": _notes(course),
    }


def _marks(course: Course) -> list[tuple[date, str, str]]:
    found = [(course.today, "token:--ink-2", _("Today"))]
    if course.ready_by:
        found.append((course.ready_by, "token:--c-plan", _("Homes due")))
    if course.runs_out:
        found.append((course.runs_out, "token:--fill-red", _("Transition ends")))
    first, last = _span(course)
    return [one for one in found if first <= one[0] <= last]


def _line(day: date, colour: str) -> dict[str, Any]:
    place = {"x0": day.isoformat(), "x1": day.isoformat(), "y0": 0, "y1": 1, "yref": "paper"}
    return {"type": "line", **place, "line": {"color": colour, "width": 1.5, "dash": "dot"}}


def _notes(course: Course) -> list[dict[str, Any]]:
    """The marks named, one below the other so that near ones do not cover each other."""
    first, last = _span(course)
    late = last - (last - first) / 4
    return [
        {
            "x": day.isoformat(),
            "y": 1 - 0.09 * number,
            "yref": "paper",
            "xanchor": "right" if day > late else "left",
            "yanchor": "top",
            "showarrow": False,
            "text": html.escape(word),
            "font": {"size": 11},
        }
        for number, (day, _colour, word) in enumerate(_marks(course))
    ]
