"""Metrics that add up a figure of the clearance ledger, worked out as an entry of one of its sites is accepted.

Locks are taken from below upwards, as for metrics made from parts: the site, then what adds it up, then what that
enters.
"""

from django.db.models import Q

from tracker.actions.derived import carry_up, work_out
from tracker.audit import Refused
from tracker.domain import ledger_sums
from tracker.domain.ledger_sums import Added
from tracker.domain.progress import Aggregation
from tracker.domain.relocation import Use
from tracker.models import Metric, Site


def carry_sites(site: Site) -> None:
    """Work out again every metric that adds up a locked and saved site, and whatever that enters."""
    rows = Metric.objects.select_for_update(of=("self",), no_key=True).filter(derived=True)
    rows = rows.filter(ledger__in=ledger_sums.names_of(Use(site.use)), basis=site.basis)
    about = Q(project=site.project_id) | Q(project__isnull=True, programme__projects=site.project_id)
    for row in rows.filter(about).order_by("pk"):
        if work_out(row):
            carry_up(row)


def ledger_allowed(metric: Metric, aggregation: Aggregation, added: Added, *, parts: int = 0) -> None:
    """Whether a metric may add up this figure of the ledger: a sum of its own kind, over sites counted on its basis.

    Raises Refused: 'ledger_sum_only', 'ledger_wrong_dimension', 'ledger_not_cumulative', 'ledger_no_such_basis'.
    """
    if aggregation is not Aggregation.SUM or parts:
        raise Refused("ledger_sum_only", field="aggregation")
    if not ledger_sums.fits(added, metric.measure):
        raise Refused("ledger_wrong_dimension", field="ledger", measure=metric.measure, kept=added.measure)
    if not metric.cumulative:
        raise Refused("ledger_not_cumulative", field="ledger")
    if not Site.objects.current().entering(metric, added).exists():
        raise Refused("ledger_no_such_basis", field="ledger", basis=metric.basis)
