"""A page of a past moment: says by when it was known, and leads to other pages of the same moment."""

import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from tests.cast import ROOT, person, reach_for, signed_in
from tracker.actions import backplan
from tracker.domain import dates
from tracker.models import Project, Role, User

pytestmark = pytest.mark.django_db
PLACES = ("programmes/XH", "projects/XH-ZB")
PAGES = ("/", "/programmes/XH/", "/projects/XH-CQ/", "/milestones/XH-CQ-01/", "/metrics/XH-M-16/")


def linked(page: str) -> set[str]:
    found = [parse_qs(urlsplit(href.replace("&amp;", "&")).query) for href in re.findall(r'href="([^"]*)"', page)]
    return {query["known"][0] for query in found if "known" in query}


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("known", ["2026-11-10", "2026-11-10T14:30:05", "2026-11-10T14:30:05.250000"])
def test_links_lead_to_exactly_the_same_moment(leader: User, address: str, known: str):
    page = signed_in(leader, "en").get(f"{address}?known={known}").content.decode()
    assert linked(page) <= {known}
    assert linked(page) or address == "/"
    assert 'name="known" value="2026-11-10"' in page


def test_the_end_of_a_day_stays_that_day_from_page_to_page(leader: User):
    page = signed_in(leader, "en").get("/milestones/XH-CQ-01/?known=2026-11-11T00:00:00").content.decode()
    assert 'name="known" value="2026-11-10"' in page
    assert linked(page) == {"2026-11-10"}


@pytest.mark.parametrize("address", PAGES)
def test_the_page_says_by_when_it_was_known(leader: User, address: str):
    client = signed_in(leader, "en")
    assert "what was accepted later is left out" not in client.get(f"{address}?on=2026-11-10").content.decode()
    page = client.get(f"{address}?known={date(2026, 11, 10)}").content.decode()
    assert "As known by 10 Nov 2026: what was accepted later is left out." in page
    assert "10 Nov 2026, 14:30" in client.get(f"{address}?known=2026-11-10T14:30").content.decode()


def test_a_moment_that_cannot_be_read_is_not_said(leader: User):
    page = signed_in(leader, "en").get("/milestones/XH-CQ-01/?known=yesterday").content.decode()
    assert "what was accepted later is left out" not in page
    assert 'name="known" value=""' in page


def test_a_metric_leads_to_its_programme_at_the_same_moment(leader: User):
    page = signed_in(leader, "en").get("/metrics/XH-M-16/?on=2026-11-10").content.decode()
    assert 'href="/programmes/XH/?on=2026-11-10"' in page


@pytest.mark.parametrize(
    ("query", "since"),
    [
        ("known=2026-03-10", "2026-03-03"),  # known until the end of the 10th
        ("known=2026-03-10T14:30", "2026-03-02"),
        ("known=2026-03-10&on=2026-02-20", "2026-02-13"),
        ("known=2026-03-10&since=2026-03-09", "2026-03-09"),
        ("known=2026-03-10&since=2026-03-12", "2026-03-03"),  # later than all that was known: said, and not compared
        ("on=2026-03-10&since=2026-03-09", "2026-03-09"),
    ],
)
def test_what_changed_is_never_counted_from_a_day_nobody_knew_yet(leader: User, query: str, since: str):
    """Else what was accepted between the two shows as undone."""
    answer = signed_in(leader, "en").get(f"/?{query}")
    assert answer.context["page"].changes.since.isoformat() == since
    assert ("cannot be read or lies in the future" in answer.content.decode()) == ("03-12" in query)


def test_what_was_added_later_is_not_in_a_past_moment(leader: User):
    planner = person("planner", Role.REVIEWER, ROOT)
    before = timezone.now()
    backplan.apply(
        project=Project.objects.select_related("unit").get(code="XH-ZB"),
        asked=backplan.Asked("tender", dates.parse("2029年3月底前"), "", {}),
        by=planner,
        reach=reach_for(planner),
        today=timezone.localdate(),
    )
    client, moment = signed_in(leader), timezone.localtime(before).strftime("%Y-%m-%dT%H:%M:%S")
    then = {page: client.get(f"/{page}/?known={moment}").context["page"].tally.total for page in PLACES}
    now = {page: client.get(f"/{page}/").context["page"].tally.total for page in PLACES}
    assert {page: now[page] - then[page] for page in PLACES} == dict.fromkeys(PLACES, 13)
