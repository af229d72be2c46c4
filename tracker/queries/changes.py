"""What changed since a day: the difference of two views of the same works.

Items whose plan and reports are as they were then are compared in one scan of their columns, read on both days; the
others are read back as they were known then. Where very many changed, only their number is given until asked for.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from django.db.models import Count, F, Q, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker import words
from tracker.domain.dates import ImpreciseDate
from tracker.domain.reporting import ReportState
from tracker.domain.states import COLOURS, DUE_SOON_DAYS, Colour, DateState, Reading, Status, read
from tracker.models import Milestone, Report
from tracker.models.milestones import date_state_case
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_DAY, A_MOMENT, ANOTHER_DAY, Asked
from tracker.queries.state import Light, light, overlay_as_loaded, overlay_milestones
from tracker.queries.tender_clock import moved_to

NOTHING_MOVED: Mapping[int, date] = MappingProxyType({})
INLINE = 600
"""Up to this many changed items are compared at once on the overview."""
SHOWN = 30

OVERDUE, RISK, CLEARED, DONE, REDATED, NEW = "overdue", "risk", "cleared", "done", "redated", "new"
KINDS = (OVERDUE, RISK, CLEARED, DONE, REDATED, NEW)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One item that changed: its light then and now, and whether its date was moved. `moved` says that a suspension of
    its tender has moved its day.
    """

    url: str
    name: str
    where: str
    kind: str
    then: Light | None
    now: Light
    due_then: str
    due_now: str
    moved: str

    @property
    def word(self) -> str:
        """The kind of change in words."""
        return _words(self.kind, 1)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many items changed in which way since a day; `partial` where too many changed to compare at once."""

    since: date
    counts: dict[str, int]
    rows: list[ChangedRow]
    partial: int

    @property
    def summary(self) -> list[str]:
        """The counts in words, without the kinds that did not occur."""
        return [f"{_words(kind, count)} {count}" for kind, count in self.counts.items() if count]


def _words(kind: str, count: int) -> str:
    return {
        OVERDUE: _("Newly overdue"),
        RISK: _("Newly at risk"),
        CLEARED: _("Cleared"),
        DONE: _("Done"),
        REDATED: _("Re-dated"),
        NEW: ngettext("New item", "New items", count),
    }[kind]


def end_of(since: date) -> datetime:
    """The moment a day is over in Asia/Shanghai: what was known by then is compared with."""
    return timezone.make_aware(datetime.combine(since + timedelta(days=1), time.min))


def touched(end: datetime) -> Q:
    """The condition of milestones with a report or a plan version since a moment.

    A correction that speaks of an earlier day may bring back an older report, whose acceptance tells of no change.
    """
    corrections = Report.objects.filter(state=ReportState.ACCEPTED, supersedes__isnull=False, accepted_at__gt=end)
    corrected = corrections.filter(milestone__isnull=False).order_by().values("milestone_id")
    return Q(reported_at__gt=end) | Q(planned_at__gt=end) | Q(pk__in=corrected)


def changes_since(
    *,
    reach: Reach,
    on: date,
    known: datetime,
    since: date,
    full: bool,
    moved: Mapping[int, date] = NOTHING_MOVED,
    count: int | None = None,
) -> Changes:
    """Compare the works as seen at the end of `since` with the moment (`on`, `known`); at most eight queries.

    `count` is how many are `touched`, where the caller has counted them anyway, `moved` what a suspension has moved.
    """
    then = end_of(since)
    keys = _TOUCHED.all(reach, then) if full or count is None or 0 < count <= INLINE else []
    count = len(keys) if count is None else count
    too_many = not full and count > INLINE
    changes = [] if too_many else _compare(keys, on=on, known=known, since=since, then=then)
    counts = Counter(change.kind for change in changes)
    if since < on:
        passed, by_time = _moved_by_time(reach, since, on)
        counts += by_time
        changes += passed
    order = {kind: place for place, kind in enumerate(KINDS)}
    language = words.language()
    shown = [change for change in changes if change.kind != NEW]
    shown.sort(key=lambda change: (order[change.kind], change.row.called(language)))
    return Changes(
        since=since,
        counts={kind: counts[kind] for kind in KINDS},
        rows=[_row(change, language, moved.get(change.row.pk)) for change in shown[:SHOWN]],
        partial=count if too_many else 0,
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """One item's readings and dates then and now; made into words only if it is shown."""

    row: Milestone
    kind: str
    then: Reading | None
    now: Reading
    due_then: ImpreciseDate | None
    due_now: ImpreciseDate | None


