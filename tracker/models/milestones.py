"""Milestones (activities from the first), their plan versions and the links between them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When

from tracker.domain.dates import ImpreciseDate
from tracker.domain.states import DUE_SOON_DAYS, DateState, Facts, Status
from tracker.models.days import Due, Forecast, span
from tracker.models.guard import ByCode, GuardedQuerySet, Named, Record
from tracker.models.ledgers import LedgerPlan
from tracker.models.organisations import Unit

STATUSES = [(item.value, item.value) for item in Status]
CONSTRAINTS = [(name, name) for name in ("start_no_earlier", "finish_no_later", "must_start", "must_finish")]
"""What a plan holds an activity to besides its due day; the words are those of `domain.schedule.Activity`."""
BOUND = Q(constraint="", constraint_day__isnull=True) | (~Q(constraint="") & Q(constraint_day__isnull=False))


class MilestoneQuerySet(GuardedQuerySet["Milestone"]):
    """Questions about many milestones."""

    def current(self) -> "MilestoneQuerySet":
        """Not retired, nor in a retired project or programme."""
        return self.filter(
            retired_at__isnull=True, project__retired_at__isnull=True, project__programme__retired_at__isnull=True
        )

    def with_date_state(self, on: date) -> Any:
        """Annotate `date_state` as of the current rows, read on the day `on`.

        The SQL twin of `domain.states.read`: same rules, same order; a property test holds them equal.
        """
        return self.annotate(date_state=date_state_case(on))


def date_state_case(on: date) -> Case:
    """The CASE expression behind `with_date_state`, for use in aggregates too."""
    reported_since = Q(as_of__isnull=False, as_of__gt=F("due_latest"))
    untracked = Q(
        project__programme__tracking_from__isnull=False, due_latest__lt=F("project__programme__tracking_from")
    )
    late = Q(due_latest__lt=on)
    return Case(
        When(status=Status.SUSPENDED, then=Value(DateState.SUSPENDED.value)),
        When(status=Status.DONE, actual_finish__gt=F("due_latest"), then=Value(DateState.DONE_LATE.value)),
        When(status=Status.DONE, then=Value(DateState.DONE.value)),
        When(due_latest__isnull=True, then=Value(DateState.BLANK.value)),
        When(late & untracked & ~reported_since, then=Value(DateState.OUTCOME_NOT_STATED.value)),
        When(late & reported_since, then=Value(DateState.OVERDUE_REPORTED.value)),
        When(late, then=Value(DateState.OVERDUE_UNREPORTED.value)),
        When(forecast_latest__gt=F("due_latest"), then=Value(DateState.FORECAST_LATE.value)),
        When(due_latest__lte=on + timedelta(days=DUE_SOON_DAYS), then=Value(DateState.DUE_SOON.value)),
        When(status=Status.IN_PROGRESS, then=Value(DateState.ON_COURSE.value)),
        default=Value(DateState.NOT_DUE.value),
        output_field=models.CharField(),
    )


MilestoneManager = ByCode.from_queryset(MilestoneQuerySet)


class MilestoneTerms(Due):
    """What a plan says of a milestone, alike in its own row and in each version of its plan."""

    planned_start = models.DateField(null=True, blank=True)
    duration = models.PositiveIntegerField(null=True, blank=True)
    duration_unit = models.CharField(max_length=4, blank=True, default="")
    weight = models.DecimalField(max_digits=8, decimal_places=3, default=Decimal(1))
    constraint = models.CharField(max_length=20, choices=CONSTRAINTS, blank=True, default="")
    constraint_day = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Milestone(MilestoneTerms, Forecast, Named):
    """One thing to be brought about. The plan columns copy its latest plan version, the state columns its latest
    accepted report; both are written by the action that adds the version or accepts the report.
    """

    project = models.ForeignKey("Project", on_delete=models.PROTECT, related_name="milestones")
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="milestones")
    supporting: "models.ManyToManyField[Unit, Any]" = models.ManyToManyField(
        "Unit", blank=True, related_name="supported_milestones"
    )
    step_type = models.CharField(max_length=10, blank=True, default="")

    # the plan now
    plan_number = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField(null=True, blank=True)

    # the first commitment
    first_due_text = models.CharField(max_length=60, blank=True, default="")
    first_due_earliest = models.DateField(null=True, blank=True)
    first_due_latest = models.DateField(null=True, blank=True)
    first_due_precision = models.CharField(max_length=10, blank=True, default="")
    first_due_kind = models.CharField(max_length=10, blank=True, default="")

    # the state now, from the latest accepted report
    status = models.CharField(max_length=12, choices=STATUSES, blank=True, default="")
    progress = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    actual_start = models.DateField(null=True, blank=True)
    actual_finish = models.DateField(null=True, blank=True)
    as_of = models.DateField(null=True, blank=True)
    report = models.ForeignKey("Report", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reported_at = models.DateTimeField(null=True, blank=True)
    pending = models.PositiveSmallIntegerField(default=0)

    objects = MilestoneManager()

    class Meta:
        ordering = ("project", "position", "code")
        indexes = [
            models.Index(fields=["project", "position"], name="milestone_project"),
            models.Index(fields=["due_latest", "code"], name="milestone_due"),
            models.Index(fields=["unit", "due_latest"], name="milestone_unit"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(progress__isnull=True) | Q(progress__gte=0, progress__lte=100),
                name="milestone_progress_range",
            ),
            models.CheckConstraint(condition=BOUND, name="milestone_constraint_dated"),
        ]

    @property
    def first_due(self) -> ImpreciseDate | None:
        """The first commitment; None where none was made."""
        columns = (self.first_due_earliest, self.first_due_latest, self.first_due_precision, self.first_due_kind)
        return span(self.first_due_text, *columns)

    def facts(self, tracking_from: date | None) -> Facts:
        """What the date state is read from, as of the current row."""
        return Facts(
            due_earliest=self.due_earliest,
            due_latest=self.due_latest,
            tracking_from=tracking_from,
            status=Status(self.status) if self.status else None,
            as_of=self.as_of,
            actual_finish=self.actual_finish,
            forecast_latest=self.forecast_latest,
            progress=self.progress,
        )


class MilestonePlan(MilestoneTerms, LedgerPlan):
    """One version of a milestone's plan; rows are only ever added."""

    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="plans")
    supporting_codes = models.JSONField(default=list, blank=True)

    objects = GuardedQuerySet["MilestonePlan"].as_manager()

    class Meta:
        ordering = ("milestone", "number")
        constraints = [
            models.UniqueConstraint(fields=["milestone", "number"], name="milestone_plan_number"),
            models.CheckConstraint(condition=BOUND, name="milestone_plan_constraint_dated"),
        ]
        indexes = [models.Index(fields=["milestone", "-recorded_at"], name="milestone_plan_known")]


