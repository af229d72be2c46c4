"""Source documents: what each states and withholds, where it is used, and the trail of one figure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q

from tracker import words
from tracker.domain.units import BASE, MEASURES
from tracker.models import (
    Citation,
    CitationKind,
    CitationStatus,
    Document,
    MetricPlan,
    MilestonePlan,
    Report,
    SitePlan,
)
from tracker.models.subjects import KINDS
from tracker.permissions import Reach, readable
from tracker.queries.citation_lines import CitationLine, citation_line, citation_lines
from tracker.queries.report_lines import ReportLine, line
from tracker.queries.scope import citations_in_reach

WITHHELD = Q(status=CitationStatus.WITHHELD)
PLANS: dict[str, Any] = {"milestone": MilestonePlan, "metric": MetricPlan, "site": SitePlan}
"""The plan versions that rest on citations, by what they are plans of."""
COMPARABLE = Q(kind=CitationKind.COMPARABLE)


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document in the list, with how many of its citations are in reach."""

    code: str
    title: str
    kind: str
    complete: bool
    programme_code: str
    programme: str
    stated: int
    withheld: int
    comparable: int
    total: int


def sources_page(*, reach: Reach, language: str) -> list[DocumentRow]:
    """The documents in reach, in their order; three queries."""
    counted = citations_in_reach(reach).order_by().values("document_id")
    counts = {
        row["document_id"]: row
        for row in counted.annotate(
            total=Count("pk"),
            withheld=Count("pk", filter=WITHHELD),
            comparable=Count("pk", filter=COMPARABLE & ~WITHHELD),
        )
    }
    documents = Document.objects.filter(pk__in=list(counts)).prefetch_related("programmes").order_by("position", "code")
    return [_document_row(row, counts[row.pk], language) for row in documents]


def _document_row(row: Document, counts: dict[str, int], language: str) -> DocumentRow:
    programme = next(iter(row.programmes.all()), None)
    return DocumentRow(
        code=row.code,
        title=row.called(language),
        kind=str(words.DOCUMENT_KINDS.get(row.kind, row.kind)),
        complete=row.complete,
        programme_code=programme.code if programme else "",
        programme=programme.called(language) if programme else "",
        stated=counts["total"] - counts["withheld"] - counts["comparable"],
        withheld=counts["withheld"],
        comparable=counts["comparable"],
        total=counts["total"],
    )


@dataclass(frozen=True, slots=True)
class Place:
    """The citations at one place of a document."""

    place: str
    lines: list[CitationLine]


@dataclass(frozen=True, slots=True)
class SourcePage:
    """One document: what it says of itself, and every citation in its order."""

    row: DocumentRow
    dated: str
    note: str
    places: list[Place]
    shown: int


def found_citations(*, reach: Reach, code: str) -> Any:
    """The citations in reach of the document of that code, in its order; nothing is read yet."""
    rows = citations_in_reach(reach).filter(document__code=code)
    return rows.select_related("document", "milestone", "metric", "site", "project").order_by("position", "code")


def source_page(*, code: str, rows: Any, reach: Reach, language: str) -> SourcePage | None:
    """The document of that code with the citations `rows`, grouped by place; None where none of it is in reach."""
    document = Document.objects.filter(code=code).prefetch_related("programmes").first()
    if document is None:
        return None
    counts = (
        citations_in_reach(reach)
        .filter(document=document)
        .aggregate(
            total=Count("pk"),
            withheld=Count("pk", filter=WITHHELD),
            comparable=Count("pk", filter=COMPARABLE & ~WITHHELD),
        )
    )
    if not counts["total"]:
        return None
    lines = citation_lines(rows, language=language)
    chinese = language.startswith("zh")
    return SourcePage(
        row=_document_row(document, counts, language),
        dated=document.dated if chinese else "",
        note=document.note if chinese or not document.note_en else document.note_en,
        places=_places(lines),
        shown=len(lines),
    )


def _places(lines: list[CitationLine]) -> list[Place]:
    """The lines by place, in the order in which each place first comes."""
    found: dict[str, list[CitationLine]] = {}
    for one in lines:
        found.setdefault(one.place, []).append(one)
    return [Place(place, held) for place, held in found.items()]


@dataclass(frozen=True, slots=True)
class BlankRow:
    """One withheld figure or date: what is missing, and where it would be used."""

    line: CitationLine
    document: str
    uses: list["Use"]


@dataclass(frozen=True, slots=True)
class Use:
    """Something a figure feeds; `route` is the name of its page."""

    route: str
    code: str
    name: str
    kind: str


