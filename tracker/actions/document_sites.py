"""What the documents make of clearance sites: the first version of scope and due day, what they report as done, the
version that moving the assumed base year gives.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tracker.actions.current import SITE_PLAN
from tracker.domain.quantities import Qualifier
from tracker.domain.relocation import measure_of
from tracker.domain.stored import in_measure
from tracker.models import Citation, Programme, Site, SitePlan
from tracker.models.days import due_columns
from tracker.models.relocation import SCOPES

DUE = "due"
"""What `Citation.column` names beside figures: by when nothing is to be left."""


def first_site_plans(sites: Iterable[Site], citations: Iterable[Citation], now: datetime) -> list[SitePlan]:
    """Version 1 of each site: what citations of a column say, else what the site's own row carries as worked out from
    others; the reason of such a version is the site's note, which names what it was worked out from.
    """
    of_site: dict[int, list[Citation]] = {}
    for citation in citations:
        if citation.site_id and citation.column:
            of_site.setdefault(citation.site_id, []).append(citation)
    plans = [_first(row, of_site.get(row.pk, []), now) for row in sites]
    return SitePlan.objects.bulk_create(plans)


def _first(row: Site, citations: Iterable[Citation], now: datetime) -> SitePlan:
    source, columns = site_columns(row, citations)
    stated = any(columns[f"scope_{name}"] is not None for name in SCOPES)
    computed = stated and (source is None or source.column == DUE)
    reason = row.note[:300] if computed else ""
    return SitePlan(site=row, number=1, recorded_at=now, citation=source, reason=reason, **columns)


def site_columns(row: Site, citations: Iterable[Citation]) -> tuple[Citation | None, dict[str, Any]]:
    """What a site's citations make of its plan, the rest as its row has it: the citation it rests on, the columns."""
    cited: dict[str, Citation] = {}
    for citation in citations:
        cited.setdefault(citation.column, citation)
    columns: dict[str, Any] = {name: getattr(row, name) for name in SITE_PLAN}
    stated = [cited[f"scope_{name}"] for name in SCOPES if f"scope_{name}" in cited]
    for one in stated:
        columns |= _scope(one.column, one)
    due = cited.get(DUE)
    if due is not None and due.date is not None:
        columns |= {"plan_year": due.plan_year, **due_columns(due.date)}
    return next(iter(stated), due), columns


def _scope(name: str, citation: Citation) -> dict[str, Any]:
    """A stated scope in the measure the column keeps; a blank is one without a number."""
    stated = citation.quantity
    if stated is None or stated.qualifier is Qualifier.WITHHELD:
        return {name: None, f"{name}_qualifier": Qualifier.WITHHELD.value}
    value = stated.low if stated.low is not None else stated.high
    kept = in_measure(value, stated.measure, measure_of(name))
    return {name: kept, f"{name}_qualifier": stated.qualifier.value}


def link(stated: Citation) -> None:
    """Let a citation stored before there were sites name its site; nothing else of it is touched."""
    if stated.site_id:
        held = Citation.objects.filter(code=stated.code, site__isnull=True, column="")
        held.update(site=stated.site_id, column=stated.column)


def assumed_sites(programme: Programme) -> list[Site]:
    """The sites, locked, whose due day rests on the assumed base year."""
    found = Site.objects.select_for_update(of=("self",)).filter(project__programme=programme)
    return list(found.filter(plan_year__isnull=False))
