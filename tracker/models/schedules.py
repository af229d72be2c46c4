"""What the last check of a project's schedule found: the stored state of today, written anew by every re-check."""

from django.db import models

from tracker.domain.project_schedule import Cause, Code
from tracker.models.guard import GuardedQuerySet, Record

CODES = [(code.value, code.value) for code in Code]
CAUSES = [(cause.value, cause.value) for cause in Cause]


class ScheduleFinding(Record):
    """One finding of `domain.project_schedule` at a milestone, or at the whole project where it is at none.

    `rank` orders findings, the worst first; `chain` holds codes of milestones; `checked_on` is the day it was made on.
    """

    project = models.ForeignKey("Project", on_delete=models.CASCADE, related_name="findings")
    milestone = models.ForeignKey("Milestone", on_delete=models.CASCADE, null=True, blank=True, related_name="findings")
    code = models.CharField(max_length=16, choices=CODES)
    serious = models.BooleanField()
    rank = models.PositiveSmallIntegerField()
    days = models.PositiveIntegerField(default=0)
    chain = models.JSONField(default=list, blank=True)
    cause = models.CharField(max_length=12, choices=CAUSES, blank=True, default="")
    held_on = models.DateField(null=True, blank=True)
    window = models.CharField(max_length=20, blank=True, default="")
    basis = models.CharField(max_length=24, blank=True, default="")
    checked_on = models.DateField()

    objects = GuardedQuerySet["ScheduleFinding"].as_manager()

    class Meta:
        ordering = ("rank", "-days", "project", "id")
        indexes = [
            models.Index(fields=["project", "rank"], name="finding_project"),
            models.Index(fields=["rank", "-days", "id"], name="finding_worst"),
        ]
