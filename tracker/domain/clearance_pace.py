"""The pace of a clearance site: what is left to zero, what a day needs and what a day brings, and when it may be done.

Amounts are of one count of one site (households, 平方米 or 亩), cumulative, as accepted reports state them. The range
of the finish resamples what the site itself cleared between its reports: no course is assumed, and the same reports
give the same range every time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from math import ceil, inf
from random import Random
from types import MappingProxyType

from tracker.domain.progress import PACE_DAYS
from tracker.domain.states import Colour

Points = Sequence[tuple[date, Decimal]]
"""The last counting report of each day, oldest first: the day and how much had been cleared by then."""
Value = Decimal | None
STALL_DAYS = 30
"""So many reported days without anything cleared are a standstill."""
DRAWS = 300
"""As many finishes are drawn."""
LEAST_INCREMENTS = 3
"""With fewer increments between reports there is no range: two of them tell nothing of how uneven the pace is."""
HORIZON_DAYS = 3650
"""A finish further off than ten years is none."""
_STEPS = 60
KEPT = 1024
"""Of so many histories of sites the draws are kept: the same reports give the same days needed, whatever day it is."""


class Course(StrEnum):
    """How a site stands. UNDER_WAY: reported on, but either no due day or no pace to hold against it."""

    OVERDUE = "overdue"
    STALLED = "stalled"
    BEHIND = "behind"
    UNDER_WAY = "under_way"
    ON_COURSE = "on_course"
    CLEARED = "cleared"
    NOT_REPORTED = "not_reported"
    NO_SCOPE = "no_scope"


COURSE_COLOURS: Mapping[Course, Colour] = MappingProxyType(
    {
        Course.OVERDUE: Colour.RED,
        Course.STALLED: Colour.AMBER,
        Course.BEHIND: Colour.AMBER,
        Course.UNDER_WAY: Colour.LATER,
        Course.ON_COURSE: Colour.GREEN,
        Course.CLEARED: Colour.DONE,
        Course.NOT_REPORTED: Colour.BLANK,
        Course.NO_SCOPE: Colour.BLANK,
    }
)
REASONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "no_scope": (),
        "not_reported": ("due",),
        "not_reported_late": ("due", "days"),  # due is past: days ago
        "cleared": ("as_of",),
        "overdue": ("left", "due", "days"),
        "stalled": ("left", "days"),  # days reported without anything cleared
        "behind": ("left", "due", "required", "present"),
        "on_course": ("left", "due", "required", "present"),
        "too_few": ("left", "due", "required"),
        "no_due": ("left",),
    }
)
"""Every reason with the names of its inputs; `required` and `present` are a day."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a site's way to zero. `done` on `as_of` of `scope`, by the day `due`.

    `before`: the report the present pace is reckoned from: the first of the last `PACE_DAYS`, else the one before.
    `still_since`: a day `STALL_DAYS` or more before `as_of` by which no less had been cleared; None if there is none.
    """

    scope: Value
    done: Value
    as_of: date | None
    due: date | None
    before: tuple[date, Decimal] | None = None
    still_since: date | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How a site stands on a day; `required` and `present` are amounts a day.

    `still`: for so many reported days nothing was cleared, also where the site is past its last day; None where it
    moves or nothing is left.
    """

    course: Course
    left: Value
    required: Value
    present: Value
    reason: str
    inputs: Mapping[str, date | int | Decimal | None]
    still: int | None = None

    @property
    def colour(self) -> Colour:
        """The colour of the course."""
        return COURSE_COLOURS[self.course]


@dataclass(frozen=True, slots=True)
class Finish:
    """When nothing may be left: in half of the draws by `p50`, in four of five by `p80` (None: not within ten years).

    `code` says why there is no range: done, too_few, no_increments or too_far; '' where there is one.
    """

    code: str
    p50: date | None = None
    p80: date | None = None


def known(points: Points, *, scope: Value, due: date | None) -> Known:
    """What the reports of a site tell of its pace."""
    if not points:
        return Known(scope, None, None, due)
    as_of, done = points[-1]
    earlier = [one for one in points[:-1] if one[0] < as_of]
    recent = [one for one in earlier if (as_of - one[0]).days <= PACE_DAYS]
    before = recent[0] if recent else earlier[-1] if earlier else None
    return Known(scope, done, as_of, due, before, _still(earlier, as_of, done))


def _still(earlier: Points, as_of: date, done: Decimal) -> date | None:
    """Since when no less had been cleared, if that was so `STALL_DAYS` before the last report."""
    found = None
    for day, value in reversed(earlier):
        if (as_of - day).days < STALL_DAYS:
            continue
        if value < done:
            break
        found = day
    return found


