"""Telling people: one statement stores the notices of one act, whoever they are for. What the daily job finds out is
in `reminders`, the mail in `digests`.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from tracker.audit import clock, record, recording
from tracker.domain.reminders import Because, Desks, Kind, Told, upwards
from tracker.models import (
    Appointment,
    Comment,
    Metric,
    MetricPlan,
    Milestone,
    MilestonePlan,
    Notice,
    NoticeSetting,
    Report,
    Role,
    User,
)
from tracker.models.guard import require_writing, writing
from tracker.models.subjects import Subject, kind_of

KEPT = timedelta(days=365)
"""How long notices are kept."""
EXCERPT = 60
"""Characters of a comment that a notice repeats."""
# A person with neither page nor mail for a kind is not told of it; simulated people are nobody.
STORE = """
INSERT INTO tracker_notice
    (person_id, kind, reason, subject_type, subject_code, inputs, key, made_at, shown)
SELECT told.person, told.kind, told.reason, told.subject_type, told.subject_code, told.inputs::jsonb, told.key, %s,
       NOT COALESCE(jsonb_exists(chosen.hidden, told.kind), false)
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
     AS told(person, kind, reason, subject_type, subject_code, inputs, key)
JOIN tracker_user person ON person.id = told.person AND person.is_active AND NOT person.simulated
LEFT JOIN tracker_noticesetting chosen ON chosen.person_id = told.person
WHERE NOT (COALESCE(jsonb_exists(chosen.hidden, told.kind), false)
           AND NOT COALESCE(jsonb_exists(chosen.mailed, told.kind), true))
ON CONFLICT (person_id, key) DO NOTHING
"""


def tell(told: Sequence[Told], *, now: datetime) -> int:
    """Store notices that are not there yet, in one statement; returns how many were new. Inside `recording`."""
    require_writing("Notice")
    if not told:
        return 0
    rows = [
        (one.person, one.kind.value, one.because.value, one.subject_type, one.subject_code, json.dumps(one.inputs),
         one.key)
        for one in told
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(STORE, [now, *(list(column) for column in zip(*rows, strict=True))])
        return int(cursor.rowcount)


def desks(roles: Iterable[Role], on: date, *, path: str | None = None) -> Desks:
    """Who holds one of the roles on a day, deputies among them; `path`: only in that unit and those above it."""
    rows = Appointment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), valid_from__lte=on)
    rows = rows.filter(role__in=list(roles), user__is_active=True, user__simulated=False, unit__retired_at__isnull=True)
    if path is not None:
        rows = rows.filter(unit__path__in=list(upwards(path)))
    return Desks.of(rows.order_by().values_list("unit__path", "user_id"))


def report_returned(report: Report, subject: Subject, *, now: datetime) -> None:
    """Tell the author of a report that it came back. Inside `recording`."""
    if report.author_id:
        inputs = {"report": report.pk, "text": report.comment[:EXCERPT]}
        key = f"returned:{report.pk}"
        tell([_about(subject, report.author_id, Kind.RETURNED, Because.AUTHOR, key, inputs)], now=now)


def report_corrected(report: Report, subject: Subject, *, now: datetime) -> None:
    """Tell the author of an accepted report that somebody else's correction has taken its place. Inside `recording`."""
    author = Report.objects.filter(pk=report.supersedes_id or 0).values_list("author_id", flat=True).first()
    if author and author != report.author_id:
        inputs = {"report": report.pk}
        tell([_about(subject, author, Kind.CORRECTED, Because.AUTHOR, f"corrected:{report.pk}", inputs)], now=now)


def commented(comment: Comment, milestone: Milestone, *, on: date) -> None:
    """Tell the officials of the lead unit, and who commented before, of a comment. Inside `recording`."""
    earlier = Comment.objects.filter(milestone=milestone).exclude(author=comment.author_id).order_by()
    told = dict.fromkeys(earlier.values_list("author_id", flat=True).distinct(), Because.COMMENTER)
    path = milestone.unit.path
    told |= dict(desks([Role.OFFICIAL], on, path=path).nearest(path, without=comment.author_id))
    inputs = {"text": comment.text[:EXCERPT]}
    key = f"comment:{comment.pk}"
    found = [_about(milestone, one, Kind.COMMENT, because, key, inputs) for one, because in sorted(told.items())]
    tell(found, now=comment.at)


def plans_changed(
    plans: Sequence[tuple[Milestone | Metric, MilestonePlan | MetricPlan, date | None]],
    *,
    by: User,
    on: date,
    now: datetime,
) -> None:
    """Tell the officials of the units of new plan versions; each comes with the item and its last due day before.

    At most two queries, however many plans. Inside `recording`.
    """
    paths = {subject.unit.path for subject, _plan, _before in plans}
    only = paths.copy().pop() if len(paths) == 1 else None
    there = desks([Role.OFFICIAL], on, path=only) if paths else Desks()
    found = []
    for subject, plan, before in plans:
        moved = before != plan.due_latest
        inputs = {"before": _iso(before), "after": _iso(plan.due_latest)} if moved else {}
        key = f"plan:{kind_of(subject)}:{subject.code}:{plan.number}"
        nearest = there.nearest(subject.unit.path, without=by.pk)
        found += [_about(subject, one, Kind.PLAN, because, key, inputs) for one, because in nearest]
    tell(found, now=now)


def mark_read(*, upto: int | None = None, only: int | None = None, by: User) -> int:
    """Mark one's notices as read, those up to and with a number or the one of that number; how many were unread."""
    which = Q(pk=only) if only is not None else Q(pk__lte=upto or 0)
    with transaction.atomic(), writing():
        return Notice.objects.filter(which, person=by, read_at__isnull=True).update(read_at=clock())


def choose(*, shown: Iterable[Kind], mailed: Iterable[Kind], language: str, by: User) -> NoticeSetting:
    """Keep what one wants to be told on the page and by mail, and in which language mail is written."""
    wanted = set(shown)
    with recording():
        User.objects.select_for_update().get(pk=by.pk)
        row = NoticeSetting.objects.filter(person=by).first() or NoticeSetting(person=by)
        before = {"hidden": row.hidden, "mailed": row.mailed, "language": row.language}
        row.hidden = [kind.value for kind in Kind if kind not in wanted]
        row.mailed = sorted(kind.value for kind in mailed)
        row.language = language
        row.save()
        after = {"hidden": row.hidden, "mailed": row.mailed, "language": row.language}
        record("notice.settings", by=by, subject_type="user", subject_code=by.username, before=before, after=after)
    return row


def forget(*, now: datetime) -> int:
    """Remove notices older than a year; returns how many."""
    with transaction.atomic(), writing():
        return Notice.objects.filter(made_at__lt=now - KEPT).delete()[0]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _about(subject: Subject, person: int, kind: Kind, because: Because, key: str, inputs: dict[str, Any]) -> Told:
    return Told(person, kind, because, kind_of(subject), subject.code, key, inputs)
