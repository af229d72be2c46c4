"""The clock of tender packages on pages other than their own: the next deadlines, and what a suspension has moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker import words
from tracker.models import Package
from tracker.models.tender_clock import Tick, loaded, moved, open_steps, stopped, ticks
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_DAY, A_KEY, Asked
from tracker.queries.tender_clock_past import steps_then, stopped_at
from tracker.queries.tender_deadlines import colour_of

SHOWN, OVERDUE = 4, 2
"""As many deadlines to come, and as many that have passed, as the overview shows."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A bidding deadline on the overview."""

    url: str
    step: str
    package: str
    day: str
    days: int
    colour: str
    suspended: bool
    moved: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """What the overview shows of the clock: what is overdue, how much of that there is in words, the next deadlines,
    and the milestones a suspension has moved.
    """

    coming: tuple[Coming, ...] = ()
    overdue: str = ""
    moved: Mapping[int, date] = field(default_factory=dict)


def _in_reach(reach: Reach) -> Any:
    return open_steps(Package.objects.current().filter(readable(reach)))


class _HowMany(Subquery):
    """The number of rows of a query."""

    template = "(SELECT count(*) FROM (%(subquery)s) _found)"
    output_field = IntegerField()


def _near(reach: Reach, on: date) -> Any:
    """The steps longest overdue and next due as planned or forecast, and every open step a suspension may have moved;
    each with whether it may have (`stood`) and with `passed`, how many of the others are overdue.
    """
    steps, may_move = _in_reach(reach), Q(milestone__in=stopped())
    known = steps.exclude(may_move).order_by("day", "package__code", "position")
    passed = known.filter(_stated(on), day__lt=on)
    near = Q(pk__in=known.filter(day__gte=on).values("pk")[:SHOWN]) | Q(pk__in=passed.values("pk")[:OVERDUE])
    stood = Case(When(may_move, then=Value(True)), default=Value(False))
    return loaded(steps.filter(near | may_move)).annotate(passed=_HowMany(passed.order_by().values("pk")), stood=stood)


def _stated(on: date) -> Q:
    """Not what passed before this was tracked and of which nobody has said anything since."""
    due = F("milestone__due_latest")
    tracked = Q(milestone__project__programme__tracking_from__isnull=True)
    tracked |= Q(milestone__project__programme__tracking_from__lte=due) | Q(milestone__as_of__gt=due)
    return tracked | Q(milestone__due_latest__isnull=True) | Q(milestone__due_latest__gte=on)


_NEAR = Asked(_near, A_DAY)
_MOVED_IN = Asked(
    lambda reach, projects: loaded(
        _in_reach(reach).filter(milestone__project__pk__among=projects, milestone__in=stopped())
    ),
    [A_KEY],
)
_EVERY = Asked(lambda reach: loaded(_in_reach(reach).filter(milestone__in=stopped())))
_MOVED = Asked(
    lambda reach, keys: loaded(_in_reach(reach).filter(milestone__pk__among=keys, milestone__in=stopped())), [A_KEY]
)


def clock(*, reach: Reach, on: date, known: datetime | None = None) -> Clock:
    """The bidding deadlines, what has passed first, and what has moved; one query, and one for the calendar where a
    clock has stood. As `known` at a past moment every package is read as it stood, in seven.
    """
    steps = _then(Package.objects.current().filter(readable(reach)), on, known) if known else _NEAR.all(reach, on)
    found = ticks(steps, on)
    passed = sorted((one for one in found if one.deadline.days < 0), key=_order)
    ahead = sorted((one for one in found if one.deadline.days >= 0), key=_order)
    return Clock(
        coming=tuple(_coming(one, on) for one in [*passed[:OVERDUE], *ahead[:SHOWN]]),
        overdue=_overdue(steps, passed),
        moved=moved(found),
    )


def _overdue(steps: Sequence[Any], passed: Sequence[Tick]) -> str:
    """How many are overdue, in words; '' for none. Those that a suspension may have moved are all here."""
    here: list[Any] = [one.step for one in passed]
    count = (steps[0].passed if steps else 0) + sum(1 for step in here if step.stood)
    return ngettext("%(n)d overdue", "%(n)d overdue", count) % {"n": count} if count else ""


def _then(packages: Any, on: date, known: datetime) -> list[Any]:
    """Their open steps of then; all are here, so that none is counted besides."""
    steps: list[Any] = steps_then(packages, on=on, at=known)
    for step in steps:
        step.passed, step.stood = 0, True
    return steps


def _order(one: Tick) -> tuple[date, str, int]:
    return one.deadline.day, one.step.package.code, one.step.position


def _coming(one: Tick, on: date) -> Coming:
    language, package, days = words.language(), one.step.package, one.deadline.days
    return Coming(
        url=reverse("tender", args=[package.code]),
        step=one.step.called(language),
        package=package.called(language),
        day=words.day(one.deadline.day),
        days=days,
        colour=colour_of(days),
        suspended=package.counts.suspended(on),
        moved=one.deadline.moved,
    )


def moved_days(milestones: Sequence[int], *, reach: Reach, on: date, known: datetime | None = None) -> dict[int, date]:
    """Of these milestones those a suspension has moved, with the day; one query, none without milestones, and one for
    the calendar where a clock has stood. As `known` at a past moment one where nothing was ever suspended, else seven.
    """
    if not milestones:
        return {}
    if known is None:
        return moved(ticks(_MOVED.all(reach, list(milestones)), on))
    then = steps_then(stopped_at(Q(milestone__in=milestones), reach=reach), on=on, at=known)
    return {key: day for key, day in moved(ticks(then, on)).items() if key in milestones}


def every_moved(*, reach: Reach, on: date) -> dict[int, date]:
    """Every milestone in reach that a suspension has moved, with the day; queries as `moved_days`."""
    return moved(ticks(_EVERY.all(reach), on))


def moved_in(projects: Sequence[int], *, reach: Reach, on: date) -> dict[str, date]:
    """The milestones of these projects that a suspension has moved, by code, with the day; queries as `moved_days`."""
    steps = _MOVED_IN.all(reach, list(projects)) if projects else []
    codes = {step.milestone_id: step.milestone.code for step in steps}
    return {codes[key]: day for key, day in moved(ticks(steps, on)).items()}


def moved_to(day: date | None) -> str:
    """That a suspension has moved a day, in words; '' where it has not."""
    if day is None:
        return ""
    return _("moved by the suspension to %(day)s") % {"day": words.day(day)}
