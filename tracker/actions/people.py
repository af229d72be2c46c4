"""People and their appointments: signing in and out, accounts, passwords, and the demo accounts of demo mode.

Rights come from appointments alone. Nobody changes their own, so one administrator is always left.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from tracker import permissions
from tracker.audit import Refused, record, record_refusal, recording, snapshot
from tracker.models import Appointment, Role, Unit, User
from tracker.permissions import Permission, Reach

USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,59}")
RESERVED = frozenset({"add"})
"""User names that an address of the product is made of: /people/add/."""
EMAIL_LENGTH = 254
EARLIEST, LATEST = date(1990, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """A one-click account: user name, names, role and the code of its unit."""

    username: str
    name: str
    name_en: str
    role: Role
    unit: str


DEMO_ACCOUNTS = (
    DemoAccount("demo-leader", "演示·领导", "Demo leader", Role.LEADER, "GT"),
    DemoAccount("demo-official-a", "演示·填报员甲", "Demo official A", Role.OFFICIAL, "XH-U-JS"),
    DemoAccount("demo-official-b", "演示·填报员乙", "Demo official B", Role.OFFICIAL, "XH-U-PG"),
    DemoAccount("demo-reviewer", "演示·审核员", "Demo reviewer", Role.REVIEWER, "GT"),
    DemoAccount("demo-administrator", "演示·管理员", "Demo administrator", Role.ADMINISTRATOR, "GT"),
)


@dataclass(frozen=True, slots=True)
class Names:
    """What a person is called, and where mail goes; the Chinese name is needed. `email` None leaves the address."""

    name: str
    name_en: str = ""
    email: str | None = None


@dataclass(frozen=True, slots=True)
class NewPost:
    """An appointment to make: `last` None is open-ended, both days included; `deputy_for` is a user name or empty."""

    unit: Unit
    role: Role
    first: date
    last: date | None = None
    deputy_for: str = ""


def signed_in(*, user: User) -> None:
    """Note in the audit trail that a person signed in."""
    with recording():
        record("session.sign_in", by=user, subject_type="user", subject_code=user.username)


def signed_out(*, user: User) -> None:
    """Note in the audit trail that a person signed out."""
    with recording():
        record("session.sign_out", by=user, subject_type="user", subject_code=user.username)


def ensure_demo_accounts(*, demo: bool, today: date) -> int:
    """Make the demo accounts that are missing; returns how many. Raises Refused('not_demo') outside demo mode."""
    if not demo:
        raise Refused("not_demo")
    made = 0
    with recording():
        for account in DEMO_ACCOUNTS:
            unit = Unit.objects.filter(code=account.unit).first()
            if unit is None or User.objects.filter(username=account.username).exists():
                continue
            user = User(username=account.username, name=account.name, name_en=account.name_en, is_demo=True)
            user.set_unusable_password()
            user.save()
            Appointment(user=user, unit=unit, role=account.role, valid_from=today).save()
            made += 1
        if made:
            record("demo.accounts", by=None, subject_type="user", after={"made": made})
    return made


def add(*, username: str, names: Names, password: str, post: NewPost, by: User, reach: Reach) -> User:
    """Make an account with its first appointment. Raises Refused."""
    _in_reach(post.unit.path, "user.add", username, by=by, reach=reach)
    with recording():
        user = _new_user(username, names, password)
        held = _appoint(user, post)
        after = {"name": user.name, "name_en": user.name_en, **_plain(held)}
        record("user.add", by=by, subject_type="user", subject_code=user.username, after=after)
    return user


def first_administrator(*, username: str, names: Names, password: str, unit: Unit, today: date) -> User:
    """Make an administrator from the command line, for a server where nobody can sign in yet. Raises Refused."""
    with recording():
        user = _new_user(username, names, password)
        held = _appoint(user, NewPost(unit=unit, role=Role.ADMINISTRATOR, first=today))
        after = {"name": user.name, "name_en": user.name_en, **_plain(held)}
        record("user.add", by=None, subject_type="user", subject_code=user.username, after=after)
    return user


def rename(*, user: User, names: Names, version: int | None, by: User, reach: Reach, today: date) -> User:
    """Change what a person is called. Raises Refused."""
    _manages(user, "user.rename", by=by, reach=reach, today=today)
    with recording():
        row = _locked(user, version)
        before = _called(row)
        row.name, row.name_en = _checked(names)
        if names.email is not None:
            row.email = _checked_email(names.email)
        _save(row, "name", "name_en", "email")
        _record("user.rename", row, by=by, before=before, after=_called(row))
    return row


def set_own_email(*, user: User, email: str) -> User:
    """Say where one's own mail goes; empty: nowhere. Raises Refused('email_form')."""
    email = _checked_email(email)
    with recording():
        row = _locked(user, None)
        if row.email != email:
            before = {"email": bool(row.email)}
            row.email = email
            _save(row, "email")
            _record("user.email", row, by=row, before=before, after={"email": bool(email)})
    return row


