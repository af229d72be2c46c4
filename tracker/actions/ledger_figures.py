"""What the clearance sites of a metric add up to now, from their own rows; one query and one for the report behind."""

from django.db.models import Count, Max, Min, Q, Sum

from tracker.domain import ledger_sums
from tracker.domain.aggregation import Figure
from tracker.models import Metric, Site


def ledger_figure(row: Metric) -> Figure:
    """The sum of a ledger metric's sites, in its measure; nothing where its ledger names no figure."""
    added = ledger_sums.read(row.ledger)
    if added is None:
        return Figure()
    stated = Q(**{f"{added.figure}__isnull": False})
    sites = Site.objects.current().entering(row, added)
    found = sites.order_by().aggregate(
        value=Sum(added.figure),
        counted=Count(added.figure),
        sites=Count("pk"),
        as_of=Min("as_of", filter=stated),
        reported_at=Max("reported_at", filter=stated),
    )
    source = sites.filter(stated).order_by("as_of", "pk").values_list("report_id", flat=True).first()
    return ledger_sums.summed(added, ledger_sums.Sum(**found, source=source), measure=row.measure, basis=row.basis)
