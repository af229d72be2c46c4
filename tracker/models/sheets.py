"""Uploaded sheets between the look at them and their sending: kept for a day, for the one who uploaded them."""

from typing import Any

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


class SheetSending(models.Model):
    """How far the sending of an upload is, for whoever waits for it. It happens in one transaction that shows nothing
    until it ends; so this row is written beside it, and goes with it. `stopped`: the person wants it taken back.
    """

    token = models.CharField(max_length=32, unique=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField()
    stopped = models.BooleanField(default=False)
    seen_at = models.DateTimeField(help_text="when it last went on; a process that was killed leaves its row behind")


class SheetMapping(Record):
    """What the columns of another office's sheet mean, as confirmed by a person; remembered by its header.

    `columns` holds the role of each column from the left ('' for one left out), see `tracker.domain.sheet_headers`;
    `items` the rows a person named: the row's words to 'kind:code', or '' for a row that is left out. A change is a new
    version; rows are only ever added. It belongs to a unit, whose reporters all read sheets by it.
    """

    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=40)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    columns: "models.JSONField[Any, Any]" = models.JSONField(default=list)
    items: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey("User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = GuardedQuerySet["SheetMapping"].as_manager()

    class Meta:
        ordering = ("unit", "fingerprint", "-number")
        constraints = [
            models.UniqueConstraint(fields=["unit", "fingerprint", "number"], name="sheet_mapping_version_once")
        ]
