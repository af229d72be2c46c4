"""Reports as lines of a chain: what was said, by whom, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from tracker import words
from tracker.domain.reporting import Origin, ReportState
from tracker.models import Citation, Evidence, Metric, Milestone, Report
from tracker.models.subjects import KINDS, SAID, Subject, kind_of
from tracker.queries.milestones import as_of_words
from tracker.queries.reports import said
from tracker.words import evidence as evidence_words


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report. `corrects` and `corrected_by` are numbers of other reports."""

    pk: int
    subject: str
    subject_url: str
    as_of: str
    said: str
    note: str
    origin: str
    state: str
    waiting: bool
    counts: bool
    author: str
    unit: str
    submitted: str
    decided: str
    decided_by: str
    comment: str
    corrects: int | None
    reason: str
    corrected_by: int | None
    citation: Citation | None
    files: str


def recent_reports(
    milestones: Sequence[Milestone], metrics: Sequence[Metric], *, on: date, known: datetime, limit: int, language: str
) -> list[ReportLine]:
    """The latest reports on these items that were in by then, newest first; three queries."""
    about = Q(milestone__in=[row.pk for row in milestones]) | Q(metric__in=[row.pk for row in metrics])
    return _lines(Report.objects.filter(about), on=on, known=known, limit=limit, language=language)


def chain(item: Subject, *, on: date, known: datetime, limit: int, language: str) -> list[ReportLine]:
    """The reports on one item that were in by then, newest first; three queries."""
    rows = Report.objects.filter(**{kind_of(item): item})
    return _lines(rows, on=on, known=known, limit=limit, language=language)


def _lines(rows: Any, *, on: date, known: datetime, limit: int, language: str) -> list[ReportLine]:
    related = (*KINDS, *SAID, "author", "unit", "decided_by", "citation__document")
    drafts = Q(state=ReportState.DRAFT)
    newest = rows.exclude(drafts).filter(as_of__lte=on, created_at__lte=known).order_by("-as_of", "-id")
    # The few are chosen before what they name is joined: in one statement the order of so many joins is fixed.
    few = list(newest.values_list("pk", flat=True)[:limit])
    found = Report.objects.filter(pk__in=few).annotate(file_count=_file_count(known))
    loaded = list(found.select_related(*related).order_by("-as_of", "-id"))
    corrected = dict(
        Report.objects.filter(
            supersedes__in=[row.pk for row in loaded], state=ReportState.ACCEPTED, accepted_at__lte=known
        ).values_list("supersedes_id", "pk")
    )
    return [line(row, corrected_by=corrected.get(row.pk), known=known, language=language) for row in loaded]


def _file_count(known: datetime) -> Coalesce:
    """How many files a report had by then; what was taken away since is not there any more."""
    rows = Evidence.objects.filter(report=OuterRef("pk"), removed_at__isnull=True, uploaded_at__lte=known).order_by()
    return Coalesce(Subquery(rows.values("report").annotate(count=Count("pk")).values("count")), 0)


def line(row: Report, *, corrected_by: int | None, known: datetime, language: str) -> ReportLine:
    """A report with its values, item, people and citation loaded; what was decided after `known` is still open."""
    item = row.subject
    open_then = row.decided_at is not None and row.decided_at > known
    state = ReportState.SUBMITTED if open_then else ReportState(row.state)
    return ReportLine(
        pk=row.pk,
        subject=item.called(language),
        subject_url=reverse(KINDS[row.kind].page, args=[item.code]),
        as_of=as_of_words(row.as_of, row),
        said=said(row),
        note=row.note,
        origin=words.origin(row.origin),
        state=words.report_state(state),
        waiting=state is ReportState.SUBMITTED,
        counts=state is ReportState.ACCEPTED and corrected_by is None,
        author=row.author.called(language) if row.author else "",
        unit=row.unit.called(language),
        submitted=words.instant(row.submitted_at) if row.origin != Origin.DOCUMENT else "",
        decided="" if open_then or row.origin == Origin.DOCUMENT else words.instant(row.decided_at),
        decided_by="" if open_then or not row.decided_by else row.decided_by.called(language),
        comment="" if open_then else row.comment,
        corrects=row.supersedes_id,
        reason=row.supersede_reason,
        corrected_by=corrected_by,
        citation=row.citation,
        files=evidence_words.counted(getattr(row, "file_count", 0)),
    )
