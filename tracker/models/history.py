"""The audit trail: one row an act, without foreign keys, so that history never blocks anything and nothing edits it."""

from django.db import models

from tracker.models.guard import GuardedQuerySet, Record


class AuditEvent(Record):
    """Who did what to which row, with the values before and after; refusals are kept too."""

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=120, blank=True, default="")
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=30)
    subject_code = models.CharField(max_length=60, blank=True, default="")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    refused = models.BooleanField(default=False)
    code = models.CharField(max_length=60, blank=True, default="")
    reference = models.CharField(max_length=40, blank=True, default="")

    objects = GuardedQuerySet["AuditEvent"].as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["subject_type", "subject_code", "-id"], name="audit_subject")]
