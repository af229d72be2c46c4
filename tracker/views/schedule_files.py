"""Schedule files: a project's or a programme's plan for Microsoft Project, and loading one after a look at it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config.uploads import refused_files
from tracker import words
from tracker.actions import schedule_files as actions
from tracker.actions.schedule_files import Loading
from tracker.audit import Refused
from tracker.domain.schedule_file import FilePlan, Note, Outcome, packed, unpacked
from tracker.exports import mspdi as export
from tracker.forms.schedule_files import LARGEST_CARRIED, ScheduleFileForm, carried, carry
from tracker.imports.mspdi_plan import NotAPlan, read, understood
from tracker.models import CalendarDay, Project
from tracker.permissions import Permission
from tracker.queries import schedule_files as queries
from tracker.queries.schedule_files import Schedule
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.edge import found_or_404, guarded, person, reach, refuse, today
from tracker.words import schedule_files as said

ROWS, NAMES, FEW = 1000, 200, 5


@require_safe
@guarded(Permission.READ)
def project_schedule(request: HttpRequest, code: str) -> HttpResponseBase:
    """A project's schedule as a file for Microsoft Project."""
    return _file(found_or_404(queries.of_project(code=code, reach=reach(request))))


@require_safe
@guarded(Permission.READ)
def programme_schedule(request: HttpRequest, code: str) -> HttpResponseBase:
    """A programme's schedule, project by project, as a file for Microsoft Project."""
    return _file(found_or_404(queries.of_programme(code=code, reach=reach(request))))


def _file(schedule: Schedule) -> HttpResponse:
    response = HttpResponse("".join(export.document(schedule, today=today())), content_type="application/xml")
    name = "".join(one if one.isascii() and (one.isalnum() or one in "-_.") else "_" for one in schedule.code)
    response["Content-Disposition"] = f'attachment; filename="{name}.xml"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def schedule_import(request: HttpRequest, code: str) -> HttpResponseBase:
    """Choose a file, see what it would change, then load it."""
    project = found_or_404(queries.project_in_reach(code=code, reach=reach(request)))
    if not queries.may_load(project, reach(request)):
        refuse(request, "project.schedule", "project", project.code, code="no_right")
    if request.method != "POST":
        return _page(request, project, ScheduleFileForm())
    form = ScheduleFileForm(request.POST, request.FILES, confirming="carried" in request.POST and not request.FILES)
    if any(code == "file_too_large" for _name, code in refused_files(request)):
        form.add_error("file", words.refusal("xml_too_large", {"limit": 20}))
    if not form.is_valid():
        return _page(request, project, form, status=422)
    if form.cleaned_data["file"]:
        return _looked_at(request, project, form)
    return _loaded(request, project, form)


def _looked_at(request: HttpRequest, project: Project, form: ScheduleFileForm) -> HttpResponse:
    """Read the file and show what loading it would do."""
    file = form.cleaned_data["file"]
    try:
        plan = understood(read(file), CalendarDay.objects.calendar())
    except NotAPlan as fault:
        form.add_error("file", words.refusal(fault.code, fault.inputs))
        return _page(request, project, form, status=422)
    # What is rehearsed is what will be carried: the same value, read back.
    return _preview(request, project, form, unpacked(packed(plan)), str(file.name)[-120:])


def _loaded(request: HttpRequest, project: Project, form: ScheduleFileForm) -> HttpResponseBase:
    """Load the plan that was looked at."""
    found = carried(form.cleaned_data["carried"], project=project.code, user=person(request).pk)
    if found is None:
        form.add_error("file", words.refusal("schedule_expired"))
        return _page(request, project, form, status=422)
    plan, source, seen = found
    try:
        outcome = actions.load(_asked(request, project, plan, source), seen=seen)
    except Refused as refused:
        if refused.right:
            raise PermissionDenied(words.refusal(refused.code)) from refused
        form.add_error(None, words.refusal(refused.code, refused.inputs))
        return _preview(request, project, form, plan, source, status=409)
    messages.success(request, _("Loaded from %(file)s: %(what)s.") % {"file": source, "what": said.tally(outcome)})
    return redirect("project", code=project.code)


def _asked(request: HttpRequest, project: Project, plan: FilePlan, source: str) -> Loading:
    return Loading(project, plan, source, by=person(request), reach=reach(request), today=today())


def _preview(
    request: HttpRequest, project: Project, form: ScheduleFileForm, plan: FilePlan, source: str, *, status: int = 200
) -> HttpResponse:
    try:
        outcome = actions.rehearse(_asked(request, project, plan, source))
    except Refused as refused:
        text = words.refusal(refused.code, refused.inputs)
        if text not in form.non_field_errors():
            form.add_error(None, text)
        return _page(request, project, form, status=422)
    token = carry(plan, source, outcome.fingerprint(), project=project.code, user=person(request).pk)
    if len(token) > LARGEST_CARRIED:
        form.add_error("file", words.refusal("xml_too_dense"))
        return _page(request, project, form, status=422)
    context = {"preview": _shown(outcome), "carried": token, "source": source, "changes": outcome.changes}
    return _page(request, project, form, status=status, **context)


@dataclass(frozen=True, slots=True)
class NoteLine:
    """Why something is not taken as it stands, and what it concerns: `few` in one line, or `names` in a list."""

    text: str
    few: str
    names: list[str]
    count: int
    more: int


def _shown(outcome: Outcome) -> dict[str, Any]:
    """An outcome in words."""
    moving = [row for row in outcome.rows if row.kind != "same"]
    return {
        "tally": said.tally(outcome),
        "rows": [
            {
                "kind": said.KINDS[row.kind],
                "name": row.name,
                "code": row.code,
                "path": " / ".join(row.path),
                "cells": [said.cell(one) for one in row.cells],
                "committed": words.day(row.committed),
                "added": row.kind == "add",
            }
            for row in moving[:ROWS]
        ],
        "more": max(len(moving) - ROWS, 0),
        "links": [
            (said.KINDS[one.kind], one.predecessor, one.successor, said.tied(one.old), said.tied(one.new), one.kind)
            for one in outcome.links[:ROWS]
        ],
        "more_links": max(len(outcome.links) - ROWS, 0),
        "reports": [
            {
                "name": one.name,
                "said": said.actuals(one.actuals),
                "as_of": words.day(one.as_of),
                "problem": words.refusal(one.problem, one.inputs) if one.problem else "",
            }
            for one in outcome.reports[:ROWS]
        ],
        "left_out": _notes(one for one in outcome.notes if one.code in said.LEFT_OUT),
        "notes": _notes(one for one in outcome.notes if one.code not in said.LEFT_OUT),
    }


def _notes(notes: Any) -> list[NoteLine]:
    found = []
    for one in notes:
        note: Note = one
        names: Sequence[str] = said.concerned(note)
        few = _("; ").join(names) if len(names) <= FEW else ""
        found.append(NoteLine(said.note(note), few, list(names[:NAMES]), len(note.tasks), max(len(names) - NAMES, 0)))
    return found


def _page(
    request: HttpRequest, project: Project, form: ScheduleFileForm, *, status: int = 200, **context: Any
) -> HttpResponse:
    context |= {"form": form, "project": project, "name": project.called(words.language())}
    return render(request, "schedule_files/import.html", context, status=status)


urlpatterns = [
    path("projects/<code:code>/schedule.xml", project_schedule, name="project_schedule"),
    path("projects/<code:code>/schedule/import/", schedule_import, name="schedule_import"),
    path("programmes/<code:code>/schedule.xml", programme_schedule, name="programme_schedule"),
]
