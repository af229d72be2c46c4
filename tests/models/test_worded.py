"""SQL worded once says what the query set it comes from says, and writes what `save()` writes."""

from datetime import date, timedelta
from decimal import Decimal

import psycopg
import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from config.sessions import SessionStore
from tests.cast import UNIT_A
from tests.counting import statements
from tracker.audit import clock
from tracker.models import (
    Appointment,
    AuditEvent,
    Metric,
    Milestone,
    MilestoneReport,
    Programme,
    Project,
    Report,
    Role,
    Unit,
    User,
)
from tracker.models.guard import WriteOutsideAction, writing
from tracker.models.worded import Worded, WordedRows, cursor
from tracker.permissions import Post, Reach, reach_of
from tracker.queries import (
    overview_ledgers,
    overview_rows,
    overview_schedules,
    programmes,
    relocation_card,
    report_lines,
    resettlement,
    tenders,
)
from tracker.queries import projects as pages
from tracker.queries.asked import A_DAY, A_KEY
from tracker.queries.report_items import loaded_milestones, milestone_to_report

CODE = "XH-ZB-02"


@pytest.mark.django_db
def test_a_worded_row_is_the_query_sets_row():
    with statements() as asked:
        found = milestone_to_report(CODE)
        again = milestone_to_report(CODE)
    assert found is not None
    assert again is not None
    expected = loaded_milestones().get(code=CODE)
    with statements() as more:
        assert found.__dict__.keys() - {"_state"} == expected.__dict__.keys() - {"_state"}
        assert (found, found.code, found.due, found.unit.path) == (again, CODE, expected.due, expected.unit.path)
        assert found.project.programme.tracking_from == expected.project.programme.tracking_from
        assert found.report == expected.report
    assert (len(asked), len(more)) == (2, 0)
    assert milestone_to_report("no-such") is None


@pytest.mark.django_db
def test_what_comes_often_is_planned_once():
    for _ in range(6):
        milestone_to_report(CODE)
    with connection.cursor() as asking:
        asking.execute("SELECT statement FROM pg_prepared_statements")
        texts = [row[0] for row in asking.fetchall()]
    assert len([text for text in texts if "tracker_programme" in text and "tracker_milestone" in text]) == 1
    with cursor() as asking:
        asking.execute("SELECT %s::int + 1", [41])
        assert asking.fetchone() == (42,)


def test_what_was_planned_before_a_migration_is_planned_anew(own_database):
    """A second host may widen a column while this one serves."""
    for _ in range(6):
        assert milestone_to_report(CODE)
    told = connection.get_connection_params()
    with psycopg.connect(host=told["host"], user=told["user"], dbname=told["dbname"], autocommit=True) as other:
        other.execute("ALTER TABLE tracker_milestone ALTER COLUMN name TYPE varchar(333)")
    found = milestone_to_report(CODE)
    assert found is not None
    assert found.name == Milestone.objects.get(code=CODE).name


@pytest.mark.django_db
def test_a_session_key_no_text_can_hold_is_no_session(client):
    answer = client.get("/sign-in/", headers={"Cookie": 'guatu_session="abcdefgh\\000ijkl"'})
    assert answer.status_code == 200


@pytest.mark.django_db
def test_a_sample_that_stands_elsewhere_is_refused():
    twice = Worded(lambda code: Milestone.objects.filter(code=code, name=code), "any")
    with pytest.raises(AssertionError, match="elsewhere"):
        twice.first(CODE)


@pytest.mark.django_db
def test_worded_rows_are_the_query_sets_rows(official_a: User, leader: User, stranger: User):
    day, end = timezone.localdate(), timezone.now() - timedelta(days=300)
    reaches = [reach_of(one, day) for one in (leader, official_a)]
    others = tuple(
        Post(Role.LEADER, 0, "", unit.path, "", "") for unit in Unit.objects.filter(parent__isnull=False)[:3]
    )
    reaches += [Reach(0, others), Reach(0, others[:1])]
    codes = {row.code for row in Milestone.objects.filter(due_latest__isnull=False)[:40]}
    keys = [row.pk for row in Programme.objects.all()]
    projects = [row.pk for row in Project.objects.all()]
    cleared = Project.objects.get(code="XH-CQ").pk
    for reach in reaches:
        for asked, given in (
            (overview_rows.TALLIES, (day, day - timedelta(days=31), end)),
            (overview_rows.COMING, (day - timedelta(days=200),)),
            (overview_rows.PASSED, (day + timedelta(days=400),)),
            (overview_rows.LATE, (day,)),
            (overview_rows.HAVING, (keys,)),
            (overview_rows.KEY_METRICS, (keys[0], day)),
            (overview_schedules._NAMED, (sorted(codes),)),
            (programmes._EVERY, (day,)),
            (programmes._NEXT_OF_ALL, ([day + timedelta(days=n) for n in range(400)],)),
            (programmes._HOW_MANY, ()),
            (programmes._LOADED, ("XH",)),
            (programmes._WHOLE, (keys[0], day)),
            (programmes._KEY_METRICS, (keys[0],)),
            (programmes._METRICS, (keys[0],)),
            (programmes._CITED, (keys[0],)),
            (programmes._PROJECT_KEYS, (keys[0],)),
            (programmes._OF_PROJECTS, (projects[:9], day)),
            (programmes._NEXT, (projects[:9], [day + timedelta(days=n) for n in range(400)])),
            (pages._PROJECT, ("XH-CQ",)),
            (pages._MILESTONES, (cleared,)),
            (pages._METRICS, (cleared,)),
            (pages._CITED, (cleared, [], projects)),
            (resettlement.OF["programme"], ("XH",)),
            (resettlement.OF["project"], ("XH-AZ",)),
            (tenders.OF["programme"], ("XH",)),
            (tenders.OF["project"], ("XH-ZB",)),
            (relocation_card.EXPLAINED, (projects,)),
            (overview_ledgers.HOMES, ()),
        ):
            plain = list(asked.rows(reach, *given))
            assert asked.all(reach, *given) == plain
            assert asked.all(reach, *given) == plain  # worded before
    assert overview_rows.COMING.all(reach_of(stranger, day), day) == []


