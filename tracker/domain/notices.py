"""Reading a year's holiday notice, as printed or as a table, into the days that are not what their weekday says."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

MAX_LENGTH = 60_000
MAX_PROBLEMS = 30
NAME_LENGTH = 60
HOLIDAYS = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Tomb-Sweeping Day",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
    "抗战胜利70周年纪念日": "70th anniversary of victory",
}
EVERY_YEAR = ("元旦", "春节", "清明", "劳动", "端午", "中秋", "国庆")
"""How the holidays a national notice has to name begin, by the Measures of 2024."""

_ONE = timedelta(1)
_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})日?")
_DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\((?:周|星期)([一二三四五六日天])\))?"
_SPAN = re.compile(rf"{_DAY}(?:(?:至|到|-|—|–|~)+{_DAY})?")
_NUMBERING = re.compile(r"^[(（]?[一二三四五六七八九十\d]+[)）]?[、.．]\s*")
_TOTAL = re.compile(r"共(\d+)天")
_OFF, _WORKED = re.compile("放假|休息|补休"), re.compile("上班|补班")
_HEADERS = {"date": "date", "日期": "date", "working": "working", "是否上班": "working", "name": "name", "名称": "name"}
_WORKING = {"1": True, "yes": True, "true": True, "是": True, "上班": True}
_WORKING |= {"0": False, "no": False, "false": False, "否": False, "放假": False}


@dataclass(frozen=True, slots=True)
class DayMark:
    """One day as a calendar holds it: worked or not, and the holiday that makes it so ('' for an ordinary day)."""

    day: date
    working: bool
    name: str = ""

    @property
    def name_en(self) -> str:
        """The English name; '' where it has none we know."""
        parts = [HOLIDAYS.get(part, "") for part in self.name.split("、")]
        return ", ".join(parts) if all(parts) else ""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with a line (1 for the first, 0 for the whole); `inputs` fill the sentence."""

    line: int
    code: str
    inputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """What was read: the marked days in order, what is wrong, and the lines that say nothing about a day."""

    marks: tuple[DayMark, ...]
    problems: tuple[LineProblem, ...]
    unused: tuple[str, ...] = ()


class _Wrong(Exception):
    """A line that cannot be used."""

    def __init__(self, code: str, **inputs: Any) -> None:
        super().__init__(code)
        self.code, self.inputs = code, inputs


def ordinary(day: date) -> DayMark:
    """A day by its weekday alone."""
    return DayMark(day, day.weekday() < 5)


def whole_year(year: int, marks: Iterable[DayMark]) -> list[DayMark]:
    """Every day of a year: the marked ones as marked, the others by their weekday."""
    marked = {mark.day: mark for mark in marks}
    first = date(year, 1, 1)
    days = [first + _ONE * at for at in range((date(year, 12, 31) - first).days + 1)]
    return [marked.get(day) or ordinary(day) for day in days]


def as_table(marks: Iterable[DayMark]) -> str:
    """The days as the table that `read_notice` reads."""
    return "date,working,name\n" + "".join(f"{mark.day},{int(mark.working)},{mark.name}\n" for mark in marks)


def read_notice(text: str, year: int, *, complete: bool = True) -> Notice:
    """Read a year's notice, line by line: 春节：2月5日至11日放假，共7天。2月14日（周日）上班。

    A text whose first line names the columns date, working, name is read as a table. Dates without a year are of
    `year`; only days from the December before to the end of it are taken. `complete` asks for every statutory holiday.
    Nothing is guessed: a line that cannot be used is a problem with its number.
    """
    if len(text) > MAX_LENGTH:
        return Notice((), (LineProblem(0, "notice_too_long", {"limit": MAX_LENGTH}),))
    lines = text.removeprefix("\ufeff").splitlines()
    first = next((line for line in lines if line.strip()), "")
    table = _columns(first) is not None
    found, problems, unused = _Found(year), list[LineProblem](), list[str]()
    for number, marks in _table_lines(lines) if table else _prose_lines(lines, year, unused):
        try:
            if isinstance(marks, _Wrong):
                raise marks
            for mark in marks:
                found.add(mark)
        except _Wrong as wrong:
            problems.append(LineProblem(number, wrong.code, wrong.inputs))
    if not problems:
        problems += found.missing(complete=complete)
    marks_in_order = tuple(found.marks[day] for day in sorted(found.marks))
    return Notice(marks_in_order, tuple(problems[:MAX_PROBLEMS]), tuple(unused))


