"""Moving the days of a plan version by whole years, as its programme's assumed base year moves."""

from datetime import date, datetime

from tracker.actions.versions import next_version
from tracker.domain import dates
from tracker.models import Citation, MetricPlan, MilestonePlan, SitePlan


def shift_plan(plan: MilestonePlan | MetricPlan | SitePlan, years: int, *, reason: str, now: datetime) -> None:
    """Turn a plan version (in memory) into the next one, all its days some years later; texts stay."""
    next_version(plan, reason=reason, now=now)
    if plan.due is not None:
        moved = dates.rebase(plan.due, years)
        plan.due_earliest, plan.due_latest = moved.earliest, moved.latest
    if isinstance(plan, MetricPlan):
        plan.start_on = _shifted(plan.start_on, years)
    else:
        plan.planned_start = _shifted(plan.planned_start, years)


def shift_citation(citation: Citation, years: int) -> None:
    """Move the days of what a document states (in memory), if it states any."""
    if citation.date is not None:
        moved = dates.rebase(citation.date, years)
        citation.date_earliest, citation.date_latest = moved.earliest, moved.latest


def _shifted(day: date | None, years: int) -> date | None:
    """The same day some years later; none stays none."""
    if day is None:
        return None
    return dates.rebase(dates.ImpreciseDate("", day, day, dates.Precision.DAY, dates.DateKind.IN), years).earliest
