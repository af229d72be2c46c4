"""Measures as officials write them, and exact conversion between them.

The Chinese symbol is the code of a measure everywhere (database, fixtures, forms). Factors are exact fractions of the
base measure of the dimension: 1 公顷 = 15 亩 = 10 000 平方米, 1 亩 = 2000/3 平方米, 1 平方公里 = 1500 亩,
1 万平方米 = 1 公顷 (domain.md section 6). Nothing here rounds.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType


class Dimension(StrEnum):
    """What is measured. Figures of different dimensions are never converted, compared or added."""

    AREA = "area"
    LENGTH = "length"
    PERSONS = "persons"
    HOUSEHOLDS = "households"
    HOMES = "homes"
    MONEY = "money"
    PERCENT = "percent"
    POINTS = "points"
    RATIO = "ratio"
    COUNT = "count"
    DURATION = "duration"


class MeasureError(ValueError):
    """A figure or its measure is refused; `code` and `inputs` say why, the page layer finds the words."""

    def __init__(self, code: str, **inputs: object) -> None:
        super().__init__(f"{code}: {inputs}")
        self.code = code
        self.inputs: Mapping[str, object] = inputs


class UnknownMeasure(MeasureError):
    """No measure and no alias has this symbol (code `unknown_measure`)."""

    def __init__(self, symbol: str) -> None:
        super().__init__("unknown_measure", symbol=symbol)


class WrongDimension(MeasureError):
    """Two measures that cannot stand for each other (code `wrong_dimension`, inputs `given` and `expected`)."""

    def __init__(self, given: str, expected: str) -> None:
        super().__init__("wrong_dimension", given=given, expected=expected)


@dataclass(frozen=True)
class Measure:
    """One measure.

    `factor`: how many of the base measure one of these is. `integer`: a fraction of one makes no sense (户, 人, 个).
    `decimals`: the most digits printed after the point. `one_en`, `many_en`: the words after an English number; empty
    where the number stands alone (10家 is "10"; what is counted is in the name of the figure).
    """

    symbol: str
    name_en: str
    dimension: Dimension
    factor: Fraction
    integer: bool
    decimals: int
    one_en: str = ""
    many_en: str = ""


# Symbol, English name, factor to base, integer, decimals, English word for one, for many.
# The first of a dimension is its base.
_Row = tuple[str, str, Fraction | int, bool, int, str, str]
_MU = Fraction(2000, 3)
_MONTH = Fraction(146097, 4800)  # mean Gregorian month in days; 12 are a year exactly
_ROWS: Mapping[Dimension, tuple[_Row, ...]] = {
    Dimension.AREA: (
        ("平方米", "square metres", 1, False, 2, "m²", "m²"),
        ("万平方米", "10,000 square metres", 10_000, False, 4, "m²", "m²"),
        ("平方公里", "square kilometres", 1_000_000, False, 4, "km²", "km²"),
        ("公顷", "hectares", 10_000, False, 4, "ha", "ha"),
        ("亩", "mu", _MU, False, 4, "mu", "mu"),
    ),
    Dimension.LENGTH: (
        ("米", "metres", 1, False, 2, "m", "m"),
        ("公里", "kilometres", 1000, False, 3, "km", "km"),
    ),
    Dimension.PERSONS: (
        ("人", "people", 1, True, 0, "person", "people"),
        ("万人", "10,000 people", 10_000, False, 4, "person", "people"),
    ),
    Dimension.HOUSEHOLDS: (
        ("户", "households", 1, True, 0, "household", "households"),
        ("万户", "10,000 households", 10_000, False, 4, "household", "households"),
    ),
    Dimension.HOMES: (
        ("套", "homes", 1, True, 0, "home", "homes"),
        ("万套", "10,000 homes", 10_000, False, 4, "home", "homes"),
    ),
    Dimension.MONEY: (
        ("元", "RMB", 1, False, 2, "", ""),
        ("万元", "RMB 10,000", 10_000, False, 4, "", ""),
        ("亿元", "RMB 100 million", 100_000_000, False, 4, "", ""),
    ),
    Dimension.PERCENT: (("%", "percent", 1, False, 2, "%", "%"),),
    Dimension.POINTS: (("个百分点", "percentage points", 1, False, 2, "percentage point", "percentage points"),),
    Dimension.RATIO: ((":1", "to one", 1, False, 4, "", ""),),
    Dimension.COUNT: (
        ("个", "items", 1, True, 0, "", ""),
        ("家", "organisations", 1, True, 0, "", ""),
        ("条", "items (tiao)", 1, True, 0, "", ""),
        ("村", "villages", 1, True, 0, "village", "villages"),
        ("处", "places", 1, True, 0, "place", "places"),
        ("口", "wells or outlets", 1, True, 0, "", ""),
        ("项", "items (xiang)", 1, True, 0, "", ""),
        ("次", "times", 1, True, 0, "time", "times"),
        ("期", "phases", 1, True, 0, "phase", "phases"),
        ("座", "structures", 1, True, 0, "", ""),
        ("栋", "buildings", 1, True, 0, "building", "buildings"),
        ("块", "plots", 1, True, 0, "plot", "plots"),
        ("批", "batches", 1, True, 0, "batch", "batches"),
        ("类", "classes", 1, True, 0, "class", "classes"),
        ("支", "teams", 1, True, 0, "team", "teams"),
        ("步", "steps", 1, True, 0, "step", "steps"),
        ("级", "levels", 1, True, 0, "level", "levels"),
    ),
    # Months and years count mean lengths, good for an order of magnitude; dates are reckoned with the calendar instead.
    Dimension.DURATION: (
        ("日", "days", 1, False, 1, "day", "days"),
        ("周", "weeks", 7, False, 1, "week", "weeks"),
        ("个月", "months", _MONTH, False, 1, "month", "months"),
        ("年", "years", 12 * _MONTH, False, 1, "year", "years"),
        ("小时", "hours", Fraction(1, 24), False, 1, "hour", "hours"),
        ("分钟", "minutes", Fraction(1, 1440), False, 1, "minute", "minutes"),
    ),
}

MEASURES: Mapping[str, Measure] = MappingProxyType(
    {
        symbol: Measure(symbol, name_en, dimension, Fraction(factor), integer, decimals, one, many)
        for dimension, rows in _ROWS.items()
        for symbol, name_en, factor, integer, decimals, one, many in rows
    }
)

BASE: Mapping[Dimension, str] = MappingProxyType({dimension: rows[0][0] for dimension, rows in _ROWS.items()})

# The generic counter: people say 10个 for 10家, so it stands for any counter; 村 and 家 do not stand for each other.
ANY_COUNTER = BASE[Dimension.COUNT]

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("㎡", "m²", "平米", "平方", "平"), "平方米"),
        **dict.fromkeys(("万㎡", "万m²", "万平米", "万平方", "万平"), "万平方米"),
        **dict.fromkeys(("㎢", "km²", "平方千米", "平方km"), "平方公里"),
        **dict.fromkeys(("ha", "hm²"), "公顷"),
        **dict.fromkeys(("mu", "市亩"), "亩"),
        **dict.fromkeys(("m",), "米"),
        **dict.fromkeys(("km", "千米"), "公里"),
        **dict.fromkeys(("名", "位", "个人", "people", "persons"), "人"),
        **dict.fromkeys(("户居民", "户家庭", "households"), "户"),
        **dict.fromkeys(("套房", "套住房", "套房屋", "套房源", "homes"), "套"),
        **dict.fromkeys(("元人民币", "rmb", "cny", "yuan"), "元"),
        **dict.fromkeys(("亿", "亿元人民币"), "亿元"),
        **dict.fromkeys(("万元人民币",), "万元"),
        **dict.fromkeys(("percent", "百分比"), "%"),
        **dict.fromkeys(("百分点", "个点", "pp"), "个百分点"),
        **dict.fromkeys(("比1",), ":1"),
        **dict.fromkeys(("个项目", "个点位", "个单位"), "个"),
        **dict.fromkeys(("家单位", "家企业", "家公司"), "家"),
        **dict.fromkeys(("条河", "条河流", "条意见", "条建议"), "条"),
        **dict.fromkeys(("个村", "个村庄"), "村"),
        **dict.fromkeys(("幢",), "栋"),
        **dict.fromkeys(("个地块", "块地"), "块"),
        **dict.fromkeys(("天", "days"), "日"),
        **dict.fromkeys(("个星期", "星期", "weeks"), "周"),
        **dict.fromkeys(("months",), "个月"),
        **dict.fromkeys(("years",), "年"),
        **dict.fromkeys(("个小时", "钟头", "hours"), "小时"),
        **dict.fromkeys(("minutes",), "分钟"),
    }
)


def _folded(symbol: str) -> str:
    """The symbol with full-width forms, superscripts, capitals and spaces folded, so that ％, ㎡ and KM² are found."""
    return "".join(unicodedata.normalize("NFKC", symbol).lower().split())


_BY_FOLDED: Mapping[str, Measure] = MappingProxyType(
    {_folded(alias): MEASURES[symbol] for alias, symbol in ALIASES.items()}
    | {_folded(symbol): entry for symbol, entry in MEASURES.items()}
)


def measure(symbol: str) -> Measure:
    """The measure of a symbol or alias. Raises `UnknownMeasure`."""
    found = MEASURES.get(symbol) or _BY_FOLDED.get(_folded(symbol))
    if found is None:
        raise UnknownMeasure(symbol)
    return found


def same_kind(one: Measure, other: Measure) -> bool:
    """Whether figures in the two measures may be converted, compared and added."""
    if one.dimension is not other.dimension:
        return False
    if one.dimension is Dimension.COUNT:
        return one.symbol == other.symbol or ANY_COUNTER in (one.symbol, other.symbol)
    return True


def convert(value: Decimal | Fraction, frm: str, to: str) -> Fraction:
    """`value` of the measure `frm` in the measure `to`, exactly. Raises `UnknownMeasure` or `WrongDimension`."""
    source, goal = measure(frm), measure(to)
    if not same_kind(source, goal):
        raise WrongDimension(source.symbol, goal.symbol)
    return Fraction(value) * source.factor / goal.factor
