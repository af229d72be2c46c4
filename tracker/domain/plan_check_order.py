"""Plan check: dates against the order of steps, circles, loose ends, and dates against the law."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from tracker.domain.calendars import OutsideCalendar
from tracker.domain.plan_check_values import Days, Finding, Held, Input, Plan, Rule, Step
from tracker.domain.schedule_values import Link, Tie
from tracker.domain.states import Status
from tracker.domain.windows import Check, Window, holds

NETWORKED = 80
"""A plan counts as a network where so many of a hundred milestones of a project are linked; below, links are rare and
a milestone without one is nothing special."""

_FROM_START = {Link.SS, Link.SF}
_TO_START = {Link.FS, Link.SS}


def _finding(rule: Rule, step: Step, **inputs: Input) -> Finding:
    return Finding(rule, "milestone", step.code, step.programme, step.project, inputs)


def order(plan: Plan, days: Days) -> Iterator[Finding]:
    """Ties that the planned days do not keep: no pair of the days allowed does (error), or not the last ones (warning).

    What is done holds nobody up, and a start that has happened cannot be moved; what began before its turn still ends
    after what it waits for.
    """
    steps, own = plan.by_code(), {step.code for step in plan.steps}
    for tie in plan.ties:
        if tie.successor not in own or tie.predecessor not in steps:
            continue
        first, then = steps[tie.predecessor], steps[tie.successor]
        if not first.open or not then.open or (tie.kind in _FROM_START and first.begun):
            continue
        if tie.kind is Link.SS and then.begun:
            continue
        try:
            rule = _judged(tie, first, then, days)
        except (OutsideCalendar, OverflowError):
            continue
        if rule:
            yield _finding(
                rule, then, other=first.code, link=str(tie.kind), lag=tie.lag, lag_unit=tie.lag_unit,
                from_day=_from(tie, first)[1], to_day=_to(tie, then)[1],
            )  # fmt: skip


def _judged(tie: Tie, first: Step, then: Step, days: Days) -> Rule | None:
    """Which rule about order a tie breaks, if any."""
    soonest, latest = _from(tie, first)
    limit = _to(tie, then)[1]
    if limit is None:
        return None
    if soonest is not None and lagged(soonest, tie, days) > limit:
        return Rule.ORDER_IMPOSSIBLE
    if latest is not None and lagged(latest, tie, days) > limit:
        return Rule.ORDER_REVERSED
    return None


def _from(tie: Tie, first: Step) -> tuple[date | None, date | None]:
    """The soonest and the latest day of the predecessor's end, as planned."""
    if tie.kind in _FROM_START:
        return first.start, first.start
    return first.first_day, first.last_day


def _to(tie: Tie, then: Step) -> tuple[date | None, date | None]:
    """The soonest and the latest day of the successor's end; a start that is not planned comes by the due day."""
    if tie.kind in _TO_START and then.start is not None and not then.begun:
        return then.start, then.start
    return then.first_day, then.last_day


def lagged(day: date, tie: Tie, days: Days) -> date:
    """The day a lag after (before) another. Raises OutsideCalendar, OverflowError.

    A successor may start on the very day on which its predecessor finishes: a plan by days does not say at what hour.
    """
    if tie.lag_unit == "wd":
        return days.national.add_working(day, tie.lag)
    return day + timedelta(tie.lag)


def cycles(plan: Plan) -> Iterator[Finding]:
    """Each circle of ties, once, with its milestones in order."""
    steps, own = plan.by_code(), {step.code for step in plan.steps}
    for loop in _loops({(tie.predecessor, tie.successor) for tie in plan.ties}):
        here = next((code for code in loop if code in own), "")
        if here:
            at = loop.index(here)
            yield _finding(Rule.CYCLE, steps[here], codes=(*loop[at:], *loop[:at]))


