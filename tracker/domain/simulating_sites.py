"""Made-up weekly entries of clearance sites: signing first, moving out and demolition some weeks behind it.

Every entry keeps the rules of the ledger: figures never fall, nothing is more than the stage before it or the whole.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from tracker.domain.relocation import Count, Obstacle, Stage, Use, column
from tracker.domain.simulating import office_hours

WEEK = timedelta(days=7)
STALLED_WEEKS = 7
"""For so long nothing has moved at a site that stalls."""
BEHIND: Mapping[Stage, float] = {
    Stage.SURVEYED: -0.08,
    Stage.SIGNED: 0.0,
    Stage.VACATED: 0.06,
    Stage.DEMOLISHED: 0.11,
    Stage.HANDED_OVER: 0.2,
}
"""How far each stage runs behind signing, in parts of the whole time."""
NOTES = ("", "", "", "本周入户签约集中推进。", "房屋拆除正常。", "安置协议分批签订。")


class Fate(StrEnum):
    """What becomes of a site. HELD: some households stay for reasons that are counted."""

    STEADY = "steady"
    BEHIND = "behind"
    STALLED = "stalled"
    BEGUN = "begun"
    HELD = "held"
    CLEARED = "cleared"


REACHED: Mapping[Fate, float] = {
    Fate.STEADY: 0.9,
    Fate.BEHIND: 0.62,
    Fate.STALLED: 0.55,
    Fate.BEGUN: 0.12,
    Fate.HELD: 0.82,
    Fate.CLEARED: 1.3,
}
"""How much has been signed by now, of everything; what is beyond the whole was reached earlier."""
DEAL = (Fate.STEADY, Fate.BEHIND, Fate.STEADY, Fate.CLEARED, Fate.STALLED, Fate.STEADY, Fate.BEGUN, Fate.HELD)
"""How the fates of a made-up portfolio are dealt, round and round."""


@dataclass(frozen=True, slots=True)
class MadeEntry:
    """What one entry says, and when it came in and was accepted."""

    as_of: date
    submitted_at: datetime
    accepted_at: datetime
    figures: Mapping[str, Decimal]
    obstacles: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


def entries(
    *, use: Use, whole: Mapping[Count, Decimal], fate: Fate, last: date, weeks: int, rng: random.Random
) -> Iterator[MadeEntry]:
    """Weekly entries, the latest of the day `last`, oldest first; `whole` is what there is to clear, by count."""
    stages = [stage for stage in Stage if use is Use.LAND or stage is not Stage.HANDED_OVER]
    pace = REACHED[fate] * rng.uniform(0.94, 1.03)
    most = Decimal(1) if fate is not Fate.HELD else Decimal("0.94")
    for week in range(1, weeks + 1):
        passed = min(week, weeks - STALLED_WEEKS) if fate is Fate.STALLED else week
        figures: dict[str, Decimal] = {}
        for stage in stages:
            share = _share(passed / weeks - BEHIND[stage], pace)
            for count, value in whole.items():
                figures[column(stage, count)] = _rounded(value * min(share, most), count)
        day = last - WEEK * (weeks - week)
        yield MadeEntry(
            as_of=day,
            submitted_at=office_hours(day, 9, rng.randint(0, 59)),
            accepted_at=office_hours(day, 16, rng.randint(0, 59)),
            figures=figures,
            obstacles=_held(figures, whole, rng) if fate is Fate.HELD and week > weeks * 0.6 else {},
            note=rng.choice(NOTES),
        )


def _share(time: float, pace: float) -> Decimal:
    """How much of the whole has come to a stage: slowly at first and at the end, never beyond it."""
    reached = max(0.0, min(1.0, time * pace))
    return Decimal(str(round(reached * reached * (3 - 2 * reached) * 0.35 + reached * 0.65, 4)))


def _rounded(value: Decimal, count: Count) -> Decimal:
    return value.quantize(Decimal(1) if count is not Count.LAND else Decimal("0.1"), rounding=ROUND_DOWN)


def _held(figures: Mapping[str, Decimal], whole: Mapping[Count, Decimal], rng: random.Random) -> dict[str, int]:
    """Why the last households stay: no more than have not moved out."""
    everybody = whole.get(Count.HOUSEHOLDS)
    if everybody is None:
        return {Obstacle.COMPENSATION.value: 9, Obstacle.OWNERSHIP.value: 4, Obstacle.ABSENT.value: 2}
    left = int(everybody - figures[column(Stage.VACATED, Count.HOUSEHOLDS)])
    found = {}
    for reason in rng.sample(list(Obstacle), 3):
        held = min(left, rng.randint(1, 6))
        left -= held
        if held:
            found[reason.value] = held
    return found
