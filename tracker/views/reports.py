"""Reports: what is due from me, the list of all, the page of one, taking back. Filling one in is in `reporting`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tracker import words
from tracker.actions import reports as actions
from tracker.audit import Refused
from tracker.domain.drafts import Key, Kind
from tracker.exports import reports as export
from tracker.forms.evidence import EvidenceField
from tracker.models import Report
from tracker.permissions import Permission, readable
from tracker.queries import drafts, evidence, reports_due, review
from tracker.queries import reports as queries
from tracker.queries.drafts import Kept
from tracker.queries.report_items import Item
from tracker.tables.paging import arrange
from tracker.tables.reports import ReportFilter, ReportTable
from tracker.views import codes, reporting
from tracker.views.downloads import list_file, wants_file
from tracker.views.edge import found_or_404, guarded, now_moment, person, reach
from tracker.views.grid import of_ledgers
from tracker.views.report_forms import Form

__all__ = ["codes"]


WHOLE = 8
"""So many forms stand in the list at once; those further down are fetched when they are opened."""


@require_safe
@guarded(Permission.REPORT)
def mine(request: HttpRequest) -> HttpResponseBase:
    """What is due from me now, each item with its form; below, what I sent lately."""
    moment = now_moment()
    due = reports_due.due(
        reach=reach(request),
        on=moment.today,
        now=moment.known,
        language=words.language(),
        group=request.GET.get("group", ""),
        page=page_number(request),
    )
    begun = drafts.kept(reach(request).user_id or 0, moment.known)
    pairs = [_begun(item, begun, moment.today, whole=place < WHOLE) for place, item in enumerate(due.items)]
    back = [(one.item.returned.pk, one.form) for one in pairs if one.form and one.item.returned]
    carried = evidence.carriable_of_returned(pk for pk, _form in back)
    for pk, form in back:
        form.evidence.choices = carried.get(pk, ())
    shown = drafts.lines(begun.values(), reach=reach(request), language=words.language())
    context = {"due": due, "pairs": pairs, "iso_today": moment.today.isoformat(), "drafts": shown}
    context["grids"] = of_ledgers(due.items)
    return render(request, "reports/mine.html", context)


@dataclass(frozen=True, slots=True)
class Begun:
    """One item of the list: its form where it is there at once, the draft it is filled with, its token and key."""

    item: Item
    form: Form | None
    kept: Kept | None
    token: str
    key: Key


def _begun(item: Item, begun: Mapping[str, Kept], on: date, *, whole: bool) -> Begun:
    key = Key(Kind(item.kind), item.code)
    kept = begun.get(str(key))
    form = reporting.blank_form(item, on, kept=kept) if whole else None
    kept = reporting.since(kept, item, form) if form else kept
    return Begun(item, form, kept, (kept.token if kept else "") or str(uuid4()), key)


def page_number(request: HttpRequest) -> int:
    """The page asked for; 1 for anything that is no page."""
    text = request.GET.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


@require_safe
@guarded(Permission.READ)
def reports(request: HttpRequest) -> HttpResponseBase:
    """Every report in reach: filters, order and page from the address; the same rows as a file."""
    reached, language = reach(request), words.language()
    rows = queries.listed(reach=reached)
    found = ReportFilter(
        request.GET,
        rows,
        programmes=queries.programme_choices(language=language),
        units=queries.unit_choices(reach=reached, language=language),
    )
    table = ReportTable(found.qs, language=language)
    keys = [one.pk for one in arrange(table, request.GET)]
    if wants_file(request):
        whole = queries.with_items(table.data.data)
        cells = (export.row(one, language=language) for one in whole.iterator(2000))
        return list_file(request, "reports", export.COLUMNS, cells, title=_("Reports"), form=found.form)
    table.lines = queries.rows_of(keys, language=language, reader=reached.user_id)
    return render(request, "reports/list.html", {"filter": found, "table": table})


@require_safe
@guarded(Permission.READ)
def report(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Everything of one report."""
    return report_page(request, pk)


def report_page(request: HttpRequest, pk: int, *, status: int = 200, **extra: Any) -> HttpResponse:
    """The page of one report, whatever led to it; `extra` are a refused comment's form and what was typed."""
    page = found_or_404(queries.report_page(pk=pk, reach=reach(request), language=words.language()))
    context = {
        "page": page,
        "evidence": EvidenceField(),
        "look": _look(request, pk) if page.may_decide else None,
        **extra,
    }
    return render(request, "reports/report.html", context, status=status)


def _look(request: HttpRequest, pk: int) -> review.ReviewRow | None:
    """What a reviewer should see before deciding, as on the desk."""
    moment, reached = now_moment(), reach(request)
    waiting = review.waiting_report(pk=pk, reach=reached)
    if waiting is None:
        return None
    return review.one_row(waiting, reach=reached, on=moment.today, now=moment.known, language=words.language())


@require_POST
@guarded(Permission.REPORT)
def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take back one's own waiting report."""
    found = Report.objects.filter(readable(reach(request)), pk=pk).select_related("unit").first()
    chosen = found_or_404(found)
    try:
        actions.withdraw(report=chosen, by=person(request))
    except Refused as refused:
        return _refused(request, refused, pk)
    if request.htmx:  # type: ignore[attr-defined]
        row = queries.rows_of([pk], language=words.language(), reader=reach(request).user_id)[0]
        return render(request, "reports/_sent.html", {"row": row, "fresh": True})
    messages.success(request, _("Taken back. Nobody will decide on it."))
    return redirect("my_reports")


def _refused(request: HttpRequest, refused: Refused, pk: int) -> HttpResponse:
    """A refused act: 403 where a right is missing, else the page as it now is with the reason."""
    sentence = reporting.refused_sentence(refused)
    if request.htmx:  # type: ignore[attr-defined]
        rows = queries.rows_of([pk], language=words.language(), reader=reach(request).user_id)
        context: dict[str, Any] = {"row": rows[0], "fault": sentence}
        return render(request, "reports/_sent.html", context, status=409)
    messages.error(request, sentence)
    return report_page(request, pk, status=409)


urlpatterns = [
    path("reports/mine/", mine, name="my_reports"),
    path("reports/", reports, name="reports"),
    path("reports/<int:pk>/", report, name="report"),
    path("reports/<int:pk>/withdraw/", withdraw, name="withdraw"),
    path("reports/<int:pk>/correct/", reporting.correct, name="correct"),
    path("milestones/<code:code>/report/", reporting.report_milestone, name="report_milestone"),
    path("metrics/<code:code>/report/", reporting.report_metric, name="report_metric"),
    path("sites/<code:code>/report/", reporting.report_site, name="report_site"),
    path("housing/<code:code>/report/", reporting.report_housing, name="report_housing"),
    path("tenders/<code:code>/report/", reporting.report_tender, name="report_tender"),
]
