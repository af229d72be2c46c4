"""The clearance ledger (征拆台账): stages of a site, what an entry must fulfil, rates, gaps and what is left to zero.

A site is one village or plot in one use. Entries are cumulative: so many households, so much floor area or land has
been surveyed, signed for, vacated, demolished, handed over. Households are whole numbers (户), floor area is in square
metres, land in 亩; nothing else is kept, so sums need no conversion. A figure nobody has stated is None, never zero.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType

from tracker.domain.quantity_values import Qualifier
from tracker.domain.reporting import Problem

Value = Decimal | None


class Use(StrEnum):
    """What a site is used for; figures of different uses are never added."""

    RESIDENTIAL = "residential"
    NON_RESIDENTIAL = "non_residential"
    LAND = "land"


class Stage(StrEnum):
    """How far the clearance has come, in order."""

    SURVEYED = "surveyed"
    SIGNED = "signed"
    VACATED = "vacated"
    DEMOLISHED = "demolished"
    HANDED_OVER = "handed_over"


class Count(StrEnum):
    """What is counted at each stage."""

    HOUSEHOLDS = "households"
    AREA = "area"
    LAND = "land"


class Obstacle(StrEnum):
    """Why a household has not signed or left; counted, never named."""

    COMPENSATION = "compensation"
    OWNERSHIP = "ownership"
    INHERITANCE = "inheritance"
    ABSENT = "absent"
    LITIGATION = "litigation"
    OTHER = "other"


MEASURE: Mapping[Count, str] = MappingProxyType({Count.HOUSEHOLDS: "户", Count.AREA: "平方米", Count.LAND: "亩"})
"""The measure in which each is kept."""
COUNTS: Mapping[Use, tuple[Count, ...]] = MappingProxyType(
    {
        Use.RESIDENTIAL: (Count.HOUSEHOLDS, Count.AREA),
        Use.NON_RESIDENTIAL: (Count.HOUSEHOLDS, Count.AREA),
        Use.LAND: (Count.LAND,),
    }
)
"""What is counted on a site of each use; of other buildings the households are their owners (权利人)."""
MAIN: Mapping[Use, Count] = MappingProxyType(
    {Use.RESIDENTIAL: Count.HOUSEHOLDS, Use.NON_RESIDENTIAL: Count.AREA, Use.LAND: Count.LAND}
)
"""What the rates of a use go by; without a scope in it, by the other count."""
LIMITS: Mapping[str, int] = MappingProxyType({"户": 10**6, "套": 10**6, "人": 10**7, "平方米": 10**8, "亩": 10**6})
"""No village, plot or estate has more than this, in the measure it is kept in: a slip of the keyboard. No law says so;
a hundred square kilometres of floor are more than a city's core has, a million 亩 more than most districts.
"""
LAST: Mapping[Use, Stage] = MappingProxyType(
    {Use.RESIDENTIAL: Stage.DEMOLISHED, Use.NON_RESIDENTIAL: Stage.DEMOLISHED, Use.LAND: Stage.HANDED_OVER}
)
"""The stage at which a site counts as cleared (清零)."""
EXTRA = ("cash_households", "exchange_households", "decided_households", "vacated_persons", "converted_persons")
"""Counts beside the stages: of those signed by kind of compensation, compensation decisions (裁执), persons moved out,
persons whose registration was converted (农转居)."""


def column(stage: Stage, count: Count) -> str:
    """The column of a count at a stage: 'signed_households'."""
    return f"{stage}_{count}"


COLUMNS: tuple[str, ...] = tuple(column(stage, count) for count in Count for stage in Stage)
"""Every stage of every count: first all of households, then area, then land."""
FIGURES: tuple[str, ...] = (*COLUMNS, *EXTRA)
"""Every figure of an entry."""
HOUSEHOLD_FIGURES = frozenset(name for name in FIGURES if not name.endswith(("_area", "_land")))
"""Whole numbers; the others may have decimals."""


def measure_of(name: str) -> str:
    """The measure a figure, or a count of the scope ("area", "persons"), is kept in: 户, 平方米, 亩 or 人."""
    if name.endswith("persons"):
        return "人"
    return next((MEASURE[count] for count in Count if name == count or name.endswith(f"_{count}")), "户")


def too_large(given: Mapping[str, Decimal], measure: Callable[[str], str] = measure_of) -> list[Problem]:
    """The figures no place can have, whatever scope is or is not stated of it; `measure` gives that of a figure."""
    return [
        _problem(name, "entry_too_large", value=value, limit=limit)
        for name, value in given.items()
        if value > (limit := LIMITS[measure(name)])
    ]


def columns_of(use: Use) -> tuple[str, ...]:
    """The figures an entry about a site of this use may carry."""
    own = tuple(column(stage, count) for count in COUNTS[use] for stage in Stage)
    if use is Use.RESIDENTIAL:
        return (*own, *EXTRA)
    return (*own, "decided_households") if use is Use.NON_RESIDENTIAL else own


def scopes_of(use: Use) -> tuple[str, ...]:
    """What the scope of a site of this use is stated in: its counts, and people where there are dwellings."""
    own = tuple(count.value for count in COUNTS[use])
    return (own[0], "persons", *own[1:]) if use is Use.RESIDENTIAL else own


@dataclass(frozen=True, slots=True)
class Scope:
    """One count of what is to be cleared. A figure stated as about (约) bounds nothing strictly."""

    value: Value = None
    qualifier: Qualifier | None = None

    @property
    def firm(self) -> bool:
        """Whether more than this cannot be."""
        return self.value is not None and self.qualifier is Qualifier.EXACT


NO_SCOPE = Scope()


def deciding(use: Use, scope: Mapping[Count, Scope]) -> Count | None:
    """By which count a site of this use is cleared: the main one, without a scope in it another; None without any."""
    order = (MAIN[use], *(one for one in COUNTS[use] if one is not MAIN[use]))
    return next((one for one in order if scope.get(one, NO_SCOPE).value is not None), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """What one report, or the state carried from it, says of a site; `figures` by the names of FIGURES."""

    figures: Mapping[str, Value] = field(default_factory=dict)
    obstacles: Mapping[Obstacle, int] = field(default_factory=dict)

    def get(self, stage: Stage, count: Count) -> Value:
        """A count at a stage; None where nobody has stated it."""
        return self.figures.get(column(stage, count))


EMPTY = Entry()


def _problem(name: str, code: str, **inputs: date | int | Decimal | str | None) -> Problem:
    return Problem(name, code, MappingProxyType(inputs))


CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "entry_empty": (),
        "entry_not_of_use": ("use",),  # a figure that is not counted on a site of this use
        "entry_negative": ("value",),
        "entry_not_whole": ("value",),
        "entry_too_large": ("value", "limit"),
        "entry_gone": ("last",),  # a cumulative figure that was stated and is left out now
        "entry_falls": ("value", "last"),  # a cumulative figure below the last accepted one, and no correction
        "entry_beyond_stage": ("value", "before", "stage"),  # more than the stage before
        "entry_beyond_scope": ("value", "scope"),
        "entry_kinds_beyond_signed": ("value", "signed"),  # cash and exchange together beyond all signed
        "entry_obstacles_beyond": ("value", "left"),  # more held up than have not moved out
    }
)
"""Every code of `check_entry` with the names of its inputs."""

_ORDER = (Stage.SIGNED, Stage.VACATED, Stage.DEMOLISHED, Stage.HANDED_OVER)
"""Each can be no more than the nearest of those before it that is stated. Signing before the survey is finished
happens, so the survey is none of them.
"""


def check_entry(
    *,
    use: Use,
    entry: Entry,
    last: Entry,
    scope: Mapping[Count, Scope],
    is_correction: bool,
    persons: Scope = NO_SCOPE,
) -> list[Problem]:
    """What is wrong with an entry by itself and beside the last accepted one; empty if nothing is.

    A cumulative figure never falls, except in a correction. Nothing is more than the stage before it (who left after a
    compensation decision need not have signed) or than an exactly stated scope; `persons` is that of people. Land is
    handed over without vacating.
    """
    given = {name: value for name, value in entry.figures.items() if value is not None}
    if not given and not entry.obstacles:
        return [_problem("", "entry_empty")]
    allowed = columns_of(use)
    strange = [name for name in given if name not in allowed]
    if strange:
        return [_problem(name, "entry_not_of_use", use=use.value) for name in strange]
    problems = [*_single(given), *([] if is_correction else [*_falling(given, last), *_gone(use, given, last)])]
    broken = {one.field for one in problems}
    more = [*_beyond_stage(use, entry), *_beyond_scope(given, scope, persons), *_kinds(entry), *_held_up(entry, scope)]
    return problems + [one for one in more if one.field not in broken]


def _single(given: Mapping[str, Decimal]) -> list[Problem]:
    problems = [_problem(name, "entry_negative", value=value) for name, value in given.items() if value < 0]
    problems += too_large(given)
    whole = [name for name in given if name in HOUSEHOLD_FIGURES and given[name] != given[name].to_integral_value()]
    return problems + [_problem(name, "entry_not_whole", value=given[name]) for name in whole]


def _falling(given: Mapping[str, Decimal], last: Entry) -> list[Problem]:
    found = []
    for name, value in given.items():
        before = last.figures.get(name)
        if before is not None and value < before and name != "decided_households":
            found.append(_problem(name, "entry_falls", value=value, last=before))
    return found


def _gone(use: Use, given: Mapping[str, Decimal], last: Entry) -> list[Problem]:
    """What was counted stays counted: nothing is left out that was stated before."""
    stated = [name for name in columns_of(use) if last.figures.get(name) is not None]
    return [_problem(name, "entry_gone", last=last.figures[name]) for name in stated if name not in given]


def _beyond_stage(use: Use, entry: Entry) -> list[Problem]:
    found = []
    for count in COUNTS[use]:
        before, most = Stage.SIGNED, _reached(entry, Stage.SIGNED, count)
        for stage in _ORDER[1:]:
            value = entry.get(stage, count)
            if value is None:
                continue
            # Land may be handed over on an order, without a signature.
            ordered = use is Use.LAND and before is Stage.SIGNED and stage is not Stage.VACATED
            if most is not None and value > most and not ordered:
                found.append(
                    _problem(column(stage, count), "entry_beyond_stage", value=value, before=most, stage=before)
                )
            before, most = stage, value
    return found


def _reached(entry: Entry, stage: Stage, count: Count) -> Value:
    """How much has come to a stage, or may have without it: a compensation decision stands for a signature."""
    value = entry.get(stage, count)
    if stage is not Stage.SIGNED or value is None:
        return value
    decided = entry.figures.get("decided_households")
    if count is Count.HOUSEHOLDS:
        return value + (decided or 0)
    return None if decided else value  # whose area a decision covers is not kept


def _beyond_scope(given: Mapping[str, Decimal], scope: Mapping[Count, Scope], persons: Scope) -> list[Problem]:
    found = []
    for name, value in given.items():
        whole = whole_of(name, scope, persons)
        if whole.firm and whole.value is not None and value > whole.value:
            found.append(_problem(name, "entry_beyond_scope", value=value, scope=whole.value))
    return found


def whole_of(name: str, scope: Mapping[Count, Scope], persons: Scope) -> Scope:
    """All there is of what a figure counts: a count at a stage, households decided on, or people."""
    if name.endswith("_persons"):
        return persons
    return scope.get(Count(name.rpartition("_")[2]), NO_SCOPE)


def _kinds(entry: Entry) -> list[Problem]:
    signed = entry.get(Stage.SIGNED, Count.HOUSEHOLDS)
    kinds = [value for name in EXTRA[:2] if (value := entry.figures.get(name)) is not None]
    if signed is None or not kinds or sum(kinds) <= signed:
        return []
    return [_problem(EXTRA[0], "entry_kinds_beyond_signed", value=sum(kinds, Decimal(0)), signed=signed)]


def _held_up(entry: Entry, scope: Mapping[Count, Scope]) -> list[Problem]:
    held = sum(entry.obstacles.values())
    whole, gone = scope.get(Count.HOUSEHOLDS, NO_SCOPE), entry.get(Stage.VACATED, Count.HOUSEHOLDS)
    if not held or not whole.firm or whole.value is None or held <= whole.value - (gone or 0):
        return []
    return [_problem("obstacles", "entry_obstacles_beyond", value=held, left=whole.value - (gone or 0))]


@dataclass(frozen=True, slots=True)
class Tally:
    """One count of one or many sites of one use and basis. `scope_about`: some of it is stated as about, or missing."""

    scope: Value
    scope_about: bool
    stages: Mapping[Stage, Value]

    def share(self, stage: Stage) -> Fraction | None:
        """The rate of a stage (签约率, 腾空率, 拆除率): of everything in scope; None without a scope or a figure."""
        value = self.stages.get(stage)
        return None if value is None or not self.scope else Fraction(value) / Fraction(self.scope)

    def left(self, stage: Stage) -> Value:
        """What is left to come to a stage; never below zero, None without a scope."""
        if self.scope is None:
            return None
        return max(self.scope - (self.stages.get(stage) or 0), Decimal(0))

    def gap(self, done: Stage, then: Stage) -> Value:
        """What has come to one stage and not to the next: signed not vacated, vacated not demolished."""
        first, second = self.stages.get(done), self.stages.get(then)
        return None if first is None else max(first - (second or 0), Decimal(0))


def added(tallies: Iterable[Tally]) -> Tally:
    """The total of sites of one use and basis. A scope or figure missing in one is missing in no other: what is stated
    is added, and `scope_about` says that more may come.
    """
    rows = list(tallies)
    scopes = [row.scope for row in rows if row.scope is not None]
    stages = {}
    for stage in Stage:
        values = [value for row in rows if (value := row.stages.get(stage)) is not None]
        stages[stage] = sum(values, Decimal(0)) if values else None
    about = any(row.scope_about for row in rows) or len(scopes) < len(rows)
    return Tally(sum(scopes, Decimal(0)) if scopes else None, about, stages)
