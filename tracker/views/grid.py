"""The grid: everything due on one sheet, saved in one request, what is wrong said cell by cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from tracker.domain.ledger import Kind
from tracker.imports import grid as imports
from tracker.imports.grid import GRID, MOST, Sent
from tracker.permissions import Permission
from tracker.queries import drafts as of_drafts
from tracker.queries import grid as queries
from tracker.queries.ledger import Loaded, named
from tracker.queries.report_items import Item
from tracker.views.edge import guarded, now_moment, person, reach, today
from tracker.views.parcels import sign_in_again
from tracker.views.reporting import onward
from tracker.words import ledger as said_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell to fill in: its name in the form, label, text, choices ([] for free text) and what is wrong with it."""

    name: str
    column: str
    label: str
    text: str
    choices: list[tuple[str, str]]
    fault: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the item, its cells, the hidden values it carries, whether 'no change' is ticked."""

    name: str
    item: Item
    cells: list[Cell]
    base: str
    version: int
    same: bool
    fault: str = ""
    drafted: bool = False


@dataclass(slots=True)
class Tables:
    """The two tables of a grid with the titles of their columns."""

    milestones: list[Line] = field(default_factory=list)
    metrics: list[Line] = field(default_factory=list)

    def __iter__(self) -> Any:
        for kind, lines in ((Kind.MILESTONE, self.milestones), (Kind.METRIC, self.metrics)):
            if lines:
                yield said_of.TITLES[kind], [said_of.label(name) for name in GRID[kind]], lines


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def grid(request: HttpRequest) -> HttpResponse:
    """Fill in what is due, or everything open; save all of it in one request."""
    due = request.GET.get("what") != "open"
    if request.method == "POST":
        return _saved(request, due)
    return _page(request, due, token=str(uuid4()), as_of=words.day(today()))


def _page(request: HttpRequest, due: bool, *, token: str, as_of: str) -> HttpResponse:
    moment = now_moment()
    found = queries.grid_page(
        reach=reach(request), on=moment.today, now=moment.known, language=words.language(), due=due, most=MOST
    )
    key = _key(due)
    kept = of_drafts.kept(person(request).pk, moment.known, key).get(str(key))
    typed: Mapping[str, Any] = kept.fields.get("rows", {}) if kept else {}
    tables = Tables(
        [_begun(Kind.MILESTONE, item, typed) for item in found.milestones],
        [_begun(Kind.METRIC, item, typed) for item in found.metrics],
    )
    context = {"tables": list(tables), "page": found, "due": due, "token": token, "day": as_of}
    context |= {"key": key, "drafted": kept is not None}
    if kept and any(line.drafted for _title, _labels, lines in tables for line in lines):
        context |= {"kept": kept, "day": kept.fields.get("as_of") or as_of}
    context["saved"] = request.GET.get("saved", "")[:40]
    return render(request, "reports/grid.html", context)


def _key(due: bool) -> Key:
    return Key(drafts.Kind.GRID, "due" if due else "open")


def _begun(kind: Kind, item: Item, typed: Mapping[str, Any]) -> Line:
    """A row as its item stands, with what the draft has typed in it."""
    texts = imports.texts(item, kind)
    said = typed.get(f"{kind}.{item.code}")
    line = _line(kind, item, texts)
    if not isinstance(said, dict):
        return line
    again = {name: str(said.get(name, text)) for name, text in texts.items()}
    changed = said.get("version") != item.version
    fault = (
        _("This item has changed since the draft was saved: compare with what was last accepted.") if changed else ""
    )
    sent = Sent(kind, item.code, again, line.base, item.version, bool(said.get("same")), {"": fault} if fault else {})
    return replace(_line(kind, item, again, sent), drafted=True)


def _line(kind: Kind, item: Item, texts: Mapping[str, str], sent: Sent | None = None) -> Line:
    """A row as it starts, or as it was sent and came back."""
    name = f"{kind}.{item.code}"
    offered = queries.choices(kind, item)
    faults = sent.faults if sent else {}
    cells = [
        Cell(
            name=f"{name}.{column}",
            column=column,
            label=f"{item.name} · {said_of.label(column)}",
            text=texts[column],
            choices=offered.get(column, []),
            fault=faults.get(column, ""),
        )
        for column in GRID[kind]
    ]
    base = sent.base if sent else imports.fingerprint(kind, texts, today())
    return Line(name, item, cells, base, item.version, sent.same if sent else False, faults.get("", ""))


def _saved(request: HttpRequest, due: bool) -> HttpResponse:
    """Store what can be stored; the rest comes back with its texts and with why."""
    data, day = request.POST, today()
    rows = imports.rows_of(data, data.getlist("row"))
    token, text = data.get("token", "")[:40] or str(uuid4()), data.get("as_of", "")[:60]
    try:
        as_of = dates.day(text, today=day) if text.strip() else day
    except UnreadableDate as fault:
        return _again(request, rows, due, as_of=text, fault=words.refusal(f"date_{fault.code}"))
    outcome = imports.send(
        rows, as_of=as_of, token=token, by=person(request), reach=reach(request), today=day, language=words.language(),
        draft=str(_key(due)) if data.get("drafted") else "",
    )  # fmt: skip
    count = len(outcome.stored)
    told = ngettext("%(count)d report submitted.", "%(count)d reports submitted.", count) % {"count": count}
    if outcome.refused:
        return _again(request, outcome.refused, due, as_of=text, told=told if count else "")
    if count:
        messages.success(request, told)
    else:
        messages.info(request, _("Nothing was changed, so nothing was sent."))
    asked = {"saved": token} if due else {"what": "open", "saved": token}
    return onward(request, f"{reverse('grid')}?{urlencode(asked)}")


def _again(
    request: HttpRequest, rows: Sequence[Sent], due: bool, *, as_of: str, told: str = "", fault: str = ""
) -> HttpResponse:
    """The rows that could not be stored, as they were typed; only they, since the others are done."""
    items = named(((row.kind, row.code) for row in rows), reach=reach(request), on=today(), language=words.language())
    tables, lost = Tables(), 0
    for row in rows:
        loaded: Loaded | None = items.get((row.kind, row.code))
        if loaded is None:
            lost += 1
            continue
        line = _line(row.kind, loaded.item, row.texts, row)
        (tables.milestones if row.kind is Kind.MILESTONE else tables.metrics).append(line)
    context = {
        "tables": list(tables),
        "page": queries.GridPage((), (), len(rows)),
        "due": due,
        "token": str(uuid4()),
        "day": as_of,
        "told": told,
        "fault": fault,
        "wrong": 0 if fault else len(rows) - lost,
        "lost": lost,
        "key": _key(due),
        "drafted": bool(request.POST.get("drafted")),
    }
    return render(request, "reports/grid.html", context, status=422)


urlpatterns = [path("reports/grid/", grid, name="grid")]
