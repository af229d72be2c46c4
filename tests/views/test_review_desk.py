"""The other tabs of the review desk, its filters, and accepting all reports without doubts at once."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from tests.addresses import report_on
from tests.cast import UNIT_A, UNIT_B, person, reach_for, signed_in
from tests.counting import statements
from tests.views.test_review import CODE, TODAY, accept, desk, said, text
from tracker import words
from tracker.actions import reports as actions
from tracker.actions.reports import Said
from tracker.domain import quantities
from tracker.domain.duties import Cycle, Rhythm
from tracker.domain.states import Status
from tracker.models import Appointment, AuditEvent, Metric, Milestone, Programme, Report, Role, Unit, User
from tracker.models.guard import writing
from tracker.queries import reports_due
from tracker.queries.review_open import Open, open_duties, returned_page
from tracker.queries.review_scope import Narrow

pytestmark = pytest.mark.django_db
CLEAN = "/review/clean/"
OTHER = "XH-ZB-03"


def change(code: str, **columns: Any) -> None:
    """Set a milestone's columns as an accepted report or a plan would have."""
    with writing():
        Milestone.objects.filter(code=code).update(**columns)


def opened(reviewer: User, narrow: Narrow | None = None) -> Open:
    narrow = narrow or Narrow()
    return open_duties(reach=reach_for(reviewer), narrow=narrow, on=TODAY, now=timezone.now())


def codes(keys: Any) -> set[str]:
    return set(Milestone.objects.filter(pk__in=[key.pk for key in keys if not key.kind]).values_list("code", flat=True))


def tab(user: User, name: str, **query: str) -> str:
    response = signed_in(user).get("/review/", {"tab": name, **query})
    assert response.status_code == 200
    return text(response)


def weekly() -> Cycle:
    """XH reports every week; the week closes tomorrow at the latest, lest the day of the test matter."""
    cycle = Cycle(Rhythm.WEEKLY, (TODAY + timedelta(days=1)).isoweekday())
    with writing():
        begun = TODAY - timedelta(days=100)
        Programme.objects.filter(code="XH").update(report_rhythm="weekly", report_day=cycle.day, tracking_from=begun)
    return cycle


def test_what_the_desk_waits_for_is_what_officials_are_asked(official_a, reviewer):
    everywhere = person("official-root", Role.OFFICIAL, "GT")
    change(CODE, due_latest=TODAY - timedelta(days=3), due_precision="day", due_kind="by")
    actions.return_(report=report_on(CODE, official_a), comment="补充", by=reviewer, reach=reach_for(reviewer))
    reach = reach_for(everywhere)
    back = reports_due.returned(reach)
    asked = reports_due.asked(reach=reach, on=TODAY, now=timezone.now(), back=back)
    found = opened(reviewer)
    shown = {(key.kind, key.pk) for key in (*found.missing, *found.late)}
    assert len(shown) == len(found.missing) + len(found.late) > 20
    in_its_own_list = {(0, Milestone.objects.get(code=CODE).pk)}
    assert shown == {(key.kind, key.pk) for key in asked} - in_its_own_list
    assert found.returned == 1


def test_late_is_past_due_without_a_report_or_owed_for_the_closed_period(reviewer):
    last = weekly().before(TODAY)
    assert last is not None
    planned = timezone.now() - timedelta(days=60)
    far = {"due_latest": TODAY + timedelta(days=300), "due_precision": "day", "planned_at": planned}
    under_way = {"status": Status.IN_PROGRESS.value, **far}
    change("XH-ZB-01", due_latest=TODAY - timedelta(days=10), due_precision="day", due_kind="by")
    change("XH-ZB-02", as_of=last.first - timedelta(days=1), **under_way)
    change("XH-ZB-03", as_of=last.last, **under_way)
    change("XH-ZB-04", as_of=TODAY, **under_way)
    found = opened(reviewer, Narrow(programme="XH"))
    days = {code: found.late[key] for key in found.late for code in codes([key])}
    assert days["XH-ZB-01"] == 10
    assert days["XH-ZB-02"] == (TODAY - last.last).days
    assert not days.keys() & {"XH-ZB-03", "XH-ZB-04"}
    assert "XH-ZB-03" in codes(found.missing)
    assert "XH-ZB-04" not in codes(found.missing)


