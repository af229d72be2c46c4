"""One table of reports, whatever they are about, and their typed values beside them."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from tracker.domain.aggregation import Figure
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.reporting import Origin, ReportState
from tracker.models.days import Forecast
from tracker.models.guard import GuardedQuerySet, Record
from tracker.models.milestones import STATUSES
from tracker.models.sources import base_field, figure_field

if TYPE_CHECKING:
    from tracker.models.metrics import Metric
    from tracker.models.milestones import Milestone
    from tracker.models.relocation import Site
    from tracker.models.resettlement import Housing
    from tracker.models.tenders import Package

STATES = [(item.value, item.value) for item in ReportState]
ORIGINS = [(item.value, item.value) for item in Origin]
SUBJECTS = ("milestone", "metric", "site", "package", "housing")
"""What a report can be about: the names of its keys, of which it has exactly one."""


def one_of(*names: str) -> Q:
    """The condition that exactly one of these keys is there."""
    found = Q()
    for name in names:
        found |= Q(**{f"{other}__isnull": other != name for other in names})
    return found


@models.DateTimeField.register_lookup
class KnownBy(models.Lookup):
    """`accepted_at__known_by=moment` is `accepted_at__lte=moment`, held against each report that an index leads to.

    Nearly every report is known by any moment asked of. As a condition on the last column of the indexes below, the
    database takes it for a reason to search them once for each day, and reads all reports of an item instead.
    """

    lookup_name = "known_by"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """The comparison in a form that no index serves."""
        lhs, values = self.process_lhs(compiler, connection)
        rhs, more = self.process_rhs(compiler, connection)
        return f"({lhs} <= {rhs}) IS TRUE", (*values, *more)


class ReportQuerySet(GuardedQuerySet["Report"]):
    """Questions about many reports."""

    def submitted(self) -> "ReportQuerySet":
        """Waiting for a reviewer (待审)."""
        return self.filter(state=ReportState.SUBMITTED)

    def counting(self, *, on: date, known: datetime) -> "ReportQuerySet":
        """Accepted reports that count: known by then, speaking of a day up to `on`, not superseded by then."""
        # Few reports correct another: said so, the database reads those few from their index and not every report.
        successor = Report.objects.filter(
            supersedes=OuterRef("pk"), supersedes__isnull=False, state=ReportState.ACCEPTED, accepted_at__lte=known
        )
        return self.filter(~Exists(successor), state=ReportState.ACCEPTED, as_of__lte=on, accepted_at__known_by=known)

    def latest_per(self, kind: str, *, on: date, known: datetime) -> "ReportQuerySet":
        """One row an item of that kind: the latest counting report, by its day, then by when it was accepted."""
        rows = self.counting(on=on, known=known).filter(**{f"{kind}__isnull": False})
        return rows.order_by(f"{kind}_id", "-as_of", "-accepted_at", "-id").distinct(f"{kind}_id")

    def latest_per_milestone(self, *, on: date, known: datetime) -> "ReportQuerySet":
        """One row a milestone."""
        return self.latest_per("milestone", on=on, known=known)

    def latest_per_metric(self, *, on: date, known: datetime) -> "ReportQuerySet":
        """One row a metric."""
        return self.latest_per("metric", on=on, known=known)

    def latest_per_site(self, *, on: date, known: datetime) -> "ReportQuerySet":
        """One row a site."""
        return self.latest_per("site", on=on, known=known)

    def latest_per_package(self, *, on: date, known: datetime) -> "ReportQuerySet":
        """One row a tender package."""
        return self.latest_per("package", on=on, known=known)


class Report(Record):
    """What somebody says of one item of SUBJECTS on one day. Once accepted, returned or withdrawn it is final."""

    milestone = models.ForeignKey("Milestone", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    metric = models.ForeignKey("Metric", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    site = models.ForeignKey("Site", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    package = models.ForeignKey("Package", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    housing = models.ForeignKey("Housing", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="reports")
    as_of = models.DateField()
    state = models.CharField(max_length=10, choices=STATES, default=ReportState.SUBMITTED.value)
    note = models.CharField(max_length=1000, blank=True, default="")
    origin = models.CharField(max_length=10, choices=ORIGINS, default=Origin.FORM.value)
    citation = models.ForeignKey("Citation", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    author = models.ForeignKey("User", on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    comment = models.CharField(max_length=1000, blank=True, default="")
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors")
    supersede_reason = models.CharField(max_length=300, blank=True, default="")
    client_token = models.CharField(max_length=40, null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.CheckConstraint(
                condition=one_of(*SUBJECTS),
                name="report_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(author__isnull=True) | ~Q(decided_by=F("author")),
                name="report_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(accepted_at__isnull=False), name="report_accepted_has_time"
            ),
            models.UniqueConstraint(fields=["author", "client_token"], name="report_once_per_token"),
            models.UniqueConstraint(
                fields=["supersedes"], condition=Q(state="accepted"), name="report_superseded_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["milestone", "-as_of", "-accepted_at"],
                condition=Q(state="accepted"),
                name="report_milestone_latest",
            ),
            models.Index(
                fields=["metric", "-as_of", "-accepted_at"], condition=Q(state="accepted"), name="report_metric_latest"
            ),
            # With all that a course asks of a report but its figure, so that the reports themselves are not read.
            models.Index(
                fields=["site", "-as_of", "-accepted_at", "-id"],
                include=["origin"],
                condition=Q(state="accepted"),
                name="report_site_latest",
            ),
            models.Index(
                fields=["package", "-as_of", "-accepted_at"],
                condition=Q(state="accepted"),
                name="report_package_latest",
            ),
            models.Index(
                fields=["housing", "-as_of", "-accepted_at"],
                condition=Q(state="accepted"),
                name="report_housing_latest",
            ),
            models.Index(fields=["unit", "submitted_at"], condition=Q(state="submitted"), name="report_waiting"),
            models.Index(fields=["unit"], condition=Q(state="returned"), name="report_returned"),
            models.Index(fields=["author", "-id"], name="report_author"),
            models.Index(fields=["id"], condition=Q(origin="simulation"), name="report_simulated"),
        ]

    @property
    def kind(self) -> str:
        """The name of SUBJECTS that says what it is about; reads no other row."""
        return next(name for name in SUBJECTS if getattr(self, f"{name}_id"))

    @property
    def subject(self) -> "Milestone | Metric | Site | Package | Housing":
        """What it is about."""
        found: Milestone | Metric | Site | Package | Housing = getattr(self, self.kind)
        return found


class MilestoneReport(Forecast, Record):
    """What a report says of a milestone. `progress` is in percent, 0–100."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True, related_name="on_milestone")
    status = models.CharField(max_length=12, choices=STATUSES)
    progress = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    actual_start = models.DateField(null=True, blank=True)
    actual_finish = models.DateField(null=True, blank=True)

    objects = GuardedQuerySet["MilestoneReport"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(progress__isnull=True) | Q(progress__gte=0, progress__lte=100), name="report_progress_range"
            ),
        ]


class MetricReport(Record):
    """What a report says of a metric: the quantity as written and in the base unit of its dimension."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, primary_key=True, related_name="on_metric")
    low = figure_field()
    high = figure_field()
    qualifier = models.CharField(max_length=10, default="exact")
    measure = models.CharField(max_length=12)
    base_low = base_field()
    base_high = base_field()
    basis = models.CharField(max_length=200, blank=True, default="")

    objects = GuardedQuerySet["MetricReport"].as_manager()

    @property
    def figure(self) -> Figure:
        """What the report says, as what its metric enters counts it; what a document states was reported by nobody."""
        of_person = None if self.report.origin == Origin.DOCUMENT else self.report.accepted_at
        return Figure(self.quantity, self.report.as_of, True, self.report_id, of_person)

    @property
    def quantity(self) -> Quantity:
        """The value as reported."""
        return Quantity(
            low=self.low, high=self.high, qualifier=Qualifier(self.qualifier), measure=self.measure, basis=self.basis
        )
