"""Uploaded sheets between the look at them and their sending: kept for a day, for the one who uploaded them."""

from django.db import models

from tracker.models.guard import GuardedQuerySet, Record


class SheetUpload(Record):
    """A ledger somebody uploaded, its bytes as they came, and what the look at it found.

    `outcome` holds `lines`, `strange` and `language`; see `tracker.imports.sheet_check.Line`. Until it is sent nothing
    of it is a report; after `expires_at` the row goes, with all of it.
    """

    token = models.CharField(max_length=32, unique=True)
    owner = models.ForeignKey("User", on_delete=models.CASCADE, related_name="sheets")
    name = models.CharField(max_length=120)
    content = models.BinaryField()
    outcome = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects = GuardedQuerySet["SheetUpload"].as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["expires_at"], name="sheet_expires")]
