"""Milestones: the list and its file, the page, and changing the plan."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import SINCE, UNIT_A, person
from tracker.models import Appointment, AuditEvent, Milestone, MilestonePlan, Role, Unit, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
Signed = Callable[..., Client]
CODE = "XH-ZB-01"


def text(answer: Any) -> str:
    return str((b"".join(answer.streaming_content) if answer.streaming else answer.content).decode())


def listed(answer: Any) -> list[str]:
    return [row.code for row in answer.context["table"].lines]


def file(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(answer).removeprefix("\ufeff"), newline="")))


@pytest.fixture
def seen(leader: User, client_for: Signed) -> Client:
    client: Client = client_for(leader, "en")
    return client


def test_the_file_holds_every_row_the_list_shows_in_its_order(seen: Client):
    address = "/milestones/?programme=XH&sort=-due"
    shown, rows = listed(seen.get(address)), file(seen.get(f"{address}&_export=csv"))
    assert [row["Code"] for row in rows] == shown
    assert len(shown) == Milestone.objects.filter(project__programme__code="XH").count()


def test_a_page_holds_a_hundred_and_the_file_all(seen: Client):
    first, second, beyond = (listed(seen.get(f"/milestones/?page={page}")) for page in (1, 2, 10**8))
    assert len(first) == 100
    assert not set(first) & set(second)
    assert beyond == listed(seen.get("/milestones/?page=3"))
    assert len(file(seen.get("/milestones/?_export=csv&page=2"))) == Milestone.objects.count()


@pytest.mark.parametrize("page", ["1", "3", "99", "0", "x"])
def test_a_text_that_stands_in_every_row_shows_the_pages_of_all(seen: Client, page: str):
    """Searching counts the rows while it finds the page, also where there is no such page."""
    every, found = (seen.get("/milestones/", {"page": page, "q": text}).context["table"] for text in ("", "-"))
    assert [line.code for line in found.lines] == [line.code for line in every.lines] != []
    assert (found.page.number, found.paginator.count) == (every.page.number, Milestone.objects.count())


def test_the_file_speaks_the_readers_language(leader: User, client_for: Signed):
    chinese = text(client_for(leader).get("/milestones/?_export=csv"))
    english = text(client_for(leader, "en").get("/milestones/?_export=csv"))
    assert "节点" in chinese.splitlines()[0]
    assert "Milestone" in english.splitlines()[0]
    assert "by end of October 2026" in english


@pytest.mark.parametrize(
    "query",
    [
        "q=招标",
        "q=zhaobiao",
        "q=ZHAO BIAO",
        "q=XH-ZB",
        "project=XH-ZB",
        "unit=XH-U-JS",
        "state=red",
        "state=done&state=done_late",
        "state=not_due",
        "due_from=2026-10-01&due_to=2026-12-31",
        "pending=1",
    ],
)
def test_a_filter_narrows_the_list_and_stands_in_the_address(seen: Client, query: str):
    answer = seen.get(f"/milestones/?{query}")
    assert not answer.context["filter"].form.errors
    assert len(listed(answer)) < Milestone.objects.count()
    if "zhao" in query.lower():
        assert CODE in listed(answer)


@pytest.mark.parametrize("query", ["state=purple", "due_from=soon", "programme=NONE", "unit=%00", "q=%00"])
def test_a_filter_that_makes_no_sense_is_said_at_its_field_and_narrows_nothing(seen: Client, query: str):
    answer = seen.get(f"/milestones/?{query}")
    assert list(answer.context["filter"].form.errors) == [query.partition("=")[0]]
    assert answer.context["table"].paginator.count == Milestone.objects.count()
    assert seen.get(f"/milestones/?{query}&_export=csv").status_code == 200


@pytest.mark.parametrize("sort", ["label", "-label", "project", "unit", "due", "-due", "state", "-state", "progress",
                                  "forecast", "-as_of", "zzz", "id", "-"])  # fmt: skip
def test_every_sort_order_holds_every_row_once(seen: Client, sort: str):
    pages = [listed(seen.get(f"/milestones/?sort={sort}&page={page}")) for page in (1, 2, 3)]
    codes = [code for page in pages for code in page]
    assert len(codes) == len(set(codes)) == Milestone.objects.count()


def test_names_sort_by_pinyin_in_chinese(leader: User, client_for: Signed):
    shown = listed(client_for(leader).get("/milestones/?sort=label"))
    assert shown == list(Milestone.objects.order_by("sort_key", "code").values_list("code", flat=True)[:100])


def test_an_official_sees_the_own_unit_only(official_a: User, client_for: Signed):
    shown = listed(client_for(official_a).get("/milestones/"))
    assert set(shown) == set(Milestone.objects.filter(unit__code=UNIT_A).values_list("code", flat=True))


def test_the_state_in_the_list_is_the_state_on_the_page(seen: Client):
    for row in seen.get("/milestones/?programme=XH&sort=state").context["table"].lines[::9]:
        assert seen.get(f"/milestones/{row.code}/").context["page"].light.word == row.word


def test_the_page_shows_what_the_plan_rests_on(seen: Client):
    page = seen.get(f"/milestones/{CODE}/").context["page"]
    assert page.due.printed == "10月底前"
    assert page.due.meaning == page.first == "by end of October 2026"
    assert page.due.assumed == 2026
    assert [line.printed for line in page.citations] == ["10月底前"]
    assert [link.code for link in page.after] == ["XH-ZB-02"]


def test_an_unreadable_moment_shows_today_and_says_so(seen: Client):
    answer = seen.get(f"/milestones/{CODE}/?on=2026-02-30")
    assert answer.status_code == 200
    assert "no date we can read" in text(answer)
    assert not answer.context["moment"]


def form(row: Milestone, **changed: str) -> dict[str, str]:
    values = {"due": "12月底前", "planned_start": "", "unit": row.unit.code, "reason": "设计方案需重新征集"}
    return {**values, "version": str(row.version), **changed}


@pytest.fixture
def planner(reviewer: User, client_for: Signed) -> Client:
    client: Client = client_for(reviewer, "en")
    return client


def test_a_new_plan_keeps_the_first_commitment(planner: Client):
    row = Milestone.named(CODE)
    answer = planner.post(f"/milestones/{CODE}/plan/", form(row, planned_start="2026-12-01"), follow=True)
    page = answer.context["page"]
    assert (page.due.printed, page.first, page.moved) == ("12月底前", "by end of October 2026", True)
    assert [(plan.first, plan.now) for plan in page.plans] == [(False, True), (True, False)]
    assert page.plans[0].reason == "设计方案需重新征集"
    event = AuditEvent.objects.filter(action="milestone.replan").latest("id")
    assert event.before is not None
    assert event.before["due_text"] == "10月底前"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"due": "some day"}, "due"),
        ({"due": "13月"}, "due"),
        ({"planned_start": "6月"}, "planned_start"),
        ({"planned_start": f"{timezone.localdate().year + 1}-03-01"}, "planned_start"),
        ({"reason": "  "}, "reason"),
        ({"reason": "长" * 301}, "reason"),
        ({"unit": "NONE"}, "unit"),
        ({"due": "\x00"}, "due"),
    ],
)
def test_a_plan_that_breaks_a_rule_comes_back_as_typed(planner: Client, changed: dict[str, str], field: str):
    before = MilestonePlan.objects.count()
    row = Milestone.named(CODE)
    answer = planner.post(f"/milestones/{CODE}/plan/", form(row, **changed))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["due"].value() == changed.get("due", "12月底前")
    assert MilestonePlan.objects.count() == before


def test_a_stale_plan_shows_both_and_can_be_sent_again(planner: Client):
    old = form(Milestone.named(CODE))
    planner.post(f"/milestones/{CODE}/plan/", {**old, "due": "11月底前"})
    answer = planner.post(f"/milestones/{CODE}/plan/", old)
    assert answer.status_code == 422
    assert "This changed while you were typing" in text(answer)
    assert answer.context["due"].printed == "11月底前"
    assert answer.context["form"]["due"].value() == "12月底前"
    again = {**old, "version": answer.context["form"]["version"].value()}
    assert planner.post(f"/milestones/{CODE}/plan/", again).status_code == 302


def test_who_plans_elsewhere_is_refused_here_and_it_is_written_down(client_for: Signed):
    both = person("planner-b", Role.LEADER, "GT")
    with writing():
        Appointment(user=both, unit=Unit.named("XH-U-PG"), role=Role.REVIEWER, valid_from=SINCE).save()
    client, row = client_for(both), Milestone.named(CODE)
    assert client.get(f"/milestones/{CODE}/plan/").status_code == 403
    assert client.post(f"/milestones/{CODE}/plan/", form(row)).status_code == 403
    refusals = AuditEvent.objects.filter(refused=True, action="milestone.plan", subject_code=CODE)
    assert [event.code for event in refusals] == ["no_right", "no_right"]
    assert not client.get(f"/milestones/{CODE}/").context["may_plan"]
    own = Milestone.objects.filter(unit__code="XH-U-PG").first()
    assert own is not None
    assert client.get(f"/milestones/{own.code}/plan/").status_code == 200
