"""The forward and the backward pass over a network of arrays.

Forward, every unfinished activity takes the earliest place its bounds and ties allow; backward, the latest. A place is
one instant: the start, for a milestone its point. Natural days are added inline, since large plans are made of them;
whatever else an activity has (working days, actual days, must days) goes through the small functions.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.schedule_days import Outside, Worked
from tracker.domain.schedule_network import FAR, LAST, Network
from tracker.domain.schedule_values import Binding, Contradiction

# What holds the late dates, where it is no tie (ties count from 0).
AT_END, NOT_LATER, MUST, ACTUAL = -1, -2, -3, -4
CODES = {NOT_LATER: Binding.NOT_LATER, MUST: Binding.MUST, ACTUAL: Binding.ACTUAL}


@dataclass(slots=True)
class Early:
    """By end of activity: `at`, what ties that leave see; `met`, what ties that arrive must not pass (FAR: nothing).

    They differ at the start of an activity under way: ties leave from the actual start and arrive at the rest. By tie:
    `reach`, the earliest instant it allows its successor's end. `end`: the end of the last day.
    """

    at: list[int]
    met: list[int]
    reach: list[int]
    end: int


@dataclass(slots=True)
class Late:
    """By end of activity: `at`, the latest instant. By activity: `held` (a tie or a code above) and free float."""

    at: list[int]
    held: list[int]
    free: list[int]


def forward(network: Network, order: list[int]) -> Early:
    """The earliest places. Raises Contradiction where they leave a calendar or the years 1 to 9999."""
    length, special, counted = network.length, network.special, network.counted
    source, target, lag, outs = network.source, network.target, network.lag, network.outs
    bound = [-FAR] * (2 * len(length))
    bound[::2] = network.lowest
    at = bound[:]
    reach = [0] * len(source)
    for i in order:
        if i in special:
            _place_special(network, i, bound, at)
        else:
            start, by_finish = bound[2 * i], bound[2 * i + 1] - length[i]
            if by_finish > start:
                start = by_finish
            at[2 * i] = start
            at[2 * i + 1] = start + length[i]
        for e in outs[i]:
            earliest = _reached(network, e, i, at) if e in counted else at[source[e]] + lag[e]
            reach[e] = earliest
            if earliest > bound[target[e]]:
                bound[target[e]] = earliest
    _check(network, at)
    return Early(at, _met(network, at), reach, max(at[1::2], default=0))


def _place_special(network: Network, i: int, bound: list[int], at: list[int]) -> None:
    """The ends of an activity that is finished, under way, held by a must day or counted in working days."""
    if i in network.done:
        at[2 * i], at[2 * i + 1] = network.done[i]
        return
    length, worked = network.length[i], network.worked.get(i)
    by_start, by_finish = bound[2 * i], bound[2 * i + 1]
    if i in network.fixed:
        by_start, by_finish = max(network.fixed[i], network.data_date + (not length)), -FAR
    try:
        place = max(by_start, by_finish - length) if worked is None else _earliest(worked, length, by_start, by_finish)
        finish = place + length if worked is None or not length else _finish(worked, place, length)
    except Outside:
        raise Contradiction("outside_calendar", network.keys[i]) from None
    at[2 * i], at[2 * i + 1] = network.begun.get(i, place), finish


def _earliest(worked: Worked, length: int, by_start: int, by_finish: int) -> int:
    if not length:
        return worked.finish(worked.finishing(max(by_start, by_finish)))
    position = worked.position(by_start)
    if by_finish > -FAR:
        position = max(position, worked.finishing(by_finish) - length)
    return worked.start(position)


def _finish(worked: Worked, start: int, length: int) -> int:
    return worked.finish(worked.position(start) + length)


def _reached(network: Network, e: int, i: int, at: list[int]) -> int:
    try:
        return network.counted[e].reach(at[network.source[e]])
    except Outside:
        raise Contradiction("outside_calendar", network.keys[i]) from None


def _met(network: Network, at: list[int]) -> list[int]:
    met = at[:]
    for i in network.done:
        met[2 * i] = met[2 * i + 1] = FAR
    for i in network.begun:
        met[2 * i] = _start_of_rest(network, i, at[2 * i + 1])
    return met


def _start_of_rest(network: Network, i: int, finish: int) -> int:
    worked = network.worked.get(i)
    if worked is None:
        return finish - network.length[i]
    return worked.start(worked.position(finish) - network.length[i])


def backward(network: Network, order: list[int], early: Early, end: int) -> Late:
    """The latest places that let everything finish by the instant `end`, and the free floats. Raises Contradiction."""
    length, special, target = network.length, network.special, network.target
    back, outs, reach, met, at_end = network.back, network.outs, early.reach, early.met, early.end
    at, held, free = early.met[:], [AT_END] * len(length), [0] * len(length)
    for i in reversed(order):
        if i in special:
            _late_special(network, i, early, end, Late(at, held, free))
            continue
        latest = end - length[i]
        least = at_end - early.at[2 * i + 1]
        for e in outs[i]:
            j = target[e]
            by_tie = at[j] - back[e]
            if by_tie < latest:
                latest, held[i] = by_tie, e
            slack = met[j] - reach[e]
            if slack < least:
                least = slack
        at[2 * i] = latest
        at[2 * i + 1] = latest + length[i]
        free[i] = max(0, least)
    _check(network, at)
    return Late(at, held, free)


def _late_special(network: Network, i: int, early: Early, end: int, late: Late) -> None:
    if i in network.done:
        late.held[i] = ACTUAL
        return
    limit, held = min((end, AT_END), (network.highest[i], NOT_LATER), key=lambda bound: bound[0])
    try:
        place, late.held[i] = _latest(network, i, late.at, limit, held)
        if i in network.fixed:
            place, late.held[i] = network.fixed[i], MUST
        length, worked = network.length[i], network.worked.get(i)
        late.at[2 * i] = place
        late.at[2 * i + 1] = place + length if worked is None or not length else _finish(worked, place, length)
        harmless, _ = _latest(network, i, early.met, early.end, AT_END)
        late.free[i] = max(0, distance(network, i, early.met[2 * i], harmless))
    except Outside:
        raise Contradiction("outside_calendar", network.keys[i]) from None


def _latest(network: Network, i: int, at: list[int], by_finish: int, held: int) -> tuple[int, int]:
    """The latest place that finishes by that instant and keeps the successors' ends where `at` has them; what says so.

    Ties to finished successors, and those from a start that has happened, say nothing.
    """
    by_start, held_start, source = FAR, held, network.source
    for e in network.outs[i]:
        end = at[network.target[e]]
        if end >= FAR or network.back[e] == -FAR:
            continue
        latest = network.counted[e].latest(end) if e in network.counted else end - network.lag[e]
        if source[e] & 1:
            if latest < by_finish:
                by_finish, held = latest, e
        elif latest < by_start:
            by_start, held_start = latest, e
    length, worked = network.length[i], network.worked.get(i)
    if worked is None:
        return min((by_finish - length, held), (by_start, held_start))
    if not length:
        by_point, held = min((by_finish, held), (by_start, held_start))
        return worked.finish(worked.position(by_point)), held
    position = worked.position(by_finish) - length
    if by_start < FAR:
        position, held = min((position, held), (worked.starting_by(by_start), held_start))
    return worked.start(position), held


def distance(network: Network, i: int, a: int, b: int) -> int:
    """How many of the activity's own days its place at `b` is later than at `a`."""
    worked = network.worked.get(i)
    return b - a if worked is None else worked.position(b) - worked.position(a)