def test_nobody_is_late_with_what_was_planned_after_the_period_closed(reviewer):
    last = weekly().before(TODAY)
    assert last is not None
    change(
        CODE, as_of=None, status=Status.IN_PROGRESS.value, due_latest=TODAY + timedelta(days=300), due_precision="day",
        plan_number=1, planned_at=timezone.now(),
    )  # fmt: skip
    found = opened(reviewer)
    assert CODE in codes(found.missing) - codes(found.late)


def test_units_with_their_counts_and_first_rows_lead_to_all_of_them(official_a, reviewer):
    page = signed_in(reviewer).get("/review/", {"tab": "missing"})
    unit = Unit.named(UNIT_A)
    assert f"tab=missing&amp;unit={unit.path.replace('/', '%2F')}" in page.content.decode()
    group = next(one for one in page.context["duties"].units if one.name == unit.name)
    assert (len(group.rows), group.due) == (5, group.count + group.reported)
    report_on(next(iter(codes(opened(reviewer, Narrow(unit=unit.path)).missing))), official_a)
    whole = signed_in(reviewer).get("/review/", {"tab": "missing", "unit": unit.path}).context["duties"]
    assert (whole.units[0].count, whole.units[0].reported) == (group.count - 1, group.reported + 1)
    assert len(whole.units[0].rows) == min(50, group.count - 1)


def test_returned_stands_until_it_is_followed_up(official_a, reviewer):
    report = report_on(CODE, official_a)
    actions.return_(report=report, comment="请附验收单", by=reviewer, reach=reach_for(reviewer))
    page = tab(reviewer, "returned")
    assert "请附验收单" in page
    assert "0 天前" in page
    later: dict[str, Any] = {"reach": reach_for(reviewer), "narrow": Narrow(), "on": TODAY + timedelta(days=9)}
    assert returned_page(total=1, language="zh-hans", page=1, **later).rows[0].days == 9
    report_on(CODE, official_a)
    assert "退回的填报均已重报。" in tab(reviewer, "returned")


def test_empty_tabs_say_so(reviewer):
    nothing = {"q": "没有这样的事项"}
    assert "没有逾期未报的事项。" in tab(reviewer, "late", **nothing)
    assert "本期应报事项均已填报。" in tab(reviewer, "missing", **nothing)
    assert "退回的填报均已重报。" in tab(reviewer, "returned", **nothing)
    assert "没有待审的填报。" in tab(reviewer, "nonsense", **nothing)


def test_filters_narrow_every_tab_and_a_wrong_one_narrows_nothing(official_a, reviewer):
    report_on(CODE, official_a)
    name = Milestone.objects.get(code=CODE).name
    everything = opened(reviewer)
    for narrow, there in (
        (Narrow(q=name), True), (Narrow(q=CODE.lower()), True), (Narrow(programme="PQ"), False),
        (Narrow(unit=Unit.named(UNIT_B).path), False),
    ):  # fmt: skip
        query = {"q": narrow.q, "programme": narrow.programme, "unit": narrow.unit}
        assert (CODE in signed_in(reviewer).get("/review/", query).content.decode()) is there
        assert len(opened(reviewer, narrow).missing) < len(everything.missing)
    wrong = signed_in(reviewer).get("/review/", {"unit": "nowhere", "q": "长" * 61, "programme": "\0"})
    assert wrong.status_code == 200
    assert CODE in wrong.content.decode()
    assert "<details open><summary>退回" not in wrong.content.decode()


