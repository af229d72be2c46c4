"""Metrics and the versions of their targets."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from tracker.domain.aggregation import Figure, Role
from tracker.domain.progress import Aggregation, Direction, Form
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.stored import in_measure
from tracker.models.days import Due
from tracker.models.guard import ByCode, GuardedQuerySet, Named, Record
from tracker.models.ledgers import LedgerPlan
from tracker.models.sources import figure_field

DIRECTIONS = [(item.value, item.value) for item in Direction]
FORMS = [(item.value, item.value) for item in Form]
AGGREGATIONS = [(item.value, item.value) for item in Aggregation]
ROLES = [(item.value, item.value) for item in Role]


class MetricQuerySet(GuardedQuerySet["Metric"]):
    """Questions about many metrics."""

    def current(self) -> "MetricQuerySet":
        """Not retired, nor in a retired programme."""
        return self.filter(retired_at__isnull=True, programme__retired_at__isnull=True)


MetricManager = ByCode.from_queryset(MetricQuerySet)


class MetricTarget(Due):
    """Where a metric shall go and from where, alike in its own row and in each version of its plan.

    `curve` is a list of [ISO day, value] (序时进度).
    """

    start_low = figure_field()
    start_high = figure_field()
    start_qualifier = models.CharField(max_length=10, blank=True, default="")
    start_on = models.DateField(null=True, blank=True)
    target_low = figure_field()
    target_high = figure_field()
    target_qualifier = models.CharField(max_length=10, blank=True, default="")
    curve = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True


class Metric(MetricTarget, Named):
    """Something measured again and again towards a target.

    Values are in `measure` (the printed unit); `start_*` is the value before works, `target_*` where it shall go,
    `value_*` what was last reported and accepted. `basis` (口径) says what is counted: sums never mix bases.

    `part` says that it enters its `parent`, and how; without it, it stands beside the parent and is not counted there.
    Of a `derived` metric `value_*` and `as_of` are what its parts make; `report` is then the part's report that dates
    the figure, and `parts_counted` of `parts_total` parts are reported. Who decided on the parts: `Derivation`.
    `ledger` names the figure of a ledger that a derived metric adds up instead of parts.
    """

    programme = models.ForeignKey("Programme", on_delete=models.PROTECT, related_name="metrics")
    project = models.ForeignKey("Project", on_delete=models.PROTECT, null=True, blank=True, related_name="metrics")
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="metrics")
    direction = models.CharField(max_length=10, choices=DIRECTIONS)
    form = models.CharField(max_length=10, choices=FORMS)
    measure = models.CharField(max_length=12)
    basis = models.CharField(max_length=200, blank=True, default="")
    basis_en = models.CharField(max_length=300, blank=True, default="")
    cumulative = models.BooleanField(default=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    aggregation = models.CharField(max_length=14, choices=AGGREGATIONS, default="none")
    derived = models.BooleanField(default=False, help_text="computed from its parts, never reported")
    part = models.CharField(max_length=11, choices=ROLES, blank=True, default="")
    ledger = models.CharField(max_length=60, blank=True, default="", help_text="use.column of the sites it adds up")
    meaning = models.CharField(max_length=120, blank=True, default="")
    meaning_en = models.CharField(max_length=200, blank=True, default="")

    # the plan now
    plan_number = models.PositiveIntegerField(default=0)

    # the state now, from the latest accepted report
    value_low = figure_field()
    value_high = figure_field()
    value_qualifier = models.CharField(max_length=10, blank=True, default="")
    as_of = models.DateField(null=True, blank=True)
    report = models.ForeignKey("Report", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reported_at = models.DateTimeField(null=True, blank=True)
    pending = models.PositiveSmallIntegerField(default=0)
    parts_counted = models.PositiveSmallIntegerField(default=0)
    parts_total = models.PositiveSmallIntegerField(default=0)

    objects = MetricManager()

    class Meta:
        ordering = ("programme", "position", "code")
        indexes = [
            models.Index(fields=["programme", "position"], name="metric_programme"),
            models.Index(fields=["project"], name="metric_project"),
            models.Index(fields=["unit"], name="metric_unit"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(part="") | Q(parent__isnull=False), name="metric_part_has_whole"),
        ]

    def _quantity(self, low: Any, high: Any, qualifier: str) -> Quantity | None:
        if not qualifier:
            return None
        return Quantity(low=low, high=high, qualifier=Qualifier(qualifier), measure=self.measure, basis=self.basis)

    @property
    def start(self) -> Quantity | None:
        """The value before the works."""
        return self._quantity(self.start_low, self.start_high, self.start_qualifier)

    @property
    def target(self) -> Quantity | None:
        """Where it shall go; a withheld target is a quantity without bounds."""
        return self._quantity(self.target_low, self.target_high, self.target_qualifier)

    @property
    def value(self) -> Quantity | None:
        """What was last reported and accepted."""
        return self._quantity(self.value_low, self.value_high, self.value_qualifier)

    @property
    def incomplete(self) -> bool:
        """Whether it is made from parts and some are missing in its figure; nothing reported at all is not that."""
        last = self.aggregation == Aggregation.LAST and bool(self.value_qualifier)
        whole = bool(self.value_qualifier) and self.parts_counted == self.parts_total
        return self.derived and not (last or whole) and bool(self.parts_counted or self.value_qualifier)

    @property
    def figure(self) -> Figure:
        """The state now, as what it enters counts it."""
        return Figure(self.value, self.as_of, not self.incomplete, self.report_id, self.reported_at)

    def take_figure(self, figure: Figure) -> None:
        """Copy what it is made from into the state columns (not saved), as a report's value would be."""
        value = figure.quantity
        self.value_low = in_measure(value.low, value.measure, self.measure) if value else None
        self.value_high = in_measure(value.high, value.measure, self.measure) if value else None
        self.value_qualifier = value.qualifier.value if value else ""
        self.as_of, self.report_id, self.reported_at = figure.as_of, figure.source, figure.reported_at
        self.parts_counted, self.parts_total = figure.counted, figure.parts


class Derivation(Record):
    """One decision on how a metric is made from its parts, with its reason; rows are only ever added.

    `parts` is a list of [code, role]; `ledger` is what it adds up instead, as in `Metric`; aggregation "none" makes it
    reported again. What was decided last counts.
    """

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="derivations")
    number = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300)
    aggregation = models.CharField(max_length=14, choices=AGGREGATIONS)
    parts = models.JSONField(default=list, blank=True)
    ledger = models.CharField(max_length=60, blank=True, default="")

    objects = GuardedQuerySet["Derivation"].as_manager()

    class Meta:
        ordering = ("metric", "number")
        constraints = [models.UniqueConstraint(fields=["metric", "number"], name="derivation_number")]


class MetricPlan(MetricTarget, LedgerPlan):
    """One version of a metric's target; rows are only ever added."""

    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="plans")

    objects = GuardedQuerySet["MetricPlan"].as_manager()

    class Meta:
        ordering = ("metric", "number")
        constraints = [models.UniqueConstraint(fields=["metric", "number"], name="metric_plan_number")]


def curve_points(stored: list[list[str]]) -> list[tuple[date, str]]:
    """The stored curve as days and decimal texts."""
    return [(date.fromisoformat(day), value) for day, value in stored]
