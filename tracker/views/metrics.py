"""Metrics: the list of everything in reach, the page of one, and its target."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tracker import words
from tracker.actions import plans
from tracker.charts.metrics import Course, Measured, figure
from tracker.forms.metrics import MetricsForm, RetargetForm
from tracker.models import Metric
from tracker.permissions import Permission
from tracker.queries import metric_page as one
from tracker.queries import metrics as queries
from tracker.queries.milestones import choices, due_of
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.context import as_of_chip
from tracker.views.downloads import list_file, wants_file
from tracker.views.edge import attempted, found_or_404, guarded, now_moment, person, reach, refuse, today
from tracker.views.moments import moment_or_now

PER_PAGE = 50


@require_safe
@guarded(Permission.READ)
def metrics(request: HttpRequest) -> HttpResponseBase:
    """The list: filters and page from the address; the same rows as a file."""
    reached, language, day = reach(request), words.language(), today()
    offered = choices(reach=reached, language=language)
    form = MetricsForm(request.GET, programmes=offered.programmes, units=offered.units)
    rows = queries.searched(queries.listed(reach=reached), form.values, form.unit_path)
    known = now_moment().known
    keys: Any = rows.values_list("pk", flat=True)
    if wanted := form.values.get("verdict"):
        keys = queries.with_verdict(rows, wanted, on=day, known=known)
        rows = rows.filter(pk__in=keys)
    if wants_file(request):
        firsts = queries.first_levels(rows, on=day, known=known)
        found = queries.with_names(rows).iterator(chunk_size=queries.CSV_AT_ONCE)
        cells = (queries.csv_row(row, firsts, day, language) for row in found)
        return list_file(request, "metrics", queries.csv_columns(), cells, title=_("Metrics"), form=form)
    number = request.GET.get("page", "1")
    page = Paginator(keys, PER_PAGE).get_page(number if len(number) < 7 else "1")
    shown = queries.groups(queries.loaded(list(page.object_list)), on=day, known=known, language=language)
    return render(request, "metrics/list.html", {"form": form, "page": page, "groups": shown})


@require_safe
@guarded(Permission.READ)
def metric(request: HttpRequest, code: str) -> HttpResponse:
    """One metric as of a moment."""
    reached, moment = reach(request), moment_or_now(request)
    row = found_or_404(one.loaded(code=code, reach=reached))
    page = one.metric_page(
        row=row, reach=reached, on=moment.on, known=moment.known, past=moment.past, language=words.language()
    )
    context: dict[str, Any] = {
        "page": page,
        "chart": _chart(page, moment.on) if _has_course(page) else None,
        "as_of": as_of_chip(request, moment),
        "moment": moment.query(),
        "may_report": reached.may(Permission.REPORT, page.unit_path) and not page.derived,
        "may_plan": reached.may(Permission.PLAN, page.unit_path),
    }
    return render(request, "metrics/detail.html", context)


def _has_course(page: one.MetricPage) -> bool:
    """Whether there is anything to draw: a planned course, or a measurement that has a day."""
    drawn = page.curve is not None and len(page.curve.points) > 1
    return drawn or any(not item.undated for item in page.measured)


def _counted(count: int) -> str:
    """What the chart shows where no pace can be told."""
    if not count:
        return _("Only the planned course: nothing has been measured yet.")
    return ngettext("%(count)d measurement.", "%(count)d measurements.", count) % {"count": count}


def _chart(page: one.MetricPage, on: Any) -> dict[str, Any]:
    """The planned curve against the measurements, oldest first, with its table."""
    measured = [
        Measured(
            day=item.day,
            value=item.value,
            said=(item.as_of, item.printed, item.origin, item.author),
            url=item.url,
            undated=item.undated,
        )
        for item in reversed(page.measured)
    ]
    course = Course(
        measured=measured,
        planned=page.curve.points if page.curve else (),
        target=page.goal,
        target_label=_("%(limit)s %(figure)s")
        % {"limit": _("limit") if page.limit else _("target"), "figure": page.goal_text},
        today=on,
        ours=page.ours,
        limit=page.limit,
        percent=page.percent,
        forecast=page.standing.forecast,
        scale=page.scale,
    )
    return {
        "id": "curve",
        "summary": page.pace or _counted(len(page.measured)),
        "label": _("Planned course and measurements of %(name)s") % {"name": page.line.name},
        "figure": figure(course),
        "height": 320,
        "columns": [_("Day"), _("Value"), _("In the base unit"), _("Planned by then"), _("Difference"), _("Origin")],
        "rows": [[m.as_of, m.printed, m.base, m.planned, m.gap, m.origin] for m in page.measured],
    }


@require_http_methods(["GET", "HEAD", "POST"])
@guarded(Permission.PLAN)
def retarget(request: HttpRequest, code: str) -> HttpResponseBase:
    """Give a metric a new target or due date, with the reason; the first target stays."""
    reached = reach(request)
    row = found_or_404(one.loaded(code=code, reach=reached))
    if request.method != "POST" and not reached.may(Permission.PLAN, row.unit.path):
        refuse(request, "metric.plan", "metric", row.code, code="no_right")
    if request.method != "POST":
        withheld = row.target is not None and row.target.low is None and row.target.high is None
        initial = {
            "target": "" if withheld else words.quantity(row.target),
            "due": words.imprecise(row.due),
            "version": row.version,
        }
        return _target_page(request, row, RetargetForm(measure=row.measure, today=today(), initial=initial))
    form = RetargetForm(request.POST, measure=row.measure, today=today())
    if form.is_valid() and _retargeted(request, row, form):
        messages.success(request, _("The target was changed; the first one stays as it was."))
        return redirect("metric", code=row.code)
    return _target_page(request, row, form)


def _retargeted(request: HttpRequest, row: Metric, form: RetargetForm) -> bool:
    """Carry out the change; whether it was."""
    values = form.cleaned_data
    change = plans.Change(reason=values["reason"], version=values["version"])
    target, due = values["target"], values["due"]
    by, reached = person(request), reach(request)
    return attempted(
        form, lambda: plans.retarget(metric=row, target=target, due=due, change=change, by=by, reach=reached)
    )


def _target_page(request: HttpRequest, row: Metric, form: RetargetForm) -> HttpResponse:
    """The form beside the target now in force, so that a conflicting change shows both texts."""
    context = {
        "form": form,
        "metric": row,
        "name": row.called(words.language()),
        "due": due_of(row.due, row.plan_year),
        "start": words.quantity(row.start),
        "target": words.quantity(row.target),
    }
    return render(request, "metrics/target.html", context, status=422 if form.is_bound else 200)


urlpatterns = [
    path("metrics/", metrics, name="metrics"),
    path("metrics/<code:code>/", metric, name="metric"),
    path("metrics/<code:code>/plan/", retarget, name="retarget"),
]
