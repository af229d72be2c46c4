"""A unit's own process templates: who may make and change them, what is refused, what is kept."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from tests.cast import UNIT_A, UNIT_B, person, reach_for
from tracker.actions import backplan, process_copies
from tracker.actions.process_copies import Faulty
from tracker.audit import Refused
from tracker.domain.backplan import Verdict, plan
from tracker.domain.dates import DateKind, ImpreciseDate, Precision
from tracker.domain.process_copies import Omission, Sheet
from tracker.domain.processes import End, Tie
from tracker.models import (
    AuditEvent,
    CalendarDay,
    ProcessTemplate,
    ProcessUse,
    Project,
    Role,
    StatutoryWindow,
    Unit,
    User,
)
from tracker.queries import backplan as queries

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)


@pytest.fixture
def planner(db: None) -> User:
    """Plans for unit A alone."""
    return person("planner-a", Role.REVIEWER, UNIT_A)


def make(by: User, unit: str = UNIT_A, code: str = "tender", **said: str) -> ProcessTemplate:
    wording = {"name": "本处招标", "name_en": "", "reason": "资料齐备，可以压缩"} | said
    return process_copies.copy(code=code, unit=Unit.named(unit), by=by, reach=reach_for(by), **wording)


def save(by: User, sheet: Sheet, *, seen: int = 1, code: str = "tender-c1", **change: object) -> ProcessTemplate:
    said: dict[str, object] = {"reason": "调整", "taken_over": False} | change
    return process_copies.add_version(code=code, version=seen, sheet=sheet, by=by, reach=reach_for(by), **said)  # type: ignore[arg-type]


def whole(code: str = "tender-c1", version: int | None = None) -> ProcessTemplate:
    found = ProcessTemplate.objects.all().whole(code, version)
    assert found is not None
    return found


def test_a_copy_begins_as_the_original_reads(planner: User):
    made = make(planner)
    copied, original = whole(), whole("tender")
    assert (made.code, copied.version, copied.unit, copied.origin) == ("tender-c1", 1, Unit.named(UNIT_A), original)
    assert replace(copied.sheet(), name=original.name, name_en=original.name_en) == original.sheet()
    assert make(planner, name="另一份").code == "tender-c2"
    event = AuditEvent.objects.get(action="process.copy", subject_code="tender-c1")
    assert event.after is not None
    assert (event.actor_name, event.after["origin"], event.after["reason"]) == (
        "planner-a", "tender v1", "资料齐备，可以压缩",
    )  # fmt: skip


def test_only_who_plans_for_the_unit_makes_changes_or_retires(planner: User, official_a: User):
    with pytest.raises(Refused, match="no_right"):
        make(planner, UNIT_B)
    with pytest.raises(Refused, match="no_right"):
        make(official_a)
    sheet = replace(whole(make(planner).code).sheet(), note="改")
    with pytest.raises(Refused, match="no_right"):
        save(official_a, sheet)
    with pytest.raises(Refused, match="unknown_process"):  # a neighbour does not even learn that it is there
        save(person("planner-b", Role.REVIEWER, UNIT_B), sheet)
    with pytest.raises(Refused, match="process_is_house"):
        save(planner, sheet, code="tender")
    assert AuditEvent.objects.filter(refused=True, subject_type="process").count() == 3
    assert ProcessTemplate.objects.filter(code="tender-c1").count() == 1


def test_a_copy_is_offered_in_its_units_subtree_and_to_who_oversees_it(planner: User, leader: User):
    make(planner, name="处内流程")
    above = make(person("planner-root", Role.REVIEWER, "GT"), "GT", name="全市流程")
    people = {"planner-a": True, "leader": True, "official-b": False, "planner-b": False}
    for name, offered in people.items():
        user = person(name, Role.OFFICIAL if "official" in name else Role.REVIEWER, UNIT_B)
        codes = dict(queries.templates(reach_for(user)))
        assert ("tender-c1" in codes) == offered, name
        assert above.code in codes, name
        page = queries.template_page(code="tender-c1", on=TODAY, reach=reach_for(user))
        assert (page is not None) == offered, name


def test_each_save_is_a_version_and_the_older_ones_stay(planner: User):
    make(planner)
    sheet = whole().sheet()
    longer = tuple(replace(step, days=20) if step.code == "B03" else step for step in sheet.steps)
    row = save(planner, replace(sheet, steps=longer))
    assert (row.version, row.by, row.reason) == (2, planner, "调整")
    assert [whole(version=at).value().steps[2].usual for at in (1, 2)] == [10, 20]
    event = AuditEvent.objects.get(action="process.version")
    assert event.before is not None
    assert event.after is not None
    assert (event.before["steps"], event.after["steps"]) == (
        ["B03 编制招标文件 10工作日"],
        ["B03 编制招标文件 20工作日"],
    )
    assert (event.before["ties"], event.after["ties"]) == ([], [])
    for again, code in ((replace(sheet, note="改"), "stale"), (replace(sheet, steps=longer), "process_no_change")):
        with pytest.raises(Refused, match=code):
            save(planner, again, seen=1 if code == "stale" else 2)
    with pytest.raises(Refused, match="process_reason_missing"):
        save(planner, sheet, seen=2, reason=" ")


def test_a_window_is_left_out_only_with_a_reason_and_its_length_is_the_tables(planner: User):
    make(planner)
    sheet = whole().sheet()
    held = next(one for one in sheet.windows if one.window == "TB-05")
    without = replace(sheet, windows=tuple(one for one in sheet.windows if one != held))
    with pytest.raises(Faulty) as faulty:
        save(planner, without)
    assert [(one.code, one.section) for one in faulty.value.faults] == [("process_omission_reason", "omitted")]
    save(planner, replace(without, omitted=(Omission(held, "不属于依法必须招标"),)))
    page = queries.template_page(code="tender-c1", on=TODAY, reach=reach_for(planner))
    assert page is not None
    assert [(one.code, one.reason, one.moved) for one in page.trail.left] == [("TB-05", "不属于依法必须招标", False)]
    # Put back elsewhere it is still the table's twenty days, and said to be moved.
    moved = replace(held, first=End("B04"))
    save(planner, replace(without, windows=(*without.windows, moved), omitted=(Omission(held, "同日发出"),)), seen=2)
    found = plan(
        whole().value(), deadline=date(2026, 12, 31), today=TODAY, days={},
        windows=StatutoryWindow.objects.windows(), calendar=CalendarDay.objects.calendar(),
    )  # fmt: skip
    assert found.steps["B04"].late_finish == date(2026, 12, 3)


def test_what_cannot_be_planned_with_is_refused_whole(planner: User):
    make(planner)
    sheet = whole().sheet()
    for change in ({"ties": (*sheet.ties, Tie("B11", "B02"))}, {"goal": "B99"}, {"steps": ()}):
        with pytest.raises(Faulty):
            save(planner, replace(sheet, **change))
    assert whole().version == 1


def test_a_retired_copy_is_offered_no_more_and_stays_readable(planner: User):
    make(planner)
    reach = reach_for(planner)
    row = process_copies.retire(code="tender-c1", version=1, reason="并入市里的流程", by=planner, reach=reach)
    assert (row.version, row.retired) == (2, True)
    assert "tender-c1" not in dict(queries.templates(reach))
    page = queries.template_page(code="tender-c1", on=TODAY, reach=reach)
    assert page is not None
    assert (page.trail.retired, page.trail.retired_reason, len(page.steps)) == (True, "并入市里的流程", 13)
    for act in (lambda: save(planner, replace(whole().sheet(), note="改"), seen=2), lambda: used(planner)):
        with pytest.raises(Refused, match="process_retired"):
            act()
    assert make(planner).code == "tender-c2"  # the name is free again, the number is not


def test_names_are_told_apart(planner: User):
    make(planner)
    for name in ("本处招标", "工程招标（资格后审）"):
        with pytest.raises(Refused, match="process_name_taken"):
            make(planner, name=name)
    with pytest.raises(Refused, match="process_not_house"):
        make(planner, code="tender-c1", name="副本的副本")


def used(by: User, project: str = "XH-ZB", code: str = "tender-c1") -> None:
    deadline = ImpreciseDate("2027年12月底前", None, date(2027, 12, 31), Precision.DAY, DateKind.BY)
    asked = backplan.Asked(code, deadline, "", {})
    row = Project.objects.select_related("unit", "programme").get(code=project)
    backplan.apply(project=row, asked=asked, by=by, reach=reach_for(by), today=TODAY)


def test_a_project_keeps_the_version_it_used_and_has_the_process_once(reviewer: User):
    project = Project.objects.get(code="XH-ZB")
    make(reviewer, project.unit.code)
    save(reviewer, replace(whole().sheet(), note="第二版"))
    used(reviewer)
    use = ProcessUse.objects.get(project=project)
    assert (use.process, str(use.template)) == ("tender", "tender-c1 v2")
    for code in ("tender", "tender-c1"):
        with pytest.raises(Refused, match="process_applied"):
            used(reviewer, code=code)


def test_a_copy_serves_no_project_of_another_unit(reviewer: User):
    project = Project.objects.get(code="XH-ZB")
    other = next(code for code in (UNIT_A, UNIT_B) if not project.unit.path.startswith(Unit.named(code).path))
    make(reviewer, other)
    for code, offered in (("tender-c1", False), ("tender", True)):
        groups = queries.projects(reach_for(reviewer), code)
        assert ("XH-ZB" in {project for _programme, held in groups for project, _name in held}) == offered
    with pytest.raises(Refused, match="process_other_unit"):
        used(reviewer)


def test_a_newer_original_is_noticed_and_can_be_taken_over(planner: User):
    make(planner)
    assert newest_original(planner) == 0
    with connection.cursor() as cursor:  # a newer version of the house's template, as a later release brings it
        cursor.execute(
            "INSERT INTO tracker_processtemplate (code, version, position, name, name_en, goal, note, note_en,"
            " recorded_at, reason, retired) SELECT code, 2, position, name, name_en, goal, '新', '', now(), '', false"
            " FROM tracker_processtemplate WHERE code = 'tender'"
        )
    assert newest_original(planner) == 2
    save(planner, whole().sheet(), taken_over=True)
    assert (newest_original(planner), str(whole().origin)) == (0, "tender v2")


def newest_original(by: User) -> int:
    page = queries.template_page(code="tender-c1", on=TODAY, reach=reach_for(by))
    assert page is not None
    return page.trail.origin_newest


def test_the_database_only_ever_adds(planner: User):
    make(planner)
    sheet = whole().sheet()
    save(planner, replace(sheet, windows=(), omitted=tuple(Omission(held, "因为") for held in sheet.windows)))
    for statement in (
        "UPDATE tracker_processtemplate SET retired = true",
        "UPDATE tracker_processomission SET reason = ''",
        "DELETE FROM tracker_processomission",
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_plan_with_a_copy_counts_its_own_days(planner: User):
    make(planner)
    sheet = whole().sheet()
    shorter = tuple(replace(step, days=3) if step.code in ("B02", "B03") else step for step in sheet.steps)
    save(planner, replace(sheet, steps=shorter))
    plans = {}
    for code in ("tender", "tender-c1"):
        plans[code] = plan(
            whole(code).value(), deadline=date(2026, 12, 31), today=TODAY, days={"B01": date(2026, 11, 12)},
            windows=StatutoryWindow.objects.windows(), calendar=CalendarDay.objects.calendar(),
        )  # fmt: skip
    # 20, 23 and 24 November for the agency, 25 to 27 for the documents: 3 December is kept with six days to spare.
    assert (plans["tender"].verdict, plans["tender-c1"].verdict) == (Verdict.TIGHT, Verdict.FEASIBLE)
    assert plans["tender-c1"].steps["B03"].early_finish == date(2026, 11, 27)
    assert plans["tender-c1"].soonest == plans["tender"].soonest
