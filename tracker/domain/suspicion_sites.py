"""What in a report on a clearance site deserves a second look, as `suspicion` has it for other reports.

A doubt names the figure it is about (`figure`, a name of `relocation.FIGURES`) and the values its sentence states.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from tracker.domain.relocation import COUNTS, FIGURES, NO_SCOPE, Count, Entry, Scope, Stage, Use, column, deciding
from tracker.domain.suspicion import JUMP_DAYS, TENFOLD, WAN_LEAST, WAN_MOST, Doubt, Input

JUMP_SHARE = 3
"""More than one in so many of everything in scope, between two reports at most `JUMP_DAYS` apart."""
SCALE_LEAST = 10
"""A figure below this grows tenfold without anybody having slipped."""
LEAST_EACH, MOST_EACH = 5, 2_000
"""Square metres of a home: outside of this the households or the area are wrong."""

PLAUSIBLE: Mapping[Count, Decimal] = MappingProxyType(
    {Count.HOUSEHOLDS: Decimal(5_000), Count.AREA: Decimal(2_000_000), Count.LAND: Decimal(15_000)}
)
"""More than this of one village or plot is hard to believe where nobody has stated how much there is: 5,000 households,
200 万平方米, ten square kilometres. Ours; no rule names such a bound.
"""

RULES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "site_falls": ("figure", "before", "after", "fall"),  # only a correction can
        "site_beyond_later": ("figure", "after", "later"),  # more than was accepted for a later day
        "site_tenfold": ("figure", "before", "after", "times"),
        "site_tenth": ("figure", "before", "after", "times"),
        "site_wan": ("figure", "before", "after"),  # ten thousand times, or a ten thousandth
        "site_beyond_about": ("figure", "after", "scope"),
        "site_beyond_surveyed": ("figure", "after", "surveyed"),
        "site_jumps": ("figure", "before", "after", "days"),
        "site_corrected": ("figure", "before", "after"),  # as far up, but in the same report, corrected
        "site_area_each": ("figure", "households", "area", "each"),
        "site_obstacles_vanish": ("before", "after", "signed"),
        "site_scope_unstated": ("figure", "after"),  # the first figure of a site of which no scope is stated
        "site_implausible": ("figure", "after", "most"),  # and more than a village or plot is likely to have
        "site_persons_few": ("figure", "after", "households"),
    }
)
"""Every rule with the names of its inputs."""


@dataclass(frozen=True, slots=True)
class SiteSaid:
    """What one report, or the state carried from it, says of a site on a day."""

    as_of: date | None
    entry: Entry


def _doubt(code: str, **inputs: Input) -> Doubt:
    return Doubt(code, MappingProxyType(inputs))


def site_doubts(
    old: SiteSaid | None,
    new: SiteSaid,
    *,
    use: Use,
    scope: Mapping[Count, Scope],
    persons: Scope = NO_SCOPE,
    corrects: bool = False,
) -> list[Doubt]:
    """What is odd in an entry by itself and beside the last accepted one, or the one it `corrects`."""
    found = [*_unbounded(old, new.entry, use, scope), *_beyond_about(new.entry, scope, persons)]
    found += [*_beyond_surveyed(new.entry, use), *_each(new.entry, use), *_few(new.entry)]
    if old is None:
        return found
    for name, before, after in _pairs(old.entry, new.entry):
        slip = scale(name, before, after)
        days = (new.as_of - old.as_of).days if new.as_of and old.as_of and not corrects else None
        found += [slip] if slip else _moved(name, before, after, _whole(name, scope), days, corrects=corrects)
    return [*found, *_vanished(old.entry, new.entry)]


def beyond_later(figures: Mapping[str, Decimal | None], later: Mapping[str, Decimal | None]) -> list[Doubt]:
    """The cumulative figures of an older day, of a site or of housing, beyond those accepted for a later one."""
    return [
        _doubt("site_beyond_later", figure=name, after=value, later=most)
        for name, value in figures.items()
        if value is not None and (most := later.get(name)) is not None and value > most and name != "decided_households"
    ]


def _pairs(old: Entry, new: Entry) -> Iterator[tuple[str, Decimal, Decimal]]:
    for name in FIGURES:
        before, after = old.figures.get(name), new.figures.get(name)
        if before is not None and after is not None and before != after:
            yield name, before, after


def scale(name: str, before: Decimal, after: Decimal) -> Doubt | None:
    """A figure some ten or ten thousand times the last one, or such a part of it."""
    small, large = sorted((before, after))
    if small < SCALE_LEAST or large < TENFOLD * small:
        return None
    times = large / small
    if WAN_LEAST <= times <= WAN_MOST:
        return _doubt("site_wan", figure=name, before=before, after=after)
    code = "site_tenfold" if after > before else "site_tenth"
    return _doubt(code, figure=name, before=before, after=after, times=round(times))


def _moved(
    name: str, before: Decimal, after: Decimal, whole: Decimal | None, days: int | None, *, corrects: bool
) -> list[Doubt]:
    """`whole`: all there is; `days`: between the two reports, of which a correction has none."""
    if after < before:
        return [_doubt("site_falls", figure=name, before=before, after=after, fall=before - after)]
    if whole is None or (after - before) * JUMP_SHARE <= whole:
        return []
    if corrects:
        return [_doubt("site_corrected", figure=name, before=before, after=after)]
    if days is None or not 0 <= days <= JUMP_DAYS:
        return []
    return [_doubt("site_jumps", figure=name, before=before, after=after, days=days)]


def _whole(name: str, scope: Mapping[Count, Scope]) -> Decimal | None:
    """All there is of what a figure counts at a stage; None for the figures beside the stages."""
    for count in Count:
        if name in (column(stage, count) for stage in Stage):
            return scope.get(count, NO_SCOPE).value
    return None


def _unbounded(old: SiteSaid | None, entry: Entry, use: Use, scope: Mapping[Count, Scope]) -> list[Doubt]:
    """What no scope bounds: the first figure where none is stated at all, and more than there is likely to be."""
    found, unstated = [], deciding(use, scope) is None
    for count in COUNTS[use]:
        given = [(value, column(stage, count)) for stage in Stage if (value := entry.get(stage, count)) is not None]
        if not given or scope.get(count, NO_SCOPE).value is not None:
            continue
        most, name = max(given)
        if most > PLAUSIBLE[count]:
            found.append(_doubt("site_implausible", figure=name, after=most, most=PLAUSIBLE[count]))
        elif unstated and (old is None or all(old.entry.get(stage, count) is None for stage in Stage)):
            found.append(_doubt("site_scope_unstated", figure=name, after=most))
    return found


def _few(entry: Entry) -> list[Doubt]:
    """Fewer people moved out than households: a household has somebody in it, unless it stood empty."""
    persons, homes = entry.figures.get("vacated_persons"), entry.get(Stage.VACATED, Count.HOUSEHOLDS)
    if persons is None or homes is None or persons >= homes:
        return []
    return [_doubt("site_persons_few", figure="vacated_persons", after=persons, households=homes)]


def _beyond_surveyed(entry: Entry, use: Use) -> list[Doubt]:
    """More signed than was surveyed: what is signed for has been counted before."""
    return [
        _doubt("site_beyond_surveyed", figure=column(Stage.SIGNED, count), after=signed, surveyed=surveyed)
        for count in COUNTS[use]
        if (surveyed := entry.get(Stage.SURVEYED, count)) is not None
        and (signed := entry.get(Stage.SIGNED, count)) is not None
        and signed > surveyed
    ]


def _beyond_about(entry: Entry, scope: Mapping[Count, Scope], persons: Scope) -> list[Doubt]:
    """More than a scope that is not stated exactly; more than an exact one is refused."""
    found = [
        _doubt("site_beyond_about", figure=name, after=value, scope=persons.value)
        for name in ("vacated_persons", "converted_persons")
        if (value := entry.figures.get(name)) is not None
        and persons.value is not None
        and not persons.firm
        and value > persons.value
    ]
    for count, whole in scope.items():
        if whole.value is None or whole.firm:
            continue
        for stage in Stage:
            if (value := entry.get(stage, count)) is not None and value > whole.value:
                found.append(_doubt("site_beyond_about", figure=column(stage, count), after=value, scope=whole.value))
                break  # the later stages are no more than this one
    return found


def _each(entry: Entry, use: Use) -> list[Doubt]:
    """Floor area for each household that no home has; of the first stage where it is so."""
    if use is not Use.RESIDENTIAL or Count.AREA not in COUNTS[use]:
        return []
    for stage in Stage:
        homes, area = entry.get(stage, Count.HOUSEHOLDS), entry.get(stage, Count.AREA)
        if homes and area and not LEAST_EACH <= area / homes <= MOST_EACH:
            each = (area / homes).quantize(Decimal("0.1"))
            name = column(stage, Count.AREA)
            return [_doubt("site_area_each", figure=name, households=homes, area=area, each=each)]
    return []


def _vanished(old: Entry, new: Entry) -> list[Doubt]:
    """Households that were held up and are no more, though not as many have signed or been decided on since."""
    before, after = sum(old.obstacles.values()), sum(new.obstacles.values())
    settled = sum(
        (new.figures.get(name) or Decimal(0)) - (old.figures.get(name) or Decimal(0))
        for name in ("signed_households", "decided_households")
    )
    if before - after <= settled or after >= before:
        return []
    return [
        _doubt("site_obstacles_vanish", before=Decimal(before), after=Decimal(after), signed=Decimal(max(settled, 0)))
    ]
