"""Applying a plan back from a deadline to a project: its open steps become linked milestones, in one act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from tracker.actions.rechecks import recheck
from tracker.actions.versions import commit
from tracker.audit import Refused, clock, record, record_refusal, recording
from tracker.domain.backplan import BackPlan, StepPlan, Verdict, plan
from tracker.domain.dates import DateKind, ImpreciseDate, Precision
from tracker.domain.sorting import sort_key
from tracker.domain.windows import in_force
from tracker.models import (
    CalendarDay,
    Dependency,
    Milestone,
    MilestonePlan,
    Package,
    PackageStep,
    ProcessStep,
    ProcessTemplate,
    ProcessUse,
    ProcessUseWindow,
    Project,
    StatutoryWindow,
    User,
)
from tracker.models.days import due_columns
from tracker.permissions import Permission, Reach, readable_templates

CODE_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """What is applied: a template, the deadline as written, the region, the steps whose day is known.

    `seen` is the fingerprint of the plan as it was shown; None where nobody looked at one.
    """

    template: str
    deadline: ImpreciseDate
    region: str
    days: Mapping[str, date]
    seen: str | None = None


def apply(
    *, project: Project, asked: Asked, by: User, reach: Reach, today: date, package: Package | None = None
) -> list[Milestone]:
    """Make a milestone of every open step, with its first plan version, and link them as the template orders them.

    For a tender `package` of the project they are its steps; a step that has a milestone keeps it as it is planned.
    The windows are kept with the versions they were checked against. Raises Refused: no_right, retired,
    unknown_process, process_retired, process_other_unit (a copy of a unit the project does not belong to),
    process_applied and package_applied (it has that process), package_template (not the process of the package),
    plan_impossible, plan_done, plan_late (a latest day has passed),
    schedule_changed (not the plan that was shown); and as `domain.backplan.plan` does.
    """
    place = package or project
    kind = "package" if package else "project"
    if not reach.may(Permission.PLAN, place.unit.path):
        record_refusal(f"{kind}.process", by=by, subject_type=kind, subject_code=place.code, code="no_right")
        raise Refused("no_right", right=True)
    with recording():
        row: Project = Project.objects.select_for_update().get(pk=project.pk)
        template = ProcessTemplate.objects.filter(readable_templates(reach)).whole(asked.template)
        if row.retired_at or row.programme.retired_at or place.retired_at:
            raise Refused("retired")
        if template is None or asked.deadline.latest is None:
            raise Refused("unknown_process")
        if template.retired:
            raise Refused("process_retired", field="template")
        if template.unit and not project.unit.path.startswith(template.unit.path):
            raise Refused("process_other_unit", field="project")
        if ProcessUse.objects.filter(project=row, package=package, process=template.process).exists():
            raise Refused(f"{'package' if package else 'process'}_applied", field="project")
        if package and package.template.code != template.code:
            raise Refused("package_template", field="template")
        kept = _windows(template, asked.region, today)
        found = plan(
            template.value(),
            deadline=asked.deadline.latest,
            today=today,
            days=asked.days,
            windows=[window.value() for window in kept.values()],
            calendar=CalendarDay.objects.calendar(asked.region),
        )
        _refuse(found, asked.seen, today)
        now = clock()
        use = _use(row, package, template, asked, by, now)
        held = _step_milestones(package)
        made = _milestones(place, row, template, found, held, by, now)
        _links(template, made, now)
        _held(use, found, kept, made)
        recheck([row.pk], on=today)
        after = {
            "process": str(template),
            "deadline": asked.deadline.text,
            "milestones": [m.code for key, m in made.items() if key not in held],
        }
        record(f"{kind}.process", by=by, subject_type=kind, subject_code=place.code, after=after, at=now)
    return [one for key, one in made.items() if key not in held]


def _step_milestones(package: Package | None) -> dict[str, Milestone]:
    """The milestones a package's steps have already, by step."""
    steps = PackageStep.objects.filter(package=package, milestone__isnull=False).select_related("milestone")
    return {step.code: step.milestone for step in steps if step.milestone} if package else {}


def _refuse(found: BackPlan, seen: str | None, today: date) -> None:
    """Refuse a plan that cannot be worked to, and one that is no longer what was looked at."""
    if found.verdict in (Verdict.IMPOSSIBLE, Verdict.DONE):
        raise Refused("plan_impossible" if found.verdict is Verdict.IMPOSSIBLE else "plan_done")
    late = next((key for key, step in found.steps.items() if _late(step, today)), "")
    if late:
        raise Refused("plan_late", step=late)
    if seen is not None and found.fingerprint() != seen:
        raise Refused("schedule_changed")


