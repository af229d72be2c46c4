"""What a report would do to tender packages: a milestone's to those whose step it is, a package's to suspensions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from django.db.models import Exists, OuterRef, Q

from tracker import words
from tracker.domain.states import Status
from tracker.domain.suspicion import Doubt
from tracker.domain.tender_reports import stop_doubts, too_few
from tracker.domain.tender_stops import Stated, Stop, earlier
from tracker.domain.tender_values import Finding, Point, Regime
from tracker.domain.tenders import read
from tracker.domain.windows import in_force
from tracker.models import MilestoneReport, PackageReport, PackageStep, Report, StatutoryWindow
from tracker.permissions import Reach
from tracker.queries.reports import values_of
from tracker.queries.tender_state import Known, packages_in_reach, present
from tracker.queries.tenders import sentence

OF_DAYS = ("unlawful", "award_in_publicity", "award_though_failed", "deadline_not_worked", "order", "validity_short")
"""The findings that a report of a step can make."""
LAST_DAY, ANY_TIME = date.max, datetime.max.replace(tzinfo=UTC)


def tender_doubts(reports: Sequence[Report], *, reach: Reach, on: date) -> Mapping[int, list[Doubt]]:
    """By the keys of milestones' reports, what accepting each would bring up in its packages that was not so before; of
    packages' own reports, that too few have bid, that a call failed of which an award is reported, and what happens to
    suspensions.

    One query where none of the milestones is a step of a package, and no call is said to have failed; else as many as
    reading packages takes. One more where too few have bid: whether the rule is verified; and one where a report states
    a suspension otherwise.
    """
    keys = {one.milestone_id for one in reports if one.milestone_id}
    stepped = PackageStep.objects.filter(package=OuterRef("pk"), milestone__in=keys or [0])
    failed = {one.package_id for one in reports if one.package_id and _fails(one)}
    rows = packages_in_reach(reach).filter(Exists(stepped) | Q(pk__in=failed or [0]))
    found: dict[int, list[Doubt]] = {}
    for package in present(rows, reach=reach, on=on):
        for report in {one.pk: one for one in reports}.values():
            found.setdefault(report.pk, []).extend(_brought_up(package, report, on))
    for more in (_too_few(reports, on), _of_suspensions(reports, on)):
        for pk, doubts in more.items():
            found.setdefault(pk, []).extend(doubts)
    return found


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


@dataclass(frozen=True, slots=True)
class _Told:
    """What one report states: its number, its day, the call, the suspension."""

    pk: int
    as_of: date
    round: int
    since: date | None
    until: date | None


def _of_suspensions(reports: Sequence[Report], on: date) -> dict[int, list[Doubt]]:
    """What accepting packages' reports would do to the suspensions of their calls."""
    asked: dict[int, tuple[Report, Any]] = {}
    for report in reports:
        values: Any = values_of(report)
        if report.package is None or values is None:
            continue
        otherwise = report.supersedes_id is not None or values.suspended_from != report.package.suspended_from
        if otherwise and report.package.counts.stops:
            asked[report.pk] = report, values
    told = _told({report.package_id for report, _values in asked.values()}) if asked else {}
    found = {}
    for pk, (report, values) in asked.items():
        new = _Told(pk, report.as_of, values.round, values.suspended_from, values.suspended_until)
        old = told.get(report.package_id or 0, [])
        then = sorted([*(one for one in old if one.pk != report.supersedes_id), new], key=lambda one: one.as_of)
        if old and old[-1].round == then[-1].round:
            said = new.since if new.round == then[-1].round else None
            found[pk] = stop_doubts(_stops(old), _stops(then), said, on)
    return found


def _told(packages: set[int | None]) -> dict[int, list[_Told]]:
    """By package what its accepted reports state, in their order."""
    rows = Report.objects.counting(on=LAST_DAY, known=ANY_TIME).filter(package__in=packages)
    names = ("round", "suspended_from", "suspended_until")
    found: dict[int, list[_Told]] = {}
    for package, *said in rows.order_by("as_of", "accepted_at", "pk").values_list(
        "package", "pk", "as_of", *(f"on_package__{name}" for name in names)
    ):
        found.setdefault(package, []).append(_Told(*said))
    return found


def _stops(told: Sequence[_Told]) -> tuple[Stop, ...]:
    """The suspensions of the last call these reports speak of."""
    last = told[-1]
    stated = [Stated(one.as_of, one.since, one.until) for one in told if one.round == last.round and one.since]
    present = (Stop(last.since, last.until),) if last.since else ()
    return (*earlier(stated, last.since), *present)


def _fails(report: Report) -> bool:
    """Whether it says that a call has failed of which that is not accepted yet, and would be in force."""
    values: Any = values_of(report)
    row = report.package
    if row is None or not isinstance(values, PackageReport) or not values.counts.failed:
        return False
    return not row.failed and (row.as_of is None or row.as_of <= report.as_of)


def _brought_up(package: Known, report: Report, on: date) -> list[Doubt]:
    if report.package_id == package.row.pk and _fails(report):
        stated: Any = values_of(report)
        counts = replace(package.facts.counts, failed=True, round=stated.counts.round)
        then = read(replace(package.facts, counts=counts), on=on, calendar=package.calendar)
        return [_doubt(package, one) for one in then.findings if one.code == "award_though_failed"]
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
