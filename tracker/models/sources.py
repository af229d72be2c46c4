"""Source documents and citations: every figure and date with its document, its place and how it is printed there."""

from decimal import Decimal

from django.db import models
from django.db.models.expressions import Combinable

from tracker.domain.dates import DateKind, ImpreciseDate, Precision
from tracker.domain.quantities import Qualifier, Quantity
from tracker.models.guard import ByCode, GuardedQuerySet, Record


def figure_field() -> "models.DecimalField[Decimal | int | str | Combinable | None, Decimal | None]":
    """A column for one bound of a figure in its printed measure; empty where that side is open or withheld."""
    return models.DecimalField(max_digits=30, decimal_places=6, null=True, blank=True)


def base_field() -> "models.DecimalField[Decimal | int | str | Combinable | None, Decimal | None]":
    """A column for one bound in the base unit of its dimension: exact even where 亩 become square metres."""
    return models.DecimalField(max_digits=38, decimal_places=12, null=True, blank=True)


class DocumentQuerySet(GuardedQuerySet["Document"]):
    """Questions about many documents."""


DocumentManager = ByCode.from_queryset(DocumentQuerySet)


class Document(Record):
    """A source document as it was received; `complete` is false where its text breaks off."""

    code = models.CharField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300)
    kind = models.CharField(max_length=20, default="report")
    complete = models.BooleanField(default=True)
    dated = models.CharField(max_length=300, blank=True, default="")
    note = models.TextField(blank=True, default="")
    note_en = models.TextField(blank=True, default="")
    position = models.PositiveIntegerField(default=0)

    objects = DocumentManager()

    class Meta:
        ordering = ("position", "code")

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def called(self, language: str) -> str:
        """The title in the reader's language."""
        return self.title if language.startswith("zh") or not self.title_en else self.title_en


class CitationKind(models.TextChoices):
    """What a stated fact is about; `outcome` and `measured` become reports when the works are loaded."""

    DUE = "due"
    TARGET = "target"
    BASE = "base"
    MEASURED = "measured"
    OUTCOME = "outcome"
    FIGURE = "figure"
    COMPARABLE = "comparable"
    BLANK = "blank"
    TERM = "term"


class CitationStatus(models.TextChoices):
    """How firmly the document speaks; `withheld` marks a blank (X, xx)."""

    STATED = "stated"
    PLANNED = "planned"
    SOUGHT = "sought"
    IN_HAND = "in_hand"
    DONE = "done"
    WITHHELD = "withheld"


class CitationQuerySet(GuardedQuerySet["Citation"]):
    """Questions about many citations."""

    def blanks(self) -> "CitationQuerySet":
        """What the documents withhold."""
        return self.filter(status=CitationStatus.WITHHELD)


CitationManager = ByCode.from_queryset(CitationQuerySet)


class Citation(Record):
    """One stated fact: what it is about, where it stands, how it is printed, and what that means in numbers or days.

    `low` and `high` are in the printed `measure`; `base_low` and `base_high` in the base unit of its dimension.
    """

    code = models.CharField(max_length=20, unique=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="citations")
    place = models.CharField(max_length=40)
    programme = models.ForeignKey("Programme", on_delete=models.PROTECT, related_name="citations")
    project = models.ForeignKey("Project", on_delete=models.PROTECT, null=True, blank=True, related_name="citations")
    milestone = models.ForeignKey(
        "Milestone", on_delete=models.PROTECT, null=True, blank=True, related_name="citations"
    )
    metric = models.ForeignKey("Metric", on_delete=models.PROTECT, null=True, blank=True, related_name="citations")
    site = models.ForeignKey("Site", on_delete=models.PROTECT, null=True, blank=True, related_name="citations")
    column = models.CharField(max_length=30, blank=True, default="", help_text="of its site, which the figure states")
    package = models.ForeignKey("Package", on_delete=models.PROTECT, null=True, blank=True, related_name="citations")
    housing = models.ForeignKey("Housing", on_delete=models.PROTECT, null=True, blank=True, related_name="citations")
    kind = models.CharField(max_length=12, choices=CitationKind.choices)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    printed = models.CharField(max_length=60)
    low = figure_field()
    high = figure_field()
    qualifier = models.CharField(max_length=10, blank=True, default="")
    measure = models.CharField(max_length=12, blank=True, default="")
    base_low = base_field()
    base_high = base_field()
    basis = models.CharField(max_length=200, blank=True, default="")
    basis_en = models.CharField(max_length=300, blank=True, default="")
    date_text = models.CharField(max_length=60, blank=True, default="")
    plan_year = models.PositiveSmallIntegerField(null=True, blank=True)
    date_earliest = models.DateField(null=True, blank=True)
    date_latest = models.DateField(null=True, blank=True)
    date_precision = models.CharField(max_length=10, blank=True, default="")
    date_kind = models.CharField(max_length=10, blank=True, default="")
    status = models.CharField(max_length=10, choices=CitationStatus.choices, default=CitationStatus.STATED)
    in_total = models.BooleanField(default=True)
    note = models.CharField(max_length=400, blank=True, default="")
    note_en = models.CharField(max_length=600, blank=True, default="")
    position = models.PositiveIntegerField(default=0)

    objects = CitationManager()

    class Meta:
        ordering = ("document", "position", "code")
        indexes = [models.Index(fields=["programme", "position"], name="citation_programme")]

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    def called(self, language: str) -> str:
        """What the figure or date is, in the reader's language."""
        return self.name if language.startswith("zh") or not self.name_en else self.name_en

    @property
    def quantity(self) -> Quantity | None:
        """The figure, or None where the citation states none (a blank that is no figure, a rank, has no measure)."""
        if not self.qualifier or not self.measure:
            return None
        return Quantity(
            low=self.low, high=self.high, qualifier=Qualifier(self.qualifier), measure=self.measure, basis=self.basis
        )

    @property
    def date(self) -> ImpreciseDate | None:
        """The date, or None where the citation states none."""
        if not self.date_text or not self.date_precision:
            return None
        return ImpreciseDate(
            text=self.date_text,
            earliest=self.date_earliest,
            latest=self.date_latest,
            precision=Precision(self.date_precision),
            kind=DateKind(self.date_kind or DateKind.IN),
        )
