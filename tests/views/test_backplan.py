"""The page of planning back: the verdict in the address's words, errors at their field, and the templates."""

from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import reach_for
from tests.counting import statements
from tracker.actions import windows
from tracker.actions.windows import Wording
from tracker.domain.calendars import Unit
from tracker.domain.windows import WindowKind
from tracker.models import AuditEvent, ProcessUse, Project, SourceTag, StatutoryWindow, User
from tracker.views import backplan as views

Signed = Callable[..., Client]
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def on_the_twentieth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "today", lambda: TODAY)


@pytest.fixture
def reader(leader: User, client_for: Signed) -> Client:
    client: Client = client_for(leader, "en")
    return client


def asked(client: Client, **query: str) -> Any:
    return client.get("/backplan/", {"template": "tender", **query})


def errors(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["form"].errors)


def line(answer: Any, code: str) -> Any:
    return next(line for line in answer.context["page"].steps if line.code == code)


def test_the_december_tender_of_document_000(reader: Client):
    answer = asked(reader, deadline="12月底前")
    page, text = answer.context["page"], answer.content.decode()
    # Evaluation ends on Thursday 31 December; publicity begins on a day worked, Monday 4 January, and ends on the 7th.
    assert page.verdict.startswith("“Letter of award sent” by 31 Dec 2026 is tight: usually it takes 8 days more.")
    assert page.alternative == "The earliest lawful day is 21 Dec 2026; with usual durations it is 8 Jan 2027."
    assert line(answer, "B06").late_start == "3 Dec 2026"
    assert [held.code for held in line(answer, "B08").laws] == ["TB-04", "TB-05", "TB-06"]
    assert 'href="/windows/TB-05/"' in text
    assert "Tendering and Bidding Law art. 24" in text
    assert "A lawyer has to confirm" in text
    assert not errors(answer)


def test_steps_that_are_done_stand_in_the_address(reader: Client):
    answer = asked(reader, deadline="by end of December 2026", done_B01="2026-11-12", done_B02="2026-11-18")
    assert answer.context["page"].verdict == "“Letter of award sent” by 31 Dec 2026 fits: 0 days to spare."
    assert line(answer, "B02").state == "done on 18 Nov 2026"
    assert 'value="2026-11-18"' in answer.content.decode()


def test_days_that_settle_or_contradict_the_plan_are_said(reader: Client):
    page = asked(reader, deadline="12月底前", done_B12="2026-11-02").context["page"]
    assert page.verdict == "“Letter of award sent” must be done already: a later step was done on 2 Nov 2026."
    page = asked(reader, deadline="2027年6月底前", done_B02="2026-12-10", done_B03="2026-12-01").context["page"]
    assert page.verdict == "“Letter of award sent” by 30 Jun 2027: the days given contradict the order of the steps."
    assert page.breaches == [
        "The day of “Tender documents drafted” stands before that of “Agency appointed”, which it follows."
    ]
    assert not page.can_apply


