"""What a document says is done, in hand or measured, as accepted reports of origin 'document'.

They may come after people have reported (a later version of Guatu adds or corrects a fact): the state of an item stays
that of its latest report.
"""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from tracker.actions.current import carry_metric, carry_milestone, carry_site
from tracker.actions.reports import quantity_columns
from tracker.domain import dates
from tracker.domain.relocation import FIGURES, measure_of
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.states import Status
from tracker.domain.stored import in_measure
from tracker.models import (
    Citation,
    CitationKind,
    CitationStatus,
    Metric,
    MetricReport,
    Milestone,
    MilestoneReport,
    Report,
    Site,
    SiteReport,
)
from tracker.models.relocation import entry_columns

CORRECTED = "资料引用更正"
"""Why a document's report, or a plan taken from a document, has a successor that nobody entered."""
STATEMENTS = {
    "milestone": Q(kind=CitationKind.OUTCOME, milestone__isnull=False),
    "metric": Q(kind=CitationKind.MEASURED, metric__isnull=False),
    "site": Q(kind=CitationKind.MEASURED, site__isnull=False, column__in=FIGURES),
}
"""Which citations are reports, and about what; one may speak of a metric and of a site."""


def report_statements(now: datetime) -> None:
    """Make a report of each statement that has none; called inside a recording action (loading)."""
    for kind, wanted in STATEMENTS.items():
        told = Report.objects.filter(citation__isnull=False, **{f"{kind}__isnull": False}).order_by()
        stated = Citation.objects.filter(wanted).exclude(pk__in=told.values("citation"))
        for citation in stated.select_related("programme").order_by("id"):
            _state(kind, citation, now)


def report_again(corrected: Iterable[Citation], now: datetime) -> int:
    """Let documents' reports be superseded by what corrected citations say; returns how many.

    What a person has corrected already stays so. Called inside a recording action (loading).
    """
    count = 0
    for kind, wanted in STATEMENTS.items():
        stated = Citation.objects.filter(wanted, pk__in=[one.pk for one in corrected])
        for citation in stated.select_related("programme").order_by("id"):
            held = _held(kind, citation, now)
            if held is not None:
                _state(kind, citation, now, supersedes=held, supersede_reason=CORRECTED)
                count += 1
    return count


def spoken_on(citation: Citation) -> date:
    """The day a document's statement speaks of: its own date, else the first day of the programme's base year.

    Undated statements must not look newer than a due date they say nothing of.
    """
    first = date(citation.programme.base_year, 1, 1)
    if citation.date_latest is None:
        return first
    return min(citation.date_latest, citation.programme.tracking_from or citation.date_latest)


def _held(kind: str, citation: Citation, now: datetime) -> Report | None:
    """The document's report that a corrected citation is to supersede, None where it says the same or a person's
    report stands there. Figures of a site are carried along from one report to the next: the last one is superseded.
    """
    reports = Report.objects.counting(on=date.max, known=now).filter(origin=Origin.DOCUMENT)
    if kind == "site":
        latest = _latest_of_site(citation, now)
        if latest is None or latest.origin != Origin.DOCUMENT:
            return None
        return latest if _figure(citation) != getattr(latest.on_site, citation.column) else None
    held = reports.filter(citation=citation, **{f"{kind}__isnull": False}).order_by("-id").first()
    if held is None:
        return None
    values = getattr(held, f"on_{kind}")
    said = _milestone_values(citation) if kind == "milestone" else _metric_values(citation)
    same = held.as_of == spoken_on(citation) and all(getattr(values, name) == said[name] for name in said)
    return None if same else held


def _state(kind: str, citation: Citation, now: datetime, **corrects: Any) -> None:
    """Store what a citation says of its milestone, metric or site as a report, and carry it into the item's state."""
    if kind == "milestone" and citation.milestone_id:
        milestone = Milestone.objects.select_for_update(of=("self",), no_key=True).get(pk=citation.milestone_id)
        report = _report(citation, milestone, now, milestone=milestone, **corrects)
        MilestoneReport(report=report, **_milestone_values(citation)).save(force_insert=True)
        carry_milestone(milestone, known=now)
    elif kind == "metric" and citation.metric_id and citation.quantity is not None:
        metric = Metric.objects.select_for_update(of=("self",), no_key=True).get(pk=citation.metric_id)
        report = _report(citation, metric, now, metric=metric, **corrects)
        MetricReport(report=report, **_metric_values(citation)).save(force_insert=True)
        carry_metric(metric, known=now)
    elif kind == "site" and citation.site_id and citation.quantity is not None:
        site = Site.objects.select_for_update(of=("self",), no_key=True).get(pk=citation.site_id)
        columns = _site_values(citation, now)
        report = _report(citation, site, now, site=site, **corrects)
        SiteReport(report=report, **columns).save(force_insert=True)
        carry_site(site, known=now)


def _report(citation: Citation, item: Milestone | Metric | Site, now: datetime, **more: Any) -> Report:
    report = Report(
        unit_id=item.unit_id,
        as_of=spoken_on(citation),
        state=ReportState.ACCEPTED.value,
        origin=Origin.DOCUMENT.value,
        citation=citation,
        created_at=now,
        submitted_at=now,
        decided_at=now,
        accepted_at=now,
        **more,
    )
    report.save(force_insert=True)
    return report


def _milestone_values(citation: Citation) -> dict[str, Any]:
    done = citation.status == CitationStatus.DONE
    exact = citation.date_precision == dates.Precision.DAY and citation.date_earliest == citation.date_latest
    return {
        "status": (Status.DONE if done else Status.IN_PROGRESS).value,
        "progress": Decimal(100) if done else None,
        "actual_finish": citation.date_latest if done and exact else None,
    }


def _metric_values(citation: Citation) -> dict[str, Any]:
    return quantity_columns(citation.quantity) if citation.quantity is not None else {}


def _site_values(citation: Citation, now: datetime) -> dict[str, Any]:
    """The figures of the site as known on the day the citation speaks of, with the one it states."""
    latest = _latest_of_site(citation, now)
    columns = entry_columns(latest.on_site.entry) if latest is not None else {}
    return {**columns, citation.column: _figure(citation)}


def _latest_of_site(citation: Citation, now: datetime) -> Report | None:
    found = Report.objects.filter(site=citation.site_id).latest_per_site(on=spoken_on(citation), known=now)
    return found.select_related("on_site").first()


def _figure(citation: Citation) -> Decimal | None:
    stated = citation.quantity
    return in_measure(stated.low, stated.measure, measure_of(citation.column)) if stated is not None else None
