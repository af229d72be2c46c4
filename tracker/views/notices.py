"""One's notices: the list, marking it as read, and what one wants to be told."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tracker import words
from tracker.actions import notices as actions
from tracker.actions import people
from tracker.domain.reminders import Kind
from tracker.forms.notices import NoticeSettingForm, ReadForm
from tracker.queries import notices as queries
from tracker.views.edge import attempted, for_oneself, person, reach


@for_oneself
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: HttpRequest) -> HttpResponse:
    """The list, newest first, and the settings below it; a POST keeps the settings."""
    if request.method != "POST":
        return _page(request, None)
    form = NoticeSettingForm(request.POST)
    if not (form.is_valid() and attempted(form, lambda: _keep(request, form))):
        return _page(request, form, status=422)
    messages.success(request, _("Your choice is kept."))
    return redirect("notices")


def _keep(request: HttpRequest, form: NoticeSettingForm) -> None:
    said, by = form.cleaned_data, person(request)
    people.set_own_email(user=by, email=said["email"])
    actions.choose(shown=form.chosen("page"), mailed=form.chosen("mail"), language=said["language"], by=by)


@for_oneself
@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark one notice as read, or all that was on the page."""
    form = ReadForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("It was not said what has been read; nothing was changed."))
        return _page(request, None, status=422)
    actions.mark_read(upto=form.cleaned_data["upto"], only=form.cleaned_data["only"], by=person(request))
    page = request.POST.get("page", "")
    number = page if page.isascii() and page.isdigit() and len(page) < 7 else "1"
    return redirect(f"{reverse('notices')}?page={number}" if number != "1" else "notices")


def _page(request: HttpRequest, form: NoticeSettingForm | None, *, status: int = 200) -> HttpResponse:
    user = person(request)
    page = queries.notices_page(
        user=user, reach=reach(request), number=request.GET.get("page", "1"), language=words.language()
    )
    context = {
        "page": page,
        "form": form or NoticeSettingForm(initial=_initial(user.email, page.wanted)),
        "mail_works": settings.MAIL_WORKS,
    }
    return render(request, "notices/notices.html", context, status=status)


def _initial(email: str, wanted: queries.Wanted) -> dict[str, Any]:
    ticked = {f"page_{kind.value}": kind in wanted.shown for kind in Kind}
    ticked |= {f"mail_{kind.value}": kind in wanted.mailed for kind in Kind}
    return {"email": email, "language": wanted.language, **ticked}


urlpatterns = [
    path("me/notices/", notices, name="notices"),
    path("me/notices/read/", notices_read, name="notices_read"),
]
