"""Reports as lines of a chain: what was said, by whom, and what became of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from tracker import words
from tracker.domain.reporting import Origin, ReportState
from tracker.models import Citation, Evidence, Metric, Milestone, Report
from tracker.models.subjects import KINDS, SAID, Subject, kind_of
from tracker.models.worded import WordedRows
from tracker.queries.asked import A_DAY, A_KEY, A_MOMENT, ANOTHER_KEY
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
    """The latest reports on these items that were in by then, newest first; two queries."""
    few = _of_items(limit).all([row.pk for row in milestones], [row.pk for row in metrics], on, known)
    return _lines(few, known=known, language=language)


def chain(item: Subject, *, on: date, known: datetime, limit: int, language: str) -> list[ReportLine]:
    """The reports on one item that were in by then, newest first; two queries."""
    few = _of_one(kind_of(item), limit).all(item.pk, on, known)
    return _lines(few, known=known, language=language)


def _lines(few: Sequence[int], *, known: datetime, language: str) -> list[ReportLine]:
    """The few were chosen before what they name is joined: in one statement the order of so many joins is fixed."""
    loaded = _LOADED.all(few, known) if few else ()
    return [line(row, corrected_by=row.corrected_by, known=known, language=language) for row in loaded]


def _newest(about: Q, on: date, known: datetime, limit: int) -> Any:
    rows = Report.objects.filter(about).exclude(state=ReportState.DRAFT).filter(as_of__lte=on, created_at__lte=known)
    return rows.order_by("-as_of", "-id").values_list("pk", flat=True)[:limit]


@cache
def _of_items(limit: int) -> WordedRows:
    """The keys of the latest reports on these milestones and metrics."""

    def rows(milestones: Sequence[int], metrics: Sequence[int], on: date, known: datetime) -> Any:
        return _newest(Q(milestone__pk__among=milestones) | Q(metric__pk__among=metrics), on, known, limit)

    return WordedRows(rows, [A_KEY], [ANOTHER_KEY], A_DAY, A_MOMENT)


@cache
def _of_one(kind: str, limit: int) -> WordedRows:
    """The keys of the latest reports on one item."""
    return WordedRows(lambda key, on, known: _newest(Q(**{kind: key}), on, known, limit), A_KEY, A_DAY, A_MOMENT)


def _loaded(keys: Sequence[int], known: datetime) -> Any:
    """Reports with all that a line prints, the latest first."""
    correcting = Report.objects.filter(supersedes=OuterRef("pk"), state=ReportState.ACCEPTED, accepted_at__lte=known)
    found = Report.objects.filter(pk__among=keys).annotate(file_count=_file_count(known))
    found = found.annotate(corrected_by=Subquery(correcting.values("pk")[:1]))
    return found.select_related(*RELATED).only(*PRINTED).order_by("-as_of", "-id")


RELATED = (*KINDS, *SAID, "author", "unit", "decided_by", "citation__document")
PRINTED = (
    *(item.name for item in Report._meta.concrete_fields),
    *(f"{path}__{name}" for path in (*KINDS, "author", "unit", "decided_by") for name in ("name", "name_en")),
    *(f"{kind}__code" for kind in KINDS),
    *(f"on_{name}__{item.name}" for name, kind in KINDS.items() for item in kind.said._meta.concrete_fields),
    *(f"citation__{item.name}" for item in Citation._meta.concrete_fields),
    "citation__document__code",
)
"""What a line prints: of five kinds of items their names alone."""
_LOADED = WordedRows(_loaded, [A_KEY], A_MOMENT)


def _file_count(known: datetime) -> Coalesce:
    """How many files a report had by then; what was taken away since is not there any more."""
    rows = Evidence.objects.filter(report=OuterRef("pk"), removed_at__isnull=True, uploaded_at__lte=known).order_by()
    return Coalesce(Subquery(rows.values("report").annotate(count=Count("pk")).values("count")), 0)


def attach_reports(rows: Iterable[Any]) -> None:
    """Load the report each row rests on, with its citation, where it is not there yet; one query, none without any."""
    wanted = [row for row in rows if row.report_id and not type(row).report.is_cached(row)]
    if wanted:
        found = {report.pk: report for report in _RESTING.all([row.report_id for row in wanted])}
        for row in wanted:
            row.report = found[row.report_id]


_RESTING = WordedRows(lambda keys: Report.objects.filter(pk__among=keys).select_related("citation"), [A_KEY])


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
