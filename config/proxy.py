"""The reader's address when a proxy stands in front."""

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address the nearest proxy saw: the last entry it added, which a visitor cannot forge."""
    chain = request.META.get("HTTP_X_FORWARDED_FOR", "")
    return str(chain.split(",")[-1].strip() or request.META.get("REMOTE_ADDR", ""))
