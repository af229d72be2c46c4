"""Other offices' sheets: how a header is read is remembered for a unit, and an upload is settled to be sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from tracker.audit import Refused, clock, record, record_refusal, recording
from tracker.models import SheetMapping, SheetUpload, Unit, User
from tracker.permissions import Permission, Reach

TITLE_LIMIT = 120
MOST_ITEMS = 2_000
"""Rows a mapping remembers by name."""


def remember(
    *,
    unit: Unit,
    fingerprint: str,
    title: str,
    columns: Sequence[str],
    items: Mapping[str, str],
    by: User,
    reach: Reach,
) -> SheetMapping:
    """Keep how a header is read, as a new version unless it says what the last one said.

    Raises Refused('no_right') where one does not report for the unit.
    """
    if not reach.may(Permission.REPORT, unit.path):
        record_refusal("sheet.mapping", by=by, subject_type="sheet", subject_code=fingerprint[:8], code="no_right")
        raise Refused("no_right", right=True)
    with recording():
        Unit.objects.select_for_update().get(pk=unit.pk)  # two people who confirm at once make two versions
        last = SheetMapping.objects.filter(unit=unit, fingerprint=fingerprint).order_by("-number").first()
        kept = {**(last.items if last and last.columns == list(columns) else {}), **items}
        if last is not None and (last.columns, last.items) == (list(columns), kept):
            return last
        if len(kept) > MOST_ITEMS:
            kept = dict(list(kept.items())[-MOST_ITEMS:])
        made = SheetMapping(
            unit=unit,
            fingerprint=fingerprint,
            number=last.number + 1 if last else 1,
            title=title[:TITLE_LIMIT],
            columns=list(columns),
            items=kept,
            made_by=by,
            made_at=clock(),
        )
        made.save(force_insert=True)
        record(
            "sheet.mapping",
            by=by,
            subject_type="sheet",
            subject_code=fingerprint[:8],
            before={"columns": last.columns, "rows": len(last.items)} if last else None,
            after={"unit": unit.code, "title": made.title, "columns": made.columns, "rows": len(kept)},
            at=made.made_at,
        )
    return made


def settle(*, upload: SheetUpload, outcome: Mapping[str, Any], by: User) -> None:
    """Put what was found of an upload in the place of what was found before.

    Raises Refused: 'sheet_gone', or 'sheet_sent' once a row of it has become a report.
    """
    with recording():
        held = SheetUpload.objects.select_for_update().filter(pk=upload.pk, owner=by).first()
        if held is None:
            raise Refused("sheet_gone")
        if any(line.get("report") for line in held.outcome.get("lines", ())):
            raise Refused("sheet_sent")
        held.outcome = dict(outcome)
        held.save(update_fields=["outcome"])
        record("sheet.read", by=by, subject_type="sheet", subject_code=held.token[:8], after={"file": held.name})