def test_a_deadline_that_has_passed_names_the_earliest_lawful_day(reader: Client):
    answer = asked(reader, deadline="10月底前")
    assert errors(answer) == {"deadline": ["This day has passed. The earliest lawful day is 21 Dec 2026."]}
    assert answer.context["page"].verdict.endswith("is not possible lawfully: 51 days are missing.")


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ({"deadline": "soonish"}, "deadline", "no date we can read"),
        ({"deadline": ""}, "deadline", "Say by when."),
        ({"deadline": "9月起"}, "deadline", "no last day"),
        ({"deadline": "2050年底前"}, "deadline", "the calendar does not hold"),
        ({"deadline": "12月底前", "done_B01": "0001-01-01"}, "done_B01", "the calendar does not hold"),
        ({"deadline": "12月底前", "done_B01": "yesterday"}, "done_B01", "valid date"),
        ({"deadline": "12月底前", "template": "nonsense"}, "template", "valid choice"),
        ({"deadline": "12月底前", "region": "XX"}, "region", "valid choice"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(reader: Client, query: dict[str, str], field: str, says: str):
    answer = asked(reader, **query)
    assert answer.status_code == 200
    assert says in errors(answer)[field][0]
    assert answer.context["page"] is None


def test_days_that_break_a_window_are_named(reader: Client):
    answer = asked(reader, deadline="12月底前", done_B06="2026-11-18", done_B08="2026-12-01")
    assert answer.context["page"].breaches == ["The days given fall 7 days short of “Time to prepare bids”."]


TEMPLATES = "tender tender-prequal design clearance collective land agreement retain resettlement plan permits"


@pytest.mark.parametrize("code", TEMPLATES.split())
def test_every_template_is_planned_and_drawn(reader: Client, code: str):
    answer = asked(reader, template=code, deadline="2030年6月底前")
    figure = answer.context["chart"]["figure"]
    go.Figure(_plain(figure))
    assert answer.context["page"].word == "fits"
    assert reader.get(f"/backplan/{code}/").status_code == 200


def _plain(value: Any) -> Any:
    """The figure with colours Plotly itself knows."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return "#000" if isinstance(value, str) and value.startswith("token:") else value


def test_looking_writes_nothing_and_asks_little(reader: Client):
    asked(reader, deadline="12月底前")
    before = AuditEvent.objects.count()
    with statements() as found:
        asked(reader, deadline="12月底前", done_B01="2026-11-12")
    assert AuditEvent.objects.count() == before
    assert len(found) <= 18
    assert not found.while_rendering


def test_a_template_shows_order_and_law(reader: Client):
    text = reader.get("/backplan/tender/").content.decode()
    assert "B10 +1 working day" in text
    assert "start of B08" in text
    assert 'href="/windows/TB-11/"' in text


# ------------------------------------------------------------------------------------- applying to a project

PLAN = {"template": "tender", "deadline": "12月底前", "done_B01": "2026-11-12", "done_B02": "2026-11-18"}


def looked_at(client: Client, **change: str) -> dict[str, str]:
    """What the page that shows the plan sends when it is applied."""
    plan = PLAN | {name: value for name, value in change.items() if name in PLAN}
    page = client.get("/backplan/", plan).context["page"]
    return PLAN | {"project": "XH-ZB", "seen": page.seen} | change


def test_a_planner_applies_the_plan_and_lands_on_the_project(
    reviewer: User, client_for: Signed, monkeypatch: pytest.MonkeyPatch
):
    now = timezone.localdate()  # the project's page shows what lies ahead of today
    monkeypatch.setattr(views, "today", lambda: now)
    done = {f"done_B0{step}": (now - timedelta(days)).isoformat() for step, days in ((1, 9), (2, 3))}
    plan = PLAN | done | {"deadline": f"{now.year + 1}年12月底前"}
    client = client_for(reviewer, "en")
    page = client.get("/backplan/", plan)
    groups = dict(page.context["apply"].fields["project"].choices[1:])
    own = dict(groups[Project.objects.get(code="XH-ZB").programme.called("en")])
    assert "XH-ZB" in own
    assert not any(code.startswith("GX-") for code in own)
    assert f'value="{page.context["page"].seen}"' in page.content.decode()
    answer = client.post("/backplan/apply/", looked_at(client, **plan), follow=True)
    assert answer.redirect_chain == [("/projects/XH-ZB/", 302)]
    text = answer.content.decode()
    assert "11 milestones have been added." in text
    assert '<a href="/projects/XH-ZB/#schedule">' in text
    assert 'id="schedule"' in text
    assert "Letter of award sent" in text
    again = client.post("/backplan/apply/", looked_at(client, **plan))
    assert again.status_code == 422
    assert again.context["form"].errors["project"] == ["This project has this process already."]
    assert " fits: " in again.context["page"].verdict


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"project": ""}, "required"),
        ({"project": "NO-SUCH"}, "valid choice"),
        ({"project": "XH-ZB", "done_B01": "", "done_B02": ""}, "The latest day of B02 has passed"),
        ({"project": "XH-ZB", "deadline": "10月底前"}, "This day has passed"),
    ],
)
def test_a_plan_that_cannot_be_applied_says_why(reviewer: User, client_for: Signed, change: dict[str, str], says: str):
    client = client_for(reviewer, "en")
    answer = client.post("/backplan/apply/", looked_at(client, **change))
    assert answer.status_code == 422
    assert says in str(answer.context["form"].errors)
    assert says in answer.content.decode()
    assert not ProcessUse.objects.exists()


def test_a_plan_that_is_no_longer_what_was_shown_is_shown_anew(reviewer: User, administrator: User, client_for: Signed):
    """Publicity of three days when the page was opened, of four when it is sent: the documents go out earlier."""
    client = client_for(reviewer, "en")
    sent = looked_at(client)
    del sent["done_B01"], sent["done_B02"]
    sent["deadline"] = "2027年6月底前"  # and of that day nothing was shown at all
    sent["seen"] = shown_anew(client.post("/backplan/apply/", sent))
    row = StatutoryWindow.objects.newest().get(code="TB-10")
    said = {one.name: getattr(row, one.name) for one in fields(Wording) if one.name != "reason"}
    said |= {"kind": WindowKind(row.kind), "unit": Unit(row.unit), "source_tag": SourceTag(row.source_tag), "n": 4}
    wording = Wording(**said, reason="修订")
    reach = reach_for(administrator)
    windows.add_version(code="TB-10", region="", version=row.version, wording=wording, by=administrator, reach=reach)
    sent["seen"] = shown_anew(client.post("/backplan/apply/", sent))
    assert client.post("/backplan/apply/", sent).status_code == 302


def shown_anew(answer: Any) -> str:
    """The fingerprint of the plan that a refused one comes back with."""
    assert answer.status_code == 422
    assert "Something here changed since you looked" in answer.content.decode()
    assert not ProcessUse.objects.exists()
    seen: str = answer.context["page"].seen
    assert f'name="seen" value="{seen}"' in answer.content.decode()
    return seen


def test_who_may_not_plan_sees_no_button(reader: Client):
    assert "apply" not in reader.get("/backplan/", PLAN).context
    assert reader.post("/backplan/apply/", PLAN | {"project": "XH-ZB"}).status_code == 403
