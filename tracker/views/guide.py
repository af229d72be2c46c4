"""The user guide, in the reader's language."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from tracker import words
from tracker.permissions import Permission
from tracker.queries import guide as shown
from tracker.queries.people import roles
from tracker.views import edge


@edge.guarded(Permission.READ)
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """One page for everybody; no query besides the page's own."""
    context = {
        "states": shown.states(),
        "verdicts": shown.verdicts(),
        "dates": shown.dates_meant(edge.today().year),
        "roles": roles(),
        "body": "guide/_zh.html" if words.language().startswith("zh") else "guide/_en.html",
    }
    return render(request, "guide/guide.html", context)


urlpatterns = [path("guide/", guide, name="guide")]
