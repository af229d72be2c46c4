"""Imprecise dates: read, print, compare, shift. The rest of the product imports from here.

What the words mean (a period named in a deadline counts to its last day, so nothing is overdue too early):

====================  =====================================================================================
6月底前, 6月前        by: open start, last day 30 June. 年底前, 到2023年: to 31 December. 6月30日前: that day included
6月底                 in the last third of June, 21st to 30th. 年底, 上半年末: in the last month of the period
3月初, 上旬           1st to 10th; 中旬 11th to 20th; 下旬 21st to the end of the month
4月—6月               a span, first day to last day; 争取9月: an aim, all of September; 9月起: open end
20XX年, X月           digits withheld: the assumed year; a withheld month leaves the year, a withheld day the month
X月X日, 近期          nothing known: no ends, never overdue
====================  =====================================================================================

Years that are not printed are ``year``, else the year of ``today``. 今年, 明年 and 去年 count from ``today``, else from
``year``; 本月, 下月, a bare 中旬 and 今天 need ``today``. Weekdays in brackets, hours of the day and a closed list of
verbs (完成, 启动 …) are passed over. Two-figure years, feasts (春节前) and repetition (每年) are refused, not guessed.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import date
from functools import lru_cache

from tracker.domain import date_text_en, date_text_zh
from tracker.domain.date_values import (
    MAX_LENGTH,
    Anchor,
    DateKind,
    ImpreciseDate,
    Precision,
    UnreadableDate,
    framed,
    month_end,
)
from tracker.domain.durations import Duration, DurationUnit, parse_duration

__all__ = [
    "DateKind",
    "Duration",
    "DurationUnit",
    "ImpreciseDate",
    "Precision",
    "UnreadableDate",
    "assumes_year",
    "day",
    "days_past",
    "overdue",
    "parse",
    "parse_duration",
    "printed",
    "rebase",
]

_CHINESE = re.compile("[\u3007\u4e00-\u9fff]")
_LETTER = re.compile("[a-wyz]")


@lru_cache(maxsize=4096)  # a sheet says the same few dates in thousands of rows
def parse(text: str, *, year: int | None = None, today: date | None = None) -> ImpreciseDate:
    """Read a date as officials write it, in Chinese or in English.

    ``year`` is assumed where the text prints none or masks it (20XX); ``today`` anchors relative words. The text is
    kept, without the blanks around it. Raises ``UnreadableDate`` and nothing else.
    """
    kept = text.strip()
    anchor = Anchor(kept, year, today)
    if len(kept) > MAX_LENGTH:
        raise anchor.fail("too_long")
    plain = unicodedata.normalize("NFKC", kept)
    english = _LETTER.search(plain.lower()) and not _CHINESE.search(plain)
    read = date_text_en.read if english else date_text_zh.read
    try:
        return framed(read(plain, anchor), anchor)
    except OverflowError:
        raise anchor.fail("no_such_day") from None


@lru_cache(maxsize=4096)
def printed(value: ImpreciseDate, language: str, *, with_year: bool = True) -> str:
    """The interval in the reader's language (``en…``, anything else is Chinese), from its ends, precision and kind.

    Reading the print gives the same interval again. ``with_year=False`` leaves out a year that the page shows anyway;
    a whole year and a span over two years keep theirs.
    """
    if language.lower().startswith("en"):
        return date_text_en.printed(value, with_year=with_year)
    return date_text_zh.printed(value, with_year=with_year)


def day(text: str, *, today: date) -> date:
    """One single day as people type it into a form: 2026-11-20, 20261120, 11月20日, 11/20, 11.20, 昨天, 20 Nov 2026.

    Without a year it is this year's. Month before day in figures. Raises ``UnreadableDate``.
    """
    value = parse(text, today=today)
    if value.precision is not Precision.DAY or value.earliest is None or value.earliest != value.latest:
        raise UnreadableDate("unreadable", value.text)
    return value.earliest


def overdue(value: ImpreciseDate, on: date) -> bool:
    """Whether the last day that the text allows lies before ``on``; never where it names no last day."""
    return value.latest is not None and on > value.latest


def days_past(value: ImpreciseDate, on: date) -> int:
    """Days from the last day allowed to ``on``: negative before it, 0 where there is none."""
    return 0 if value.latest is None else (on - value.latest).days


def rebase(value: ImpreciseDate, years: int) -> ImpreciseDate:
    """The same date some years later (or earlier). The text is kept; use it only where ``assumes_year`` is true.

    The end of February stays the end of February where the interval ends with a period; a single 29 February becomes
    the 28th in a common year. Raises ``ValueError`` beyond the years 1 to 9999.
    """
    keeps_end = value.precision is not Precision.DAY
    return replace(
        value,
        earliest=value.earliest and _shifted(value.earliest, years, keeps_end=False),
        latest=value.latest and _shifted(value.latest, years, keeps_end=keeps_end),
    )


def _shifted(on: date, years: int, *, keeps_end: bool) -> date:
    """The same day in another year, the month's end kept on request."""
    first = on.replace(year=on.year + years, day=1)
    last = month_end(first)
    return last if keeps_end and on == month_end(on) else first.replace(day=min(on.day, last.day))


def assumes_year(text: str) -> bool:
    """Whether the text can be placed only with an assumed year or a today: such dates move with their programme.

    Raises ``UnreadableDate`` for texts that are no dates.
    """
    try:
        parse(text)
    except UnreadableDate as fault:
        if fault.code != "no_year":
            raise
        return True
    return False
