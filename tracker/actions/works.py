"""Loading the documents' works, and moving the assumed base year: batch acts with one audit event each."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core import serializers
from django.db.models import Q

from tracker.actions import document_housing
from tracker.actions.base_year import shift_due, shifted
from tracker.actions.current import apply_metric_plan, copy_metric, copy_milestone
from tracker.actions.derived import work_out_all
from tracker.actions.document_sites import assumed_sites, link, shift_site, state_site
from tracker.actions.plans import commit_first, first_plans, take_baseline
from tracker.actions.rechecks import day_of, recheck, scheduled
from tracker.actions.reports import quantity_columns
from tracker.audit import Refused, clock, record, recording
from tracker.domain import dates
from tracker.domain.quantities import Quantity
from tracker.domain.relocation import FIGURES
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.sorting import sort_key
from tracker.domain.states import Status
from tracker.domain.stored import base_decimal
from tracker.models import (
    Citation,
    CitationKind,
    CitationStatus,
    Dependency,
    Derivation,
    Metric,
    MetricPlan,
    MetricReport,
    Milestone,
    MilestonePlan,
    MilestoneReport,
    Programme,
    Report,
    Unit,
)
from tracker.models.guard import Named

FROM_LEDGER = "征拆台账逐处填报，本指标由台账相加，不另报"
"""Why a metric adds up its ledger from the beginning; the reason of its first decision."""


def load(*, folder: Path, today: date) -> dict[str, int]:
    """Load every fixture of a folder in one transaction; rows that exist are left as they are.

    `today` becomes `tracking_from` of each new programme. Returns how many rows of each kind were added.
    Raises Refused('no_fixtures') where the folder holds none.
    """
    files = sorted(folder.glob("*.yaml"), key=lambda path: (path.stem != "organisations", path.name))
    if not files:
        raise Refused("no_fixtures", folder=str(folder))
    added: dict[str, int] = {}
    with recording():
        now = clock()
        for path in files:
            _load_file(path, added, today=today)
        for programme in Programme.objects.order_by("position", "code"):
            first_plans(programme=programme, now=now)
        document_housing.first_housing_plans(now)
        if added.get("citation"):
            _report_what_documents_state(now)
            _decide_ledgers(now)
            work_out_all()  # a document added later may state a part, or what is made from parts
        if added:
            recheck(scheduled(), on=today)
            record("works.load", by=None, subject_type="works", after=dict(added), at=now)
    return added


def _load_file(path: Path, added: dict[str, int], *, today: date) -> None:
    with path.open(encoding="utf-8") as stream:
        for item in serializers.deserialize("yaml", stream):
            row = item.object
            if _exists(row):
                if isinstance(row, Citation):
                    link(row)
                    document_housing.link(row)
                continue
            _complete(row, today)
            item.save()
            kind = row._meta.model_name or ""
            added[kind] = added.get(kind, 0) + 1


def _exists(row: Any) -> bool:
    if isinstance(row, Dependency):
        return bool(Dependency.objects.filter(predecessor=row.predecessor, successor=row.successor).exists())
    return bool(type(row).objects.filter(code=row.code).exists())


def _complete(row: Any, today: date) -> None:
    """Fill in what is computed rather than stated."""
    if isinstance(row, Named):
        row.sort_key = sort_key(row.name)
    if isinstance(row, Unit):
        row.path = row.path_from(row.parent)
    if isinstance(row, Programme):
        row.tracking_from = today
    if isinstance(row, Citation) and row.quantity is not None:
        row.base_low = base_decimal(row.quantity.base_low)
        row.base_high = base_decimal(row.quantity.base_high)


def _report_what_documents_state(now: datetime) -> None:
    """What a document says is done, in hand or measured becomes an accepted report of origin 'document'."""
    wanted = Q(kind=CitationKind.OUTCOME, milestone__isnull=False) | Q(kind=CitationKind.MEASURED, metric__isnull=False)
    said = Report.objects.filter(site__isnull=True, citation__isnull=False).order_by().values("citation")
    for citation in Citation.objects.filter(wanted).exclude(pk__in=said).select_related("programme").order_by("id"):
        if citation.milestone_id:
            _state_milestone(citation, citation.milestone_id, now)
        elif citation.metric_id and citation.quantity is not None:
            _state_metric(citation, citation.metric_id, citation.quantity, now)
    told = Report.objects.filter(site__isnull=False, citation__isnull=False).order_by().values("citation")
    cited = Citation.objects.filter(kind=CitationKind.MEASURED, site__isnull=False, column__in=FIGURES)
    for citation in cited.exclude(pk__in=told).select_related("programme", "site").order_by("id"):
        if (site := citation.site) is not None:
            state_site(citation, site, _document_report(citation, now, unit_id=site.unit_id, site=site))


def spoken_on(citation: Citation) -> date:
    """The day a document's statement speaks of: its own date, else the first day of the programme's base year.

    Undated statements must not look newer than a due date they say nothing of.
    """
    first = date(citation.programme.base_year, 1, 1)
    if citation.date_latest is None:
        return first
    return min(citation.date_latest, citation.programme.tracking_from or citation.date_latest)


def _state_milestone(citation: Citation, about: int, now: datetime) -> None:
    row = Milestone.objects.get(pk=about)
    done = citation.status == CitationStatus.DONE
    status = Status.DONE if done else Status.IN_PROGRESS
    report = _document_report(citation, now, unit_id=row.unit_id, milestone=row)
    exact = citation.date_precision == dates.Precision.DAY and citation.date_earliest == citation.date_latest
    values = MilestoneReport(
        report=report,
        status=status.value,
        progress=Decimal(100) if done else None,
        actual_finish=citation.date_latest if done and exact else None,
    )
    values.save(force_insert=True)
    copy_milestone(row, report, values)
    row.save()


def _state_metric(citation: Citation, about: int, quantity: Quantity, now: datetime) -> None:
    row = Metric.objects.get(pk=about)
    report = _document_report(citation, now, unit_id=row.unit_id, metric=row)
    values = MetricReport(report=report, **quantity_columns(quantity))
    values.save(force_insert=True)
    copy_metric(row, report, values)
    row.save()


def _decide_ledgers(now: datetime) -> None:
    """The first decision on metrics that the works say add up a ledger, so that past moments know of it."""
    for row in Metric.objects.exclude(ledger="").filter(derivations__isnull=True).order_by("pk"):
        decided = Derivation(
            metric=row, number=1, recorded_at=now, reason=FROM_LEDGER, aggregation=row.aggregation, ledger=row.ledger
        )
        decided.save(force_insert=True)


def _document_report(citation: Citation, now: datetime, **about: Any) -> Report:
    report = Report(
        as_of=spoken_on(citation),
        state=ReportState.ACCEPTED.value,
        origin=Origin.DOCUMENT.value,
        citation=citation,
        created_at=now,
        submitted_at=now,
        decided_at=now,
        accepted_at=now,
        **about,
    )
    report.save(force_insert=True)
    return report


def rebase(*, programme: Programme, base_year: int) -> int:
    """Move a programme's assumed base year; returns how many plan versions were added.

    Every assumed date moves by whole years, as new plan versions in a new baseline of first commitments. Raises
    Refused: 'base_year_printed', 'base_year_range', 'base_year_same', and 'already_reported' once a person's report
    has been accepted (before that the base year is only our assumption).
    """
    if not programme.base_year_assumed:
        raise Refused("base_year_printed")
    if not 2000 <= base_year <= 2100:
        raise Refused("base_year_range", low=2000, high=2100)
    with recording():
        row = Programme.objects.select_for_update().get(pk=programme.pk)
        shift = base_year - row.base_year
        if not shift:
            raise Refused("base_year_same")
        _not_reported(row)
        now = clock()
        reason = f"{row.base_year} → {base_year}"
        _shift_citations(row, shift)
        milestone_plans = [_shift_milestone(item, shift, reason, now) for item in _assumed_milestones(row)]
        metric_plans = [_shift_metric(item, shift, reason, now) for item in _assumed_metrics(row)]
        site_plans = [shift_site(item, shift, reason, now) for item in assumed_sites(row)]
        take_baseline(
            programme=row, milestone_plans=milestone_plans, metric_plans=metric_plans, site_plans=site_plans,
            now=now, by=None, names=("首次承诺（基年调整）", "First commitment (base year moved)"), reason=reason,
        )  # fmt: skip
        recheck(scheduled(), on=day_of(now))
        before = {"base_year": row.base_year}
        row.base_year = base_year
        row.version += 1
        row.save(update_fields=["base_year", "version"])
        record(
            "programme.rebase", by=None, subject_type="programme", subject_code=row.code,
            before=before, after={"base_year": base_year}, at=now,
        )  # fmt: skip
    return len(milestone_plans) + len(metric_plans) + len(site_plans)


def _not_reported(programme: Programme) -> None:
    about = Q(milestone__project__programme=programme) | Q(metric__programme=programme)
    about |= Q(site__project__programme=programme)
    mine = Report.objects.filter(about, state=ReportState.ACCEPTED).exclude(origin=Origin.DOCUMENT)
    if mine.exists():
        raise Refused("already_reported")


def _assumed_milestones(programme: Programme) -> Iterable[Milestone]:
    found = Milestone.objects.select_for_update(of=("self",)).filter(project__programme=programme)
    return list(found.filter(plan_year__isnull=False))


def _assumed_metrics(programme: Programme) -> Iterable[Metric]:
    return list(Metric.objects.select_for_update().filter(programme=programme, plan_year__isnull=False))


def _shift_citations(programme: Programme, years: int) -> None:
    for citation in Citation.objects.filter(programme=programme, plan_year__isnull=False):
        if citation.date is None:
            continue
        moved = dates.rebase(citation.date, years)
        citation.date_earliest, citation.date_latest = moved.earliest, moved.latest
        citation.save(update_fields=["date_earliest", "date_latest"])


def _shift_milestone(row: Milestone, years: int, reason: str, now: datetime) -> MilestonePlan:
    latest = MilestonePlan.objects.get(milestone=row, number=row.plan_number)
    latest.pk, latest._state.adding = None, True
    latest.number, latest.recorded_at, latest.reason = row.plan_number + 1, now, reason
    shift_due(latest, years)
    latest.planned_start = shifted(latest.planned_start, years)
    latest.save(force_insert=True)
    row.version += 1
    commit_first(row, latest)
    return latest


def _shift_metric(row: Metric, years: int, reason: str, now: datetime) -> MetricPlan:
    latest = MetricPlan.objects.get(metric=row, number=row.plan_number)
    latest.pk, latest._state.adding = None, True
    latest.number, latest.recorded_at, latest.reason = row.plan_number + 1, now, reason
    shift_due(latest, years)
    latest.start_on = shifted(latest.start_on, years)
    latest.save(force_insert=True)
    row.version += 1
    apply_metric_plan(row, latest)
    row.save()
    return latest
