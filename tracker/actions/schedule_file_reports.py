"""What a schedule file reports becomes reports that wait for a reviewer, where the person may report at all.

Percentages and actual days are no plan. Whoever loads the file is their author and never the one who accepts them.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from tracker.actions.reports import Said, submit_milestone
from tracker.audit import Refused
from tracker.domain.reporting import Origin
from tracker.domain.schedule_file import Actuals, ReportRow
from tracker.domain.states import Status
from tracker.models import Milestone, User
from tracker.permissions import Permission, Reach

MOST = 500
"""Reports of one file; more would be nobody's to review."""


def shown(row: Milestone) -> Actuals:
    """What is accepted of a milestone, as a schedule file shows it."""
    return Actuals(100 if row.status == Status.DONE else int(row.progress or 0), row.actual_start, row.actual_finish)


def report(
    items: Iterable[tuple[Milestone, Actuals]],
    *,
    as_of: date,
    source: str,
    by: User,
    reach: Reach,
    today: date,
) -> list[ReportRow]:
    """Submit a report for each milestone of which the file says something new; why not where it cannot be."""
    found = []
    news = [(row, actuals) for row, actuals in items if actuals and actuals != shown(row)]
    for row, actuals in news:
        if not reach.may(Permission.REPORT, row.unit.path):
            found.append(ReportRow(row.code, row.name, actuals, as_of, "schedule_no_report_right"))
        elif len(news) > MOST:
            found.append(ReportRow(row.code, row.name, actuals, as_of, "schedule_reports_many", {"limit": MOST}))
        else:
            found.append(_submitted(row, actuals, as_of=as_of, source=source, by=by, reach=reach, today=today))
    return found


def _submitted(
    row: Milestone, actuals: Actuals, *, as_of: date, source: str, by: User, reach: Reach, today: date
) -> ReportRow:
    done = actuals.finish is not None
    try:
        submit_milestone(
            milestone=row,
            said=Said(as_of=as_of, note=f"导入 {source}"[:300], origin=Origin.SHEET),
            status=Status.DONE if done else Status.IN_PROGRESS,
            progress=Decimal(100 if done else actuals.percent),
            actual_start=actuals.start,
            actual_finish=actuals.finish,
            forecast=None,
            by=by,
            reach=reach,
            today=today,
        )
    except Refused as refused:
        return ReportRow(row.code, row.name, actuals, as_of, refused.code, refused.inputs)
    return ReportRow(row.code, row.name, actuals, as_of)
