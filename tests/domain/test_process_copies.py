"""A unit's own process: what may be written in it, and how two versions differ."""

from dataclasses import replace
from typing import Any

import pytest

from tracker.domain.calendars import Unit
from tracker.domain.process_copies import MAX_STEPS, NamedStep, Omission, Sheet, differences, dropped, faults
from tracker.domain.processes import Attached, End, Link, Tie

HELD = Attached("TB-05", End("B06"), End("B08"))
KNOWN = frozenset({"TB-05", "TB-10"})


def step(code: str, days: int = 3) -> NamedStep:
    return NamedStep(code, f"步骤{code}", f"Step {code}", days, Unit.WORKING_DAY)


SHEET = Sheet(
    name="招标", name_en="Tender", note="", note_en="", goal="B08",
    steps=(step("B03"), step("B06", 0), step("B08", 0)), ties=(Tie("B03", "B06"), Tie("B06", "B08", lag=2)),
    windows=(HELD,),
)  # fmt: skip


def wrong(**change: Any) -> list[tuple[str, str, int, str]]:
    found = faults(replace(SHEET, **change), origin=(HELD,), known=KNOWN)
    return [(one.code.removeprefix("process_"), one.section, one.row, one.field) for one in found]


def test_what_is_fine_has_no_fault():
    assert wrong() == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"steps": (*SHEET.steps, step("B06"))}, ("step_double", "steps", 3, "code")),
        ({"steps": (*SHEET.steps, step("b 6"))}, ("step_code", "steps", 3, "code")),
        ({"steps": (*SHEET.steps, step("B09", 4000))}, ("days", "steps", 3, "days")),
        ({"steps": (*SHEET.steps, step("B09", -1))}, ("days", "steps", 3, "days")),
        ({"goal": "B11"}, ("goal", "", -1, "goal")),
        ({"ties": (Tie("B03", "B07"),)}, ("step_gone", "ties", 0, "successor")),
        ({"ties": (Tie("B03", "B03"),)}, ("tie_self", "ties", 0, "successor")),
        ({"ties": (Tie("B03", "B06"), Tie("B03", "B06", Link.SS))}, ("tie_double", "ties", 1, "successor")),
        ({"ties": (Tie("B03", "B06", lag=-2),)}, ("lag", "ties", 0, "lag")),
        ({"windows": (HELD, HELD)}, ("window_double", "windows", 1, "window")),
        ({"windows": (HELD, Attached("XX-99", End("B03"), End("B06")))}, ("window_unknown", "windows", 1, "window")),
        ({"windows": (HELD, Attached("TB-10", End("B03"), End("B99")))}, ("step_gone", "windows", 1, "to_step")),
        ({"windows": ()}, ("omission_reason", "omitted", 0, "reason")),
        ({"windows": (), "omitted": (Omission(HELD, "  "),)}, ("omission_reason", "omitted", 0, "reason")),
        ({"ties": (Tie("B06", "B08"), Tie("B08", "B06"))}, ("cycle", "ties", -1, "")),
    ],
)
def test_a_fault_is_found_at_its_place(change: dict[str, Any], fault: tuple[str, str, int, str]):
    assert wrong(**change) == [fault]


def test_a_circle_names_its_steps_windows_count_as_order_too():
    circle = replace(SHEET, ties=(Tie("B08", "B03"), Tie("B03", "B06")))
    (found,) = faults(circle, origin=(HELD,), known=KNOWN)
    loop = found.inputs["loop"].split(" → ")
    assert (loop[0] == loop[-1], set(loop)) == (True, {"B03", "B06", "B08"})


def test_no_step_and_too_many_steps():
    assert ("no_steps", "steps", -1, "") in wrong(steps=())
    many = tuple(step(f"C{at:02}") for at in range(MAX_STEPS + 1))
    assert ("many_steps", "steps", -1, "") in wrong(steps=many)


def test_a_window_left_out_needs_a_reason_also_where_it_is_attached_elsewhere():
    elsewhere = Attached("TB-05", End("B03"), End("B08"))
    assert dropped((elsewhere,), (HELD,)) == [HELD]
    assert wrong(windows=(elsewhere,)) == [("omission_reason", "omitted", 0, "reason")]
    assert wrong(windows=(), omitted=(Omission(HELD, "非依法必须招标"),)) == []


def test_two_versions_are_compared_part_by_part():
    new = replace(
        SHEET,
        name="本街道招标",
        steps=(step("B06", 0), step("B03", 5), step("B09")),
        ties=(Tie("B03", "B06", Link.SS),),
        windows=(),
        omitted=(Omission(HELD, "因为"),),
    )
    found = [(one.kind, one.key, one.old is None, one.new is None) for one in differences(SHEET, new)]
    assert found == [
        ("name", "", False, False),
        ("step", "B03", False, False),
        ("step", "B08", False, True),
        ("step", "B09", True, False),
        ("order", "", False, False),
        ("tie", "B03 → B06", False, False),
        ("tie", "B06 → B08", False, True),
        ("window", "TB-05 B06 → B08", False, True),
        ("omitted", "TB-05 B06 → B08", True, False),
    ]
    assert differences(SHEET, SHEET) == []
