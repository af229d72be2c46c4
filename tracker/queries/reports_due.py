"""What is due from a person now: items they may report on, most urgent first, with what each form starts from."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker.domain.reporting import ReportState
from tracker.domain.states import DUE_SOON_DAYS, DateState, Status
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


class Key(NamedTuple):
    """One due item in its order: why, the day that counts, milestone (0) or metric (1), and which."""

    group: Group
    day: date
    kind: int
    pk: int


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
    """What is due from the person on a day; six queries, however many items."""
    back = _returned(reach)
    keys = _milestone_keys(reach, on, {one.milestone_id for one in back if one.milestone_id})
    keys += _metric_keys(reach, on, {one.metric_id for one in back if one.metric_id})
    counts = Counter(key.group for key in keys)
    chosen = next((one for one in Group if one.name.lower() == group), None)
    kept = sorted(key for key in keys if chosen is None or key.group is chosen)
    pages = max(1, -(-len(kept) // PAGE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE
    mine = Report.objects.filter(author_id=reach.user_id, submitted_at__gte=now - timedelta(days=SENT_DAYS))
    sent = list(with_items(mine).order_by("-id")[:SENT])
    return Due(
        items=tuple(_items(kept[start : start + PAGE], back, on=on, language=language)),
        tabs=tuple(_tabs(counts, chosen)),
        total=len(keys),
        shown=len(kept),
        first=start + 1,
        page=page,
        pages=pages,
        sent=tuple(report_row(one, language=language, reader=reach.user_id) for one in sent),
        sent_count=mine.exclude(state=ReportState.WITHDRAWN).count(),
        sent_days=SENT_DAYS,
    )


def _returned(reach: Reach) -> list[Report]:
    """Returned reports nobody has followed up, of the units one reports for."""
    about = Q(milestone=OuterRef("milestone")) | Q(metric=OuterRef("metric"))
    later = Report.objects.filter(about, pk__gt=OuterRef("pk"), state__in=(ReportState.SUBMITTED, ReportState.ACCEPTED))
    found = Report.objects.filter(within("unit__path", reach.paths(Permission.REPORT)), state=ReportState.RETURNED)
    latest = found.filter(~Exists(later)).select_related("decided_by", "on_milestone", "on_metric")
    return list(latest.order_by("id"))


def _milestone_keys(reach: Reach, on: date, returned: set[int]) -> list[Key]:
    """The milestones due. The condition leaves out what cannot be due; which is, and why, its state decides."""
    near = Q(due_latest__lte=on + timedelta(days=DUE_SOON_DAYS)) | Q(forecast_latest__isnull=False)
    maybe = (near | Q(status=Status.IN_PROGRESS)) & ~Q(status__in=(Status.DONE, Status.SUSPENDED))
    rows = Milestone.objects.current().filter(within("unit__path", reach.paths(Permission.REPORT)))
    rows = rows.filter(maybe | Q(pk__in=returned)).with_date_state(on)
    found = []
    for pk, state, status, as_of, pending, day in rows.order_by().values_list(
        "pk", "date_state", "status", "as_of", "pending", "due_latest"
    ):
        quiet = as_of is not None and as_of > on - timedelta(days=QUIET_DAYS)
        group = Group.RETURNED if pk in returned else None if pending else _group(DateState(state), status, quiet)
        if group is not None:
            found.append(Key(group, day or date.max, 0, pk))
    return found


def _group(state: DateState, status: str, quiet: bool) -> Group | None:
    """Why a milestone is asked for, if it is; `quiet`: it was reported on only days ago."""
    if state in ASKED_ALWAYS:
        return ASKED_ALWAYS[state]
    if quiet:
        return None
    if state is DateState.BLANK and status == Status.IN_PROGRESS:
        return Group.PROGRESS
    return ASKED_WEEKLY.get(state)


def _metric_keys(reach: Reach, on: date, returned: set[int]) -> list[Key]:
    """The metrics due: reported by people, nothing waiting, no figure for a month."""
    old = Q(as_of__isnull=True) | Q(as_of__lte=on - timedelta(days=METRIC_DAYS))
    rows = Metric.objects.current().filter(within("unit__path", reach.paths(Permission.REPORT)), derived=False)
    rows = rows.filter((old & Q(pending=0)) | Q(pk__in=returned))
    return [
        Key(Group.RETURNED if pk in returned else Group.METRIC, as_of or date.min, 1, pk)
        for pk, as_of in rows.order_by().values_list("pk", "as_of")
    ]


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
    for _why, _day, kind, pk in keys:
        if kind == 0 and pk in milestones:
            found.append(milestone_item(milestones[pk], milestone_back.get(pk), on=on, language=language))
        elif kind == 1 and pk in metrics:
            found.append(metric_item(metrics[pk], metric_back.get(pk), on=on, language=language))
    return found


def _tabs(counts: Counter[Group], chosen: Group | None) -> list[GroupTab]:
    """All, then every group that holds something."""
    tabs = [GroupTab("", _("All"), sum(counts.values()), chosen is None, "?")]
    for one in Group:
        if counts.get(one) or one is chosen:
            key = one.name.lower()
            tabs.append(GroupTab(key, str(GROUP_WORDS[one]), counts.get(one, 0), one is chosen, f"?group={key}"))
    return tabs
