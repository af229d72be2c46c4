"""Other offices' sheets in words: what a column can say, what does not add up, why a sheet cannot be read."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tracker.words import ledger

ROLES: Mapping[str, Promise] = {
    "": gettext_lazy("Leave out"),
    "code": gettext_lazy("Code"),
    "name": gettext_lazy("Item: milestone or metric"),
    "project": gettext_lazy("Project"),
    "unit": gettext_lazy("Unit that answers"),
    "due": gettext_lazy("Planned (compared only)"),
    "target": gettext_lazy("Target (compared only)"),
    "status": gettext_lazy("Status"),
    "progress": gettext_lazy("Progress %"),
    "actual_start": gettext_lazy("Started on"),
    "actual_finish": gettext_lazy("Finished on"),
    "forecast": gettext_lazy("Expected"),
    "quantity": gettext_lazy("Value of a metric"),
    "measure": gettext_lazy("Unit of measure"),
    "note": pgettext_lazy("column", "Note"),
    "as_of": gettext_lazy("State as of"),
}

REMARKS: Mapping[str, Promise] = {
    "rate_differs": gettext_lazy(
        "“%(column)s” prints %(printed)s; %(part)s %(part_value)s ÷ %(whole)s %(whole_value)s is %(computed)s."
    ),
    "rate_cut": gettext_lazy(
        "“%(column)s” prints %(printed)s, cut off and not rounded; rounded it is %(computed)s"
        " (%(part)s %(part_value)s ÷ %(whole)s %(whole_value)s)."
    ),
    "rate_myriad": gettext_lazy(
        "“%(column)s” prints %(printed)s, but %(part)s %(part_value)s ÷ %(whole)s %(whole_value)s is %(computed)s:"
        " was a 万 (ten thousand) left out or written twice?"
    ),
    "rate_never": gettext_lazy(
        "“%(column)s” is in no row %(part)s ÷ %(whole)s (here %(printed)s is printed, computed %(computed)s)."
        " It may be reckoned otherwise; it was not compared further."
    ),
    "total_differs": gettext_lazy("“%(name)s” of “%(column)s” prints %(printed)s; the rows add up to %(computed)s."),
    "total_myriad": gettext_lazy(
        "“%(name)s” of “%(column)s” prints %(printed)s, but the rows add up to %(computed)s:"
        " was a 万 (ten thousand) left out or written twice?"
    ),
    "value_myriad": gettext_lazy(
        "%(said)s against %(known)s: about ten thousand times apart. Was a 万 (ten thousand) left out or written twice?"
    ),
    "target_differs": gettext_lazy("The sheet's target is %(said)s, ours is %(known)s. Targets are not imported."),
    "target_myriad": gettext_lazy(
        "The sheet's target is %(said)s, ours is %(known)s: was a 万 (ten thousand) left out or written twice?"
    ),
    "due_differs": gettext_lazy("The sheet plans %(said)s, here it is %(known)s. Plans are not imported."),
    "progress_fraction": gettext_lazy(
        "Progress is read in percent: %(printed)s is %(printed)s%%."
        " Was a fraction of 1 meant? Then write 55%% for 0.55."
    ),
    "formulas": gettext_lazy("%(count)s cells of “%(column)s” are formulas. They are not computed and not compared."),
    "more": gettext_lazy("%(count)s more remarks are not listed."),
}

FAULTS: Mapping[str, Promise] = {
    "foreign_no_header": gettext_lazy(
        "No table was found: within the first 30 rows no row of column titles was understood."
        " Is there one with the item's name and what was done?"
    ),
    "foreign_own_ledger": gettext_lazy("This is a ledger taken out of Guatu. Bring it back on the page before."),
    "foreign_no_rows": gettext_lazy("There is no row under the column titles."),
    "role_twice": gettext_lazy("“%(role)s” is said by one column only, but was chosen for %(columns)s."),
    "no_key": gettext_lazy("Choose the column that names the item, or the one with its code."),
    "no_value": gettext_lazy("Choose at least one column to report: status, progress, a date, a value or a note."),
    "bad_day": gettext_lazy("“%(text)s” is no single day, or a day to come. Enter it as 2026-8-31."),
    "nothing_matched": gettext_lazy(
        "No row was matched with an item of your unit. Is it another unit's sheet, or are the items named otherwise?"
    ),
    "code_unknown_here": gettext_lazy("There is no item “%(text)s” that you report on."),
    "sheet_sent": gettext_lazy("Rows of this upload have been sent. Upload the file once more to read it anew."),
}


def role(name: str) -> str:
    """What a column says."""
    return str(ROLES[name])


def remark(code: str, inputs: Mapping[str, Any]) -> str:
    """What does not add up, as one sentence."""
    return str(REMARKS[code]) % dict(inputs)


def fault(code: str, inputs: Mapping[str, Any] | None = None) -> str:
    """Why a sheet cannot be read, or what is wrong with its mapping."""
    template = FAULTS.get(code)
    return str(template) % dict(inputs or {}) if template is not None else ledger.fault(code, inputs)


def labelled(title: str, text: str) -> str:
    """A remark of a row beside others, with the title of its column: 存在问题：……"""
    return _("%(title)s: %(text)s") % {"title": title, "text": text}
