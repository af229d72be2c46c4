"""What is due from a person now: items they may report on, most urgent first, with what each form starts from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.domain.reporting import ReportState
from tracker.domain.states import DateState, Status
from tracker.models import Metric, Milestone, Report
from tracker.permissions import Permission, Reach, within
from tracker.queries.report_items import Item, loaded_metrics, loaded_milestones, metric_item, milestone_item
from tracker.queries.reports import ReportRow, report_row, with_items

QUIET_DAYS = 7
"""A milestone reported on within this many days is not asked for again, unless a report was returned."""
METRIC_DAYS = 30
"""A metric is asked for once its last figure is this many days old."""
SENT_DAYS = 30
"""How far back the list of one's own reports looks."""
PAGE, SENT = 50, 30


class Group(IntEnum):
    """Why an item is due, in order of urgency."""

    RETURNED = 0
    OVERDUE = 1
    SOON = 2
    LATE = 3
    PROGRESS = 4
    METRIC = 5
    UNSTATED = 6


GROUP_WORDS = {
    Group.RETURNED: gettext_lazy("Returned"),
    Group.OVERDUE: gettext_lazy("Overdue"),
    Group.SOON: gettext_lazy("Due soon"),
    Group.LATE: gettext_lazy("Forecast late"),
    Group.PROGRESS: gettext_lazy("Under way"),
    Group.METRIC: gettext_lazy("Metrics"),
    Group.UNSTATED: gettext_lazy("Outcome not stated"),
}
ASKED_ALWAYS = {DateState.OVERDUE_UNREPORTED: Group.OVERDUE, DateState.OUTCOME_NOT_STATED: Group.UNSTATED}
ASKED_WEEKLY = {
    DateState.OVERDUE_REPORTED: Group.OVERDUE,
    DateState.DUE_SOON: Group.SOON,
    DateState.FORECAST_LATE: Group.LATE,
    DateState.ON_COURSE: Group.PROGRESS,
}


@dataclass(frozen=True, slots=True)
class GroupTab:
    """One group of the due items with its count."""

    key: str
    label: str
    count: int
    current: bool
    url: str


@dataclass(frozen=True, slots=True)
class Due:
    """The page of what is due: the items of one page, how many there are, and what was sent lately."""

    items: tuple[Item, ...]
    tabs: tuple[GroupTab, ...]
    total: int
    shown: int
    first: int
    page: int
    pages: int
    sent: tuple[ReportRow, ...]
    sent_count: int
    sent_days: int

    @property
    def last(self) -> int:
        """The number of the last item shown."""
        return self.first + len(self.items) - 1

    @property
    def previous(self) -> int:
        """The page before."""
        return self.page - 1

    @property
    def next(self) -> int:
        """The page after."""
        return self.page + 1


def due(*, reach: Reach, on: date, now: datetime, language: str, group: str = "", page: int = 1) -> Due:
    """What is due from the person on a day; eight queries, however many items."""
    back = _returned(reach)
    milestones = _milestones(reach, on, [one.milestone_id for one in back if one.milestone_id])
    metrics = _metrics(reach, on, [one.metric_id for one in back if one.metric_id])
    counts = _added(_counts(milestones), _counts(metrics))
    chosen = next((one for one in Group if one.name.lower() == group), None)
    total = sum(counts.values()) if chosen is None else counts.get(chosen, 0)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    keys = _keys(milestones, metrics, chosen)[(page - 1) * PAGE : page * PAGE]
    items = _items(list(keys), back, on=on, language=language)
    mine = Report.objects.filter(author_id=reach.user_id, submitted_at__gte=now - timedelta(days=SENT_DAYS))
    sent = list(with_items(mine).order_by("-id")[:SENT])
    return Due(
        items=tuple(items),
        tabs=tuple(_tabs(counts, chosen)),
        total=sum(counts.values()),
        shown=total,
        first=(page - 1) * PAGE + 1,
        page=page,
        pages=pages,
        sent=tuple(report_row(one, language=language, reader=reach.user_id) for one in sent),
        sent_count=mine.exclude(state=ReportState.WITHDRAWN).count() if len(sent) == SENT else _not_withdrawn(sent),
        sent_days=SENT_DAYS,
    )


def _not_withdrawn(sent: Iterable[Report]) -> int:
    return sum(1 for one in sent if one.state != ReportState.WITHDRAWN)


def _added(one: dict[int, int], other: dict[int, int]) -> dict[int, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {*one, *other}}


