"""The grids: many items on one sheet, saved in one request, what is wrong said cell by cell.

One for milestones and metrics, one for each of the ledgers; they differ by what stands in their `Grid` alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from tracker import words
from tracker.domain import dates, drafts
from tracker.domain.dates import UnreadableDate
from tracker.domain.drafts import Key
from tracker.domain.ledger import Kind
from tracker.imports import grid as imports
from tracker.imports.grid import MOST, Sent
from tracker.permissions import Permission
from tracker.queries import drafts as of_drafts
from tracker.queries import grid as queries
from tracker.queries.ledger import named
from tracker.queries.report_items import Item
from tracker.views import grid_rows
from tracker.views.edge import guarded, now_moment, person, reach, today
from tracker.views.grid_rows import Line
from tracker.views.parcels import sign_in_again
from tracker.views.reporting import onward
from tracker.words import ledger as said_of

TOUCHED = gettext_lazy(
    "Only rows you touch are sent. Enter and the arrow keys move; cells copied from Excel can be pasted."
)
COUNTED = gettext_lazy(
    "Counted from the beginning. Only rows you touch are sent. "
    "Enter and the arrow keys move; cells copied from Excel can be pasted."
)


@dataclass(frozen=True, slots=True)
class Grid:
    """One grid: its address, the kinds of its rows, the ledger it belongs to (address, title), what it says.

    `draft` is the key of its draft; '' for the grid of milestones and metrics, which has one for what is due and one
    for everything open.
    """

    address: str
    kinds: tuple[Kind, ...]
    title: Promise
    hint: Promise
    nothing: Promise
    draft: str = ""
    ledger: tuple[str, Promise] | None = None


REPORTS = Grid(
    "grid",
    (Kind.MILESTONE, Kind.METRIC),
    title=said_of.GRID,
    hint=TOUCHED,
    nothing=gettext_lazy("Nothing is due from you now."),
)
SITES = Grid(
    "relocation_grid",
    (Kind.SITE, Kind.LAND),
    title=said_of.GRIDS["sites"],
    hint=COUNTED,
    nothing=gettext_lazy("No site of yours has anything left to report, or all wait for review."),
    draft="sites",
    ledger=("relocation", gettext_lazy("Clearance")),
)
HOUSING = Grid(
    "housing_grid",
    (Kind.HOUSING,),
    title=said_of.GRIDS["housing"],
    hint=COUNTED,
    nothing=gettext_lazy("No housing of yours has anything left to report, or all wait for review."),
    draft="housing",
    ledger=("resettlement", gettext_lazy("Resettlement")),
)
PACKAGES = Grid(
    "tender_grid",
    (Kind.PACKAGE,),
    title=said_of.GRIDS["packages"],
    hint=gettext_lazy(
        "Only rows you touch are sent. A suspension and a new call are reported in the package's own form. "
        "Enter and the arrow keys move; cells copied from Excel can be pasted."
    ),
    nothing=gettext_lazy("No package of yours is still to be awarded, or all wait for review."),
    draft="packages",
    ledger=("tenders", gettext_lazy("Tenders")),
)


GRIDS = (SITES, HOUSING, PACKAGES)


def of_ledgers(items: Iterable[Item]) -> list[Grid]:
    """The grids of the ledgers these items stand in."""
    held = {item.kind for item in items}
    return [one for one in GRIDS if any(kind.subject in held for kind in one.kinds)]


@dataclass(frozen=True, slots=True)
class Asked:
    """A grid as it is asked for: `due` instead of all that is open, or narrowed to a project."""

    grid: Grid
    due: bool
    project: str

    @classmethod
    def of(cls, grid: Grid, request: HttpRequest) -> "Asked":
        """The one the address asks for."""
        due = not grid.draft and request.GET.get("what") != "open"
        return cls(grid, due, request.GET.get("project", "")[:60].replace("\x00", "") if grid.draft else "")

    @property
    def key(self) -> Key:
        """What its draft goes by."""
        return Key(drafts.Kind.GRID, self.grid.draft or ("due" if self.due else "open"))

    def url(self, **more: str) -> str:
        """Its address."""
        asked = {"project": self.project} if self.project else {}
        asked |= {} if self.grid.draft or self.due else {"what": "open"}
        query = urlencode(asked | more)
        return reverse(self.grid.address) + (f"?{query}" if query else "")


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def grid(request: HttpRequest) -> HttpResponse:
    """Fill in what is due, or everything open; save all of it in one request."""
    return _answer(request, REPORTS)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def relocation_grid(request: HttpRequest) -> HttpResponse:
    """Fill in how far every clearance site has come."""
    return _answer(request, SITES)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def housing_grid(request: HttpRequest) -> HttpResponse:
    """Fill in how far the resettlement housing has come."""
    return _answer(request, HOUSING)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def tender_grid(request: HttpRequest) -> HttpResponse:
    """Fill in what is counted of the tender packages."""
    return _answer(request, PACKAGES)


def _answer(request: HttpRequest, grid: Grid) -> HttpResponse:
    asked = Asked.of(grid, request)
    return _saved(request, asked) if request.method == "POST" else _page(request, asked)


def _page(request: HttpRequest, asked: Asked) -> HttpResponse:
    moment, project = now_moment(), asked.project if asked.grid.draft else None
    wanted = queries.Wanted(asked.grid.kinds, MOST, asked.due, project)
    found = queries.grid_page(
        wanted, reach=reach(request), on=moment.today, now=moment.known, language=words.language()
    )
    kept = of_drafts.kept(person(request).pk, moment.known, asked.key).get(str(asked.key))
    typed: Mapping[str, Any] = kept.fields.get("rows", {}) if kept else {}
    lines = grid_rows.begun(found.items, typed)
    context: dict[str, Any] = {"token": str(uuid4()), "day": words.day(moment.today), "drafted": kept is not None}
    if kept and any(line.drafted for line in lines):
        context |= {"kept": kept, "day": kept.fields.get("as_of") or context["day"]}
    context |= {"total": found.total, "projects": found.projects, "saved": request.GET.get("saved", "")[:40]}
    return _render(request, asked, lines, context)


def _render(
    request: HttpRequest, asked: Asked, lines: Sequence[Line], context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    own = {"asked": asked, "grid": asked.grid, "tables": list(grid_rows.tables(lines)), "shown": len(lines)}
    own |= {"key": asked.key, "action": asked.url()}
    return render(request, "reports/grid.html", {**own, **context}, status=status)


def _saved(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Store what can be stored; the rest comes back with its texts and with why."""
    data, day = request.POST, today()
    rows = [row for row in imports.rows_of(data, data.getlist("row")) if row.kind in asked.grid.kinds]
    token, text = data.get("token", "")[:40] or str(uuid4()), data.get("as_of", "")[:60]
    try:
        as_of = dates.day(text, today=day) if text.strip() else day
    except UnreadableDate as fault:
        return _again(request, asked, rows, as_of=text, fault=words.refusal(f"date_{fault.code}"))
    outcome = imports.send(
        rows, as_of=as_of, token=token, by=person(request), reach=reach(request), today=day, language=words.language(),
        draft=str(asked.key) if data.get("drafted") else "",
    )  # fmt: skip
    count = len(outcome.stored)
    told = ngettext("%(count)d report submitted.", "%(count)d reports submitted.", count) % {"count": count}
    if outcome.refused:
        return _again(request, asked, outcome.refused, as_of=text, told=told if count else "")
    if count:
        messages.success(request, told)
    else:
        messages.info(request, _("Nothing was changed, so nothing was sent."))
    return onward(request, asked.url(saved=token))


def _again(
    request: HttpRequest, asked: Asked, rows: Sequence[Sent], *, as_of: str, told: str = "", fault: str = ""
) -> HttpResponse:
    """The rows that could not be stored, as they were typed; only they, since the others are done."""
    items = named(((row.kind, row.code) for row in rows), reach=reach(request), on=today(), language=words.language())
    held = [(row, items[row.kind, row.code].item) for row in rows if (row.kind, row.code) in items]
    lines = [grid_rows.line(row.kind, item, row.texts, row) for row, item in held]
    context = {
        "token": str(uuid4()),
        "day": as_of,
        "told": told,
        "fault": fault,
        "wrong": 0 if fault else len(lines),
        "lost": len(rows) - len(lines),
        "bound": True,
        "drafted": bool(request.POST.get("drafted")),
    }
    return _render(request, asked, lines, context, status=422)


urlpatterns = [
    path("reports/grid/", grid, name="grid"),
    path("relocation/grid/", relocation_grid, name="relocation_grid"),
    path("housing/grid/", housing_grid, name="housing_grid"),
    path("tenders/grid/", tender_grid, name="tender_grid"),
]
