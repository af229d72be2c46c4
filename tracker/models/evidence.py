"""Evidence on a report: files, and places of the documents. The files themselves lie outside the database."""

from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import Q

from tracker.domain.evidence import ENDINGS, Sort
from tracker.models.guard import GuardedQuerySet, Record

MEDIA = [(name, name) for name in ENDINGS]


class EvidenceQuerySet(GuardedQuerySet["Evidence"]):
    """Questions about many files."""

    def there(self) -> "EvidenceQuerySet":
        """Not taken away again by their author, in the order they came."""
        return self.filter(removed_at__isnull=True).order_by("report_id", "id")

    def stored(self) -> "EvidenceQuerySet":
        """Those that are files."""
        return self.there().filter(citation__isnull=True)

    def shown(self) -> "EvidenceQuerySet":
        """With the documents of those that are places in one."""
        return self.there().select_related("citation__document")


class Evidence(Record):
    """One file on one report, or one place of a document (`citation`), of which nothing is stored here. The row is only
    ever added; before the report is decided on its author may take the file away, which the row remembers. Afterwards
    it is as final as the report.

    `sha256` is of the file as it lies on disk, `sent_sha256` of what came in: a picture is written anew without what a
    camera adds to it; of a citation it is its code, so that a report names it once. `thumb_width` and `thumb_height`
    are in pixels, 0 where there is no preview. A file carried over to a later report is a second row that names the
    same stored file.
    """

    report = models.ForeignKey("Report", on_delete=models.PROTECT, related_name="evidence")
    citation = models.ForeignKey("Citation", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stored = models.CharField(max_length=32, blank=True, default="")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100, choices=MEDIA, blank=True, default="")
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    sent_sha256 = models.CharField(max_length=64)
    thumb_width = models.PositiveSmallIntegerField(default=0)
    thumb_height = models.PositiveSmallIntegerField(default=0)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey("User", on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("report", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "sent_sha256"], condition=Q(removed_at__isnull=True), name="evidence_once"
            ),
            models.CheckConstraint(
                condition=Q(citation__isnull=True, stored__regex=r"^[0-9a-f]{32}$")
                | Q(citation__isnull=False, stored=""),
                name="evidence_stored_form",
            ),
        ]
        indexes = [models.Index(fields=["stored"], name="evidence_stored")]

    @property
    def sort(self) -> Sort:
        """What sort of file it is."""
        return Sort(self.media_type)

    @property
    def path(self) -> Path:
        """Where the file lies."""
        return place(self.stored)

    @property
    def thumb_path(self) -> Path:
        """Where its preview lies, if it has one."""
        return thumb_place(self.stored)


def place(stored: str) -> Path:
    """Where the file of that stored name lies; names are ours, never a visitor's."""
    return Path(settings.EVIDENCE) / stored[:2] / stored


def thumb_place(stored: str) -> Path:
    """Where the preview of that file lies."""
    return place(stored).with_suffix(".thumb")
