"""Reporting and reviewing as actions: what is written, what is refused, and that nothing is written by halves."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from tests.cast import UNIT_A, UNIT_B, reach_for
from tracker import audit
from tracker.actions import current, report_storing
from tracker.actions import reports as actions
from tracker.actions.reports import Invalid, Said
from tracker.audit import Refused
from tracker.domain import dates, quantities
from tracker.domain.reporting import ReportState
from tracker.domain.states import Status
from tracker.models import AuditEvent, Metric, Milestone, Report, User
from tracker.models.guard import writing

TODAY = timezone.localdate()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def milestone(stage: None) -> Milestone:
    return Milestone.objects.filter(unit__code=UNIT_A, status="").select_related("unit")[0]


@pytest.fixture
def metric(stage: None) -> Metric:
    rows = Metric.objects.filter(unit__code=UNIT_A, form="amount", as_of__isnull=True).select_related("unit")
    return rows.get(measure="亩", name_en="New green land")


def submit(milestone: Milestone, by: User, *, progress: Any = "60", status: Status = Status.IN_PROGRESS, **other: Any):
    said = {name: other.pop(name) for name in ("note", "token", "version", "supersedes", "reason") if name in other}
    values: dict[str, Any] = {"actual_start": None, "actual_finish": None, "forecast": None} | other
    as_of = values.pop("as_of", TODAY)
    return actions.submit_milestone(
        milestone=milestone,
        said=Said(as_of=as_of, **said),
        status=status,
        progress=None if progress is None else Decimal(progress),
        by=by,
        reach=reach_for(by),
        today=TODAY,
        **values,
    )


def measure(metric: Metric, by: User, text: str, *, as_of: date = TODAY, **said: Any) -> Report:
    quantity = quantities.parse(text, measure=None if any(c in text for c in "亩公平个") else metric.measure)
    given = Said(as_of=as_of, **said)
    return actions.submit_metric(metric=metric, said=given, quantity=quantity, by=by, reach=reach_for(by), today=TODAY)


def accept(report: Report, by: User) -> Report:
    return actions.accept(report=Report.objects.get(pk=report.pk), by=by, reach=reach_for(by))


def fresh(row: Any) -> Any:
    return type(row).objects.select_related("unit").get(pk=row.pk)


def refusal(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as found:
        act()
    return found.value


def test_a_report_waits_and_moves_nothing(milestone, official_a):
    report = submit(milestone, official_a, note=" 说明 ", forecast=dates.parse("2099年12月上旬"))
    row = fresh(milestone)
    assert (report.state, report.author, report.note, report.unit_id) == ("submitted", official_a, "说明", row.unit_id)
    assert report.on_milestone.forecast_text == "2099年12月上旬"
    assert (row.status, row.as_of, row.pending, row.version) == ("", None, 1, milestone.version)
    event = AuditEvent.objects.get(action="report.submit", subject_code=str(report.pk))
    assert event.after is not None
    assert event.after["progress"] == "60"
    assert event.actor_id == official_a.pk


def test_accepting_moves_the_state_and_records_before_and_after(milestone, official_a, reviewer):
    report = accept(submit(milestone, official_a, progress="75.5"), reviewer)
    row = fresh(milestone)
    assert (row.status, row.progress, row.as_of) == ("in_progress", Decimal("75.5"), TODAY)
    assert (row.pending, row.report_id, row.reported_at) == (0, report.pk, report.accepted_at)
    assert row.version == milestone.version + 1
    event = AuditEvent.objects.get(action="report.accepted", subject_code=str(report.pk))
    assert event.before is not None
    assert event.after is not None
    assert (event.before["progress"], event.after["progress"]) == (None, "75.50")
    assert event.at == report.accepted_at == report.decided_at


def test_a_metric_is_kept_as_written_and_in_its_base_unit(metric, official_a, reviewer):
    report = measure(metric, official_a, "约80公顷")
    assert report.on_metric.measure == "公顷"
    accept(report, reviewer)
    row = fresh(metric)
    assert (row.value_low, row.value_qualifier, row.measure) == (Decimal(1200), "about", "亩")
    assert Report.objects.get(pk=report.pk).on_metric.base_low == Decimal(800_000)


def test_returning_needs_a_comment_and_keeps_the_state(milestone, official_a, reviewer):
    report = submit(milestone, official_a)
    reach = reach_for(reviewer)
    assert refusal(lambda: actions.return_(report=report, comment=" ", by=reviewer, reach=reach)).code == (
        "comment_missing"
    )
    long = refusal(lambda: actions.return_(report=report, comment="长" * 1001, by=reviewer, reach=reach))
    assert (long.code, long.field) == ("comment_too_long", "comment")
    actions.return_(report=report, comment="补充依据", by=reviewer, reach=reach)
    row, report = fresh(milestone), Report.objects.get(pk=report.pk)
    assert (report.state, report.comment, report.accepted_at) == ("returned", "补充依据", None)
    assert (row.status, row.pending) == ("", 0)


def test_withdrawing_is_for_the_author_while_it_waits(milestone, official_a, official_b, reviewer):
    report = submit(milestone, official_a)
    other = refusal(lambda: actions.withdraw(report=report, by=official_b))
    assert (other.code, other.right) == ("not_author", True)
    actions.withdraw(report=report, by=official_a)
    assert Report.objects.get(pk=report.pk).state == "withdrawn"
    assert fresh(milestone).pending == 0
    assert refusal(lambda: actions.withdraw(report=report, by=official_a)).code == "already_decided"
    assert refusal(lambda: accept(report, reviewer)).code == "already_decided"


def test_a_newer_report_takes_the_place_of_ones_own_waiting_one(milestone, official_a):
    first = submit(milestone, official_a, progress="10")
    second = submit(milestone, official_a, progress="20")
    assert Report.objects.get(pk=first.pk).state == ReportState.WITHDRAWN
    assert fresh(milestone).pending == 1
    after: Any = AuditEvent.objects.get(action="report.submit", subject_code=str(second.pk)).after
    assert after["replaced"] == [first.pk]


def test_a_waiting_correction_is_not_replaced_by_todays_report(milestone, official_a, reviewer):
    wrong = accept(submit(milestone, official_a, progress="80", as_of=YESTERDAY), reviewer)
    correction = submit(milestone, official_a, progress="8", as_of=YESTERDAY, supersedes=wrong, reason="多写一个零")
    submit(milestone, official_a, progress="9")
    assert Report.objects.get(pk=correction.pk).state == ReportState.SUBMITTED
    assert fresh(milestone).pending == 2


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"as_of": TODAY + timedelta(days=1)}, "as_of", "as_of_in_future"),
        ({"progress": "100.01"}, "progress", "progress_range"),
        ({"progress": "-1"}, "progress", "progress_range"),
        ({"progress": "99.999"}, "progress", "too_many_decimals"),
        ({"progress": "100"}, "progress", "progress_100_not_done"),
        ({"status": Status.DONE, "progress": None}, "actual_finish", "finish_missing"),
        (
            {"status": Status.DONE, "progress": None, "actual_finish": TODAY + timedelta(days=1)},
            "actual_finish",
            "actual_in_future",
        ),
        ({"actual_start": TODAY + timedelta(days=1)}, "actual_start", "actual_in_future"),
        ({"forecast": dates.parse("2020年6月底前")}, "forecast", "forecast_past"),
        ({"note": "长" * 1001}, "note", "note_too_long"),
    ],
)
def test_what_breaks_a_rule_is_not_written(milestone, official_a, values, field, code):
    with pytest.raises(Invalid) as found:
        submit(milestone, official_a, **values)
    assert (field, code) in {(problem.field, problem.code) for problem in found.value.problems}
    assert not Report.objects.filter(author=official_a).exists()
    assert fresh(milestone).pending == 0


def test_an_older_day_is_a_correction_or_nothing(milestone, official_a, reviewer):
    accept(submit(milestone, official_a), reviewer)
    assert refusal(lambda: submit(milestone, official_a, as_of=YESTERDAY)).code == "older_as_of"


def test_metric_rules(metric, official_a):
    with pytest.raises(Invalid) as found:
        actions.submit_metric(
            metric=metric,
            said=Said(as_of=TODAY),
            quantity=quantities.parse("5万人"),
            by=official_a,
            reach=reach_for(official_a),
            today=TODAY,
        )
    assert [problem.code for problem in found.value.problems] == ["wrong_dimension"]
    assert refusal(lambda: measure(metric, official_a, "0.1234567")).code == "too_many_decimals"
    assert refusal(lambda: measure(metric, official_a, "-3")).code == "negative_amount"


def test_a_derived_metric_is_not_reported(metric, official_a):
    with writing():
        Metric.objects.filter(pk=metric.pk).update(derived=True)
    assert refusal(lambda: measure(fresh(metric), official_a, "5")).code == "metric_is_derived"


def test_a_stale_form_is_refused(milestone, official_a, reviewer):
    accept(submit(milestone, official_a, version=milestone.version), reviewer)
    stale = refusal(lambda: submit(milestone, official_a, version=milestone.version))
    assert (stale.code, stale.inputs) == ("stale", {"version": milestone.version + 1})


def test_a_retired_item_takes_no_report_and_no_acceptance(milestone, official_a, reviewer):
    report = submit(milestone, official_a)
    with writing():
        Milestone.objects.filter(pk=milestone.pk).update(retired_at=timezone.now(), retired_reason="并入其他事项")
    assert refusal(lambda: submit(milestone, official_a)).code == "retired"
    assert refusal(lambda: accept(report, reviewer)).code == "retired"
    actions.return_(report=report, comment="事项已并入", by=reviewer, reach=reach_for(reviewer))


def test_another_units_item_is_refused_and_noted(milestone, official_b, leader, reviewer, administrator, stranger):
    for person in (official_b, leader, reviewer, administrator, stranger):
        found = refusal(partial(submit, milestone, person))
        assert (found.code, found.right) == ("no_right", True)
        event = AuditEvent.objects.filter(actor_id=person.pk).latest("id")
        assert (event.refused, event.action, event.subject_code) == (True, "report.submit", milestone.code)
    assert not Report.objects.filter(milestone=milestone).exists()


def test_four_eyes_hold_even_for_who_holds_both_roles(milestone, official_a, official_b):
    from tracker.models import Appointment, Role, Unit

    with writing():
        Appointment(user=official_a, unit=Unit.named("GT"), role=Role.REVIEWER, valid_from=date(2026, 1, 1)).save()
    report = submit(milestone, official_a)
    own = refusal(lambda: accept(report, official_a))
    assert (own.code, own.right) == ("own_report", True)
    assert AuditEvent.objects.filter(refused=True, code="own_report", subject_code=str(report.pk)).exists()
    assert refusal(lambda: accept(report, official_b)).code == "no_right"


def test_a_correction_supersedes_and_the_state_is_recomputed(milestone, official_a, reviewer):
    first = accept(submit(milestone, official_a, progress="30", as_of=YESTERDAY), reviewer)
    wrong = accept(submit(milestone, official_a, progress="90"), reviewer)
    assert refusal(lambda: submit(milestone, official_a, progress="40", supersedes=wrong)).code == (
        "correction_needs_reason"
    )
    too_long = refusal(lambda: submit(milestone, official_a, progress="40", supersedes=wrong, reason="长" * 301))
    assert too_long.code == "reason_too_long"
    late = submit(milestone, official_a, progress="20", as_of=YESTERDAY, supersedes=wrong, reason="误报")
    assert fresh(milestone).progress == 90
    accept(late, reviewer)
    row = fresh(milestone)
    # the corrected report is gone; of the two left for yesterday the one accepted later counts
    assert (row.progress, row.as_of, row.report_id) == (20, YESTERDAY, late.pk)
    again = refusal(lambda: submit(milestone, official_a, progress="1", supersedes=wrong, reason="再报"))
    assert again.code == "already_superseded"
    assert Report.objects.get(pk=first.pk).state == "accepted"


def test_of_two_waiting_corrections_one_is_accepted(milestone, official_a, reviewer):
    from tests.cast import person
    from tracker.models import Role

    colleague = person("colleague", Role.OFFICIAL, UNIT_A)
    wrong = accept(submit(milestone, official_a, progress="90"), reviewer)
    one = submit(milestone, official_a, progress="9", supersedes=wrong, reason="误报")
    two = submit(milestone, colleague, progress="19", supersedes=wrong, reason="误报")
    accept(one, reviewer)
    assert refusal(lambda: accept(two, reviewer)).code == "already_superseded"
    assert fresh(milestone).progress == 9


def test_only_an_accepted_report_of_the_same_item_is_corrected(milestone, official_a, official_b, reviewer):
    waiting = submit(milestone, official_a)
    found = refusal(lambda: submit(milestone, official_a, supersedes=waiting, reason="改"))
    assert found.code == "corrects_nothing"
    other = Milestone.objects.filter(unit__code=UNIT_B, status="").select_related("unit")[0]
    theirs = accept(submit(other, official_b), reviewer)
    assert refusal(lambda: submit(milestone, official_a, supersedes=theirs, reason="改")).code == "corrects_nothing"


def test_a_replay_is_one_report(milestone, metric, official_a):
    first = submit(milestone, official_a, token="token-0001", version=milestone.version)
    assert submit(milestone, official_a, token="token-0001", version=milestone.version).pk == first.pk
    one = measure(metric, official_a, "约1200", token="token-0002")
    assert measure(metric, official_a, "约1200", token="token-0002").pk == one.pk
    assert Report.objects.filter(author=official_a).count() == 2
    assert fresh(milestone).pending == 1


def test_a_token_that_said_something_else_is_no_replay(milestone, metric, official_a):
    first = submit(milestone, official_a, token="token-0001")
    for act in (
        lambda: submit(milestone, official_a, token="token-0001", progress="61"),
        lambda: submit(milestone, official_a, token="token-0001", note="补充"),
        lambda: measure(metric, official_a, "5", token="token-0001"),
    ):
        assert refusal(act).code == "already_sent"
    actions.withdraw(report=first, by=official_a)
    assert refusal(lambda: submit(milestone, official_a, token="token-0001")).code == "already_sent"


@pytest.mark.parametrize("broken", ["record", "carry"])
def test_row_and_audit_event_are_written_together_or_not_at_all(milestone, official_a, reviewer, monkeypatch, broken):
    report = submit(milestone, official_a)

    def fails(*_args: object, **_options: object) -> None:
        raise RuntimeError("the second write fails")

    if broken == "record":
        monkeypatch.setattr(actions, "record", fails)
        monkeypatch.setattr(report_storing, "record", fails)
    else:
        monkeypatch.setattr(current, "copy_milestone", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        accept(report, reviewer)
    assert Report.objects.get(pk=report.pk).state == "submitted"
    assert (fresh(milestone).status, fresh(milestone).pending) == ("", 1)
    if broken == "record":
        with pytest.raises(RuntimeError), transaction.atomic():
            submit(milestone, official_a, progress="61")
        with pytest.raises(RuntimeError), transaction.atomic():
            actions.withdraw(report=report, by=official_a)
    assert Report.objects.filter(milestone=milestone).count() == 1
    assert AuditEvent.objects.filter(subject_type="report").count() == 1


def test_the_clock_of_acceptance_is_read_after_the_lock(milestone, official_a, reviewer):
    before = audit.clock()
    first: Any = accept(submit(milestone, official_a, progress="10"), reviewer)
    second: Any = accept(submit(milestone, official_a, progress="20"), reviewer)
    assert before < first.accepted_at < second.accepted_at < audit.clock()
