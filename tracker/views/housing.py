"""Planning resettlement housing: adding it, changing its plan, taking it off the ledger."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import words
from tracker.actions import resettlement as actions
from tracker.actions.plans import Change
from tracker.forms.housing import HousingForm, HousingPlanForm
from tracker.forms.written import ReasonForm
from tracker.models import Housing, Milestone, Project, Site
from tracker.models.resettlement import DATED
from tracker.permissions import Permission
from tracker.queries import resettlement as queries
from tracker.queries import resettlement_page as one
from tracker.queries.scope import projects_in_reach
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.edge import attempted, found_or_404, guarded, person, reach, refuse
from tracker.words import resettlement as said


def _choices(row: Project | Housing) -> dict[str, Any]:
    under = row if isinstance(row, Project) else row.project
    found = queries.offered(programme=under.programme_id, language=words.language())
    return {"milestones": found.milestones, "sites": found.sites}


def _planned(form: HousingPlanForm) -> actions.Planned:
    """What was typed and chosen, as the action takes it."""
    values = form.cleaned_data
    wanted = [values[name] for name in DATED if values.get(name)]
    milestones = {one.code: one for one in Milestone.objects.filter(code__in=wanted).select_related("project")}
    sites = Site.objects.filter(code__in=values.get("sites") or []).select_related("project")
    return actions.Planned(
        homes=values["homes"],
        area=values["area"],
        sites=tuple(sites.order_by("position", "code")),
        days={name: milestones.get(values.get(name) or "") for name in DATED},
    )


def _to_plan(request: HttpRequest, code: str) -> Housing:
    """The housing, if one may plan it: 404 where there is none in reach, 403 and an audit event without the right."""
    row = found_or_404(one.loaded(code=code, reach=reach(request)))
    if not reach(request).may(Permission.PLAN, row.unit.path):
        refuse(request, "housing.plan", "housing", row.code, code="no_right")
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def new(request: HttpRequest, code: str) -> HttpResponseBase:
    """Add housing to a project."""
    reached = reach(request)
    found = projects_in_reach(reached).filter(code=code).select_related("unit", "programme").first()
    project: Project = found_or_404(found)
    if not reached.may(Permission.PLAN, project.unit.path):
        refuse(request, "housing.add", "project", project.code, code="no_right")
    form = HousingForm(request.POST or None, **_choices(project))
    made: list[Housing] = []

    def act() -> None:
        texts = {name: form.cleaned_data[name] for name in actions.WRITTEN}
        given: dict[str, Any] = {"by": person(request), "reach": reached}
        made.append(actions.add_housing(project=project, texts=texts, planned=_planned(form), **given))

    if request.method == "POST" and form.is_valid() and attempted(form, act):
        messages.success(request, _("Added. Reports on it can be made from now on."))
        return redirect("housing", code=made[0].code)
    name = project.called(words.language())
    return _page(request, form, {"project": project, "name": name, "new": True})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def plan(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give housing a new plan version, with the reason; the first one stays."""
    row = _to_plan(request, code)
    form = HousingPlanForm(request.POST if request.method == "POST" else None, initial=_initial(row), **_choices(row))

    def act() -> None:
        change = Change(reason=form.cleaned_data["reason"], version=form.cleaned_data["version"])
        given: dict[str, Any] = {"by": person(request), "reach": reach(request)}
        actions.plan_housing(housing=row, planned=_planned(form), change=change, **given)

    if request.method == "POST" and form.is_valid() and attempted(form, act):
        messages.success(request, _("The plan was changed; earlier versions stay as they were."))
        return redirect("housing", code=row.code)
    return _page(request, form, {"housing": row, "name": row.called(words.language()), "now": _now(row)})


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def retire(request: HttpRequest, code: str) -> HttpResponseBase:
    """Take housing off the ledger, with the reason; what was reported stays."""
    row = _to_plan(request, code)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"version": row.version})

    def act() -> None:
        change = Change(reason=form.cleaned_data["reason"], version=form.cleaned_data["version"])
        actions.retire_housing(housing=row, change=change, by=person(request), reach=reach(request))

    if request.method == "POST" and form.is_valid() and attempted(form, act):
        messages.success(request, _("Taken off the ledger. Its reports and its history stay."))
        return redirect("resettlement")
    name = row.called(words.language())
    return _page(request, form, {"housing": row, "name": name, "now": _now(row), "retiring": True})


def _initial(row: Housing) -> dict[str, Any]:
    days = {name: (milestone.code if (milestone := getattr(row, name)) else "") for name in DATED}
    stated = {
        count.value: said.planned(count, scope) for count, scope in row.planned.items() if scope.value is not None
    }
    return {**days, **stated, "sites": list(row.sites.values_list("code", flat=True)), "version": row.version}


def _now(row: Housing) -> list[tuple[str, str]]:
    """The plan in force, beside the form, so that a conflicting change shows both."""
    found = [(str(said.COUNTS[count]), said.planned(count, scope)) for count, scope in row.planned.items()]
    milestones = ((name, getattr(row, name)) for name in DATED)
    return found + [(str(said.DATED[name]), one.called(words.language())) for name, one in milestones if one]


def _page(request: HttpRequest, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    return render(request, "resettlement/plan.html", {**context, "form": form}, status=422 if form.is_bound else 200)


urlpatterns = [
    path("projects/<code:code>/housing/new/", new, name="new_housing"),
    path("housing/<code:code>/plan/", plan, name="plan_housing"),
    path("housing/<code:code>/retire/", retire, name="retire_housing"),
]
