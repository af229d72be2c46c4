"""A schedule network as flat arrays of whole numbers, checked once, so that the passes touch no objects.

Instants are ordinals of the beginning of a day. Each activity i has two ends: 2i its start, 2i + 1 its finish; for a
milestone both are the end of its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tracker.domain.schedule_days import CountedLag, Outside, Worked, positions
from tracker.domain.schedule_values import Activity, Contradiction, CycleFound, Link, Tie, WorkedDays

FAR = 10**9  # beyond every instant
LAST = date.max.toordinal()
UNITS = ("d", "wd")
# Which ends a tie joins, 0 the start, 1 the finish.
ENDS = {Link.FS: (1, 0), Link.SS: (0, 0), Link.FF: (1, 1), Link.SF: (0, 1)}


@dataclass(slots=True)
class Network:
    """Arrays by activity, then arrays by tie; `outs` names the ties that leave each activity.

    `length`: days left to do, 0 for a milestone. `lowest` and `highest`: bounds on start and on finish that no tie
    sets. `special`: activities that need more than natural days and one bound (working days, actual or must dates).
    `back`: what to take from the successor's late end to get the predecessor's late start, in natural days.
    """

    data_date: int
    keys: list[str] = field(default_factory=list)
    length: list[int] = field(default_factory=list)
    lowest: list[int] = field(default_factory=list)
    highest: list[int] = field(default_factory=list)
    milestones: set[int] = field(default_factory=set)
    special: set[int] = field(default_factory=set)
    worked: dict[int, Worked] = field(default_factory=dict)
    begun: dict[int, int] = field(default_factory=dict)
    done: dict[int, tuple[int, int]] = field(default_factory=dict)
    fixed: dict[int, int] = field(default_factory=dict)
    source: list[int] = field(default_factory=list)
    target: list[int] = field(default_factory=list)
    lag: list[int] = field(default_factory=list)
    back: list[int] = field(default_factory=list)
    counted: dict[int, CountedLag] = field(default_factory=dict)
    outs: list[list[int]] = field(default_factory=list)
    before: list[int] = field(default_factory=list)


def built(
    activities: Iterable[Activity], ties: Iterable[Tie], data_date: date, calendars: Mapping[str, WorkedDays]
) -> Network:
    """The network as arrays. Raises Contradiction."""
    network = Network(data_date=data_date.toordinal())
    given = list(activities)
    network.keys = [activity.key for activity in given]
    index = {key: i for i, key in enumerate(network.keys)}
    _check_keys(network.keys, index)
    days = _Days(calendars)
    for i, activity in enumerate(given):
        try:
            _add(network, i, activity, days)
        except Outside:
            raise Contradiction("outside_calendar", activity.key) from None
    network.outs = [[] for _ in given]
    network.before = [0] * len(given)
    _tie(network, ties, index, given, days)
    return network


def ordered(network: Network) -> list[int]:
    """The activities so that each comes after its predecessors (Kahn). Raises CycleFound."""
    waiting = network.before[:]
    order = [i for i, count in enumerate(waiting) if not count]
    outs, target = network.outs, network.target
    for i in order:
        for e in outs[i]:
            j = target[e] >> 1
            waiting[j] -= 1
            if not waiting[j]:
                order.append(j)
    if len(order) < len(waiting):
        raise CycleFound(_loop(network, waiting))
    return order


def _loop(network: Network, waiting: list[int]) -> tuple[str, ...]:
    """One circle among the activities still waiting: each of them has a predecessor that waits too."""
    held_by: dict[int, int] = {}
    for source, target in zip(network.source, network.target, strict=True):
        if waiting[source >> 1] and waiting[target >> 1]:
            held_by[target >> 1] = source >> 1
    at = next(iter(held_by))
    seen: dict[int, int] = {}
    while at not in seen:
        seen[at] = len(seen)
        at = held_by[at]
    loop = [i for i, step in seen.items() if step >= seen[at]][::-1]
    first = loop.index(min(loop))
    return tuple(network.keys[i] for i in loop[first:] + loop[:first])


def _check_keys(keys: list[str], index: dict[str, int]) -> None:
    if len(index) < len(keys):
        raise Contradiction("duplicate_key", next(key for i, key in enumerate(keys) if index[key] != i))
    if "" in index:
        raise Contradiction("empty_key", "")


class _Days:
    """The calendars asked for, as positions."""

    def __init__(self, calendars: Mapping[str, WorkedDays]) -> None:
        self._calendars, self._made = calendars, dict[str, Worked]()

    def of(self, name: str, key: str) -> Worked:
        """The named calendar; raises Contradiction, naming the activity that asks, where there is none."""
        if name not in self._made:
            if name not in self._calendars:
                raise Contradiction("unknown_calendar", key)
            self._made[name] = positions(self._calendars[name])
        return self._made[name]


def _add(network: Network, i: int, activity: Activity, days: _Days) -> None:
    """The activity's own numbers; a finished one needs no more than its two ends."""
    duration, remaining = activity.duration, activity.remaining
    if duration < 0 or (remaining is not None and remaining < 0):
        raise Contradiction("negative_duration", activity.key)
    if activity.unit != "d":
        if activity.unit not in UNITS:
            raise Contradiction("unknown_unit", activity.key)
        network.worked[i] = days.of(activity.calendar, activity.key)
        network.special.add(i)
    if not duration:
        network.milestones.add(i)
    elif remaining is not None:
        duration = remaining or 1
    network.length.append(duration)
    network.lowest.append(network.data_date if duration else network.data_date + 1)
    network.highest.append(FAR)
    if activity.actual_start is not None or activity.actual_finish is not None:
        _begin(network, i, activity)
    if i not in network.done and (
        activity.start_no_earlier is not None
        or activity.finish_no_later is not None
        or activity.must_start is not None
        or activity.must_finish is not None
    ):
        _constrain(network, i, activity)


