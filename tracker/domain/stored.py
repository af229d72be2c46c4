"""Exact values as the columns store them: decimals rounded half up at a fixed place."""

from decimal import Decimal
from fractions import Fraction

from tracker.domain.units import convert

BASE_PLACES, VALUE_PLACES = 12, 6


def base_decimal(value: Fraction | None) -> Decimal | None:
    """A value in the base unit, at the 12th place: 亩 is 2000/3 m² and does not end."""
    return None if value is None else _half_up(value, BASE_PLACES)


def in_measure(value: Decimal | None, measure: str, wanted: str) -> Decimal | None:
    """A stored value in another measure of its dimension, at the sixth place; raises WrongDimension."""
    if value is None or measure == wanted:
        return value
    return _half_up(convert(value, measure, wanted), VALUE_PLACES)


def rounded(value: Fraction) -> Decimal:
    """A value in a metric's measure as its columns store it, at the sixth place."""
    return _half_up(value, VALUE_PLACES)


def _half_up(value: Fraction, places: int) -> Decimal:
    scaled = value * 10**places
    return Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)).scaleb(-places)
