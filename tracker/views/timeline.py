"""The timeline: every work on one chart, folded and filtered by the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.html import json_script
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker import words
from tracker.charts import timeline as chart
from tracker.charts.timeline_bars import Window, window_of
from tracker.forms.timeline import ZOOMS, TimelineForm
from tracker.permissions import Permission
from tracker.queries.milestones import choices
from tracker.queries.timeline import Timeline, timeline
from tracker.queries.timeline_rows import Row
from tracker.queries.timeline_wanted import ALL, Wanted
from tracker.views.edge import guarded, reach, today

SHEET = 40
"""Rows of one sheet: a wall chart's page, with dates of its own at the top."""
CODES = 200
"""No address opens or closes more groups than this one by one."""


class _Compact(DjangoJSONEncoder):
    """Chinese as it is and no blanks: half the bytes."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "ensure_ascii": False, "separators": (",", ":")})


@dataclass(frozen=True, slots=True)
class Entry:
    """A row with the address that folds or unfolds it ('' where there is nothing to fold)."""

    row: Row
    toggle: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A part of the chart that is drawn, and printed, by itself."""

    id: str
    entries: list[Entry]
    data: SafeString
    heights: dict[str, int]
    label: str


@require_safe
@guarded(Permission.READ)
def show(request: HttpRequest) -> HttpResponse:
    """The timeline as the address asks for it."""
    language, day = words.language(), today()
    offered = choices(reach=reach(request), language=language)
    form = TimelineForm(request.GET, programmes=offered.programmes, units=offered.units)
    wanted = _wanted(request, form)
    found = timeline(reach=reach(request), on=day, language=language, wanted=wanted)
    zoom = request.GET.get("zoom", "")
    zoom = zoom if zoom in dict(ZOOMS) else ""
    window = window_of(_days(found.rows, day), day, zoom=zoom, start=wanted.start, end=wanted.end)
    address = _Address(request, wanted, found.open_by_itself)
    context = {
        "page": found,
        "form": form,
        "window": words.interval(window.start, window.end),
        "sheets": _sheets(found, window, address),
        "zooms": [(name, word, address.of(zoom=name, **{"from": "", "to": ""})) for name, word in ZOOMS],
        "zoom": "" if wanted.start or wanted.end else zoom,
        "whole": not (zoom or wanted.start or wanted.end),
        "earlier": _moved(address, window, -1),
        "later": _moved(address, window, 1),
        "all_open": address.of(open=ALL, close=""),
        "all_closed": address.of(open="", close=""),
        "links": address.of(links="" if wanted.links else "1"),
        "linked": wanted.links,
        "previous": address.of(page=str(found.page - 1)) if found.page > 1 else "",
        "next": address.of(page=str(found.page + 1)) if found.page < found.pages else "",
        "last": found.first + len(found.rows) - 1,
        "assumed": sorted({row.assumed for row in found.rows if row.assumed}),
        "columns": _columns(found),
    }
    return render(request, "timeline/timeline.html", context)


def _wanted(request: HttpRequest, form: TimelineForm) -> Wanted:
    """What the address asks for; what cannot be read asks for nothing."""
    values = form.values
    number = request.GET.get("page", "1")
    return Wanted(
        programme=values.get("programme", ""),
        unit_path=form.unit_path,
        state=values.get("state", ""),
        text=values.get("q", "").strip(),
        start=values.get("from"),
        end=values.get("to"),
        opened=_codes(request, "open"),
        closed=_codes(request, "close"),
        ledgers=values.get("ledgers") != "hide",
        links=request.GET.get("links") == "1",
        page=int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1,
    )


def _codes(request: HttpRequest, name: str) -> frozenset[str]:
    """Codes given one by one or with commas between them."""
    given = ",".join(request.GET.getlist(name)).replace("\x00", "").split(",")
    return frozenset([code.strip() for code in given if 0 < len(code.strip()) <= 40][:CODES])


