"""The daily jobs: twice a day, by two hosts at once, with a job that fails; and the one mail a day."""

import threading
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from tests.cast import UNIT_A, everybody, person
from tracker.actions import notices, rechecks
from tracker.domain.reminders import Because, Kind, Told
from tracker.management.commands import daily
from tracker.models import Digest, Milestone, Notice, Role, SheetUpload, User
from tracker.models.guard import writing

TODAY = timezone.localdate()
CODE, AWAY = "XH-ZB-02", "PQ-SD-01"


class Full(BaseEmailBackend):
    """A mail server that refuses one mailbox."""

    def send_messages(self, email_messages: Any) -> int:
        """Refuse what goes to `full@`."""
        if any("full@" in address for one in email_messages for address in one.to):
            raise OSError("mailbox full")
        mail.outbox.extend(email_messages)
        return len(email_messages)


@pytest.fixture
def post(settings: Any) -> Any:
    """Mail goes to the outbox."""
    settings.SITE = "https://guatu.example.org"
    return settings


def quiet(*, but: str = "") -> None:
    """Nothing is due whatever day it is, but one milestone today."""
    with writing():
        Milestone.objects.exclude(code=but).update(due_latest=None, due_earliest=None, due_precision="")
        Milestone.objects.filter(code=but).update(due_latest=TODAY, status="")


def tell(user: User, code: str = CODE, kind: Kind = Kind.OVERDUE, key: str = "a") -> None:
    with writing():
        inputs = {"day": TODAY.isoformat(), "days": 1, "text": "请补"}
        notices.tell(
            [Told(user.pk, kind, Because.LEAD, "milestone", code, key, inputs)], now=timezone.now()
        )  # fmt: skip


def address(user: User, email: str = "a@example.org") -> User:
    with writing():
        User.objects.filter(pk=user.pk).update(email=email)
    return user


def run(capsys: Any, **options: Any) -> str:
    call_command("daily", **options)
    return str(capsys.readouterr().out)


@pytest.mark.django_db
def test_a_second_run_makes_nothing_twice(capsys: Any, post: Any, official_a: User):
    quiet(but=CODE)
    with writing():
        SheetUpload(
            token="t", owner=official_a, name="a.csv", content=b"", outcome={}, made_at=timezone.now(),
            expires_at=timezone.now() - timedelta(1),
        ).save()  # fmt: skip
    address(official_a)
    first = run(capsys)
    assert "due" in first
    assert "mail: 1 sent." in first
    assert "clean-up: 1 uploads" in first
    held = list(Notice.objects.order_by("id").values_list("id", "key"))
    second = run(capsys)
    assert "reminders: nothing new." in second
    assert "mail: 0 sent." in second
    assert list(Notice.objects.order_by("id").values_list("id", "key")) == held
    tell(official_a, key="later the same day")
    assert "mail: 0 sent." in run(capsys)
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_a_day_may_be_made_up_for_and_one_to_come_may_not(capsys: Any, official_a: User):
    quiet(but=CODE)
    run(capsys, on=(TODAY - timedelta(7)).isoformat())
    assert Notice.objects.get(person=official_a, kind=Kind.DUE).inputs["days"] == 7
    for bad in ((TODAY + timedelta(1)).isoformat(), "2026-02-30", "gestern"):
        with pytest.raises(CommandError, match="--on takes a day that has come"):
            call_command("daily", on=bad)


@pytest.mark.django_db
def test_a_job_that_fails_is_named_and_keeps_none_of_the_others_back(
    capsys: Any, post: Any, official_a: User, monkeypatch: pytest.MonkeyPatch
):
    def broken(**_given: Any) -> int:
        raise ValueError("no calendar")

    monkeypatch.setattr(rechecks, "recheck_all", broken)
    tell(address(official_a))
    with pytest.raises(CommandError, match=r"Failed: schedules\."):
        call_command("daily")
    said = capsys.readouterr().out
    assert "mail: 1 sent." in said
    assert "clean-up" in said
    monkeypatch.undo()
    assert "schedules:" in run(capsys)  # and the lock was let go of


def test_while_another_host_is_at_it_nothing_is_done(own_database: None, capsys: Any):
    people = everybody()
    quiet(but=CODE)
    there = connection.get_connection_params()
    there = {name: value for name, value in there.items() if name in ("dbname", "user", "host", "port")}
    with psycopg.connect(**there, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [daily.LOCK])
        assert "running already" in run(capsys)
        assert not Notice.objects.exists()
        # Said, not left to the closing: the server ends a session, and gives up its locks, some time after that.
        assert other.execute("SELECT pg_advisory_unlock(%s)", [daily.LOCK]).fetchone() == (True,)
    assert "due" in run(capsys)
    assert Notice.objects.filter(person=people["official-a"], kind=Kind.DUE).count() == 1


