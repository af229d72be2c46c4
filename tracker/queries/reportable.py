"""How each kind of subject becomes an item to report on; a new kind has its line in each table here."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from tracker.models import Report
from tracker.models.subjects import key_of
from tracker.queries.housing_items import housing_item, housing_to_report, loaded_housing
from tracker.queries.package_items import loaded_packages, package_item, package_to_report
from tracker.queries.report_items import (
    Item,
    loaded_metrics,
    loaded_milestones,
    metric_item,
    metric_to_report,
    milestone_item,
    milestone_to_report,
)
from tracker.queries.site_items import loaded_sites, site_item, site_to_report

LOADED: Mapping[str, Callable[[], QuerySet[Any]]] = {
    "milestone": loaded_milestones,
    "metric": loaded_metrics,
    "site": loaded_sites,
    "housing": loaded_housing,
    "package": loaded_packages,
}
"""Many rows with all that an item prints and a report needs."""
TO_REPORT: Mapping[str, Callable[[str], Any]] = {
    "milestone": milestone_to_report,
    "metric": metric_to_report,
    "site": site_to_report,
    "housing": housing_to_report,
    "package": package_to_report,
}
"""One row by its code; one query."""
ITEM: Mapping[str, Callable[..., Item]] = {
    "milestone": milestone_item,
    "metric": metric_item,
    "site": site_item,
    "housing": housing_item,
    "package": package_item,
}
"""A loaded row as something to report on: (row, returned report, on=, language=)."""


def by_item(reports: Iterable[Report]) -> dict[tuple[int, int], Report]:
    """Reports by what they are about, as `key_of` has it; of several on one item the last."""
    return {key_of(one): one for one in reports}
