"""What a stated figure is: an interval, its qualifier, its measure as printed and its basis (口径).

800余条, 约203万平方米, 1—2个 and X亿元 are not plain numbers; as intervals with a qualifier they keep what was said,
and sums and comparisons stay honest. Values are exact.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, localcontext
from enum import StrEnum
from fractions import Fraction

from tracker.domain.units import Dimension, MeasureError
from tracker.domain.units import measure as named

# What is kept of a value that does not end, such as 1 亩 in 公顷 or the ratio 1:3.
_KEPT = Decimal("1E-12")
_DIGITS = 240  # of working precision; figures are read up to 60 characters


class Qualifier(StrEnum):
    """How firmly a figure is stated."""

    EXACT = "exact"
    ABOUT = "about"  # 约, 左右
    OVER = "over"  # 余, 多, 超过
    NEARLY = "nearly"  # 近
    AT_LEAST = "at_least"  # 不少于, 以上
    AT_MOST = "at_most"  # 不超过, 不突破, 以内
    RANGE = "range"  # 1—2
    WITHHELD = "withheld"  # X, xx


class UnreadableQuantity(MeasureError):
    """A text is no figure we can read; input `text` is what was typed.

    Codes: `empty_quantity`, `unreadable_quantity`, `measure_missing`, `unknown_measure`, `contradictory_quantity` (two
    bounds at once), `range_reversed`.
    """


class MixedBasis(MeasureError):
    """Figures of different bases (口径) are not added (code `mixed_basis`)."""


# Which of (low, high) a qualifier states.
SHAPES = {
    Qualifier.EXACT: (True, True),
    Qualifier.ABOUT: (True, True),
    Qualifier.RANGE: (True, True),
    Qualifier.OVER: (True, False),
    Qualifier.AT_LEAST: (True, False),
    Qualifier.NEARLY: (False, True),
    Qualifier.AT_MOST: (False, True),
    Qualifier.WITHHELD: (False, False),
}


@dataclass(frozen=True, slots=True)
class Quantity:
    """One stated figure; `low` and `high` are in `measure`.

    Which of them are there follows from the qualifier: both and equal (exact, about), both (range), low only (over, at
    least), high only (nearly, at most), none (withheld). Anything else raises `MeasureError` (`quantity_shape`).
    """

    low: Decimal | None
    high: Decimal | None
    qualifier: Qualifier
    measure: str
    basis: str = ""

    def __post_init__(self) -> None:
        shape = (self.low is not None, self.high is not None)
        single = self.qualifier in (Qualifier.EXACT, Qualifier.ABOUT)
        reversed_ = self.low is not None and self.high is not None and self.low > self.high
        if shape != SHAPES[self.qualifier] or reversed_ or (single and self.low != self.high):
            raise MeasureError("quantity_shape", low=self.low, high=self.high, qualifier=self.qualifier)

    @property
    def dimension(self) -> Dimension:
        """What is measured. Raises `UnknownMeasure`."""
        return named(self.measure).dimension

    @property
    def base_low(self) -> Fraction | None:
        """The lower bound in the base measure of the dimension, exact."""
        return None if self.low is None else Fraction(self.low) * named(self.measure).factor

    @property
    def base_high(self) -> Fraction | None:
        """The upper bound in the base measure of the dimension, exact."""
        return None if self.high is None else Fraction(self.high) * named(self.measure).factor

    @property
    def is_point(self) -> bool:
        """Whether one number is stated (exact or about)."""
        return self.low is not None and self.low == self.high


def decimal(value: Fraction) -> Decimal:
    """A fraction as a decimal: exact where it ends within 12 decimals, else cut there (never rounded up)."""
    with localcontext() as context:
        context.prec = _DIGITS
        context.rounding = ROUND_DOWN
        cut = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_KEPT)
        whole = cut.to_integral_value()
        return whole if cut == whole else cut.normalize()
