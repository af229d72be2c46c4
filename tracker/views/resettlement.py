"""Resettlement: the ledger of housing in reach, and the page of one."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from tracker import words
from tracker.charts import resettlement as chart
from tracker.exports import resettlement as file
from tracker.forms.resettlement_filter import ResettlementForm
from tracker.permissions import Permission
from tracker.queries import resettlement as queries
from tracker.queries import resettlement_page as one
from tracker.queries.milestones import choices
from tracker.queries.relocation import At
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.context import as_of_chip
from tracker.views.downloads import list_file, wants_file
from tracker.views.edge import Moment, found_or_404, guarded, reach
from tracker.views.moments import moment_or_now
from tracker.words import resettlement as said


def _at(moment: Moment) -> At:
    return At(moment.on, moment.known, moment.past, moment.query())


@require_safe
@guarded(Permission.READ)
def resettlement(request: HttpRequest) -> HttpResponseBase:
    """The ledger: filters, page and moment from the address; the same housing as a file."""
    reached, language, moment = reach(request), words.language(), moment_or_now(request)
    offered = choices(reach=reached, language=language)
    form = ResettlementForm(request.GET, programmes=offered.programmes, units=offered.units)
    rows = queries.searched(queries.listed(reach=reached), form.values, form.unit_path)
    at = _at(moment)
    found = queries.ledger(rows=rows, values=form.values, number=request.GET.get("page", "1"), at=at, language=language)
    if wants_file(request):
        cells = (file.row(each, on=at.on, language=language) for each in found.found)
        return list_file(request, "resettlement", file.columns(), cells, title=_("Resettlement"), form=form)
    context: dict[str, Any] = {
        "form": form,
        "ledger": found,
        "stages": queries.stages(),
        "may_report": reached.holds(Permission.REPORT),
        "as_of": as_of_chip(request, moment),
        "moment": moment.query(),
    }
    return render(request, "resettlement/ledger.html", context)


@require_safe
@guarded(Permission.READ)
def housing(request: HttpRequest, code: str) -> HttpResponseBase:
    """One housing as of a moment."""
    reached, moment = reach(request), moment_or_now(request)
    row = found_or_404(one.loaded(code=code, reach=reached))
    page = one.housing_page(row=row, reach=reached, at=_at(moment), language=words.language())
    context: dict[str, Any] = {
        "page": page,
        "chart": _chart(page, moment) if len(page.balance) > 1 else None,
        "as_of": as_of_chip(request, moment),
        "moment": moment.query(),
        "may_report": reached.may(Permission.REPORT, page.unit_path),
        "may_plan": reached.may(Permission.PLAN, page.unit_path),
    }
    return render(request, "resettlement/housing.html", context)


def _chart(page: one.HousingPage, moment: Moment) -> dict[str, Any]:
    """Need against supply, with its table: the newest day first."""
    points = [chart.Point(each.day, *each.waiting, each.ready) for each in page.balance]
    standing = page.serving.standing
    course = chart.Course(points, moment.on, standing.ready_by, standing.runs_out)
    columns = [_("Day"), _("Households waiting"), _("Homes ready and empty"), _("Homes missing")]
    return {
        "id": "homes",
        "summary": _missing(page),
        "label": _("Households waiting against homes ready, over time"),
        "figure": chart.figure(course),
        "height": 320,
        "columns": columns,
        "rows": [
            [words.day(each.day), one.between(each.waiting), str(each.ready), one.between(each.short)]
            for each in reversed(page.balance)
        ],
    }


def _missing(page: one.HousingPage) -> str:
    short, sites = page.balance[-1].short, said.unstated(page.serving.all)
    text = _("As of now there is a home for everybody who waits.")
    if short[1]:
        text = ngettext("As of now %(count)s home is missing.", "As of now %(count)s homes are missing.", short[1])
        text %= {"count": one.between(short)}
    more = _("Who waits is not known for %(sites)s.") % {"sites": sites}
    return _("%(one)s %(two)s") % {"one": text, "two": more} if sites else text


urlpatterns = [
    path("housing/", resettlement, name="resettlement"),
    path("housing/<code:code>/", housing, name="housing"),
]
