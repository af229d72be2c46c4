"""Programmes: when they want reports."""

from tracker.audit import Refused, clock, record, record_refusal, recording, snapshot
from tracker.domain.duties import Cycle
from tracker.models import Programme, User
from tracker.permissions import Permission, Reach

CYCLE = ("report_rhythm", "report_day", "escalate_days")
ESCALATE_AT_MOST = 90


def set_cycle(
    *, programme: Programme, cycle: Cycle, escalate_days: int, version: int | None, by: User, reach: Reach
) -> Programme:
    """Set when a programme wants reports, and after how many days what is missing goes to the unit above.

    Raises Refused: no_right, retired, stale, escalate_range.
    """
    if not reach.may(Permission.PLAN, programme.unit.path):
        record_refusal("programme.cycle", by=by, subject_type="programme", subject_code=programme.code, code="no_right")
        raise Refused("no_right", right=True)
    if not 1 <= escalate_days <= ESCALATE_AT_MOST:
        raise Refused("escalate_range", field="escalate_days", low=1, high=ESCALATE_AT_MOST)
    with recording():
        row: Programme = Programme.objects.select_for_update().get(pk=programme.pk)
        if row.retired_at:
            raise Refused("retired")
        if version is not None and version != row.version:
            raise Refused("stale", version=row.version)
        before = snapshot(row, *CYCLE)
        row.report_rhythm, row.report_day, row.escalate_days = cycle.rhythm.value, cycle.day, escalate_days
        row.version += 1
        row.save(update_fields=[*CYCLE, "version"])
        after = snapshot(row, *CYCLE)
        record(
            "programme.cycle", by=by, subject_type="programme", subject_code=row.code,
            before=before, after=after, at=clock(),
        )  # fmt: skip
    return row
