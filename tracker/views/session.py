"""Signing in and out, the one-click sign-in of the demo, and the language."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tracker.actions import people
from tracker.forms.session import SignInForm
from tracker.models import User
from tracker.views import parcels
from tracker.views.edge import open_to_all

SIGNED_IN_BY_DEMO = "tracker.views.signed_in.PersonBackend"


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; throttled by django-axes, each success in the audit trail."""
    if request.method == "GET" and request.user.is_authenticated:
        return HttpResponseRedirect(_next(request))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            found = authenticate(
                request, username=form.cleaned_data["username"], password=form.cleaned_data["password"]
            )
            if isinstance(found, User):
                return _enter(request, found)
            form.add_error(None, _("User name or password is wrong."))
        status = 422
    onward = request.POST.get("next") or request.GET.get("next", "")
    return parcels.sign_in_page(request, form, status=status, parcel=parcels.held(request), onward=onward)


@never_cache
@require_POST
def sign_in_demo(request: HttpRequest) -> HttpResponse:
    """One click, no password: only in demo mode, only demo accounts."""
    if not settings.DEMO:
        raise Http404
    wanted = request.POST.get("role", "").replace("\x00", "")
    found = User.objects.filter(username=wanted, is_demo=True, is_active=True).first()
    if found is None:
        raise Http404
    return _enter(request, found, backend=SIGNED_IN_BY_DEMO)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    if isinstance(request.user, User):
        people.signed_out(user=request.user)
    logout(request)
    return HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL)


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the reader's language in a cookie and go back to the page."""
    response = HttpResponseRedirect(_next(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
        )
    return response


def _enter(request: HttpRequest, user: User, backend: str | None = None) -> HttpResponse:
    login(request, user, backend=backend)
    people.signed_in(user=user)
    taken = parcels.taken_back(request, user)
    if taken:
        messages.success(request, _("What you had typed is here as a draft. Choose its files again, then submit it."))
    elif taken is not None:
        messages.warning(request, _("What was typed before was not kept: somebody else was signed in then."))
    response = HttpResponseRedirect(_next(request))
    parcels.remember(response, user)
    return response


def _next(request: HttpRequest) -> str:
    """Where to go next: only to this host."""
    wanted = request.POST.get("next") or request.GET.get("next") or settings.LOGIN_REDIRECT_URL
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return str(wanted if safe else settings.LOGIN_REDIRECT_URL)


urlpatterns = [
    path("sign-in/", open_to_all(sign_in), name="sign_in"),
    path("sign-in/demo/", open_to_all(sign_in_demo), name="sign_in_demo"),
    path("sign-out/", open_to_all(sign_out), name="sign_out"),
    path("language/", open_to_all(choose_language), name="language"),
]
