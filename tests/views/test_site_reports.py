"""The form about a clearance site, with and without a script: figures as people write them, faults at their cells."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.actions.test_site_reports import a_site, entry, fresh, tell
from tests.cast import signed_in
from tracker.domain.relocation import Obstacle, Use
from tracker.domain.relocation_reading import read_figure
from tracker.domain.units import MeasureError
from tracker.models import Draft, Report, Site

TODAY = timezone.localdate()
TOKEN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def plot(official_a, reviewer) -> Site:
    made = a_site(scope={"households": 100, "area": ("about", 30_000)})
    tell(made, official_a, reviewer, entry({Obstacle.ABSENT: 3}, signed_households=40, signed_area=8000))
    return fresh(made)


def send(client: Client, plot: Site, htmx: bool = False, **fields: str) -> Any:
    data = {"client_token": TOKEN, "version": str(plot.version), "as_of": "今天", **fields}
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(f"/sites/{plot.code}/report/", data, headers=headers)


def last_report(plot: Site) -> Any:
    return Report.objects.filter(site=plot).select_related("on_site").latest("pk")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("signed_area", "20.3万", "203000"),
        ("signed_area", "２０．３万平方米", "203000"),
        ("signed_area", "1,250.5 ㎡", "1250.5"),
        ("signed_area", "0", "0"),
        ("signed_households", "４０户", "40"),
        ("signed_households", "1.2万", "12000"),
        ("signed_land", "35.5亩", "35.5"),
        ("vacated_persons", "120 人", "120"),
        ("signed_area", "  ", None),
    ],
)
def test_figures_are_read_as_people_write_them(name, text, value):
    assert read_figure(name, text) == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("signed_area", "30亩", "entry_wrong_measure"),
        ("signed_area", "3公顷", "entry_wrong_measure"),
        ("signed_households", "30平方米", "entry_wrong_measure"),
        ("signed_households", "30人", "entry_wrong_measure"),
        ("signed_land", "200平方米", "entry_wrong_measure"),
        ("signed_area", "约2万", "entry_not_exact"),
        ("signed_area", "2万—3万", "entry_not_exact"),
        ("signed_area", "三", ""),
        ("signed_area", "很多", "unreadable_quantity"),
    ],
)
def test_what_is_no_figure_of_its_kind(name, text, code):
    if not code:
        assert read_figure(name, text) == 3
        return
    with pytest.raises(MeasureError) as fault:
        read_figure(name, text)
    assert fault.value.code == code


@given(st.text(max_size=40), st.sampled_from(["signed_area", "signed_households", "signed_land"]))
def test_no_text_breaks_the_reading(text, name):
    try:
        found = read_figure(name, text)
    except MeasureError:
        return
    assert found is None or found.is_finite()


def test_the_form_starts_from_what_was_last_accepted(plot, official_a):
    page = signed_in(official_a).get(f"/sites/{plot.code}/report/").content.decode()
    assert 'name="signed_households"' in page
    assert 'value="40"' in page
    assert "上次 8000平方米" in page
    assert "约3万平方米" in page
    assert 'name="signed_land"' not in page


def test_a_report_is_sent_and_the_numbers_are_kept_exactly(plot, official_a):
    answer = send(
        signed_in(official_a), plot, htmx=True, signed_households="４２户", signed_area="0.9万平方米",
        vacated_households="10", cash_households="5", obstacle_absent="2", note="入户核对",
    )  # fmt: skip
    assert answer.status_code == 200
    said = last_report(plot).on_site
    assert (said.signed_households, said.signed_area, said.vacated_households) == (42, Decimal(9000), 10)
    assert (said.cash_households, said.obstacles) == (5, {"absent": 2})
    assert TOKEN in answer.content.decode()


def test_no_change_is_one_click(plot, official_a):
    answer = send(signed_in(official_a), plot, unchanged="1")
    assert (answer.status_code, answer.url) == (302, "/reports/mine/")
    said = last_report(plot)
    assert (said.as_of, said.on_site.signed_households, said.on_site.obstacles) == (TODAY, 40, {"absent": 3})


@pytest.mark.parametrize("htmx", [True, False])
def test_what_is_wrong_stands_at_its_cell_and_everything_typed_is_kept(plot, official_a, htmx):
    answer = send(
        signed_in(official_a), plot, htmx=htmx, signed_households="39", signed_area="9000亩", vacated_area="很多",
        obstacle_absent="1.5", note="原话留着",
    )  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    for typed in ('value="39"', 'value="9000亩"', 'value="很多"', 'value="1.5"', "原话留着"):
        assert typed in page
    for name in ("signed_area", "vacated_area", "obstacle_absent"):
        assert f'id="id_{plot.code}_{name}_error"' in page
    assert Report.objects.filter(site=plot).count() == 1
    again = send(
        signed_in(official_a), plot, htmx=htmx, signed_households="39", signed_area="9000", vacated_households="101",
        obstacle_absent="90",
    )  # fmt: skip
    page = again.content.decode()
    assert again.status_code == 422
    assert f'id="id_{plot.code}_signed_households_error"' in page
    assert f'id="id_{plot.code}_vacated_households_error"' in page
    assert "40户" in page


def test_a_stale_form_comes_back_with_both_texts(plot, official_a, reviewer):
    version = plot.version
    tell(plot, official_a, reviewer, entry(signed_households=45, signed_area=8000))
    answer = send(
        signed_in(official_a), plot, version=str(version), signed_households="46", signed_area="0.8万", note="x"
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "<td>45</td><td>46</td>" in page
    assert page.count("<td>8000</td>") == 0  # 8000 and 0.8万 are the same figure


def test_a_draft_is_kept_and_fills_the_form_again(plot, official_a):
    client = signed_in(official_a)
    fields = {"draft": f"site.{plot.code}", "client_token": TOKEN, "version": str(plot.version)}
    fields |= {"signed_households": "41", "obstacle_other": "一", "vacated_area": "不清楚"}
    assert client.post("/reports/draft/", fields).status_code == 200
    assert Draft.objects.get(person=official_a).fields["obstacle_other"] == "一"
    page = client.get(f"/sites/{plot.code}/report/").content.decode()
    assert 'value="不清楚"' in page
    assert 'value="41"' in page
    assert plot.name in client.get("/reports/mine/").content.decode()


def test_land_has_one_column_and_no_households(official_a):
    land = a_site("T-L", Use.LAND, scope={"land": 50})
    page = signed_in(official_a).get(f"/sites/{land.code}/report/").content.decode()
    assert 'name="surveyed_land"' in page
    assert "obstacle_" not in page
    answer = send(signed_in(official_a), land, surveyed_land="30亩")
    assert answer.status_code == 302
    assert last_report(land).on_site.surveyed_land == 30


def test_a_correction_starts_from_what_it_corrects(plot, official_a, reviewer):
    first = last_report(plot)
    tell(plot, official_a, reviewer, entry(signed_households=50, signed_area=8000), TODAY)
    client = signed_in(official_a)
    page = client.get(f"/reports/{first.pk}/correct/").content.decode()
    assert 'value="40"' in page
    day = (TODAY - timedelta(days=1)).isoformat()
    fields = {"client_token": TOKEN, "as_of": day, "signed_households": "38", "reason": "两户重复", "version": ""}
    assert client.post(f"/reports/{first.pk}/correct/", fields).status_code == 302
    assert last_report(plot).supersedes_id == first.pk


def test_others_may_not(plot, official_b, leader):
    assert send(signed_in(official_b), plot, signed_households="41").status_code == 403
    assert signed_in(leader).get(f"/sites/{plot.code}/report/").status_code == 403
