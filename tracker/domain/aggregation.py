"""A metric made from its parts: sum, last, mean weighted by targets, ratio of sums (domain.md section 3).

Figures keep their intervals and qualifiers. A part without a figure is missing, never zero: a sum is then "at least"
what the others come to, a weighted mean and a ratio are not stated at all. Sums never mix dimensions or bases (口径).

The figure is as of the earliest day of the parts that enter it: nobody has said that the whole stood so on a later
one. Of `last` only one part enters, the one with the latest day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction

from tracker.domain.progress import Aggregation
from tracker.domain.quantities import MixedBasis, Qualifier, Quantity, WrongDimension, total
from tracker.domain.quantity_values import decimal
from tracker.domain.stored import rounded
from tracker.domain.units import Dimension, convert, same_kind
from tracker.domain.units import measure as named

SHARES = (Dimension.PERCENT, Dimension.POINTS, Dimension.RATIO)
"""What is not added: 40% and 50% are not 90%."""
FEWEST = 2
"""Parts, below which nothing is put together."""


class Role(StrEnum):
    """What a part is to the whole."""

    PART = "part"
    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


class Mismatch(ValueError):
    """These parts do not make this whole; `code` says why, `inputs` name the part (`part`) and what was expected.

    Codes: `parts_too_few`, `parts_twice`, `parts_of_shares`, `parts_wrong_dimension`, `parts_mixed_basis`,
    `parts_mixed_periods`, `parts_no_denominator`, `parts_need_no_denominator`, `ratio_needs_share`.
    """

    def __init__(self, code: str, **inputs: str) -> None:
        super().__init__(code)
        self.code = code
        self.inputs = inputs


@dataclass(frozen=True, slots=True)
class Kind:
    """What a metric counts, as far as adding it up depends on it."""

    code: str
    measure: str
    basis: str = ""
    cumulative: bool = True
    role: Role = Role.PART


@dataclass(frozen=True, slots=True)
class Figure:
    """The state of one metric: its figure, of which day, and what lies behind it.

    `complete` is false where a part below it is missing. `source` is the key of the report that gives the day,
    `reported_at` when the latest report behind it was accepted; both only travel through.
    """

    quantity: Quantity | None = None
    as_of: date | None = None
    complete: bool = True
    source: int | None = None
    reported_at: datetime | None = None
    counted: int = 0
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A part as it stands: its figure, its target (by which a mean is weighted) and its role."""

    figure: Figure
    target: Quantity | None = None
    role: Role = Role.PART


@dataclass(frozen=True, slots=True)
class Formula:
    """How one metric is made: the keys of its parts with their roles, and the measure and basis of the result."""

    aggregation: Aggregation
    measure: str
    basis: str
    parts: tuple[tuple[int, Role], ...]


def check(aggregation: Aggregation, whole: Kind, parts: Sequence[Kind]) -> None:
    """Whether these parts can make this whole; raises `Mismatch`.

    Sum, last and weighted mean: parts of the whole's kind and basis, all cumulative or all per period as it is. Ratio
    of sums: numerators of one kind and basis, denominators of one kind (that of the numerators) and basis of their
    own; the whole is a percentage or a ratio.
    """
    codes = [part.code for part in parts]
    if len(codes) != len(set(codes)):
        raise Mismatch("parts_twice", part=next(code for code in codes if codes.count(code) > 1))
    above = [part for part in parts if part.role is not Role.DENOMINATOR]
    below = [part for part in parts if part.role is Role.DENOMINATOR]
    if aggregation is Aggregation.RATIO_OF_SUMS:
        _check_ratio(whole, above, below)
        return
    if below:
        raise Mismatch("parts_need_no_denominator", part=below[0].code)
    if len(parts) < FEWEST:
        raise Mismatch("parts_too_few")
    if aggregation is Aggregation.SUM and named(whole.measure).dimension in SHARES:
        raise Mismatch("parts_of_shares", part=whole.code)
    _alike(whole, parts, adding=aggregation is Aggregation.SUM)
    for part in parts:
        if part.cumulative != whole.cumulative:
            raise Mismatch("parts_mixed_periods", part=part.code)


def _check_ratio(whole: Kind, above: Sequence[Kind], below: Sequence[Kind]) -> None:
    if named(whole.measure).dimension not in (Dimension.PERCENT, Dimension.RATIO):
        raise Mismatch("ratio_needs_share", part=whole.code)
    if not above or not below:
        raise Mismatch("parts_no_denominator")
    for part in (*above, *below):
        if named(part.measure).dimension in SHARES:
            raise Mismatch("parts_of_shares", part=part.code)
    _alike(above[0], above, adding=True)
    _alike(below[0], below, adding=True)
    _alike(replace(above[0], basis=below[0].basis), below[:1], adding=False)
    for part in (*above, *below):
        if part.cumulative != above[0].cumulative:
            raise Mismatch("parts_mixed_periods", part=part.code)


