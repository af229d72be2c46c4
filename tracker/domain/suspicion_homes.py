"""What in a report on resettlement housing deserves a second look: the rules of `suspicion_sites` that hold for it."""

from collections.abc import Mapping
from types import MappingProxyType

from tracker.domain.relocation import Scope
from tracker.domain.resettlement import COUNTED, FIGURES, Entry, HomeCount, column
from tracker.domain.suspicion import Doubt, Input
from tracker.domain.suspicion_sites import scale

RULES: Mapping[str, tuple[str, ...]] = MappingProxyType({"homes_beyond_about": ("figure", "after", "scope")})
"""The rules of its own with the names of their inputs."""


def home_doubts(old: Entry | None, new: Entry, *, planned: Mapping[HomeCount, Scope]) -> list[Doubt]:
    """What is odd in an entry by itself and beside the last accepted one (or the one it corrects)."""
    found = _beyond_about(new, planned)
    if old is None:
        return found
    for name in FIGURES:
        before, after = old.figures.get(name), new.figures.get(name)
        if before is None or after is None or before == after:
            continue
        if (odd := scale(name, before, after)) is not None:
            found.append(odd)
        elif after < before:
            inputs: dict[str, Input] = {"figure": name, "before": before, "after": after, "fall": before - after}
            found.append(Doubt("site_falls", MappingProxyType(inputs)))
    return found


def _beyond_about(entry: Entry, planned: Mapping[HomeCount, Scope]) -> list[Doubt]:
    """More than a plan that is not stated exactly; more than an exact one is refused."""
    found = []
    for count, plan in planned.items():
        if plan.value is None or plan.firm:
            continue
        for stage, counts in COUNTED.items():
            value = entry.get(stage, count) if count in counts else None
            if value is not None and value > plan.value:
                inputs: dict[str, Input] = {"figure": column(stage, count), "after": value, "scope": plan.value}
                found.append(Doubt("homes_beyond_about", MappingProxyType(inputs)))
                break  # the later stages are no more than this one
    return found
