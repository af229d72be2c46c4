"""Which items are asked for, by kind: what cannot be due is left out by SQL; which is, and why, the rules decide."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Case, F, Q, When
from django.utils import timezone

from tracker.domain.duties import Cycle, OpenItem, Rhythm, Standing, Why, why_due, why_open
from tracker.domain.states import DUE_SOON_DAYS, DateState, Status
from tracker.domain.tender_values import AWARD, PHASE_OF, Phase
from tracker.models import Housing, Metric, Milestone, Package, Site
from tracker.models.reports import SUBJECTS
from tracker.models.tenders import PackageStep

NOTICE = tuple(code for code, phase in PHASE_OF.items() if phase is Phase.NOTICE)
"""The steps from which on units are counted."""
LONGEST = 32
"""No period is longer, in days."""
MILESTONE, METRIC, SITE, HOUSING, PACKAGE = (
    SUBJECTS.index(name) for name in ("milestone", "metric", "site", "housing", "package")
)


class Key(NamedTuple):
    """One due item in its order: why, the day that counts, the place of its kind in `SUBJECTS`, which, when its period
    ends; then its unit and the day its last accepted report speaks of.
    """

    group: Why
    day: date
    kind: int
    pk: int
    closes: date = date.max
    unit: int = 0
    as_of: date | None = None

    @property
    def subject(self) -> str:
        """The name of its kind."""
        return SUBJECTS[self.kind]


HOUSED = Q(homes_qualifier="exact", moved_back_homes__gte=F("homes"))
"""Housing everybody has moved back into: nothing is left to report of it."""


def awarded() -> Q:
    """Packages whose award is done: nothing is left to count of them."""
    steps = PackageStep.objects.filter(code__in=AWARD, milestone__status=Status.DONE)
    return Q(pk__in=steps.order_by().values("package_id"))


Keys = Callable[[Q, date, datetime, set[int]], list[Key]]
"""Of the items among these, on a day, at a moment, with the keys of those whose report came back; one query."""


def milestone_keys(among: Q, on: date, now: datetime, returned: set[int]) -> list[Key]:
    """The milestones due among these."""
    near = Q(due_latest__lte=on + timedelta(days=DUE_SOON_DAYS)) | Q(forecast_latest__isnull=False)
    changed = Q(plan_number__gt=1, planned_at__gte=now - timedelta(days=LONGEST))
    maybe = (near | Q(status=Status.IN_PROGRESS) | changed) & ~Q(status__in=(Status.DONE, Status.SUSPENDED))
    rows = Milestone.objects.current().filter(among, maybe | Q(pk__in=returned)).with_date_state(on)
    rows = rows.annotate(changed_at=Case(When(plan_number__gt=1, then=F("planned_at"))))
    names = ("pk", "unit_id", "date_state", "status", "as_of", "pending", "due_latest", "changed_at")
    found = []
    for pk, unit, state, status, as_of, pending, day, changed_at, *cycle in rows.order_by().values_list(
        *names, "project__programme__report_rhythm", "project__programme__report_day"
    ):
        item = Standing(
            state=DateState(state),
            in_progress=status == Status.IN_PROGRESS,
            as_of=as_of,
            planned=_changed(changed_at, on) if changed_at else None,
            pending=bool(pending),
            returned=pk in returned,
        )
        if (why := why_due(item, _cycle(*cycle), on)) is not None:
            found.append(Key(why, day or date.max, MILESTONE, pk, _closes(_cycle(*cycle), on), unit, as_of))
    return found


def _closes(cycle: Cycle, on: date) -> date:
    period = cycle.period(on)
    return period.last if period else date.max


def _changed(planned: datetime, on: date) -> date | None:
    """The day the plan changed, where that was by then: duties of a past day know no later change."""
    day = timezone.localdate(planned)
    return day if day <= on else None


def metric_keys(among: Q, on: date, now: datetime, returned: set[int]) -> list[Key]:
    """The metrics due among these: reported by people, nothing waiting, no figure for a month."""
    rows = Metric.objects.current().filter(among, Q(pending=0) | Q(pk__in=returned), derived=False)
    found = []
    for pk, unit, as_of, *cycle in rows.order_by().values_list(
        "pk", "unit_id", "as_of", "programme__report_rhythm", "programme__report_day"
    ):
        why = Why.RETURNED if pk in returned else Why.METRIC
        if why is Why.RETURNED or as_of is None or as_of < _cycle(*cycle).measured_since(on):
            found.append(Key(why, as_of or date.min, METRIC, pk, date.max, unit, as_of))
    return found


def site_keys(among: Q, on: date, now: datetime, returned: set[int]) -> list[Key]:
    """The clearance sites due among these: with anything left to zero, once a period."""
    open_ = Site.objects.uncleared().order_by().values("pk")
    rows = Site.objects.current().filter(among, Q(pk__in=open_, pending=0) | Q(pk__in=returned))
    names = ("pk", "unit_id", "as_of", "pending", "due_latest", "planned_start")
    found = []
    for pk, unit, as_of, pending, due, begins, *cycle in rows.order_by().values_list(
        *names, "project__programme__report_rhythm", "project__programme__report_day"
    ):
        item = OpenItem(due=due, begins=begins, as_of=as_of, pending=bool(pending), returned=pk in returned)
        if (why := why_open(item, _cycle(*cycle), on)) is not None:
            found.append(Key(why, due or date.max, SITE, pk, _closes(_cycle(*cycle), on), unit, as_of))
    return found


def housing_keys(among: Q, on: date, now: datetime, returned: set[int]) -> list[Key]:
    """The resettlement housing due among these: until everybody has moved back, once a period from its start on.

    That it should be complete is asked of its milestone.
    """
    rows = Housing.objects.current().filter(among, Q(pending=0) | Q(pk__in=returned)).exclude(HOUSED)
    names = ("pk", "unit_id", "as_of", "pending", "start__due_earliest", "start__due_latest")
    found = []
    for pk, unit, as_of, pending, first, last, *cycle in rows.order_by().values_list(
        *names, "project__programme__report_rhythm", "project__programme__report_day"
    ):
        item = OpenItem(due=None, begins=first or last, as_of=as_of, pending=bool(pending), returned=pk in returned)
        if (why := why_open(item, _cycle(*cycle), on)) is not None:
            found.append(Key(why, date.max, HOUSING, pk, _closes(_cycle(*cycle), on), unit, as_of))
    return found


def package_keys(among: Q, on: date, now: datetime, returned: set[int]) -> list[Key]:
    """The tender packages due among these: once a period while units register or bid, or while the clock stands still.

    The days of their steps are asked of their milestones.
    """
    steps = PackageStep.objects.filter(milestone__status__in=(Status.DONE, Status.IN_PROGRESS)).order_by()
    begun = steps.filter(code__in=NOTICE).values("package_id")
    counted = Q(pk__in=begun, metric__isnull=True) | Q(suspended_from__isnull=False, suspended_until__isnull=True)
    rows = Package.objects.current().filter(among, (counted & ~awarded() & Q(pending=0)) | Q(pk__in=returned))
    found = []
    for pk, unit, as_of, pending, *cycle in rows.order_by().values_list(
        "pk", "unit_id", "as_of", "pending", "project__programme__report_rhythm", "project__programme__report_day"
    ):
        item = OpenItem(due=None, begins=None, as_of=as_of, pending=bool(pending), returned=pk in returned)
        if (why := why_open(item, _cycle(*cycle), on)) is not None:
            found.append(Key(why, date.max, PACKAGE, pk, _closes(_cycle(*cycle), on), unit, as_of))
    return found


@lru_cache(maxsize=64)
def _cycle(rhythm: str, day: int) -> Cycle:
    return Cycle(Rhythm(rhythm), day)


KEYS: Mapping[str, Keys] = {
    "milestone": milestone_keys,
    "metric": metric_keys,
    "site": site_keys,
    "housing": housing_keys,
    "package": package_keys,
}
"""By the names of `SUBJECTS`."""
