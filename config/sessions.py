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

    def _validate_session_key(self, key: str | None) -> bool:
        """Whether a key may be one at all; a cookie can bring signs that no text in the database may hold."""
        return bool(key) and "\x00" not in str(key) and bool(super()._validate_session_key(key))  # type: ignore[misc]

    def _get_session_from_db(self) -> Session | None:
        """The session if it has not run out; the unknown key is forgotten, so that nobody can choose their own."""
        found: Session | None = _FOUND.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