def test_two_at_once_tell_and_mail_once(own_database: None, capsys: Any, post: Any):
    address(everybody()["official-a"])
    quiet(but=CODE)
    gate = threading.Barrier(2)

    def host() -> None:
        try:
            gate.wait()
            call_command("daily")
        finally:
            connections.close_all()

    hosts = [threading.Thread(target=host) for _number in range(2)]
    for one in hosts:
        one.start()
    for one in hosts:
        one.join()
    assert Notice.objects.filter(kind=Kind.DUE).count() == 1
    assert len(mail.outbox) == 1
    assert "clean-up" in capsys.readouterr().out


@pytest.mark.django_db
class TestMail:
    @pytest.fixture(autouse=True)
    def nothing_is_due(self) -> None:
        quiet()

    def test_says_what_why_and_where_in_the_readers_language(self, capsys: Any, post: Any, official_a: User):
        reader = address(person("reader", Role.OFFICIAL, UNIT_A), "r@example.org")
        with writing():
            User.objects.filter(pk=reader.pk).update(name_en="A. Reader")
        notices.choose(shown=[], mailed=[Kind.OVERDUE, Kind.COMMENT], language="en", by=reader)
        for user in (address(official_a), reader):
            tell(user)
            tell(user, kind=Kind.COMMENT, key="b")
        run(capsys)
        own, other = sorted(mail.outbox, key=lambda one: one.to)
        assert (own.to, own.subject, own.content_subtype) == (["a@example.org"], "挂图：1 条提醒", "plain")
        assert own.body.startswith("official-a：\n")
        assert "【已逾期】" in own.body
        assert "提醒理由：你是牵头单位" in own.body
        assert f"https://guatu.example.org/milestones/{CODE}/\n" in own.body
        assert (other.to, other.subject) == (["r@example.org"], "Guatu: 2 notices")
        assert other.body.index("[Became overdue]") < other.body.index("[New comment]")
        assert "Why you: your unit leads it" in other.body
        assert "https://guatu.example.org/me/notices/#settings" in other.body

    def test_goes_to_nobody_without_news_address_or_account_and_to_no_demo_account(
        self, capsys: Any, post: Any, official_a: User, official_b: User, reviewer: User, leader: User
    ):
        address(leader)  # no news
        tell(official_b)  # no address
        for user, column, value in ((official_a, "is_demo", True), (reviewer, "is_active", False)):
            tell(address(user))
            with writing():
                User.objects.filter(pk=user.pk).update(**{column: value})
        assert "mail: 0 sent." in run(capsys)
        assert not Digest.objects.exists()
        post.DEMO = True
        assert "mail: 1 sent." in run(capsys)
        assert mail.outbox[0].body.startswith("official-a")

    def test_leaves_out_what_was_read_what_is_old_and_what_is_out_of_reach(
        self, capsys: Any, post: Any, official_a: User
    ):
        tell(address(official_a), key="read")
        notices.mark_read(upto=2**63 - 1, by=official_a)
        tell(official_a, key="old")
        with writing():
            Notice.objects.filter(key="old").update(made_at=timezone.now() - timedelta(8))
        tell(official_a, AWAY, key="away")
        assert "mail: 0 sent." in run(capsys)
        assert not Digest.objects.exists()
        tell(official_a, key="mine")
        run(capsys)
        assert "1 条" in mail.outbox[0].subject
        assert AWAY not in mail.outbox[0].body

    def test_a_full_mailbox_is_tried_again_the_next_day_and_stops_no_other(
        self, capsys: Any, post: Any, official_a: User, official_b: User
    ):
        post.EMAIL_BACKEND = f"{__name__}.Full"
        tell(address(official_a, "full@example.org"))
        tell(address(official_b, "b@example.org"), _of(official_b))
        with pytest.raises(CommandError, match=r"Failed: mail\."):
            call_command("daily")
        assert [one.to for one in mail.outbox] == [["b@example.org"]]
        assert "mail: 0 sent." in run(capsys)  # not again today
        with writing():
            Digest.objects.update(day=TODAY - timedelta(1))
        address(official_a)
        assert "mail: 1 sent." in run(capsys)
        assert mail.outbox[-1].to == ["a@example.org"]
        assert sorted(Digest.objects.values_list("state", flat=True)) == ["failed", "sent", "sent"]

    def test_is_short_however_much_there_is(self, capsys: Any, post: Any, official_a: User):
        for number in range(45):
            tell(address(official_a), key=str(number))
        run(capsys)
        assert "45 条" in mail.outbox[0].subject
        assert mail.outbox[0].body.count("【已逾期】") == 40
        assert "全部提醒：https://guatu.example.org/me/notices/" in mail.outbox[0].body
        assert not Notice.objects.filter(mailed_at=None).exists()


def _of(user: User) -> str:
    return str(Milestone.objects.filter(unit__appointments__user=user).values_list("code", flat=True)[0])
