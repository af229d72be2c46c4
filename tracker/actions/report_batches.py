"""Many reports at once, as a grid sends them: the rules of every report, in as many statements however many rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Count, Model, OuterRef, Subquery
from django.db.models.functions import Coalesce

from tracker.actions import housing_reports, reports, site_reports
from tracker.actions.evidence_files import NO_FILES
from tracker.actions.package_reports import counted_here, package_problems
from tracker.actions.report_storing import HOUSING_NEEDED, NEEDED, PACKAGE_NEEDED, SITE_NEEDED, Said, new
from tracker.actions.reports import PROGRESS_PLACES, VALUE_PLACES, Invalid, too_fine
from tracker.actions.site_reports import stated
from tracker.audit import Refused, clock, record_many, record_refusal, recording
from tracker.domain.reporting import ReportState, check_metric_report, check_milestone_report
from tracker.domain.states import Status
from tracker.models import Draft, Report, User, subjects
from tracker.models.relocation import entry_columns
from tracker.models.reports import SUBJECTS
from tracker.models.resettlement import home_columns
from tracker.models.subjects import Subject, key_of, kind_of
from tracker.permissions import Permission, Reach

Answer = Report | Refused


@dataclass(frozen=True, slots=True)
class Proposal:
    """One row of a sheet as the report it would be; `values` as its kind has them in `KINDS`."""

    subject: Subject
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

    Each as `submit_milestone` and its like have it; corrections and files are not for batches, and no
    two proposals may be about the same item. `draft` names the author's draft they came from: it goes with them, unless
    one of them was refused.
    """
    items = [(type(one.subject), one.subject.pk) for one in proposals]
    assert len(set(items)) == len(items), "two proposals about one item"
    assert not any(one.said.supersedes or one.said.files != NO_FILES for one in proposals), "a correction in a batch"
    barred = [not reach.may(Permission.REPORT, one.subject.unit.path) for one in proposals]
    if any(barred):
        first = proposals[barred.index(True)].subject
        record_refusal("report.submit", by=by, subject_type=kind_of(first), subject_code=first.code, code="no_right")
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
    for kind in KINDS:
        model = subjects.KINDS[kind].model
        keys = [one.subject.pk for one in wanted if kind_of(one.subject) == kind]
        rows = model.objects.select_for_update(no_key=True).only(*KINDS[kind].needed).filter(pk__in=keys).order_by("pk")
        locked |= {(model, row.pk): row for row in rows} if keys else {}
    tokens = [one.said.token for one in wanted if one.said.token]
    found = Report.objects.filter(author=by, client_token__in=tokens).select_related(*subjects.SAID)
    before = {str(one.client_token): one for one in found.order_by()}
    return _Batch(by, today, clock(), locked, before, {})


def _row(batch: _Batch, number: int, one: Proposal) -> Report:
    """The report of one row: a new one, not yet stored, or the one it has made before. Raises Refused or Invalid."""
    row, said = batch.locked[type(one.subject), one.subject.pk], one.said
    name = kind_of(row)
    kind = KINDS[name]
    values = kind.columns(row, one.values)
    if said.token and (earlier := batch.before.get(said.token)):
        return reports.same_report(earlier, said, row, values)
    reports.not_stale(row, said)
    if problems := kind.problems(batch, row, one):
        raise Invalid(problems)
    subject: dict[str, Any] = {name: row}
    report = new(said, by=batch.by, now=batch.now, unit_id=row.unit_id, **subject)
    batch.made[number] = (report, values)
    return report


