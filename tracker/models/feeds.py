"""Calendar feeds: private addresses at which a calendar program reads somebody's dates."""

from django.db import models
from django.db.models import Q

from tracker.models.guard import GuardedQuerySet, Record


class FeedScope(models.TextChoices):
    """Whose dates a feed holds."""

    ME = "me"
    UNIT = "unit"
    PROGRAMME = "programme"


class CalendarFeed(Record):
    """One address. Its secret is stored as SHA-256 only, shown once; `hint` are the secret's last signs.

    What it holds is decided at every reading by what its owner may read on that day.
    """

    user = models.ForeignKey("User", on_delete=models.PROTECT, related_name="feeds")
    scope = models.CharField(max_length=10, choices=FeedScope.choices)
    unit = models.ForeignKey("Unit", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    programme = models.ForeignKey("Programme", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    language = models.CharField(max_length=10, default="zh-hans")
    secret = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=6)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = GuardedQuerySet["CalendarFeed"].as_manager()

    class Meta:
        ordering = ("user", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="me", unit__isnull=True, programme__isnull=True)
                | Q(scope="unit", unit__isnull=False, programme__isnull=True)
                | Q(scope="programme", unit__isnull=True, programme__isnull=False),
                name="feed_one_scope",
            ),
        ]
