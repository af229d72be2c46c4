"""Reading a figure as it is printed: 约203万平方米, 800余条, 1—2个, 9:1, X亿元, 六条, 50,000平方米."""

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction

from tracker.domain.quantity_values import SHAPES, Qualifier, Quantity, UnreadableQuantity, decimal
from tracker.domain.units import MEASURES, Measure, UnknownMeasure, WrongDimension, convert, same_kind
from tracker.domain.units import measure as named

_BEFORE: dict[str, Qualifier | None] = {
    **dict.fromkeys(
        ("约", "大约", "约为", "约合", "大概", "近似", "about", "around", "approx.", "~", "≈"), Qualifier.ABOUT
    ),
    **dict.fromkeys(("超过", "超", "逾", "多于", "大于", "高于", "over", "morethan", ">"), Qualifier.OVER),
    **dict.fromkeys(
        ("近", "将近", "接近", "不到", "不足", "少于", "小于", "低于", "nearly", "lessthan", "<"), Qualifier.NEARLY
    ),
    **dict.fromkeys(("不少于", "不低于", "不小于", "至少", "最少", "atleast", "≥", ">="), Qualifier.AT_LEAST),
    **dict.fromkeys(("不超过", "不超", "不突破", "不高于", "不多于", "不大于", "至多", "最多"), Qualifier.AT_MOST),
    **dict.fromkeys(("atmost", "upto", "nomorethan", "≤", "<="), Qualifier.AT_MOST),
    # Words that only introduce a number.
    **dict.fromkeys(("共", "共计", "合计", "总计", "累计", "达", "达到", "计", "为", "控制在"), None),
}
_AFTER: dict[str, Qualifier] = {
    **dict.fromkeys(("左右", "上下"), Qualifier.ABOUT),
    **dict.fromkeys(("以上", "及以上"), Qualifier.AT_LEAST),
    **dict.fromkeys(("以内", "之内", "以下", "及以下"), Qualifier.AT_MOST),
    **dict.fromkeys(("余", "有余", "多"), Qualifier.OVER),
}
_BEFORE_WORDS = sorted(_BEFORE, key=len, reverse=True)
_AFTER_WORDS = sorted(_AFTER, key=len, reverse=True)
_ODD = {"余": Qualifier.OVER, "多": Qualifier.OVER, "来": Qualifier.ABOUT, "": None}

_NUMERALS = "零一二三四五六七八九"
_MYRIADS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ONE = "[一二三四五六七八九]"
_SECTION = re.compile(
    rf"(?:(?P<千>{_ONE})千)?零?(?:(?P<百>{_ONE})百)?零?(?:(?P<十>{_ONE}?)(?P<ten>十))?零?(?P<one>{_ONE}?)|零"
)
_MASKED = r"\d*[x×*某]+"  # a figure struck out by whoever published the text
_NUMBER = re.compile(
    rf"(?P<sign>[-−负]?)(?P<number>{_MASKED}|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百千万亿]+)"
    r"(?P<odd>[余多来]?)(?P<times>[百千万亿]*)(?P<odd_after>[余多]?)(?P<unit>(?:[^\d余].*)?)"
)
_RATIO = re.compile(rf"({_MASKED}|\d+(?:\.\d+)?):({_MASKED}|\d+(?:\.\d+)?)")
_BETWEEN = re.compile(r"(?<=[^—–~至到-])(?:——?|[–~〜至到-])(?=[-−]?[\dx×*某零〇一二两三四五六七八九十百])")
_LONGEST = 60  # characters; nobody prints a longer figure
_LARGEST = 10**15  # base units; more is a slip of the keyboard, and would not fit beside 12 decimals


@dataclass(frozen=True, slots=True)
class _Part:
    """One number with what stands around it.

    `value` None is withheld; `apart`: a 余 parts 万 and the unit, as in 3万余户.
    """

    value: Fraction | None
    times: str = ""
    unit: str = ""
    odd: Qualifier | None = None
    apart: bool = False


def parse(text: str, *, measure: str | None = None) -> Quantity:
    """The figure that `text` states, in the measure printed.

    With `measure`, a bare number is in it, and another printed measure of its dimension is converted (a value that does
    not end is cut after 12 decimals). Raises `UnreadableQuantity`, `UnknownMeasure` (of `measure`) or `WrongDimension`.
    """
    goal = None if measure is None else named(measure)
    core, qualifier = _qualified("".join(unicodedata.normalize("NFKC", text).lower().split()).rstrip("。.;,"), text)
    pieces = _BETWEEN.split(core)
    parts = [_part(piece, text) for piece in pieces[:2]]
    qualifier = _only(qualifier, *(part.odd for part in parts), text=text)
    if len(pieces) > 2 or (len(pieces) == 2 and qualifier not in (Qualifier.EXACT, Qualifier.ABOUT)):
        raise UnreadableQuantity("contradictory_quantity", text=text)
    if len(parts) == 2 and not parts[0].unit:  # 10—20万平方米 says unit and 万 once, 1万—2万户 says 万 twice
        parts[0] = replace(parts[0], unit=parts[1].unit, times=parts[0].times or parts[1].times)
    high, found = _settled(parts[-1], goal, text)
    low = high if len(parts) == 1 else _settled(parts[0], found, text)[0]
    if low is None or high is None:
        return Quantity(None, None, Qualifier.WITHHELD, found.symbol)
    if low > high:
        raise UnreadableQuantity("range_reversed", text=text)
    qualifier = qualifier if len(parts) == 1 else Qualifier.RANGE
    has_low, has_high = SHAPES[qualifier]
    return Quantity(decimal(low) if has_low else None, decimal(high) if has_high else None, qualifier, found.symbol)


