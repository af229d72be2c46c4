"""History: who sees which events, filters, paging, and the history of one item."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import person
from tracker.audit import record, record_refusal, recording
from tracker.models import AuditEvent, Milestone, Role, User

pytestmark = pytest.mark.django_db
Signed = Callable[..., Client]
CODE = "XH-ZB-01"


def happened(action: str, kind: str, code: str, *, by: User | None = None, **values: object) -> AuditEvent:
    with recording():
        return record(action, by=by, subject_type=kind, subject_code=code, **values)  # type: ignore[arg-type]


@pytest.fixture
def reads(leader: User, client_for: Signed) -> Client:
    client: Client = client_for(leader, "en")
    return client


def test_changes_are_told_with_both_values(reads: Client, reviewer: User):
    unit = Milestone.named(CODE).unit
    before = {"due_text": "10月底前", "due_latest": "2026-10-31", "unit": unit.pk, "plan_number": 1}
    after = {"due_text": "12月底前", "due_latest": "2026-12-31", "unit": unit.pk, "plan_number": 2, "reason": "因"}
    happened("milestone.replan", "milestone", CODE, by=reviewer, before=before, after=after)
    row = reads.get("/history/").context["rows"][0]
    told = {change.label: (change.before, change.after) for change in row.changes}
    assert row.action == "Changed a milestone's plan"
    assert row.actor == "Reviewer"
    assert (row.route, row.code) == ("milestone", CODE)
    assert told["Due"] == ("10月底前", "12月底前")
    assert told["Due up to"] == ("31 Oct 2026", "31 Dec 2026")
    assert told["Reason"] == ("", "因")
    assert "Unit" not in told


def test_what_a_sheet_s_columns_say_is_told_in_words(reads: Client, official_a: User):
    after = {"unit": "XH-U-JS", "title": "台账", "columns": ["code", "", "progress"], "rows": 2}
    happened("sheet.mapping", "sheet", "a" * 8, by=official_a, after=after)
    row = reads.get("/history/").context["rows"][0]
    told = {change.label: change.after for change in row.changes}
    assert told["Title of the sheet"] == "台账"
    assert told["What its columns say"] == "Code, Leave out, Progress %"


def test_a_refusal_is_shown_with_its_reason(reads: Client, official_a: User):
    record_refusal("milestone.plan", by=official_a, subject_type="milestone", subject_code=CODE, code="no_right")
    row = reads.get("/history/?refused=1").context["rows"][0]
    assert row.refused
    assert "appointment" in row.why
    assert not [row for row in reads.get("/history/?refused=0").context["rows"] if row.refused]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("actor=REVIEWER", True),
        ("actor=nobody", False),
        ("action=unit.edit", True),
        ("action=unit.add", False),
        ("kind=unit", True),
        ("kind=user", False),
        ("code=xh-u-js", True),
        ("first=2020-01-01&last=2099-12-31", True),
        ("last=2020-01-01", False),
    ],
)
def test_filters(reads: Client, reviewer: User, query: str, found: bool):
    event = happened("unit.edit", "unit", "XH-U-JS", by=reviewer, after={"name": "x"})
    rows = reads.get(f"/history/?{query}").context["rows"]
    assert (event.pk in [row.pk for row in rows]) is found


@pytest.mark.parametrize("query", ["first=0001-01-01", "last=9999-12-31", "action=%00", "kind=x", "actor=%00"])
def test_a_filter_that_makes_no_sense_is_said_at_its_field(reads: Client, query: str):
    answer = reads.get(f"/history/?{query}&before=zz")
    assert answer.status_code == 200
    assert list(answer.context["filter"].form.errors) == [query.partition("=")[0]]


def test_pages_follow_without_a_gap(reads: Client):
    for number in range(120):
        happened("unit.edit", "unit", "XH-U-JS", after={"position": number})
    seen, address = [], "/history/?kind=unit"
    while address:
        context = reads.get(address).context
        seen += [row.pk for row in context["rows"]]
        address = f"/history/?kind=unit&before={context['older']}" if context["older"] else ""
    expected = AuditEvent.objects.filter(subject_type="unit").order_by("-id").values_list("pk", flat=True)
    assert seen == list(expected)


def test_who_does_not_read_everything_sees_the_own_reach(client_for: Signed):
    local = person("local-leader", Role.LEADER, "XH-U-JS")
    mine = happened("milestone.replan", "milestone", CODE)
    other = Milestone.objects.exclude(unit__code="XH-U-JS").filter(project__programme__code="XH").first()
    assert other is not None
    theirs = happened("milestone.replan", "milestone", other.code)
    client = client_for(local)
    shown = {row.pk for row in client.get("/history/").context["rows"]}
    assert mine.pk in shown
    assert theirs.pk not in shown
    assert client.get(f"/history/milestone/{CODE}/").status_code == 200
    assert client.get(f"/history/milestone/{other.code}/").status_code == 404
    assert client.get("/history/user/reviewer/").status_code == 404


def test_an_officials_item_history_leaves_refusals_out(official_a: User, client_for: Signed, reads: Client):
    happened("milestone.replan", "milestone", CODE)
    record_refusal("milestone.plan", by=official_a, subject_type="milestone", subject_code=CODE, code="no_right")
    address = f"/history/milestone/{CODE}/"
    assert [row.refused for row in reads.get(address).context["rows"]][:2] == [True, False]
    assert not any(row.refused for row in client_for(official_a).get(address).context["rows"])


def test_an_item_came_with_the_loading(reads: Client):
    assert reads.get(f"/history/milestone/{CODE}/").context["rows"][-1].action == "Loaded the documents' works"


@pytest.mark.parametrize("address", ["zz/1", "report/0", "report/x", "milestone/NONE", "user/nobody"])
def test_no_such_item(reads: Client, address: str):
    assert reads.get(f"/history/{address}/").status_code == 404


def test_the_file_holds_what_the_list_shows(reads: Client, reviewer: User):
    happened("unit.edit", "unit", "XH-U-JS", by=reviewer, before={"name": "甲"}, after={"name": "乙"})
    answer = reads.get("/history/?kind=unit&_export=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0].removeprefix("\ufeff").startswith("Time,User name,Act")
    assert "Changed a unit" in lines[1]
    assert "乙" in lines[1]
    assert len(lines) == 1 + AuditEvent.objects.filter(subject_type="unit").count()
