"""The files of a form that was sent, inspected."""

from django.http import HttpRequest

from config.uploads import refused_files
from tracker.actions.evidence_files import Offered, inspect_all
from tracker.forms.evidence import FIELD, EvidenceField, carried


def sent(request: HttpRequest) -> tuple[EvidenceField, list[Offered]]:
    """The files of a form: the field as it would be shown again, and the files found good. Without files: no work."""
    field = EvidenceField(carried=carried(request.POST))
    let_go = refused_files(request)
    if not (request.FILES or let_go):
        return field, []
    offered, refused = inspect_all(request.FILES.getlist(FIELD))
    field.lost = True
    field.refuse([*let_go, *refused])
    return field, offered
