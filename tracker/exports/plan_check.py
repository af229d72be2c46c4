"""What a plan check found, as a file."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tracker.queries.plan_check import Line

COLUMNS = (
    _("Level"),
    _("Rule"),
    _("About"),
    _("Code"),
    _("Name"),
    _("Programme"),
    _("Project"),
    _("Found"),
    _("What would mend it"),
)


def row(line: Line) -> tuple[Any, ...]:
    """One finding; its columns are `COLUMNS`."""
    return (
        line.level,
        line.title,
        line.kind,
        line.code,
        line.name,
        line.programme,
        line.project,
        line.sentence,
        line.mend,
    )


def record(line: Line) -> dict[str, str]:
    """One finding for a program: codes as they are stored, texts in the language of the moment."""
    return {
        "severity": line.severity.value,
        "rule": line.rule.value,
        "title": line.title,
        "kind": line.kind,
        "code": line.code,
        "name": line.name,
        "programme": line.programme,
        "project": line.project_code,
        "found": line.sentence,
        "mend": line.mend,
        "url": line.url,
    }
