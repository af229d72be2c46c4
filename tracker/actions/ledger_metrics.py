"""The state columns of metrics that add up a figure of the clearance ledger, worked out as its sites are accepted.

Locks are taken from below upwards, as for metrics made from parts: the site, then what adds it up, then what that
enters.
"""

from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from tracker.actions.derived import STATE, carry_up, copy_figure
from tracker.domain.aggregation import Figure, Part, combined
from tracker.domain.progress import Aggregation
from tracker.domain.quantity_values import Qualifier, Quantity
from tracker.domain.relocation import FIGURES, Use, measure_of
from tracker.models import Metric, Site

ALL = "all"
"""Stands for every use in `Metric.ledger`."""


def carry_sites(site: Site, *, known: datetime) -> None:
    """Work out again every metric that adds up a locked and saved site, and whatever that enters.

    `known`: the moment of the acceptance; the columns of the sites are read as they stand now.
    """
    del known  # the columns of the other sites stand as they were carried
    names = [f"{use}.{figure}" for use in (site.use, ALL) for figure in FIGURES]
    rows = Metric.objects.select_for_update(of=("self",), no_key=True).filter(derived=True, ledger__in=names)
    about = Q(project=site.project_id) | Q(project__isnull=True, programme__projects=site.project_id)
    for row in rows.filter(about).order_by("pk"):
        if work_out_ledger(row):
            carry_up(row)


def work_out_ledger(row: Metric) -> bool:
    """Set a locked ledger metric's state from its sites and save it; returns whether anything changed."""
    before = [getattr(row, name) for name in STATE]
    copy_figure(row, ledger_figure(row))
    if before == [getattr(row, name) for name in STATE]:
        return False
    row.version += 1
    row.save(update_fields=[*(name.removesuffix("_id") for name in STATE), "version"])
    return True


def ledger_figure(row: Metric) -> Figure:
    """What the sites of a ledger metric add up to, in its measure."""
    figure = row.ledger.partition(".")[2]
    columns = sites_of(row).values_list(figure, "as_of", "report_id", "reported_at")
    parts = [
        Part(Figure(None if value is None else _exactly(Decimal(value), measure_of(figure)), as_of, True, report, at))
        for value, as_of, report, at in columns
    ]
    return combined(Aggregation.SUM, row.measure, row.basis, parts)


def sites_of(row: Metric) -> QuerySet[Site]:
    """The sites a ledger metric adds up: of its project or else programme, its use and basis, within the totals."""
    use = row.ledger.partition(".")[0]
    rows: QuerySet[Site] = Site.objects.current().filter(basis=row.basis, in_total=True)
    rows = rows.filter(project=row.project_id) if row.project_id else rows.filter(project__programme=row.programme_id)
    return rows.filter(use=Use(use)) if use != ALL else rows


def _exactly(value: Decimal, measure: str) -> Quantity:
    return Quantity(value, value, Qualifier.EXACT, measure)
