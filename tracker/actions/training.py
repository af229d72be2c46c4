"""The training scenario: made-up reports on the documents' works, so that every view has something to show.

Everything it adds can be told from what is real: reports have the origin 'simulation', plan versions are of a
simulated person, people carry `simulated`. Reporting is taken to have begun with the base year, and the plan to have
been known from then; `simulation.clear` takes all of it back.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Q

from tracker.actions import training_desk, training_housing, training_process, training_sites, training_tenders
from tracker.actions.current import apply_plan
from tracker.actions.reports import forecast_columns, quantity_columns
from tracker.actions.simulation_clearing import settle
from tracker.domain.dates import ImpreciseDate
from tracker.domain.progress import Direction
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.simulating import MadeReport, office_hours
from tracker.domain.simulating_training import Measured, Part, Work, cast, course, measurements
from tracker.domain.states import Status
from tracker.models import (
    Appointment,
    Dependency,
    DependencyKind,
    Metric,
    MetricPlan,
    MetricReport,
    Milestone,
    MilestonePlan,
    MilestoneReport,
    Programme,
    Report,
    Role,
    Unit,
    User,
)
from tracker.models.days import due_columns

TRACKED_DAYS = 200
"""Reporting began at least this long ago, even where the base year has only just begun or is to come."""
CARRIED = "演练情景：假定自此日起按文件计划跟踪"
ASSUMED = "演练情景：文件未载日期，为假定日期"
MOVED = "演练情景：前置手续未办结，调整完成时间"
P = TypeVar("P", MilestonePlan, MetricPlan)


@dataclass(slots=True)
class Scene:
    """What the scenario is made with, and what it has made so far."""

    seed: int
    today: date
    reviewer: User
    planner: User
    authors: dict[int, User]
    made: list[tuple[Report, MilestoneReport | MetricReport]] = field(default_factory=list)

    def rng(self, code: str) -> random.Random:
        """The source of one work's chances: other works do not change it."""
        return random.Random(f"{self.seed}:{code}")  # noqa: S311 - repeatable on purpose


def stage(*, seed: int, today: date) -> dict[str, Any]:
    """Add the scenario; called inside a recording action. Returns what the audit event keeps: `before`, `after`."""
    programmes = list(Programme.objects.select_for_update().filter(simulated=False, retired_at=None).order_by("code"))
    began = {programme.pk: _began(programme, today) for programme in programmes}
    milestones = list(
        Milestone.objects.select_for_update(of=("self",))
        .current()
        .filter(project__programme__simulated=False)
        .select_related("project__programme", "unit")
        .order_by("code")
    )
    metrics = list(
        Metric.objects.select_for_update(of=("self",))
        .current()
        .filter(programme__simulated=False)
        .select_related("programme", "unit")
        .order_by("code")
    )
    scene = _people(seed, today, milestones, metrics, since=min(began.values(), default=today))
    tracking = _track_from(programmes, began)
    _carry_plans(scene, milestones, metrics, began)
    _report_milestones(scene, milestones, began)
    _report_metrics(scene, metrics, began)
    _store(scene)
    training_process.apply(planner=scene.planner, reviewer=scene.reviewer, authors=scene.authors, today=today)
    told, measured = _told()
    settle(told, measured)
    last = Report.objects.order_by("-pk").values_list("pk", flat=True)[:1][0]
    training_desk.fill(
        today=today,
        authors=scene.authors,
        reviewer=scene.reviewer,
        milestones=[item.pk for item in milestones],
        metrics=[item.pk for item in metrics],
    )
    settle(*_told(since=last))
    training_sites.add(
        seed=seed, today=today, began=began, authors=scene.authors, reviewer=scene.reviewer, planner=scene.planner
    )
    people: dict[str, Any] = {"authors": scene.authors, "reviewer": scene.reviewer, "planner": scene.planner}
    training_housing.add(today=today, began=began, **people)
    steps = training_tenders.add(today=today, authors=scene.authors, reviewer=scene.reviewer)
    about = Q(milestone__in=milestones) | Q(metric__in=metrics) | Q(site__project__programme__in=programmes)
    about |= Q(package__project__programme__in=programmes) | Q(housing__project__programme__in=programmes)
    return {
        "before": {"tracking_from": {code: days[0] for code, days in tracking.items()}, "steps": steps},
        "after": {
            "seed": seed,
            "tracking_from": {code: days[1] for code, days in tracking.items()},
            "report": Report.objects.filter(about, origin=Origin.SIMULATION).count(),
        },
    }


