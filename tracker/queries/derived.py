"""Metrics made from parts or from a ledger, at any moment: what made them then, and the figures that came of it.

Which parts enter a metric is read from the decisions (`Derivation`) known at the moment, never from today's columns.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import RowNumber

from tracker.domain.aggregation import Figure, Formula, Role, Works
from tracker.domain.ledger_sums import Added
from tracker.domain.progress import Aggregation
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.reporting import Origin
from tracker.models import Derivation, Metric, MetricPlan, Report
from tracker.models.worded import WordedRows
from tracker.queries.asked import A_KEY, A_MOMENT
from tracker.queries.ledger_sums import course_of, ledgers_of
from tracker.queries.ledger_sums import courses as ledger_courses

SAID = ("metric_id", "as_of", "pk", "accepted_at", "origin")
VALUES = ("on_metric__low", "on_metric__high", "on_metric__qualifier", "on_metric__measure")
COLUMNS = (
    *("pk", "code", "name", "name_en", "measure", "basis", "derived", "aggregation", "ledger", "part"),
    *("parent", "programme", "project"),
)


@dataclass(frozen=True, slots=True)
class Composition:
    """What was made from what at a moment; `rows` are the metrics concerned, `wholes` what each part entered,
    `ledgers` what was added up from the clearance ledger.
    """

    works: Works = field(default_factory=lambda: Works({}))
    rows: dict[int, Metric] = field(default_factory=dict)
    wholes: dict[int, tuple[int, Role]] = field(default_factory=dict)
    ledgers: dict[int, Added] = field(default_factory=dict)

    def leaves(self, keys: Iterable[int]) -> set[int]:
        """The reported metrics below these."""
        return self._below(keys) - set(self.ledgers)

    def added(self, keys: Iterable[int]) -> dict[int, Added]:
        """Those of these metrics, and of what they are made from, that add up a ledger."""
        wanted = set(keys)
        wanted |= self._below(wanted)
        return {pk: added for pk, added in self.ledgers.items() if pk in wanted}

    def _below(self, keys: Iterable[int]) -> set[int]:
        return {leaf for key in keys if key in self.works.formulas for leaf in self.works.leaves(key)}


def composition(metrics: Sequence[Metric], *, known: datetime) -> Composition:
    """What is made from what in the programmes of these metrics, as known: one query where nothing is, else three."""
    found = _DERIVATIONS.all([*{row.programme_id for row in metrics}], known)
    latest = [one for one in found if one.aggregation != Aggregation.NONE]
    if not latest:
        return Composition()
    codes = {code for one in latest for code, _role in one.parts}
    wholes = [one.metric_id for one in latest]
    rows = {row.pk: row for row in _CONCERNED.all(sorted(codes), wholes)}
    key_of = {row.code: row.pk for row in rows.values()}
    formulas: dict[int, Formula] = {}
    entered: dict[int, tuple[int, Role]] = {}
    for one in latest:
        row = rows[one.metric_id]
        if one.ledger:
            continue
        parts = tuple((key_of[code], Role(role)) for code, role in one.parts if code in key_of)
        formulas[row.pk] = Formula(Aggregation(one.aggregation), row.measure, row.basis, parts)
        entered |= {pk: (row.pk, role) for pk, role in parts}
    ledgers = ledgers_of({one.metric_id: one.ledger for one in latest if one.ledger})
    return Composition(Works(formulas, _targets(rows, known)), rows, entered, ledgers)


def _last(rows: Any) -> Any:
    """The last version of each metric."""
    return rows.order_by("metric_id", "-number").distinct("metric_id")


_DERIVATIONS = WordedRows(
    lambda keys, known: _last(Derivation.objects.filter(metric__programme__pk__among=keys, recorded_at__lte=known)),
    [A_KEY],
    A_MOMENT,
)
_CONCERNED = WordedRows(
    lambda codes, keys: Metric.objects.filter(Q(code__among=codes) | Q(pk__among=keys)).only(*COLUMNS).order_by(),
    ["any-code"],
    [A_KEY],
)
_PLANS = WordedRows(
    lambda keys, known: _last(MetricPlan.objects.filter(metric__pk__among=keys, recorded_at__lte=known)),
    [A_KEY],
    A_MOMENT,
)


def _targets(rows: dict[int, Metric], known: datetime) -> dict[int, Quantity | None]:
    """The targets as known; one query."""
    found: dict[int, Quantity | None] = {}
    for plan in _PLANS.all([*rows], known):
        if plan.target_qualifier:
            qualifier = Qualifier(plan.target_qualifier)
            found[plan.metric_id] = Quantity(plan.target_low, plan.target_high, qualifier, rows[plan.metric_id].measure)
    return found


def courses(
    metrics: Sequence[Metric], *, on: date, known: datetime, most: int, recent: bool = False
) -> dict[int, list[tuple[date, Figure]]]:
    """How each derived metric came to its figure, oldest first; nothing is asked where none is derived, else four
    queries, and two more where a ledger is added up. `recent`: also the last days of one that adds up very many sites.
    """
    derived = [row for row in metrics if row.derived]
    if not derived:
        return {}
    made = composition(derived, known=known)
    keys = [row.pk for row in derived]
    added = made.added(keys)
    held = {row.pk: row.figure for row in derived if row.ledger}
    reported = ledger_courses(added, made.rows, on=on, known=known, most=most, held=held, recent=recent)
    latest = [F("as_of").desc(), F("accepted_at").desc(), F("id").desc()]
    rows: Any = Report.objects.counting(on=on, known=known).filter(metric__in=made.leaves(keys))
    rows = rows.annotate(nth=Window(RowNumber(), partition_by=F("metric_id"), order_by=latest)).filter(nth__lte=most)
    for pk, day, key, accepted, origin, low, high, qualifier, measure in (
        rows.order_by("metric_id", "-nth").values_list(*SAID, *VALUES)
    ):  # fmt: skip
        figure = Quantity(low, high, Qualifier(qualifier), measure)
        at = accepted if origin != Origin.DOCUMENT else None
        reported.setdefault(pk, []).append(Figure(figure, day, True, key, at))
    found = {pk: course_of(reported.get(pk, ())) for pk in keys if pk in added}
    return found | {pk: made.works.course(pk, reported, most=most) for pk in keys if pk not in added}
