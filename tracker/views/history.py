"""History: the audit trail in reach, and that of one item."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker import words
from tracker.exports import history as export
from tracker.permissions import Permission
from tracker.queries import history as queries
from tracker.tables.history import EventFilter
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.downloads import list_file, wants_file
from tracker.views.edge import found_or_404, guarded, reach, refuse

EVENTS_A_PAGE = 50


@require_safe
@guarded(Permission.READ_HISTORY)
def history(request: HttpRequest) -> HttpResponseBase:
    """Everything done in reach, newest first; a page begins after the last event of the one before."""
    found = EventFilter(request.GET, queries.events(reach(request)))
    if wants_file(request):
        events = map(export.row, found.qs.iterator(chunk_size=2000))
        return list_file(request, "history", export.COLUMNS, events, title=_("History"), form=found.form)
    return render(request, "history/list.html", {"filter": found, **_page(request, found.qs)})


@require_safe
@guarded(Permission.READ)
def item_history(request: HttpRequest, kind: str, code: str) -> HttpResponseBase:
    """What was done to one item; that of people and units needs the right to read histories."""
    reached = reach(request)
    if kind not in queries.COVERED and not reached.holds(Permission.READ_HISTORY):
        refuse(request, "view.item_history", "page", request.path[:60], code="no_right")
        raise PermissionDenied
    subject = found_or_404(queries.subject(kind=kind, code=code, reach=reached, language=words.language()))
    rows = queries.events_of(subject, reach=reached)
    return render(request, "history/item.html", {"subject": subject, **_page(request, rows)})


def _page(request: HttpRequest, rows: Any) -> dict[str, Any]:
    """One page of events; no count, since the trail only grows."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 16:
        rows = rows.filter(pk__lt=int(before))
    loaded = list(rows[: EVENTS_A_PAGE + 1])
    shown = queries.event_rows(loaded[:EVENTS_A_PAGE], language=words.language())
    return {"rows": shown, "older": shown[-1].pk if len(loaded) > EVENTS_A_PAGE else None, "begun": bool(before)}


urlpatterns = [
    path("history/", history, name="history"),
    path("history/<slug:kind>/<code:code>/", item_history, name="item_history"),
]
