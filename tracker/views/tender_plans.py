"""Planning tender packages: adding one, changing its terms, taking it off the ledger."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import words
from tracker.actions import tenders as actions
from tracker.actions.plans import Change
from tracker.domain.tender_values import Kind, Regime
from tracker.forms.tenders import PackageForm, PackagePlanForm, RetireForm, TermsForm
from tracker.models import Package, Project
from tracker.permissions import Permission
from tracker.queries.backplan import projects
from tracker.queries.tender_page import estimate
from tracker.queries.tender_plans import processes
from tracker.queries.tender_state import packages_in_reach
from tracker.queries.windows import regions
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.edge import attempted, found_or_404, guarded, person, reach, refuse
from tracker.words import tenders as said


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def new(request: HttpRequest) -> HttpResponseBase:
    """Add a package to a project; `?project=` chooses it."""
    places = projects(reach(request), "")
    initial = {"project": request.GET.get("project", ""), "template": "tender", "regime": Regime.TENDER.value}
    form = PackageForm(request.POST or None, projects=places, initial=initial, **_offered(request))
    made: list[Package] = []

    def act() -> None:
        values = form.cleaned_data
        project = Project.objects.select_related("unit", "programme").get(code=values["project"])
        named = actions.Named(values["code"], values["name"], values["name_en"])
        given: dict[str, Any] = {"by": person(request), "reach": reach(request)}
        made.append(actions.add(project=project, named=named, terms=_terms(form), **given))

    if request.method == "POST" and form.is_valid() and attempted(form, act):
        messages.success(request, _("The package was added. Its steps have no days yet: plan back from a deadline."))
        return redirect("tender", code=made[0].code)
    return _page(request, form, {"new": True})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def plan(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give a package a new version of its terms, with the reason; the earlier ones stay."""
    row = _to_plan(request, code)
    data = request.POST if request.method == "POST" else None
    form = PackagePlanForm(data, initial=_initial(row), **_offered(request, row.template.code))

    def act() -> None:
        given: dict[str, Any] = {"by": person(request), "reach": reach(request)}
        actions.replan(package=row, terms=_terms(form), change=_change(form), **given)

    if request.method == "POST" and form.is_valid() and attempted(form, act):
        messages.success(request, _("The terms were changed; earlier versions stay as they were."))
        return redirect("tender", code=row.code)
    return _page(request, form, {"row": row, "name": row.called(words.language()), "now": _now(row)})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def retire(request: HttpRequest, code: str) -> HttpResponseBase:
    """Take a package off the ledger, with the reason; what was reported stays."""
    row = _to_plan(request, code)
    form = RetireForm(request.POST if request.method == "POST" else None, initial={"version": row.version})

    def act() -> None:
        actions.retire(package=row, change=_change(form), by=person(request), reach=reach(request))

    if request.method == "POST" and form.is_valid() and attempted(form, act):
        messages.success(request, _("Taken off the ledger. Its reports and its history stay."))
        return redirect("tenders")
    context = {"row": row, "name": row.called(words.language()), "now": _now(row), "retiring": True}
    return _page(request, form, context)


def _to_plan(request: HttpRequest, code: str) -> Package:
    """The package, if one may plan it: 404 where there is none in reach, 403 and an audit event without the right."""
    row: Package = found_or_404(packages_in_reach(reach(request)).filter(code=code).first())
    if not reach(request).may(Permission.PLAN, row.unit.path):
        refuse(request, "package.plan", "package", row.code, code="no_right")
    return row


def _offered(request: HttpRequest, kept: str = "") -> dict[str, Any]:
    return {"templates": processes(reach(request), kept), "regions": regions()}


def _terms(form: TermsForm) -> actions.Terms:
    values = form.cleaned_data
    return actions.Terms(
        kind=Kind(values["kind"]),
        regime=Regime(values["regime"]),
        template=values["template"],
        estimate=values["estimate"],
        compulsory=form.is_compulsory,
        validity_days=values["validity_days"],
        region=values["region"],
    )


def _change(form: forms.Form) -> Change:
    return Change(reason=form.cleaned_data["reason"], version=form.cleaned_data["version"])


def _initial(row: Package) -> dict[str, Any]:
    stated = row.estimate
    return {
        "kind": row.kind,
        "regime": row.regime,
        "template": row.template.code,
        "estimate": words.quantity(stated) if stated and (stated.low or stated.high) is not None else "",
        "compulsory": {True: "yes", False: "no", None: ""}[row.compulsory],
        "validity_days": row.validity_days,
        "region": row.region,
        "version": row.version,
    }


def _now(row: Package) -> list[tuple[str, str]]:
    """The terms in force, beside the form, so that a conflicting change shows both."""
    return [
        (_("What is tendered"), said.kind(row.kind)),
        (_("Law"), said.regime(row.regime)),
        (_("Process"), row.template.called(words.language())),
        (_("Estimate"), estimate(row)),
    ]


def _page(request: HttpRequest, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    return render(request, "tenders/plan.html", {**context, "form": form}, status=422 if form.is_bound else 200)


urlpatterns = [
    path("tenders/new/", new, name="new_tender"),
    path("tenders/<code:code>/plan/", plan, name="plan_tender"),
    path("tenders/<code:code>/retire/", retire, name="retire_tender"),
]
