"""Calendar feeds: making an address, and making it useless again."""

import hashlib
import secrets

from tracker.audit import Refused, clock, record, recording
from tracker.models import CalendarFeed, Programme, Unit, User
from tracker.models.feeds import FeedScope

AT_MOST = 20
"""Feeds in use a person."""


def digest(secret: str) -> str:
    """How a secret is stored and looked up."""
    return hashlib.sha256(secret.encode()).hexdigest()


def add(
    *, scope: FeedScope, unit: Unit | None, programme: Programme | None, language: str, by: User
) -> tuple[CalendarFeed, str]:
    """Make a feed of one's own; the secret is returned this once. Raises Refused: feeds_many."""
    secret = secrets.token_urlsafe(32)
    with recording():
        User.objects.select_for_update().get(pk=by.pk)
        if CalendarFeed.objects.filter(user=by, revoked_at__isnull=True).count() >= AT_MOST:
            raise Refused("feeds_many", limit=AT_MOST)
        now = clock()
        feed = CalendarFeed(
            user=by, scope=scope.value, unit=unit, programme=programme, language=language,
            secret=digest(secret), hint=secret[-4:], made_at=now,
        )  # fmt: skip
        feed.save(force_insert=True)
        after = {"scope": scope.value, "unit": unit and unit.code, "programme": programme and programme.code}
        record("feed.add", by=by, subject_type="user", subject_code=by.username, after=after, at=now)
    return feed, secret


def revoke(*, feed: CalendarFeed, by: User) -> None:
    """Make a feed of one's own useless; its address answers 404 from now on. Raises Refused: feed_gone."""
    with recording():
        row = CalendarFeed.objects.select_for_update().filter(pk=feed.pk, user=by, revoked_at__isnull=True).first()
        if row is None:
            raise Refused("feed_gone")
        row.revoked_at = clock()
        row.save(update_fields=["revoked_at"])
        record(
            "feed.revoke", by=by, subject_type="user", subject_code=by.username,
            before={"scope": row.scope}, at=row.revoked_at,
        )  # fmt: skip
