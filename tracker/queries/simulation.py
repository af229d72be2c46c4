"""Whether simulated data is loaded, which every page says."""

from tracker.domain.reporting import Origin
from tracker.models import Programme, Report


def simulated_loaded() -> bool:
    """Whether any simulated programme or report is stored; one query over two small partial indexes."""
    programmes = Programme.objects.filter(simulated=True).values_list("pk", flat=True).order_by()
    reports = Report.objects.filter(origin=Origin.SIMULATION).values_list("pk", flat=True).order_by()
    return bool(programmes[:1].union(reports[:1], all=True).exists())
