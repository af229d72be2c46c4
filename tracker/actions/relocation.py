"""Clearance sites themselves: adding one, changing its scope or due day by a new version, retiring and restoring it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tracker.actions.current import SITE_PLAN, apply_plan
from tracker.actions.ledger_metrics import carry_sites
from tracker.actions.plans import Change
from tracker.audit import Refused, clock, record, record_refusal, recording, snapshot
from tracker.domain.dates import ImpreciseDate
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.relocation import LIMITS, Count, Stage, Use, column, measure_of, scopes_of
from tracker.domain.sorting import sort_key
from tracker.domain.stored import in_measure
from tracker.domain.units import WrongDimension
from tracker.models import Project, Site, SitePlan, Unit, User
from tracker.models.days import due_columns
from tracker.permissions import Permission, Reach

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")
REASON_LIMIT, PLACES = 300, 4
SHAPE = ("name", "name_en", "place", "place_en", "use", "basis", "basis_en", "on_behalf", "in_total", "unit")
PLANNED = tuple(name.removesuffix("_id") for name in SITE_PLAN)
SHOWN = ("plan_number", *(name for name in PLANNED if not name.endswith(("_precision", "_kind"))))
LOOSE = (Qualifier.ABOUT, Qualifier.OVER, Qualifier.AT_LEAST)
"""Scopes that more than them does not contradict."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a site is, apart from how much there is to clear."""

    name: str
    name_en: str
    use: Use
    unit: Unit
    place: str = ""
    place_en: str = ""
    basis: str = ""
    basis_en: str = ""
    on_behalf: bool = False
    in_total: bool = True


@dataclass(frozen=True, slots=True)
class Terms:
    """How much there is to clear, by the names of SCOPES, and by when; what is not stated is left out."""

    scope: Mapping[str, Quantity]
    due: ImpreciseDate | None = None
    planned_start: date | None = None
    transition_months: int | None = None


def add_site(*, project: Project, code: str, shape: Shape, terms: Terms, by: User, reach: Reach) -> Site:
    """Add a site to a project with version 1 of its plan. Raises Refused."""
    code = code.strip().upper()
    if not CODE.fullmatch(code):
        raise Refused("unit_code_form", field="code")
    for path in (project.unit.path, shape.unit.path):
        _may(path, "site.add", code, by=by, reach=reach)
    if project.retired_at or project.programme.retired_at:
        raise Refused("retired", field="project")
    columns = _columns(terms, use=shape.use)
    with recording():
        # Whoever adds to a project waits for the other: codes and places in the order are given once.
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        if Site.objects.filter(code=code).exists():
            raise Refused("unit_code_taken", field="code")
        now = clock()
        values = {name: getattr(shape, name) for name in SHAPE} | {"use": shape.use.value}
        row = Site(code=code, project=project, sort_key=sort_key(shape.name), **values)
        last = Site.objects.filter(project=project).order_by("-position").values_list("position", flat=True).first()
        row.position = (last or 0) + 10
        row.save(force_insert=True)
        _new_plan(row, columns, Change(reason=""), by=by, now=now)
        carry_sites(row)
        after = snapshot(row, *SHAPE, *SHOWN) | {"project": project.code}
        record("site.add", by=by, subject_type="site", subject_code=row.code, after=after, at=now)
    return row


def plan_site(*, site: Site, terms: Terms, change: Change, by: User, reach: Reach) -> SitePlan:
    """Give a site a new version of its scope and due day; earlier ones stay. Raises Refused.

    A scope stated exactly cannot be less than what has been reported already ('scope_below_reported').
    """
    _may(site.unit.path, "site.plan", site.code, by=by, reach=reach)
    _reasoned(change, "reason_missing")
    columns = _columns(terms, use=Use(site.use))
    with recording():
        row, now = _locked(site, change)
        _not_below(row, terms)
        if terms.due == row.due:
            columns["plan_year"] = row.plan_year
        before = snapshot(row, *SHOWN)
        if change.unit is None and all(getattr(row, name) == value for name, value in columns.items()):
            raise Refused("plan_unchanged")
        plan = _new_plan(row, columns, change, by=by, now=now)
        after = snapshot(row, *SHOWN) | {"reason": plan.reason}
        record("site.replan", by=by, subject_type="site", subject_code=row.code, before=before, after=after, at=now)
    return plan


def retire_site(*, site: Site, change: Change, by: User, reach: Reach) -> Site:
    """Take a site out of the ledger; its reports stay. Refused while one waits ('site_waiting'). Raises Refused."""
    return _set_retired(site, change, True, by=by, reach=reach)


def restore_site(*, site: Site, change: Change, by: User, reach: Reach) -> Site:
    """Take a retired site back into the ledger. Raises Refused."""
    return _set_retired(site, change, False, by=by, reach=reach)


