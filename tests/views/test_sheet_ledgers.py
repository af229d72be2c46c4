"""The ledgers of clearance, resettlement and tenders in the Excel file: taken out, filled in, looked at, sent."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.actions.test_site_reports import a_site, entry, tell
from tests.cast import UNIT_A, reach_for, signed_in
from tests.family import housing
from tests.packages import package
from tests.views.test_sheets import ledger, line_of, put, saved, token_of, upload
from tracker.actions import reports
from tracker.domain.relocation import Obstacle, Use
from tracker.models import Report, Site, Unit, User

pytestmark = pytest.mark.django_db
BUILDINGS, LAND, HOMES, PACKAGES = "征拆（房屋）", "征拆（集体土地）", "安置房", "招标标段"


@pytest.fixture
def client(official_a: User, reviewer: User) -> Client:
    """Somebody whose unit has one site that was reported on, others, land, housing and a tender package."""
    plot = a_site("T-1")
    tell(plot, official_a, reviewer, entry({Obstacle.ABSENT: 3}, signed_households=40, signed_area=8000))
    a_site("T-2")
    a_site("T-3", Use.NON_RESIDENTIAL)
    a_site("T-L", Use.LAND, scope={"land": 50})
    housing("T-H", unit=Unit.named(UNIT_A))
    package("T-P", unit=Unit.named(UNIT_A))
    return signed_in(official_a)


def test_every_ledger_is_filled_in_looked_at_and_sent(client: Client, reviewer: User):
    book = ledger(client)
    before = Report.objects.count()
    row = put(book, "T-1", BUILDINGS, 已签约户="４２户", 已腾空户=30, 其中货币补偿户=5, 说明="周末入户")
    assert book[BUILDINGS].cell(row, 8).value is None, "what nobody has stated stays empty"
    put(book, "T-L", LAND, **{"已勘测土地（亩）": "12.5亩"})
    put(book, "T-H", HOMES, 已开工套数=400, **{"已开工面积（平方米）": "4.8万"})
    put(book, "T-P", PACKAGES, 报名单位="9家", 投标单位=5)
    token = token_of(upload(client, saved(book)))
    page = client.get(f"/reports/sheet/{token}/").content.decode()
    for text in (
        "<ins>42户</ins>",
        "<ins>4.8万平方米</ins>",
        "<ins>12.5亩</ins>",
        'href="/tenders/T-P/"',
        'href="/sites/T-L/"',
    ):
        assert text in page
    assert "<del>40户</del>" in page
    assert Report.objects.count() == before, "the look at it stores nothing"
    client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
    made = {one.subject.code: one for one in Report.objects.filter(origin="sheet")}
    assert set(made) == {"T-1", "T-L", "T-H", "T-P"}
    said = made["T-1"].on_site
    assert (said.signed_households, said.signed_area, said.cash_households) == (42, Decimal(8000), 5)
    assert (said.obstacles, made["T-1"].note) == ({"absent": 3}, "周末入户")
    assert made["T-L"].on_site.surveyed_land == Decimal("12.5")
    assert made["T-H"].on_housing.started_area == Decimal(48_000)
    assert (made["T-P"].on_package.registered, made["T-P"].on_package.bidders) == (9, 5)
    reports.accept(report=made["T-1"], by=reviewer, reach=reach_for(reviewer))
    again = token_of(upload(client, saved(book)))
    assert {line_of(again, code)["verdict"] for code in made} == {"before"}


def test_what_a_ledger_row_may_not_say_is_refused_at_its_cell(client: Client):
    book = ledger(client)
    put(book, "T-1", BUILDINGS, 已签约户=39)
    put(book, "T-2", BUILDINGS, 已签约户="约40", **{"已签约面积（平方米）": "3亩"})
    put(book, "T-3", BUILDINGS, 已搬离人数=7)
    put(book, "T-L", LAND, **{"已勘测土地（亩）": "=1+1"})
    put(book, "T-H", HOMES, 已开工套数=600)
    put(book, "T-P", PACKAGES, 报名单位="2.5")
    token = token_of(upload(client, saved(book)))
    wanted = {
        "T-1": [("已签约户", "40户")],
        "T-2": [("已签约户", "实际清点数"), ("已签约面积", "平方米")],
        "T-3": [("已搬离人数", "")],
        "T-L": [("已勘测土地", "公式")],
        "T-H": [("已开工套数", "500套")],
        "T-P": [("报名单位", "整数")],
    }
    for code, faults in wanted.items():
        line = line_of(token, code)
        assert (line["verdict"], len(line["faults"])) == ("bad", len(faults)), line
        for (place, sentence, _cell), (column, word) in zip(line["faults"], faults, strict=True):
            assert column in place
            assert word in sentence
    answer: Any = client.get(f"/reports/sheet/{token}/errors/")
    assert answer.status_code == 200
    client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
    assert not Report.objects.filter(origin="sheet").exists()


def test_a_site_reported_on_meanwhile_is_a_conflict(client: Client, official_a: User, reviewer: User):
    book = ledger(client)
    put(book, "T-1", BUILDINGS, 已签约户=44)
    tell(Site.objects.get(code="T-1"), official_a, reviewer, entry(signed_households=43, signed_area=8000))
    token = token_of(upload(client, saved(book)))
    line = line_of(token, "T-1")
    assert line["verdict"] == "conflict"
    assert ["已签约户", "43户", "44户"] in [list(one) for one in line["changes"]]
    client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
    assert not Report.objects.filter(origin="sheet").exists(), "a conflict is sent only if somebody ticks it"
    client.post(f"/reports/sheet/{token}/send/", {"row": [line["id"]]})
    assert Report.objects.get(origin="sheet").on_site.signed_households == 44
