"""What in a report on resettlement housing deserves a second look: the rules of `suspicion_sites` that hold for it."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from tracker.domain.relocation import NO_SCOPE, Scope
from tracker.domain.resettlement import COUNTED, FIGURES, Entry, HomeCount, column
from tracker.domain.suspicion import Doubt, Input
from tracker.domain.suspicion_sites import scale

PLAUSIBLE = Decimal(20_000)
"""More homes than this in one place are hard to believe where no plan says how many there will be; ours."""
RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "homes_beyond_about": ("figure", "after", "scope"),
        "homes_plan_unstated": ("figure", "after"),
        "homes_implausible": ("figure", "after", "most"),
    }
)
"""The rules of its own with the names of their inputs."""


def home_doubts(old: Entry | None, new: Entry, *, planned: Mapping[HomeCount, Scope]) -> list[Doubt]:
    """What is odd in an entry by itself and beside the last accepted one (or the one it corrects)."""
    found = [*_unbounded(old, new, planned), *_beyond_about(new, planned)]
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


def _unbounded(old: Entry | None, new: Entry, planned: Mapping[HomeCount, Scope]) -> list[Doubt]:
    """What no plan bounds: the first count of homes where none is stated, and more than there are likely to be."""
    stages = [stage for stage, counts in COUNTED.items() if HomeCount.HOMES in counts]
    given = [
        (value, column(stage, HomeCount.HOMES))
        for stage in stages
        if (value := new.get(stage, HomeCount.HOMES)) is not None
    ]
    if not given or planned.get(HomeCount.HOMES, NO_SCOPE).value is not None:
        return []
    most, name = max(given)
    said: dict[str, Input] = {"figure": name, "after": most}
    if most > PLAUSIBLE:
        return [Doubt("homes_implausible", MappingProxyType(said | {"most": PLAUSIBLE}))]
    first = old is None or all(old.get(stage, HomeCount.HOMES) is None for stage in stages)
    return [Doubt("homes_plan_unstated", MappingProxyType(said))] if first else []


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
