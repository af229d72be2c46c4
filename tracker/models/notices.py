"""Notices to people, what each wants to be told and how, and the one mail a day."""

from typing import Any

from django.db import models
from django.db.models import Q

from tracker.domain.reminders import MAILED, Because, Kind
from tracker.models.guard import GuardedQuerySet, Record

KINDS = [(one.value, one.value) for one in Kind]
REASONS = [(one.value, one.value) for one in Because]
SUBJECTS = [(one, one) for one in ("milestone", "metric", "project", "programme", "review")]


def mailed_by_default() -> list[str]:
    """The kinds that are mailed until somebody chooses otherwise."""
    return [kind.value for kind in MAILED]


class Notice(Record):
    """Something one person is told, once (`key`), and why that person. Its sentence is worded when it is read.

    The subject is named by code, so that a notice keeps nothing from being removed; whether its reader may (still) read
    the subject is asked when it is shown. `shown` is False where the person wants this kind by mail only.
    """

    person = models.ForeignKey("User", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=KINDS)
    reason = models.CharField(max_length=12, choices=REASONS)
    subject_type = models.CharField(max_length=12, choices=SUBJECTS)
    subject_code = models.CharField(max_length=40, blank=True, default="")
    inputs: "models.JSONField[Any, Any]" = models.JSONField(default=dict, blank=True)
    key = models.CharField(max_length=100)
    made_at = models.DateTimeField()
    shown = models.BooleanField(default=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = GuardedQuerySet["Notice"].as_manager()

    class Meta:
        ordering = ("person", "-id")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["person"], condition=Q(read_at__isnull=True, shown=True), name="notice_unread"),
            models.Index(fields=["person", "-id"], name="notice_person"),
            models.Index(fields=["made_at"], name="notice_made"),
        ]


class NoticeSetting(Record):
    """What a person wants: the kinds not shown on the page, those mailed, and the language of mail. None: defaults."""

    person = models.OneToOneField("User", on_delete=models.CASCADE, primary_key=True, related_name="notice_setting")
    hidden: "models.JSONField[Any, Any]" = models.JSONField(default=list, blank=True)
    mailed: "models.JSONField[Any, Any]" = models.JSONField(default=mailed_by_default, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")

    objects = GuardedQuerySet["NoticeSetting"].as_manager()


class DigestState(models.TextChoices):
    """What became of a day's mail: about to be sent, taken by the mail server, or refused by it."""

    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"


class Digest(Record):
    """One person's mail of one day; the row is written before it is sent, so that nobody sends a second one."""

    person = models.ForeignKey("User", on_delete=models.CASCADE, related_name="digests")
    day = models.DateField()
    state = models.CharField(max_length=8, choices=DigestState.choices, default=DigestState.CLAIMED)
    count = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    objects = GuardedQuerySet["Digest"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="digest_once_a_day")]
