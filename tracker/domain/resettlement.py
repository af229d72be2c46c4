"""The resettlement ledger (安置台账): homes from start to move-back, who waits for them, for how long, and until when.

A household waits from the day it left its house until it moves into the home it was promised; whoever chose money waits
for nothing. Ledgers count households and do not follow them, so waiting is reckoned first in, first out, and where the
kind of compensation of those who left is not known it is an interval, never a guess.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from tracker.domain.calendars import months_after
from tracker.domain.relocation import Scope, too_large
from tracker.domain.reporting import Problem
from tracker.domain.states import Colour

Value = Decimal | None


class HomeStage(StrEnum):
    """How far homes have come, in order."""

    STARTED = "started"
    TOPPED_OUT = "topped_out"
    ACCEPTED = "accepted"
    ALLOCATED = "allocated"
    MOVED_BACK = "moved_back"


class HomeCount(StrEnum):
    """What is counted of them."""

    HOMES = "homes"
    AREA = "area"
    HOUSEHOLDS = "households"
    PERSONS = "persons"


COUNTED: Mapping[HomeStage, tuple[HomeCount, ...]] = MappingProxyType(
    {
        HomeStage.STARTED: (HomeCount.HOMES, HomeCount.AREA),
        HomeStage.TOPPED_OUT: (HomeCount.HOMES, HomeCount.AREA),
        HomeStage.ACCEPTED: (HomeCount.HOMES, HomeCount.AREA),
        HomeStage.ALLOCATED: (HomeCount.HOMES, HomeCount.HOUSEHOLDS),
        HomeStage.MOVED_BACK: (HomeCount.HOMES, HomeCount.HOUSEHOLDS, HomeCount.PERSONS),
    }
)
"""What is counted at each stage."""
MEASURE: Mapping[HomeCount, str] = MappingProxyType(
    {HomeCount.HOMES: "套", HomeCount.AREA: "平方米", HomeCount.HOUSEHOLDS: "户", HomeCount.PERSONS: "人"}
)
"""The measure in which each is kept."""


def column(stage: HomeStage, count: HomeCount) -> str:
    """The column of a count at a stage: 'accepted_homes'."""
    return f"{stage}_{count}"


FIGURES: tuple[str, ...] = tuple(column(stage, count) for stage, counts in COUNTED.items() for count in counts)
"""Every figure of an entry."""


def measure_of(name: str) -> str:
    """The measure a figure is kept in: 套, 平方米, 户 or 人."""
    return MEASURE[HomeCount(name.rpartition("_")[2])]


@dataclass(frozen=True, slots=True)
class Entry:
    """What one report, or the state carried from it, says; cumulative figures by the names of FIGURES."""

    figures: Mapping[str, Value] = field(default_factory=dict)

    def get(self, stage: HomeStage, count: HomeCount) -> Value:
        """A count at a stage; None where nobody has stated it."""
        return self.figures.get(column(stage, count))


CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "entry_empty": (),
        "entry_negative": ("value",),
        "entry_not_whole": ("value",),
        "entry_too_large": ("value", "limit"),
        "entry_gone": ("last",),  # a cumulative figure that was stated and is left out now
        "entry_falls": ("value", "last"),
        "entry_beyond_stage": ("value", "before", "stage"),
        "entry_beyond_planned": ("value", "scope"),
        "entry_more_than_homes": ("value", "homes"),  # more households than homes
    }
)
"""Every code of `check_entry` with the names of its inputs."""


def _problem(name: str, code: str, **inputs: date | int | Decimal | str | None) -> Problem:
    return Problem(name, code, MappingProxyType(inputs))


def check_entry(*, entry: Entry, last: Entry, planned: Mapping[HomeCount, Scope], is_correction: bool) -> list[Problem]:
    """What is wrong with an entry by itself and beside the last accepted one; empty if nothing is.

    A cumulative figure never falls nor is left out again, except in a correction; nothing is more than the stage before
    it, nor than an exactly stated plan; a home takes one household.
    """
    given = {name: value for name, value in entry.figures.items() if value is not None}
    if not given:
        return [_problem("", "entry_empty")]
    problems = [_problem(name, "entry_negative", value=value) for name, value in given.items() if value < 0]
    problems += too_large(given, measure_of)
    whole = (name for name in given if not name.endswith("_area"))
    problems += [
        _problem(name, "entry_not_whole", value=given[name])
        for name in whole
        if given[name] != given[name].to_integral_value()
    ]
    if not is_correction:
        problems += [*_falling(given, last), *_gone(given, last)]
    broken = {one.field for one in problems}
    more = [*_beyond_stage(entry), *_beyond_plan(given, planned), *_crowded(entry, planned)]
    return problems + [one for one in more if one.field not in broken]


def _falling(given: Mapping[str, Decimal], last: Entry) -> list[Problem]:
    found = []
    for name, value in given.items():
        before = last.figures.get(name)
        if before is not None and value < before:
            found.append(_problem(name, "entry_falls", value=value, last=before))
    return found


def _gone(given: Mapping[str, Decimal], last: Entry) -> list[Problem]:
    """What was counted stays counted: nothing is left out that was stated before."""
    stated = ((name, last.figures.get(name)) for name in FIGURES if name not in given)
    return [_problem(name, "entry_gone", last=value) for name, value in stated if value is not None]


def _beyond_stage(entry: Entry) -> list[Problem]:
    """More than the nearest stage before it that is stated."""
    found = []
    for count in HomeCount:
        counted = [stage for stage in HomeStage if count in COUNTED[stage]]
        stated = [(stage, value) for stage in counted if (value := entry.get(stage, count)) is not None]
        for (before, most), (stage, value) in pairwise(stated):
            if value > most:
                name = column(stage, count)
                found.append(_problem(name, "entry_beyond_stage", value=value, before=most, stage=before.value))
    return found


def _beyond_plan(given: Mapping[str, Decimal], planned: Mapping[HomeCount, Scope]) -> list[Problem]:
    found = []
    for stage, counts in COUNTED.items():
        for count in counts:
            name, whole = column(stage, count), planned.get(count)
            if name in given and whole and whole.firm and whole.value is not None and given[name] > whole.value:
                found.append(_problem(name, "entry_beyond_planned", value=given[name], scope=whole.value))
    return found


def _crowded(entry: Entry, planned: Mapping[HomeCount, Scope]) -> list[Problem]:
    """Households beyond the homes of their stage; or, not stated, of the stage before, or planned."""
    plan = planned.get(HomeCount.HOMES)
    homes = plan.value if plan and plan.firm else None
    found = []
    for stage in HomeStage:
        stated = entry.get(stage, HomeCount.HOMES) if HomeCount.HOMES in COUNTED[stage] else None
        homes = homes if stated is None else stated
        households = entry.get(stage, HomeCount.HOUSEHOLDS) if HomeCount.HOUSEHOLDS in COUNTED[stage] else None
        if homes is not None and households is not None and households > homes:
            name = column(stage, HomeCount.HOUSEHOLDS)
            found.append(_problem(name, "entry_more_than_homes", value=households, homes=homes))
    return found


@dataclass(frozen=True, slots=True)
class Left:
    """A site on the day of one accepted entry: households that had left by then, and how those signed are paid."""

    day: date
    vacated: int
    cash: int | None = None
    exchange: int | None = None
    decided: int | None = None

    @property
    def owed(self) -> tuple[int, int]:
        """At least and at most so many of those who left are owed a home.

        Those paid in money and those under a compensation decision may all be among them, or none; without the kinds
        of compensation it may be nobody or everybody.
        """
        most = self.vacated if self.exchange is None else min(self.vacated, self.exchange)
        if self.cash is None:
            return 0, most
        return max(0, min(most, self.vacated - self.cash - (self.decided or 0))), most


@dataclass(frozen=True, slots=True)
class Waiting:
    """Households waiting for a home on a day: at least and at most so many, the longest since `since`.

    `overrun`: for how many of the most the transition period had run out; None where no period is set. `unstated`: of
    so many sites nobody has said how many households left, so nothing is known of who waits there.
    """

    least: int
    most: int
    since: date | None
    overrun: int | None
    unstated: int = 0

    def days(self, on: date) -> int | None:
        """How long the longest has waited, in days."""
        return None if self.since is None else (on - self.since).days


def waiting(
    left: Mapping[str, Sequence[Left]], moved_back: int, *, on: date, months: Mapping[str, int | None]
) -> dict[str, Waiting]:
    """Who waits of each site; `left` are its entries, oldest first, `moved_back` the households housed again by `on`.

    First in, first out over all sites together: the ones who left first moved back first. `months`: how long the
    households of a site may wait (过渡期限), where that is set.
    """
    known = {site: [one for one in rows if one.day <= on] for site, rows in left.items()}
    least = _still(known, moved_back, lambda one: one.owed[0])
    most = _still(known, moved_back, lambda one: one.owed[1])
    found = {site: _waiting(least[site], most[site], months.get(site), on) for site in known}
    return {site: one if known[site] else replace(one, unstated=1) for site, one in found.items()}


def most_owed(left: Mapping[str, Sequence[Left]], *, on: date) -> int | None:
    """At most so many households were ever owed a home by a day; None where some site has stated nobody who left."""
    known = [[one.owed[1] for one in rows if one.day <= on] for rows in left.values()]
    return sum(map(max, known)) if known and all(known) else None


Steps = list[tuple[date, int]]


def _still(known: Mapping[str, Sequence[Left]], moved_back: int, owed: Callable[[Left], int]) -> dict[str, Steps]:
    """Of each site the days on which households left that have not moved back, with how many."""
    steps: list[tuple[date, str, int]] = []
    for site, rows in known.items():
        gone = 0
        for one in rows:
            steps.append((one.day, site, max(0, owed(one) - gone)))
            gone = max(gone, owed(one))
    still: dict[str, Steps] = {site: [] for site in known}
    for day, site, count in sorted(steps):
        housed = min(count, moved_back)
        moved_back -= housed
        if count > housed:
            still[site].append((day, count - housed))
    return still


def _waiting(least: Steps, most: Steps, months: int | None, on: date) -> Waiting:
    overrun = None
    if months is not None:
        overrun = sum(count for day, count in most if months_after(day, months) < on)
    return Waiting(
        least=sum(count for _day, count in least),
        most=sum(count for _day, count in most),
        since=most[0][0] if most else None,
        overrun=overrun,
    )


def together(waits: Iterable[Waiting]) -> Waiting:
    """The waiting of many sites; `overrun` counts the sites that have a transition period."""
    rows = list(waits)
    overruns = [row.overrun for row in rows if row.overrun is not None]
    return Waiting(
        least=sum(row.least for row in rows),
        most=sum(row.most for row in rows),
        since=min((row.since for row in rows if row.since), default=None),
        overrun=sum(overruns) if overruns else None,
        unstated=sum(row.unstated for row in rows),
    )


@dataclass(frozen=True, slots=True)
class Balance:
    """Homes against those who wait for them on one day; `short`: at least and at most so many homes are missing."""

    day: date
    waiting: tuple[int, int]
    ready: int

    @property
    def short(self) -> tuple[int, int]:
        """Homes missing; never below zero."""
        return max(0, self.waiting[0] - self.ready), max(0, self.waiting[1] - self.ready)


def course(
    left: Mapping[str, Sequence[Left]], homes: Sequence[tuple[date, int, int]], *, days: Iterable[date]
) -> list[Balance]:
    """Need against supply on each of these days; ready are the accepted homes nobody has moved into yet.

    `left` are the entries of each site, `homes` those of the housing: (day, homes accepted, households moved back).
    """
    entered = sorted(homes)
    found = []
    for day in days:
        at = bisect_right(entered, day, key=lambda one: one[0])
        accepted, back = entered[at - 1][1:] if at else (0, 0)
        owed = [_owed_on(rows, day) for rows in left.values()]
        low, high = sum(one[0] for one in owed), sum(one[1] for one in owed)
        found.append(Balance(day, (max(0, low - back), max(0, high - back)), max(0, accepted - back)))
    return found


def _owed_on(rows: Sequence[Left], day: date) -> tuple[int, int]:
    known = [one for one in rows if one.day <= day]
    return known[-1].owed if known else (0, 0)


class Verdict(StrEnum):
    """How housing stands, the most pressing first."""

    OVERRUN = "overrun"  # households wait beyond their transition period
    OVERDUE = "overdue"  # the homes should have been completed
    LATE = "late"  # the homes come after the first transition period runs out
    UNBEGUN = "unbegun"  # households wait and nothing has been started
    UNDER_WAY = "under_way"
    HOUSED = "housed"  # nobody waits any more
    NOT_KNOWN = "not_known"  # nobody is said to wait, but not every site has stated who left
    NOT_BEGUN = "not_begun"
    NOT_REPORTED = "not_reported"


COLOURS: Mapping[Verdict, Colour] = MappingProxyType(
    {
        Verdict.OVERRUN: Colour.RED,
        Verdict.OVERDUE: Colour.RED,
        Verdict.LATE: Colour.AMBER,
        Verdict.UNBEGUN: Colour.AMBER,
        Verdict.UNDER_WAY: Colour.GREEN,
        Verdict.HOUSED: Colour.DONE,
        Verdict.NOT_KNOWN: Colour.BLANK,
        Verdict.NOT_BEGUN: Colour.LATER,
        Verdict.NOT_REPORTED: Colour.BLANK,
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where housing stands on a day. `ready_by`: when its homes are to be completed (the forecast, else the plan), None
    once they are or where no day is set. `runs_out`: the day the first transition period of those who wait ends.
    """

    entry: Entry
    waits: Waiting
    ready_by: date | None
    runs_out: date | None
    reported: bool


