"""The calendar: a year month by month, and what a notice would change before it is loaded."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Max, Min, Q

from tracker import words
from tracker.domain.notices import DayMark, Difference, LineProblem, differences, read_notice, target
from tracker.models import CalendarDay, CalendarNotice, DayStatus
from tracker.words import calendars as said
from tracker.words import windows as named


@dataclass(frozen=True, slots=True)
class Cell:
    """One day of the grid; `kind` is 'work', 'rest', 'holiday' or 'makeup'."""

    number: int
    kind: str
    title: str
    name: str
    today: bool
    estimated: bool


@dataclass(frozen=True, slots=True)
class Month:
    """One month; each week has seven cells from Monday on, None outside the month."""

    name: str
    weeks: list[list[Cell | None]]
    working: str


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """One holiday: its days off together, and the weekends worked for it."""

    name: str
    off: str
    count: str
    worked: str


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One loading of the year."""

    number: int
    status: str
    source: str
    changed: int
    recorded: str
    by: str


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """One year."""

    year: int
    years: list[int]
    region: str
    region_name: str
    regions: list[tuple[str, str]]
    estimated: bool
    working: int
    months: list[Month]
    holidays: list[HolidayLine]
    notices: list[NoticeLine]


@dataclass(frozen=True, slots=True)
class Span:
    """The years the national calendar holds, and the first one that is not wholly official (None: all are)."""

    first: int
    last: int
    estimated_from: int | None


def span() -> Span | None:
    """What the calendar holds; None while it is empty. One query."""
    found = CalendarDay.objects.filter(region="").aggregate(
        first=Min("day"), last=Max("day"), estimated=Min("day", filter=Q(status=DayStatus.ESTIMATED))
    )
    if found["first"] is None:
        return None
    estimated = found["estimated"]
    return Span(found["first"].year, found["last"].year, estimated.year if estimated else None)


def regions() -> list[tuple[str, str]]:
    """The regions with days of their own; one query."""
    codes = CalendarNotice.objects.exclude(region="").order_by("region").values_list("region", flat=True).distinct()
    return [(code, named.region(code)) for code in codes]


def calendar_page(*, year: int, region: str, held: Span, today: date) -> CalendarPage:
    """A year inside the calendar; three queries."""
    rows: dict[date, CalendarDay] = {}
    for row in CalendarDay.objects.of_year(year, region):  # a region's own row comes after the national one
        rows[row.day] = row
    days = list(rows.values())
    notices = CalendarNotice.objects.filter(year=year, region__in={"", region}).select_related("by")
    known = regions()
    return CalendarPage(
        year=year,
        years=list(range(held.first, held.last + 1)),
        region=region,
        region_name=named.region(region),
        regions=known,
        estimated=any(row.status == DayStatus.ESTIMATED for row in days),
        working=sum(row.working for row in days),
        months=[_month([row for row in days if row.day.month == number], today) for number in range(1, 13)],
        holidays=_holidays(days),
        notices=[_notice(row) for row in notices.order_by("-recorded_at", "-number")],
    )


def _month(rows: list[CalendarDay], today: date) -> Month:
    cells: list[Cell | None] = [None] * rows[0].day.weekday()
    cells += [cell(row, today) for row in rows]
    cells += [None] * (-len(cells) % 7)
    return Month(
        name=said.month(rows[0].day),
        weeks=[cells[at : at + 7] for at in range(0, len(cells), 7)],
        working=said.working_days(sum(row.working for row in rows)),
    )


def cell(row: CalendarDay, today: date) -> Cell:
    """What kind of day it is."""
    named_off = bool(row.name) and not row.working
    kind = "holiday" if named_off else "makeup" if row.working and row.day.weekday() > 4 else "work"
    kind = "rest" if kind == "work" and not row.working else kind
    name = row.called(words.language())
    return Cell(
        number=row.day.day,
        kind=kind,
        title=said.day_title(row.day, kind, name, estimated=row.status == DayStatus.ESTIMATED),
        name=name if kind in ("holiday", "makeup") else "",
        today=row.day == today,
        estimated=row.status == DayStatus.ESTIMATED,
    )


def _holidays(rows: Iterable[CalendarDay]) -> list[HolidayLine]:
    """The holidays in the order of their first day off."""
    off: dict[str, list[CalendarDay]] = {}
    worked: dict[str, list[CalendarDay]] = {}
    for row in rows:
        if row.name:
            (worked if row.working else off).setdefault(row.name, []).append(row)
    found = []
    for name in off | worked:
        days = off.get(name, [])
        found.append(
            HolidayLine(
                name=(days or worked[name])[0].called(words.language()),
                off=said.runs([row.day for row in days]),
                count=words.days(len(days)),
                worked=said.runs([row.day for row in worked.get(name, [])]),
            )
        )
    return found


def _notice(row: CalendarNotice) -> NoticeLine:
    return NoticeLine(
        number=row.number,
        status=said.status(row.status),
        source=row.source,
        changed=row.changed,
        recorded=words.instant(row.recorded_at),
        by=row.by.called(words.language()) if row.by else "",
    )


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """What is wrong with a line of a notice; 0 is the whole text."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One day that would change."""

    day: str
    weekday: str
    before: str
    after: str
    moves: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What loading a notice would do. `number` is that of the year's last loading."""

    year: int
    number: int
    problems: list[ProblemLine]
    changes: list[ChangeLine]
    moved: int
    unused: tuple[str, ...]
    was_estimated: bool


def preview(*, year: int, region: str, text: str) -> Preview:
    """Read a notice and compare it with what is held; nothing is written. Three queries."""
    found = read_notice(text, year, complete=not region)
    held = span()
    if held is not None and not held.first <= year <= (last_year := held.last if region else held.last + 1):
        outside = LineProblem(0, "notice_year_range", {"low": held.first, "high": last_year})
        found = replace(found, problems=(outside, *found.problems))
    wanted = target(year, found.marks, national=not region) if not found.problems else {}
    touched = Q(day__year=year) | Q(day__in=[day for day in wanted if day.year != year])
    rows = list(CalendarDay.objects.filter(touched, region=region))
    changes = differences({row.day: DayMark(row.day, row.working, row.name) for row in rows}, wanted) if wanted else []
    last = CalendarNotice.objects.filter(year=year, region=region).aggregate(last=Max("number"))["last"]
    return Preview(
        year=year,
        number=last or 0,
        problems=[ProblemLine(problem.line, words.refusal(problem.code, problem.inputs)) for problem in found.problems],
        changes=[_change(change) for change in changes],
        moved=sum(change.moves_work for change in changes),
        unused=found.unused,
        was_estimated=not rows or any(row.status == DayStatus.ESTIMATED for row in rows),
    )


def _change(change: Difference) -> ChangeLine:
    return ChangeLine(
        day=words.day(change.day),
        weekday=said.weekday(change.day),
        before=said.mark(change.old) if change.old else "—",
        after=said.mark(change.new) if change.new else "—",
        moves=change.moves_work,
    )


def next_year(held: Span | None) -> int:
    """The year an administrator most likely wants to load: the first estimated one, else the one after the last."""
    if held is None:
        return 0
    return held.estimated_from or held.last + 1
