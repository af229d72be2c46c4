"""What a milestone's report would do to the tender packages whose step it is."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef

from tracker import words
from tracker.domain.states import Status
from tracker.domain.suspicion import Doubt
from tracker.domain.tender_reports import too_few
from tracker.domain.tender_values import Finding, Point, Regime
from tracker.domain.tenders import read
from tracker.domain.windows import in_force
from tracker.models import MilestoneReport, PackageStep, Report, StatutoryWindow
from tracker.permissions import Reach
from tracker.queries.reports import values_of
from tracker.queries.tender_state import Known, packages_in_reach, present
from tracker.queries.tenders import sentence

OF_DAYS = ("unlawful", "award_in_publicity", "deadline_not_worked", "order", "validity_short")
"""The findings a day of a step can make."""


def tender_doubts(reports: Sequence[Report], *, reach: Reach, on: date) -> Mapping[int, list[Doubt]]:
    """By the keys of milestones' reports, what accepting each would bring up in its packages that was not so before; of
    packages' own reports, that too few have bid.

    One query where none of the milestones is a step of a package; else as many as reading packages takes. One more
    where too few have bid: whether the rule is verified.
    """
    keys = {one.milestone_id for one in reports if one.milestone_id}
    stepped = PackageStep.objects.filter(package=OuterRef("pk"), milestone__in=keys or [0])
    rows = packages_in_reach(reach).filter(Exists(stepped))
    found: dict[int, list[Doubt]] = {}
    for package in present(rows, reach=reach, on=on):
        for report in {one.pk: one for one in reports}.values():
            found.setdefault(report.pk, []).extend(_brought_up(package, report, on))
    return found | _too_few(reports, on)


def _too_few(reports: Sequence[Report], on: date) -> dict[int, list[Doubt]]:
    """That too few have bid, and whether the rule which that breaks is verified on the day."""
    struck: dict[int, list[Doubt]] = {}
    for report in reports:
        values: Any = values_of(report)
        if report.package is not None and values is not None:
            struck[report.pk] = too_few(values.counts, Regime(report.package.regime))
    rules = {str(one.inputs["rule"]) for found in struck.values() for one in found}
    if not rules:
        return {}
    held = in_force(StatutoryWindow.objects.filter(code__in=rules).windows(), on=on, region="")
    sure = {window.id: int(window.verified) for window in held}
    return {
        pk: [Doubt(one.code, {**one.inputs, "sure": sure.get(str(one.inputs["rule"]), 0)}) for one in found]
        for pk, found in struck.items()
    }


def _brought_up(package: Known, report: Report, on: date) -> list[Doubt]:
    step = next((one for one in package.steps if report.milestone_id and one.milestone_id == report.milestone_id), None)
    values = values_of(report)
    if step is None or not isinstance(values, MilestoneReport):
        return []
    points = [_said(one, values, report.as_of) if one.key == step.code else one for one in package.facts.points]
    then = read(replace(package.facts, points=points), on=on, calendar=package.calendar)
    before = {_of(one) for one in package.reading.findings}
    return [_doubt(package, one) for one in then.findings if one.code in OF_DAYS and _of(one) not in before]


def _said(point: Point, values: MilestoneReport, as_of: date) -> Point:
    """A step as the report has it."""
    done = values.status == Status.DONE
    finish = values.actual_finish if done else values.forecast_latest or point.finish
    basis = "actual" if done else "forecast" if values.forecast_latest else point.basis
    start = values.actual_start or point.start
    return replace(point, start=start, finish=finish, basis=basis, done=done, set_on=as_of, unstated=False)


def _of(one: Finding) -> tuple[object, ...]:
    return (one.code, *one.inputs.items())


def _doubt(package: Known, one: Finding) -> Doubt:
    inputs = {"package": package.row.called(words.language()), "said": sentence(package, one)}
    return Doubt(f"tender_{one.code}", MappingProxyType(inputs))
