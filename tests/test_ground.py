"""What every answer carries, whatever the page: policy, language, reference number; and the health check."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import path

from config.proxy import client_address
from tests.cast import signed_in
from tracker.management.commands import messages
from tracker.models import User
from tracker.views.health import healthz


def fail(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
    raise RuntimeError("on purpose")


class Addresses:
    """An address that always fails, beside the real error pages."""

    urlpatterns = [path("fail", fail), path("healthz", healthz)]
    handler500 = "tracker.views.errors.server_error"
    handler404 = "tracker.views.errors.not_found"


@pytest.fixture
def failing_address() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=Addresses):
        yield


@pytest.mark.django_db
def test_health_needs_no_signing_in_and_no_cookie(client: Client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["database"]) == (200, "ok")
    assert not answer.cookies


@pytest.mark.django_db
def test_health_says_so_when_the_database_is_away(client: Client):
    def away(*_args: object) -> None:
        raise OperationalError("away")

    with connection.execute_wrapper(away):
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert "away" not in answer.content.decode()


@pytest.mark.django_db
def test_every_answer_carries_the_content_policy_and_the_other_headers(client: Client):
    headers = client.get("/healthz").headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";") if part.strip())
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == f"'self' {settings.EMPTY_STYLE}"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db
def test_no_page_is_kept_by_the_browser_of_a_shared_machine(leader: User):
    client = signed_in(leader)
    for address in ("/", "/reports/", "/milestones/?_export=csv", "/guide/", "/no-such-page/", "/people/"):
        assert "no-store" in client.get(address).headers["Cache-Control"], address


@pytest.mark.django_db
@override_settings(DEMO=True)
def test_a_demo_role_that_is_none_is_a_page_that_is_not_there(client: Client):
    for role in ("\x00", "nobody", "", "leader'--", "x" * 5000):
        assert client.post("/sign-in/demo/", {"role": role}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cookie", "language"), [("", "zh-hans"), ("en", "en"), ("fr", "zh-hans"), ("../x", "zh-hans")]
)
def test_the_product_is_chinese_unless_the_reader_chose_english(client: Client, cookie: str, language: str):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
    answer = client.get("/healthz", headers={"Accept-Language": "en-US,fr;q=0.9"})
    assert answer.headers["Content-Language"] == language
    assert "Cookie" in answer.headers["Vary"]


@pytest.mark.django_db
@pytest.mark.usefixtures("failing_address")
def test_a_failure_shows_the_number_that_is_in_the_log(caplog: pytest.LogCaptureFixture):
    from config.reference import ReferenceFilter

    caplog.handler.addFilter(ReferenceFilter())
    with caplog.at_level(logging.ERROR, "django.request"):
        answer = Client(raise_request_exception=False).get("/fail")
    number = answer.headers["X-Reference"]
    assert answer.status_code == 500
    assert number in answer.content.decode()
    assert "on purpose" not in answer.content.decode()
    assert [record.reference for record in caplog.records if record.exc_info] == [number]  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.usefixtures("failing_address")
def test_a_failure_still_answers_when_the_error_page_fails_too(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tracker.views.errors.render", fail)
    answer = Client(raise_request_exception=False).get("/fail")
    assert answer.status_code == 500
    assert answer.headers["X-Reference"] in answer.content.decode()


@pytest.mark.django_db
def test_when_the_database_is_away_the_page_says_so_without_asking_it_again(leader: User):
    asked: list[object] = []

    def away(*_args: object) -> None:
        asked.append(_args)
        raise OperationalError("away")

    client = signed_in(leader, "en")
    client.raise_request_exception = False
    with connection.execute_wrapper(away):
        answer = client.get("/milestones/")
    assert (answer.status_code, len(asked)) == (503, 1)
    page = answer.content.decode()
    assert "Something went wrong on our side" in page
    assert "base.css" in page
    assert answer.headers["X-Reference"] in page
    assert "away" not in page


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "words"), [("zh-hans", "不能单独打开"), ("en", "cannot be opened by itself")])
def test_an_address_for_forms_only_is_no_blank_page(reviewer: User, language: str, words: str):
    answer = signed_in(reviewer, language).get("/reports/1/accept/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert words in answer.content.decode()
    assert answer.headers["X-Reference"] in answer.content.decode()


@pytest.mark.django_db
def test_the_language_changes_on_the_page_with_the_form_not_on_where_it_was_sent(reviewer: User):
    client = signed_in(reviewer)
    for referer, back in (("http://testserver/review/?page=2", "/review/?page=2"), ("http://[", "/"), ("", "/")):
        page = client.post("/reports/0/accept/", headers={"Referer": referer} if referer else {}).content.decode()
        assert f'name="next" value="{back}"' in page
    assert Client().post("/reports/1/accept/", headers={"Referer": "http://["}).headers["Location"].endswith("next=/")


@pytest.mark.parametrize(
    ("chain", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("198.51.100.1, 2001:db8::1", "2001:db8::1"),
        ("unknown", "127.0.0.1"),
        ("", "127.0.0.1"),
    ],
)
def test_behind_a_proxy_only_an_address_is_taken_for_one(chain: str, address: str):
    assert client_address(RequestFactory().get("/", headers={"X-Forwarded-For": chain})) == address


@pytest.mark.django_db
def test_a_missing_page_speaks_the_readers_language(client: Client):
    assert client.get("/no/such/page").status_code == 404


@pytest.mark.django_db
def test_guessing_a_password_is_slowed_down_for_that_name_only(client: Client):
    def attempt(name: str) -> int:
        return client.post("/sign-in/", {"username": name, "password": "wrong-Secret-1"}).status_code

    answers = [attempt("somebody") for _ in range(settings.AXES_FAILURE_LIMIT + 1)]
    assert answers[0] == 422
    assert answers[-1] == 429
    assert attempt("another") == 422
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(a)::text FROM axes_accessattempt a")
        assert "wrong-Secret-1" not in str(cursor.fetchall())


def catalogue_with(*entries: tuple[str, str, set[str]]) -> Catalog:
    catalogue = Catalog(locale="zh_Hans")
    for message, chinese, flags in entries:
        catalogue.add(message, chinese, flags=flags)
    return catalogue


@pytest.fixture
def two_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [("a.py", "Report", None), ("a.py", "Read %(number)s", None)]
    monkeypatch.setattr(messages, "found_messages", lambda: iter(wanted))


@pytest.mark.usefixtures("two_messages")
@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ([("Report", "", set()), ("Read %(number)s", "读%(number)s", set())], "no Chinese: 'Report'"),
        ([("Read %(number)s", "读%(number)s", set())], "no Chinese: 'Report'"),
        ([("Report", "填报", {"fuzzy"}), ("Read %(number)s", "读%(number)s", set())], "unsure: 'Report'"),
        (
            [("Report", "填报", set()), ("Old", "旧", set()), ("Read %(number)s", "读%(number)s", set())],
            "unused: 'Old'",
        ),
        ([("Report", "填报", set()), ("Read %(number)s", "读%(numer)s", {"python-format"})], "%(number)s"),
    ],
)
def test_the_catalogue_check_finds(entries: list[tuple[str, str, set[str]]], problem: str):
    assert any(problem in found for found in messages.find_problems(catalogue_with(*entries)))


def test_messages_are_found_in_templates_whatever_their_indentation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "templates").mkdir()
    page = "<ul>\n    <li>(it's)\n  <b>{% translate 'First' %}</b>\n"
    page += " {% blocktranslate count n=n %}One{% plural %}{{ n }} many{% endblocktranslate %}"
    (tmp_path / "templates" / "a.html").write_text(page)
    monkeypatch.setattr(settings, "BASE_DIR", tmp_path)
    assert [message for _place, message, _context in messages.found_messages()] == ["First", ("One", "%(n)s many")]


@pytest.mark.usefixtures("two_messages")
def test_a_complete_catalogue_passes_and_an_update_keeps_its_chinese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(messages, "CATALOGUE", tmp_path / "a" / "django.po")
    call_command("messages", "--update", verbosity=0)
    with pytest.raises(CommandError, match="no Chinese"):
        call_command("messages", "--check")
    catalogue = catalogue_with(("Report", "填报", set()), ("Read %(number)s", "读%(number)s", set()))
    messages.save(messages.updated(catalogue))
    call_command("messages", "--update", verbosity=0)
    call_command("messages", "--check")
    call_command("messages", "--compile")
    assert (tmp_path / "a" / "django.mo").stat().st_size > 100
