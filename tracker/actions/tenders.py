"""Tender packages: adding one from a process template, changing its terms with a reason, retiring it."""

import re
from dataclasses import dataclass
from datetime import datetime

from tracker.actions.plans import Change, changeable, may_plan
from tracker.actions.rechecks import recheck_package
from tracker.audit import Refused, clock, record, record_refusal, recording, snapshot
from tracker.domain.quantities import Quantity
from tracker.domain.sorting import sort_key
from tracker.domain.tender_values import Kind, Regime
from tracker.domain.tenders import binding, fits
from tracker.models import Package, PackagePlan, PackageStep, ProcessTemplate, Project, User
from tracker.models.tenders import ESTIMATE_MEASURE, TERMS
from tracker.permissions import Permission, Reach, readable_templates

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,27}")
"""Short enough for the codes of its milestones, which begin with it."""
LONGEST_VALIDITY = 1000
ADDED = "新增标段"
"""The reason of the first version of a package's terms."""
SHOWN = tuple(name for name in TERMS if name != "template_id")


@dataclass(frozen=True, slots=True)
class Terms:
    """What a package is put out for, under which law and by which process; `template` is a template's code."""

    kind: Kind
    regime: Regime
    template: str
    estimate: Quantity | None = None
    compulsory: bool | None = None
    validity_days: int | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A package's code and names."""

    code: str
    name: str
    name_en: str


def add(*, project: Project, named: Named, terms: Terms, by: User, reach: Reach) -> Package:
    """Add a package to a project, with every step of the template; none of them has a day yet.

    Raises Refused: no_right, retired, package_code_form, package_code_taken, package_name_missing, and as `replan`.
    """
    code = named.code.strip().upper()
    if not reach.may(Permission.PLAN, project.unit.path):
        record_refusal("package.add", by=by, subject_type="project", subject_code=project.code, code="no_right")
        raise Refused("no_right", right=True)
    if not CODE.fullmatch(code) or code == "NEW":
        raise Refused("package_code_form", field="code")
    if not named.name.strip():
        raise Refused("package_name_missing", field="name")
    with recording():
        under: Project = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        if under.retired_at or under.programme.retired_at:
            raise Refused("retired")
        if Package.objects.filter(code=code).exists():
            raise Refused("package_code_taken", field="code")
        last = Package.objects.filter(project=under).order_by("-position").first()
        row = Package(
            code=code,
            name=named.name.strip(),
            name_en=named.name_en.strip() or named.name.strip(),
            sort_key=sort_key(named.name.strip()),
            position=(last.position if last else 0) + 10,
            project=under,
            unit=under.unit,
        )
        template = _apply(row, terms, reach)
        row.plan_number, row.planned_at = 1, clock()
        row.save(force_insert=True)
        _keep(row, ADDED, by, row.planned_at)
        _put_steps(row, template)
        record("package.add", by=by, subject_type="package", subject_code=code, after=_snapshot(row), at=row.planned_at)
    return row


def replan(*, package: Package, terms: Terms, change: Change, by: User, reach: Reach) -> PackagePlan:
    """Give a package a new version of its terms; the versions before stay.

    Another template changes the steps: those that have a milestone stay, what the new one has besides is added.
    Raises Refused: no_right, reason_missing, reason_too_long, retired, stale, package_template, process_retired,
    package_law, package_validity_range, package_estimate_measure, package_estimate_negative.
    """
    may_plan(package, "package", by=by, reach=reach)
    with recording():
        row: Package = Package.objects.select_for_update(no_key=True).get(pk=package.pk)
        now = clock()
        changeable(row, change)
        before, former = _snapshot(row), row.template_id
        template = _apply(row, terms, reach)
        row.plan_number, row.planned_at = row.plan_number + 1, now
        row.version += 1
        row.save(update_fields=[*(name.removesuffix("_id") for name in TERMS), "plan_number", "planned_at", "version"])
        plan = _keep(row, change.reason.strip(), by, now)
        if template.pk != former:
            row.steps.filter(milestone__isnull=True).delete()
            _put_steps(row, template)
        after = _snapshot(row) | {"reason": change.reason.strip()}
        record("package.replan", by=by, subject_type="package", subject_code=row.code, before=before, after=after,
               at=now)  # fmt: skip
    return plan


