"""Programmes: the list of them, and the page of one."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from tracker import words
from tracker.permissions import Permission
from tracker.queries import programmes as queries
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.edge import found_or_404, guarded, now_moment, reach, today


@require_safe
@guarded(Permission.READ)
def programmes(request: HttpRequest) -> HttpResponseBase:
    """Every programme in reach."""
    page = queries.programmes_page(reach=reach(request), on=today(), language=words.language())
    return render(request, "programmes/list.html", {"page": page})


@require_safe
@guarded(Permission.READ)
def programme(request: HttpRequest, code: str) -> HttpResponseBase:
    """One programme; its projects a hundred at a time."""
    now = now_moment()
    page = queries.programme_page(
        code=code,
        reach=reach(request),
        on=now.on,
        known=now.known,
        language=words.language(),
        page=request.GET.get("page", "1")[:9],
    )
    return render(request, "programmes/detail.html", {"page": found_or_404(page)})


urlpatterns = [
    path("programmes/", programmes, name="programmes"),
    path("programmes/<code:code>/", programme, name="programme"),
]
