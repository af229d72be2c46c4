"""Statutory windows: what the law puts between two steps, and whether two days keep to it.

A window is one version of one row of the table. Lengths and articles are data; here is only what they mean. Local rules
may lengthen a minimum or shorten a maximum; a local row that would loosen the national one never counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.calendars import Calendar, Counted, Unit, before, maximum, minimum


class WindowKind(StrEnum):
    """At least n after `from`, at most n after it, at least n before `to`, or an order without a length."""

    MIN = "min"
    MAX = "max"
    BEFORE = "before"
    GATE = "gate"


class LoosensNational(Exception):
    """A local row would loosen the national one; `code` says how, `national` is the row it would loosen.

    Codes: 'window_kind_differs', 'window_shorter_than_national', 'window_longer_than_national',
    'window_units_not_comparable'.
    """

    def __init__(self, code: str, national: Window) -> None:
        super().__init__(code)
        self.code, self.national = code, national


@dataclass(frozen=True, kw_only=True)
class Window:
    """One version of a row: `n` `unit`s between `from_step` and `to_step`, in force on days of the interval given.

    `n` and `unit` are None for a gate. `region` is '' for national law. `verified` is False where the text of the law
    itself was not read; `source_tag` says what was: L the law, W a secondary page, C computed, K from knowledge.
    """

    id: str
    version: int = 1
    applies_to: str
    from_step: str
    to_step: str
    from_step_en: str = ""
    to_step_en: str = ""
    name: str
    name_en: str = ""
    kind: WindowKind
    n: int | None = None
    unit: Unit | None = None
    law: str
    law_en: str = ""
    article: str = ""
    effective_from: date | None = None
    effective_to: date | None = None
    region: str = ""
    verified: bool = False
    source_tag: str = "K"
    note: str = ""
    note_en: str = ""

    def in_force_on(self, day: date) -> bool:
        """Whether this version is the law on that day, by its own dates."""
        begun = self.effective_from is None or self.effective_from <= day
        return begun and (self.effective_to is None or day <= self.effective_to)

    @property
    def length(self) -> tuple[int, Unit]:
        """How much of what; ValueError for a gate."""
        if self.n is None or self.unit is None:
            raise ValueError(f"{self.id} has no length")
        return self.n, self.unit


@dataclass(frozen=True, slots=True)
class Check:
    """Whether two days keep to a window; `bound` is the day the law sets, `slack_days` natural days to spare (or not).

    The bound limits the end for a minimum, a maximum and a gate, and the start for a window counted back.
    """

    holds: bool
    bound: Counted
    slack_days: int


def problem(window: Window) -> str:
    """What is wrong with a row in itself, as a code; '' if nothing: 'window_length_missing', 'window_length_odd',
    'window_length_range', 'window_force_reversed'.
    """
    if window.kind is WindowKind.GATE:
        if window.n is not None or window.unit is not None:
            return "window_length_odd"
    elif window.n is None or window.unit is None:
        return "window_length_missing"
    elif not 1 <= window.n <= (100 if window.unit is Unit.YEAR else 1000):
        return "window_length_range"
    if window.effective_from and window.effective_to and window.effective_to < window.effective_from:
        return "window_force_reversed"
    return ""


def latest_versions(windows: Iterable[Window], *, on: date) -> dict[tuple[str, str], Window]:
    """Of each (id, region) the version that speaks on a day: the newest among those in force then."""
    found: dict[tuple[str, str], Window] = {}
    for window in windows:
        key = window.id, window.region
        if window.in_force_on(on) and (key not in found or found[key].version < window.version):
            found[key] = window
    return found


def in_force(windows: Iterable[Window], *, on: date, region: str = "") -> list[Window]:
    """The windows that bind on a day in a region, in the order of their ids.

    A local row stands in for the national one of the same id where it only tightens it; a local row that loosens is
    passed over and the national one stays. Rows of other regions never count.
    """
    speaking = latest_versions(windows, on=on)
    found = {key[0]: window for key, window in speaking.items() if not key[1]}
    for (code, where), local in speaking.items():
        if not region or where != region:
            continue
        if code not in found or not loosening(local, found[code]):
            found[code] = local
    return [found[code] for code in sorted(found)]


def in_force_spans(windows: Iterable[Window], first: date | None, last: date | None) -> list[Window]:
    """The versions of one row that speak on any day from `first` to `last` (None: without bound).

    What a version's dates allow may be taken over by a newer version from some day on; it speaks until then.
    """
    rows = list(windows)
    edges = {date.min, first or date.min, last or date.max}
    for row in rows:
        edges |= {row.effective_from or date.min}
        edges |= {row.effective_to + timedelta(1)} if row.effective_to and row.effective_to < date.max else set()
    found: dict[int, Window] = {}
    for day in sorted(edges):
        if (first or date.min) <= day <= (last or date.max):
            found |= {row.version: row for row in latest_versions(rows, on=day).values()}
    return [found[version] for version in sorted(found)]


def check_local(local: Window, national: Window) -> None:
    """Raise LoosensNational unless the local row only lengthens a minimum or shortens a maximum."""
    code = loosening(local, national)
    if code:
        raise LoosensNational(code, national)


def loosening(local: Window, national: Window) -> str:
    """How a local row would loosen the national one, as a code; '' if it does not.

    Units are compared by the natural days they can come to: working days are at least as many natural days and have no
    upper bound; a month is 28 to 31 days. What cannot be shown to be tighter counts as looser.
    """
    if national.kind is WindowKind.GATE:
        return ""
    if local.kind is not national.kind:
        return "window_kind_differs"
    own, other = local.length, national.length
    if own[1] is other[1]:
        shorter, longer = own[0] < other[0], own[0] > other[0]
        if local.kind is WindowKind.MAX:
            return "window_longer_than_national" if longer else ""
        return "window_shorter_than_national" if shorter else ""
    (low, high), (other_low, other_high) = _natural(*own), _natural(*other)
    if local.kind is WindowKind.MAX:
        return "" if high is not None and high <= other_low else "window_units_not_comparable"
    return "" if other_high is not None and low >= other_high else "window_units_not_comparable"


def _natural(n: int, unit: Unit) -> tuple[int, int | None]:
    """The fewest and the most natural days that n units can come to; None where there is no bound."""
    if unit is Unit.DAY:
        return n, n
    if unit is Unit.WORKING_DAY:
        return n, None
    months = n * 12 if unit is Unit.YEAR else n
    return months * 365 // 12 - 3, months * 366 // 12 + 3


def latest_start(window: Window, end: date, calendar: Calendar) -> Counted:
    """The latest day `from` may fall on for the window to hold with `to` on `end`.

    A minimum: the latest working day whose period is over by `end`. A window counted back: as `before` has it. A gate
    and a maximum only ask that `from` come no later than `to`. Raises OutsideCalendar.
    """
    if window.kind is WindowKind.MIN:
        n, unit = window.length
        # R4 would carry a last day that falls on a holiday past an `end` that is itself one. A day worked that counts
        # itself is the first of the n.
        return before(calendar.roll_backward(end), n - counts_first_day(window, calendar), unit, calendar)
    if window.kind is WindowKind.BEFORE:
        return before(end, *window.length, calendar)
    return _same(end)


def earliest_end(window: Window, start: date, calendar: Calendar, *, worked: bool = False) -> Counted:
    """The earliest working day `to` may fall on for the window to hold with `from` on `start`.

    `worked` plans a minimum as `latest_start` does, from a day worked; the law alone does not ask for that. A gate and
    a maximum only ask that `to` come no earlier than `from`: the day itself. Raises OutsideCalendar.
    """
    if window.kind is WindowKind.MIN:
        return _over(window, calendar.roll_forward(start) if worked else start, calendar)
    if window.kind is WindowKind.BEFORE:
        return minimum(calendar.roll_forward(start), *window.length, calendar)
    return _same(start)


def holds(window: Window, start: date, end: date, calendar: Calendar) -> Check:
    """Whether `from` on `start` and `to` on `end` keep to the window; raises OutsideCalendar."""
    if window.kind is WindowKind.MIN:
        bound = _over(window, start, calendar)
        slack = (end - bound.day).days
    elif window.kind is WindowKind.MAX:
        bound = maximum(start, *window.length, calendar)
        slack = (bound.day - end).days if end >= start else (end - start).days
    elif window.kind is WindowKind.BEFORE:
        bound = before(end, *window.length, calendar)
        slack = (bound.day - start).days
    else:
        bound = _same(start)
        slack = (end - start).days
    return Check(holds=slack >= 0, bound=bound, slack_days=slack)


def counts_first_day(window: Window, calendar: Calendar) -> bool:
    """Whether the day it starts on counts: where the calendar says so, and only in 自…之日起不得少于 so many days.

    Maximums, what is counted back, months and years are read the same everywhere.
    """
    counted_in_days = window.unit in (Unit.DAY, Unit.WORKING_DAY)
    return calendar.count_first_day and window.kind is WindowKind.MIN and counted_in_days


def _over(window: Window, start: date, calendar: Calendar) -> Counted:
    """The day a minimum that starts on `start` is over."""
    return minimum(start, *window.length, calendar, count_first_day=counts_first_day(window, calendar))


def _same(day: date) -> Counted:
    return Counted(day, day, rolled=False, estimated=False)


def unit_by_text(law: str, n: int) -> Unit:
    """What 日 means in a law's own periods (R6): working days in 行政许可法 (art. 82), for up to ten days in 行政强制法
    (art. 69), for two, three, five and seven days in 行政处罚法 (art. 85); natural days anywhere else.
    """
    counts_working_days = (
        law == "行政许可法" or (law == "行政强制法" and n <= 10) or (law == "行政处罚法" and n in (2, 3, 5, 7))
    )
    return Unit.WORKING_DAY if counts_working_days else Unit.DAY
