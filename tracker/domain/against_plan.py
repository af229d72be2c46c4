"""A milestone's report beside its plan: progress against the planned time gone by, forecast and finish against due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from tracker.domain.progress import BEHIND_POINTS, FAR_BEHIND_POINTS
from tracker.domain.states import Colour, Status
from tracker.domain.suspicion import MilestoneSaid

GAPS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "progress_behind": ("progress", "expected", "points"),
        "progress_ahead": ("progress", "expected", "points"),
        "progress_on_plan": ("progress", "expected", "points"),
        "forecast_late": ("day", "due", "days"),
        "forecast_early": ("day", "due", "days"),
        "forecast_on_day": ("day", "due", "days"),
        "finish_late": ("day", "due", "days"),
        "finish_early": ("day", "due", "days"),
        "finish_on_day": ("day", "due", "days"),
    }
)
"""Every code with the names of its inputs; `points` and `days` are never negative."""


@dataclass(frozen=True, slots=True)
class Gap:
    """How far a report is off its plan in one respect."""

    code: str
    colour: Colour
    inputs: Mapping[str, date | int | Decimal]


def milestone_gaps(said: MilestoneSaid, *, planned_start: date | None, due: date | None) -> list[Gap]:
    """How a report stands to the plan; nothing where the plan states no due day.

    Progress is held against the share of the planned days gone by on the day it speaks of: short by
    `BEHIND_POINTS` or more is behind, as with metrics. What is suspended is held against nothing.
    """
    if due is None or said.status is Status.SUSPENDED:
        return []
    if said.status is Status.DONE:
        return [_days("finish", said.actual_finish, due)] if said.actual_finish else []
    found = [_days("forecast", said.forecast_latest, due)] if said.forecast_latest else []
    if said.progress is None or said.as_of is None or planned_start is None or planned_start >= due:
        return found
    return [_progress(said.progress, elapsed(planned_start, due, said.as_of)), *found]


def elapsed(start: date, due: date, on: date) -> Decimal:
    """The share of the planned days gone by on a day, in whole percent from 0 to 100; `start` lies before `due`."""
    share = Decimal((on - start).days) / Decimal((due - start).days) * 100
    return min(max(share.quantize(Decimal(1), ROUND_HALF_UP), Decimal(0)), Decimal(100))


def _progress(progress: Decimal, expected: Decimal) -> Gap:
    off = progress - expected
    inputs = MappingProxyType({"progress": progress, "expected": expected, "points": abs(off)})
    if off <= -BEHIND_POINTS:
        return Gap("progress_behind", Colour.RED if off < -FAR_BEHIND_POINTS else Colour.AMBER, inputs)
    return Gap("progress_ahead" if off >= BEHIND_POINTS else "progress_on_plan", Colour.GREEN, inputs)


def _days(what: str, day: date, due: date) -> Gap:
    off = (day - due).days
    side = "late" if off > 0 else "early" if off < 0 else "on_day"
    inputs: Mapping[str, date | int | Decimal] = MappingProxyType({"day": day, "due": due, "days": abs(off)})
    return Gap(f"{what}_{side}", Colour.AMBER if off > 0 else Colour.GREEN, inputs)
