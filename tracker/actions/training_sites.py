"""Clearance in the training scenario: weekly entries on the documents' sites, and what lies on desks of them.

One site stalls, one is held up by households with their reasons; one entry waits for a reviewer, one was returned.
"""

import random
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tracker.actions.derived import work_out_all
from tracker.actions.simulation_clearing import settle_sites
from tracker.domain.relocation import LAST, Count, Use, column
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.simulating import office_hours
from tracker.domain.simulating_sites import WEEK, Fate, MadeEntry, entries
from tracker.models import Report, Site, SitePlan, SiteReport, User

FATES = (Fate.STEADY, Fate.STALLED, Fate.BEGUN, Fate.HELD)
UNSTATED = {Count.HOUSEHOLDS: Decimal(180)}
"""What practice takes a site to have where the document leaves its scope out."""
CARRIED = "演练情景：假定自此日起按文件计划跟踪"
RETURNED = "已腾空面积与上周相同，请核对后重报。"
WAITING = "本周签约数已与台账核对。"


def add(
    *, seed: int, today: date, began: Mapping[int, date], authors: Mapping[int, User], reviewer: User, planner: User
) -> int:
    """Write the entries of every site of the documents that is not cleared already; returns how many.

    `began`: the day reporting began, by programme. Called inside a recording action.
    """
    rows: Any = Site.objects.select_for_update(of=("self",)).current().filter(project__programme__simulated=False)
    rows = list(rows.select_related("project").order_by("code"))
    _carry_plans(rows, planner, began)
    played = [row for row in rows if row.unit_id in authors and not _done(row)]
    made: list[tuple[Report, SiteReport]] = []
    for place, row in enumerate(played):
        rng = random.Random(f"{seed}:{row.code}")  # noqa: S311 - repeatable on purpose
        fate = FATES[place % len(FATES)]
        author = authors[row.unit_id]
        last = today - timedelta(days=1 + place)
        weeks = max(8, min(40, (last - began[row.project.programme_id]) // WEEK - 2))
        said = list(entries(use=Use(row.use), whole=_whole(row), fate=fate, last=last, weeks=weeks, rng=rng))
        accepted, rest = said, None
        if place in (0, 2):
            accepted, rest = said[:-1], said[-1]
        made += [_pair(row, one, author, state=ReportState.ACCEPTED, reviewer=reviewer) for one in accepted]
        if rest is not None and place == 0:
            made.append(_pair(row, rest, author, state=ReportState.SUBMITTED, note=WAITING))
        elif rest is not None:
            made.append(_pair(row, rest, author, state=ReportState.RETURNED, reviewer=reviewer, comment=RETURNED))
    Report.objects.bulk_create([report for report, _values in made])
    SiteReport.objects.bulk_create([values for _report, values in made])
    settle_sites([row.pk for row in rows])
    work_out_all()
    return len(made)


def _carry_plans(rows: Iterable[Site], planner: User, began: Mapping[int, date]) -> None:
    """A version like the latest, known from the day reporting began: so the past can be looked back at."""
    latest = SitePlan.objects.filter(site__in=[row.pk for row in rows]).order_by("site_id", "-number")
    plans = list(latest.distinct("site_id").select_related("site__project"))
    for plan in plans:
        plan.pk, plan._state.adding = None, True
        plan.number, plan.by, plan.reason = plan.number + 1, planner, CARRIED
        plan.recorded_at = office_hours(began[plan.site.project.programme_id], 9)
    SitePlan.objects.bulk_create(plans)


def _done(row: Site) -> bool:
    """Whether a document reports that everything has been cleared."""
    return row.report_id is not None and any(
        getattr(row, column(LAST[Use(row.use)], count)) is not None for count in Count
    )


def _whole(row: Site) -> dict[Count, Decimal]:
    stated = {count: scope.value for count, scope in row.scope.items() if scope.value is not None}
    return stated or dict(UNSTATED)


def _pair(
    row: Site, said: MadeEntry, author: User, *, state: ReportState, reviewer: User | None = None, **more: Any
) -> tuple[Report, SiteReport]:
    decided = {"decided_at": said.accepted_at, "decided_by": reviewer} if reviewer else {}
    if state is ReportState.ACCEPTED:
        decided["accepted_at"] = said.accepted_at
    elif state is ReportState.RETURNED:
        decided["decided_at"] = office_hours(said.as_of, 17)
    columns: dict[str, Any] = {"note": said.note, "origin": Origin.SIMULATION.value, **decided, **more}
    report = Report(
        site=row, unit_id=row.unit_id, as_of=said.as_of, state=state.value, author=author, submitted_by=author,
        created_at=said.submitted_at, submitted_at=said.submitted_at, **columns,
    )  # fmt: skip
    return report, SiteReport(report=report, **said.figures, obstacles=dict(said.obstacles))
