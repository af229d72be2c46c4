"""Reports by spreadsheet: take the ledger out, bring it back, see what it would change, send it or throw it away."""

from datetime import date
from secrets import token_hex
from tempfile import TemporaryFile
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config.uploads import refused_files
from tracker import words
from tracker.actions import sheet_sending
from tracker.actions import sheets as actions
from tracker.audit import Refused, record_refusal
from tracker.domain.ledger import Kind
from tracker.exports import ledger as export
from tracker.exports import ledger_faults
from tracker.imports import sheet_check
from tracker.imports.ledger import reading
from tracker.imports.opening import MOST_BYTES, Unreadable, opened
from tracker.models import SheetUpload
from tracker.permissions import Permission
from tracker.queries import ledger as ledgers
from tracker.queries import sheets as queries
from tracker.queries.simulation import simulated_loaded
from tracker.views.downloads import XLSX
from tracker.views.edge import found_or_404, guarded, now_moment, person, reach, today
from tracker.words import ledger as said_of

MOST_TICKED = 500
AT_ONCE = 2_000
"""Rows looked at in one request; the page of a larger sheet asks for the rest and says how far it is."""


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT)
def sheet(request: HttpRequest) -> HttpResponseBase:
    """The three steps: take the ledger out, fill it in, bring it back."""
    if request.method == "POST":
        return _uploaded(request)
    return _steps(request)


