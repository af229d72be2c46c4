"""Statutory windows: the table, one row with a count, a new version, a local row."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tracker import words
from tracker.actions import windows as actions
from tracker.actions.windows import Wording
from tracker.audit import Refused
from tracker.exports import windows as export
from tracker.forms.windows import CountForm, WindowForm
from tracker.models import SourceTag, StatutoryWindow
from tracker.permissions import Permission, keeps_reference
from tracker.queries import windows as queries
from tracker.tables.paging import arrange, sort
from tracker.tables.windows import WindowFilter, WindowTable
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.downloads import list_file, wants_file
from tracker.views.edge import answer, found_or_404, guarded, person, reach, renew, today

PER_PAGE = 50


@require_safe
@guarded(Permission.READ)
def windows(request: HttpRequest) -> HttpResponseBase:
    """The newest version of every row, filtered and sorted by the address; the same rows as a file."""
    found = WindowFilter(request.GET, queries.listed(), regions=queries.regions())
    table = WindowTable(found.qs)
    if wants_file(request):
        sort(table, request.GET)
        rows = map(export.row, table.data.data.iterator(chunk_size=500))
        return list_file(request, "windows", export.COLUMNS, rows, title=_("Statutory windows"), form=found.form)
    records = arrange(table, request.GET, per_page=PER_PAGE)
    table.lines = queries.lines(records, on=today())
    return render(request, "windows/list.html", {"filter": found, "table": table})


@require_safe
@guarded(Permission.READ)
def window(request: HttpRequest, code: str) -> HttpResponseBase:
    """One row: what it asks for, where it stands, a count from a day, and every version ever kept."""
    page = found_or_404(queries.window_page(code=code, on=today()))
    now, result = page.now, None
    asked = {"way": request.GET.get("way", "from"), "day": request.GET.get("day", "")}
    form = CountForm(
        asked if asked["day"] else None,
        initial={"way": "from", "day": today()},
        first=now.from_step,
        last=now.to_step,
        back=now.counts_back,
    )
    if form.is_bound and form.is_valid():
        result = queries.count(
            code=code,
            region=now.region_code,
            version=now.version,
            way=form.cleaned_data["way"],
            day=form.cleaned_data["day"],
        )
    context = {"page": page, "form": form, "result": result, "keeps": keeps_reference(reach(request))}
    return render(request, "windows/detail.html", context)


@guarded(Permission.KEEP_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def window_version(request: HttpRequest, code: str) -> HttpResponse:
    """The next version of a row (`?region=` of a local one); the older ones stay."""
    region = request.GET.get("region", "")[:8].replace("\x00", "")
    row = found_or_404(StatutoryWindow.objects.newest().filter(code=code, region=region).first())
    form = WindowForm(request.POST or None, initial=_initial(row), local=False)

    def save(values: dict[str, Any]) -> StatutoryWindow:
        return actions.add_version(
            code=code, region=region, version=values["version"], wording=_wording(values),
            by=person(request), reach=reach(request),
        )  # fmt: skip

    return _edit(request, form, row, save, title=_("New version"), done=_("The new version has been added."))


@guarded(Permission.KEEP_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def window_local(request: HttpRequest, code: str) -> HttpResponse:
    """A region's own row for a national one; it may only tighten."""
    row = found_or_404(StatutoryWindow.objects.newest().filter(code=code, region="").first())
    initial = _initial(row) | dict.fromkeys(("law", "law_en", "article", "note", "note_en"), "")
    initial |= {"version": 0, "effective_from": None, "source_tag": SourceTag.KNOWN.value}
    form = WindowForm(request.POST or None, initial=initial, local=True)

    def save(values: dict[str, Any]) -> StatutoryWindow:
        return actions.add_local(
            code=code, region=values["region"], wording=_wording(values), by=person(request), reach=reach(request)
        )

    return _edit(request, form, row, save, title=_("Local row"), done=_("The local row has been added."))


def _edit(
    request: HttpRequest, form: WindowForm, row: StatutoryWindow, save: Any, *, title: str, done: str
) -> HttpResponse:
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            save(form.cleaned_data)
        except Refused as refused:
            status = answer(form, refused)
            if refused.code == "stale":
                renew(form, row.version)
        else:
            messages.success(request, done)
            return redirect("window", code=row.code)
    context = {"form": form, "row": row, "name": row.called(words.language()), "title": title}
    return render(request, "windows/edit.html", context, status=status)


def _initial(row: StatutoryWindow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in WindowForm.base_fields if name not in ("reason", "region")}


def _wording(values: dict[str, Any]) -> Wording:
    said = {name: values[name] for name in values if name not in ("version", "region", "source_tag")}
    return Wording(**said, source_tag=SourceTag(values["source_tag"]))


urlpatterns = [
    path("windows/", windows, name="windows"),
    path("windows/<code:code>/", window, name="window"),
    path("windows/<code:code>/version/", window_version, name="window_version"),
    path("windows/<code:code>/local/", window_local, name="window_local"),
]