def _alike(whole: Kind, parts: Sequence[Kind], *, adding: bool) -> None:
    """Refuse the first part of another kind or basis, as `total` would; 户 and 套 are not added under 个 either."""
    nothing = Fraction(0)
    seen = [_exactly(nothing, whole)]
    for part in parts:
        if part.basis != whole.basis:
            raise Mismatch("parts_mixed_basis", part=part.code, basis=whole.basis)
        if not same_kind(named(part.measure), named(whole.measure)):
            raise Mismatch("parts_wrong_dimension", part=part.code, measure=whole.measure)
        seen.append(_exactly(nothing, part))
        try:
            if adding:
                total(seen)
        except (WrongDimension, MixedBasis) as fault:
            raise Mismatch("parts_wrong_dimension", part=part.code, measure=whole.measure) from fault


def _exactly(value: Fraction, kind: Kind) -> Quantity:
    number = decimal(value)
    return Quantity(number, number, Qualifier.EXACT, kind.measure, kind.basis)


def combined(aggregation: Aggregation, measure: str, basis: str, parts: Sequence[Part]) -> Figure:
    """The figure that the parts make, in `measure`, with how many of them are reported (`counted` of `parts`)."""
    reported = [part for part in parts if _stated(part.figure)]
    counted = sum(part.figure.complete for part in reported)
    if aggregation is Aggregation.LAST:
        latest = max(reported, key=lambda part: part.figure.as_of or date.min, default=None)
        used = [latest] if latest else []
        quantity = latest.figure.quantity if latest else None
        complete = all(part.figure.complete for part in used)
    else:
        used, complete = reported, counted == len(parts)
        quantity = _put_together(aggregation, measure, parts) if used else None
    if quantity is not None:
        quantity = _in(quantity, measure, basis)
    if quantity is None or quantity.qualifier is Qualifier.WITHHELD:
        return Figure(None, complete=not counted, counted=counted, parts=len(parts))
    dated = min((part.figure for part in used), key=lambda figure: figure.as_of or date.max)
    times = [part.figure.reported_at for part in used if part.figure.reported_at]
    return Figure(
        quantity, dated.as_of, complete, dated.source, max(times, default=None), counted=counted, parts=len(parts)
    )


def _stated(figure: Figure) -> bool:
    return figure.quantity is not None and figure.quantity.qualifier is not Qualifier.WITHHELD


def _put_together(aggregation: Aggregation, measure: str, parts: Sequence[Part]) -> Quantity | None:
    if aggregation is Aggregation.SUM:
        return _sum(parts)
    if not all(_stated(part.figure) and part.figure.complete for part in parts):
        return None  # a mean over some parts says nothing about the whole
    if aggregation is Aggregation.WEIGHTED:
        return _mean(parts)
    above = _sum([part for part in parts if part.role is not Role.DENOMINATOR])
    below = _sum([part for part in parts if part.role is Role.DENOMINATOR])
    return _ratio(above, below, measure)


def _sum(parts: Sequence[Part]) -> Quantity:
    """The sum; a part without a figure takes part as a withheld one, which `total` does not take for nothing."""
    example = next(part.figure.quantity for part in parts if part.figure.quantity is not None)
    unknown = Quantity(None, None, Qualifier.WITHHELD, example.measure)
    return total(_bare(part.figure.quantity or unknown) for part in parts)


def _bare(quantity: Quantity) -> Quantity:
    """Without its basis: that the parts share one was checked when they were chosen; reports repeat it or not."""
    return replace(quantity, basis="")


def _mean(parts: Sequence[Part]) -> Quantity | None:
    """The mean weighted by the parts' targets in the base unit; none where a part has no target to weigh it by."""
    weights = [weight(part.target) for part in parts]
    known = [one for one in weights if one is not None]
    whole = sum(known, Fraction(0))
    if len(known) < len(weights) or not whole:
        return None
    return total(
        (_bare(part.figure.quantity) for part in parts if part.figure.quantity is not None),
        weights=[one / whole for one in known],
    )


def weight(target: Quantity | None) -> Fraction | None:
    """What a part weighs: its target in the base unit, the lower bound of a range; None where none is stated."""
    if target is None:
        return None
    return target.base_low if target.base_low is not None else target.base_high


