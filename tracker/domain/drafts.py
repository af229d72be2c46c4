"""Drafts: which form one belongs to, which of its texts are kept, and how much of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tracker.domain.relocation import FIGURES, Obstacle
from tracker.domain.resettlement import FIGURES as HOME_FIGURES
from tracker.domain.tender_values import SAID as PACKAGE_SAID

LONGEST = 20_000
"""Characters one form's draft may have; a note of a report is shorter by far."""
LONGEST_GRID = 200_000
"""Characters the draft of a whole grid may have."""


class Kind(StrEnum):
    """What a form reports: an item of one kind, the correction of a report, or many items at once."""

    MILESTONE = "milestone"
    METRIC = "metric"
    SITE = "site"
    HOUSING = "housing"
    PACKAGE = "package"
    CORRECTION = "report"
    GRID = "grid"


FIELDS: Sequence[str] = (
    "as_of", "note", "reason", "status", "progress", "progress_was", "actual_start", "actual_finish", "forecast",
    "quantity", "measure", *FIGURES, *(f"obstacle_{one}" for one in Obstacle), *HOME_FIGURES,
    *PACKAGE_SAID, "counted_anew",
)  # fmt: skip
"""What is kept of a form about one item. Files are not: a browser does not give them back."""
TICKED = ("failed", "counted_anew")
"""Boxes beside a call: one that is not ticked is not sent."""
GRIDS = ("due", "open", "sites", "housing", "packages")
"""The grids: what is due, everything open, and the tables of the three ledgers."""


class Unusable(ValueError):
    """What cannot be kept as a draft; `code` says why: draft_unknown, draft_too_long."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Key:
    """The form a draft belongs to. Written "milestone.XH-ZB-02", "metric.XH-M-18", "report.17", "grid.due"."""

    kind: Kind
    code: str

    def __str__(self) -> str:
        return f"{self.kind}.{self.code}"

    @classmethod
    def read(cls, text: str) -> "Key":
        """The key as a form names it; raises Unusable."""
        kind, _dot, code = text.partition(".")
        if kind not in set(Kind) or not 0 < len(code) <= 60 or not code.isprintable():
            raise Unusable("draft_unknown")
        number = code.isascii() and code.isdigit() and len(code) <= 15
        if (kind == Kind.CORRECTION and not number) or (kind == Kind.GRID and code not in GRIDS):
            raise Unusable("draft_unknown")
        return cls(Kind(kind), code)


def texts(data: Mapping[str, Any]) -> dict[str, str]:
    """Of a form about one item, what was typed. Raises Unusable where it is more than anybody types."""
    found = {name: plain(str(data[name])) for name in FIELDS if name in data}
    if "round" in found:
        found = dict.fromkeys(TICKED, "") | found
    if sum(map(len, found.values())) > LONGEST:
        raise Unusable("draft_too_long")
    return found


def plain(text: str) -> str:
    """A text as it can be stored: no NUL, no half of a character, line ends counted once."""
    return text.replace("\x00", "").replace("\r\n", "\n").encode("utf-8", "replace").decode("utf-8")


def fits_grid(rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise Unusable where the rows of a grid are more than anybody types."""
    if sum(len(name) + sum(len(str(text)) for text in row.values()) for name, row in rows.items()) > LONGEST_GRID:
        raise Unusable("draft_too_long")
