"""Storing a made-up portfolio in bulk: rows go in by COPY, a programme of a hundred projects at a time.

Nothing but simulated rows is written, each recognisable: programmes, units and people carry `simulated`, reports the
origin 'simulation'. `tracker.actions.simulation` removes them again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import Model

from tracker.actions.bulk_rows import copy_rows, last_keys, settle_keys
from tracker.actions.current import apply_plan, copy_metric, copy_milestone
from tracker.actions.reports import forecast_columns
from tracker.actions.versions import copy_first
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.simulating import HISTORY_DAYS, MadeMetric, MadeMilestone, MadeProject, MadeReport, office_hours
from tracker.domain.sorting import sort_key
from tracker.domain.units import measure
from tracker.models import (
    Appointment,
    Baseline,
    BaselineEntry,
    Dependency,
    Metric,
    MetricPlan,
    MetricReport,
    Milestone,
    MilestonePlan,
    MilestoneReport,
    Programme,
    Project,
    Report,
    Role,
    Unit,
    UnitKind,
    User,
)
from tracker.models.days import due_columns

UNITS, PEOPLE_A_UNIT, PROJECTS_A_PROGRAMME = 10, 5, 100
TABLES: tuple[type[Model], ...] = (
    Project,
    Milestone,
    MilestonePlan,
    Dependency,
    Metric,
    MetricPlan,
    BaselineEntry,
    Report,
    MilestoneReport,
    MetricReport,
)
"""What is copied in, in this order; the constraints between the tables are checked when the transaction ends."""
POSTS = (Role.OFFICIAL, Role.OFFICIAL, Role.OFFICIAL, Role.REVIEWER, Role.LEADER)


@dataclass(frozen=True, slots=True)
class Office:
    """A simulated unit with those who report for it and the one who decides."""

    unit: Unit
    authors: tuple[User, ...]
    reviewer: User


@dataclass(slots=True)
class _Batch:
    """The rows of one programme, by table, with their keys already given out."""

    programme: Programme
    baseline: Baseline
    planned_at: datetime
    keys: dict[type[Model], int]
    rows: dict[type[Model], list[Any]] = field(default_factory=lambda: {table: [] for table in TABLES})

    def key(self, table: type[Model]) -> int:
        """The next free key of a table."""
        self.keys[table] += 1
        return self.keys[table]


def store(*, projects: Iterable[MadeProject], root: Unit | None, today: date) -> dict[str, int]:
    """Store the projects with their units, people, plans and reports; returns how many rows of each kind.

    Called inside a recording action. `root` is the unit the simulated ones stand under, so that those who read
    everything read them too.
    """
    planned_at = office_hours(today - timedelta(days=HISTORY_DAYS + 1), 9)
    offices = offices_of(root, today)
    counts = {"unit": UNITS, "user": UNITS * PEOPLE_A_UNIT, "programme": 0}
    keys = last_keys(TABLES)
    source = iter(projects)
    while batch_of := list(islice(source, PROJECTS_A_PROGRAMME)):
        counts["programme"] += 1
        programme = _programme(counts["programme"], offices[0].unit, today)
        baseline = Baseline(
            programme=programme, number=1, name="首次承诺", name_en="First commitment", taken_at=planned_at
        )
        baseline.save(force_insert=True)
        batch = _Batch(programme, baseline, planned_at, keys)
        for made in batch_of:
            _project(batch, made, offices[made.number % UNITS])
        for table in TABLES:
            copy_rows(table, batch.rows[table])
            name = table._meta.model_name or ""
            counts[name] = counts.get(name, 0) + len(batch.rows[table])
    settle_keys(keys)
    return counts


def offices_of(root: Unit | None, today: date) -> list[Office]:
    """Ten simulated units under `root`, each with its people."""
    if Unit.objects.filter(simulated=True).exists():
        return _offices_there()
    since = today - timedelta(days=HISTORY_DAYS + 1)
    found = []
    for number in range(1, UNITS + 1):
        unit = Unit(
            code=f"SIM-U-{number:02}", name=f"模拟单位{number:02}", name_en=f"Simulated unit {number:02}",
            sort_key=sort_key(f"模拟单位{number:02}"), parent=root, kind=UnitKind.DEPARTMENT, stated=False,
            simulated=True, position=900 + number,
        )  # fmt: skip
        unit.path = unit.path_from(root)
        unit.save(force_insert=True)
        people = []
        for place, role in enumerate(POSTS, 1):
            called = f"{number:02}-{place}"
            user = User(
                username=f"sim-{called}", name=f"模拟人员{called}", name_en=f"Simulated person {called}", simulated=True
            )
            user.set_unusable_password()
            user.save(force_insert=True)
            Appointment(user=user, unit=unit, role=role, valid_from=since).save(force_insert=True)
            people.append(user)
        found.append(Office(unit, tuple(people[:3]), people[3]))
    return found


def _offices_there() -> list[Office]:
    """The simulated units stored already, with their people."""
    found = []
    for unit in Unit.objects.filter(simulated=True, code__startswith="SIM-U-").order_by("code"):
        people = list(User.objects.filter(simulated=True, appointments__unit=unit).order_by("username"))
        found.append(Office(unit, tuple(people[:3]), people[3]))
    return found


def _programme(number: int, unit: Unit, today: date) -> Programme:
    name = f"模拟项目群{number:02}"
    programme = Programme(
        code=f"SIM{number:02}", name=name, name_en=f"Simulated programme {number:02}", sort_key=sort_key(name),
        position=900 + number, unit=unit, base_year=today.year, base_year_assumed=False,
        tracking_from=today - timedelta(days=HISTORY_DAYS), simulated=True,
    )  # fmt: skip
    programme.save(force_insert=True)
    return programme


def _project(batch: _Batch, made: MadeProject, office: Office) -> None:
    code = f"SIM-{made.number:04}"
    project = Project(
        id=batch.key(Project), programme=batch.programme, unit=office.unit, code=code, name=made.name,
        name_en=made.name_en, sort_key=f"{sort_key(made.name[:-4])} {made.name[-4:]}", position=made.number,
    )  # fmt: skip
    batch.rows[Project].append(project)
    before: Milestone | None = None
    for place, step in enumerate(made.milestones, 1):
        row = _milestone(batch, project, step, place, office)
        if before is not None:
            link = Dependency(id=batch.key(Dependency), predecessor=before, successor=row)
            batch.rows[Dependency].append(link)
        before = row
    for place, metric in enumerate(made.metrics, 1):
        _metric(batch, project, metric, place, office)


def _milestone(batch: _Batch, project: Project, made: MadeMilestone, place: int, office: Office) -> Milestone:
    row = Milestone(
        id=batch.key(Milestone), project=project, unit=office.unit, code=f"{project.code}-{place:02}", name=made.name,
        name_en=made.name_en, sort_key=sort_key(made.name), position=place,
    )  # fmt: skip
    plan = MilestonePlan(
        id=batch.key(MilestonePlan), milestone=row, number=1, recorded_at=batch.planned_at, unit=office.unit,
        planned_start=made.planned_start, **due_columns(made.due),
    )  # fmt: skip
    apply_plan(row, plan)
    copy_first(row, plan)
    for said in made.reports:
        report = _report(batch, said, office, place, milestone_id=row.pk)
        values = MilestoneReport(
            report_id=report.pk,
            status=said.status.value,
            progress=said.progress,
            actual_start=said.actual_start,
            actual_finish=said.actual_finish,
            **forecast_columns(said.forecast),
        )
        batch.rows[MilestoneReport].append(values)
    copy_milestone(row, report, values)
    batch.rows[Milestone].append(row)
    batch.rows[MilestonePlan].append(plan)
    batch.rows[BaselineEntry].append(_entry(batch, milestone_plan=plan))
    return row


def _metric(batch: _Batch, project: Project, made: MadeMetric, place: int, office: Office) -> None:
    row = Metric(
        id=batch.key(Metric), programme=batch.programme, project=project, unit=office.unit,
        code=f"{project.code}-M{place}", name=made.name, name_en=made.name_en, sort_key=sort_key(made.name),
        position=place, direction=made.direction.value, form=made.form.value, measure=made.measure,
    )  # fmt: skip
    plan = MetricPlan(
        id=batch.key(MetricPlan), metric=row, number=1, recorded_at=batch.planned_at, unit=office.unit,
        start_low=Decimal(0), start_high=Decimal(0), start_qualifier="exact", start_on=made.start_on,
        target_low=made.target, target_high=made.target, target_qualifier="exact", **due_columns(made.due),
    )  # fmt: skip
    apply_plan(row, plan)
    factor = Decimal(measure(made.measure).factor.numerator)
    for said in made.reports:
        assert said.value is not None
        report = _report(batch, said, office, place, metric_id=row.pk)
        base = said.value * factor
        values = MetricReport(
            report_id=report.pk, low=said.value, high=said.value, qualifier="exact", measure=made.measure,
            base_low=base, base_high=base,
        )  # fmt: skip
        batch.rows[MetricReport].append(values)
    copy_metric(row, report, values)
    batch.rows[Metric].append(row)
    batch.rows[MetricPlan].append(plan)
    batch.rows[BaselineEntry].append(_entry(batch, metric_plan=plan))


def _report(batch: _Batch, said: MadeReport, office: Office, place: int, **about: Any) -> Report:
    # Keys, not rows: a third of the time of the whole portfolio goes into setting relations otherwise.
    author = office.authors[place % len(office.authors)].pk
    report = Report(
        id=batch.key(Report), unit_id=office.unit.pk, as_of=said.as_of, state=ReportState.ACCEPTED.value,
        note=said.note, origin=Origin.SIMULATION.value, author_id=author, submitted_by_id=author,
        created_at=said.submitted_at, submitted_at=said.submitted_at,
        decided_at=said.accepted_at, decided_by_id=office.reviewer.pk,
        accepted_at=said.accepted_at, **about,
    )  # fmt: skip
    batch.rows[Report].append(report)
    return report


def _entry(batch: _Batch, **held: Any) -> BaselineEntry:
    return BaselineEntry(id=batch.key(BaselineEntry), baseline=batch.baseline, **held)
