"""Loading a schedule file: the preview is the result, plans and ties follow the file, the rest is said or refused."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from tests.cast import ROOT, UNIT_A, person, reach_for
from tests.counting import statements
from tests.imports.plans import link, plan, spanning, task
from tracker.actions import reports, schedule_files
from tracker.actions.schedule_files import Loading
from tracker.audit import Refused
from tracker.domain.schedule_file import Outcome, Tied
from tracker.exports import mspdi as export
from tracker.imports.mspdi_plan import read, understood
from tracker.models import (
    Appointment,
    AuditEvent,
    CalendarDay,
    Dependency,
    EndedDependency,
    Milestone,
    MilestonePlan,
    Project,
    Report,
    Role,
    ScheduleFinding,
    Unit,
    User,
)
from tracker.models.guard import writing
from tracker.models.networks import networks
from tracker.queries import milestone_page
from tracker.queries import schedule_files as queries

pytestmark = pytest.mark.django_db
CODE = "XH-ZB"
BASELINE = (
    "<Baseline><Number>0</Number><Start>2027-02-01T08:00:00</Start><Finish>2027-02-26T17:00:00</Finish></Baseline>"
)
THREE = (
    spanning(1, "编制招标文件", "2027-03-01", "2027-03-05", 5, extra=BASELINE),
    spanning(2, "发布公告", "2027-03-08", "2027-03-12", 5, ConstraintType=4, ConstraintDate="2027-03-08T08:00:00",
             extra=link(1, lag=4800)),
    task(3, "开标", Start="2027-03-31T17:00:00", Finish="2027-03-31T17:00:00", Duration="PT0H0M0S", Milestone=1,
         extra=link(2, kind=0, lag=14400 * 5, style=8)),
)  # fmt: skip


@pytest.fixture
def planner() -> User:
    return person("planner", Role.REVIEWER, ROOT)


def asked(by: User, *tasks: str, code: str = CODE, content: str = "", **options: str) -> Loading:
    file = io.BytesIO(content.encode()) if content else plan(*tasks, **options)
    project = Project.objects.select_related("unit", "programme").get(code=code)
    found = understood(read(file), CalendarDay.objects.calendar())
    return Loading(project, found, "计划.xml", by=by, reach=reach_for(by), today=timezone.localdate())


def carried_out(loading: Loading) -> Outcome:
    seen = schedule_files.rehearse(loading)
    outcome = schedule_files.load(loading, seen=seen.fingerprint())
    assert outcome == seen
    return outcome


def exported(by: User, code: str = CODE) -> str:
    schedule = queries.of_project(code=code, reach=reach_for(by))
    assert schedule is not None
    return "".join(export.document(schedule, today=timezone.localdate()))


def kinds(outcome: Outcome) -> list[str]:
    return [row.kind for row in outcome.rows]


def test_a_rehearsal_leaves_nothing(planner: User):
    def counted() -> list[int]:
        models: list[Any] = [Milestone, MilestonePlan, Dependency, AuditEvent, Report]
        return [model.objects.count() for model in models]

    before = counted()
    outcome = schedule_files.rehearse(asked(planner, *THREE))
    assert (kinds(outcome), len(outcome.links)) == (["add"] * 3, 2)
    assert counted() == before


def test_new_milestones_get_their_plans_and_ties(planner: User):
    carried_out(asked(planner, *THREE))
    first, second, third = Milestone.objects.filter(code__startswith=f"{CODE}-T").order_by("code")
    assert (first.planned_start, first.due_latest, first.duration, first.duration_unit) == (
        date(2027, 3, 1), date(2027, 3, 5), 5, "wd",
    )  # fmt: skip
    # the baseline is the first commitment and version 1, the plan now is version 2
    assert (first.first_due_latest, first.plan_number) == (date(2027, 2, 26), 2)
    assert [one.due_latest for one in first.plans.order_by("number")] == [date(2027, 2, 26), date(2027, 3, 5)]
    assert {one.reason for one in first.plans.all()} == {"导入 计划.xml"}
    assert (second.constraint, second.constraint_day, second.plan_number) == ("start_no_earlier", date(2027, 3, 8), 1)
    assert (third.duration, third.planned_start, third.first_due_latest) == (0, None, date(2027, 3, 31))
    ties = Dependency.objects.filter(successor__in=[second.pk, third.pk]).order_by("successor__code")
    assert [(one.kind, one.lag, one.lag_unit) for one in ties] == [("FS", 1, "wd"), ("FF", 5, "d")]
    event = AuditEvent.objects.get(action="project.schedule")
    assert event.after is not None
    assert (event.subject_code, event.after["file"], len(event.after["milestones"])) == (CODE, "计划.xml", 3)


def test_the_schedule_is_checked_anew(planner: User):
    monday = next(day for day in (date(timezone.localdate().year + 1, 3, n) for n in range(1, 8)) if not day.weekday())
    first = spanning(1, "编制招标文件", monday.isoformat(), (monday + timedelta(4)).isoformat(), 5)
    late = spanning(2, "发布公告", monday.isoformat(), (monday + timedelta(1)).isoformat(), 2, extra=link(1))
    carried_out(asked(planner, first, late))
    found = ScheduleFinding.objects.filter(project__code=CODE)
    assert "发布公告" in {one.milestone.name for one in found.select_related("milestone") if one.milestone}


def test_the_same_file_again_changes_nothing(planner: User):
    carried_out(asked(planner, *THREE))
    again = asked(planner, *THREE)
    outcome = schedule_files.rehearse(again)
    assert (kinds(outcome), outcome.links, outcome.changes) == (["same"] * 3, (), False)
    with pytest.raises(Refused, match="schedule_no_change"):
        schedule_files.load(again, seen=outcome.fingerprint())


@pytest.mark.parametrize("code", [CODE, "XH-LS", "CJ-JQ"])
def test_an_export_read_back_changes_nothing(planner: User, code: str):
    if code == CODE:
        carried_out(asked(planner, *THREE))
    outcome = schedule_files.rehearse(asked(planner, code=code, content=exported(planner, code)))
    assert set(kinds(outcome)) == {"same"}
    assert (outcome.links, outcome.reports, outcome.changes) == ((), (), False)
    assert {one.code for one in outcome.notes} <= {"summary", "no_finish"}


def test_a_changed_export_makes_the_next_version_of_what_changed_only(planner: User):
    before = Milestone.objects.filter(project__code=CODE, due_latest__isnull=False).order_by("position").first()
    assert before is not None
    text, was = exported(planner), f"{before.due_latest}T17:00:00"
    assert before.due_latest is not None
    text = text.replace(f"<Finish>{was}</Finish>", "<Finish>2029-06-29T17:00:00</Finish>", 1).replace(
        f"<Start>{was}</Start>", "<Start>2029-06-29T17:00:00</Start>", 1
    )
    outcome = carried_out(asked(planner, content=text))
    changed = [row for row in outcome.rows if row.kind == "change"]
    assert [[(cell.field, cell.new) for cell in row.cells] for row in changed] == [[("finish", date(2029, 6, 29))]]
    after = Milestone.objects.get(code=changed[0].code)
    assert (after.due_text, after.due_latest) == ("2029年6月29日前", date(2029, 6, 29))
    assert after.first_due_latest == before.first_due_latest
    assert (after.plan_number, after.plans.count()) == (2, 2)
    assert AuditEvent.objects.filter(action="milestone.replan", subject_code=after.code).exists()


def test_ties_are_changed_and_removed_among_the_tasks_of_the_file_only(planner: User):
    carried_out(asked(planner, *THREE))
    other = Milestone.objects.filter(project__code=CODE).exclude(code__startswith=f"{CODE}-T").first()
    first = Milestone.objects.get(code=f"{CODE}-T01")
    assert other is not None
    with writing():
        Dependency(predecessor=other, successor=first).save()
    days = ("2027-03-08", "2027-03-12", 5)
    bound: dict[str, Any] = {"ConstraintType": 4, "ConstraintDate": "2027-03-08T08:00:00"}
    outcome = carried_out(asked(planner, THREE[0], spanning(2, "发布公告", *days, **bound, extra=link(1, kind=3)), task(
        3, "开标", Start="2027-03-31T17:00:00", Finish="2027-03-31T17:00:00", Duration="PT0H0M0S")))  # fmt: skip
    assert [(one.kind, one.old, one.new) for one in outcome.links] == [
        ("change", Tied("FS", 1, "wd"), Tied("SS", 0, "d")),
        ("remove", Tied("FF", 5, "d"), None),
    ]
    assert kinds(outcome) == ["same"] * 3
    assert Dependency.objects.filter(predecessor=other, successor=first).exists()
    assert next(one for one in outcome.notes if one.code == "not_in_file").tasks[0]


def test_a_past_moment_has_the_ties_of_then(planner: User):
    carried_out(asked(planner, *THREE))
    days = ("2027-03-08", "2027-03-12", 5)
    opening = {"Start": "2027-03-31T17:00:00", "Finish": "2027-03-31T17:00:00", "Duration": "PT0H0M0S"}
    other = spanning(2, "发布公告", *days, extra=link(1, kind=3))
    carried_out(asked(planner, THREE[0], other, task(3, "开标", **opening)))
    changed, removed = EndedDependency.objects.order_by("-kind")
    assert (changed.kind, changed.lag, changed.lag_unit, removed.kind) == ("FS", 1, "wd", "FF")
    assert changed.since is not None
    a_moment, today = timedelta(microseconds=1), timezone.localdate()
    project, reach = changed.predecessor.project, reach_for(planner)
    row = milestone_page.loaded(code=f"{CODE}-T02", reach=reach)
    assert row is not None
    moments: dict[datetime, list[str]] = {
        changed.since - a_moment: [],
        changed.until - a_moment: ["FF", "FS"],
        changed.until: ["SS"],
    }
    for known, expected in moments.items():
        network = networks([project.pk], on=today, known=known, overlay=lambda rows: None)[project.pk]
        assert sorted(tie.kind for tie in network.ties if tie.predecessor.startswith(f"{CODE}-T")) == expected
        page = milestone_page.milestone_page(row=row, reach=reach, on=today, known=known, past=True, language="zh-hans")
        assert len(page.before) + len(page.after) == len(expected)
    with writing(), pytest.raises(IntegrityError), transaction.atomic():
        changed.delete()


def test_a_circle_is_refused_by_its_names_and_leaves_nothing(planner: User):
    loop = asked(
        planner,
        spanning(1, "甲", "2027-03-01", "2027-03-05", 5, extra=link(3)),
        spanning(2, "乙", "2027-03-01", "2027-03-05", 5, extra=link(1)),
        spanning(3, "丙", "2027-03-01", "2027-03-05", 5, extra=link(2)),
    )
    for act in (schedule_files.rehearse, lambda one: schedule_files.load(one, seen="x")):
        with pytest.raises(Refused) as refused:
            act(loop)
        assert refused.value.code == "schedule_cycle"
        assert refused.value.inputs["loop"] == "甲 → 乙 → 丙 → 甲"
    assert not Milestone.objects.filter(name="甲").exists()


def test_what_changed_since_it_was_looked_at_is_not_loaded(planner: User):
    loading = asked(planner, *THREE)
    seen = schedule_files.rehearse(loading).fingerprint()
    carried_out(asked(planner, THREE[0]))
    with pytest.raises(Refused, match="schedule_changed"):
        schedule_files.load(loading, seen=seen)
    assert Milestone.objects.filter(code__startswith=f"{CODE}-T").count() == 1


def test_who_may_not_plan_is_refused_and_recorded(planner: User):
    official = person("official-a", Role.OFFICIAL, UNIT_A)
    for act in (schedule_files.rehearse, lambda one: schedule_files.load(one, seen="x")):
        with pytest.raises(Refused) as refused:
            act(asked(official, *THREE))
        assert refused.value.right
    assert AuditEvent.objects.filter(action="project.schedule", refused=True, subject_code=CODE).count() == 2


def test_tasks_that_are_somebody_elses_are_left_out(planner: User):
    text = exported(planner, "XH-LS")
    outcome = schedule_files.rehearse(asked(planner, content=text))
    assert (outcome.rows, outcome.changes) == ((), False)
    assert "other_project" in {one.code for one in outcome.notes}
    row = Milestone.objects.filter(project__code=CODE).first()
    assert row is not None
    with writing():
        Milestone.objects.filter(pk=row.pk).update(retired_at=timezone.now())
        Project.objects.filter(code=CODE).update(unit=Unit.named(UNIT_A))
        Milestone.objects.filter(project__code=CODE).exclude(pk=row.pk).update(unit=Unit.named("XH-U-PG"))
    code = f"<ExtendedAttribute><FieldID>188744016</FieldID><Value>{row.code}</Value></ExtendedAttribute>"
    text = exported(planner).replace("<Tasks>", "<Tasks>" + task(999, "退役", extra=code), 1)
    near = person("near", Role.REVIEWER, UNIT_A)
    outcome = schedule_files.rehearse(asked(near, content=text))
    assert {"retired_here", "other_unit"} <= {one.code for one in outcome.notes}
    assert not outcome.changes


def test_two_milestones_of_one_name_are_not_guessed_between(planner: User):
    carried_out(asked(planner, *THREE))
    with writing():
        Milestone.objects.filter(code=f"{CODE}-T02").update(name="编制招标文件")
    outcome = schedule_files.rehearse(asked(planner, THREE[0]))
    assert next(one for one in outcome.notes if one.code == "several_of_that_name").tasks == ("编制招标文件",)


def test_progress_becomes_a_waiting_report_of_who_may_report(planner: User):
    done = {"PercentComplete": 100, "ActualStart": "2026-10-01T08:00:00", "ActualFinish": "2026-10-09T17:00:00"}
    tasks = (
        spanning(1, "已办", "2026-10-01", "2026-10-09", 5, **done),
        spanning(2, "在办", "2026-10-12", "2027-10-16", 5, PercentComplete=30),
        spanning(3, "错报", "2026-10-12", "2027-10-16", 5, PercentComplete=100),
    )
    outcome = schedule_files.rehearse(asked(planner, *tasks))
    assert {one.problem for one in outcome.reports} == {"schedule_no_report_right"}
    with writing():
        Appointment(user=planner, unit=Unit.named(ROOT), role=Role.OFFICIAL, valid_from=date(2026, 1, 1)).save()
    outcome = carried_out(asked(planner, *tasks))
    assert [one.problem for one in outcome.reports] == ["", "", "progress_100_not_done"]
    first = Milestone.objects.get(name="已办")
    report = Report.objects.select_related("on_milestone").get(milestone=first)
    assert (report.state, report.origin, report.on_milestone.actual_finish) == ("submitted", "sheet", date(2026, 10, 9))
    assert (first.status, first.pending) == ("", 1)  # nothing counts before somebody else accepts it
    with pytest.raises(Refused, match="own_report"):
        reports.accept(report=report, by=planner, reach=reach_for(planner))
    other = person("other", Role.REVIEWER, ROOT)
    reports.accept(report=report, by=other, reach=reach_for(other))
    outcome = schedule_files.rehearse(asked(planner, *tasks))
    assert [one.name for one in outcome.reports] == ["在办", "错报"]
    assert Milestone.objects.get(name="已办").progress == Decimal(100)


def test_an_accepted_state_survives_the_way_out_and_back(planner: User):
    carried_out(asked(planner, *THREE))
    with writing():
        Milestone.objects.filter(code=f"{CODE}-T01").update(
            status="done", progress=Decimal(100), actual_start=date(2026, 3, 2), actual_finish=date(2026, 3, 5)
        )
        Milestone.objects.filter(code=f"{CODE}-T02").update(status="in_progress", progress=Decimal("62.5"))
        Milestone.objects.filter(code=f"{CODE}-T03").update(status="done", actual_finish=date(2026, 4, 1))
    outcome = schedule_files.rehearse(asked(planner, content=exported(planner)))
    assert (outcome.reports, outcome.changes) == ((), False)


def test_a_thousand_tasks_take_few_statements(planner: User):
    tasks = [spanning(uid, f"节点{uid}", "2027-03-01", "2027-03-05", 5, extra=link(uid - 1)) for uid in range(1, 501)]
    loading = asked(planner, *tasks)
    with statements() as found:
        outcome = schedule_files.rehearse(loading)
    assert (len(outcome.rows), len(outcome.links)) == (500, 499)
    assert len(found) < 40, found.listing()
    assert not connection.needs_rollback


def test_days_that_cross_change_nothing_of_that_milestone(planner: User):
    carried_out(asked(planner, *THREE))
    loading = asked(planner, THREE[1])
    (one,) = loading.plan.tasks
    crossed = replace(one, cells=replace(one.cells, start=date(2028, 1, 1)))
    outcome = schedule_files.rehearse(replace(loading, plan=replace(loading.plan, tasks=(crossed,))))
    assert kinds(outcome) == ["same"]
    assert next(note for note in outcome.notes if note.code == "start_after_due_here").tasks == ("发布公告",)
