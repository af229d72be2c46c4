"""Resettlement housing as planned: adding it, a new version of its plan with a reason, taking it off the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tracker.actions.current import HOUSING_PLAN, apply_plan
from tracker.actions.plans import Change, changeable, may_plan
from tracker.audit import Refused, clock, record, record_refusal, recording, snapshot
from tracker.domain.quantities import Quantity
from tracker.domain.quantity_values import decimal
from tracker.domain.relocation import Scope
from tracker.domain.resettlement import MEASURE, HomeCount, HomeStage
from tracker.domain.sorting import sort_key
from tracker.domain.units import convert
from tracker.models import Housing, HousingPlan, Milestone, Project, Site, User
from tracker.models.resettlement import DATED
from tracker.permissions import Permission, Reach

CODE_LENGTH = 40
WRITTEN = ("name", "name_en", "place", "place_en", "basis")
TOLD = ("plan_number", "unit", "homes", "homes_qualifier", "area", "area_qualifier")
FIRST = "新增安置房"
"""The reason of a first version that a person makes."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What is to be built: homes and floor area as stated (None: nobody says), whose homes they are, its milestones."""

    homes: Quantity | None
    area: Quantity | None
    sites: tuple[Site, ...]
    days: Mapping[str, Milestone | None]


def add_housing(*, project: Project, texts: Mapping[str, str], planned: Planned, by: User, reach: Reach) -> Housing:
    """Add housing to a project, with version 1 of its plan. Raises Refused: no_right, retired, name_missing, and as
    `plan_housing` for what is planned.
    """
    if not reach.may(Permission.PLAN, project.unit.path):
        record_refusal("housing.add", by=by, subject_type="project", subject_code=project.code, code="no_right")
        raise Refused("no_right", right=True)
    if not texts.get("name", "").strip():
        raise Refused("name_missing", field="name")
    with recording():
        under = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        if under.retired_at or under.programme.retired_at:
            raise Refused("retired")
        columns = _columns(planned)
        now = clock()
        row = Housing(
            project=under,
            unit=under.unit,
            code=_free(under),
            position=10 * (Housing.objects.filter(project=under).count() + 1),
            **{name: texts.get(name, "").strip() for name in WRITTEN},
        )
        row.sort_key = sort_key(row.name)
        _dated(row, planned)
        row.save(force_insert=True)
        row.sites.set(_own_sites(row, planned.sites))
        _version(row, columns, by=by, reason=FIRST, now=now)
        after = snapshot(row, *WRITTEN, *TOLD) | _linked(row)
        record("housing.add", by=by, subject_type="housing", subject_code=row.code, after=after, at=now)
    return row


def plan_housing(*, housing: Housing, planned: Planned, change: Change, by: User, reach: Reach) -> HousingPlan:
    """Give housing a new plan version; earlier ones stay. Raises Refused: no_right, retired, stale, reason_missing,
    reason_too_long, housing_below_reported (fewer homes or less area than are started), housing_other_milestone,
    housing_other_site.
    """
    may_plan(housing, "housing", by=by, reach=reach)
    with recording():
        row: Housing = Housing.objects.select_for_update(of=("self",), no_key=True).get(pk=housing.pk)
        now = clock()
        changeable(row, change)
        before = snapshot(row, *TOLD) | _linked(row)
        columns = _columns(planned)
        _not_below_reported(row, columns)
        _dated(row, planned)
        row.sites.set(_own_sites(row, planned.sites))
        row.version += 1
        plan = _version(row, columns, by=by, reason=change.reason.strip(), now=now)
        after = snapshot(row, *TOLD) | _linked(row) | {"reason": plan.reason}
        record("housing.plan", by=by, subject_type="housing", subject_code=row.code, before=before, after=after, at=now)
    return plan


