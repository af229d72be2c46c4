"""Comments of supporting units: who may read and write them, and where they show."""

import re

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import person, signed_in
from tracker.models import AuditEvent, Comment, Milestone, Role, User

pytestmark = pytest.mark.django_db


def supported() -> Milestone:
    """A milestone led by one unit and supported by another, as document 001 states."""
    found = Milestone.objects.filter(supporting__isnull=False).exclude(status="done").order_by("code").first()
    assert found is not None
    return found


@pytest.fixture
def supporter() -> User:
    unit = supported().supporting.first()
    assert unit is not None
    return person("supporter", Role.OFFICIAL, unit.code)


def address(row: Milestone) -> str:
    return f"/milestones/{row.code}/comment/"


def test_a_supporting_unit_reads_and_comments_but_does_not_report(supporter: User, leader: User):
    row, client = supported(), signed_in(supporter)
    mine = client.get("/reports/mine/").content.decode()
    assert "我单位配合事项" in mine
    assert row.name in mine
    page = client.get(f"/milestones/{row.code}/")
    assert page.status_code == 200
    assert not page.context["may_report"]
    token = page.context["form"].initial["token"]
    for _again in range(2):
        sent = client.post(address(row), {"text": "现场已移交材料。", "token": token})
        assert (sent.status_code, sent["Location"]) == (302, f"/milestones/{row.code}/#comments")
    assert Comment.objects.get().unit == row.supporting.first()
    assert "现场已移交材料。" in signed_in(leader).get(f"/milestones/{row.code}/").content.decode()
    event = AuditEvent.objects.get(action="comment.add")
    assert event.after == {"comment": "现场已移交材料。"}
    assert client.get(f"/milestones/{row.code}/report/").status_code == 403


def test_a_supporting_unit_is_led_nowhere_it_may_not_go(supporter: User, leader: User):
    row, client = supported(), signed_in(supporter)
    page = client.get(f"/milestones/{row.code}/").content.decode()
    ways = {way for way in re.findall(r'href="(/[^"#?]*)', page) if not way.startswith("/static/")}
    assert {way for way in ways if client.get(way).status_code == 404} == set()
    assert f"/projects/{row.project.code}/" in signed_in(leader).get(f"/milestones/{row.code}/").content.decode()


def test_who_does_not_support_it_finds_nothing_and_a_leader_reads_only(official_a: User, leader: User):
    row = supported()
    assert signed_in(official_a).get(f"/milestones/{row.code}/").status_code == 404
    assert signed_in(official_a).post(address(row), {"text": "x"}).status_code == 404
    page = signed_in(leader).get(f"/milestones/{row.code}/")
    assert page.context["form"] is None
    assert signed_in(leader).post(address(row), {"text": "x"}).status_code == 403
    assert not Comment.objects.exists()


@pytest.mark.parametrize("text", ["", "   ", "长" * 1001])
def test_what_cannot_be_said_stays_in_the_form(supporter: User, text: str):
    answer = signed_in(supporter).post(address(supported()), {"text": text})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["text"]
    assert text in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_comment_is_final(supporter: User):
    signed_in(supporter).post(address(supported()), {"text": "定稿"})
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE tracker_comment SET text = ''")
