"""Reporting and reviewing: submit, accept, return, withdraw. A correction is a report that supersedes an accepted one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Model

from tracker import permissions
from tracker.actions.current import carry_metric, carry_milestone
from tracker.audit import Refused, clock, record, record_refusal, recording
from tracker.domain.dates import ImpreciseDate
from tracker.domain.quantities import Quantity
from tracker.domain.reporting import Origin, Problem, ReportState, check_metric_report, check_milestone_report
from tracker.domain.states import Status
from tracker.domain.stored import base_decimal
from tracker.models import Metric, MetricReport, Milestone, MilestoneReport, Report, User
from tracker.permissions import Permission, Reach


class Invalid(Refused):
    """Input that breaks a rule: every problem with the field it is about; nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        first = self.problems[0]
        super().__init__(first.code, field=first.field, **dict(first.inputs))


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with any report, whatever it is about.

    `token` makes a replayed submit one report; `version` is the item's version the form was filled from (None skips
    the check); `supersedes` is the accepted report this one corrects, with its `reason`.
    """

    as_of: date
    note: str = ""
    token: str | None = None
    version: int | None = None
    origin: Origin = Origin.FORM
    supersedes: Report | None = None
    reason: str = ""


def submit_milestone(
    *,
    milestone: Milestone,
    said: Said,
    status: Status,
    progress: Decimal | None,
    actual_start: date | None,
    actual_finish: date | None,
    forecast: ImpreciseDate | None,
    by: User,
    reach: Reach,
    today: date,
) -> Report:
    """Report on a milestone; the report waits for a reviewer. Raises Refused or Invalid; a replay returns the first."""
    _may_report(milestone, "milestone", by=by, reach=reach)
    with recording():
        row, now = _locked(Milestone, milestone.pk)
        if replayed := _replayed(by, said):
            return replayed
        _not_stale(row, said)
        problems = check_milestone_report(
            status=status,
            progress=progress,
            as_of=said.as_of,
            actual_start=actual_start,
            actual_finish=actual_finish,
            forecast=forecast,
            note=said.note,
            today=today,
            last_as_of=row.as_of,
            is_correction=said.supersedes is not None,
        )
        _check(problems, said, milestone_id=row.pk)
        report = _write(said, by=by, now=now, unit_id=row.unit_id, milestone=row)
        MilestoneReport(
            report=report,
            status=status.value,
            progress=Decimal(100) if status is Status.DONE else progress,
            actual_start=actual_start,
            actual_finish=actual_finish,
            **forecast_columns(forecast),
        ).save(force_insert=True)
        _waiting(row, report, by=by, said=said)
    return report


def submit_metric(*, metric: Metric, said: Said, quantity: Quantity, by: User, reach: Reach, today: date) -> Report:
    """Report the value of a metric; the report waits for a reviewer. Raises Refused or Invalid."""
    _may_report(metric, "metric", by=by, reach=reach)
    if metric.derived:
        raise Refused("metric_is_derived")
    with recording():
        row, now = _locked(Metric, metric.pk)
        if replayed := _replayed(by, said):
            return replayed
        _not_stale(row, said)
        problems = check_metric_report(
            quantity=quantity,
            metric_measure=row.measure,
            metric_form=row.form,
            as_of=said.as_of,
            today=today,
            last_as_of=row.as_of,
            is_correction=said.supersedes is not None,
            note=said.note,
        )
        _check(problems, said, metric_id=row.pk)
        report = _write(said, by=by, now=now, unit_id=row.unit_id, metric=row)
        MetricReport(report=report, **quantity_columns(quantity)).save(force_insert=True)
        _waiting(row, report, by=by, said=said)
    return report


def accept(*, report: Report, by: User, reach: Reach) -> Report:
    """Accept a submitted report: it becomes final and the item's current state follows. Raises Refused."""
    return _decide(report, ReportState.ACCEPTED, "", by=by, reach=reach)


def return_(*, report: Report, comment: str, by: User, reach: Reach) -> Report:
    """Send a submitted report back with a comment; its author reports anew. Raises Refused."""
    comment = comment.strip()
    if not comment:
        raise Refused("comment_missing", field="comment")
    if len(comment) > 1000:
        raise Refused("comment_too_long", field="comment", limit=1000)
    return _decide(report, ReportState.RETURNED, comment, by=by, reach=reach)


def withdraw(*, report: Report, by: User) -> Report:
    """Take back one's own report while nobody has decided on it. Raises Refused."""
    if report.author_id != by.pk:
        _refuse_right("report.withdraw", report, by=by, code="not_author")
    with recording():
        subject, row, now = _locked_report(report)
        _still_submitted(row)
        row.state, row.decided_at = ReportState.WITHDRAWN.value, now
        row.save(update_fields=["state", "decided_at"])
        type(subject).objects.filter(pk=subject.pk, pending__gt=0).update(pending=F("pending") - 1)
        record("report.withdraw", by=by, subject_type="report", subject_code=str(row.pk), at=now)
    return row