def retire_housing(*, housing: Housing, change: Change, by: User, reach: Reach) -> Housing:
    """Take housing off the ledger, with a reason; its reports stay. Raises Refused: as `plan_housing`, and
    housing_waiting while a report on it waits.
    """
    may_plan(housing, "housing", by=by, reach=reach)
    with recording():
        row: Housing = Housing.objects.select_for_update(of=("self",), no_key=True).get(pk=housing.pk)
        changeable(row, change)
        if row.pending:
            raise Refused("housing_waiting")
        now = clock()
        row.retired_at, row.retired_reason = now, change.reason.strip()
        row.version += 1
        row.save(update_fields=["retired_at", "retired_reason", "version"])
        after = {"reason": row.retired_reason}
        record("housing.retire", by=by, subject_type="housing", subject_code=row.code, after=after, at=now)
    return row


def _columns(planned: Planned) -> dict[str, Any]:
    """The plan columns: one number in the measure the column keeps, and its qualifier. Raises Refused."""
    found: dict[str, Any] = {}
    for count, stated in ((HomeCount.HOMES, planned.homes), (HomeCount.AREA, planned.area)):
        name = count.value
        found |= {name: None, f"{name}_qualifier": ""}
        if stated is None:
            continue
        value = stated.low if stated.low is not None else stated.high
        if value is None or (stated.low, stated.high) not in ((value, value), (value, None), (None, value)):
            raise Refused("housing_one_number", field=name)
        kept = convert(value, stated.measure, MEASURE[count])
        if count is HomeCount.HOMES and kept.denominator != 1:
            raise Refused("entry_not_whole", field=name)
        number = int(kept) if count is HomeCount.HOMES else decimal(kept)
        found |= {name: number, f"{name}_qualifier": stated.qualifier.value}
    return found


def _not_below_reported(row: Housing, columns: Mapping[str, Any]) -> None:
    for count in (HomeCount.HOMES, HomeCount.AREA):
        plan = Scope(columns[count.value], None)
        started = max((row.entry.get(stage, count) or Decimal(0) for stage in HomeStage), default=Decimal(0))
        if plan.value is not None and columns[f"{count}_qualifier"] == "exact" and plan.value < started:
            raise Refused("housing_below_reported", field=count.value, reported=started)


def _dated(row: Housing, planned: Planned) -> None:
    for name in DATED:
        milestone = planned.days.get(name)
        if milestone is not None and milestone.project.programme_id != row.project.programme_id:
            raise Refused("housing_other_milestone", field=name)
        setattr(row, name, milestone)


def _own_sites(row: Housing, sites: Iterable[Site]) -> list[Site]:
    found = list(sites)
    if any(site.project.programme_id != row.project.programme_id for site in found):
        raise Refused("housing_other_site", field="sites")
    return found


def _version(row: Housing, columns: Mapping[str, Any], *, by: User, reason: str, now: datetime) -> HousingPlan:
    plan = HousingPlan(
        housing=row, number=row.plan_number + 1, recorded_at=now, by=by, reason=reason, unit=row.unit, **columns
    )
    plan.save(force_insert=True)
    apply_plan(row, plan)
    stored = [name.removesuffix("_id") for name in HOUSING_PLAN]
    row.save(update_fields=[*stored, *DATED, "plan_number", "planned_at", "version"])
    return plan


def _linked(row: Housing) -> dict[str, Any]:
    """Its milestones and sites by their codes, for the history."""
    days = {name: one.code if (one := getattr(row, name)) else "" for name in DATED}
    return days | {"sites": sorted(row.sites.values_list("code", flat=True))}


def _free(project: Project) -> str:
    """The next code: the project's with a number."""
    taken = set(Housing.objects.filter(code__startswith=f"{project.code}-H").values_list("code", flat=True))
    number = 1
    while f"{project.code}-H{number}" in taken:
        number += 1
    code = f"{project.code}-H{number}"
    if len(code) > CODE_LENGTH:
        raise Refused("code_too_long", limit=CODE_LENGTH)
    return code
