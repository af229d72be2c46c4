"""A project's schedule as its page tells it: will the day hold, what drives it, how long each milestone can wait."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.project_schedule import Bracket, Cause, Code, Goal, Spot, Verdict
from tracker.domain.project_schedule_values import NEAR
from tracker.queries.law_lines import LawLine, law_line
from tracker.queries.schedules import Drawn
from tracker.words import project_schedule as said
from tracker.words import windows as law

COLOURS = {
    Verdict.HOLDS: "green",
    Verdict.SHORT: "red",
    Verdict.IMPOSSIBLE: "red",
    Verdict.DONE: "done",
    Verdict.OPEN: "blank",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A milestone in a chain; `code` is '' for one out of the reader's reach, which has no link."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class GoalLine:
    """What becomes of a goal's day, and the chain that drives it."""

    sentence: str
    colour: str
    word: str
    path: list[Step]


@dataclass(frozen=True, slots=True)
class FindingLine:
    """Something to be mended: at which milestone, why, and what would mend it. `colour` is red or amber."""

    code: str
    name: str
    word: str
    colour: str
    reason: str
    cure: str
    window: str
    law: str


@dataclass(frozen=True, slots=True)
class Line:
    """One milestone of the schedule."""

    code: str
    name: str
    earliest: str
    latest: str
    colour: str
    room: str
    critical: bool
    cause: str
    laws: list[LawLine]
    estimated: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The schedule of a project, worded. `estimated`: some of it rests on our estimate of the calendar; `unknown`: of
    some open milestones nobody said how long they take.
    """

    goals: list[GoalLine]
    lines: list[Line]
    findings: list[FindingLine]
    estimated: bool
    unknown: bool
    rooms: dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MilestoneSection:
    """One milestone in its project's schedule: `line` None where the network was refused."""

    line: Line | None
    driving: list[Step]
    held: list[Step]
    laws: list[LawLine]
    findings: list[FindingLine]


def of_milestone(drawn: Drawn, code: str) -> MilestoneSection | None:
    """What its project's schedule says of one milestone that the reader may read; None where it has no part in it."""
    drawn = replace(drawn, seen=drawn.seen | {code})  # a supporting unit reads it too
    spot = drawn.spot(code)
    laws, found = laws_of(drawn, code), findings(drawn, code)
    if not laws and not found and (spot is None or spot.float_days is None):
        return None
    return MilestoneSection(
        line=_line(drawn, spot) if spot else None,
        driving=chain(drawn, spot.driving) if spot and not spot.done else [],
        held=chain(drawn, spot.held_by) if spot and not spot.done else [],
        laws=laws,
        findings=found,
    )


def section(drawn: Drawn) -> Section | None:
    """The schedule as the reader may see it: only milestones in reach are named; None where it says nothing to them."""
    spots = drawn.schedule.spots
    shown = [code for code in drawn.network.rows if code in spots and code in drawn.seen]
    bound = [code for code in shown if spots[code].float_days is not None]
    if not bound and not findings(drawn):
        return None
    return Section(
        goals=[_goal(drawn, goal) for goal in drawn.schedule.goals if goal.key in drawn.seen],
        lines=[_line(drawn, spots[code]) for code in shown],
        findings=findings(drawn),
        estimated=drawn.schedule.estimated,
        unknown=any(drawn.network.rows[code].duration is None for code in shown if not spots[code].done),
        rooms={code: said.light(spots[code]) for code in bound},
    )


def findings(drawn: Drawn, code: str | None = None) -> list[FindingLine]:
    """What is to be mended, the worst first: of the project, or of one milestone. Estimates are marked elsewhere."""
    laws = law_names(drawn)
    return [
        FindingLine(
            code=one.key,
            name=drawn.name(one.key) if one.key else "",
            word=said.finding(one.code),
            colour="red" if one.serious else "amber",
            reason=said.reason(one, drawn.name, lambda key: laws.get(key, key)),
            cure=said.cure(one),
            window=one.window,
            law=laws.get(one.window, ""),
        )
        for one in drawn.findings()
        if one.code is not Code.ESTIMATED and (code is None or one.key == code)
    ]


def law_names(drawn: Drawn) -> dict[str, str]:
    """What the windows of a project are called, by id."""
    return {held.kept.id: law.named(held.now or held.kept) for held in drawn.network.held}


def chain(drawn: Drawn, codes: Iterable[str]) -> list[Step]:
    """Milestones as links; those out of reach in a row become one."""
    found: list[Step] = []
    for code in codes:
        step = Step(code if code in drawn.seen else "", drawn.name(code))
        if step.code or not found or found[-1].code:
            found.append(step)
    return found


def laws_of(drawn: Drawn, code: str) -> list[LawLine]:
    """The windows that end at a milestone."""
    return [_law(held) for held in drawn.schedule.brackets if held.until == code]


def cause(drawn: Drawn, spot: Spot) -> str:
    """What holds it up, or what sets its latest day where that is not simply its own due day; '' where it is."""
    if spot.done or spot.cause is None:
        return ""
    if first := delayed_by(drawn, spot.key):
        return _("held up by “%(name)s”") % {"name": drawn.name(first)}
    if not spot.held_by:
        return _("set by law") if spot.cause is Cause.LAW else ""
    return _("for the sake of “%(name)s”") % {"name": drawn.name(spot.held_by[-1])}


def delayed_by(drawn: Drawn, code: str) -> str:
    """The milestone with which the days began to be missing, where that is an earlier one; '' else."""
    spots, here = drawn.schedule.spots, code
    while late := [key for key in spots[here].driving if (spots[key].float_days or 0) < 0]:
        here = min(late, key=lambda key: (spots[key].float_days or 0, key))
    return "" if here == code or (spots[code].float_days or 0) >= 0 else here


def _goal(drawn: Drawn, goal: Goal) -> GoalLine:
    path = () if goal.verdict is Verdict.DONE or len(goal.path) < 2 else goal.path
    colour = "amber" if goal.verdict is Verdict.HOLDS and (goal.float_days or 0) <= NEAR else COLOURS[goal.verdict]
    return GoalLine(said.goal(goal, drawn.name(goal.key)), colour, said.verdict(goal.verdict), chain(drawn, path))


def _line(drawn: Drawn, spot: Spot) -> Line:
    colour, room = said.light(spot)
    return Line(
        code=spot.key,
        name=drawn.name(spot.key),
        earliest=words.day(spot.early_finish),
        latest="" if spot.done else words.day(spot.late_finish),
        colour=colour,
        room=room,
        critical=spot.total_float == 0 and not spot.done,
        cause=cause(drawn, spot),
        laws=laws_of(drawn, spot.key),
        estimated=spot.estimated,
    )


def _law(held: Bracket) -> LawLine:
    colour, room = said.slack(held)
    between = words.interval(held.first_day, held.last_day) if held.first_day and held.last_day else ""
    return law_line(held.window, between, colour=colour, room=room, version=_version(held))


def _version(held: Bracket) -> str:
    """Which version of the window the plan was checked against, and whether another one is in force."""
    inputs = {"number": held.held.kept.version, "now": held.held.now.version if held.held.now else 0}
    if held.held.now is None:
        return _("Checked against version %(number)d, which is no longer in force.") % inputs
    if held.held.now == held.held.kept:
        return _("Checked against version %(number)d, in force.") % inputs
    return _("Checked against version %(number)d; in force is version %(now)d.") % inputs