class DependencyKind(models.TextChoices):
    """Which end of the predecessor the link starts from, and which end of the successor it holds."""

    FINISH_START = "FS"
    START_START = "SS"
    FINISH_FINISH = "FF"
    START_FINISH = "SF"


class Dependency(Record):
    """A link between two milestones; `lag` (may be negative) counts natural ('d') or working ('wd') days.

    `since` is when it was recorded as it is; None where it came with the works. What it was before, and links that are
    gone, are rows of `EndedDependency`.
    """

    predecessor = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="links_out")
    successor = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="links_in")
    kind = models.CharField(max_length=2, choices=DependencyKind.choices, default=DependencyKind.FINISH_START)
    lag = models.IntegerField(default=0, validators=[MinValueValidator(-3650), MaxValueValidator(3650)])
    lag_unit = models.CharField(max_length=2, choices=[("d", "d"), ("wd", "wd")], default="d")
    since = models.DateTimeField(null=True, blank=True)

    objects = GuardedQuerySet["Dependency"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="dependency_once"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="dependency_not_itself"),
        ]


class EndedDependency(Record):
    """A link as it was from `since` (None: always) until it was changed or removed; rows are only ever added."""

    predecessor = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=2, choices=DependencyKind.choices)
    lag = models.IntegerField()
    lag_unit = models.CharField(max_length=2, choices=[("d", "d"), ("wd", "wd")])
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField()

    objects = GuardedQuerySet["EndedDependency"].as_manager()

    @classmethod
    def of(cls, link: Dependency, *, until: datetime) -> "EndedDependency":
        """The link as it stands, ended at that moment; not stored yet."""
        return cls(
            predecessor_id=link.predecessor_id,
            successor_id=link.successor_id,
            kind=link.kind,
            lag=link.lag,
            lag_unit=link.lag_unit,
            since=link.since,
            until=until,
        )


AnyDependency = Dependency | EndedDependency
M = TypeVar("M", Dependency, EndedDependency)


def dependencies(among: Q, *, known: datetime | None = None, related: Sequence[str] = ()) -> list[AnyDependency]:
    """The links that meet a condition, as they stand, or as they were known at a moment; one query, two for a moment.

    `among` names only what both models have; `related` is loaded with them.
    """
    if known is None:
        return list(_with(Dependency.objects.filter(among), related))
    begun = Q(since__isnull=True) | Q(since__lte=known)
    ended = EndedDependency.objects.filter(among, begun, until__gt=known)
    return [*_with(Dependency.objects.filter(among, begun), related), *_with(ended, related)]


def _with(rows: models.QuerySet[M], related: Sequence[str]) -> models.QuerySet[M]:
    # Without names select_related would load everything.
    return (rows.select_related(*related) if related else rows).order_by("pk")
