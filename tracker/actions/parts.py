"""Deciding what a metric is made from: parts, a ledger, or reports again. Decisions are only ever added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tracker.actions.derived import carry_own, carry_up, work_out
from tracker.actions.ledger_metrics import ledger_allowed
from tracker.actions.plans import Change
from tracker.actions.reports import REASON_LIMIT
from tracker.audit import Refused, clock, record, record_refusal, recording
from tracker.domain.aggregation import Kind, Mismatch, Role, check, loops
from tracker.domain.ledger_sums import Added
from tracker.domain.progress import Aggregation
from tracker.domain.reporting import Origin, ReportState
from tracker.models import Derivation, Metric, Programme, Report, User
from tracker.permissions import Permission, Reach

STATED = (Origin.DOCUMENT, Origin.SIMULATION)
"""Reports that do not stand in the way: nobody's. They stay on record and count again once it is reported again."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A part somebody picked."""

    metric: Metric
    role: Role = Role.PART


def derive(
    *,
    metric: Metric,
    aggregation: Aggregation,
    parts: Sequence[Chosen],
    change: Change,
    by: User,
    reach: Reach,
    ledger: Added | None = None,
) -> Derivation:
    """Make a metric from parts, with a reason; aggregation "none" and no parts makes it reported again.

    Parts are current metrics of its programme, of its project if it has one, that enter no other metric. With `ledger`
    it is the sum of that figure over the clearance sites of its project (else programme) and basis instead. A metric
    with accepted or waiting reports of its own people is not derived. Raises Refused.
    """
    if not reach.may(Permission.PLAN, metric.unit.path):
        record_refusal("metric.derive", by=by, subject_type="metric", subject_code=metric.code, code="no_right")
        raise Refused("no_right", right=True)
    with recording():
        # Whoever changes what enters what in a programme waits for the other: nothing else moves parts about.
        Programme.objects.select_for_update(no_key=True).get(pk=metric.programme_id)
        parents = dict(Metric.objects.filter(programme=metric.programme_id).values_list("pk", "parent"))
        if ledger is None:
            _allowed(metric, aggregation, parts, parents)
        else:
            ledger_allowed(metric, aggregation, ledger, parts=len(parts))
        wanted = {one.metric.pk for one in parts}
        held = set(Metric.objects.filter(parent=metric).exclude(part="").values_list("pk", flat=True))
        found = Metric.objects.select_for_update(no_key=True).filter(pk__in=wanted | held).order_by("pk")
        rows = {row.pk: row for row in found}
        whole = Metric.objects.select_for_update(no_key=True).get(pk=metric.pk)
        now = clock()
        _timely(whole, aggregation, change)
        before = _said(whole, [Chosen(rows[pk], Role(rows[pk].part)) for pk in sorted(held)])
        stored = ledger.stored if ledger else ""
        after = _said(whole, parts, aggregation, stored)
        if before == after:
            raise Refused("parts_unchanged")
        _enter(whole, rows, {one.metric.pk: one.role for one in parts})
        _become(whole, aggregation, stored, now)
        decided = Derivation(
            metric=whole,
            number=whole.derivations.count() + 1,
            recorded_at=now,
            by=by,
            reason=change.reason.strip(),
            aggregation=aggregation.value,
            parts=after["parts"],
            ledger=stored,
        )
        decided.save(force_insert=True)
        record(
            "metric.derive", by=by, subject_type="metric", subject_code=whole.code, before=before,
            after=after | {"reason": decided.reason}, at=now,
        )  # fmt: skip
    return decided


def _become(whole: Metric, aggregation: Aggregation, ledger: str, now: datetime) -> None:
    """Keep what a locked metric is made from, and work it and what it enters out anew."""
    whole.aggregation, whole.derived = aggregation.value, aggregation is not Aggregation.NONE
    whole.ledger = ledger
    whole.version += 1
    whole.save(update_fields=["aggregation", "derived", "ledger", "version"])
    if whole.derived:
        work_out(whole)
    else:
        carry_own(whole, known=now)
    carry_up(whole)


def _enter(whole: Metric, rows: Mapping[int, Metric], roles: Mapping[int, Role]) -> None:
    """Let the locked rows with a role be parts of a metric, and the others no more."""
    for pk in sorted(rows, key=lambda pk: (pk in roles, pk)):
        row = rows[pk]
        row.part, row.parent = (roles[pk].value, whole) if pk in roles else ("", None)
        _keep(row)


def _keep(row: Metric) -> None:
    row.version += 1
    row.save(update_fields=["part", "parent", "version"])


def _said(
    whole: Metric, parts: Sequence[Chosen], aggregation: Aggregation | None = None, ledger: str | None = None
) -> dict[str, object]:
    chosen = sorted([one.metric.code, one.role.value] for one in parts)
    said: dict[str, object] = {"aggregation": aggregation.value if aggregation else whole.aggregation, "parts": chosen}
    stored = whole.ledger if ledger is None else ledger
    return said | {"ledger": stored} if whole.ledger or stored else said


def _allowed(metric: Metric, aggregation: Aggregation, parts: Sequence[Chosen], parents: dict[int, int | None]) -> None:
    """Whether these parts may make this metric, whatever their figures."""
    if aggregation is Aggregation.NONE:
        if parts:
            raise Refused("parts_need_formula", field="aggregation")
        return
    for one in parts:
        row = one.metric
        if row.pk == metric.pk:
            raise Refused("part_itself", field="parts", part=row.code)
        elsewhere = row.programme_id != metric.programme_id or metric.project_id not in (None, row.project_id)
        if elsewhere or row.retired_at:
            raise Refused("part_elsewhere", field="parts", part=row.code)
        if loops(parents, metric.pk, [row.pk]):
            raise Refused("part_loop", field="parts", part=row.code)
        held = Metric.objects.filter(pk=row.pk).values_list("parent", "part").first()
        if held and held[0] and (held[0] != metric.pk or not held[1]):
            raise Refused("part_taken", field="parts", part=row.code)
    kinds = [_kind(one.metric, one.role) for one in parts]
    try:
        check(aggregation, _kind(metric), kinds)
    except Mismatch as fault:
        inputs: dict[str, Any] = dict(fault.inputs)
        raise Refused(fault.code, field="parts", **inputs) from fault


def _kind(row: Metric, role: Role = Role.PART) -> Kind:
    return Kind(row.code, row.measure, row.basis, row.cumulative, role)


def _timely(whole: Metric, aggregation: Aggregation, change: Change) -> None:
    """Whether the locked metric may be changed now."""
    if not change.reason.strip():
        raise Refused("derive_reason_missing", field="reason")
    if len(change.reason.strip()) > REASON_LIMIT:
        raise Refused("reason_too_long", field="reason", limit=REASON_LIMIT)
    if whole.retired_at:
        raise Refused("retired")
    if change.version is not None and change.version != whole.version:
        raise Refused("stale", version=whole.version)
    if aggregation is Aggregation.NONE or whole.derived:
        return
    reports = Report.objects.filter(metric=whole)
    if whole.pending or reports.filter(state=ReportState.SUBMITTED).exists():
        raise Refused("derive_waiting")
    if reports.filter(state=ReportState.ACCEPTED).exclude(origin__in=STATED).exists():
        raise Refused("derive_reported")
