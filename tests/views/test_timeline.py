"""The timeline over HTTP: the address is the state, nothing in it breaks the page, and the page stays small."""

import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from tests.cast import signed_in
from tracker.models import Milestone, Programme, Project, Site, User
from tracker.models.guard import writing
from tracker.queries import timeline as queries

pytestmark = pytest.mark.django_db
DATA = re.compile(r'<script id="timeline-(\d+)-data" type="application/json">(.*?)</script>', re.DOTALL)
HOSTILE = [
    "open=%00",
    "open=" + ",".join(f"X{number}" for number in range(900)),
    "open=all&close=all&page=-1",
    "page=99999999999999999999",
    "page=１",
    "from=2026-13-40&to=x",
    "from=0001-01-01&to=9999-12-31",
    "from=2027-01-01&to=2026-01-01",
    "zoom=%3Cscript%3E",
    "state=purple&unit=none&programme=';--",
    "q=" + "长" * 300,
    "q=%00&links=2&ledgers=%00",
    "q=%25_%5C",
]


def get(client: Client, query: str = "") -> str:
    answer = client.get(f"/timeline/?{query}")
    assert answer.status_code == 200, query
    return str(answer.content.decode())


def figures(page: str) -> list[dict[str, Any]]:
    return [json.loads(text) for _number, text in DATA.findall(page)]


@pytest.mark.parametrize("query", HOSTILE)
def test_no_address_breaks_the_page(leader: User, query: str):
    get(signed_in(leader), query)


def test_a_bad_day_is_said_at_its_field_and_nothing_is_lost(leader: User):
    page = get(signed_in(leader, "en"), "from=2027-01-01&to=2026-01-01&q=road")
    assert "This day lies before the first one." in page
    assert 'value="2027-01-01"' in page
    assert 'value="road"' in page


def test_rows_and_figure_hold_the_same(leader: User):
    page = get(signed_in(leader), "open=XH-CQ")
    rows = page.count('id="r-')
    held = Milestone.objects.filter(project__code="XH-CQ").count() + Site.objects.filter(project__code="XH-CQ").count()
    drawn = sum(len(figure["data"][-1]["y"]) for figure in figures(page))
    assert rows == drawn == Programme.objects.count() + Project.objects.count() + held
    assert page.count('<th scope="row">') == rows


def test_a_toggle_folds_and_unfolds(leader: User):
    client = signed_in(leader)
    page = get(client)
    found = re.search(r'id="r-XH-CQ">\s*<a class="fold" href="([^"]+)"[^>]*aria-expanded="(\w+)"', page)
    assert found
    assert found[2] == "false"
    assert parse_qs(urlsplit(found[1]).query) == {"open": ["XH-CQ"]}
    page = get(client, urlsplit(found[1]).query)
    assert 'id="r-XH-CQ-01"' in page
    found = re.search(r'id="r-XH-CQ">\s*<a class="fold" href="([^"#]+)#r-XH-CQ"[^>]*aria-expanded="(\w+)"', page)
    assert found
    assert (found[1], found[2]) == ("/timeline/", "true")
    closed = re.search(r'id="r-XH">\s*<a class="fold" href="([^"#]+)', page)
    assert closed
    assert "close=XH" in closed[1]


def test_filters_stay_while_groups_are_folded(leader: User):
    page = get(signed_in(leader), "programme=XH&zoom=quarter&links=1&open=XH-CQ,XH-FA")
    for address in re.findall(r'class="fold" href="([^"#]+)', page):
        query = parse_qs(urlsplit(address.replace("&amp;", "&")).query)
        assert query["programme"] == ["XH"]
        assert query["zoom"] == ["quarter"]
        assert query["links"] == ["1"]
    assert 'id="r-PQ"' not in page


def test_a_name_cannot_break_out_of_the_page(leader: User):
    with writing():
        Milestone.objects.filter(code="XH-CQ-01").update(name='</script><img src=x onerror="x">', name_en="")
    page = get(signed_in(leader), "open=XH-CQ")
    assert "<img src=x" not in page
    assert not re.search(r"\sstyle=", page)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_largest_page_stays_below_300_kb_of_data(leader: User, language: str):
    with writing():
        Milestone.objects.update(name="很长的事项名称" * 12, name_en="A rather long name of a milestone " * 5)
    page = get(signed_in(leader, language), "open=all&links=1")
    data = sum(len(text.encode()) for _number, text in DATA.findall(page))
    assert page.count('id="r-') == queries.PAGE
    assert data < 300_000
    assert f"1 to {queries.PAGE} of" in page or f"第 1—{queries.PAGE} 条" in page


def test_the_chart_needs_no_library_to_be_read(leader: User):
    page = get(signed_in(leader), "open=XH-CQ")
    assert "plotly" not in re.sub(r'data-src="[^"]+"', "", page)
    assert 'class="space wide" width="1" height="' in page
    assert "<details" in page
