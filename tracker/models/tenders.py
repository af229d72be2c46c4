"""Tender packages (标段) with the versions of their terms, the steps each takes, and what reports say of them."""

from dataclasses import replace
from typing import Any

from django.db import models
from django.db.models import F, Q

from tracker.domain.quantity_values import Qualifier, Quantity
from tracker.domain.tender_values import SAID, Counts, Kind, Regime
from tracker.models.guard import ByCode, GuardedQuerySet, Record
from tracker.models.ledgers import LedgerItem, LedgerPlan
from tracker.models.sources import figure_field
from tracker.models.tender_stops import read

KINDS = [(item.value, item.value) for item in Kind]
REGIMES = [(item.value, item.value) for item in Regime]
ESTIMATE_MEASURE = "万元"
"""The measure estimates are kept in."""
TERMS = (
    "kind",
    "regime",
    "template_id",
    "region",
    "estimate_low",
    "estimate_high",
    "estimate_qualifier",
    "compulsory",
    "validity_days",
)
"""The columns of a package's terms."""


def count() -> "models.PositiveIntegerField[Any, int | None]":
    """A column for units or objections; empty where nobody has stated them."""
    return models.PositiveIntegerField(null=True, blank=True)


class PackageCounts(models.Model):
    """What is counted of a package, alike in its own row and in each report: counts of units, never their names.

    `round` is 1 for the first call and one more for each call after a failed one (重新招标).
    """

    registered = count()
    shortlisted = count()
    bidders = count()
    objections = count()
    suspended_from = models.DateField(null=True, blank=True)
    suspended_until = models.DateField(null=True, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    failed = models.BooleanField(default=False)

    class Meta:
        abstract = True

    @property
    def counts(self) -> Counts:
        """What is counted, as the rules take it."""
        return Counts(**{name: getattr(self, name) for name in SAID})


class PackageTerms(models.Model):
    """The terms of a package, alike in its own row and in each version of its plan.

    `estimate_qualifier`: 'withheld' where the source leaves the estimate out, '' where nobody speaks of it; estimates
    are in 万元. `compulsory` None: nobody has said whether tendering is compulsory. `validity_days`: for how many days
    after the bid deadline bids bind (投标有效期), as the tender documents say.
    """

    kind = models.CharField(max_length=12, choices=KINDS)
    regime = models.CharField(max_length=12, choices=REGIMES)
    template = models.ForeignKey("tracker.ProcessTemplate", on_delete=models.PROTECT, related_name="+")
    region = models.CharField(max_length=8, blank=True, default="")
    estimate_low = figure_field()
    estimate_high = figure_field()
    estimate_qualifier = models.CharField(max_length=10, blank=True, default="")
    compulsory = models.BooleanField(null=True, blank=True)
    validity_days = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def estimate(self) -> Quantity | None:
        """What it is estimated at, withheld or not; None where nobody speaks of it."""
        if not self.estimate_qualifier:
            return None
        return Quantity(self.estimate_low, self.estimate_high, Qualifier(self.estimate_qualifier), ESTIMATE_MEASURE)


class PackageQuerySet(GuardedQuerySet["Package"]):
    """Questions about many packages."""

    def current(self) -> "PackageQuerySet":
        """Not retired, nor in a retired project or programme."""
        return self.filter(
            retired_at__isnull=True, project__retired_at__isnull=True, project__programme__retired_at__isnull=True
        )


HELD = (*SAID, "earlier_stops")
"""What a package's row holds of its reports."""
PackageManager = ByCode.from_queryset(PackageQuerySet)


class Package(PackageCounts, PackageTerms, LedgerItem):
    """One thing put out to tender. Terms copy its latest plan version, counts its latest accepted report.

    `earlier_stops`: the suspensions accepted before in the same call, each [first day, day it went on], with false
    as a third where that is only how far it was stated; worked out from its accepted reports whenever one is accepted,
    and typed by nobody.
    `metric`: the metric that counts the units registered, where there is one; they are reported there and read here.
    """

    project = models.ForeignKey("Project", on_delete=models.PROTECT, related_name="packages")
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="packages")
    metric = models.ForeignKey("Metric", on_delete=models.PROTECT, null=True, blank=True, related_name="packages")
    earlier_stops: "models.JSONField[Any, Any]" = models.JSONField(default=list, blank=True)

    objects = PackageManager()

    class Meta:
        ordering = ("project", "position", "code")
        indexes = [
            models.Index(fields=["project", "position"], name="package_project"),
            models.Index(fields=["unit", "position"], name="package_unit"),
        ]

    @property
    def counts(self) -> Counts:
        """What is counted, with every suspension of the call."""
        return replace(super().counts, earlier=read(self.earlier_stops))


class PackagePlan(PackageTerms, LedgerPlan):
    """One version of a package's terms; rows are only ever added."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="plans")

    objects = GuardedQuerySet["PackagePlan"].as_manager()

    class Meta:
        ordering = ("package", "number")
        constraints = [models.UniqueConstraint(fields=["package", "number"], name="package_plan_number")]


class PackageStep(Record):
    """One step of a package: its days are those of its milestone, and without one it is not planned yet.

    Steps come from the template, under its codes; a package may have some of its own between them. Several packages
    may share a milestone.
    """

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="steps")
    code = models.CharField(max_length=10)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    milestone = models.ForeignKey(
        "Milestone", on_delete=models.PROTECT, null=True, blank=True, related_name="package_steps"
    )

    objects = GuardedQuerySet["PackageStep"].as_manager()

    class Meta:
        ordering = ("package", "position")
        constraints = [models.UniqueConstraint(fields=["package", "code"], name="package_step")]

    def called(self, language: str) -> str:
        """The name in the reader's language."""
        return self.name if language.startswith("zh") or not self.name_en else self.name_en


class PackageReport(PackageCounts, Record):
    """What a report says of a package: every count as it stands on its day."""

    report = models.OneToOneField("Report", on_delete=models.CASCADE, primary_key=True, related_name="on_package")

    objects = GuardedQuerySet["PackageReport"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(suspended_until__isnull=True)
                | Q(suspended_from__isnull=False, suspended_until__gte=F("suspended_from")),
                name="package_report_suspension",
            )
        ]