def _compare(keys: list[int], *, on: date, known: datetime, since: date, then: datetime) -> list[_Change]:
    """Items with a report or a plan version since: their state read back as known then, against the moment shown."""
    # Only names are loaded: the overlay brings the rest, and projects and programmes are loaded once each.
    found = Milestone.objects.filter(pk__in=keys).only("code", "name", "name_en", "project", "unit").order_by("code")
    rows = list(found.prefetch_related("project__programme"))
    overlay_milestones(rows, on=on, known=known)
    current = {row.pk: _Now(row.plan_number, _reading(row, on), row.due) for row in rows}
    rows = [row for row in rows if row.plan_number]
    overlay_milestones(rows, on=since, known=then)
    unknown = [row for row in rows if not row.plan_number]
    changes = [_compared(row, current[row.pk], since) for row in rows if row.plan_number]
    loaded = overlay_as_loaded(unknown)
    for row in unknown:
        began = row.project.programme.tracking_from
        # What was loaded with its programme is not new: all of it came on the day tracking began. What happened to it
        # since then is told all the same; what a person added, or was loaded into a programme tracked before, is new.
        if row.pk in loaded and began is not None and began > since:
            changes.append(_compared(row, current[row.pk], min(began, on)))
        else:
            changes.append(_Change(row, NEW, None, current[row.pk].reading, None, current[row.pk].due))
    return [change for change in changes if change.kind]


@dataclass(frozen=True, slots=True)
class _Now:
    """What is kept of an item before it is laid as it was."""

    number: int
    reading: Reading
    due: ImpreciseDate | None


def _compared(row: Milestone, now: _Now, then: date) -> _Change:
    """The change of a row that is laid as it was `then`; its kind is '' where there is none worth telling."""
    before = _reading(row, then)
    kind = kind_of(before.state, now.reading.state) or (REDATED if now.number != row.plan_number else "")
    return _Change(row, kind, before, now.reading, row.due, now.due)


_TOUCHED = Asked(
    lambda reach, end: (
        Milestone.objects.current().filter(readable(reach)).filter(touched(end)).order_by().values_list("pk", flat=True)
    ),
    A_MOMENT,
)


def _moved_by_time(reach: Reach, since: date, on: date) -> tuple[list[_Change], Counter[str]]:
    """Items nobody touched whose light changed by the passing of days alone: the first of them, and how many of each
    kind; two queries.
    """
    counts: Counter[str] = Counter()
    told = []
    for was, is_now, count in _PAIRS.all(reach, since, on, end_of(since)):
        if kind := kind_of(DateState(was), DateState(is_now)):
            counts[kind] += count
            told.append(f"{was}>{is_now}")
    changes = []
    for row in _FIRST_MOVED.all(reach, since, on, end_of(since), told) if told else ():
        before, now = _reading(row, since), _reading(row, on)
        changes.append(_Change(row, kind_of(before.state, now.state), before, now, row.due, row.due))
    return changes, counts


def _untouched(reach: Reach, since: date, on: date, end: datetime) -> Any:
    """Those whose light was another. Only where the last day, less the days of warning, lies between the two days."""
    window = Q(due_latest__gte=since, due_latest__lte=on + timedelta(days=DUE_SOON_DAYS))
    known = Q(reported_at__isnull=False) | Q(planned_at__isnull=False)
    rows = Milestone.objects.current().filter(readable(reach)).exclude(touched(end)).filter(known & window)
    rows = rows.exclude(status__in=(Status.DONE, Status.SUSPENDED))
    return rows.annotate(was=date_state_case(since), is_now=date_state_case(on)).exclude(was=F("is_now"))


_PAIRS = Asked(
    lambda reach, since, on, end: (
        _untouched(reach, since, on, end).order_by().values_list("was", "is_now").annotate(count=Count("pk"))
    ),
    A_DAY,
    ANOTHER_DAY,
    A_MOMENT,
)
_FIRST_MOVED = Asked(
    lambda reach, since, on, end, told: (
        _untouched(reach, since, on, end)
        .annotate(moved=Concat("was", Value(">"), "is_now"))
        .filter(moved__among=told)
        .select_related("project__programme")
        .order_by("due_latest", "code")[:SHOWN]
    ),
    A_DAY,
    ANOTHER_DAY,
    A_MOMENT,
    ["any"],
)


def _reading(row: Milestone, on: date) -> Reading:
    return read(row.facts(row.project.programme.tracking_from), on)


def _row(change: _Change, language: str, moved: date | None) -> ChangedRow:
    return ChangedRow(
        url=reverse("milestone", args=[change.row.code]),
        name=change.row.called(language),
        where=change.row.project.called(language),
        kind=change.kind,
        then=light(change.then) if change.then else None,
        now=light(change.now),
        due_then=words.imprecise(change.due_then),
        due_now=words.imprecise(change.due_now),
        moved=moved_to(moved),
    )


def kind_of(before: DateState, after: DateState) -> str:
    """How a change of state is counted; '' where it is none worth telling."""
    if before is after or after is DateState.OUTCOME_NOT_STATED:
        return ""  # what fell due before it was tracked is neither late nor done: nothing was cleared
    was, now = COLOURS[before], COLOURS[after]
    if now is Colour.DONE and was is not Colour.DONE:
        return DONE
    if now is Colour.RED and was is not Colour.RED:
        return OVERDUE
    if now is Colour.AMBER and was not in (Colour.AMBER, Colour.RED):
        return RISK
    if was in (Colour.RED, Colour.AMBER) and now not in (Colour.RED, Colour.AMBER):
        return CLEARED
    return ""
