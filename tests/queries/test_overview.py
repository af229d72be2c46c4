"""The overview: now and as of a moment agree; what changed since a day is told."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests.cast import reach_for
from tracker.actions import plans, reports
from tracker.actions.reports import Said
from tracker.domain import dates
from tracker.domain.states import Colour, Status, read
from tracker.models import Milestone, MilestonePlan, Programme, Report, User
from tracker.models.guard import writing
from tracker.permissions import Reach, readable
from tracker.queries.changes import changes_since
from tracker.queries.overview import Overview, View, overview
from tracker.queries.overview_past import instant, stood
from tracker.queries.state import overlay_milestones

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def shown(reach: Reach, *, past: bool = False, on: date = TODAY, known: datetime | None = None) -> Overview:
    view = View(reach=reach, on=on, known=known or timezone.now(), past=past)
    return overview(view=view, since=on - timedelta(days=7))


def counts(page: Overview) -> dict[Colour, int]:
    return {part.colour: part.count for part in page.parts}


def finish(code: str, official: User, reviewer: User) -> None:
    milestone = Milestone.objects.select_related("unit").get(code=code)
    report = reports.submit_milestone(
        milestone=milestone,
        said=Said(as_of=TODAY),
        status=Status.DONE,
        progress=Decimal(100),
        actual_start=None,
        actual_finish=TODAY,
        forecast=None,
        by=official,
        reach=reach_for(official),
        today=TODAY,
    )
    reports.accept(report=report, by=reviewer, reach=reach_for(reviewer))


def test_every_milestone_is_counted_once(leader: User) -> None:
    page = shown(reach_for(leader))
    assert page.total == Milestone.objects.count() == sum(counts(page).values())
    assert sum(row.count for row in page.programmes) == page.total
    assert len(page.programmes) == Programme.objects.count()


def test_the_moment_now_reads_the_same_from_the_reports(leader: User, official_a: User, reviewer: User) -> None:
    finish("XH-ZB-01", official_a, reviewer)
    now, past = shown(reach_for(leader)), shown(reach_for(leader), past=True)
    assert counts(now) == counts(past)
    assert [item.name for item in now.deadlines] == [item.name for item in past.deadlines]
    assert [row.next_name for row in now.programmes] == [row.next_name for row in past.programmes]
    assert (now.reported, now.due) == (past.reported, past.due)
    assert [line.value for line in now.metrics] == [line.value for line in past.metrics]
    assert counts(now)[Colour.DONE] == counts(past)[Colour.DONE] > 0


def test_before_anything_was_known_there_is_nothing(leader: User) -> None:
    first = MilestonePlan.objects.order_by("recorded_at").values_list("recorded_at", flat=True)[0]
    page = shown(reach_for(leader), past=True, known=first - timedelta(days=1))
    assert page.total == 0


def test_an_official_counts_the_own_unit_only(official_a: User) -> None:
    page = shown(reach_for(official_a))
    assert page.total == Milestone.objects.filter(unit__code="XH-U-JS").count() > 0


def test_a_stranger_sees_nothing(stranger: User) -> None:
    assert shown(reach_for(stranger)).total == 0


@pytest.fixture
def known_for_long() -> None:
    """As if the works had been loaded a year ago: plans are append-only, so the copies beside them are moved."""
    with writing(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracker_milestoneplan DISABLE TRIGGER guatu_append_only")
        cursor.execute("UPDATE tracker_milestoneplan SET recorded_at = recorded_at - interval '1 year'")
        cursor.execute("ALTER TABLE tracker_milestoneplan ENABLE TRIGGER guatu_append_only")
        cursor.execute("UPDATE tracker_milestone SET planned_at = planned_at - interval '1 year'")
        cursor.execute("UPDATE tracker_programme SET tracking_from = tracking_from - 365")


@pytest.fixture
def ahead(known_for_long: None) -> None:
    """As if all works were still to come, in half a year, so that no change comes from the passing of days."""
    due = "due_earliest = NULL, due_latest = %s, due_precision = 'day', due_kind = 'by'"
    with writing(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE tracker_milestoneplan DISABLE TRIGGER guatu_append_only")
        for table in ("tracker_milestoneplan", "tracker_milestone"):
            cursor.execute(f"UPDATE {table} SET {due}", [TODAY + timedelta(days=180)])
        cursor.execute("ALTER TABLE tracker_milestoneplan ENABLE TRIGGER guatu_append_only")


@pytest.mark.usefixtures("known_for_long")
def test_the_database_reads_the_past_as_the_overlay_does(leader: User, official_a: User, reviewer: User) -> None:
    said("XH-JC-01", official_a, reviewer, 20)
    late = said("XH-JC-01", official_a, reviewer, 9, forecast=f"{TODAY.year + 3}年底前")
    between = timezone.now()
    said("XH-JC-01", official_a, reviewer, 12, supersedes=late, reason="误报")
    finish("XH-ZB-01", official_a, reviewer)
    moved = Milestone.objects.select_related("unit").get(code="XH-LS-04")
    due = dates.parse(f"{TODAY.year + 1}年底前", year=TODAY.year)
    change = plans.Change(reason="试验")
    plans.replan(milestone=moved, due=due, planned_start=None, change=change, by=reviewer, reach=reach_for(reviewer))
    now = timezone.now()
    moments = [(TODAY, now), (TODAY - timedelta(days=10), now), (TODAY, between), (TODAY + timedelta(days=500), now)]
    seen = set()
    for on, known in [*moments, (TODAY, now - timedelta(days=9)), (TODAY, now - timedelta(days=1000))]:
        for user in (leader, official_a):
            rows = list(
                Milestone.objects.current().filter(readable(reach_for(user))).select_related("project__programme")
            )
            overlay_milestones(rows, on=on, known=known)
            expected = {
                (
                    row.pk,
                    row.project.programme_id,
                    row.unit_id,
                    read(row.facts(row.project.programme.tracking_from), on).state,
                    row.code,
                    row.due_latest,
                    row.due_precision,
                    row.plan_year is not None,
                    row.as_of,
                    row.reported_at,
                )
                for row in rows
                if row.plan_number
            }
            found = stood(reach_for(user), on=on, known=known)
            assert {(*row[:-1], instant(row.reported)) for row in found} == expected
            seen.add(frozenset(expected))
    assert len(seen) > 9


def test_the_load_itself_is_no_change_and_what_came_later_is_new(leader: User) -> None:
    week: dict[str, Any] = {"on": TODAY, "known": timezone.now(), "since": TODAY - timedelta(days=7), "full": True}
    found = changes_since(reach=reach_for(leader), **week)
    assert (found.summary, found.rows) == ([], [])
    with writing():
        Programme.objects.update(tracking_from=TODAY - timedelta(days=30))  # tracked for a month: all of it came since
    found = changes_since(reach=reach_for(leader), **week)
    assert found.counts["new"] == Milestone.objects.count()
    assert found.rows == []


def test_in_the_week_of_the_load_what_people_did_is_told(leader: User, official_a: User, reviewer: User) -> None:
    finish("XH-ZB-02", official_a, reviewer)
    moved, added = (Milestone.objects.select_related("unit").get(code=code) for code in ("XH-LS-04", "XH-ZB-01"))
    due = dates.parse(f"{TODAY.year + 3}年底前", year=TODAY.year)
    change = plans.Change(reason="试验")
    plans.replan(milestone=moved, due=due, planned_start=None, change=change, by=reviewer, reach=reach_for(reviewer))
    with writing():  # as a process applied to a project adds it: its first plan is somebody's
        added.pk, added.code, added._state.adding = None, "XH-ZB-90", True
        added.save()
        plan = {"milestone": added, "number": 1, "recorded_at": timezone.now(), "unit": added.unit}
        MilestonePlan.objects.create(**plan, by=reviewer)
    window: dict[str, Any] = {"on": TODAY, "known": timezone.now(), "since": TODAY - timedelta(days=7), "full": True}
    found = changes_since(reach=reach_for(leader), **window)
    kinds = {row.name: row.kind for row in found.rows}
    assert kinds.pop(moved.called("zh-hans")) in ("redated", "cleared")  # the latter where it was due soon
    assert kinds == {Milestone.objects.get(code="XH-ZB-02").called("zh-hans"): "done"}
    assert (found.counts["done"], found.counts["new"], sum(found.counts.values())) == (1, 1, 3)


@pytest.mark.usefixtures("known_for_long")
def test_changes_tell_done_redated_and_overdue(leader: User, official_a: User, reviewer: User) -> None:
    finish("XH-ZB-02", official_a, reviewer)
    moved = Milestone.objects.select_related("unit").get(code="XH-LS-04")
    due = dates.parse(f"{TODAY.year + 3}年底前", year=TODAY.year)
    change = plans.Change(reason="试验")
    plans.replan(milestone=moved, due=due, planned_start=None, change=change, by=reviewer, reach=reach_for(reviewer))
    reach = reach_for(leader)
    later = date(TODAY.year + 1, 1, 3)
    week = changes_since(reach=reach, on=TODAY, known=timezone.now(), since=TODAY - timedelta(days=7), full=False)
    kinds = {row.name: row.kind for row in week.rows}
    assert kinds[Milestone.objects.get(code="XH-ZB-02").name] == "done"
    assert kinds[moved.name] in ("redated", "cleared")  # the latter where it was overdue
    with writing():
        Milestone.objects.filter(due_latest=date(2026, 12, 31)).update(due_latest=date(TODAY.year, 12, 31))
    year_end = changes_since(reach=reach, on=later, known=timezone.now(), since=date(TODAY.year, 12, 30), full=False)
    assert year_end.counts["overdue"] > 10
    assert all(row.now.colour is Colour.RED for row in year_end.rows if row.kind == "overdue")


def said(code: str, official: User, reviewer: User, days_ago: int, **more: Any) -> Report:
    """An accepted report of a day before today, in progress."""
    forecast = dates.parse(more.pop("forecast"), year=TODAY.year) if "forecast" in more else None
    report = reports.submit_milestone(
        milestone=Milestone.objects.select_related("unit").get(code=code),
        said=Said(as_of=TODAY - timedelta(days=days_ago), **more),
        status=Status.IN_PROGRESS,
        progress=Decimal(40),
        actual_start=None,
        actual_finish=None,
        forecast=forecast,
        by=official,
        reach=reach_for(official),
        today=TODAY,
    )
    return reports.accept(report=report, by=reviewer, reach=reach_for(reviewer))


@pytest.mark.usefixtures("ahead")
def test_a_correction_that_brings_an_older_report_back_is_a_change(
    leader: User, official_a: User, reviewer: User
) -> None:
    code = "XH-JC-01"
    said(code, official_a, reviewer, 20)
    late = said(code, official_a, reviewer, 19, forecast=f"{TODAY.year + 3}年底前")
    with writing(), connection.cursor() as cursor:  # both were accepted long ago
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE tracker_report DISABLE TRIGGER guatu_report_final")
        cursor.execute("UPDATE tracker_report SET accepted_at = accepted_at - interval '18 days' WHERE origin = 'form'")
        cursor.execute("ALTER TABLE tracker_report ENABLE TRIGGER guatu_report_final")
    said(code, official_a, reviewer, 21, supersedes=late, reason="误报")
    row = Milestone.objects.get(code=code)
    assert row.as_of == TODAY - timedelta(days=20)
    assert row.reported_at is not None
    assert row.reported_at < timezone.now() - timedelta(days=17)
    window: dict[str, Any] = {"on": TODAY, "known": timezone.now(), "since": TODAY - timedelta(days=7)}
    found = changes_since(reach=reach_for(leader), full=True, **window)
    assert [(change.name, change.kind) for change in found.rows] == [(row.called("zh-hans"), "cleared")]
    page = overview(
        view=View(reach=reach_for(leader), on=TODAY, known=timezone.now(), past=False), since=window["since"]
    )
    assert page.changes.counts["cleared"] == 1


@pytest.mark.usefixtures("ahead")
def test_too_many_changes_are_counted_until_asked_for(
    leader: User, official_a: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.queries.changes.INLINE", 0)
    finish("XH-ZB-02", official_a, reviewer)
    window: dict[str, Any] = {"on": TODAY, "known": timezone.now(), "since": TODAY - timedelta(days=7)}
    assert changes_since(reach=reach_for(leader), full=False, **window).partial == 1
    full = changes_since(reach=reach_for(leader), full=True, **window)
    assert (full.partial, full.counts["done"]) == (0, 1)
    assert replace(full.rows[0], due_now="").kind == "done"


def test_what_falls_due_on_the_day_is_said_to_fall_due_today(leader: User):
    row = Milestone.objects.current().filter(due_latest__gt=TODAY).order_by("due_latest", "code").first()
    assert row is not None
    assert row.due_latest
    assert "今天到期" in shown(reach_for(leader), on=row.due_latest).detail
    assert "还有1天" in shown(reach_for(leader), on=row.due_latest - timedelta(days=1)).detail