def _milestone_columns(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
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


def _site_problems(batch: _Batch, row: Any, one: Proposal) -> list[Any]:
    return site_reports.entry_problems(row, one.said, one.values["entry"], today=batch.today)


def _housing_problems(batch: _Batch, row: Any, one: Proposal) -> list[Any]:
    return housing_reports.entry_problems(row, one.said, one.values["entry"], today=batch.today)


def _package_problems(batch: _Batch, row: Any, one: Proposal) -> list[Any]:
    return package_problems(row, one.said, counted_here(row, one.values["counts"]), today=batch.today)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What differs between the kinds: the columns a locked row needs, those of the values, what is wrong with them."""

    needed: tuple[str, ...]
    columns: Callable[[Any, Mapping[str, Any]], dict[str, Any]]
    problems: Callable[[_Batch, Any, Proposal], list[Any]]


KINDS: Mapping[str, _Kind] = {
    "milestone": _Kind(NEEDED, _milestone_columns, _milestone_problems),
    "metric": _Kind(
        (*NEEDED, "measure", "form", "derived", "ledger"),
        lambda row, values: reports.quantity_columns(values["quantity"]),
        _metric_problems,
    ),
    "site": _Kind(SITE_NEEDED, lambda row, values: entry_columns(values["entry"]), _site_problems),
    "housing": _Kind(HOUSING_NEEDED, lambda row, values: home_columns(values["entry"]), _housing_problems),
    "package": _Kind(PACKAGE_NEEDED, lambda row, values: counted_here(row, values["counts"]).said, _package_problems),
}
"""By the names of `SUBJECTS`. A proposal's values are those of a milestone, a `quantity`, an `entry`, or `counts`."""


def _store(batch: _Batch) -> None:
    """The new reports with their values, the earlier ones that give way, the counts of what waits, the audit events."""
    made = list(batch.made.values())
    if not made:
        return
    Report.objects.bulk_create([report for report, _values in made])
    for kind in KINDS:
        said = subjects.KINDS[kind].said
        if of_kind := [(report, values) for report, values in made if report.kind == kind]:
            said.objects.bulk_create([said(report=report, **values) for report, values in of_kind])
    replaced = _replaced(batch, made)
    for kind in KINDS:
        if keys := [key_of(report)[1] for report, _values in made if report.kind == kind]:
            _count_waiting(subjects.KINDS[kind].model, kind, keys)
    record_many(
        "report.submit",
        by=batch.by,
        subject_type="report",
        events=[(str(report.pk), _told(report, values, replaced)) for report, values in made],
        at=batch.now,
    )


def _count_waiting(model: Any, name: str, keys: Iterable[int]) -> None:
    """Set how many reports wait on each of these items; they are locked."""
    waits = Report.objects.submitted().filter(**{name: OuterRef("pk")}).order_by()
    count = Subquery(waits.values(name).annotate(n=Count("pk")).values("n"))
    model.objects.filter(pk__in=list(keys)).update(pending=Coalesce(count, 0))


def _replaced(batch: _Batch, made: Sequence[tuple[Report, dict[str, Any]]]) -> dict[tuple[int, int], list[int]]:
    """Withdraw the author's earlier reports that wait and say of the same items what is now said anew."""
    own = [report.pk for report, _values in made]
    about = {key_of(report) for report, _values in made}
    earlier = Report.objects.submitted().filter(author=batch.by, supersedes=None).exclude(pk__in=own)
    found: dict[tuple[int, int], list[int]] = {}
    for one in earlier.only("pk", *SUBJECTS).order_by("-pk"):
        if (key := key_of(one)) in about:
            found.setdefault(key, []).append(one.pk)
    gone = [pk for keys in found.values() for pk in keys]
    Report.objects.filter(pk__in=gone).update(state=ReportState.WITHDRAWN.value, decided_at=batch.now)
    return found


def _told(report: Report, values: Mapping[str, Any], replaced: Mapping[tuple[int, int], list[int]]) -> dict[str, Any]:
    """What the audit event of one row says, as that of a report by itself."""
    head = {"subject": report.subject.code, "as_of": report.as_of, "origin": report.origin, "note": report.note}
    gone = replaced.get(key_of(report), [])
    said = values if report.kind in ("milestone", "metric") else stated(values)
    return {**head, **said, "replaced": gone, "supersedes": None, "reason": ""}


__all__ = ["Answer", "Proposal", "Said", "submit_many"]
