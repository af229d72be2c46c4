"""A reference number for every request, so that a person can quote it and we can find it in the log."""

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

NO_REFERENCE = "-"
# No 0, O, 1, I or L: the number is read out over the telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_current: ContextVar[str] = ContextVar("guatu_reference", default=NO_REFERENCE)


def current() -> str:
    """Return the reference number of the request being served, or "-" outside a request."""
    return _current.get()


def new() -> str:
    """Return a fresh reference number such as "7F3A-K9C2" (about 40 bits: unique enough to find one log line)."""
    digits = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{digits[:4]}-{digits[4:]}"


class ReferenceMiddleware:
    """Gives each request its number and sends it back as the header X-Reference."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request with its number set; the next request in this thread replaces it."""
        # Not reset afterwards: Django logs a failed request after the middleware chain has returned.
        _current.set(new())
        response = self.get_response(request)
        response.headers["X-Reference"] = current()
        return response


class ReferenceFilter(logging.Filter):
    """Adds `reference` to every log record, for the format string."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mark the record; never drops one."""
        record.reference = current()
        return True