def _qualified(core: str, text: str) -> tuple[str, Qualifier]:
    """The text without the words before and after the number, and what they say together."""
    said: list[Qualifier | None] = []
    while word := next((word for word in _BEFORE_WORDS if core.startswith(word)), ""):
        said.append(_BEFORE[word])
        core = core[len(word) :]
    while word := next((word for word in _AFTER_WORDS if core.endswith(word)), ""):
        said.append(_AFTER[word])
        core = core[: -len(word)]
    if not core or len(core) > _LONGEST:
        raise UnreadableQuantity("unreadable_quantity" if said or core else "empty_quantity", text=text)
    return core, _only(*said, text=text)


def _only(*said: Qualifier | None, text: str) -> Qualifier:
    """The one qualifier meant.

    "About" gives way to a bound (约800余条 is over 800); two different bounds contradict each other.
    """
    bounds = [one for one in dict.fromkeys(said) if one not in (None, Qualifier.EXACT, Qualifier.ABOUT)]
    if len(bounds) > 1:
        raise UnreadableQuantity("contradictory_quantity", text=text)
    return bounds[0] if bounds and bounds[0] else Qualifier.ABOUT if Qualifier.ABOUT in said else Qualifier.EXACT


def _part(piece: str, text: str) -> _Part:
    """One number with its multiplier and unit; 9:1 and 百分之三十 included."""
    if ratio := _RATIO.fullmatch(piece):
        over, under = (_value(side, text) for side in ratio.groups())
        if under == 0:
            raise UnreadableQuantity("unreadable_quantity", text=text)
        return _Part(None if over is None or under is None else over / under, unit=":1")
    if piece.startswith("百分之"):
        piece = piece.removeprefix("百分之") + "%"
    found = _NUMBER.fullmatch(piece)
    if found is None:
        raise UnreadableQuantity("unreadable_quantity", text=text)
    number, times = found["number"], found["times"]
    stem = number.rstrip("万亿")
    if not set(stem) & set("万亿"):  # of 三万户 the 万 belongs to the unit as in 3万户
        number, times = stem, number[len(stem) :] + times
    value = _value(number, text)
    odd = _ODD[found["odd"] or found["odd_after"]]
    signed = -value if value is not None and found["sign"] else value
    return _Part(signed, times, found["unit"], odd, apart=bool(times and found["odd_after"]))


def _value(number: str, text: str) -> Fraction | None:
    """A number in digits or Chinese numerals; None where it is masked."""
    if any(sign in number for sign in "x×*某"):
        return None
    if number[:1].isdecimal():
        return Fraction(number.replace(",", ""))
    rest, value = number.replace("〇", "零").replace("两", "二"), 0
    for myriad in "亿万":
        if myriad in rest:
            section, _, rest = rest.partition(myriad)
            value += _section(section, text) * _MYRIADS[myriad]
    return Fraction(value + (_section(rest, text) if rest or not value else 0))


def _section(section: str, text: str) -> int:
    """A Chinese numeral below 10 000."""
    found = _SECTION.fullmatch(section)
    if not section or found is None:
        raise UnreadableQuantity("unreadable_quantity", text=text)
    tens = (_NUMERALS.index(found["十"] or "一") * 10) if found["ten"] else 0
    thousands, hundreds = (_NUMERALS.index(found[name] or "零") for name in "千百")
    return thousands * 1000 + hundreds * 100 + tens + _NUMERALS.index(found["one"] or "零")


def _settled(part: _Part, goal: Measure | None, text: str) -> tuple[Fraction | None, Measure]:
    """The number of a part and its measure: the one printed, or `goal` where one is asked for."""
    unit, times = part.unit, part.times
    if not unit and goal is not None:  # a bare 100.6万 in a column of 万平方米 is 100.6万平方米
        unit = goal.symbol.lstrip("万亿") if times else goal.symbol
    elif not unit and times.endswith("亿"):
        unit = "元"  # a bare 3亿 is money
    if not unit:
        raise UnreadableQuantity("measure_missing", text=text)
    try:
        found = named(unit)
    except UnknownMeasure as unknown:
        raise UnreadableQuantity("unknown_measure", text=text, symbol=unit) from unknown
    if times and not part.apart and times[-1] + found.symbol in MEASURES:
        found, times = MEASURES[times[-1] + found.symbol], times[:-1]
    value = part.value
    for sign in times:
        value = None if value is None else value * _MYRIADS[sign]
    if value is not None and abs(value) * found.factor > _LARGEST:
        raise UnreadableQuantity("unreadable_quantity", text=text)
    if goal is None:
        return value, found
    if not same_kind(found, goal):
        raise WrongDimension(found.symbol, goal.symbol)
    return None if value is None else convert(value, found.symbol, goal.symbol), goal
