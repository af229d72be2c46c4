"""What somebody has typed and not sent yet: one draft for each person and form."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef

from tracker.models.guard import GuardedQuerySet, Record
from tracker.models.reports import Report

KEPT = timedelta(days=30)
"""How long a draft is kept after it was last saved."""


class DraftQuerySet(GuardedQuerySet["Draft"]):
    """Drafts still to be offered."""

    def standing(self, person: int, now: datetime) -> Self:
        """A person's own: not too old, and of no form that has become a report (a late save may follow a report)."""
        sent = Report.objects.filter(author=person, client_token=OuterRef("token"))
        return self.filter(~Exists(sent), person=person, saved_at__gte=now - KEPT)


class Draft(Record):
    """A form as it was typed, before it is sent; only its owner ever sees it.

    `form` names the form (see `tracker.domain.drafts.Key`), `token` is its client token, `version` the item's version
    it was filled from; `fields` are its texts by name, for a grid `as_of` and `rows` with those that were touched.
    """

    person = models.ForeignKey("User", on_delete=models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=80)
    token = models.CharField(max_length=40, blank=True, default="")
    version = models.PositiveIntegerField(default=0)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "form"], name="draft_once_a_form")]
        indexes = [models.Index(fields=["saved_at"], name="draft_saved")]
