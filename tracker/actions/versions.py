"""The next version of a plan, made from the one before it."""

from datetime import datetime

from tracker.models import MetricPlan, MilestonePlan, SitePlan


def next_version(plan: MilestonePlan | MetricPlan | SitePlan, *, reason: str, now: datetime) -> None:
    """Turn the latest version (in memory) into the one that follows it, which nobody made by hand; not stored yet."""
    plan.pk, plan._state.adding = None, True
    plan.number, plan.recorded_at, plan.reason, plan.by = plan.number + 1, now, reason, None
