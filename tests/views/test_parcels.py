"""A session that ended while somebody typed, without scripts: what was typed is there after signing in again."""

from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from tests.views.test_reports import CODE, address, form
from tracker.models import Draft, Report, User
from tracker.models.guard import writing
from tracker.views import parcels

pytestmark = pytest.mark.django_db
SECRET = "a long enough secret 7"


def known(user: User) -> User:
    """With a password to sign in by."""
    user.set_password(SECRET)
    with writing():
        user.save()
    return user


def entered(client: Client, user: User, **more: str) -> Any:
    return client.post("/sign-in/", {"username": user.username, "password": SECRET, **more})


def ended(client: Client) -> None:
    """Let the session run out: the browser still has its other cookies."""
    client.session.flush()
    client.cookies.pop(settings.SESSION_COOKIE_NAME)


def typed(client: Client, **values: str) -> str:
    """Send the form after the session has ended; the parcel of the page that answers."""
    ended(client)
    answer = client.post(address(), form(note="不要丢 <b>", draft=f"milestone.{CODE}", **values))
    assert answer.status_code == 401
    page = answer.content.decode()
    assert "重新登录后存为草稿；附件须重新选择" in page
    assert "no-store" in answer["Cache-Control"]
    assert answer.context["onward"] == address()
    assert not Report.objects.filter(origin="form").exists()
    parcel = answer.context["parcel"]
    assert f'name="parcel" value="{parcel}"' in page
    return str(parcel)


def test_what_was_typed_is_a_draft_after_signing_in_again(client: Client, official_a: User):
    entered(client, known(official_a))
    parcel = typed(client, progress="63")
    wrong = client.post(
        "/sign-in/", {"username": official_a.username, "password": "x", "parcel": parcel, "next": address()}
    )
    assert (wrong.status_code, wrong.context["parcel"], wrong.context["onward"]) == (422, parcel, address())
    answer = entered(client, official_a, parcel=parcel, next=address())
    assert answer["Location"] == address()
    page = client.get(address()).content.decode()
    assert "不要丢 &lt;b&gt;" in page
    assert 'value="63"' in page
    assert "附件请重新选择" in page
    assert not Report.objects.filter(origin="form").exists(), "nothing is submitted by itself"


def test_nobody_else_gets_it(client: Client, official_a: User, official_b: User, reviewer: User):
    entered(client, known(official_a))
    parcel = typed(client)
    for other in (official_b, reviewer):
        page = entered(client, known(other), parcel=parcel, next="/about/").content.decode()
        assert "不要丢" not in page
        ended(client)
    assert not Draft.objects.exists()


@pytest.mark.parametrize("broken", ["x", "changed", "of another form", "old", "long"])
def test_a_parcel_that_is_not_ours_is_passed_over(client: Client, official_a: User, broken: str, monkeypatch):
    entered(client, known(official_a))
    parcel = typed(client)
    if broken == "old":
        monkeypatch.setattr(parcels, "KEPT", -parcels.KEPT)
    if broken == "long":
        monkeypatch.setattr(parcels, "LONGEST", 10)
    made = {"x": "x", "changed": f"{parcel[:-1]}{'A' if parcel[-1] != 'A' else 'B'}"}
    made |= {"of another form": signing.dumps({"who": official_a.pk}, salt="other")}
    assert entered(client, official_a, parcel=made.get(broken, parcel)).status_code == 302
    assert not Draft.objects.exists()


def test_a_visitor_a_false_cookie_and_too_much_text_go_the_plain_way(client: Client, official_a: User):
    data = form(note="x", draft=f"milestone.{CODE}")
    assert client.post(address(), data).status_code == 302
    client.cookies[parcels.COOKIE] = "1:forged"
    assert client.post(address(), data).status_code == 302
    entered(client, known(official_a))
    ended(client)
    assert client.post(address(), {**data, "note": "长" * 30_000}).status_code == 302
    assert client.post(address(), {**data, "draft": "milestone.\x00"}).status_code == 302
    assert client.post(address(), data, headers={"HX-Request": "true"}).status_code == 401
    assert "parcel" not in client.post(address(), data, headers={"HX-Request": "true"}).content.decode()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(address(), data).status_code == 403


def test_a_grid_is_kept_as_well(client: Client, official_a: User):
    entered(client, known(official_a))
    ended(client)
    row = f"milestone.{CODE}"
    data = {"draft": "grid.open", "row": [row], f"{row}.status": "in_progress", f"{row}.progress": "41", "as_of": ""}
    answer = client.post("/reports/grid/?what=open", data)
    assert answer.status_code == 401
    entered(client, official_a, parcel=answer.context["parcel"], next=answer.context["onward"])
    assert 'value="41"' in client.get("/reports/grid/?what=open").content.decode()
