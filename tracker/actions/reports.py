"""Reporting and reviewing: submit, accept, return, withdraw. A correction is a report superseding an accepted one."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError
from django.db.models import F, Model

from tracker import permissions
from tracker.actions.current import carry_housing, carry_milestone, carry_package, carry_site
from tracker.actions.derived import carry_measured
from tracker.actions.ledger_metrics import carry_sites
from tracker.actions.notices import report_corrected, report_returned
from tracker.actions.rechecks import recheck_milestone, recheck_package
from tracker.actions.report_storing import LOCKED_METRIC, LOCKED_MILESTONE, new, waiting
from tracker.actions.report_storing import Said as Said
from tracker.audit import Refused, clock, record, record_refusal, recording, snapshot
from tracker.domain.dates import ImpreciseDate
from tracker.domain.quantities import Quantity
from tracker.domain.relocation import FIGURES
from tracker.domain.reporting import Problem, ReportState, check_metric_report, check_milestone_report
from tracker.domain.resettlement import FIGURES as HOME_FIGURES
from tracker.domain.states import Status
from tracker.domain.stored import base_decimal
from tracker.models import Metric, MetricReport, Milestone, MilestoneReport, Report, User
from tracker.models.subjects import KINDS, SAID, Subject, key_of, kind_of, said_in
from tracker.models.tenders import HELD as PACKAGE_HELD
from tracker.permissions import Permission, Reach

COMMENT_LIMIT, REASON_LIMIT = 1000, 300
PROGRESS_PLACES, VALUE_PLACES = 2, 6
MILESTONE_STATE = ("status", "progress", "actual_start", "actual_finish", "forecast_text", "forecast_latest", "as_of")
NO_FORECAST = {
    "forecast_text": "",
    "forecast_earliest": None,
    "forecast_latest": None,
    "forecast_precision": "",
    "forecast_kind": "",
}
METRIC_STATE = ("value_low", "value_high", "value_qualifier", "as_of")
STATE: Mapping[str, tuple[str, ...]] = {
    "milestone": MILESTONE_STATE,
    "metric": METRIC_STATE,
    "site": (*FIGURES, "obstacles", "as_of"),
    "housing": (*HOME_FIGURES, "as_of"),
    "package": (*PACKAGE_HELD, "as_of"),
}
"""The columns of each kind of item that an accepted report moves."""


class Invalid(Refused):
    """Input that breaks a rule: every problem with the field it is about; nothing was written."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        first = self.problems[0]
        inputs: dict[str, Any] = dict(first.inputs)
        super().__init__(first.code, field=first.field, **inputs)


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
    may_report_on(milestone, by=by, reach=reach)
    values = {
        "status": status.value,
        "progress": Decimal(100) if status is Status.DONE else progress,
        "actual_start": actual_start,
        "actual_finish": actual_finish,
        **forecast_columns(forecast),
    }

    def store() -> Report:
        with recording():
            row = LOCKED_MILESTONE.get(milestone.pk)
            not_stale(row, said)
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
            passed([*problems, *too_fine("progress", PROGRESS_PLACES, progress)], said, milestone_id=row.pk)
            report = new(said, by=by, now=row.now, unit_id=row.unit_id, milestone=row)
            report.store_new_with(MilestoneReport(report=report, **values), "report")
            waiting(row, report, values, by=by, said=said)
        return report

    return once(store, by, said, milestone, values)


def submit_metric(*, metric: Metric, said: Said, quantity: Quantity, by: User, reach: Reach, today: date) -> Report:
    """Report the value of a metric; the report waits for a reviewer. Raises Refused or Invalid."""
    may_report_on(metric, by=by, reach=reach)
    values = quantity_columns(quantity)

    def store() -> Report:
        with recording():
            row = LOCKED_METRIC.get(metric.pk)
            not_stale(row, said)
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
            passed(
                [*problems, *too_fine("quantity", VALUE_PLACES, quantity.low, quantity.high)], said, metric_id=row.pk
            )
            report = new(said, by=by, now=row.now, unit_id=row.unit_id, metric=row)
            report.store_new_with(MetricReport(report=report, **values), "report")
            waiting(row, report, values, by=by, said=said)
        return report

    return once(store, by, said, metric, values)


