"""The clock of tender packages on pages other than their own: the next deadlines, and what a suspension has moved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.models import Package
from tracker.models.tender_clock import Tick, loaded, moved, open_steps, stopped, ticks
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_DAY, A_KEY, Asked
from tracker.queries.tender_deadlines import colour_of

SHOWN = 4
"""As many deadlines as the overview shows."""


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
    """What the overview shows of the clock: the next deadlines, and the milestones a suspension has moved."""

    coming: tuple[Coming, ...] = ()
    moved: Mapping[int, date] = field(default_factory=dict)


def _in_reach(reach: Reach) -> Any:
    return open_steps(Package.objects.current().filter(readable(reach)))


def _near(reach: Reach, on: date) -> Any:
    """The steps next due as planned or forecast, and every open step a suspension may have moved."""
    steps = _in_reach(reach)
    soon = steps.filter(day__gte=on).order_by("day", "package__code", "position").values("pk")[:SHOWN]
    return loaded(steps.filter(Q(pk__in=soon) | Q(milestone__in=stopped())))


_NEAR = Asked(_near, A_DAY)
_MOVED_IN = Asked(
    lambda reach, projects: loaded(
        _in_reach(reach).filter(milestone__project__pk__among=projects, milestone__in=stopped())
    ),
    [A_KEY],
)
_MOVED = Asked(
    lambda reach, keys: loaded(_in_reach(reach).filter(milestone__pk__among=keys, milestone__in=stopped())), [A_KEY]
)


def clock(*, reach: Reach, on: date) -> Clock:
    """The next bidding deadlines and what has moved; one query, and one for the calendar where a clock has stood."""
    found = ticks(_NEAR.all(reach, on), on)
    ahead = sorted((one for one in found if one.deadline.days >= 0), key=_order)
    return Clock(tuple(_coming(one, on) for one in ahead[:SHOWN]), moved(found))


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


def moved_days(milestones: Sequence[int], *, reach: Reach, on: date) -> dict[int, date]:
    """Of these milestones those a suspension has moved, with the day; one query, none without milestones, and one for
    the calendar where a clock has stood.
    """
    return moved(ticks(_MOVED.all(reach, list(milestones)), on)) if milestones else {}


def moved_in(projects: Sequence[int], *, reach: Reach, on: date) -> dict[str, date]:
    """The milestones of these projects that a suspension has moved, by code, with the day; queries as `moved_days`."""
    steps = _MOVED_IN.all(reach, list(projects)) if projects else []
    codes = {step.milestone_id: step.milestone.code for step in steps}
    return {codes[key]: day for key, day in moved(ticks(steps, on)).items()}


def moved_to(day: date) -> str:
    """That a suspension has moved a day, in words."""
    return _("moved by the suspension to %(day)s") % {"day": words.day(day)}