def _told(since: int = 0) -> tuple[list[int], list[int]]:
    """The milestones and the metrics that have simulated reports with keys above `since`."""
    found = Report.objects.filter(origin=Origin.SIMULATION, pk__gt=since).order_by()
    milestones = found.filter(milestone__project__programme__simulated=False).values_list("milestone", flat=True)
    metrics = found.filter(metric__programme__simulated=False).values_list("metric", flat=True)
    return list(milestones.distinct()), list(metrics.distinct())


def _began(programme: Programme, today: date) -> date:
    return min(date(programme.base_year, 1, 1), today - timedelta(days=TRACKED_DAYS))


def _people(
    seed: int, today: date, milestones: Sequence[Milestone], metrics: Sequence[Metric], *, since: date
) -> Scene:
    root = Unit.objects.filter(parent__isnull=True, simulated=False).order_by("id")[0]
    reviewer = _person("training-reviewer", "模拟审核员", "Simulated reviewer", Role.REVIEWER, root, since)
    planner = _person("training-planner", "模拟计划员", "Simulated planner", Role.REVIEWER, root, since)
    units = {row.unit_id: row.unit for row in milestones} | {row.unit_id: row.unit for row in metrics}
    authors = {}
    for unit in sorted(units.values(), key=lambda one: one.code):
        name, name_en = f"{unit.name[:50]}·模拟填报员", f"Simulated official, {unit.name_en[:90]}"
        authors[unit.pk] = _person(f"training-{unit.code.lower()}", name, name_en, Role.OFFICIAL, unit, since)
    return Scene(seed=seed, today=today, reviewer=reviewer, planner=planner, authors=authors)


def _person(username: str, name: str, name_en: str, role: Role, unit: Unit, since: date) -> User:
    user = User.objects.filter(username=username, simulated=True).first()
    if user is None:  # one whom an earlier clearing had to keep is taken again
        user = User(username=username, name=name, name_en=name_en, simulated=True)
        user.set_unusable_password()
        user.save()
    Appointment(user=user, unit=unit, role=role, valid_from=since).save(force_insert=True)
    return user


def _track_from(programmes: Sequence[Programme], began: dict[int, date]) -> dict[str, tuple[date | None, date]]:
    """Take reporting to have begun earlier; returns the day before and after, by programme, for the way back."""
    moved = {}
    for row in programmes:
        if row.tracking_from is None or row.tracking_from > began[row.pk]:
            moved[row.code] = (row.tracking_from, began[row.pk])
            row.tracking_from = began[row.pk]
            row.save(update_fields=["tracking_from"])
    return moved


def _carry_plans(
    scene: Scene, milestones: Sequence[Milestone], metrics: Sequence[Metric], began: dict[int, date]
) -> None:
    """A version like the latest, known from the day reporting began: so the past can be looked back at."""
    latest = MilestonePlan.objects.filter(milestone__in=milestones).order_by("milestone_id", "-number")
    plan_of = {plan.milestone_id: plan for plan in latest.distinct("milestone_id")}
    plans = []
    for row in milestones:
        plan = _next(plan_of[row.pk], scene, office_hours(began[row.project.programme_id], 9), CARRIED)
        plans.append(plan)
        apply_plan(row, plan)
    MilestonePlan.objects.bulk_create(plans)
    Milestone.objects.bulk_update(milestones, ["plan_number", "planned_at"])  # all else is as it was
    targets = MetricPlan.objects.filter(metric__in=metrics).order_by("metric_id", "-number").distinct("metric_id")
    target_of = {target.metric_id: target for target in targets}
    made = []
    for metric in metrics:
        target = _next(target_of[metric.pk], scene, office_hours(began[metric.programme_id], 9), CARRIED)
        made.append(target)
        apply_plan(metric, target)
    MetricPlan.objects.bulk_create(made)
    Metric.objects.bulk_update(metrics, ["plan_number"])


def _next(plan: P, scene: Scene, at: datetime, reason: str) -> P:
    plan.pk, plan._state.adding = None, True
    plan.number, plan.recorded_at, plan.by, plan.reason = plan.number + 1, at, scene.planner, reason
    return plan


def _report_milestones(scene: Scene, milestones: Sequence[Milestone], began: dict[int, date]) -> None:
    before: dict[str, set[str]] = {}
    links = Dependency.objects.filter(kind=DependencyKind.FINISH_START, successor__in=milestones)
    for first, second in links.values_list("predecessor__code", "successor__code"):
        before.setdefault(second, set()).add(first)
    by_programme: dict[int, list[Milestone]] = {}
    for row in milestones:
        by_programme.setdefault(row.project.programme_id, []).append(row)
    for programme, rows in by_programme.items():
        works = [Work(row.code, row.due_latest, row.status == Status.DONE) for row in rows]
        seed = scene.seed * 1000 + sum(rows[0].code.encode()) % 1000
        parts = cast(works, before=before, seed=seed, tracked=began[programme], today=scene.today)
        finished: dict[str, date] = {}
        for row in sorted(rows, key=lambda one: _turn(one, parts)):
            if part := parts.get(row.code):
                earlier = [finished[code] for code in before.get(row.code, ()) if code in finished]
                finish = _play(scene, row, part, began[programme], max(earlier, default=began[programme]))
                if finish is not None:
                    finished[row.code] = finish


