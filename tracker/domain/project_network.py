"""A project's milestones as a schedule network, with the windows of the law as ties whose lag depends on the day.

A statutory period is no fixed lag: its last day rolls over days not worked. So the network is placed, each window's lag
is read off the days it came to lie on, and it is placed again until nothing moves: once for the earliest days, once for
the latest, since the same window may span more days at the one than at the other. Days in other projects, days before
the milestones were made, and forecasts are fixed points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from tracker.domain.calendars import Calendar, maximum
from tracker.domain.project_schedule_values import Held, Item
from tracker.domain.schedule import Activity, Contradiction, Link, Result, Tie, schedule
from tracker.domain.states import Status
from tracker.domain.windows import Window, WindowKind, earliest_end, latest_start

ONE = timedelta(1)
ROUNDS = 200
"""Days that still move after so many rounds contradict each other."""
CALENDAR = "worked"
POINT, START = "\x00", "\x01"
"""Begin the keys of fixed points and of first days, so that no milestone has the same."""
# Which end of the predecessor and of the successor a kind of tie joins, and back.
ENDS = {Link.FS: ("f", "s"), Link.SS: ("s", "s"), Link.FF: ("f", "f"), Link.SF: ("s", "f")}
KINDS = {ends: kind for kind, ends in ENDS.items()}
# What the gap between two days is as a lag between their instants.
EXTRA = {Link.FS: -1, Link.SS: 0, Link.FF: 0, Link.SF: 1}


@dataclass(frozen=True, slots=True)
class Law:
    """A window in the network, between the ends as they are kept: an event, and a fixed point, only has a finish."""

    window: Window
    first: str
    first_end: str
    last: str
    last_end: str


@dataclass
class Plan:
    """The network without its windows' lags.

    `held` is the window behind each of `laws`, `forecasts` the fixed point of each forecast that is ahead, `limits` the
    due day or bound of each open milestone, `horizon` a day so late that it binds nothing.
    """

    on: date
    calendar: Calendar
    items: dict[str, Item]
    ties: list[Tie]
    points: list[Activity]
    laws: list[Law]
    held: list[Held]
    forecasts: dict[str, str]
    limits: dict[str, date]
    horizon: date

    def is_event(self, key: str) -> bool:
        """Whether it happens on one day."""
        return key.startswith(POINT) or not self.items[key].duration


def built(
    items: Sequence[Item], ties: Iterable[Tie], outside: Mapping[str, Item], held: Iterable[Held], *, on: date,
    calendar: Calendar,
) -> Plan:  # fmt: skip
    """The network of what is open or done on a known day; what is left out is bridged."""
    gone = {item.key for item in items if item.retired or item.status is Status.SUSPENDED}
    known = bridged(list(ties), gone)
    over = {item.key for item in items if item.unstated or (item.done and item.finish_day is None)}
    tied = {key for tie in known for key in (tie.predecessor, tie.successor)}
    held = list(held)
    tied |= {key for one in held for key in (one.since, one.until)}
    kept = {
        item.key: item
        for item in items
        if item.key not in gone | over and (item.duration or item.key in tied)
    }  # fmt: skip
    plan = Plan(on, calendar, kept, [], [], [], [], {}, {}, horizon=_horizon(kept.values(), calendar))
    for tie in known:
        _tie(plan, tie, outside)
    for at, one in enumerate(held):
        _hold(plan, at, one)
    for key, item in kept.items():
        if not item.done and item.forecast and item.forecast > on:
            plan.forecasts[key] = _point(plan, f"forecast:{key}", item.forecast)
            plan.ties.append(Tie(plan.forecasts[key], key, Link.FF))
        bounds = [day for day in (item.due, _own_bound(item, "finish_no_later")) if day]
        if bounds and not item.done:
            plan.limits[key] = min(bounds)
    return plan


def bridged(ties: list[Tie], gone: set[str]) -> list[Tie]:
    """The ties without those that are left out: what came before one comes before what followed; lags go."""
    for key in sorted(gone):
        before = [tie for tie in ties if tie.successor == key]
        after = [tie for tie in ties if tie.predecessor == key]
        ties = [tie for tie in ties if key not in (tie.predecessor, tie.successor)]
        have = {(tie.predecessor, tie.successor) for tie in ties}
        for first in before:
            for last in after:
                pair = first.predecessor, last.successor
                if pair not in have and pair[0] != pair[1]:
                    have.add(pair)
                    ties.append(Tie(*pair, KINDS[ENDS[first.kind][0], ENDS[last.kind][1]]))
    return ties


def _own_bound(item: Item, name: str) -> date | None:
    return item.constraint_day if item.constraint == name else None


def _horizon(items: Iterable[Item], calendar: Calendar) -> date:
    """A day so late that it binds nothing: the last of the calendar, or after the last due day where that is later."""
    days = [item.due for item in items if item.due and item.unit == "d"]
    return max([calendar.last, *(day + 366 * ONE for day in days if day.year < 9998)])


def _point(plan: Plan, name: str, day: date) -> str:
    """A fixed point on a day, done if that is past; its key."""
    key = POINT + name
    if day <= plan.on:
        plan.points.append(Activity(key, 0, actual_finish=day))
    else:
        plan.points.append(Activity(key, 0, must_finish=day))
    return key


def _tie(plan: Plan, tie: Tie, outside: Mapping[str, Item]) -> None:
    """A tie; one from or to another project holds by the day that milestone is done, forecast or due."""
    first, last = tie.predecessor, tie.successor
    if first in plan.items and last in plan.items:
        plan.ties.append(tie)
    elif first in outside and last in plan.items:
        day = outside[first].start_day if ENDS[tie.kind][0] == "s" else outside[first].finish_day
        if day:
            plan.ties.append(replace(tie, predecessor=_point(plan, f"in:{first}:{last}", day)))
    elif last in outside and first in plan.items and not outside[last].done:
        day = outside[last].start_day if ENDS[tie.kind][1] == "s" else outside[last].finish_day
        if day and day > plan.on:
            plan.ties.append(replace(tie, successor=_point(plan, f"out:{first}:{last}", day)))


def _hold(plan: Plan, at: int, held: Held) -> None:
    """A window that speaks on the day, between milestones that are in the network."""
    if held.now is None or held.until not in plan.items:
        return
    first, first_end = held.since, held.since_end
    if not first:
        if held.since_day is None:
            return
        first = _point(plan, f"law:{at}", held.since_day)
    elif first not in plan.items:
        return
    first_end = "f" if plan.is_event(first) else first_end
    last_end = "f" if plan.is_event(held.until) else held.until_end
    if (first, first_end) != (held.until, last_end):
        plan.laws.append(Law(held.now, first, first_end, held.until, last_end))
        plan.held.append(held)


@dataclass
class Moved:
    """What a round reads off the days found: gaps of the windows, lengths of steps a window stretches, pushes, caps."""

    gaps: dict[int, int]
    lengths: dict[str, int]
    bounds: dict[tuple[str, str], date]


def earliest(plan: Plan, *, shortest: bool = False) -> Result:
    """The earliest days that keep ties and windows, the data date at the earliest.

    `shortest`: every step takes a day unless a window says more, and no forecast counts. Raises CycleFound and
    Contradiction, the latter also where windows can never hold together; OutsideCalendar.
    """
    moved = Moved({}, {}, {})
    for _round in range(ROUNDS):
        found = _place(plan, moved, late=False, shortest=shortest)
        after = Moved({}, {}, dict(moved.bounds))
        for at, law in enumerate(plan.laws):
            first, last = _day(found, law.first, law.first_end), _day(found, law.last, law.last_end)
            worked = not shortest and not law.first.startswith(POINT) and not plan.items[law.first].done
            _gap(plan, after, at, law, first, earliest_end(law.window, first, plan.calendar, worked=worked).day)
            _push(plan, after, law, first, last)
        if after == moved:
            return found
        moved = after
    raise Contradiction("bounds_crossed", *sorted({law.last for law in plan.laws}))


def latest(plan: Plan) -> tuple[Result, dict[tuple[str, str], date]]:
    """The latest days that keep ties, windows, due days and bounds; and the last day that a maximum allows an end (by
    key and end). Errors as `earliest`.
    """
    for key, limit in plan.limits.items():
        if plan.items[key].unit == "wd" and limit > plan.calendar.last:
            raise Contradiction("outside_calendar", key)
    moved = Moved({}, {}, {})
    for _round in range(ROUNDS):
        found = _place(plan, moved, late=True)
        free, after = unbounded(plan, found, moved.bounds), Moved({}, {}, dict(moved.bounds))
        for at, law in enumerate(plan.laws):
            if law.last not in free:
                last = _day(found, law.last, law.last_end, late=True)
                _gap(plan, after, at, law, latest_start(law.window, last, plan.calendar).day, last)
            if law.first not in free and law.first != law.last:
                _cap(plan, after, law, _day(found, law.first, law.first_end, late=True))
        if after == moved:
            return found, moved.bounds
        moved = after
    raise Contradiction("bounds_crossed", *sorted({law.last for law in plan.laws}))


def unbounded(plan: Plan, found: Result, caps: Mapping[tuple[str, str], date]) -> set[str]:
    """The milestones whose latest days nothing sets: their chain ends at one without due day or bound."""
    bound: dict[str, bool] = {}
    limited = set(plan.limits) | {key for key, _end in caps}
    for key in found.placed:
        chain = []
        while key not in bound:
            chain.append(key)
            here = found.placed[key]
            if not here.held_by:
                item = plan.items.get(key)
                own = key in limited or (item is not None and (item.done or item.constraint.startswith("must_")))
                bound[key] = own or key.startswith(POINT)
            else:
                key = here.held_by
        for one in chain:
            bound[one] = bound[key]
    return {key for key, is_bound in bound.items() if not is_bound}


def late_start(found: Result, key: str) -> date:
    """The latest start: that of the first day where that is placed by itself."""
    return found.placed.get(START + key, found.placed[key]).late_start


def _day(found: Result, key: str, end: str, *, late: bool = False) -> date:
    placed = found.placed[key]
    if late:
        return late_start(found, key) if end == "s" else placed.late_finish
    return placed.early_start if end == "s" else placed.early_finish


def _gap(plan: Plan, after: Moved, at: int, law: Law, first: date, last: date) -> None:
    """The days between the two ends, as a gap; within one step as its length."""
    if law.first != law.last:
        after.gaps[at] = (last - first).days
        return
    item = plan.items[law.first]
    days = (last - first).days + 1
    if item.unit == "wd":
        days = plan.calendar.working_between(first - ONE, last)
    after.lengths[law.first] = max(days, after.lengths.get(law.first, 0))


def _push(plan: Plan, after: Moved, law: Law, first: date, last: date) -> None:
    """A maximum that would end too soon: its first end waits, unless that is past."""
    if law.window.kind is not WindowKind.MAX or law.first == law.last or law.first.startswith(POINT):
        return
    if maximum(first, *law.window.length, plan.calendar).day >= last or plan.items[law.first].done:
        return
    day = first
    while maximum(day, *law.window.length, plan.calendar).day < last:
        day += ONE
    place = law.first, law.first_end
    after.bounds[place] = max(day, after.bounds.get(place, day))


def _cap(plan: Plan, after: Moved, law: Law, first: date) -> None:
    """The last day a maximum allows its later end."""
    if law.window.kind is WindowKind.MAX and not plan.items[law.last].done:
        day, place = maximum(first, *law.window.length, plan.calendar).day, (law.last, law.last_end)
        after.bounds[place] = min(day, after.bounds.get(place, day))


def _place(plan: Plan, moved: Moved, *, late: bool, shortest: bool = False) -> Result:
    """One placing with what the last round read off."""
    ties = [
        Tie(law.first, law.last, kind, moved.gaps.get(at, 0) + (EXTRA[kind] if at in moved.gaps else 0))
        for at, law in enumerate(plan.laws)
        if law.first != law.last
        for kind in [KINDS[law.first_end, law.last_end]]
    ]
    points = list(plan.points)
    if not late:
        for (key, end), day in sorted(moved.bounds.items()):
            if day > plan.on:
                # What waits for a day follows a point on the eve of it, or ends with it.
                points.append(Activity(f"{POINT}push:{key}:{end}", 0, must_finish=day if end == "f" else day - ONE))
                kind = Link.FF if end == "f" else Link.FS
                ties.append(Tie(f"{POINT}push:{key}:{end}", key, kind))
    ties = [*(tie for tie in plan.ties if not (shortest and tie.predecessor in plan.forecasts.values())), *ties]
    work = [activity(plan, item, moved, late=late, shortest=shortest) for item in plan.items.values()]
    if late:
        ties = _first_days(work, ties)
    return schedule(
        [*work, *points],
        ties,
        data_date=plan.on,
        deadline=plan.horizon,
        calendars={CALENDAR: plan.calendar},
    )


def _first_days(work: list[Activity], ties: list[Tie]) -> list[Tie]:
    """Let the first day of work be placed by itself where others wait for the start; the ties as they then run.

    Work that has to begin early for another's sake may still end when it is due, as a plan back from a deadline has it.
    """
    begins = {tie.predecessor for tie in ties if ENDS[tie.kind][0] == "s"}
    split = [one for one in work if one.key in begins and one.duration and not (one.actual_start or one.actual_finish)]
    names = {one.key: START + one.key for one in split}
    found = []
    for tie in ties:
        first, last = ENDS[tie.kind]
        before = names.get(tie.predecessor, tie.predecessor) if first == "s" else tie.predecessor
        after = names.get(tie.successor, tie.successor) if last == "s" else tie.successor
        found.append(replace(tie, predecessor=before, successor=after))
    for one in split:
        work.append(Activity(names[one.key], 1, one.unit, one.calendar))
        found.append(Tie(names[one.key], one.key, Link.SS))
    return found


def activity(plan: Plan, item: Item, moved: Moved, *, late: bool, shortest: bool) -> Activity:
    """A milestone as the network places it: bounds from below for the earliest days, from above for the latest."""
    length = item.duration or 0
    if length:
        length = max(1 if shortest else length, moved.lengths.get(item.key, 0))
    one = Activity(item.key, length, "wd" if item.unit == "wd" else "d", CALENDAR)
    if item.done:
        begun = item.actual_start if item.actual_finish else None
        finish = min(item.finish_day or plan.on, plan.on)
        return replace(one, actual_start=begun if begun and begun <= finish else None, actual_finish=finish)
    begun = item.actual_start if length and item.actual_start and item.actual_start <= plan.on else None
    one = replace(one, actual_start=begun, remaining=_remaining(item, length, begun, shortest=shortest))
    if item.constraint == "must_start":
        return replace(one, must_start=item.constraint_day)
    if item.constraint == "must_finish":
        return replace(one, must_finish=item.constraint_day)
    if late:
        far = min(plan.horizon, plan.calendar.last) if one.unit == "wd" else plan.horizon
        by_start, by_finish = moved.bounds.get((item.key, "s")), moved.bounds.get((item.key, "f"))
        by_start = _finish_of(plan, item, length, by_start) if by_start else None
        bounds = [day for day in (plan.limits.get(item.key, far), by_start, by_finish) if day]
        return replace(one, finish_no_later=min(bounds))
    return replace(one, start_no_earlier=_own_bound(item, "start_no_earlier"))


def _remaining(item: Item, length: int, begun: date | None, *, shortest: bool) -> int | None:
    """What is left of work under way, by its progress; None where only the days since its start say."""
    if not length or not (begun or item.status is Status.IN_PROGRESS):
        return None
    if shortest:
        return 1
    if item.progress is None or not item.progress:
        return None
    return max(1, -int(-(length * (Decimal(100) - item.progress)) // 100))


def _finish_of(plan: Plan, item: Item, length: int, start: date) -> date:
    """The finish of work that starts on a day."""
    if item.unit != "wd":
        return start + (length - 1) * ONE
    return plan.calendar.add_working(plan.calendar.roll_backward(start), length - 1)
