"""Clearance sites as people keep them: a new one, another scope or due day, retired and restored."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import words
from tracker.actions import relocation as actions
from tracker.actions.plans import Change
from tracker.domain.relocation import Use, scopes_of
from tracker.forms.relocation import NewSiteForm, PlanSiteForm, TermsForm
from tracker.forms.written import ReasonForm
from tracker.models import Project, Site, Unit
from tracker.permissions import Permission
from tracker.queries import site_plans as queries
from tracker.queries.milestone_page import plan_units
from tracker.queries.milestones import due_of
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.edge import attempted, found_or_404, guarded, person, reach, refuse, today


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def new_site(request: HttpRequest) -> HttpResponseBase:
    """Add a site; `?project=` chooses one beforehand."""
    reached, language = reach(request), words.language()
    offered: dict[str, Any] = {
        "projects": queries.plan_projects(reach=reached, language=language),
        "units": plan_units(reach=reached, language=language),
        "today": today(),
    }
    if request.method == "POST":
        form = NewSiteForm(request.POST, **offered)
        if form.is_valid() and (row := _added(request, form)):
            messages.success(request, _("The site was added."))
            return redirect("site", code=row.code)
    else:
        form = NewSiteForm(initial={"project": request.GET.get("project", "")}, **offered)
    return render(request, "relocation/new.html", {"form": form}, status=422 if form.is_bound else 200)


def _added(request: HttpRequest, form: NewSiteForm) -> Site | None:
    """Carry it out; the site, if it was added."""
    values, by, reached = form.cleaned_data, person(request), reach(request)
    project = Project.objects.select_related("unit", "programme").get(code=values["project"])
    shape = actions.Shape(
        name=values["name"],
        name_en=values["name_en"],
        use=Use(values["use"]),
        unit=Unit.objects.get(code=values["unit"]),
        place=values["place"],
        basis=values["basis"],
        on_behalf=values["on_behalf"],
        in_total=not values["beside"],
    )
    made: list[Site] = []
    attempted(
        form,
        lambda: made.append(
            actions.add_site(
                project=project, code=values["code"], shape=shape, terms=_terms(form), by=by, reach=reached
            )
        ),
    )
    return made[0] if made else None


def _terms(form: TermsForm) -> actions.Terms:
    values = form.cleaned_data
    return actions.Terms(
        scope=values["scope"],
        due=values["due"],
        planned_start=values["planned_start"],
        transition_months=values.get("transition_months"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def plan_site(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give a site another scope or due day, with the reason; earlier versions stay."""
    row = _site(request, code, retired=False)
    offered: dict[str, Any] = {"today": today(), "scopes": scopes_of(Use(row.use)), "due": row.due}
    if request.method == "POST":
        form = PlanSiteForm(request.POST, **offered)
        if form.is_valid() and _planned(request, row, form):
            messages.success(request, _("The scope was changed; earlier versions stay as they were."))
            return redirect("site", code=row.code)
    else:
        form = PlanSiteForm(initial=queries.typed(row) | {"version": row.version}, **offered)
    return _page(request, "relocation/plan.html", row, form)


def _planned(request: HttpRequest, row: Site, form: PlanSiteForm) -> bool:
    values, by, reached = form.cleaned_data, person(request), reach(request)
    change = Change(reason=values["reason"], version=values["version"])
    terms = _terms(form)
    return attempted(form, lambda: actions.plan_site(site=row, terms=terms, change=change, by=by, reach=reached))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def retire_site(request: HttpRequest, code: str) -> HttpResponseBase:
    """Take a site out of the ledger, or a retired one back into it, with the reason."""
    row = _site(request, code)
    if request.method != "POST":
        return _page(request, "relocation/retire.html", row, ReasonForm(initial={"version": row.version}))
    form = ReasonForm(request.POST)
    if form.is_valid() and _set(request, row, form):
        if row.retired_at:
            messages.success(request, _("The site is back in the ledger."))
            return redirect("site", code=row.code)
        messages.success(request, _("The site was taken out of the ledger; its reports stay."))
        return redirect("retire_site", code=row.code)
    return _page(request, "relocation/retire.html", row, form)


def _set(request: HttpRequest, row: Site, form: ReasonForm) -> bool:
    values, by, reached = form.cleaned_data, person(request), reach(request)
    change = Change(reason=values["reason"], version=values["version"])
    act = actions.restore_site if row.retired_at else actions.retire_site
    return attempted(form, lambda: act(site=row, change=change, by=by, reach=reached))


def _site(request: HttpRequest, code: str, *, retired: bool = True) -> Site:
    """The site in reach; who only reads it is refused."""
    reached = reach(request)
    row: Site = found_or_404(queries.kept(code=code, reach=reached, retired=retired))
    if not reached.may(Permission.PLAN, row.unit.path):
        refuse(request, "site.plan", "site", row.code, code="no_right")
    return row


def _page(request: HttpRequest, template: str, row: Site, form: ReasonForm) -> HttpResponse:
    """The form beside what is in force now, so that a conflicting change shows both."""
    language = words.language()
    context = {
        "form": form,
        "site": row,
        "name": row.called(language),
        "facts": queries.in_force(row),
        "due": due_of(row.due, row.plan_year),
        "retired": words.instant(row.retired_at) if row.retired_at else "",
    }
    return render(request, template, context, status=422 if form.is_bound else 200)


urlpatterns = [
    path("relocation/new/", new_site, name="new_site"),
    path("sites/<code:code>/plan/", plan_site, name="plan_site"),
    path("sites/<code:code>/retire/", retire_site, name="retire_site"),
]