def accept(*, report: Report, by: User, reach: Reach, version: int | None = None) -> Report:
    """Accept a submitted report: it becomes final and the item's current state follows. Raises Refused.

    `version`: of the item when the report was looked at; another one is refused ('changed_since_looked').
    """
    return _decide(report, ReportState.ACCEPTED, "", by=by, reach=reach, version=version)


def return_(*, report: Report, comment: str, by: User, reach: Reach) -> Report:
    """Send a submitted report back with a comment; its author reports anew. Raises Refused."""
    comment = comment.strip()
    if not comment:
        raise Refused("comment_missing", field="comment")
    if len(comment) > COMMENT_LIMIT:
        raise Refused("comment_too_long", field="comment", limit=COMMENT_LIMIT)
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


def _decide(
    report: Report, state: ReportState, comment: str, *, by: User, reach: Reach, version: int | None = None
) -> Report:
    action = f"report.{state.value}"
    if report.author_id == by.pk:
        _refuse_right(action, report, by=by, code="own_report")
    if not permissions.may_review(reach, report):
        _refuse_right(action, report, by=by, code="no_right")
    with recording():
        subject, row, now = _locked_report(report)
        _still_submitted(row)
        if version is not None and version != subject.version:
            raise Refused("changed_since_looked", version=subject.version)
        if state is ReportState.ACCEPTED:
            _may_become_final(row, subject)
        before = {"state": row.state, **_state_of(subject)}
        row.state, row.comment, row.decided_at, row.decided_by = state.value, comment, now, by
        row.accepted_at = now if state is ReportState.ACCEPTED else None
        row.save(update_fields=["state", "comment", "decided_at", "decided_by", "accepted_at"])
        subject.pending = max(subject.pending - 1, 0)
        if state is ReportState.ACCEPTED:
            CARRY[row.kind](subject, now)
            if row.supersedes_id:
                report_corrected(row, subject, now=now)
        else:
            subject.save(update_fields=["pending"])
            report_returned(row, subject, now=now)
        after = {"state": row.state, "comment": comment, "subject": subject.code, **_state_of(subject)}
        record(action, by=by, subject_type="report", subject_code=str(row.pk), before=before, after=after, at=now)
    return row


def _may_become_final(row: Report, subject: Subject) -> None:
    if subject.retired_at:
        raise Refused("retired")
    if row.supersedes_id:
        _not_superseded(row.supersedes_id)


def _state_of(subject: Subject) -> dict[str, Any]:
    """The item's own state, for the audit event to show what an accepted report changed."""
    return snapshot(subject, *STATE[kind_of(subject)])


def _carry_milestone(subject: Any, now: datetime) -> None:
    carry_milestone(subject, known=now)
    recheck_milestone(subject, now=now)


def _carry_metric(subject: Any, now: datetime) -> None:
    carry_measured(subject, known=now)


def _carry_site(subject: Any, now: datetime) -> None:
    carry_site(subject, known=now)
    carry_sites(subject)


def _carry_housing(subject: Any, now: datetime) -> None:
    carry_housing(subject, known=now)


def _carry_package(subject: Any, now: datetime) -> None:
    stood = subject.counts.stops
    carry_package(subject, known=now)
    if stood or subject.counts.stops:  # what it moves, or no longer moves, schedules speak of
        recheck_package(subject, now=now)


CARRY: Mapping[str, Callable[[Any, datetime], None]] = {
    "milestone": _carry_milestone,
    "metric": _carry_metric,
    "site": _carry_site,
    "housing": _carry_housing,
    "package": _carry_package,
}
"""What an accepted report sets in motion, by kind of item: its state columns, and whatever is worked out from them."""


def may_report_on(item: Subject, *, by: User, reach: Reach) -> None:
    """Whether the person reports for the item's unit; else the refusal is written down. Raises Refused."""
    if not reach.may(Permission.REPORT, item.unit.path):
        record_refusal("report.submit", by=by, subject_type=kind_of(item), subject_code=item.code, code="no_right")
        raise Refused("no_right", right=True)


