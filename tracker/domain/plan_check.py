"""The plan check: what in a plan cannot hold, what should be looked at, what is good to know.

Rules are small functions over plain values. A false alarm is worse than silence: where a plan does not say enough to
judge by, nothing is found. What is done or suspended is left alone, there is nothing to mend.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from tracker.domain.calendars import OutsideCalendar
from tracker.domain.dates import DateKind, ImpreciseDate, Precision
from tracker.domain.plan_check_order import check as window_check
from tracker.domain.plan_check_order import cycles, ends, order, windows
from tracker.domain.plan_check_values import (
    SEVERITIES,
    Answering,
    DayCount,
    Days,
    Finding,
    Held,
    Input,
    Plan,
    Rule,
    Severity,
    Step,
    Target,
)

__all__ = [
    "CLUSTER_LEAST",
    "CLUSTER_SHARE",
    "SEVERITIES",
    "STANDING_DAYS",
    "Answering",
    "DayCount",
    "Days",
    "Finding",
    "Held",
    "Plan",
    "Rule",
    "Severity",
    "Step",
    "Target",
    "check",
]

CLUSTER_LEAST, CLUSTER_SHARE = 5, 20
"""A last day of a quarter is crowded with so many open milestones, and so many of a hundred of the programme's."""
STANDING_DAYS = 30
"""A forecast later than the plan has stood for long after so many days."""
LISTED = 5
"""As many milestones are named where a finding is about several."""

Inputs = Mapping[str, Input]


def check(plan: Plan, days: Days) -> list[Finding]:
    """Everything found, the most serious rules first, within a rule in the order of the plan."""
    found = [*order(plan, days), *cycles(plan), *ends(plan), *windows(plan, days)]
    for step in plan.steps:
        if step.open:
            found += _about(step, days)
    found += estimated(plan, days)
    found += [*same_names(plan), *without_english(plan)]
    for target in plan.targets:
        found += _target(target)
    found += [*clusters(plan, days), *units(plan)]
    place = {rule: at for at, rule in enumerate(Rule)}
    return sorted(found, key=lambda finding: place[finding.rule])


def _about(step: Step, days: Days) -> Iterator[Finding]:
    for rule, judge in STEP_RULES.items():
        inputs = judge(step, days)
        if inputs is not None:
            yield Finding(rule, "milestone", step.code, step.programme, step.project, inputs)


def no_due(step: Step, days: Days) -> Inputs | None:
    """No date at all."""
    return {} if step.due is None else None


def due_vague(step: Step, days: Days) -> Inputs | None:
    """A date that names no last day (尽快, 9月起): it can never be overdue."""
    return {"due": step.due} if step.due is not None and step.due.latest is None else None


def due_before_reports(step: Step, days: Days) -> Inputs | None:
    """Due before anybody reported on the programme, and nobody has said what became of it."""
    due, since = step.last_day, step.tracking_from
    if due is None or since is None or due >= since or step.status is not None:
        return None
    return {"due": due, "since": since}


def aim(step: Step, days: Days) -> Inputs | None:
    """A date that is sought (争取), not promised; one that has passed is no aim any more."""
    due = step.due
    if due is None or due.kind is not DateKind.STRIVE or due.latest is None or due.latest < days.today:
        return None
    return {"due": due}


def not_working(step: Step, days: Days) -> Inputs | None:
    """Due on a single named day that is not worked. A month ends when it ends, also where its last day is named."""
    due = step.due
    if due is None or due.precision is not Precision.DAY or due.latest is None or due.latest < days.today:
        return None
    if (due.latest + timedelta(1)).day == 1:
        return None
    try:
        if days.national.is_working(due.latest):
            return None
        last = days.national.roll_backward(due.latest)
        return {"day": due.latest, "before": last, "estimated": days.national.is_estimated(due.latest)}
    except OutsideCalendar:
        return None