def pace(one: Known, on: date) -> Pace:
    """How a site stands on the day `on`: from what is left, the days left, and what a day brought lately."""
    if one.scope is None:
        return Pace(Course.NO_SCOPE, None, None, None, "no_scope", MappingProxyType({}))
    left = max(one.scope - (one.done or 0), Decimal(0))
    days = (one.due - on).days if one.due else None
    required = left / max(days, 1) if days is not None and days >= 0 else None
    present = _present(one)
    course, reason = _course(one, left, days, required, present)
    said: dict[str, date | int | Decimal | None] = {
        "left": left,
        "due": one.due,
        "as_of": one.as_of,
        "required": required,
        "present": present,
    }
    said["days"] = abs(days) if days is not None else None
    still = (one.as_of - one.still_since).days if left and one.as_of and one.still_since else None
    if reason == "stalled":
        said["days"] = still
    return Pace(course, left, required, present, reason, {name: said[name] for name in REASONS[reason]}, still)


def _present(one: Known) -> Value:
    if one.before is None or one.done is None or one.as_of is None or one.as_of <= one.before[0]:
        return None
    return (one.done - one.before[1]) / (one.as_of - one.before[0]).days


def _course(one: Known, left: Decimal, days: int | None, required: Value, present: Value) -> tuple[Course, str]:
    late = days is not None and days < 0
    if one.done is None:  # nobody has said anything: that is not the same as late
        return Course.NOT_REPORTED, "not_reported_late" if late else "not_reported"
    if not left:
        return Course.CLEARED, "cleared"
    if late:
        return Course.OVERDUE, "overdue"
    if one.still_since is not None:
        return Course.STALLED, "stalled"
    if required is None:
        return Course.UNDER_WAY, "no_due"
    if present is None:
        return Course.UNDER_WAY, "too_few"
    return (Course.BEHIND, "behind") if present < required else (Course.ON_COURSE, "on_course")


def finish(points: Points, *, scope: Value, on: date, code: str) -> Finish:
    """When the site may be cleared, drawn from its own increments; `code` is the site's, for the same draws each time.

    A finish before `on` is put on that day, since nothing reported says that it has come.
    """
    if not points or scope is None:
        return Finish("too_few")
    as_of, done = points[-1]
    left = float(scope - done)
    if left <= 0:
        return Finish("done")
    steps = [((b[0] - a[0]).days, float(b[1] - a[1])) for a, b in pairwise(points)]
    total, span = sum(amount for _days, amount in steps), sum(days for days, _amount in steps)
    if len(steps) < LEAST_INCREMENTS:
        return Finish("too_few")
    if total <= 0:
        return Finish("no_increments")
    if left * span / total > HORIZON_DAYS:
        return Finish("too_far")
    said = " ".join(f"{day}={value.normalize():f}" for day, value in points)
    p50, p80 = (_day(days, as_of, on) for days in _needed(tuple(steps), left, f"{code} {said}"))
    return Finish("", p50, p80) if p50 else Finish("too_far")


@lru_cache(maxsize=KEPT)
def _needed(steps: tuple[tuple[int, float], ...], left: float, seed: str) -> tuple[float, float]:
    """The days within which half and four in five of the draws are done; infinite beyond the horizon."""
    total = sum(amount for _days, amount in steps)
    draws = _drawn(_blocks(steps, left * len(steps) / total), left, Random(seed))  # noqa: S311 - no secret
    return draws[ceil(DRAWS * 0.5) - 1], draws[ceil(DRAWS * 0.8) - 1]


def _blocks(steps: Sequence[tuple[int, float]], expected: float) -> list[tuple[int, float]]:
    """What is drawn from: the increments, or runs of several where very many draws would be needed."""
    length = max(1, min(ceil(expected / _STEPS), len(steps) // LEAST_INCREMENTS))
    runs = [steps[at : at + length] for at in range(len(steps) - length + 1)]
    return [(sum(days for days, _a in run), sum(amount for _d, amount in run)) for run in runs]


def _drawn(blocks: Sequence[tuple[int, float]], left: float, random: Random) -> list[float]:
    """The days each draw needs, in order; infinite beyond the horizon."""
    found, count, draw = [], len(blocks), random.random
    for _nth in range(DRAWS):
        rest, spent = left, 0.0
        while spent <= HORIZON_DAYS:
            days, amount = blocks[int(draw() * count)]
            if amount >= rest:
                spent += days * rest / amount
                break
            rest -= amount
            spent += days
        found.append(spent if spent <= HORIZON_DAYS else inf)
    return sorted(found)


def _day(days: float, as_of: date, on: date) -> date | None:
    return None if days == inf else max(as_of + timedelta(days=ceil(days - 1e-9)), on)
