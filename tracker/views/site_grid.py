"""The progress table of clearance to type into: every site one reports on in one request, faults at their cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tracker import words
from tracker.domain import dates, drafts
from tracker.domain.dates import UnreadableDate
from tracker.domain.drafts import Key
from tracker.domain.relocation import COUNTS, Stage, Use
from tracker.imports import site_grid as imports
from tracker.imports.site_grid import MOST, Sent, stages
from tracker.models import Site
from tracker.permissions import Permission
from tracker.queries import drafts as of_drafts
from tracker.queries import site_grid as queries
from tracker.queries.site_items import standing
from tracker.views.edge import guarded, now_moment, person, reach, today
from tracker.views.reporting import onward
from tracker.words import relocation as said

KEY = Key(drafts.Kind.GRID, "sites")
BUILDINGS = (Use.RESIDENTIAL, Use.NON_RESIDENTIAL)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell to fill in: its name in the form, what it is, its text and what is wrong with it."""

    name: str
    label: str
    text: str
    fault: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the site in words, its cells, the hidden values it carries, whether 'no change' is ticked."""

    name: str
    site: Site
    title: str
    place: str
    standing: str
    cells: list[Cell]
    base: str
    same: bool
    fault: str = ""
    drafted: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table with its grouped titles: (stage, how many columns), beneath it what is counted and its measure."""

    title: str
    groups: list[tuple[str, int]]
    titles: list[tuple[str, str]]
    lines: list[Line]


def tables(lines: Sequence[Line]) -> Iterator[Table]:
    """Buildings and land apart, since they are counted in other measures."""
    for uses, title in ((BUILDINGS, _("Buildings")), ((Use.LAND,), str(said.USES[Use.LAND]))):
        own = [line for line in lines if Use(line.site.use) in uses]
        if own:
            counts = COUNTS[uses[0]]
            titles = [(str(said.COUNTS[one]), said.beneath(one)) for one in counts]
            groups = [(str(said.STAGES[stage]), len(counts)) for stage in Stage]
            yield Table(title, groups, titles * len(Stage), own)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT)
def site_grid(request: HttpRequest) -> HttpResponse:
    """Fill in how far every site has come; save all of it in one request."""
    return _saved(request) if request.method == "POST" else _page(request)


def _project(request: HttpRequest) -> str:
    return request.GET.get("project", "")[:60].replace("\x00", "")


def _page(request: HttpRequest) -> HttpResponse:
    found = queries.site_grid(reach=reach(request), language=words.language(), project=_project(request), most=MOST)
    kept = of_drafts.kept(person(request).pk, now_moment().known, KEY).get(str(KEY))
    typed: Mapping[str, Any] = kept.fields.get("rows", {}) if kept else {}
    lines = [_begun(row, typed.get(f"site.{row.code}")) for row in found.sites]
    context: dict[str, Any] = {"token": str(uuid4()), "day": words.day(today()), "drafted": kept is not None}
    if kept and any(line.drafted for line in lines):
        context |= {"kept": kept, "day": kept.fields.get("as_of") or context["day"]}
    context |= {"total": found.total, "projects": found.projects, "saved": request.GET.get("saved", "")[:40]}
    return _render(request, lines, context)


def _render(request: HttpRequest, lines: list[Line], context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    asked = {"project": _project(request)} if _project(request) else {}
    action = reverse("relocation_grid") + (f"?{urlencode(asked)}" if asked else "")
    context |= {"tables": list(tables(lines)), "shown": len(lines), "key": KEY, "action": action}
    context |= {"project": _project(request)}
    return render(request, "reports/site_grid.html", context, status=status)


def _begun(row: Site, typed: Any) -> Line:
    """A row as its site stands, with what the draft has typed in it."""
    texts = imports.texts(row)
    line = _line(row, texts)
    if not isinstance(typed, dict):
        return line
    again = {name: str(typed.get(name, text)) for name, text in texts.items()}
    changed = typed.get("version") != row.version
    fault = (
        _("This item has changed since the draft was saved: compare with what was last accepted.") if changed else ""
    )
    faults = {"": fault} if fault else {}
    sent = Sent(row.code, again, line.base, row.version, bool(typed.get("same")), faults)
    return replace(_line(row, again, sent), drafted=True)


def _line(row: Site, texts: Mapping[str, str], sent: Sent | None = None) -> Line:
    """A row as it starts, or as it was sent and came back."""
    language, name = words.language(), f"site.{row.code}"
    faults = sent.faults if sent else {}
    own = row.called(language)
    cells = [
        Cell(f"{name}.{one}", f"{own} · {said.FIGURES[one]}", texts.get(one, ""), faults.get(one, ""))
        for one in stages(Use(row.use))
    ]
    cells.append(Cell(f"{name}.note", f"{own} · {_('Note')}", texts.get("note", ""), faults.get("note", "")))
    return Line(
        name=name,
        site=row,
        title=own,
        place=" · ".join(part for part in (row.project.called(language), row.placed(language)) if part),
        standing=standing(row),
        cells=cells,
        base=sent.base if sent else imports.fingerprint(texts),
        same=sent.same if sent else False,
        fault=faults.get("", ""),
    )


def _saved(request: HttpRequest) -> HttpResponse:
    """Store what can be stored; the rest comes back with its texts and with why."""
    data, day = request.POST, today()
    rows = imports.rows_of(data, data.getlist("row"))
    token, text = data.get("token", "")[:40] or str(uuid4()), data.get("as_of", "")[:60]
    sites = queries.sites_named((row.code for row in rows), reach=reach(request))
    try:
        as_of = dates.day(text, today=day) if text.strip() else day
    except UnreadableDate as fault:
        return _again(request, rows, sites, as_of=text, fault=words.refusal(f"date_{fault.code}"))
    outcome = imports.send(
        rows, sites, as_of=as_of, token=token, by=person(request), reach=reach(request), today=day,
        draft=str(KEY) if data.get("drafted") else "",
    )  # fmt: skip
    count = outcome.stored
    told = ngettext("%(count)d report submitted.", "%(count)d reports submitted.", count) % {"count": count}
    if outcome.refused:
        return _again(request, outcome.refused, sites, as_of=text, told=told if count else "")
    if count:
        messages.success(request, told)
    else:
        messages.info(request, _("Nothing was changed, so nothing was sent."))
    asked = ({"project": _project(request)} if _project(request) else {}) | {"saved": token}
    return onward(request, f"{reverse('relocation_grid')}?{urlencode(asked)}")


def _again(
    request: HttpRequest,
    rows: Sequence[Sent],
    sites: Mapping[str, Site],
    *,
    as_of: str,
    told: str = "",
    fault: str = "",
) -> HttpResponse:
    """The rows that could not be stored, as they were typed; only they, since the others are done."""
    lines = [_line(sites[row.code], row.texts, row) for row in rows if row.code in sites]
    lost = len(rows) - len(lines)
    context = {
        "token": str(uuid4()),
        "day": as_of,
        "told": told,
        "fault": fault,
        "wrong": 0 if fault else len(lines),
        "lost": lost,
        "bound": True,
        "drafted": bool(request.POST.get("drafted")),
    }
    return _render(request, lines, context, status=422)


urlpatterns = [path("relocation/grid/", site_grid, name="relocation_grid")]
