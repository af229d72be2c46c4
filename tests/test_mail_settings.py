"""How mail is sent: printed by default, by a server once all it needs is said, else the start is refused."""

import pytest

from config.environment import BadEnvironment
from config.mail import OWN_SITE, read_mail

SMTP = {
    "GUATU_MAIL": "smtp",
    "GUATU_MAIL_HOST": "mail.example.org",
    "GUATU_MAIL_FROM": "挂图 <guatu@example.org>",
    "GUATU_SITE": "https://guatu.example.org/",
}


def test_mail_is_printed_unless_a_server_is_named():
    found = read_mail({})
    assert found.backend.endswith("console.EmailBackend")
    assert (found.site, found.host) == (OWN_SITE, "")
    assert read_mail({"GUATU_SITE": "http://127.0.0.1:9000"}).site == "http://127.0.0.1:9000"


@pytest.mark.parametrize(
    ("extra", "port", "tls"),
    [
        ({}, 587, "starttls"),
        ({"GUATU_MAIL_TLS": "tls"}, 465, "tls"),
        ({"GUATU_MAIL_TLS": "none"}, 25, "none"),
        ({"GUATU_MAIL_PORT": "2525", "GUATU_MAIL_USER": "u", "GUATU_MAIL_PASSWORD": "p"}, 2525, "starttls"),
    ],
)
def test_a_server_is_asked_as_it_is_said(extra: dict[str, str], port: int, tls: str):
    found = read_mail(SMTP | extra)
    assert found.backend.endswith("smtp.EmailBackend")
    assert (found.host, found.port, found.tls) == ("mail.example.org", port, tls)
    assert (found.site, found.sender) == ("https://guatu.example.org", SMTP["GUATU_MAIL_FROM"])


@pytest.mark.parametrize(
    ("env", "variable"),
    [
        ({"GUATU_MAIL": "yes"}, "GUATU_MAIL:"),
        ({"GUATU_MAIL_HOST": "mail.example.org"}, "GUATU_MAIL_HOST"),
        (SMTP | {"GUATU_MAIL_HOST": ""}, "GUATU_MAIL_HOST"),
        (SMTP | {"GUATU_MAIL_HOST": "mail.example.org:25"}, "GUATU_MAIL_HOST"),
        (SMTP | {"GUATU_MAIL_FROM": ""}, "GUATU_MAIL_FROM"),
        (SMTP | {"GUATU_MAIL_FROM": "guatu"}, "GUATU_MAIL_FROM"),
        (SMTP | {"GUATU_MAIL_FROM": "a@b.org\nBcc: c@d.org"}, "GUATU_MAIL_FROM"),
        (SMTP | {"GUATU_SITE": ""}, "GUATU_SITE"),
        (SMTP | {"GUATU_MAIL_PORT": "0"}, "GUATU_MAIL_PORT"),
        (SMTP | {"GUATU_MAIL_TLS": "ssl3"}, "GUATU_MAIL_TLS"),
        (SMTP | {"GUATU_MAIL_USER": "u"}, "GUATU_MAIL_PASSWORD"),
        (SMTP | {"GUATU_MAIL_PASSWORD": "p"}, "GUATU_MAIL_USER"),
        (SMTP | {"GUATU_MAIL_USER": "u", "GUATU_MAIL_PASSWORD": "p", "GUATU_MAIL_TLS": "none"}, "GUATU_MAIL_TLS"),
        *(
            ({"GUATU_SITE": site}, "GUATU_SITE")
            for site in ("guatu.example.org", "ftp://a.org", "https://", "https://a.org/guatu", "https://u:p@a.org")
        ),
        *(({"GUATU_SITE": site}, "GUATU_SITE") for site in ("https://a.org?x", "https://a b.org", "https://[::1")),
        ({"GUATU_SITE": "https://a.org:99999"}, "GUATU_SITE"),
    ],
)
def test_what_is_missing_odd_or_would_be_ignored_stops_the_start(env: dict[str, str], variable: str):
    with pytest.raises(BadEnvironment) as caught:
        read_mail(env)
    assert str(caught.value).startswith(variable)


def test_a_refusal_does_not_show_the_password():
    with pytest.raises(BadEnvironment) as caught:
        read_mail({"GUATU_MAIL_PASSWORD": "hidden"})
    assert "hidden" not in str(caught.value)
