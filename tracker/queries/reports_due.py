"""What is due from a person now: items they may report on, most urgent first, with what each form starts from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.duties import Why
from tracker.domain.reporting import ReportState
from tracker.domain.states import Status
from tracker.models import Milestone, Report
from tracker.models.reports import SUBJECTS
from tracker.models.subjects import SAID, key_of
from tracker.permissions import Permission, Reach, within
from tracker.queries.duty_keys import KEYS, MILESTONE, Key
from tracker.queries.report_items import Item
from tracker.queries.reportable import ITEM, LOADED, by_item
from tracker.queries.reports import ReportRow, report_row, whole
from tracker.queries.spans import Span, span
from tracker.queries.state import Light, light_of
from tracker.queries.tender_clock import moved_days, moved_to
from tracker.words import duties

SENT_DAYS = 30
"""How far back the list of one's own reports looks."""
PAGE, SENT = 50, 30


@dataclass(frozen=True, slots=True)
class GroupTab:
    """One group of the due items with its count."""

    key: str
    label: str
    count: int
    current: bool
    url: str


@dataclass(frozen=True, slots=True)
class Supported:
    """An open milestone of another unit that one's own supports: to comment on, not to report."""

    code: str
    name: str
    lead: str
    due: str
    light: Light
    comments: int


@dataclass(frozen=True, slots=True)
class Due:
    """The page of what is due: the items of one page, how many there are, and what was sent lately."""

    items: tuple[Item, ...]
    tabs: tuple[GroupTab, ...]
    total: int
    closes: str
    span: Span
    sent: tuple[ReportRow, ...]
    sent_count: int
    sent_days: int
    supported: tuple[Supported, ...]


def due(*, reach: Reach, on: date, now: datetime, language: str, group: str = "", page: int = 1) -> Due:
    """What is due from the person on a day; as many queries however many items."""
    back = returned(reach)
    keys = asked(reach=reach, on=on, now=now, back=back)
    counts = Counter(key.group for key in keys)
    chosen = next((one for one in Why if one.name.lower() == group), None)
    kept = sorted(key for key in keys if chosen is None or key.group is chosen)
    shown = span(len(kept), page, PAGE)
    mine = Report.objects.filter(author_id=reach.user_id, submitted_at__gte=now - timedelta(days=SENT_DAYS))
    sent = whole(mine.order_by("-id").values_list("pk", flat=True)[:SENT])
    return Due(
        items=tuple(_items(kept[shown.rows], back, reach=reach, on=on, language=language)),
        tabs=tuple(_tabs(counts, chosen)),
        total=len(keys),
        closes=_closes(keys),
        span=shown,
        sent=tuple(report_row(one, language=language, reader=reach.user_id) for one in sent),
        sent_count=mine.exclude(state=ReportState.WITHDRAWN).count(),
        sent_days=SENT_DAYS,
        supported=tuple(_supported(reach, on, language)),
    )


def _supported(reach: Reach, on: date, language: str) -> list[Supported]:
    """What the units one reports for support, without what they lead, by due date; one query."""
    mine = reach.paths(Permission.REPORT)
    through = Milestone.supporting.through.objects.filter(within("unit__path", mine))
    rows = Milestone.objects.current().filter(pk__in=through.values("milestone_id"))
    rows = rows.exclude(within("unit__path", mine)).exclude(status__in=(Status.DONE, Status.SUSPENDED))
    rows = rows.select_related("unit", "project__programme").annotate(said=Count("comments"))
    return [
        Supported(
            code=row.code,
            name=row.called(language),
            lead=row.unit.called(language),
            due=words.imprecise(row.due),
            light=light_of(row, on, row.project.programme.tracking_from),
            comments=getattr(row, "said", 0),
        )
        for row in rows.order_by(F("due_latest").asc(nulls_last=True), "code")[:PAGE]
    ]


def _closes(keys: list[Key]) -> str:
    """The first day by which something of it is due for its period; '' where nothing has a period."""
    first = min((key.closes for key in keys), default=date.max)
    return "" if first == date.max else words.day(first)


def asked(*, reach: Reach, on: date, now: datetime, back: Sequence[Report]) -> list[Key]:
    """What is due, in no order; `back` are the reports that came back. A query a kind."""
    own = within("unit__path", reach.paths(Permission.REPORT))
    returned = [key_of(one) for one in back]
    found: list[Key] = []
    for name, keys in KEYS.items():
        place = SUBJECTS.index(name)
        found += keys(own, on, now, {pk for kind, pk in returned if kind == place})
    return found


def returned(reach: Reach) -> list[Report]:
    """Returned reports nobody has followed up, of the units one reports for."""
    found = unanswered().filter(within("unit__path", reach.paths(Permission.REPORT)))
    return list(found.select_related("decided_by", *SAID).order_by("id"))


def unanswered() -> QuerySet[Report]:
    """Returned reports after which nothing was said of their items."""
    about = Q()
    for name in SUBJECTS:
        about |= Q(**{name: OuterRef(name)})
    later = Report.objects.filter(about, pk__gt=OuterRef("pk"), state__in=(ReportState.SUBMITTED, ReportState.ACCEPTED))
    found: QuerySet[Report] = Report.objects.filter(~Exists(later), state=ReportState.RETURNED)
    return found


def _items(keys: list[Key], back: list[Report], *, reach: Reach, on: date, language: str) -> list[Item]:
    """The items of one page in the order of their keys; a query a kind, and one for what a suspension has moved."""
    returned = by_item(back)
    rows: dict[tuple[int, int], Any] = {}
    for name, load in LOADED.items():
        place = SUBJECTS.index(name)
        # Key 0 is nobody's: the page costs the same number of statements whatever is on it.
        wanted = [key.pk for key in keys if key.kind == place] or [0]
        rows |= {(place, row.pk): row for row in load().filter(pk__in=wanted)}
    moved = moved_days([key.pk for key in keys if key.kind == MILESTONE] or [0], reach=reach, on=on)
    found = []
    for key in keys:
        at = (key.kind, key.pk)
        if at in rows:
            item = ITEM[key.subject](rows[at], returned.get(at), on=on, language=language)
            day = moved.get(key.pk) if key.kind == MILESTONE else None
            found.append(replace(item, moved=moved_to(day)) if day else item)
    return found


def _tabs(counts: Counter[Why], chosen: Why | None) -> list[GroupTab]:
    """All, then every group that holds something."""
    tabs = [GroupTab("", _("All"), sum(counts.values()), chosen is None, "?")]
    for one in Why:
        if counts.get(one) or one is chosen:
            key = one.name.lower()
            tabs.append(GroupTab(key, str(duties.WHY[one]), counts.get(one, 0), one is chosen, f"?group={key}"))
    return tabs
