"""Schedules in plain words: will the day hold, how long can a step wait, what drives it, what is wrong and its cure."""

from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from tracker import words
from tracker.domain.project_schedule import Bracket, Cause, Code, Finding, Goal, Spot, Verdict

FINDINGS: Mapping[str, Promise] = {
    Code.CYCLE: gettext_lazy("Order runs in a circle"),
    Code.CONTRADICTION: gettext_lazy("Days contradict each other"),
    Code.UNLAWFUL: gettext_lazy("Lawful period not kept"),
    Code.IMPOSSIBLE: gettext_lazy("Day cannot be met lawfully"),
    Code.SHORT: gettext_lazy("Days are missing"),
    Code.OVERDUE: gettext_lazy("Its own day has passed"),
    Code.OUT_OF_ORDER: gettext_lazy("Done before its turn"),
    Code.SUPERSEDED: gettext_lazy("The law has changed"),
    Code.NOT_IN_FORCE: gettext_lazy("The law is no longer in force"),
    Code.ESTIMATED: gettext_lazy("Rests on an estimated calendar"),
}

VERDICTS: Mapping[Verdict, Promise] = {
    Verdict.HOLDS: gettext_lazy("holds"),
    Verdict.SHORT: gettext_lazy("does not hold"),
    Verdict.IMPOSSIBLE: gettext_lazy("not possible"),
    Verdict.DONE: pgettext_lazy("a step", "done"),
    Verdict.OPEN: gettext_lazy("no due day"),
}

Name = Callable[[str], str]
"""What a milestone of a code, or a window of an id, is called."""


def unseen() -> str:
    """What stands for a milestone that the reader may not read."""
    return _("a milestone outside your reach")


def finding(code: str) -> str:
    """A finding in a word or two."""
    return str(FINDINGS[Code(code)])


def light(spot: Spot) -> tuple[str, str]:
    """Colour and word of how long a milestone can wait, in natural days."""
    return room(spot.float_days, over=spot.done, tight=spot.critical or spot.near_critical)


def room(days: int | None, *, over: bool, tight: bool) -> tuple[str, str]:
    """Colour and word of a float in natural days: of what is over, of what nothing bounds, missing, or to spare."""
    if over:
        return "done", pgettext("a step", "done")
    if days is None:
        return "blank", _("no limit")
    if days < 0:
        return "red", ngettext("%(days)d day short", "%(days)d days short", -days) % {"days": -days}
    return ("amber" if tight else "green"), ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def verdict(code: Verdict) -> str:
    """What becomes of a goal, in a word."""
    return str(VERDICTS[code])


def goal(one: Goal, name: str) -> str:
    """Whether a day will hold and how many days are to spare, in a sentence."""
    days = abs(one.float_days or 0)
    inputs = {"goal": name, "day": words.day(one.day), "days": days}
    if one.verdict is Verdict.DONE:
        return _("“%(goal)s” is done.") % inputs
    if one.verdict is Verdict.OPEN:
        expected = {"goal": name, "expected": words.day(one.expected)}
        return _("“%(goal)s” has no due day yet; as planned it is reached on %(expected)s.") % expected
    if one.verdict is Verdict.IMPOSSIBLE:
        return _("“%(goal)s” by %(day)s cannot be met lawfully: the earliest lawful day is %(soonest)s.") % {
            **inputs,
            "soonest": words.day(one.soonest),
        }
    if one.verdict is Verdict.SHORT:
        text = ngettext(
            "“%(goal)s” by %(day)s does not hold as planned: %(days)d day is missing.",
            "“%(goal)s” by %(day)s does not hold as planned: %(days)d days are missing.",
            days,
        )
    elif one.float_days:
        text = ngettext(
            "“%(goal)s” by %(day)s will hold: %(days)d day to spare.",
            "“%(goal)s” by %(day)s will hold: %(days)d days to spare.",
            days,
        )
    else:
        text = _("“%(goal)s” by %(day)s will hold, but there is no day to spare.")
    return text % inputs


def slack(held: Bracket) -> tuple[str, str]:
    """Colour and word of how much room a window leaves."""
    if held.slack is None:
        return "blank", "—"
    if held.slack < 0:
        short = -held.slack
        return "red", ngettext("%(days)d day short", "%(days)d days short", short) % {"days": short}
    text = ngettext("%(days)d day to spare", "%(days)d days to spare", held.slack) % {"days": held.slack}
    return "green", text if held.slack else _("kept to the day")


