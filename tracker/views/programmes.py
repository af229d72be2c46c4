"""Programmes: the list of them, and the page of one."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from tracker import words
from tracker.permissions import Permission
from tracker.queries import programmes as queries
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.context import as_of_chip
from tracker.views.edge import found_or_404, guarded, reach, today
from tracker.views.moments import moment_or_now


@require_safe
@guarded(Permission.READ)
def programmes(request: HttpRequest) -> HttpResponseBase:
    """Every programme in reach."""
    page = queries.programmes_page(reach=reach(request), on=today(), language=words.language())
    return render(request, "programmes/list.html", {"page": page})


@require_safe
@guarded(Permission.READ)
def programme(request: HttpRequest, code: str) -> HttpResponseBase:
    """One programme as of a moment; its projects a hundred at a time."""
    moment = moment_or_now(request)
    page = queries.programme_page(
        code=code,
        reach=reach(request),
        at=queries.At(moment.on, moment.known, moment.past),
        language=words.language(),
        page=request.GET.get("page", "1")[:9],
    )
    context = {"page": found_or_404(page), "as_of": as_of_chip(request, moment), "moment": moment.query()}
    return render(request, "programmes/detail.html", context)


urlpatterns = [
    path("programmes/", programmes, name="programmes"),
    path("programmes/<code:code>/", programme, name="programme"),
]
