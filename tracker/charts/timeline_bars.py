"""The bars of the timeline's rows: plan, course and span as rectangles in days and rows.

A row has two lanes: the plan above, thin and grey, and below it what happened and what is expected. Where a date is
imprecise the plan fades. Colours are token names, resolved in the browser.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol

DAY = 86_400_000  # milliseconds, the length of a bar on a date axis
FADE = (15, 35, 60)  # per cent of colour, from the outside in
PLAN, ACTUAL, GROUP = -0.17, 0.17, 0.0  # lanes, in rows from the middle of the row
LEAVES = {"milestone", "site", "housing", "package"}
"""What has bars of its own; the others span what they hold."""
SOFT = {"third", "month", "quarter", "half", "year"}


class Row(Protocol):
    """What is drawn of a row; see `queries.timeline_rows.Row`."""

    @property
    def kind(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def colour(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def hover(self) -> tuple[str, ...]: ...
    @property
    def planned_start(self) -> date | None: ...
    @property
    def earliest(self) -> date | None: ...
    @property
    def latest(self) -> date | None: ...
    @property
    def precision(self) -> str: ...
    @property
    def aim(self) -> str: ...
    @property
    def first(self) -> date | None: ...
    @property
    def forecast_earliest(self) -> date | None: ...
    @property
    def forecast_latest(self) -> date | None: ...
    @property
    def actual_start(self) -> date | None: ...
    @property
    def actual_finish(self) -> date | None: ...
    @property
    def seen(self) -> date | None: ...
    @property
    def done(self) -> bool: ...
    @property
    def late(self) -> bool: ...
    @property
    def dots(self) -> tuple[tuple[date, Any, int], ...]: ...
    @property
    def critical(self) -> bool: ...
    @property
    def early(self) -> date | None: ...
    @property
    def spare(self) -> date | None: ...
    @property
    def laws(self) -> tuple[Any, ...]: ...


@dataclass(frozen=True, slots=True)
class Window:
    """The days shown, first and last, and the day that is today."""

    start: date
    end: date
    today: date

    @property
    def days(self) -> int:
        """How long the window is."""
        return max((self.end - self.start).days, 1)

    def part(self, share: float) -> timedelta:
        """A share of the window as days, at least one."""
        return timedelta(days=max(1, round(self.days * share)))


def window_of(
    days: Iterable[date], today: date, *, zoom: str = "", start: date | None = None, end: date | None = None
) -> Window:
    """The days to show: as asked for, else whole months, quarters or years around today, else everything there is.

    `zoom` is month (half a year from last month), quarter (a year and a half from last quarter), year (whole years) or
    empty. An end that lies before its start is moved behind it.
    """
    known = sorted([*days, today])
    first, last = known[0], known[-1]
    if zoom == "month":
        first, last = _month(today, -1), _month(today, 5) - timedelta(days=1)
    elif zoom == "quarter":
        begins = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        first, last = _month(begins, -3), _month(begins, 15) - timedelta(days=1)
    elif zoom == "year":
        first, last = date(first.year, 1, 1), date(last.year, 12, 31)
    else:
        room = timedelta(days=max(7, (last - first).days // 30))
        first, last = first - room, min(last, date.max - 4 * room) + 4 * room
    first, last = start or first, end or last
    if last <= first:
        first, last = (first, first + timedelta(days=30)) if start else (last - timedelta(days=30), last)
    return Window(first, last, today)


def _month(day: date, months: int) -> date:
    """The first of the month so many months on."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


@dataclass(slots=True)
class Bars:
    """The rectangles of a figure, column by column as Plotly wants them."""

    window: Window
    base: list[str] = field(default_factory=list)
    length: list[int] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    colour: list[str] = field(default_factory=list)

    def add(self, start: date, end: date, lane: float, height: float, colour: str) -> None:
        """One rectangle from the first day to the last, both included, as far as the window shows it."""
        first, last = max(start, self.window.start), min(end, self.window.end)
        if last < first:
            return
        self.base.append(first.isoformat())
        self.length.append(((last - first).days + 1) * DAY)
        self.y.append(round(lane, 2))
        self.width.append(height)
        self.colour.append(colour)


