"""The audit trail as a file: every event of the list, its values as they are stored."""

import json
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import words
from tracker.models import AuditEvent
from tracker.words import history as said

COLUMNS = (
    gettext_lazy("Time"),
    gettext_lazy("User name"),
    gettext_lazy("Act"),
    gettext_lazy("About"),
    gettext_lazy("Code"),
    gettext_lazy("Outcome"),
    gettext_lazy("Reason"),
    gettext_lazy("Before"),
    gettext_lazy("After"),
    gettext_lazy("Reference"),
)


def row(event: AuditEvent) -> tuple[Any, ...]:
    """An event as a row of the file; its columns are `COLUMNS`."""
    return (
        event.at,
        event.actor_name,
        said.action(event.action),
        str(words.NOUNS.get(event.subject_type, event.subject_type)),
        event.subject_code,
        _("Refused") if event.refused else _("Done"),
        words.refusal(event.code) if event.refused and event.code else "",
        _json(event.before),
        _json(event.after),
        event.reference,
    )


def _json(values: Any) -> str:
    return "" if values is None else json.dumps(values, ensure_ascii=False)