def _set_retired(site: Site, change: Change, retired: bool, *, by: User, reach: Reach) -> Site:
    action = "site.retire" if retired else "site.restore"
    _may(site.unit.path, action, site.code, by=by, reach=reach)
    _reasoned(change, "site_reason_missing")
    with recording():
        row = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
        now = clock()
        _fresh(row, change)
        if bool(row.retired_at) == retired:
            raise Refused("site_retired" if retired else "site_not_retired")
        if row.pending:
            raise Refused("site_waiting")
        row.retired_at, row.retired_reason = (now, change.reason.strip()) if retired else (None, "")
        row.version += 1
        row.save(update_fields=["retired_at", "retired_reason", "version"])
        carry_sites(row)
        after = {"reason": change.reason.strip()}
        record(action, by=by, subject_type="site", subject_code=row.code, after=after, at=now)
    return row


def _may(path: str, action: str, code: str, *, by: User, reach: Reach) -> None:
    if not reach.may(Permission.PLAN, path):
        record_refusal(action, by=by, subject_type="site", subject_code=code[:40], code="no_right")
        raise Refused("no_right", right=True)


def _locked(site: Site, change: Change) -> tuple[Site, datetime]:
    row = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    now = clock()
    if row.retired_at:
        raise Refused("retired")
    _fresh(row, change)
    return row, now


def _fresh(row: Site, change: Change) -> None:
    if change.version is not None and change.version != row.version:
        raise Refused("stale", version=row.version)


def _reasoned(change: Change, missing: str) -> None:
    if not change.reason.strip():
        raise Refused(missing, field="reason")
    if len(change.reason.strip()) > REASON_LIMIT:
        raise Refused("reason_too_long", field="reason", limit=REASON_LIMIT)


def _new_plan(row: Site, columns: Mapping[str, Any], change: Change, *, by: User, now: datetime) -> SitePlan:
    """Store the next version of a locked site's plan and let its row carry it."""
    plan = SitePlan(
        site=row, number=row.plan_number + 1, recorded_at=now, by=by, reason=change.reason.strip(),
        unit=change.unit or row.unit, **columns,
    )  # fmt: skip
    plan.save(force_insert=True)
    apply_plan(row, plan)
    row.version += 1
    row.save(update_fields=[*PLANNED, "plan_number", "planned_at", "version"])
    return plan


def _columns(terms: Terms, *, use: Use) -> dict[str, Any]:
    """The plan columns, in the measures they are kept in; what nobody states is empty. Raises Refused at its field."""
    if terms.planned_start and terms.due and terms.due.latest and terms.planned_start > terms.due.latest:
        raise Refused("start_after_due", field="planned_start")
    columns: dict[str, Any] = {"transition_months": terms.transition_months, "planned_start": terms.planned_start}
    columns |= {"plan_year": None, **due_columns(terms.due)}
    for name in ("households", "persons", "area", "land"):
        stated = terms.scope.get(name)
        if stated is not None and name not in scopes_of(use):
            raise Refused("entry_not_of_use", field=f"scope_{name}", use=use.value)
        columns[f"scope_{name}"] = None if stated is None else _kept(name, stated)
        columns[f"scope_{name}_qualifier"] = "" if stated is None else stated.qualifier.value
    return columns


def _kept(name: str, stated: Quantity) -> Decimal | None:
    """One stated count as its column keeps it."""
    field, own = f"scope_{name}", measure_of(name)
    if stated.qualifier is Qualifier.WITHHELD:
        return None
    if stated.qualifier is Qualifier.RANGE:
        raise Refused("scope_range", field=field)
    try:
        value = in_measure(stated.low if stated.low is not None else stated.high, stated.measure, own)
    except WrongDimension as fault:
        raise Refused("entry_wrong_measure", field=field, given=stated.measure, expected=own) from fault
    assert value is not None
    if value < 0:
        raise Refused("entry_negative", field=field)
    if value > LIMITS[own]:
        raise Refused("entry_too_large", field=field, value=f"{value:f}")
    if name in ("households", "persons") and value != value.to_integral_value():
        raise Refused("entry_not_whole", field=field)
    if value != round(value, PLACES):
        raise Refused("too_many_decimals", field=field, places=PLACES)
    return value


def _not_below(row: Site, terms: Terms) -> None:
    """What is reported is not more than what there is."""
    for count in Count:
        stated = terms.scope.get(count.value)
        whole = None if stated is None or stated.qualifier in LOOSE else _kept(count.value, stated)
        figures = [getattr(row, column(stage, count)) for stage in Stage]
        most = max((Decimal(value) for value in figures if value is not None), default=None)
        if whole is not None and most is not None and whole < most:
            reported = f"{most.normalize():f} {measure_of(count.value)}"
            raise Refused("scope_below_reported", field=f"scope_{count}", reported=reported)
