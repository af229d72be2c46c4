"""The schedule of a project: how many days each milestone can wait, what holds it, and what the law makes of it.

The network itself is `tracker.domain.schedule`, put together by `tracker.domain.project_network`; the rules are in
`docs/schedule.md`. Nothing here is refused: what cannot be placed is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from tracker.domain.calendars import Calendar, OutsideCalendar
from tracker.domain.project_findings import brackets, findings, network_refused
from tracker.domain.project_network import POINT, START, Plan, built, earliest, late_start, latest, unbounded
from tracker.domain.project_schedule_values import (
    NEAR,
    SERIOUS,
    Bracket,
    Cause,
    Code,
    Finding,
    Goal,
    Held,
    Item,
    ProjectSchedule,
    Spot,
    Verdict,
)
from tracker.domain.schedule import Contradiction, CycleFound, Result, Tie
from tracker.domain.states import Status

__all__ = [
    "SERIOUS",
    "Bracket",
    "Cause",
    "Code",
    "Finding",
    "Goal",
    "Held",
    "Item",
    "ProjectSchedule",
    "Spot",
    "Verdict",
    "project_schedule",
]


def project_schedule(
    items: Sequence[Item],
    ties: Iterable[Tie],
    *,
    on: date,
    calendar: Calendar,
    held: Iterable[Held] = (),
    outside: Mapping[str, Item] | None = None,
    goals: Iterable[str] = (),
) -> ProjectSchedule | None:
    """Place a project's milestones on a day; None where there is nothing to place: no tie, window or duration.

    `outside` are the milestones of other projects that `ties` name, fixed points at the day each is done, forecast or
    due. `goals` are the milestones the project is judged by; without any, the open one that is due last.
    """
    ties, held, outside = list(ties), list(held), outside or {}
    plan = built(items, ties, outside, held, on=on, calendar=calendar)
    if not plan.items:
        return None
    found = brackets(plan, items, held)
    try:
        early, lawful = earliest(plan), earliest(plan, shortest=True)
        late, caps = latest(plan)
    except (CycleFound, Contradiction, OutsideCalendar) as refused:
        return ProjectSchedule(on, {}, (), (), found, network_refused(refused, found))
    free = unbounded(plan, late, caps)
    spots = {key: _spot(plan, key, early, late, caps, free) for key in plan.items}
    marks = _goals(plan, spots, early, lawful, [key for key in goals if key in plan.items])
    return ProjectSchedule(
        on=on,
        spots=spots,
        goals=marks,
        critical_path=_own(early.critical_path),
        brackets=found,
        findings=findings(plan, spots, lawful, found, outside),
    )


def _own(chain: Iterable[str]) -> tuple[str, ...]:
    """The milestones of a chain, without its fixed points."""
    return tuple(key for key in chain if not key.startswith((POINT, START)))


def _spot(
    plan: Plan, key: str, early: Result, late: Result, caps: Mapping[tuple[str, str], date], free: set[str]
) -> Spot:
    item, first, last = plan.items[key], early.placed[key], late.placed[key]
    worked = item.unit == "wd"
    by_start, late_finish = (None, None) if key in free else (late_start(late, key), last.late_finish)
    chain, cause, held_on = _cause(plan, key, late, caps) if key not in free else ((), None, None)
    limit = plan.limits.get(key)
    if limit and not item.done and late_finish and limit < late_finish:
        # A must day after the due day: the place is fixed, and late all the same.
        late_finish, chain, cause, held_on = limit, (), Cause.DUE, limit
    total = days = None
    if not item.done and late_finish is not None:
        days = (late_finish - first.early_finish).days
        total = plan.calendar.working_between(first.early_finish, late_finish) if worked else days
    estimated = _estimated(plan, key, first.early_start, first.early_finish, late_finish)
    return Spot(
        key=key,
        unit="wd" if worked else "d",
        early_start=first.early_start,
        early_finish=first.early_finish,
        late_start=by_start,
        late_finish=late_finish,
        total_float=total,
        float_days=days,
        free_float=None if item.done else first.free_float,
        done=item.done,
        critical=total is not None and total <= 0,
        near_critical=total is not None and 0 < total <= NEAR,
        driving=_own(first.driving),
        held_by=chain,
        cause=cause,
        held_on=held_on,
        window=_law_at(plan, key, early),
        forecast_holds=plan.forecasts.get(key) in first.driving,
        estimated=estimated and not item.done,
    )


def _cause(
    plan: Plan, key: str, late: Result, caps: Mapping[tuple[str, str], date]
) -> tuple[tuple[str, ...], Cause, date]:
    """The chain of milestones after this one that sets its latest days, and what holds the last of them."""
    chain = late.cause_of(key)
    end, item = chain[-1], plan.items.get(chain[-1])
    if item is None:
        return _own(chain[1:]), Cause.OUTSIDE, late.placed[end].late_finish
    day = late.placed[end].late_finish
    if item.constraint.startswith("must_"):
        cause = Cause.MUST
    elif any((end, at) in caps for at in "sf") and (end not in plan.limits or day < plan.limits[end]):
        cause = Cause.LAW
    elif item.constraint == "finish_no_later" and item.constraint_day == plan.limits.get(end) != item.due:
        cause = Cause.NOT_LATER
    else:
        cause = Cause.DUE
    return _own(chain[1:]), cause, plan.limits.get(end, day) if cause is not Cause.LAW else day


def _law_at(plan: Plan, key: str, early: Result) -> str:
    """The id of the window that sets a milestone's earliest days; '' where only order and duration do."""
    placed = early.placed[key]
    for law in plan.laws:
        if law.last != key:
            continue
        if law.first == key and (placed.early_finish - placed.early_start).days + 1 > _planned_days(plan, key):
            return law.window.id
        if law.first in placed.driving and not any(
            tie.predecessor == law.first and tie.successor == key and not tie.lag for tie in plan.ties
        ):
            return law.window.id
    return ""


