"""The training scenario's course: what shall be shown of each work of the documents, and the reports that show it.

Fates are dealt so that every state occurs, whatever day it is; within that the seed decides which work has which. A
step is never done while one before it is not.
"""

import random
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum
from itertools import cycle

from tracker.domain.dates import ImpreciseDate
from tracker.domain.simulating import LATE_NOTES, NOTES, MadeReport, by_day, by_month, office_hours, told
from tracker.domain.states import DUE_SOON_DAYS, Status
from tracker.domain.units import measure

FAR_DAYS = 200
"""Works due later than this have mostly not begun."""


class Fate(StrEnum):
    """What becomes of a work in the scenario. MOVED: its date is put off, and it is then on course."""

    UNTOUCHED = "untouched"
    DONE = "done"
    DONE_LATE = "done_late"
    OVERDUE_REPORTED = "overdue_reported"
    OVERDUE_SILENT = "overdue_silent"
    DUE_SOON = "due_soon"
    ON_COURSE = "on_course"
    FORECAST_LATE = "forecast_late"
    MOVED = "moved"
    BEGUN = "begun"
    SUSPENDED = "suspended"


PAST = (
    Fate.DONE_LATE, Fate.DONE, Fate.DONE, Fate.MOVED, Fate.OVERDUE_REPORTED, Fate.OVERDUE_SILENT, Fate.DONE,
)  # fmt: skip
AHEAD = (
    Fate.ON_COURSE, Fate.FORECAST_LATE, Fate.ON_COURSE, Fate.DONE, Fate.UNTOUCHED, Fate.ON_COURSE, Fate.MOVED,
    Fate.SUSPENDED, Fate.FORECAST_LATE, Fate.UNTOUCHED,
)  # fmt: skip
FAR = (Fate.UNTOUCHED, Fate.UNTOUCHED, Fate.BEGUN, Fate.UNTOUCHED)
UNDATED = (
    Fate.UNTOUCHED, Fate.ON_COURSE, Fate.UNTOUCHED, Fate.DONE, Fate.UNTOUCHED, Fate.ON_COURSE, Fate.UNTOUCHED,
    Fate.SUSPENDED, Fate.UNTOUCHED, Fate.ON_COURSE, Fate.DONE, Fate.UNTOUCHED, Fate.ON_COURSE, Fate.UNTOUCHED,
)  # fmt: skip
ASSUMED = (
    (-70, Fate.DONE), (40, Fate.ON_COURSE), (-12, Fate.OVERDUE_REPORTED), (6, Fate.DUE_SOON), (60, Fate.FORECAST_LATE),
    (-40, Fate.DONE_LATE), (90, Fate.UNTOUCHED), (-20, Fate.OVERDUE_SILENT), (110, Fate.ON_COURSE), (-50, Fate.DONE),
    (45, Fate.SUSPENDED), (10, Fate.DUE_SOON), (75, Fate.ON_COURSE),
)  # fmt: skip
"""For works without a date: days from today of the date assumed for practice, and what becomes of them."""
EVERY_ASSUMED = 3
"""One undated work in so many gets an assumed date."""
USUAL = {"万元": Decimal(600), "亩": Decimal(120), "条": Decimal(60), "个百分点": Decimal(2)}
"""Where a document gives no figure at all: what practice begins with."""
FINISHED = (Fate.DONE, Fate.DONE_LATE)


@dataclass(frozen=True, slots=True)
class Work:
    """What is known of a work: its last due day, and whether a document says that it is done."""

    code: str
    due: date | None
    done: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A work's part in the scenario: `due` is a new date, assumed or put off; `by` is the day a work without a date
    must be done by, as a later one is done.
    """

    fate: Fate
    due: ImpreciseDate | None = None
    by: date | None = None


class Decks:
    """The fates in hand: each deck is dealt round and round, most begun at a place of the seed's choice."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)  # noqa: S311 - the same seed deals the same parts
        self.ahead, self.far, self.undated = (cycle(self._cut(deck)) for deck in (AHEAD, FAR, UNDATED))
        self.past, self.assumed = cycle(PAST), cycle(ASSUMED)

    def _cut(self, deck: Sequence[Fate]) -> list[Fate]:
        place = self.rng.randrange(len(deck))
        return [*deck[place:], *deck[:place]]


