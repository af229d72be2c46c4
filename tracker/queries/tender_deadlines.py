"""The days by which steps of tender packages are due: in order, the next of them, by month, as a calendar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker import words
from tracker.domain.states import Colour, Status
from tracker.domain.tender_values import TO_SEE_TO, Deadline, Phase
from tracker.models import CalendarDay
from tracker.queries.calendars import Cell, cell
from tracker.queries.tender_state import Known
from tracker.words import tenders as said

SOON = 7
"""From so many days before a deadline on it is marked."""
NEXT, OVERDUE = 12, 12
"""As many deadlines to come, and as many that have passed, as the board lists."""


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One step of one package on its day: to come with the days left, or done (`done`)."""

    day: date
    text: str
    days: int
    left: str
    colour: str
    step: str
    basis: str
    package: str
    code: str
    milestone: str
    moved: bool
    done: bool = False


@dataclass(frozen=True, slots=True)
class Month:
    """The deadlines of one month; `key` is the month in an address: 2026-11."""

    key: str
    name: str
    lines: list[DeadlineLine]


@dataclass(frozen=True, slots=True)
class Next:
    """The nearest deadlines, what has passed first, and how far they look."""

    sentence: str
    lines: list[DeadlineLine]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a month: what kind of day it is (None where the work calendar does not reach) and what falls on it."""

    day: date
    kind: Cell | None
    today: bool
    lines: tuple[DeadlineLine, ...]


@dataclass(frozen=True, slots=True)
class MonthPage:
    """A month as weeks of seven days from Monday on, None outside it. Months are given as in an address: 2026-11.

    `count` deadlines are still to come in it; `known` says whether the work calendar holds it.
    """

    name: str
    key: str
    weeks: list[list[Day | None]]
    before: str
    after: str
    now: str
    count: int
    known: bool
    estimated: bool
    others: list[Month]


def urgency(coming: Deadline | None) -> str:
    """The colour of a deadline: passed, within a week, later, none."""
    return colour_of(coming.days) if coming else "blank"


def colour_of(days: int) -> str:
    """The colour of a deadline so many days ahead."""
    return "red" if days < 0 else "amber" if days <= SOON else "green"


def light(one: Known) -> Colour:
    """The light of a package: its clock's, and at risk where somebody has something to see to: it stands still, is to
    be called again, or something serious is against it. Without a day ahead it is done once awarded, else not due.
    """
    reading = one.reading
    clock = Colour(urgency(reading.next))
    if clock is Colour.RED:
        return clock
    if any(found.serious or found.code in TO_SEE_TO for found in reading.findings):
        return Colour.AMBER
    if through(one):
        return Colour.DONE
    begun = any(point.done or point.begun for point in reading.points)
    return Colour.LATER if clock is Colour.BLANK and begun else clock


def word(one: Known) -> str:
    """What stands beside the light of a package: how far off its next day is, else where it stands."""
    reading = one.reading
    if reading.next:
        return said.countdown(reading.next.days)
    if one.row.failed:
        return _("call failed")
    return said.phase(reading.phase)


def through(one: Known) -> bool:
    """Whether all is over, or the award is and no later step has a day: of many packages no more is ever planned."""
    phase, points = one.reading.phase, one.reading.points
    awarded = phase is Phase.CONTRACT and all(point.done for point in points if point.finish)
    return not one.row.failed and (phase is Phase.OVER or awarded)


def deadlines(found: Iterable[Known]) -> list[DeadlineLine]:
    """Every step to come with a day, of all packages, the nearest first."""
    made = [
        _line(one, coming.key, coming.day, said.countdown(coming.days), colour_of(coming.days), coming.days,
              said.basis(coming.basis), moved=coming.moved)
        for one in found for coming in one.reading.coming
    ]  # fmt: skip
    return sorted(made, key=lambda item: (item.day, item.code))


def happened(found: Iterable[Known], on: date) -> list[DeadlineLine]:
    """Every step that is done, on the day it was done."""
    done = str(words.status(Status.DONE.value))
    return [
        _line(one, point.key, point.finish, done, "done", (point.finish - on).days, said.basis("actual"), done=True)
        for one in found
        for point in one.reading.points
        if point.done and point.finish
    ]


def _line(
    one: Known, key: str, day: date, left: str, colour: str, days: int, basis: str, *,
    moved: bool = False, done: bool = False,
) -> DeadlineLine:  # fmt: skip
    language, milestone = words.language(), one.milestone(key)
    return DeadlineLine(
        day=day,
        text=words.day(day),
        days=days,
        left=left,
        colour=colour,
        step=one.name(key, language),
        basis=basis,
        package=one.row.called(language),
        code=one.row.code,
        milestone=milestone.code if milestone and milestone.pk in one.seen else "",
        moved=moved,
        done=done,
    )


def nearest(coming: Sequence[DeadlineLine]) -> Next:
    """The nearest of the deadlines (in order): what has passed, then what is next, and how far that looks."""
    passed = [one for one in coming if one.days < 0]
    ahead = [one for one in coming if one.days >= 0]
    shown = ahead[:NEXT]
    parts = [ngettext("%(n)d overdue", "%(n)d overdue", len(passed)) % {"n": len(passed)}] if passed else []
    if shown:
        inputs = {"n": len(shown), "count": len(ahead), "day": shown[-1].text, "left": shown[-1].left}
        whole = _("all %(count)d still to come, the last by %(day)s (%(left)s)")
        part = _("the next %(n)d of %(count)d, as far as %(day)s (%(left)s)")
        parts.append((whole if len(shown) == len(ahead) else part) % inputs)
    return Next(_("; ").join(parts), [*passed[:OVERDUE], *shown])


def months(coming: Sequence[DeadlineLine]) -> list[Month]:
    """The deadlines month by month."""
    found: dict[str, list[DeadlineLine]] = {}
    for one in coming:
        found.setdefault(_key(one.day), []).append(one)
    return [Month(key, _name(lines[0].day), lines) for key, lines in found.items()]


def month_page(month: date, lines: Sequence[DeadlineLine], others: list[Month], *, on: date) -> MonthPage:
    """The calendar of the month that a day lies in, with these lines on their days; one query."""
    first = month.replace(day=1)
    after = (first + timedelta(31)).replace(day=1)
    last = after - timedelta(1)
    rows = CalendarDay.objects.filter(region="", day__range=(first, last))
    kinds = {row.day: cell(row, on) for row in rows}
    of: dict[date, list[DeadlineLine]] = {}
    for one in lines:
        of.setdefault(one.day, []).append(one)
    days = [first + timedelta(number) for number in range((after - first).days)]
    cells: list[Day | None] = [None] * first.weekday()
    cells += [Day(day, kinds.get(day), day == on, tuple(of.get(day, ()))) for day in days]
    cells += [None] * (-len(cells) % 7)
    return MonthPage(
        name=_name(first),
        key=_key(first),
        weeks=[cells[at : at + 7] for at in range(0, len(cells), 7)],
        before=_key(first - timedelta(1)),
        after=_key(after),
        now=_key(on),
        count=sum(1 for day in days for one in of.get(day, ()) if not one.done),
        known=len(kinds) == len(days),
        estimated=any(kind.estimated for kind in kinds.values()),
        others=[one for one in others if one.key != _key(first)],
    )


def _key(day: date) -> str:
    return f"{day:%Y-%m}"


def _name(day: date) -> str:
    return date_format(day, "YEAR_MONTH_FORMAT")
