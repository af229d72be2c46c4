"""Calendar feeds: one's own addresses, and the calendars they answer with."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker import words
from tracker.actions import feeds as actions
from tracker.audit import Refused
from tracker.exports import ics
from tracker.forms.feeds import FeedForm
from tracker.models import CalendarFeed, Programme, Unit
from tracker.models.feeds import FeedScope
from tracker.permissions import Permission, reach_of
from tracker.queries import feeds as queries
from tracker.views.edge import answer, found_or_404, guarded, now_moment, open_to_all, person, reach, today

MINUTES = 15 * 60
"""How long a calendar program may keep an answer, in seconds."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.READ)
def feeds(request: HttpRequest) -> HttpResponse:
    """One's feeds, and a new one, whose address is shown this once."""
    language = words.language()
    page = queries.feeds_page(user=person(request), reach=reach(request), language=language)
    form = FeedForm(request.POST if request.method == "POST" else None, choices=page.choices)
    status, address = 200, ""
    if form.is_bound:
        status = 422
        if form.is_valid():
            scope, _colon, code = form.cleaned_data["what"].partition(":")
            try:
                _feed, secret = actions.add(
                    scope=FeedScope(scope),
                    unit=Unit.objects.get(code=code) if scope == FeedScope.UNIT else None,
                    programme=Programme.objects.get(code=code) if scope == FeedScope.PROGRAMME else None,
                    language=language,
                    by=person(request),
                )
            except Refused as refused:
                status = answer(form, refused)
            else:
                status, address = 201, request.build_absolute_uri(reverse("feed", args=[secret]))
                page = queries.feeds_page(user=person(request), reach=reach(request), language=language)
    return render(request, "feeds/feeds.html", {"page": page, "form": form, "address": address}, status=status)


@require_POST
@guarded(Permission.READ)
def feed_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make one's feed useless."""
    found = found_or_404(CalendarFeed.objects.filter(pk=pk, user=person(request)).first())
    try:
        actions.revoke(feed=found, by=person(request))
    except Refused as refused:
        messages.error(request, words.refusal(refused.code, refused.inputs))
    else:
        messages.success(request, _("The address answers no more."))
    return redirect("feeds")


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar behind a secret address; what it holds is what its owner may read today."""
    found = queries.by_secret(actions.digest(secret))
    on = today()
    if found is None or not (reached := reach_of(found.user, on)).holds(Permission.READ):
        raise Http404
    with translation.override(found.language):
        read = queries.read(feed=found, reach=reached, on=on, language=found.language)
        site = request.build_absolute_uri("/").rstrip("/")
        body = ics.calendar(read.name, read.entries, site=site, now=now_moment().known)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="guatu.ics"'
    response["Referrer-Policy"] = "no-referrer"
    patch_cache_control(response, private=True, max_age=MINUTES)
    return response


urlpatterns = [
    path("feeds/", feeds, name="feeds"),
    path("feeds/<int:pk>/revoke/", feed_revoke, name="feed_revoke"),
    path("feeds/<str:secret>.ics", open_to_all(feed), name="feed"),
]
