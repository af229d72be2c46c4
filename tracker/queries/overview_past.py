"""What the overview counts and shows of a past moment.

The database reads plan and report of every milestone back and says in which state that leaves it; a handful of columns
of each come here. Only the few that are shown are loaded, and laid as they stood.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from tracker.domain.dates import Precision
from tracker.domain.reporting import Origin
from tracker.domain.states import COLOURS, Colour, DateState
from tracker.models import Milestone, MilestonePlan, Report
from tracker.permissions import Reach, readable
from tracker.queries.overview_rows import FINISHED, FRESH_DAYS, SHOWN_DEADLINES, SHOWN_DECISIONS, Group, is_open
from tracker.queries.state import overlay_milestones

SHOWN_PASSED = 2
TABLE = 'FROM "tracker_milestone"'
PLANNED = ("due_latest", "due_precision", "plan_year")
SAID = ("pk", "origin", "as_of", "accepted_at")


class Stood(NamedTuple):
    """A milestone as it stood then: the columns that are counted and sorted by; `reported` is for `instant`."""

    pk: int
    programme_id: int
    unit_id: int
    state: DateState
    code: str
    due_latest: date | None
    due_precision: str
    assumed: bool
    as_of: date | None
    reported: int | None

    @property
    def order(self) -> tuple[date, bool, str]:
        """By the last day; of two on one day a date named to the month comes before a whole year."""
        return self.due_latest or date.max, self.due_precision == Precision.YEAR, self.code


@dataclass(frozen=True, slots=True)
class Past:
    """The counts, and the milestones that are shown: next of each programme, latest passed, next ahead, late."""

    tallies: list[Group]
    coming: dict[int, Milestone]
    passed: list[Milestone]
    ahead: list[Milestone]
    late: list[Milestone]

    @classmethod
    def at(cls, reach: Reach, on: date, known: datetime) -> "Past":
        """As of a moment; four queries."""
        rows = stood(reach, on=on, known=known)
        coming = _first(row for row in rows if row.due_latest and row.due_latest >= on and row.state not in FINISHED)
        dated = [row for row in rows if row.due_latest and is_open(row.state)]
        red = [row for row in dated if COLOURS[row.state] is Colour.RED]
        others = [row for row in dated if COLOURS[row.state] is not Colour.RED]
        passed = heapq.nlargest(SHOWN_PASSED, red, key=lambda row: row.order)[::-1]
        ahead = heapq.nsmallest(SHOWN_DEADLINES, others, key=lambda row: row.order)
        acting = (DateState.OVERDUE_REPORTED, DateState.FORECAST_LATE)
        late = heapq.nsmallest(
            SHOWN_DECISIONS,
            (row for row in rows if row.state in acting),
            key=lambda row: (row.due_latest or date.max, row.code),
        )
        loaded = _loaded([*coming.values(), *passed, *ahead, *late], on=on, known=known)
        return cls(
            tallies=_tallies(rows, on),
            coming={key: loaded[row.pk] for key, row in coming.items()},
            passed=[loaded[row.pk] for row in passed],
            ahead=[loaded[row.pk] for row in ahead],
            late=[loaded[row.pk] for row in late],
        )


def stood(reach: Reach, *, on: date, known: datetime) -> list[Stood]:
    """Every milestone in reach that a plan knew by then, as it stood on the day; one query.

    Asked as of the present, of a table in whose place stand plans and reports as they were known: so one rule says what
    state a milestone is in, then and now.
    """
    rows = Milestone.objects.current().filter(readable(reach)).with_date_state(on).order_by()
    columns = ("pk", "project__programme_id", "unit_id", "date_state", "code", *PLANNED, "as_of", "reported_at")
    sql, values = _sql(rows.values_list(*columns))
    then, of_then = _then(on, known)
    assert sql.count(TABLE) == 1, "the milestones stand elsewhere in the query, or nowhere"
    before, after = sql.split(TABLE)
    place = before.count("%s")
    with connection.cursor() as cursor:
        text = f'{before}FROM ({then}) "tracker_milestone"{after}'
        cursor.execute(f"SELECT * FROM ({text}) stood", [*values[:place], *of_then, *values[place:]])  # noqa: S608 - ours
        found = cursor.fetchall()
    states = {state.value: state for state in DateState}
    return [
        Stood(pk, programme, unit, states[state], code, due, precision, year is not None, as_of, reported)
        for pk, programme, unit, state, code, due, precision, year, as_of, reported in found
    ]


def _then(on: date, known: datetime) -> tuple[str, list[Any]]:
    """The milestones with plan and report as known then, under the names that their columns have now."""
    plans = MilestonePlan.objects.filter(recorded_at__lte=known).order_by("milestone_id", "-number")
    plan, of_plan = _sql(plans.distinct("milestone_id").values_list("milestone_id", *PLANNED))
    reports = Report.objects.latest_per_milestone(on=on, known=known)
    said, of_said = _sql(reports.values_list("milestone_id", *SAID))
    # What a document states was reported by nobody.
    text = f"""
        SELECT now.id, now.code, now.retired_at, now.project_id, now.unit_id,
               plan.due_latest, plan.due_precision, plan.plan_year, said.as_of,
               CASE WHEN said.origin <> %s THEN (extract(epoch FROM said.accepted_at) * 1000000)::bigint END
                   AS reported_at,
               coalesce(held.status, '') AS status, held.actual_finish, held.forecast_latest
        FROM tracker_milestone now JOIN ({plan}) plan ON plan.milestone_id = now.id
        LEFT JOIN ({said}) said ON said.milestone_id = now.id
        LEFT JOIN tracker_milestonereport held ON held.report_id = said.pk"""  # noqa: S608 - two statements of ours
    return text, [Origin.DOCUMENT.value, *of_plan, *of_said]


def _sql(rows: Any) -> tuple[str, list[Any]]:
    sql, values = rows.query.get_compiler(connection=connection).as_sql()
    return sql, list(values)


def instant(microseconds: int | None) -> datetime | None:
    """The moment so long after the beginning of 1970: of sixty thousand moments only the latest are made into one."""
    return None if microseconds is None else datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _tallies(rows: Sequence[Stood], on: date) -> list[Group]:
    recent = on - timedelta(days=FRESH_DAYS)
    held: dict[tuple[int, int, DateState], list[Stood]] = {}
    for row in rows:
        held.setdefault((row.programme_id, row.unit_id, row.state), []).append(row)
    return [
        Group(
            *key,
            count=len(members),
            fresh=sum(row.as_of is not None and row.as_of >= recent for row in members),
            reported=instant(max((row.reported for row in members if row.reported is not None), default=None)),
            assumed=sum(row.assumed for row in members),
        )
        for key, members in held.items()
    ]


def _first(rows: Iterable[Stood]) -> dict[int, Stood]:
    """The first of each programme."""
    found: dict[int, Stood] = {}
    for row in rows:
        before = found.get(row.programme_id)
        if before is None or row.order < before.order:
            found[row.programme_id] = row
    return found


def _loaded(rows: Iterable[Stood], *, on: date, known: datetime) -> dict[int, Milestone]:
    """These milestones, laid as they stood; three queries."""
    keys = {row.pk for row in rows}
    loaded = list(Milestone.objects.filter(pk__in=keys).select_related("project__programme").order_by())
    overlay_milestones(loaded, on=on, known=known)
    return {row.pk: row for row in loaded}
