"""Tender packages for tests: one with the steps of a template and milestones on the days given."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from tracker.models import Milestone, MilestonePlan, Package, PackagePlan, PackageStep, ProcessTemplate, Project
from tracker.models.guard import writing
from tracker.models.tenders import TERMS


def package(
    code: str = "T-BD",
    days: Mapping[str, date] | None = None,
    *,
    project: str = "XH-ZB",
    template: str = "tender",
    done: Mapping[str, date] | None = None,
    at: Any = None,
    **columns: Any,
) -> Package:
    """Store a package with version 1 of its terms. `days` are when steps are due, `done` when they happened; both get a
    milestone. Its unit is the project's, unless `unit` is given; it was planned `at` a moment (datetime), else now.
    """
    under = Project.objects.select_related("unit").get(code=project)
    whole = ProcessTemplate.objects.whole(template)
    assert whole is not None
    now, dated = at or timezone.now(), {**(days or {}), **(done or {})}
    made = {"name": f"标段{code}", "name_en": f"Package {code}", "position": 900, "unit": under.unit, "kind": "works"}
    with writing():
        row = Package(
            code=code, project=under, template=whole, plan_number=1, planned_at=now,
            **({"regime": "tender"} | made | columns),
        )  # fmt: skip
        row.save()
        PackagePlan(
            package=row, number=1, recorded_at=now, unit=row.unit, **{name: getattr(row, name) for name in TERMS}
        ).save()
        for step in whole.steps.all():
            held = None
            if step.code in dated:
                held = _milestone(
                    row, f"{code}-{step.code}", step.name, dated[step.code], step.code in (done or {}), now
                )
            PackageStep(
                package=row, code=step.code, position=step.position, name=step.name, name_en=step.name_en,
                milestone=held,
            ).save()  # fmt: skip
    return Package.objects.select_related("unit", "project__programme", "template").get(pk=row.pk)


def _milestone(row: Package, code: str, name: str, day: date, done: bool, now: datetime) -> Milestone:
    due = {
        "due_text": day.isoformat(),
        "due_earliest": day,
        "due_latest": day,
        "due_precision": "day",
        "due_kind": "in",
    }
    reported = {"status": "done", "actual_finish": day, "progress": 100, "as_of": day} if done else {}
    held = Milestone(
        code=code, name=name, name_en=name, project=row.project, unit=row.unit, plan_number=1, planned_at=now,
        position=900, **due, **reported,
    )  # fmt: skip
    held.save()
    MilestonePlan(milestone=held, number=1, recorded_at=now, unit=row.unit, **due).save()
    return held
