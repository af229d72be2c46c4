"""Plan versions: the first ones from the documents, later ones with a reason. Nothing is ever changed or dropped."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker.actions.current import METRIC_PLAN, MILESTONE_PLAN, apply_plan
from tracker.actions.derived import carry_up
from tracker.actions.document_sites import first_site_plans
from tracker.actions.notices import plans_changed
from tracker.actions.rechecks import day_of, recheck_milestone
from tracker.actions.reports import VALUE_PLACES, too_fine
from tracker.actions.versions import commit
from tracker.audit import Refused, clock, record, record_refusal, recording, snapshot
from tracker.domain.dates import ImpreciseDate
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.reporting import check_quantity
from tracker.domain.stored import in_measure
from tracker.models import (
    Baseline,
    BaselineEntry,
    Citation,
    CitationKind,
    CitationStatus,
    Metric,
    MetricPlan,
    Milestone,
    MilestonePlan,
    Programme,
    Site,
    SitePlan,
    Unit,
    User,
)
from tracker.models.days import due_columns
from tracker.permissions import Permission, Reach

PLAN_COLUMNS = ("plan_number", "unit", "planned_start", "due_text", "due_earliest", "due_latest", "weight")
TARGET_COLUMNS = ("plan_number", "unit", "target_low", "target_high", "target_qualifier", "due_text", "due_latest")


@dataclass(frozen=True, slots=True)
class Change:
    """What a new plan version changes; `reason` is required, `version` is the one the form was filled from."""

    reason: str
    version: int | None = None
    unit: Unit | None = None


def replan(
    *,
    milestone: Milestone,
    due: ImpreciseDate | None,
    planned_start: date | None,
    change: Change,
    by: User,
    reach: Reach,
) -> MilestonePlan:
    """Give a milestone a new plan version; the first commitment stays. Raises Refused."""
    may_plan(milestone, "milestone", by=by, reach=reach)
    with recording():
        row: Milestone = Milestone.objects.select_for_update(no_key=True).get(pk=milestone.pk)
        now = clock()
        changeable(row, change)
        if planned_start and due and due.latest and planned_start > due.latest:
            raise Refused("start_after_due", field="planned_start")
        before = snapshot(row, *PLAN_COLUMNS)
        plan = MilestonePlan(
            milestone=row,
            number=row.plan_number + 1,
            recorded_at=now,
            by=by,
            reason=change.reason.strip(),
            unit=change.unit or row.unit,
            supporting_codes=sorted(row.supporting.values_list("code", flat=True)),
            planned_start=planned_start,
            duration=row.duration,
            duration_unit=row.duration_unit,
            constraint=row.constraint,
            constraint_day=row.constraint_day,
            weight=row.weight,
            **due_columns(due),
        )
        plan.save(force_insert=True)
        apply_plan(row, plan)
        row.version += 1
        row.save(update_fields=[*_stored(MILESTONE_PLAN), "plan_number", "planned_at", "version"])
        recheck_milestone(row, now=now)
        _record("milestone.replan", row, before, PLAN_COLUMNS, by=by, change=change, now=now)
        plans_changed([(row, plan, before["due_latest"])], by=by, on=day_of(now), now=now)
    return plan


def retarget(
    *, metric: Metric, target: Quantity | None, due: ImpreciseDate | None, change: Change, by: User, reach: Reach
) -> MetricPlan:
    """Give a metric a new target version, in any measure of its dimension. Raises Refused.

    A target keeps the rules of a value: within 0 and 100 percent, whole where the metric is counted, never negative.
    """
    may_plan(metric, "metric", by=by, reach=reach)
    _check_target(metric, target)
    with recording():
        row: Metric = Metric.objects.select_for_update(no_key=True).get(pk=metric.pk)
        now = clock()
        changeable(row, change)
        before = snapshot(row, *TARGET_COLUMNS)
        plan = MetricPlan(
            metric=row,
            number=row.plan_number + 1,
            recorded_at=now,
            by=by,
            reason=change.reason.strip(),
            unit=change.unit or row.unit,
            start_low=row.start_low,
            start_high=row.start_high,
            start_qualifier=row.start_qualifier,
            start_on=row.start_on,
            **_in_own_measure(row, target),
            **due_columns(due),
        )
        plan.save(force_insert=True)
        apply_plan(row, plan)
        row.version += 1
        row.save(update_fields=[*_stored(METRIC_PLAN), "plan_number", "version"])
        carry_up(row)
        _record("metric.retarget", row, before, TARGET_COLUMNS, by=by, change=change, now=now)
        plans_changed([(row, plan, before["due_latest"])], by=by, on=day_of(now), now=now)
    return plan


def _stored(columns: Iterable[str]) -> list[str]:
    """The fields of plan columns. Only they are stored: with its code a row would be locked as if that could change."""
    return [name.removesuffix("_id") for name in columns]


def target_columns(target: Quantity | None) -> dict[str, Any]:
    """The columns of a target; none leaves it open."""
    if target is None:
        return {}
    return {"target_low": target.low, "target_high": target.high, "target_qualifier": target.qualifier.value}


def first_plans(*, programme: Programme, now: datetime, by: User | None = None) -> Baseline | None:
    """Make version 1 of all that has no plan (milestones, metrics, sites) from the citations of the document, and hold
    it in the programme's first baseline. Called inside a recording action (loading); returns None where all had plans.
    """
    citations = list(Citation.objects.filter(programme=programme).order_by("position", "id"))
    milestones = list(Milestone.objects.filter(project__programme=programme, plan_number=0))
    metrics = list(Metric.objects.filter(programme=programme, plan_number=0))
    sites = list(Site.objects.filter(project__programme=programme, plan_number=0))
    if not milestones and not metrics and not sites:
        return None
    of_milestone: dict[int, list[Citation]] = {}
    of_metric: dict[int, list[Citation]] = {}
    for citation in citations:
        if citation.milestone_id:
            of_milestone.setdefault(citation.milestone_id, []).append(citation)
        if citation.metric_id:
            of_metric.setdefault(citation.metric_id, []).append(citation)
    milestone_plans = [_first_milestone_plan(row, of_milestone.get(row.pk, []), now) for row in milestones]
    metric_plans = [_first_metric_plan(row, of_metric.get(row.pk, []), programme, now) for row in metrics]
    MilestonePlan.objects.bulk_create(milestone_plans)
    MetricPlan.objects.bulk_create(metric_plans)
    site_plans = first_site_plans(sites, citations, now)
    rows: list[Milestone | Metric | Site] = [*milestones, *metrics, *sites]
    for row, plan in zip(rows, (*milestone_plans, *metric_plans, *site_plans), strict=True):
        commit(row, plan)
    return take_baseline(
        programme=programme, milestone_plans=milestone_plans, metric_plans=metric_plans, site_plans=site_plans,
        now=now, by=by, names=("首次承诺", "First commitment"),
    )  # fmt: skip


def take_baseline(
    *,
    programme: Programme,
    milestone_plans: Iterable[MilestonePlan],
    metric_plans: Iterable[MetricPlan],
    site_plans: Iterable[SitePlan] = (),
    now: datetime,
    by: User | None,
    names: tuple[str, str],
    reason: str = "",
) -> Baseline:
    """Hold plan versions in the programme's next baseline; called inside a recording action."""
    number = Baseline.objects.filter(programme=programme).count() + 1
    baseline = Baseline(
        programme=programme, number=number, name=names[0], name_en=names[1], reason=reason, taken_at=now, by=by
    )
    baseline.save(force_insert=True)
    entries = [BaselineEntry(baseline=baseline, milestone_plan=plan) for plan in milestone_plans]
    entries += [BaselineEntry(baseline=baseline, metric_plan=plan) for plan in metric_plans]
    entries += [BaselineEntry(baseline=baseline, site_plan=plan) for plan in site_plans]
    BaselineEntry.objects.bulk_create(entries)
    return baseline


