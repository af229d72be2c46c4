"""Who may do what: the table of permissions by role, how far an appointment reaches, and four eyes."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from tests.cast import ROOT, UNIT_A, UNIT_B, person, reach_for
from tracker.models import Appointment, Milestone, Report, Role, Unit, User
from tracker.models.guard import writing
from tracker.permissions import NOBODY, ROLES, Permission, may_report, may_review, reach_of, readable

DAY = date(2026, 11, 20)
TABLE = """
permission     leader official reviewer administrator
read           yes    yes      yes      yes
report         no     yes      no       no
review         no     no       yes      no
plan           no     no       yes      no
manage_people  no     no       no       yes
manage_units   no     no       no       yes
read_history   yes    no       yes      yes
keep_reference no     no       no       yes
comment        no     yes      yes      no
"""
WRITES = set(Permission) - {Permission.READ, Permission.READ_HISTORY}


def table() -> list[tuple[str, str, bool]]:
    heads, *lines = (line.split() for line in TABLE.strip().splitlines())
    return [(line[0], role, cell == "yes") for line in lines for role, cell in zip(heads[1:], line[1:], strict=True)]


@pytest.mark.parametrize(("permission", "role", "granted"), table())
def test_what_each_role_holds(permission, role, granted):
    assert (Permission(permission) in ROLES[Role(role)].permissions) is granted


def test_the_table_is_whole_and_every_role_can_be_read_about():
    assert {(permission, role) for permission, role, _granted in table()} == {
        (permission.value, role.value) for permission in Permission for role in Role
    }
    for info in ROLES.values():
        assert str(info.label)
        assert str(info.description)


def test_leaders_write_nothing_and_nobody_both_reports_and_reviews_by_one_role():
    assert not ROLES[Role.LEADER].permissions & WRITES
    both = {Permission.REPORT, Permission.REVIEW}
    assert not any(both <= info.permissions for info in ROLES.values())


@pytest.mark.parametrize(
    ("who", "permission", "unit", "granted"),
    [
        ("official_a", Permission.REPORT, UNIT_A, True),
        ("official_a", Permission.REPORT, UNIT_B, False),
        ("official_a", Permission.REPORT, "XH-U-LX", False),  # the unit above
        ("official_a", Permission.READ, ROOT, False),
        ("official_b", Permission.REPORT, UNIT_A, False),
        ("leader", Permission.READ, UNIT_A, True),
        ("leader", Permission.REPORT, UNIT_A, False),
        ("reviewer", Permission.REVIEW, UNIT_B, True),
        ("reviewer", Permission.REPORT, UNIT_B, False),
        ("administrator", Permission.MANAGE_UNITS, UNIT_B, True),
        ("administrator", Permission.REVIEW, UNIT_B, False),
        ("stranger", Permission.READ, UNIT_A, False),
    ],
)
def test_how_far_the_cast_reaches(request, who, permission, unit, granted):
    user: User = request.getfixturevalue(who)
    assert reach_for(user).may(permission, Unit.named(unit).path) is granted


def test_reading_and_writing_reach_the_subtree(stage):
    above = person("above", Role.OFFICIAL, "XH-U-LX")
    reach = reach_for(above)
    assert may_report(reach, Unit.named(UNIT_A).path)
    assert may_report(reach, Unit.named(UNIT_B).path)
    assert not may_report(reach, Unit.named(ROOT).path)
    units = set(Milestone.objects.filter(readable(reach)).values_list("unit__path", flat=True))
    assert units
    assert all(path.startswith(Unit.named("XH-U-LX").path) for path in units)


def test_a_code_that_begins_alike_is_not_below(stage):
    with writing():
        parent = Unit.named(ROOT)
        for code in ("ALIKE", "ALIKE-2"):
            unit = Unit(code=code, name=code, name_en=code, parent=parent)
            unit.path = unit.path_from(parent)
            unit.save()
    reach = reach_for(person("alike", Role.OFFICIAL, "ALIKE"))
    assert may_report(reach, Unit.named("ALIKE").path)
    assert not may_report(reach, Unit.named("ALIKE-2").path)


def test_an_appointment_holds_from_its_first_day_to_its_last(official_a):
    with writing():
        Appointment.objects.filter(user=official_a).update(valid_from=DAY, valid_to=DAY + timedelta(days=1))
    held = [bool(reach_of(official_a, DAY + timedelta(days=offset)).posts) for offset in (-1, 0, 1, 2)]
    assert held == [False, True, True, False]


def test_who_has_no_account_in_force_reaches_nothing(official_a):
    assert reach_of(AnonymousUser(), DAY) is NOBODY
    assert not NOBODY.holds(Permission.READ)
    assert not Milestone.objects.filter(readable(NOBODY)).exists()
    official_a.is_active = False
    assert reach_of(official_a, DAY) is NOBODY


def test_a_retired_unit_gives_nothing(official_a):
    from django.utils import timezone

    with writing():
        Unit.objects.filter(code=UNIT_A).update(retired_at=timezone.now())
    assert not reach_for(official_a).posts


def test_nested_appointments_are_counted_once(official_a):
    with writing():
        Appointment(user=official_a, unit=Unit.named("XH-U-LX"), role=Role.OFFICIAL, valid_from=DAY).save()
    assert reach_of(official_a, DAY).paths(Permission.REPORT) == (Unit.named("XH-U-LX").path,)
    assert not reach_of(official_a, DAY).sees_all()


def test_nobody_decides_on_a_report_of_their_own(official_a, reviewer, leader):
    with writing():
        Appointment(user=official_a, unit=Unit.named(ROOT), role=Role.REVIEWER, valid_from=DAY).save()
    mine = Report(author=official_a, unit=Unit.named(UNIT_A))
    assert not may_review(reach_of(official_a, DAY), mine)
    assert may_review(reach_for(reviewer), mine)
    assert not may_review(reach_for(leader), mine)
    assert may_review(reach_of(official_a, DAY), Report(author=reviewer, unit=Unit.named(UNIT_B)))
