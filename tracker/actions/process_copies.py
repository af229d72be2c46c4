"""A unit's own copies of process templates: made, written on version by version, retired. Rows are only ever added."""

from typing import Any

from django.db import IntegrityError

from tracker.audit import Refused, clock, record, record_refusal, recording
from tracker.domain.process_copies import Fault, Sheet, differences, faults
from tracker.domain.processes import Link, Tie
from tracker.models import (
    ProcessOmission,
    ProcessStep,
    ProcessTemplate,
    ProcessTie,
    ProcessWindow,
    StatutoryWindow,
    Unit,
    User,
)
from tracker.permissions import Permission, Reach, readable_templates

NAME_LENGTH, REASON_LENGTH = 120, 300


class Faulty(Refused):
    """What was written cannot be planned with; `faults` say what and where."""

    def __init__(self, found: list[Fault]) -> None:
        super().__init__("process_faulty")
        self.faults = found


def copy(*, code: str, unit: Unit, name: str, name_en: str, reason: str, by: User, reach: Reach) -> ProcessTemplate:
    """Make a unit's own copy of a template of the house, as it reads now.

    Raises Refused: no_right (planning for that unit is needed), unknown_process, process_not_house, unit_retired,
    name_missing, name_too_long, process_name_taken (a process one can choose in that unit has that name),
    process_reason_missing, reason_too_long.
    """
    _may(unit.path, code, "process.copy", by=by, reach=reach)
    name, name_en, reason = name.strip(), name_en.strip(), _reason(reason)
    if not name:
        raise Refused("name_missing", field="name")
    if len(name) > NAME_LENGTH:
        raise Refused("name_too_long", field="name", limit=NAME_LENGTH)
    if unit.retired_at:
        raise Refused("unit_retired", field="unit")
    with recording():
        # Copies of one template are numbered one after the other.
        ProcessTemplate.objects.select_for_update().filter(code=code, version=1).first()
        origin = ProcessTemplate.objects.filter(readable_templates(reach)).whole(code)
        if origin is None:
            raise Refused("unknown_process")
        if origin.unit_id:
            raise Refused("process_not_house")
        if _name_taken(name, unit):
            raise Refused("process_name_taken", field="name")
        number = ProcessTemplate.objects.filter(origin__code=code, version=1).count() + 1
        row = _row(f"{code}-c{number}", 1, origin, unit, reason, by)
        _write(row, _renamed(origin.sheet(), name, name_en))
        record("process.copy", by=by, subject_type="process", subject_code=row.code, after=_told(row, origin.sheet()))
    return row


def add_version(
    *, code: str, version: int, sheet: Sheet, reason: str, taken_over: bool, by: User, reach: Reach
) -> ProcessTemplate:
    """Add the next version of a copy; `version` is the newest the person saw.

    `taken_over` says that what changed in the house's template has been looked at: the copy is held against the newest
    version of it from now on. Raises Refused as `copy` does, and process_retired, stale, process_no_change, Faulty.
    """
    _may_change(code, "process.version", by=by, reach=reach)
    reason = _reason(reason)
    with recording():
        last = _last(code, seen=version)
        origin = _origin(last, newest=taken_over)
        known = frozenset(StatutoryWindow.objects.filter(region="").values_list("code", flat=True))
        if found := faults(sheet, origin=origin.value().windows, known=known):
            raise Faulty(found)
        before = last.sheet()
        if origin.pk == last.origin_id and not differences(before, sheet):
            raise Refused("process_no_change")
        row = _row(last.code, last.version + 1, origin, _unit(last), reason, by)
        _write(row, sheet)
        old, new = _told(last, before), _told(row, sheet)
        for name, lines in new.items():
            if isinstance(lines, list):  # of a list, only the lines that differ
                old[name], new[name] = _without(old[name], lines), _without(lines, old[name])
        record("process.version", by=by, subject_type="process", subject_code=code, before=old, after=new)
    return row


def retire(*, code: str, version: int, reason: str, by: User, reach: Reach) -> ProcessTemplate:
    """End a copy by a last version that says so; plans made with it stay. Raises Refused as `add_version` does."""
    _may_change(code, "process.retire", by=by, reach=reach)
    reason = _reason(reason)
    with recording():
        last = _last(code, seen=version)
        row = _row(last.code, last.version + 1, _origin(last, newest=False), _unit(last), reason, by)
        row.retired = True
        _write(row, last.sheet())
        after = {"version": row.version, "reason": reason}
        record("process.retire", by=by, subject_type="process", subject_code=code, after=after)
    return row


def _may(path: str, code: str, action: str, *, by: User, reach: Reach) -> None:
    if not reach.may(Permission.PLAN, path):
        record_refusal(action, by=by, subject_type="process", subject_code=code[:60], code="no_right")
        raise Refused("no_right", right=True)


def _may_change(code: str, action: str, *, by: User, reach: Reach) -> None:
    """Refuse, outside of any transaction, what is no copy in reach or of a unit one does not plan for."""
    row = ProcessTemplate.objects.filter(readable_templates(reach), code=code, version=1).select_related("unit").first()
    if row is None:
        raise Refused("unknown_process")
    if row.unit is None:
        raise Refused("process_is_house")
    _may(row.unit.path, code, action, by=by, reach=reach)


