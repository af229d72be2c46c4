"""Every address, whoever opens it: the explicit table of answers, and what holds for all of them."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import path as route
from django.urls import reverse

from tests.address_table import TABLE
from tests.addresses import Address, Rows, addresses, arguments, rows
from tests.cast import everybody, signed_in
from tests.deep import DEEP
from tracker.models import AuditEvent

ROLES = ("visitor", "leader", "official_a", "official_b", "reviewer", "administrator", "stranger")
OPEN = {"sign_in", "sign_in_demo", "sign_out", "language", "healthz", "feed"}
HOSTILE: tuple[str, ...] = (
    "\x00", "'; DROP TABLE tracker_report; --", "<script>alert(1)</script>", "😀" * 40, "9" * 400, "-1", "1e999", "NaN",
    "２０２６", "2026-02-30", "2026-13-01T99:99",
    "0001-01-01", "9999-12-31T23:59:59+14:00", "../../etc/passwd", "%s%(x)s",
    "a" * 7000, "\ud83d", "‮", "{{ 7 }}", "None",
)  # fmt: skip
PARAMETERS: tuple[str, ...] = (
    "page",
    "sort",
    "on",
    "known",
    "since",
    "programme",
    "group",
    "before",
    "compare",
    "zoom",
    "links",
    "open",
)
PARAMETERS += ("next", "parent", "until", "from", "block", "tab", "unit", "q")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table."""

    address: str
    sample: str
    method: str
    expected: tuple[int, ...]


LINES = [
    Line(address, sample, method, tuple(int(status) for status in statuses))
    for address, sample, method, *statuses in (text.split() for text in TABLE.strip().splitlines()[1:])
]
NAMES = sorted({line.address for line in LINES})


@pytest.fixture(scope="module")
def cookies(module_database: None) -> dict[str, str]:
    """The session cookie of each role; everybody signs in once for all tests."""
    people = everybody()
    name = settings.SESSION_COOKIE_NAME
    return {role: signed_in(people[role.replace("_", "-")]).cookies[name].value for role in ROLES[1:]}


@pytest.fixture(scope="module")
def found(cookies: dict[str, str]) -> Rows:
    return rows()


@pytest.fixture(scope="module")
def browsers() -> dict[bool, dict[str, Client]]:
    """A client for each role, without and with the check of a form's token; each has middleware of its own to load."""
    return {strict: {role: Client(enforce_csrf_checks=strict) for role in ROLES} for strict in (False, True)}


@pytest.fixture
def clients(
    browsers: dict[bool, dict[str, Client]], cookies: dict[str, str], found: Rows
) -> Iterator[dict[str, Client]]:
    """One client for each role, in the order of the table; what a test does leaves no trace."""
    for role, client in (*browsers[False].items(), *browsers[True].items()):
        client.cookies = SimpleCookie({settings.SESSION_COOKIE_NAME: cookies[role]} if role in cookies else {})
    with undone():
        yield browsers[False]


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def path_of(name: str, sample: str, found: Rows) -> str:
    return reverse(name, kwargs=None if sample == "-" else dict(arguments(found)[name][sample]))


def ask(client: Client, method: str, path: str, data: Any = None) -> HttpResponse:
    if method == "POST":
        text = urlencode(data or {"csrfmiddlewaretoken": "not looked at"})
        return client.post(path, text, content_type="application/x-www-form-urlencoded")  # type: ignore[return-value]
    return client.get(path, data or {})  # type: ignore[return-value]


def test_the_table_names_every_address_and_no_other():
    assert without_a_line() == set()
    assert set(NAMES) - {address.name for address in addresses()} == set(), "lines about addresses that are not there"


def without_a_line() -> set[str]:
    return {address.name for address in addresses()} - set(NAMES)


def unguarded() -> list[str]:
    return [address.name for address in addresses() if not hasattr(address.view, "guard")]


