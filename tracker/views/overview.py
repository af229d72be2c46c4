"""The overview: the first page, for leadership."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker import words
from tracker.permissions import Permission
from tracker.queries.overview import View, overview
from tracker.queries.overview_ledgers import Ledgers, ledgers
from tracker.queries.overview_schedules import problems
from tracker.queries.tender_clock import clock
from tracker.views.context import as_of_chip
from tracker.views.edge import BadMoment, Moment, guarded, moment, now_moment, reach

SINCE_DAYS = 7
"""Compared with a week ago unless the reader names a day: the weekly coordination meeting (周调度)."""


@require_safe
@guarded(Permission.READ)
def show(request: HttpRequest) -> HttpResponse:
    """Works at a glance; `?on=`, `?known=` and `?since=` choose the moment and what it is compared with."""
    try:
        shown = moment(request)
    except BadMoment:
        messages.error(request, _("That date cannot be read. Shown is today."))
        shown = now_moment()
    since = _since(request, shown)
    view = View(reach=reach(request), on=shown.on, known=shown.known, past=shown.past, query=shown.query())
    tenders = clock(reach=view.reach, on=shown.on, known=shown.known if shown.past else None)
    page = overview(
        view=view,
        since=since,
        programme=request.GET.get("programme", "").replace("\x00", "")[:40],
        full=request.GET.get("compare") == "all",
        moved=tenders.moved,
    )
    context = {
        "page": page,
        # What is kept is the check of today; a past moment is counted on the page of its project.
        "problems": None if shown.past else problems(reach=reach(request)),
        "ledgers": Ledgers() if shown.past else ledgers(reach=reach(request), on=shown.on, language=words.language()),
        "tenders": tenders,
        "as_of": as_of_chip(request, shown),
        "shown": shown,
        "since_latest": (_latest(shown) - timedelta(days=1)).isoformat(),
        "moment_query": shown.query(),
    }
    return render(request, "overview/overview.html", context)


def _latest(shown: Moment) -> date:
    """The last day that can be compared with: what was known at its end must be known at the moment shown too."""
    if not shown.known_given:
        return shown.on
    return min(shown.on, timezone.localdate(shown.known) - timedelta(days=1))


def _since(request: HttpRequest, shown: Moment) -> date:
    """The day compared with: as asked, else a week before the moment shown; never after it."""
    latest = _latest(shown)
    usual = latest - timedelta(days=SINCE_DAYS)
    text = request.GET.get("since", "").strip()
    if not text:
        return usual
    try:
        found = parse_date(text)
    except ValueError:
        found = None
    if found is None or not date(1990, 1, 1) <= found <= latest:
        messages.error(request, _("The day to compare with cannot be read or lies in the future."))
        return usual
    return found


urlpatterns = [path("", show, name="overview")]