def reason(one: Finding, name: Name, law: Name) -> str:
    """What is wrong, in a sentence; `name` and `law` say what milestones and windows are called."""
    inputs = {"days": one.days, "law": law(one.window) if one.window else ""}
    if one.code is Code.CYCLE:
        loop = " → ".join(name(key) for key in (*one.chain, *one.chain[:1]))
        return _("The order of the milestones runs in a circle: %(loop)s.") % {"loop": loop}
    if one.code is Code.CONTRADICTION:
        if one.basis == "outside_calendar":
            return _("Its days run past the calendar that is loaded, so nothing can be counted.")
        return _("The days laid down contradict each other: no order of days keeps them all.")
    if one.code is Code.OUT_OF_ORDER:
        return _("It was reported before “%(before)s”, which has to come first.") % {"before": name(one.chain[0])}
    if one.code is Code.SUPERSEDED:
        return _("“%(law)s” has another version in force than the one this plan was checked against.") % inputs
    if one.code is Code.NOT_IN_FORCE:
        return _("“%(law)s”, which this plan was checked against, is not in force any more.") % inputs
    if one.code is Code.ESTIMATED:
        return _("Working days so far ahead are our estimate until the notice of that year is out.")
    if one.code is Code.UNLAWFUL:
        return _unlawful(one) % inputs
    text = _missing(one) % inputs
    return text if one.code is Code.OVERDUE else _joined(text, _held(one, name))


def _missing(one: Finding) -> str:
    if one.code is Code.OVERDUE:
        return ngettext("Its day passed %(days)d day ago.", "Its day passed %(days)d days ago.", one.days)
    if one.code is Code.IMPOSSIBLE:
        return ngettext(
            "Even with every step at its lawful minimum, %(days)d day is missing.",
            "Even with every step at its lawful minimum, %(days)d days are missing.",
            one.days,
        )
    if one.basis == "forecast":
        return ngettext(
            "By its forecast it is reached %(days)d day too late.",
            "By its forecast it is reached %(days)d days too late.",
            one.days,
        )
    return ngettext(
        "As planned it is reached %(days)d day too late.",
        "As planned it is reached %(days)d days too late.",
        one.days,
    )


def _unlawful(one: Finding) -> str:
    if one.basis == "actual":
        return ngettext(
            "The days reported miss “%(law)s” by %(days)d day.",
            "The days reported miss “%(law)s” by %(days)d days.",
            one.days,
        )
    if one.basis == "forecast":
        return ngettext(
            "The day forecast misses “%(law)s” by %(days)d day.",
            "The day forecast misses “%(law)s” by %(days)d days.",
            one.days,
        )
    return ngettext(
        "The days planned miss “%(law)s” by %(days)d day.",
        "The days planned miss “%(law)s” by %(days)d days.",
        one.days,
    )


def _held(one: Finding, name: Name) -> str:
    """What sets the day that is missed."""
    inputs = {"day": words.day(one.held_on), "item": name(one.chain[-1] if one.chain else one.key)}
    if one.cause is Cause.DUE:
        return _("What holds it: “%(item)s” is due by %(day)s.") % inputs
    if one.cause is Cause.LAW:
        return _("What holds it: the law sets %(day)s as the last day of “%(item)s”.") % inputs
    if one.cause is Cause.OUTSIDE:
        return _("What holds it: a milestone of another project needs it by %(day)s.") % inputs
    return _("What holds it: “%(item)s” is laid down for %(day)s.") % inputs


def cure(one: Finding) -> str:
    """What would mend it."""
    if one.code is Code.CONTRADICTION:
        if one.basis == "outside_calendar":
            return _("Load the calendar of those years, or plan an earlier day.")
        return _("Give one of these days up.")
    if one.code is Code.UNLAWFUL:
        if one.basis == "actual":
            return _("A lawyer has to say whether the step must be repeated.")
        return _("Plan a day that keeps the lawful period.")
    return str(CURES[one.code])


CURES: Mapping[Code, Promise] = {
    Code.CYCLE: gettext_lazy("Take one of these links out."),
    Code.IMPOSSIBLE: gettext_lazy("Only a later due day helps."),
    Code.SHORT: gettext_lazy("Shorten what no law sets, let steps run side by side, or move the due day."),
    Code.OVERDUE: gettext_lazy("Report that it is done, or plan a new day."),
    Code.OUT_OF_ORDER: gettext_lazy("Check the days reported, or the order of the plan."),
    Code.SUPERSEDED: gettext_lazy("Check the plan against the text now in force."),
    Code.NOT_IN_FORCE: gettext_lazy("Check the plan against the text now in force."),
    Code.ESTIMATED: gettext_lazy("It is counted anew as soon as the official notice is loaded."),
}


def _joined(*sentences: str) -> str:
    """Sentences after each other: Chinese ones without a space."""
    return ("" if words.language().startswith("zh") else " ").join(sentences)
