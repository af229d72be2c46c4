"""Programmes: one body of works as its source document sets it out."""

from django.db import models
from django.db.models import Q

from tracker.domain.duties import Cycle, Rhythm
from tracker.models.guard import ByCode, GuardedQuerySet, Named, Record

RHYTHMS = [(item.value, item.value) for item in Rhythm]


class ProgrammeQuerySet(GuardedQuerySet["Programme"]):
    """Questions about many programmes."""

    def current(self) -> "ProgrammeQuerySet":
        """Not retired."""
        return self.filter(retired_at__isnull=True)


ProgrammeManager = ByCode.from_queryset(ProgrammeQuerySet)


class Programme(Named):
    """`tracking_from` is the day it was loaded: what was due before and never reported is 'outcome not stated'.

    Where the document prints 20XX or 'this year', `base_year` is the calendar year assumed for plan year 1.
    Reports are asked for by `report_rhythm`, each period closing on `report_day`; `escalate_days` after that, what is
    still missing goes to the unit above.
    """

    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="programmes")
    document = models.ForeignKey("Document", on_delete=models.PROTECT, null=True, blank=True, related_name="programmes")
    summary = models.TextField(blank=True, default="")
    summary_en = models.TextField(blank=True, default="")
    base_year = models.PositiveSmallIntegerField(default=2026)
    base_year_assumed = models.BooleanField(default=True)
    tracking_from = models.DateField(null=True, blank=True)
    simulated = models.BooleanField(default=False)
    report_rhythm = models.CharField(max_length=10, choices=RHYTHMS, default=Rhythm.WEEKLY.value)
    report_day = models.PositiveSmallIntegerField(default=5)
    escalate_days = models.PositiveSmallIntegerField(default=7)

    objects = ProgrammeManager()

    class Meta:
        ordering = ("position", "code")
        constraints = [
            models.CheckConstraint(
                condition=Q(report_day__gte=1, report_day__lte=31)
                & (~Q(report_rhythm="weekly") | Q(report_day__lte=7)),
                name="programme_report_day",
            ),
        ]

    @property
    def cycle(self) -> Cycle:
        """When reports are due."""
        return Cycle(Rhythm(self.report_rhythm), self.report_day)


class Baseline(Record):
    """A named set of plan versions; the first one holds the first commitments and is never changed or dropped."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="baselines")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True, default="")
    taken_at = models.DateTimeField()
    by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = GuardedQuerySet["Baseline"].as_manager()

    class Meta:
        ordering = ("programme", "number")
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="baseline_number")]


class BaselineEntry(Record):
    """One plan version held by a baseline."""

    baseline = models.ForeignKey(Baseline, on_delete=models.PROTECT, related_name="entries")
    milestone_plan = models.ForeignKey(
        "MilestonePlan", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    metric_plan = models.ForeignKey("MetricPlan", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    site_plan = models.ForeignKey("SitePlan", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = GuardedQuerySet["BaselineEntry"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(milestone_plan__isnull=False, metric_plan__isnull=True, site_plan__isnull=True)
                | models.Q(milestone_plan__isnull=True, metric_plan__isnull=False, site_plan__isnull=True)
                | models.Q(milestone_plan__isnull=True, metric_plan__isnull=True, site_plan__isnull=False),
                name="baseline_entry_one_subject",
            ),
        ]
