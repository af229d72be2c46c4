"""The list of people as a file: one line for each appointment that has not ended."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from tracker.models import Role, User
from tracker.permissions import ROLES

COLUMNS = (
    gettext_lazy("User name"),
    gettext_lazy("Full name"),
    gettext_lazy("Full name in English"),
    gettext_lazy("Can sign in"),
    gettext_lazy("Role"),
    gettext_lazy("Unit"),
    gettext_lazy("Code of the unit"),
    gettext_lazy("From"),
    gettext_lazy("Until"),
)
ROWS_AT_ONCE = 500


def lines(users: QuerySet[User], *, language: str) -> Iterator[tuple[Any, ...]]:
    """The accounts, loaded with their `posts`, as lines whose columns are `COLUMNS`; one without any has one line."""
    user: Any
    for user in users.iterator(chunk_size=ROWS_AT_ONCE):
        account = (user.username, user.name, user.name_en, user.is_active)
        for post in user.posts:
            role = ROLES[Role(post.role)].label
            yield (*account, role, post.unit.called(language), post.unit.code, post.valid_from, post.valid_to)
        if not user.posts:
            yield (*account, "", "", "", None, None)