def _first_milestone_plan(row: Milestone, citations: Iterable[Citation], now: datetime) -> MilestonePlan:
    source, columns = milestone_columns(citations)
    return MilestonePlan(
        milestone=row,
        number=1,
        recorded_at=now,
        citation=source,
        unit_id=row.unit_id,
        supporting_codes=sorted(unit.code for unit in row.supporting.all()),
        weight=Decimal(1),
        **columns,
    )


def _first_metric_plan(row: Metric, citations: Iterable[Citation], programme: Programme, now: datetime) -> MetricPlan:
    source, columns = metric_columns(citations, programme)
    return MetricPlan(metric=row, number=1, recorded_at=now, citation=source, unit_id=row.unit_id, **columns)


def milestone_columns(citations: Iterable[Citation]) -> tuple[Citation | None, dict[str, Any]]:
    """What the first of a milestone's citations with a due day makes of its plan: that citation, the columns."""
    found = next((one for one in citations if one.kind == CitationKind.DUE), None)
    due = found.date if found else None
    return found, {
        **due_columns(due),
        "planned_start": due.earliest if due and due.precision == "span" else None,
        "plan_year": found.plan_year if found else None,
    }


def metric_columns(citations: Iterable[Citation], programme: Programme) -> tuple[Citation | None, dict[str, Any]]:
    """What the first citations of each kind make of a metric's plan; the one it rests on, and the columns."""
    first: dict[str, Citation] = {}
    for citation in citations:
        first.setdefault(citation.kind, citation)
    start, target = first.get(CitationKind.BASE), first.get(CitationKind.TARGET)
    blank = first.get(CitationKind.BLANK)
    columns: dict[str, Any] = {"start_low": None, "start_high": None, "start_qualifier": "", "start_on": None}
    columns |= {"target_low": None, "target_high": None, "target_qualifier": ""}
    if start and start.qualifier:
        columns |= {"start_low": start.low, "start_high": start.high, "start_qualifier": start.qualifier}
    if target and target.qualifier:
        columns |= target_columns(target.quantity)
    elif blank and blank.status == CitationStatus.WITHHELD:
        columns |= {"target_qualifier": Qualifier.WITHHELD.value}
    # A withheld target may still carry its date ("x projects by 2023").
    dated = next((one for one in (target, blank) if one and one.date and one.date.latest), None)
    due = dated.date if dated else None
    if due and due.latest:
        # The planned curve is a straight line from the first day of plan year 1: ours, and shown as such.
        columns["start_on"] = date(min(programme.base_year, due.latest.year), 1, 1)
    return target or blank, {**columns, **due_columns(due), "plan_year": dated.plan_year if dated else None}


