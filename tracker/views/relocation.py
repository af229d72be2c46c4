"""Clearance: the ledger of everything in reach, and the page of one site."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker import words
from tracker.charts import relocation as chart
from tracker.domain.relocation import MEASURE
from tracker.forms.relocation_filter import RelocationForm
from tracker.permissions import Permission
from tracker.queries import relocation as queries
from tracker.queries import relocation_card
from tracker.queries import relocation_changes as more
from tracker.queries import relocation_file as file
from tracker.queries import site_page as one
from tracker.queries.milestones import choices
from tracker.queries.relocation import At
from tracker.queries.relocation_sites import Sites
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.context import as_of_chip
from tracker.views.downloads import list_file, wants_file
from tracker.views.edge import Moment, found_or_404, guarded, reach
from tracker.views.moments import moment_or_now
from tracker.words.relocation import printed


def _at(moment: Moment) -> At:
    return At(moment.on, moment.known, moment.past, moment.query())


@require_safe
@guarded(Permission.READ)
def relocation(request: HttpRequest) -> HttpResponseBase:
    """The ledger: filters, order, page and moment from the address; the same sites as a file."""
    reached, language, moment = reach(request), words.language(), moment_or_now(request)
    offered = choices(reach=reached, language=language)
    form = RelocationForm(request.GET, programmes=offered.programmes, units=offered.units)
    values, at = form.values, _at(moment)
    sites = Sites.searched(reached, values, form.unit_path)
    if wants_file(request):
        cells = file.rows(sites, values=values, at=at, language=language)
        title = _("Clearance progress")
        return list_file(request, "clearance", file.columns(), cells, title=title, form=form)
    found = queries.ledger(sites=sites, values=values, number=request.GET.get("page", "1"), at=at, language=language)
    since = _since(request, moment.on)
    context: dict[str, Any] = {
        "form": form,
        "ledger": found,
        "chart": _progress(more.bars(found, at, language), many=found.page.paginator.count > more.MOST_BARS),
        "funnels": more.funnels(found.found, language),
        "against": relocation_card.against(found.found, reach=reached, language=language),
        "changes": more.changes(found, since=since, at=at, language=language),
        "since": since,
        "may_report": reached.holds(Permission.REPORT),
        "as_of": as_of_chip(request, moment),
        "moment": moment.query(),
    }
    return render(request, "relocation/ledger.html", context)


def _since(request: HttpRequest, on: date) -> date:
    """The day whose state the ledger is compared with: a week back unless the address says another that has passed."""
    try:
        asked = parse_date(request.GET.get("since", ""))
    except ValueError:
        asked = None
    return asked if asked and date(1990, 1, 1) <= asked <= on else on - more.WEEK


def _progress(bars: Iterable[more.Bar], *, many: bool) -> dict[str, Any] | None:
    drawn = list(bars)
    if not drawn:
        return None
    return {
        "id": "progress",
        "summary": _("The projects with most left first; each bar is all there is to clear.")
        if many
        else _("Each bar is all there is to clear at one place."),
        "label": _("How far each place has come"),
        "figure": chart.progress(drawn),
        "height": 78 + 26 * len(drawn),
        "columns": [_("Place"), *chart.legend()],
        "rows": [[bar.label, *(f"{share:.1f}%" for share in bar.shares)] for bar in drawn],
    }


@require_safe
@guarded(Permission.READ)
def site(request: HttpRequest, code: str) -> HttpResponse:
    """One site as of a moment."""
    reached, moment = reach(request), moment_or_now(request)
    row = found_or_404(one.loaded(code=code, reach=reached))
    page = one.site_page(row=row, reach=reached, at=_at(moment), language=words.language())
    context: dict[str, Any] = {
        "page": page,
        "chart": _burn_down(page, moment.on),
        "as_of": as_of_chip(request, moment),
        "moment": moment.query(),
        "may_report": reached.may(Permission.REPORT, page.unit_path),
        "may_plan": reached.may(Permission.PLAN, page.unit_path),
    }
    return render(request, "relocation/site.html", context)


def _burn_down(page: one.SitePage, on: date) -> dict[str, Any] | None:
    """What was left over time, oldest first, with its table; None where no scope or no report has a day."""
    dated = [item for item in reversed(page.entered) if not item.undated]
    if page.scope is None or not dated:
        return None
    unit, measure = printed(page.scope, MEASURE[page.count])
    scale = page.scope / unit if unit else Decimal(1)
    points = {item.day: item for item in dated}
    course = chart.Burn(
        left=[(day, item.left / scale) for day, item in points.items()],
        said=[(item.as_of, item.left_words, item.added, item.author) for item in points.values()],
        urls=[item.url for item in points.values()],
        due=page.due_day,
        today=on,
        start=(page.start, unit) if page.start else None,
        half=page.finish.p50,
        most=page.finish.p80,
        measure=words.measure(measure),
    )
    return {
        "id": "burn",
        "summary": page.finish_words or _("What is left, report by report."),
        "label": _("What is left of %(name)s") % {"name": page.line.name},
        "figure": chart.burn_down(course),
        "height": 320,
        "columns": [_("Day"), _("Left to zero"), _("Cleared"), _("Added"), _("Origin")],
        "rows": [[item.as_of, item.left_words, item.done, item.added, item.origin] for item in page.entered],
    }


urlpatterns = [
    path("relocation/", relocation, name="relocation"),
    path("sites/<code:code>/", site, name="site"),
]
