"""Plan versions that nobody makes by hand: the next one, from the one before it, and how it becomes the plan."""

from datetime import datetime
from typing import Any

from tracker.actions.current import apply_plan
from tracker.models import Metric, MetricPlan, Milestone, MilestonePlan, Site, SitePlan

Planned = Milestone | Metric | Site


def latest_version(row: Planned) -> Any:
    """The version in force: of a milestone, a metric or a site."""
    return row.plans.get(number=row.plan_number)


def next_version(plan: MilestonePlan | MetricPlan | SitePlan, *, reason: str, now: datetime) -> None:
    """Turn the latest version (in memory) into the one that follows it, which nobody made by hand; not stored yet."""
    plan.pk, plan._state.adding = None, True
    plan.number, plan.recorded_at, plan.reason, plan.by = plan.number + 1, now, reason, None


def put_version(row: Planned, plan: Any) -> None:
    """Store a next version and make it the plan of its locked row; a milestone's also becomes its first commitment."""
    plan.save(force_insert=True)
    row.version += 1
    commit(row, plan)


def commit(row: Planned, plan: Any) -> None:
    """Make a stored version the plan of its row, and a milestone's first commitment; saves the row."""
    apply_plan(row, plan)
    if isinstance(row, Milestone):
        copy_first(row, plan)
    row.save()


def copy_first(row: Milestone, plan: MilestonePlan) -> None:
    """Copy a plan version's due date into the columns of the first commitment (in memory)."""
    for name in ("text", "earliest", "latest", "precision", "kind"):
        setattr(row, f"first_due_{name}", getattr(plan, f"due_{name}"))
