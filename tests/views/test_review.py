"""The review desk over HTTP: what it shows of a report, one click to accept, a comment to return."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from tests.addresses import report_on
from tests.cast import UNIT_A, person, reach_for, signed_in
from tests.counting import statements
from tracker import words
from tracker.actions import reports as actions
from tracker.actions.reports import Said
from tracker.domain import dates, quantities
from tracker.domain.states import Status
from tracker.models import Appointment, AuditEvent, Metric, Milestone, MilestoneReport, Report, Role, Unit, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
CODE = "XH-ZB-02"


def said(by: User, *, progress: int, code: str = CODE, as_of: Any = TODAY, status: Status = Status.IN_PROGRESS, **more):
    head = {name: more.pop(name) for name in ("supersedes", "reason", "note") if name in more}
    values: dict[str, Any] = {"actual_start": None, "actual_finish": None, "forecast": None} | more
    return actions.submit_milestone(
        milestone=Milestone.objects.select_related("unit").get(code=code),
        said=Said(as_of=as_of, **head),
        status=status,
        progress=Decimal(progress),
        by=by,
        reach=reach_for(by),
        today=TODAY,
        **values,
    )


def accept(report: Report, by: User) -> Report:
    return actions.accept(report=report, by=by, reach=reach_for(by))


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def desk(reviewer: User, language: str = "zh-hans") -> str:
    response = signed_in(reviewer, language).get("/review/")
    assert response.status_code == 200
    return text(response)


def test_nothing_waits(reviewer):
    assert "没有待审的填报。" in desk(reviewer)


def test_a_row_says_what_changes_and_what_comes_of_it(official_a, reviewer):
    with writing():
        Milestone.objects.filter(code=CODE).update(due_latest=TODAY + timedelta(days=90), due_earliest=None)
    accept(said(official_a, progress=60, forecast=dates.parse("2099年1月底前")), reviewer)
    said(official_a, progress=45, forecast=dates.parse("2099年3月底前"), note="投标人提出异议")
    page = desk(reviewer)
    for sentence in ("60%", "45%", "进度由60%降为45%，下降15个百分点。", "推迟59天。", "投标人提出异议", "预计逾期"):
        assert sentence in page
    assert "Progress falls from 60% to 45%, by 15 points." in desk(reviewer, "en")
    alone = f"/reports/{Report.objects.submitted().get().pk}/"
    assert "进度由60%降为45%，下降15个百分点。" in text(signed_in(reviewer).get(alone))
    assert "疑点" not in text(signed_in(official_a).get(alone))


def test_flags_of_what_is_odd(official_a, reviewer):
    day = TODAY - timedelta(days=5)
    accept(said(official_a, progress=100, status=Status.DONE, actual_finish=day, as_of=TODAY), reviewer)
    said(official_a, progress=90)
    assert f"上次报已于{words.day(day)}完成，本次改为“进行中”。" in desk(reviewer)
    said(official_a, progress=100, status=Status.DONE, actual_finish=day - timedelta(days=2))
    assert f"实际完成日期由{words.day(day)}改早为{words.day(day - timedelta(days=2))}。" in desk(reviewer)


def test_a_cumulative_figure_that_falls_is_flagged(official_a, reviewer):
    metric = Metric.objects.select_related("unit").get(code="XH-M-18")
    for value in ("60公顷", "800亩"):
        report = actions.submit_metric(
            metric=metric,
            said=Said(as_of=TODAY),
            quantity=quantities.parse(value),
            by=official_a,
            reach=reach_for(official_a),
            today=TODAY,
        )
        if value == "60公顷":
            accept(report, reviewer)
    assert "累计数由60公顷降为800亩，减少100亩。" in desk(reviewer)
    assert "计量单位有变：上次60公顷，本次800亩。" in desk(reviewer)


def test_a_correction_is_held_against_what_it_corrects(official_a, reviewer):
    yesterday = TODAY - timedelta(days=1)
    wrong = accept(said(official_a, progress=80, as_of=yesterday), reviewer)
    accept(said(official_a, progress=9), reviewer)
    said(official_a, progress=8, as_of=yesterday, supersedes=wrong, reason="多写一个零")
    page = desk(reviewer)
    assert "多写一个零" in page
    assert "80% 8%" in page
    assert "通过后不改变当前状态" in page


def test_one_click_accepts_and_the_row_becomes_a_line(official_a, reviewer):
    report = report_on(CODE, official_a)
    response = signed_in(reviewer).post(f"/reports/{report.pk}/accept/", **HTMX)
    assert response.status_code == 200
    assert "已审核" in text(response)
    assert "<form" not in response.content.decode()
    assert Milestone.objects.get(code=CODE).progress == 50
    late = signed_in(reviewer).post(f"/reports/{report.pk}/accept/", **HTMX)
    assert late.status_code == 409


def test_without_javascript_one_is_led_back(official_a, reviewer):
    client = signed_in(reviewer)
    response = client.post(f"/reports/{report_on(CODE, official_a).pk}/accept/", follow=True)
    assert response.redirect_chain == [("/review/", 302)]
    assert "已审核通过：" in text(response)
    back = client.post(f"/reports/{report_on('XH-ZB-03', official_a).pk}/return/", {"comment": "补充"}, follow=True)
    assert "已退回：" in text(back)


def test_returning_needs_a_comment_and_keeps_a_long_one(official_a, reviewer):
    report, client = report_on(CODE, official_a), signed_in(reviewer)
    for headers in (HTMX, {}):
        empty = client.post(f"/reports/{report.pk}/return/", {"comment": " "}, **headers)
        assert empty.status_code == 422
        assert f'id="c{report.pk}_error"' in empty.content.decode()
        long = client.post(f"/reports/{report.pk}/return/", {"comment": "长" * 1001}, **headers)
        assert long.status_code == 422
        assert "长" * 1001 in long.content.decode()
    assert client.post(f"/reports/{report.pk}/return/", {"comment": "补充依据"}, **HTMX).status_code == 200
    assert Report.objects.get(pk=report.pk).comment == "补充依据"
    lost = client.post(f"/reports/{report.pk}/return/", {"comment": "晚了一步"}, **HTMX)
    assert lost.status_code == 409
    assert "晚了一步" in text(lost)
    assert "晚了一步" in text(client.post(f"/reports/{report.pk}/return/", {"comment": "晚了一步"}))


def test_ones_own_report_is_shown_and_not_decidable(official_a):
    with writing():
        Appointment(user=official_a, unit=Unit.named("GT"), role=Role.REVIEWER, valid_from="2026-01-01").save()
    report, client = report_on(CODE, official_a), signed_in(official_a)
    page = client.get("/review/")
    assert "本人填报，须由其他审核员审核。" in text(page)
    assert f"/reports/{report.pk}/accept/" not in page.content.decode()
    assert client.post(f"/reports/{report.pk}/accept/").status_code == 403
    assert AuditEvent.objects.filter(refused=True, code="own_report").exists()


def test_a_reviewer_of_one_unit_sees_no_other(official_a, official_b):
    near = person("near-reviewer", Role.REVIEWER, UNIT_A)
    report_on(CODE, official_a)
    other = Milestone.objects.filter(unit__code="XH-U-PG", status="")[0]
    away = report_on(other.code, official_b)
    client = signed_in(near)
    page = client.get("/review/").content.decode()
    assert CODE in page
    assert other.code not in page
    assert client.post(f"/reports/{away.pk}/accept/").status_code == 404


def test_oldest_first_in_pages_of_fifty_at_a_constant_cost(official_a, reviewer):
    client = signed_in(reviewer)
    report_on(CODE, official_a)
    client.get("/review/")
    with statements() as few:
        client.get("/review/")
    milestone = Milestone.objects.get(code="XH-ZB-03")
    with writing():
        for number in range(55):
            made = timezone.now() - timedelta(hours=number + 1)
            report = Report(milestone=milestone, unit=milestone.unit, as_of=TODAY, author=official_a, created_at=made)
            report.submitted_at, report.note = made, f"第{number}份"
            report.save()
            MilestoneReport(report=report, status="in_progress", progress=1).save()
    with statements() as many:
        page = client.get("/review/").content.decode()
    assert len(many) == len(few)
    assert page.count('<article class="item"') == 50
    assert page.index("第54份") < page.index("第53份")
    assert client.get("/review/?page=2").content.decode().count('<article class="item"') == 6
    assert client.get("/review/?page=x&page=-9").status_code == 200
