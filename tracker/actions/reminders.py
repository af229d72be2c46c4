"""The reminders of a day: what is due, overdue, not reported, waiting or no longer fits, and who is told of it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta

from django.db.models import Max, Q
from django.utils import timezone

from tracker.actions.notices import desks, tell
from tracker.audit import clock, record, recording
from tracker.domain import reminders as rules
from tracker.domain.duties import OpenItem, Period, Rhythm, Standing
from tracker.domain.project_schedule import Code
from tracker.domain.reminders import Because, Desks, Kind, Told
from tracker.domain.states import DUE_SOON_DAYS, DateState, Status
from tracker.models import (
    Metric,
    Milestone,
    Notice,
    Package,
    Programme,
    Report,
    Role,
    ScheduleFinding,
    Site,
    tender_clock,
)

CLOSED = (Status.DONE, Status.SUSPENDED)
LATE = (DateState.OVERDUE_REPORTED, DateState.OVERDUE_UNREPORTED)
HOPELESS = (Code.CYCLE, Code.CONTRADICTION, Code.UNLAWFUL, Code.IMPOSSIBLE)
"""Findings that no work can mend, only another plan."""
LONGEST_ESCALATION = 90
"""No programme waits longer, in days, before something goes to the unit above; bounds the rows looked at."""
Asked = Mapping[int, tuple[Programme, Period]]
Missing = dict[int, list[str]]
"""Unit paths of what was not reported, one for each item, by programme."""


def make(*, on: date) -> dict[str, int]:
    """Store the reminders of a day that are not there yet; how many were new, by kind. One transaction, and a number
    of queries that does not grow with the items. One audit event where anything was new.
    """
    with recording():
        now = clock()
        officials, reviewers = desks([Role.OFFICIAL], on), desks([Role.REVIEWER], on)
        higher = desks([Role.OFFICIAL, Role.REVIEWER], on)
        programmes = list(Programme.objects.current().order_by("pk"))
        found = [*_dated(officials, higher, on), *_dated_sites(officials, on)]
        found += _missing(programmes, officials, on)
        found += _escalated(programmes, higher, on)
        found += _waiting(reviewers, on)
        found += _schedule(officials, reviewers)
        told = defaultdict(list)
        for one in found:
            told[one.kind].append(one)
        counts = {kind.value: tell(told[kind], now=now) for kind in rules.RULED}
        counts = {kind: count for kind, count in counts.items() if count}
        if counts:
            record(
                "notices.daily", by=None, subject_type="works", after={"day": on, "made": sum(counts.values())}, at=now
            )
    return counts


def _dated(officials: Desks, higher: Desks, on: date) -> Iterable[Told]:
    """Milestones that fall due or have just become overdue; and, where no periods do it, those passed upwards. The day
    of a tender's step is the one a suspension has moved it to.
    """
    days = (on - timedelta(rules.CATCH_UP + LONGEST_ESCALATION), on + timedelta(max(rules.STEPS)))
    moved = _moved(on)
    near = Q(due_latest__range=days) | Q(pk__in=list(moved))
    rows = Milestone.objects.current().filter(near).exclude(status__in=CLOSED).with_date_state(on)
    names = ("pk", "code", "unit__path", "due_latest", "date_state", "pending")
    cycle = ("project__programme__report_rhythm", "project__programme__escalate_days")
    for pk, code, path, planned, state, pending, rhythm, escalate in rows.order_by("pk").values_list(*names, *cycle):
        due = moved.get(pk, planned)
        inputs = {"day": due.isoformat(), "days": abs((due - on).days)}
        if step := rules.due_step(due, on):
            for person, because in officials.nearest(path):
                yield Told(person, Kind.DUE, because, "milestone", code, f"due:{code}:{due}:{step}", inputs)
        elif state in LATE and not pending and rules.just_overdue(due, on):
            for person, because in officials.nearest(path):
                yield Told(person, Kind.OVERDUE, because, "milestone", code, f"overdue:{code}:{due}", inputs)
        if rhythm == Rhythm.MILESTONE and state == DateState.OVERDUE_UNREPORTED and not pending:
            since = due + timedelta(max(escalate, 1))
            if 0 <= (on - since).days <= rules.CATCH_UP:
                for person in higher.above(path):
                    key = f"escalated:{code}:{due}"
                    yield Told(person, Kind.ESCALATED, Because.ABOVE, "milestone", code, key, inputs)


def _moved(on: date) -> dict[int, date]:
    """The milestones a suspension of their tender has moved, with the day; one query, and one for the calendar."""
    steps = tender_clock.open_steps(Package.objects.current()).filter(milestone__in=tender_clock.stopped())
    return tender_clock.moved(tender_clock.ticks(tender_clock.loaded(steps), on))


def _dated_sites(officials: Desks, on: date) -> Iterable[Told]:
    """Clearance sites that fall due, or have just become overdue without a report since, with anything left."""
    days = (on - timedelta(rules.CATCH_UP), on + timedelta(max(rules.STEPS)))
    rows = Site.objects.current().uncleared().filter(due_latest__range=days).order_by("pk")
    names = ("code", "unit__path", "due_latest", "as_of", "pending")
    for code, path, due, as_of, pending in rows.values_list(*names):
        step = rules.due_step(due, on)
        late = not pending and rules.just_overdue(due, on) and (as_of is None or as_of <= due)
        if not step and not late:
            continue
        kind, key = (Kind.DUE, f"due:{code}:{due}:{step}") if step else (Kind.OVERDUE, f"overdue:{code}:{due}")
        inputs = {"day": due.isoformat(), "days": abs((due - on).days)}
        for person, because in officials.nearest(path):
            yield Told(person, kind, because, "site", code, key, inputs)


def _missing(programmes: Iterable[Programme], officials: Desks, on: date) -> list[Told]:
    """Reports that nobody sent for the period that closed last: one notice for each person and programme."""
    found = []
    for programme, last, paths in _unreported(programmes, on, lambda _programme: 1):
        count: Counter[tuple[int, Because]] = Counter()
        for path in paths:
            count.update(officials.nearest(path))
        key = f"missing:{programme.code}:{last}"
        for person, because in _once(count):
            items = sum(many for (one, _because), many in count.items() if one == person)
            inputs = {"day": last.isoformat(), "count": items}
            found.append(Told(person, Kind.MISSING, because, "programme", programme.code, key, inputs))
    return found


def _once(count: Mapping[tuple[int, Because], int]) -> list[tuple[int, Because]]:
    """Each person once; who leads some of it is told so, whatever else falls to the same person."""
    chosen: dict[int, Because] = {}
    for person, because in sorted(count):
        if chosen.get(person) is not Because.LEAD:
            chosen[person] = because
    return sorted(chosen.items())


def _escalated(programmes: Iterable[Programme], higher: Desks, on: date) -> list[Told]:
    """What is still missing some days after a period closed goes to the units above, by the programme's rule."""
    found = []
    for programme, last, paths in _unreported(programmes, on, lambda one: one.escalate_days):
        items: Counter[int] = Counter()
        units: dict[int, set[str]] = defaultdict(set)
        for path in paths:
            for person in higher.above(path):
                items[person] += 1
                units[person].add(path)
        key = f"escalated:{programme.code}:{last}"
        for person, count in sorted(items.items()):
            inputs = {"day": last.isoformat(), "count": count, "units": len(units[person])}
            found.append(Told(person, Kind.ESCALATED, Because.ABOVE, "programme", programme.code, key, inputs))
    return found


