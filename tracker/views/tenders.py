"""Tenders: the ledger of packages, and the page of one."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker import words
from tracker.charts import backplan as charts
from tracker.exports import tenders as export
from tracker.forms.tenders import TendersForm
from tracker.permissions import Permission
from tracker.queries.milestones import choices
from tracker.queries.tender_page import PackagePage, package_page
from tracker.queries.tenders import ledger
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.context import as_of_chip
from tracker.views.downloads import list_file, wants_file
from tracker.views.edge import found_or_404, guarded, reach
from tracker.views.moments import moment_or_now
from tracker.words.calendars import weekday_names, weekdays

VIEWS = ("board", "list", "calendar")
FIRST_YEAR, LAST_YEAR = 1990, 2100


@require_safe
@guarded(Permission.READ)
def tenders(request: HttpRequest) -> HttpResponseBase:
    """The ledger: packages by phase, as a list, or their deadlines by month; filters and moment from the address."""
    reached, moment = reach(request), moment_or_now(request)
    offered = choices(reach=reached, language=words.language())
    form = TendersForm(request.GET, programmes=offered.programmes, units=offered.units)
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else VIEWS[0]
    page = ledger(
        reach=reached,
        values=form.values,
        unit_path=form.unit_path,
        on=moment.on,
        at=moment.known,
        past=moment.past,
        month=_month(request, moment.on) if view == "calendar" else None,
    )
    if wants_file(request):
        rows = (export.row(one) for one in page.lines)
        return list_file(request, "tenders", export.COLUMNS, rows, title=_("Tenders"), form=form)
    context = {
        "page": page,
        "form": form,
        "view": view,
        "views": _tabs(request, view),
        "weekdays": tuple(zip(weekdays(), weekday_names(), strict=True)),
        "as_of": as_of_chip(request, moment),
        "moment": moment.query(),
        "may_plan": reached.holds(Permission.PLAN),
        "may_report": reached.holds(Permission.REPORT),
    }
    return render(request, "tenders/list.html", context)


def _month(request: HttpRequest, on: date) -> date:
    """A day of the month asked for, `?month=2026-11`; the present one, with a message, where that cannot be read."""
    text = request.GET.get("month", "").strip()
    if not text:
        return on
    try:
        found = parse_date(f"{text}-01")
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        messages.warning(request, _("No month we can read. This is the month of the day shown."))
        return on
    return found


def _tabs(request: HttpRequest, view: str) -> list[dict[str, Any]]:
    named = {"board": _("By phase"), "list": _("As a list"), "calendar": _("Deadline calendar")}
    found = []
    for name, label in named.items():
        query = request.GET.copy()
        query["view"] = name
        query.pop("_export", None)
        found.append({"url": f"?{query.urlencode()}", "label": label, "current": name == view})
    return found


@require_safe
@guarded(Permission.READ)
def tender(request: HttpRequest, code: str) -> HttpResponse:
    """One package as of a moment."""
    reached, moment = reach(request), moment_or_now(request)
    page = found_or_404(package_page(code=code, reach=reached, on=moment.on, at=moment.known, past=moment.past))
    context = {
        "page": page,
        "chart": _chart(page, moment.on),
        "as_of": as_of_chip(request, moment),
        "moment": moment.query(),
        "may_plan": reached.may(Permission.PLAN, page.unit_path),
        "may_report": reached.may(Permission.REPORT, page.unit_path),
    }
    return render(request, "tenders/detail.html", context)


def _chart(page: PackagePage, on: date) -> dict[str, Any] | None:
    """The steps on their days with the lawful windows below them, and the same as a table; None without any day."""
    bars = [charts.Bar(step.code, step.name, step.colour, step.word, step.start, step.finish) for step in page.steps]
    if not any(bar.finish for bar in bars):
        return None
    held = [
        charts.Bracket(one.row, f"{one.name} · {one.citation} · {one.room}", one.first, one.last)
        for one in page.laws
        if one.first and one.last and one.bound
    ]
    moved = any(step.moved for step in page.steps)
    head = [_("Step"), _("Planned"), *[_("With the suspension")] * moved, _("Done on"), _("Forecast"), _("State")]
    return {
        "id": "tender",
        "summary": _("Bars: each step on its day. Thin lines below them: the lawful windows."),
        "label": _("Steps of %(name)s") % {"name": page.line.name},
        "figure": charts.figure(bars, held, today=on, deadline=page.next_day),
        "height": charts.height(len(bars)),
        "columns": head,
        "rows": [
            [
                f"{step.code} {step.name}",
                step.planned or "—",
                *[step.moved or "—"] * moved,
                step.actual or "—",
                step.forecast or "—",
                step.word,
            ]
            for step in page.steps
        ],
    }


urlpatterns = [
    path("tenders/", tenders, name="tenders"),
    path("tenders/<code:code>/", tender, name="tender"),
]
