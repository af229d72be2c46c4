"""A unit's own process templates: making a copy, writing in it, retiring it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import words
from tracker.actions import process_copies as actions
from tracker.actions.process_copies import Faulty
from tracker.audit import Refused
from tracker.domain.process_copies import faults
from tracker.forms.process_copies import CopyForm, Draft, Editor, RetireForm
from tracker.models import ProcessTemplate, Unit
from tracker.permissions import Permission
from tracker.queries import process_copies as queries
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.edge import answer, found_or_404, guarded, person, reach, refuse, renew


@guarded(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def process_copy(request: HttpRequest, code: str) -> HttpResponse:
    """A copy of a template of the house for a unit one plans for."""
    row = found_or_404(queries.found(code=code, reach=reach(request)))
    name = row.called(words.language())
    form = CopyForm(request.POST or None, units=queries.units(reach(request)))
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        unit = found_or_404(Unit.objects.filter(code=said["unit"]).first())
        try:
            made = actions.copy(
                code=code, unit=unit, name=said["name"], name_en=said["name_en"], reason=said["reason"],
                by=person(request), reach=reach(request),
            )  # fmt: skip
        except Refused as refused:
            status = answer(form, refused)
        else:
            messages.success(request, _("The copy has been made. Change in it what is different with you."))
            return redirect("process_edit", code=made.code)
    context = {"form": form, "row": row, "name": name}
    return render(request, "backplan/copy.html", context, status=status)


@guarded(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def process_retire(request: HttpRequest, code: str) -> HttpResponse:
    """The end of a copy; plans made with it stay."""
    row = _own(request, code)
    form = RetireForm(request.POST or None, initial={"version": row.version})
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.retire(
                code=code, version=said["version"], reason=said["reason"], by=person(request), reach=reach(request)
            )
        except Refused as refused:
            status = answer(form, refused)
            if refused.code == "stale":
                renew(form, row.version)
        else:
            messages.success(request, _("The copy has been retired."))
            return redirect("process", code=code)
    context = {"form": form, "row": row, "name": row.called(words.language())}
    return render(request, "backplan/retire.html", context, status=status)


@dataclass
class _Shown:
    """What the editor page shows beside the forms."""

    status: int = 200
    theirs: list[queries.Changed] | None = None
    mine: list[queries.Changed] | None = None
    renewed: bool = False


@guarded(Permission.PLAN)
@require_http_methods(["GET", "HEAD", "POST"])
def process_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Write in a copy; a button beside a row changes the form only, saving adds a version."""
    row = _own(request, code)
    if row.retired:
        messages.error(request, words.refusal("process_retired"))
        return redirect("process", code=code)
    newer = queries.newer_origin(row)
    if request.method != "POST":
        draft = Draft.of(row.sheet(), row.version)
        origin = queries.original(row, newest=False)
        return _edit(request, row, Editor(draft, origin=origin, names=queries.window_names(), check=False), newer)
    draft, act = Draft.read(request.POST), request.POST.get("act", "")
    origin = queries.original(row, newest=bool(draft.top.get("taken_over")))
    if draft.change(act):
        return _edit(request, row, Editor(draft, origin=origin, names=queries.window_names(), check=False), newer)
    editor, shown = Editor(draft, origin=origin, names=queries.window_names(), check=True), _Shown(status=422)
    editor.form.fields["reason"].required = act == "save"
    if editor.is_valid():
        if act == "save":
            if _saved(request, row, editor, shown):
                return redirect("process", code=code)
        else:
            editor.put(faults(editor.sheet(), origin=origin, known=frozenset(queries.window_names())))
            shown.status = 200
    return _edit(request, row, editor, newer, shown)


def _saved(request: HttpRequest, row: ProcessTemplate, editor: Editor, shown: _Shown) -> bool:
    """Save what was written; what stands against it is put beside its place."""
    said = editor.form.cleaned_data
    try:
        actions.add_version(
            code=row.code, version=said["version"], sheet=editor.sheet(), reason=said["reason"],
            taken_over=said["taken_over"], by=person(request), reach=reach(request),
        )  # fmt: skip
    except Faulty as faulty:
        editor.put(faulty.faults)
    except Refused as refused:
        shown.status = answer(editor.form, refused)
        if refused.code == "stale":
            base = queries.found(code=row.code, reach=reach(request), version=said["version"])
            newest = found_or_404(queries.found(code=row.code, reach=reach(request)))
            shown.theirs = queries.changed(base.sheet(), newest.sheet()) if base else []
            shown.mine = queries.changed(newest.sheet(), editor.sheet())
            renew(editor.form, newest.version)
    else:
        messages.success(request, _("The new version has been added."))
        return True
    return False


def _own(request: HttpRequest, code: str) -> ProcessTemplate:
    """The newest version of a unit's copy; 404 for one out of reach, 403 for one of a unit one does not plan for."""
    row = found_or_404(queries.found(code=code, reach=reach(request)))
    if row.unit is None or not reach(request).may(Permission.PLAN, row.unit.path):
        refuse(request, "process.version", "process", row.code, code="no_right")
    return row


def _edit(
    request: HttpRequest, row: ProcessTemplate, editor: Editor, newer: int, shown: _Shown | None = None
) -> HttpResponse:
    shown = shown or _Shown()
    context: dict[str, Any] = {
        "form": editor.form,
        "editor": editor,
        "omitted": queries.omissions(editor.omitted),
        "row": row,
        "name": row.called(words.language()),
        "unit": row.unit.called(words.language()) if row.unit else "",
        "newer": newer,
        "windows": queries.windows(),
        "theirs": shown.theirs,
        "mine": shown.mine,
        "checked": shown.status == 200 and request.POST.get("act") == "check",
        "wrong": editor.wrong(),
    }
    return render(request, "backplan/edit.html", context, status=shown.status)


urlpatterns = [
    path("backplan/<code:code>/copy/", process_copy, name="process_copy"),
    path("backplan/<code:code>/edit/", process_edit, name="process_edit"),
    path("backplan/<code:code>/retire/", process_retire, name="process_retire"),
]
