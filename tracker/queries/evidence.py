"""The files on a report as pages show them, and the one that is asked for."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Prefetch, Q, Value, When
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.reporting import ReportState
from tracker.models import Citation, Evidence
from tracker.models.subjects import KINDS, Subject, kind_of
from tracker.permissions import Reach, readable
from tracker.queries.scope import citations_in_reach
from tracker.words import evidence as evidence_words

MOST_FOUND = 20
"""Places of documents that are offered at once."""
CITED_KINDS = {field.name for field in Citation._meta.get_fields()} & set(KINDS)
"""The kinds of items a citation can name by itself."""


@dataclass(frozen=True, slots=True)
class File:
    """One file, or one place of a document. `preview` is the address of its preview, '' for what has none; `width` and
    `height` are its pixels.
    """

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
    """A file as it is shown; of a place in a document, which and how it is printed there."""
    if row.citation is not None:
        return _place(row, row.citation)
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


def _place(row: Evidence, citation: Citation) -> File:
    name = f"{citation.document.code} {citation.place} {citation.called(words.language())}"
    url, added = f"/citations/{citation.code}/", words.instant(row.uploaded_at)
    return File(row.pk, name, _("Source"), citation.printed, url, "", 0, 0, added)


def with_files() -> Prefetch:
    """For `prefetch_related`: the files of many reports in one query, each report's as `files_there`."""
    return Prefetch("evidence", queryset=Evidence.objects.shown(), to_attr="files_there")


def files(rows: Iterable[Evidence]) -> tuple[File, ...]:
    """Files as they are shown."""
    return tuple(file(row) for row in rows)


def files_of(report: int) -> tuple[File, ...]:
    """The files of one report; one query."""
    return files(Evidence.objects.shown().filter(report=report))


def found(*, pk: int, reach: Reach) -> Evidence | None:
    """The file of that number if its report is in reading reach and it was not taken away, else None."""
    rows = Evidence.objects.there().filter(readable(reach, "report__unit__path"), pk=pk)
    row: Evidence | None = rows.select_related("report__unit", "citation").first()
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
    rows = Evidence.objects.shown().filter(about & sources)
    return files({one.sent_sha256: one for one in rows}.values())


def carriable_of_returned(reports: Iterable[int]) -> dict[int, tuple[File, ...]]:
    """The files of reports that came back, by the number of the report; one query."""
    kept: dict[int, list[Evidence]] = {}
    for row in Evidence.objects.shown().filter(report__in=[*reports] or [0]):
        kept.setdefault(row.report_id, []).append(row)
    return {pk: files(rows) for pk, rows in kept.items()}


@dataclass(frozen=True, slots=True)
class PlaceToCite:
    """A place of a document that may be named as evidence."""

    pk: int
    code: str
    document: str
    place: str
    name: str
    printed: str


def citable(
    row: Any, *, reach: Reach, language: str, codes: Sequence[str] | None = None, text: str = ""
) -> list[PlaceToCite]:
    """Places in reach that state something of the item's programme, the nearest to the item first; one query.

    Those of the codes; else those that have every word of the text in their place, name, figure, code or document.
    One more than MOST_FOUND tells that there are more.
    """
    kind = kind_of(row)
    programme: Any = row
    for step in KINDS[kind].programme.split("__"):
        programme = getattr(programme, step)
    rows = citations_in_reach(reach).filter(programme=programme)
    if codes is not None:
        rows = rows.filter(code__in=codes)
    for word in text.split():
        said = Q()
        for column in ("place", "name", "name_en", "printed", "code", "document__code"):
            said |= Q(**{f"{column}__icontains": word})
            said |= Q(**{f"{column}__icontains": word.replace("(", "（").replace(")", "）")})
        rows = rows.filter(said)
    near = [When(Q(**{kind: row.pk}), then=0)] if kind in CITED_KINDS else []
    project = getattr(row, "project_id", None)
    near += [When(Q(project=project), then=1)] if project else []
    nearness = Case(*near, default=2, output_field=IntegerField()) if near else Value(2)
    rows = rows.select_related("document").annotate(nearness=nearness)
    rows = rows.order_by("nearness", "document__position", "position", "code")[: MOST_FOUND + 1]
    return [
        PlaceToCite(one.pk, one.code, one.document.code, one.place, one.called(language), one.printed) for one in rows
    ]


def damaged() -> Iterator[tuple[Evidence, str]]:
    """Every file with what is wrong with it on disk: "missing", "changed" or ''. Reads them all."""
    for row in Evidence.objects.stored().iterator(500):
        try:
            with row.path.open("rb") as content:
                same = hashlib.file_digest(content, "sha256").hexdigest() == row.sha256
        except OSError:
            yield row, "missing"
        else:
            yield row, "" if same else "changed"
