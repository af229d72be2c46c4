"""Many reports at once, as a grid sends them: the rules of every report, in as many statements however many rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce

from tracker.actions import reports
from tracker.actions.evidence_files import NO_FILES
from tracker.actions.report_storing import NEEDED, Said, new
from tracker.actions.reports import PROGRESS_PLACES, VALUE_PLACES, Invalid, too_fine
from tracker.audit import Refused, clock, record_many, record_refusal, recording
from tracker.domain.reporting import ReportState, check_metric_report, check_milestone_report
from tracker.domain.states import Status
from tracker.models import Draft, Metric, MetricReport, Milestone, MilestoneReport, Report, User
from tracker.permissions import Permission, Reach

Answer = Report | Refused


@dataclass(frozen=True, slots=True)
class Proposal:
    """One row of a sheet as the report it would be; `values` are those of a milestone, or `quantity`."""

    subject: Milestone | Metric
    said: Said
    values: Mapping[str, Any]


@dataclass(slots=True)
class _Batch:
    """What the rows are held against, and what becomes of each."""

    by: User
    today: date
    now: datetime
    locked: Mapping[tuple[type[Model], int], Any]
    before: Mapping[str, Report]
    made: dict[int, tuple[Report, dict[str, Any]]]


def submit_many(proposals: Sequence[Proposal], *, by: User, reach: Reach, today: date, draft: str = "") -> list[Answer]:
    """Store a report for each proposal that may be made; the others are answered with why not, and leave no trace.

    Each as `reports.submit_milestone` and `submit_metric` have it; corrections and files are not for batches, and no
    two proposals may be about the same item. `draft` names the author's draft they came from: it goes with them, unless
    one of them was refused.
    """
    items = [(type(one.subject), one.subject.pk) for one in proposals]
    assert len(set(items)) == len(items), "two proposals about one item"
    assert not any(one.said.supersedes or one.said.files != NO_FILES for one in proposals), "a correction in a batch"
    barred = [not reach.may(Permission.REPORT, one.subject.unit.path) for one in proposals]
    if any(barred):
        first = proposals[barred.index(True)].subject
        kind = str(first._meta.model_name)
        record_refusal("report.submit", by=by, subject_type=kind, subject_code=first.code, code="no_right")
    wanted = {number: one for number, one in enumerate(proposals) if not barred[number]}
    answers: dict[int, Answer] = {number: Refused("no_right", right=True) for number, out in enumerate(barred) if out}
    with recording():
        batch = _opened(wanted.values(), by=by, today=today)
        for number, one in wanted.items():
            try:
                answers[number] = _row(batch, number, one)
            except Refused as refused:
                answers[number] = refused
        _store(batch)
        if draft and all(isinstance(one, Report) for one in answers.values()):
            Draft.objects.filter(person=by, form=draft).delete()
    return [answers[number] for number in range(len(proposals))]


def _opened(proposals: Iterable[Proposal], *, by: User, today: date) -> _Batch:
    """The items, locked in the order of their keys, and the reports these very rows have made before."""
    wanted = list(proposals)
    locked: dict[tuple[type[Model], int], Any] = {}
    for model, columns in ((Milestone, NEEDED), (Metric, (*NEEDED, "measure", "form", "derived"))):
        keys = [one.subject.pk for one in wanted if isinstance(one.subject, model)]
        rows = model._default_manager.select_for_update(no_key=True).only(*columns).filter(pk__in=keys).order_by("pk")
        locked |= {(model, row.pk): row for row in rows}
    tokens = [one.said.token for one in wanted if one.said.token]
    found = Report.objects.filter(author=by, client_token__in=tokens).select_related("on_milestone", "on_metric")
    before = {str(one.client_token): one for one in found.order_by()}
    return _Batch(by, today, clock(), locked, before, {})


def _row(batch: _Batch, number: int, one: Proposal) -> Report:
    """The report of one row: a new one, not yet stored, or the one it has made before. Raises Refused or Invalid."""
    row, said = batch.locked[type(one.subject), one.subject.pk], one.said
    metric = isinstance(row, Metric)
    values = reports.quantity_columns(one.values["quantity"]) if metric else _milestone_columns(one.values)
    if said.token and (earlier := batch.before.get(said.token)):
        return reports.same_report(earlier, said, row, values)
    reports.not_stale(row, said)
    problems = _metric_problems(batch, row, one) if metric else _milestone_problems(batch, row, one)
    if problems:
        raise Invalid(problems)
    subject: dict[str, Any] = {"metric" if metric else "milestone": row}
    report = new(said, by=batch.by, now=batch.now, unit_id=row.unit_id, **subject)
    batch.made[number] = (report, values)
    return report


def _milestone_columns(values: Mapping[str, Any]) -> dict[str, Any]:
    status = Status(values["status"])
    return {
        "status": status.value,
        "progress": Decimal(100) if status is Status.DONE else values["progress"],
        "actual_start": values["actual_start"],
        "actual_finish": values["actual_finish"],
        **reports.forecast_columns(values["forecast"]),
    }


def _milestone_problems(batch: _Batch, row: Any, one: Proposal) -> list[Any]:
    given = {name: one.values[name] for name in ("progress", "actual_start", "actual_finish", "forecast")}
    problems = check_milestone_report(
        status=Status(one.values["status"]),
        as_of=one.said.as_of,
        note=one.said.note,
        today=batch.today,
        last_as_of=row.as_of,
        is_correction=False,
        **given,
    )
    return [*problems, *too_fine("progress", PROGRESS_PLACES, given["progress"])]


def _metric_problems(batch: _Batch, row: Any, one: Proposal) -> list[Any]:
    quantity = one.values["quantity"]
    problems = check_metric_report(
        quantity=quantity,
        metric_measure=row.measure,
        metric_form=row.form,
        as_of=one.said.as_of,
        today=batch.today,
        last_as_of=row.as_of,
        is_correction=False,
        note=one.said.note,
    )
    return [*problems, *too_fine("quantity", VALUE_PLACES, quantity.low, quantity.high)]


def _store(batch: _Batch) -> None:
    """The new reports with their values, the earlier ones that give way, the counts of what waits, the audit events."""
    made = list(batch.made.values())
    if not made:
        return
    Report.objects.bulk_create([report for report, _values in made])
    MilestoneReport.objects.bulk_create(
        [MilestoneReport(report=report, **values) for report, values in made if report.milestone_id]
    )
    MetricReport.objects.bulk_create(
        [MetricReport(report=report, **values) for report, values in made if report.metric_id]
    )
    replaced = _replaced(batch, made)
    _count_waiting(Milestone, "milestone", [report.milestone_id for report, _values in made])
    _count_waiting(Metric, "metric", [report.metric_id for report, _values in made])
    record_many(
        "report.submit",
        by=batch.by,
        subject_type="report",
        events=[(str(report.pk), _told(report, values, replaced)) for report, values in made],
        at=batch.now,
    )


def _count_waiting(model: type[Model], name: str, keys: Iterable[int | None]) -> None:
    """Set how many reports wait on each of these items; they are locked."""
    waits = Report.objects.submitted().filter(**{name: OuterRef("pk")}).order_by()
    count = Subquery(waits.values(name).annotate(n=Count("pk")).values("n"))
    model._default_manager.filter(pk__in=[key for key in keys if key]).update(pending=Coalesce(count, 0))


Key = tuple[int | None, int | None]


def _replaced(batch: _Batch, made: Sequence[tuple[Report, dict[str, Any]]]) -> dict[Key, list[int]]:
    """Withdraw the author's earlier reports that wait and say of the same items what is now said anew."""
    own = [report.pk for report, _values in made]
    subjects = {(report.milestone_id, report.metric_id) for report, _values in made}
    earlier = Report.objects.submitted().filter(author=batch.by, supersedes=None).exclude(pk__in=own)
    found: dict[Key, list[int]] = {}
    for pk, *key in earlier.order_by("-pk").values_list("pk", "milestone_id", "metric_id"):
        if (key[0], key[1]) in subjects:
            found.setdefault((key[0], key[1]), []).append(pk)
    gone = [pk for keys in found.values() for pk in keys]
    Report.objects.filter(pk__in=gone).update(state=ReportState.WITHDRAWN.value, decided_at=batch.now)
    return found


def _told(report: Report, values: Mapping[str, Any], replaced: Mapping[Key, list[int]]) -> dict[str, Any]:
    """What the audit event of one row says, as that of a report by itself."""
    subject: Any = report.milestone or report.metric
    head = {"subject": subject.code, "as_of": report.as_of, "origin": report.origin, "note": report.note}
    gone = replaced.get((report.milestone_id, report.metric_id), [])
    return {**head, **values, "replaced": gone, "supersedes": None, "reason": ""}


__all__ = ["Answer", "Proposal", "Said", "submit_many"]
