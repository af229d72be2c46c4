"""Reporting on resettlement housing: every figure as it stands on a day, held against the last one and the plan."""

from datetime import date

from tracker.actions.report_storing import LOCKED_HOUSING, Said, new, waiting
from tracker.actions.reports import may_report_on, not_stale, once, passed, too_fine
from tracker.actions.site_reports import PLACES, stated
from tracker.audit import recording
from tracker.domain.reporting import Problem, check_head
from tracker.domain.resettlement import Entry, check_entry
from tracker.models import Housing, HousingReport, Report, User
from tracker.models.resettlement import home_columns
from tracker.permissions import Reach


def submit_housing(*, housing: Housing, said: Said, entry: Entry, by: User, reach: Reach, today: date) -> Report:
    """Report on housing; the report waits for a reviewer. Raises Refused or Invalid; a replay returns the first."""
    may_report_on(housing, by=by, reach=reach)
    values = home_columns(entry)

    def store() -> Report:
        with recording():
            row = LOCKED_HOUSING.get(housing.pk)
            not_stale(row, said)
            passed(entry_problems(row, said, entry, today=today), said, housing_id=row.pk)
            report = new(said, by=by, now=row.now, unit_id=row.unit_id, housing=row)
            report.store_new_with(HousingReport(report=report, **values), "report")
            waiting(row, report, stated(values), by=by, said=said)
        return report

    return once(store, by, said, housing, values)


def entry_problems(row: Housing, said: Said, entry: Entry, *, today: date) -> list[Problem]:
    """What is wrong with a report about locked housing; empty if nothing is."""
    correction = said.supersedes is not None
    problems = [
        *check_head(said.as_of, today, row.as_of, correction, said.note),
        *check_entry(entry=entry, last=row.entry, planned=row.planned, is_correction=correction),
    ]
    broken = {one.field for one in problems}
    fine = [one for name, value in entry.figures.items() if name not in broken for one in too_fine(name, PLACES, value)]
    return [*problems, *fine]