def test_a_reviewer_of_one_unit_sees_nothing_of_others_in_any_tab(official_b, reviewer):
    near = person("near-reviewer", Role.REVIEWER, UNIT_A)
    away = Milestone.objects.filter(unit__code=UNIT_B, status="")[0]
    actions.return_(report=report_on(away.code, official_b), comment="补充", by=reviewer, reach=reach_for(reviewer))
    own = Unit.named(UNIT_A)
    for name in ("submitted", "missing", "late", "returned"):
        page = signed_in(near).get("/review/", {"tab": name, "unit": Unit.named(UNIT_B).path})
        assert away.code not in page.content.decode()
        assert [path for path, _name in page.context["filters"].fields["unit"].choices] == ["", own.path]
    found = opened(near)
    assert found.returned == 0
    assert {key.unit for key in (*found.missing, *found.late)} == {own.pk}


def test_a_row_stands_beside_its_plan(official_a, reviewer):
    change(
        CODE, planned_start=TODAY - timedelta(days=50), due_latest=TODAY + timedelta(days=50), due_precision="day",
        due_kind="by",
    )  # fmt: skip
    said(official_a, progress=30)
    metric = Metric.objects.select_related("unit").get(code="XH-M-18")
    with writing():
        curve = [[(TODAY - timedelta(days=10)).isoformat(), "0"], [(TODAY + timedelta(days=10)).isoformat(), "900"]]
        Metric.objects.filter(pk=metric.pk).update(
            target_low=900, target_high=900, target_qualifier="exact", curve=curve, measure="亩", start_qualifier=""
        )
    actions.submit_metric(
        metric=metric, said=Said(as_of=TODAY), quantity=quantities.parse("90亩"), by=official_a,
        reach=reach_for(official_a), today=TODAY,
    )  # fmt: skip
    page = desk(reviewer)
    assert "落后计划20个百分点 进度30%，计划时间已过50%。" in page
    assert "严重滞后" in page or "明显滞后" in page or "滞后" in page
    assert "20 points behind plan" in desk(reviewer, "en")


def test_a_correction_shows_both_values_and_why(official_a, reviewer):
    wrong = accept(said(official_a, progress=80), reviewer)
    said(official_a, progress=8, supersedes=wrong, reason="多写一个零")
    page = signed_in(reviewer).get("/review/").content.decode()
    assert re.search(r"<td><del>80%</del></td><td><ins>8%</ins></td>", page)
    assert "更正原因：</b> 多写一个零" in page
    assert CLEAN not in page


def ticked(response: Any) -> list[str]:
    return re.findall(r'name="report" value="([\d:]+)" checked', response.content.decode())


def test_clean_ones_are_listed_first_and_then_accepted_as_they_were_looked_at(official_a, reviewer):
    accept(said(official_a, progress=60), reviewer)
    said(official_a, progress=45)
    clean = [report_on(OTHER, official_a), report_on("XH-ZB-04", official_a)]
    client = signed_in(reviewer)
    assert "通过无疑点的 2 份" in text(client.get("/review/"))
    page = client.get(CLEAN)
    values = ticked(page)
    assert values == [f"{one.pk}:{one.milestone.version}" for one in clean if one.milestone]
    assert Report.objects.submitted().count() == 3
    answer = client.post(CLEAN, {"report": values}, follow=True)
    assert answer.redirect_chain == [("/review/", 302)]
    assert "已审核通过2份。" in text(answer)
    assert list(Report.objects.submitted().values_list("milestone__code", flat=True)) == [CODE]
    assert AuditEvent.objects.filter(action="report.accepted", subject_code__in=[one.pk for one in clean]).count() == 2
    assert Milestone.objects.get(code=OTHER).progress == Decimal(50)


