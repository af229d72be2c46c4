"""The plan check: what in the plans cannot hold, should be looked at, or is good to know."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tracker import words
from tracker.exports import plan_check as export
from tracker.forms.plan_check import PlanCheckForm
from tracker.permissions import Permission
from tracker.queries import plan_check as queries
from tracker.views.downloads import list_file, wants_file
from tracker.views.edge import guarded, reach, today


@require_safe
@guarded(Permission.READ)
def plan_check(request: HttpRequest) -> HttpResponseBase:
    """The findings in reach, a hundred projects at a time; everything it shows stands in the address."""
    reached, language = reach(request), words.language()
    form = PlanCheckForm(request.GET, programmes=queries.programmes(reach=reached, language=language))
    form.is_valid()
    given = form.cleaned_data
    asked = queries.Asked(
        programme=given.get("programme", ""),
        project=given.get("project", ""),
        rule=given.get("rule"),
        severity=given.get("severity"),
        block=_number(request, "block"),
        page=_number(request, "page"),
    )
    if wants_file(request):
        lines = queries.every_line(asked=asked, reach=reached, today=today(), language=language)
        rows = map(export.row, lines)
        return list_file(request, "plan-check", export.COLUMNS, rows, title=_("Plan check"), form=form)
    page = queries.plan_check_page(asked=asked, reach=reached, today=today(), language=language)
    return render(request, "plan_check/page.html", {"form": form, "page": page, "asked": asked})


def _number(request: HttpRequest, name: str) -> int:
    """A page number of the address; 1 where it is none."""
    text = request.GET.get(name, "1")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 1


urlpatterns = [path("plan-check/", plan_check, name="plan_check")]