def cast(
    works: Sequence[Work],
    *,
    before: Mapping[str, Collection[str]],
    seed: int,
    tracked: date,
    today: date,
) -> dict[str, Part]:
    """Deal the fates. `before` names, for each work in a chain, the works that must be finished first; `tracked` is
    the day reporting began: what was due earlier is left alone.
    """
    decks = Decks(seed)
    linked = set(before).union(*before.values())
    undated = {work.code for work in works if work.due is None and not work.done}
    parts: dict[str, Part] = {}
    finished = {work.code for work in works if work.done}
    for work in sorted(works, key=lambda one: (one.due or date.max, one.code)):
        if not work.done and work.code not in parts:
            part = _part(decks, work, work.code in linked, tracked, today)
            parts[work.code] = part = _in_turn(part, work, finished | undated, before, today)
            if part.fate in FINISHED:
                finished.add(work.code)
                _finish_before(work, parts, undated, before)
    return parts


def _in_turn(
    part: Part, work: Work, finished: Collection[str], before: Mapping[str, Collection[str]], today: date
) -> Part:
    """The part, unless the works before it are not finished: then it is not done, and one far off has not begun."""
    free = all(code in finished for code in before.get(work.code, ()))
    if free or part.fate not in (*FINISHED, Fate.BEGUN):
        return part
    return Part(Fate.OVERDUE_REPORTED if work.due and work.due < today else Fate.UNTOUCHED)


def _finish_before(
    work: Work, parts: dict[str, Part], undated: Collection[str], before: Mapping[str, Collection[str]]
) -> None:
    """Works without a date that come before a finished one are finished too."""
    open_ = [code for code in before.get(work.code, ()) if code in undated and code not in parts]
    while open_:
        code = open_.pop()
        parts[code] = Part(Fate.DONE, by=work.due)
        open_ += [one for one in before.get(code, ()) if one in undated and one not in parts]


def _part(decks: Decks, work: Work, linked: bool, tracked: date, today: date) -> Part:
    due = work.due
    if due is None:
        if linked or decks.rng.randrange(EVERY_ASSUMED):
            return Part(next(decks.undated))
        days, fate = next(decks.assumed)
        day = today + timedelta(days=days)
        return Part(fate, by_month(day) if abs(days) >= 40 else by_day(day))
    if due < tracked:
        return Part(Fate.UNTOUCHED)
    if due > today + timedelta(days=FAR_DAYS):
        return Part(next(decks.far))
    if today <= due <= today + timedelta(days=DUE_SOON_DAYS):
        return Part(Fate.DUE_SOON)
    fate = next(decks.past if due < today else decks.ahead)
    if fate is Fate.MOVED:
        return Part(fate, by_month(max(due, today) + timedelta(days=decks.rng.randint(45, 90))))
    return Part(fate)


