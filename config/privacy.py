"""What is answered here is for one reader, and is not kept: office machines are shared."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NotKeptMiddleware:
    """Tells browsers and proxies to keep no page; one that says for itself how long it may be kept is left alone.

    Without it the Back button of a shared machine still shows the pages of whoever signed out before, and a browser
    may answer from its disk. Static files are answered before this and keep their own, long, term.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Serve the request, then say that the answer is private and not to be stored."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response
