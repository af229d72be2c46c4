"""Filling a report in: the form of one item, alone on a page or inside the list, and what comes of sending it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import words
from tracker.actions.evidence_files import Files, written
from tracker.actions.reports import Invalid, Said
from tracker.audit import Refused
from tracker.domain.drafts import Key, Kind
from tracker.domain.reporting import ReportState
from tracker.domain.states import Status
from tracker.forms import evidence as evidence_forms
from tracker.forms import reports as forms
from tracker.models import Metric, Milestone, Report
from tracker.models.subjects import SAID, Subject, key_of, kind_of
from tracker.permissions import Permission, Reach, may_report, readable, readable_with_supported
from tracker.queries import drafts, evidence, report_items, review
from tracker.queries import reports as queries
from tracker.queries.drafts import Kept
from tracker.queries.report_items import Item, Stored
from tracker.queries.reportable import ITEM, LOADED, TO_REPORT
from tracker.queries.reports import Change
from tracker.views.citing import chosen
from tracker.views.edge import found_or_404, guarded, now_moment, person, reach, refuse, today
from tracker.views.parcels import sign_in_again
from tracker.views.report_forms import FORMS, Form, alike
from tracker.views.uploads import sent


@dataclass(slots=True)
class Case:
    """One request to report on one item: the loaded row, and the report it corrects if it does."""

    row: Subject
    corrects: Report | None = None

    @property
    def kind(self) -> str:
        return kind_of(self.row)

    @property
    def key(self) -> Key:
        """What the drafts of this form go by."""
        return Key(Kind.CORRECTION, str(self.corrects.pk)) if self.corrects else Key(Kind(self.kind), self.row.code)

    def item(self, request: HttpRequest) -> Item:
        """The item as the form's page shows it."""
        back = None if self.corrects else report_items.returned_of(self.row)
        return ITEM[self.kind](self.row, back, on=today(), language=words.language())


def blank_form(
    item: Item, on: Any, *, start: Stored | None = None, correcting: bool = False, kept: Kept | None = None
) -> Form:
    """The form of an item before anything is typed, or as the draft `kept` has it."""
    form = _blank(item, on, start=start, correcting=correcting)
    form.initial = {**form.initial, "progress_was": form.initial.get("progress", ""), **(kept.fields if kept else {})}
    return form


def since(kept: Kept | None, item: Item, form: Form) -> Kept | None:
    """The draft with both texts, stored now and typed then, where the item has changed since it was saved."""
    if kept is None or kept.version == item.version:
        return kept
    return replace(kept, changes=[change for change in _both(item, form, kept.fields) if not change.same])


