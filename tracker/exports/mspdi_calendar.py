"""The state calendar as a Project calendar: Monday to Friday, and every day that is not what its weekday says.

Exceptions are written twice, as Project does: the newer way, and the older one that other programs read.
"""

from collections.abc import Sequence
from datetime import timedelta
from xml.sax.saxutils import escape

from django.utils.translation import gettext as _

from tracker.queries.schedule_files import Holiday

HOURS = (("08:00:00", "12:00:00"), ("13:00:00", "17:00:00"))
_TIMES = (
    "<WorkingTimes>"
    + "".join(f"<WorkingTime><FromTime>{a}</FromTime><ToTime>{b}</ToTime></WorkingTime>" for a, b in HOURS)
    + "</WorkingTimes>"
)


def calendars(holidays: Sequence[Holiday]) -> str:
    """The element with its one calendar."""
    week = "".join(
        f"<WeekDay><DayType>{day}</DayType><DayWorking>{int(2 <= day <= 6)}</DayWorking>"
        f"{_TIMES if 2 <= day <= 6 else ''}</WeekDay>\n"
        for day in range(1, 8)
    )
    runs = _runs(holidays)
    older = "".join(
        f"<WeekDay><DayType>0</DayType><DayWorking>{int(run[0].working)}</DayWorking>{_period(run)}"
        f"{_TIMES if run[0].working else ''}</WeekDay>\n"
        for run in runs
    )
    newer = "".join(
        f"<Exception><EnteredByOccurrences>0</EnteredByOccurrences>{_period(run)}<Occurrences>{_count(run)}"
        f"</Occurrences><Name>{escape(run[0].name)}</Name><Type>1</Type><DayWorking>{int(run[0].working)}</DayWorking>"
        f"{_TIMES if run[0].working else ''}</Exception>\n"
        for run in runs
    )
    name = escape(_("State calendar"))
    return (
        f"<Calendars>\n<Calendar><UID>1</UID><Name>{name}</Name><IsBaseCalendar>1</IsBaseCalendar>"
        f"<BaseCalendarUID>-1</BaseCalendarUID>\n<WeekDays>\n{week}{older}</WeekDays>\n"
        f"<Exceptions>\n{newer}</Exceptions>\n</Calendar>\n</Calendars>\n"
    )


def _runs(holidays: Sequence[Holiday]) -> list[list[Holiday]]:
    """Days of one kind and name that follow each other together."""
    runs: list[list[Holiday]] = []
    for one in holidays:
        last = runs[-1][-1] if runs else None
        if last and last.day + timedelta(1) == one.day and (last.working, last.name) == (one.working, one.name):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _period(run: Sequence[Holiday]) -> str:
    return f"<TimePeriod><FromDate>{run[0].day}T00:00:00</FromDate><ToDate>{run[-1].day}T23:59:00</ToDate></TimePeriod>"


def _count(run: Sequence[Holiday]) -> int:
    return (run[-1].day - run[0].day).days + 1
