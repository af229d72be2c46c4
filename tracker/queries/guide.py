"""The tables of the guide, read from the rules themselves so that they cannot say anything else."""

from dataclasses import dataclass
from datetime import timedelta

from tracker import words
from tracker.domain import dates
from tracker.domain.progress import BEHIND_POINTS, FAR_BEHIND_POINTS, VERDICT_COLOURS, Verdict
from tracker.domain.states import COLOURS, DUE_SOON_DAYS, Colour, DateState
from tracker.words.guide import STATE_RULES, VERDICT_RULES
from tracker.words.metrics import VERDICTS

SAMPLES = ("6月底前", "6月底", "3月初", "4月—6月", "上半年", "10月底前", "争取9月", "年底前", "近期")
"""Dates as officials write them, one of each sort."""


@dataclass(frozen=True, slots=True)
class StateLine:
    """One state of a milestone or a metric: its light and when it shows."""

    colour: str
    word: str
    rule: str


@dataclass(frozen=True, slots=True)
class DateLine:
    """One written date: the days it can mean, and the first day on which it would be overdue."""

    text: str
    kind: str
    days: str
    overdue: str


def states() -> list[StateLine]:
    """Every date state, in the order of the colours in a bar."""
    order = list(Colour)
    codes = sorted(DateState, key=lambda code: (order.index(COLOURS[code]), list(DateState).index(code)))
    return [
        StateLine(COLOURS[code].value, words.state(code), str(STATE_RULES[code]) % {"days": DUE_SOON_DAYS})
        for code in codes
    ]


def verdicts() -> list[StateLine]:
    """How a metric can stand, in the order of the colours in a bar."""
    order = list(Colour)
    codes = sorted(Verdict, key=lambda code: (order.index(VERDICT_COLOURS[code]), list(Verdict).index(code)))
    inputs = {"behind": BEHIND_POINTS, "far": FAR_BEHIND_POINTS}
    return [
        StateLine(VERDICT_COLOURS[code].value, str(VERDICTS[code]), str(VERDICT_RULES[code]) % inputs) for code in codes
    ]


def dates_meant(year: int) -> list[DateLine]:
    """What the sample dates mean in a year."""
    return [_date_line(text, year) for text in SAMPLES]


def _date_line(text: str, year: int) -> DateLine:
    found = dates.parse(text, year=year)
    return DateLine(
        text=text,
        kind=str(words.DATE_KINDS[found.kind.value]) if found.latest else "",
        days=words.interval(found.earliest, found.latest),
        overdue=words.day(found.latest + timedelta(days=1)) if found.latest else "",
    )
