"""Quantities for the tests: one from its parts, and any that could be stated."""

from decimal import Decimal

from hypothesis import strategies as st

from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.units import MEASURES

Q = Qualifier


def quantity(low: object, high: object, qualifier: Qualifier, symbol: str, basis: str = "") -> Quantity:
    return Quantity(
        None if low is None else Decimal(str(low)),
        None if high is None else Decimal(str(high)),
        qualifier,
        symbol,
        basis,
    )


@st.composite
def quantities(draw, symbols=None, qualifiers=tuple(Q), largest=10**6):
    entry = MEASURES[draw(st.sampled_from(sorted(symbols or MEASURES)))]
    qualifier = draw(st.sampled_from(qualifiers))
    places = 0 if entry.integer else draw(st.integers(0, entry.decimals))
    numbers = st.integers(0, largest * 10**places).map(lambda units: Decimal(units).scaleb(-places))
    low = high = draw(numbers)
    if qualifier is Q.RANGE:
        low, high = sorted((low, draw(numbers)))
    shape = {Q.OVER: (1, 0), Q.AT_LEAST: (1, 0), Q.NEARLY: (0, 1), Q.AT_MOST: (0, 1), Q.WITHHELD: (0, 0)}
    has_low, has_high = shape.get(qualifier, (1, 1))
    return Quantity(low if has_low else None, high if has_high else None, qualifier, entry.symbol)
