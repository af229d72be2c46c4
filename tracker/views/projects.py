"""Projects: the page of one, as of a moment."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from tracker import words
from tracker.permissions import Permission
from tracker.queries import relocation_card, resettlement
from tracker.queries.projects import project_page
from tracker.queries.relocation import At
from tracker.queries.tenders import of_project
from tracker.views import codes  # noqa: F401 - registers <code:…>
from tracker.views.context import as_of_chip
from tracker.views.edge import found_or_404, guarded, reach
from tracker.views.moments import moment_or_now


@require_safe
@guarded(Permission.READ)
def project(request: HttpRequest, code: str) -> HttpResponseBase:
    """One project with its milestones, metrics, blanks and latest reports."""
    moment = moment_or_now(request)
    reached = reach(request)
    page = found_or_404(
        project_page(
            code=code, reach=reached, on=moment.on, known=moment.known, past=moment.past, language=words.language()
        )
    )
    at = At(moment.on, moment.known, moment.past, moment.query())
    context = {
        "page": page,
        "packages": of_project(code, reach=reached, on=moment.on, at=moment.known, past=moment.past),
        "clearance": relocation_card.of_project(code, reach=reached, at=at, language=words.language()),
        "homes": resettlement.card("project", code, reach=reached, at=at, language=words.language()),
        "as_of": as_of_chip(request, moment),
        "moment": moment.query(),
        "may_plan": reached.may(Permission.PLAN, page.unit_path),
    }
    return render(request, "projects/detail.html", context)


urlpatterns = [path("projects/<code:code>/", project, name="project")]