def retire(*, package: Package, change: Change, by: User, reach: Reach) -> Package:
    """Take a package off the ledger with a reason; its versions, reports and milestones stay as they are.

    Raises Refused: no_right, reason_missing, reason_too_long, retired, stale, package_waiting (a report waits).
    """
    may_plan(package, "package", by=by, reach=reach)
    with recording():
        row: Package = Package.objects.select_for_update(no_key=True).get(pk=package.pk)
        changeable(row, change)
        if row.pending:
            raise Refused("package_waiting")
        row.retired_at, row.retired_reason = clock(), change.reason.strip()
        row.version += 1
        row.save(update_fields=["retired_at", "retired_reason", "version"])
        after = {"reason": row.retired_reason}
        if row.counts.stops:
            recheck_package(row, now=row.retired_at)
        record("package.retire", by=by, subject_type="package", subject_code=row.code, after=after, at=row.retired_at)
    return row


def _apply(row: Package, terms: Terms, reach: Reach) -> ProcessTemplate:
    """Set the terms (in memory); returns the newest version of the template, whole."""
    template = ProcessTemplate.objects.filter(readable_templates(reach)).whole(terms.template)
    kept = row.template if row.template_id and row.template.code == terms.template else None
    if template is None or (template.unit and not row.unit.path.startswith(template.unit.path)):
        raise Refused("package_template", field="template")
    if template.retired and kept is None:
        raise Refused("process_retired", field="template")
    held = [one.value() for one in (kept or template).windows.all()]
    governed = terms.regime is Regime.NONE or binding(held, regime=terms.regime, compulsory=terms.compulsory)
    if not fits(terms.kind, terms.regime):
        raise Refused("package_law", field="regime")
    if not governed:
        raise Refused("package_law", field="template")
    if terms.validity_days is not None and not 1 <= terms.validity_days <= LONGEST_VALIDITY:
        raise Refused("package_validity_range", field="validity_days", most=LONGEST_VALIDITY)
    stated = terms.estimate
    if stated is not None and stated.measure != ESTIMATE_MEASURE:
        raise Refused("package_estimate_measure", field="estimate")
    if stated is not None and min(stated.low or 0, stated.high or 0) < 0:
        raise Refused("package_estimate_negative", field="estimate")
    row.kind, row.regime, row.region = terms.kind.value, terms.regime.value, terms.region
    row.template = kept or template
    row.compulsory, row.validity_days = terms.compulsory, terms.validity_days
    row.estimate_low, row.estimate_high = (stated.low, stated.high) if stated else (None, None)
    row.estimate_qualifier = stated.qualifier.value if stated else ""
    return row.template


def _keep(row: Package, reason: str, by: User, now: datetime) -> PackagePlan:
    terms = {name: getattr(row, name) for name in TERMS}
    plan = PackagePlan(
        package=row, number=row.plan_number, recorded_at=now, by=by, reason=reason, unit=row.unit, **terms
    )
    plan.save(force_insert=True)
    return plan


def _put_steps(row: Package, template: ProcessTemplate) -> None:
    """Add the template's steps that the package has not, in the template's order; what it has keeps its milestone."""
    held = {step.code: step for step in row.steps.all()}
    order = [step.code for step in template.steps.all()]
    own = [code for code in held if code not in order]
    for at, step in enumerate(template.steps.all(), start=len(own) + 1):
        if kept := held.get(step.code):
            kept.position = at
            kept.save(update_fields=["position"])
            continue
        made = PackageStep(package=row, code=step.code, position=at, name=step.name, name_en=step.name_en)
        made.save(force_insert=True)
    for at, code in enumerate(own, start=1):
        held[code].position = at
        held[code].save(update_fields=["position"])


def _snapshot(row: Package) -> dict[str, object]:
    return {**snapshot(row, "name", *SHOWN), "template": str(row.template)}
