"""Citations as lines: what a document states, where, as printed, and what that means."""

from collections.abc import Iterable
from dataclasses import dataclass

from tracker import words
from tracker.models import Citation, CitationStatus


@dataclass(frozen=True, slots=True)
class CitationLine:
    """One stated fact. `row` is what the `cite` tag takes; `value` is its meaning in the reader's language."""

    row: Citation
    code: str
    document: str
    place: str
    name: str
    kind: str
    kind_code: str
    status: str
    withheld: bool
    printed: str
    value: str
    basis: str
    when: str
    assumed: int | None
    in_total: bool
    note: str


def citation_lines(rows: Iterable[Citation], *, language: str) -> list[CitationLine]:
    """The citations, each with its document loaded."""
    return [citation_line(row, language=language) for row in rows]


def citation_line(row: Citation, *, language: str) -> CitationLine:
    """One citation as a line; its document has to be loaded."""
    chinese = language.startswith("zh")
    when = row.date
    last = (when.latest or when.earliest) if when else None
    return CitationLine(
        row=row,
        code=row.code,
        document=row.document.code,
        place=row.place,
        name=row.called(language),
        kind=words.citation_kind(row.kind),
        kind_code=row.kind,
        status=words.citation_status(row.status),
        withheld=row.status == CitationStatus.WITHHELD,
        printed=row.printed,
        value=words.quantity(row.quantity),
        basis=row.basis if chinese or not row.basis_en else row.basis_en,
        when=words.imprecise(when),
        assumed=last.year if row.plan_year and last else None,
        in_total=row.in_total,
        note=row.note if chinese or not row.note_en else row.note_en,
    )
