"""What the plan check says about the five documents, about templates as applied, and to whom."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import translation

from tests.cast import ROOT, UNIT_A, person, reach_for
from tracker.actions import backplan
from tracker.actions.backplan import Asked as Planned
from tracker.domain import dates
from tracker.domain.plan_check import Rule, Severity
from tracker.models import (
    Appointment,
    Dependency,
    Metric,
    Milestone,
    MilestoneReport,
    ProcessTemplate,
    Programme,
    Project,
    Report,
    Role,
    StatutoryWindow,
    Unit,
    User,
)
from tracker.models.guard import writing
from tracker.permissions import Reach
from tracker.queries import plan_check_read
from tracker.queries.plan_check import EVERYTHING, Asked, Line, PlanCheckPage, every_line, plan_check_page

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


def lines(*, reach: Reach = EVERYTHING, today: date = TODAY, language: str = "zh-hans", **asked: Any) -> list[Line]:
    return list(every_line(asked=Asked(**asked), reach=reach, today=today, language=language))


def about(code: str, **asked: Any) -> dict[Rule, Line]:
    return {line.rule: line for line in lines(**asked) if line.code == code}


def page(**asked: Any) -> PlanCheckPage:
    return plan_check_page(asked=Asked(**asked), reach=EVERYTHING, today=TODAY, language="zh-hans")


def test_what_it_says_about_the_five_documents():
    """The numbers of docs/data.md, as the works are loaded and before anybody reports."""
    with writing():
        Programme.objects.update(tracking_from=TODAY)
    found = lines()
    assert not [line for line in found if line.severity is Severity.ERROR]
    assert Counter(line.rule for line in found) == {
        Rule.CLUSTER: 2, Rule.DUE_VAGUE: 10, Rule.TARGET_NO_DATE: 8, Rule.NO_DUE: 150, Rule.DUE_BEFORE_REPORTS: 8,
        Rule.AIM: 1, Rule.TARGET_WITHHELD: 21, Rule.TARGET_MISSING: 6,
    }  # fmt: skip
    said = {line.code: line.sentence for line in found if line.rule is Rule.CLUSTER}
    assert said == {
        "XH": "有期限的未完成节点共 35 个，其中 17 个期限都是 2026年12月31日（48%）。其中 16 个只写了年份。",
        "CJ": "有期限的未完成节点共 9 个，其中 8 个期限都是 2026年12月31日（88%）。其中 8 个只写了年份。",
    }
    without = [line.code for line in found if line.rule is Rule.TARGET_NO_DATE]
    assert without == ["XH-M-07", "XH-M-08", "XH-M-14", "PQ-M-01", "PQ-M-02", "GX-M-05", "CJ-M-05", "CJ-M-08"]


def test_the_numbers_of_the_data_page_are_those_found():
    """docs/data.md says how often each rule speaks; the test above holds the numbers."""
    text = (Path(__file__).parents[2] / "docs" / "data.md").read_text(encoding="utf-8")
    chapter = text.split("## 计划体检的结果")[1]
    with translation.override("zh-hans"):
        table = dict(re.findall(r"^\| (\S+) \| (\d+) \|", chapter, re.MULTILINE))
        with writing():
            Programme.objects.update(tracking_from=TODAY)
        assert table == {title: str(count) for title, count in Counter(line.title for line in lines()).items()}


@pytest.fixture
def planner() -> User:
    return person("planner", Role.REVIEWER, ROOT)


def applied(by: User, template: str, deadline: str = "2027年12月底前", code: str = "XH-ZB") -> list[Milestone]:
    planned = Planned(template, dates.parse(deadline, today=TODAY), "", {})
    project = Project.objects.select_related("unit").get(code=code)
    return backplan.apply(project=project, asked=planned, by=by, reach=reach_for(by), today=TODAY)


def test_no_template_as_applied_raises_an_alarm(planner: User):
    """Days counted back lawfully from a deadline keep every order, every window and every duration."""
    templates = list(ProcessTemplate.objects.newest().values_list("code", flat=True)[:4])
    for template in templates:
        made = {row.code for row in applied(planner, template, "2030年12月底前")}
        assert len(made) > 3
    found = [line for line in lines(project="XH-ZB") if line.code in {row.code for row in Milestone.objects.all()}]
    alarms = [(line.code, line.rule) for line in found if line.severity is not Severity.NOTE]
    assert alarms == []
    assert len(templates) == 4


def test_a_step_moved_against_the_law_is_found_with_its_law_and_its_form(planner: User):
    applied(planner, "tender")
    with writing():
        row = Milestone.objects.get(code="XH-ZB-B06")  # 发出招标文件: later than the law allows
        Milestone.objects.filter(pk=row.pk).update(due_latest=F("due_latest") + timedelta(15))
    found = [line for line in lines(reach=reach_for(planner), project="XH-ZB") if line.rule is Rule.WINDOW_SHORT]
    held = next(line for line in found if "招标投标法第24条" in line.sentence)
    assert held.mend_url == reverse("replan", args=[held.code])
    assert "差 " in held.sentence
    with writing():
        law = StatutoryWindow.objects.get(code="TB-05", region="")
        law.pk, law.version, law.n, law.effective_from = None, 2, 25, TODAY
        law.save(force_insert=True)
    assert any(line.rule is Rule.WINDOW_CHANGED for line in lines(project="XH-ZB"))
    estimated = next(line for line in lines(project="XH-ZB") if line.rule is Rule.ESTIMATED)
    assert (estimated.code, estimated.kind) == ("XH-ZB", "项目")


def report(code: str, as_of: date, forecast: date | None) -> None:
    row = Milestone.objects.get(code=code)
    with writing():
        made = Report.objects.create(
            milestone=row, unit=row.unit, as_of=as_of, state="accepted", created_at=row.planned_at or NOW,
            accepted_at=NOW + timedelta(days=(as_of - TODAY).days),
        )  # fmt: skip
        MilestoneReport.objects.create(report=made, status="in_progress", forecast_latest=forecast)
        Milestone.objects.filter(pk=row.pk).update(forecast_latest=forecast, status="in_progress", as_of=as_of)


NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


def test_a_late_forecast_counts_from_the_first_report_that_gave_it():
    code, late = "XH-ZB-02", date(2027, 2, 28)
    with writing():
        Milestone.objects.filter(code=code).update(planned_at=NOW - timedelta(days=90))
    for days, forecast in ((80, late), (70, date(2026, 12, 1)), (40, late), (35, None), (5, late)):
        report(code, TODAY - timedelta(days=days), forecast)
    assert "已 40 天" in about(code)[Rule.FORECAST_STANDING].sentence
    with writing():
        Milestone.objects.filter(code=code).update(planned_at=NOW - timedelta(days=20))
    assert Rule.FORECAST_STANDING not in about(code), "the plan was changed since"


def test_units_without_an_official_speak_once_somebody_reports(official_a: User):
    found = [line for line in lines(programme="XH") if line.rule is Rule.NO_OFFICIAL]
    assert {line.code for line in found} >= {"XH-U-PG"}
    assert "XH-U-JS" not in {line.code for line in found}
    assert not [line for line in lines(programme="CJ") if line.rule is Rule.NO_OFFICIAL]
    with writing():
        Appointment.objects.create(user=official_a, unit=Unit.objects.get(code=ROOT), role="official", valid_from=TODAY)
    assert not [line for line in lines() if line.rule is Rule.NO_OFFICIAL], "the office above reports for all"
    with writing():
        Unit.objects.filter(code="XH-U-PG").update(retired_at=NOW)
    assert Rule.UNIT_RETIRED in about("XH-U-PG")


def test_nobody_reads_beyond_their_reach(official_a: User, official_b: User):
    """Officials see the findings of their own items, and are offered no form they may not use."""
    for user in (official_a, official_b):
        reach = reach_for(user)
        seen = lines(reach=reach)
        mine = set(
            Milestone.objects.filter(unit__path__startswith=reach.posts[0].unit_path).values_list("code", flat=True)
        )
        mine |= set(
            Metric.objects.filter(unit__path__startswith=reach.posts[0].unit_path).values_list("code", flat=True)
        )
        assert seen
        assert {line.code for line in seen if line.kind in ("节点", "指标")} <= mine
        assert not any(line.mend_url for line in seen)


def test_a_predecessor_out_of_reach_is_never_named(official_a: User):
    dated = Milestone.objects.filter(due_latest__isnull=False)
    with writing():
        link = Dependency.objects.create(
            predecessor=dated.exclude(unit__code=UNIT_A)[0], successor=dated.filter(unit__code=UNIT_A)[0]
        )
    with writing():
        Milestone.objects.filter(pk=link.predecessor_id).update(
            due_latest=date(2030, 1, 1), due_earliest=date(2030, 1, 1), due_precision="day", due_kind="in", status=""
        )
        Milestone.objects.filter(pk=link.successor_id).update(
            due_latest=date(2026, 12, 1), status="", due_precision="day"
        )
    assert Rule.ORDER_IMPOSSIBLE in about(link.successor.code)
    assert Rule.ORDER_IMPOSSIBLE not in about(link.successor.code, reach=reach_for(official_a))


def test_blocks_of_projects_cover_everything_once(monkeypatch: pytest.MonkeyPatch):
    whole = [(line.rule, line.code) for line in lines()]
    assert page().block.total == 33
    monkeypatch.setattr(plan_check_read, "BLOCK", 7)
    parts = [(line.rule, line.code) for line in lines()]
    assert sorted(parts) == sorted(whole)
    second = page(block=2)
    assert (second.block.first, second.block.last, second.block.total) == (8, 14, 33)
    assert page(block=99).block.last == 33


def test_the_page_counts_all_and_lists_what_is_asked_for():
    whole = page()
    assert [part.count for part in whole.parts] == [0, 20, sum(part.count for part in whole.parts) - 20]
    assert {len(group.lines) for group in whole.groups} <= {1, 2, 3, 4, 5}
    one = page(rule=Rule.NO_DUE)
    assert [group.rule for group in one.groups] == [Rule.NO_DUE]
    assert len(one.groups[0].lines) == 100
    assert len(page(rule=Rule.NO_DUE, page=2).groups[0].lines) == 50
    assert one.groups[0].sentence == "计划没有写期限。"
    assert {group.rule for group in page(severity=Severity.WARNING).groups} == {
        Rule.CLUSTER, Rule.DUE_VAGUE, Rule.TARGET_NO_DATE,
    }  # fmt: skip
    assert [tally.rule for tally in one.tally] == [tally.rule for tally in whole.tally]
    nothing = page(project="NO-SUCH")
    assert (nothing.summary, nothing.block.first) == ("查了 0 个节点、0 个指标：没有发现问题。", 0)
