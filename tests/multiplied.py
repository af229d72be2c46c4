"""More rows: every tracked table multiplied in place, under the same parents.

So what hangs off one project, one milestone or one document grows just as the whole does.
"""

from collections.abc import Callable
from copy import copy
from typing import Any

from django.db.models import Model
from django.db.models.base import ModelState

from tracker.models import (
    Appointment,
    AuditEvent,
    CalendarNotice,
    Citation,
    Dependency,
    Document,
    Housing,
    HousingPlan,
    Metric,
    MetricPlan,
    MetricReport,
    Milestone,
    MilestonePlan,
    MilestoneReport,
    Package,
    PackagePlan,
    PackageStep,
    ProcessTemplate,
    Programme,
    Project,
    Report,
    Site,
    SitePlan,
    SiteReport,
    StatutoryWindow,
    Unit,
    User,
)
from tracker.models.guard import writing

Change = Callable[[Any, int], None]


def multiply(times: int) -> None:
    """Make every table `times` as large; codes of copies end in -x1, -x2 …"""
    with writing():
        milestones = _copies(Milestone, times, _new_code)
        for model in (Document, Programme, Project, Metric, Citation, StatutoryWindow, ProcessTemplate):
            _copies(model, times, _new_code)
        _copies(SitePlan, times, _of("site", _copies(Site, times, _new_code)))
        _copies(HousingPlan, times, _of("housing", _copies(Housing, times, _new_code)))
        packages = _copies(Package, times, _new_code)
        for parts in (PackagePlan, PackageStep):
            _copies(parts, times, lambda row, number: setattr(row, "package", packages[row.package_id, number]))
        _copies(Unit, times, _new_unit)
        people = _copies(User, times, _new_user)
        _copies(Appointment, times, lambda row, number: setattr(row, "user", people[row.user_id, number]))
        for plans in (MilestonePlan, MetricPlan, CalendarNotice):
            _copies(plans, times, _later_number)
        reports = _copies(Report, times, _without_token)
        for values in (MilestoneReport, MetricReport, SiteReport):
            _copies(values, times, lambda row, number: setattr(row, "report", reports[row.report_id, number]))
        _copies(Dependency, times, lambda row, number: setattr(row, "successor", milestones[row.successor_id, number]))
        _copies(AuditEvent, times, lambda row, number: None)


def _of(name: str, rows: dict[tuple[Any, int], Any]) -> Change:
    """Copies of what belongs to the copies of those rows."""
    return lambda row, number: setattr(row, name, rows[getattr(row, f"{name}_id"), number])


def _copies(model: type[Model], times: int, change: Change) -> dict[tuple[Any, int], Any]:
    """Add the copies of a table's rows; returns them by the key of their original and their number."""
    made: dict[tuple[Any, int], Any] = {}
    for row in model._default_manager.order_by("pk"):
        for number in range(1, times):
            twin = copy(row)
            twin._state = ModelState()
            if not model._meta.pk.is_relation:
                twin.pk = None
            change(twin, number)
            made[row.pk, number] = twin
    model._default_manager.bulk_create(made.values(), batch_size=500)
    return made


def _new_code(row: Any, number: int) -> None:
    row.code = f"{row.code}-x{number}"


def _new_unit(row: Unit, number: int) -> None:
    row.code = f"{row.code}-x{number}"
    row.path = f"{row.path.removesuffix('/')}-x{number}/"


def _new_user(row: User, number: int) -> None:
    row.username = f"{row.username}-x{number}"


def _later_number(row: Any, number: int) -> None:
    row.number = row.number + 1000 * number


def _without_token(row: Report, number: int) -> None:
    row.client_token, row.supersedes = None, None
