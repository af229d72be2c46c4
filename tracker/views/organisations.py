"""Units: the tree, adding one, editing and moving one, retiring one."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker import words
from tracker.actions import organisations
from tracker.audit import Refused
from tracker.forms.organisations import NewUnitForm, RetireForm, UnitForm
from tracker.models import Unit, UnitKind
from tracker.permissions import Permission, within
from tracker.queries import organisations as shown
from tracker.views import codes as _codes  # noqa: F401 - registers <code:…>
from tracker.views import edge


@edge.guarded(Permission.MANAGE_UNITS)
@require_safe
def units(request: HttpRequest) -> HttpResponse:
    """The tree of units in reach."""
    lines = shown.unit_tree(reach=edge.reach(request), today=edge.today(), language=words.language())
    return render(request, "units/list.html", {"lines": lines})


@edge.guarded(Permission.MANAGE_UNITS)
@require_http_methods(["GET", "HEAD", "POST"])
def unit_add(request: HttpRequest) -> HttpResponse:
    """A new unit below another one."""
    form = NewUnitForm(request.POST or None, initial={"parent": request.GET.get("parent")}, parents=_parents(request))
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            row = organisations.add(
                code=form.cleaned_data["code"],
                shape=_shape(form.cleaned_data),
                by=edge.person(request),
                reach=edge.reach(request),
            )
        except Refused as refused:
            status = edge.answer(form, refused)
        else:
            messages.success(request, _("The unit has been added."))
            return HttpResponseRedirect(reverse("unit", args=[row.code]))
    return render(request, "units/add.html", {"form": form}, status=status)


@edge.guarded(Permission.MANAGE_UNITS)
@require_http_methods(["GET", "HEAD", "POST"])
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit; a POST changes it."""
    row = _unit(request, code)
    if request.method != "POST":
        return _page(request, row)
    form = UnitForm(request.POST, parents=_parents(request, row))
    status = 422
    if form.is_valid():
        try:
            organisations.edit(
                unit=row,
                shape=_shape(form.cleaned_data),
                version=form.cleaned_data["version"],
                by=edge.person(request),
                reach=edge.reach(request),
            )
        except Refused as refused:
            status = edge.answer(form, refused)
        else:
            messages.success(request, _("The unit has been changed."))
            return HttpResponseRedirect(reverse("unit", args=[row.code]))
    return _page(request, row, status, edit=form)


@edge.guarded(Permission.MANAGE_UNITS)
@require_POST
def unit_retire(request: HttpRequest, code: str) -> HttpResponse:
    """Taking a unit out of use."""
    row = _unit(request, code)
    form = RetireForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            organisations.retire(
                unit=row,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"],
                by=edge.person(request),
                reach=edge.reach(request),
                today=edge.today(),
            )
        except Refused as refused:
            status = edge.answer(form, refused)
        else:
            messages.success(request, _("The unit has been retired."))
            return HttpResponseRedirect(reverse("unit", args=[row.code]))
    return _page(request, row, status, retire=form)


def _page(request: HttpRequest, row: Unit, status: int = 200, **bound: Form) -> HttpResponse:
    page = edge.found_or_404(
        shown.unit_page(code=row.code, reach=edge.reach(request), today=edge.today(), language=words.language())
    )
    for form in bound.values():
        edge.renew(form, page.version)
    initial = {
        "version": page.version,
        "name": page.name,
        "name_en": page.name_en,
        "kind": page.kind,
        "parent": page.parent,
    }
    context: dict[str, Any] = {
        "page": page,
        "edit": bound.get("edit") or UnitForm(initial=initial, parents=_parents(request, row)),
        "retire": bound.get("retire") or RetireForm(initial={"version": page.version}),
    }
    context["retire"].auto_id = "id_retire_%s"
    return render(request, "units/unit.html", context, status=status)


def _parents(request: HttpRequest, row: Unit | None = None) -> list[tuple[str, str]]:
    """The units to choose the one above from; what stands above now is kept even where it is out of reach."""
    found = shown.unit_choices(reach=edge.reach(request), permission=Permission.MANAGE_UNITS, language=words.language())
    if row is None:
        return found
    if row.parent is None:
        return [("", "—")]
    codes = {code for code, _name in found}
    kept = [] if row.parent.code in codes else [(row.parent.code, row.parent.called(words.language()))]
    return kept + [choice for choice in found if choice[0] != row.code]


def _unit(request: HttpRequest, code: str) -> Unit:
    """The unit, or 404 where it is not in reach."""
    condition = within("path", edge.reach(request).paths(Permission.MANAGE_UNITS))
    found: Unit | None = Unit.objects.filter(condition, code=code).select_related("parent").first()
    return edge.found_or_404(found)


def _shape(values: dict[str, Any]) -> organisations.Shape:
    parent = Unit.named(values["parent"]) if values["parent"] else None
    return organisations.Shape(values["name"], values["name_en"], UnitKind(values["kind"]), parent)


urlpatterns = [
    path("units/", units, name="units"),
    path("units/add/", unit_add, name="unit_add"),
    path("units/<code:code>/", unit, name="unit"),
    path("units/<code:code>/retire/", unit_retire, name="unit_retire"),
]
