"""Clearance sites with the versions of their scope, and what reports say of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import Combinable

from tracker.domain.ledger_sums import Added
from tracker.domain.quantity_values import Qualifier
from tracker.domain.relocation import COUNTS, FIGURES, LAST, MAIN, Count, Entry, Obstacle, Scope, Use, column
from tracker.models.days import Due
from tracker.models.guard import ByCode, GuardedQuerySet, Record
from tracker.models.ledgers import LedgerItem, LedgerPlan, Placed

if TYPE_CHECKING:
    from tracker.models.metrics import Metric

USES = [(item.value, item.value) for item in Use]
SCOPES = ("households", "persons", "area", "land")
"""What the scope of a site is stated in: 户, 人, 平方米 of floor area, 亩."""


def heads() -> "models.PositiveIntegerField[int | Combinable | None, int | None]":
    """A column for households or persons; empty where nobody has stated them."""
    return models.PositiveIntegerField(null=True, blank=True)


def extent() -> "models.DecimalField[Decimal | int | str | Combinable | None, Decimal | None]":
    """A column for floor area in 平方米 or land in 亩; empty where nobody has stated it."""
    return models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)


class SiteFigures(models.Model):
    """The cumulative figures of a site, alike in its own row and in each report: one list of columns for both."""

    surveyed_households = heads()
    signed_households = heads()
    vacated_households = heads()
    demolished_households = heads()
    handed_over_households = heads()
    surveyed_area = extent()
    signed_area = extent()
    vacated_area = extent()
    demolished_area = extent()
    handed_over_area = extent()
    surveyed_land = extent()
    signed_land = extent()
    vacated_land = extent()
    demolished_land = extent()
    handed_over_land = extent()
    cash_households = heads()
    exchange_households = heads()
    decided_households = heads()
    vacated_persons = heads()
    converted_persons = heads()
    obstacles = models.JSONField(default=dict, blank=True)

    class Meta:
        abstract = True

    @property
    def entry(self) -> Entry:
        """The figures as the rules take them."""
        figures = {name: getattr(self, name) for name in FIGURES}
        stated = {name: Decimal(value) for name, value in figures.items() if value is not None}
        return Entry(stated, {Obstacle(name): int(count) for name, count in self.obstacles.items()})


def entry_columns(entry: Entry) -> dict[str, Any]:
    """The columns of an entry; what it does not state is empty."""
    counted = {name.value: count for name, count in entry.obstacles.items() if count}
    return {**{name: entry.figures.get(name) for name in FIGURES}, "obstacles": counted}


class SiteScope(Due):
    """What is to be cleared and by when, alike in a site's own row and in each version of its plan.

    Each count has its qualifier: 'exact', 'about', 'withheld' where the source leaves it out, '' where nobody speaks of
    it. `transition_months`: how long households may wait for their homes after leaving (过渡期限).
    """

    scope_households = heads()
    scope_households_qualifier = models.CharField(max_length=10, blank=True, default="")
    scope_persons = heads()
    scope_persons_qualifier = models.CharField(max_length=10, blank=True, default="")
    scope_area = extent()
    scope_area_qualifier = models.CharField(max_length=10, blank=True, default="")
    scope_land = extent()
    scope_land_qualifier = models.CharField(max_length=10, blank=True, default="")
    transition_months = models.PositiveSmallIntegerField(null=True, blank=True)
    planned_start = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def scope(self) -> Mapping[Count, Scope]:
        """What is to be cleared, by count; persons are no stage's count and stand in their own column."""
        return {count: self._scope(count.value) for count in Count}

    @property
    def persons(self) -> Scope:
        """How many people there are."""
        return self._scope("persons")

    def _scope(self, name: str) -> Scope:
        value, qualifier = getattr(self, f"scope_{name}"), getattr(self, f"scope_{name}_qualifier")
        return Scope(None if value is None else Decimal(value), Qualifier(qualifier) if qualifier else None)


class SiteQuerySet(GuardedQuerySet["Site"]):
    """Questions about many sites."""

    def current(self) -> "SiteQuerySet":
        """Not retired, nor in a retired project or programme."""
        return self.filter(
            retired_at__isnull=True, project__retired_at__isnull=True, project__programme__retired_at__isnull=True
        )

    def entering(self, metric: "Metric", added: Added) -> "SiteQuerySet":
        """Those a ledger metric adds up: of its project, else of its programme, in its basis, within the totals."""
        own = {"project": metric.project_id} if metric.project_id else {"project__programme": metric.programme_id}
        rows = self.filter(basis=metric.basis, in_total=True, **own)
        return rows.filter(use=added.use.value) if added.use else rows

    def uncleared(self) -> "SiteQuerySet":
        """With anything left to zero, by the count `deciding` names; without a scope nobody knows, so those too."""
        cleared = Q(pk__in=())
        for use, counts in COUNTS.items():
            unstated = Q(use=use.value)
            for count in sorted(counts, key=lambda one: one is not MAIN[use]):
                done = f"{column(LAST[use], count)}__gte"
                cleared |= unstated & Q(**{f"scope_{count}__isnull": False, done: F(f"scope_{count}")})
                unstated &= Q(**{f"scope_{count}__isnull": True})
        return self.exclude(cleared)


SiteManager = ByCode.from_queryset(SiteQuerySet)


class Site(SiteFigures, SiteScope, Placed, LedgerItem):
    """One village or plot to be cleared, in one use. Scope columns copy its latest plan version, the figures its latest
    accepted report.

    `basis` (口径) says what is counted: totals never mix bases. `on_behalf`: cleared for another project (代拆).
    `in_total` is false for what a source reports beside its totals.
    """

    project = models.ForeignKey("Project", on_delete=models.PROTECT, related_name="sites")
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="sites")
    use = models.CharField(max_length=16, choices=USES)
    on_behalf = models.BooleanField(default=False)
    in_total = models.BooleanField(default=True)

    objects = SiteManager()

    class Meta:
        ordering = ("project", "position", "code")
        indexes = [
            models.Index(fields=["project", "position"], name="site_project"),
            models.Index(fields=["unit", "position"], name="site_unit"),
        ]


class SitePlan(SiteScope, LedgerPlan):
    """One version of a site's scope and due day; rows are only ever added."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="plans")

    objects = GuardedQuerySet["SitePlan"].as_manager()

    class Meta:
        ordering = ("site", "number")
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="site_plan_number")]
        indexes = [models.Index(fields=["site", "-recorded_at"], name="site_plan_known")]


class SiteReport(SiteFigures, Record):
    """What a report says of a site: every figure as it stands on its day, counted from the beginning."""

    report = models.OneToOneField("Report", on_delete=models.CASCADE, primary_key=True, related_name="on_site")

    objects = GuardedQuerySet["SiteReport"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cash_households__isnull=True)
                | Q(signed_households__isnull=True)
                | Q(cash_households__lte=models.F("signed_households")),
                name="site_report_cash_within_signed",
            )
        ]
