"""Whether simulated data is loaded, which every page says."""

from tracker.domain.reporting import Origin, ReportState
from tracker.models import Programme, Report


def simulated_loaded() -> bool:
    """Whether any simulated programme or report is stored; one query over two small partial indexes.

    A withdrawn one says nothing: clearing leaves it where a person's report names it.
    """
    programmes = Programme.objects.filter(simulated=True).values_list("pk", flat=True).order_by()
    said = Report.objects.filter(origin=Origin.SIMULATION).exclude(state=ReportState.WITHDRAWN)
    reports = said.values_list("pk", flat=True).order_by()
    return bool(programmes[:1].union(reports[:1], all=True).exists())
