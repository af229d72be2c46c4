"""What is wrong with a project's schedule, as codes: the law broken, days that cannot be kept, dates out of order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from tracker.domain.calendars import OutsideCalendar
from tracker.domain.project_network import ENDS, Plan
from tracker.domain.project_schedule_values import Bracket, Cause, Code, Finding, Held, Item, Spot
from tracker.domain.schedule import Contradiction, CycleFound, Link, Result
from tracker.domain.windows import Window, holds

ONE = timedelta(1)
WORST = list(Code)


def brackets(plan: Plan, items: Sequence[Item], held: Iterable[Held]) -> tuple[Bracket, ...]:
    """Every window with its days as they stand: done, forecast or due, and whether they keep to it."""
    by_key = {item.key: item for item in items}
    found = []
    for one in held:
        until = by_key.get(one.until)
        since = by_key.get(one.since) if one.since else None
        if until is None or until.retired or (since is not None and since.retired):
            continue
        first = _at(since, one.since_end) if since else one.since_day
        last = _at(until, one.until_end)
        # What is finished was done under the text of its time; what is open has to keep the one that speaks now.
        window = one.kept if until.done or one.now is None else one.now
        slack, estimated = _slack(plan, window, first, last)
        basis = _basis(since, until)
        found.append(Bracket(one, window, one.since, one.until, first, last, slack, basis, estimated))
    return tuple(found)


def _at(item: Item, end: str) -> date | None:
    return item.start_day if end == "s" and item.duration else item.finish_day


def _basis(since: Item | None, until: Item) -> str:
    if until.done and (since is None or since.done):
        return "actual"
    return (
        "forecast"
        if (until.forecast and not until.done) or (since and since.forecast and not since.done)
        else "planned"
    )


def _slack(plan: Plan, window: Window, first: date | None, last: date | None) -> tuple[int | None, bool]:
    if first is None or last is None:
        return None, False
    try:
        check = holds(window, first, last, plan.calendar)
    except OutsideCalendar:
        return None, False
    return check.slack_days, check.bound.estimated


def network_refused(
    refused: CycleFound | Contradiction | OutsideCalendar, found: Sequence[Bracket]
) -> tuple[Finding, ...]:
    """Why the network cannot be placed, and what can be said without it."""
    if isinstance(refused, CycleFound):
        whole = Finding(Code.CYCLE, refused.loop[0], chain=refused.loop)
    else:
        keys = [key for key in getattr(refused, "keys", ()) if not key.startswith("\x00")]
        whole = Finding(Code.CONTRADICTION, keys[0] if keys else "", chain=tuple(keys), basis=refused.code)
    return tuple(_ordered([whole, *_of_law(found)]))


def findings(
    plan: Plan,
    spots: Mapping[str, Spot],
    lawful: Result,
    found: Sequence[Bracket],
    outside: Mapping[str, Item],
) -> tuple[Finding, ...]:
    """Everything that is wrong, the worst first."""
    made = [*_of_law(found), *_out_of_order(plan, outside)]
    missing = {key: one for key, spot in spots.items() if (one := _missing(plan, spot, lawful))}
    for key, one in missing.items():
        before = {missing[first].code for first in spots[key].driving if first in missing}
        # What only slips with the one before it is mended there; an overdue one says nothing of those that follow.
        if not before & ({Code.SHORT, Code.IMPOSSIBLE} if one.code is Code.SHORT else {one.code}):
            made.append(one)
    made += [Finding(Code.ESTIMATED, key) for key, spot in spots.items() if spot.estimated]
    return tuple(_ordered(made))


def _missing(plan: Plan, spot: Spot, lawful: Result) -> Finding | None:
    """The days a milestone is missing, if any: lawfully, as planned, or only because its own day has passed."""
    if spot.float_days is None or spot.float_days >= 0 or spot.late_finish is None:
        return None
    unlawful = (lawful.placed[spot.key].early_finish - spot.late_finish).days
    code, days = (Code.IMPOSSIBLE, unlawful) if unlawful > 0 else (Code.SHORT, -spot.float_days)
    if not spot.held_by and spot.cause is Cause.DUE and spot.late_finish < plan.on:
        code, days = Code.OVERDUE, (plan.on - spot.late_finish).days
    basis = "forecast" if spot.forecast_holds and code is Code.SHORT else ""
    return Finding(code, spot.key, days, spot.held_by, spot.cause, spot.held_on, spot.window, basis)


def _ordered(made: Iterable[Finding]) -> list[Finding]:
    return sorted(made, key=lambda one: (WORST.index(one.code), -one.days, one.key, one.window))


def _of_law(found: Sequence[Bracket]) -> list[Finding]:
    made = []
    for one in found:
        if one.slack is not None and one.slack < 0:
            chain = (one.since,) if one.since and one.since != one.until else ()
            made.append(Finding(Code.UNLAWFUL, one.until, -one.slack, chain, window=one.window.id, basis=one.basis))
        if one.basis == "actual":
            continue
        if one.held.now is None:
            made.append(Finding(Code.NOT_IN_FORCE, one.until, window=one.held.kept.id))
        elif (one.held.now.version, one.held.now.region) != (one.held.kept.version, one.held.kept.region):
            made.append(Finding(Code.SUPERSEDED, one.until, window=one.held.kept.id))
    return made


def _out_of_order(plan: Plan, outside: Mapping[str, Item]) -> list[Finding]:
    """What has happened before the order allows: natural days of a lag count, working days are left aside."""
    made = []
    for tie in plan.ties:
        last = plan.items.get(tie.successor)
        first = plan.items.get(tie.predecessor)
        if first is None or last is None:
            continue
        happened = _happened(last, ENDS[Link(tie.kind)][1])
        if happened is None:
            continue
        before = _happened(first, ENDS[Link(tie.kind)][0])
        lag = tie.lag if tie.lag_unit == "d" else 0
        # Work that follows starts the day after; an event may fall on the same day.
        gap = 1 if tie.kind is Link.FS and last.duration and first.duration else 0
        days = (before + (lag + gap) * ONE - happened).days if before else 0
        if before is None or days > 0:
            made.append(Finding(Code.OUT_OF_ORDER, last.key, days, (first.key,), basis="actual"))
    return made


def _happened(item: Item, end: str) -> date | None:
    """The day an end has happened on; None where it has not."""
    if end == "s" and item.duration:
        return item.actual_start or (item.actual_finish if item.done else None)
    return item.actual_finish if item.done else None
