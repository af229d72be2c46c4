"""Drafts: keeping what is typed and not sent, by the page's script while one types or by a button; throwing it away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker import words
from tracker.actions import drafts as actions
from tracker.domain.drafts import Key, Kind, Unusable
from tracker.permissions import Permission
from tracker.queries import drafts as queries
from tracker.views import reporting
from tracker.views.edge import guarded, person
from tracker.views.parcels import typed


@require_POST
@guarded(Permission.REPORT)
def draft(request: HttpRequest) -> HttpResponseBase:
    """Keep the form that is sent here as one's draft, or with `draft_act=discard` throw its draft away.

    The script gets a line of JSON: `saved` in words, `stamp`; 422 with `fault`. A button is led back to the form.
    """
    act = request.POST.get("draft_act", "")
    try:
        key = Key.read(request.POST.get("draft", ""))
        case = None if key.kind is Kind.GRID else reporting.case_of(request, key)
        if act == "discard":
            actions.discard(key=key, by=person(request))
            return _discarded(request, key, case)
        saved = _kept(request, key)
    except Unusable as fault:
        return _refused(request, words.refusal(fault.code), plain=bool(act))
    if not act:
        told = {"saved": _("Draft saved %(at)s") % {"at": saved.saved}, "stamp": saved.stamp} if saved else {}
        return JsonResponse(told or {"saved": "", "stamp": ""})
    messages.success(request, _("Your draft has been saved. It is sent only when you submit it."))
    return reporting.onward(request, queries.url(key))


def _kept(request: HttpRequest, key: Key) -> queries.Saved | None:
    at = actions.keep(key=key, by=person(request), **typed(request, key))
    return queries.Saved.at(at) if at else None


def _discarded(request: HttpRequest, key: Key, case: reporting.Case | None) -> HttpResponse:
    """The form from what is stored, in place of the one thrown away."""
    if case is None or "alone" in request.POST or not request.htmx:  # type: ignore[attr-defined]
        messages.info(request, _("The draft has been thrown away."))
        return reporting.onward(request, queries.url(key))
    return reporting.show_begun(request, case, case.item(request))


def _refused(request: HttpRequest, sentence: str, *, plain: bool) -> HttpResponse:
    if plain:
        messages.error(request, sentence)
        return reporting.onward(request, "/reports/mine/")
    return JsonResponse({"fault": sentence}, status=422)


urlpatterns = [path("reports/draft/", draft, name="draft")]
