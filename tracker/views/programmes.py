"""Programmes: the list of them, and the page of one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker import words
from tracker.actions import programmes as actions
from tracker.audit import Refused
from tracker.domain.duties import Rhythm
from tracker.forms.programmes import CycleForm
from tracker.models import Programme
from tracker.permissions import Permission
from tracker.queries import programmes as queries
from tracker.queries import relocation_card, resettlement
from tracker.queries.relocation import At
from tracker.queries.tenders import of_programme
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.context import as_of_chip
from tracker.views.edge import answer, found_or_404, guarded, person, reach, refuse, renew, today
from tracker.views.moments import moment_or_now
from tracker.words import duties as said


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
    found = found_or_404(page)
    context = {"page": found, "as_of": as_of_chip(request, moment), "moment": moment.query()}
    context["packages"] = of_programme(code, reach=reach(request), on=moment.on, at=moment.known, past=moment.past)
    at = At(moment.on, moment.known, moment.past, moment.query())
    context["clearance"] = relocation_card.of_programme(code, reach=reach(request), at=at, language=words.language())
    given: dict[str, Any] = {"reach": reach(request), "at": at, "language": words.language()}
    context["homes"] = resettlement.card("programme", code, **given)
    context["may_plan"] = reach(request).may(Permission.PLAN, found.unit_path)
    return render(request, "programmes/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def programme_cycle(request: HttpRequest, code: str) -> HttpResponseBase:
    """When the programme wants reports, and when what is missing goes to the unit above."""
    reached = reach(request)
    row = found_or_404(queries.loaded(code=code, reach=reached))
    if not reached.may(Permission.PLAN, row.unit.path):
        refuse(request, "programme.cycle", "programme", row.code, code="no_right")
    initial = {
        "rhythm": row.report_rhythm,
        "weekday": row.report_day if row.report_rhythm == Rhythm.WEEKLY else 5,
        "month_day": row.report_day if row.report_rhythm == Rhythm.MONTHLY else 25,
        "escalate_days": row.escalate_days,
        "version": row.version,
    }
    form = CycleForm(request.POST if request.method == "POST" else None, initial=initial)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid() and (status := _set_cycle(request, row, form)) == 200:
            messages.success(request, _("The reporting cycle was changed."))
            return redirect("programme", code=row.code)
    context = {"form": form, "programme": row, "name": row.called(words.language()), "now": said.cycle(row.cycle)}
    return render(request, "programmes/cycle.html", context, status=status)


def _set_cycle(request: HttpRequest, row: Programme, form: CycleForm) -> int:
    """Carry out the change; the status of the answer."""
    values = form.cleaned_data
    try:
        actions.set_cycle(
            programme=row,
            cycle=values["cycle"],
            escalate_days=values["escalate_days"],
            version=values["version"],
            by=person(request),
            reach=reach(request),
        )
    except Refused as refused:
        if refused.code == "stale":
            renew(form, int(str(refused.inputs["version"])))
        return answer(form, refused)
    return 200


urlpatterns = [
    path("programmes/", programmes, name="programmes"),
    path("programmes/<code:code>/", programme, name="programme"),
    path("programmes/<code:code>/cycle/", programme_cycle, name="programme_cycle"),
]
