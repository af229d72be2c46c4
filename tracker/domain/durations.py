"""Lengths of time as officials write them: 3—5年, 两个月, 半年, 十多年."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from tracker.domain.date_text_zh import arabic
from tracker.domain.date_values import MAX_LENGTH, UnreadableDate


class DurationUnit(StrEnum):
    """The unit a length of time is printed in (a half-year or quarter is counted in months)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time: at least ``low``, at most ``high`` units; ``high`` is ``None`` where left open (十多年)."""

    low: int
    high: int | None
    unit: DurationUnit


_UNITS = {
    DurationUnit.DAY: "天 日 day",
    DurationUnit.WEEK: "周 星期 个星期 week",
    DurationUnit.MONTH: "个月 month",
    DurationUnit.YEAR: "年 year",
}
_UNIT_NAMES = {name: (1, unit) for unit, names in _UNITS.items() for name in names.split()}
_UNIT_NAMES["个季度"] = (3, DurationUnit.MONTH)
_WORDS = {"半年": (6, 6), "半个月": (15, 15), "一年半": (18, 18), "1年半": (18, 18)}
_WORD_UNITS = {"半个月": DurationUnit.DAY}
_DURATION = re.compile(
    r"(?:约|大约|近)?(?P<low>[0-9]{1,3})(?P<over>多|余|几)?(?:-(?P<high>[0-9]{1,3}))?(?P<over2>多|余)?"
    r"(?P<unit>个?星期|个月|个季度|天|日|周|年|day|week|month|year)s?(?:左右|以内|之内|内)?"
)
_NEIGHBOURS = re.compile("(?<![一二三四五六七八九十])([一两二三四五六七八])([二两三四五六七八九])(?=[个年天日周])")
_FIGURES = {figure: value for value, figure in enumerate("〇一二三四五六七八九")} | {"两": 2}


def parse_duration(text: str) -> Duration:
    """Read a length of time. Raises ``UnreadableDate`` with ``unreadable``, ``reversed`` or ``too_long``."""
    if len(text.strip()) > MAX_LENGTH:
        raise UnreadableDate("too_long", text)
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    plain = re.sub(r"[‐‑‒–—―─－−~〜～至到-]+", "-", plain)
    bare = re.sub("(?:左右|以内|之内|内)$", "", plain)
    if bare in _WORDS:
        return Duration(*_WORDS[bare], _WORD_UNITS.get(bare, DurationUnit.MONTH))
    plain = arabic(_NEIGHBOURS.sub(_neighbours, plain).replace("两", "2"))
    found = _DURATION.fullmatch(plain)
    if found is None:
        raise UnreadableDate("unreadable", text)
    times, unit = _UNIT_NAMES[found["unit"]]
    low, high = int(found["low"]) * times, int(found["high"] or found["low"]) * times
    if low == 0:
        raise UnreadableDate("unreadable", text)
    if high < low:
        raise UnreadableDate("reversed", text)
    return Duration(low, None if found["over"] or found["over2"] else high, unit)


def _neighbours(found: re.Match[str]) -> str:
    """两三年 is 2—3年, 三五年 is 3—5年; other pairs stay, and are refused."""
    low, high = _FIGURES[found[1]], _FIGURES[found[2]]
    return f"{low}-{high}" if high - low == 1 or (low, high) == (3, 5) else found[0]
