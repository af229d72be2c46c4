"""Imprecise dates in English: what the product prints, and the obvious ways to type them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from tracker.domain.date_values import (
    Anchor,
    DateKind,
    Edge,
    ImpreciseDate,
    Mark,
    Phrase,
    Point,
    Precision,
    print_unit,
    span_unit,
)

NO_TIME = "time not fixed"
"""How an interval without ends is printed."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTH_NUMBERS = {form: n for n, name in enumerate(_MONTHS, 1) for form in (name.lower(), name[:3].lower())}
_MONTH_NUMBERS["sept"] = 9
_VAGUE = frozenset({NO_TIME, "soon", "in the near future", "as soon as possible"})
_NOW = frozenset({"now", "today"})
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_NEAR = {"this": 0, "next": 1, "last": -1}
_FILLER = frozenset({"the", "of", "in", "on", "during", "at"})
_MARKS = {
    "by": Mark.BY, "until": Mark.BY, "till": Mark.BY,
    "from": Mark.FROM, "since": Mark.FROM, "starting": Mark.FROM, "onward": Mark.FROM, "onwards": Mark.FROM,
    "aim": Mark.STRIVE, "aiming": Mark.STRIVE, "for": Mark.NOTHING, "deadline": Mark.WITHIN,
}  # fmt: skip

