"""Resettlement on screen: the ledger, the page of one housing, its forms; a range where the kinds are not known."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.actions.test_housing_reports import CODE, TODAY, housing, submit, tell
from tests.actions.test_site_reports import entry
from tests.actions.test_site_reports import tell as tell_site
from tests.cast import signed_in
from tracker.models import Report, Site, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
TOKEN = "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def waited_for(official_b: User, reviewer: User) -> Site:
    """Four months ago 60 households had left for homes, last week 40 more, 10 for money; 30 are housed again."""
    row = Site.objects.select_related("unit").get(code="XH-S-01")
    with writing():
        Site.objects.filter(pk=row.pk).update(transition_months=3)
    first = entry(signed_households=60, vacated_households=60, cash_households=0, exchange_households=60)
    tell_site(row, official_b, reviewer, first, TODAY - timedelta(120))
    then = entry(signed_households=100, vacated_households=100, cash_households=10, exchange_households=90)
    tell_site(Site.objects.select_related("unit").get(pk=row.pk), official_b, reviewer, then, TODAY - timedelta(7))
    figures = {"started_homes": 200, "topped_out_homes": 80, "accepted_homes": 50, "allocated_homes": 50}
    tell(official_b, reviewer, TODAY - timedelta(2), **figures, moved_back_homes=30, moved_back_households=30)
    return row


def opened(user: User, address: str) -> Any:
    answer = signed_in(user).get(address)
    assert answer.status_code == 200
    return answer


def test_the_documents_housing_is_there_with_its_blanks(leader: User):
    page = opened(leader, f"/housing/{CODE}/").context["page"]
    assert [one.label for one in page.days] == ["开工", "建成", "回迁"]
    assert page.line.planned == ()
    assert [one.code for one in page.citations] == ["000-85", "000-86", "000-102"]
    found = opened(leader, "/housing/").context["ledger"]
    assert [line.code for line in found.lines] == [CODE, "GX-H-01"]


def test_who_waits_how_long_and_beyond_what(leader: User, waited_for: Site):
    page = opened(leader, f"/housing/{CODE}/").context["page"]
    row = next(one for one in page.sites if one.name == waited_for.name)
    assert (row.left, row.waiting, row.longest, row.overrun) == ("100户", "60户", "120天", "30户")
    assert page.line.sign.word == "已超过渡期"
    assert page.line.sign.reason == "60户（1个住宅地块未填报）等待安置，其中30户已超过渡期。"
    last = page.balance[-1]
    assert (last.waiting, last.ready, last.short) == ((60, 60), 20, (40, 40))


def test_more_moved_back_than_can_have_been_owed_a_home_is_said(
    leader: User, official_b: User, reviewer: User, waited_for: Site
):
    row = housing()
    with writing():
        row.sites.add(waited_for)
    assert not opened(leader, f"/housing/{CODE}/").context["page"].excess
    stated = {"started_homes": 200, "topped_out_homes": 150, "accepted_homes": 150, "allocated_homes": 120}
    tell(official_b, reviewer, TODAY, **stated, moved_back_homes=95, moved_back_households=95)
    text = opened(leader, f"/housing/{CODE}/").content.decode()
    assert "已回迁95户，比各地块填报中至多应安置的90户多5户" in text
    with writing():
        row.sites.add(Site.objects.get(code="XH-S-04"))
    assert not opened(leader, f"/housing/{CODE}/").context["page"].excess, "one site states nothing of households"


def test_the_past_is_read_back(leader: User, waited_for: Site):
    on = TODAY - timedelta(30)
    page = opened(leader, f"/housing/{CODE}/?on={on.isoformat()}").context["page"]
    row = next(one for one in page.sites if one.name == waited_for.name)
    assert (row.left, row.waiting) == ("60户", "60户")
    assert all(not step.figures for step in page.line.steps)


def test_the_ledger_filters_totals_and_leaves_as_a_file(leader: User, waited_for: Site):
    found = opened(leader, "/housing/?state=overrun").context["ledger"]
    assert [line.code for line in found.lines] == [CODE]
    whole = opened(leader, "/housing/").context["ledger"]
    assert whole.totals.waiting == "60户"
    file: Any = signed_in(leader).get("/housing/?_export=csv")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    head, first, *_rest = text.splitlines()
    assert dict(zip(head.split(","), first.split(","), strict=False))["超过渡期户"] == "30"
    assert "60户（1个住宅地块未填报）等待安置" in text


def test_all_have_moved_back_only_where_every_site_states_who_left(
    leader: User, official_b: User, reviewer: User, waited_for: Site
):
    stated = {"started_homes": 200, "topped_out_homes": 150, "accepted_homes": 150, "allocated_homes": 120}
    tell(official_b, reviewer, TODAY, **stated, moved_back_homes=90, moved_back_households=90)
    sentence = "填报的等待安置户均已回迁，但另有1个住宅地块未填报腾空户数。"
    for address in (f"/housing/{CODE}/", "/projects/XH-AZ/"):
        assert sentence in opened(leader, address).content.decode(), address
    ledger = opened(leader, "/housing/").context["ledger"]
    assert (ledger.lines[0].sign.word, ledger.lines[0].waiting) == ("部分地块未填报", "0户")
    assert ledger.lines[0].unstated in ledger.sentence
    file: Any = signed_in(leader).get("/housing/?_export=csv")
    head, first, *_rest = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()
    cells = dict(zip(head.split(","), first.split(","), strict=False))
    assert (cells["未填报腾空户数的地块数"], cells["状态"]) == ("1", "部分地块未填报")
    with writing():
        housing().sites.add(waited_for)
    page = opened(leader, f"/housing/{CODE}/").context["page"]
    assert (page.line.sign.word, page.line.sign.reason) == ("已全部回迁", "已无等待安置户。")


def test_it_is_reported_with_figures_as_people_write_them(official_b: User):
    client = signed_in(official_b)
    data = {"client_token": TOKEN, "version": str(housing().version), "as_of": "今天", "started_homes": "1.2万"}
    wrong = client.post(f"/housing/{CODE}/report/", {**data, "started_area": "12亩"})
    assert wrong.status_code == 422
    assert "started_area" in wrong.context["form"].errors
    assert 'value="1.2万"' in wrong.content.decode()
    assert client.post(f"/housing/{CODE}/report/", {**data, "started_area": "9.6万平方米"}).status_code == 302
    report: Any = Report.objects.select_related("on_housing").get(housing__code=CODE)
    assert (report.on_housing.started_homes, report.on_housing.started_area) == (12_000, 96_000)


def test_a_plan_is_changed_by_its_form_and_keeps_what_was_typed(reviewer: User):
    client = signed_in(reviewer)
    address = f"/housing/{CODE}/plan/"
    assert client.get(address).status_code == 200
    data = {"homes": "约1200", "area": "x", "completion": "XH-AZ-03", "reason": "复核", "version": housing().version}
    wrong = client.post(address, data)
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["area"])
    assert 'value="约1200"' in wrong.content.decode()
    assert client.post(address, {**data, "area": "12.5万平方米"}).status_code == 302
    assert (housing().homes, housing().homes_qualifier, housing().plan_number) == (1200, "about", 2)


def test_housing_is_added_and_retired_by_its_forms(reviewer: User):
    client = signed_in(reviewer)
    made: Any = client.post("/projects/XH-AZ/housing/new/", {"name": "二期安置房", "homes": "300套"})
    assert (made.status_code, made.url) == (302, "/housing/XH-AZ-H1/")
    assert client.post("/housing/XH-AZ-H1/retire/", {"reason": "并入一期", "version": "1"}).status_code == 302
    assert client.get("/housing/XH-AZ-H1/").status_code == 404


def test_another_units_housing_is_not_there(official_a: User, official_b: User):
    assert signed_in(official_a).get(f"/housing/{CODE}/").status_code == 404
    assert signed_in(official_a).get(f"/housing/{CODE}/report/").status_code == 404
    client: Client = signed_in(official_b)
    assert client.get(f"/housing/{CODE}/").status_code == 200
    assert client.get(f"/housing/{CODE}/plan/").status_code == 403


def test_it_is_asked_for_once_a_period_and_reviewed_figure_by_figure(official_b: User, reviewer: User):
    mine = signed_in(official_b).get("/reports/mine/?group=progress")
    assert CODE in [one.code for one in mine.context["due"].items]
    tell(official_b, reviewer, started_homes=90)
    mine = signed_in(official_b).get("/reports/mine/?group=progress")
    assert CODE not in [one.code for one in mine.context["due"].items]
    submit(official_b, started_homes=900, topped_out_homes=10)
    row = next(one for one in opened(reviewer, "/review/").context["waiting"].rows if one.row.code == CODE)
    assert [(one.label, one.before, one.after, one.difference) for one in row.changes] == [
        ("已开工套数", "90套", "900套", "+810套"),
        ("已封顶套数", "", "10套", ""),
    ]
    assert row.flags == ("已开工套数由90套变为900套，约为10倍，请核对小数点。",)
    assert row.row.item_url == f"/housing/{CODE}/"
