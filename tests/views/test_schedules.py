"""A project's schedule where people read it: the project's page, the milestone's page, the overview."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import ROOT, UNIT_B, person, reach_for
from tracker.actions import backplan, rechecks
from tracker.actions.backplan import Asked
from tracker.audit import recording
from tracker.domain import dates
from tracker.models import Dependency, Milestone, Project, Role, User
from tracker.queries.schedule_page import section
from tracker.queries.schedules import project_schedules

pytestmark = pytest.mark.django_db
Signed = Callable[..., Client]
TODAY = timezone.localdate()
DUE = TODAY + timedelta(400)


@pytest.fixture
def project(stage: None) -> Project:
    by = person("planner", Role.REVIEWER, ROOT)
    found = Project.objects.select_related("unit").get(code="XH-ZB")
    asked = Asked("tender", dates.parse(f"{DUE.year}年{DUE.month}月{DUE.day}日前"), "", {})
    backplan.apply(project=found, asked=asked, by=by, reach=reach_for(by), today=TODAY)
    return found


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def shift(code: str, days: int) -> None:
    """Move a due day aside of every act, as if the law or time had."""
    with recording():
        row = Milestone.objects.get(code=code)
        assert row.due_latest is not None
        Milestone.objects.filter(pk=row.pk).update(due_latest=row.due_latest - timedelta(days))
        rechecks.recheck([row.project_id], on=TODAY)


@pytest.mark.parametrize(
    ("language", "wanted"),
    [
        ("zh-hans", ["工期", "“发出中标通知书”能在", "决定工期的链条", "可推迟", "投标文件编制期", "招标投标法第24条"]),
        ("en", ["Schedule", "“Letter of award sent” by", "What drives it:", "Can wait", "art. 24"]),
    ],
)
def test_the_page_of_a_project_says_whether_its_day_will_hold(
    project: Project, leader: User, client_for: Signed, language: str, wanted: list[str]
):
    shown = text(client_for(leader, language).get("/projects/XH-ZB/"))
    for words in wanted:
        assert words in shown
    assert "需要处理" not in shown


def test_what_went_wrong_is_told_with_its_cause_and_cure(
    project: Project, leader: User, official_b: User, client_for: Signed
):
    shift("XH-ZB-B08", 60)
    client = client_for(leader, "zh-hans")
    shown = text(client.get("/projects/XH-ZB/"))
    assert "不符合法定期限" in shown
    assert "计划日期不符合“投标文件编制期”" in shown
    assert "改定符合法定期限的日期。" in shown
    assert "需要处理的工期问题" in text(client.get("/"))
    assert "投标截止和开标" in text(client.get("/"))
    assert "投标截止和开标" not in text(client_for(official_b, "zh-hans").get("/"))
    milestone = text(client.get("/milestones/XH-ZB-B08/"))
    assert "核对时为第1版，现行有效。" in milestone
    assert "不符合法定期限" in milestone


def test_a_circle_of_ties_is_named_on_the_page(project: Project, leader: User, client_for: Signed):
    first, last = (Milestone.objects.get(code=f"XH-ZB-{step}") for step in ("B06", "B08"))
    with recording():
        Dependency(predecessor=last, successor=first).save()
        rechecks.recheck([project.pk], on=TODAY)
    answer = client_for(leader, "zh-hans").get("/projects/XH-ZB/")
    assert answer.status_code == 200
    assert "节点先后顺序成环：开始发出招标文件 → " in text(answer)


def test_a_moment_before_the_plan_was_made_knows_nothing_of_it(project: Project, leader: User, client_for: Signed):
    day = (TODAY - timedelta(30)).isoformat()
    client = client_for(leader, "zh-hans")
    assert "投标文件编制期" not in text(client.get("/projects/XH-ZB/", {"on": day, "known": day}))
    assert "需要处理的工期问题" not in text(client.get("/", {"on": day}))


def test_nothing_to_mend_shows_no_box_on_the_overview(project: Project, leader: User, client_for: Signed):
    assert "需要处理的工期问题" not in text(client_for(leader, "zh-hans").get("/"))


def test_milestones_out_of_reach_are_counted_with_but_not_named(project: Project, official_b: User):
    assert official_b.username == "official-b"
    drawn = project_schedules([project.pk], reach=reach_for(official_b), on=TODAY, known=timezone.now(), past=False)[
        project.pk
    ]
    assert drawn.spot("XH-ZB-B06") is not None
    assert project.unit.code != UNIT_B
    assert drawn.seen.isdisjoint({"XH-ZB-B06", "XH-ZB-B08"})
    assert drawn.name("XH-ZB-B06") == "权限范围外的节点"
    shown = section(drawn)
    assert shown is None or not any(line.code.startswith("XH-ZB-B") for line in shown.lines)
    assert shown is None or not shown.findings


def test_a_chain_without_a_single_day_claims_nothing(leader: User, client_for: Signed):
    assert Dependency.objects.filter(successor__project__code="GX-ZC").exists()
    assert 'id="schedule"' not in client_for(leader, "zh-hans").get("/projects/GX-ZC/").content.decode()


def test_many_projects_are_asked_for_like_one(project: Project, leader: User, django_assert_num_queries: Any):
    said: dict[str, Any] = {"reach": reach_for(leader), "on": TODAY, "known": timezone.now(), "past": False}
    with django_assert_num_queries(8):
        project_schedules([project.pk], **said)
    with django_assert_num_queries(8):
        assert len(project_schedules(Project.objects.values_list("pk", flat=True), **said)) > 5
