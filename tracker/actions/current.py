"""The current-state columns: copied from the latest counting report, in the transaction that accepted it."""

from datetime import date, datetime
from typing import Any

from tracker.domain.relocation import FIGURES
from tracker.domain.reporting import Origin
from tracker.domain.resettlement import FIGURES as HOME_FIGURES
from tracker.domain.stored import in_measure
from tracker.domain.tender_values import SAID
from tracker.models import (
    Metric,
    MetricPlan,
    MetricReport,
    Milestone,
    MilestonePlan,
    MilestoneReport,
    Report,
    Site,
    SitePlan,
    SiteReport,
)
from tracker.models.days import DUE, FORECAST
from tracker.models.relocation import SCOPES
from tracker.models.resettlement import Housing, HousingPlan, HousingReport
from tracker.models.subjects import Subject
from tracker.models.tender_stops import earlier_stops, with_stated
from tracker.models.tenders import HELD, Package, PackageReport

Planned = Milestone | Metric | Site | Housing
Version = MilestonePlan | MetricPlan | SitePlan | HousingPlan
FAR = date(9999, 12, 31)
REPORTED = ("status", "progress", "actual_start", "actual_finish")
MILESTONE_PLAN = (
    "unit_id",
    "planned_start",
    "duration",
    "duration_unit",
    "constraint",
    "constraint_day",
    "weight",
    *DUE,
)
METRIC_PLAN = (
    "unit_id",
    "start_low",
    "start_high",
    "start_qualifier",
    "start_on",
    "target_low",
    "target_high",
    "target_qualifier",
    "curve",
    *DUE,
)
SCOPE = tuple(name for scope in SCOPES for name in (f"scope_{scope}", f"scope_{scope}_qualifier"))
SITE_PLAN = ("unit_id", *SCOPE, "transition_months", "planned_start", *DUE)
HOUSING_PLAN = ("unit_id", "homes", "homes_qualifier", "area", "area_qualifier")
PLANS = {
    MilestonePlan: MILESTONE_PLAN,
    MetricPlan: METRIC_PLAN,
    SitePlan: SITE_PLAN,
    HousingPlan: HOUSING_PLAN,
}
"""What a version of each kind plans: columns that stand in its row as well."""
EMPTY = {"status": "", "progress": None, "actual_start": None, "actual_finish": None, "forecast_text": ""}


def carry_milestone(row: Milestone, *, known: datetime) -> None:
    """Set a locked milestone's state columns from its reports as known, and save it with its next version."""
    copy_milestone(row, *_latest(row, "milestone", known))
    _keep(row, *REPORTED, *FORECAST)


def copy_milestone(row: Milestone, report: Report | None, values: MilestoneReport | None) -> None:
    """Copy one report's values into the state columns (in memory); no report empties them."""
    for name in (*REPORTED, *FORECAST):
        setattr(row, name, getattr(values, name) if values else EMPTY.get(name, _empty(name)))
    _copy_head(row, report)


def carry_metric(row: Metric, *, known: datetime) -> None:
    """Set a locked metric's state columns from its reports as known, and save it with its next version."""
    copy_metric(row, *_latest(row, "metric", known))
    _keep(row, "value_low", "value_high", "value_qualifier")


def copy_metric(row: Metric, report: Report | None, values: MetricReport | None) -> None:
    """Copy one report's value into the state columns (in memory), converted exactly to the metric's measure."""
    row.value_low = in_measure(values.low, values.measure, row.measure) if values else None
    row.value_high = in_measure(values.high, values.measure, row.measure) if values else None
    row.value_qualifier = values.qualifier if values else ""
    _copy_head(row, report)


def carry_site(row: Site, *, known: datetime) -> None:
    """Set a locked site's state columns from its reports as known, and save it with its next version."""
    copy_site(row, *_latest(row, "site", known))
    _keep(row, *FIGURES, "obstacles")


def copy_site(row: Site, report: Report | None, values: SiteReport | None) -> None:
    """Copy one report's figures into the state columns (in memory); no report empties them."""
    for name in FIGURES:
        setattr(row, name, getattr(values, name) if values else None)
    row.obstacles = dict(values.obstacles) if values else {}
    _copy_head(row, report)


def carry_housing(row: Housing, *, known: datetime) -> None:
    """Set a locked housing's state columns from its reports as known, and save it with its next version."""
    copy_housing(row, *_latest(row, "housing", known))
    _keep(row, *HOME_FIGURES)


def copy_housing(row: Housing, report: Report | None, values: HousingReport | None) -> None:
    """Copy one report's figures into the state columns (in memory); no report empties them."""
    for name in HOME_FIGURES:
        setattr(row, name, getattr(values, name) if values else None)
    _copy_head(row, report)


def apply_plan(row: Planned, plan: Version) -> None:
    """Copy a plan version into the plan columns of what it plans (in memory)."""
    for name in PLANS[type(plan)]:
        setattr(row, name, getattr(plan, name))
    row.plan_number = plan.number
    if not isinstance(row, Metric):
        row.planned_at = plan.recorded_at


def carry_package(row: Package, *, known: datetime) -> None:
    """Set a locked tender package's state columns from its reports as known, and save it with its next version."""
    reports = Report.objects.filter(package=row).latest_per_package(on=FAR, known=known).select_related("on_package")
    copy_package(row, with_stated(reports, on=FAR, known=known).first())
    _keep(row, *HELD)


def copy_package(row: Package, report: Report | None) -> None:
    """Copy what one report, read `with_stated`, says into the state columns (in memory); no report empties them."""
    values = report.on_package if report else PackageReport()
    for name in SAID:
        setattr(row, name, getattr(values, name))
    row.earlier_stops = earlier_stops(report)
    _copy_head(row, report)


def _latest(row: Subject, kind: str, known: datetime) -> tuple[Report | None, Any]:
    """The latest counting report of a row as known, and what it says; None, None where there is none."""
    reports = Report.objects.filter(**{kind: row}).latest_per(kind, on=FAR, known=known)
    report = reports.select_related(f"on_{kind}").first()
    return report, getattr(report, f"on_{kind}", None)


def _keep(row: Subject, *columns: str) -> None:
    row.version += 1
    row.save(update_fields=[*columns, "as_of", "report", "reported_at", "pending", "version"])


def _copy_head(row: Milestone | Metric | Site | Housing | Package, report: Report | None) -> None:
    row.as_of = report.as_of if report else None
    row.report = report
    # When a person's report was accepted: what a document states was reported by nobody.
    said = report is not None and report.origin != Origin.DOCUMENT
    row.reported_at = report.accepted_at if report and said else None


def _empty(name: str) -> Any:
    return "" if name.endswith(("_precision", "_kind", "_text")) else None