def _begin(network: Network, i: int, activity: Activity) -> None:
    """Actual days: finished (a milestone with any of them), or under way with the rest still to be placed."""
    begun, ended = activity.actual_start, activity.actual_finish
    network.special.add(i)
    days = [day.toordinal() for day in (begun, ended) if day is not None]
    if max(days) > network.data_date:
        raise Contradiction("actual_ahead", activity.key)
    if days != sorted(days):
        raise Contradiction("actual_order", activity.key)
    if not network.length[i]:
        network.done[i] = (days[-1] + 1, days[-1] + 1)
    elif ended is not None:
        finish = days[-1] + 1
        network.done[i] = (days[0] if begun is not None else _counted_back(network, i, finish, activity), finish)
    else:
        network.begun[i] = days[0]
        if activity.remaining is None:
            network.length[i] = max(1, activity.duration - _elapsed(network, i, days[0]))


def _counted_back(network: Network, i: int, finish: int, activity: Activity) -> int:
    """The start of a finished activity of which only the finish was reported: its duration before that."""
    worked = network.worked.get(i)
    if worked is None:
        return finish - activity.duration
    return worked.start(worked.position(finish) - activity.duration)


def _elapsed(network: Network, i: int, begun: int) -> int:
    worked = network.worked.get(i)
    if worked is None:
        return network.data_date - begun
    return worked.position(network.data_date) - worked.position(begun)


def _constrain(network: Network, i: int, activity: Activity) -> None:
    """Bounds and must days; those on the start no longer mean anything once the activity has begun."""
    started = i in network.begun
    earliest = None if started else activity.start_no_earlier
    latest, must_finish = activity.finish_no_later, activity.must_finish
    must_start = None if started else activity.must_start
    if earliest and latest and earliest > latest:
        raise Contradiction("bounds_crossed", activity.key)
    for must in (must_start, must_finish):
        if must and ((earliest and must < earliest) or (latest and must > latest)):
            raise Contradiction("must_outside", activity.key)
    if earliest is not None:
        network.lowest[i] = max(network.lowest[i], earliest.toordinal() + (not network.length[i]))
    if latest is not None:
        network.highest[i] = latest.toordinal() + 1
    days = [_must_start(network, i, must_start)] if must_start else []
    days += [_must_finish(network, i, must_finish)] if must_finish else []
    if days:
        if days[0] != days[-1]:
            raise Contradiction("must_disagree", activity.key)
        network.fixed[i] = days[0]
    if days or latest is not None:
        network.special.add(i)


def _must_start(network: Network, i: int, day: date) -> int:
    """The start (a milestone: its point) that day; working days: on the first worked day from it on."""
    instant, length, worked = day.toordinal(), network.length[i], network.worked.get(i)
    if worked is None:
        return instant if length else instant + 1
    return worked.start(worked.position(instant)) if length else worked.finish(worked.finishing(instant + 1))


def _must_finish(network: Network, i: int, day: date) -> int:
    """The start (a milestone: its point) that finishes that day; working days: on the last worked day up to it."""
    instant, length, worked = day.toordinal() + 1, network.length[i], network.worked.get(i)
    if worked is None:
        return instant - length
    position = worked.position(instant)
    return worked.start(position - length) if length else worked.finish(position)


def _tie(network: Network, ties: Iterable[Tie], index: dict[str, int], given: list[Activity], days: _Days) -> None:
    """The ties as arrays. Where a start–start tie meets a milestone it means the beginning of the milestone's day."""
    length, begun, outs, before = network.length, network.begun, network.outs, network.before
    sources, targets, lags, backs = network.source, network.target, network.lag, network.back
    for e, tie in enumerate(ties):
        i, j = index.get(tie.predecessor, -1), index.get(tie.successor, -1)
        if i < 0 or j < 0 or i == j or tie.kind not in ENDS:
            raise _refused(tie, i, j)
        (from_finish, to_finish), lag = ENDS[tie.kind], tie.lag
        left, right = (not length[i], not length[j]) if tie.kind == Link.SS else (0, 0)
        if lag and tie.lag_unit != "d":
            network.counted[e] = _counted_lag(tie, (-left, int(right)), given[i], given[j], days)
            network.special.add(i)
        lag += right - left
        sources.append(2 * i + from_finish)
        targets.append(2 * j + to_finish)
        lags.append(lag)
        # The start of an activity under way has happened: nothing that follows from it can hold the rest up.
        backs.append(lag + length[i] if from_finish else -FAR if i in begun else lag)
        outs[i].append(e)
        before[j] += 1


def _refused(tie: Tie, i: int, j: int) -> ValueError:
    if i < 0 or j < 0:
        return Contradiction("unknown_key", tie.successor if j < 0 else tie.predecessor)
    return CycleFound((tie.predecessor,)) if i == j else Contradiction("unknown_link", tie.predecessor, tie.successor)


def _counted_lag(
    tie: Tie, at_milestone: tuple[int, int], predecessor: Activity, successor: Activity, days: _Days
) -> CountedLag:
    if tie.lag_unit not in UNITS:
        raise Contradiction("unknown_unit", tie.predecessor, tie.successor)
    worked = days.of(predecessor.calendar, predecessor.key)
    # A milestone is the end of a day, so a lag back to it ends there too, but for the start–start tie.
    to_start = tie.kind == Link.SS or (tie.kind == Link.FS and successor.duration > 0)
    return CountedLag(worked, tie.lag, before=at_milestone[0], after=at_milestone[1], to_start=to_start)
