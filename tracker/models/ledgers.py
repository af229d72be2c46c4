"""What every item of a ledger has beside its own figures, and what every version of its plan says of itself."""

from django.db import models

from tracker.models.guard import Named, Record


class LedgerItem(Named):
    """An item people report on: the number of its plan version, and its state from the latest accepted report."""

    note = models.CharField(max_length=400, blank=True, default="")
    note_en = models.CharField(max_length=600, blank=True, default="")
    plan_number = models.PositiveIntegerField(default=0)
    planned_at = models.DateTimeField(null=True, blank=True)
    as_of = models.DateField(null=True, blank=True)
    report = models.ForeignKey("tracker.Report", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    reported_at = models.DateTimeField(null=True, blank=True)
    pending = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True


class Placed(models.Model):
    """An item that stands somewhere and counts something (口径)."""

    place = models.CharField(max_length=80, blank=True, default="")
    place_en = models.CharField(max_length=120, blank=True, default="")
    basis = models.CharField(max_length=200, blank=True, default="")
    basis_en = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        abstract = True

    def placed(self, language: str) -> str:
        """The place in the reader's language."""
        return self.place if language.startswith("zh") or not self.place_en else self.place_en


class LedgerPlan(Record):
    """One version of an item's plan: who made it, when, why and from which source; rows are only ever added."""

    number = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("tracker.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True, default="")
    citation = models.ForeignKey("tracker.Citation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey("tracker.Unit", on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
