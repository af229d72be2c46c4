"""Statutory windows as a file, in both languages where they differ."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tracker.models import StatutoryWindow
from tracker.words import history
from tracker.words import windows as said

COLUMNS = (
    _("Code"),
    _("Version"),
    _("Region"),
    _("Area"),
    _("What"),
    _("From"),
    _("To"),
    _("Kind"),
    _("Length"),
    _("Counted in"),
    _("Law and article"),
    _("In force from"),
    _("In force until"),
    _("Verified"),
    _("Evidence"),
    _("Note"),
)


def row(window: StatutoryWindow) -> tuple[Any, ...]:
    """One version; its columns are `COLUMNS`."""
    value = window.value()
    first, last = said.steps(value)
    return (
        window.code,
        window.version,
        said.region(window.region),
        str(said.AREAS.get(window.applies_to, window.applies_to)),
        said.name(value),
        first,
        last,
        str(said.KINDS[window.kind]),
        window.n,
        str(said.UNITS[window.unit]) if window.unit else "",
        said.citation(value),
        window.effective_from,
        window.effective_to,
        history.yes(window.verified),
        str(said.TAGS[window.source_tag]),
        said.note(value),
    )
