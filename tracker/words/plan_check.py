"""The plan check in words: for each rule its title, what would mend it, and why it is as serious as it is."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker.domain.plan_check_values import Rule, Severity
from tracker.domain.states import Colour

LEVELS: Mapping[Severity, Promise] = MappingProxyType(
    {
        Severity.ERROR: gettext_lazy("Must be mended"),
        Severity.WARNING: gettext_lazy("Should be looked at"),
        Severity.NOTE: gettext_lazy("Good to know"),
    }
)
COLOURS: Mapping[Severity, Colour] = MappingProxyType(
    {Severity.ERROR: Colour.RED, Severity.WARNING: Colour.AMBER, Severity.NOTE: Colour.LATER}
)

TITLES: Mapping[Rule, Promise] = MappingProxyType(
    {
        Rule.CYCLE: gettext_lazy("Steps wait for each other in a circle"),
        Rule.WINDOW_SHORT: gettext_lazy("A period set by law is not kept"),
        Rule.ORDER_IMPOSSIBLE: gettext_lazy("Dates that contradict the order of steps"),
        Rule.START_AFTER_DUE: gettext_lazy("Starts after it is due"),
        Rule.DURATION_TOO_LONG: gettext_lazy("Takes longer than there is time"),
        Rule.BOUND_BROKEN: gettext_lazy("The plan breaks a day it sets itself"),
        Rule.UNIT_RETIRED: gettext_lazy("The unit responsible does not exist any more"),
        Rule.TARGET_NO_UNIT: gettext_lazy("A target without a unit of measure"),
        Rule.ORDER_REVERSED: gettext_lazy("Due before the step it waits for"),
        Rule.WINDOW_CHANGED: gettext_lazy("The law has changed since the plan was checked"),
        Rule.NO_OFFICIAL: gettext_lazy("Nobody can report"),
        Rule.CLUSTER: gettext_lazy("Too much is due on one day"),
        Rule.DUE_VAGUE: gettext_lazy("A date that names no last day"),
        Rule.FORECAST_STANDING: gettext_lazy("Known to be late, plan unchanged"),
        Rule.TARGET_NO_DATE: gettext_lazy("A target without a date"),
        Rule.PART_AFTER_PARENT: gettext_lazy("A part is due after the whole"),
        Rule.NO_DUE: gettext_lazy("A milestone without a date"),
        Rule.DUE_BEFORE_REPORTS: gettext_lazy("Due before reporting began, outcome not stated"),
        Rule.AIM: gettext_lazy("An aim, not a commitment"),
        Rule.NOT_WORKING: gettext_lazy("Due on a day that is not worked"),
        Rule.ESTIMATED: gettext_lazy("Counted on an estimated calendar"),
        Rule.UNLINKED: gettext_lazy("Not linked to any other step"),
        Rule.OPEN_START: gettext_lazy("Waits for nothing"),
        Rule.OPEN_END: gettext_lazy("Nothing waits for it"),
        Rule.PART_WIDER: gettext_lazy("A part is dated more loosely than the whole"),
        Rule.TARGET_WITHHELD: gettext_lazy("No figure for the target"),
        Rule.TARGET_MISSING: gettext_lazy("A metric without a target"),
        Rule.WEIGHT_ZERO: gettext_lazy("Counts for nothing"),
        Rule.SAME_NAME: gettext_lazy("The same name twice in a project"),
        Rule.NO_ENGLISH: gettext_lazy("No English name"),
    }
)

MENDS: Mapping[Rule, Promise] = MappingProxyType(
    {
        Rule.CYCLE: gettext_lazy("Take away one of these links: it is the wrong way round."),
        Rule.WINDOW_SHORT: gettext_lazy("Move one of the two days, or have a lawyer confirm why the period is kept."),
        Rule.ORDER_IMPOSSIBLE: gettext_lazy("Give one of the two a new date, or take the link away if it is wrong."),
        Rule.START_AFTER_DUE: gettext_lazy("Plan an earlier start or a later date."),
        Rule.DURATION_TOO_LONG: gettext_lazy("Plan an earlier start, a later date, or a shorter duration."),
        Rule.BOUND_BROKEN: gettext_lazy("Change the date, or lift the bound."),
        Rule.UNIT_RETIRED: gettext_lazy("Give the items to another unit."),
        Rule.TARGET_NO_UNIT: gettext_lazy("State the unit of measure with the target."),
        Rule.ORDER_REVERSED: gettext_lazy("Bring the earlier step forward, or give the later one a later date."),
        Rule.WINDOW_CHANGED: gettext_lazy("Plan back again with the law now in force."),
        Rule.NO_OFFICIAL: gettext_lazy("Appoint an official of this unit, or give the items to another unit."),
        Rule.CLUSTER: gettext_lazy("Give each a month of its own; what only names a year counts to its last day."),
        Rule.DUE_VAGUE: gettext_lazy("Say by when at the latest."),
        Rule.FORECAST_STANDING: gettext_lazy("Change the plan with the reason, or say how the date will still be met."),
        Rule.TARGET_NO_DATE: gettext_lazy("Say by when the target is to be reached."),
        Rule.PART_AFTER_PARENT: gettext_lazy("Bring the part forward, or give the whole a later date."),
        Rule.NO_DUE: gettext_lazy("Give it a date; a rough one will do."),
        Rule.DUE_BEFORE_REPORTS: gettext_lazy("Report what became of it, or give it a new date."),
        Rule.AIM: gettext_lazy("Say as well by when at the latest."),
        Rule.NOT_WORKING: gettext_lazy("Name the working day before it, if the work needs offices that are open."),
        Rule.ESTIMATED: gettext_lazy("Look again once the holidays of that year are announced."),
        Rule.UNLINKED: gettext_lazy("Link it to the steps before and after it, if there are any."),
        Rule.OPEN_START: gettext_lazy("Link it to the step it has to wait for, if there is one."),
        Rule.OPEN_END: gettext_lazy("Link it to the step that needs it, if there is one."),
        Rule.PART_WIDER: gettext_lazy("Date the part at least as closely as the whole."),
        Rule.TARGET_WITHHELD: gettext_lazy("Enter the figure once it may be named."),
        Rule.TARGET_MISSING: gettext_lazy("Set a target, or leave it: what is reported is shown all the same."),
        Rule.WEIGHT_ZERO: gettext_lazy("Give it a weight, or leave it if it is meant not to count."),
        Rule.SAME_NAME: gettext_lazy("Give each a name of its own."),
        Rule.NO_ENGLISH: gettext_lazy("Add an English name; until then readers of English see the Chinese one."),
    }
)

REASONS: Mapping[Rule, Promise] = MappingProxyType(
    {
        Rule.CYCLE: gettext_lazy("Must be mended: no such plan can be carried out."),
        Rule.WINDOW_SHORT: gettext_lazy("Must be mended: on these days the step would be unlawful."),
        Rule.ORDER_IMPOSSIBLE: gettext_lazy("Must be mended: no days within these dates keep the order."),
        Rule.START_AFTER_DUE: gettext_lazy("Must be mended: one of the two days is wrong."),
        Rule.DURATION_TOO_LONG: gettext_lazy("Must be mended: start, date and duration cannot all hold."),
        Rule.BOUND_BROKEN: gettext_lazy("Must be mended: the plan says two things at once."),
        Rule.UNIT_RETIRED: gettext_lazy("Must be mended: nobody answers for these items."),
        Rule.TARGET_NO_UNIT: gettext_lazy("Must be mended: a figure without a unit cannot be compared."),
        Rule.ORDER_REVERSED: gettext_lazy("To be looked at: it holds only if the earlier step beats its own date."),
        Rule.WINDOW_CHANGED: gettext_lazy("To be looked at: the days may still be lawful, but by the older text."),
        Rule.NO_OFFICIAL: gettext_lazy("To be looked at: others of the programme report, this unit cannot."),
        Rule.CLUSTER: gettext_lazy("To be looked at: so many at once hide which is late until it is too late."),
        Rule.DUE_VAGUE: gettext_lazy("To be looked at: such a date can never be overdue."),
        Rule.FORECAST_STANDING: gettext_lazy("To be looked at: the plan and what is known have differed for a month."),
        Rule.TARGET_NO_DATE: gettext_lazy("To be looked at: without a date nobody can say whether it is on course."),
        Rule.PART_AFTER_PARENT: gettext_lazy("To be looked at: the whole cannot be complete without its part."),
        Rule.NO_DUE: gettext_lazy("Good to know: the source may state no date; without one it is never overdue."),
        Rule.DUE_BEFORE_REPORTS: gettext_lazy("Good to know: grey, not overdue, as nobody was asked at the time."),
        Rule.AIM: gettext_lazy("Good to know: an aim counts to its last day like any other date."),
        Rule.NOT_WORKING: gettext_lazy("Good to know: a plan may mean such a day."),
        Rule.ESTIMATED: gettext_lazy("Good to know: the announced holidays may move these days a little."),
        Rule.UNLINKED: gettext_lazy("Good to know: only where nearly all steps of the project are linked."),
        Rule.OPEN_START: gettext_lazy("Good to know: nothing says when it can begin; work side by side may be meant."),
        Rule.OPEN_END: gettext_lazy("Good to know: a delay here moves nothing else in the plan."),
        Rule.PART_WIDER: gettext_lazy("Good to know: the whole is dated more closely than what it is made of."),
        Rule.TARGET_WITHHELD: gettext_lazy("Good to know: the source does not give it; a blank is never filled in."),
        Rule.TARGET_MISSING: gettext_lazy("Good to know: progress is shown, but not judged."),
        Rule.WEIGHT_ZERO: gettext_lazy("Good to know: that may be meant."),
        Rule.SAME_NAME: gettext_lazy("Good to know: in a report the two cannot be told apart."),
        Rule.NO_ENGLISH: gettext_lazy("Good to know: nothing depends on it."),
    }
)

KINDS: Mapping[str, Promise] = MappingProxyType(
    {
        "milestone": gettext_lazy("milestone"),
        "metric": gettext_lazy("metric"),
        "project": gettext_lazy("project"),
        "programme": gettext_lazy("programme"),
        "unit": gettext_lazy("unit"),
    }
)


def summary(counts: Mapping[Severity, int], *, milestones: int, metrics: int) -> str:
    """What the check came to, in a sentence."""
    looked = _("%(milestones)s and %(metrics)s were checked") % {
        "milestones": ngettext("%(count)d milestone", "%(count)d milestones", milestones) % {"count": milestones},
        "metrics": ngettext("%(count)d metric", "%(count)d metrics", metrics) % {"count": metrics},
    }
    if not any(counts.values()):
        return _("%(looked)s: nothing found.") % {"looked": looked}
    error, warning, note = (counts.get(level, 0) for level in Severity)
    inputs = {"looked": looked, "error": error, "warning": warning, "note": note}
    if not error:
        return _("%(looked)s: nothing must be mended, %(warning)d should be looked at, %(note)d good to know.") % inputs
    return _("%(looked)s: %(error)d must be mended, %(warning)d should be looked at, %(note)d good to know.") % inputs
