"""The calendar: a year, and loading a year's notice after a look at what it changes."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tracker.actions import calendars as actions
from tracker.audit import Refused
from tracker.forms.calendars import NoticeForm, fingerprint
from tracker.permissions import Permission, keeps_reference
from tracker.queries import calendars as queries
from tracker.queries.calendars import Preview
from tracker.views.edge import answer, guarded, person, reach, today
from tracker.words.calendars import weekdays


@require_safe
@guarded(Permission.READ)
def calendar(request: HttpRequest) -> HttpResponseBase:
    """A year, `?year=`, as one region counts it, `?region=`; this year for a year the calendar does not hold."""
    held = queries.span()
    keeps = keeps_reference(reach(request))
    if held is None:
        return render(request, "calendars/empty.html", {"keeps": keeps})
    text, year = request.GET.get("year", ""), min(max(today().year, held.first), held.last)
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
    if wanted is not None and held.first <= wanted <= held.last:
        year = wanted
    elif text:
        messages.warning(
            request,
            _("The calendar holds %(first)s to %(last)s; this is %(year)s.")
            % {"first": held.first, "last": held.last, "year": year},
        )
    region = request.GET.get("region", "")
    page = queries.calendar_page(
        year=year, region=region if region.isalpha() and len(region) == 2 else "", held=held, today=today()
    )
    context = {"page": page, "keeps": keeps, "weekdays": weekdays()}
    return render(request, "calendars/calendar.html", context)


@guarded(Permission.KEEP_REFERENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_load(request: HttpRequest) -> HttpResponse:
    """Paste or upload a notice, see what it changes, then load it."""
    if request.method != "POST":
        form = NoticeForm(initial={"year": queries.next_year(queries.span()) or today().year})
        return render(request, "calendars/load.html", {"form": form})
    form = NoticeForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "calendars/load.html", {"form": form}, status=422)
    values = dict(form.cleaned_data)  # a field that is refused later leaves the form's own
    if request.POST.get("step") == "load" and values["seen"] == fingerprint(values) and values["number"] is not None:
        try:
            notice = actions.load_notice(
                year=values["year"], region=values["region"], source=values["source"], text=values["text"],
                number=values["number"], by=person(request), reach=reach(request),
            )  # fmt: skip
        except Refused as refused:
            return _shown(request, form, values, status=answer(form, refused))
        said = ngettext(
            "%(year)s has been loaded; %(count)d day changed.",
            "%(year)s has been loaded; %(count)d days changed.",
            notice.changed,
        )
        messages.success(request, said % {"year": notice.year, "count": notice.changed})
        region = f"&region={notice.region}" if notice.region else ""
        return redirect(f"{reverse('calendar')}?year={notice.year}{region}")
    return _shown(request, form, values)


def _shown(request: HttpRequest, form: NoticeForm, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The form with what its text would change; the text of a file is now in the form, so it can be corrected."""
    found: Preview = queries.preview(year=values["year"], region=values["region"], text=values["text"])
    data = QueryDict(mutable=True)
    data.update({name: values[name] for name in ("year", "region", "source", "text")})
    data["number"], data["seen"] = str(found.number), fingerprint(values)
    form.data = data
    form.files.clear()
    if found.problems and status == 200:
        status = 422
    return render(request, "calendars/load.html", {"form": form, "preview": found}, status=status)


urlpatterns = [
    path("calendar/", calendar, name="calendar"),
    path("calendar/load/", calendar_load, name="calendar_load"),
]
