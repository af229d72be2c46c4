"""A site's report at the review desk, in the list, on its page, in its history: from official to reviewer to leader."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.actions.test_site_reports import a_site, entry, fresh, submit, tell
from tests.cast import signed_in
from tests.counting import statements
from tracker.domain.relocation import Obstacle
from tracker.models import Report, Site

TODAY = timezone.localdate()


@pytest.fixture
def plot(official_a, reviewer) -> Site:
    made = a_site(scope={"households": 300, "area": ("about", 30_000)})
    said = entry({Obstacle.ABSENT: 3}, signed_households=40, signed_area=8000)
    tell(made, official_a, reviewer, said, TODAY - timedelta(days=5))
    return fresh(made)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_desk_says_what_changes_by_how_much_and_what_is_odd(plot, official_a, reviewer):
    submit(plot, official_a, entry({Obstacle.ABSENT: 1}, signed_households=141, signed_area=31_000), note="集中签约")
    page = text(signed_in(reviewer).get("/review/"))
    for sentence in ("40户 → 141户", "+101户", "集中签约", plot.name, "约3万平方米"):
        assert sentence in page
    assert page.count("疑点") >= 2
    english = text(signed_in(reviewer, "en").get("/review/"))
    assert "jumps from 40 households to 141 households within 5 days" in english


def test_the_desk_says_of_a_jump_within_a_day_and_of_a_correction_what_they_are(plot, official_a, reviewer):
    first = Report.objects.get(site=plot)
    submit(plot, official_a, entry(signed_households=141, signed_area=9000), first.as_of)
    wrong = entry(signed_households=142, signed_area=9000)
    submit(plot, official_a, wrong, first.as_of, supersedes=first, reason="漏报")
    page = text(signed_in(reviewer, "en").get("/review/"))
    assert "jumps from 40 households to 141 households on the same day: more than a third" in page
    assert "is corrected from 40 households to 142 households, by more than a third" in page
    assert "within 0 days" not in page


def test_the_desk_says_when_a_correction_goes_beyond_what_was_accepted_later(plot, official_a, reviewer):
    first = Report.objects.get(site=plot)
    tell(plot, official_a, reviewer, entry(signed_households=60, signed_area=9000))
    corrected = entry(signed_households=61, signed_area=9000)
    submit(plot, official_a, corrected, first.as_of, supersedes=first, reason="漏报")
    assert "已签约户61户多于其后已审核的60户" in text(signed_in(reviewer).get("/review/"))


def test_accepted_with_one_click_and_together(plot, official_a, reviewer):
    first = submit(plot, official_a, entry({Obstacle.ABSENT: 3}, signed_households=42, signed_area=8100))
    other = a_site("T-2")
    second = submit(other, official_a, entry(surveyed_households=10))
    client = signed_in(reviewer)
    page = client.get("/review/clean/").content.decode()
    version = {one.pk: fresh(item).version for one, item in ((first, plot), (second, other))}
    for one in (first, second):
        assert f'value="{one.pk}:{version[one.pk]}"' in page
    assert client.post(f"/reports/{first.pk}/accept/").status_code == 302
    answer = client.post("/review/clean/", {"report": f"{second.pk}:{version[second.pk]}"})
    assert answer.status_code == 302
    assert (fresh(plot).signed_households, fresh(other).surveyed_households) == (42, 10)


def test_returned_and_reported_anew_from_the_own_list(plot, official_a, reviewer):
    report = submit(plot, official_a, entry(signed_households=42, signed_area=8100))
    client = signed_in(reviewer)
    assert client.post(f"/reports/{report.pk}/return/", {"comment": "缺滞留户数"}).status_code == 302
    page = signed_in(official_a).get("/reports/mine/?group=returned").content.decode()
    assert "缺滞留户数" in page
    assert 'value="42"' in page
    assert plot.name in client.get("/review/?tab=returned").content.decode()


def test_the_page_the_list_the_file_and_the_history(plot, official_a, reviewer, leader):
    first = Report.objects.get(site=plot)
    tell(plot, official_a, reviewer, entry(signed_households=39, signed_area=8000), supersedes=first, reason="重复一户")
    page = text(signed_in(leader).get(f"/reports/{first.pk}/"))
    for sentence in ("已签约户", "40户", "滞留原因", "更正", "39户"):
        assert sentence in page
    client = signed_in(leader)
    listed = client.get("/reports/?kind=site&q=T-1").content.decode()
    assert plot.name in listed
    assert plot.name not in client.get("/reports/?kind=metric&q=T-1").content.decode()
    assert plot.code in client.get("/reports/?kind=site&sort=item").content.decode()
    whole: Any = client.get("/reports/?kind=site&_export=csv")
    assert "签约 40户 / 8000平方米" in b"".join(whole.streaming_content).decode("utf-8-sig")
    history = text(client.get(f"/history/site/{plot.code}/"))
    for sentence in (plot.name, "已签约户", "40户", "39户", "权利人外出或失联"):
        assert sentence in history
    assert plot.name in text(client.get("/history/"))


def test_the_desk_costs_the_same_however_many_sites(plot, official_a, reviewer):
    client = signed_in(reviewer)
    submit(plot, official_a, entry(signed_households=42, signed_area=8100))
    client.get("/review/")
    with statements() as few:
        client.get("/review/")
    for number in range(8):
        submit(a_site(f"T-1{number}"), official_a, entry(signed_households=2))
    with statements() as many:
        client.get("/review/")
    assert len(few) == len(many)