def _blank(item: Item, on: Any, *, start: Stored | None, correcting: bool) -> Form:
    given: dict[str, Any] = {"today": today(), "correcting": correcting, "auto_id": f"id_{item.code}_%s"}
    return FORMS[item.kind].blank(item, start or item.start, on, **given)


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def report_milestone(request: HttpRequest, code: str) -> HttpResponseBase:
    """Report on a milestone."""
    return _answer(request, Case(_reportable(request, TO_REPORT["milestone"](code), "milestone")))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def report_metric(request: HttpRequest, code: str) -> HttpResponseBase:
    """Report the value of a metric."""
    return _answer(request, Case(_reportable(request, TO_REPORT["metric"](code), "metric")))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def report_site(request: HttpRequest, code: str) -> HttpResponseBase:
    """Report on a clearance site."""
    return _answer(request, Case(_reportable(request, TO_REPORT["site"](code), "site")))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def report_housing(request: HttpRequest, code: str) -> HttpResponseBase:
    """Report on resettlement housing."""
    return _answer(request, Case(_reportable(request, TO_REPORT["housing"](code), "housing")))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def report_tender(request: HttpRequest, code: str) -> HttpResponseBase:
    """Report on a tender package."""
    return _answer(request, Case(_reportable(request, TO_REPORT["package"](code), "package")))


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REPORT, ended=sign_in_again)
def correct(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Correct an accepted report by one that supersedes it."""
    case = _correction(request, pk)
    assert case.corrects is not None
    old = case.corrects
    superseded = Report.objects.filter(supersedes=old, state=ReportState.ACCEPTED).exists()
    if old.state != ReportState.ACCEPTED or superseded:
        messages.error(request, words.refusal("already_superseded" if superseded else "corrects_nothing"))
        return redirect("report", pk=pk)
    return _answer(request, case)


def case_of(request: HttpRequest, key: Key) -> Case:
    """What the form of that key is about: 404 where there is none, 403 and an audit event without the right."""
    if key.kind is Kind.CORRECTION:
        return _correction(request, int(key.code))
    return Case(_reportable(request, TO_REPORT[key.kind](key.code), key.kind.value))


def _correction(request: HttpRequest, pk: int) -> Case:
    rows = Report.objects.filter(readable(reach(request)), pk=pk).select_related(*SAID)
    old = found_or_404(rows.first())
    items = LOADED[old.kind]().filter(pk=key_of(old)[1])
    return Case(_reportable(request, items.first(), "report"), corrects=old)


def _reportable(request: HttpRequest, row: Any, kind: str) -> Any:
    """The row if the person may report on it: 404 where there is none, and where somebody looks for a form of what they
    may not read; else 403 and an audit event without the right.
    """
    item: Any = found_or_404(row)
    if request.method != "POST" and not _may_read(reach(request), item):
        found_or_404(None)
    if not may_report(reach(request), item.unit.path):
        refuse(request, "report.submit", kind, item.code, code="no_right")
    return item


def _may_read(reached: Reach, item: Any) -> bool:
    """Whether somebody may read the item's page; of a milestone also those who support it."""
    if reached.may(Permission.READ, item.unit.path):
        return True
    supported = readable_with_supported(reached)
    return isinstance(item, Milestone) and Milestone.objects.filter(supported, pk=item.pk).exists()


def _answer(request: HttpRequest, case: Case) -> HttpResponseBase:
    if request.method == "POST":
        return _submit(request, case)
    item = case.item(request)
    if isinstance(case.row, Metric) and case.row.derived:
        messages.error(request, words.refusal("metric_of_ledger" if case.row.ledger else "metric_is_derived"))
        return redirect(item.url)
    return show_begun(request, case, item)


def show_begun(request: HttpRequest, case: Case, item: Item) -> HttpResponse:
    """The form as its draft has it; without one, from what is stored."""
    start = report_items.stored_values(case.corrects) if case.corrects else None
    on = case.corrects.as_of if case.corrects else today()
    kept = drafts.kept(person(request).pk, now_moment().known, case.key).get(str(case.key))
    form = blank_form(item, on, start=start, correcting=start is not None, kept=kept)
    return _show(request, case, item, form, kept=since(kept, item, form))


def _submit(request: HttpRequest, case: Case) -> HttpResponse:
    """Carry the report out, or give the form back with every text and what is wrong with it."""
    form = _bound(request, case)
    form.evidence, offered = sent(request)
    places = chosen(request, case.row, form.evidence)
    if form.evidence.looking:
        return _show(request, case, case.item(request), form)
    unchanged = "unchanged" in request.POST and case.corrects is None
    if not unchanged and not form.is_valid():
        return _show(request, case, case.item(request), form, status=422)
    if form.evidence.problems:
        return _show(request, case, case.item(request), form, status=422)
    try:
        with written(offered, form.evidence.carried or (), places) as files:
            report = _act(request, case, form, files, unchanged=unchanged)
    except Invalid as invalid:
        form.is_valid()
        form.put(invalid.problems)
        return _show(request, case, case.item(request), form, status=422)
    except Refused as refused:
        return _conflict(request, case, form, refused)
    return _done(request, case, report)


def _bound(request: HttpRequest, case: Case) -> Form:
    given: dict[str, Any] = {"today": today(), "correcting": case.corrects is not None}
    return FORMS[case.kind].bound(case.row, request.POST, auto_id=f"id_{case.row.code}_%s", **given)


def _act(request: HttpRequest, case: Case, form: Form, files: Files, *, unchanged: bool) -> Report:
    ticket = forms.ticket(request.POST)
    values: dict[str, Any] = {} if unchanged else form.cleaned_data
    said = Said(
        as_of=values.get("as_of") or today(),
        note=values.get("note") or "",
        token=ticket.token,
        version=ticket.version,
        supersedes=case.corrects,
        reason=values.get("reason") or "",
        files=files,
        draft=str(case.key) if request.POST.get("drafted") else "",
    )
    doer: dict[str, Any] = {"said": said, "by": person(request), "reach": reach(request), "today": today()}
    return FORMS[case.kind].act(case.row, None if unchanged else values, doer)


def refused_sentence(refused: Refused) -> str:
    """Why an act was refused, as a sentence; PermissionDenied (403) where a right is missing."""
    if refused.right:
        raise PermissionDenied(words.refusal(refused.code))
    return words.refusal(refused.code, refused.inputs)


def _conflict(request: HttpRequest, case: Case, form: Form, refused: Refused) -> HttpResponse:
    """409 with both texts: what is stored now beside what was typed; the form can then be sent knowingly."""
    sentence = refused_sentence(refused)
    if refused.field == evidence_forms.FIELD:
        form.evidence.problems.append(sentence)
        return _show(request, case, case.item(request), form, status=422)
    if refused.field in form.fields:
        form.is_valid()
        form.add_error(refused.field, sentence)
        return _show(request, case, case.item(request), form, status=422)
    case.row = LOADED[case.kind]().filter(pk=case.row.pk).first() or case.row
    item = case.item(request)
    both = [one for one in _both(item, form, form.data) if not one.same] if refused.code == "stale" else []
    return _show(request, case, item, form, status=409, fault=sentence, both=both)


def _both(item: Item, form: Form, typed: Mapping[str, Any]) -> list[Change]:
    """Stored now and typed, field by field, in the words of the form."""
    stored = blank_form(item, item.last_as_of or today(), start=item.now)
    texts = stored.initial
    found = []
    for name, field in form.fields.items():
        if name in ("reason", "note", "measure"):
            continue
        before, after = (alike(name, str(text or "")) for text in (texts.get(name), typed.get(name)))
        if name == "status":
            before, after = words.status(before), words.status(after) if after in set(Status) else after
        if name == "quantity":
            before, after = (
                f"{text} {words.measure(unit)}".strip()
                for text, unit in (
                    (before, str(texts.get("measure") or "")),
                    (after, str(typed.get("measure", ""))),
                )
            )
        found.append(Change(str(field.label), before, after))
    return [*found, Change(_("Note"), item.last_note, str(typed.get("note", "")))]


def _show(
    request: HttpRequest,
    case: Case,
    item: Item,
    form: Form,
    *,
    status: int = 200,
    fault: str = "",
    both: list[Change] | None = None,
    kept: Kept | None = None,
) -> HttpResponse:
    """The form: as the item's part of the list for htmx, else on its own page."""
    token = forms.ticket(request.POST).token if status == 422 else kept.token if kept else None
    if item.returned or item.waiting or case.corrects:
        form.evidence.choices = evidence.carriable(
            case.row,
            returned=item.returned.pk if item.returned else None,
            corrects=case.corrects.pk if case.corrects else None,
            reader=person(request).pk,
        )
    context: dict[str, Any] = {
        "item": item,
        "form": form,
        "fault": fault,
        "both": both or [],
        "kept": kept,
        "drafted": bool(kept or request.POST.get("drafted")),
        "key": case.key,
        "alone": _alone(request),
        "open": True,
        "token": token or str(uuid4()),
        "next": _next(request),
        "iso_today": today().isoformat(),
    }
    if case.corrects is not None:
        context |= {"corrects": queries.rows_of([case.corrects.pk], language=words.language(), reader=0)[0]}
    if request.htmx:  # type: ignore[attr-defined]
        context["csrf_token"] = get_token(request)
        return HttpResponse(render_to_string("reports/_item.html", context), status=status)
    return render(request, "reports/form.html", context, status=status)


def _done(request: HttpRequest, case: Case, report: Report) -> HttpResponse:
    """What was stored, as a line in place of the item, or as a message on the page one came from."""
    if key_of(report)[1] == case.row.pk and report.kind == case.kind:  # loaded before the lock, with its names
        setattr(report, case.kind, case.row)
    report.unit, report.author = case.row.unit, person(request)
    row = queries.report_row(report, language=words.language(), reader=person(request).pk)
    alone = _alone(request)
    if request.htmx and not alone:  # type: ignore[attr-defined]
        after = review.light_after(report, today())
        context = {"row": row, "after": after, "csrf_token": get_token(request)}
        return HttpResponse(render_to_string("reports/_saved.html", context))
    text = _("Submitted, waiting for review: %(item)s, %(said)s.") % {"item": row.item, "said": row.said}
    messages.success(request, text)
    # No redirect(): what comes from the browser is never the name of a page.
    return onward(request, _next(request) or reverse("my_reports"))


def onward(request: HttpRequest, address: str) -> HttpResponse:
    """Go to a page of this host; a script that sent the form is told to, since a redirect it would not see."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": iri_to_uri(address)})
    return HttpResponseRedirect(address)


def _alone(request: HttpRequest) -> bool:
    """Whether the form stands on a page of its own, and not in the list."""
    return request.method == "POST" and "alone" in request.POST


def _next(request: HttpRequest) -> str:
    """Where to go after the report is stored: only to this host; '' for the list of one's own reports."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe and wanted.startswith("/") else ""
