"""Tender packages as they stood at a moment: terms, counts, and the days of their steps, read for many at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.db.models import Prefetch

from tracker.domain.calendars import Calendar
from tracker.domain.processes import Attached
from tracker.domain.tender_values import IN_PROCUREMENT, RULES, SAID, Counts, Facts, Kind, Reading, Regime
from tracker.domain.tenders import read as read_package
from tracker.domain.windows import Window, in_force
from tracker.models import (
    Metric,
    Milestone,
    Package,
    PackagePlan,
    PackageStep,
    ProcessTemplate,
    ProcessTie,
    Project,
    Report,
    StatutoryWindow,
)
from tracker.models.networks import Calendars
from tracker.models.tender_clock import point
from tracker.models.tender_stops import earlier_stops, with_stated
from tracker.models.tenders import TERMS
from tracker.permissions import Reach, readable
from tracker.queries.state import overlay_metrics, overlay_milestones

PARTS = ("project__programme", "unit", "metric", "template")


@dataclass(frozen=True)
class Known:
    """One package with what was read of it. `row` and the milestones of `steps` may be overlaid with a past moment.

    `registered` is the metric's figure where the package has one. `seen` are the milestones the reader may read.
    """

    row: Package
    steps: Sequence[PackageStep]
    facts: Facts
    calendar: Calendar
    reading: Reading
    windows: Mapping[str, Window]
    usual: Mapping[str, int]
    registered: int | None
    seen: frozenset[int] = field(default_factory=frozenset)

    def name(self, code: str, language: str) -> str:
        """What a step is called."""
        return next((step.called(language) for step in self.steps if step.code == code), code)

    def milestone(self, code: str) -> Milestone | None:
        """The milestone of a step."""
        return next((step.milestone for step in self.steps if step.code == code), None)


@dataclass(frozen=True)
class _Process:
    """What a template says of its steps: how long each takes, the windows between them, which run side by side."""

    usual: Mapping[str, int]
    attached: Sequence[Attached]
    parallel: frozenset[tuple[str, str]]


def packages_in_reach(reach: Reach) -> Any:
    """The current packages in reach, in the order of their works."""
    rows = Package.objects.current().filter(readable(reach)).select_related(*PARTS)
    return rows.order_by("project__programme__position", "project__position", "position", "code")


def known(rows: Iterable[Package], *, reach: Reach, on: date, at: datetime, past: bool) -> list[Known]:
    """Packages as of a moment; at most fifteen queries however many, and one for each further region's calendar."""
    found = list(rows)
    if past:
        found = overlay_packages(found, on=on, at=at)
    if not found:
        return []
    steps = package_steps(found)
    milestones = {step.milestone.pk: step.milestone for step in steps if step.milestone}
    if past:
        overlay_milestones(list(milestones.values()), on=on, known=at)
        for step in steps:
            if step.milestone:
                step.milestone = milestones[step.milestone.pk]
    metrics = {row.metric.pk: row.metric for row in found if row.metric}
    if past and metrics:
        overlay_metrics(list(metrics.values()), on=on, known=at)
    templates = _templates(found)
    processes = {pk: _process(template) for pk, template in templates.items()}
    windows = _windows(templates.values())
    binding = {region: {one.id: one for one in in_force(windows, on=on, region=region)}
               for region in {row.region for row in found}}  # fmt: skip
    calendars = Calendars()
    of: dict[int, list[PackageStep]] = {}
    for step in steps:
        of.setdefault(step.package_id, []).append(step)
    seen = frozenset(milestones)
    if not reach.sees_all():
        own = Milestone.objects.current().filter(readable(reach), pk__in=list(milestones))
        seen = frozenset(own.values_list("pk", flat=True))
    made = []
    for row in found:
        registered = _registered(metrics[row.metric_id]) if row.metric_id else row.registered
        process, calendar = processes[row.template_id], calendars.of(row.region)
        made.append(_known(row, of.get(row.pk, []), process, binding[row.region], registered, calendar, on, seen))
    return made


def present(rows: Iterable[Package], *, reach: Reach, on: date) -> list[Known]:
    """Packages as they are now."""
    return known(rows, reach=reach, on=on, at=datetime.max.replace(tzinfo=UTC), past=False)


def _known(
    row: Package,
    steps: list[PackageStep],
    process: "_Process",
    windows: Mapping[str, Window],
    registered: int | None,
    calendar: Calendar,
    on: date,
    seen: frozenset[int],
) -> Known:
    row.registered = registered
    facts = Facts(
        kind=Kind(row.kind),
        regime=Regime(row.regime),
        points=[point(step, process.usual.get(step.code), on) for step in steps],
        attached=process.attached,
        windows=windows,
        parallel=process.parallel,
        counts=row.counts,
        validity_days=row.validity_days,
        estimate=row.estimate_low,
        compulsory=row.compulsory,
    )
    reading = read_package(facts, on=on, calendar=calendar)
    return Known(row, steps, facts, calendar, reading, windows, process.usual, registered, seen)


def package_steps(rows: Sequence[Package]) -> list[PackageStep]:
    """The steps with their milestones. Most of these are of the project of a package, which is there already; one query
    more for those that are of another.
    """
    found = PackageStep.objects.filter(package__in=[row.pk for row in rows])
    steps = list(found.select_related("milestone").order_by("package", "position"))
    projects = {row.project_id: row.project for row in rows}
    milestones = [step.milestone for step in steps if step.milestone]
    if others := {held.project_id for held in milestones} - set(projects):
        projects |= Project.objects.select_related("programme").in_bulk(others)
    for held in milestones:
        held.project = projects[held.project_id]
    return steps


def _process(template: ProcessTemplate) -> _Process:
    value = template.value()
    usual = {step.code: step.duration for step in template.steps.all()}
    return _Process(usual, value.windows, frozenset(value.parallel()))


def _templates(rows: Sequence[Package]) -> dict[int, ProcessTemplate]:
    ties = Prefetch("ties", ProcessTie.objects.select_related("predecessor", "successor"))
    return ProcessTemplate.objects.prefetch_related("steps", ties, "windows").in_bulk({row.template_id for row in rows})


def _windows(templates: Iterable[ProcessTemplate]) -> list[Window]:
    codes = {held.window for template in templates for held in template.windows.all()}
    codes |= {IN_PROCUREMENT[code] for code in codes if code in IN_PROCUREMENT} | RULES
    return list(StatutoryWindow.objects.filter(code__in=codes).windows())


def _registered(metric: Metric) -> int | None:
    return None if metric.value_low is None else int(metric.value_low)


def overlay_packages(rows: Sequence[Package], *, on: date, at: datetime) -> list[Package]:
    """Terms and counts as known then, laid over loaded packages; those not planned yet are left out. Two queries."""
    keys = [row.pk for row in rows]
    plans = PackagePlan.objects.filter(package__in=keys, recorded_at__lte=at).order_by("package_id", "-number")
    plan_of = {plan.package_id: plan for plan in plans.distinct("package_id")}
    reports = Report.objects.filter(package__in=keys).latest_per_package(on=on, known=at)
    said = with_stated(reports.select_related("on_package"), on=on, known=at)
    report_of = {report.package_id: report for report in said}
    kept = []
    for row in rows:
        plan = plan_of.get(row.pk)
        if plan is None:
            continue
        for name in TERMS:
            setattr(row, name, getattr(plan, name))
        report = report_of.get(row.pk)
        for name in SAID:
            setattr(row, name, getattr(report.on_package if report else Counts(), name))
        row.earlier_stops = earlier_stops(report)
        row.as_of, row.pending = (report.as_of if report else None), 0
        kept.append(row)
    return kept