class _Found:
    """The days read so far, each once."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.marks: dict[date, DayMark] = {}

    def add(self, mark: DayMark) -> None:
        if not date(self.year - 1, 12, 1) <= mark.day <= date(self.year, 12, 31):
            raise _Wrong("notice_other_year", day=mark.day, year=self.year)
        if mark.working and mark.name and mark.day.weekday() < 5:
            raise _Wrong("notice_worked_weekday", day=mark.day)
        if len(mark.name) > NAME_LENGTH:
            raise _Wrong("name_too_long", limit=NAME_LENGTH)
        before = self.marks.get(mark.day)
        if before is not None and before.working != mark.working:
            raise _Wrong("notice_twice", day=mark.day)
        if before is not None and mark.name not in before.name.split("、"):
            mark = DayMark(mark.day, mark.working, f"{before.name}、{mark.name}")
        self.marks[mark.day] = mark

    def missing(self, *, complete: bool) -> Iterator[LineProblem]:
        off = "、".join(mark.name for mark in self.marks.values() if not mark.working)
        if not off:
            yield LineProblem(0, "notice_empty")
        elif complete and (absent := [name for name in EVERY_YEAR if name not in off]):
            yield LineProblem(0, "notice_incomplete", {"names": "、".join(absent)})


def _prose_lines(lines: list[str], year: int, unused: list[str]) -> Iterator[tuple[int, list[DayMark] | _Wrong]]:
    for number, line in enumerate(lines, start=1):
        plain = "".join(unicodedata.normalize("NFKC", line).split())
        if not plain:
            continue
        try:
            marks = list(_sentence_marks(_NUMBERING.sub("", plain), year))
        except _Wrong as wrong:
            yield number, wrong
            continue
        if not marks:
            unused.append(line.strip()[:200])
        yield number, marks


def _sentence_marks(line: str, year: int) -> Iterator[DayMark]:
    """The days one line speaks of; nothing for a line without days (a title, a signature)."""
    name, colon, rest = line.partition(":")
    says = bool(_OFF.search(line) or _WORKED.search(line))
    rest = _ISO.sub(r"\1年\2月\3日", rest if colon else line)
    if not _SPAN.search(rest) or not (colon or says):
        return
    if not colon or not name:
        raise _Wrong("notice_no_name")
    if not says:
        raise _Wrong("notice_off_or_worked")
    for sentence in re.split("[。;]", rest):
        both = _OFF.search(sentence) and _WORKED.search(sentence)
        for clause in sentence.split(",") if both else [sentence]:
            yield from _clause_marks(clause, name, year)


def _clause_marks(clause: str, name: str, year: int) -> Iterator[DayMark]:
    spans = list(_SPAN.finditer(clause))
    working = bool(_WORKED.search(clause))
    if spans and not working and not _OFF.search(clause):
        raise _Wrong("notice_off_or_worked")
    days = [day for span in spans for day in _span_days(span, year)]
    total = _TOTAL.search(clause)
    if total and spans and int(total[1]) != len(days):
        raise _Wrong("notice_total", said=int(total[1]), counted=len(days))
    for day in days:
        yield DayMark(day, working, name)


def _span_days(span: re.Match[str], year: int) -> list[date]:
    first_parts, last_parts = span.groups()[:4], span.groups()[4:]
    first = _day(first_parts, year, None)
    if last_parts[2] is None:
        return [first]
    last = _day(last_parts, year if not first_parts[0] else first.year, first.month)
    if first > last and not first_parts[0] and first.month == 12:
        first = _day((str(year - 1), *first_parts[1:]), year, None, check=False)
    if not timedelta(0) <= last - first <= timedelta(31):
        raise _Wrong("notice_reversed", first=first, last=last)
    return [first + _ONE * at for at in range((last - first).days + 1)]


def _day(parts: tuple[str | None, ...], year: int, month: int | None, *, check: bool = True) -> date:
    own_year, own_month, number, weekday = parts
    if own_month is None and month is None:
        raise _Wrong("notice_no_month", day=number)
    try:
        day = date(int(own_year or year), int(own_month or month or 0), int(number or 0))
    except ValueError:
        raise _Wrong("notice_no_such_day", day=f"{own_month or month}-{number}") from None
    if check and weekday and day.weekday() != _WEEKDAYS[weekday]:
        raise _Wrong("notice_weekday", day=day, said=weekday)
    return day


def _columns(line: str) -> list[str] | None:
    """The columns a header line names; None where it is no header."""
    names = [_HEADERS.get(cell.strip().lower(), "") for cell in line.removeprefix("\ufeff").split(",")]
    return names if {"date", "working"} <= set(names) else None


def _table_lines(lines: list[str]) -> Iterator[tuple[int, list[DayMark] | _Wrong]]:
    rows = csv.reader(lines)
    columns: list[str] | None = None
    while True:
        try:
            row = next(rows, None)
        except csv.Error:
            yield rows.line_num, _Wrong("notice_row")
            continue
        if row is None:
            return
        if not any(cell.strip() for cell in row):
            continue
        if columns is None:
            columns = _columns(",".join(row))
            continue
        try:
            yield rows.line_num, [_row_mark(dict(zip(columns, row, strict=False)))]
        except _Wrong as wrong:
            yield rows.line_num, wrong


def _row_mark(cells: Mapping[str, str]) -> DayMark:
    iso = _ISO.fullmatch(cells.get("date", "").strip())
    if iso is None:
        raise _Wrong("notice_date_form", value=cells.get("date", "")[:20])
    working = _WORKING.get(cells.get("working", "").strip().lower())
    if working is None:
        raise _Wrong("notice_working_form", value=cells.get("working", "")[:20])
    return DayMark(_day((*iso.groups(), None), 0, None), working, cells.get("name", "").strip())


@dataclass(frozen=True, slots=True)
class Difference:
    """A day whose mark changes; `old` is None for a day not held yet, `new` for one that is taken out."""

    day: date
    old: DayMark | None
    new: DayMark | None

    @property
    def moves_work(self) -> bool:
        """Whether the day turns from worked to not, or back: counts across it change."""
        before = self.old or (ordinary(self.day) if self.new else None)
        after = self.new or ordinary(self.day)
        return before is not None and before.working != after.working


def target(year: int, marks: Iterable[DayMark], *, national: bool) -> dict[date, DayMark]:
    """What a notice makes of the calendar: every day of a national year, only the listed days of a region's."""
    listed = {mark.day: mark for mark in marks}
    if not national:
        return listed
    return {mark.day: mark for mark in whole_year(year, listed.values())} | listed


def differences(held: Mapping[date, DayMark], wanted: Mapping[date, DayMark]) -> list[Difference]:
    """What has to change, in the order of the days; days of a new year that are ordinary are left out."""
    found = []
    for day in sorted(held.keys() | wanted.keys()):
        old, new = held.get(day), wanted.get(day)
        if old == new or (old is None and new == ordinary(day)):
            continue
        found.append(Difference(day, old, new))
    return found
