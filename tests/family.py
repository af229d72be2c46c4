"""A small family of metrics of one project: a whole, parts of its unit and basis, a percentage; clearance sites."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tests.cast import UNIT_A, person, reach_for
from tracker.actions import parts as actions
from tracker.actions import reports
from tracker.actions.parts import Chosen
from tracker.actions.plans import Change
from tracker.actions.reports import Said
from tracker.domain import quantities
from tracker.domain.aggregation import Role
from tracker.domain.progress import Aggregation
from tracker.domain.relocation import Use
from tracker.models import (
    Derivation,
    Housing,
    HousingPlan,
    Metric,
    MetricPlan,
    Project,
    Report,
    Site,
    SitePlan,
    Unit,
    User,
)
from tracker.models import Role as Post
from tracker.models.guard import writing

TODAY = timezone.localdate()
MEMBERS = {"W": "亩", "A": "亩", "B": "公顷", "C": "亩", "TOP": "亩", "D": "亩", "RATE": "%", "HOMES": "套"}


def family() -> dict[str, Metric]:
    """Store the family; codes are FAM-W and so on. B counts in hectares what the others count in mu."""
    unit, project = Unit.named(UNIT_A), Project.named("XH-ZB")
    made = {}
    with writing():
        for position, (name, measure) in enumerate(MEMBERS.items(), 900):
            row = Metric(
                code=f"FAM-{name}",
                name=f"家族{name}",
                name_en=f"Family {name}",
                programme=project.programme,
                project=project,
                unit=unit,
                direction="increase",
                form="percent" if measure == "%" else "amount",
                measure=measure,
                basis="" if measure == "%" else "已交地",
                position=position,
                plan_number=1,
            )
            row.save()
            MetricPlan(metric=row, number=1, recorded_at=timezone.now(), unit=unit).save()
            made[name] = row
    return made


def planner() -> User:
    """Who may plan and review."""
    return person("family-reviewer", Post.REVIEWER, "GT")


def official() -> User:
    """Who reports."""
    return person("family-official", Post.OFFICIAL, UNIT_A)


def derive(
    whole: Metric, *parts: Metric | tuple[Metric, Role], how: Aggregation = Aggregation.SUM, **options: Any
) -> Derivation:
    """Make the whole from the parts."""
    by = options.pop("by", None) or planner()
    chosen = [Chosen(*part) if isinstance(part, tuple) else Chosen(part) for part in parts]
    change = Change(reason=options.pop("reason", "按口径汇总"), version=options.pop("version", None))
    return actions.derive(metric=fresh(whole), aggregation=how, parts=chosen, change=change, by=by, reach=reach_for(by))


def submit(metric: Metric, text: str, as_of: date = TODAY, **said: Any) -> Report:
    """Report a figure; it waits."""
    by = official()
    return reports.submit_metric(
        metric=fresh(metric), said=Said(as_of=as_of, **said), quantity=quantities.parse(text), by=by,
        reach=reach_for(by), today=TODAY,
    )  # fmt: skip


def accept(report: Report) -> Report:
    """Accept a report."""
    by = planner()
    return reports.accept(report=Report.objects.select_related("unit").get(pk=report.pk), by=by, reach=reach_for(by))


def tell(metric: Metric, text: str, as_of: date = TODAY, **said: Any) -> Report:
    """Report a figure and accept it."""
    return accept(submit(metric, text, as_of, **said))


def fresh(metric: Metric) -> Metric:
    """The row as stored now."""
    return Metric.objects.select_related("unit", "programme", "project", "parent").get(pk=metric.pk)


def reported_again(code: str) -> Metric:
    """Let a metric that adds up the ledger be reported again, as the only way it has."""
    by, row = planner(), Metric.objects.select_related("unit").get(code=code)
    change, nothing = Change(reason="改为直接填报"), Aggregation.NONE
    actions.derive(metric=row, aggregation=nothing, parts=[], change=change, by=by, reach=reach_for(by))
    return fresh(row)


def site(
    code: str = "SITE-1",
    use: Use = Use.RESIDENTIAL,
    *,
    project: str = "XH-CQ",
    scope: Mapping[str, int | str | tuple[str, int | str | None]] | None = None,
    due: date | None = None,
    figures: Mapping[str, int | str] | None = None,
    **columns: Any,
) -> Site:
    """Store a clearance site with version 1 of its plan. `scope` by SCOPES: a number, or a qualifier with its number;
    `figures` set the state columns alone, without a report. Its unit is the project's, unless `unit` is given.
    """
    under = Project.objects.select_related("unit").get(code=project)
    plan: dict[str, Any] = {}
    for name, stated in (scope if scope is not None else {"households": 100, "area": 20_000}).items():
        qualifier, value = stated if isinstance(stated, tuple) else ("exact", stated)
        plan |= {f"scope_{name}": None if value is None else Decimal(value), f"scope_{name}_qualifier": qualifier}
    if due is not None:
        kind = {"due_precision": "day", "due_kind": "by"}
        plan |= {"due_text": due.isoformat(), "due_earliest": due, "due_latest": due, **kind}
    stored: dict[str, Any] = {name: Decimal(value) for name, value in (figures or {}).items()}
    now = timezone.now()
    made = {"name": f"地块{code}", "name_en": f"Plot {code}", "position": 900, "unit": under.unit, **columns}
    with writing():
        row = Site(code=code, use=use.value, project=under, plan_number=1, planned_at=now, **plan, **stored, **made)
        row.save()
        SitePlan(site=row, number=1, recorded_at=now, unit=row.unit, **plan).save()
    return Site.objects.select_related("unit", "project__programme").get(pk=row.pk)


def housing(code: str = "HOUSING-1", *, project: str = "XH-AZ", homes: int | None = 500, **columns: Any) -> Housing:
    """Store resettlement housing with version 1 of its plan. Its unit is the project's, unless `unit` is given."""
    under = Project.objects.select_related("unit").get(code=project)
    plan = {"homes": homes, "homes_qualifier": "exact" if homes else ""}
    made = {"name": f"安置房{code}", "name_en": f"Housing {code}", "position": 900, "unit": under.unit, **columns}
    now = timezone.now()
    with writing():
        row = Housing(code=code, project=under, plan_number=1, planned_at=now, **plan, **made)
        row.save()
        HousingPlan(housing=row, number=1, recorded_at=now, unit=row.unit, **plan).save()
    return Housing.objects.select_related("unit", "project__programme").get(pk=row.pk)
