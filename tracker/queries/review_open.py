"""What the desk waits for: duties of the present period, late ones, and returned reports nobody has followed up.

Duties are those of `reports_due`, for the units one reviews. Late is what was asked for when the period before closed
and is asked for still, and a milestone past its due day of which no report speaks. All else asked for is missing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.http import urlencode

from tracker import words
from tracker.domain.duties import Cycle, Period, Rhythm, Why
from tracker.models import Programme, Report, Unit
from tracker.models.reports import SUBJECTS
from tracker.models.subjects import KINDS
from tracker.permissions import Reach
from tracker.queries.duty_keys import KEYS, Key
from tracker.queries.reports import ReportRow, page_of, report_row, with_items
from tracker.queries.reports_due import unanswered
from tracker.queries.review_scope import Narrow
from tracker.queries.spans import Span, span
from tracker.words import duties as duty_words

UNITS, FIRST_ROWS, PAGE = 20, 5, 50
DATED = ("milestone", "site")
"""The kinds with a due day of their own."""
Subject = tuple[int, int]
"""The place of its kind in `SUBJECTS`, and which."""


@dataclass(frozen=True, slots=True)
class Open:
    """All that is open: keys of what is missing, of what is late with its days, and the items with returned reports."""

    missing: tuple[Key, ...]
    late: Mapping[Key, int]
    returned: int
    cycles: tuple[Cycle, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """One item that is asked for. `days`: how long it is late; 0 where it is not."""

    kind: str
    name: str
    url: str
    place: str
    why: str
    due: str
    as_of: str
    closes: str
    days: int


@dataclass(frozen=True, slots=True)
class UnitDuties:
    """One unit with what is asked of it: reported of `due` items this period, and the first rows of `count`."""

    name: str
    reported: int
    due: int
    count: int
    rows: tuple[Duty, ...]
    url: str

    @property
    def more(self) -> int:
        """How many rows are not shown."""
        return self.count - len(self.rows)


@dataclass(frozen=True, slots=True)
class DutiesPage:
    """Units with their rows; `whole` if every row of the page's units is listed, page by page."""

    units: tuple[UnitDuties, ...]
    span: Span
    whole: bool


@dataclass(frozen=True, slots=True)
class Back:
    """One returned report that nobody has followed up."""

    row: ReportRow
    decider: str
    days: int


@dataclass(frozen=True, slots=True)
class ReturnedPage:
    """One page of them, the longest ago first."""

    rows: tuple[Back, ...]
    span: Span


def open_duties(*, reach: Reach, narrow: Narrow, on: date, now: datetime) -> Open:
    """What is open in reach on a day: a query a kind and two more, and one a kind for each reporting cycle in use."""
    back = unanswered().filter(narrow.reports(reach)).order_by().values_list(*(f"{name}_id" for name in SUBJECTS))
    answered = {(kind, pk) for row in back for kind, pk in enumerate(row) if pk}
    among = {name: narrow.items(reach, name) & Q(pending=0) for name in KEYS}
    keys = [key for name, found in KEYS.items() for key in found(among[name], on, now, set())]
    keys = [key for key in keys if (key.kind, key.pk) not in answered]
    pairs = Programme.objects.current().order_by().values_list("report_rhythm", "report_day").distinct()
    cycles = tuple(Cycle(Rhythm(rhythm), day) for rhythm, day in pairs)
    closed = _closed(cycles, among, on, now)
    late = {key: days for key in keys if (days := _late(key, closed.get((key.kind, key.pk)), on))}
    return Open(tuple(sorted(key for key in keys if key not in late)), late, len(back), cycles)


def _late(key: Key, closed: date | None, on: date) -> int:
    """Days late: since the due day if no report speaks of a later one, else since `closed`; 0 if not late."""
    if key.group is Why.OVERDUE and (key.as_of is None or key.as_of <= key.day):
        return (on - key.day).days
    return (on - closed).days if closed else 0


def _closed(cycles: Iterable[Cycle], among: Mapping[str, Q], on: date, now: datetime) -> dict[Subject, date]:
    """What was asked for on the last day of the period before and was not reported: that day, by item."""
    found: dict[Subject, date] = {}
    # Those past their due day without a report are late by that alone.
    undue = Q(due_latest=None) | Q(due_latest__gte=on) | Q(as_of__gt=F("due_latest"))
    for cycle in cycles:
        before = cycle.before(on)
        if before is None:
            continue
        of_cycle = {"report_rhythm": cycle.rhythm.value, "report_day": cycle.day}
        unsaid = _planned_by(before) & (Q(as_of=None) | Q(as_of__lt=before.first))
        for name, keys in KEYS.items():
            # A metric nobody has reported yet has no day since which it is owed: it is missing, never late.
            owed = Q(as_of__isnull=False) if name == "metric" else undue & unsaid if name in DATED else unsaid
            asked = among[name] & owed & _of(of_cycle, f"{KINDS[name].programme}__", before)
            due = keys(asked, before.last, now, set())
            found |= {(key.kind, key.pk): before.last for key in due if key.group is not Why.UNSTATED}
    return found


def _of(cycle: Mapping[str, Any], programme: str, before: Period) -> Q:
    """The items of programmes of that cycle that were reported on by then."""
    since = f"{programme}tracking_from"
    known = Q(**{f"{since}__isnull": True}) | Q(**{f"{since}__lte": before.last})
    return Q(**{f"{programme}{name}": value for name, value in cycle.items()}) & known