class Added:
    """An address nobody thought of: no line in the table, no guard."""

    urlpatterns = [route("added/", lambda request: HttpResponse(), name="added")]


def test_every_view_says_who_may_open_it():
    assert unguarded() == []
    with override_settings(ROOT_URLCONF=Added):
        assert unguarded() == ["added"]
        assert without_a_line() == {"added"}
    assert {address.name for address in addresses() if address.view.guard is None} == OPEN  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", NAMES)
def test_each_role_gets_the_answer_of_the_table(name: str, clients: dict[str, Client], found: Rows):
    wrong = []
    lines = [line for line in LINES if line.address == name]
    before = refusals()
    for line in lines + missing_methods(lines):
        path = path_of(name, line.sample, found)
        for role, expected in zip(ROLES, line.expected, strict=True):
            with undone():
                answer = ask(clients[role], line.method, path)
                got = answer.status_code
                allowed = (405, 302 if role == "visitor" else 403) if expected == 405 else (expected,)
                if got not in allowed:
                    wrong.append(f"{line.method} {line.sample} as {role}: {got}, the table says {expected}")
                if got == 403 and refusals() == before:
                    wrong.append(f"{line.method} {line.sample} as {role}: refused without an audit event")
                wrong += [f"{line.method} as {role}: {problem}" for problem in header_problems(answer)]
    assert not wrong, "\n".join(wrong)


def refusals() -> int:
    """How many refusals the audit trail holds."""
    return AuditEvent.objects.filter(refused=True).count()


def missing_methods(lines: list[Line]) -> list[Line]:
    """The methods that have no line: not allowed."""
    known = {line.method for line in lines}
    sample = lines[0].sample
    return [Line(lines[0].address, sample, method, (405,) * 7) for method in ("GET", "POST") if method not in known]


@pytest.mark.parametrize("name", sorted({line.address for line in LINES if line.method == "POST"} & set(NAMES)))
def test_a_page_with_a_form_answers_a_question_about_its_head(name: str, clients: dict[str, Client], found: Rows):
    """What checks links, and some browsers before a download, asks for the head alone."""
    known = permitted(name, "GET")
    if known is not None:
        role, sample = known
        answer = clients[role].head(path_of(name, sample, found))
        assert answer.status_code in (200, 302)
        assert not answer.content


