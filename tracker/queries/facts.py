"""Every stored fact as one flat row, for checking against the documents."""

from collections.abc import Iterator
from decimal import Decimal

from tracker.domain.units import BASE, MEASURES
from tracker.models import Citation

COLUMNS = (
    "document",
    "place",
    "programme",
    "project",
    "kind",
    "name",
    "name_en",
    "low",
    "high",
    "qualifier",
    "unit",
    "base_value",
    "base_unit",
    "printed",
    "date_text",
    "earliest",
    "latest",
    "status",
    "basis",
    "in_total",
    "assumed_year",
    "note",
    "note_en",
    "milestone",
    "metric",
    "code",
    "programme_name",
    "project_name",
    "site",
    "column",
)


def facts() -> Iterator[dict[str, object]]:
    """Each citation with the columns of COLUMNS; numbers as exact decimal text, days as ISO text, none as None.

    `base_value` is the lower bound in the base unit of the dimension (the upper one where only that is stated).
    """
    related = ("document", "programme", "project", "milestone__project", "metric__project", "site__project")
    found = Citation.objects.select_related(*related)
    for row in found.order_by("document__position", "document__code", "position", "code"):
        measure = MEASURES.get(row.measure)
        base = row.base_low if row.base_low is not None else row.base_high
        project = row.project or (row.milestone.project if row.milestone else None)
        project = project or (row.metric.project if row.metric else None) or (row.site.project if row.site else None)
        yield {
            "document": row.document.code,
            "place": row.place,
            "programme": row.programme.code,
            "project": project.code if project else None,
            "kind": row.kind,
            "name": row.name,
            "name_en": row.name_en,
            "low": _number(row.low),
            "high": _number(row.high),
            "qualifier": row.qualifier or None,
            "unit": row.measure or None,
            "base_value": _number(base),
            "base_unit": BASE.get(measure.dimension) if measure else None,
            "printed": row.printed,
            "date_text": row.date_text or None,
            "earliest": row.date_earliest.isoformat() if row.date_earliest else None,
            "latest": row.date_latest.isoformat() if row.date_latest else None,
            "status": row.status,
            "basis": row.basis or None,
            "in_total": row.in_total,
            "assumed_year": row.plan_year is not None and row.programme.base_year_assumed,
            "note": row.note or None,
            "note_en": row.note_en or None,
            "milestone": row.milestone.code if row.milestone else None,
            "metric": row.metric.code if row.metric else None,
            "code": row.code,
            "programme_name": row.programme.name,
            "project_name": project.name if project else None,
            "site": row.site.code if row.site else None,
            "column": row.column or None,
        }


def _number(value: Decimal | None) -> str | None:
    if value is None:
        return None
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
