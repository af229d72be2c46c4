"""The days that plans and reports name: an imprecise date as its columns, alike wherever one is kept."""

from datetime import date
from typing import Any

from django.db import models

from tracker.domain.dates import DateKind, ImpreciseDate, Precision

DUE = ("due_text", "due_earliest", "due_latest", "due_precision", "due_kind", "plan_year")
"""The columns of `Due`."""
FORECAST = ("forecast_text", "forecast_earliest", "forecast_latest", "forecast_precision", "forecast_kind")
"""The columns of `Forecast`."""


def span(text: str, earliest: date | None, latest: date | None, precision: str, kind: str) -> ImpreciseDate | None:
    """The stored columns of an imprecise date as a value; None where nothing is stored."""
    if not precision:
        return None
    return ImpreciseDate(text, earliest, latest, Precision(precision), DateKind(kind or DateKind.IN))


def due_columns(due: ImpreciseDate | None) -> dict[str, Any]:
    """The columns of a due date; none makes them blank."""
    if due is None:
        return {"due_text": "", "due_earliest": None, "due_latest": None, "due_precision": "", "due_kind": ""}
    return {
        "due_text": due.text,
        "due_earliest": due.earliest,
        "due_latest": due.latest,
        "due_precision": due.precision.value,
        "due_kind": due.kind.value,
    }


class Due(models.Model):
    """By when a plan wants something, as it is written and as the days it means.

    `plan_year`: where no year is printed, which year of the works it is (1 is their assumed base year).
    """

    due_text = models.CharField(max_length=60, blank=True, default="")
    due_earliest = models.DateField(null=True, blank=True)
    due_latest = models.DateField(null=True, blank=True)
    due_precision = models.CharField(max_length=10, blank=True, default="")
    due_kind = models.CharField(max_length=10, blank=True, default="")
    plan_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def due(self) -> ImpreciseDate | None:
        """By when it is wanted; None where no plan says."""
        return span(self.due_text, self.due_earliest, self.due_latest, self.due_precision, self.due_kind)


class Forecast(models.Model):
    """When whoever reports expects something to be reached."""

    forecast_text = models.CharField(max_length=60, blank=True, default="")
    forecast_earliest = models.DateField(null=True, blank=True)
    forecast_latest = models.DateField(null=True, blank=True)
    forecast_precision = models.CharField(max_length=10, blank=True, default="")
    forecast_kind = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        abstract = True

    @property
    def forecast(self) -> ImpreciseDate | None:
        """When it is expected; None where nobody has said so."""
        columns = (self.forecast_earliest, self.forecast_latest, self.forecast_precision, self.forecast_kind)
        return span(self.forecast_text, *columns)
