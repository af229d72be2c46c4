"""The audit trail in words: what was done, and what the changed columns are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

ACTIONS: Mapping[str, Promise] = {
    "report.submit": gettext_lazy("Submitted a report"),
    "report.accepted": gettext_lazy("Accepted a report"),
    "report.returned": gettext_lazy("Returned a report"),
    "report.withdraw": gettext_lazy("Withdrew a report"),
    "report.evidence_add": gettext_lazy("Added evidence to a report"),
    "report.evidence_remove": gettext_lazy("Removed evidence from a report"),
    "milestone.replan": gettext_lazy("Changed a milestone's plan"),
    "milestone.plan": gettext_lazy("Tried to change a milestone's plan"),
    "metric.retarget": gettext_lazy("Changed a metric's target"),
    "metric.derive": gettext_lazy("Changed what a metric is made from"),
    "metric.plan": gettext_lazy("Tried to change a metric's target"),
    "programme.rebase": gettext_lazy("Moved the assumed base year"),
    "comment.add": gettext_lazy("Commented on a milestone"),
    "feed.add": gettext_lazy("Subscribed to a calendar"),
    "feed.revoke": gettext_lazy("Ended a calendar subscription"),
    "programme.cycle": gettext_lazy("Changed when reports are wanted"),
    "project.process": gettext_lazy("Applied a process to a project"),
    "project.schedule": gettext_lazy("Loaded a schedule file into a project"),
    "process.copy": gettext_lazy("Made a copy of a process template"),
    "process.version": gettext_lazy("Added a version of a process template"),
    "process.retire": gettext_lazy("Retired a process template"),
    "works.load": gettext_lazy("Loaded the documents' works"),
    "simulation.portfolio": gettext_lazy("Added a simulated portfolio"),
    "simulation.training": gettext_lazy("Added training reports"),
    "simulation.clear": gettext_lazy("Removed simulated data"),
    "sheet.upload": gettext_lazy("Uploaded a ledger"),
    "sheet.send": gettext_lazy("Sent a ledger"),
    "sheet.discard": gettext_lazy("Threw an uploaded ledger away"),
    "session.sign_in": gettext_lazy("Signed in"),
    "session.sign_out": gettext_lazy("Signed out"),
    "user.add": gettext_lazy("Added a person"),
    "user.rename": gettext_lazy("Renamed a person"),
    "user.password": gettext_lazy("Set a password"),
    "user.reactivate": gettext_lazy("Opened an account"),
    "user.deactivate": gettext_lazy("Closed an account"),
    "appointment.add": gettext_lazy("Appointed a person"),
    "appointment.end": gettext_lazy("Ended an appointment"),
    "appointment.take_back": gettext_lazy("Took back an appointment"),
    "unit.add": gettext_lazy("Added a unit"),
    "unit.edit": gettext_lazy("Changed a unit"),
    "unit.retire": gettext_lazy("Retired a unit"),
    "demo.accounts": gettext_lazy("Made the demo accounts"),
    "reference.load": gettext_lazy("Loaded calendar and statutory windows"),
    "calendar.load": gettext_lazy("Loaded a holiday notice"),
    "window.version": gettext_lazy("Added a version of a statutory window"),
    "window.local": gettext_lazy("Added a local statutory window"),
    "window.keep": gettext_lazy("Tried to change a statutory window"),
    "view": gettext_lazy("Tried to open a page"),
}

FIELDS: Mapping[str, Promise] = {
    "state": gettext_lazy("State"),
    "status": gettext_lazy("Status"),
    "progress": gettext_lazy("Progress %"),
    "comment": gettext_lazy("Comment"),
    "subject": gettext_lazy("About"),
    "as_of": gettext_lazy("As of"),
    "origin": gettext_lazy("Origin"),
    "note": gettext_lazy("Note"),
    "reason": gettext_lazy("Reason"),
    "supersedes": gettext_lazy("Corrects report"),
    "evidence": gettext_lazy("Evidence"),
    "plan_number": gettext_lazy("Plan version"),
    "unit": gettext_lazy("Unit"),
    "tracking_from": gettext_lazy("Reported on since"),
    "report": gettext_lazy("Reports"),
    "seed": gettext_lazy("Seed"),
    "projects": gettext_lazy("Projects"),
    "milestones": gettext_lazy("Milestones"),
    "metrics": gettext_lazy("Metrics"),
    "reports": gettext_lazy("Reports"),
    "removed": gettext_lazy("Removed"),
    "file": gettext_lazy("File"),
    "rows": gettext_lazy("Rows"),
    "sent": gettext_lazy("Sent"),
    "refused": gettext_lazy("Refused"),
    "changed": gettext_lazy("Changed"),
    "links": gettext_lazy("Links"),
    "kept": gettext_lazy("Kept"),
    "planned_start": gettext_lazy("Planned start"),
    "due_text": gettext_lazy("Due"),
    "due_earliest": gettext_lazy("Due from"),
    "due_latest": gettext_lazy("Due up to"),
    "forecast_text": gettext_lazy("Forecast"),
    "forecast_earliest": gettext_lazy("Forecast from"),
    "forecast_latest": gettext_lazy("Forecast up to"),
    "actual_start": gettext_lazy("Started on"),
    "actual_finish": gettext_lazy("Finished on"),
    "weight": gettext_lazy("Weight"),
    "aggregation": gettext_lazy("How it is worked out"),
    "parts": gettext_lazy("Parts"),
    "target_low": gettext_lazy("Target, low"),
    "target_high": gettext_lazy("Target, high"),
    "target_qualifier": gettext_lazy("Qualifier"),
    "low": gettext_lazy("Low"),
    "high": gettext_lazy("High"),
    "qualifier": gettext_lazy("Qualifier"),
    "measure": gettext_lazy("Measure"),
    "basis": gettext_lazy("What is counted"),
    "base_year": gettext_lazy("Base year"),
    "scope": gettext_lazy("Scope"),
    "report_rhythm": gettext_lazy("Rhythm of reports"),
    "report_day": gettext_lazy("Day reports are due"),
    "escalate_days": gettext_lazy("Days until the unit above is told"),
    "name": gettext_lazy("Name"),
    "name_en": gettext_lazy("English name"),
    "parent": gettext_lazy("Belongs to"),
    "kind": gettext_lazy("Kind"),
    "role": gettext_lazy("Role"),
    "valid_from": gettext_lazy("From"),
    "valid_to": gettext_lazy("Until"),
    "is_active": gettext_lazy("Account open"),
    "by_administrator": gettext_lazy("By an administrator"),
    "replaced": gettext_lazy("Earlier reports replaced"),
    "document": gettext_lazy("Documents"),
    "citation": gettext_lazy("Citations"),
    "programme": gettext_lazy("Programmes"),
    "project": gettext_lazy("Projects"),
    "milestone": gettext_lazy("Milestones"),
    "metric": gettext_lazy("Metrics"),
    "dependency": gettext_lazy("Dependencies"),
    "made": gettext_lazy("Made"),
    "source": gettext_lazy("Source"),
    "days": gettext_lazy("Days"),
    "windows": gettext_lazy("Statutory windows"),
    "templates": gettext_lazy("Processes"),
    "process": gettext_lazy("Process"),
    "deadline": gettext_lazy("Deadline"),
    "n": gettext_lazy("Length"),
    "version": gettext_lazy("Version"),
    "goal": gettext_lazy("Deadline counts to"),
    "steps": gettext_lazy("Steps"),
    "ties": gettext_lazy("Order of steps"),
    "omitted": gettext_lazy("Left out"),
    "law": gettext_lazy("Law"),
    "law_en": gettext_lazy("Law in English"),
    "article": gettext_lazy("Article"),
    "from_step": gettext_lazy("From step"),
    "to_step": gettext_lazy("To step"),
    "effective_from": gettext_lazy("In force from"),
    "effective_to": gettext_lazy("In force until"),
    "verified": gettext_lazy("Verified"),
}

HIDDEN = frozenset({"due_precision", "due_kind", "forecast_precision", "forecast_kind", "base_low", "base_high"}) | {
    "from_step_en", "to_step_en", "note_en"
}  # fmt: skip
"""Stored beside what is shown: the text of a date and its days, or the Chinese wording, already say it."""


def action(code: str) -> str:
    """What was done; an act without words of its own is shown by its code."""
    found = ACTIONS.get("view" if code.startswith("view.") else code)
    return str(found) if found is not None else code


def field(name: str) -> str:
    """What a changed column is called; one without words of its own is shown by its name."""
    found = FIELDS.get(name)
    return str(found) if found is not None else name


def yes(value: bool) -> str:
    """Yes or no."""
    return _("yes") if value else _("no")
