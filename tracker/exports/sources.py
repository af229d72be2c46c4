"""Citations as a file: every stated fact of a list, as printed and as stored."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import words
from tracker.models import Citation

COLUMNS = (
    gettext_lazy("Code"),
    gettext_lazy("Document"),
    gettext_lazy("Place"),
    gettext_lazy("Programme"),
    gettext_lazy("Project code"),
    gettext_lazy("Milestone"),
    gettext_lazy("Metric"),
    gettext_lazy("Kind"),
    gettext_lazy("Status"),
    gettext_lazy("What it is"),
    gettext_lazy("As printed"),
    gettext_lazy("Low"),
    gettext_lazy("High"),
    gettext_lazy("Qualifier"),
    gettext_lazy("Measure"),
    gettext_lazy("What is counted"),
    gettext_lazy("Date as printed"),
    gettext_lazy("Earliest"),
    gettext_lazy("Latest"),
    gettext_lazy("Year"),
    gettext_lazy("Note"),
)


def row(citation: Citation) -> tuple[Any, ...]:
    """A citation with its document, programme, project, milestone and metric loaded; its columns are `COLUMNS`."""
    chinese = words.language().startswith("zh")
    return (
        citation.code,
        citation.document.code,
        citation.place,
        citation.programme.code,
        citation.project.code if citation.project else "",
        citation.milestone.code if citation.milestone else "",
        citation.metric.code if citation.metric else "",
        words.citation_kind(citation.kind),
        words.citation_status(citation.status),
        citation.called(words.language()),
        citation.printed,
        citation.low,
        citation.high,
        str(words.QUALIFIERS[citation.qualifier]) if citation.qualifier else "",
        citation.measure,
        citation.basis if chinese or not citation.basis_en else citation.basis_en,
        citation.date_text,
        citation.date_earliest,
        citation.date_latest,
        _("assumed year") if citation.plan_year else "",
        citation.note if chinese or not citation.note_en else citation.note_en,
    )
