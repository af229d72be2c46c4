"""Units: the tree stays a tree, paths follow moves, and nothing in use is retired."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import connection

from tests.cast import ROOT, UNIT_A, person, reach_for
from tracker.actions import organisations
from tracker.audit import Refused
from tracker.models import AuditEvent, Role, Unit, UnitKind, User

TODAY = date(2026, 11, 20)
PARENT_OF_A = "XH-U-LX"


def by(user: User) -> dict[str, Any]:
    return {"by": user, "reach": reach_for(user, TODAY)}


def shape(parent: str | None = PARENT_OF_A, **options: Any) -> organisations.Shape:
    above = Unit.named(parent) if parent else None
    return organisations.Shape(**{"name": "新专班", "name_en": "New task force", "kind": UnitKind.TASKFORCE,
                                  "parent": above, **options})  # fmt: skip


def added(user: User, code: str = "XH-U-NEW", **options: Any) -> Unit:
    return organisations.add(code=code, shape=shape(**options), **by(user))


def refused(code: str, act: Any, /, **values: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        act(**values)
    assert caught.value.code == code
    return caught.value


def test_a_new_unit_has_its_path_and_its_sort_key(administrator: User):
    unit = added(administrator, code="xh-u-new")
    assert unit.path == f"{ROOT}/{PARENT_OF_A}/XH-U-NEW/"
    assert unit.sort_key == "xin zhuan ban"
    assert AuditEvent.objects.get(action="unit.add").subject_code == "XH-U-NEW"


@pytest.mark.parametrize("code", ["", "a b", "新", "ADD", "X" * 41, "-X"])
def test_codes(administrator: User, code: str):
    assert refused("unit_code_form", added, user=administrator, code=code).field == "code"


def test_a_code_is_unique_and_a_unit_needs_one_above(administrator: User):
    refused("unit_code_taken", added, user=administrator, code=UNIT_A)
    refused("unit_parent_missing", added, user=administrator, parent=None)
    refused("name_missing", added, user=administrator, name=" ")
    refused("name_en_missing", added, user=administrator, name_en=" ")


def test_moving_a_unit_moves_everything_below_it(administrator: User):
    unit = Unit.named("GX-U-PT")
    below = list(Unit.objects.below(unit).exclude(pk=unit.pk).values_list("code", flat=True))
    assert below
    organisations.edit(unit=unit, shape=shape("XH-U-LX", name="平台", name_en="Platforms"), version=1,
                       **by(administrator))  # fmt: skip
    assert Unit.named("GX-U-PT").path == f"{ROOT}/XH-U-LX/GX-U-PT/"
    for code in below:
        assert Unit.named(code).path == f"{ROOT}/XH-U-LX/GX-U-PT/{code}/"
    for row in Unit.objects.select_related("parent"):
        assert row.path == row.path_from(row.parent)
    event: Any = AuditEvent.objects.get(action="unit.edit")
    assert event.before["parent"] != event.after["parent"]


def test_a_unit_cannot_lie_below_itself_nor_the_root_move(administrator: User):
    loop = {"unit": Unit.named("GX-U-ZHB"), "shape": shape("GX-U-KG"), "version": None, **by(administrator)}
    assert refused("unit_loop", organisations.edit, **loop).field == "parent"
    own = {"unit": Unit.named("GX-U-ZHB"), "shape": shape("GX-U-ZHB"), "version": None, **by(administrator)}
    refused("unit_loop", organisations.edit, **own)
    root = {"unit": Unit.named(ROOT), "shape": shape("GX-U-ZHB"), "version": None, **by(administrator)}
    refused("unit_is_root", organisations.edit, **root)
    top = {"unit": Unit.named("GX-U-ZHB"), "shape": shape(None), "version": None, **by(administrator)}
    refused("unit_parent_missing", organisations.edit, **top)


def test_a_stale_form_is_refused(administrator: User):
    unit = Unit.named(UNIT_A)
    organisations.edit(unit=unit, shape=shape(), version=1, **by(administrator))
    refused("stale", organisations.edit, unit=unit, shape=shape(name="别的"), version=1, **by(administrator))


def test_an_administrator_changes_the_own_subtree_only(administrator: User):
    local = person("local", Role.ADMINISTRATOR, PARENT_OF_A)
    added(local)
    refused("no_right", added, user=local, code="GX-U-NEW", parent="GX-U-ZHB")
    move = {"unit": Unit.named(UNIT_A), "shape": shape("GX-U-ZHB"), "version": None, **by(local)}
    refused("no_right", organisations.edit, **move)
    retire = {"unit": Unit.named("GX-U-JD"), "reason": "x", "version": None, "today": TODAY, **by(local)}
    refused("no_right", organisations.retire, **retire)
    assert AuditEvent.objects.filter(refused=True, code="no_right", subject_type="unit").count() == 3


@pytest.mark.parametrize("role", ["leader", "reviewer", "official_a"])
def test_other_roles_change_nothing(request: pytest.FixtureRequest, role: str):
    user = request.getfixturevalue(role)
    refused("no_right", added, user=user)
    edit = {"unit": Unit.named(UNIT_A), "shape": shape(), "version": None, **by(user)}
    refused("no_right", organisations.edit, **edit)


def test_what_is_in_use_is_not_retired(administrator: User, official_a: User):
    values = {"reason": "并入他处", "version": None, "today": TODAY, **by(administrator)}
    problem = refused("unit_in_use", organisations.retire, unit=Unit.named(UNIT_A), **values)
    assert problem.inputs["works"] > 0
    assert problem.inputs["people"] == 1
    assert refused("unit_in_use", organisations.retire, unit=Unit.named("GX-U-PT"), **values).inputs["units"] == 2
    refused("unit_is_root", organisations.retire, unit=Unit.named(ROOT), **values)
    refused("retire_reason_missing", organisations.retire, unit=added(administrator), **{**values, "reason": " "})


def test_a_retired_unit_takes_nothing_new(administrator: User):
    unit = added(administrator)
    organisations.retire(unit=unit, reason="并入他处", version=1, today=TODAY, **by(administrator))
    row = Unit.named(unit.code)
    assert (bool(row.retired_at), row.retired_reason) == (True, "并入他处")
    refused("unit_retired", added, user=administrator, code="XH-U-SUB", parent=unit.code)
    edit = {"unit": row, "shape": shape(), "version": None, **by(administrator)}
    refused("unit_retired", organisations.edit, **edit)


def test_two_moves_at_once_cannot_put_two_units_below_each_other(administrator: User, own_database: None):
    by_whom, outcomes = by(administrator), []
    pairs = [("GX-U-KG", "GX-U-CF"), ("GX-U-CF", "GX-U-KG")]
    shapes = [(Unit.objects.select_related("parent").get(code=code), shape(above)) for code, above in pairs]
    gate = threading.Barrier(2)

    def move(unit: Unit, wanted: organisations.Shape) -> None:
        gate.wait()
        try:
            organisations.edit(unit=unit, shape=wanted, version=None, **by_whom)
            outcomes.append("moved")
        except Refused as refused_:
            outcomes.append(refused_.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=pair) for pair in shapes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["moved", "unit_loop"]
