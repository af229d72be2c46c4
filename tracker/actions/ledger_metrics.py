"""Metrics that add up a figure of the clearance ledger, worked out as an entry of one of its sites is accepted.

Locks are taken from below upwards, as for metrics made from parts: the site, then what adds it up, then what that
enters.
"""

from django.db.models import Q

from tracker.actions.derived import carry_up, work_out
from tracker.domain import ledger_sums
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
