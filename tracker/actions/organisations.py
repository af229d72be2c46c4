"""Units: adding, editing and moving them in the tree, retiring them. Every other row keeps pointing at them by key."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from tracker.audit import Refused, clock, record, record_refusal, recording, snapshot
from tracker.domain.sorting import sort_key
from tracker.domain.states import Status
from tracker.models import Appointment, Metric, Milestone, Programme, Project, Unit, UnitKind, User
from tracker.permissions import Permission, Reach

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")
RESERVED = frozenset({"ADD"})
FIELDS = ("name", "name_en", "kind", "parent")
PATH_LENGTH = 400


@dataclass(frozen=True, slots=True)
class Shape:
    """What can be said of a unit: its names, its kind and the unit above it (None only for the root itself)."""

    name: str
    name_en: str
    kind: UnitKind
    parent: Unit | None


def add(*, code: str, shape: Shape, by: User, reach: Reach) -> Unit:
    """Add a unit below another. Raises Refused."""
    code = code.strip().upper()
    if not CODE.fullmatch(code) or code in RESERVED:
        raise Refused("unit_code_form", field="code")
    if shape.parent is None:
        raise Refused("unit_parent_missing", field="parent")
    _in_reach(shape.parent, "unit.add", code, by=by, reach=reach)
    with recording():
        rows = _tree()
        parent = _standing(rows, shape.parent)
        if any(row.code == code for row in rows.values()):
            raise Refused("unit_code_taken", field="code")
        name, name_en = _checked(shape)
        row = Unit(code=code, name=name, name_en=name_en, kind=shape.kind, parent=parent, stated=False)
        row.sort_key = sort_key(name)
        row.path = _path(row, parent)
        row.position = 1 + max((other.position for other in rows.values() if other.parent_id == parent.pk), default=0)
        row.save()
        record("unit.add", by=by, subject_type="unit", subject_code=code, after=snapshot(row, *FIELDS))
    return row


def edit(*, unit: Unit, shape: Shape, version: int | None, by: User, reach: Reach) -> Unit:
    """Change names and kind, or move the unit with everything below it under another one. Raises Refused."""
    moved = (shape.parent.pk if shape.parent else None) != unit.parent_id
    for touched in (unit, shape.parent) if moved and shape.parent else (unit,):
        _in_reach(touched, "unit.edit", unit.code, by=by, reach=reach)
    with recording():
        rows = _tree()
        row = rows[unit.pk]
        _fresh(row, version)
        if row.retired_at is not None:
            raise Refused("unit_retired")
        before = snapshot(row, *FIELDS)
        row.name, row.name_en = _checked(shape)
        row.sort_key, row.kind = sort_key(row.name), shape.kind
        if moved:
            _move(row, shape.parent, rows)
        row.version += 1
        row.save(update_fields=["name", "name_en", "sort_key", "kind", "parent", "path", "version"])
        record("unit.edit", by=by, subject_type="unit", subject_code=row.code, before=before,
               after=snapshot(row, *FIELDS))  # fmt: skip
    return row


def retire(*, unit: Unit, reason: str, version: int | None, by: User, reach: Reach, today: date) -> Unit:
    """Take a unit out of use; refused while it answers for open works, holds appointments or has units below it."""
    _in_reach(unit, "unit.retire", unit.code, by=by, reach=reach)
    reason = reason.strip()
    if not reason:
        raise Refused("retire_reason_missing", field="reason")
    if len(reason) > 300:
        raise Refused("comment_too_long", field="reason", limit=300)
    with recording():
        rows = _tree()
        row = rows[unit.pk]
        _fresh(row, version)
        if row.parent_id is None:
            raise Refused("unit_is_root")
        if row.retired_at is not None:
            raise Refused("unit_retired")
        _not_in_use(row, rows.values(), today)
        row.retired_at, row.retired_reason = clock(), reason
        row.version += 1
        row.save(update_fields=["retired_at", "retired_reason", "version"])
        record("unit.retire", by=by, subject_type="unit", subject_code=row.code, after={"reason": reason})
    return row


def _tree() -> dict[int, Unit]:
    """All units, locked: two moves at once could otherwise put two units below each other."""
    return {row.pk: row for row in Unit.objects.select_for_update().order_by("pk")}


def _fresh(row: Unit, version: int | None) -> None:
    if version is not None and row.version != version:
        raise Refused("stale")


def _checked(shape: Shape) -> tuple[str, str]:
    name, name_en = shape.name.strip(), shape.name_en.strip()
    if not name:
        raise Refused("name_missing", field="name")
    if not name_en:
        raise Refused("name_en_missing", field="name_en")
    for field, text, limit in (("name", name, 120), ("name_en", name_en, 200)):
        if len(text) > limit:
            raise Refused("name_too_long", field=field, limit=limit)
    return name, name_en


def _standing(rows: dict[int, Unit], parent: Unit) -> Unit:
    """The unit above as it is now; a retired one takes nothing new."""
    found = rows[parent.pk]
    if found.retired_at is not None:
        raise Refused("unit_retired", field="parent")
    return found


def _move(row: Unit, parent: Unit | None, rows: dict[int, Unit]) -> None:
    """Put the unit under its new parent and give everything below it its new path."""
    if parent is None or row.parent_id is None:
        raise Refused("unit_parent_missing" if parent is None else "unit_is_root", field="parent")
    above = _standing(rows, parent)
    if above.path.startswith(row.path):
        raise Refused("unit_loop", field="parent")
    old, new = row.path, _path(row, above)
    below = [other for other in rows.values() if other.path.startswith(old) and other.pk != row.pk]
    for other in below:
        other.path = new + other.path.removeprefix(old)
        if len(other.path) > PATH_LENGTH:
            raise Refused("unit_too_deep", field="parent")
    Unit.objects.bulk_update(below, ["path"])
    row.parent, row.path = above, new


def _path(row: Unit, parent: Unit) -> str:
    path = row.path_from(parent)
    if len(path) > PATH_LENGTH:
        raise Refused("unit_too_deep", field="parent")
    return path


def _not_in_use(row: Unit, rows: Iterable[Unit], today: date) -> None:
    works = Milestone.objects.current().filter(unit=row).exclude(status=Status.DONE).count()
    works += Metric.objects.current().filter(unit=row).count()
    works += Project.objects.current().filter(unit=row).count() + Programme.objects.current().filter(unit=row).count()
    held = Appointment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), unit=row).count()
    below = sum(1 for other in rows if other.parent_id == row.pk and other.retired_at is None)
    if works or held or below:
        raise Refused("unit_in_use", works=works, people=held, units=below)


def _in_reach(unit: Unit, action: str, code: str, *, by: User, reach: Reach) -> None:
    if not reach.may(Permission.MANAGE_UNITS, unit.path):
        record_refusal(action, by=by, subject_type="unit", subject_code=code[:60], code="no_right")
        raise Refused("no_right", right=True)