def test_what_changed_is_ones_own_decided_or_elsewhere_stays_and_is_named(official_a, official_b, reviewer):
    with writing():
        Appointment(user=official_a, unit=Unit.named(UNIT_A), role=Role.REVIEWER, valid_from="2026-01-01").save()
    second = person("official-a2", Role.OFFICIAL, UNIT_A)
    good, decided, stale = (report_on(code, second) for code in ("XH-ZB-01", "XH-ZB-02", "XH-ZB-03"))
    own = report_on("XH-ZB-04", official_a)
    away = report_on(Milestone.objects.filter(unit__code=UNIT_B, status="")[0].code, official_b)
    client = signed_in(official_a)
    values = ticked(client.get(CLEAN))
    assert [value.split(":")[0] for value in values] == [str(one.pk) for one in (good, decided, stale)]
    accept(decided, reviewer)
    with writing():
        row = Milestone.objects.get(code="XH-ZB-03")
        row.version += 1
        row.save()
    answer = client.post(CLEAN, {"report": [*values, f"{own.pk}:1", f"{away.pk}:1", "999999:1"]})
    assert answer.status_code == 409
    page = text(answer)
    for sentence in (
        "已审核通过1份。", "5份未处理，保持原状", words.refusal("already_decided"), "您查看之后，该事项已有变化",
        "该填报不在您的审核范围内。",
    ):  # fmt: skip
        assert sentence in page, sentence
    assert away.milestone is not None
    assert away.milestone.name not in page
    waiting = set(Report.objects.submitted().values_list("pk", flat=True))
    assert waiting == {stale.pk, own.pk, away.pk}
    assert AuditEvent.objects.filter(refused=True, code="own_report", subject_code=str(own.pk)).exists()


@pytest.mark.parametrize("values", [[], ["x"], ["1"], ["1:"], ["-1:2"], ["1:2:3"], ["１:２"], ["9999999999:1"]])
def test_a_list_that_is_none_changes_nothing(official_a, reviewer, values):
    report_on(CODE, official_a)
    answer = signed_in(reviewer).post(CLEAN, {"report": values})
    assert answer.status_code == 422
    assert "未勾选填报。" in text(answer)
    assert Report.objects.submitted().count() == 1


def test_at_most_two_hundred_at_once(official_a, reviewer):
    report = report_on(CODE, official_a)
    with writing():
        now = timezone.now()
        head: dict[str, Any] = {"milestone": report.milestone, "unit": report.unit, "as_of": TODAY, "created_at": now}
        Report.objects.bulk_create(Report(author=official_a, submitted_at=now, **head) for _number in range(200))
    everything = [f"{pk}:1" for pk in Report.objects.submitted().values_list("pk", flat=True)]
    answer = signed_in(reviewer).post(CLEAN, {"report": everything})
    assert answer.status_code == 422
    assert "一次最多通过200份。" in text(answer)
    assert Report.objects.submitted().count() == 201


def test_two_reports_on_one_item_are_never_accepted_together(official_a, reviewer):
    report_on(CODE, official_a)
    report_on(CODE, person("official-a2", Role.OFFICIAL, UNIT_A))
    page = signed_in(reviewer).get("/review/")
    assert text(page).count("该事项另有1份待审，请择一通过。") == 2
    assert ticked(signed_in(reviewer).get(CLEAN)) == []


def test_each_tab_costs_the_same_whatever_it_holds(official_a, reviewer):
    client = signed_in(reviewer)
    actions.return_(report=report_on(CODE, official_a), comment="补充", by=reviewer, reach=reach_for(reviewer))
    change("XH-ZB-01", due_latest=TODAY - timedelta(days=10), due_precision="day", due_kind="by")

    def costs() -> list[int]:
        found = []
        for name in ("missing", "late", "returned"):
            client.get("/review/", {"tab": name})
            with statements() as asked:
                client.get("/review/", {"tab": name})
            assert not asked.while_rendering
            found.append(len(asked))
        return found

    few = costs()
    for row in Milestone.objects.filter(status="", unit__code=UNIT_A)[:12]:
        actions.return_(report=report_on(row.code, official_a), comment="再补", by=reviewer, reach=reach_for(reviewer))
    with writing():
        Milestone.objects.filter(status="").exclude(unit__code=UNIT_A).update(due_latest=TODAY - timedelta(days=4))
    assert costs() == few
