"""Keeping what somebody has typed and not sent. It is nobody's act yet, so the history does not tell of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tracker.audit import clock
from tracker.domain.drafts import Key
from tracker.models import Draft, Report, User
from tracker.models.drafts import KEPT
from tracker.models.guard import writing


def keep(*, key: Key, fields: Mapping[str, Any], token: str, version: int, by: User) -> datetime | None:
    """Keep a form as the person's draft, in place of an earlier one; returns when.

    None, and nothing kept, for a form that has become a report meanwhile: the save was under way when it was sent.
    The right to report on the item is the caller's to look at; who may see the draft is its owner alone.
    """
    with transaction.atomic(), writing():
        if token and Report.objects.filter(author=by, client_token=token).exists():
            return None
        now = clock()
        purge(now)
        draft = Draft(person=by, form=str(key), token=token, version=version, fields=dict(fields), saved_at=now)
        changed = ["token", "version", "fields", "saved_at"]
        Draft.objects.bulk_create(
            [draft], update_conflicts=True, unique_fields=["person", "form"], update_fields=changed
        )
    return now


def discard(*, key: Key, by: User) -> int:
    """Throw a draft of one's own away; returns how many there were, 0 or 1."""
    with transaction.atomic(), writing():
        return Draft.objects.filter(person=by, form=str(key)).delete()[0]


def purge(now: datetime) -> int:
    """Remove drafts nobody has saved for thirty days; returns how many. Every save calls it, and the daily jobs do."""
    with transaction.atomic(), writing():
        return Draft.objects.filter(saved_at__lt=now - KEPT).delete()[0]
