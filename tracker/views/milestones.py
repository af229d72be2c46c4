"""Milestones: the list of everything in reach, the page of one, and its plan."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tracker import words
from tracker.actions import comments, plans
from tracker.audit import Refused
from tracker.exports import milestones as export
from tracker.forms.milestones import CommentForm, ReplanForm
from tracker.models import Milestone, Unit
from tracker.permissions import Permission
from tracker.queries import milestone_page as one
from tracker.queries import milestones as queries
from tracker.queries.tender_clock import every_moved, moved_days, moved_to
from tracker.tables.milestones import MilestoneFilter, MilestoneTable
from tracker.tables.paging import arrange, sort
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.context import as_of_chip
from tracker.views.downloads import list_file, wants_file
from tracker.views.edge import answer, attempted, found_or_404, guarded, person, reach, refuse, today
from tracker.views.moments import moment_or_now


@require_safe
@guarded(Permission.READ)
def milestones(request: HttpRequest) -> HttpResponseBase:
    """The list: filters, sort order and page from the address; the same rows as a file."""
    reached, language = reach(request), words.language()
    choices = queries.choices(reach=reached, language=language)
    rows = queries.listed(reach=reached, on=today(), language=language)
    found = MilestoneFilter(request.GET, rows, programmes=choices.programmes, units=choices.units)
    table = MilestoneTable(found.qs, language=language)
    if wants_file(request):
        sort(table, request.GET)
        moved = every_moved(reach=reached, on=today())
        cells = (export.row(one, moved.get(one["pk"])) for one in table.data.data.iterator(chunk_size=2000))
        return list_file(request, "milestones", export.COLUMNS, cells, title=_("Milestones"), form=found.form)
    searched = bool(request.GET.get("q"))
    records = list(arrange(table, request.GET, once=searched))
    moved = moved_days([record["pk"] for record in records], reach=reached, on=today())
    table.lines = [queries.list_row(record, moved_to(moved.get(record["pk"]))) for record in records]
    return render(request, "milestones/list.html", {"filter": found, "table": table})


@require_safe
@guarded(Permission.READ)
def milestone(request: HttpRequest, code: str) -> HttpResponseBase:
    """One milestone as of a moment."""
    row = found_or_404(one.loaded(code=code, reach=reach(request)))
    return _shown(request, row, CommentForm(initial={"token": str(uuid4())}))


def _shown(request: HttpRequest, row: Milestone, form: CommentForm, *, status: int = 200) -> HttpResponse:
    """The page, with the comment form as it stands."""
    reached, moment = reach(request), moment_or_now(request)
    page = one.milestone_page(
        row=row, reach=reached, on=moment.on, known=moment.known, past=moment.past, language=words.language()
    )
    context: dict[str, Any] = {
        "page": page,
        "as_of": as_of_chip(request, moment),
        "moment": moment.query(),
        "outside": not reached.may(Permission.READ, page.unit_path),  # a supporting unit: this page, none around it
        "may_report": reached.may(Permission.REPORT, page.unit_path),
        "may_plan": reached.may(Permission.PLAN, page.unit_path),
        "form": form if page.may_comment else None,
    }
    return render(request, "milestones/detail.html", context, status=status)


@require_POST
@guarded(Permission.COMMENT)
def milestone_comment(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say something about a milestone for one's unit."""
    reached = reach(request)
    row = found_or_404(one.loaded(code=code, reach=reached))
    form = CommentForm(request.POST)
    status = 422
    if form.is_valid():
        said = form.cleaned_data
        try:
            comments.add(
                milestone=row, text=said["text"], token=said["token"] or None, by=person(request), reach=reached
            )
        except Refused as refused:
            status = answer(form, refused)
        else:
            messages.success(request, _("Your comment was added."))
            return redirect(reverse("milestone", args=[row.code]) + "#comments")
    return _shown(request, row, form, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def replan(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give a milestone a new due date, start or unit, with the reason; the first commitment stays."""
    reached, language = reach(request), words.language()
    row = found_or_404(one.loaded(code=code, reach=reached))
    if not reached.may(Permission.PLAN, row.unit.path):
        refuse(request, "milestone.plan", "milestone", row.code, code="no_right")
    units = one.plan_units(reach=reached, language=language)
    if request.method != "POST":
        initial = {
            "due": words.imprecise(row.due),
            "planned_start": words.day(row.planned_start),
            "unit": row.unit.code,
            "version": row.version,
        }
        return _plan_page(request, row, ReplanForm(today=today(), units=units, initial=initial))
    form = ReplanForm(request.POST, today=today(), units=units)
    if form.is_valid() and _replanned(request, row, form):
        messages.success(request, _("The plan was changed; the first commitment stays as it was."))
        return redirect("milestone", code=row.code)
    return _plan_page(request, row, form)


def _replanned(request: HttpRequest, row: Milestone, form: ReplanForm) -> bool:
    """Carry out the change; whether it was."""
    values = form.cleaned_data
    unit = None if values["unit"] == row.unit.code else Unit.objects.filter(code=values["unit"]).first()
    change = plans.Change(reason=values["reason"], version=values["version"], unit=unit)
    due, start = values["due"], values["planned_start"]
    by, reached = person(request), reach(request)
    return attempted(
        form,
        lambda: plans.replan(milestone=row, due=due, planned_start=start, change=change, by=by, reach=reached),
    )


def _plan_page(request: HttpRequest, row: Milestone, form: ReplanForm) -> HttpResponse:
    """The form beside the plan now in force, so that a conflicting change shows both texts."""
    context = {
        "form": form,
        "milestone": row,
        "name": row.called(words.language()),
        "due": queries.due_of(row.due, row.plan_year),
        "first": queries.first_due(row),
        "unit": row.unit.called(words.language()),
        "start": words.day(row.planned_start),
    }
    return render(request, "milestones/plan.html", context, status=422 if form.is_bound else 200)


urlpatterns = [
    path("milestones/", milestones, name="milestones"),
    path("milestones/<code:code>/", milestone, name="milestone"),
    path("milestones/<code:code>/comment/", milestone_comment, name="milestone_comment"),
    path("milestones/<code:code>/plan/", replan, name="replan"),
]
