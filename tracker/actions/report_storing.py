"""How a report that may be made is stored: the locked item, the row, the count of what waits, the audit event.

Every report an official sends goes through here, so statements are few and their SQL is worded once a process.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import DateTimeField, Func, Model

from tracker.actions.evidence_files import NO_FILES, Files
from tracker.audit import record
from tracker.domain.relocation import FIGURES
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.resettlement import FIGURES as HOME_FIGURES
from tracker.models import Housing, Metric, Milestone, Package, Report, Site, User, worded
from tracker.models.relocation import SCOPES
from tracker.models.subjects import Subject, kind_of
from tracker.models.tenders import HELD as PACKAGE_HELD
from tracker.models.worded import Worded

NEEDED = ("code", "version", "retired_at", "as_of", "pending", "unit_id")
# In SQL, because every report ends with them: query sets would take longer to word these than the database to obey.
_PENDING = "UPDATE tracker_{kind} SET pending = pending + %s WHERE id = %s"
_WITHDRAW_EARLIER = """
    UPDATE tracker_report SET state = 'withdrawn', decided_at = %s
    WHERE state = 'submitted' AND {kind}_id = %s AND author_id = %s AND supersedes_id IS NOT DISTINCT FROM %s
      AND id <> %s
    RETURNING id
"""
_DROP_DRAFT = "DELETE FROM tracker_draft WHERE person_id = %s AND form = %s"


@dataclass(frozen=True, slots=True)
class Said:
    """What goes with any report, whatever it is about.

    `token` makes a replayed submit one report; `version` is the item's version the form was filled from (None skips
    the check); `supersedes` is the accepted report this one corrects, with its `reason`. `draft` names the
    author's draft that becomes this report, '' where none is known of: to look for one would cost every report more.
    """

    as_of: date
    note: str = ""
    token: str | None = None
    version: int | None = None
    origin: Origin = Origin.FORM
    supersedes: Report | None = None
    reason: str = ""
    files: Files = NO_FILES
    draft: str = ""


def _locked(model: type[Model], *columns: str) -> Worded[Any]:
    """These columns of a row, locked, and as `now` the clock of asking: when a report came in, not when it counts.

    Items are locked without their keys, here and everywhere: whoever keeps a finding at one need not wait for it.
    """
    now = Func(function="clock_timestamp", output_field=DateTimeField())
    rows = model._default_manager.select_for_update(no_key=True).only(*columns).annotate(now=now)
    return Worded(lambda pk: rows.filter(pk=pk).order_by(), 0)


LOCKED_MILESTONE = _locked(Milestone, *NEEDED)
LOCKED_METRIC = _locked(Metric, *NEEDED, "measure", "form", "derived", "ledger")
SITE_NEEDED = (
    *(*NEEDED, "use", *FIGURES, "obstacles"),
    *(f"scope_{name}{part}" for name in SCOPES for part in ("", "_qualifier")),
)
LOCKED_SITE = _locked(Site, *SITE_NEEDED)
HOUSING_NEEDED = (*NEEDED, *HOME_FIGURES, "homes", "homes_qualifier", "area", "area_qualifier")
LOCKED_HOUSING = _locked(Housing, *HOUSING_NEEDED)
PACKAGE_NEEDED = (*NEEDED, "metric_id", *PACKAGE_HELD)
LOCKED_PACKAGE = _locked(Package, *PACKAGE_NEEDED)


def new(said: Said, *, by: User, now: datetime, unit_id: int, **subject: Subject) -> Report:
    """The row of a report, not yet stored."""
    return Report(
        unit_id=unit_id,
        as_of=said.as_of,
        state=ReportState.SUBMITTED.value,
        note=said.note.strip(),
        origin=said.origin.value,
        author=by,
        submitted_by=by,
        created_at=now,
        submitted_at=now,
        supersedes=said.supersedes,
        supersede_reason=said.reason.strip(),
        client_token=said.token or None,
        **subject,
    )


def waiting(row: Subject, report: Report, values: Mapping[str, Any], *, by: User, said: Said) -> None:
    """Count the report as pending; an earlier one of the same author saying the same thing anew gives way to it.

    A waiting correction and a waiting report of today stand side by side: they speak of different things.
    """
    replaced: list[int] = []
    corrects = said.supersedes.pk if said.supersedes else None
    kind = kind_of(row)
    with worded.cursor() as cursor:
        if row.pending:
            same = [row.pk, by.pk, corrects, report.pk]
            cursor.execute(_WITHDRAW_EARLIER.format(kind=kind), [report.submitted_at, *same])
            replaced = sorted((pk for (pk,) in cursor.fetchall()), reverse=True)
        cursor.execute(_PENDING.format(kind=kind), [1 - len(replaced), row.pk])
        if said.draft:
            cursor.execute(_DROP_DRAFT, [by.pk, said.draft])
    head = {"subject": row.code, "as_of": said.as_of, "origin": said.origin.value, "note": report.note}
    head |= said.files.attach(report, by, report.submitted_at)
    record(
        "report.submit",
        by=by,
        subject_type="report",
        subject_code=str(report.pk),
        after={**head, **values, "replaced": replaced, "supersedes": corrects, "reason": said.reason.strip()},
        at=report.submitted_at,
    )
