"""Accounts and appointments: who may do what to whom, and what stands in the audit trail."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.cast import ROOT, UNIT_A, person, reach_for
from tracker.actions import people
from tracker.audit import Refused
from tracker.models import Appointment, AuditEvent, Role, Unit, User

TODAY = date(2026, 11, 20)
GOOD = "hao-mima-2026"
PARENT_OF_A = "XH-U-LX"


@pytest.fixture
def local(administrator: User) -> User:
    """An administrator of one branch of the tree only."""
    return person("local", Role.ADMINISTRATOR, PARENT_OF_A)


def by(user: User) -> dict[str, Any]:
    return {"by": user, "reach": reach_for(user, TODAY)}


def post(unit: str = UNIT_A, role: Role = Role.OFFICIAL, **options: Any) -> people.NewPost:
    return people.NewPost(unit=Unit.named(unit), role=role, **{"first": TODAY, **options})


def added(user: User, username: str = "newcomer", **options: Any) -> User:
    made = people.add(
        username=username, names=people.Names("新同事", "Newcomer"), password=GOOD, post=post(**options), **by(user)
    )
    return User.objects.get(pk=made.pk)


def refused(code: str, act: Any, /, **values: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**values)
    assert caught.value.code == code
    return caught.value


def test_a_new_account_can_sign_in_and_its_password_is_nowhere_in_the_audit_trail(administrator: User):
    user = added(administrator)
    assert user.check_password(GOOD)
    assert reach_for(user, TODAY).posts[0].unit_code == UNIT_A
    event: Any = AuditEvent.objects.get(action="user.add", subject_code="newcomer")
    assert event.after["unit"] == UNIT_A
    people.set_password(user=user, password=GOOD + "x", version=None, today=TODAY, **by(administrator))
    people.change_password(user=user, old=GOOD + "x", new=GOOD + "y")
    trail = [str(row) for row in AuditEvent.objects.values_list("before", "after")]
    assert not any("mima" in text or "pbkdf2" in text or "md5" in text for text in trail)


@pytest.mark.parametrize(
    ("username", "code"),
    [("x", "username_form"), ("a b", "username_form"), ("add", "username_form"), ("张三", "username_form"),
     ("../x", "username_form"), ("LEADER", "username_taken"), ("", "username_form")],
)  # fmt: skip
def test_user_names(administrator: User, leader: User, username: str, code: str):
    problem = refused(code, added, user=administrator, username=username)
    assert problem.field == "username"


@pytest.mark.parametrize("password", ["short", "1234567890123", "password1234", "newcomer-1"])
def test_a_weak_password_is_refused_with_its_reasons(administrator: User, password: str):
    values = {"username": "newcomer", "names": people.Names("新同事"), "password": password, "post": post()}
    problem = refused("password_weak", people.add, **values, **by(administrator))
    assert (problem.field, bool(problem.inputs["reasons"])) == ("password", True)
    assert not User.objects.filter(username="newcomer").exists()


def test_an_administrator_manages_the_own_subtree_only(administrator: User, local: User, leader: User):
    user = added(local)
    refused("no_right", added, user=local, username="other", unit="GX-U-JD")
    assert AuditEvent.objects.filter(refused=True, action="user.add", code="no_right").count() == 1
    refused("no_right", people.set_password, user=leader, password=GOOD, version=None, today=TODAY, **by(local))
    refused("no_right", people.deactivate, user=leader, version=None, today=TODAY, **by(local))
    # Appointed elsewhere too, the account is managed from above.
    people.appoint(user=user, post=post("GX-U-JD"), version=None, **by(administrator))
    refused("no_right", people.set_password, user=user, password=GOOD, version=None, today=TODAY, **by(local))
    people.set_password(user=user, password=GOOD, version=None, today=TODAY, **by(administrator))


@pytest.mark.parametrize("role", ["leader", "reviewer", "official_a", "stranger"])
def test_other_roles_manage_nobody(request: pytest.FixtureRequest, administrator: User, role: str):
    user = added(administrator)
    other = by(request.getfixturevalue(role))
    held = user.appointments.get()
    refused("no_right", people.rename, user=user, names=people.Names("甲"), version=None, today=TODAY, **other)
    refused("no_right", people.appoint, user=user, post=post(role=Role.LEADER), version=None, **other)
    refused("no_right", people.end_appointment, appointment=held, last=TODAY, version=None, today=TODAY, **other)
    refused("no_right", people.deactivate, user=user, version=None, today=TODAY, **other)
    refused("no_right", people.set_password, user=user, password=GOOD, version=None, today=TODAY, **other)


def test_nobody_changes_their_own_appointments_or_account(administrator: User):
    me, held = by(administrator), administrator.appointments.get()
    values = {"version": None, "today": TODAY}
    refused("own_account", people.end_appointment, appointment=held, last=TODAY, **values, **me)
    refused("own_account", people.appoint, user=administrator, post=post(role=Role.REVIEWER), version=None, **me)
    refused("own_account", people.deactivate, user=administrator, **values, **me)
    refused("own_account", people.set_password, user=administrator, password=GOOD, **values, **me)


def test_ending_an_appointment(administrator: User):
    user = added(administrator, first=TODAY - timedelta(days=30))
    held = user.appointments.get()
    values = {"appointment": held, "version": None, "today": TODAY, **by(administrator)}
    refused("appointment_end_range", people.end_appointment, last=TODAY - timedelta(days=2), **values)
    people.end_appointment(last=TODAY, **values)
    assert reach_for(user, TODAY).posts
    assert not reach_for(user, TODAY + timedelta(days=1)).posts
    people.end_appointment(last=TODAY - timedelta(days=1), **values)
    assert not reach_for(user, TODAY).posts
    refused("appointment_ended", people.end_appointment, last=TODAY, **values)
    assert AuditEvent.objects.filter(action="appointment.end", subject_code="newcomer").count() == 2


def test_an_appointment_made_by_mistake_is_taken_back(administrator: User):
    user = added(administrator)
    held = user.appointments.get()
    values = {"version": None, "today": TODAY, **by(administrator)}
    people.end_appointment(appointment=held, last=TODAY - timedelta(days=1), **values)
    assert not user.appointments.exists()
    event: Any = AuditEvent.objects.get(action="appointment.take_back")
    assert event.before["role"] == "official"


def test_appointments_do_not_overlap_and_their_days_make_sense(administrator: User):
    user = added(administrator, last=TODAY + timedelta(days=10))
    values = {"user": user, "version": None, **by(administrator)}
    refused("appointment_exists", people.appoint, post=post(first=TODAY + timedelta(days=10)), **values)
    refused("appointment_last_before_first", people.appoint, post=post(last=TODAY - timedelta(days=1)), **values)
    refused("appointment_range", people.appoint, post=post(first=date(1900, 1, 1)), **values)
    people.appoint(post=post(first=TODAY + timedelta(days=11)), **values)
    people.appoint(post=post(role=Role.REVIEWER), **values)
    assert user.appointments.count() == 3


def test_a_deputy_stands_in_for_who_holds_that_role_there(administrator: User, official_a: User, official_b: User):
    user = added(administrator, deputy_for="official-a")
    assert user.appointments.get().deputy_for == official_a.appointments.get()
    values = {"user": user, "version": None, **by(administrator)}
    wrong = post("XH-U-GH", deputy_for="official-b")
    assert refused("deputy_not_found", people.appoint, post=wrong, **values).field == "deputy_for"


def test_a_stale_form_is_refused(administrator: User):
    user = added(administrator)
    values = {"user": user, "today": TODAY, **by(administrator)}
    people.rename(names=people.Names("甲", "A"), version=user.version, **values)
    refused("stale", people.rename, names=people.Names("乙"), version=user.version, **values)
    refused("stale", people.deactivate, version=user.version, **values)
    assert User.objects.get(pk=user.pk).name == "甲"


def test_deactivating_and_reactivating(administrator: User):
    user = added(administrator)
    values = {"user": user, "version": None, "today": TODAY, **by(administrator)}
    people.deactivate(**values)
    assert not reach_for(User.objects.get(pk=user.pk), TODAY).posts
    people.reactivate(**values)
    assert reach_for(User.objects.get(pk=user.pk), TODAY).posts


def test_changing_the_own_password(administrator: User):
    user = added(administrator)
    assert refused("password_wrong", people.change_password, user=user, old="no", new=GOOD).field == "old"
    assert AuditEvent.objects.filter(refused=True, action="user.password", code="password_wrong").count() == 1
    refused("password_same", people.change_password, user=user, old=GOOD, new=GOOD)
    assert refused("password_weak", people.change_password, user=user, old=GOOD, new="short").field == "new"
    people.change_password(user=user, old=GOOD, new="bie-de-mima-9")
    assert User.objects.get(pk=user.pk).check_password("bie-de-mima-9")


def test_a_write_and_its_audit_event_stand_or_fall_together(
    administrator: User, monkeypatch: pytest.MonkeyPatch, own_database: None
):
    def broken(*_args: object, **_values: object) -> None:
        raise RuntimeError("the audit trail is broken")

    monkeypatch.setattr(people, "record", broken)
    with pytest.raises(RuntimeError):
        added(administrator)
    assert not User.objects.filter(username="newcomer").exists()
    assert not Appointment.objects.filter(user__username="newcomer").exists()


@pytest.mark.django_db
def test_the_first_administrator_comes_from_the_command_line(monkeypatch: pytest.MonkeyPatch):
    out = io.StringIO()
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{GOOD}\n"))
    call_command("add_administrator", "first", "管理员", stdout=out)
    assert ROOT in out.getvalue()
    user = User.objects.get(username="first")
    assert user.check_password(GOOD)
    assert AuditEvent.objects.get(action="user.add", subject_code="first").actor_id is None
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError, match="too short"):
        call_command("add_administrator", "second", "管理员")
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{GOOD}\n"))
    with pytest.raises(CommandError, match="No unit"):
        call_command("add_administrator", "second", "管理员", "--unit", "NO-SUCH")
