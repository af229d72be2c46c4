"""A figure of a ledger as people write it: 40, ４０户, 20.3万, 20.3万平方米, 203,000 ㎡."""

from decimal import Decimal

from tracker.domain.quantity_reading import parse
from tracker.domain.quantity_values import Qualifier, Quantity, UnreadableQuantity, decimal
from tracker.domain.relocation import measure_of
from tracker.domain.units import MeasureError, convert, measure, same_kind

WRITTEN = {
    "户": ("户", "万户"),
    "人": ("人", "万人"),
    "套": ("套", "万套"),
    "平方米": ("平方米", "万平方米"),
    "亩": ("亩",),
    "家": ("家", "个"),
    "次": ("次", "个"),
}
"""The measures a figure may be written in, by the one it is kept in. Floor area in 亩 is a slip, not a conversion."""


def read_figure(name: str, text: str) -> Decimal | None:
    """A figure of a site's entry, as `read_in` has it."""
    return read_in(measure_of(name), text)


def read_in(own: str, text: str) -> Decimal | None:
    """The figure in the measure `own` it is kept in, exactly; None for an empty text.

    Raises `MeasureError`: `entry_wrong_measure` (given, expected) for another measure, `entry_not_exact` for about 40
    or 40 to 50, and what `parse` raises for what is no figure.
    """
    if not text.strip():
        return None
    try:
        found = parse(text)
    except UnreadableQuantity as fault:
        if fault.code != "measure_missing":
            raise
        found = parse(text, measure=own)
    if found.measure not in WRITTEN[own]:
        raise MeasureError("entry_wrong_measure", given=found.measure, expected=own)
    if found.qualifier is not Qualifier.EXACT or found.low is None:
        raise MeasureError("entry_not_exact")
    return decimal(convert(found.low, found.measure, own))


def of_floor(found: Quantity, own: str) -> Quantity:
    """What a plan states in the measure `own`, as it is: about, and land in any measure of land.

    Raises `MeasureError` (`entry_wrong_measure`) for floor area in a measure of land, 亩 or 公顷.
    """
    if own == "平方米" and found.measure not in WRITTEN[own] and same_kind(measure(found.measure), measure(own)):
        raise MeasureError("entry_wrong_measure", given=found.measure, expected=own)
    return found
