"""What is final stays: the models refuse writes outside actions, the database refuses the rest, psql included."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests.cast import UNIT_A, reach_for
from tracker.actions import reports as actions
from tracker.actions.reports import Said
from tracker.domain.states import Status
from tracker.models import AuditEvent, MetricReport, Milestone, MilestonePlan, MilestoneReport, Report
from tracker.models.guard import WriteOutsideAction, writing

TODAY = timezone.localdate()


@pytest.fixture
def waiting(official_a) -> Report:
    milestone = Milestone.objects.filter(unit__code=UNIT_A, status="").select_related("unit")[0]
    return actions.submit_milestone(
        milestone=milestone,
        said=Said(as_of=TODAY),
        status=Status.IN_PROGRESS,
        progress=Decimal(60),
        actual_start=None,
        actual_finish=None,
        forecast=None,
        by=official_a,
        reach=reach_for(official_a),
        today=TODAY,
    )


@pytest.fixture
def accepted(waiting, reviewer) -> Report:
    return actions.accept(report=waiting, by=reviewer, reach=reach_for(reviewer))


def refused_by_the_database(statement: str) -> str:
    with pytest.raises(DatabaseError) as found, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(found.value)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE tracker_report SET note = 'x' WHERE id = {id}", "is final"),
        ("UPDATE tracker_report SET state = 'submitted' WHERE id = {id}", "is final"),
        ("DELETE FROM tracker_report WHERE id = {id}", "never deleted"),
        ("UPDATE tracker_milestonereport SET progress = 99 WHERE report_id = {id}", "are final"),
        ("DELETE FROM tracker_milestonereport WHERE report_id = {id}", "are final"),
        ("UPDATE tracker_auditevent SET action = 'x'", "never changed"),
        ("DELETE FROM tracker_auditevent", "never changed"),
        ("UPDATE tracker_milestoneplan SET due_latest = NULL", "append-only"),
        ("DELETE FROM tracker_milestoneplan", "append-only"),
        ("UPDATE tracker_metricplan SET number = 9", "append-only"),
        ("UPDATE tracker_baseline SET name = 'x'", "append-only"),
        ("DELETE FROM tracker_baselineentry", "append-only"),
        ("UPDATE tracker_milestone SET code = 'x' WHERE id = {milestone}", "immutable"),
    ],
)
def test_the_database_refuses(accepted, statement, words):
    assert words in refused_by_the_database(statement.format(id=accepted.pk, milestone=accepted.milestone_id))


@pytest.mark.parametrize(
    "table",
    [
        "report",
        "milestonereport",
        "metricreport",
        "packagereport",
        "auditevent",
        "milestoneplan",
        "packageplan",
        "baseline",
    ],
)
@pytest.mark.django_db
def test_no_table_of_commitments_is_emptied(table):
    assert "TRUNCATE refused" in refused_by_the_database(f"TRUNCATE tracker_{table} CASCADE")


def test_a_waiting_report_is_never_deleted_either(waiting):
    assert "never deleted" in refused_by_the_database(f"DELETE FROM tracker_report WHERE id = {waiting.pk}")


def test_no_report_is_accepted_by_its_author_even_in_sql(waiting):
    decided = "state = 'accepted', accepted_at = now(), decided_by_id = author_id"
    words = refused_by_the_database(f"UPDATE tracker_report SET {decided} WHERE id = {waiting.pk}")
    assert "report_four_eyes" in words


def test_no_report_is_superseded_twice_even_in_sql(accepted, official_a):
    columns = "milestone_id, unit_id, as_of, state, note, origin, created_at, accepted_at, comment, supersede_reason"
    insert = (
        f"INSERT INTO tracker_report ({columns}, supersedes_id) SELECT {columns}, id FROM tracker_report "
        f"WHERE id = {accepted.pk}"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert)
    assert "report_superseded_once" in refused_by_the_database(insert)


def test_the_purge_of_simulated_rows_takes_no_others(accepted):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL guatu.purge = 'simulation'")
        with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
            cursor.execute("DELETE FROM tracker_report WHERE id = %s", [accepted.pk])
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            cursor.execute("DELETE FROM tracker_auditevent")


def test_the_models_refuse_writes_outside_actions(accepted):
    row, plan = accepted.milestone, MilestonePlan.objects.all()[0]
    acts = [
        row.save,
        row.delete,
        accepted.save,
        accepted.on_milestone.delete,
        plan.save,
        AuditEvent(action="x", at=timezone.now(), subject_type="x").save,
        lambda: Milestone.objects.filter(pk=row.pk).update(status="done"),
        lambda: Report.objects.all().delete(),
        lambda: Report.objects.create(as_of=TODAY),
        lambda: Milestone.objects.bulk_create([Milestone()]),
        lambda: Milestone.objects.bulk_update([row], ["status"]),
        lambda: MilestoneReport.objects.update(progress=1),
        lambda: MetricReport.objects.all().delete(),
    ]
    for act in acts:
        with pytest.raises(WriteOutsideAction):
            act()
    assert not Report.objects.filter(as_of=TODAY).exclude(pk=accepted.pk).exclude(origin="document").exists()


def test_inside_an_action_the_guard_of_the_model_is_open_and_closes_again(accepted):
    row = accepted.milestone
    with writing():
        row.save()
    with pytest.raises(WriteOutsideAction):
        row.save()