def drivers(network: Network, early: Early) -> list[tuple[int, ...]]:
    """For each activity the predecessors whose tie alone would place it where it lies."""
    found: list[tuple[int, ...]] = [()] * len(network.length)
    met, worked = early.met, network.worked
    for source, target, reach in zip(network.source, network.target, early.reach, strict=True):
        if met[target] == reach or (target >> 1 in worked and _snaps(network, target, reach, met[target])):
            found[target >> 1] += (source >> 1,)
    for i in network.fixed:
        found[i] = ()
    return found


def _snaps(network: Network, target: int, reach: int, met: int) -> bool:
    """Whether no worked day lies between the instant a tie reaches and the end that the successor took after it."""
    worked, j = network.worked[target >> 1], target >> 1
    if reach > met or met >= FAR or reach < worked.first:
        return False
    if target & 1 or not network.length[j]:
        return worked.finish(worked.finishing(reach)) == met
    return worked.position(reach) == worked.position(met)


def _check(network: Network, at: list[int]) -> None:
    """Every end stays a date: a first day of year 1 or later, a last day of 9999 or earlier."""
    if at and not 2 <= min(at) <= max(at) <= LAST:
        wrong = [k for k, instant in enumerate(at) if not 2 <= instant <= LAST and instant != FAR]
        if wrong:
            raise Contradiction("beyond_dates", network.keys[wrong[0] >> 1])
