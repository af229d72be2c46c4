"""What in a report deserves a second look before it is accepted: rules over what stands accepted and what is said now.

Nothing here refuses a report. A doubt is a code of `RULES` with the inputs that its sentence names; a report without
doubts, and that corrects nothing, may be accepted together with others after a look at the list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from tracker.domain.quantity_values import Qualifier, Quantity, decimal
from tracker.domain.states import Status
from tracker.domain.units import measure

JUMP_POINTS, JUMP_DAYS = 50, 7
"""Progress up by more than so many points, between two reports at most so many days apart."""
OLD_DAYS = 45
"""A report that speaks of a day longer ago than this."""
PACE_LEAST_DAYS, PACE_LEAST_PROGRESS = 14, 5
"""A pace is read from work of at least so many days and percent; before that it says nothing."""
SLOW_START_DAYS = 30
"""From so many planned days on, done within half of them after "not started" is worth asking about."""
TENFOLD = 8
"""A figure this many times the last one, or a part this small: a slipped point is ten, growth comes on top."""
WAN_LEAST, WAN_MOST = 2_000, 50_000
"""Within this the missing or doubled character is 万 (10,000)."""

Input = date | int | Decimal | Quantity | Status | str | None

RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "retired": (),  # can only be returned
        "later_in_force": ("as_of", "last"),  # accepting it leaves the present state as it is
        "another_waits": ("count",),  # other reports on the same item wait too
        "as_of_old": ("as_of", "days"),
        "no_longer_done": ("finish", "after"),
        "no_longer_begun": ("before", "after"),
        "progress_falls": ("before", "after", "points"),
        "progress_jumps": ("before", "after", "days"),
        "progress_corrected": ("before", "after"),  # as far up, but in the same report, corrected
        "start_earlier": ("before", "after"),
        "start_later": ("before", "after"),
        "finish_earlier": ("before", "after"),
        "finish_later": ("before", "after"),
        "started_before_denied": ("start", "last"),  # the last report, of a later day, said: not started
        "finished_before_denied": ("finish", "last"),  # the last report, of a later day, said: not done
        "done_without_start": ("finish", "planned"),
        "done_at_once": ("last", "as_of", "planned"),
        "forecast_slips": ("before", "after", "days"),
        "forecast_too_soon": ("forecast", "left", "progress", "needed"),
        "measure_changed": ("before", "after"),
        "figure_falls": ("before", "after", "fall"),
        "tenfold": ("before", "after", "times"),
        "tenth": ("before", "after", "times"),
        "wan_doubled": ("before", "after"),
        "wan_lost": ("before", "after"),
    }
)
"""Every rule with the names of its inputs."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """One rule that strikes, and what its sentence names."""

    code: str
    inputs: Mapping[str, Input]


@dataclass(frozen=True, slots=True)
class MilestoneSaid:
    """What one report, or the state carried from it, says of a milestone. `progress` in percent."""

    as_of: date | None
    status: Status | None
    progress: Decimal | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    forecast_latest: date | None = None


def _doubt(code: str, **inputs: Input) -> Doubt:
    return Doubt(code, MappingProxyType(inputs))


def standing_doubts(
    *, retired: bool, as_of: date, in_force: date | None, others: int, on: date, correction: bool
) -> list[Doubt]:
    """What is odd about any report as it waits on the day `on`.

    `in_force`: the day of a later accepted report that stays in force, if there is one. `others`: how many other
    reports on the same item wait. A correction may well speak of a day long ago.
    """
    found = [_doubt("retired")] if retired else []
    if in_force is not None:
        found.append(_doubt("later_in_force", as_of=as_of, last=in_force))
    if others > 0:
        found.append(_doubt("another_waits", count=others))
    if not correction and (on - as_of).days > OLD_DAYS:
        found.append(_doubt("as_of_old", as_of=as_of, days=(on - as_of).days))
    return found


def milestone_doubts(
    old: MilestoneSaid | None, new: MilestoneSaid, *, planned_days: int | None, corrects: bool = False
) -> list[Doubt]:
    """What is odd in a milestone's report beside the last accepted one, or the one it `corrects`.

    `planned_days`: from planned start to due day, where the plan states both.
    """
    found = _without_start(new, planned_days)
    if new.forecast_latest is not None:
        found += _too_soon(new, new.forecast_latest)
    if old is None or old.status is None:
        return found
    return [
        *_progress(old, new, corrects),
        *_dates(old, new),
        *_denied(old, new),
        *found,
        *_at_once(old, new, planned_days),
    ]


def _progress(old: MilestoneSaid, new: MilestoneSaid, corrects: bool) -> list[Doubt]:
    if old.status is Status.DONE and new.status is not Status.DONE:
        return [_doubt("no_longer_done", finish=old.actual_finish, after=new.status)]
    if old.status is Status.IN_PROGRESS and new.status is Status.NOT_STARTED:
        return [_doubt("no_longer_begun", before=old.status, after=new.status)]
    before, after = old.progress, new.progress
    if before is None or after is None:
        return []
    if after < before:
        return [_doubt("progress_falls", before=before, after=after, points=before - after)]
    if after - before <= JUMP_POINTS:
        return []
    if corrects:  # no days went by between the two
        return [_doubt("progress_corrected", before=before, after=after)]
    days = (new.as_of - old.as_of).days if new.as_of and old.as_of else None
    if days is None or not 0 <= days <= JUMP_DAYS:
        return []
    return [_doubt("progress_jumps", before=before, after=after, days=days)]


def _dates(old: MilestoneSaid, new: MilestoneSaid) -> list[Doubt]:
    found = []
    pairs = (("start", old.actual_start, new.actual_start), ("finish", old.actual_finish, new.actual_finish))
    for name, before, after in pairs:
        if before is not None and after is not None and before != after:
            code = f"{name}_earlier" if after < before else f"{name}_later"
            found.append(_doubt(code, before=before, after=after))
    if old.forecast_latest and new.forecast_latest and new.forecast_latest > old.forecast_latest:
        days = (new.forecast_latest - old.forecast_latest).days
        found.append(_doubt("forecast_slips", before=old.forecast_latest, after=new.forecast_latest, days=days))
    return found


def _denied(old: MilestoneSaid, new: MilestoneSaid) -> list[Doubt]:
    """Dates before a day on which the last report said that it had not come to that."""
    if old.as_of is None:
        return []
    finish, start = new.actual_finish, new.actual_start
    if finish is not None and old.status is not Status.DONE and finish < old.as_of:
        return [_doubt("finished_before_denied", finish=finish, last=old.as_of)]
    if start is not None and old.status is Status.NOT_STARTED and start < old.as_of:
        return [_doubt("started_before_denied", start=start, last=old.as_of)]
    return []


def _without_start(new: MilestoneSaid, planned_days: int | None) -> list[Doubt]:
    """Only of work that the plan gives a stretch of days: what happens on one day needs no beginning."""
    if new.status is not Status.DONE or new.actual_start is not None or not planned_days:
        return []
    return [_doubt("done_without_start", finish=new.actual_finish, planned=planned_days)]


def _at_once(old: MilestoneSaid, new: MilestoneSaid, planned_days: int | None) -> list[Doubt]:
    if old.status is not Status.NOT_STARTED or new.status is not Status.DONE:
        return []
    if old.as_of is None or new.as_of is None or not planned_days or planned_days < SLOW_START_DAYS:
        return []
    if (new.as_of - old.as_of).days * 2 >= planned_days:
        return []
    return [_doubt("done_at_once", last=old.as_of, as_of=new.as_of, planned=planned_days)]


def _too_soon(new: MilestoneSaid, forecast: date) -> list[Doubt]:
    """A forecast that leaves less than half the days which the rest takes at the pace so far."""
    as_of, start, progress = new.as_of, new.actual_start, new.progress
    if as_of is None or start is None or progress is None or not PACE_LEAST_PROGRESS <= progress < 100:
        return []
    worked, left = (as_of - start).days, (forecast - as_of).days
    if worked < PACE_LEAST_DAYS:
        return []
    needed = Fraction(100 - progress) / Fraction(progress) * worked
    if left < 0 or left * 2 >= needed:
        return []
    return [_doubt("forecast_too_soon", forecast=forecast, left=left, progress=progress, needed=round(needed))]


def metric_doubts(old: Quantity | None, new: Quantity, *, cumulative: bool) -> list[Doubt]:
    """What is odd in a metric's figure beside the last accepted one, of the same dimension (or the one it corrects)."""
    if old is None:
        return []
    found = [_doubt("measure_changed", before=old, after=new)] if old.measure != new.measure else []
    before, after = _number(old), _number(new)
    if before is None or after is None:
        return found
    if (scale := _scale(old, new, before, after)) is not None:
        return [*found, scale]
    if cumulative and after < before:
        fall = decimal((before - after) / measure(new.measure).factor)
        lost = Quantity(fall, fall, Qualifier.EXACT, new.measure)
        found.append(_doubt("figure_falls", before=old, after=new, fall=lost))
    return found


def _number(value: Quantity) -> Fraction | None:
    """The figure in the base measure: its lower bound, else its upper."""
    return value.base_low if value.base_low is not None else value.base_high


def _scale(old: Quantity, new: Quantity, before: Fraction, after: Fraction) -> Doubt | None:
    """A figure some ten or ten thousand times the last one, or such a part of it."""
    if before <= 0 or after <= 0:
        return None
    grown = after >= before
    times = after / before if grown else before / after
    if times < TENFOLD:
        return None
    if WAN_LEAST <= times <= WAN_MOST:
        return _doubt("wan_doubled" if grown else "wan_lost", before=old, after=new)
    return _doubt("tenfold" if grown else "tenth", before=old, after=new, times=round(times))
