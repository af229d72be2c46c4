"""The ledgers on the overview: homes and who waits as the resettlement ledger says, the sites longest overdue first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast import reach_for
from tracker.domain.resettlement import Left, Waiting
from tracker.models import Housing, Site, User
from tracker.models.guard import writing
from tracker.queries.overview_ledgers import ledgers
from tracker.words import resettlement as said

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.mark.parametrize(
    ("vacated", "cash", "exchange", "decided", "back"),
    [
        (100, 30, 60, None, 0),
        (100, None, None, None, 0),
        (100, 30, 60, 20, 45),
        (10, 30, None, None, 0),
        (50, 5, 90, 1, 99),
    ],
)
def test_who_waits_is_reckoned_in_the_database_as_by_the_rule(
    leader: User, vacated: int, cash: int | None, exchange: int | None, decided: int | None, back: int
):
    with writing():
        Site.objects.update(vacated_households=None)
        Site.objects.filter(code="XH-S-01").update(
            vacated_households=vacated, cash_households=cash, exchange_households=exchange, decided_households=decided
        )
        Housing.objects.filter(code="XH-H-01").update(
            homes=160, homes_qualifier="exact", accepted_homes=40, moved_back_households=back
        )
    least, most = (max(0, owed - back) for owed in Left(TODAY, vacated, cash, exchange, decided).owed)
    lines = ledgers(reach=reach_for(leader), on=TODAY, language="zh-hans").lines
    line = next(one for one in lines if "programme=XH" in one.url)
    others = Site.objects.current().filter(project__programme__code="XH", use="residential").exclude(code="XH-S-01")
    expected = said.wait_for_homes(Waiting(least, most, None, None, others.count()))
    assert "未填报" in expected
    assert line.homes.startswith(f"{expected}；")
    assert "已竣工验收40套／规划160套" in line.homes
    assert line.homes_url == "/housing/?programme=XH"


def test_the_sites_longest_past_their_last_day_are_named(leader: User, stranger: User):
    with writing():
        for number, code in enumerate(("XH-S-01", "XH-S-02", "XH-S-03", "XH-S-06"), start=1):
            day = TODAY - timedelta(days=10 * number)
            Site.objects.filter(code=code).update(due_latest=day, as_of=TODAY, demolished_area=1, scope_area=20_001)
    found = ledgers(reach=reach_for(leader), on=TODAY, language="zh-hans")
    assert [(one.url, one.days) for one in found.overdue] == [
        ("/sites/XH-S-06/", -40),
        ("/sites/XH-S-03/", -30),
        ("/sites/XH-S-02/", -20),
    ]
    assert found.overdue[0].left == said.figure("accepted_area", 20_000)
    assert ledgers(reach=reach_for(stranger), on=TODAY, language="zh-hans").lines == ()


def test_housing_without_any_site_has_its_line_too(leader: User):
    with writing():
        Site.objects.filter(project__programme__code="XH").update(retired_at=timezone.now())
    lines = ledgers(reach=reach_for(leader), on=TODAY, language="en").lines
    line = next(one for one in lines if "programme=XH" in one.url)
    assert line.homes
    assert line.sign is None
    assert line.url == line.homes_url
