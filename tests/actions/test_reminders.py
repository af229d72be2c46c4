"""The reminders of a day: who is told what and why, once; and what acts tell at once."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone

from tests.addresses import report_on
from tests.cast import ROOT, UNIT_A, UNIT_B, person, reach_for, signed_in
from tests.counting import statements
from tracker.actions import comments, notices, plans, reminders, reports, simulation
from tracker.actions.plans import Change
from tracker.actions.reports import Said
from tracker.audit import Refused
from tracker.domain import dates
from tracker.domain.reminders import Because, Kind, Told
from tracker.domain.states import Status
from tracker.models import (
    Appointment,
    AuditEvent,
    Milestone,
    MilestonePlan,
    Notice,
    Programme,
    Report,
    Role,
    ScheduleFinding,
    Site,
    Unit,
    User,
)
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ONE = timedelta(1)
CODE = "XH-ZB-02"


@pytest.fixture(autouse=True)
def quiet() -> None:
    """Nothing is due and nothing under way, so that each test sees what it makes."""
    with writing():
        Milestone.objects.update(due_latest=None, due_earliest=None, due_precision="", planned_at=timezone.now())
        Site.objects.update(due_latest=None, due_earliest=None, due_precision="")
        Programme.objects.update(tracking_from=TODAY - 400 * ONE, report_rhythm="weekly", report_day=5)


def due(day: date | None, code: str = CODE, **columns: object) -> None:
    with writing():
        Milestone.objects.filter(code=code).update(due_latest=day, due_earliest=day, **columns)


def told(user: User, kind: Kind | None = None) -> list[tuple[str, str, str]]:
    rows = Notice.objects.filter(person=user, **({"kind": kind} if kind else {})).order_by("id")
    return list(rows.values_list("kind", "reason", "subject_code"))


def run(days: Iterable[date]) -> list[dict[str, int]]:
    return [reminders.make(on=day) for day in days]


def test_a_milestone_reminds_its_unit_three_times_and_once_more_when_overdue(official_a: User, official_b: User):
    due(TODAY)
    days = [TODAY + number * ONE for number in range(-8, 3)]
    made = run(sorted([*days, *days]))
    assert [told(official_a, Kind.DUE), told(official_a, Kind.OVERDUE)] == [
        [("due", "lead", CODE)] * 3,
        [("overdue", "lead", CODE)],
    ]
    assert told(official_b) == []
    counted = {kind: sum(one.get(kind, 0) for one in made) for kind in ("due", "overdue")}
    assert counted == {"due": 3, "overdue": 1}
    days_left = Notice.objects.filter(kind=Kind.DUE).order_by("id").values_list("inputs__days", flat=True)
    assert list(days_left) == [7, 3, 1]
    event = AuditEvent.objects.filter(action="notices.daily").first()
    assert event is not None
    assert event.actor_id is None


def test_after_days_without_a_run_only_the_step_reached_now_is_told(official_a: User):
    due(TODAY + 2 * ONE)
    run([TODAY])
    assert [row.inputs["days"] for row in Notice.objects.filter(person=official_a, kind=Kind.DUE)] == [2]
    due(TODAY - 40 * ONE)
    run([TODAY])
    assert told(official_a, Kind.OVERDUE) == []


def test_a_moved_date_reminds_anew_and_what_is_done_or_suspended_does_not(official_a: User):
    due(TODAY + ONE)
    run([TODAY])
    due(TODAY + 3 * ONE)
    run([TODAY])
    assert len(told(official_a, Kind.DUE)) == 2
    for status in (Status.DONE, Status.SUSPENDED):
        due(TODAY + 7 * ONE, status=status.value)
        run([TODAY])
    assert len(told(official_a, Kind.DUE)) == 2


def test_deputies_are_told_and_closed_accounts_and_simulated_people_are_not(official_a: User):
    deputy, gone, made_up = (person(name, Role.OFFICIAL, UNIT_A) for name in ("deputy", "gone", "made-up"))
    later, over = (person(name, Role.OFFICIAL, UNIT_A) for name in ("later", "over"))
    with writing():
        Appointment.objects.filter(user=deputy).update(deputy_for=Appointment.objects.get(user=official_a))
        Appointment.objects.filter(user=later).update(valid_from=TODAY + ONE)
        Appointment.objects.filter(user=over).update(valid_to=TODAY - ONE)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    User.objects.filter(pk=made_up.pk).update(simulated=True)
    due(TODAY)
    run([TODAY])
    assert set(Notice.objects.values_list("person__username", flat=True)) == {"official-a", "deputy"}


def test_a_unit_without_an_official_falls_to_the_nearest_above(official_b: User):
    above = person("command", Role.OFFICIAL, ROOT)
    due(TODAY)
    run([TODAY])
    assert told(above) == [("due", "nearest", CODE)]
    assert told(official_b) == []


def test_what_a_closed_period_lacks_is_told_once_and_goes_upwards_after_the_programmes_days(
    official_a: User, reviewer: User
):
    friday = TODAY - ((TODAY.isoweekday() - 5) % 7) * ONE
    with writing():
        Programme.objects.filter(code="XH").update(escalate_days=3)
        since = timezone.make_aware(datetime.combine(friday - 3 * ONE, time(12)))
        Milestone.objects.filter(code__in=(CODE, "XH-ZB-01")).update(planned_at=since)
    due(friday + 30 * ONE, status=Status.IN_PROGRESS.value)
    due(friday + 30 * ONE, "XH-ZB-01", status=Status.IN_PROGRESS.value, as_of=friday)
    run([friday, friday + ONE, friday + ONE])
    assert told(official_a) == [("missing", "lead", "XH")]
    assert Notice.objects.get(person=official_a).inputs == {"day": friday.isoformat(), "count": 1}
    assert told(reviewer) == []
    run([friday + 2 * ONE])
    assert told(reviewer) == []
    run([friday + 3 * ONE, friday + 4 * ONE])
    assert told(reviewer) == [("escalated", "above", "XH")]
    assert Notice.objects.get(person=reviewer).inputs == {"day": friday.isoformat(), "count": 1, "units": 1}
    assert len(told(official_a)) == 1


def test_without_periods_what_is_overdue_and_unreported_goes_upwards(official_a: User, reviewer: User):
    with writing():
        Programme.objects.filter(code="XH").update(report_rhythm="milestone", report_day=1, escalate_days=5)
    due(TODAY)
    run([TODAY + number * ONE for number in range(9)])
    assert told(reviewer) == [("escalated", "above", CODE)]
    assert Notice.objects.get(person=reviewer).inputs["days"] == 5


def test_reports_that_wait_are_brought_to_the_nearest_reviewer_who_is_not_their_author(official_a: User):
    root, own = person("root", Role.REVIEWER, ROOT), person("own", Role.REVIEWER, UNIT_A)
    with writing():
        Appointment(user=own, unit=Unit.named(UNIT_A), role=Role.OFFICIAL, valid_from=date(2026, 1, 1)).save()
    noon = timezone.make_aware(datetime.combine(TODAY, time(12)))
    for code, author, days in ((CODE, official_a, 3), ("XH-ZB-01", own, 4)):
        report = report_on(code, author)
        with writing():
            Report.objects.filter(pk=report.pk).update(submitted_at=noon - days * ONE)
    run([TODAY - ONE])
    assert (told(own), told(root)) == ([], [("waiting", "reviewer", "")])
    run([TODAY, TODAY + ONE, TODAY + 2 * ONE])
    assert (told(own), told(root)) == ([("waiting", "reviewer", "")], [("waiting", "reviewer", "")])
    assert Notice.objects.get(person=own).inputs == {"count": 1, "days": 3}
    another = report_on("XH-ZB-03", official_a)
    run([TODAY + 3 * ONE])
    assert len(told(own)) == 2
    with writing():
        Report.objects.filter(pk=another.pk).update(state="withdrawn")
    run([TODAY + 4 * ONE])
    assert len(told(own)) == 2


def test_a_step_that_cannot_be_kept_is_told_once_until_its_day_moves(official_a: User):
    row = Milestone.objects.get(code=CODE)

    def find() -> None:
        with writing():
            ScheduleFinding.objects.all().delete()
            for rank, code in enumerate(("unlawful", "short", "estimated")):
                ScheduleFinding(
                    project=row.project, milestone=row, code=code, serious=True, rank=rank, checked_on=TODAY
                ).save()

    find()
    run([TODAY])
    find()
    run([TODAY, TODAY + ONE])
    assert told(official_a) == [("schedule", "lead", CODE)]
    due(TODAY + 60 * ONE)
    run([TODAY])
    assert told(official_a) == [("schedule", "lead", CODE)] * 2


def test_the_command_office_is_told_of_a_step_that_cannot_be_kept(official_a: User, reviewer: User):
    row = Milestone.objects.get(code=CODE)
    with writing():
        ScheduleFinding(
            project=row.project, milestone=row, code="unlawful", serious=True, rank=0, checked_on=TODAY
        ).save()
    run([TODAY, TODAY])
    assert told(reviewer) == [("schedule", "reviewer", CODE)]
    assert told(official_a) == [("schedule", "lead", CODE)]
    page = signed_in(reviewer).get("/me/notices/").content.decode()
    assert "您负责本专项的计划" in page


def test_making_reminders_asks_as_much_for_many_items_as_for_one(official_a: User, reviewer: User):
    friday = TODAY - ((TODAY.isoweekday() - 5) % 7) * ONE
    due(TODAY + ONE, status=Status.IN_PROGRESS.value, planned_at=timezone.now() - 90 * ONE)
    with statements() as few:
        reminders.make(on=friday + 4 * ONE)
    with writing():
        Milestone.objects.update(due_latest=TODAY + 2 * ONE, planned_at=timezone.now() - 90 * ONE)
    with statements() as many:
        reminders.make(on=friday + 4 * ONE)
    assert len(many) <= len(few) + 1  # a kind that had nothing to store before


def test_a_returned_report_tells_its_author_in_the_same_transaction(official_a: User, reviewer: User):
    report = report_on(CODE, official_a)
    reports.return_(report=report, comment="缺验收单", by=reviewer, reach=reach_for(reviewer))
    row = Notice.objects.get(person=official_a)
    assert (row.kind, row.reason, row.subject_code) == (Kind.RETURNED, Because.AUTHOR, CODE)
    assert row.inputs == {"report": report.pk, "text": "缺验收单"}
    with pytest.raises(Refused):
        reports.return_(report=report, comment="再退", by=reviewer, reach=reach_for(reviewer))
    assert Notice.objects.count() == 1


def test_a_return_whose_notice_cannot_be_written_is_no_return(
    official_a: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
):
    report = report_on(CODE, official_a)
    monkeypatch.setattr(notices, "STORE", notices.STORE.replace("told.inputs::jsonb", "told.no_such_column"))
    with pytest.raises(ProgrammingError), transaction.atomic():
        reports.return_(report=report, comment="缺验收单", by=reviewer, reach=reach_for(reviewer))
    report.refresh_from_db()
    assert report.state == "submitted"
    assert not AuditEvent.objects.filter(action="report.returned").exists()


def test_accepting_asks_nothing_more_and_a_correction_tells_the_first_author(official_a: User, reviewer: User):
    first = report_on(CODE, official_a)
    with statements() as plain:
        reports.accept(report=first, by=reviewer, reach=reach_for(reviewer))
    assert not [sql for sql in plain.sql if "tracker_notice" in sql]
    colleague = person("colleague", Role.OFFICIAL, UNIT_A)
    for by in (official_a, colleague):
        corrected = Report.objects.filter(milestone__code=CODE, state="accepted").latest("pk")
        correction = reports.submit_milestone(
            milestone=Milestone.objects.select_related("unit").get(code=CODE),
            said=Said(as_of=TODAY, note="数有误", supersedes=corrected, reason="复核"),
            status=Status.IN_PROGRESS,
            progress=Decimal(40),
            actual_start=None,
            actual_finish=None,
            forecast=None,
            by=by,
            reach=reach_for(by),
            today=TODAY,
        )
        reports.accept(report=correction, by=reviewer, reach=reach_for(reviewer))
    assert told(official_a) == [("corrected", "author", CODE)]
    assert told(colleague) == []


def test_a_comment_tells_the_lead_unit_and_who_commented_before(official_a: User, official_b: User, reviewer: User):
    row = Milestone.objects.select_related("unit").get(code=CODE)
    with writing():
        row.supporting.add(Unit.named(UNIT_B))
    for by, text in ((official_b, "一"), (reviewer, "二"), (official_a, "三")):
        comments.add(milestone=row, text=text, token=None, by=by, reach=reach_for(by))
    assert told(official_a) == [("comment", "lead", CODE)] * 2
    assert told(official_b) == [("comment", "commenter", CODE)] * 2
    assert told(reviewer) == [("comment", "commenter", CODE)]


def test_a_changed_plan_tells_the_unit_but_not_who_changed_it(official_a: User, reviewer: User):
    with writing():
        Appointment(user=reviewer, unit=Unit.named(UNIT_A), role=Role.OFFICIAL, valid_from=date(2026, 1, 1)).save()
    day = TODAY + 100 * ONE
    plans.replan(
        milestone=Milestone.objects.select_related("unit").get(code=CODE),
        due=dates.parse(f"{day.year}年{day.month}月{day.day}日前"),
        planned_start=None,
        change=Change(reason="会议调整"),
        by=reviewer,
        reach=reach_for(reviewer),
    )
    assert told(official_a) == [("plan", "lead", CODE)]
    assert Notice.objects.get().inputs == {"before": "", "after": day.isoformat()}


def test_many_changed_plans_are_told_in_two_statements(official_a: User, official_b: User, reviewer: User):
    rows = list(Milestone.objects.filter(unit__code__in=(UNIT_A, UNIT_B)).select_related("unit"))
    changed = [(row, MilestonePlan.objects.filter(milestone=row).latest("number"), None) for row in rows]
    with writing(), statements() as found:
        notices.plans_changed(changed, by=reviewer, on=TODAY, now=timezone.now())
    assert len(found) == 2
    for user, unit in ((official_a, UNIT_A), (official_b, UNIT_B)):
        assert {code for _kind, _why, code in told(user)} == {row.code for row in rows if row.unit.code == unit}


def test_what_a_person_does_not_want_is_not_shown_or_not_made_at_all(official_a: User):
    every = set(Kind)
    notices.choose(shown=every - {Kind.DUE, Kind.OVERDUE}, mailed=[Kind.DUE], language="zh-hans", by=official_a)
    due(TODAY)
    run([TODAY, TODAY + ONE])
    assert list(Notice.objects.values_list("kind", "shown")) == [(Kind.DUE.value, False)]


def test_clearing_simulated_data_takes_what_was_told_about_it(official_a: User):
    with writing():
        Unit(code="SIM-U", name="模拟单位", name_en="Made up", path="SIM-U/", simulated=True).save()
    made_up, real = "SIM01-01", report_on(CODE, official_a)
    gone = {"report": real.pk + 1}
    rows: list[tuple[str, Kind, str, dict[str, int]]] = [
        ("rule", Kind.OVERDUE, CODE, {}),
        ("comment", Kind.COMMENT, CODE, {}),
        ("work is gone", Kind.COMMENT, made_up, {}),
        ("answer", Kind.RETURNED, CODE, {"report": real.pk}),
        ("report is gone", Kind.RETURNED, CODE, gone),
    ]
    with writing():
        found = [
            Told(official_a.pk, kind, Because.LEAD, "milestone", code, key, inputs) for key, kind, code, inputs in rows
        ]
        assert notices.tell(found, now=timezone.now()) == 5
    assert simulation.clear().removed["notice"] == 3
    assert set(Notice.objects.values_list("key", flat=True)) == {"comment", "answer"}


def test_old_notices_go_and_young_ones_stay(official_a: User):
    due(TODAY)
    run([TODAY])
    now = timezone.now()
    assert notices.forget(now=now) == 0
    assert notices.forget(now=now + notices.KEPT + ONE) == 1
