"""What a later version of Guatu reads differently in the documents, taken over into a database that holds them already.

Only documents and citations are corrected: nobody edits them here. What follows from a citation (the plan taken from
it, the report of what it states) gets a new version, unless a person has planned or corrected it. What people name and
arrange (units, programmes, projects, the names of works) stays as it stands.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tracker.actions.current import METRIC_PLAN, SITE_PLAN, apply_metric_plan
from tracker.actions.document_reports import CORRECTED
from tracker.actions.document_sites import keep_plan, site_columns
from tracker.actions.plans import commit_first, metric_columns, milestone_columns, take_baseline
from tracker.actions.versions import next_version
from tracker.audit import record, snapshot
from tracker.models import Citation, Document, Metric, MetricPlan, Milestone, MilestonePlan, Programme, Site, SitePlan

BASELINE = ("首次承诺（资料更正）", "First commitment (document corrected)")
COLUMNS: dict[type[Any], tuple[str, ...]] = {
    Document: ("title", "title_en", "kind", "complete", "dated", "note", "note_en", "position"),
    Citation: (
        *("place", "name", "name_en", "printed", "low", "high", "qualifier", "measure", "base_low", "base_high"),
        *("basis", "basis_en", "date_text", "plan_year", "date_earliest", "date_latest", "date_precision", "date_kind"),
        *("status", "in_total", "note", "note_en", "position"),
    ),
}
"""What is corrected. What a citation is about and of which kind stays: another fact has another code."""


def correct(stated: Document | Citation, *, at: datetime) -> bool:
    """Let the row of that code say what the fixtures say now, with an audit event; returns whether it did not."""
    names = COLUMNS[type(stated)]
    held = type(stated)._default_manager.get(code=stated.code)
    now = snapshot(stated, *names)
    before = {name: value for name, value in snapshot(held, *names).items() if value != now[name]}
    if not before:
        return False
    after = {name: now[name] for name in before}
    for name, value in after.items():
        setattr(held, name, value)
    held.save(update_fields=list(after))
    kind = type(stated).__name__.lower()
    record(
        f"{kind}.correct", by=None, subject_type=kind, subject_code=held.code,
        before=_told(before), after=_told(after), at=at,
    )  # fmt: skip
    return True


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """The columns as the history keeps them: the place of a site is another thing."""
    return {"numbering" if name == "place" else name: value for name, value in values.items()}


def plan_again(programme: Programme, touched: Iterable[Citation], now: datetime) -> int:
    """Give what was planned from those citations, and by nobody else, a version that says what they say now.

    They become its first commitment, held in a baseline of their own; earlier versions and baselines stay. Returns how
    many versions were added. Called inside a recording action (loading).
    """
    about = [one for one in touched if one.programme_id == programme.pk]
    milestones = _unplanned(Milestone, "milestone", about)
    metrics = _unplanned(Metric, "metric", about)
    sites = _unplanned(Site, "site", about)
    milestone_plans = list(filter(None, (_milestone_again(row, now) for row in milestones)))
    metric_plans = list(filter(None, (_metric_again(row, now) for row in metrics)))
    site_plans = list(filter(None, (_site_again(row, now) for row in sites)))
    if added := len(milestone_plans) + len(metric_plans) + len(site_plans):
        take_baseline(
            programme=programme, milestone_plans=milestone_plans, metric_plans=metric_plans, site_plans=site_plans,
            now=now, by=None, names=BASELINE, reason=CORRECTED,
        )  # fmt: skip
    return added


def _unplanned(model: type[Any], kind: str, about: Iterable[Citation]) -> list[Any]:
    """The items, locked, that have a plan which no person has had a say in."""
    keys = {getattr(one, f"{kind}_id") for one in about} - {None}
    rows = model.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys, plan_number__gt=0)
    return list(rows.exclude(plans__by__isnull=False).order_by("pk"))


def _changed(plan: Any, columns: dict[str, Any], source: Citation | None, now: datetime) -> bool:
    """Make a plan version the next one (in memory) if it is to say something else."""
    if all(getattr(plan, name) == value for name, value in columns.items()):
        return False
    next_version(plan, reason=CORRECTED, now=now)
    plan.citation = source
    for name, value in columns.items():
        setattr(plan, name, value)
    return True


def _milestone_again(row: Milestone, now: datetime) -> MilestonePlan | None:
    plan = MilestonePlan.objects.get(milestone=row, number=row.plan_number)
    source, columns = milestone_columns(row.citations.order_by("position", "id"))
    if not _changed(plan, columns, source, now):
        return None
    plan.save(force_insert=True)
    row.version += 1
    commit_first(row, plan)
    return plan


def _metric_again(row: Metric, now: datetime) -> MetricPlan | None:
    plan = MetricPlan.objects.get(metric=row, number=row.plan_number)
    source, columns = metric_columns(row.citations.order_by("position", "id"), row.programme)
    if not _changed(plan, {name: columns[name] for name in METRIC_PLAN if name in columns}, source, now):
        return None
    plan.save(force_insert=True)
    row.version += 1
    apply_metric_plan(row, plan)
    row.save()
    return plan


def _site_again(row: Site, now: datetime) -> SitePlan | None:
    plan = SitePlan.objects.get(site=row, number=row.plan_number)
    source, columns = site_columns(row, row.citations.order_by("position", "id"))
    if not _changed(plan, {name: columns[name] for name in SITE_PLAN if name in columns}, source, now):
        return None
    plan.save(force_insert=True)
    row.version += 1
    keep_plan(row, plan)
    return plan
