"""Loading a schedule file into a project: milestones, plan versions, ties and reports, all or nothing, in one act.

`rehearse` does the same and takes it all back: what it returns is what `load` will do.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from tracker.actions.current import MILESTONE_PLAN
from tracker.actions.notices import plans_changed
from tracker.actions.plans import PLAN_COLUMNS
from tracker.actions.rechecks import recheck
from tracker.actions.schedule_file_links import retie
from tracker.actions.schedule_file_matching import Matched, match
from tracker.actions.schedule_file_plans import Making, Pair, add, change
from tracker.actions.schedule_file_reports import report
from tracker.audit import Refused, clock, record, record_refusal, recording
from tracker.domain.schedule_file import FilePlan, LinkRow, Note, Outcome
from tracker.models import CalendarDay, Dependency, Milestone, MilestonePlan, Project, User
from tracker.permissions import Permission, Reach

BATCH = 500


@dataclass(frozen=True, slots=True)
class Loading:
    """Who loads what into which project; `source` is the name of the file."""

    project: Project
    plan: FilePlan
    source: str
    by: User
    reach: Reach
    today: date


def rehearse(asked: Loading) -> Outcome:
    """What `load` would do; nothing stays. Raises Refused as `load` does."""
    _may(asked)
    with recording():
        outcome = _carry_out(asked)
        transaction.set_rollback(True)
    return outcome


def load(asked: Loading, *, seen: str) -> Outcome:
    """Carry it out, if it still does what was looked at: `seen` is the fingerprint of the rehearsal's outcome.

    Raises Refused: no_right, retired, schedule_cycle (the names in the loop), schedule_changed, schedule_no_change.
    """
    _may(asked)
    with recording():
        outcome = _carry_out(asked)
        if outcome.fingerprint() != seen:
            raise Refused("schedule_changed")
        if not outcome.changes:
            raise Refused("schedule_no_change")
    return outcome


def _may(asked: Loading) -> None:
    if not asked.reach.may(Permission.PLAN, asked.project.unit.path):
        code = asked.project.code
        record_refusal("project.schedule", by=asked.by, subject_type="project", subject_code=code, code="no_right")
        raise Refused("no_right", right=True)


def _carry_out(asked: Loading) -> Outcome:
    project = _locked(asked.project)
    if project.retired_at or project.programme.retired_at:
        raise Refused("retired")
    now = clock()
    matched = match(project, asked.plan, asked.reach)
    making = Making(
        project=project,
        reason=f"导入 {asked.source}"[:300],
        by=asked.by,
        now=now,
        calendar=CalendarDay.objects.calendar(),
    )
    added = add(making, matched.new)
    changed, notes = change(making, matched.known)
    _store(added, changed)
    found = {pair.task.uid: pair.milestone for pair in (*added, *changed)}
    links = retie(project, asked.plan, found, now=now)
    reports = report(
        [(pair.milestone, pair.task.actuals) for pair in (*added, *changed)],
        as_of=min(asked.plan.status_day or asked.today, asked.today),
        source=asked.source,
        by=asked.by,
        reach=asked.reach,
        today=asked.today,
    )
    order = {task.uid: place for place, task in enumerate(asked.plan.tasks)}
    by_uid = {pair.task.uid: pair.row for pair in (*added, *changed)}
    rows = [by_uid[uid] for uid in sorted(by_uid, key=order.__getitem__)]
    outcome = Outcome(
        tuple(rows), tuple(links), tuple(reports), (*asked.plan.notes, *matched.notes, *notes, *_untouched(matched))
    )
    if outcome.changes:
        _record(asked, outcome, added, changed, now)
        moved = [(pair.milestone, pair.plans[-1], pair.before["due_latest"]) for pair in changed if pair.plans]
        plans_changed(moved, by=asked.by, on=asked.today, now=now)
        recheck(_affected(project), on=asked.today)
    return outcome


def _locked(project: Project) -> Project:
    """The project, locked with its milestones and those it is tied to: milestones first, as acts on one of them do."""
    rows = Milestone.objects.select_for_update(no_key=True).filter(project=project)
    list(rows.order_by("pk").values_list("pk"))
    tied = Project.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=_affected(project))
    found = {row.pk: row for row in tied.select_related("unit", "programme").order_by("pk")}
    return found[project.pk]


def _affected(project: Project) -> set[int]:
    """The project, and those its milestones are tied to."""
    own = Q(predecessor__project=project) | Q(successor__project=project)
    pairs = Dependency.objects.filter(own).values_list("predecessor__project", "successor__project").distinct()
    return {project.pk} | {key for pair in pairs for key in pair}


def _store(added: Sequence[Pair], changed: Sequence[Pair]) -> None:
    """Write the rows and their plan versions in few statements."""
    Milestone.objects.bulk_create([pair.milestone for pair in added], batch_size=BATCH)
    MilestonePlan.objects.bulk_create([plan for pair in (*added, *changed) for plan in pair.plans], batch_size=BATCH)
    columns = [name.removesuffix("_id") for name in MILESTONE_PLAN]
    moved = [pair.milestone for pair in changed if pair.plans]
    Milestone.objects.bulk_update(moved, [*columns, "plan_number", "planned_at", "version"], batch_size=BATCH)


def _untouched(matched: Matched) -> list[Note]:
    names = tuple(row.name for row in matched.absent)
    return [Note("not_in_file", names)] if names else []


def _record(asked: Loading, outcome: Outcome, added: Sequence[Pair], changed: Sequence[Pair], now: datetime) -> None:
    """The act itself, and for every milestone whose plan changed the event that its own history shows."""
    for pair in changed:
        if pair.plans:
            after = {name: getattr(pair.milestone, _column(name)) for name in PLAN_COLUMNS}
            record(
                "milestone.replan", by=asked.by, subject_type="milestone", subject_code=pair.milestone.code,
                before=pair.before, after=after | {"reason": pair.plans[-1].reason}, at=now,
            )  # fmt: skip
    after = {
        "file": asked.source,
        "milestones": [pair.milestone.code for pair in added],
        "changed": [row.code for row in outcome.rows if row.kind == "change"],
        "links": [_said(link) for link in outcome.links],
        "reports": sum(not one.problem for one in outcome.reports),
    }
    record(
        "project.schedule", by=asked.by, subject_type="project", subject_code=asked.project.code, after=after, at=now
    )


def _column(name: str) -> str:
    return "unit_id" if name == "unit" else name


def _said(link: LinkRow) -> str:
    tied = link.new or link.old
    return f"{link.kind} {link.predecessor} → {link.successor}" + (
        f" {tied.kind}{tied.lag:+d}{tied.unit}" if tied else ""
    )
