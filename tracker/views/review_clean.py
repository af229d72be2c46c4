"""Accepting all reports without doubts: first which they are, then each by itself."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from tracker import words
from tracker.actions.report_acceptance import MOST, Looked, accept_all
from tracker.audit import Refused
from tracker.forms import review as forms
from tracker.permissions import Permission
from tracker.queries import review as queries
from tracker.queries import review_scope as scope
from tracker.queries.reports import report_row
from tracker.queries.review_scope import Narrow
from tracker.views.edge import guarded, now_moment, person, reach


@dataclass(frozen=True, slots=True)
class Stayed:
    """A report that was not accepted, and why; without a name where it is none of the reader's business."""

    url: str
    item: str
    said: str
    why: str


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.REVIEW)
def clean(request: HttpRequest) -> HttpResponseBase:
    """The list of what may be accepted together; posted, exactly the ticked ones are, as they were looked at."""
    if request.method != "POST":
        return _list(request)
    chosen = forms.looked(request.POST.getlist("report"))
    if not chosen:
        return _list(request, fault="nothing_chosen", status=422)
    known = queries.within_reach(list(chosen), reach=reach(request))
    wanted = [Looked(known[pk], version) for pk, version in chosen.items() if pk in known]
    try:
        answers = accept_all(wanted, by=person(request), reach=reach(request))
    except Refused as refused:
        return _list(request, fault=refused.code, status=422)
    stayed = [_stayed(one, answer) for one, answer in zip(wanted, answers, strict=True) if answer is not None]
    stayed += [Stayed("", "", "", words.refusal("not_in_review")) for pk in chosen if pk not in known]
    return _done(request, len(wanted) - sum(1 for one in answers if one is not None), stayed)


def narrow_of(request: HttpRequest) -> tuple[forms.DeskFilter, Narrow]:
    """The filters in the address; a value that makes no sense narrows nothing."""
    form = forms.DeskFilter(
        request.GET,
        programmes=scope.programmes(language=words.language()),
        units=scope.units(reach=reach(request), language=words.language()),
    )
    form.is_valid()
    return form, Narrow(**{name: form.cleaned_data.get(name, "") for name in ("unit", "programme", "q")})


def _list(request: HttpRequest, *, fault: str = "", status: int = 200) -> HttpResponse:
    """The reports without doubts, ticked."""
    _form, narrow = narrow_of(request)
    moment = now_moment()
    found = queries.clean(
        reach=reach(request), narrow=narrow, on=moment.today, now=moment.known, language=words.language()
    )
    context = {
        "found": found,
        "back": address(narrow),
        "query": query(narrow),
        "fault": words.refusal(fault, {"most": MOST}) if fault else "",
        "looked_through": queries.LOOKED_THROUGH,
    }
    return render(request, "review/clean.html", context, status=status)


def query(narrow: Narrow, **more: str) -> str:
    """The filters as a query string, those that are set."""
    pairs = {"unit": narrow.unit, "programme": narrow.programme, "q": narrow.q} | more
    return urlencode({name: value for name, value in pairs.items() if value})


def address(narrow: Narrow) -> str:
    """The desk with these filters."""
    text = query(narrow)
    return f"{reverse('review')}?{text}" if text else reverse("review")


def _stayed(one: Looked, refused: Refused) -> Stayed:
    row = report_row(one.report, language=words.language(), reader=0)
    return Stayed(row.url, row.item, row.said, words.refusal(refused.code, refused.inputs))


def _done(request: HttpRequest, accepted: int, stayed: list[Stayed]) -> HttpResponse:
    """Back to the desk; 409 with what stays, if anything does."""
    sentence = ngettext("%(count)d report accepted.", "%(count)d reports accepted.", accepted) % {"count": accepted}
    _form, narrow = narrow_of(request)
    if stayed:
        context = {"stayed": stayed, "accepted": accepted, "sentence": sentence, "back": address(narrow)}
        return render(request, "review/stayed.html", context, status=409)
    messages.success(request, sentence)
    return redirect(address(narrow))
