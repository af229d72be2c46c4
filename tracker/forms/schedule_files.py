"""The form that takes a schedule file, and what carries the plan that was read to the step that confirms it."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from tracker.domain.schedule_file import FilePlan, packed, unpacked

LARGEST_CARRIED = 2_000_000
"""Characters; a request without files may hold 2.5 MB."""
AGE = 2 * 60 * 60


class ScheduleFileForm(forms.Form):
    """A file to look at, or the plan that was looked at, to be loaded."""

    file = forms.FileField(
        label=_("Project file (XML)"),
        widget=forms.FileInput(attrs={"accept": ".xml,text/xml,application/xml"}),
        help_text=_("In Project: File, Save As, XML. At most 20 MB and 5,000 tasks."),
        error_messages={"empty": _("The file is empty."), "required": _("Choose a file.")},
    )
    carried = forms.CharField(required=False, max_length=LARGEST_CARRIED, widget=forms.HiddenInput)

    def __init__(self, *args: Any, confirming: bool = False, **options: Any) -> None:
        """`confirming` is the second step: the plan comes back, the file does not."""
        super().__init__(*args, **options)
        self.fields["file"].required = not confirming


def carry(plan: FilePlan, source: str, seen: str, *, project: str, user: int) -> str:
    """The plan that was read, for this person and project only: nothing of it is kept here. Signed, and dated."""
    values = {"plan": packed(plan), "source": source, "seen": seen}
    return signing.dumps(values, salt=_salt(project, user), compress=True)


def carried(text: str, *, project: str, user: int) -> tuple[FilePlan, str, str] | None:
    """The plan, the name of its file and the mark of what was shown; None where it is too old, or not ours."""
    try:
        values = signing.loads(text, salt=_salt(project, user), max_age=AGE)
    except signing.BadSignature:
        return None
    return unpacked(values["plan"]), values["source"], values["seen"]


def _salt(project: str, user: int) -> str:
    return f"schedule-file:{project}:{user}"