def _unreported(
    programmes: Iterable[Programme], on: date, after: Callable[[Programme], int]
) -> Iterable[tuple[Programme, date, list[str]]]:
    """The unit paths of what was not reported in the last closed period, by programme; a query a kind for each day
    on which periods closed.
    """
    asked = {}
    for programme in programmes:
        period = rules.closed(programme.cycle, on, after(programme))
        if period is not None:
            asked[programme.pk] = (programme, period)
    paths: Missing = defaultdict(list)
    for last in sorted({period.last for _programme, period in asked.values()}):
        together = {pk: one for pk, one in asked.items() if one[1].last == last}
        _milestones(together, last, paths)
        _metrics(together, paths)
        _sites(together, paths)
    return [(programme, period.last, paths[pk]) for pk, (programme, period) in asked.items() if paths[pk]]


def _milestones(asked: Asked, last: date, paths: Missing) -> None:
    """Add the milestones that were to be reported by that day; which, `unreported` decides."""
    near = Q(due_latest__lte=last + timedelta(DUE_SOON_DAYS)) | Q(forecast_latest__isnull=False)
    rows = Milestone.objects.current().filter(near | Q(status=Status.IN_PROGRESS) | Q(plan_number__gt=1), pending=0)
    rows = rows.filter(project__programme__in=list(asked)).exclude(status__in=CLOSED).with_date_state(last)
    names = ("project__programme_id", "unit__path", "date_state", "status", "as_of", "plan_number", "planned_at")
    for pk, path, state, status, as_of, plans, planned_at in rows.order_by("pk").values_list(*names):
        programme, period = asked[pk]
        planned = timezone.localdate(planned_at) if planned_at else None
        item = Standing(
            state=DateState(state),
            in_progress=status == Status.IN_PROGRESS,
            as_of=as_of,
            planned=planned if plans > 1 else None,
            pending=False,
            returned=False,
        )
        begun = planned if plans == 1 else None
        if rules.unreported(item, programme.cycle, period, tracked=programme.tracking_from, begun=begun):
            paths[pk].append(path)


