"""Keeping the table of statutory windows: new versions of a row, and local rows, which may only tighten."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError

from tracker.actions.rechecks import recheck_window
from tracker.audit import Refused, clock, record, record_refusal, recording, snapshot
from tracker.domain.calendars import Unit
from tracker.domain.regions import REGIONS
from tracker.domain.windows import LoosensNational, WindowKind, check_local, in_force_spans, problem
from tracker.models import SourceTag, StatutoryWindow, User
from tracker.permissions import Reach, keeps_reference

CODE = re.compile(r"[A-Z]{2,4}-[0-9]{2}[a-z]?")
FIELDS = (
    "name", "name_en", "from_step", "from_step_en", "to_step", "to_step_en", "kind", "n", "unit", "law", "law_en",
    "article", "effective_from", "effective_to", "verified", "source_tag", "note", "note_en", "reason",
)  # fmt: skip
REASON_LENGTH = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a version of a row says; see `StatutoryWindow`. `reason` is why it is added."""

    name: str
    name_en: str
    from_step: str
    from_step_en: str
    to_step: str
    to_step_en: str
    kind: WindowKind
    n: int | None
    unit: Unit | None
    law: str
    law_en: str
    article: str
    effective_from: date | None
    effective_to: date | None
    source_tag: SourceTag
    note: str
    note_en: str
    reason: str


def add_version(*, code: str, region: str, version: int, wording: Wording, by: User, reach: Reach) -> StatutoryWindow:
    """Add the next version of a row; the older ones stay as they are. `version` is the newest the person saw.

    Raises Refused: 'no_right', 'window_unknown', 'stale', 'reason_window_missing', the codes of `domain.windows`
    `problem` and, for a local row, those of `LoosensNational`. A national row that becomes tighter than a local one is
    taken: the local row then no longer counts, and the page says so.
    """
    _may(code, region, by=by, reach=reach)
    with recording():
        last = _newest(code, region)
        if last is None:
            raise Refused("window_unknown")
        if last.version != version:
            raise Refused("stale")
        row = _row(last.code, last.region, last.version + 1, last.applies_to, last.position, wording, by)
        _save(row)
        recheck_window(code, now=row.recorded_at)
        before, after = snapshot(last, *FIELDS), snapshot(row, *FIELDS)
        record("window.version", by=by, subject_type="window", subject_code=subject(row), before=before, after=after)
    return row


def add_local(*, code: str, region: str, wording: Wording, by: User, reach: Reach) -> StatutoryWindow:
    """Add a region's row for a national one, or for a new code. Raises Refused as `add_version` does, and
    'window_code_form', 'window_region_unknown', 'window_exists', 'window_unknown'.
    """
    _may(code, region, by=by, reach=reach)
    if not CODE.fullmatch(code):
        raise Refused("window_code_form", field="code")
    if region not in REGIONS:
        raise Refused("window_region_unknown", field="region")
    with recording():
        national = _newest(code, "")
        if national is None:
            raise Refused("window_unknown", field="code")
        if _newest(code, region) is not None:
            raise Refused("window_exists", field="code")
        row = _row(code, region, 1, national.applies_to, national.position, wording, by)
        _save(row)
        recheck_window(code, now=row.recorded_at)
        record("window.local", by=by, subject_type="window", subject_code=subject(row), after=snapshot(row, *FIELDS))
    return row


def subject(row: StatutoryWindow) -> str:
    """What a row is called in the audit trail: TB-05, TB-05-BJ."""
    return f"{row.code}-{row.region}" if row.region else row.code


def _may(code: str, region: str, *, by: User, reach: Reach) -> None:
    if not keeps_reference(reach):
        about = f"{code}-{region}"[:60].strip("-")
        record_refusal("window.keep", by=by, subject_type="window", subject_code=about, code="no_right")
        raise Refused("no_right", right=True)


def _newest(code: str, region: str) -> StatutoryWindow | None:
    rows = StatutoryWindow.objects.select_for_update(no_key=True).filter(code=code, region=region).order_by("-version")
    return rows.first()


def _row(
    code: str, region: str, version: int, applies_to: str, position: int, wording: Wording, by: User
) -> StatutoryWindow:
    values: dict[str, Any] = {name: getattr(wording, name) for name in FIELDS if name != "verified"}
    values |= {"kind": wording.kind.value, "unit": wording.unit.value if wording.unit else ""}
    values |= {"source_tag": wording.source_tag.value, "verified": wording.source_tag is SourceTag.LAW}
    for name, value in values.items():
        values[name] = value.strip() if isinstance(value, str) else value
    return StatutoryWindow(
        code=code, region=region, version=version, applies_to=applies_to, position=position, by=by,
        recorded_at=clock(), **values,
    )  # fmt: skip


def _save(row: StatutoryWindow) -> None:
    """Check the row in itself and, if it is local, against the national ones in force while it is; then write it."""
    if not row.reason:
        raise Refused("reason_window_missing", field="reason")
    if len(row.reason) > REASON_LENGTH:
        raise Refused("reason_too_long", field="reason", limit=REASON_LENGTH)
    value = row.value()
    code = problem(value)
    if code:
        raise Refused(code, field="effective_to" if code == "window_force_reversed" else "n")
    if row.region:
        rows = StatutoryWindow.objects.filter(code=row.code, region="").windows()
        try:
            for national in in_force_spans(rows, value.effective_from, value.effective_to):
                check_local(value, national)
        except LoosensNational as loose:
            length = loose.national.length
            raise Refused(loose.code, field="n", national=length[0], unit=length[1].value) from None
    try:
        row.save(force_insert=True)
    except IntegrityError:
        raise Refused("stale") from None