def _steps(request: HttpRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    moment = now_moment()
    context = {
        "counts": ledgers.counts(reach=reach(request), on=moment.today, now=moment.known),
        "waiting": queries.waiting(owner=person(request), now=moment.known),
        "fault": fault,
        "limit": MOST_BYTES // 1_000_000,
    }
    return render(request, "sheets/steps.html", context, status=status)


@require_safe
@guarded(Permission.REPORT)
def sheet_ledger(request: HttpRequest) -> HttpResponseBase:
    """The ledger as an Excel file: everything open, or only what is due."""
    moment, due = now_moment(), request.GET.get("what") == "due"
    found = ledgers.ledger(reach=reach(request), on=moment.today, now=moment.known, language=words.language(), due=due)
    if not found.rows:
        messages.info(request, _("There is nothing to fill in."))
        return redirect("sheet")
    about = export.Sheet(
        number=f"{moment.today:%Y%m%d}-{token_hex(3)}",
        day=moment.today,
        moment=words.instant(moment.known),
        by=person(request).username,
        scope=_("What is due") if due else _("Everything open"),
        simulated=simulated_loaded(),
    )
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    export.write(file, found, about)
    file.seek(0)
    name = f"ledger-{moment.today:%Y%m%d}.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _uploaded(request: HttpRequest) -> HttpResponse:
    """Look at an uploaded file and keep it; what is wrong with it as a whole is said on the spot."""
    let_go, file = refused_files(request), request.FILES.get("file")
    if file is None:
        code = "sheet_too_large" if let_go else "sheet_missing"
        return _steps(request, fault=said_of.fault(code, {"limit": MOST_BYTES // 1_000_000}), status=422)
    if (file.size or 0) > MOST_BYTES:
        return _steps(request, fault=said_of.fault("sheet_too_large", {"limit": MOST_BYTES // 1_000_000}), status=422)
    name, content = str(file.name or ""), file.read()
    try:
        outcome = sheet_check.begun(reading(name, content, day=today()), asked=asking(request, today()))
    except Unreadable as fault:
        return _steps(request, fault=said_of.fault(fault.code, fault.inputs), status=422)
    outcome["lines"] = looked_at(request, outcome["rows"][:AT_ONCE], today())
    outcome["rows"] = outcome["rows"][AT_ONCE:]
    kept = actions.keep(name=name, content=content, outcome=outcome, by=person(request))
    return redirect("sheet_upload", token=kept.token)


def asking(request: HttpRequest, day: date) -> sheet_check.Asked:
    """Who asks; `day` is that of the upload."""
    return sheet_check.Asked(person(request), reach(request), today(), day, words.language())


def looked_at(request: HttpRequest, rows: list[dict[str, Any]], day: date) -> list[dict[str, Any]]:
    """What these rows would do. A sheet that wants to report for others is a refused act, written down once."""
    lines = sheet_check.checked(rows, asked=asking(request, day))
    foreign = next((line for line in lines if line.foreign), None)
    if foreign is not None:
        given = {"subject_type": Kind(foreign.kind).subject, "subject_code": foreign.code, "code": "no_right"}
        record_refusal("report.submit", by=person(request), **given)
    return [line.kept for line in lines]


def _own(request: HttpRequest, token: str) -> SheetUpload:
    return found_or_404(queries.upload_of(token=token, owner=person(request), now=now_moment().known))


@require_safe
@guarded(Permission.REPORT)
def sheet_upload(request: HttpRequest, token: str) -> HttpResponseBase:
    """What an upload would change, row by row."""
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    upload = _own(request, token)
    about = queries.foreign(upload)
    if about is not None and not about.ready:
        return redirect("foreign_columns", token=token)
    shown = queries.sheet_page(upload, page=page, today=today())
    sending = queries.sending(token=token, now=now_moment().known)
    return render(request, "sheets/upload.html", {"page": shown, "about": about, "sending": sending})


@require_POST
@guarded(Permission.REPORT)
def sheet_check_on(request: HttpRequest, token: str) -> HttpResponseBase:
    """Look at the next rows of a large sheet; its page asks for more until all have been looked at."""
    upload = _own(request, token)
    rows = upload.outcome.get("rows", [])[:AT_ONCE]
    try:
        if rows:
            lines = looked_at(request, rows, timezone.localdate(upload.made_at))
            actions.advance(upload=upload, lines=lines, by=person(request))
    except Refused as gone:
        messages.error(request, said_of.fault(gone.code, gone.inputs))
        return redirect("sheet")
    return redirect("sheet_upload", token=token)


@require_POST
@guarded(Permission.REPORT)
def sheet_send(request: HttpRequest, token: str) -> HttpResponseBase:
    """Send the rows ticked, or all that do not conflict."""
    upload = _own(request, token)
    named = None if "all" in request.POST else request.POST.getlist("row")[:MOST_TICKED]
    chosen = queries.chosen(upload, named)
    if not chosen:
        messages.error(request, _("Tick at least one row."))
        return redirect("sheet_upload", token=token)
    try:
        with sheet_sending.sending(token, len(chosen)) as step:
            ready = sheet_check.ready(chosen, asked=asking(request, timezone.localdate(upload.made_at)))
            sent, refused = actions.send(
                upload=upload,
                proposals=ready.proposals,
                others=ready.others,
                by=person(request),
                reach=reach(request),
                today=today(),
                tell=lambda name, why: sheet_check.told(ready.rows[name], why),
                step=step,
            )
    except Refused as refusal:
        messages.error(request, said_of.fault(refusal.code, refusal.inputs))
        return redirect("sheet_upload", token=token) if refusal.code == "sheet_stopped" else redirect("sheet")
    return _sent(request, token, sent, refused + len(ready.others))


def _sent(request: HttpRequest, token: str, sent: int, refused: int) -> HttpResponse:
    if sent:
        text = ngettext("%(count)d report sent for review.", "%(count)d reports sent for review.", sent)
        messages.success(request, text % {"count": sent})
    if refused:
        text = ngettext("%(count)d row was not sent: see below.", "%(count)d rows were not sent: see below.", refused)
        messages.warning(request, text % {"count": refused})
    return redirect("sheet_upload", token=token)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT)
def sheet_sending_now(request: HttpRequest, token: str) -> HttpResponseBase:
    """How far the sending of an upload is, for its page to show; posted to, the sending stops and takes all back."""
    moment = now_moment().known
    if not queries.is_own(token=token, owner=person(request), now=moment):
        raise Http404
    if request.method == "POST":
        sheet_sending.stop(token)
        return redirect("sheet_upload", token=token)
    found = queries.sending(token=token, now=moment)
    return JsonResponse({"done": found.done, "total": found.total})


@require_POST
@guarded(Permission.REPORT)
def sheet_discard(request: HttpRequest, token: str) -> HttpResponseBase:
    """Throw an upload away."""
    actions.discard(upload=_own(request, token), by=person(request))
    messages.success(request, _("The upload has been removed. Nothing more of it is sent."))
    return redirect("sheet")


@require_safe
@guarded(Permission.REPORT)
def sheet_faults(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file as uploaded, with a comment in every cell that was refused."""
    upload = _own(request, token)
    content = bytes(upload.content)
    marks = []
    for line in upload.outcome["lines"]:
        if not line["report"]:
            for place, sentence, cell in line["faults"]:
                said = _("%(label)s: %(value)s") % {"label": place, "value": sentence}
                marks.append((line["table"], cell, said))
    rows = None if content.startswith(b"PK") else opened(upload.name, content)[0].rows
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    ledger_faults.write(file, content, rows, marks)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="ledger-errors.xlsx", content_type=XLSX)


urlpatterns = [
    path("reports/sheet/", sheet, name="sheet"),
    path("reports/sheet/ledger/", sheet_ledger, name="sheet_ledger"),
    path("reports/sheet/<slug:token>/", sheet_upload, name="sheet_upload"),
    path("reports/sheet/<slug:token>/check/", sheet_check_on, name="sheet_check"),
    path("reports/sheet/<slug:token>/send/", sheet_send, name="sheet_send"),
    path("reports/sheet/<slug:token>/sending/", sheet_sending_now, name="sheet_sending"),
    path("reports/sheet/<slug:token>/discard/", sheet_discard, name="sheet_discard"),
    path("reports/sheet/<slug:token>/errors/", sheet_faults, name="sheet_faults"),
]
