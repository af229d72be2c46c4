"""A metric that adds up one figure of the clearance ledger: which figure, and what the sum of its sites is."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from tracker.domain.aggregation import Figure, Part, combined
from tracker.domain.progress import Aggregation
from tracker.domain.quantity_values import Qualifier, Quantity
from tracker.domain.relocation import FIGURES, Use, columns_of, measure_of
from tracker.domain.units import measure, same_kind

ALL = "all"
"""Stands for every use."""


@dataclass(frozen=True, slots=True)
class Added:
    """What is added: one figure of the sites of one use; of every use where `use` is None."""

    use: Use | None
    figure: str

    @property
    def stored(self) -> str:
        """As `Metric.ledger` keeps it: "residential.demolished_area"."""
        return f"{self.use or ALL}.{self.figure}"

    @property
    def measure(self) -> str:
        """The measure the sites keep it in."""
        return measure_of(self.figure)


def read(stored: str) -> Added | None:
    """What is added, from the stored form; None where that names no figure of a use."""
    use, _dot, figure = stored.partition(".")
    if figure not in FIGURES or use not in (ALL, *Use):
        return None
    found = Added(None if use == ALL else Use(use), figure)
    return found if any(figure in columns_of(one) for one in Use if found.use in (None, one)) else None


def names_of(use: Use) -> tuple[str, ...]:
    """The stored forms that a site of this use enters."""
    return tuple(Added(one, figure).stored for one in (use, None) for figure in columns_of(use))


def fits(added: Added, metric_measure: str) -> bool:
    """Whether a metric in this measure can hold the sum."""
    return same_kind(measure(added.measure), measure(metric_measure))


@dataclass(frozen=True, slots=True)
class Sum:
    """The figure of some sites: its sum, how many of how many state it, the earliest day of those and that report, and
    when the latest report behind it was accepted.
    """

    value: Decimal | None
    counted: int
    sites: int
    as_of: date | None = None
    source: int | None = None
    reported_at: datetime | None = None


def summed(added: Added, found: Sum, *, measure: str, basis: str) -> Figure:
    """The sum in a metric's measure, as metrics made from parts have it: at least that where a site states nothing."""
    value = found.value
    parts = []
    if found.counted and value is not None:
        stated = Quantity(value, value, Qualifier.EXACT, added.measure)
        parts.append(Part(Figure(stated, found.as_of, True, found.source, found.reported_at)))
    if found.counted < found.sites:
        parts.append(Part(Figure()))
    figure = combined(Aggregation.SUM, measure, basis, parts)
    return replace(figure, counted=found.counted, parts=found.sites)