def _ratio(above: Quantity, below: Quantity, measure: str) -> Quantity | None:
    """One sum in parts of the other; each bound from the bounds that make it smallest and largest."""
    scale = 100 if named(measure).dimension is Dimension.PERCENT else 1
    low = _divided(above.base_low, below.base_high, scale)
    high = _divided(above.base_high, below.base_low, scale)
    if low is None and high is None:
        return None
    if low is None or high is None:
        qualifier = Qualifier.AT_MOST if low is None else Qualifier.AT_LEAST
    elif low != high:
        qualifier = Qualifier.RANGE
    else:
        exact = above.qualifier is Qualifier.EXACT and below.qualifier is Qualifier.EXACT
        qualifier = Qualifier.EXACT if exact else Qualifier.ABOUT
    return Quantity(None if low is None else decimal(low), None if high is None else decimal(high), qualifier, measure)


def _divided(part: Fraction | None, whole: Fraction | None, scale: int) -> Fraction | None:
    return None if part is None or not whole else part * scale / whole


def _in(quantity: Quantity, measure: str, basis: str) -> Quantity:
    """The same figure in another measure of its kind, rounded as it is stored: what it enters counts on from there."""
    bounds = [
        None if bound is None else rounded(convert(bound, quantity.measure, measure))
        for bound in (quantity.low, quantity.high)
    ]
    return Quantity(bounds[0], bounds[1], quantity.qualifier, measure, basis)


@dataclass(frozen=True, slots=True)
class Works:
    """Many formulas at once; a part may itself be made from parts."""

    formulas: Mapping[int, Formula]
    targets: Mapping[int, Quantity | None] = field(default_factory=dict)

    def leaves(self, key: int) -> frozenset[int]:
        """The reported metrics below one. Raises `Mismatch` (`part_loop`) on a cycle."""
        return frozenset(one for one in self.below(key) if one not in self.formulas)

    def below(self, key: int) -> frozenset[int]:
        """Everything that enters one metric, itself left out. Raises `Mismatch` (`part_loop`) on a cycle."""
        found: set[int] = set()
        ahead = [part for part, _role in self.formulas[key].parts] if key in self.formulas else []
        while ahead:
            one = ahead.pop()
            if one == key:
                raise Mismatch("part_loop")
            if one not in found:
                found.add(one)
                ahead += [part for part, _role in self.formulas[one].parts] if one in self.formulas else []
        return frozenset(found)

    def figure(self, key: int, reported: Mapping[int, Figure]) -> Figure:
        """The figure of a metric, from those of the reported ones."""
        formula = self.formulas.get(key)
        if formula is None:
            return reported.get(key, Figure())
        parts = [Part(self.figure(part, reported), self.targets.get(part), role) for part, role in formula.parts]
        return combined(formula.aggregation, formula.measure, formula.basis, parts)

    def course(self, key: int, reported: Mapping[int, Sequence[Figure]], *, most: int) -> list[tuple[date, Figure]]:
        """How a metric came to its figure: one point for each day something below it speaks of, oldest first.

        `reported` are the reports that count, oldest first. Days before every part was there are left out, since a
        growing number of reports would look like progress; the last day always stays.
        """
        leaves = self.leaves(key)
        days = sorted({said.as_of for one in leaves for said in reported.get(one, ()) if said.as_of})[-most:]
        points = []
        for day in days:
            then = {one: _latest(reported.get(one, ()), day) for one in leaves}
            points.append((day, self.figure(key, then)))
        return [point for point in points[:-1] if point[1].complete] + points[-1:]


def _latest(said: Sequence[Figure], day: date) -> Figure:
    up_to = [figure for figure in said if figure.as_of is not None and figure.as_of <= day]
    return up_to[-1] if up_to else Figure()


def ordered(formulas: Mapping[int, Formula]) -> list[int]:
    """The keys of the formulas, parts before what they make. Raises `Mismatch` (`part_loop`) on a cycle."""
    works = Works(formulas)
    depth = {key: len([one for one in works.below(key) if one in formulas]) for key in formulas}
    return sorted(formulas, key=lambda key: (depth[key], key))


def loops(parents: Mapping[int, int | None], whole: int, parts: Sequence[int]) -> bool:
    """Whether making `whole` from `parts` would make something a part of itself; `parents` say what is part of what."""
    above: set[int] = set()
    one: int | None = whole
    while one is not None and one not in above:
        above.add(one)
        one = parents.get(one)
    return any(part in above for part in parts)
