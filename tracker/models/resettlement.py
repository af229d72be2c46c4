"""Resettlement housing with the versions of its plan, and what reports say of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from tracker.domain.quantity_values import Qualifier
from tracker.domain.relocation import Scope
from tracker.domain.resettlement import FIGURES, Entry, HomeCount
from tracker.models.guard import ByCode, GuardedQuerySet, Record
from tracker.models.ledgers import LedgerItem, LedgerPlan, Placed
from tracker.models.relocation import Site, extent, heads

DATED = ("start", "topping_out", "completion", "move_back")
"""The days of housing are those of its milestones: nobody plans or reports them twice."""


class HomeFigures(models.Model):
    """The cumulative figures of housing, alike in its own row and in each report."""

    started_homes = heads()
    started_area = extent()
    topped_out_homes = heads()
    topped_out_area = extent()
    accepted_homes = heads()
    accepted_area = extent()
    allocated_homes = heads()
    allocated_households = heads()
    moved_back_homes = heads()
    moved_back_households = heads()
    moved_back_persons = heads()

    class Meta:
        abstract = True

    @property
    def entry(self) -> Entry:
        """The figures as the rules take them."""
        figures = {name: getattr(self, name) for name in FIGURES}
        return Entry({name: Decimal(value) for name, value in figures.items() if value is not None})


def home_columns(entry: Entry) -> dict[str, Any]:
    """The columns of an entry; what it does not state is empty."""
    return {name: entry.figures.get(name) for name in FIGURES}


class HomePlan(models.Model):
    """What is to be built, alike in the housing's own row and in each version of its plan; qualifiers as of a site."""

    homes = heads()
    homes_qualifier = models.CharField(max_length=10, blank=True, default="")
    area = extent()
    area_qualifier = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def planned(self) -> Mapping[HomeCount, Scope]:
        """Homes and floor area planned."""
        return {HomeCount.HOMES: self._planned("homes"), HomeCount.AREA: self._planned("area")}

    def _planned(self, name: str) -> Scope:
        value, qualifier = getattr(self, name), getattr(self, f"{name}_qualifier")
        return Scope(None if value is None else Decimal(value), Qualifier(qualifier) if qualifier else None)


class HousingQuerySet(GuardedQuerySet["Housing"]):
    """Questions about housing."""

    def current(self) -> "HousingQuerySet":
        """Not retired, nor in a retired project or programme."""
        return self.filter(
            retired_at__isnull=True, project__retired_at__isnull=True, project__programme__retired_at__isnull=True
        )


HousingManager = ByCode.from_queryset(HousingQuerySet)


class Housing(HomeFigures, HomePlan, Placed, LedgerItem):
    """One place of resettlement housing (安置房): plan columns copy its latest plan version, the figures its latest
    accepted report. `sites`: whose households it is built for; without any, those of its programme.
    """

    project = models.ForeignKey("Project", on_delete=models.PROTECT, related_name="housing")
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="housing")
    sites: "models.ManyToManyField[Site, Any]" = models.ManyToManyField(Site, blank=True, related_name="housing")
    start = models.ForeignKey("Milestone", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    topping_out = models.ForeignKey("Milestone", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    completion = models.ForeignKey("Milestone", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    move_back = models.ForeignKey("Milestone", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = HousingManager()

    class Meta:
        ordering = ("project", "position", "code")
        indexes = [
            models.Index(fields=["project", "position"], name="housing_project"),
            models.Index(fields=["unit", "position"], name="housing_unit"),
        ]


class HousingPlan(HomePlan, LedgerPlan):
    """One version of what is to be built; rows are only ever added."""

    housing = models.ForeignKey(Housing, on_delete=models.PROTECT, related_name="plans")

    objects = GuardedQuerySet["HousingPlan"].as_manager()

    class Meta:
        ordering = ("housing", "number")
        constraints = [models.UniqueConstraint(fields=["housing", "number"], name="housing_plan_number")]
        indexes = [models.Index(fields=["housing", "-recorded_at"], name="housing_plan_known")]


class HousingReport(HomeFigures, Record):
    """What a report says of housing: every figure as it stands on its day, counted from the beginning."""

    report = models.OneToOneField("Report", on_delete=models.CASCADE, primary_key=True, related_name="on_housing")

    objects = GuardedQuerySet["HousingReport"].as_manager()
