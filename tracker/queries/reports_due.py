"""What is due from a person now: items they may report on, most urgent first, with what each form starts from."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import words
from tracker.domain.dates import ImpreciseDate
from tracker.domain.quantities import Quantity
from tracker.domain.reporting import ReportState
from tracker.domain.states import Colour, DateState, Status
from tracker.models import Metric, Milestone, Report
from tracker.permissions import Permission, Reach, within
from tracker.queries.reports import ReportRow, report_row, said_of_milestone, values_of, with_items
from tracker.queries.state import Light, light_of

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
LATE_STATES = {DateState.OVERDUE_UNREPORTED, DateState.OVERDUE_REPORTED, DateState.FORECAST_LATE}


@dataclass(frozen=True, slots=True)
class Returned:
    """A report that came back: the reviewer's words and who wrote them."""

    pk: int
    comment: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The values a report starts from, as stored; `quantity` for a metric, the rest for a milestone."""

    status: str = ""
    progress: Any = None
    actual_start: date | None = None
    actual_finish: date | None = None
    forecast: ImpreciseDate | None = None
    quantity: Quantity | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One milestone or metric to report on.

    `now` are the values in force, `start` those the form starts from (a returned report's, else `now`). `late`: the
    forecast is asked for first. `last` says what was last accepted, `repeats` whether it can be said again unchanged.
    """

    kind: str
    code: str
    name: str
    place: str
    unit: str
    due: str
    colour: Colour
    word: str
    why: str
    url: str
    version: int
    measure: str
    basis: str
    now: Stored
    start: Stored
    last: str
    last_note: str
    last_as_of: date | None
    waiting: int
    returned: Returned | None
    late: bool
    repeats: bool


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
    milestones = {row.pk: row for row in loaded_milestones().filter(pk__in=ids[0])} if ids[0] else {}
    metrics = {row.pk: row for row in loaded_metrics().filter(pk__in=ids[1])} if ids[1] else {}
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


def loaded_milestones() -> QuerySet[Milestone]:
    """Milestones with all that an item prints."""
    rows: QuerySet[Milestone] = Milestone.objects.current()
    return rows.select_related("project__programme", "unit", "report")


def loaded_metrics() -> QuerySet[Metric]:
    """Metrics with all that an item prints."""
    rows: QuerySet[Metric] = Metric.objects.current()
    return rows.select_related("programme", "project", "unit", "report")


def returned_of(row: Milestone | Metric) -> Report | None:
    """The report of one item that came back and was not followed up; one query."""
    about = {"milestone": row} if isinstance(row, Milestone) else {"metric": row}
    live = (ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.RETURNED)
    rows = Report.objects.filter(**about, state__in=live).select_related("decided_by", "on_milestone", "on_metric")
    last: Report | None = rows.order_by("-id").first()
    return last if last is not None and last.state == ReportState.RETURNED else None


def milestone_item(row: Milestone, back: Report | None, *, on: date, language: str) -> Item:
    """A loaded milestone as something to report on."""
    programme = row.project.programme
    light = light_of(row, on, programme.tracking_from)
    now = Stored(row.status, row.progress, row.actual_start, row.actual_finish, row.forecast)
    return Item(
        kind="milestone",
        code=row.code,
        name=row.called(language),
        place=f"{programme.called(language)} · {row.project.called(language)}",
        unit=row.unit.called(language),
        due=words.imprecise(row.due),
        url=f"/milestones/{row.code}/",
        version=row.version,
        measure="",
        basis="",
        now=now,
        start=_values(back) or now,
        last=said_of_milestone(row) if row.as_of else "",
        last_note=row.report.note if row.report else "",
        last_as_of=row.as_of,
        waiting=row.pending,
        returned=_back(back, language),
        late=light.state in LATE_STATES,
        repeats=bool(row.status) and row.status != Status.DONE,
        **_light(light),
    )


def metric_item(row: Metric, back: Report | None, *, on: date, language: str) -> Item:
    """A loaded metric as something to report on."""
    place = [row.programme.called(language), *([row.project.called(language)] if row.project else [])]
    now = Stored(quantity=row.value)
    age = (on - row.as_of).days if row.as_of else None
    word = _("Not yet measured") if age is None else _("Measured %(days)s ago") % {"days": words.days(age)}
    target = words.quantity(row.target) if row.target is not None else ""
    return Item(
        kind="metric",
        code=row.code,
        name=row.called(language),
        place=" · ".join(place),
        unit=row.unit.called(language),
        due=", ".join(part for part in (target, words.imprecise(row.due)) if part),
        url=f"/metrics/{row.code}/",
        version=row.version,
        measure=row.measure,
        basis=(row.basis if language.startswith("zh") else row.basis_en) or row.basis,
        now=now,
        start=_values(back) or now,
        last=words.quantity(row.value) if row.as_of else "",
        last_note=row.report.note if row.report else "",
        last_as_of=row.as_of,
        waiting=row.pending,
        returned=_back(back, language),
        late=False,
        repeats=row.value is not None and row.value.qualifier != "withheld",
        colour=Colour.BLANK,
        word=word,
        why="",
    )


def _light(light: Light) -> dict[str, Any]:
    return {"colour": light.colour, "word": light.word, "why": light.reason}


def stored_values(report: Report) -> Stored:
    """What a report says, as stored."""
    return _values(report) or Stored()


def _values(report: Report | None) -> Stored | None:
    values: Any = values_of(report) if report is not None else None
    if report is None or values is None:
        return None
    if report.metric_id:
        return Stored(quantity=values.quantity, note=report.note)
    dates = (values.actual_start, values.actual_finish, values.forecast)
    return Stored(values.status, values.progress, *dates, note=report.note)


def _back(report: Report | None, language: str) -> Returned | None:
    if report is None:
        return None
    by = report.decided_by.called(language) if report.decided_by else ""
    return Returned(pk=report.pk, comment=report.comment, by=by, at=words.instant(report.decided_at))