def may_plan(item: Any, kind: str, *, by: User, reach: Reach) -> None:
    """Whether the person plans for the item's unit; else the refusal is written down. Raises Refused."""
    if not reach.may(Permission.PLAN, item.unit.path):
        record_refusal(f"{kind}.plan", by=by, subject_type=kind, subject_code=item.code, code="no_right")
        raise Refused("no_right", right=True)


def _check_target(metric: Metric, target: Quantity | None) -> None:
    if target is None:
        return
    problems = check_quantity(target, metric_measure=metric.measure, metric_form=metric.form)
    for problem in (*problems, *too_fine("quantity", VALUE_PLACES, target.low, target.high)):
        inputs: dict[str, Any] = dict(problem.inputs)
        raise Refused(problem.code, field="target", **inputs)


def _in_own_measure(row: Metric, target: Quantity | None) -> dict[str, Any]:
    columns = target_columns(target)
    if target is not None:
        columns["target_low"] = in_measure(target.low, target.measure, row.measure)
        columns["target_high"] = in_measure(target.high, target.measure, row.measure)
    return columns


def changeable(row: Any, change: Change) -> None:
    """Whether a locked item may get a new plan version now. Raises Refused."""
    if not change.reason.strip():
        raise Refused("reason_missing", field="reason")
    if len(change.reason) > 300:
        raise Refused("reason_too_long", field="reason", limit=300)
    if row.retired_at:
        raise Refused("retired")
    if change.version is not None and change.version != row.version:
        raise Refused("stale", version=row.version)


def _record(
    action: str,
    row: Milestone | Metric,
    before: Mapping[str, Any],
    columns: tuple[str, ...],
    *,
    by: User,
    change: Change,
    now: datetime,
) -> None:
    after = snapshot(row, *columns) | {"reason": change.reason.strip()}
    kind = type(row).__name__.lower()
    record(action, by=by, subject_type=kind, subject_code=row.code, before=before, after=after, at=now)
