"""Imprecise dates in Chinese: taken apart when read, printed as officials write them.

Every regular expression here is free of nested repetition, so that reading takes time linear in the text.
"""

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

NO_TIME = "时间未明确"
"""How an interval without ends is printed; the text itself says more where there is one."""

_NOW = frozenset({"现在", "目前", "当前", "即日", "即日起", "现在起"})
_VAGUE = _NOW | {
    NO_TIME, "近期", "近日", "日前", "前期", "近年", "近年来", "下一步", "下步", "尽快", "尽早", "适时", "早日", "今后",
}  # fmt: skip
_YEARS = {"今年": 0, "本年": 0, "明年": 1, "来年": 1, "后年": 2, "去年": -1, "上年": -1, "前年": -2}
_MONTHS = {"本": 0, "这": 0, "当": 0, "下": 1, "上": -1, "": 0}
_DAYS = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "明日": 1, "后天": 2}
_NEXT_YEAR = ("次年", "翌年")

_LEAD = {
    Mark.BY: "截至 截止至 截止到 截止 到 至 直到 不晚于 不迟于 最迟 最晚",
    Mark.FROM: "从 自",
    Mark.STRIVE: "争取 力争 力求 争取在 力争在 努力",
    Mark.WITHIN: "限",
    Mark.NOTHING: "在 于 计划 预计 拟 将 确保 要 约 大约 定于 原则上",
}
_TAIL = {
    Mark.BY: "以前 之前 前 为止 止",
    Mark.FROM: "起 开始 以来",
    Mark.NOTHING: (
        "前后 左右 期间 之间 基本 全面 全部 正式 陆续 完成 启动 开工 动工 完工 竣工 建成 开放 开展 实施 召开 交付 投用 "
        "投产 验收 落实 到位"
    ),
}


def _longest_first(words: dict[Mark, str]) -> tuple[tuple[str, Mark], ...]:
    pairs = [(word, mark) for mark, line in words.items() for word in line.split()]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


_LEADING, _TRAILING = _longest_first(_LEAD), _longest_first(_TAIL)

