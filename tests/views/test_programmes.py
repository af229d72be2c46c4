"""Programmes and projects: counts that agree with the list, what is in reach, and a past moment."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import reach_for
from tracker.actions import plans
from tracker.domain import dates
from tracker.models import Milestone, Programme, User

pytestmark = pytest.mark.django_db
Signed = Callable[..., Client]


@pytest.fixture
def seen(leader: User, client_for: Signed) -> Client:
    client: Client = client_for(leader, "en")
    return client


def counts(tally: Any) -> dict[str, int]:
    return {part.colour.value: part.count for part in tally.parts}


def test_every_part_of_a_bar_opens_the_list_of_what_it_counts(seen: Client):
    for row in seen.get("/programmes/").context["page"].rows:
        for part in row.tally.parts:
            assert seen.get(part.url).context["table"].paginator.count == part.count


def test_projects_add_up_to_their_programme(seen: Client):
    for programme in Programme.objects.all():
        page = seen.get(f"/programmes/{programme.code}/").context["page"]
        summed = {colour: sum(counts(row.tally)[colour] for row in page.rows) for colour in counts(page.tally)}
        assert summed == counts(page.tally)
        assert len(page.rows) == programme.projects.count()


def test_a_project_page_agrees_with_the_programmes_row(seen: Client):
    for row in seen.get("/programmes/XH/").context["page"].rows:
        page = seen.get(f"/projects/{row.code}/").context["page"]
        assert counts(page.tally) == counts(row.tally)
        assert (page.next.code if page.next else None) == (row.next.code if row.next else None)


def test_the_next_milestone_is_the_open_one_due_first(seen: Client):
    today = timezone.localdate()
    for row in seen.get("/programmes/").context["page"].rows:
        ahead = Milestone.objects.filter(project__programme__code=row.code, due_latest__gte=today)
        first = ahead.exclude(status__in=("done", "suspended")).order_by("due_latest").first()
        if first is None:
            assert row.next is None
        else:
            assert Milestone.named(row.next.code).due_latest == first.due_latest


def test_a_programme_marks_an_assumed_base_year(seen: Client):
    assert b"assumed year" in seen.get("/programmes/XH/").content


def test_an_official_sees_only_the_own_part(official_a: User, client_for: Signed):
    client = client_for(official_a)
    rows = client.get("/programmes/").context["page"].rows
    assert [row.code for row in rows] == ["XH"]
    assert rows[0].tally.total == Milestone.objects.filter(unit__code="XH-U-JS").count()
    page = client.get("/programmes/XH/").context["page"]
    for row in page.rows:
        shown = client.get(f"/projects/{row.code}/").context["page"].milestones
        assert {one.unit for one in shown} <= {"公园建设指挥部"}


def test_a_past_moment_shows_the_plan_of_then(seen: Client, reviewer: User):
    row = Milestone.named("XH-ZB-01")
    then = row.plans.get().recorded_at
    plans.replan(
        milestone=row,
        due=dates.parse("2027年3月底前"),
        planned_start=None,
        change=plans.Change(reason="重新征集"),
        by=reviewer,
        reach=reach_for(reviewer),
    )
    address = "/projects/XH-ZB/"
    now = seen.get(address).context["page"].milestones[0]
    past = seen.get(address, {"known": then.isoformat()}).context["page"].milestones[0]
    assert (now.due.printed, now.first) == ("2027年3月底前", "by end of October 2026")
    assert (past.due.printed, past.first) == ("10月底前", "")


def test_a_past_programme_agrees_with_its_past_projects(seen: Client):
    past = {"on": "2026-06-15"}
    page = seen.get("/programmes/XH/", past).context["page"]
    assert seen.get("/programmes/XH/", past).context["moment"] == "on=2026-06-15"
    for row in page.rows:
        project = seen.get(f"/projects/{row.code}/", past).context["page"]
        assert counts(project.tally) == counts(row.tally)
        assert (project.next.code if project.next else None) == (row.next.code if row.next else None)
    assert {colour: sum(counts(row.tally)[colour] for row in page.rows) for colour in counts(page.tally)} == counts(
        page.tally
    )


def test_the_same_moment_reads_the_same_from_rows_and_from_reports(seen: Client):
    now = seen.get("/programmes/XH/").context["page"]
    rebuilt = seen.get("/programmes/XH/", {"known": timezone.now().isoformat()}).context["page"]
    assert [counts(row.tally) for row in rebuilt.rows] == [counts(row.tally) for row in now.rows]
    assert [row.as_of for row in rebuilt.rows] == [row.as_of for row in now.rows]
    assert [row.next for row in rebuilt.rows] == [row.next for row in now.rows]