def _decide(report: Report, state: ReportState, comment: str, *, by: User, reach: Reach) -> Report:
    action = f"report.{state.value}"
    if report.author_id == by.pk:
        _refuse_right(action, report, by=by, code="own_report")
    if not permissions.may_review(reach, report):
        _refuse_right(action, report, by=by, code="no_right")
    with recording():
        subject, row, now = _locked_report(report)
        _still_submitted(row)
        if row.supersedes_id and state is ReportState.ACCEPTED:
            _not_superseded(row.supersedes_id)
        before = {"state": row.state}
        row.state, row.comment, row.decided_at, row.decided_by = state.value, comment, now, by
        row.accepted_at = now if state is ReportState.ACCEPTED else None
        row.save(update_fields=["state", "comment", "decided_at", "decided_by", "accepted_at"])
        subject.pending = max(subject.pending - 1, 0)
        if state is ReportState.ACCEPTED:
            _carry(subject, now)
        else:
            subject.save(update_fields=["pending"])
        after = {"state": row.state, "comment": comment, "subject": subject.code}
        record(action, by=by, subject_type="report", subject_code=str(row.pk), before=before, after=after, at=now)
    return row


def _carry(subject: Milestone | Metric, now: datetime) -> None:
    if isinstance(subject, Milestone):
        carry_milestone(subject, known=now)
    else:
        carry_metric(subject, known=now)


def _may_report(item: Milestone | Metric, kind: str, *, by: User, reach: Reach) -> None:
    if not reach.may(Permission.REPORT, item.unit.path):
        record_refusal("report.submit", by=by, subject_type=kind, subject_code=item.code, code="no_right")
        raise Refused("no_right", right=True)


def _refuse_right(action: str, report: Report, *, by: User, code: str) -> None:
    record_refusal(action, by=by, subject_type="report", subject_code=str(report.pk), code=code)
    raise Refused(code, right=True)


def _locked(model: type[Model], pk: int) -> tuple[Any, datetime]:
    """The row locked, and the wall clock once the lock is held."""
    row = model._default_manager.select_for_update().get(pk=pk)
    return row, clock()


def _locked_report(report: Report) -> tuple[Milestone | Metric, Report, datetime]:
    """The item first (the lock order of every action), then its report."""
    model: type[Model] = Milestone if report.milestone_id else Metric
    subject, now = _locked(model, report.milestone_id or report.metric_id or 0)
    row = Report.objects.select_for_update().get(pk=report.pk)
    return subject, row, now


def _replayed(by: User, said: Said) -> Report | None:
    if not said.token:
        return None
    found: Report | None = Report.objects.filter(author=by, client_token=said.token).first()
    return found


def _not_stale(row: Milestone | Metric, said: Said) -> None:
    if row.retired_at:
        raise Refused("retired")
    if said.version is not None and said.version != row.version:
        raise Refused("stale", version=row.version)


def _check(problems: list[Problem], said: Said, **subject: int) -> None:
    if problems:
        raise Invalid(problems)
    if not said.supersedes:
        return
    if not said.reason.strip():
        raise Refused("correction_needs_reason", field="reason")
    corrected = Report.objects.filter(pk=said.supersedes.pk, state=ReportState.ACCEPTED, **subject).exists()
    if not corrected:
        raise Refused("corrects_nothing", field="supersedes")
    _not_superseded(said.supersedes.pk)


def _not_superseded(report_id: int) -> None:
    if Report.objects.filter(supersedes_id=report_id, state=ReportState.ACCEPTED).exists():
        raise Refused("already_superseded")


def _still_submitted(row: Report) -> None:
    if row.state != ReportState.SUBMITTED:
        raise Refused("already_decided", state=row.state)


def _write(said: Said, *, by: User, now: datetime, unit_id: int, **subject: Milestone | Metric) -> Report:
    report = Report(
        unit_id=unit_id,
        as_of=said.as_of,
        state=ReportState.SUBMITTED.value,
        note=said.note.strip(),
        origin=said.origin.value,
        author=by,
        submitted_by=by,
        created_at=now,
        submitted_at=now,
        supersedes=said.supersedes,
        supersede_reason=said.reason.strip()[:300],
        client_token=said.token or None,
        **subject,
    )
    report.save(force_insert=True)
    return report


def _waiting(row: Milestone | Metric, report: Report, *, by: User, said: Said) -> None:
    """Count the report as pending; an earlier one of the same author on the same item gives way to it."""
    replaced = 0
    if row.pending:
        earlier = Report.objects.submitted().filter(author=by, milestone=report.milestone, metric=report.metric)
        replaced = earlier.exclude(pk=report.pk).update(
            state=ReportState.WITHDRAWN.value, decided_at=report.submitted_at
        )
    type(row).objects.filter(pk=row.pk).update(pending=F("pending") + 1 - replaced)
    after = {"subject": row.code, "as_of": said.as_of, "origin": said.origin.value, "replaced": replaced}
    record(
        "report.submit",
        by=by,
        subject_type="report",
        subject_code=str(report.pk),
        after=after,
        at=report.submitted_at,
    )


def forecast_columns(forecast: ImpreciseDate | None) -> dict[str, Any]:
    """The columns of a forecast."""
    if forecast is None:
        return {}
    return {
        "forecast_text": forecast.text,
        "forecast_earliest": forecast.earliest,
        "forecast_latest": forecast.latest,
        "forecast_precision": forecast.precision.value,
        "forecast_kind": forecast.kind.value,
    }


def quantity_columns(quantity: Quantity) -> dict[str, Any]:
    """The columns of a quantity: as written, and in the base unit of its dimension."""
    return {
        "low": quantity.low,
        "high": quantity.high,
        "qualifier": quantity.qualifier.value,
        "measure": quantity.measure,
        "base_low": base_decimal(quantity.base_low),
        "base_high": base_decimal(quantity.base_high),
        "basis": quantity.basis,
    }
