"""Tenders in the training scenario: what is counted of the documents' packages, one suspended, one with two bidders.

The steps of the process that the scenario plans back become steps of the construction package, so its clock runs.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tracker.actions.simulation_clearing import settle_packages
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.simulating import office_hours
from tracker.models import Milestone, Package, PackageReport, PackageStep, Report, User

STEPS_OF = "XH-BD-04"
STOPPED_DAYS = 6
SUSPENDED = "演练情景：收到对招标文件的异议，答复前暂停"
TOO_FEW = "演练情景：投标截止时只有两家，重新招标"
WAITING = "演练情景：入围名单已确定"


def add(*, today: date, authors: Mapping[int, User], reviewer: User) -> dict[str, dict[str, str]]:
    """Write the reports on the documents' packages. Called inside a recording action; returns the milestones that steps
    had before, by package and step.
    """
    rows = {row.code: row for row in Package.objects.current().filter(project__programme__simulated=False)}
    made: list[tuple[Report, PackageReport]] = []
    for code, course in _courses(today).items():
        row = rows.get(code)
        if row is None or row.unit_id not in authors:
            continue
        for days, state, note, counts in course:
            made.append(_pair(row, today - timedelta(days), state, note, counts, authors[row.unit_id], reviewer))
    Report.objects.bulk_create([report for report, _values in made])
    PackageReport.objects.bulk_create([values for _report, values in made])
    moved = _take_steps()
    settle_packages([row.pk for row in rows.values()])
    return {STEPS_OF: moved} if moved else {}


Course = list[tuple[int, ReportState, str, dict[str, Any]]]
"""Reports on one package: so many days ago, in which state, with which note and counts."""


def _courses(today: date) -> dict[str, Course]:
    stopped = {"suspended_from": today - timedelta(STOPPED_DAYS)}
    accepted = ReportState.ACCEPTED
    return {
        "XH-BD-01": [
            (60, accepted, "", {"shortlisted": 8}),
            (9, ReportState.SUBMITTED, WAITING, {"shortlisted": 8, "bidders": 7}),
        ],
        "XH-BD-02": [
            (40, accepted, "", {"registered": 12}),
            (12, accepted, "", {"registered": 14, "bidders": 9}),
        ],
        "XH-BD-03": [
            (38, accepted, "", {"registered": 6}),
            (10, accepted, TOO_FEW, {"registered": 6, "bidders": 2, "failed": True}),
        ],
        "XH-BD-05": [
            (15, accepted, "", {"registered": 11}),
            (STOPPED_DAYS - 1, accepted, SUSPENDED, {"registered": 11, "objections": 1, **stopped}),
        ],
    }


def _take_steps() -> dict[str, str]:
    """The steps planned back for the project become those of its construction package, the award among them: with the
    document's own day for that its call would contradict itself. Returns the milestones they had, by step.
    """
    moved: dict[str, str] = {}
    for step in PackageStep.objects.filter(package__code=STEPS_OF).select_related("package__project", "milestone"):
        code = f"{step.package.project.code}-{step.code}"
        made = Milestone.objects.filter(code=code, step_type=step.code, plans__by__simulated=True).first()
        if made is not None:
            moved |= {step.code: step.milestone.code} if step.milestone else {}
            step.milestone = made
            step.save(update_fields=["milestone"])
    return moved


def _pair(
    row: Package, day: date, state: ReportState, note: str, counts: dict[str, Any], author: User, reviewer: User
) -> tuple[Report, PackageReport]:
    sent, decided = office_hours(day, 10), office_hours(day, 15)
    done = {"decided_at": decided, "decided_by": reviewer, "accepted_at": decided}
    report = Report(
        package=row, unit_id=row.unit_id, as_of=day, state=state.value, note=note, author=author, submitted_by=author,
        origin=Origin.SIMULATION.value, created_at=sent, submitted_at=sent,
        **(done if state is ReportState.ACCEPTED else {}),
    )  # fmt: skip
    return report, PackageReport(report=report, **counts)
