"""What the tender ledger (招标台账) is about: packages, the laws they are under, phases, days, counts, findings.

Counts are of units, never of persons; what nobody has stated is None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from tracker.domain.processes import Attached, End
from tracker.domain.tender_stops import Stop, running, total
from tracker.domain.windows import Window


class Kind(StrEnum):
    """What is put out to tender."""

    SOLICITATION = "solicitation"
    SURVEY = "survey"
    DESIGN = "design"
    WORKS = "works"
    SUPERVISION = "supervision"
    TURNKEY = "turnkey"
    GOODS = "goods"
    SERVICES = "services"
    LAND = "land"


class Regime(StrEnum):
    """The law that sets the lengths: 招标投标法, 政府采购法, 土地招拍挂, or none."""

    TENDER = "tender"
    PROCUREMENT = "procurement"
    LAND = "land"
    NONE = "none"


class Phase(StrEnum):
    """Where a package stands, roughly; the columns of the board, in order."""

    PREPARING = "preparing"
    NOTICE = "notice"
    BIDDING = "bidding"
    EVALUATION = "evaluation"
    AWARD = "award"
    CONTRACT = "contract"
    OVER = "over"


_PHASES: Mapping[Phase, str] = {
    Phase.PREPARING: "B01 B02 B03 C01 H01 H02 H03 S01 S02 S03",
    Phase.NOTICE: "B04 B05 B05a B05b B05c C02 C03 C04 C05 H04 S04",
    Phase.BIDDING: "B06 B07 B08 C06 C07 C08 H05 H06 H07 H08 S05",
    Phase.EVALUATION: "B09 C09 C10 H09 H10",
    Phase.AWARD: "B10 B11 C11 C12 H11 H12 H13 S06",
    Phase.CONTRACT: "B12 B13 B14 C13 C14 H14 H15 H16 H17 S07",
}
PHASE_OF: Mapping[str, Phase] = MappingProxyType({key: one for one, keys in _PHASES.items() for key in keys.split()})
"""The phase of each step of the templates; a package's own step is in the phase of the one before it."""
CLOSING = frozenset({"B05b", "B08", "C08", "H08"})
"""Steps by which something has to be handed in: their day must be worked."""
NOTICE_OUT = frozenset({"B04", "C02", "H04", "S04"})
"""Steps with which the call is out."""
BIDS_DUE, PUBLICITY, AWARD = frozenset({"B08", "C08", "H08"}), "B10", frozenset({"B11", "C11", "H12"})
AFTER_BIDS = frozenset(k for k, one in PHASE_OF.items() if one in (Phase.EVALUATION, Phase.AWARD, Phase.CONTRACT))
"""Steps that come once the bids are in, from the evaluation on: of a call that failed they lead no further."""
OF_A_WINNER = AWARD | {key for key, one in PHASE_OF.items() if one is Phase.CONTRACT}
"""Steps that there is nobody for where a call has failed."""
LISTED = frozenset({"S05"})
"""The listing of land, at the end of which the bids are in."""
COMPULSORY_ONLY = frozenset({"TB-02", "TB-05", "TB-12"})
"""Windows that bind only where tendering is compulsory."""
IN_PROCUREMENT: Mapping[str, str] = MappingProxyType(
    {"TB-04": "GP-04", "TB-05": "GP-01", "TB-11": "GP-07", "TB-13": "GP-10b"}
)
"""What government procurement puts between the steps of a tender; its own process has all of its windows itself."""
THRESHOLDS: Mapping[Kind, Decimal] = MappingProxyType(
    {
        Kind.WORKS: Decimal(400),
        Kind.TURNKEY: Decimal(400),
        Kind.GOODS: Decimal(200),
        Kind.SURVEY: Decimal(100),
        Kind.DESIGN: Decimal(100),
        Kind.SUPERVISION: Decimal(100),
    }
)
"""万元 a contract from which tendering is compulsory (TB-19)."""
COUNTED = ("registered", "shortlisted", "bidders", "objections")
"""What a report counts."""
SAID = (*COUNTED, "suspended_from", "suspended_until", "round", "failed")
"""Everything a report says of a package; all fields of `Counts` but `earlier`."""
FEWEST = 3
"""Fewer bidders or applicants than this: call again (TB-18), or the procurement is void (GP-15)."""
TOO_FEW: Mapping[Regime, str] = MappingProxyType({Regime.TENDER: "TB-18", Regime.PROCUREMENT: "GP-15"})
"""The row of the statutory windows that says so, by law; a land listing needs one bidder, other calls have no rule."""
COMPULSORY = "TB-19"
RULES = frozenset({*TOO_FEW.values(), COMPULSORY})
"""Rows that set no length but decide something; whether each is verified stands in the table, not here."""
VALIDITY_SOON = 15
"""So many days before the bids stop binding is worth a word."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What is counted of a package; `suspended_until` is the day it goes on, None while nobody knows.

    `earlier` are the suspensions accepted before in the same call: no report states them, they go on counting.
    """

    registered: int | None = None
    shortlisted: int | None = None
    bidders: int | None = None
    objections: int | None = None
    suspended_from: date | None = None
    suspended_until: date | None = None
    round: int = 1
    failed: bool = False
    earlier: tuple[Stop, ...] = ()

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Every suspension of the call, in order."""
        present = [Stop(self.suspended_from, self.suspended_until)] if self.suspended_from is not None else []
        return tuple(sorted((*self.earlier, *present), key=lambda one: one.since))

    @property
    def said(self) -> dict[str, int | date | None]:
        """What a report says, by the names of `SAID`."""
        return {name: getattr(self, name) for name in SAID}

    def suspended(self, on: date) -> bool:
        """Whether the clock stands still on a day."""
        return running(self.stops, on) is not None

    def stopped_days(self, on: date) -> int:
        """For how many natural days the clock stands still in all, as known on a day."""
        return total(self.stops, on)


@dataclass(frozen=True, slots=True)
class Point:
    """One step with its days. `basis` is 'actual', 'forecast' or 'planned', '' without a day.

    `set_on`: when that day was planned or forecast. `usual` is None for a package's own step. `unstated`: its day
    passed before anyone kept this ledger, and nobody has said what came of it. `paused`: reported suspended by itself.
    """

    key: str
    start: date | None = None
    finish: date | None = None
    basis: str = ""
    done: bool = False
    begun: bool = False
    usual: int | None = None
    set_on: date | None = None
    unstated: bool = False
    paused: bool = False


@dataclass(frozen=True)
class Facts:
    """A package as it is known: its steps in order, the windows of its template, which steps run side by side."""

    kind: Kind
    regime: Regime
    points: Sequence[Point]
    attached: Sequence[Attached] = ()
    windows: Mapping[str, Window] = field(default_factory=dict)
    parallel: frozenset[tuple[str, str]] = frozenset()
    counts: Counts = Counts()
    validity_days: int | None = None
    estimate: Decimal | None = None
    compulsory: bool | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A window in force between two steps with their days; `slack` is natural days to spare, None where not known."""

    window: Window
    first: End
    last: End
    first_day: date | None
    last_day: date | None
    bound: date | None
    slack: int | None
    basis: str
    estimated: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """The next day something has to be done by; `days` left, negative once it has passed. `moved` by a suspension."""

    key: str
    day: date
    days: int
    basis: str
    moved: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: a code of `CODES` and what its sentence names."""

    code: str
    inputs: Mapping[str, date | int | Decimal | str | None]

    @property
    def serious(self) -> bool:
        """Whether the law or arithmetic is against it, rather than only worth a look."""
        return self.code in SERIOUS


CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "unlawful": ("window", "step", "days", "basis"),
        "award_in_publicity": ("award", "ends"),
        "award_though_failed": ("step", "round"),  # or a contract: done, and the call is said to have failed
        "too_few": ("count", "rule"),  # bidders, and the bid deadline has passed or the count is in
        "too_few_shortlisted": ("count", "rule"),
        "validity_short": ("ends", "award"),  # the bids stop binding before the award
        "validity_over": ("ends",),
        "deadline_not_worked": ("step", "day"),
        "order": ("first", "second", "days"),  # a step's day lies before that of the one it follows
        "must_be_tendered": ("estimate", "threshold", "rule"),
        "counts_grow": ("more", "less", "count", "of"),  # more shortlisted than registered
        "overdue": ("step", "day", "days"),
        "suspended": ("since", "until", "days"),
        "failed": ("round",),
        "earlier_call": ("step", "round"),  # the days are still those of the call that failed
        "no_time": ("first", "second", "day"),  # both by the same day, and the second takes time
        "validity_soon": ("ends", "days"),
        "unstated": ("step", "day"),
    }
)
"""Every finding with the names of its inputs, the worst first."""
SERIOUS = frozenset(list(CODES)[:11])
TO_SEE_TO = ("overdue", "suspended", "failed", "earlier_call", "validity_soon")
"""Findings that are not serious, but for which somebody has to do something."""


def finding(code: str, **inputs: date | int | Decimal | str | None) -> Finding:
    """A finding of that code."""
    return Finding(code, MappingProxyType(inputs))


@dataclass(frozen=True)
class Reading:
    """A package on a day. `current` is the step it is at, '' once all are over; `points` after a suspension's shift.

    `valid_until`: the last day the bids bind. `coming`: every step still to come that has a day, the nearest first.
    """

    on: date
    phase: Phase
    current: str
    coming: tuple[Deadline, ...]
    points: tuple[Point, ...]
    moved: frozenset[str]
    held: tuple[Held, ...]
    valid_until: date | None
    suspended: bool
    stopped_days: int
    findings: tuple[Finding, ...]

    @property
    def next(self) -> Deadline | None:
        """The next deadline; one that has passed without a word comes first."""
        return self.coming[0] if self.coming else None

    @property
    def untold(self) -> int:
        """Of how many steps after the last done one the day has passed and no document states what came of it."""
        last = max((at for at, point in enumerate(self.points) if point.done), default=-1)
        return sum(point.unstated for point in self.points[last + 1 :])

    @property
    def unlawful(self) -> bool:
        """Whether a window is broken."""
        return any(one.slack is not None and one.slack < 0 for one in self.held)
