"""Evidence over HTTP: files given out to whoever may read their report, added and taken away by its author."""

import logging
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config import reference
from tracker import words
from tracker.actions import evidence as actions
from tracker.actions.evidence_files import Files, written
from tracker.audit import Refused
from tracker.domain.evidence import JPEG
from tracker.forms.evidence import FIELD, EvidenceField
from tracker.models import Report
from tracker.models.subjects import KINDS
from tracker.permissions import Permission, readable
from tracker.queries import evidence as queries
from tracker.views.citing import chosen
from tracker.views.edge import found_or_404, guarded, person, reach
from tracker.views.reporting import refused_sentence
from tracker.views.reports import report_page
from tracker.views.uploads import sent

logger = logging.getLogger(__name__)
ABOUT = [f"{name}__{kind.programme}" for name, kind in KINDS.items()]
"""What a report is about, with its programme."""
# A file that is opened in a window of its own may do nothing there: no script, no form, no access to this origin.
POLICY: dict[str, Any] = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "img-src": ["'self'"]}
POLICY |= {"frame-ancestors": ["'none'"], "sandbox": []}


@require_safe
@guarded(Permission.READ)
def evidence(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file itself: pictures, which we have written anew, are shown; everything else is only downloaded."""
    row = found_or_404(queries.found(pk=pk, reach=reach(request)))
    if row.citation is not None:
        return redirect("citation", code=row.citation.code)
    return _file(row.path, row.media_type, name=row.name, attached=not row.sort.image) or _missing(request, row)


@require_safe
@guarded(Permission.READ)
def preview(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The small picture of a picture."""
    row = found_or_404(queries.found(pk=pk, reach=reach(request)))
    return found_or_404(_file(row.thumb_path, JPEG) if row.thumb_width else None)


def _file(place: Path, media: str, *, name: str = "", attached: bool = False) -> FileResponse | None:
    """The file as an answer; None where it is not on disk."""
    try:
        content = place.open("rb")
    except OSError as fault:
        logger.error("Evidence is missing on disk: %s", fault)  # noqa: TRY400 - where it should lie says it all
        return None
    response = FileResponse(content, as_attachment=attached, filename=name, content_type=media)
    response._csp_config = POLICY  # type: ignore[attr-defined]  # django-csp sends this in place of the pages' policy
    return response


def _missing(request: HttpRequest, row: Any) -> HttpResponse:
    context = {"reference": reference.current(), "reason": row.name}
    return render(request, "evidence/missing.html", context, status=410)


@require_POST
@guarded(Permission.REPORT)
def add(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Add files to one's own waiting report."""
    rows = Report.objects.filter(readable(reach(request)), pk=pk)
    report = found_or_404(rows.select_related("unit", *ABOUT).first())
    field, offered = sent(request)
    places = chosen(request, report.subject, field)
    if field.looking and report.author_id == person(request).pk:
        return report_page(request, pk, evidence=field)
    if not offered and not places and not field.problems:
        field.problems.append(words.refusal("evidence_not_chosen"))
    try:
        if field.problems:
            actions.add(report=report, files=Files(), by=person(request))  # whether one may at all comes first
            return report_page(request, pk, status=422, evidence=field)
        with written(offered, cited=places) as files:
            added = actions.add(report=report, files=files, by=person(request))
    except Refused as refused:
        return _refused(request, refused, pk, field)
    messages.success(request, _("Added: %(files)s.") % {"files": ", ".join(one.name for one in added) or "—"})
    return redirect("report", pk=pk)


@require_POST
@guarded(Permission.REPORT)
def remove(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take a file off one's own waiting report."""
    row = found_or_404(queries.found(pk=pk, reach=reach(request)))
    try:
        actions.remove(evidence=row, by=person(request))
    except Refused as refused:
        return _refused(request, refused, row.report_id, EvidenceField())
    messages.success(request, _("Removed: %(file)s.") % {"file": row.name})
    return redirect("report", pk=row.report_id)


def _refused(request: HttpRequest, refused: Refused, pk: int, field: EvidenceField) -> HttpResponse:
    """Nothing was done: why, at the field if it is about the files, else as a message."""
    sentence = refused_sentence(refused)
    if refused.field == FIELD:
        field.problems.append(sentence)
        return report_page(request, pk, status=422, evidence=field)
    messages.error(request, sentence)
    return report_page(request, pk, status=409)


urlpatterns = [
    path("evidence/<int:pk>/", evidence, name="evidence"),
    path("evidence/<int:pk>/preview/", preview, name="evidence_preview"),
    path("evidence/<int:pk>/remove/", remove, name="evidence_remove"),
    path("reports/<int:pk>/evidence/", add, name="evidence_add"),
]
