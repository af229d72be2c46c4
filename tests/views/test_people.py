"""The pages of people and units: reach, what is shown once, what comes back with its message, and query counts."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast import UNIT_A, person
from tracker.models import Appointment, AuditEvent, Role, Unit, User
from tracker.models.guard import writing

Signed = Callable[..., Client]
NEW = {"username": "newcomer", "name": "新同事", "name_en": "Newcomer", "password": "", "unit": UNIT_A,
       "role": "official", "first": "2026-11-20", "last": "", "deputy_for": ""}  # fmt: skip


@pytest.fixture
def admin(administrator: User, client_for: Signed) -> Client:
    client: Client = client_for(administrator, "en")
    return client


@pytest.fixture
def local(administrator: User, client_for: Signed) -> Client:
    client: Client = client_for(person("local", Role.ADMINISTRATOR, "XH-U-LX"), "en")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_made_password_is_shown_once_and_works(admin: Client):
    answer = admin.post("/people/add/", NEW)
    found = re.search(r"data-password>([a-z0-9-]+)<", text(answer))
    assert found is not None
    assert "no-store" in answer.headers["Cache-Control"]
    assert found[1] not in text(admin.get("/people/newcomer/"))
    signed = Client().post("/sign-in/", {"username": "newcomer", "password": found[1]})
    assert signed.status_code == 302


def test_an_own_password_is_checked_and_nothing_typed_is_lost(admin: Client):
    answer = admin.post("/people/add/", {**NEW, "password": "short"})
    assert answer.status_code == 422
    assert "too short" in text(answer)
    assert 'value="newcomer"' in text(answer)
    assert not User.objects.filter(username="newcomer").exists()
    answer = admin.post("/people/add/", {**NEW, "first": "someday", "unit": "NO-SUCH"})
    assert text(answer).count('class="error"') == 2


@pytest.mark.parametrize("address", ["/people/", "/people/add/", "/units/", "/units/add/", "/people/leader/"])
@pytest.mark.parametrize("role", ["leader", "reviewer", "official_a"])
def test_other_roles_see_no_administration(
    request: pytest.FixtureRequest, client_for: Signed, leader: User, address: str, role: str
):
    answer = client_for(request.getfixturevalue(role)).get(address)
    assert answer.status_code == 403
    assert AuditEvent.objects.filter(refused=True, subject_code=address).exists()


def test_what_is_out_of_reach_is_not_there(local: Client, leader: User, official_a: User):
    assert local.get("/people/official-a/").status_code == 200
    for address in ("/people/leader/", "/people/nobody/", "/units/GX-U-JD/", "/units/NO-SUCH/", "/units/GT/"):
        assert local.get(address).status_code == 404
    assert local.post("/people/leader/password/", {"version": 1, "password": ""}).status_code == 404
    listed = text(local.get("/people/"))
    assert "official-a" in listed
    assert "/people/leader/" not in listed
    assert "GX-U-JD" not in text(local.get("/units/"))


def test_a_person_appointed_elsewhere_too_is_seen_and_not_managed(local: Client, official_a: User):
    with writing():
        Appointment(user=official_a, unit=Unit.named("GX-U-JD"), role=Role.OFFICIAL, valid_from="2026-01-01").save()
    page = text(local.get("/people/official-a/"))
    assert "appointed outside your reach" in page
    assert "/people/official-a/password/" not in page
    assert local.post("/people/official-a/password/", {"version": 1, "password": ""}).status_code == 403


def test_nobody_changes_their_own_account(admin: Client, administrator: User):
    held = administrator.appointments.get()
    page = text(admin.get("/people/administrator/"))
    assert "This is your own account" in page
    assert "/active/" not in page
    for address in (f"appointments/{held.pk}/end/", "active/", "password/"):
        values = {"version": 1, "last": "2026-11-20", "active": "0", "password": ""}
        answer = admin.post(f"/people/administrator/{address}", values)
        assert answer.status_code == 403
        assert "Another administrator has to" in text(answer)
    administrator.refresh_from_db()
    assert administrator.is_active


def test_a_stale_form_keeps_what_was_typed_and_can_be_sent_again(admin: Client, official_a: User):
    assert admin.post("/people/official-a/", {"version": 1, "name": "甲", "name_en": ""}).status_code == 302
    answer = admin.post("/people/official-a/", {"version": 1, "name": "乙", "name_en": ""})
    assert answer.status_code == 409
    assert 'value="乙"' in text(answer)
    assert 'name="version" value="2"' in text(answer)


def test_a_deactivated_person_is_out_at_the_next_click(admin: Client, official_a: User, client_for: Signed):
    theirs = client_for(official_a)
    assert theirs.get("/me/password/").status_code == 200
    assert admin.post("/people/official-a/active/", {"version": 1, "active": "0"}).status_code == 302
    assert theirs.get("/me/password/").status_code == 302


def test_changing_the_own_password_keeps_this_session_and_ends_the_others(official_a: User, client_for: Signed):
    official_a.set_password("jiu-de-mima-1")
    official_a.save()
    here, there = client_for(official_a, "en"), client_for(official_a)
    values = {"old": "jiu-de-mima-1", "new": "xin-de-mima-2", "again": "xin-de-mima-3"}
    assert "differ" in text(here.post("/me/password/", values))
    answer = here.post("/me/password/", {**values, "old": "wrong", "again": "xin-de-mima-2"})
    assert (answer.status_code, "not your present" in text(answer)) == (422, True)
    assert here.post("/me/password/", {**values, "again": "xin-de-mima-2"}).status_code == 302
    assert here.get("/me/password/").status_code == 200
    assert there.get("/me/password/").status_code == 302


@pytest.mark.parametrize(
    "query",
    ["unit=NO-SUCH", "role=king", "active=maybe", "page=-1", "page=x", "sort=password", "q=%00", "q=" + "x" * 99],
)
def test_a_hostile_query_string_gives_a_page(admin: Client, query: str):
    assert admin.get(f"/people/?{query}").status_code == 200


def test_the_filters_ask_for_one_and_the_same_appointment(admin: Client, official_a: User, leader: User):
    def found(query: str) -> set[str]:
        return set(re.findall(r'href="/people/([a-z-]+)/">', text(admin.get(f"/people/?{query}")))) - {"add"}

    assert found("unit=XH-U-LX") == {"official-a"}
    assert found("unit=GT&role=leader") == {"leader"}
    assert found(f"unit={UNIT_A}&role=leader") == set()
    assert found("q=ADMIN") == {"administrator"}
    assert found("active=no") == set()


def test_the_list_as_a_file_has_a_line_for_each_appointment(admin: Client, official_a: User, stranger: User):
    with writing():
        User.objects.filter(pk=official_a.pk).update(name="=1+1")
        Appointment(user=official_a, unit=Unit.named("GX-U-JD"), role=Role.OFFICIAL, valid_from="2026-01-01").save()
    answer: Any = admin.get("/people/?_export=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len([line for line in lines if line.startswith("official-a,'=1+1,")]) == 2
    assert "stranger,stranger,Stranger,1,,,,," in lines


@pytest.mark.parametrize("address", ["/people/", "/units/", "/units/XH-U-LX/", "/people/official-a/"])
def test_the_query_count_does_not_grow_with_the_rows(admin: Client, official_a: User, address: str):
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert admin.get(address).status_code == 200
        return len(caught)

    before = count()
    parent = Unit.named("XH-U-LX")
    with writing():
        for n in range(20):
            unit = Unit(code=f"T-{n}", name="测试", name_en="Test", parent=parent, path=f"{parent.path}T-{n}/")
            unit.save()
            user = User(username=f"t-{n}", name="测试")
            user.save()
            for holder in (user, official_a):
                Appointment(user=holder, unit=unit, role=Role.OFFICIAL, valid_from="2026-01-01").save()
            Appointment(user=user, unit=parent, role=Role.LEADER, valid_from="2026-01-01").save()
    assert count() == before


def test_units_are_added_changed_and_retired(admin: Client):
    new = {"code": "XH-U-NEW", "name": "新专班", "name_en": "New", "kind": "taskforce", "parent": "XH-U-LX"}
    assert admin.post("/units/add/", new).status_code == 302
    changed = {"version": 1, "name": "专班", "name_en": "Force", "kind": "body", "parent": "GT"}
    assert admin.post("/units/XH-U-NEW/", changed).status_code == 302
    assert Unit.named("XH-U-NEW").path == "GT/XH-U-NEW/"
    assert admin.post("/units/XH-U-NEW/", changed).status_code == 409
    assert admin.post("/units/XH-U-NEW/retire/", {"version": 2, "reason": ""}).status_code == 422
    assert admin.post("/units/XH-U-NEW/retire/", {"version": 2, "reason": "并入"}).status_code == 302
    assert "Retired" in text(admin.get("/units/XH-U-NEW/"))
    answer = admin.post("/units/XH-U-LX/retire/", {"version": 1, "reason": "并入"})
    assert (answer.status_code, "Move these first" in text(answer)) == (422, True)
    loop = {**changed, "parent": UNIT_A}
    assert "below itself" in text(admin.post("/units/XH-U-LX/", loop))
    root = {**changed, "parent": "", "name": "办", "name_en": "Office"}
    assert admin.post("/units/GT/", root).status_code == 302
