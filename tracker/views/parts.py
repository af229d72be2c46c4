"""What a metric is made from: the page on which it is decided."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tracker import words
from tracker.actions import parts as actions
from tracker.actions.plans import Change
from tracker.forms.parts import PartsForm
from tracker.models import Metric
from tracker.permissions import Permission
from tracker.queries import metric_page as one
from tracker.queries import parts as queries
from tracker.queries.metric_state import undated
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.edge import attempted, found_or_404, guarded, person, reach, refuse
from tracker.words.aggregation import FROM_LEDGER, formula


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def metric_parts(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say what a metric is made from, or that its unit reports it."""
    reached, language = reach(request), words.language()
    row = found_or_404(one.loaded(code=code, reach=reached))
    if not reached.may(Permission.PLAN, row.unit.path):
        refuse(request, "metric.derive", "metric", row.code, code="no_right")
    ticked = None
    if request.method == "POST":
        ticked = {name: set(request.POST.getlist(name)) for name in ("parts", "denominators")}
    offered, left_out = queries.candidates(row, reach=reached, language=language, ticked=ticked)
    allowed = [item.code for item in offered]
    if request.method == "POST":
        form = PartsForm(request.POST, offered=allowed, measure=row.measure)
        if form.is_valid() and _decided(request, row, form):
            messages.success(request, _("It is decided; the figure was worked out anew."))
            return redirect("metric", code=row.code)
    else:
        how = FROM_LEDGER if row.ledger else row.aggregation
        initial = {"aggregation": how, "ledger": row.ledger, "version": row.version}
        form = PartsForm(offered=allowed, measure=row.measure, initial=initial)
    return _page(request, row, form, offered, left_out)


def _decided(request: HttpRequest, row: Metric, form: PartsForm) -> bool:
    """Carry out the decision; whether it was."""
    found = {item.code: item for item in Metric.objects.filter(code__in=[code for code, _role in form.chosen])}
    chosen = [actions.Chosen(found[code], role) for code, role in form.chosen if code in found]
    change = Change(reason=form.cleaned_data["reason"], version=form.cleaned_data["version"])
    how, added, by, reached = form.how, form.added, person(request), reach(request)
    return attempted(
        form,
        lambda: actions.derive(
            metric=row, aggregation=how, parts=chosen, change=change, by=by, reach=reached, ledger=added
        ),
    )


def _page(
    request: HttpRequest, row: Metric, form: PartsForm, offered: list[queries.Candidate], left_out: int
) -> HttpResponse:
    context = {
        "form": form,
        "metric": row,
        "name": row.called(words.language()),
        "unit": row.measure,
        "formula": formula(row, undated=undated(row)),
        "offered": offered,
        "left_out": left_out,
    }
    return render(request, "metrics/parts.html", context, status=422 if form.is_bound else 200)


urlpatterns = [path("metrics/<code:code>/parts/", metric_parts, name="metric_parts")]
