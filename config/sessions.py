"""Sessions in the database, as Django keeps them; every request begins by reading one, so its SQL is worded once."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from tracker.models.worded import Worded

_FOUND: Worded[Any] = Worded(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now),
    "any",
    datetime.min.replace(tzinfo=UTC),
)


class SessionStore(DatabaseSessions):
    """Django's sessions in the database; only how a row is found differs."""

    def _get_session_from_db(self) -> Session | None:
        """The session if it has not run out; the unknown key is forgotten, so that nobody can choose their own."""
        found: Session | None = _FOUND.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