_ISO = re.compile(r"(?<![0-9])([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])")
_DASH = re.compile(r"[‐‑‒–—―−-]+")
_TOKEN = re.compile(r"[0-9]+(?:st|nd|rd|th)?|[qh][1-4]|[a-z]+|-")
_SPELLINGS = (
    (re.compile(r"(first|1st) (half|quarter)"), r"\g<2>1"),
    (re.compile(r"(second|2nd) (half|quarter)"), r"\g<2>2"),
    (re.compile(r"(third|3rd) quarter"), "quarter3"),
    (re.compile(r"(fourth|4th) quarter"), "quarter4"),
    (re.compile(r"(half|quarter)(?=[1-4])"), lambda found: found[1][0]),
    (re.compile(r"([0-9]{4}) ([qh][1-4])"), r"\2 \1"),
)
_POINT = re.compile(
    r"""
    (?: (?P<edge>end|late|mid|early|start|beginning)\b\ ? )?
    (?: (?P<part>q[1-4]|h[12])\b
      | (?: (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?\  )? (?P<month>MONTHS)\b (?:\ (?P<after>[0-9]{1,2})(?:st|nd|rd|th)?\b )?
      | (?P<near>this|next|last)\ month
      | (?P<alone>[0-9]{1,2}) )?
    (?: (?:^|(?<=\w\b)\ |(?<=\ )) (?P<year>[0-9]{4}|(?:(?:this|next|last)\ )?year) )?
    """.replace("MONTHS", "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))),
    re.VERBOSE,
)
_THIRDS = {"early": 1, "mid": 11, "late": 21}
_EDGES = {"end": Edge.END, "start": Edge.START, "beginning": Edge.START}


def read(text: str, anchor: Anchor) -> Phrase:
    """Take an English text apart. Raises ``UnreadableDate``."""
    text = " ".join(text.lower().split())
    if text in _VAGUE:
        return Phrase((), frozenset())
    words = _words(text, anchor)
    marks = frozenset(_MARKS[word] for word in words if word in _MARKS)
    body = " ".join(word for word in words if word not in _MARKS)
    left, dash, right = (part.strip() for part in body.partition("-"))
    if not dash:
        return Phrase((anchor.settle(_point(left, anchor)),), marks)
    if left in _NOW:
        return Phrase((anchor.settle(_point(right, anchor)),), marks - {Mark.FROM} | {Mark.BY})
    return Phrase(_range(left, right, anchor), marks)


def _words(text: str, anchor: Anchor) -> list[str]:
    """The words that matter, dashes and ``to`` as one sign; anything else in the text makes it unreadable."""
    text = _ISO.sub(lambda found: f"{found[3]} {_month(int(found[2]), anchor)[:3]} {found[1]}", text)
    text = _DASH.sub("-", text.replace("mid-", "mid "))
    if _TOKEN.sub("", text).strip(" ,.()"):
        raise anchor.fail()
    plain = " ".join(word for word in _TOKEN.findall(text) if word not in _FILLER)
    for pattern, spelling in _SPELLINGS:
        plain = pattern.sub(spelling, plain)
    return ["-" if word == "to" else word for word in plain.split()]


def _month(number: int, anchor: Anchor) -> str:
    if not 1 <= number <= 12:
        raise anchor.fail("no_such_day")
    return _MONTHS[number - 1].lower()


def _range(left: str, right: str, anchor: Anchor) -> tuple[Point, Point]:
    """Both ends: the left takes from the right the year and the month that it leaves out."""
    start, end = _point(left, anchor), _point(right, anchor)
    if start.lacks_month and start.year is None:
        start = replace(start, month=end.month)
    if end.year is None:
        end = replace(end, year=start.year)
    end = anchor.settle(end)
    return anchor.settle(replace(start, year=end.year if start.year is None else start.year)), end


def _point(text: str, anchor: Anchor) -> Point:
    """One period, with the year and month it names."""
    if text in _DAYS:
        return anchor.near_day(_DAYS[text])
    found = _POINT.fullmatch(text)
    if found is None or not text:
        raise anchor.fail()
    year, month = _year(found["year"], anchor), _MONTH_NUMBERS.get(found["month"] or "")
    if found["near"]:
        if year is not None:
            raise anchor.fail()
        year, month = anchor.this_month(_NEAR[found["near"]])
    days = [each for each in (found["day"], found["after"], found["alone"]) if each]
    if len(days) > 1 or (found["edge"] and days) or (found["edge"] in _THIRDS and month is None):
        raise anchor.fail()
    if days:
        return Point(Precision.DAY, year, month, int(days[0]))
    if found["edge"] in _THIRDS:
        return Point(Precision.THIRD, year, month, _THIRDS[found["edge"]])
    return _period(found, year, month, anchor)


def _year(text: str | None, anchor: Anchor) -> int | None:
    if text is None:
        return None
    if text == "year":
        return anchor.assumed_year()
    return anchor.this_year() + _NEAR[text.split()[0]] if text.endswith("year") else anchor.printed_year(text)


def _period(found: re.Match[str], year: int | None, month: int | None, anchor: Anchor) -> Point:
    """A month, quarter, half or year, or one end of it."""
    edge = _EDGES.get(found["edge"] or "", Edge.NONE)
    if found["part"]:
        unit, months = (Precision.QUARTER, 3) if found["part"][0] == "q" else (Precision.HALF, 6)
        return Point(unit, year, (int(found["part"][1]) - 1) * months + 1, edge=edge)
    if month is not None:
        return Point(Precision.MONTH, year, month, edge=edge)
    if year is None:
        raise anchor.fail()
    return Point(Precision.YEAR, year, 1, edge=edge)


_THIRD_NAMES = {1: "early ", 11: "mid-", 21: "late "}
_CLOSED_THIRDS = _THIRD_NAMES | {21: "end of "}
_DEADLINES = {
    Precision.YEAR: "end of ", Precision.HALF: "end of the ", Precision.QUARTER: "end of ", Precision.MONTH: "end of ",
}  # fmt: skip


def _name(unit: Precision, day: date, *, year: bool, month: bool = True, thirds: dict[int, str] = _THIRD_NAMES) -> str:
    """The period of this size that holds the day."""
    name = _MONTHS[day.month - 1]
    names = {
        Precision.YEAR: str(day.year),
        Precision.HALF: ("first half" if day.month <= 6 else "second half") + (" of" if year else ""),
        Precision.QUARTER: f"Q{(day.month - 1) // 3 + 1}",
        Precision.MONTH: name,
        Precision.THIRD: thirds[min((day.day - 1) // 10, 2) * 10 + 1] + name,
        Precision.DAY: f"{day.day} {name[:3]}" if month else f"{day.day}",
    }
    return names[unit] + (f" {day.year}" if year and unit is not Precision.YEAR else "")


def printed(value: ImpreciseDate, *, with_year: bool) -> str:
    """The interval in English: by end of October 2026, April–June 2026, September 2026 (aim)."""
    if value.earliest is None and value.latest is None:
        return NO_TIME
    aim = " (aim)" if value.kind is DateKind.STRIVE else ""
    unit = print_unit(value)
    if value.latest is None:
        assert value.earliest is not None, "one end is known"
        return f"from {_name(unit, value.earliest, year=with_year)}{aim}"
    if value.earliest is None:
        name = _name(unit, value.latest, year=with_year)
        if unit is Precision.YEAR and not with_year:
            name = "the year"
        return f"by {_DEADLINES.get(unit, '')}{name}{aim}"
    tail = " (deadline)" if value.kind is DateKind.BY else aim
    if unit is not Precision.SPAN:
        return _name(unit, value.earliest, year=with_year, thirds=_CLOSED_THIRDS) + tail
    return _span(value.earliest, value.latest, with_year=with_year) + tail


def _span(first: date, last: date, *, with_year: bool) -> str:
    """Two ends; the first leaves out what the second says."""
    unit, same_year = span_unit(first, last), first.year == last.year
    days_of_one_month = unit is Precision.DAY and same_year and first.month == last.month
    start = _name(unit, first, year=not same_year, month=not days_of_one_month)
    end = _name(unit, last, year=with_year or not same_year)
    return f"{start} – {end}" if " " in start else f"{start}–{end}"
