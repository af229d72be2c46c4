"""Who may: a closed list of permissions, roles as named bundles, and how far an appointment reaches.

Reading reaches the subtree of the unit one is appointed to; writing reports, one's own unit and below.
Nobody decides on a report of their own, whatever their role.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models import Appointment, Milestone, Report, Role, Unit, User
from tracker.models.organisations import Held


class Permission(StrEnum):
    """Everything anybody may be allowed to do."""

    READ = "read"
    REPORT = "report"
    REVIEW = "review"
    PLAN = "plan"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_UNITS = "manage_units"
    READ_HISTORY = "read_history"
    KEEP_REFERENCE = "keep_reference"
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class RoleInfo:
    """A role as people read it."""

    label: Any
    description: Any
    permissions: frozenset[Permission]


ROLES: dict[Role, RoleInfo] = {
    Role.LEADER: RoleInfo(
        _("Leader"),
        _("Sees every work in reach; writes nothing."),
        frozenset({Permission.READ, Permission.READ_HISTORY}),
    ),
    Role.OFFICIAL: RoleInfo(
        _("Official"),
        _("Reports on the items of the own unit and below, comments on those it supports."),
        frozenset({Permission.READ, Permission.REPORT, Permission.COMMENT}),
    ),
    Role.REVIEWER: RoleInfo(
        _("Reviewer"),
        _("Accepts or returns reports, keeps the plan."),
        frozenset({Permission.READ, Permission.REVIEW, Permission.PLAN, Permission.READ_HISTORY, Permission.COMMENT}),
    ),
    Role.ADMINISTRATOR: RoleInfo(
        _("Administrator"),
        _("Manages people and units, keeps calendar and statutory windows; reports and reviews nothing."),
        frozenset({Permission.READ, Permission.MANAGE_PEOPLE, Permission.MANAGE_UNITS, Permission.READ_HISTORY})
        | {Permission.KEEP_REFERENCE},
    ),
}


@dataclass(frozen=True, slots=True)
class Post:
    """One appointment in force: the role and the path of its unit."""

    role: Role
    unit_id: int
    unit_code: str
    unit_path: str
    unit_name: str
    unit_name_en: str

    def covers(self, path: str) -> bool:
        """Whether a unit of that path lies in this post's subtree."""
        return path.startswith(self.unit_path)


@dataclass(frozen=True, slots=True)
class Reach:
    """What one person may do today and how far: the appointments in force."""

    user_id: int
    posts: tuple[Post, ...]

    def paths(self, permission: Permission) -> tuple[str, ...]:
        """The unit paths under which the permission holds, without those already covered by another."""
        found = sorted({post.unit_path for post in self.posts if permission in ROLES[post.role].permissions})
        kept: list[str] = []
        for path in found:
            if not any(path.startswith(other) for other in kept):
                kept.append(path)
        return tuple(kept)

    def holds(self, permission: Permission) -> bool:
        """Whether the permission is held anywhere."""
        return any(permission in ROLES[post.role].permissions for post in self.posts)

    def may(self, permission: Permission, path: str) -> bool:
        """Whether the permission holds for a unit of that path."""
        return any(post.covers(path) and permission in ROLES[post.role].permissions for post in self.posts)

    def sees_all(self) -> bool:
        """Whether reading reaches the root of the unit tree: lists then need no filter."""
        return any(path.count("/") == 1 for path in self.paths(Permission.READ))


NOBODY = Reach(user_id=0, posts=())


def reach_of(user: User | Any, on: date) -> Reach:
    """The reach of a person on a day; one query unless the posts of that day came with the person.

    An inactive or anonymous person has none.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    loaded: tuple[date, list[Held]] | None = user.held
    held = loaded[1] if loaded is not None and loaded[0] == on else Appointment.objects.held(user.pk, on)
    posts = tuple(Post(Role(one[0]), *one[1:]) for one in held)
    return Reach(user_id=user.pk, posts=posts)


def within(field: str, paths: Iterable[str]) -> Q:
    """A condition: the unit path in `field` (e.g. 'unit__path') lies under one of `paths`; none matches nothing."""
    condition = Q(pk__in=())
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


def readable(reach: Reach, field: str = "unit__path") -> Q:
    """The condition for rows whose unit is in reading reach; empty (everything) for who sees all."""
    if reach.sees_all():
        return Q()
    return within(field, reach.paths(Permission.READ))


def readable_projects(reach: Reach) -> Q:
    """Projects in reach: of a unit in reach, or holding a milestone, metric or clearance site of one."""
    if reach.sees_all():
        return Q()
    units = Unit.objects.filter(within("path", reach.paths(Permission.READ)))
    items = Q(milestones__unit__in=units) | Q(metrics__unit__in=units) | Q(sites__unit__in=units)
    return Q(unit__in=units) | items


def readable_with_supported(reach: Reach) -> Q:
    """Milestones in reach, and those a unit under one's reporting appointment supports: to read and comment on."""
    if reach.sees_all():
        return Q()
    supported = Milestone.supporting.through.objects.filter(within("unit__path", reach.paths(Permission.COMMENT)))
    return readable(reach) | Q(pk__in=supported.values("milestone_id"))


def speaks_for(reach: Reach, paths: Iterable[str]) -> Post | None:
    """The appointment by which somebody may comment on an item of units of these paths; the nearest unit first."""
    spoken = [post for post in reach.posts if Permission.COMMENT in ROLES[post.role].permissions]
    fitting = [post for post in spoken for path in paths if post.covers(path)]
    return max(fitting, key=lambda post: post.unit_path.count("/"), default=None)


def may_report(reach: Reach, unit_path: str) -> bool:
    """Whether the person may report on an item of that unit."""
    return reach.may(Permission.REPORT, unit_path)


def may_review(reach: Reach, report: Report) -> bool:
    """Whether the person may decide on the report: in reach, and not its author (four eyes)."""
    return report.author_id != reach.user_id and reach.may(Permission.REVIEW, report.unit.path)


def may_manage(reach: Reach, unit_paths: Iterable[str]) -> bool:
    """Whether the person may manage an account appointed in units of these paths.

    All of them have to lie in reach: who runs a street office must not give the district's leader a new password.
    An account without appointments belongs to nobody's subtree and is managed from the root of the tree.
    """
    paths = list(unit_paths)
    if not paths:
        return manages_all(reach)
    return all(reach.may(Permission.MANAGE_PEOPLE, path) for path in paths)


def manages_all(reach: Reach) -> bool:
    """Whether people are managed from the root of the unit tree."""
    return any(path.count("/") == 1 for path in reach.paths(Permission.MANAGE_PEOPLE))


def keeps_reference(reach: Reach) -> bool:
    """Whether the person keeps what the whole house counts with (calendar, windows): only from the root of the tree."""
    return any(path.count("/") == 1 for path in reach.paths(Permission.KEEP_REFERENCE))


def readable_templates(reach: Reach) -> Q:
    """Process templates one may use and read: the house's, those of one's own unit and of the units above it, and
    those of units in reading reach. A unit's copy is no business of its neighbours.
    """
    above = {path for post in reach.posts for path in _ancestors(post.unit_path)}
    return Q(unit__isnull=True) | Q(unit__path__in=above) | within("unit__path", reach.paths(Permission.READ))


def _ancestors(path: str) -> list[str]:
    """The paths of a unit and of all above it: 'GT/', 'GT/A/' for 'GT/A/'."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[: at + 1]) + "/" for at in range(len(parts))]
