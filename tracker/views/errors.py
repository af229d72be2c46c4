"""Error pages: what happened, what to do next, and the reference number that finds the request in the log."""

import logging
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.translation import gettext as _

from config import reference

logger = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the address or the form cannot be understood."""
    return _page(request, HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: the reader's appointment does not cover this; a message given with the refusal is shown."""
    return _page(request, HTTPStatus.FORBIDDEN, reason=str(exception))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or none this reader may know of."""
    return _page(request, HTTPStatus.NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form's token is missing or too old. Django's own reason goes to the log, not to the reader.

    The header tells the page's script, which shows no page but a line, that no right is missing.
    """
    page = _page(request, HTTPStatus.FORBIDDEN, name="403_csrf")
    page.headers["X-Refused"] = "old-form"
    return page


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]) -> HttpResponse:
    """429: too many wrong passwords for this name from this address; the signature is django-axes'."""
    return _page(request, HTTPStatus.TOO_MANY_REQUESTS)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our own fault; 503 where the database is away, with a page that does not ask it who is signed in.

    Must work when nothing else does, so a page that fails falls back to bare words.
    """
    try:
        if isinstance(sys.exception(), OperationalError):
            context = {"reference": reference.current(), "request": request}
            text = render_to_string("errors/500.html", context)
            return HttpResponse(text, status=HTTPStatus.SERVICE_UNAVAILABLE)
        return _page(request, HTTPStatus.INTERNAL_SERVER_ERROR)
    except Exception:
        logger.exception("The error page itself failed")
        words = _("Something went wrong on our side")
        text = format_html("<!doctype html><title>{}</title><h1>{}</h1><p>{}</p>", words, words, reference.current())
        return HttpResponse(text, status=HTTPStatus.INTERNAL_SERVER_ERROR)


class NoBlankPageMiddleware:
    """405: an address that only takes what a form sends, opened by a link, a reload or Back. Django answers nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request; give an empty 405 its page."""
        response = self.get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET" or response.content:
            return response
        page = _page(request, HTTPStatus.METHOD_NOT_ALLOWED)
        page.headers["Allow"] = response.headers["Allow"]
        return page


def _page(request: HttpRequest, status: HTTPStatus, *, name: str = "", reason: str = "") -> HttpResponse:
    number = reference.current()
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"error": status.phrase, "reason": reason, "reference": number}, status=status)
    context = {"reference": number, "reason": reason}
    return render(request, f"errors/{name or status.value}.html", context, status=status)
