"""Reporting on clearance sites: every figure as it stands on a day, held against the last one and the site's scope."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.actions.report_storing import LOCKED_SITE, Said, new, waiting
from tracker.actions.reports import may_report_on, not_stale, once, passed, too_fine
from tracker.audit import recording
from tracker.domain.relocation import Entry, Use, check_entry
from tracker.domain.reporting import Problem, check_head
from tracker.models import Report, Site, SiteReport, User
from tracker.models.relocation import entry_columns
from tracker.permissions import Reach

PLACES = 4
"""Decimals of an area as it is kept."""


def submit_site(*, site: Site, said: Said, entry: Entry, by: User, reach: Reach, today: date) -> Report:
    """Report on a site; the report waits for a reviewer. Raises Refused or Invalid; a replay returns the first."""
    may_report_on(site, by=by, reach=reach)
    values = entry_columns(entry)

    def store() -> Report:
        with recording():
            row = LOCKED_SITE.get(site.pk)
            not_stale(row, said)
            passed(entry_problems(row, said, entry, today=today), said, site_id=row.pk)
            report = new(said, by=by, now=row.now, unit_id=row.unit_id, site=row)
            report.store_new_with(SiteReport(report=report, **values), "report")
            waiting(row, report, stated(values), by=by, said=said)
        return report

    return once(store, by, said, site, values)


def entry_problems(row: Site, said: Said, entry: Entry, *, today: date) -> list[Problem]:
    """What is wrong with a report about a locked site; empty if nothing is."""
    correction = said.supersedes is not None
    problems = [
        *check_head(said.as_of, today, row.as_of, correction, said.note),
        *check_entry(
            use=Use(row.use),
            entry=entry,
            last=row.entry,
            scope=row.scope,
            is_correction=correction,
            persons=row.persons,
        ),
    ]
    broken = {one.field for one in problems}
    fine = [one for name, value in entry.figures.items() if name not in broken for one in too_fine(name, PLACES, value)]
    return [*problems, *fine]


def stated(values: Mapping[str, Any]) -> dict[str, Any]:
    """Of the columns of an entry those that say something: what the history keeps."""
    return {name: value for name, value in values.items() if value not in (None, {})}
