"""The tender ledger as a file: the same packages as the page, a row each."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.queries.tenders import PackageLine, run_on
from tracker.words.tenders import COUNTS

COLUMNS = (
    gettext_lazy("Code"),
    gettext_lazy("Package"),
    gettext_lazy("Programme"),
    gettext_lazy("Project code"),
    gettext_lazy("Project"),
    gettext_lazy("Unit"),
    gettext_lazy("What is tendered"),
    gettext_lazy("Law"),
    gettext_lazy("Phase"),
    gettext_lazy("Step it is at"),
    gettext_lazy("Next deadline"),
    gettext_lazy("Day"),
    gettext_lazy("Days left"),
    *COUNTS.values(),
    gettext_lazy("Call number"),
    gettext_lazy("This call has failed"),
    gettext_lazy("Suspended from"),
    gettext_lazy("Suspended until"),
    gettext_lazy("Days suspended in all"),
    gettext_lazy("Stands against it"),
    gettext_lazy("As of"),
    gettext_lazy("Waiting for review"),
)


def row(line: PackageLine) -> tuple[Any, ...]:
    """A package as a row of the file; its columns are `COLUMNS`."""
    return (
        line.code,
        line.name,
        line.programme,
        line.project,
        line.where,
        line.unit,
        line.kind,
        line.regime,
        line.phase_word,
        line.step,
        line.next,
        line.day,
        line.days,
        *(getattr(line.stated, name) for name in COUNTS),
        line.stated.round,
        _("yes") if line.stated.failed else _("no"),
        line.since,
        line.until,
        line.stopped_days,
        run_on(line.problems),
        line.as_of,
        line.pending,
    )
