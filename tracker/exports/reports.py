"""The list of reports as a file: the same query as the page, every row of it."""

from typing import Any

from django.utils.translation import gettext_lazy

from tracker import words
from tracker.models import Report
from tracker.queries.reports import report_row

COLUMNS = (
    gettext_lazy("Number"),
    gettext_lazy("Code"),
    gettext_lazy("Item"),
    gettext_lazy("Programme and project"),
    gettext_lazy("As of"),
    gettext_lazy("Said"),
    gettext_lazy("Note"),
    gettext_lazy("State"),
    gettext_lazy("How it came in"),
    gettext_lazy("Author"),
    gettext_lazy("Unit"),
    gettext_lazy("Submitted"),
    gettext_lazy("Decided"),
    gettext_lazy("Comment"),
    gettext_lazy("Corrects report"),
)


def row(report: Report, *, language: str) -> tuple[Any, ...]:
    """A report loaded `with_items` as a row of the file; its columns are `COLUMNS`."""
    shown = report_row(report, language=language, reader=0)
    return (
        report.pk,
        shown.code,
        shown.item,
        shown.place,
        report.as_of,
        shown.said,
        report.note,
        shown.word,
        words.origin(report.origin),
        shown.author,
        shown.unit,
        report.submitted_at,
        report.decided_at,
        report.comment,
        report.supersedes_id,
    )