def drawn(rows: Sequence[Row], window: Window) -> Bars:
    """The rectangles of all rows."""
    bars = Bars(window)
    for at, row in enumerate(rows):
        if row.kind in LEAVES:
            _plan(bars, at, row)
            _course(bars, at, row)
        elif row.earliest and row.latest:
            _span(bars, at, row.kind == "programme", row.earliest, row.latest)
    return bars


def _plan(bars: Bars, at: int, row: Row) -> None:
    """The plan, thin and grey: firm where a day is named, fading where only a period or one end is."""
    if row.latest is None and row.earliest is None:
        return
    tail, lane = bars.window.part(0.035), at + PLAN
    start = row.planned_start or row.earliest or (row.latest - tail if row.latest else None)
    end = row.latest or (row.earliest + tail if row.earliest else None)
    if start is None or end is None:
        return
    fades_in = (row.earliest is None or row.precision in SOFT) and row.planned_start is None
    fades_out = row.latest is None or row.aim == "strive"
    least = bars.window.part(0.004)
    if end - start < least:
        start, fades_in = end - least, False
    length = end - start
    body_start, body_end = start, end
    if fades_in:
        body_start = start + length * (1.0 if row.earliest is None else 0.45)
        _fade(bars, start, body_start, lane, FADE)
    if fades_out:
        body_end = end - length * (0.9 if row.latest is None else 0.45)
        _fade(bars, body_end, end, lane, FADE[::-1])
    colour = "token:--ink/80" if row.critical else "token:--c-plan"
    if body_end > body_start:
        bars.add(body_start, body_end, lane, 0.26, colour)
    if row.latest is not None and not fades_out:  # the last day: what counts
        bars.add(end - bars.window.part(0.0025), end, lane, 0.36, colour)


def _fade(bars: Bars, start: date, end: date, lane: float, shares: Sequence[int]) -> None:
    step = (end - start) / len(shares)
    for number, share in enumerate(shares):
        first, last = start + step * number, start + step * (number + 1)
        bars.add(first, last - timedelta(days=1), lane, 0.26, f"token:--c-plan/{share}")


def _course(bars: Bars, at: int, row: Row) -> None:
    """What happened (solid), what is expected (lighter), and how far beyond the last day it is."""
    lane, window = at + ACTUAL, bars.window
    reached = row.actual_finish or (None if row.done else row.seen)
    begun = row.actual_start
    if begun and reached and reached >= begun:
        bars.add(min(begun, reached - window.part(0.004)), reached, lane, 0.3, "token:--c-actual")
    elif row.actual_finish:
        bars.add(row.actual_finish - window.part(0.006), row.actual_finish, lane, 0.3, "token:--c-actual")
    if row.done:
        if row.actual_finish and row.latest and row.actual_finish > row.latest:
            bars.add(row.latest + timedelta(days=1), row.actual_finish, at + PLAN, 0.1, "token:--fill-amber")
        return
    if row.forecast_latest:
        first = row.forecast_earliest or row.forecast_latest - window.part(0.02)
        bars.add(first, row.forecast_latest, lane, 0.3, "token:--c-forecast/45")
        if row.latest and row.forecast_latest > row.latest:
            bars.add(row.latest + timedelta(days=1), row.forecast_latest, at + PLAN, 0.1, "token:--fill-amber")
    if row.late and row.latest and row.latest < window.today:
        bars.add(row.latest + timedelta(days=1), window.today, at + PLAN, 0.1, "token:--fill-red")


def _span(bars: Bars, at: int, top: bool, first: date, last: date) -> None:
    """A group: a line from its first day to its last, with an end on either side."""
    colour = "token:--ink/70" if top else "token:--c-plan/80"
    lane, cap = at + GROUP, bars.window.part(0.0025)
    bars.add(first, last, lane, 0.12 if top else 0.1, colour)
    bars.add(first, first + cap, lane, 0.36, colour)
    bars.add(last - cap, last, lane, 0.36, colour)
