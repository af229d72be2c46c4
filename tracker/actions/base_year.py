"""Moving the days of a plan version by whole years, as its programme's assumed base year moves."""

from datetime import date

from tracker.domain import dates
from tracker.models import MetricPlan, MilestonePlan, SitePlan


def shifted(day: date | None, years: int) -> date | None:
    """The same day some years later; none stays none."""
    if day is None:
        return None
    return dates.rebase(dates.ImpreciseDate("", day, day, dates.Precision.DAY, dates.DateKind.IN), years).earliest


def shift_due(plan: MilestonePlan | MetricPlan | SitePlan, years: int) -> None:
    """Move a plan version's due date (in memory); its text stays."""
    if plan.due is not None:
        moved = dates.rebase(plan.due, years)
        plan.due_earliest, plan.due_latest = moved.earliest, moved.latest
