"""Planning back from a deadline, applying the plan to a project, and the process templates.

Everything asked for stands in the address.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tracker import words
from tracker.actions import backplan as actions
from tracker.audit import Refused
from tracker.charts import backplan as charts
from tracker.domain.calendars import OutsideCalendar
from tracker.domain.schedule import Contradiction
from tracker.forms.backplan import KNOWN, ApplyForm, BackplanForm
from tracker.models import Package, Project
from tracker.permissions import Permission
from tracker.queries import backplan as queries
from tracker.queries.backplan import PlanPage
from tracker.queries.tender_state import packages_in_reach
from tracker.queries.windows import regions
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.edge import answer, found_or_404, guarded, person, reach, today

FIRST = "tender"


@require_safe
@guarded(Permission.READ)
def backplan(request: HttpRequest) -> HttpResponse:
    """The form, and with a deadline the plan: verdict, steps, chart, what decides."""
    options = _options(request, request.GET)
    form = BackplanForm(
        request.GET if "deadline" in request.GET else None, initial={"template": options["chosen"]}, **options["form"]
    )
    page = _planned(request, form) if form.is_bound and form.is_valid() else None
    return _page(request, form, page, options)


@require_POST
@guarded(Permission.PLAN)
def backplan_apply(request: HttpRequest) -> HttpResponse:
    """Make linked milestones of a plan's open steps in one project."""
    options, reached = _options(request, request.POST), reach(request)
    form = ApplyForm(request.POST, projects=queries.projects(reached, options["chosen"]), **options["form"])
    page = None if set(form.errors) - {"project"} else _planned(request, form)
    if not page or form.errors:
        return _page(request, form, page, options, status=422)
    said = form.cleaned_data
    project = found_or_404(Project.objects.select_related("unit", "programme").filter(code=said["project"]).first())
    asked = actions.Asked(said["template"], said["deadline"], said["region"], form.known, said["seen"])
    package = found_or_404(_package(request, said["package"])) if said["package"] else None
    try:
        made = actions.apply(
            project=project, package=package, asked=asked, by=person(request), reach=reached, today=form.today
        )
    except Refused as refused:
        return _page(request, form, page, options, status=answer(form, refused))
    count = len(made)
    done = ngettext("%(count)d milestone has been added.", "%(count)d milestones have been added.", count)
    schedule = reverse("project", args=[project.code]) + "#schedule"
    link = format_html('<a href="{}">{}</a>', schedule, _("See the project's schedule"))
    messages.success(request, format_html("{} {}", done % {"count": count}, link))
    return redirect("tender", code=package.code) if package else redirect("project", code=project.code)


def _package(request: HttpRequest, code: str) -> Package | None:
    """The tender package that is planned back, in reach."""
    found: Package | None = packages_in_reach(reach(request)).filter(code=code).first()
    return found


def _options(request: HttpRequest, data: QueryDict) -> dict[str, Any]:
    """What both forms need to know: the templates, the steps of the chosen one, the regions, today."""
    templates = queries.templates(reach(request))
    chosen = data.get("template", FIRST)
    chosen = chosen if chosen in dict(templates) else FIRST
    steps = queries.steps_of(chosen)
    form = {"today": today(), "templates": templates, "steps": steps, "regions": regions()}
    return {"templates": templates, "chosen": chosen, "form": form}


def _page(
    request: HttpRequest, form: BackplanForm, page: PlanPage | None, options: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "templates": options["templates"], "chosen": options["chosen"], "page": page}
    if page:
        context["chart"] = _chart(page)
        if page.can_apply and reach(request).holds(Permission.PLAN):
            bound = isinstance(form, ApplyForm)
            places = [] if bound else queries.projects(reach(request), page.code)
            package = _package(request, str(form.cleaned_data.get("package", "")))
            context |= {"package": package, "package_name": package.called(words.language()) if package else ""}
            chosen = {"initial": {"project": package.project.code}} if package else {}
            context["apply"] = form if bound else ApplyForm(projects=places, **chosen, **options["form"])
    return render(request, "backplan/backplan.html", context, status=status)


def _planned(request: HttpRequest, form: BackplanForm) -> PlanPage | None:
    """The plan the form asks for; what stands against it becomes an error at its field."""
    asked, days = form.cleaned_data, form.known
    deadline = asked["deadline"].latest
    try:
        page = queries.plan_page(
            code=asked["template"],
            deadline=deadline,
            region=asked["region"],
            days=days,
            on=form.today,
            reach=reach(request),
        )
    except OutsideCalendar as outside:
        held = words.interval(outside.first, outside.last) if outside.first <= outside.last else "—"
        field = next((KNOWN + key for key, day in days.items() if day == outside.day), "deadline")
        form.add_error(
            field,
            _("This needs a day the calendar does not hold. It holds %(held)s.") % {"held": held},
        )
        return None
    except Contradiction:
        form.add_error(None, _("The days given contradict each other: no plan keeps all of them."))
        return None
    if page and deadline < form.today and page.colour == "red":
        soonest = {"day": words.day(page.soonest)}
        form.add_error("deadline", _("This day has passed. The earliest lawful day is %(day)s.") % soonest)
    return page


def _chart(page: PlanPage) -> dict[str, Any]:
    bars = [
        charts.Bar(
            line.code,
            line.name,
            line.colour,
            line.float,
            None if line.colour == "done" else line.start,
            None if line.colour == "done" else line.finish,
        )
        for line in page.steps
    ]
    held = [
        charts.Bracket(span.row, f"{span.name} · {span.citation}", span.first, span.last)
        for span in page.spans
        if page.steps[span.row].colour != "done"
    ]
    return {
        "id": "backplan",
        "summary": _("Bars: the latest days of each step. Thin lines below them: the lawful windows."),
        "label": _("Latest days of each step"),
        "figure": charts.figure(bars, held, today=page.today, deadline=page.deadline),
        "height": charts.height(len(bars)),
        "columns": [_("Step"), _("Latest start"), _("Latest finish"), _("To spare today")],
        "rows": [[f"{line.code} {line.name}", line.late_start, line.late_finish, line.float] for line in page.steps],
    }


@require_safe
@guarded(Permission.READ)
def process(request: HttpRequest, code: str) -> HttpResponse:
    """One template: its steps, their order, what they usually take, the windows between them, and what it comes from.

    `?version=` shows an older version.
    """
    asked = request.GET.get("version", "")
    version = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else None
    page = found_or_404(queries.template_page(code=code, on=today(), reach=reach(request), version=version))
    return render(request, "backplan/process.html", {"page": page})


urlpatterns = [
    path("backplan/", backplan, name="backplan"),
    path("backplan/apply/", backplan_apply, name="backplan_apply"),
    path("backplan/<code:code>/", process, name="process"),
]
