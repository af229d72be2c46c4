"""What is due from a person now: items they may report on, most urgent first, with what each form starts from."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.duties import Cycle, Rhythm, Standing, Why, why_due
from tracker.domain.reporting import ReportState
from tracker.domain.states import DUE_SOON_DAYS, DateState, Status
from tracker.models import Metric, Milestone, Report
from tracker.permissions import Permission, Reach, within
from tracker.queries.report_items import Item, loaded_metrics, loaded_milestones, metric_item, milestone_item
from tracker.queries.reports import ReportRow, report_row, with_items
from tracker.queries.spans import Span, span
from tracker.queries.state import Light, light_of
from tracker.words import duties

LONGEST = 32
"""No period is longer, in days."""
SENT_DAYS = 30
"""How far back the list of one's own reports looks."""
PAGE, SENT = 50, 30


class Key(NamedTuple):
    """One due item in its order: why, the day that counts, milestone (0) or metric (1), which, when its period ends;
    then its unit and the day its last accepted report speaks of.
    """

    group: Why
    day: date
    kind: int
    pk: int
    closes: date = date.max
    unit: int = 0
    as_of: date | None = None


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
    """What is due from the person on a day; six queries, however many items."""
    back = returned(reach)
    keys = asked(reach=reach, on=on, now=now, back=back)
    counts = Counter(key.group for key in keys)
    chosen = next((one for one in Why if one.name.lower() == group), None)
    kept = sorted(key for key in keys if chosen is None or key.group is chosen)
    shown = span(len(kept), page, PAGE)
    mine = Report.objects.filter(author_id=reach.user_id, submitted_at__gte=now - timedelta(days=SENT_DAYS))
    sent = list(with_items(mine).order_by("-id")[:SENT])
    return Due(
        items=tuple(_items(kept[shown.rows], back, on=on, language=language)),
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
    """What is due, in no order; `back` are the reports that came back. Two queries."""
    own = within("unit__path", reach.paths(Permission.REPORT))
    keys = milestone_keys(own, on, now, {one.milestone_id for one in back if one.milestone_id})
    return keys + metric_keys(own, on, {one.metric_id for one in back if one.metric_id})


def returned(reach: Reach) -> list[Report]:
    """Returned reports nobody has followed up, of the units one reports for."""
    found = unanswered().filter(within("unit__path", reach.paths(Permission.REPORT)))
    return list(found.select_related("decided_by", "on_milestone", "on_metric").order_by("id"))


def unanswered() -> QuerySet[Report]:
    """Returned reports after which nothing was said of their items."""
    about = Q(milestone=OuterRef("milestone")) | Q(metric=OuterRef("metric"))
    later = Report.objects.filter(about, pk__gt=OuterRef("pk"), state__in=(ReportState.SUBMITTED, ReportState.ACCEPTED))
    found: QuerySet[Report] = Report.objects.filter(~Exists(later), state=ReportState.RETURNED)
    return found


def milestone_keys(among: Q, on: date, now: datetime, returned: set[int]) -> list[Key]:
    """The milestones due among these. What cannot be due is left out by SQL; which is, and why, `why_due` decides."""
    near = Q(due_latest__lte=on + timedelta(days=DUE_SOON_DAYS)) | Q(forecast_latest__isnull=False)
    changed = Q(plan_number__gt=1, planned_at__gte=now - timedelta(days=LONGEST))
    maybe = (near | Q(status=Status.IN_PROGRESS) | changed) & ~Q(status__in=(Status.DONE, Status.SUSPENDED))
    rows = Milestone.objects.current().filter(among, maybe | Q(pk__in=returned)).with_date_state(on)
    rows = rows.annotate(changed_at=Case(When(plan_number__gt=1, then=F("planned_at"))))
    names = ("pk", "unit_id", "date_state", "status", "as_of", "pending", "due_latest", "changed_at")
    found = []
    for pk, unit, state, status, as_of, pending, day, changed_at, *cycle in rows.order_by().values_list(
        *names, "project__programme__report_rhythm", "project__programme__report_day"
    ):
        item = Standing(
            state=DateState(state),
            in_progress=status == Status.IN_PROGRESS,
            as_of=as_of,
            planned=_changed(changed_at, on) if changed_at else None,
            pending=bool(pending),
            returned=pk in returned,
        )
        if (why := why_due(item, _cycle(*cycle), on)) is not None:
            period = _cycle(*cycle).period(on)
            closes = period.last if period else date.max
            found.append(Key(why, day or date.max, 0, pk, closes, unit, as_of))
    return found


def _changed(planned: datetime, on: date) -> date | None:
    """The day the plan changed, where that was by then: duties of a past day know no later change."""
    day = timezone.localdate(planned)
    return day if day <= on else None


def metric_keys(among: Q, on: date, returned: set[int]) -> list[Key]:
    """The metrics due among these: reported by people, nothing waiting, no figure for a month."""
    rows = Metric.objects.current().filter(among, Q(pending=0) | Q(pk__in=returned), derived=False)
    found = []
    for pk, unit, as_of, *cycle in rows.order_by().values_list(
        "pk", "unit_id", "as_of", "programme__report_rhythm", "programme__report_day"
    ):
        why = Why.RETURNED if pk in returned else Why.METRIC
        if why is Why.RETURNED or as_of is None or as_of < _cycle(*cycle).measured_since(on):
            found.append(Key(why, as_of or date.min, 1, pk, date.max, unit, as_of))
    return found


@lru_cache(maxsize=64)
def _cycle(rhythm: str, day: int) -> Cycle:
    return Cycle(Rhythm(rhythm), day)


def _items(keys: list[Key], back: list[Report], *, on: date, language: str) -> list[Item]:
    """The items of one page in the order of their keys."""
    ids: dict[int, list[int]] = {0: [], 1: []}
    for key in keys:
        ids[key.kind].append(key.pk)
    # Key 0 is nobody's: the page costs the same number of statements whatever is on it.
    milestones = {row.pk: row for row in loaded_milestones().filter(pk__in=ids[0] or [0])}
    metrics = {row.pk: row for row in loaded_metrics().filter(pk__in=ids[1] or [0])}
    milestone_back = {one.milestone_id: one for one in back if one.milestone_id}
    metric_back = {one.metric_id: one for one in back if one.metric_id}
    found = []
    for _why, _day, kind, pk, *_more in keys:
        if kind == 0 and pk in milestones:
            found.append(milestone_item(milestones[pk], milestone_back.get(pk), on=on, language=language))
        elif kind == 1 and pk in metrics:
            found.append(metric_item(metrics[pk], metric_back.get(pk), on=on, language=language))
    return found


def _tabs(counts: Counter[Why], chosen: Why | None) -> list[GroupTab]:
    """All, then every group that holds something."""
    tabs = [GroupTab("", _("All"), sum(counts.values()), chosen is None, "?")]
    for one in Why:
        if counts.get(one) or one is chosen:
            key = one.name.lower()
            tabs.append(GroupTab(key, str(duties.WHY[one]), counts.get(one, 0), one is chosen, f"?group={key}"))
    return tabs
