"""Schedule files in words: what changes, and what a file says that is not taken over, in sentences for everybody."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker import words
from tracker.domain.schedule_file import Actuals, Cell, Note, Outcome, Tied
from tracker.words import calendars

FIELDS: Mapping[str, Promise] = {
    "start": gettext_lazy("Planned start"),
    "finish": gettext_lazy("Due"),
    "duration": gettext_lazy("Duration"),
    "constraint": gettext_lazy("Held to a day"),
}

KINDS: Mapping[str, Promise] = {
    "add": gettext_lazy("Added"),
    "change": gettext_lazy("Changed"),
    "remove": gettext_lazy("Removed"),
}

BOUNDS: Mapping[str, Promise] = {
    "start_no_earlier": gettext_lazy("not to start before %(day)s"),
    "finish_no_later": gettext_lazy("to finish by %(day)s"),
    "must_start": gettext_lazy("to start on %(day)s"),
    "must_finish": gettext_lazy("to finish on %(day)s"),
}

LEFT_OUT: Mapping[str, Promise] = {
    "inactive": gettext_lazy("Left out: switched off in the file."),
    "external": gettext_lazy("Left out: belongs to another file (an external task or an inserted project)."),
    "no_name": gettext_lazy("Left out: has no name."),
    "bad_uid": gettext_lazy("Left out: has no number (UID) that can be read."),
    "bad_days": gettext_lazy("Left out: start or finish is no date we can read."),
    "bad_duration": gettext_lazy("Left out: the duration makes no sense."),
    "start_after_finish": gettext_lazy("Left out: starts after it finishes."),
    "other_project": gettext_lazy("Left out: this milestone belongs to another project. Load the file there."),
    "retired_here": gettext_lazy("Left out: this milestone has been retired."),
    "several_of_that_name": gettext_lazy(
        "Left out: several milestones here bear this name. Export the project, and change that file."
    ),
    "same_milestone": gettext_lazy("Left out: an earlier task of the file is this milestone already."),
    "other_unit": gettext_lazy("Left out: the unit answering for this milestone is outside your appointment."),
    "start_after_due_here": gettext_lazy("Plan not changed: its start would lie after its due date."),
}
"""What keeps a task out."""

CHANGED: Mapping[str, Promise] = {
    "summary": gettext_lazy("Summary tasks become no milestones; their names stand beside the tasks under them."),
    "summary_links": gettext_lazy("Links of summary tasks are not kept: link the tasks under them."),
    "name_cut": gettext_lazy("The name is cut to 120 characters."),
    "renamed": gettext_lazy("Named otherwise in the file; the name here stays."),
    "hours": gettext_lazy("The hour of the day falls away: we plan in days."),
    "no_finish": gettext_lazy("Has no finish in the file: no due date is stated."),
    "duration_rounded": gettext_lazy("The duration is rounded up to whole days."),
    "estimated": gettext_lazy("The question mark of an estimated duration falls away."),
    "as_late_as_possible": gettext_lazy("“As late as possible” is not kept; the dates are."),
    "start_no_later": gettext_lazy("“Start no later than” is not kept; the dates are."),
    "finish_no_earlier": gettext_lazy("“Finish no earlier than” is not kept; the dates are."),
    "bad_constraint": gettext_lazy("A constraint without a day we can read is not kept."),
    "deadline_kept": gettext_lazy("A deadline other than the finish is kept as “to finish by”."),
    "deadline_dropped": gettext_lazy("The deadline is not kept: the task is held to a day already."),
    "task_calendar": gettext_lazy("The task has a calendar of its own; here the state calendar counts."),
    "split": gettext_lazy("The pause in the work is not kept; start and finish are."),
    "recurring": gettext_lazy("A recurring task: each occurrence becomes a milestone of its own."),
    "assigned": gettext_lazy("People and things assigned to it are not kept; the project's unit answers for it."),
    "cost": gettext_lazy("Costs are not kept."),
    "remaining": gettext_lazy("A remaining duration that does not follow from the percentage is not kept."),
    "remarks": gettext_lazy("The notes of the task are not kept."),
    "bad_actuals": gettext_lazy("What is reported of it cannot be read, and is not taken."),
    "other_baselines": gettext_lazy("Only the first baseline (number 0) is read."),
    "first_commitment_stays": gettext_lazy("The baseline differs from the first commitment, which stays as it is."),
    "link_external": gettext_lazy("A link to another file, or to a task that is not there, is not kept."),
    "link_to_untaken": gettext_lazy("A link to a task that is left out is not kept."),
    "link_twice": gettext_lazy("Only one link is kept between two tasks, and none from a task to itself."),
    "bad_link": gettext_lazy("A link whose type or lag cannot be read is not kept."),
    "lag_percent": gettext_lazy("A lag in percent is turned into days of the predecessor's duration."),
    "lag_rounded": gettext_lazy("A lag is rounded up to whole days."),
    "lag_too_long": gettext_lazy("A link with a lag of more than ten years is not kept."),
    "not_in_file": gettext_lazy("Milestones the file does not name stay as they are."),
    "work_weeks": gettext_lazy("The calendar has weeks with hours of their own; they are not compared."),
    "recurring_exceptions": gettext_lazy("Recurring exceptions of the calendar are not compared."),
}
"""What is taken over otherwise than the file has it."""


def cell(one: Cell) -> tuple[str, str, str]:
    """A changed field: its name, the value now and the value to come, in words."""
    return str(FIELDS[one.field]), _value(one.field, one.old), _value(one.field, one.new)


def _value(field: str, value: Any) -> str:
    if value is None:
        return "—"
    if field == "duration":
        return duration(*value)
    if field == "constraint":
        code, day = value
        return str(BOUNDS[code]) % {"day": words.day(day)}
    if field == "finish":
        return _("by %(day)s") % {"day": words.day(value)}
    return words.day(value)


def duration(count: int, unit: str) -> str:
    """A length in natural or working days."""
    return calendars.working_days(count) if unit == "wd" else words.days(count)


def tied(one: Tied | None) -> str:
    """How two milestones are tied: finish to start, 3 working days later."""
    if one is None:
        return "—"
    kind = str(words.LINKS[one.kind])
    if not one.lag:
        return kind
    length = duration(abs(one.lag), one.unit)
    template = _("%(kind)s, %(length)s later") if one.lag > 0 else _("%(kind)s, %(length)s earlier")
    return template % {"kind": kind, "length": length}


def actuals(one: Actuals) -> str:
    """What a file reports of a task."""
    parts = []
    if one.finish:
        parts.append(_("finished on %(day)s") % {"day": words.day(one.finish)})
    elif one.percent:
        parts.append(f"{one.percent} %")
    if one.start:
        parts.append(_("started on %(day)s") % {"day": words.day(one.start)})
    return _(", ").join(parts)


def note(one: Note) -> str:
    """Why something is not taken over as it stands."""
    if one.code in ("calendar_works", "calendar_off"):
        return _calendar(one)
    if one.code == "resources":
        count = int(str(one.inputs["count"]))
        text = ngettext(
            "The list of people and things (%(count)d entry) is not kept.",
            "The list of people and things (%(count)d entries) is not kept.",
            count,
        )
        return text % {"count": count}
    return str(LEFT_OUT.get(one.code) or CHANGED[one.code])


def _calendar(one: Note) -> str:
    count = int(str(one.inputs["count"]))
    if one.code == "calendar_works":
        text = ngettext(
            "The file's calendar “%(calendar)s” works on %(count)d day of the plan that is off by the state calendar.",
            "The file's calendar “%(calendar)s” works on %(count)d days of the plan that are off by the state "
            "calendar.",
            count,
        )
    else:
        text = ngettext(
            "The file's calendar “%(calendar)s” is off on %(count)d day of the plan that is worked by the state "
            "calendar.",
            "The file's calendar “%(calendar)s” is off on %(count)d days of the plan that are worked by the state "
            "calendar.",
            count,
        )
    return text % {"calendar": one.inputs["calendar"], "count": count}


def tally(outcome: Outcome) -> str:
    """What loading the file does, in one sentence."""
    kinds = Counter(row.kind for row in outcome.rows)
    ties = Counter(link.kind for link in outcome.links)
    told = sum(not one.problem for one in outcome.reports)
    parts = (
        (kinds["add"], ngettext("%(count)d milestone added", "%(count)d milestones added", kinds["add"])),
        (kinds["change"], ngettext("%(count)d milestone changed", "%(count)d milestones changed", kinds["change"])),
        (kinds["same"], ngettext("%(count)d milestone as it was", "%(count)d milestones as they were", kinds["same"])),
        (ties["add"], ngettext("%(count)d link added", "%(count)d links added", ties["add"])),
        (ties["change"], ngettext("%(count)d link changed", "%(count)d links changed", ties["change"])),
        (ties["remove"], ngettext("%(count)d link removed", "%(count)d links removed", ties["remove"])),
        (told, ngettext("%(count)d report submitted", "%(count)d reports submitted", told)),
    )
    return _("; ").join(text % {"count": count} for count, text in parts if count) or _("No task becomes a milestone")


def concerned(one: Note) -> list[str]:
    """The tasks, links or days a note is about, as people read them."""
    if one.code not in ("calendar_works", "calendar_off"):
        return list(one.tasks)
    shown = [" – ".join(words.day(date.fromisoformat(day)) for day in run.split("/")) for run in one.tasks]
    more = int(str(one.inputs["more"]))
    return [*shown, _("and %(count)s more") % {"count": more}] if more else shown
