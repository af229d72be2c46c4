"""The review desk: what waits, accepted with one click or returned with a comment; what is missing, late, returned."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from tracker import words
from tracker.actions import reports as actions
from tracker.audit import Refused
from tracker.forms.reports import ReturnForm
from tracker.models import Report
from tracker.permissions import Permission
from tracker.queries import review as queries
from tracker.queries import review_open
from tracker.queries.review_scope import Narrow
from tracker.views.edge import found_or_404, guarded, now_moment, person, reach
from tracker.views.reporting import refused_sentence
from tracker.views.reports import page_number, report_page
from tracker.views.review_clean import clean, narrow_of, query

TABS = ("submitted", "missing", "late", "returned")
TAB_WORDS = {
    "submitted": gettext_lazy("To review"),
    "missing": gettext_lazy("Missing"),
    "late": gettext_lazy("Late"),
    "returned": gettext_lazy("Returned"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab as `components/tabs.html` takes it."""

    url: str
    label: str
    current: bool
    count: int


@require_safe
@guarded(Permission.REVIEW)
def review(request: HttpRequest) -> HttpResponseBase:
    """What waits for me, oldest first; in the other tabs what I wait for. Tab, filters and page are in the address."""
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    form, narrow = narrow_of(request)
    moment, reached = now_moment(), reach(request)
    shown: dict[str, Any] = {"reach": reached, "narrow": narrow, "on": moment.today}
    found = review_open.open_duties(now=moment.known, **shown)
    counts = {
        "submitted": queries.submitted(reached, narrow).count(),
        "missing": len(found.missing),
        "late": len(found.late),
        "returned": found.returned,
    }
    context: dict[str, Any] = {
        "tab": tab,
        "tabs": [Tab(_tab_url(one, narrow), str(TAB_WORDS[one]), one == tab, counts[one]) for one in TABS],
        "filters": form,  # `form` is that of a comment, in the rows
        "narrowed": any((narrow.unit, narrow.programme, narrow.q)),
        "query": query(narrow),
    }
    shown |= {"language": words.language(), "page": page_number(request)}
    if tab == "submitted":
        context["waiting"] = queries.waiting(now=moment.known, total=counts[tab], **shown)
    elif tab == "returned":
        context["returned"] = review_open.returned_page(total=counts[tab], **shown)
    else:
        link = query(Narrow(programme=narrow.programme, q=narrow.q), tab=tab)
        context["duties"] = review_open.duties_page(found, late=tab == "late", address=link, **shown)
    return render(request, "review/review.html", context)


def _tab_url(tab: str, narrow: Narrow) -> str:
    return "?" + query(narrow, tab="" if tab == TABS[0] else tab)


@require_POST
@guarded(Permission.REVIEW)
def accept(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Accept with one click."""
    report = _within_reach(request, pk)
    try:
        actions.accept(report=report, by=person(request), reach=reach(request))
    except Refused as refused:
        return _refused(request, pk, refused_sentence(refused))
    return _decided(request, pk, _("Accepted: %(item)s."))


@require_POST
@guarded(Permission.REVIEW)
def return_(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Send back with a comment."""
    report = _within_reach(request, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _form_back(request, report, form)
    try:
        actions.return_(report=report, comment=form.cleaned_data["comment"], by=person(request), reach=reach(request))
    except Refused as refused:
        sentence = refused_sentence(refused)
        if refused.field != "comment":
            return _refused(request, pk, sentence, comment=form.cleaned_data["comment"])
        form.add_error("comment", sentence)
        return _form_back(request, report, form)
    return _decided(request, pk, _("Returned: %(item)s."))


def _within_reach(request: HttpRequest, pk: int) -> Report:
    return found_or_404(queries.waiting_report(pk=pk, reach=reach(request)))


def _row(request: HttpRequest, report: Report) -> queries.ReviewRow:
    moment = now_moment()
    return queries.one_row(report, reach=reach(request), on=moment.today, now=moment.known, language=words.language())


def _form_back(request: HttpRequest, report: Report, form: ReturnForm) -> HttpResponse:
    """The row with its comment and what is wrong with it."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "review/_row.html", {"one": _row(request, report), "form": form}, status=422)
    return report_page(request, report.pk, status=422, form=form)


def _refused(request: HttpRequest, pk: int, sentence: str, *, comment: str = "") -> HttpResponse:
    """409: the row as it now is, and why nothing was done; a comment that was typed is shown again."""
    if request.htmx:  # type: ignore[attr-defined]
        one = _row(request, _within_reach(request, pk))
        context = {"one": one, "fault": sentence, "typed": comment}
        return render(request, "review/_decided.html", context, status=409)
    messages.error(request, sentence)
    return report_page(request, pk, status=409, typed=comment)


def _decided(request: HttpRequest, pk: int, sentence: str) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "review/_decided.html", {"one": _row(request, _within_reach(request, pk))})
    row = _row(request, _within_reach(request, pk)).row
    messages.success(request, sentence % {"item": row.item})
    return redirect("review")


urlpatterns = [
    path("review/", review, name="review"),
    path("review/clean/", clean, name="review_clean"),
    path("reports/<int:pk>/accept/", accept, name="accept"),
    path("reports/<int:pk>/return/", return_, name="return"),
]