def header_problems(answer: HttpResponse) -> Iterator[str]:
    """What every answer carries, whatever it says."""
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "") + ";"
    boxed = "default-src 'none'" in policy and "sandbox;" in policy.replace("; ", ";") and "script-src" not in policy
    if "script-src 'self';" not in policy and not boxed:
        yield "no content policy"
    expected = {"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
    for name, value in expected.items():
        if headers.get(name) != value:
            yield f"{name} is {headers.get(name)}"
    if not headers.get("X-Reference"):
        yield "no reference number"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.usefixtures("clients")
def test_a_form_without_its_token_is_refused(name: str, browsers: dict[bool, dict[str, Client]], found: Rows):
    sample = next(line.sample for line in LINES if line.address == name)
    for role in ("reviewer", "official_a"):
        answer = browsers[True][role].post(path_of(name, sample, found), {"comment": "x", "role": "leader"})
        assert answer.status_code == 403
    assert not AuditEvent.objects.filter(action="report.accepted", subject_code=str(found.waiting.pk)).exists()


def permitted(name: str, method: str) -> tuple[str, str] | None:
    """A role that the table lets in, and the sample."""
    for line in LINES:
        if line.address == name and line.method == method:
            for role in ("administrator", "reviewer", "official_a", "visitor"):
                if line.expected[ROLES.index(role)] in (200, 422, 302) and (role == "visitor") == (name in OPEN):
                    return role, line.sample
    return None


@pytest.mark.parametrize("name", [name for name in NAMES if permitted(name, "GET")])
def test_a_hostile_query_string_breaks_no_page(name: str, clients: dict[str, Client], found: Rows):
    role, sample = permitted(name, "GET")  # type: ignore[misc]
    path = path_of(name, sample, found)
    fields = sorted(fields_of(clients[role].get(path)))
    names = [*PARAMETERS, *fields, "_export"]
    turn = NAMES.index(name)  # each page gets other values, so that all pages together get all of them
    everywhere = HOSTILE if DEEP else (HOSTILE[0], HOSTILE[1 + turn % (len(HOSTILE) - 1)])
    queries: list[dict[str, Any]] = [{name: [value, value] for name in names} for value in everywhere]
    for value in HOSTILE if DEEP else [HOSTILE[(turn + 9) % len(HOSTILE)]]:
        queries.append(dict.fromkeys(PARAMETERS, value))
    # The fields of a filter a few at a time, each with a value of its own, beside others that are left alone.
    for step in range(len(HOSTILE) if DEEP else 1):
        mixed = [(field, HOSTILE[(turn + step + number) % len(HOSTILE)]) for number, field in enumerate(fields)]
        parts = len(fields) if DEEP else min(3, len(fields))
        queries += [dict(mixed[part::parts]) for part in range(parts)]
    for query in queries:
        query = {key: _plain(value) for key, value in query.items()}
        answer = ask(clients[role], "GET", path, query)
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        assert answer.status_code < 500, f"{path} with {query}"


def _plain(value: Any) -> Any:
    """A lone surrogate cannot be sent as text; its bytes can."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("name", [name for name in NAMES if permitted(name, "POST")])
def test_a_hostile_form_breaks_no_page(name: str, clients: dict[str, Client], found: Rows):
    role, sample = permitted(name, "POST")  # type: ignore[misc]
    path = path_of(name, sample, found)
    fields = fields_of(clients[role].get(path)) | {"version", "client_token", "comment", "next", "role", "unit", "last"}
    for value in HOSTILE if DEEP else ("\x00", *HOSTILE[1 + NAMES.index(name) % 5 :: 5]):
        with undone():
            answer = ask(clients[role], "POST", path, dict.fromkeys(sorted(fields), _plain(value)))
            assert answer.status_code < 500, f"{path}: {value!r} in {sorted(fields)}"


def fields_of(answer: Any) -> set[str]:
    """The fields of every form the page was rendered with."""
    found: set[str] = set()
    for layer in answer.context or ():
        for values in layer.dicts:
            for value in values.values():
                if isinstance(value, BaseForm):
                    found |= set(value.fields)
    return found


@pytest.mark.parametrize(
    "name", [name for name in NAMES if any(line.sample == "none" for line in LINES if line.address == name)]
)
def test_a_hostile_code_is_a_page_that_is_not_there(name: str, clients: dict[str, Client], found: Rows):
    address: Address = next(one for one in addresses() if one.name == name)
    line = next(line for line in LINES if line.address == name and line.sample == "none")
    usual = dict(arguments(found)[name]["none"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for parameter in address.parameters - {"pk"}:
            for value in ("%00", "%27%3B--", "%F0%9F%98%80", "a" * 60, "%2E%2E", "%EF%BC%91"):
                path = reverse(name, kwargs=usual | {parameter: "HERE"}).replace("HERE", value)
                with undone():
                    assert ask(clients["administrator"], line.method, path).status_code in (403, 404), path


def test_a_huge_number_in_an_address_is_a_page_that_is_not_there(clients: dict[str, Client]):
    for path in ("/reports/99999999999999999999999/", "/reports/0/"):
        assert clients["leader"].get(path).status_code == 404


def test_pages_of_a_person_are_kept_by_no_cache(clients: dict[str, Client]):
    """Whoever signs out on a shared machine leaves nothing behind the back button."""
    headers = clients["leader"].get("/").headers
    assert "Cookie" in headers["Vary"]
    assert settings.SESSION_COOKIE_HTTPONLY