class _Address:
    """Addresses of this page that differ from the present one in some parameters."""

    KEPT = ("q", "programme", "unit", "state", "ledgers", "from", "to", "zoom", "links")

    def __init__(self, request: HttpRequest, wanted: Wanted, itself: bool) -> None:
        self.path, self.wanted, self.itself = request.path, wanted, itself
        self.given = {name: request.GET[name] for name in self.KEPT if request.GET.get(name)}
        self.given |= {"open": _joined(wanted.opened), "close": _joined(wanted.closed)}

    def of(self, **changed: str) -> str:
        """The address with these parameters changed; an empty one is left out."""
        pairs = {name: value for name, value in {**self.given, **changed}.items() if value}
        return f"{self.path}?{urlencode(pairs, safe=',')}" if pairs else self.path

    def toggle(self, row: Row) -> str:
        """The address that folds the row, or unfolds it."""
        if row.unfolded is None:
            return ""
        opened, closed = set(self.wanted.opened), set(self.wanted.closed)
        if row.kind == "programme" or self.itself or ALL in opened:  # open unless it is closed
            opened.discard(row.code)
            (closed.add if row.unfolded else closed.discard)(row.code)
        else:
            (opened.discard if row.unfolded else opened.add)(row.code)
        page = str(self.wanted.page) if self.wanted.page > 1 else ""
        return self.of(open=_joined(opened), close=_joined(closed), page=page)


def _joined(codes: set[str] | frozenset[str]) -> str:
    return ",".join(sorted(codes))


def _moved(address: _Address, window: Window, direction: int) -> str:
    """The same length of time, two thirds of it earlier or later."""
    step = timedelta(days=direction * max(1, window.days * 2 // 3))
    try:
        start, end = window.start + step, window.end + step
    except OverflowError:
        return ""
    if not 1990 <= start.year <= end.year <= 2199:
        return ""
    return address.of(**{"from": start.isoformat(), "to": end.isoformat()})


def _days(rows: Sequence[Row], today: date) -> list[date]:
    """Every day that a row has a mark on. A site's forecast far beyond all else does not push the rest together: it
    counts for a year past the other marks, and the text beside it says the rest.
    """
    found: list[date] = []
    reckoned: list[date] = []
    for row in rows:
        marks = (row.planned_start, row.earliest, row.latest, row.first, row.actual_finish, row.actual_start)
        found += [day for day in (*marks, row.early, row.spare) if day]
        if row.forecast_latest:
            (reckoned if row.kind == "site" else found).append(row.forecast_latest)
    furthest = max([*found, today]) + timedelta(days=366)
    return [*found, *(min(day, furthest) for day in reckoned)]


def _sheets(found: Timeline, window: Window, address: _Address) -> list[Sheet]:
    """The rows in parts of about the same length."""
    rows = found.rows
    count = max(1, -(-len(rows) // SHEET))
    length = -(-len(rows) // count)
    sheets = []
    for number in range(count):
        first = number * length
        part = rows[first : first + length]
        if not part:
            continue
        last = first + len(part)
        inside = [
            (link.before - first, link.after - first, link.kind, link.critical)
            for link in found.links
            if first <= link.before < last and first <= link.after < last
        ]
        name = f"timeline-{number + 1}"
        sheets.append(
            Sheet(
                id=name,
                entries=[Entry(row, address.toggle(row)) for row in part],
                data=json_script(chart.figure(part, window, inside), f"{name}-data", encoder=_Compact),
                heights=chart.heights(len(part)),
                label=_("Timeline, rows %(first)d to %(last)d")
                % {"first": found.first + first, "last": found.first + last - 1},
            )
        )
    return sheets


def _columns(page: Timeline) -> list[str]:
    names = [
        _("Item"),
        _("Planned"),
        _("First commitment"),
        _("Forecast"),
        _("Done"),
        _("State"),
        _("Reason"),
        _("Source"),
    ]
    names += [_("Can wait")] if page.networked else []
    return [*names, _("Lawful periods")] if page.lawful else names


urlpatterns = [path("timeline/", show, name="timeline")]