def _metrics(asked: Asked, paths: Missing) -> None:
    """Add the metrics whose figure was to be given by the end of the month."""
    rows = Metric.objects.current().filter(programme__in=list(asked), derived=False, pending=0)
    for pk, path, as_of in rows.order_by("pk").values_list("programme_id", "unit__path", "as_of"):
        programme, period = asked[pk]
        if rules.unmeasured(as_of, programme.cycle, period, tracked=programme.tracking_from):
            paths[pk].append(path)


def _sites(asked: Asked, paths: Missing) -> None:
    """Add the clearance sites with anything left on which nobody reported."""
    rows = Site.objects.current().filter(project__programme__in=list(asked), pending=0)
    rows = rows.filter(pk__in=Site.objects.uncleared().order_by().values("pk")).order_by("pk")
    names = ("project__programme_id", "unit__path", "due_latest", "planned_start", "as_of", "plan_number", "planned_at")
    for pk, path, due, begins, as_of, plans, planned_at in rows.values_list(*names):
        programme, period = asked[pk]
        item = OpenItem(due=due, begins=begins, as_of=as_of, pending=False, returned=False)
        begun = timezone.localdate(planned_at) if planned_at and plans == 1 else None
        if rules.unreported_open(item, programme.cycle, period, tracked=programme.tracking_from, begun=begun):
            paths[pk].append(path)


def _waiting(reviewers: Desks, on: date) -> list[Told]:
    """Reports that have waited long for a decision: one notice a reviewer, and another once more have waited so long.

    Each report is its nearest reviewer's; a unit without one, or whose only one is the author, falls to the unit above.
    """
    before = timezone.make_aware(datetime.combine(on - timedelta(rules.WAITED - 1), time.min))
    rows = Report.objects.submitted().filter(submitted_at__lt=before).order_by("pk")
    mine: dict[int, list[tuple[int, date]]] = defaultdict(list)
    for pk, path, author, submitted_at in rows.values_list("pk", "unit__path", "author_id", "submitted_at"):
        for person, _because in reviewers.nearest(path, without=author):
            mine[person].append((pk, timezone.localdate(submitted_at)))
    told = Notice.objects.filter(kind=Kind.WAITING).order_by().values_list("person_id").annotate(last=Max("key"))
    last = dict(told)
    found = []
    for person, waiting in sorted(mine.items()):
        key = f"waiting:{waiting[-1][0]:012d}"
        if key > last.get(person, ""):
            inputs = {"count": len(waiting), "days": max((on - day).days for _pk, day in waiting)}
            found.append(Told(person, Kind.WAITING, Because.REVIEWER, "review", "", key, inputs))
    return found


def _schedule(officials: Desks, reviewers: Desks) -> list[Told]:
    """Steps that cannot be kept lawfully or at all, the worst of each: told again once the day has been moved.

    The unit is told, and the command office of the programme: only another plan mends it.
    """
    rows = ScheduleFinding.objects.filter(code__in=HOPELESS).order_by("rank", "pk")
    names = ("code", "project__code", "project__unit__path", "project__programme__unit__path")
    found: dict[str, list[Told]] = {}
    for code, project, at_project, office, milestone, at_milestone, due in rows.values_list(
        *names, "milestone__code", "milestone__unit__path", "milestone__due_latest"
    ):
        about = ("milestone", milestone, at_milestone) if milestone else ("project", project, at_project)
        key = f"schedule:{about[1]}:{code}:{due or ''}"
        told = dict(officials.nearest(about[2]))
        told = {person: Because.REVIEWER for person, _why in reviewers.nearest(office)} | told
        found.setdefault(
            about[1],
            [
                Told(person, Kind.SCHEDULE, because, about[0], about[1], key, {"finding": code})
                for person, because in told.items()
            ],
        )
    return [one for told in found.values() for one in told]