def start_after_due(step: Step, days: Days) -> Inputs | None:
    """Planned to start after it is due."""
    if step.start is None or step.last_day is None or step.start <= step.last_day:
        return None
    return {"start": step.start, "due": step.last_day}


def duration_too_long(step: Step, days: Days) -> Inputs | None:
    """Takes longer than there is between planned start and due day, both included."""
    start, due = step.start, step.last_day
    if start is None or due is None or not step.duration or start > due:
        return None
    there: int | None = (due - start).days + 1
    if step.duration_unit == "wd":
        there = _worked(start, due, days)
    if there is None or there >= step.duration:
        return None
    return {"start": start, "due": due, "duration": step.duration, "unit": step.duration_unit, "there": there}


def _worked(first: date, last: date, days: Days) -> int | None:
    """The working days from one day to another, both included; None outside the calendar."""
    try:
        return days.national.working_between(first - timedelta(1), last)
    except OutsideCalendar:
        return None


def bound_broken(step: Step, days: Days) -> Inputs | None:
    """The plan's own days do not keep the bound it sets: not earlier, not later, must start, must finish."""
    day, due, start = step.bound_day, step.last_day, step.start
    if day is None:
        return None
    against: tuple[str, date] | None = None
    if step.bound in ("start_no_earlier", "must_start"):
        if start is not None and (start < day or (step.bound == "must_start" and start > day)):
            against = "start", start
        elif due is not None and due < day:
            against = "due", due
    elif due is not None and due > day:
        against = "due", due
    return {"bound": step.bound, "bound_day": day, "end": against[0], "day": against[1]} if against else None


def forecast_standing(step: Step, days: Days) -> Inputs | None:
    """Reports have said for long that it will be later than planned, and the plan stands."""
    due, forecast, since = step.last_day, step.forecast_latest, step.late_since
    if due is None or forecast is None or since is None or forecast <= due:
        return None
    stood = (days.today - since).days
    return {"forecast": forecast, "due": due, "since": since, "days": stood} if stood >= STANDING_DAYS else None


def weight_zero(step: Step, days: Days) -> Inputs | None:
    """Counts for nothing in its project."""
    return None if step.weighs else {}


STEP_RULES: Mapping[Rule, Callable[[Step, Days], Inputs | None]] = {
    Rule.NO_DUE: no_due,
    Rule.DUE_VAGUE: due_vague,
    Rule.DUE_BEFORE_REPORTS: due_before_reports,
    Rule.AIM: aim,
    Rule.NOT_WORKING: not_working,
    Rule.START_AFTER_DUE: start_after_due,
    Rule.DURATION_TOO_LONG: duration_too_long,
    Rule.BOUND_BROKEN: bound_broken,
    Rule.FORECAST_STANDING: forecast_standing,
    Rule.WEIGHT_ZERO: weight_zero,
}


def estimated(plan: Plan, days: Days) -> Iterator[Finding]:
    """Per project, the open milestones whose days were counted in working days on a calendar that is our estimate.

    Natural days, months and years are certain whatever the calendar; they only ask it for the day they end on.
    """
    since = days.national.estimated_from
    if since is None:
        return
    steps = plan.by_code()
    asked = {tie.successor for tie in plan.ties if tie.lag_unit == "wd" and tie.lag}
    for held in plan.held:
        judged = window_check(held, steps, days)
        asked |= {held.until} if judged and judged.bound.estimated else set()
    projects: dict[str, list[Step]] = defaultdict(list)
    for step in plan.steps:
        counted = step.code in asked or (step.duration_unit == "wd" and step.duration)
        if step.open and counted and step.last_day is not None and step.last_day >= since:
            projects[step.project].append(step)
    for project, found in projects.items():
        first = min(step.last_day for step in found if step.last_day)
        inputs: Inputs = {"count": len(found), "first": first, "since": since, "codes": _few(found)}
        yield Finding(Rule.ESTIMATED, "project", project, found[0].programme, project, inputs)


