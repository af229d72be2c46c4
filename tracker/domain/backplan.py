"""Planning back from a deadline: for every step the latest day, the earliest day, and the law in between.

Three passes over the same rules. Backward from the deadline with usual durations: the latest days. Forward from today
with usual durations: the earliest days; the difference is the float. Forward with every statutory window at its full
length and every other step in a single day: the earliest lawful end, which says whether a deadline is possible at all.

A statutory period is no lag of the schedule network (`tracker.domain.schedule`): its last day rolls over days not
worked, and a maximum holds from above. So days are found here by narrowing bounds until nothing moves, which gives the
latest (or earliest) days that keep every rule. Events, order and durations mean what `docs/schedule.md` says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.backplan_values import BackPlan, Bracket, StepPlan, Verdict
from tracker.domain.calendars import Calendar, Counted, Unit, before, maximum
from tracker.domain.processes import Attached, End, Link, Step, Template, Tie
from tracker.domain.schedule import Contradiction
from tracker.domain.windows import Window, WindowKind, earliest_end, holds, latest_start

__all__ = ["BackPlan", "Bracket", "StepPlan", "Verdict", "plan"]

ONE = timedelta(1)
ROUNDS = 500
"""Bounds that still move after so many rounds contradict each other."""


Count = Callable[[date], Counted]


@dataclass(frozen=True, slots=True)
class _Arc:
    """`last` comes no earlier than `up(first)`, `first` no later than `down(last)`; `cap` bounds `last` from above."""

    first: End
    last: End
    window: str
    up: Count
    down: Count
    cap: Count | None = None


def plan(
    template: Template,
    *,
    deadline: date,
    today: date,
    days: Mapping[str, date],
    windows: Iterable[Window],
    calendar: Calendar,
) -> BackPlan:
    """Plan back from the deadline. `days` are the steps whose day is known: done up to today, fixed after it.

    Raises OutsideCalendar, and Contradiction('unknown_key') or ('bounds_crossed', …) where no days keep the rules.
    """
    if unknown := sorted(set(days) - {step.key for step in template.steps}):
        raise Contradiction("unknown_key", *unknown)
    for day in (deadline, today, *days.values()):
        calendar.is_working(day)  # refuses what it does not hold
    in_force = {window.id: window for window in windows}
    known = _Known(template, days, today)
    usual = _arcs(template, in_force, calendar, known, shortest=False)
    shortest = _arcs(template, in_force, calendar, known, shortest=True)
    goal, early = End(template.goal), _forward(usual, known, calendar)
    late = _backward(usual, known, calendar, goal, deadline)
    lawful = _forward(shortest, known, calendar)
    steps = {step.key: _step(step, known, early, late) for step in template.steps}
    # Where a later step is done, the goal was reached on that day at the latest.
    over = [day for key, day in known.done.items() if key in template.after([template.goal])]
    soonest = lawful.day[goal] if goal in lawful.day else min(over)
    return _answer(template, known, steps, soonest, _brackets(template, in_force, late, known, calendar), deadline)


class _Known:
    """What is said of the steps: done on a day, fixed on one, over without a day because a later step is done."""

    def __init__(self, template: Template, days: Mapping[str, date], today: date) -> None:
        self.today = today
        self.steps = {step.key: step for step in template.steps}
        self.done = {key: day for key, day in days.items() if day <= today}
        self.fixed = {key: day for key, day in days.items() if day > today}
        self.implied = template.before(self.done) - set(self.done)
        self.open = [key for key in self.steps if key not in self.done and key not in self.implied]

    def ends(self, key: str) -> list[End]:
        """The ends of a step: an event has one, and so has what is over."""
        single = self.steps[key].is_event or key in self.done or key in self.fixed
        return [End(key)] if single else [End(key, "s"), End(key)]

    def disorder(self, template: Template) -> tuple[tuple[str, str], ...]:
        """The pairs of a step fixed on a day to come and one that has to follow it and stands before it."""
        given = self.done | self.fixed
        return tuple(
            (key, later)
            for key, day in self.fixed.items()
            for later in self.steps
            if later in given and given[later] < day and later in template.after([key])
        )

    def end(self, end: End) -> End:
        """The end as it is kept: an event, and a step whose day is known, starts when it finishes."""
        return End(end.step) if len(self.ends(end.step)) == 1 else end


@dataclass
class _Found:
    """Bounds so far: the day of each end, the window that set it, whether an estimated day had a say."""

    day: dict[End, date]
    window: dict[End, str]
    estimated: dict[End, bool]

    def set(self, end: End, counted: Counted, window: str, also: bool) -> None:
        self.day[end], self.window[end] = counted.day, window
        self.estimated[end] = counted.estimated or also


def _arcs(
    template: Template, windows: Mapping[str, Window], calendar: Calendar, known: _Known, *, shortest: bool
) -> list[_Arc]:
    """Every rule between two ends that are not over; a window that is not in force on the day binds nothing."""
    work = [known.steps[key] for key in known.open if len(known.ends(key)) == 2]
    arcs = [_work(step, calendar, 1 if shortest else step.usual) for step in work]
    arcs += [_order(tie, known, calendar) for tie in template.ties]
    for held in template.windows:
        if held.window in windows:
            arcs.append(_lawful(windows[held.window], held, known, calendar, worked=not shortest))
    return [arc for arc in arcs if arc.first != arc.last and not {arc.first.step, arc.last.step} & known.implied]


def _work(step: Step, calendar: Calendar, days: int) -> _Arc:
    """First and last day both count."""
    if step.unit is Unit.WORKING_DAY:

        def up(day: date) -> Counted:
            return _worked(calendar.add_working(calendar.roll_forward(day), days - 1), calendar)

        def down(day: date) -> Counted:
            return _worked(calendar.add_working(calendar.roll_backward(day), 1 - days), calendar)
    else:

        def up(day: date) -> Counted:
            return _plain(day + (days - 1) * ONE)

        def down(day: date) -> Counted:
            return _plain(day - (days - 1) * ONE)

    return _Arc(End(step.key, "s"), End(step.key), "", up, down)


def _order(tie: Tie, known: _Known, calendar: Calendar) -> _Arc:
    """A tie between two steps: work that follows starts the day after, an event may fall on the same day."""
    first = known.end(End(tie.predecessor, "f" if tie.kind in (Link.FS, Link.FF) else "s"))
    last = known.end(End(tie.successor, "s" if tie.kind in (Link.FS, Link.SS) else "f"))
    base = 1 if tie.kind is Link.FS and last.end == "s" else 0
    forward, back = _rolls(known.steps[tie.successor]), _rolls(known.steps[tie.predecessor])
    working = tie.lag_unit == "wd"

    def up(day: date) -> Counted:
        lagged = calendar.add_working(day, tie.lag) if working else day + tie.lag * ONE
        return _seen(calendar.roll_forward(lagged + base * ONE) if forward else lagged + base * ONE, calendar, forward)

    def down(day: date) -> Counted:
        eve = day - base * ONE
        lagged = before(eve, tie.lag, Unit.WORKING_DAY, calendar).day if working and tie.lag else eve - tie.lag * ONE
        return _seen(calendar.roll_backward(lagged) if back else lagged, calendar, back)

    return _Arc(first, last, "", up, down)


def _lawful(window: Window, held: Attached, known: _Known, calendar: Calendar, *, worked: bool) -> _Arc:
    """A window: a minimum, a count back and a gate from below, a maximum from above as well.

    `worked`: a minimum begins on a day worked both ways, so that what fits forward has no day missing backward.
    """
    first, last = known.end(held.first), known.end(held.last)

    def cap(day: date) -> Counted:
        return maximum(day, *window.length, calendar)

    return _Arc(
        first,
        last,
        window.id,
        lambda day: earliest_end(window, day, calendar, worked=worked and first.step not in known.done | known.fixed),
        lambda day: latest_start(window, day, calendar),
        cap if window.kind is WindowKind.MAX else None,
    )


def _rolls(step: Step) -> bool:
    """Whether it only happens on worked days."""
    return step.unit is Unit.WORKING_DAY


def _plain(day: date) -> Counted:
    return Counted(day, day, rolled=False, estimated=False)


def _worked(day: date, calendar: Calendar) -> Counted:
    return _seen(day, calendar, asked=True)


def _seen(day: date, calendar: Calendar, asked: bool) -> Counted:
    """A day, and whether the calendar was asked for it and only estimates it."""
    return Counted(day, day, rolled=False, estimated=asked and calendar.is_estimated(day))


def _backward(arcs: list[_Arc], known: _Known, calendar: Calendar, goal: End, deadline: date) -> _Found:
    """The latest days that keep every rule: bounds only ever move earlier."""
    found = _Found({}, {}, {})
    for key, day in (known.done | known.fixed).items():
        found.set(End(key), _plain(day), "", False)
    if goal.step in known.open:
        rolls = _rolls(known.steps[goal.step])
        last = min(deadline, known.fixed.get(goal.step, deadline))
        found.set(goal, _seen(calendar.roll_backward(last) if rolls else last, calendar, rolls), "", False)

    def settle(end: End, counted: Counted, arc: _Arc, source: End) -> bool:
        if end.step in known.done or (end in found.day and found.day[end] <= counted.day):
            return False
        found.set(end, counted, arc.window, found.estimated[source])
        return True

    def move(arc: _Arc) -> bool:
        moved = False
        if arc.last in found.day:
            moved = settle(arc.first, arc.down(found.day[arc.last]), arc, arc.last)
        if arc.cap and arc.first in found.day:
            moved = settle(arc.last, arc.cap(found.day[arc.first]), arc, arc.first) or moved
        return moved

    _until_still(arcs, move)
    return found


def _forward(arcs: list[_Arc], known: _Known, calendar: Calendar) -> _Found:
    """The earliest days that keep every rule, today at the earliest: bounds only ever move later."""
    found = _Found({}, {}, {})
    for key, day in known.done.items():
        found.set(End(key), _plain(day), "", False)
    for key in known.open:
        start = known.fixed.get(key, known.today)
        rolls = _rolls(known.steps[key]) and key not in known.fixed
        for end in known.ends(key):
            found.set(end, _seen(calendar.roll_forward(start) if rolls else start, calendar, rolls), "", False)

    def settle(end: End, counted: Counted, arc: _Arc, source: End) -> bool:
        if end.step in known.done or found.day[end] >= counted.day:
            return False
        found.set(end, counted, arc.window, found.estimated[source])
        return True

    def move(arc: _Arc) -> bool:
        moved = settle(arc.last, arc.up(found.day[arc.first]), arc, arc.first)
        if arc.cap and arc.cap(found.day[arc.first]).day < found.day[arc.last]:
            day = found.day[arc.first] + ONE
            while arc.cap(day).day < found.day[arc.last]:
                day += ONE
            moved = settle(arc.first, _plain(day), arc, arc.last) or moved
        return moved

    _until_still(arcs, move)
    return found


def _until_still(arcs: list[_Arc], move: Callable[[_Arc], bool]) -> None:
    for _round in range(ROUNDS):
        moved = [move(arc) for arc in arcs]
        if not any(moved):
            return
    raise Contradiction("bounds_crossed", *sorted({arc.window for arc in arcs if arc.cap}))


def _step(step: Step, known: _Known, early: _Found, late: _Found) -> StepPlan:
    if step.key not in known.open:
        day = known.done.get(step.key)
        return StepPlan(step.key, day, day, day, day, None, day, None, step.key in known.implied, "", False, False)
    first, last = known.ends(step.key)[0], End(step.key)
    finish, early_finish = late.day.get(last), early.day[last]
    return StepPlan(
        key=step.key,
        late_start=late.day.get(first),
        late_finish=finish,
        early_start=early.day[first],
        early_finish=early_finish,
        float_days=None if finish is None else (finish - early_finish).days,
        done=None,
        fixed=known.fixed.get(step.key),
        implied=False,
        binding=late.window.get(last, "") or late.window.get(first, ""),
        estimated=late.estimated.get(last, False) or late.estimated.get(first, False),
        float_estimated=early.estimated[last],
    )


def _brackets(
    template: Template, windows: Mapping[str, Window], late: _Found, known: _Known, calendar: Calendar
) -> tuple[Bracket, ...]:
    """Every window in force with its days at the latest; a breach only where both days are known."""
    found, given = [], known.done | known.fixed
    for held in template.windows:
        if held.window not in windows or {held.first.step, held.last.step} & known.implied:
            continue
        window, first, last = windows[held.window], known.end(held.first), known.end(held.last)
        breach = 0
        if first != last and first.step in given and last.step in given:
            breach = max(0, -holds(window, given[first.step], given[last.step], calendar).slack_days)
        days = late.day.get(first), late.day.get(last)
        found.append(Bracket(window, held.first, held.last, *days, breach))
    return tuple(found)


def _answer(
    template: Template,
    known: _Known,
    steps: dict[str, StepPlan],
    soonest: date,
    brackets: tuple[Bracket, ...],
    deadline: date,
) -> BackPlan:
    goal = steps[template.goal]
    due = template.before([template.goal]) | {template.goal}
    floats = [step.float_days for key, step in steps.items() if key in due and step.float_days is not None]
    spare, late_by = min(floats, default=0), max(0, (soonest - deadline).days)
    disorder = known.disorder(template)
    if goal.done or goal.implied:
        verdict = Verdict.DONE
    elif late_by or disorder or any(held.breach for held in brackets):
        verdict = Verdict.IMPOSSIBLE
    else:
        verdict = Verdict.TIGHT if spare < 0 else Verdict.FEASIBLE
    pairs = [pair for pair in template.parallel() if set(pair) <= set(known.open)]
    return BackPlan(
        verdict=verdict,
        deadline=deadline,
        goal=template.goal,
        soonest=soonest,
        usual_end=goal.early_finish or soonest,
        late_by=late_by,
        spare=max(0, spare),
        short_by=max(0, -spare),
        estimated=any(step.estimated or step.float_estimated for step in steps.values()),
        steps=steps,
        brackets=brackets,
        parallel=tuple(pairs),
        disorder=disorder,
    )
