"""The tender ledger as a file: the same packages as the page, a row each."""

from typing import Any

from django.utils.translation import gettext_lazy

from tracker.queries.tenders import PackageLine

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
    gettext_lazy("Counted"),
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
        line.counts,
        line.against,
        line.as_of,
        line.pending,
    )
