"""Loading process templates from the reference fixtures; versions that exist are left as they are."""

from datetime import datetime
from typing import Any

from tracker.audit import Refused
from tracker.domain.processes import BadTemplate
from tracker.models import ProcessStep, ProcessTemplate, ProcessTie, ProcessWindow, StatutoryWindow


def put_templates(read: dict[str, Any], now: datetime) -> int:
    """Store the template versions that are missing; returns how many. Runs inside the recording of its caller.

    Raises Refused('bad_template') for one that contradicts itself or names a window that is not kept.
    """
    held = set(ProcessTemplate.objects.values_list("code", "version"))
    kept = set(StatutoryWindow.objects.values_list("code", flat=True))
    fresh = 0
    for position, item in enumerate(read["templates"], start=1):
        if (item["code"], item.get("version", 1)) in held:
            continue
        if strangers := {row[0] for row in item.get("windows", ())} - kept:
            raise Refused("bad_template", template=item["code"], why="unknown_window", keys=sorted(strangers))
        _put(item, position, now)
        fresh += 1
    return fresh


def _put(item: dict[str, Any], position: int, now: datetime) -> None:
    template = ProcessTemplate.objects.create(
        code=item["code"],
        version=item.get("version", 1),
        position=position,
        name=item["name"],
        name_en=item["name_en"],
        goal=item["goal"],
        note=item.get("note", ""),
        note_en=item.get("note_en", ""),
        recorded_at=now,
    )
    rows = [_step(template, at, step) for at, step in enumerate(item["steps"], start=1)]
    steps = {row.code: row for row in ProcessStep.objects.bulk_create(rows)}
    try:
        ties = [_tie(template, steps, tie, to=step["id"]) for step in item["steps"] for tie in step.get("after", ())]
    except KeyError as missing:
        raise Refused("bad_template", template=template.code, why="unknown_step", keys=[missing.args[0]]) from missing
    ProcessTie.objects.bulk_create(ties)
    ProcessWindow.objects.bulk_create(
        ProcessWindow(template=template, window=window, from_step=a, from_end=a_end, to_step=b, to_end=b_end)
        for window, a, a_end, b, b_end in item.get("windows", ())
    )
    whole = ProcessTemplate.objects.whole(template.code)
    assert whole is not None
    try:
        whole.value().check()
    except BadTemplate as bad:
        raise Refused("bad_template", template=template.code, why=bad.code, keys=list(bad.keys)) from bad


def _step(template: ProcessTemplate, position: int, step: dict[str, Any]) -> ProcessStep:
    return ProcessStep(
        template=template,
        code=step["id"],
        position=position,
        name=step["name"],
        name_en=step["name_en"],
        duration=step["days"],
        unit=step["unit"],
    )


def _tie(template: ProcessTemplate, steps: dict[str, ProcessStep], tie: list[Any], *, to: str) -> ProcessTie:
    """A predecessor, then kind, lag and its unit; what is left out is finish to start without a lag."""
    usual: list[Any] = ["FS", 0, "d"]
    kind, lag, unit = tie[1:] + usual[len(tie) - 1 :]
    return ProcessTie(
        template=template, predecessor=steps[tie[0]], successor=steps[to], kind=kind, lag=lag, lag_unit=unit
    )
