"""Loading the tender packages that documents speak of; those that exist are left as they are."""

from datetime import datetime
from typing import Any

from tracker.domain.sorting import sort_key
from tracker.models import (
    Citation,
    Metric,
    Milestone,
    Package,
    PackagePlan,
    PackageStep,
    ProcessTemplate,
    Project,
    Unit,
)
from tracker.models.tenders import TERMS


def put_packages(read: dict[str, Any], now: datetime) -> int:
    """Store the packages that are missing and whose project is loaded; returns how many. Inside `recording`."""
    held = set(Package.objects.values_list("code", flat=True))
    fresh = 0
    for position, item in enumerate(read["packages"], start=1):
        project = Project.objects.filter(code=item["project"]).first()
        if item["code"] not in held and project is not None:
            _put(item, project, position * 10, now)
            fresh += 1
    return fresh


def _put(item: dict[str, Any], project: Project, position: int, now: datetime) -> None:
    template = ProcessTemplate.objects.whole(item["template"])
    assert template is not None, "templates are loaded before packages"
    cited = list(Citation.objects.filter(code__in=item["cites"]).order_by("code"))
    row = Package(
        project=project,
        unit=Unit.objects.get(code=item["unit"]),
        metric=Metric.objects.filter(code=item.get("metric", "")).first(),
        kind=item["kind"],
        regime=item["regime"],
        template=template,
        position=position,
        sort_key=sort_key(item["name"]),
        **{name: item[name] for name in ("code", "name", "name_en", "note", "note_en")},
    )
    row.save(force_insert=True)
    plan = PackagePlan(
        package=row,
        number=1,
        recorded_at=now,
        citation=cited[-1] if cited else None,
        unit=row.unit,
        **{name: getattr(row, name) for name in TERMS},
    )
    plan.save(force_insert=True)
    row.plan_number, row.planned_at = 1, now
    row.save(update_fields=["plan_number", "planned_at"])
    Citation.objects.filter(pk__in=[one.pk for one in cited], package__isnull=True).update(package=row)
    PackageStep.objects.bulk_create(_steps(item, row, template))


def _steps(item: dict[str, Any], row: Package, template: ProcessTemplate) -> list[PackageStep]:
    """The template's steps with the document's own between them, numbered in that order."""
    own = item.get("own", ())
    tied = dict(item["steps"]) | {one["id"]: one["milestone"] for one in own}
    milestones = {one.code: one for one in Milestone.objects.filter(code__in=tied.values())}
    order: list[tuple[str, str, str]] = [(one["id"], one["name"], one["name_en"]) for one in own if not one["after"]]
    for step in template.steps.all():
        order.append((step.code, step.name, step.name_en))
        order += [(one["id"], one["name"], one["name_en"]) for one in own if one["after"] == step.code]
    return [
        PackageStep(
            package=row,
            code=code,
            name=name,
            name_en=name_en,
            position=at,
            milestone=milestones.get(tied.get(code, "")),
        )
        for at, (code, name, name_en) in enumerate(order, start=1)
    ]