def _returned(reach: Reach) -> list[Report]:
    """Returned reports nobody has followed up, of the units one reports for."""
    about = Q(milestone=OuterRef("milestone")) | Q(metric=OuterRef("metric"))
    later = Report.objects.filter(about, pk__gt=OuterRef("pk"), state__in=(ReportState.SUBMITTED, ReportState.ACCEPTED))
    found = Report.objects.filter(within("unit__path", reach.paths(Permission.REPORT)), state=ReportState.RETURNED)
    latest = found.filter(~Exists(later)).select_related("decided_by", "on_milestone", "on_metric")
    return list(latest.order_by("id"))


def _milestones(reach: Reach, on: date, returned: list[int]) -> QuerySet[Milestone]:
    """The milestones due, each with its `group`."""
    quiet = Q(as_of__isnull=True) | Q(as_of__lte=on - timedelta(days=QUIET_DAYS))
    undated = Q(date_state=DateState.BLANK.value, status=Status.IN_PROGRESS.value)
    cases = [When(pk__in=returned, then=Value(Group.RETURNED.value)), When(pending__gt=0, then=None)]
    cases += [When(date_state=state.value, then=Value(group.value)) for state, group in ASKED_ALWAYS.items()]
    cases += [When(quiet, date_state=state.value, then=Value(group.value)) for state, group in ASKED_WEEKLY.items()]
    cases.append(When(quiet & undated, then=Value(Group.PROGRESS.value)))
    rows = Milestone.objects.current().filter(within("unit__path", reach.paths(Permission.REPORT)))
    rows = rows.with_date_state(on).annotate(group=Case(*cases, output_field=IntegerField()))
    filtered: QuerySet[Milestone] = rows.filter(group__isnull=False)
    return filtered


def _metrics(reach: Reach, on: date, returned: list[int]) -> QuerySet[Metric]:
    """The metrics due, each with its `group`."""
    old = Q(as_of__isnull=True) | Q(as_of__lte=on - timedelta(days=METRIC_DAYS))
    group = Case(
        When(pk__in=returned, then=Value(Group.RETURNED.value)),
        When(old, pending=0, then=Value(Group.METRIC.value)),
        output_field=IntegerField(),
    )
    rows = Metric.objects.current().filter(within("unit__path", reach.paths(Permission.REPORT)), derived=False)
    filtered: QuerySet[Metric] = rows.annotate(group=group).filter(group__isnull=False)
    return filtered


def _counts(rows: QuerySet[Any]) -> dict[int, int]:
    return dict(rows.order_by().values_list("group").annotate(found=Count("pk")))


def _keys(milestones: QuerySet[Any], metrics: QuerySet[Any], chosen: Group | None) -> Any:
    """(group, day, kind, pk) of everything due, most urgent first; a queryset to slice."""
    if chosen is not None:
        milestones, metrics = milestones.filter(group=chosen.value), metrics.filter(group=chosen.value)
    kind = Value(0, output_field=IntegerField())
    ones = milestones.order_by().annotate(day=F("due_latest"), kind=kind).values_list("group", "day", "kind", "pk")
    other = Value(1, output_field=IntegerField())
    twos = metrics.order_by().annotate(day=F("as_of"), kind=other).values_list("group", "day", "kind", "pk")
    return ones.union(twos, all=True).order_by("group", F("day").asc(nulls_first=True), "kind", "pk")


def _items(keys: list[Any], back: list[Report], *, on: date, language: str) -> list[Item]:
    """The items of one page in the order of their keys."""
    ids: dict[int, list[int]] = {0: [], 1: []}
    for _group, _day, kind, pk in keys:
        ids[kind].append(pk)
    # Key 0 is nobody's: the page costs the same number of statements whatever is on it.
    milestones = {row.pk: row for row in loaded_milestones().filter(pk__in=ids[0] or [0])}
    metrics = {row.pk: row for row in loaded_metrics().filter(pk__in=ids[1] or [0])}
    milestone_back = {one.milestone_id: one for one in back if one.milestone_id}
    metric_back = {one.metric_id: one for one in back if one.metric_id}
    found = []
    for _group, _day, kind, pk in keys:
        if kind == 0 and pk in milestones:
            found.append(milestone_item(milestones[pk], milestone_back.get(pk), on=on, language=language))
        elif kind == 1 and pk in metrics:
            found.append(metric_item(metrics[pk], metric_back.get(pk), on=on, language=language))
    return found


def _tabs(counts: dict[int, int], chosen: Group | None) -> list[GroupTab]:
    """All, then every group that holds something."""
    tabs = [GroupTab("", _("All"), sum(counts.values()), chosen is None, "?")]
    for one in Group:
        if counts.get(one) or one is chosen:
            key = one.name.lower()
            tabs.append(GroupTab(key, str(GROUP_WORDS[one]), counts.get(one, 0), one is chosen, f"?group={key}"))
    return tabs
