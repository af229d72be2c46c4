"""The reader's address when a proxy stands in front."""

from ipaddress import ip_address

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address the nearest proxy saw: the last entry it added, which a visitor cannot forge."""
    chain = request.META.get("HTTP_X_FORWARDED_FOR", "")
    seen = chain.split(",")[-1].strip()
    try:
        return str(ip_address(seen))
    except ValueError:  # no proxy of ours wrote this: the throttle must neither fail on it nor be led by it
        return str(request.META.get("REMOTE_ADDR", ""))