_FIGURE_ROWS = ("〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "○")
_DIGITS = {figure: value for row in _FIGURE_ROWS for value, figure in enumerate(row)}
_NUMERAL = re.compile("[" + "".join(_DIGITS) + "十廿卅]+")
_TENS = {"十": 10, "廿": 20, "卅": 30}


def arabic(text: str) -> str:
    """The text with its Chinese numbers below a hundred, and its four-figure years, in digits.

    Two or three figures in a row (一二月, 二六年) could be a list or an abbreviation: they stay as they are.
    """
    return _NUMERAL.sub(lambda found: _number(found[0]), text)


def _number(numeral: str) -> str:
    figures = [_DIGITS[each] for each in numeral if each in _DIGITS]
    if len(figures) == len(numeral):
        return "".join(map(str, figures)) if len(figures) in (1, 4) else numeral
    tens = next(each for each in numeral if each in _TENS)
    before, after = numeral.split(tens, 1)
    if len(before) > 1 or len(after) > 1 or not set(before + after) <= _DIGITS.keys() or (before and tens != "十"):
        return numeral
    return str((_DIGITS[before] * 10 if before else _TENS[tens]) + (_DIGITS[after] if after else 0))


# Order matters: numbers first, then numeric dates, then the words that stand for two points.
_SPELLINGS = (
    (re.compile(r"[(](?:星期|周)[1-6日天][)]"), ""),
    (re.compile(r"(?<![0-9])\s+|\s+(?![0-9])"), ""),
    (re.compile(r"[‐‑‒–—―─－−~〜～]+|-{2,}"), "-"),
    (re.compile(r"(?<![0-9])([0-9]{4})([01][0-9])([0-3][0-9])(?![0-9])"), r"\1年\2月\3日"),
    (re.compile(r"(?<![0-9])([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9年月日季])"), r"\1年\3月\4日"),
    (re.compile(r"(?<![0-9])([0-9]{4})[-/.]([0-9]{1,2})(?![0-9年月日季./])"), r"\1年\2月"),
    (re.compile(r"(?<![0-9年月日./])([0-9]{1,2})[./]([0-9]{1,2})(?![0-9年月日季./])"), r"\1月\2日"),
    (re.compile(r"前([2-4])个?季度"), r"1季度-\1季度"),
    (re.compile(r"上中旬"), "上旬-中旬"),
    (re.compile(r"中下旬"), "中旬-下旬"),
    (re.compile(r"年年"), "年"),
)
_STOPS = "。、,.;"
_MASKS = str.maketrans(dict.fromkeys("xXｘ×✕✖*某", "X") | {"q": "Q"})


def _spelled(text: str) -> str:
    """One spelling for everything that can be written in several ways."""
    text = arabic(text.translate(_MASKS)).strip(_STOPS)
    for pattern, plain in _SPELLINGS:
        text = pattern.sub(plain, text)
    return text


def _peeled(text: str) -> tuple[str, frozenset[Mark]]:
    """The time itself, and the marks that stood before and behind it."""
    marks: set[Mark] = set()
    while text not in _VAGUE:
        led = next(((text.removeprefix(word), mark) for word, mark in _LEADING if text.startswith(word)), None)
        step = led or next(((text.removesuffix(word), mark) for word, mark in _TRAILING if text.endswith(word)), None)
        if step is None:
            break
        text, mark = step
        marks.add(mark)
    return text, frozenset(marks)


_POINT = re.compile(
    r"""
    (?: (?P<year>[0-9X]{4}) (?: 年 | (?<=X)(?=[0-9]) | (?=Q) ) 度?内?
      | (?P<blank>X{1,3})年 | (?P<word>今年|本年|明年|来年|后年|去年|上年|前年)度?内?
      | (?P<bare>年(?=[初底末内])内?|全年) )?
    (?: (?P<half>[上下])半年
      | 第?(?P<quarter>[1-4X])季度 | Q(?P<q>[1-4])
      | (?P<month>[0-9]{1,2}|X{1,2})月份?
      | (?: (?P<near>[本这当上下])个?月份?内? | 月(?=[初中底末内上下])内? ) (?P<this>) )?
    (?: (?P<edge>[初底末])
      | (?P<third>[上中下]旬|中)
      | (?P<day>[0-9]{1,2}|X{1,2})[日号](?:上午|中午|下午|晚上|晚|早上|凌晨)? )?
    """,
    re.VERBOSE,
)
_EDGES = {"初": Edge.START, "底": Edge.END, "末": Edge.END}
_THIRDS = {"上旬": 1, "中旬": 11, "中": 11, "下旬": 21}
_WITHHELD = re.compile(r"[X年月日号份初底末上中下旬度季第-]+")


def read(text: str, anchor: Anchor) -> Phrase:
    """Take a Chinese or purely numeric text apart. Raises ``UnreadableDate``."""
    body, marks = _peeled(_spelled(text))
    if body in _VAGUE:
        return Phrase((), marks)
    left, dash, right = body.replace("到", "-").replace("至", "-").partition("-")
    if "X" in body and _WITHHELD.fullmatch(body) and all(map(_matched, (left, right) if dash else (left,))):
        return Phrase((), marks)
    if not dash:
        return Phrase((anchor.settle(_point(left, anchor)),), marks)
    if left in _NOW:
        return Phrase((anchor.settle(_point(right, anchor)),), marks - {Mark.FROM} | {Mark.BY})
    return Phrase(_range(left.removesuffix("起"), right, anchor), marks)


def _matched(text: str) -> re.Match[str] | None:
    """The groups of one point; ``None`` where the text is none."""
    found = _POINT.fullmatch(f"{text}年" if re.fullmatch("[0-9X]{4}", text) else text)
    return found if found and text else None


def _range(left: str, right: str, anchor: Anchor) -> tuple[Point, Point]:
    """Both ends: a bare number on the left takes the unit of the right, the right takes year and month of the left."""
    shared = re.match(r"第?[0-9X]{1,4}(年|月|日|号|季度)", right)
    if shared and left[-1:].isdecimal():
        left += shared[1]
    start = anchor.settle(_point(left, anchor))
    end = _point(right.removeprefix(_NEXT_YEAR[0]).removeprefix(_NEXT_YEAR[1]), anchor)
    if right.startswith(_NEXT_YEAR) and end.year is None and start.year is not None and not end.lacks_month:
        end = replace(end, year=start.year + 1)
    if end.year is None:
        end = replace(end, year=start.year, month=start.month if end.lacks_month else end.month)
    return start, end


def _point(text: str, anchor: Anchor) -> Point:
    """One period, with the year and month it names."""
    if text in _DAYS:
        return anchor.near_day(_DAYS[text])
    found = _matched(text)
    if found is None:
        raise anchor.fail()
    year = _year(found, anchor)
    if found["this"] is not None:
        if year is not None:
            raise anchor.fail()
        return _in_month(found, *anchor.this_month(_MONTHS[found["near"] or ""]), anchor)
    if "X" in (found["month"] or found["quarter"] or ""):
        return Point(Precision.YEAR, year, 1)
    if found["half"] or found["quarter"] or found["q"]:
        return _part_of_year(found, year, anchor)
    if found["month"]:
        return _in_month(found, year, int(found["month"]), anchor)
    return _without_month(found, year, anchor)


def _without_month(found: re.Match[str], year: int | None, anchor: Anchor) -> Point:
    """A whole year, or a day or third whose month stands elsewhere."""
    names_year = any(found[group] for group in ("year", "blank", "word", "bare"))
    if names_year == bool(found["third"] or found["day"]):
        raise anchor.fail()
    return Point(Precision.YEAR, year, 1, edge=_edge(found)) if names_year else _in_month(found, None, None, anchor)


def _edge(found: re.Match[str]) -> Edge:
    return _EDGES.get(found["edge"] or "", Edge.NONE)


def _year(found: re.Match[str], anchor: Anchor) -> int | None:
    if found["word"]:
        return anchor.this_year() + _YEARS[found["word"]]
    digits = found["year"] or found["blank"]
    return anchor.printed_year(digits) if digits else None


def _part_of_year(found: re.Match[str], year: int | None, anchor: Anchor) -> Point:
    if found["third"] or found["day"]:
        raise anchor.fail()
    if found["half"]:
        return Point(Precision.HALF, year, 1 if found["half"] == "上" else 7, edge=_edge(found))
    return Point(Precision.QUARTER, year, int(found["quarter"] or found["q"]) * 3 - 2, edge=_edge(found))


def _in_month(found: re.Match[str], year: int | None, month: int | None, anchor: Anchor) -> Point:
    if month is not None and not 1 <= month <= 12:
        raise anchor.fail("no_such_day")
    if found["third"]:
        return Point(Precision.THIRD, year, month, _THIRDS[found["third"]])
    if found["day"] and "X" not in found["day"]:
        return Point(Precision.DAY, year, month, int(found["day"]))
    return Point(Precision.MONTH, year, month, edge=_edge(found))


_THIRD_NAMES = {1: "初", 11: "中旬", 21: "底"}
_THIRD_STARTS = {1: "上旬", 11: "中旬", 21: "下旬"}
_DEADLINES = {Precision.YEAR: "底", Precision.HALF: "末", Precision.QUARTER: "末", Precision.MONTH: "底"}


def _name(unit: Precision, day: date, *, year: bool, month: bool = True, thirds: dict[int, str] = _THIRD_STARTS) -> str:
    """The period of this size that holds the day, as officials write it."""
    prefix = f"{day.year}年" if year or unit is Precision.YEAR else ""
    in_month = f"{day.month}月" if month else ""
    names = {
        Precision.YEAR: "",
        Precision.HALF: "上半年" if day.month <= 6 else "下半年",
        Precision.QUARTER: f"第{'一二三四'[(day.month - 1) // 3]}季度",
        Precision.MONTH: in_month,
        Precision.THIRD: in_month + thirds[min((day.day - 1) // 10, 2) * 10 + 1],
        Precision.DAY: f"{in_month}{day.day}日",
    }
    return prefix + names[unit]


def printed(value: ImpreciseDate, *, with_year: bool) -> str:
    """The interval in official Chinese: 2026年10月底前, 2026年4月—6月, 争取2026年9月."""
    if value.earliest is None and value.latest is None:
        return NO_TIME
    aim = "争取" if value.kind is DateKind.STRIVE else ""
    unit = print_unit(value)
    if value.latest is None:
        assert value.earliest is not None, "one end is known"
        return f"{aim}{_name(unit, value.earliest, year=with_year)}起"
    if value.earliest is None:
        name = _name(unit, value.latest, year=with_year)
        if unit is Precision.YEAR and not with_year:
            name = "年"
        return f"{aim}{name}{_DEADLINES.get(unit, '')}前"
    lead = "限" if value.kind is DateKind.BY else aim
    if unit is not Precision.SPAN:
        return lead + _name(unit, value.earliest, year=with_year, thirds=_THIRD_NAMES)
    first, last, unit = value.earliest, value.latest, span_unit(value.earliest, value.latest)
    same_year = first.year == last.year
    same_month = same_year and first.month == last.month
    start = _name(unit, first, year=with_year or not same_year)
    return f"{lead}{start}—{_name(unit, last, year=not same_year, month=not (same_month and unit is Precision.DAY))}"