def _few(steps: list[Step]) -> tuple[str, ...]:
    return tuple(step.code for step in steps[:LISTED])


def same_names(plan: Plan) -> Iterator[Finding]:
    """Open milestones of one project that have the same name: nobody can tell them apart in a report."""
    named: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for step in plan.steps:
        if step.open:
            named[step.project, step.name].append(step)
    for (project, name), found in named.items():
        if len(found) > 1:
            inputs: Inputs = {"name": name, "count": len(found), "codes": _few(found)}
            yield Finding(Rule.SAME_NAME, "project", project, found[0].programme, project, inputs)


def without_english(plan: Plan) -> Iterator[Finding]:
    """Per project, the milestones without an English name."""
    projects: dict[str, list[Step]] = defaultdict(list)
    for step in plan.steps:
        if not step.english:
            projects[step.project].append(step)
    for project, found in projects.items():
        inputs: Inputs = {"count": len(found), "codes": _few(found)}
        yield Finding(Rule.NO_ENGLISH, "project", project, found[0].programme, project, inputs)


def _target(target: Target) -> Iterator[Finding]:
    """A target without figure, unit or date; a part against what it is a part of."""

    def about(rule: Rule, **inputs: Input) -> Finding:
        return Finding(rule, "metric", target.code, target.programme, target.project, inputs)

    due, whole = target.due, target.parent_due
    if target.withheld:
        yield about(Rule.TARGET_WITHHELD)
    elif not target.stated:
        if not target.derived:
            yield about(Rule.TARGET_MISSING)
    else:
        if not target.measure:
            yield about(Rule.TARGET_NO_UNIT)
        if (due is None or due.latest is None) and not target.cap and not target.derived:
            yield about(Rule.TARGET_NO_DATE)
    if due is None or whole is None or due.latest is None or whole.latest is None:
        return
    if due.latest > whole.latest:
        yield about(Rule.PART_AFTER_PARENT, other=target.parent, day=due.latest, parent_day=whole.latest)
    elif (own := _width(due)) and (wide := _width(whole)) and own > wide:
        yield about(Rule.PART_WIDER, other=target.parent, days=own, parent_days=wide)


def _width(due: ImpreciseDate) -> int | None:
    """How many days a date can mean; None where its beginning is open."""
    return (due.latest - due.earliest).days + 1 if due.latest and due.earliest else None


def clusters(plan: Plan, days: Days) -> Iterator[Finding]:
    """Last days of a quarter, still ahead, on which too much of a programme falls due at once."""
    total = Counter[str]()
    for day in plan.days:
        total[day.programme] += day.count
    for day in plan.days:
        share = day.count * 100 // total[day.programme]
        crowded = day.count >= CLUSTER_LEAST and day.count * 100 >= CLUSTER_SHARE * total[day.programme]
        if crowded and day.day >= days.today and _ends_quarter(day.day):
            inputs: Inputs = {"day": day.day, "count": day.count, "years": day.years}
            inputs = {**inputs, "of": total[day.programme], "share": share}
            yield Finding(Rule.CLUSTER, "programme", day.programme, day.programme, "", inputs)


def _ends_quarter(day: date) -> bool:
    return (day + timedelta(1)).day == 1 and day.month % 3 == 0


def units(plan: Plan) -> Iterator[Finding]:
    """Units that answer for open items and are retired, or have no official who could report.

    Where nobody reports on a programme yet, that nobody does is no finding.
    """
    reported = {one.programme for one in plan.answering if one.staffed}
    for one in plan.answering:
        inputs: Inputs = {"count": one.items, "unit": one.unit}
        if one.retired:
            yield Finding(Rule.UNIT_RETIRED, "unit", one.unit, one.programme, "", inputs)
        elif not one.staffed and one.programme in reported:
            yield Finding(Rule.NO_OFFICIAL, "unit", one.unit, one.programme, "", inputs)
