"""People and their appointments as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from tracker import words
from tracker.models import Appointment, Role, User
from tracker.permissions import ROLES, Permission, Reach, manages_all, may_manage, within


@dataclass(frozen=True, slots=True)
class DemoRole:
    """One button of the one-click sign-in."""

    code: str
    label: str
    description: str
    unit: str


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role as the administrator chooses it."""

    code: str
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """An account in the list; `posts` are role and unit of each appointment that has not ended."""

    username: str
    name: str
    active: bool
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostLine:
    """One appointment of a person; `state` is 'now', 'later' or 'over'; `may_end` whether the reader may end it."""

    pk: int
    unit: str
    unit_code: str
    role: str
    first: str
    last: str
    deputy_for: str
    state: str
    may_end: bool


@dataclass(frozen=True, slots=True)
class PersonPage:
    """A person with all appointments; `may_manage` is False for one's own account or one appointed elsewhere too."""

    username: str
    called: str
    name: str
    name_en: str
    email: str
    active: bool
    since: str
    version: int
    own: bool
    may_rename: bool
    may_manage: bool
    posts: tuple[PostLine, ...]


def demo_roles(language: str) -> list[DemoRole]:
    """The demo accounts in the order they were made; one query."""
    held = Appointment.objects.filter(user__is_demo=True, user__is_active=True).select_related("user", "unit")
    return [
        DemoRole(
            code=appointment.user.username,
            label=str(ROLES[Role(appointment.role)].label),
            description=str(ROLES[Role(appointment.role)].description),
            unit=appointment.unit.called(language),
        )
        for appointment in held.order_by("id")
    ]


def roles() -> list[RoleLine]:
    """Every role with what it may do."""
    return [RoleLine(role.value, str(info.label), str(info.description)) for role, info in ROLES.items()]


def running(on: date) -> Q:
    """The condition for appointments that have not ended by that day, those that begin later included."""
    return Q(valid_to__isnull=True) | Q(valid_to__gte=on)


def visible(reach: Reach) -> Q:
    """The condition for accounts this person sees: anybody ever appointed in the subtree; from the root, everybody."""
    if manages_all(reach):
        return Q()
    inside = within("unit__path", reach.paths(Permission.MANAGE_PEOPLE))
    return Q(Exists(Appointment.objects.filter(inside, user=OuterRef("pk"))))


def listed(*, reach: Reach, today: date) -> QuerySet[User]:
    """The accounts in reach, each with its appointments that have not ended in `posts`; nothing is read yet."""
    posts = Appointment.objects.filter(running(today)).select_related("unit").order_by("id")
    return User.objects.filter(visible(reach)).prefetch_related(Prefetch("appointments", posts, to_attr="posts"))


def rows(users: Iterable[Any], *, language: str) -> list[PersonRow]:
    """Accounts loaded by `listed` as rows of the list; no query of its own."""
    labels = {line.code: line.label for line in roles()}
    return [
        PersonRow(
            username=user.username,
            name=user.called(language),
            active=user.is_active,
            posts=tuple(f"{labels[post.role]} · {post.unit.called(language)}" for post in user.posts),
        )
        for user in users
    ]


def person_page(*, username: str, reach: Reach, today: date, language: str) -> PersonPage | None:
    """The page of one person, or None where the account is not in reach; two queries."""
    user = User.objects.filter(visible(reach), username=username).first()
    if user is None:
        return None
    held = Appointment.objects.filter(user=user).select_related("unit", "deputy_for__user")
    rows = list(held.order_by("-valid_from", "-id"))
    open_paths = [row.unit.path for row in rows if row.valid_to is None or row.valid_to >= today]
    own, manages = user.pk == reach.user_id, may_manage(reach, open_paths)
    return PersonPage(
        username=user.username,
        called=user.called(language),
        name=user.name,
        name_en=user.name_en,
        email=user.email if manages else "",
        active=user.is_active,
        since=words.instant(user.created_at),
        version=user.version,
        own=own,
        may_rename=manages,
        may_manage=manages and not own,
        posts=tuple(_post(row, reach=reach, own=own, today=today, language=language) for row in rows),
    )


def _post(row: Appointment, *, reach: Reach, own: bool, today: date, language: str) -> PostLine:
    over = row.valid_to is not None and row.valid_to < today
    return PostLine(
        pk=row.pk,
        unit=row.unit.called(language),
        unit_code=row.unit.code,
        role=str(ROLES[Role(row.role)].label),
        first=words.day(row.valid_from),
        last=words.day(row.valid_to),
        deputy_for=row.deputy_for.user.called(language) if row.deputy_for else "",
        state="over" if over else "later" if row.valid_from > today else "now",
        may_end=not over and not own and reach.may(Permission.MANAGE_PEOPLE, row.unit.path),
    )