def verdict(found: Standing, *, on: date) -> Verdict:
    """How it stands on the day, from what presses most to what does least."""
    started = found.entry.get(HomeStage.STARTED, HomeCount.HOMES) or found.entry.get(HomeStage.STARTED, HomeCount.AREA)
    if found.waits.overrun:
        return Verdict.OVERRUN
    if found.ready_by is not None and found.ready_by < on:
        return Verdict.OVERDUE
    if found.ready_by is not None and found.runs_out is not None and found.ready_by > found.runs_out:
        return Verdict.LATE
    if found.waits.most and not started:
        return Verdict.UNBEGUN
    if found.entry.get(HomeStage.MOVED_BACK, HomeCount.HOUSEHOLDS) and not found.waits.most:
        return Verdict.NOT_KNOWN if found.waits.unstated else Verdict.HOUSED
    if started:
        return Verdict.UNDER_WAY
    return Verdict.NOT_BEGUN if found.reported or found.ready_by else Verdict.NOT_REPORTED


def runs_out(waits: Mapping[str, Waiting], months: Mapping[str, int | None]) -> date | None:
    """The day the first transition period of those who wait ends; None where nobody waits or no period is set."""
    days = [
        months_after(one.since, period)
        for site, one in waits.items()
        if one.since is not None and (period := months.get(site)) is not None
    ]
    return min(days, default=None)
