"""Evidence on a report that waits: its author adds files, or takes one away. With the decision it becomes final."""

from django.db import transaction

from tracker.actions.evidence_files import Files, described, forget
from tracker.audit import Refused, clock, record, record_refusal, recording
from tracker.domain.reporting import ReportState
from tracker.models import Evidence, Report, User
from tracker.models.subjects import KINDS, key_of


def add(*, report: Report, files: Files, by: User) -> list[Evidence]:
    """Add files to one's own waiting report; those it has already are passed over. Raises Refused."""
    _own(report, by, "report.evidence_add")
    with recording():
        row = _locked_waiting(report)
        now = clock()
        after = files.attach(row, by, now)
        if files.attached:
            record("report.evidence_add", by=by, subject_type="report", subject_code=str(row.pk), after=after, at=now)
    return files.attached


def remove(*, evidence: Evidence, by: User) -> None:
    """Take a file off one's own waiting report: its row stays and says so, the file goes. Raises Refused."""
    _own(evidence.report, by, "report.evidence_remove")
    with recording():
        report = _locked_waiting(evidence.report)
        row = Evidence.objects.select_for_update().get(pk=evidence.pk)
        if row.removed_at:
            raise Refused("evidence_gone")
        row.removed_at = clock()
        row.save(update_fields=["removed_at"])
        record(
            "report.evidence_remove",
            by=by,
            subject_type="report",
            subject_code=str(report.pk),
            before=described([row]),
            at=row.removed_at,
        )
        transaction.on_commit(lambda: forget([row.stored]))


def _own(report: Report, by: User, action: str) -> None:
    if report.author_id != by.pk:
        record_refusal(action, by=by, subject_type="report", subject_code=str(report.pk), code="not_authors_evidence")
        raise Refused("not_authors_evidence", right=True)


def _locked_waiting(report: Report) -> Report:
    """The report, its item locked first (the lock order of every action); raises Refused once it is decided on."""
    KINDS[report.kind].model.objects.select_for_update(no_key=True).get(pk=key_of(report)[1])
    row: Report = Report.objects.select_for_update().get(pk=report.pk)
    if row.state != ReportState.SUBMITTED:
        raise Refused("already_decided", state=row.state)
    return row