def _loops(pairs: set[tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    """Circles among the pairs; those that share a milestone with one already named are left out."""
    while pairs := _core(pairs):
        after = dict(sorted(pairs, reverse=True))
        trail = [min(after)]
        while trail[-1] not in trail[:-1]:
            trail.append(after[trail[-1]])
        loop = trail[trail.index(trail[-1]) : -1]
        at = loop.index(min(loop))
        yield (*loop[at:], *loop[:at])
        pairs = {pair for pair in pairs if not set(pair) & set(loop)}


def _core(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The pairs that may lie on a circle: what begins nowhere, then what leads nowhere, is peeled off."""
    forward = _peeled(pairs)
    return {(a, b) for b, a in _peeled({(b, a) for a, b in forward})}


def _peeled(pairs: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The pairs left when whatever no pair leads to is taken away, again and again."""
    after: dict[str, list[str]] = defaultdict(list)
    waits = Counter[str]()
    for a, b in pairs:
        after[a].append(b)
        waits[b] += 1
    free = [code for code in after if not waits[code]]
    gone = set(free)
    for code in free:
        for b in after[code]:
            waits[b] -= 1
            if not waits[b]:
                gone.add(b)
                free.append(b)
    return {(a, b) for a, b in pairs if a not in gone}


def ends(plan: Plan) -> Iterator[Finding]:
    """Loose ends in projects that are planned as networks: without any link, without predecessor, without successor.

    One start and one end every project has: the milestone that comes first and the one that comes last. Steps of a
    template are linked as the template has it and do not count: they make no network of the milestones beside them.
    What is under way or done is left alone.
    """
    before, after = _neighbours(plan)
    projects: dict[str, list[Step]] = defaultdict(list)
    for step in plan.steps:
        if not step.from_template:
            projects[step.project].append(step)
    for steps in projects.values():
        linked = [step for step in steps if before[step.code] or after[step.code]]
        if len(linked) < 3 or len(linked) * 100 < len(steps) * NETWORKED:
            continue
        starts = [step for step in linked if not before[step.code] and step.open and not step.begun]
        finishes = [step for step in linked if not after[step.code] and step.open]
        yield from _loose(Rule.OPEN_START, _but(starts, first=True), len(linked), len(steps))
        yield from _loose(Rule.OPEN_END, _but(finishes, first=False), len(linked), len(steps))
        apart = [step for step in steps if not before[step.code] and not after[step.code] and step.open]
        yield from _loose(Rule.UNLINKED, apart, len(linked), len(steps))


def _neighbours(plan: Plan) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """What stands before and after each milestone, by ties and by windows."""
    before: dict[str, set[str]] = defaultdict(set)
    after: dict[str, set[str]] = defaultdict(set)
    pairs = [(tie.predecessor, tie.successor) for tie in plan.ties]
    pairs += [(held.since, held.until) for held in plan.held if held.since]
    for a, b in pairs:
        after[a].add(b)
        before[b].add(a)
    return before, after


def _but(steps: list[Step], *, first: bool) -> list[Step]:
    """All but the one that rightly stands at the beginning (the end): the earliest (latest) by its days."""
    if not steps:
        return []
    ends_of = {step.code: (step.start or step.last_day or date.max) for step in steps}
    if not first:
        ends_of = {step.code: (step.last_day or date.max) for step in steps}
    chosen = (min if first else max)(steps, key=lambda step: ends_of[step.code])
    return [step for step in steps if step is not chosen]


def _loose(rule: Rule, steps: Iterable[Step], linked: int, of: int) -> Iterator[Finding]:
    for step in steps:
        yield _finding(rule, step, linked=linked, of=of)


def windows(plan: Plan, days: Days) -> Iterator[Finding]:
    """Statutory windows that the planned days do not keep, and windows whose law has changed since they were checked.

    Judged by the version in force today. Days outside the calendar are not judged.
    """
    steps, own = plan.by_code(), {step.code for step in plan.steps}
    for held in plan.held:
        if held.until not in own or not steps[held.until].open:
            continue
        until = steps[held.until]
        if held.now is not None and _differs(held.kept, held.now):
            yield _finding(Rule.WINDOW_CHANGED, until, window=held.now, kept=held.kept)
        judged = check(held, steps, days)
        if judged and not judged.holds:
            since = steps[held.since]
            yield _finding(
                Rule.WINDOW_SHORT, until, window=held.now or held.kept, other=since.code,
                from_day=end_of(since, held.since_end), to_day=end_of(until, held.until_end),
                bound=judged.bound.day, days=-judged.slack_days,
            )  # fmt: skip


def check(held: Held, steps: dict[str, Step], days: Days) -> Check | None:
    """Whether the planned days keep to a window; None where it cannot be said."""
    if held.since not in steps or held.until not in steps:
        return None
    since = end_of(steps[held.since], held.since_end)
    until = end_of(steps[held.until], held.until_end)
    if since is None or until is None:
        return None
    try:
        return holds(held.now or held.kept, since, until, days.of(held.region))
    except OutsideCalendar:
        return None


def end_of(step: Step, end: str) -> date | None:
    """The day of a step's start ('s') or finish ('f'): what happened, else the last day planned.

    A step without a duration happens on one day, its due day.
    """
    if end == "s":
        return step.actual_start or step.start or (None if step.duration else step.last_day)
    return step.actual_finish if step.status is Status.DONE else step.last_day


def _differs(kept: Window, now: Window) -> bool:
    return (kept.kind, kept.n, kept.unit) != (now.kind, now.n, now.unit)