def appoint(*, user: User, post: NewPost, version: int | None, by: User, reach: Reach) -> Appointment:
    """Give a person one more appointment, in a unit of one's own subtree. Raises Refused."""
    _not_oneself(user, by)
    _in_reach(post.unit.path, "appointment.add", user.username, by=by, reach=reach)
    with recording():
        row = _locked(user, version)
        held = _appoint(row, post)
        _save(row)
        _record("appointment.add", row, by=by, after=_plain(held))
    return held


def end_appointment(
    *, appointment: Appointment, last: date, version: int | None, by: User, reach: Reach, today: date
) -> None:
    """Let an appointment end with a day, yesterday at the earliest (at once). Raises Refused.

    Where that day lies before its first one it never takes effect and is taken back altogether.
    """
    user, unit = appointment.user, appointment.unit
    _not_oneself(user, by)
    _in_reach(unit.path, "appointment.end", user.username, by=by, reach=reach)
    if not today - timedelta(days=1) <= last <= LATEST:
        raise Refused("appointment_end_range", field="last", low=today - timedelta(days=1))
    with recording():
        row = _locked(user, version)
        held = Appointment.objects.select_for_update().filter(pk=appointment.pk).first()
        if held is None or (held.valid_to is not None and held.valid_to < today):
            raise Refused("appointment_ended")
        before = _plain(held)
        if last < held.valid_from:
            Appointment.objects.filter(deputy_for=held).update(deputy_for=None)
            held.delete()
            _record("appointment.take_back", row, by=by, before=before)
        else:
            held.valid_to = last
            held.save(update_fields=["valid_to"])
            _record("appointment.end", row, by=by, before=before, after=_plain(held))
        _save(row)


def deactivate(*, user: User, version: int | None, by: User, reach: Reach, today: date) -> User:
    """Let a person sign in no more; sessions end at the next request. Raises Refused."""
    return _set_active(user, False, version, by=by, reach=reach, today=today)


def reactivate(*, user: User, version: int | None, by: User, reach: Reach, today: date) -> User:
    """Let a person sign in again. Raises Refused."""
    return _set_active(user, True, version, by=by, reach=reach, today=today)


def set_password(*, user: User, password: str, version: int | None, by: User, reach: Reach, today: date) -> User:
    """Give a person a new password, which ends their sessions; not oneself, who has the old one. Raises Refused."""
    _not_oneself(user, by)
    _manages(user, "user.password", by=by, reach=reach, today=today)
    with recording():
        row = _locked(user, version)
        _give_password(row, password)
        row.save(update_fields=["password"])  # no version: no form shows it, so none is out of date
        _record("user.password", row, by=by, after={"by_administrator": True})
    return row


def change_password(*, user: User, old: str, new: str) -> User:
    """Change one's own password. Raises Refused."""
    with recording():
        row = User.objects.select_for_update().get(pk=user.pk)
        right = row.check_password(old)
        if right:
            if old == new:
                raise Refused("password_same", field="new")
            _give_password(row, new, field="new")
            row.save(update_fields=["password"])  # no version: no form shows it, so none is out of date
            _record("user.password", row, by=row, after={"by_administrator": False})
    if not right:
        record_refusal("user.password", by=user, subject_type="user", subject_code=user.username, code="password_wrong")
        raise Refused("password_wrong", field="old")
    return row


def _set_active(user: User, active: bool, version: int | None, *, by: User, reach: Reach, today: date) -> User:
    action = "user.reactivate" if active else "user.deactivate"
    _not_oneself(user, by)
    _manages(user, action, by=by, reach=reach, today=today)
    with recording():
        row = _locked(user, version)
        if row.is_active != active:
            row.is_active = active
            _save(row, "is_active")
            _record(action, row, by=by, before={"is_active": not active}, after={"is_active": active})
    return row


def _new_user(username: str, names: Names, password: str) -> User:
    username = username.strip()
    if not USERNAME.fullmatch(username) or username.lower() in RESERVED:
        raise Refused("username_form", field="username")
    if User.objects.filter(username__iexact=username).exists():
        raise Refused("username_taken", field="username")
    name, name_en = _checked(names)
    user = User(username=username, name=name, name_en=name_en)
    _give_password(user, password)
    user.save()
    return user


