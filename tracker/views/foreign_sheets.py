"""Other offices' sheets: upload one, confirm what its columns mean, name its rows, then on as with our own ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config.uploads import refused_files
from tracker import words
from tracker.actions import foreign_sheets as actions
from tracker.actions import sheets
from tracker.audit import Refused
from tracker.domain import dates
from tracker.domain import sheet_headers as headers
from tracker.imports import foreign, sheet_check
from tracker.imports.foreign import Foreign
from tracker.imports.foreign_matching import Matched, Reader, Wanted, matched, matcher_for
from tracker.imports.foreign_rows import rows_of
from tracker.imports.opening import MOST_BYTES, Unreadable
from tracker.models import SheetUpload, Unit
from tracker.permissions import Permission
from tracker.queries import foreign_sheets as queries
from tracker.queries import sheets as uploads
from tracker.views.edge import View, found_or_404, guarded, now_moment, person, reach, today
from tracker.views.sheets import AT_ONCE, asking, looked_at
from tracker.words import foreign_sheets as said_of

MOST_ASKED = 100
"""Unknown rows that are asked about at once; the rest are left out and counted."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An upload with its tables read again, and the one looked at."""

    upload: SheetUpload
    tables: list[Foreign]
    number: int

    @property
    def table(self) -> Foreign:
        """The table looked at."""
        return self.tables[self.number]


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT)
def foreign_sheet(request: HttpRequest) -> HttpResponseBase:
    """Upload a sheet of another kind; one whose header is known goes straight to what it would change."""
    if request.method != "POST":
        return _first(request)
    let_go, file = refused_files(request), request.FILES.get("file")
    if file is None or (file.size or 0) > MOST_BYTES:
        code = "sheet_too_large" if let_go or file is not None else "sheet_missing"
        return _first(request, fault=said_of.fault(code, {"limit": MOST_BYTES // 1_000_000}))
    name, content = str(file.name or ""), file.read()
    try:
        tables = foreign.read(name, content)
    except Unreadable as fault:
        return _first(request, fault=said_of.fault(fault.code, fault.inputs))
    outcome = {"lines": [], "rows": [], "total": 0, "language": words.language(), "foreign": {"ready": False}}
    kept = sheets.keep(name=name, content=content, outcome=outcome, by=person(request))
    known = queries.mapping(tables[0].fingerprint, reach=reach(request)) if len(tables) == 1 else None
    stated = headers.stated_day(tables[0].head.above)
    day = _day(stated)
    if known is None or (stated and day is None):  # a day that nobody can tell is asked for
        return redirect("foreign_columns", token=kept.token)
    return _on(request, Opened(kept, tables, 0), known.columns, known.items, day)


def _first(request: HttpRequest, *, fault: str = "") -> HttpResponse:
    context = {
        "fault": fault,
        "limit": MOST_BYTES // 1_000_000,
        "mappings": queries.mappings(reach=reach(request), language=words.language()),
    }
    return render(request, "sheets/foreign.html", context, status=422 if fault else 200)


def _opened(request: HttpRequest, token: str) -> Opened:
    """The upload read again. Raises Unreadable; 404 for another person's, or for a ledger of our own."""
    upload = found_or_404(uploads.upload_of(token=token, owner=person(request), now=now_moment().known))
    found_or_404(upload.outcome.get("foreign"))
    tables = foreign.read(upload.name, bytes(upload.content))
    asked = request.POST.get("sheet") or request.GET.get("sheet") or str(upload.outcome["foreign"].get("sheet", 0))
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 0
    return Opened(upload, tables, min(number, len(tables) - 1))


def _with_tables(view: Callable[[HttpRequest, Opened], HttpResponseBase]) -> View[[str]]:
    """Open the upload for the view; where it cannot be read any more, say why and begin anew."""

    @wraps(view)
    def inner(request: HttpRequest, token: str) -> HttpResponseBase:
        try:
            held = _opened(request, token)
        except Unreadable as fault:
            messages.error(request, said_of.fault(fault.code, fault.inputs))
            return redirect("foreign_sheet")
        return view(request, held)

    return inner


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT)
@_with_tables
def foreign_columns(request: HttpRequest, held: Opened) -> HttpResponseBase:
    """What each column means: guessed, or as it was confirmed before; confirmed here."""
    known = queries.mapping(held.table.fingerprint, reach=reach(request))
    if request.method == "POST":
        return _columns_chosen(request, held)
    stated = held.upload.outcome["foreign"].get("as_of") or headers.stated_day(held.table.head.above)
    roles = known.columns if known else foreign.guessed(held.table)
    told = queries.told(known, words.language()) if known else None
    return _columns(request, held, roles, stated, known=told)


def _columns(
    request: HttpRequest, held: Opened, roles: list[str], as_of: str, *, known: Any = None, faults: Any = ()
) -> HttpResponse:
    tabs = [(_tab(held.tables, number), number) for number in range(len(held.tables))]
    context = {
        "token": held.upload.token,
        "file": held.upload.name,
        "tabs": tabs if len(tabs) > 1 else [],
        "number": held.number,
        "here": _rows_of(held.table.extent),
        "beside": [_rows_of(one) for one in foreign.beside(held.tables, held.number)],
        "columns": foreign.columns(held.table, roles),
        "roles": [(name, str(label)) for name, label in said_of.ROLES.items()],
        "rows": len(held.table.rows) - len(held.table.totals),
        "totals": list(held.table.totals),
        "first": held.table.head.first,
        "last": held.table.head.last,
        "as_of": as_of,
        "known": known,
        "faults": faults,
    }
    return render(request, "sheets/columns.html", context, status=422 if faults else 200)


def _tab(tables: list[Foreign], number: int) -> str:
    """The title of a sheet; where it holds several tables, with the rows of this one."""
    title, one = tables[number].table.title, _rows_of(tables[number].extent)
    return f"{title} {one}" if foreign.beside(tables, number) else title


def _rows_of(extent: tuple[int, int]) -> str:
    return f"{extent[0]}–{extent[1]}"


def _columns_chosen(request: HttpRequest, held: Opened) -> HttpResponseBase:
    width = len(held.table.head.paths)
    roles = [request.POST.get(f"c{place}", "") for place in range(width)]
    roles = [role if role in said_of.ROLES else "" for role in roles]
    text = request.POST.get("as_of", "").strip()[:40]
    day = _day(text)
    faults = []
    if (wrong := foreign.problem(held.table, roles)) is not None:
        code, inputs = wrong
        if "role" in inputs:
            inputs = {"role": said_of.role(inputs["role"]), "columns": _(", ").join(inputs["columns"])}
        faults.append(said_of.fault(code, inputs))
    if text and (day is None or day > today()):
        faults.append(said_of.fault("bad_day", {"text": text}))
    if faults:
        return _columns(request, held, roles, text, faults=faults)
    kept = _remember(request, held, roles, {})
    return _on(request, held, roles, kept.items, day)


def _remember(request: HttpRequest, held: Opened, roles: list[str], items: dict[str, str]) -> Any:
    post = queries.reporting_posts(reach(request))[0]
    try:
        return actions.remember(
            unit=Unit.objects.get(pk=post.unit_id),
            fingerprint=held.table.fingerprint,
            title=held.table.head.above[0] if held.table.head.above else held.upload.name,
            columns=roles,
            items=items,
            by=person(request),
            reach=reach(request),
        )
    except Refused as refused:
        raise PermissionDenied(words.refusal(refused.code)) from refused


def _reader(request: HttpRequest, held: Opened, roles: list[str], day: date | None) -> Reader:
    return Reader(held.table, roles, day, asking(request, today()))


def _on(
    request: HttpRequest, held: Opened, roles: list[str], items: dict[str, str], day: date | None
) -> HttpResponseBase:
    """On to the rows nobody knows, or, where there are none, to what the sheet would change."""
    reader = _reader(request, held, roles, day)
    found = matched(reader, items, matcher_for(reader))
    about = {"sheet": held.number, "as_of": day.isoformat() if day else "", "ready": False}
    if found.unknown or not found.found:
        outcome = {**held.upload.outcome, "lines": [], "rows": [], "foreign": about}
        return _settled(request, held, outcome, "foreign_rows")
    return _previewed(request, held, reader, found, about)


def _previewed(
    request: HttpRequest, held: Opened, reader: Reader, found: Matched, about: dict[str, Any]
) -> HttpResponseBase:
    """Read the rows, try out the first of them and go to the page of what they would change."""
    read = rows_of(reader, found)
    own = foreign.arithmetic_of(held.table)
    told = [
        (foreign.address(one), said_of.remark(one.code, one.inputs))
        for one in [*read.remarks[: foreign.MOST_REMARKS], *own.remarks]
    ]
    more = own.more + max(0, len(read.remarks) - foreign.MOST_REMARKS)
    if more:
        told.append(("", said_of.remark("more", {"count": more})))
    try:
        outcome = sheet_check.begun(read.reading, asked=reader.asked)
    except Unreadable as fault:
        messages.error(request, said_of.fault(fault.code, fault.inputs))
        return redirect("foreign_columns", token=held.upload.token)
    outcome["lines"] = looked_at(request, outcome["rows"][:AT_ONCE], today())
    outcome["rows"] = outcome["rows"][AT_ONCE:]
    left = sorted({one.row for one in (*found.left, *found.unknown)})
    hidden = [column.letter for column in foreign.columns(held.table, reader.roles) if column.hidden and column.role]
    outcome["foreign"] = {**about, "ready": True, "remarks": told, "left": left, "columns": hidden}
    outcome["foreign"]["beside"] = [_rows_of(one) for one in foreign.beside(held.tables, held.number)]
    outcome["foreign"] |= {"totals": list(held.table.totals), "compared": own.compared}
    return _settled(request, held, outcome, "sheet_upload")


def _settled(request: HttpRequest, held: Opened, outcome: dict[str, Any], page: str) -> HttpResponseBase:
    try:
        actions.settle(upload=held.upload, outcome=outcome, by=person(request))
    except Refused as refused:
        messages.error(request, said_of.fault(refused.code, refused.inputs))
        if refused.code == "sheet_sent":
            return redirect("sheet_upload", token=held.upload.token)
        return redirect("foreign_sheet")
    return redirect(page, token=held.upload.token)


@dataclass(slots=True)
class Asked:
    """A row nobody knows: its words, where it stands, the items it could mean, what was chosen and what is wrong."""

    key: str
    text: str
    code: str
    rows: str
    candidates: list[tuple[str, str]]
    typed: str = ""
    chosen: str = ""
    fault: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT)
@_with_tables
def foreign_rows(request: HttpRequest, held: Opened) -> HttpResponseBase:
    """Which items the rows mean that were not known by code or name; remembered with the header."""
    token = held.upload.token
    known = queries.mapping(held.table.fingerprint, reach=reach(request))
    if known is None:
        return redirect("foreign_columns", token=token)
    day = _day(held.upload.outcome["foreign"].get("as_of", ""))
    reader = _reader(request, held, known.columns, day)
    items = {} if "again" in request.GET else known.items
    matcher = matcher_for(reader)
    found = matched(reader, items, matcher)
    names = {one.key: one for one in matcher.items}
    asked = _asked(found.unknown, matcher, names)
    for one in asked:
        one.chosen = known.items.get(one.key, "")
        if one.chosen in names and one.chosen not in dict(one.candidates):
            one.candidates.append((one.chosen, _label(names[one.chosen])))
    if request.method != "POST":
        return _rows(request, held, found, asked)
    chosen = _chosen(request, asked, {one.code.lower(): one.key for one in matcher.items}, names)
    if any(one.fault for one in asked):
        return _rows(request, held, found, asked, status=422)
    kept = _remember(request, held, known.columns, chosen)
    found = matched(reader, kept.items, matcher)
    if not found.found:
        messages.error(request, said_of.fault("nothing_matched"))
        return redirect("foreign_rows", token=token)
    about = {"sheet": held.number, "as_of": day.isoformat() if day else ""}
    return _previewed(request, held, reader, found, about)


def _asked(unknown: list[Wanted], matcher: Any, names: dict[str, Any]) -> list[Asked]:
    """The rows to ask about, each wording once."""
    rows: dict[str, list[Wanted]] = {}
    for one in unknown:
        rows.setdefault(one.key, []).append(one)
    asked = []
    for key, same in list(rows.items())[:MOST_ASKED]:
        first = same[0]
        exact = matcher.find(first.code, first.text, first.project).candidates
        like = dict.fromkeys((*exact, *matcher.candidates(first.text, first.project)))
        candidates = [(one, _label(names[one])) for one in like if first.fits(names[one])]
        where = _(", ").join([str(one.row) for one in same[:8]]) + ("…" if len(same) > 8 else "")
        asked.append(Asked(key, first.text or first.code, first.code, where, candidates))
    return asked


def _label(item: Any) -> str:
    english = not words.language().startswith("zh") and len(item.names) > 1 and item.names[1]
    return f"{item.code} {item.names[1] if english else item.names[0]}"


def _chosen(request: HttpRequest, asked: list[Asked], codes: dict[str, str], names: dict[str, Any]) -> dict[str, str]:
    """What was chosen for each row asked about; a code that nobody knows stays with its message.

    A row is told by its key: what is asked about may have changed since the page was made.
    """
    numbers = {request.POST.get(f"key{number}", ""): number for number in range(MOST_ASKED)}
    found = {}
    for one in asked:
        if (number := numbers.get(one.key)) is None:
            continue
        one.typed = request.POST.get(f"code{number}", "").strip()[:40]
        one.chosen = request.POST.get(f"item{number}", "")
        if one.typed:
            key = codes.get(one.typed.lower())
            if key is None:
                one.fault = said_of.fault("code_unknown_here", {"text": one.typed})
            else:
                found[one.key] = key
        else:
            found[one.key] = one.chosen if one.chosen in names else ""
    return found


def _rows(request: HttpRequest, held: Opened, found: Matched, asked: list[Asked], *, status: int = 200) -> HttpResponse:
    context = {
        "token": held.upload.token,
        "file": held.upload.name,
        "asked": asked,
        "more": max(0, len({one.key for one in found.unknown}) - len(asked)),
        "matched": len({row for row, _place in found.found}),
        "nothing": "" if found.found else said_of.fault("nothing_matched"),
        "faults": [_("Some codes are not known: see below.")] if status == 422 else [],
    }
    return render(request, "sheets/rows.html", context, status=status)


def _day(text: str) -> date | None:
    try:
        return dates.day(text, today=today()) if text else None
    except dates.UnreadableDate:
        return None


urlpatterns = [
    path("reports/foreign/", foreign_sheet, name="foreign_sheet"),
    path("reports/foreign/<slug:token>/", foreign_columns, name="foreign_columns"),
    path("reports/foreign/<slug:token>/rows/", foreign_rows, name="foreign_rows"),
]