def course(part: Part, *, due: date | None, begin: date, today: date, rng: random.Random) -> tuple[MadeReport, ...]:
    """The accepted reports that bring a work to its fate; none where there is no time for one from the day `begin`."""
    last = today - timedelta(days=1)
    if part.fate is Fate.UNTOUCHED or begin > last - timedelta(days=4):
        return ()
    if part.fate in FINISHED:
        return _finished(part.fate, due or part.by, begin, last, rng)
    start = max(begin, last - timedelta(days=rng.randint(40, 110)))
    said = max(start, last - timedelta(days=rng.randint(0, 9)))
    status, forecast, done = Status.IN_PROGRESS, None, rng.randint(25, 70)
    if part.fate is Fate.OVERDUE_REPORTED:
        said, done = max(said, min(last, due + timedelta(days=1)) if due else said), rng.randint(60, 95)
        forecast = by_day(today + timedelta(days=rng.randint(10, 40)))
    elif part.fate is Fate.OVERDUE_SILENT and due is not None:
        said = max(begin, min(last, due) - timedelta(days=rng.randint(5, 25)))
        start = min(start, max(begin, said - timedelta(days=30)))
    elif part.fate is Fate.BEGUN:
        done = rng.randint(3, 15)
    elif part.fate is Fate.DUE_SOON:
        done = rng.randint(70, 95)
    elif part.fate is Fate.FORECAST_LATE and due is not None:
        forecast = by_day(max(due, today) + timedelta(days=rng.randint(12, 60)))
    elif part.fate is Fate.SUSPENDED:
        status = Status.SUSPENDED
    third = (said - start) / 3
    steps = [
        (start + third, Status.IN_PROGRESS, Decimal(done // 3), None),
        (start + 2 * third, Status.IN_PROGRESS, Decimal(done * 2 // 3), None),
        (said, status, Decimal(done), None),
    ]
    troubled = forecast is not None or status is Status.SUSPENDED
    return told(rng, steps, start=start, notes=LATE_NOTES if troubled else NOTES, forecast=forecast, until=last)


def _finished(fate: Fate, due: date | None, begin: date, last: date, rng: random.Random) -> tuple[MadeReport, ...]:
    if fate is Fate.DONE_LATE and due is not None:
        finish = min(last, due + timedelta(days=rng.randint(4, 21)))
    else:
        finish = min(last, due or last) - timedelta(days=rng.randint(0, 20))
    finish = max(finish, begin + timedelta(days=3))
    start = max(begin, finish - timedelta(days=rng.randint(30, 90)))
    said = min(last, finish + timedelta(days=rng.randint(0, 3)))
    half = start + (finish - start) / 2
    steps = [
        (half, Status.IN_PROGRESS, Decimal(rng.randint(35, 65)), None),
        (said, Status.DONE, Decimal(100), finish),
    ]
    return told(rng, steps, start=start, notes=NOTES, until=last)


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of a metric: `base` None where reports give the amount brought about, `level` where they give what
    is there now.
    """

    measure: str
    level: bool
    base: Decimal | None
    target: Decimal | None
    cap: bool
    starts: date
    due: date | None
    value: Decimal | None


def measurements(metric: Measured, *, begin: date, today: date, rng: random.Random) -> tuple[MadeReport, ...]:
    """Monthly measurements up to now, some metrics along their plan and some behind; never beyond the target."""
    last = today - timedelta(days=1)
    pace = rng.choice((1.02, 0.97, 0.95, 0.78, 0.6))
    latest = last - timedelta(days=rng.randint(1, 9))
    days = [latest - timedelta(days=30 * index) for index in range(12) if latest - timedelta(days=30 * index) > begin]
    days.reverse()
    reports: list[MadeReport] = []
    for place, day in enumerate(days, 1):
        value = _value(metric, day, place / len(days), pace)
        if value is None:
            return ()
        if reports and reports[-1].value is not None and _falls(metric):
            value = min(value, reports[-1].value)
        elif reports and reports[-1].value is not None:
            value = max(value, reports[-1].value)
        accepted = office_hours(min(day + timedelta(days=rng.randint(0, 2)), last), 14, rng.randint(0, 59))
        reports.append(MadeReport(day, office_hours(day, 9, rng.randint(0, 59)), accepted, "", value=value))
    return tuple(reports)


def _falls(metric: Measured) -> bool:
    return metric.base is not None and metric.target is not None and metric.target < metric.base


def _value(metric: Measured, day: date, part: float, pace: float) -> Decimal | None:
    """The value on a day: on the way to the target, within a cap, or slowly growing where nothing is aimed at."""
    if metric.cap:
        return None if metric.target is None else _rounded(metric.target * Decimal(1 - 0.04 * pace), metric.measure)
    if metric.target is None:
        counted = measure(metric.measure).integer
        if metric.measure == "%" or (metric.value is not None and not counted):
            return None  # a share of nobody knows what, and what a document measured once and for all
        grown = (metric.value or USUAL.get(metric.measure, Decimal(6))) * Decimal(1 + 0.3 * part * pace)
        return _rounded(grown, metric.measure)
    if metric.level and metric.base is None:
        # No way leads to a level whose beginning nobody states: it is near its target, or not told at all.
        return _rounded(metric.target * Decimal(0.84 + 0.1 * part * pace), metric.measure) if metric.target else None
    base = metric.base or metric.value or Decimal(0)
    way = metric.target - base
    share = part * 0.8
    if metric.due is not None and metric.due > metric.starts:
        share = max(0.0, (day - metric.starts) / (metric.due - metric.starts))
    return _rounded(base + way * Decimal(min(0.995, share * pace)), metric.measure)


def _rounded(value: Decimal, symbol: str) -> Decimal:
    """As officials would give it: whole where the measure is counted, else to one or two places."""
    if measure(symbol).integer:
        return value.quantize(Decimal(1), rounding=ROUND_DOWN)
    return value.quantize(Decimal("0.01") if abs(value) < 100 else Decimal("0.1"), rounding=ROUND_DOWN)
