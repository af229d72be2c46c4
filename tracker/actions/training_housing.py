"""Resettlement housing in the training scenario: a plan of homes, monthly reports, one of them still waiting."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from tracker.actions.simulation_clearing import settle_housing
from tracker.domain.quantity_values import Qualifier
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.simulating import office_hours
from tracker.models import Housing, HousingPlan, HousingReport, Report, User

HOMES, AREA = 160, Decimal(19_200)
"""What practice takes to be planned where the document leaves it out; it goes with all that is simulated."""
PLANNED = "演练情景：假定的户型和套数"
MONTH = timedelta(days=30)
COURSE: tuple[Mapping[str, int], ...] = (
    {"started_homes": 0},
    {"started_homes": 40, "started_area": 4_800},
    {"started_homes": 80, "started_area": 9_600},
    {"started_homes": 120, "started_area": 14_400, "topped_out_homes": 40},
)
"""What each monthly report says, the last one still waiting."""


def add(*, today: date, began: Mapping[int, date], authors: Mapping[int, User], reviewer: User, planner: User) -> int:
    """Write plan and reports of the documents' housing whose unit has somebody to report; returns how many reports.

    `began`: the day reporting began, by programme. Called inside a recording action.
    """
    rows: Any = Housing.objects.select_for_update(of=("self",)).current().filter(project__programme__simulated=False)
    played = [row for row in rows.select_related("project").order_by("code") if row.unit_id in authors]
    _plan(played, planner, began)
    made: list[tuple[Report, HousingReport]] = []
    for row in played:
        for back, figures in enumerate(reversed(COURSE)):
            day = today - timedelta(days=2) - back * MONTH
            if day > began[row.project.programme_id]:
                made.append(_pair(row, day, figures, authors[row.unit_id], None if not back else reviewer))
    Report.objects.bulk_create([report for report, _values in made])
    HousingReport.objects.bulk_create([values for _report, values in made])
    settle_housing([row.pk for row in played])
    return len(made)


def _plan(rows: Iterable[Housing], planner: User, began: Mapping[int, date]) -> None:
    """A version with homes and floor area, known from the day reporting began: so the past can be looked back at."""
    exact = Qualifier.EXACT.value
    HousingPlan.objects.bulk_create(
        HousingPlan(
            housing=row, number=row.plan_number + 1, by=planner, reason=PLANNED, unit_id=row.unit_id,
            recorded_at=office_hours(began[row.project.programme_id], 9),
            homes=HOMES, homes_qualifier=exact, area=AREA, area_qualifier=exact,
        )
        for row in rows
    )  # fmt: skip


def _pair(
    row: Housing, day: date, figures: Mapping[str, int], author: User, reviewer: User | None
) -> tuple[Report, HousingReport]:
    sent, decided = office_hours(day, 10), office_hours(day, 16)
    accepted = {"decided_at": decided, "accepted_at": decided, "decided_by": reviewer} if reviewer else {}
    state = ReportState.ACCEPTED if reviewer else ReportState.SUBMITTED
    report = Report(
        housing=row, unit_id=row.unit_id, as_of=day, state=state.value, origin=Origin.SIMULATION.value,
        author=author, submitted_by=author, created_at=sent, submitted_at=sent, **accepted,
    )  # fmt: skip
    return report, HousingReport(report=report, **figures)
