"""Planning back in words: the verdict in a sentence, floats, usual lengths."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tracker import words
from tracker.domain.backplan import BackPlan, StepPlan, Verdict
from tracker.domain.calendars import Unit
from tracker.words import windows as said
from tracker.words.project_schedule import room

NEAR = 5
"""A float of so many days or fewer counts as little."""
COLOURS = {Verdict.FEASIBLE: "green", Verdict.TIGHT: "amber", Verdict.IMPOSSIBLE: "red", Verdict.DONE: "done"}


def verdict_word(verdict: Verdict) -> str:
    """The verdict in a word."""
    if verdict is Verdict.FEASIBLE:
        return _("fits")
    if verdict is Verdict.TIGHT:
        return _("tight")
    return _("not possible") if verdict is Verdict.IMPOSSIBLE else pgettext("a step", "done")


def verdict(plan: BackPlan, goal: str) -> str:
    """What becomes of the deadline, in a sentence; `goal` is the name of the step it is meant for."""
    inputs = {"goal": goal, "deadline": words.day(plan.deadline), "soonest": words.day(plan.soonest)}
    if plan.verdict is Verdict.DONE and plan.steps[plan.goal].implied:
        return _("“%(goal)s” must be done already: a later step was done on %(soonest)s.") % inputs
    if plan.verdict is Verdict.DONE:
        return _("“%(goal)s” is done already, on %(soonest)s.") % inputs
    if plan.verdict is Verdict.FEASIBLE:
        text = ngettext(
            "“%(goal)s” by %(deadline)s fits: %(days)d day to spare.",
            "“%(goal)s” by %(deadline)s fits: %(days)d days to spare.",
            plan.spare,
        )
        return text % (inputs | {"days": plan.spare})
    if plan.verdict is Verdict.TIGHT:
        text = ngettext(
            "“%(goal)s” by %(deadline)s is tight: usually it takes %(days)d day more. Shorten what no law sets.",
            "“%(goal)s” by %(deadline)s is tight: usually it takes %(days)d days more. Shorten what no law sets.",
            plan.short_by,
        )
        return text % (inputs | {"days": plan.short_by})
    if not plan.late_by and not plan.breaches:
        return _("“%(goal)s” by %(deadline)s: the days given contradict the order of the steps.") % inputs
    if not plan.late_by:
        return _("“%(goal)s” by %(deadline)s is not lawful with the days given.") % inputs
    text = ngettext(
        "“%(goal)s” by %(deadline)s is not possible lawfully: %(days)d day is missing.",
        "“%(goal)s” by %(deadline)s is not possible lawfully: %(days)d days are missing.",
        plan.late_by,
    )
    return text % (inputs | {"days": plan.late_by})


def alternative(plan: BackPlan) -> str:
    """The earliest lawful day, and the one with usual durations; '' where it is done."""
    if plan.verdict is Verdict.DONE:
        return ""
    inputs = {"soonest": words.day(plan.soonest), "usual": words.day(plan.usual_end)}
    return _("The earliest lawful day is %(soonest)s; with usual durations it is %(usual)s.") % inputs


def breach(window_name: str, days: int) -> str:
    """That two days which are given do not keep a window."""
    text = ngettext(
        "The days given fall %(days)d day short of “%(window)s”.",
        "The days given fall %(days)d days short of “%(window)s”.",
        days,
    )
    return text % {"days": days, "window": window_name}


def disorder(first: str, last: str) -> str:
    """That a day which is given stands before that of a step it has to follow."""
    return _("The day of “%(last)s” stands before that of “%(first)s”, which it follows.") % {
        "first": first,
        "last": last,
    }


def float_light(step: StepPlan) -> tuple[str, str]:
    """Colour and word of a step's float."""
    over = bool(step.done) or step.implied
    return room(step.float_days, over=over, tight=(step.float_days or 0) <= NEAR)


def state_of(step: StepPlan) -> str:
    """What is known of a step: done, must have been, fixed; '' for an open one."""
    if step.done:
        return _("done on %(day)s") % {"day": words.day(step.done)}
    if step.implied:
        return _("must be done: a later step is")
    return _("fixed on %(day)s") % {"day": words.day(step.fixed)} if step.fixed else ""


def usual(days: int, unit: str) -> str:
    """A usual duration, ours; an event has none."""
    return said.amount(days, Unit(unit)) if days else _("one day's act")


def late(day: date | None) -> str:
    """A latest day, or a dash where nothing sets one."""
    return words.day(day) if day else "—"
