"""What the documents make of clearance sites: the first version of scope and due day, what they report as done, the
version that moving the assumed base year gives.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tracker.actions.base_year import shift_due, shifted
from tracker.actions.current import SITE_PLAN, apply_site_plan, copy_site
from tracker.domain.quantities import Qualifier
from tracker.domain.relocation import measure_of
from tracker.domain.stored import in_measure
from tracker.models import Citation, Programme, Report, Site, SitePlan, SiteReport
from tracker.models.relocation import SCOPES, entry_columns

DUE = "due"
"""What `Citation.column` names beside figures: by when nothing is to be left."""


def first_site_plans(sites: Iterable[Site], citations: Iterable[Citation], now: datetime) -> list[SitePlan]:
    """Version 1 of each site: what citations of a column say, else what the site's own row carries as worked out from
    others; the reason of such a version is the site's note, which names what it was worked out from.
    """
    cited: dict[int, dict[str, Citation]] = {}
    for citation in citations:
        if citation.site_id and citation.column:
            cited.setdefault(citation.site_id, {}).setdefault(citation.column, citation)
    plans = [_first(row, cited.get(row.pk, {}), now) for row in sites]
    return SitePlan.objects.bulk_create(plans)


def _first(row: Site, cited: Mapping[str, Citation], now: datetime) -> SitePlan:
    columns: dict[str, Any] = {name: getattr(row, name) for name in SITE_PLAN}
    stated = [name for name in SCOPES if f"scope_{name}" in cited]
    for name in stated:
        columns |= _scope(f"scope_{name}", cited[f"scope_{name}"])
    due = cited.get(DUE)
    if due is not None and due.date is not None:
        columns |= {"due_text": due.date.text, "due_earliest": due.date.earliest, "due_latest": due.date.latest}
        columns |= {"due_precision": due.date.precision.value, "due_kind": due.date.kind.value}
        columns |= {"plan_year": due.plan_year}
    computed = not stated and any(columns[f"scope_{name}"] is not None for name in SCOPES)
    source = next((cited[f"scope_{name}"] for name in stated), due)
    reason = row.note[:300] if computed else ""
    return SitePlan(site=row, number=1, recorded_at=now, citation=source, reason=reason, **columns)


def _scope(name: str, citation: Citation) -> dict[str, Any]:
    """A stated scope in the measure the column keeps; a blank is one without a number."""
    stated = citation.quantity
    if stated is None or stated.qualifier is Qualifier.WITHHELD:
        return {name: None, f"{name}_qualifier": Qualifier.WITHHELD.value}
    value = stated.low if stated.low is not None else stated.high
    kept = in_measure(value, stated.measure, measure_of(name))
    return {name: kept, f"{name}_qualifier": stated.qualifier.value}


def keep_plan(row: Site, plan: SitePlan) -> None:
    """Copy a plan version into its site's row and save it."""
    apply_site_plan(row, plan)
    row.save()


def link(stated: Citation) -> None:
    """Let a citation stored before there were sites name its site; nothing else of it is touched."""
    if stated.site_id:
        held = Citation.objects.filter(code=stated.code, site__isnull=True, column="")
        held.update(site=stated.site_id, column=stated.column)


def state_site(citation: Citation, row: Site, report: Report) -> None:
    """Let a document's report, just stored, say the figure of the site that its citation states; earlier ones stand."""
    stated = citation.quantity
    if stated is None:
        return
    value = in_measure(stated.low, stated.measure, measure_of(citation.column))
    values = SiteReport(report=report, **{**entry_columns(row.entry), citation.column: value})
    values.save(force_insert=True)
    copy_site(row, report, values)
    row.save()


def assumed_sites(programme: Programme) -> list[Site]:
    """The sites, locked, whose due day rests on the assumed base year."""
    found = Site.objects.select_for_update(of=("self",)).filter(project__programme=programme)
    return list(found.filter(plan_year__isnull=False))


def shift_site(row: Site, years: int, reason: str, now: datetime) -> SitePlan:
    """The next version of a site's plan, its days some years later; stored, with its row."""
    latest = SitePlan.objects.get(site=row, number=row.plan_number)
    latest.pk, latest._state.adding = None, True
    latest.number, latest.recorded_at, latest.reason = row.plan_number + 1, now, reason
    shift_due(latest, years)
    latest.planned_start = shifted(latest.planned_start, years)
    latest.save(force_insert=True)
    row.version += 1
    keep_plan(row, latest)
    return latest
