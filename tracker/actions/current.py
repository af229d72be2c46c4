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
from tracker.models.relocation import SCOPES
from tracker.models.resettlement import Housing, HousingPlan, HousingReport
from tracker.models.tenders import Package, PackageReport

FAR = date(9999, 12, 31)
REPORTED = ("status", "progress", "actual_start", "actual_finish")
FORECAST = ("forecast_text", "forecast_earliest", "forecast_latest", "forecast_precision", "forecast_kind")
DUE = ("due_text", "due_earliest", "due_latest", "due_precision", "due_kind", "plan_year")
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
EMPTY = {"status": "", "progress": None, "actual_start": None, "actual_finish": None, "forecast_text": ""}


def carry_milestone(row: Milestone, *, known: datetime) -> None:
    """Set a locked milestone's state columns from its reports as known, and save it with its next version."""
    report = (
        Report.objects.filter(milestone=row)
        .latest_per_milestone(on=FAR, known=known)
        .select_related("on_milestone")
        .first()
    )
    copy_milestone(row, report, getattr(report, "on_milestone", None))
    row.version += 1
    row.save(update_fields=[*REPORTED, *FORECAST, "as_of", "report", "reported_at", "pending", "version"])


def copy_milestone(row: Milestone, report: Report | None, values: MilestoneReport | None) -> None:
    """Copy one report's values into the state columns (in memory); no report empties them."""
    for name in (*REPORTED, *FORECAST):
        setattr(row, name, getattr(values, name) if values else EMPTY.get(name, _empty(name)))
    _copy_head(row, report)


def carry_metric(row: Metric, *, known: datetime) -> None:
    """Set a locked metric's state columns from its reports as known, and save it with its next version."""
    report = (
        Report.objects.filter(metric=row).latest_per_metric(on=FAR, known=known).select_related("on_metric").first()
    )
    copy_metric(row, report, getattr(report, "on_metric", None))
    row.version += 1
    row.save(
        update_fields=[
            "value_low",
            "value_high",
            "value_qualifier",
            "as_of",
            "report",
            "reported_at",
            "pending",
            "version",
        ]
    )


def copy_metric(row: Metric, report: Report | None, values: MetricReport | None) -> None:
    """Copy one report's value into the state columns (in memory), converted exactly to the metric's measure."""
    row.value_low = in_measure(values.low, values.measure, row.measure) if values else None
    row.value_high = in_measure(values.high, values.measure, row.measure) if values else None
    row.value_qualifier = values.qualifier if values else ""
    _copy_head(row, report)


def carry_site(row: Site, *, known: datetime) -> None:
    """Set a locked site's state columns from its reports as known, and save it with its next version."""
    report = Report.objects.filter(site=row).latest_per_site(on=FAR, known=known).select_related("on_site").first()
    copy_site(row, report, getattr(report, "on_site", None))
    row.version += 1
    row.save(update_fields=[*FIGURES, "obstacles", "as_of", "report", "reported_at", "pending", "version"])


def copy_site(row: Site, report: Report | None, values: SiteReport | None) -> None:
    """Copy one report's figures into the state columns (in memory); no report empties them."""
    for name in FIGURES:
        setattr(row, name, getattr(values, name) if values else None)
    row.obstacles = dict(values.obstacles) if values else {}
    _copy_head(row, report)


def carry_housing(row: Housing, *, known: datetime) -> None:
    """Set a locked housing's state columns from its reports as known, and save it with its next version."""
    reports = Report.objects.filter(housing=row).latest_per("housing", on=FAR, known=known)
    report = reports.select_related("on_housing").first()
    copy_housing(row, report, getattr(report, "on_housing", None))
    row.version += 1
    row.save(update_fields=[*HOME_FIGURES, "as_of", "report", "reported_at", "pending", "version"])


def copy_housing(row: Housing, report: Report | None, values: HousingReport | None) -> None:
    """Copy one report's figures into the state columns (in memory); no report empties them."""
    for name in HOME_FIGURES:
        setattr(row, name, getattr(values, name) if values else None)
    _copy_head(row, report)


def apply_milestone_plan(row: Milestone, plan: MilestonePlan) -> None:
    """Copy a plan version into the plan columns (in memory)."""
    for name in MILESTONE_PLAN:
        setattr(row, name, getattr(plan, name))
    row.plan_number, row.planned_at = plan.number, plan.recorded_at


def apply_metric_plan(row: Metric, plan: MetricPlan) -> None:
    """Copy a target version into the plan columns (in memory)."""
    for name in METRIC_PLAN:
        setattr(row, name, getattr(plan, name))
    row.plan_number = plan.number


def apply_site_plan(row: Site, plan: SitePlan) -> None:
    """Copy a plan version into the plan columns (in memory)."""
    for name in SITE_PLAN:
        setattr(row, name, getattr(plan, name))
    row.plan_number, row.planned_at = plan.number, plan.recorded_at


def apply_housing_plan(row: Housing, plan: HousingPlan) -> None:
    """Copy a plan version into the plan columns (in memory)."""
    for name in HOUSING_PLAN:
        setattr(row, name, getattr(plan, name))
    row.plan_number, row.planned_at = plan.number, plan.recorded_at


def carry_package(row: Package, *, known: datetime) -> None:
    """Set a locked tender package's state columns from its reports as known, and save it with its next version."""
    reports = Report.objects.filter(package=row).latest_per("package", on=FAR, known=known)
    report = reports.select_related("on_package").first()
    copy_package(row, report, getattr(report, "on_package", None))
    row.version += 1
    row.save(update_fields=[*SAID, "as_of", "report", "reported_at", "pending", "version"])


def copy_package(row: Package, report: Report | None, values: PackageReport | None) -> None:
    """Copy one report's counts into the state columns (in memory); no report empties them."""
    for name in SAID:
        setattr(row, name, getattr(values or PackageReport(), name))
    _copy_head(row, report)


def _copy_head(row: Milestone | Metric | Site | Housing | Package, report: Report | None) -> None:
    row.as_of = report.as_of if report else None
    row.report = report
    # When a person's report was accepted: what a document states was reported by nobody.
    said = report is not None and report.origin != Origin.DOCUMENT
    row.reported_at = report.accepted_at if report and said else None


def _empty(name: str) -> Any:
    return "" if name.endswith(("_precision", "_kind", "_text")) else None