def _refuse_right(action: str, report: Report, *, by: User, code: str) -> None:
    record_refusal(action, by=by, subject_type="report", subject_code=str(report.pk), code=code)
    raise Refused(code, right=True)


def _locked(model: type[Model], pk: int) -> tuple[Any, datetime]:
    """The row locked, and the wall clock once the lock is held."""
    row = model._default_manager.select_for_update(no_key=True).get(pk=pk)
    return row, clock()


def _locked_report(report: Report) -> tuple[Any, Report, datetime]:
    """The item first (the lock order of every action), then its report."""
    subject, now = _locked(KINDS[report.kind].model, key_of(report)[1])
    row = Report.objects.select_for_update().get(pk=report.pk)
    return subject, row, now


def once(store: Callable[[], Report], by: User, said: Said, subject: Subject, values: Mapping[str, Any]) -> Report:
    """Store a report, unless this very form has stored it before: then that one is the answer.

    Only a report that cannot be stored is looked up by its token. A replay never can: its token is taken.
    """
    try:
        return store()
    except Refused:
        if (found := _replayed(by, said, subject, values)) is None:
            raise
        return found
    except IntegrityError as fault:
        if "report_once_per_token" not in str(fault):
            raise
        if (found := _replayed(by, said, subject, values)) is None:
            raise Refused("already_sent") from fault
        return found


def _replayed(by: User, said: Said, subject: Subject, values: Mapping[str, Any]) -> Report | None:
    """The report this very form has made already; Refused('already_sent') if it said something else then."""
    if not said.token:
        return None
    keys = Report.objects.filter(author=by, client_token=said.token).order_by().values_list("pk", flat=True)
    if not keys:
        return None
    found: Report = Report.objects.select_related(*SAID).get(pk=keys[0])
    return same_report(found, said, subject, values)


def same_report(found: Report, said: Said, subject: Subject, values: Mapping[str, Any]) -> Report:
    """The report a form has made before, loaded with its values; Refused('already_sent') if it said something else."""
    head = (found.as_of, found.note, found.supersedes_id, found.kind, key_of(found)[1])
    asked = (
        said.as_of,
        said.note.strip(),
        said.supersedes.pk if said.supersedes else None,
        kind_of(subject),
        subject.pk,
    )
    held = said_in(found)
    same = head == asked and all(getattr(held, name, None) == value for name, value in values.items())
    if not (same and said.files.held_by(found)) or found.state == ReportState.WITHDRAWN:
        raise Refused("already_sent", report=found.pk)
    return found


def not_stale(row: Subject, said: Said) -> None:
    """Refuse what takes no reports, and a form that was filled from an older version of the item."""
    if row.retired_at:
        raise Refused("retired")
    if isinstance(row, Metric) and row.derived:
        raise Refused("metric_of_ledger" if row.ledger else "metric_is_derived")
    if said.version is not None and said.version != row.version:
        raise Refused("stale", version=row.version)


def too_fine(field: str, places: int, *values: Decimal | None) -> list[Problem]:
    """A figure the columns would round: 99.999 must not be stored as 100."""
    fine = [value for value in values if value is not None and value != round(value, places)]
    return [Problem(field, "too_many_decimals", MappingProxyType({"places": places}))] if fine else []


def passed(problems: list[Problem], said: Said, **subject: int) -> None:
    """Refuse a report with problems, and a correction that corrects nothing. Raises Refused or Invalid."""
    if problems:
        raise Invalid(problems)
    if not said.supersedes:
        return
    if not said.reason.strip():
        raise Refused("correction_needs_reason", field="reason")
    if len(said.reason.strip()) > REASON_LIMIT:
        raise Refused("reason_too_long", field="reason", limit=REASON_LIMIT)
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


def forecast_columns(forecast: ImpreciseDate | None) -> dict[str, Any]:
    """The columns of a forecast."""
    if forecast is None:
        return dict(NO_FORECAST)
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
