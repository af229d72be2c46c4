"""The page of the plan check, its files, its command, and the way to it."""

import json
from collections.abc import Callable
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tracker.actions import works
from tracker.models import Milestone, Programme, User
from tracker.models.guard import writing

Signed = Callable[..., Client]


@pytest.fixture
def reader(leader: User, client_for: Signed) -> Client:
    client: Client = client_for(leader, "en")
    return client


@pytest.fixture
def year_end(db: None) -> date:
    """The last day of next year, on which much falls due: what is due on a day that has passed is no finding."""
    year = timezone.localdate().year + 1
    for code in ("XH", "CJ"):
        works.rebase(programme=Programme.objects.get(code=code), base_year=year)
    return date(year, 12, 31)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_sentence_stands_first_and_each_finding_leads_to_its_place(reader: Client, year_end: date):
    answer = reader.get("/plan-check/", {"programme": "XH"})
    body, page = text(answer), answer.context["page"]
    assert page.summary.startswith("63 milestones and 19 metrics were checked: nothing must be mended")
    assert body.index(page.summary) < body.index("By rule") < body.index("Too much is due on one day")
    assert f'href="/milestones/?programme=XH&amp;due_from={year_end}&amp;due_to={year_end}"' in body
    assert 'href="/metrics/XH-M-07/"' in body
    assert "Say by when the target is to be reached." in body
    assert "/plan/" not in body, "a leader changes no plan"
    group = next(group for group in page.groups if group.count > len(group.lines))
    assert f"All {group.count} findings" in body
    assert len(reader.get(group.url).context["page"].groups[0].lines) == group.count


def test_who_keeps_the_plan_gets_the_form(reviewer: User, client_for: Signed):
    client = client_for(reviewer)
    body = text(client.get("/plan-check/", {"rule": "target_no_date"}))
    assert 'href="/metrics/XH-M-07/plan/"' in body
    assert client.get("/metrics/XH-M-07/plan/").status_code == 200
    assert 'href="/plan-check/"' in text(client.get("/")), "in the menu"
    assert 'href="/plan-check/?programme=XH"' in text(client.get("/programmes/XH/"))


def test_an_official_finds_it_only_by_its_address(official_a: User, client_for: Signed):
    client = client_for(official_a)
    assert 'href="/plan-check/"' not in text(client.get("/"))
    assert client.get("/plan-check/").context["page"].block.total < 33


@pytest.mark.usefixtures("year_end")
def test_filters_in_the_address(reader: Client):
    page = reader.get("/plan-check/", {"severity": "warning", "programme": "CJ"}).context["page"]
    assert {group.rule.value for group in page.groups} == {"cluster", "due_vague", "target_no_date"}
    one = reader.get("/plan-check/", {"project": "xh-zb"}).context["page"]
    assert (one.block.total, one.summary[:12]) == (1, "4 milestones")
    nothing = text(reader.get("/plan-check/", {"severity": "error"}))
    assert "Nothing matches. Loosen the filter." in nothing


@pytest.mark.parametrize("query", ["programme=NO", "rule=x", "severity=x", "block=0", "block=x", "page=999", "block=²"])
def test_what_makes_no_sense_narrows_nothing(reader: Client, query: str):
    answer = reader.get(f"/plan-check/?{query}")
    assert answer.status_code == 200
    assert answer.context["page"].summary.startswith("234 milestones and 50 metrics")
    name, value = query.split("=")
    if name in ("programme", "rule", "severity"):
        assert value in str(answer.context["form"].errors[name])


def test_a_contradiction_is_shown_with_both_days(reader: Client):
    with writing():
        Milestone.objects.filter(code="XH-ZB-02").update(planned_start="2027-02-01")
    body = text(reader.get("/plan-check/", {"project": "XH-ZB"}))
    assert "1 must be mended" in body
    assert "Planned to start on 1 Feb 2027, due by 31 Dec 2026." in body


@pytest.mark.usefixtures("year_end")
def test_the_file_holds_what_is_shown(reader: Client):
    answer = reader.get("/plan-check/", {"programme": "XH", "rule": "cluster", "_export": "csv"})
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert rows[0] == "Level,Rule,About,Code,Name,Programme,Project,Found,What would mend it"
    assert rows[1].startswith("Should be looked at,Too much is due on one day,programme,XH,")
    assert len(rows) == 2
    assert reader.get("/plan-check/", {"_export": "xlsx"}).status_code == 200


@pytest.mark.usefixtures("year_end")
def test_the_command():
    def printed(*arguments: str) -> str:
        out = StringIO()
        call_command("plan_check", *arguments, stdout=out)
        return out.getvalue()

    assert "期限扎堆在同一天" in printed("--programme", "XH")
    found = json.loads(printed("--programme", "XH", "--format", "json", "--language", "en"))
    assert {row["rule"] for row in found} >= {"cluster", "no_due", "target_no_date"}
    assert next(row for row in found if row["code"] == "XH-M-07")["mend"] == "Say by when the target is to be reached."
    with pytest.raises(CommandError, match="no programme NO"):
        printed("--programme", "NO")