def _late(step: StepPlan, today: date) -> bool:
    """Whether an open step should have been finished already: its milestone would be born overdue."""
    return not step.done and not step.implied and step.late_finish is not None and step.late_finish < today


def _windows(template: ProcessTemplate, region: str, on: date) -> dict[str, StatutoryWindow]:
    """The rows in force, by code."""
    codes = {held.window for held in template.windows.all()}
    rows = list(StatutoryWindow.objects.filter(code__in=codes))
    by_key = {(row.code, row.region, row.version): row for row in rows}
    binding = in_force([row.value() for row in rows], on=on, region=region)
    return {window.id: by_key[window.id, window.region, window.version] for window in binding}


def _use(
    project: Project, package: Package | None, template: ProcessTemplate, asked: Asked, by: User, now: datetime
) -> ProcessUse:
    assert asked.deadline.latest is not None
    use = ProcessUse(
        project=project,
        package=package,
        process=template.process,
        template=template,
        deadline=asked.deadline.latest,
        deadline_text=asked.deadline.text,
        region=asked.region,
        recorded_at=now,
        by=by,
    )
    use.save(force_insert=True)
    return use


def _milestones(
    place: Project | Package,
    project: Project,
    template: ProcessTemplate,
    found: BackPlan,
    held: Mapping[str, Milestone],
    by: User,
    now: datetime,
) -> dict[str, Milestone]:
    """The milestones of the open steps: those held already, the others made and given to the package's steps."""
    taken = set(Milestone.objects.filter(code__startswith=f"{place.code}-").values_list("code", flat=True))
    last = Milestone.objects.filter(project=project).order_by("-position").values_list("position", flat=True).first()
    made = {}
    for step in template.steps.all():
        placed = found.steps[step.code]
        if placed.done or placed.implied:
            continue
        if step.code in held:
            made[step.code] = held[step.code]
            continue
        row = Milestone(
            project=project,
            unit=place.unit,
            code=_free(f"{place.code}-{step.code}", taken),
            name=step.name,
            name_en=step.name_en,
            sort_key=sort_key(step.name),
            position=(last or 0) + step.position,
            step_type=step.code,
        )
        row.save(force_insert=True)
        version = _plan(row, step, placed, template, by, now)
        version.save(force_insert=True)
        commit(row, version)
        made[step.code] = row
        if isinstance(place, Package):
            PackageStep.objects.filter(package=place, code=step.code).update(milestone=row)
    return made


def _free(code: str, taken: set[str]) -> str:
    """The code, with a number where it is taken."""
    chosen, number = code, 1
    while chosen in taken:
        number += 1
        chosen = f"{code}-{number}"
    if len(chosen) > CODE_LENGTH:
        raise Refused("process_code_long", milestone=chosen)
    return chosen


def _plan(
    row: Milestone, step: ProcessStep, placed: StepPlan, template: ProcessTemplate, by: User, now: datetime
) -> MilestonePlan:
    """Due by the latest day, started by the latest start; blank where nothing sets them."""
    finish = placed.late_finish
    text = f"{finish.year}年{finish.month}月{finish.day}日前" if finish else ""
    due = ImpreciseDate(text, None, finish, Precision.DAY, DateKind.BY) if finish else None
    return MilestonePlan(
        milestone=row,
        number=1,
        recorded_at=now,
        by=by,
        reason=f"倒排：{template.name}",
        unit=row.unit,
        planned_start=placed.late_start if step.duration and not placed.fixed else None,
        # A step fixed on a day happens on it, whatever it usually takes.
        duration=0 if placed.fixed else step.duration,
        duration_unit=step.unit,
        constraint="must_finish" if placed.fixed else "",
        constraint_day=placed.fixed,
        weight=Decimal(1),
        **due_columns(due),
    )


def _links(template: ProcessTemplate, made: Mapping[str, Milestone], now: datetime) -> None:
    Dependency.objects.bulk_create(
        Dependency(
            predecessor=made[tie.predecessor.code],
            successor=made[tie.successor.code],
            kind=tie.kind,
            lag=tie.lag,
            lag_unit=tie.lag_unit,
            since=now,
        )
        for tie in template.ties.all()
        if tie.predecessor.code in made and tie.successor.code in made
    )


def _held(use: ProcessUse, found: BackPlan, kept: Mapping[str, StatutoryWindow], made: Mapping[str, Milestone]) -> None:
    ProcessUseWindow.objects.bulk_create(
        ProcessUseWindow(
            use=use,
            window=kept[held.window.id],
            since=made.get(held.first.step),
            until=made[held.last.step],
            since_end=held.first.end,
            until_end=held.last.end,
            since_day=None if held.first.step in made else found.steps[held.first.step].done,
        )
        for held in found.brackets
        if held.last.step in made
    )
