"""Sessions of people who are signed in, without the signing in."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from config.sessions import SessionStore
from tracker.models import User

BACKEND = "tracker.views.signed_in.PersonBackend"


def session_of(user: User) -> str:
    """The key of a session in which the person is signed in.

    It is the session `force_login` leaves behind, with a sixth of the work: hundreds of tests sign somebody in,
    and what signing in does besides is looked at by the tests of the page where people do it.
    """
    session = SessionStore()
    session.update(
        {SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: user.get_session_auth_hash()}
    )
    session.create()
    return str(session.session_key)
