"""Statutory windows: every version of every row; a plan remembers which one it was checked against."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from tracker.domain.calendars import Unit
from tracker.domain.windows import Window, WindowKind
from tracker.models.guard import GuardedQuerySet, Record

KINDS = [(kind.value, kind.name) for kind in WindowKind]
UNITS = [(unit.value, unit.name) for unit in Unit]


class SourceTag(models.TextChoices):
    """What was read: the law itself, a secondary page, a computation, or nothing yet (from knowledge)."""

    LAW = "L"
    WEB = "W"
    COMPUTED = "C"
    KNOWN = "K"


class StatutoryWindowQuerySet(GuardedQuerySet["StatutoryWindow"]):
    """Questions about many windows."""

    def newest(self) -> "StatutoryWindowQuerySet":
        """The newest version of each row, whatever the day it is in force."""
        own = StatutoryWindow.objects.filter(code=OuterRef("code"), region=OuterRef("region")).order_by("-version")
        return self.filter(pk=Subquery(own.values("pk")[:1]))

    def windows(self) -> list[Window]:
        """The rows as values; one query."""
        return [row.value() for row in self]


class StatutoryWindow(Record):
    """One version of a row of the table of windows; only ever added.

    The length is `n` in `unit`; a gate has neither. `region` is '' for national law.
    """

    code = models.CharField(max_length=20)
    region = models.CharField(max_length=8, blank=True, default="")
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveIntegerField(default=0)
    applies_to = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    from_step = models.CharField(max_length=120)
    from_step_en = models.CharField(max_length=200, blank=True, default="")
    to_step = models.CharField(max_length=120)
    to_step_en = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=8, choices=KINDS)
    n = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=4, choices=UNITS, blank=True, default="")
    law = models.CharField(max_length=120)
    law_en = models.CharField(max_length=200, blank=True, default="")
    article = models.CharField(max_length=60, blank=True, default="")
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)
    verified = models.BooleanField(default=False)
    source_tag = models.CharField(max_length=1, choices=SourceTag.choices, default=SourceTag.KNOWN)
    note = models.CharField(max_length=400, blank=True, default="")
    note_en = models.CharField(max_length=600, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    recorded_at = models.DateTimeField()
    by = models.ForeignKey("User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = StatutoryWindowQuerySet.as_manager()

    class Meta:
        ordering = ("position", "code", "region", "version")
        constraints = [
            models.UniqueConstraint(fields=["code", "region", "version"], name="window_version"),
            models.CheckConstraint(
                condition=Q(kind="gate", n__isnull=True, unit="") | (~Q(kind="gate") & Q(n__gt=0) & ~Q(unit="")),
                name="window_length_unless_gate",
            ),
            models.CheckConstraint(
                condition=Q(effective_from__isnull=True)
                | Q(effective_to__isnull=True)
                | Q(effective_to__gte=F("effective_from")),
                name="window_force_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.region} v{self.version}".replace("  ", " ")

    def called(self, language: str) -> str:
        """The name in the reader's language."""
        return self.name if language.startswith("zh") or not self.name_en else self.name_en

    def value(self) -> Window:
        """The row as the domain counts with it."""
        return Window(
            id=self.code,
            version=self.version,
            applies_to=self.applies_to,
            from_step=self.from_step,
            to_step=self.to_step,
            from_step_en=self.from_step_en,
            to_step_en=self.to_step_en,
            name=self.name,
            name_en=self.name_en,
            kind=WindowKind(self.kind),
            n=self.n,
            unit=Unit(self.unit) if self.unit else None,
            law=self.law,
            law_en=self.law_en,
            article=self.article,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
            region=self.region,
            verified=self.verified,
            source_tag=self.source_tag,
            note=self.note,
            note_en=self.note_en,
        )
