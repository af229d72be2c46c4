"""Units form a tree; people hold appointments in them."""

from datetime import date
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import connection, models
from django.db.models import F, Q

from tracker.models import worded
from tracker.models.guard import ByCode, GuardedQuerySet, Named, Record


class UnitKind(models.TextChoices):
    """What sort of organisation a unit is."""

    COMMAND = "command"
    DEPARTMENT = "department"
    STREET = "street"
    COMPANY = "company"
    TASKFORCE = "taskforce"
    BODY = "body"


class UnitQuerySet(GuardedQuerySet["Unit"]):
    """Questions about many units."""

    def below(self, unit: "Unit") -> "UnitQuerySet":
        """The unit itself and everything under it."""
        return self.filter(path__startswith=unit.path)


UnitManager = ByCode.from_queryset(UnitQuerySet)


class Unit(Named):
    """An organisation that answers for works; `path` is its ancestors' codes and its own, each closed by a slash."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=12, choices=UnitKind.choices, default=UnitKind.BODY)
    path = models.CharField(max_length=400, db_index=True, blank=True, default="")
    stated = models.BooleanField(default=True, help_text="named in a source document")
    simulated = models.BooleanField(default=False)

    objects = UnitManager()

    class Meta:
        ordering = ("path",)
        indexes = [models.Index(fields=["path"], name="unit_path_prefix", opclasses=["varchar_pattern_ops"])]

    def path_from(self, parent: "Unit | None") -> str:
        """The path this unit has under `parent`."""
        return f"{parent.path if parent else ''}{self.code}/"


HELD = "held.role, unit.id, unit.code, unit.path, unit.name, unit.name_en"
IN_FORCE = "held.valid_from <= %s AND (held.valid_to IS NULL OR held.valid_to >= %s)"
Held = tuple[str, int, str, str, str, str]
"""A post as the database gives it: role, and the unit's id, code, path and both names."""


class UserManager(BaseUserManager["User"]):
    """People by user name, in fixtures and at sign-in."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)

    def with_posts(self, pk: int, on: date) -> "User | None":
        """The person and what that person holds on a day (`User.held`); one query, as every request begins with it."""
        names = [field.attname for field in self.model._meta.concrete_fields]
        with worded.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(f'person.{name}' for name in names)}, {HELD}"  # noqa: S608 - constants above
                " FROM tracker_user person LEFT JOIN (tracker_appointment held"
                " JOIN tracker_unit unit ON unit.id = held.unit_id AND unit.retired_at IS NULL)"
                f" ON held.user_id = person.id AND {IN_FORCE} WHERE person.id = %s ORDER BY held.id",
                [on, on, pk],
            )
            rows = cursor.fetchall()
        if not rows:
            return None
        found = self.model.from_db(self.db, names, rows[0][: len(names)])
        found.held = (on, [row[len(names) :] for row in rows if row[-1] is not None])
        return found


class User(AbstractBaseUser):
    """A person who signs in. Rights come from appointments alone: there is no superuser."""

    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True, default="")
    email = models.EmailField(max_length=254, blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    simulated = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1)

    held: tuple[date, list[Held]] | None = None
    """The posts in force on a day, where they were loaded with the person."""

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        ordering = ("username",)

    def __str__(self) -> str:
        return self.username

    def called(self, language: str) -> str:
        """The person's name in the reader's language."""
        return self.name if language.startswith("zh") or not self.name_en else self.name_en


class Role(models.TextChoices):
    """Named bundles of permissions; what each holds stands in `tracker.permissions`."""

    LEADER = "leader"
    OFFICIAL = "official"
    REVIEWER = "reviewer"
    ADMINISTRATOR = "administrator"


class AppointmentQuerySet(GuardedQuerySet["Appointment"]):
    """Questions about many appointments."""

    def held(self, user_id: int, on: date) -> list[Held]:
        """What a person holds on a day, in units in force.

        In SQL, because every request begins with it: the query set would take seven times as long to word it.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {HELD} FROM tracker_appointment held"  # noqa: S608 - constants above
                " JOIN tracker_unit unit ON unit.id = held.unit_id"
                f" WHERE held.user_id = %s AND {IN_FORCE} AND unit.retired_at IS NULL ORDER BY held.id",
                [user_id, on, on],
            )
            found: list[Held] = cursor.fetchall()
        return found


class Appointment(Record):
    """A person in a unit with a role, from a day until a day (both included); perhaps standing in for another."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=16, choices=Role.choices)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    deputy_for = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="deputies")

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ("user", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="appointment_ends_after_start",
            ),
        ]
