"""Who is signed in: the person of the session and the posts that person holds today, in one query."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from tracker.models import User
from tracker.views.edge import today


class PersonBackend(ModelBackend):
    """Passwords as Django checks them; the signed-in person comes with the appointments every page asks for."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session; None for an account that is gone or closed."""
        found = User.objects.with_posts(user_id, today())
        return found if found is not None and self.user_can_authenticate(found) else None