def _last(code: str, *, seen: int) -> ProcessTemplate:
    """The newest version of a copy; whoever changes it waits for the one before.

    Raises Refused: stale where it is not the version seen, process_retired.
    """
    ProcessTemplate.objects.select_for_update().filter(code=code, version=1).first()
    last = ProcessTemplate.objects.all().whole(code)
    assert last is not None
    if last.version != seen:
        raise Refused("stale")
    if last.retired:
        raise Refused("process_retired")
    return last


def _origin(row: ProcessTemplate, *, newest: bool) -> ProcessTemplate:
    """The version of the house's template a copy is held against, or the newest one."""
    assert row.origin is not None
    found = ProcessTemplate.objects.all().whole(row.origin.code, None if newest else row.origin.version)
    assert found is not None
    return found


def _unit(row: ProcessTemplate) -> Unit:
    assert row.unit is not None
    return row.unit


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("process_reason_missing", field="reason")
    if len(text) > REASON_LENGTH:
        raise Refused("reason_too_long", field="reason", limit=REASON_LENGTH)
    return text


def _name_taken(name: str, unit: Unit) -> bool:
    """Whether a process that can be chosen in that unit is called so."""
    rows = ProcessTemplate.objects.offered().filter(name=name).values_list("unit__path", flat=True)
    return any(path is None or unit.path.startswith(path) for path in rows)


def _renamed(sheet: Sheet, name: str, name_en: str) -> Sheet:
    kept: dict[str, Any] = {key: getattr(sheet, key) for key in ("note", "note_en", "goal", "steps", "ties", "windows")}
    return Sheet(name=name, name_en=name_en, **kept)


def _row(code: str, version: int, origin: ProcessTemplate, unit: Unit, reason: str, by: User) -> ProcessTemplate:
    return ProcessTemplate(
        code=code, version=version, position=origin.position, origin=origin, unit=unit, by=by, reason=reason,
        recorded_at=clock(),
    )  # fmt: skip


def _write(row: ProcessTemplate, sheet: Sheet) -> None:
    """Store a version with all that belongs to it."""
    for name in ("name", "name_en", "note", "note_en", "goal"):
        setattr(row, name, getattr(sheet, name))
    try:
        row.save(force_insert=True)
    except IntegrityError:
        raise Refused("stale") from None
    steps = {
        step.code: step
        for step in ProcessStep.objects.bulk_create(
            ProcessStep(
                template=row, code=step.code, position=at, name=step.name, name_en=step.name_en,
                duration=step.days, unit=step.unit.value,
            )
            for at, step in enumerate(sheet.steps, start=1)
        )
    }  # fmt: skip
    ProcessTie.objects.bulk_create(
        ProcessTie(
            template=row, predecessor=steps[tie.predecessor], successor=steps[tie.successor], kind=tie.kind.value,
            lag=tie.lag, lag_unit=tie.lag_unit,
        )
        for tie in sheet.ties
    )  # fmt: skip
    ProcessWindow.objects.bulk_create(
        ProcessWindow(template=row, window=held.window, from_step=held.first.step, from_end=held.first.end,
                      to_step=held.last.step, to_end=held.last.end)
        for held in sheet.windows
    )  # fmt: skip
    ProcessOmission.objects.bulk_create(
        ProcessOmission(template=row, window=one.held.window, from_step=one.held.first.step,
                        from_end=one.held.first.end, to_step=one.held.last.step, to_end=one.held.last.end,
                        reason=one.reason)
        for one in sheet.omitted
    )  # fmt: skip


def _told(row: ProcessTemplate, sheet: Sheet) -> dict[str, Any]:
    """A version as the audit trail keeps it: what differs shows line by line."""
    lag = {"wd": "工作日", "d": "日"}
    return {
        "version": row.version,
        "name": row.name,
        "name_en": row.name_en,
        "unit": row.unit_id,
        "origin": str(row.origin) if row.origin else "",
        "goal": sheet.goal,
        "steps": [f"{step.code} {step.name} {step.days}{lag[step.unit]}" for step in sheet.steps],
        "ties": [_tie_told(tie) for tie in sheet.ties],
        "windows": [f"{held.window} {held.first.step}→{held.last.step}" for held in sheet.windows],
        "omitted": [f"{one.held.window} {one.reason}" for one in sheet.omitted],
        "note": sheet.note,
        "reason": row.reason,
    }


def _without(lines: list[str], others: list[str]) -> list[str]:
    """The lines that are not among the others; all of them where only their order differs."""
    return lines if sorted(lines) == sorted(others) and lines != others else [one for one in lines if one not in others]


def _tie_told(tie: Tie) -> str:
    how = {Link.FS: "", Link.SS: "开始后", Link.FF: "完成不早于", Link.SF: "完成不早于其开始"}[tie.kind]
    lag = f"间隔{tie.lag}{'工作日' if tie.lag_unit == 'wd' else '日'}" if tie.lag else ""
    more = "，".join(part for part in (how, lag) if part)
    return f"{tie.predecessor}→{tie.successor}" + (f"（{more}）" if more else "")