def blanks(*, reach: Reach) -> Any:
    """Every blank in reach, by document and place; nothing is read yet."""
    related = ("document", "programme", "project", "milestone", "metric", "site", "package")
    rows = citations_in_reach(reach).filter(WITHHELD).select_related(*related)
    return rows.order_by("document__position", "document__code", "position", "code")


def blank_row(row: Citation, *, language: str) -> BlankRow:
    """A citation of `blanks` as a row."""
    return BlankRow(
        line=citation_line(row, language=language), document=row.document.called(language), uses=uses(row, language)
    )


def uses(row: Citation, language: str) -> list[Use]:
    """What a citation is about, the nearest first; the items have to be loaded."""
    found: list[Use] = []
    for kind in ("milestone", "metric", "site", "package", "project", "programme"):
        item = getattr(row, kind)
        if item is not None:
            route = KINDS[kind].page if kind in KINDS else kind
            found.append(Use(route, item.code, item.called(language), str(words.NOUNS[kind])))
    return found


@dataclass(frozen=True, slots=True)
class PlanUse:
    """A plan version that rests on a citation."""

    route: str
    code: str
    name: str
    number: int
    recorded: str
    plan: str
    now: bool


@dataclass(frozen=True, slots=True)
class CitationPage:
    """The trail of one figure: from the printed page to every place that shows it."""

    line: CitationLine
    document: str
    complete: bool
    name_zh: str
    name_en: str
    low: str
    high: str
    qualifier: str
    measure: str
    base_low: str
    base_high: str
    base_measure: str
    days: str
    day_kind: str
    date_text: str
    plan_year: int | None
    assumed_year: int | None
    note_zh: str
    note_en: str
    uses: list[Use]
    plans: list[PlanUse]
    reports: list[ReportLine]


def citation_page(*, code: str, reach: Reach, known: Any, language: str) -> CitationPage | None:
    """The citation of that code with everything that rests on it; None where there is none in reach."""
    related = ("document", "programme", "project", "milestone", "metric", "site", "package")
    row = citations_in_reach(reach).filter(code=code).select_related(*related).first()
    if row is None:
        return None
    quantity, when = row.quantity, row.date
    known_measure = MEASURES.get(row.measure)
    return CitationPage(
        line=citation_line(row, language=language),
        document=row.document.called(language),
        complete=row.document.complete,
        name_zh=row.name,
        name_en=row.name_en,
        low=words.number(row.low),
        high=words.number(row.high),
        qualifier=str(words.QUALIFIERS[row.qualifier]) if row.qualifier else "",
        measure=words.measure(row.measure) if row.measure else "",
        base_low=_long(row.base_low),
        base_high=_long(row.base_high),
        base_measure=words.measure(BASE[known_measure.dimension]) if quantity and known_measure else "",
        days=words.interval(when.earliest, when.latest) if when else "",
        day_kind=str(words.DATE_KINDS[when.kind.value]) if when else "",
        date_text=row.date_text,
        plan_year=row.plan_year,
        assumed_year=row.programme.base_year + row.plan_year - 1 if row.plan_year else None,
        note_zh=row.note,
        note_en=row.note_en,
        uses=uses(row, language),
        plans=[one for route, model in PLANS.items() for one in _plans(row, route, model, reach, language)],
        reports=_reports(row, reach, known, language),
    )


def _long(value: Decimal | None) -> str:
    """A number in the base unit, which is often long: its thousands set apart."""
    whole, dot, places = words.number(value).partition(".")
    return f"{int(whole):,}{dot}{places}" if whole else ""


def _plans(row: Citation, route: str, model: Any, reach: Reach, language: str) -> list[PlanUse]:
    plans = model.objects.filter(readable(reach, f"{route}__unit__path"), citation=row)
    found = []
    for plan in plans.select_related(route).order_by(f"{route}__code", "number"):
        item = getattr(plan, route)
        found.append(
            PlanUse(
                route=route,
                code=item.code,
                name=item.called(language),
                number=plan.number,
                recorded=words.instant(plan.recorded_at),
                plan=words.imprecise(plan.due),
                now=plan.number == item.plan_number,
            )
        )
    return found


def _reports(row: Citation, reach: Reach, known: Any, language: str) -> list[ReportLine]:
    related = ("on_milestone", "on_metric", "milestone", "metric", "author", "unit", "decided_by", "citation__document")
    reports = Report.objects.filter(readable(reach), citation=row).select_related(*related).order_by("-id")[:50]
    return [line(report, corrected_by=None, known=known, language=language) for report in reports]
