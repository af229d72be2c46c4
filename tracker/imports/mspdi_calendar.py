"""Where the calendar of a Project file differs from the state calendar: on those days its working days are others."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from tracker.domain.calendars import Calendar
from tracker.domain.schedule_file import Note
from tracker.imports.mspdi import RawCalendar, RawException, RawPlan
from tracker.imports.mspdi_values import moment

LONGEST = 366 * 20
"""Days that are compared; a plan over more years than that is compared from its first day on."""
SHOWN = 12
STANDARD = {str(number): 2 <= number <= 6 for number in range(1, 8)}
_DEEPEST = 5


def compared(plan: RawPlan, first: date | None, last: date | None, calendar: Calendar) -> list[Note]:
    """What to say about the file's calendars for the days of the plan; nothing where they agree day for day."""
    by_uid = {one.uid: one for one in plan.calendars}
    own = by_uid.get(plan.head.get("CalendarUID", "")) or next(iter(plan.calendars), None)
    if own is None or first is None or last is None:
        return []
    chain = _chain(own, by_uid)
    notes = [Note("work_weeks", (own.name,))] if any(one.work_weeks for one in chain) else []
    recurring = [one.name for found in chain for one in found.exceptions if one.type not in ("", "1")]
    if recurring:
        notes.append(Note("recurring_exceptions", tuple(recurring)))
    first, last = max(first, calendar.first), min(last, calendar.last)
    days = [first + timedelta(at) for at in range(min((last - first).days + 1, LONGEST))]
    worked = _worked(chain, days)
    for code, differing in (
        ("calendar_works", [day for day in days if worked[day] and day not in calendar.working]),
        ("calendar_off", [day for day in days if not worked[day] and day in calendar.working]),
    ):
        if differing:
            shown = tuple(_runs(differing))
            inputs: dict[str, str | int | date] = {"calendar": own.name, "count": len(differing)}
            notes.append(Note(code, shown[:SHOWN], inputs | {"more": max(len(shown) - SHOWN, 0)}))
    return notes


def _chain(own: RawCalendar, by_uid: Mapping[str, RawCalendar]) -> list[RawCalendar]:
    """The calendar and those it rests on, the nearest first; a loop among them ends the chain."""
    found = [own]
    while len(found) < _DEEPEST and (base := by_uid.get(found[-1].base)) is not None and base not in found:
        found.append(base)
    return found


def _worked(chain: list[RawCalendar], days: list[date]) -> dict[date, bool]:
    week = dict(STANDARD)
    for one in reversed(chain):
        week |= one.week
    worked = {day: week.get(str(day.isoweekday() % 7 + 1), False) for day in days}
    if not days:
        return worked
    for one in reversed(chain):
        for exception in one.exceptions:
            if exception.type in ("", "1"):
                worked |= dict.fromkeys(_stretch(exception, days[0], days[-1]), exception.working)
    return worked


def _stretch(exception: RawException, first: date, last: date) -> Iterable[date]:
    begin, end = moment(exception.first), moment(exception.last)
    if begin is None or end is None:
        return []
    # Up to midnight means: that day not included.
    low = max(begin.day, first)
    high = min(end.day - timedelta(1) if end.minute == 0 and end.day > begin.day else end.day, last)
    return [low + timedelta(at) for at in range((high - low).days + 1)]


def _runs(days: list[date]) -> list[str]:
    """Days as 'first/last' or 'day', those that follow each other together."""
    runs: list[list[date]] = []
    for day in days:
        if runs and runs[-1][-1] + timedelta(1) == day:
            runs[-1] = [runs[-1][0], day]
        else:
            runs.append([day])
    return ["/".join(day.isoformat() for day in run) for run in runs]
