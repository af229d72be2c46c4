"""Clearance sites on the timeline: the light and the forecast of a line are those of the site's own page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import reach_for
from tests.counting import statements
from tests.family import site
from tests.queries.test_relocation import TODAY, entered
from tracker.domain.states import Colour
from tracker.models import Site, User
from tracker.models.guard import writing
from tracker.queries.relocation import At
from tracker.queries.site_page import loaded, site_page
from tracker.queries.timeline import Timeline, timeline
from tracker.queries.timeline_wanted import Wanted

pytestmark = pytest.mark.django_db
STEADY = ((70, 10), (56, 14), (42, 27), (28, 31), (14, 50), (2, 58))
STILL = ((80, 10), (60, 20), (45, 30), (10, 30))
FEW = ((20, 10), (6, 12))


def history(code: str, said: tuple[tuple[int, int], ...]) -> Site:
    row: Site = site(code, scope={"households": ("exact", 100)}, due=TODAY + timedelta(90))
    for ago, done in said:
        figures = dict.fromkeys(("signed_households", "vacated_households", "demolished_households"), done)
        entered(row, ago, figures)
    return row


def shown(user: User, **wanted: object) -> Timeline:
    return timeline(reach=reach_for(user), on=TODAY, language="zh-hans", wanted=Wanted(**wanted))  # type: ignore[arg-type]


def test_a_line_forecasts_what_the_page_of_its_site_does(leader: User):
    for code, said in (("T-STEADY", STEADY), ("T-STILL", STILL), ("T-FEW", FEW)):
        history(code, said)
    rows = {row.code: row for row in shown(leader, text="T-S").rows + shown(leader, text="T-FEW").rows}
    at = At(TODAY, timezone.now(), past=False)
    for code in ("T-STEADY", "T-STILL", "T-FEW"):
        stored = loaded(code=code, reach=reach_for(leader))
        assert stored is not None
        page = site_page(row=stored, reach=reach_for(leader), at=at, language="zh-hans")
        row, ends = rows[code], page.finish
        assert (row.forecast_earliest, row.forecast_latest) == (ends.p50, ends.p80 or ends.p50), code
        assert (row.colour, row.word) == (page.line.sign.colour, page.line.sign.word), code
        assert page.finish_words in row.hover
        assert page.line.sign.reason in row.hover
    assert rows["T-STEADY"].forecast_latest
    assert rows["T-FEW"].forecast_latest is None
    assert (rows["T-STILL"].word, rows["T-STILL"].colour) == ("停滞", Colour.AMBER)


def test_the_state_filter_finds_what_stands_still_and_the_statements_stay_as_many(leader: User):
    history("T-STILL", STILL)
    history("T-STEADY", STEADY)
    amber = {row.code for row in shown(leader, state="amber", text="T-ST").rows if row.kind == "site"}
    assert "T-STILL" in amber
    for colour in (Colour.AMBER, Colour.LATER):
        lines = [row for row in shown(leader, state=colour.value, text="T-ST").rows if row.kind == "site"]
        assert {row.colour for row in lines} <= {colour}
    counts = []
    for number in range(2):
        with statements() as found:
            shown(leader, text="T-ST")
        counts.append(len(found))
        for more in range(4):
            history(f"T-ST{number}{more}", STEADY)
    assert counts[0] == counts[1]


def test_a_standstill_is_told_on_every_page_that_shows_the_site(client: Client, leader: User):
    with writing():
        Site.objects.update(retired_at=timezone.now())
    history("T-STILL", STILL)
    late = history("T-LATE", STILL)
    with writing():
        Site.objects.filter(pk=late.pk).update(due_latest=TODAY - timedelta(3))
    client.force_login(leader)
    told = "1处停滞：连续30天以上填报而无进展"
    for address, link in (
        ("/", "/relocation/?state=stalled"),
        ("/projects/XH-CQ/", "/relocation/?project=XH-CQ&amp;state=stalled"),
        ("/programmes/XH/", "/relocation/?programme=XH&amp;state=stalled"),
    ):
        text = client.get(address).content.decode()
        assert told in text, address
        assert f'href="{link}"' in text, address
    assert "停滞" in client.get("/sites/T-STILL/").content.decode()
    overdue = client.get("/sites/T-LATE/").content.decode()
    assert "已停滞：35天的填报中没有进展。" in overdue, "overdue, and standing still as well"
    listed = client.get("/relocation/", {"state": "stalled"}).content.decode()
    assert "/sites/T-STILL/" in listed