def _turn(row: Milestone, parts: dict[str, Part]) -> tuple[bool, date, str]:
    """What comes before something else is played first."""
    part = parts.get(row.code)
    return part is None or part.by is None, row.due_latest or date.max, row.code


def _play(scene: Scene, row: Milestone, part: Part, began: date, earliest: date) -> date | None:
    """Write the reports of one work, all of days after `earliest`, when those before it were finished; its finish."""
    rng = scene.rng(row.code)
    if part.due is not None:
        _redate(scene, row, part.due, began, rng)
    begin = max(earliest, row.as_of or began) + timedelta(days=1)
    finish = None
    for said in course(part, due=row.due_latest, begin=begin, today=scene.today, rng=rng):
        report = _accepted(scene, said, row.unit_id, milestone=row)
        scene.made.append((report, _milestone_values(report, said)))
        finish = said.actual_finish
    return finish


def _redate(scene: Scene, row: Milestone, due: ImpreciseDate, began: date, rng: random.Random) -> None:
    """A further plan version: a date for practice where the document has none, else a later date with its reason."""
    plan = MilestonePlan.objects.get(milestone=row, number=row.plan_number)
    if row.due_latest is None:
        at, reason = office_hours(began, 10), ASSUMED
    else:
        days = rng.choice((3, 5, 25, 60))
        at, reason = office_hours(max(began, scene.today - timedelta(days=days)), 15), MOVED
    plan = _next(plan, scene, at, reason)
    plan.plan_year = None
    for name, value in due_columns(due).items():
        setattr(plan, name, value)
    if due.latest is not None and plan.planned_start is None:
        plan.planned_start = due.latest - timedelta(days=90)
    plan.save(force_insert=True)
    apply_plan(row, plan)
    row.save()


def _report_metrics(scene: Scene, metrics: Sequence[Metric], began: dict[int, date]) -> None:
    for row in metrics:
        if row.derived:
            continue
        begin = began[row.programme_id]
        known = Measured(
            measure=row.measure,
            level=not row.cumulative,
            base=row.start_low,
            target=row.target_high if row.direction == Direction.CAP else row.target_low,
            cap=row.direction == Direction.CAP,
            starts=row.start_on or begin,
            due=row.due_latest,
            value=row.value_low,
        )
        after = max(begin, row.as_of or begin)
        for said in measurements(known, begin=after, today=scene.today, rng=scene.rng(row.code)):
            scene.made.append(_measured(scene, row, said))


def _measured(scene: Scene, row: Metric, said: MadeReport) -> tuple[Report, MetricReport]:
    report = _accepted(scene, said, row.unit_id, metric=row)
    value = said.value or Decimal(0)
    quantity = Quantity(low=value, high=value, qualifier=Qualifier.EXACT, measure=row.measure, basis=row.basis)
    return report, MetricReport(report=report, **quantity_columns(quantity))


def _accepted(scene: Scene, said: MadeReport, unit_id: int, **about: Any) -> Report:
    author = scene.authors[unit_id]
    return Report(
        unit_id=unit_id,
        as_of=said.as_of,
        state=ReportState.ACCEPTED.value,
        note=said.note,
        origin=Origin.SIMULATION.value,
        author=author,
        submitted_by=author,
        created_at=said.submitted_at,
        submitted_at=said.submitted_at,
        decided_at=said.accepted_at,
        decided_by=scene.reviewer,
        accepted_at=said.accepted_at,
        **about,
    )


def _milestone_values(report: Report, said: MadeReport) -> MilestoneReport:
    return MilestoneReport(
        report=report,
        status=said.status.value,
        progress=said.progress,
        actual_start=said.actual_start,
        actual_finish=said.actual_finish,
        **forecast_columns(said.forecast),
    )


def _store(scene: Scene) -> None:
    Report.objects.bulk_create([report for report, _ in scene.made])
    # The values take over the keys their reports have only now.
    MilestoneReport.objects.bulk_create([values for _, values in scene.made if isinstance(values, MilestoneReport)])
    MetricReport.objects.bulk_create([values for _, values in scene.made if isinstance(values, MetricReport)])
    scene.made = []
