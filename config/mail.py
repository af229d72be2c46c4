"""Reads from the environment how mail is sent. By default it is printed; a server is named for it to leave the house.

A value that cannot be used, or one that would be ignored, stops the start.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from config.environment import BadEnvironment, read_choice, read_number

WAYS = ("console", "smtp")
NEEDS_SMTP = ("GUATU_MAIL_HOST", "GUATU_MAIL_PORT", "GUATU_MAIL_TLS", "GUATU_MAIL_USER", "GUATU_MAIL_PASSWORD")
PORTS = {"starttls": 587, "tls": 465, "none": 25}
TIMEOUT = 15
"""Seconds a mail server may take to answer."""
OWN_SITE = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Mail:
    """How mail is sent; `site` begins every link in it, without a slash at the end."""

    backend: str
    site: str
    sender: str
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls: str = "none"


def read_mail(env: Mapping[str, str]) -> Mail:
    """Return how mail is sent; raise BadEnvironment where something is missing, odd or would be ignored."""
    site, sender = read_site(env), _sender(env)
    if read_choice(env, "GUATU_MAIL", WAYS, "console") == "console":
        for name in NEEDS_SMTP:
            if env.get(name, "").strip():
                raise BadEnvironment(name, "is set, and mail is only printed", "Set GUATU_MAIL=smtp, or remove it")
        return Mail("django.core.mail.backends.console.EmailBackend", site or OWN_SITE, sender or "guatu@localhost")
    host = env.get("GUATU_MAIL_HOST", "").strip()
    for name, value in (("GUATU_MAIL_HOST", host), ("GUATU_MAIL_FROM", sender), ("GUATU_SITE", site)):
        if not value:
            raise BadEnvironment(name, "is empty", "Mail needs it: set it, or remove GUATU_MAIL=smtp")
    if "/" in host or ":" in host or " " in host:
        raise BadEnvironment("GUATU_MAIL_HOST", f"is {host!r}", "Give the server's name only; its port is another one")
    tls = read_choice(env, "GUATU_MAIL_TLS", tuple(PORTS), "starttls")
    user, password = env.get("GUATU_MAIL_USER", "").strip(), env.get("GUATU_MAIL_PASSWORD", "")
    if bool(user) != bool(password):
        missing = "GUATU_MAIL_PASSWORD" if user else "GUATU_MAIL_USER"
        raise BadEnvironment(missing, "is empty", "Set user and password, or neither")
    if user and tls == "none":
        raise BadEnvironment("GUATU_MAIL_TLS", "is none, with a password", "A password needs starttls or tls")
    return Mail(
        "django.core.mail.backends.smtp.EmailBackend",
        site,
        sender,
        host,
        read_number(env, "GUATU_MAIL_PORT", PORTS[tls], 1, 65535),
        user,
        password,
        tls,
    )


def read_site(env: Mapping[str, str]) -> str:
    """Return the address people type for this site, as links in mail begin; '' where it is not said."""
    text = env.get("GUATU_SITE", "").strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        named = False
        parts = urlsplit("")
    plain = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username or parts.password)
    if not (named and plain and parts.scheme in ("https", "http") and text.isprintable() and " " not in text):
        raise BadEnvironment("GUATU_SITE", f"is {text!r}", "Write it as https://guatu.example.org, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _sender(env: Mapping[str, str]) -> str:
    text = env.get("GUATU_MAIL_FROM", "").strip()
    address = parseaddr(text)[1]
    if text and not (text.isprintable() and "@" in address.strip("@") and " " not in address):
        raise BadEnvironment("GUATU_MAIL_FROM", f"is {text!r}", "Write an address, such as guatu@example.org")
    return text
