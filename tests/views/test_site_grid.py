"""The progress table of clearance to type into: only touched rows are sent, faults stand at their cells."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests import grids
from tests.actions.test_site_reports import a_site, entry, fresh, tell
from tests.cast import signed_in
from tests.counting import statements
from tests.grids import row
from tracker.domain.relocation import Obstacle, Use
from tracker.models import Draft, Report, Site

GRID = "/relocation/grid/"


def send(client: Client, *rows: dict[str, str], **head: str) -> Any:
    return grids.send(client, GRID, *rows, **head)


@pytest.fixture
def plots(official_a, reviewer) -> list[Site]:
    made = [a_site("T-1"), a_site("T-2"), a_site("T-3"), a_site("T-L", Use.LAND, scope={"land": 50})]
    said = entry({Obstacle.ABSENT: 3}, signed_households=40, signed_area=8000, cash_households=4)
    tell(made[0], official_a, reviewer, said)
    return [fresh(one) for one in made]


def test_the_table_holds_what_is_open_with_grouped_titles(plots, official_a, official_b):
    page = signed_in(official_a).get(GRID).content.decode()
    for text in ("T-1.signed_households", "T-L.surveyed_land", 'colspan="2"', "已入户调查", "房屋", 'value="8000"'):
        assert text in page
    assert "T-L.signed_households" not in page
    assert "T-1.signed" not in signed_in(official_b).get(GRID).content.decode()


def test_touched_rows_are_sent_and_the_rest_is_carried_over(plots, official_a):
    first, second, third, land = plots
    client = signed_in(official_a)
    answer = send(
        client, row(first, signed_households="４２", signed_area="0.81万"), row(second), row(third, same="1"),
        row(land, surveyed_land="30亩", note="测绘完成"),
    )  # fmt: skip
    assert answer.status_code == 422  # T-3 has nothing to repeat: everything else is stored
    assert Report.objects.filter(site__in=(first, land), state="submitted").count() == 2
    said = Report.objects.select_related("on_site").get(site=first, state="submitted").on_site
    assert (said.signed_households, said.signed_area) == (42, Decimal(8100))
    assert (said.cash_households, said.obstacles) == (4, {"absent": 3})
    assert not Report.objects.filter(site=second).exists()
    page = answer.content.decode()
    assert "T-3.signed_households" in page
    assert "T-1.signed_households" not in page


def test_the_same_grid_twice_is_one_report_a_row(plots, official_a):
    client, sent = signed_in(official_a), row(plots[1], surveyed_households="5")
    for _again in range(2):
        assert send(client, sent).status_code == 302
    assert Report.objects.filter(site=plots[1]).count() == 1


def test_no_change_is_one_tick(plots, official_a):
    assert send(signed_in(official_a), row(plots[0], same="1")).status_code == 302
    assert Report.objects.get(site=plots[0], state="submitted").origin == "grid"


def test_faults_stand_at_their_cells_and_what_was_typed_stays(plots, official_a):
    answer = send(
        signed_in(official_a), row(plots[0], signed_households="39", signed_area=""), row(plots[1], signed_area="3亩"),
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    for name in ("T-1.signed_households", "T-1.signed_area", "T-2.signed_area"):
        assert f'id="site.{name}.why"' in page
    assert 'value="3亩"' in page
    assert not Report.objects.submitted().exists()


def test_what_changed_meanwhile_is_not_overwritten(plots, official_a, reviewer):
    old = row(plots[0], signed_households="41")
    tell(plots[0], official_a, reviewer, entry(signed_households=45, signed_area=8000, cash_households=4))
    answer = send(signed_in(official_a), old)
    assert answer.status_code == 422
    assert fresh(plots[0]).signed_households == 45


def test_a_draft_holds_the_touched_rows(plots, official_a):
    client = signed_in(official_a)
    data: dict[str, Any] = {"draft": "grid.sites", "token": "t", "as_of": "今天", "row": ["site.T-1", "site.T-2"]}
    data |= row(plots[0], signed_households="41", vacated_area="不清楚") | row(plots[1])
    assert client.post("/reports/draft/", data).status_code == 200
    assert list(Draft.objects.get(person=official_a).fields["rows"]) == ["site.T-1"]
    page = client.get(GRID).content.decode()
    assert 'value="不清楚"' in page
    assert GRID in client.get("/reports/mine/").content.decode()


def test_another_units_rows_are_not_taken(plots, official_b):
    answer = send(signed_in(official_b), row(plots[1], surveyed_households="5"))
    assert answer.status_code == 422
    assert not Report.objects.filter(site=plots[1]).exists()


def test_many_rows_cost_as_many_statements_as_few(plots, official_a):
    client = signed_in(official_a)
    send(client, row(plots[2], surveyed_households="1"))
    many = [a_site(f"T-M{number}") for number in range(6)]
    with statements() as one:
        send(client, row(many[0], surveyed_households="5"), token="t-2")
    with statements() as five:
        rest = many[1:]
        send(client, *(row(plot, surveyed_households="5") for plot in rest), token="t-3")
    assert len(one) == len(five)
    assert Report.objects.submitted().filter(site__in=many).count() == 6