@pytest.mark.django_db
def test_a_day_reckoned_from_a_day_and_an_empty_list_are_values_too():
    rows = WordedRows(
        lambda day: Milestone.objects.with_date_state(day).order_by("pk").values_list("pk", "date_state"), A_DAY
    )
    for day in (date(2026, 3, 1), date(2027, 1, 1)):
        assert rows.all(day) == list(rows.rows(day))
    among = WordedRows(lambda keys: Milestone.objects.filter(pk__among=keys).order_by("pk"), [A_KEY])
    keys = list(Milestone.objects.order_by("pk").values_list("pk", flat=True)[:3])
    assert [row.pk for row in among.all(keys)] == keys
    assert (among.all([]), list(Milestone.objects.filter(pk__among=[]))) == ([], [])
    with pytest.raises(AssertionError, match="nowhere"):
        WordedRows(lambda key: Milestone.objects.filter(pk=5), A_KEY).all(1)
    with pytest.raises(AssertionError, match="told apart"):
        WordedRows(lambda a, b: Milestone.objects.filter(due_latest=a), A_DAY, A_DAY + timedelta(days=9)).all(1, 2)


@pytest.mark.usefixtures("own_database")
def test_a_row_is_locked_in_a_transaction_only():
    locked = Worded(lambda pk: Milestone.objects.select_for_update().filter(pk=pk).order_by(), 0)
    with transaction.atomic():
        assert locked.get(Milestone.named(CODE).pk).code == CODE
    with pytest.raises(transaction.TransactionManagementError):
        locked.first(1)


@pytest.mark.django_db
def test_a_new_row_is_written_as_save_writes_it():
    values = {"at": clock(), "action": "test", "subject_type": "report", "after": {"note": "现场"}, "actor_name": "甲"}
    with pytest.raises(WriteOutsideAction):
        AuditEvent(**values).store_new()
    with writing():
        worded, saved = AuditEvent(**values), AuditEvent(**values)
        worded.store_new()
        saved.save(force_insert=True)
    rows = [AuditEvent.objects.filter(pk=one.pk).values().get() for one in (worded, saved)]
    assert {**rows[0], "id": 0} == {**rows[1], "id": 0}
    assert not worded._state.adding


@pytest.mark.django_db
def test_a_row_and_its_part_are_written_in_one_statement(official_a: User):
    milestone, now = Milestone.named(CODE), clock()
    report = Report(milestone=milestone, unit=milestone.unit, as_of=now.date(), created_at=now, author=official_a)
    part = MilestoneReport(report=report, status="in_progress", progress=41, forecast_text="10月底前")
    with pytest.raises(WriteOutsideAction):
        report.store_new_with(part, "report")
    with writing(), statements() as sent:
        report.store_new_with(part, "report")
    assert len(sent) == 1
    found = Report.objects.select_related("on_milestone").get(pk=report.pk)
    held = found.on_milestone
    assert (held.status, held.progress, held.forecast_text) == ("in_progress", Decimal(41), "10月底前")
    assert found.author == official_a
    assert report.on_milestone is part
    assert part.report is report


@pytest.mark.django_db
def test_posts_come_with_the_person(official_a: User, stranger: User):
    today = timezone.localdate()
    found = User.objects.with_posts(official_a.pk, today)
    assert found is not None
    with statements() as sent:
        reach = reach_of(found, today)
    assert (len(sent), [post.unit_code for post in reach.posts]) == (0, [UNIT_A])
    assert reach == reach_of(official_a, today)
    assert reach_of(found, today - timedelta(days=3000)).posts == ()  # another day is asked for
    nobody = User.objects.with_posts(stranger.pk, today)
    assert nobody is not None
    assert reach_of(nobody, today).posts == ()
    assert User.objects.with_posts(0, today) is None
    with writing():
        Appointment.objects.filter(user=official_a).update(valid_to=today - timedelta(days=1))
        ended = User.objects.with_posts(official_a.pk, today)
        Appointment.objects.filter(user=official_a).update(valid_to=None)
        Unit.objects.filter(code=UNIT_A).update(retired_at=timezone.now())
        retired = User.objects.with_posts(official_a.pk, today)
    assert [one.held for one in (ended, retired) if one is not None] == [(today, []), (today, [])]


@pytest.mark.django_db
def test_a_session_that_ran_out_is_none():
    kept = SessionStore()
    kept["who"] = "me"
    kept.save()
    assert SessionStore(kept.session_key)["who"] == "me"
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    for key in (kept.session_key, "never-was"):
        late = SessionStore(key)
        assert late.get("who") is None
        assert late.session_key is None


@pytest.mark.django_db
def test_the_reports_of_items_are_those_of_their_query_sets():
    day, now = timezone.localdate(), timezone.now()
    about = [row.pk for row in Milestone.objects.all()], [row.pk for row in Metric.objects.all()]
    newest = report_lines._of_items(8)
    keys = list(newest.rows(*about, day, now))
    assert newest.all(*about, day, now) == keys
    assert len(keys) == 8
    expected = list(report_lines._loaded(keys, now))
    found = report_lines._LOADED.all(keys, now)
    assert found == expected
    with statements() as more:
        told = [report_lines.line(row, corrected_by=row.corrected_by, known=now, language="zh") for row in found]
    assert not more
    assert told == [report_lines.line(row, corrected_by=None, known=now, language="zh") for row in expected]
