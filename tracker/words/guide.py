"""What the guide says of each state of a milestone and of a metric; states and colours come from the domain."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from tracker.domain.progress import Verdict
from tracker.domain.states import DateState

STATE_RULES: Mapping[DateState, Promise] = {
    DateState.NOT_DUE: gettext_lazy("More than %(days)s days left, and not reported as begun."),
    DateState.ON_COURSE: gettext_lazy("Reported as under way, more than %(days)s days left, no later forecast."),
    DateState.DUE_SOON: gettext_lazy("At most %(days)s days left until the last due day."),
    DateState.FORECAST_LATE: gettext_lazy("Not yet due; the last report forecasts a day after the last due day."),
    DateState.OVERDUE_REPORTED: gettext_lazy("The last due day has passed; reported since, and not as done."),
    DateState.OVERDUE_UNREPORTED: gettext_lazy("The last due day has passed; nothing reported since."),
    DateState.DONE: gettext_lazy("Reported as done, in time or without a due date."),
    DateState.DONE_LATE: gettext_lazy("Reported as done, on a day after the last due day."),
    DateState.OUTCOME_NOT_STATED: gettext_lazy(
        "Was due before reporting here began, and nothing has been reported since: not counted as overdue."
    ),
    DateState.BLANK: gettext_lazy("No date is stated, so nothing can be late."),
    DateState.SUSPENDED: gettext_lazy("Reported as suspended; the days run on but do not count as overdue."),
}

VERDICT_RULES: Mapping[Verdict, Promise] = {
    Verdict.AHEAD: gettext_lazy("Ahead of the planned curve by %(behind)s percentage points of the way or more."),
    Verdict.ON_PLAN: gettext_lazy("Less than %(behind)s points off the planned curve."),
    Verdict.BEHIND: gettext_lazy("Short of the planned curve by %(behind)s to %(far)s points, or due and not reached."),
    Verdict.FAR_BEHIND: gettext_lazy("Short of the planned curve by more than %(far)s points."),
    Verdict.REACHED: gettext_lazy("The target is reached."),
    Verdict.WITHIN_CAP: gettext_lazy("What must not be exceeded is not exceeded."),
    Verdict.OVER_CAP: gettext_lazy("What must not be exceeded is exceeded."),
    Verdict.NO_TARGET: gettext_lazy("No target is stated, or the document withholds it."),
    Verdict.NO_PLAN: gettext_lazy("There is a target and no date for it, so nothing to hold the value against."),
    Verdict.NOT_REPORTED: gettext_lazy("There is a target, and no value yet."),
    Verdict.INCOMPLETE: gettext_lazy("Made from parts, some of which are not reported: no verdict yet."),
}
