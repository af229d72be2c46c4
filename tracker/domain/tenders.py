"""The tender ledger (招标台账): where a package stands, its next deadline, and what stands against its days and counts.

A package takes the steps of a process template; the days of a step are those of its milestone: done, else forecast,
else planned. Nothing that has happened is refused for being unlawful: it is a finding with its window.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from tracker.domain.calendars import Calendar, OutsideCalendar
from tracker.domain.processes import Attached
from tracker.domain.tender_stops import running, stretches
from tracker.domain.tender_values import (
    AFTER_BIDS,
    AWARD,
    BIDS_DUE,
    CLOSING,
    CODES,
    COMPULSORY,
    COMPULSORY_ONLY,
    FEWEST,
    IN_PROCUREMENT,
    NOTICE_OUT,
    OF_A_WINNER,
    PHASE_OF,
    PUBLICITY,
    THRESHOLDS,
    TOO_FEW,
    VALIDITY_SOON,
    Counts,
    Deadline,
    Facts,
    Finding,
    Held,
    Kind,
    Phase,
    Point,
    Reading,
    Regime,
    finding,
)
from tracker.domain.windows import Window, holds

_RANK = {code: rank for rank, code in enumerate(CODES)}


def read(facts: Facts, *, on: date, calendar: Calendar) -> Reading:
    """Where a package stands on a day and what stands against it. Days past the calendar are left unchecked."""
    points, moved = shifted(facts.points, facts.counts, on=on, calendar=calendar)
    held = tuple(_held(facts, points, calendar))
    valid_until = None if of_earlier_call(points, facts.counts) else _valid_until(facts, points)
    phase, current = standing(points, facts.counts)
    found = [
        *_of_law(held),
        *_of_publicity(points),
        *_of_counts(facts, points, on),
        *_of_validity(points, valid_until, on),
        *_of_days(points, facts.counts, calendar, on),
        *_of_order(points, facts.parallel),
        *_of_threshold(facts),
        *_of_state(points, facts.counts, on),
    ]
    return Reading(
        on=on,
        phase=phase,
        current=current,
        coming=_deadlines(points, moved, facts.counts, on),
        points=points,
        moved=moved,
        held=held,
        valid_until=valid_until,
        suspended=facts.counts.suspended(on),
        stopped_days=facts.counts.stopped_days(on),
        findings=tuple(sorted(found, key=lambda one: _RANK[one.code])),
    )


def standing(points: Sequence[Point], counts: Counts) -> tuple[Phase, str]:
    """The phase and the step a package is at: the first after the last that is done; what came before it is over.

    Where units have registered the notice is out, and where bids were counted they are in, whatever else is reported.
    What was done in an earlier call is to be done again from the notice on. A call that failed stays where it did: what
    is reported done after its bids were due leads no further.
    """
    told = BIDS_DUE if counts.bidders is not None else NOTICE_OUT if counts.registered is not None else frozenset()
    again = of_earlier_call(points, counts) is not None
    void = NOTICE_OUT if again else AFTER_BIDS if counts.failed else frozenset()
    anew = min((at for at, point in enumerate(points) if point.key in void), default=len(points))
    done = (at for at, point in enumerate(points) if (point.done and at < anew) or point.key in told)
    last = max(done, default=-1)
    if last + 1 >= len(points):
        return Phase.OVER, ""
    phase = Phase.PREPARING
    for point in points[: last + 2]:
        phase = PHASE_OF.get(point.key, phase)
    return phase, points[last + 1].key


def of_earlier_call(points: Iterable[Point], counts: Counts) -> Point | None:
    """The bid deadline that is still that of a call that failed: of the next one neither its days are reported at the
    milestones yet nor how many have bid. None where there is none.
    """
    if counts.round == 1 or counts.failed or counts.bidders is not None:
        return None
    return next((point for point in points if point.key in BIDS_DUE and point.done), None)


def fits(kind: Kind, regime: Regime) -> bool:
    """Whether the law can govern what is put out: land goes by the rules for land or by none, nothing else by them."""
    return regime is Regime.NONE or (kind is Kind.LAND) is (regime is Regime.LAND)


def binding(attached: Iterable[Attached], *, regime: Regime, compulsory: bool | None) -> list[Attached]:
    """The windows that bind under a law: those of the tender law, of procurement or their counterparts, or of land."""
    prefix = {Regime.TENDER: "TB-", Regime.LAND: "LD-"}.get(regime)
    if regime is Regime.PROCUREMENT:
        here = [(IN_PROCUREMENT.get(one.window, one.window), one) for one in attached]
        return [Attached(window, one.first, one.last) for window, one in here if window.startswith("GP-")]
    if prefix is None:
        return []
    free = COMPULSORY_ONLY if compulsory is False else frozenset()
    return [one for one in attached if one.window.startswith(prefix) and one.window not in free]


def deadlines(points: Sequence[Point], counts: Counts, *, on: date, calendar: Calendar) -> tuple[Deadline, ...]:
    """Every step still to come that has a day, the nearest first, with a suspension's days added: the one clock.

    Of a package's steps in order at least those after its last done one have to be given.
    """
    made, moved = shifted(points, counts, on=on, calendar=calendar)
    return _deadlines(made, moved, counts, on)


def shifted(
    points: Sequence[Point], counts: Counts, *, on: date, calendar: Calendar
) -> tuple[tuple[Point, ...], frozenset[str]]:
    """The steps with the natural days of each suspension in turn added to what was planned before it and, as moved by
    those before, was still to come when it began; which were moved.
    """
    stops = [one for one in counts.stops if one.days(on)]
    if not stops:
        return tuple(points), frozenset()
    made, moved = [], set()
    for point in points:
        of_it = [one for one in stops if point.set_on is None or point.set_on < one.since]
        after = point if point.done else _stood(point, stretches(of_it, on), calendar)
        made.append(after)
        if after is not point:
            moved.add(point.key)
    return tuple(made), frozenset(moved)


def _stood(point: Point, stood: Iterable[tuple[date, date]], calendar: Calendar) -> Point:
    """A step after the clock has stood still; the same one where its day had passed before.

    The natural days add up, and the finish goes on to a day worked once, after the last; the start moves by the same
    days to whichever day that is, so that a period within the step is never cut short.
    """
    start, finish, told = point.start, point.finish, point.finish
    for since, until in stood:
        if finish is None or told is None or told < since:
            break
        if start is not None and start >= since:
            start += until - since
        finish += until - since
        told = _worked(finish, calendar)
    return point if finish == point.finish else replace(point, start=start, finish=told)


def _worked(day: date, calendar: Calendar) -> date:
    try:
        return calendar.roll_forward(day)
    except OutsideCalendar:
        return day


def _deadlines(points: Sequence[Point], moved: Iterable[str], counts: Counts, on: date) -> tuple[Deadline, ...]:
    """None of a call that has failed: it leads to none of its later steps, the next call gets days of its own."""
    if counts.failed or of_earlier_call(points, counts):
        return ()
    last = max((at for at, point in enumerate(points) if point.done), default=-1)
    coming = [
        Deadline(point.key, point.finish, (point.finish - on).days, point.basis, point.key in moved)
        for point in points[last + 1 :]
        if point.finish is not None and not point.unstated and not point.paused
    ]
    return tuple(sorted(coming, key=lambda one: one.day))


def _held(facts: Facts, points: Sequence[Point], calendar: Calendar) -> Iterable[Held]:
    by_key = {point.key: point for point in points}
    for one in binding(facts.attached, regime=facts.regime, compulsory=facts.compulsory):
        window = facts.windows.get(one.window)
        if window is None or one.first.step not in by_key or one.last.step not in by_key:
            continue
        ends = by_key[one.first.step], by_key[one.last.step]
        first, last = _day(ends[0], one.first.end), _day(ends[1], one.last.end)
        bases = {point.basis for point in ends}
        basis = "actual" if bases == {"actual"} else "forecast" if "forecast" in bases else "planned"
        bound, slack, estimated = _slack(window, first, last, calendar)
        yield Held(window, one.first, one.last, first, last, bound, slack, basis, estimated)


def _day(point: Point, end: str) -> date | None:
    return point.finish if end == "f" or point.usual == 0 else point.start


def _slack(
    window: Window, first: date | None, last: date | None, calendar: Calendar
) -> tuple[date | None, int | None, bool]:
    if first is None or last is None:
        return None, None, False
    try:
        check = holds(window, first, last, calendar)
    except OutsideCalendar:
        return None, None, False
    return check.bound.day, check.slack_days, check.bound.estimated


def _of_law(held: Iterable[Held]) -> list[Finding]:
    return [
        finding("unlawful", window=one.window.id, step=one.last.step, days=-one.slack, basis=one.basis)
        for one in held
        if one.slack is not None and one.slack < 0
    ]


def _of_publicity(points: Sequence[Point]) -> list[Finding]:
    """Objections may come until publicity is over: the award is later than its last day."""
    shown = next((point.finish for point in points if point.key == PUBLICITY), None)
    award = _first(points, AWARD)
    if shown is None or award is None or award.finish is None or award.finish > shown:
        return []
    return [finding("award_in_publicity", award=award.finish, ends=shown)]


def _of_counts(facts: Facts, points: Sequence[Point], on: date) -> list[Finding]:
    counts, found = facts.counts, []
    found += [finding("counts_grow", **one) for one in growing(counts)]
    rule = TOO_FEW.get(facts.regime)
    if rule is None or counts.failed:
        return found
    closed = _first(points, BIDS_DUE)
    still_open = closed is not None and not closed.done and closed.finish is not None and closed.finish > on
    if counts.bidders is not None and counts.bidders < FEWEST and not still_open:
        found.append(finding("too_few", count=counts.bidders, rule=rule))
    if counts.shortlisted is not None and counts.shortlisted < FEWEST:
        found.append(finding("too_few_shortlisted", count=counts.shortlisted, rule=rule))
    return found


def growing(counts: Counts) -> list[dict[str, str | int]]:
    """Where a later stage counts more units than an earlier one: registered, shortlisted, bidders."""
    named = [(name, getattr(counts, name)) for name in ("registered", "shortlisted", "bidders")]
    stated = [(name, count) for name, count in named if count is not None]
    pairs = pairwise(stated)
    return [{"more": b, "less": a, "count": n, "of": m} for (a, m), (b, n) in pairs if n > m]


def _valid_until(facts: Facts, points: Sequence[Point]) -> date | None:
    closed = _first(points, BIDS_DUE)
    if facts.validity_days is None or closed is None or closed.finish is None:
        return None
    return closed.finish + timedelta(facts.validity_days)


def _of_validity(points: Sequence[Point], ends: date | None, on: date) -> list[Finding]:
    award = _first(points, AWARD)
    if ends is None or (award is not None and award.done and award.finish is not None and award.finish <= ends):
        return []
    if award is not None and award.done and award.finish is None:
        return []
    if award is not None and award.finish is not None and award.finish > ends:
        return [finding("validity_short", ends=ends, award=award.finish)]
    if ends < on:
        return [finding("validity_over", ends=ends)]
    left = (ends - on).days
    return [finding("validity_soon", ends=ends, days=left)] if left <= VALIDITY_SOON else []


def _of_days(points: Sequence[Point], counts: Counts, calendar: Calendar, on: date) -> list[Finding]:
    """Days not worked and days that have passed; of a call that failed nothing is overdue, as `_deadlines` has it."""
    found = []
    over = counts.failed or of_earlier_call(points, counts) is not None
    last = max((at for at, point in enumerate(points) if point.done), default=-1)
    for at, point in enumerate(points):
        if point.finish is None:
            continue
        if point.key in CLOSING and _off(point.finish, calendar):
            found.append(finding("deadline_not_worked", step=point.key, day=point.finish))
        if at > last and not point.done and point.finish < on:
            if point.unstated:
                found.append(finding("unstated", step=point.key, day=point.finish))
            elif not over:
                late = (on - point.finish).days
                found.append(finding("overdue", step=point.key, day=point.finish, days=late))
    return found


def _off(day: date, calendar: Calendar) -> bool:
    try:
        return not calendar.is_working(day)
    except OutsideCalendar:
        return False


def _of_order(points: Sequence[Point], parallel: frozenset[tuple[str, str]]) -> list[Finding]:
    """Each step with a day beside the one before it that has one: its day may not come first, nor fall on the same
    where it, or a step between them, takes time.
    """
    found = []
    dated = [(at, point, point.finish) for at, point in enumerate(points) if point.finish is not None]
    for (here, first, one), (there, second, other) in pairwise(dated):
        if (first.key, second.key) in parallel:
            continue
        takes_time = any(point.usual != 0 for point in points[here + 1 : there + 1])
        if one > other:
            found.append(finding("order", first=first.key, second=second.key, days=(one - other).days))
        elif one == other and takes_time and not (first.done and second.done):
            found.append(finding("no_time", first=first.key, second=second.key, day=other))
    return found


def _of_threshold(facts: Facts) -> list[Finding]:
    least = THRESHOLDS.get(facts.kind)
    if least is None or facts.estimate is None or facts.estimate < least or facts.regime is not Regime.NONE:
        return []
    return [finding("must_be_tendered", estimate=facts.estimate, threshold=least, rule=COMPULSORY)]


def _of_state(points: Iterable[Point], counts: Counts, on: date) -> list[Finding]:
    found = []
    if before := of_earlier_call(points, counts):
        found.append(finding("earlier_call", step=before.key, round=counts.round))
    if now := running(counts.stops, on):
        found.append(finding("suspended", since=now.since, until=now.until, days=now.days(on)))
    if counts.failed:
        found.append(finding("failed", round=counts.round))
        won = [point for point in points if point.done and point.key in OF_A_WINNER]
        found += [finding("award_though_failed", step=point.key, round=counts.round) for point in won]
    return found


def _first(points: Iterable[Point], keys: Iterable[str]) -> Point | None:
    wanted = frozenset(keys)
    return next((point for point in points if point.key in wanted), None)
