"""The files on a report as pages show them, and the one that is asked for."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from tracker import words
from tracker.domain.reporting import ReportState
from tracker.models import Evidence
from tracker.models.subjects import Subject, kind_of
from tracker.permissions import Reach, readable
from tracker.words import evidence as evidence_words


@dataclass(frozen=True, slots=True)
class File:
    """One file. `preview` is the address of its preview, '' for what has none; `width` and `height` are its pixels."""

    pk: int
    name: str
    kind: str
    size: str
    url: str
    preview: str
    width: int
    height: int
    added: str


def file(row: Evidence) -> File:
    """A file as it is shown."""
    return File(
        pk=row.pk,
        name=row.name,
        kind=row.sort.ending.upper(),
        size=evidence_words.size(row.size),
        url=f"/evidence/{row.pk}/",
        preview=f"/evidence/{row.pk}/preview/" if row.thumb_width else "",
        width=row.thumb_width,
        height=row.thumb_height,
        added=words.instant(row.uploaded_at),
    )


def with_files() -> Prefetch:
    """For `prefetch_related`: the files of many reports in one query, each report's as `files_there`."""
    return Prefetch("evidence", queryset=Evidence.objects.there(), to_attr="files_there")


def files(rows: Iterable[Evidence]) -> tuple[File, ...]:
    """Files as they are shown."""
    return tuple(file(row) for row in rows)


def files_of(report: int) -> tuple[File, ...]:
    """The files of one report; one query."""
    return files(Evidence.objects.there().filter(report=report))


def found(*, pk: int, reach: Reach) -> Evidence | None:
    """The file of that number if its report is in reading reach and it was not taken away, else None."""
    rows = Evidence.objects.there().filter(readable(reach, "report__unit__path"), pk=pk)
    row: Evidence | None = rows.select_related("report__unit").first()
    return row


def carriable(row: Subject, *, returned: int | None, corrects: int | None, reader: int) -> tuple[File, ...]:
    """What may be sent again with the next report on an item: the files of the one that came back, of one's own that
    waits, since the next one takes its place, and of the one that is corrected. Each file once; one query.
    """
    about = Q(**{f"report__{kind_of(row)}": row.pk})
    sources = Q(report__state=ReportState.SUBMITTED, report__author=reader, report__supersedes=corrects)
    sources |= Q(report=returned or corrects or 0)
    if corrects:
        sources |= Q(report__state=ReportState.RETURNED, report__supersedes=corrects)
    rows = Evidence.objects.there().filter(about & sources)
    return files({one.sent_sha256: one for one in rows}.values())


def carriable_of_returned(reports: Iterable[int]) -> dict[int, tuple[File, ...]]:
    """The files of reports that came back, by the number of the report; one query."""
    kept: dict[int, list[Evidence]] = {}
    for row in Evidence.objects.there().filter(report__in=[*reports] or [0]):
        kept.setdefault(row.report_id, []).append(row)
    return {pk: files(rows) for pk, rows in kept.items()}


def damaged() -> Iterator[tuple[Evidence, str]]:
    """Every file with what is wrong with it on disk: "missing", "changed" or ''. Reads them all."""
    for row in Evidence.objects.there().iterator(500):
        try:
            with row.path.open("rb") as content:
                same = hashlib.file_digest(content, "sha256").hexdigest() == row.sha256
        except OSError:
            yield row, "missing"
        else:
            yield row, "" if same else "changed"
