"""A metric on its way: planned curve (序时进度), actual against plan, pace, and when it will arrive at this pace.

Values are in the metric's measure. With a known base they are levels (green rate 37 → 79); without one they are the
amount brought about so far, and the target is the whole way (reduce by 400). Plan and actual are compared in points
(个百分点) of the way, as the bulletins do (domain.md section 3.1).
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import ceil
from types import MappingProxyType

from tracker.domain.quantity_values import decimal
from tracker.domain.states import Colour

Inputs = Mapping[str, date | int | Decimal | None]
"""What the sentence of a reason names."""
BEHIND_POINTS = 10
"""Short of the plan by this many points or more is behind; ahead by as many is ahead."""
FAR_BEHIND_POINTS = 30
"""Short by more than this is far behind."""
PACE_DAYS = 90
"""The present rate looks back this far from the latest measurement."""
HORIZON_DAYS = 50 * 366
"""A forecast further off than this is none."""


class Direction(StrEnum):
    """Where a metric shall go."""

    REDUCE = "reduce"
    INCREASE = "increase"
    REACH = "reach"
    CAP = "cap"
    FLOOR = "floor"


class Form(StrEnum):
    """What kind of number a metric is."""

    AMOUNT = "amount"
    PERCENT = "percent"
    RATIO = "ratio"


class Aggregation(StrEnum):
    """How a metric is made from its parts."""

    NONE = "none"
    SUM = "sum"
    LAST = "last"
    WEIGHTED = "weighted"
    RATIO_OF_SUMS = "ratio_of_sums"


class Verdict(StrEnum):
    """How a metric stands. NO_PLAN: measured and with a target, but no planned curve to hold it against."""

    AHEAD = "ahead"
    ON_PLAN = "on_plan"
    BEHIND = "behind"
    FAR_BEHIND = "far_behind"
    REACHED = "reached"
    WITHIN_CAP = "within_cap"
    OVER_CAP = "over_cap"
    NO_TARGET = "no_target"
    NO_PLAN = "no_plan"
    NOT_REPORTED = "not_reported"
    INCOMPLETE = "incomplete"  # computed from parts, of which some are missing


VERDICT_COLOURS: Mapping[Verdict, Colour] = MappingProxyType(
    {
        Verdict.AHEAD: Colour.GREEN,
        Verdict.ON_PLAN: Colour.GREEN,
        Verdict.BEHIND: Colour.AMBER,
        Verdict.FAR_BEHIND: Colour.RED,
        Verdict.REACHED: Colour.DONE,
        Verdict.WITHIN_CAP: Colour.GREEN,
        Verdict.OVER_CAP: Colour.RED,
        Verdict.NO_TARGET: Colour.BLANK,
        Verdict.NO_PLAN: Colour.BLANK,
        Verdict.NOT_REPORTED: Colour.BLANK,
        Verdict.INCOMPLETE: Colour.BLANK,
    }
)

REASONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "no_target": (),
        "not_reported": (),
        "incomplete": (),
        "reached": ("as_of", "value", "target"),
        "within_cap": ("as_of", "value", "target", "room"),
        "over_cap": ("as_of", "value", "target", "excess"),
        "below_floor": ("as_of", "value", "target", "points"),  # points: how far short of the floor, in percent of it
        "no_plan": ("as_of", "value", "target"),
        "before_plan": ("as_of", "value", "begins"),
        "missed": ("as_of", "value", "target", "due", "days"),  # past the last planned day and not reached
        "ahead": ("as_of", "value", "planned", "points"),
        "on_plan": ("as_of", "value", "planned", "points"),
        "behind": ("as_of", "value", "planned", "points"),
        "behind_since_report": ("as_of", "value", "planned", "points"),  # on plan when last reported, nothing newer
    }
)
"""Every reason code with the names of its inputs; `points` (个百分点) is how far off, never negative."""


@dataclass(frozen=True)
class Curve:
    """A planned course: linear between its points, flat after the last. Points are in order of their days."""

    points: tuple[tuple[date, Decimal], ...]


@dataclass(frozen=True)
class Standing:
    """How a metric stands on a day.

    `share`: how much of the way from base to target is done (1 is all of it, more is possible), cut, never rounded up;
    of a cap or floor, the value in parts of it. `planned_share`: the same for the plan on that day. `gap_points`: the
    first minus the second, in points. `required_rate`: per day towards the target from that day to the last planned.
    `present_rate`: per day towards the target, lately; negative if it moves away. `forecast`: the day the target is
    reached at the present rate, None if reached, never, or decades away.
    """

    share: Decimal | None
    planned_share: Decimal | None
    gap_points: Decimal | None
    required_rate: Decimal | None
    present_rate: Decimal | None
    forecast: date | None
    verdict: Verdict
    reason: str
    inputs: Inputs

    @property
    def colour(self) -> Colour:
        """The colour of the verdict."""
        return VERDICT_COLOURS[self.verdict]


def linear(start: date, base: Decimal, due: date, target: Decimal) -> Curve:
    """The straight course from `base` on the day `start` to `target` on the day `due`."""
    if due <= start:
        return Curve(((due, target),))
    return Curve(((start, base), (due, target)))


def planned(curve: Curve | None, on: date) -> Decimal | None:
    """The planned value on a day, cut after 12 decimals; None without a curve and before its first point."""
    value = None if curve is None else _on_curve(curve, on)
    return None if value is None else decimal(value)


def _on_curve(curve: Curve, on: date) -> Fraction | None:
    index = bisect_right([day for day, _ in curve.points], on)
    if index == 0:
        return None
    day, value = curve.points[index - 1]
    if index == len(curve.points):
        return Fraction(value)
    next_day, next_value = curve.points[index]
    return Fraction(value) + (Fraction(next_value) - Fraction(value)) * (on - day).days / (next_day - day).days


def standing(
    *,
    direction: Direction,
    base: Decimal | None,
    target: Decimal | None,
    curve: Curve | None,
    measurements: Sequence[tuple[date, Decimal]],
    on: date,
    complete: bool = True,
) -> Standing:
    """How a metric stands on the day `on`, from its measurements up to that day.

    With `base` the values are levels; without, amounts brought about. A cap holds or not, and so does a floor
    (short by more than `FAR_BEHIND_POINTS` percent of it is far behind); for the others the plan of that day decides, a
    target missed on its last planned day is at least behind, and one reached is reached whatever the plan says.

    Not `complete`: the latest measurement is a lower bound, since parts of it are missing. What it can prove is said
    (a cap is passed, a floor is kept, a rising target is reached); for the rest the verdict is that parts are missing.
    """
    if target is None:
        return _bare(Verdict.NO_TARGET)
    known = sorted((one for one in measurements if one[0] <= on), key=lambda one: one[0])
    way = _Way(base, target, direction)
    if not complete and not (known and _proven(way, direction, known[-1][1])):
        return _bare(Verdict.INCOMPLETE)
    if not known:
        plan = None if curve is None or direction in (Direction.CAP, Direction.FLOOR) else _on_curve(curve, on)
        return _bare(Verdict.NOT_REPORTED, None if plan is None else decimal(way.share(plan)))
    if direction is Direction.CAP:
        return _against_cap(*known[-1], target)
    if direction is Direction.FLOOR:
        return _against_floor(*known[-1], target)
    return _underway(way, curve if curve and curve.points else None, known, on)


class _Way:
    """The way from base to target, and where along it a value is."""

    def __init__(self, base: Decimal | None, target: Decimal, direction: Direction) -> None:
        self.base, self.target = Fraction(base or 0), Fraction(target)
        reducing = direction is Direction.REDUCE and base is not None
        self.falling = self.target < self.base or (self.target == self.base and reducing)

    def share(self, value: Decimal | Fraction) -> Fraction:
        if self.base == self.target:
            return Fraction(int(value <= self.target if self.falling else value >= self.target))
        return (Fraction(value) - self.base) / (self.target - self.base)

    def towards(self, frm: Fraction, to: Fraction) -> Fraction:
        """The change from one value to another as movement towards the target."""
        return frm - to if self.falling else to - frm


def _proven(way: _Way, direction: Direction, at_least: Decimal) -> bool:
    """Whether a lower bound settles the matter."""
    if direction is Direction.CAP:
        return at_least > way.target
    if way.falling and direction is not Direction.FLOOR:
        return False
    return at_least >= way.target


def _bare(verdict: Verdict, planned_share: Decimal | None = None) -> Standing:
    return Standing(None, planned_share, None, None, None, None, verdict, verdict.value, MappingProxyType({}))


def _against_cap(as_of: date, value: Decimal, cap: Decimal) -> Standing:
    share = decimal(Fraction(value) / Fraction(cap)) if cap > 0 else None
    verdict, gap = (Verdict.WITHIN_CAP, "room") if value <= cap else (Verdict.OVER_CAP, "excess")
    said: Inputs = MappingProxyType({"as_of": as_of, "value": value, "target": cap, gap: abs(cap - value)})
    return Standing(share, None, None, None, None, None, verdict, verdict.value, said)


def _against_floor(as_of: date, value: Decimal, floor: Decimal) -> Standing:
    share = decimal(Fraction(value) / Fraction(floor)) if floor > 0 else None
    said: Inputs = {"as_of": as_of, "value": value, "target": floor}
    if value >= floor:
        return Standing(share, None, None, None, None, None, Verdict.REACHED, "reached", MappingProxyType(dict(said)))
    short = decimal((1 - Fraction(value) / Fraction(floor)) * 100) if floor > 0 else None
    verdict = Verdict.FAR_BEHIND if short is not None and short > FAR_BEHIND_POINTS else Verdict.BEHIND
    said = MappingProxyType({**said, "points": short})
    return Standing(share, None, None, None, None, None, verdict, "below_floor", said)


def _underway(way: _Way, curve: Curve | None, known: Sequence[tuple[date, Decimal]], on: date) -> Standing:
    as_of, value = known[-1]
    share = way.share(value)
    plan = None if curve is None else _on_curve(curve, on)
    planned_share = None if plan is None else way.share(plan)
    gap = None if planned_share is None else (share - planned_share) * 100
    rate = _present_rate(way, curve, known)
    left = None if share >= 1 else way.towards(Fraction(value), way.target)
    verdict, reason, inputs = _verdict(way, curve, as_of, value, gap, on)
    shown = {"target": decimal(way.target), "planned": None if plan is None else decimal(plan)}
    said: Inputs = {"as_of": as_of, "value": value, **shown, **inputs}
    return Standing(
        decimal(share),
        None if planned_share is None else decimal(planned_share),
        None if gap is None else decimal(gap),
        _required_rate(left, curve, on),
        None if rate is None else decimal(rate),
        _forecast(left, rate, as_of, on),
        verdict,
        reason,
        MappingProxyType({name: said[name] for name in REASONS[reason]}),
    )


def _present_rate(way: _Way, curve: Curve | None, known: Sequence[tuple[date, Decimal]]) -> Fraction | None:
    """Movement a day since the first measurement of the last `PACE_DAYS`, else the one before, else the start."""
    as_of, value = known[-1]
    earlier = [one for one in known if one[0] < as_of]
    recent = [one for one in earlier if (as_of - one[0]).days <= PACE_DAYS]
    if recent or earlier:
        day, then = recent[0] if recent else earlier[-1]
        start = Fraction(then)
    elif curve is not None and curve.points[0][0] < as_of:
        day, start = curve.points[0][0], way.base
    else:
        return None
    return way.towards(start, Fraction(value)) / (as_of - day).days


def _required_rate(left: Fraction | None, curve: Curve | None, on: date) -> Decimal | None:
    if left is None or curve is None or curve.points[-1][0] <= on:
        return None
    return decimal(left / (curve.points[-1][0] - on).days)


def _forecast(left: Fraction | None, rate: Fraction | None, as_of: date, on: date) -> date | None:
    """The day reached at this pace; not before `on`, since nothing measured says that it is reached."""
    if left is None or rate is None or rate <= 0:
        return None
    needed = ceil(left / rate)
    if needed > min(HORIZON_DAYS, (date.max - as_of).days):
        return None
    return max(as_of + timedelta(days=needed), on)


def _verdict(
    way: _Way, curve: Curve | None, as_of: date, value: Decimal, gap: Fraction | None, on: date
) -> tuple[Verdict, str, Inputs]:
    """The verdict, its reason and the inputs that only it has."""
    share = way.share(value)
    if share >= 1:
        return Verdict.REACHED, "reached", {}
    if curve is None or (gap is None and len(curve.points) == 1):
        return Verdict.NO_PLAN, "no_plan", {}  # before the only point, the due date, nothing is planned
    if gap is None:
        return Verdict.ON_PLAN, "before_plan", {"begins": curve.points[0][0]}
    points: Inputs = {"points": decimal(abs(gap))}
    behind = Verdict.FAR_BEHIND if gap < -FAR_BEHIND_POINTS else Verdict.BEHIND
    due = curve.points[-1][0]
    if on > due:
        return behind, "missed", {"due": due, "days": (on - due).days}
    if gap <= -BEHIND_POINTS:
        then = _on_curve(curve, as_of)
        gap_then = (share - (way.share(then) if then is not None else 0)) * 100
        return behind, "behind_since_report" if gap_then > -BEHIND_POINTS else "behind", points
    if gap >= BEHIND_POINTS:
        return Verdict.AHEAD, "ahead", points
    return Verdict.ON_PLAN, "on_plan", points
