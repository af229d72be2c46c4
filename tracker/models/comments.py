"""What a unit says of a milestone beside the reports: supporting units comment, they do not report."""

from django.db import models

from tracker.models.guard import GuardedQuerySet, Record

COMMENT_LIMIT = 1000
"""Characters."""


class Comment(Record):
    """One comment on a milestone, spoken for a unit; rows are only ever added."""

    milestone = models.ForeignKey("Milestone", on_delete=models.PROTECT, related_name="comments")
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.CharField(max_length=COMMENT_LIMIT)
    client_token = models.CharField(max_length=40, null=True, blank=True)

    objects = GuardedQuerySet["Comment"].as_manager()

    class Meta:
        ordering = ("milestone", "-id")
        constraints = [models.UniqueConstraint(fields=["author", "client_token"], name="comment_once_per_token")]
        indexes = [models.Index(fields=["milestone", "-id"], name="comment_milestone")]
