"""What the overview counts, and the rows it asks for of the present, each question worded once a process."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Count, F, Max, Min, Q, When

from tracker.domain.dates import Precision
from tracker.domain.states import DateState, Status
from tracker.models import Metric, Milestone, Programme, Unit
from tracker.models.worded import WordedRows
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_DAY, A_KEY, A_MOMENT, ANOTHER_DAY, Asked
from tracker.queries.changes import touched

SHOWN_METRICS, SHOWN_DEADLINES, SHOWN_DECISIONS = 6, 4, 5

WIDTH = Case(When(due_precision=Precision.YEAR, then=1), default=0)
"""Of two that end on one day, a date named to the month comes before a whole year."""
FRESH_DAYS = 31
"""A unit's item counts as freshly reported for this many days: the monthly rhythm of the works."""

FINISHED = (DateState.DONE, DateState.DONE_LATE)
PRINTED = (
    *("code", "name", "name_en", "status", "progress", "as_of", "actual_finish", "forecast_latest"),
    *(f"due_{part}" for part in ("text", "earliest", "latest", "precision", "kind")),
    *("project__code", "project__name", "project__name_en", "project__programme__tracking_from"),
)
"""What the lists print of a milestone, and what its light is read from."""


@dataclass(frozen=True, slots=True)
class Group:
    """Counts of one programme, unit and state, from SQL now or from the overlay for a past moment; `coming` is the
    first day that one not done is due by, `touched` how many were reported on or planned anew since the day compared
    with (both from SQL only), `assumed` how many dates have an assumed year.
    """

    programme_id: int
    unit_id: int
    state: DateState
    count: int
    fresh: int
    reported: datetime | None
    coming: date | None = None
    assumed: int = 0
    touched: int = 0


def is_open(state: DateState) -> bool:
    """Whether reports on such an item are awaited: it has a date, is not done and not suspended."""
    return state not in (*FINISHED, DateState.BLANK, DateState.SUSPENDED, DateState.OUTCOME_NOT_STATED)


def _tallies(reach: Reach, on: date, recent: date, since: datetime) -> Any:
    """The counts behind a `Group`; what was reported on from the day `recent` is fresh, what was since then touched."""
    return (
        Milestone.objects.current()
        .filter(readable(reach))
        .with_date_state(on)
        .order_by()
        .values_list("project__programme_id", "unit_id", "date_state")
        .annotate(n=Count("id"), fresh=Count("id", filter=Q(as_of__gte=recent)), last=Max("reported_at"))
        .annotate(coming=Min("due_latest", filter=Q(due_latest__gte=on) & ~Q(status=Status.DONE)))
        .annotate(assumed=Count("plan_year"), touched=Count("id", filter=touched(since)))
    )


TALLIES = Asked(_tallies, A_DAY, ANOTHER_DAY, A_MOMENT)


PROGRAMMES = WordedRows(
    lambda keys: Programme.objects.current().filter(pk__among=keys).order_by("position", "code"), [A_KEY]
)
UNITS = WordedRows(lambda keys: Unit.objects.filter(pk__among=keys).order_by(), [A_KEY])


NEXT = Asked(
    lambda reach, programmes, days: (
        _named(reach, "forecast_text", "forecast_earliest", "forecast_latest", "forecast_precision", "forecast_kind")
        .filter(project__programme__pk__among=programmes, due_latest__among=days)
        .exclude(status=Status.DONE)
        .order_by("project__programme_id", "due_latest", WIDTH, "code")
        .distinct("project__programme_id")
    ),
    [A_KEY],
    [A_DAY],
)


def _named(reach: Reach, *more: str) -> Any:
    """Milestones in reach with what is printed and read of them here, and nothing more."""
    found = Milestone.objects.current().filter(readable(reach)).select_related("project__programme")
    return found.only(*PRINTED, *more)


def _open_ones(reach: Reach) -> Any:
    return _named(reach).exclude(status__in=(Status.DONE, Status.SUSPENDED))


PASSED = Asked(
    lambda reach, on: (
        _open_ones(reach)
        .filter(due_latest__lt=on)
        .filter(
            Q(due_latest__gte=F("project__programme__tracking_from"))
            | Q(project__programme__tracking_from__isnull=True)
            | Q(as_of__gt=F("due_latest"))
        )
        .order_by("-due_latest", "code")[:2]
    ),
    A_DAY,
)
COMING = Asked(
    lambda reach, on: (
        _open_ones(reach).filter(due_latest__gte=on).order_by("due_latest", WIDTH, "code")[:SHOWN_DEADLINES]
    ),
    A_DAY,
)


LATE = Asked(
    lambda reach, on: (
        _open_ones(reach)
        .filter(
            Q(due_latest__lt=on, as_of__gt=F("due_latest")) | Q(due_latest__gte=on, forecast_latest__gt=F("due_latest"))
        )
        .order_by("due_latest", "code")[:SHOWN_DECISIONS]
    ),
    A_DAY,
)


def _with_target(reach: Reach) -> Any:
    return Metric.objects.current().filter(readable(reach)).exclude(target_qualifier="")


HAVING = Asked(
    lambda reach, programmes: (
        _with_target(reach)
        .filter(programme__pk__among=programmes)
        .order_by()
        .values_list("programme_id", flat=True)
        .distinct()
    ),
    [A_KEY],
)


def _key_rows(reach: Reach, programme: int, on: date) -> Any:
    """The first metrics of a programme. What is due within a year comes first: that is what can still be steered."""
    near = Case(When(due_latest__range=(on, on + timedelta(days=366)), then=0), default=1)
    found = _with_target(reach).filter(programme=programme).order_by(near, "position", "code")
    return found.select_related("programme", "project", "unit", "parent", "report__citation")[:SHOWN_METRICS]


KEY_METRICS = Asked(_key_rows, A_KEY, A_DAY)
