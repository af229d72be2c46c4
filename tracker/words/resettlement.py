"""The words of the resettlement ledger: stages of homes, what is counted, who waits."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tracker import words
from tracker.domain.quantity_values import Qualifier, Quantity
from tracker.domain.relocation import Scope
from tracker.domain.reporting import Problem
from tracker.domain.resettlement import (
    COUNTED,
    MEASURE,
    Entry,
    HomeCount,
    HomeStage,
    Standing,
    Verdict,
    Waiting,
    column,
    measure_of,
)
from tracker.domain.resettlement import FIGURES as NAMES
from tracker.domain.suspicion import Doubt
from tracker.words.relocation import DOUBTS, difference, printed, stated

STAGES: Mapping[HomeStage, Any] = MappingProxyType(
    {
        HomeStage.STARTED: pgettext_lazy("stage of homes", "Started"),
        HomeStage.TOPPED_OUT: pgettext_lazy("stage of homes", "Topped out"),
        HomeStage.ACCEPTED: pgettext_lazy("stage of homes", "Completed and accepted"),
        HomeStage.ALLOCATED: pgettext_lazy("stage of homes", "Allocated"),
        HomeStage.MOVED_BACK: pgettext_lazy("stage of homes", "Moved back"),
    }
)
COUNTS: Mapping[HomeCount, Any] = MappingProxyType(
    {
        HomeCount.HOMES: pgettext_lazy("counted of housing", "Homes"),
        HomeCount.AREA: pgettext_lazy("counted of housing", "Floor area"),
        HomeCount.HOUSEHOLDS: pgettext_lazy("counted of housing", "Households"),
        HomeCount.PERSONS: pgettext_lazy("counted of housing", "People"),
    }
)
FIGURES: Mapping[str, Any] = MappingProxyType(
    {
        "started_homes": gettext_lazy("Homes started"),
        "started_area": gettext_lazy("Floor area started"),
        "topped_out_homes": gettext_lazy("Homes topped out"),
        "topped_out_area": gettext_lazy("Floor area topped out"),
        "accepted_homes": gettext_lazy("Homes completed and accepted"),
        "accepted_area": gettext_lazy("Floor area completed and accepted"),
        "allocated_homes": gettext_lazy("Homes allocated"),
        "allocated_households": gettext_lazy("Households with a home allocated"),
        "moved_back_homes": gettext_lazy("Homes moved into"),
        "moved_back_households": gettext_lazy("Households moved back"),
        "moved_back_persons": gettext_lazy("People moved back"),
    }
)
"""What each figure of an entry is called."""
assert set(FIGURES) == set(NAMES)


def figure(name: str, value: Decimal | int | None) -> str:
    """A figure with its measure as officials print it; '' for none."""
    if value is None:
        return ""
    number, measure = printed(Decimal(value), measure_of(name))
    return words.quantity(Quantity(number, number, Qualifier.EXACT, measure))


def planned(count: HomeCount, scope: Scope) -> str:
    """What is planned, as stated; what a source leaves out says so."""
    return stated(scope, MEASURE[count])


def waiting(found: Waiting) -> str:
    """How many households wait: '1,200户', or '300户 to 1,200户' where the kinds of compensation are not known."""
    least, most = (words.quantity(_households(count)) for count in (found.least, found.most))
    return most if found.least == found.most else _("%(least)s to %(most)s") % {"least": least, "most": most}


def excess(back: int | None, most: int | None) -> str:
    """That more moved back than were owed a home by what the sites report; '' where that is not so or not known."""
    if back is None or most is None or back <= most:
        return ""
    shown = {"back": back, "most": most, "more": back - most}
    said = {name: words.quantity(_households(count)) for name, count in shown.items()}
    return (
        _("%(back)s moved back, %(more)s more than the %(most)s the sites report as owed a home at most: check both.")
        % said
    )


def unstated(found: Waiting) -> str:
    """Of how many sites it is not known who waits; '' where all have stated who left."""
    if not found.unstated:
        return ""
    text = ngettext("%(count)d site of dwellings", "%(count)d sites of dwellings", found.unstated)
    return text % {"count": found.unstated}


def as_far_as_stated(found: Waiting) -> str:
    """The same in brackets, to stand behind a figure."""
    return _(" (not known for %(sites)s)") % {"sites": unstated(found)} if found.unstated else ""


def wait_for_homes(found: Waiting) -> str:
    """How many wait, as the end of a sentence."""
    if not found.most:
        return _("nobody is reported to wait for a home") + as_far_as_stated(found)
    return _("%(waiting)s wait for a home") % {"waiting": waiting(found)} + as_far_as_stated(found)


def completed(accepted: str, planned: str) -> str:
    """How many homes are completed of those planned, both as printed ('' where nobody has stated them)."""
    if accepted and planned:
        return _("%(accepted)s of %(planned)s completed") % {"accepted": accepted, "planned": planned}
    if accepted:
        return _("%(accepted)s completed") % {"accepted": accepted}
    if planned:
        return _("%(planned)s planned, none reported completed") % {"planned": planned}
    return _("homes planned and completed are not stated")


def _households(count: int) -> Quantity:
    return Quantity(Decimal(count), Decimal(count), Qualifier.EXACT, "户")


VERDICTS: Mapping[Verdict, Any] = MappingProxyType(
    {
        Verdict.OVERRUN: pgettext_lazy("state of housing", "Transition run out"),
        Verdict.OVERDUE: pgettext_lazy("state of housing", "Homes overdue"),
        Verdict.LATE: pgettext_lazy("state of housing", "Homes come too late"),
        Verdict.UNBEGUN: pgettext_lazy("state of housing", "Waited for, not begun"),
        Verdict.UNDER_WAY: pgettext_lazy("state of housing", "Under way"),
        Verdict.HOUSED: pgettext_lazy("state of housing", "All moved back"),
        Verdict.NOT_KNOWN: pgettext_lazy("state of housing", "Not known for every site"),
        Verdict.NOT_BEGUN: pgettext_lazy("state of housing", "Not begun"),
        Verdict.NOT_REPORTED: pgettext_lazy("state of housing", "Not reported"),
    }
)
SENTENCES: Mapping[Verdict, Any] = MappingProxyType(
    {
        Verdict.OVERRUN: gettext_lazy("%(waiting)s wait for a home, %(overrun)s beyond their transition period."),
        Verdict.OVERDUE: gettext_lazy("The homes were to be completed by %(ready)s, %(late)s ago; %(who)s."),
        Verdict.LATE: gettext_lazy(
            "The homes are to be completed by %(ready)s, but the first transition period runs out on %(out)s."
        ),
        Verdict.UNBEGUN: gettext_lazy("%(waiting)s wait for a home and none has been started."),
        Verdict.UNDER_WAY: gettext_lazy("Homes are being built; %(who)s."),
        Verdict.HOUSED: gettext_lazy("Nobody waits for a home any more."),
        Verdict.NOT_KNOWN: gettext_lazy(
            "Nobody is reported to wait for a home any more, but %(sites)s did not state who moved out."
        ),
        Verdict.NOT_BEGUN: gettext_lazy("No home is reported started; %(who)s."),
        Verdict.NOT_REPORTED: gettext_lazy("Nothing has been reported and no day is planned."),
    }
)


def reason(verdict: Verdict, standing: Standing, on: date) -> str:
    """Why housing stands as it does, with the figures and days it is read from."""
    late = (on - standing.ready_by).days if standing.ready_by else 0
    return str(SENTENCES[verdict]) % {
        "waiting": waiting(standing.waits) + as_far_as_stated(standing.waits),
        "sites": unstated(standing.waits),
        "who": wait_for_homes(standing.waits),
        "overrun": words.quantity(_households(standing.waits.overrun or 0)),
        "ready": words.day(standing.ready_by),
        "late": words.days(late),
        "out": words.day(standing.runs_out),
    }


def transition(found: Waiting) -> str:
    """How many wait beyond their transition period; '' where no period is set."""
    return "" if found.overrun is None else words.quantity(_households(found.overrun))


DATED: Mapping[str, Any] = MappingProxyType(
    {
        "start": pgettext_lazy("day of housing", "Start"),
        "topping_out": pgettext_lazy("day of housing", "Topping out"),
        "completion": pgettext_lazy("day of housing", "Completion"),
        "move_back": pgettext_lazy("day of housing", "Move-back"),
    }
)
"""The days of housing that milestones say."""


def planned_of(plan: Mapping[HomeCount, Scope], count: HomeCount) -> str:
    """One count of a plan, as stated; '' where the plan does not speak of it."""
    return planned(count, plan[count]) if count in plan else ""


def said(entry: Entry) -> str:
    """What an entry says, in one line: each stage with its counts; '' where nothing is stated."""
    parts = []
    for stage, counts in COUNTED.items():
        given = [figure(column(stage, one), value) for one in counts if (value := entry.get(stage, one)) is not None]
        if given:
            parts.append(f"{STAGES[stage]} {' / '.join(given)}")
    return _(", ").join(parts)


def facts(entry: Entry) -> list[tuple[str, str]]:
    """Every figure an entry states, named."""
    return [
        (str(FIGURES[name]), figure(name, value)) for name in NAMES if (value := entry.figures.get(name)) is not None
    ]


OWN_DOUBTS: Mapping[str, Any] = MappingProxyType(
    {
        "homes_beyond_about": gettext_lazy("%(figure)s: %(after)s is more than the about %(scope)s planned."),
        "homes_plan_unstated": gettext_lazy(
            "Planned homes not stated; entered %(figure)s %(after)s. Nothing bounds it: check it."
        ),
        "homes_implausible": gettext_lazy(
            "Planned homes not stated; entered %(figure)s %(after)s, more than %(most)s, "
            "which hardly any estate has: check the figure."
        ),
    }
)


def doubt(value: Doubt) -> str:
    """What is odd in an entry, as one sentence."""
    name = str(value.inputs["figure"])
    shown: dict[str, Any] = {
        key: figure(name, given) if isinstance(given, Decimal) else given for key, given in value.inputs.items()
    }
    sentence = OWN_DOUBTS.get(value.code) or DOUBTS[value.code]
    return str(sentence) % (shown | {"figure": FIGURES[name]})


def changes(old: Entry | None, new: Entry) -> list[tuple[str, str, str, str]]:
    """What an entry changes: name, before, after, difference; of what stays the same nothing."""
    before = old or Entry()
    pairs = ((name, before.figures.get(name), new.figures.get(name)) for name in NAMES)
    return [
        (str(FIGURES[name]), figure(name, was), figure(name, now), difference(name, was, now, figure))
        for name, was, now in pairs
        if was != now
    ]


def problem(found: Problem) -> str:
    """What is wrong with a figure of an entry, as one sentence with every figure in its measure."""
    shown: dict[str, Any] = dict(found.inputs)
    for name in ("value", "last", "before", "scope", "homes"):
        of = "started_homes" if name == "homes" else found.field
        if isinstance(shown.get(name), Decimal) and of in FIGURES:
            shown[name] = figure(of, shown[name])
    if "stage" in shown:
        shown["stage"] = STAGES[HomeStage(shown["stage"])]
    return words.refusal(found.code, shown)
