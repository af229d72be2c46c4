"""Reporting on tender packages: counts, suspension and calls as they stand on a day."""

from dataclasses import replace
from datetime import date

from tracker.actions.report_storing import LOCKED_PACKAGE, Said, new, waiting
from tracker.actions.reports import may_report_on, not_stale, once, passed
from tracker.actions.site_reports import stated
from tracker.audit import recording
from tracker.domain.reporting import Problem, check_head
from tracker.domain.tender_reports import check_package_report
from tracker.domain.tender_values import Counts
from tracker.models import Package, PackageReport, Report, User
from tracker.permissions import Reach


def submit_package(
    *, package: Package, said: Said, counts: Counts, by: User, reach: Reach, today: date, counted_anew: bool = False
) -> Report:
    """Report on a package; the report waits for a reviewer. Raises Refused or Invalid; a replay returns the first.

    `counted_anew`: what a new call repeats of the earlier one was counted again, and not left over.
    """
    may_report_on(package, by=by, reach=reach)
    counts = counted_here(package, counts)
    values = counts.said

    def store() -> Report:
        with recording():
            row = LOCKED_PACKAGE.get(package.pk)
            not_stale(row, said)
            problems = package_problems(row, said, counts, today=today, counted_anew=counted_anew)
            passed(problems, said, package_id=row.pk)
            report = new(said, by=by, now=row.now, unit_id=row.unit_id, package=row)
            report.store_new_with(PackageReport(report=report, **values), "report")
            waiting(row, report, stated(values), by=by, said=said)
        return report

    return once(store, by, said, package, values)


def counted_here(package: Package, counts: Counts) -> Counts:
    """What is counted of the package itself: where a metric counts the units registered they are reported there."""
    return replace(counts, registered=None) if package.metric_id else counts


def package_problems(
    row: Package, said: Said, counts: Counts, *, today: date, counted_anew: bool = False
) -> list[Problem]:
    """What is wrong with a report about a locked package; empty if nothing is."""
    correction = said.supersedes is not None
    return [
        *check_head(said.as_of, today, row.as_of, correction, said.note),
        *check_package_report(
            counts, as_of=said.as_of, last=row.counts, is_correction=correction, counted_anew=counted_anew
        ),
    ]