def _planned_days(plan: Plan, key: str) -> int:
    return plan.items[key].duration or 0


def _estimated(plan: Plan, key: str, start: date, finish: date, late: date | None) -> bool:
    """Whether an estimated day had a say: the milestone counts working days, or a window ends at it, that far ahead."""
    since = plan.calendar.estimated_from
    if since is None or max(finish, late or finish) < since:
        return False
    return plan.items[key].unit == "wd" or any(law.last == key for law in plan.laws)


def _goals(
    plan: Plan, spots: Mapping[str, Spot], early: Result, lawful: Result, keys: Sequence[str]
) -> tuple[Goal, ...]:
    if not keys:
        dated = [key for key, item in plan.items.items() if item.due and not item.done]
        keys = sorted(dated, key=lambda key: (plan.items[key].due, key))[-1:]
    return tuple(_goal(plan, key, spots, early, lawful) for key in keys)


def _goal(plan: Plan, key: str, spots: Mapping[str, Spot], early: Result, lawful: Result) -> Goal:
    item, spot = plan.items[key], spots[key]
    path = _own(early.driving_to(key))
    if item.done:
        return Goal(key, item.due, Verdict.DONE, None, None, spot.early_finish, path)
    soonest = lawful.placed[key].early_finish
    if item.due is None:
        return Goal(key, None, Verdict.OPEN, spot.float_days, soonest, spot.early_finish, path)
    least = min(
        (days for before in _leading(plan, key) if (days := spots[before].float_days) is not None), default=None
    )
    if soonest > item.due:
        verdict = Verdict.IMPOSSIBLE
    else:
        verdict = Verdict.SHORT if least is not None and least < 0 else Verdict.HOLDS
    return Goal(key, item.due, verdict, least, soonest, spot.early_finish, path)


def _leading(plan: Plan, key: str) -> set[str]:
    """The goal and every open milestone that comes before it."""
    before: dict[str, set[str]] = {}
    for first, last in [
        *((tie.predecessor, tie.successor) for tie in plan.ties),
        *((law.first, law.last) for law in plan.laws),
    ]:
        if first in plan.items and last in plan.items:
            before.setdefault(last, set()).add(first)
    found, todo = {key}, [key]
    while todo:
        for one in before.get(todo.pop(), ()):
            if one not in found:
                found.add(one)
                todo.append(one)
    return {one for one in found if not plan.items[one].done and plan.items[one].status is not Status.SUSPENDED}
