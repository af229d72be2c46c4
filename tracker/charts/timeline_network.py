"""What the network adds to the timeline's rows: room to wait as a thin tail, missing days in red, laws as brackets."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

from tracker.charts.timeline_bars import Bars, Row, Window

FLOAT, LAW = 0.4, -0.41  # lanes, in rows from the middle of the row
DAY = timedelta(days=1)


class Period(Protocol):
    """A lawful period: the days it lies between, and whether it is not kept."""

    @property
    def first(self) -> date: ...
    @property
    def last(self) -> date: ...
    @property
    def broken(self) -> bool: ...


def add(bars: Bars, rows: Sequence[Row]) -> None:
    """Draw what the network says of each row."""
    for at, row in enumerate(rows):
        if row.early and row.spare:
            _float(bars, at, row.early, row.spare)
        for period in row.laws:
            _bracket(bars, at, period)


def _float(bars: Bars, at: int, early: date, spare: date) -> None:
    """From the earliest finish to the latest: grey room to wait; red where the latest lies before the earliest."""
    window, lane = bars.window, at + FLOAT
    if spare > early:
        bars.add(early + DAY, spare, lane, 0.06, "token:--ink-2/70")
        bars.add(spare - _cap(window), spare, lane, 0.2, "token:--ink-2/70")
    elif spare < early:
        bars.add(spare + DAY, early, lane, 0.14, "token:--fill-red")


def _bracket(bars: Bars, at: int, period: Period) -> None:
    colour = "token:--fill-red" if period.broken else "token:--accent"
    lane, cap = at + LAW, _cap(bars.window)
    bars.add(period.first, period.last, lane, 0.06, colour)
    bars.add(period.first, period.first + cap, lane + 0.06, 0.18, colour)
    bars.add(period.last - cap, period.last, lane + 0.06, 0.18, colour)


def _cap(window: Window) -> timedelta:
    """Less than a day is no day: the end itself is one."""
    return timedelta(days=round(window.days * 0.0015))
