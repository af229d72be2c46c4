"""The state columns of metrics made from parts or a ledger, worked out in the transaction that changes a part.

Locks are taken from below upwards: first the part, then what it enters, and so on. A metric enters one other at most
and never itself, so two people who accept at once meet on the way up and wait for each other, never in a ring.
"""

from datetime import datetime

from tracker.actions.current import carry_metric
from tracker.actions.ledger_figures import ledger_figure
from tracker.domain.aggregation import Figure, Formula, Part, Role, combined, ordered
from tracker.domain.progress import Aggregation
from tracker.models import Metric

STATE = (
    *("value_low", "value_high", "value_qualifier", "as_of", "report_id", "reported_at"),
    *("parts_counted", "parts_total"),
)


def carry_up(row: Metric) -> None:
    """Work out again whatever a locked and saved metric enters, up to the top; called inside a recording action."""
    while row.part and row.parent_id:
        row = Metric.objects.select_for_update(of=("self",), no_key=True).get(pk=row.parent_id)
        if not work_out(row):
            return


def carry_measured(row: Metric, *, known: datetime) -> None:
    """Set a locked metric's state from its reports as known, and that of whatever it enters."""
    carry_metric(row, known=known)
    carry_up(row)


def work_out(row: Metric) -> bool:
    """Set a locked derived metric's state from its parts or sites and save it; returns whether anything changed."""
    before = [getattr(row, name) for name in STATE]
    row.take_figure(ledger_figure(row) if row.ledger else _figure(row))
    if before == [getattr(row, name) for name in STATE]:
        return False
    row.version += 1
    row.save(update_fields=[*(name.removesuffix("_id") for name in STATE), "version"])
    return True


def work_out_all() -> None:
    """Work out every derived metric after many rows have changed at once (loading, practice data, clearing)."""
    rows = Metric.objects.select_for_update(of=("self",)).filter(derived=True).order_by("pk")
    derived = {row.pk: row for row in rows}
    below: dict[int | None, list[tuple[int, Role]]] = {pk: [] for pk in derived}
    for above, pk in Metric.objects.filter(parent__in=derived).exclude(part="").values_list("parent", "pk"):
        below[above].append((pk, Role.PART))
    formulas = {
        pk: Formula(Aggregation(row.aggregation), row.measure, row.basis, tuple(below[pk]))
        for pk, row in derived.items()
    }
    for pk in ordered(formulas):
        work_out(derived[pk])


def carry_own(row: Metric, *, known: datetime) -> None:
    """Set a locked metric's state from its own reports again: it is made from parts no more."""
    row.parts_counted = row.parts_total = 0
    row.save(update_fields=["parts_counted", "parts_total"])
    carry_metric(row, known=known)


def _figure(row: Metric) -> Figure:
    parts = Metric.objects.filter(parent=row).exclude(part="").select_related("report__on_metric").order_by("pk")
    made = [Part(_stated(part), part.target, Role(part.part)) for part in parts]
    return combined(Aggregation(row.aggregation), row.measure, row.basis, made)


def _stated(part: Metric) -> Figure:
    """The figure of a part: of a reported one as its report says it, not as rounded to the part's own measure."""
    return part.figure if part.derived or part.report is None else part.report.on_metric.figure
