"""The form of each kind of subject: blank, bound, and what is carried out once it is valid. One line a kind."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tracker import words
from tracker.actions import reports as actions
from tracker.actions.housing_reports import submit_housing
from tracker.actions.package_reports import submit_package
from tracker.actions.site_reports import submit_site
from tracker.audit import Refused
from tracker.domain import dates, resettlement
from tracker.domain.dates import UnreadableDate
from tracker.domain.drafts import TICKED
from tracker.domain.relocation import EMPTY, FIGURES, Use
from tracker.domain.relocation_reading import read_figure, read_in
from tracker.domain.states import Status
from tracker.domain.tender_values import Counts
from tracker.domain.units import MeasureError
from tracker.forms import reports as forms
from tracker.forms.housing_reports import HousingReportForm, housing_initial
from tracker.forms.package_reports import PackageReportForm, package_initial
from tracker.forms.site_reports import SiteReportForm, site_initial
from tracker.models import Housing, Metric, Milestone, Package, Report, Site
from tracker.queries.report_items import Item, Stored
from tracker.views.edge import today

Form = forms.MilestoneReportForm | forms.MetricReportForm | SiteReportForm | HousingReportForm | PackageReportForm
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between the forms.

    `initial` gives the texts of a form from stored values; what its class takes besides, `of_item` from an item as the
    page shows it, `of_row` from the row alone. `act` submits: (row, cleaned values or None for "no change", the rest),
    and raises as the action does.
    """

    form: type[Any]
    initial: Callable[[Item, Stored, date], dict[str, Any]]
    of_item: Callable[[Item], dict[str, Any]]
    of_row: Callable[[Any], dict[str, Any]]
    act: Callable[[Any, Values | None, dict[str, Any]], Report]

    def blank(self, item: Item, start: Stored, as_of: date, **options: Any) -> Form:
        """The form as it starts from stored values."""
        made: Form = self.form(initial=self.initial(item, start, as_of), **self.of_item(item), **options)
        return made

    def bound(self, row: Any, data: Any, **options: Any) -> Form:
        """The form with what was typed."""
        made: Form = self.form(data, **self.of_row(row), **options)
        return made


def _milestone_initial(item: Item, start: Stored, as_of: date) -> dict[str, Any]:
    names = ("status", "progress", "actual_start", "actual_finish", "forecast", "note")
    return forms.milestone_initial({name: getattr(start, name) for name in names}, as_of=as_of)


def _submit_milestone(row: Milestone, values: Values | None, doer: dict[str, Any]) -> Report:
    if values is None:
        if not row.status:
            raise Refused("nothing_to_repeat")
        values = {"status": row.status, "progress": row.progress, "forecast": row.forecast}
        values |= {"actual_start": row.actual_start, "actual_finish": row.actual_finish}
    given = {name: values[name] for name in ("progress", "actual_start", "actual_finish", "forecast")}
    return actions.submit_milestone(milestone=row, status=Status(values["status"]), **given, **doer)


def _metric_initial(item: Item, start: Stored, as_of: date) -> dict[str, Any]:
    initial = forms.metric_initial(start.quantity, measure=item.measure, as_of=as_of, note=start.note)
    return initial | ({"measure": start.quantity.measure} if start.quantity is not None else {})


def _submit_metric(row: Metric, values: Values | None, doer: dict[str, Any]) -> Report:
    quantity = row.value if values is None else values["quantity"]
    if quantity is None:
        raise Refused("nothing_to_repeat")
    return actions.submit_metric(metric=row, quantity=quantity, **doer)


def _site_initial(item: Item, start: Stored, as_of: date) -> dict[str, Any]:
    return site_initial(start.entry, as_of=as_of, note=start.note)


def _site_of_item(item: Item) -> dict[str, Any]:
    return {"use": Use(item.use), "last": item.now.entry or EMPTY, "scope": item.scope}


def _site_of_row(row: Site) -> dict[str, Any]:
    return {"use": Use(row.use), "last": row.entry, "scope": row.scope}


def _submit_site(row: Site, values: Values | None, doer: dict[str, Any]) -> Report:
    if values is None and row.as_of is None:
        raise Refused("nothing_to_repeat")
    return submit_site(site=row, entry=row.entry if values is None else values["entry"], **doer)


def _submit_housing(row: Housing, values: Values | None, doer: dict[str, Any]) -> Report:
    if values is None and row.as_of is None:
        raise Refused("nothing_to_repeat")
    return submit_housing(housing=row, entry=row.entry if values is None else values["entry"], **doer)


def _submit_package(row: Package, values: Values | None, doer: dict[str, Any]) -> Report:
    if values is None and row.as_of is None:
        raise Refused("nothing_to_repeat")
    counts, anew = (row.counts, False) if values is None else (values["counts"], values["counted_anew"])
    return submit_package(package=row, counts=counts, counted_anew=anew, **doer)


FORMS: Mapping[str, Kind] = {
    "milestone": Kind(
        forms.MilestoneReportForm, _milestone_initial, lambda item: {}, lambda row: {}, _submit_milestone
    ),
    "metric": Kind(
        forms.MetricReportForm,
        _metric_initial,
        lambda item: {"measure": item.measure},
        lambda row: {"measure": row.measure, "basis": row.basis},
        _submit_metric,
    ),
    "site": Kind(SiteReportForm, _site_initial, _site_of_item, _site_of_row, _submit_site),
    "housing": Kind(
        HousingReportForm,
        lambda item, start, as_of: housing_initial(start.homes, as_of=as_of, note=start.note),
        lambda item: {"last": item.now.homes or resettlement.Entry(), "planned": item.planned},
        lambda row: {"last": row.entry, "planned": row.planned},
        _submit_housing,
    ),
    "package": Kind(
        PackageReportForm,
        lambda item, start, as_of: package_initial(start.counts, as_of=as_of, note=start.note),
        lambda item: {"last": item.now.counts or Counts(), "counted_elsewhere": bool(item.metric)},
        lambda row: {"last": row.counts, "counted_elsewhere": row.metric_id is not None},
        _submit_package,
    ),
}
"""By the names of `SUBJECTS`."""


def alike(name: str, text: str) -> str:
    """A text as the reader's language writes it, to set two side by side: a draft may have been typed otherwise."""
    if name in TICKED:
        return _("yes") if text and text != "False" else ""
    try:
        if name in ("as_of", "actual_start", "actual_finish", "suspended_from", "suspended_until"):
            return words.day(dates.day(text, today=today()))
        if name in FIGURES:
            return words.number(read_figure(name, text))
        if name in resettlement.FIGURES:
            return words.number(read_in(resettlement.measure_of(name), text))
    except (UnreadableDate, MeasureError):
        return text
    return text
