"""What changed since a day: the difference of two views of the same works.

Items whose plan and reports are as they were then are compared in one scan of their columns, read on both days; the
others are read back as they were known then. Where very many changed, only their number is given until asked for.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker import words
from tracker.domain.states import COLOURS, DUE_SOON_DAYS, Colour, DateState, Status
from tracker.models import Milestone
from tracker.permissions import Reach, readable
from tracker.queries.state import Light, light_of, overlay_milestones

INLINE = 600
"""Up to this many changed items are compared at once on the overview."""
SHOWN = 30

OVERDUE, RISK, CLEARED, DONE, REDATED, NEW = "overdue", "risk", "cleared", "done", "redated", "new"
KINDS = (OVERDUE, RISK, CLEARED, DONE, REDATED, NEW)


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One item that changed: its light then and now, and whether its date was moved."""

    url: str
    name: str
    where: str
    kind: str
    then: Light | None
    now: Light
    due_then: str
    due_now: str

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


def changes_since(*, reach: Reach, on: date, known: datetime, since: date, full: bool) -> Changes:
    """Compare the works as seen at the end of `since` with the moment (`on`, `known`); at most five queries."""
    then = timezone.make_aware(datetime.combine(since + timedelta(days=1), time.min))
    found = Milestone.objects.current().filter(readable(reach))
    touched = Q(reported_at__gt=then) | Q(planned_at__gt=then)
    # One more than fits, so that "too many" is known without counting.
    loaded = found.filter(touched).select_related("project__programme").order_by("code")
    changed = list(loaded if full else loaded[: INLINE + 1])
    too_many = not full and len(changed) > INLINE
    rows = [] if too_many else _compare(changed, on=on, known=known, since=since, then=then)
    untouched = found.exclude(touched).filter(Q(reported_at__isnull=False) | Q(planned_at__isnull=False))
    rows += _moved_by_time(untouched, since, on)
    counts = Counter(row.kind for row in rows)
    order = {kind: place for place, kind in enumerate(KINDS)}
    rows.sort(key=lambda row: (order[row.kind], row.name))
    return Changes(
        since=since,
        counts={kind: counts[kind] for kind in KINDS},
        rows=[row for row in rows if row.kind != NEW][:SHOWN],
        partial=found.filter(touched).count() if too_many else 0,
    )


def _compare(changed: list[Milestone], *, on: date, known: datetime, since: date, then: datetime) -> list[ChangedRow]:
    """Items with a report or a plan version since: their state read back as known then, against the moment shown."""
    overlay_milestones(changed, on=on, known=known)
    now = {row.pk: (row.plan_number, _light(row, on), words.imprecise(row.due)) for row in changed}
    overlay_milestones(changed, on=since, known=then)
    rows = []
    for row in changed:
        number, light, due = now[row.pk]
        if not number:
            continue
        if not row.plan_number:
            rows.append(_row(row, NEW, None, light, "", due))
            continue
        before = _light(row, since)
        kind = kind_of(before.state, light.state) or (REDATED if number != row.plan_number else "")
        if kind:
            rows.append(_row(row, kind, before, light, words.imprecise(row.due), due))
    return rows


def _moved_by_time(untouched: "Iterable[Milestone]", since: date, on: date) -> list[ChangedRow]:
    """Items nobody touched whose light changed by the passing of days alone; one query.

    Only those whose last day, less the days of warning, lies between the two days can have.
    """
    if since >= on:
        return []
    window = Q(due_latest__gte=since, due_latest__lte=on + timedelta(days=DUE_SOON_DAYS))
    found = untouched.filter(window).exclude(status__in=(Status.DONE, Status.SUSPENDED))  # type: ignore[attr-defined]
    rows = []
    for row in found.select_related("project__programme").order_by("due_latest", "code")[:INLINE]:
        before, now = _light(row, since), _light(row, on)
        kind = kind_of(before.state, now.state)
        if kind:
            due = words.imprecise(row.due)
            rows.append(_row(row, kind, before, now, due, due))
    return rows


def _light(row: Milestone, on: date) -> Light:
    return light_of(row, on, row.project.programme.tracking_from)


def _row(row: Milestone, kind: str, then: Light | None, now: Light, due_then: str, due_now: str) -> ChangedRow:
    language = words.language()
    return ChangedRow(
        url=reverse("milestone", args=[row.code]),
        name=row.called(language),
        where=row.project.called(language),
        kind=kind,
        then=then,
        now=now,
        due_then=due_then,
        due_now=due_now,
    )


def kind_of(before: DateState, after: DateState) -> str:
    """How a change of state is counted; '' where it is none worth telling."""
    if before is after:
        return ""
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
