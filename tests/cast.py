"""The standing cast: one person for each role, two officials of different units, and one without any appointment.

Each is a fixture giving the `User`, on the test's database: `db`, `own_database`, `module_database` or `site`.
"""

from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.sessions import session_of
from tracker.models import Appointment, Role, Unit, User
from tracker.models.guard import writing
from tracker.permissions import Reach, reach_of

pytest_plugins = ["tests.clock"]  # the day of the run
SINCE = date(2026, 1, 1)
UNIT_A, UNIT_B, ROOT = "XH-U-JS", "XH-U-PG", "GT"


def person(username: str, role: Role | None = None, unit: str = "") -> User:
    """The person of that name, made with one appointment if not there yet."""
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    with writing():
        user = User(username=username, name=username, name_en=username.title())
        user.set_unusable_password()
        user.save()
        if role is not None:
            Appointment(user=user, unit=Unit.named(unit), role=role, valid_from=SINCE).save()
    return user


def everybody() -> dict[str, User]:
    """The whole cast, by user name."""
    people = (
        person("leader", Role.LEADER, ROOT),
        person("official-a", Role.OFFICIAL, UNIT_A),
        person("official-b", Role.OFFICIAL, UNIT_B),
        person("reviewer", Role.REVIEWER, ROOT),
        person("administrator", Role.ADMINISTRATOR, ROOT),
        person("stranger"),
    )
    return {user.username: user for user in people}


def reach_for(user: User, on: date | None = None) -> Reach:
    """What the person may do on a day, today by default."""
    return reach_of(user, on or timezone.localdate())


def signed_in(user: User, language: str = "zh-hans") -> Client:
    """A client signed in as that person who reads that language."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
    client.cookies["guatu_language"] = language
    return client


@pytest.fixture
def client_for() -> Callable[..., Client]:
    """Gives a signed-in client: `client_for(user)`, `client_for(user, "en")`."""
    return signed_in


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> None:
    """The test's database: one that commits if the test asks for it, else one that rolls back."""
    if not {"own_database", "module_database"} & set(request.fixturenames):
        request.getfixturevalue("db")
        return
    for name in ("own_database", "module_database"):
        if name in request.fixturenames:
            request.getfixturevalue(name)


@pytest.fixture
def leader(stage: None) -> User:
    """Sees everything, writes nothing."""
    return person("leader", Role.LEADER, ROOT)


@pytest.fixture
def official_a(stage: None) -> User:
    """Reports for unit XH-U-JS."""
    return person("official-a", Role.OFFICIAL, UNIT_A)


@pytest.fixture
def official_b(stage: None) -> User:
    """Reports for unit XH-U-PG."""
    return person("official-b", Role.OFFICIAL, UNIT_B)


@pytest.fixture
def reviewer(stage: None) -> User:
    """Decides on reports everywhere."""
    return person("reviewer", Role.REVIEWER, ROOT)


@pytest.fixture
def administrator(stage: None) -> User:
    """Manages people and units."""
    return person("administrator", Role.ADMINISTRATOR, ROOT)


@pytest.fixture
def stranger(stage: None) -> User:
    """Has an account and no appointment."""
    return person("stranger")
