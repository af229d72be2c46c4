"""A ledger sent twice at the same moment is sent once; one that breaks while it is sent leaves nothing behind."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from tests.actions.test_reports_together import together
from tests.cast import UNIT_A, person, reach_for, signed_in
from tests.views.test_sheets import ledger, put, saved, token_of, upload
from tracker.actions import sheet_sending, sheets
from tracker.actions.report_batches import Proposal
from tracker.actions.reports import Said
from tracker.audit import Refused
from tracker.models import AuditEvent, Milestone, Report, Role, SheetSending, SheetUpload, User
from tracker.models.guard import writing

CODES = ("XH-ZB-01", "XH-ZB-02", "XH-ZB-03")


def waiting(by: User) -> str:
    """An upload with three rows to send."""
    client = signed_in(by)
    book = ledger(client)
    for code in CODES:
        put(book, code, 状态="进行中", 进度=40)
    return token_of(upload(client, saved(book)))


def test_two_clicks_at_the_same_moment_send_a_ledger_once(own_database: None, official_a: User):
    path = f"/reports/sheet/{waiting(official_a)}/send/"
    clients = [signed_in(official_a) for _one in range(3)]
    answers = together([partial(client.post, path, {"all": "1"}) for client in clients])
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert sorted(Report.objects.filter(origin="sheet").values_list("milestone__code", flat=True)) == sorted(CODES)
    assert set(Milestone.objects.filter(code__in=CODES).values_list("pending", flat=True)) == {1}


def proposal(code: str) -> Proposal:
    """The report that a milestone is under way."""
    whole = {"status": "in_progress", "progress": None, "actual_start": None, "actual_finish": None, "forecast": None}
    row = Milestone.objects.select_related("unit").get(code=code)
    return Proposal(row, Said(as_of=timezone.localdate()), whole)


def test_ledgers_with_their_rows_in_other_orders_do_not_wait_in_a_ring(
    own_database: None, official_a: User, monkeypatch: pytest.MonkeyPatch
):
    """A large one is sent some hundred rows at a time, all in one transaction."""
    monkeypatch.setattr(sheets, "AT_ONCE", 1)
    colleague = person("colleague", Role.OFFICIAL, UNIT_A)

    def send(by: User, codes: tuple[str, ...]) -> tuple[int, int]:
        held = SheetUpload.objects.get(owner=by)
        names = [line["id"] for line in held.outcome["lines"]]
        proposals = dict(zip(names, map(proposal, codes), strict=True))
        given: dict[str, Any] = {"by": by, "reach": reach_for(by), "today": timezone.localdate()}
        return sheets.send(upload=held, proposals=proposals, others={}, tell=lambda _name, _why: {}, **given)

    for by in (official_a, colleague):
        waiting(by)
    for _round in range(8):
        acts: list[Callable[[], Any]] = [partial(send, official_a, CODES), partial(send, colleague, CODES[::-1])]
        assert together(acts) == [(3, 0), (3, 0)]
        with writing():
            for held in SheetUpload.objects.all():
                for line in held.outcome["lines"]:
                    line["report"] = None
                held.save()


@pytest.mark.django_db
def test_a_ledger_that_breaks_while_it_is_sent_leaves_nothing(official_a: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sheets, "AT_ONCE", 1)
    upload_ = SheetUpload.objects.get(token=waiting(official_a))
    names = [line["id"] for line in upload_.outcome["lines"]]
    today = timezone.localdate()
    proposals = {name: proposal(code) for name, code in zip(names, CODES, strict=True)}
    proposals[names[-1]] = replace(proposals[names[-1]], values={})
    given: dict[str, Any] = {"by": official_a, "reach": reach_for(official_a), "today": today}
    with pytest.raises(KeyError):
        sheets.send(upload=upload_, proposals=proposals, others={}, tell=lambda _name, _why: {}, **given)
    assert not Report.objects.filter(author=official_a).exists()
    upload_.refresh_from_db()
    assert not any(line["report"] for line in upload_.outcome["lines"])


def test_stopped_while_it_is_sent_a_ledger_leaves_nothing_behind(
    own_database: None, official_a: User, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sheets, "AT_ONCE", 1)
    monkeypatch.setattr(sheet_sending, "FEW", 0)
    token, colleague, client = waiting(official_a), person("colleague", Role.OFFICIAL, UNIT_A), signed_in(official_a)
    path, events, seen = f"/reports/sheet/{token}/sending/", AuditEvent.objects.count(), []
    assert client.get(path).json() == {"done": 0, "total": 0}

    def elsewhere(act: Callable[[], Any]) -> Any:
        return together([act])[0]

    def stop() -> None:
        seen.append(client.get(path).json())
        assert signed_in(colleague).post(path).status_code == 404
        assert client.post(path).status_code == 302

    held = SheetUpload.objects.get(token=token)
    names = [line["id"] for line in held.outcome["lines"]]
    with pytest.raises(Refused, match="sheet_stopped"), sheet_sending.sending(token, 3) as told:

        def step(done: int) -> None:
            told(done)
            if done == 2:
                elsewhere(stop)
                page = elsewhere(partial(client.get, f"/reports/sheet/{token}/")).content.decode()
                assert "已提交 2 行，共 3 行" in page

        sheets.send(
            upload=held,
            proposals=dict(zip(names, map(proposal, CODES), strict=True)),
            others={},
            by=official_a,
            reach=reach_for(official_a),
            today=timezone.localdate(),
            tell=lambda _name, _why: {},
            step=step,
        )
    assert seen == [{"done": 2, "total": 3}]
    assert not Report.objects.filter(origin="sheet").exists()
    assert set(Milestone.objects.filter(code__in=CODES).values_list("pending", flat=True)) == {0}
    assert AuditEvent.objects.exclude(refused=True).count() == events
    assert not SheetSending.objects.exists()
    client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
    assert Report.objects.filter(origin="sheet").count() == 3
