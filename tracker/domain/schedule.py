"""The schedule network: where every step of a plan lies, how much float it has and what holds it.

Semantics as in Primavera P6 and Microsoft Project; `docs/schedule.md` states them and where they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from tracker.domain import schedule_pass
from tracker.domain.schedule_network import Network, built, ordered
from tracker.domain.schedule_pass import AT_END, CODES, Early, Late
from tracker.domain.schedule_values import (
    Activity,
    Binding,
    Contradiction,
    CycleFound,
    Link,
    Placed,
    Problem,
    Result,
    Tie,
    WorkedDays,
)

__all__ = [
    "Activity",
    "Binding",
    "Contradiction",
    "CycleFound",
    "Link",
    "Placed",
    "Problem",
    "Result",
    "Tie",
    "WorkedDays",
    "schedule",
]


def schedule(
    activities: Iterable[Activity],
    ties: Iterable[Tie],
    *,
    data_date: date,
    deadline: date | None = None,
    calendars: Mapping[str, WorkedDays],
    near: int = 5,
) -> Result:
    """Place the activities; unfinished work lies on the data date or later.

    With a deadline the late dates count back from its end, else from the early finish of the whole. `near` is the
    greatest total float, in days of the activity's unit, that counts as nearly critical. Raises CycleFound and
    Contradiction; a date that cannot be kept is no error but negative float, with its cause among the problems.
    """
    network = built(activities, ties, data_date, calendars)
    order = ordered(network)
    early = schedule_pass.forward(network, order)
    late = schedule_pass.backward(network, order, early, deadline.toordinal() + 1 if deadline else early.end)
    at_end = Binding.DEADLINE if deadline else Binding.END
    driving = schedule_pass.drivers(network, early)
    floats = _floats(network, early, late)
    placed = _placed(network, early, late, floats, driving, at_end, near)
    return Result(
        placed=placed,
        start=min((one.early_start for one in placed.values()), default=None),
        finish=date.fromordinal(early.end - 1) if placed else None,
        critical_path=_longest_path(network, early, floats, driving),
        problems=_problems(network, order, early, late, floats, at_end),
    )


def _floats(network: Network, early: Early, late: Late) -> list[int]:
    """Total floats in each activity's own unit: late place minus early place, 0 for the finished."""
    floats = [b - a for a, b in zip(early.met[::2], late.at[::2], strict=True)]
    for i in network.worked:
        if i not in network.done:
            floats[i] = schedule_pass.distance(network, i, early.met[2 * i], late.at[2 * i])
    return floats


class _Dates(dict[int, date]):
    """Ordinals as dates, each made once: many activities share few days."""

    def __missing__(self, ordinal: int) -> date:
        self[ordinal] = made = date.fromordinal(ordinal)
        return made


def _placed(
    network: Network,
    early: Early,
    late: Late,
    floats: list[int],
    driving: list[tuple[int, ...]],
    at_end: Binding,
    near: int,
) -> dict[str, Placed]:
    """The answer for each activity, in the order given."""
    keys, target, milestones, done = network.keys, network.target, network.milestones, network.done
    day, at, latest, codes = _Dates(), early.at, late.at, CODES | {AT_END: at_end}
    found = {}
    for i, key in enumerate(keys):
        # A milestone's ends are the end of its day, so that its start, too, is the day before the instant.
        shown = 1 if i in milestones else 0
        finished, held, total = i in done, late.held[i], floats[i]
        lates = at if finished else latest
        found[key] = Placed(
            key,
            day[at[2 * i] - shown],
            day[at[2 * i + 1] - 1],
            day[lates[2 * i] - shown],
            day[lates[2 * i + 1] - 1],
            total,
            late.free[i],
            total <= 0 and not finished,
            0 < total <= near,
            _named(driving[i], keys) if driving[i] else (),
            codes[held] if held < 0 else Binding.SUCCESSOR,
            "" if held < 0 else keys[target[held] >> 1],
        )
    return found


def _named(indices: tuple[int, ...], keys: list[str]) -> tuple[str, ...]:
    return (keys[indices[0]],) if len(indices) == 1 else tuple(keys[i] for i in sorted(set(indices)))


def _longest_path(network: Network, early: Early, floats: list[int], driving: list[tuple[int, ...]]) -> tuple[str, ...]:
    """From the last finish back along driving predecessors, the one of least float at each fork."""
    last = [i for i, finish in enumerate(early.at[1::2]) if finish == early.end]
    if not last:
        return ()
    # A milestone ends with the work before it: the path runs on to the one that drives no other.
    path = [min(set(last).difference(*(driving[i] for i in last)), key=lambda i: (floats[i], i))]
    while before := driving[path[-1]]:
        path.append(min(before, key=lambda i: (floats[i], i)))
    return tuple(network.keys[i] for i in reversed(path))


def _problems(
    network: Network, order: list[int], early: Early, late: Late, floats: list[int], at_end: Binding
) -> tuple[Problem, ...]:
    """The causes of negative float, the worst first: what the late dates of each activity short of days go back to."""
    cause = list(range(len(floats)))
    worst: dict[int, tuple[int, int]] = {}
    for i in reversed(order):
        held = late.held[i]
        if held >= 0:
            cause[i] = cause[network.target[held] >> 1]
        if floats[i] < 0:
            short = early.met[2 * i + 1] - late.at[2 * i + 1]
            worst[cause[i]] = max(worst.get(cause[i], (0, 0)), (short, -i))
    ranked = sorted(worst.items(), key=lambda found: (-found[1][0], found[0]))
    return tuple(
        Problem(
            code=at_end if late.held[root] == AT_END else CODES[late.held[root]],
            key=network.keys[root],
            worst=network.keys[-i],
            days=short,
        )
        for root, (short, i) in ranked
    )
