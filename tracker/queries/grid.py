"""The grid: what is due from a person, or everything open, as one sheet to fill in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker import words
from tracker.domain.ledger import Kind
from tracker.domain.states import Status
from tracker.domain.units import MEASURES, same_kind
from tracker.permissions import Reach
from tracker.queries.ledger import ledger
from tracker.queries.report_items import Item


@dataclass(frozen=True, slots=True)
class GridPage:
    """The items of the grid, and how many there are in all."""

    milestones: tuple[Item, ...]
    metrics: tuple[Item, ...]
    total: int

    @property
    def shown(self) -> int:
        """Rows of this grid."""
        return len(self.milestones) + len(self.metrics)


def grid_page(*, reach: Reach, on: date, now: datetime, language: str, due: bool, most: int) -> GridPage:
    """Up to `most` items, the milestones first; as many statements whatever there is."""
    found = ledger(reach=reach, on=on, now=now, language=language, due=due)
    milestones = [item for item in found.milestones if not item.waiting or item.returned][:most]
    metrics = [item for item in found.metrics if not item.waiting or item.returned]
    total = sum(1 for item in found.milestones if not item.waiting or item.returned) + len(metrics)
    return GridPage(tuple(milestones), tuple(metrics[: most - len(milestones)]), total)


def choices(kind: Kind, item: Item) -> Mapping[str, list[tuple[str, str]]]:
    """The drop-downs of a row: code and word."""
    if kind is Kind.MILESTONE:
        return {"status": [(one.value, words.status(one)) for one in Status]}
    own = MEASURES[item.measure]
    fitting = [one for one in MEASURES.values() if one is own or same_kind(one, own)]
    fitting.sort(key=lambda one: one is not own)
    return {"measure": [(one.symbol, words.measure(one.symbol)) for one in fitting]}