def _checked(names: Names) -> tuple[str, str]:
    name, name_en = names.name.strip(), names.name_en.strip()
    if not name:
        raise Refused("name_missing", field="name")
    for field, text, limit in (("name", name, 60), ("name_en", name_en, 120)):
        if len(text) > limit:
            raise Refused("name_too_long", field=field, limit=limit)
    return name, name_en


def _checked_email(email: str) -> str:
    email = email.strip()
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise Refused("email_form", field="email") from None
    if len(email) > EMAIL_LENGTH:
        raise Refused("email_form", field="email")
    return email


def _called(row: User) -> dict[str, Any]:
    """What the audit trail keeps of a person's names; of the address, only whether there is one."""
    return {**snapshot(row, "name", "name_en"), "email": bool(row.email)}


def _give_password(user: User, password: str, field: str = "password") -> None:
    """Set the password if it is good enough; the reasons it is not are Django's, in the reader's language."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise Refused("password_weak", field=field, reasons=" ".join(error.messages)) from None
    user.set_password(password)


def _appoint(user: User, post: NewPost) -> Appointment:
    """Add the appointment; the unit's row is held so that it cannot be retired meanwhile."""
    if not EARLIEST <= post.first <= LATEST:
        raise Refused("appointment_range", field="first", low=EARLIEST, high=LATEST)
    if post.last is not None and not post.first <= post.last <= LATEST:
        raise Refused("appointment_last_before_first", field="last")
    unit = Unit.objects.select_for_update().get(pk=post.unit.pk)
    if unit.retired_at is not None:
        raise Refused("unit_retired", field="unit")
    overlap = Q(valid_to__isnull=True) | Q(valid_to__gte=post.first)
    if post.last is not None:
        overlap &= Q(valid_from__lte=post.last)
    if Appointment.objects.filter(overlap, user=user, unit=unit, role=post.role).exists():
        raise Refused("appointment_exists", field="role")
    held = Appointment(
        user=user,
        unit=unit,
        role=post.role,
        valid_from=post.first,
        valid_to=post.last,
        deputy_for=_stood_in_for(user, unit, post, overlap),
    )
    held.save()
    return held


def _stood_in_for(user: User, unit: Unit, post: NewPost, overlap: Q) -> Appointment | None:
    """The appointment a deputy stands in for: the same unit and role, held by another at that time."""
    if not post.deputy_for:
        return None
    held = Appointment.objects.filter(overlap, unit=unit, role=post.role, user__username=post.deputy_for)
    found: Appointment | None = held.exclude(user=user).order_by("-valid_from").first()
    if found is None:
        raise Refused("deputy_not_found", field="deputy_for", username=post.deputy_for)
    return found


def _not_oneself(user: User, by: User) -> None:
    if user.pk == by.pk:
        raise Refused("own_account", right=True)


def _manages(user: User, action: str, *, by: User, reach: Reach, today: date) -> None:
    """Every unit the person is appointed in from today on has to lie in reach."""
    held = Appointment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), user=user)
    _require(permissions.may_manage(reach, held.values_list("unit__path", flat=True)), action, user.username, by=by)


def _in_reach(path: str, action: str, username: str, *, by: User, reach: Reach) -> None:
    _require(reach.may(Permission.MANAGE_PEOPLE, path), action, username, by=by)


def _require(allowed: bool, action: str, username: str, *, by: User) -> None:
    if not allowed:
        record_refusal(action, by=by, subject_type="user", subject_code=username[:60], code="no_right")
        raise Refused("no_right", right=True)


def _locked(user: User, version: int | None) -> User:
    row = User.objects.select_for_update().get(pk=user.pk)
    if version is not None and row.version != version:
        raise Refused("stale")
    return row


def _save(row: User, *fields: str) -> None:
    """Save the fields with the next version: a form filled from the old one is then stale."""
    row.version += 1
    row.save(update_fields=[*fields, "version"])


def _record(action: str, row: User, *, by: User, **values: Any) -> None:
    record(action, by=by, subject_type="user", subject_code=row.username, **values)


def _plain(held: Appointment) -> dict[str, Any]:
    """An appointment in the audit trail, by codes a person can read."""
    return {
        "unit": held.unit.code,
        "role": str(held.role),
        "valid_from": held.valid_from,
        "valid_to": held.valid_to,
        "deputy_for": held.deputy_for.user.username if held.deputy_for else "",
    }
