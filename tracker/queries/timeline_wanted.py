"""What the address of the timeline asks for."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

ALL = "all"
NOW = datetime.max.replace(tzinfo=UTC)
"""Everything that is known: the timeline shows no past moments."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for. `opened` holds codes of projects, or ALL; `closed` of programmes and projects.

    `ledgers`: whether opened projects also show their clearance sites and resettlement housing.
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
