"""What the address of the timeline asks for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from tracker.domain.states import COLOURS

ALL = "all"
NOW = datetime.max.replace(tzinfo=UTC)
"""Everything that is known: the timeline shows no past moments."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. `opened` holds codes of projects, or ALL; `closed` of programmes and projects.

    `ledgers`: whether opened projects also show their tender packages, clearance sites and resettlement housing.
    """

    programme: str = ""
    unit_path: str = ""
    state: str = ""
    text: str = ""
    start: date | None = None
    end: date | None = None
    opened: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    ledgers: bool = True
    links: bool = False
    page: int = 1

    @property
    def narrowed(self) -> bool:
        """Whether some milestones are left out; groups without any of the others are left out too."""
        return bool(self.unit_path or self.state or self.text or self.start or self.end)


def between(rows: Any, wanted: Wanted, *begin: str) -> Any:
    """Of dated rows those that reach into the days wanted, and those without a date; `begin` names their first days."""
    if wanted.start:
        rows = rows.filter(Q(due_latest__isnull=True) | Q(due_latest__gte=wanted.start))
    if wanted.end:
        rows = rows.alias(begins=Coalesce(*begin)).filter(Q(begins__isnull=True) | Q(begins__lte=wanted.end))
    return rows


def lit(milestones: Any, wanted: Wanted, on: date) -> Any:
    """Of milestones those whose light on a day is the one wanted."""
    if not wanted.state:
        return milestones
    states = [state.value for state, colour in COLOURS.items() if colour == wanted.state]
    return milestones.with_date_state(on).filter(date_state__in=states)