def _planned_by(before: Period) -> Q:
    """The milestones planned when the period closed: nobody owes a report on what was not yet there."""
    after = timezone.make_aware(datetime.combine(before.last + timedelta(days=1), time.min))
    return Q(plan_number__gt=1) | Q(planned_at__isnull=True) | Q(planned_at__lt=after)


def duties_page(
    found: Open, *, late: bool, reach: Reach, narrow: Narrow, on: date, language: str, page: int, address: str
) -> DutiesPage:
    """What is missing, or late, by unit: the units with most of it first; of one unit every row, page by page.

    `address`: the page's query string without a unit, to which the link of each unit adds its own. Five queries.
    """
    asked = sorted(found.late, key=lambda key: (-found.late[key], key)) if late else list(found.missing)
    by_unit: dict[int, list[Key]] = {}
    for key in asked:
        by_unit.setdefault(key.unit, []).append(key)
    names = {one.pk: one for one in Unit.objects.filter(pk__in=list(by_unit) or [0])}
    order = sorted(by_unit, key=lambda pk: (-len(by_unit[pk]), names[pk].path))
    if narrow.unit:
        flat = [key for pk in order for key in by_unit[pk]]
        shown = span(len(flat), page, PAGE)
        kept = flat[shown.first - 1 : shown.last]
    else:
        shown = span(len(order), page, UNITS)
        order = order[shown.first - 1 : shown.last]
        kept = [key for pk in order for key in by_unit[pk][:FIRST_ROWS]]
    rows = _rows(kept, found.late, language)
    reported = _reported(found.cycles, reach, narrow, on)
    owed = Counter(key.unit for key in (*found.missing, *found.late))
    units = []
    for pk in order:
        if of_unit := [row for key, row in rows if key.unit == pk]:
            link = f"?{address}&{urlencode({'unit': names[pk].path})}"
            done = reported[pk]
            units.append(
                UnitDuties(names[pk].called(language), done, done + owed[pk], len(by_unit[pk]), tuple(of_unit), link)
            )
    return DutiesPage(tuple(units), shown, bool(narrow.unit))


def _reported(cycles: Sequence[Cycle], reach: Reach, narrow: Narrow, on: date) -> Counter[int]:
    """How many items of each unit have been reported on for the present period, accepted or waiting; a query a kind."""
    found: Counter[int] = Counter()
    for name, kind in KINDS.items():
        since = Cycle.measured_since if name == "metric" else Cycle.reported_since
        said = Q(pending__gt=0)
        for cycle in cycles:
            programme = f"{kind.programme}__"
            of_cycle = {f"{programme}report_rhythm": cycle.rhythm.value, f"{programme}report_day": cycle.day}
            said |= Q(**of_cycle, as_of__gte=since(cycle, on))
        own = narrow.items(reach, name) & (Q(derived=False) if name == "metric" else Q())
        rows: Any = kind.model.objects.current().filter(own, said)
        found.update(dict(rows.order_by().values_list("unit").annotate(n=Count("pk"))))
    return found


def _rows(keys: Sequence[Key], late: Mapping[Key, int], language: str) -> list[tuple[Key, Duty]]:
    """The duties as rows, in their order; a query a kind."""
    items: dict[Subject, Any] = {}
    for name, kind in KINDS.items():
        place = SUBJECTS.index(name)
        related = ("project", "programme") if kind.programme == "programme" else ("project__programme",)
        wanted = [key.pk for key in keys if key.kind == place] or [0]
        rows = kind.model.objects.filter(pk__in=wanted).select_related(*related)
        items |= {(place, row.pk): row for row in rows}
    return [
        (key, _duty(key, items[key.kind, key.pk], late.get(key, 0), language))
        for key in keys
        if (key.kind, key.pk) in items
    ]


def _duty(key: Key, item: Any, days: int, language: str) -> Duty:
    kind = key.subject
    programme = item.programme if KINDS[kind].programme == "programme" else item.project.programme
    return Duty(
        kind=kind,
        name=item.called(language),
        url=page_of(kind, item.code),
        place=" · ".join(one.called(language) for one in (programme, item.project) if one),
        why=str(duty_words.WHY[key.group]),
        due=words.imprecise(getattr(item, "due", None)),  # housing has no day of its own
        as_of=words.day(key.as_of),
        closes="" if key.closes == date.max else words.day(key.closes),
        days=days,
    )


def returned_page(*, total: int, reach: Reach, narrow: Narrow, on: date, language: str, page: int) -> ReturnedPage:
    """Returned reports nobody has followed up, the longest ago first; one query."""
    shown = span(total, page, PAGE)
    found = with_items(unanswered().filter(narrow.reports(reach))).select_related("decided_by")
    rows = found.order_by(F("decided_at").asc(nulls_first=True), "id")[shown.first - 1 : shown.first - 1 + PAGE]
    return ReturnedPage(tuple(_back(one, reach, on, language) for one in rows), shown)


def _back(report: Report, reach: Reach, on: date, language: str) -> Back:
    decided = timezone.localdate(report.decided_at) if report.decided_at else on
    return Back(
        row=report_row(report, language=language, reader=reach.user_id),
        decider=report.decided_by.called(language) if report.decided_by else "",
        days=(on - decided).days,
    )
