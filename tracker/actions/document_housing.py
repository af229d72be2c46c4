"""What the documents make of resettlement housing: the first version of its plan."""

from datetime import datetime

from tracker.actions.current import HOUSING_PLAN, apply_plan
from tracker.models import Citation, Housing, HousingPlan


def first_housing_plans(now: datetime) -> int:
    """Version 1 of all housing without a plan, from its own row and the first citation that names it; called inside a
    recording action (loading). Returns how many were made.
    """
    rows = list(Housing.objects.filter(plan_number=0).order_by("position", "code"))
    cited: dict[int, Citation] = {}
    for citation in Citation.objects.filter(housing__in=rows).order_by("-position", "-id"):
        cited[citation.housing_id or 0] = citation
    for row in rows:
        columns = {name: getattr(row, name) for name in HOUSING_PLAN}
        plan = HousingPlan(housing=row, number=1, recorded_at=now, citation=cited.get(row.pk), **columns)
        plan.save(force_insert=True)
        apply_plan(row, plan)
        row.save()
    return len(rows)


def link(stated: Citation) -> None:
    """Let a citation stored before there was housing name it; nothing else of it is touched."""
    if stated.housing_id:
        Citation.objects.filter(code=stated.code, housing__isnull=True).update(housing=stated.housing_id)
