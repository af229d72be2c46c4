"""The one mail a day: claimed before it is sent, so that two hosts, or a second run, never send two.

A mail that the server refused stays claimed for its day and is tried again the next day. Where a process dies between
sending and writing that down, the same lines come once more the next day: better twice than never.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from tracker.audit import clock
from tracker.models import Digest, Notice, User
from tracker.models.guard import writing
from tracker.models.notices import DigestState

KEPT = timedelta(days=90)
"""How long it is kept who was sent a mail on which day."""


def claim(*, person: User, day: date, count: int) -> Digest | None:
    """The right to send a person's mail of a day; None where somebody has it already."""
    try:
        with transaction.atomic(), writing():
            row = Digest(person=person, day=day, count=count, at=clock())
            row.save(force_insert=True)
    except IntegrityError:
        return None
    return row


def sent(digest: Digest, notices: Collection[int]) -> None:
    """Write down that the mail went out and with which notices."""
    with transaction.atomic(), writing():
        Notice.objects.filter(pk__in=notices, person=digest.person_id).update(mailed_at=clock())
        _settle(digest, DigestState.SENT)


def failed(digest: Digest) -> None:
    """Write down that it did not go out; its notices wait for the next day."""
    with transaction.atomic(), writing():
        _settle(digest, DigestState.FAILED)


def forget(*, now: datetime) -> int:
    """Remove what is known of mails long sent; returns how many."""
    with transaction.atomic(), writing():
        return Digest.objects.filter(at__lt=now - KEPT).delete()[0]


def _settle(digest: Digest, state: DigestState) -> None:
    digest.state = state.value
    digest.save(update_fields=["state"])
