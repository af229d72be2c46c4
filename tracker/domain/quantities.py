"""Figures as people state them: read, printed, added, compared in percent.

Rounding happens here only (half up, domain.md section 6); `quantity_values` and `quantity_reading` are exact.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from tracker.domain.quantity_reading import parse
from tracker.domain.quantity_values import (
    SHAPES,
    MixedBasis,
    Qualifier,
    Quantity,
    UnreadableQuantity,
    decimal,
)
from tracker.domain.units import (
    ANY_COUNTER,
    Dimension,
    Measure,
    MeasureError,
    WrongDimension,
    convert,
    same_kind,
)
from tracker.domain.units import measure as named

__all__ = [
    "MixedBasis",
    "Qualifier",
    "Quantity",
    "UnreadableQuantity",
    "WrongDimension",
    "decimal",
    "parse",
    "percent",
    "printed",
    "printed_percent",
    "total",
]

_WORDS_ZH = {Qualifier.ABOUT: "约", Qualifier.NEARLY: "近", Qualifier.AT_LEAST: "不少于", Qualifier.AT_MOST: "不超过"}
_UNITS_ZH = {"村": "个村"}
_WORDS_EN = {
    Qualifier.ABOUT: "about ",
    Qualifier.OVER: "over ",
    Qualifier.NEARLY: "nearly ",
    Qualifier.AT_LEAST: "at least ",
    Qualifier.AT_MOST: "no more than ",
}
_SCALES_EN = ((Decimal(10**9), " billion"), (Decimal(10**6), " million"))
_TEN_THOUSAND, _HUNDRED_MILLION = Decimal(10**4), Decimal(10**8)


def printed(quantity: Quantity, language: str, *, measure: str | None = None) -> str:
    """The figure as officials print it, in `measure` or the one it was stated in; `language` is "en" or a Chinese tag.

    Half up to the decimals of the measure; a value converted to another measure keeps two at most unless it ends.
    Never 100% unless it is, never 0 unless it is. English spells 万 and 亿 out: about 2.03 million m², RMB 3 billion.
    Raises `WrongDimension`.
    """
    chinese = language.lower().startswith("zh")
    if quantity.qualifier is Qualifier.WITHHELD:
        return "未载明" if chinese else "not stated"
    shown = named(measure or quantity.measure)
    single = quantity.qualifier in (Qualifier.EXACT, Qualifier.ABOUT)
    stated = named(quantity.measure)
    numbers = [
        _as_stated(bound, shown)
        if shown is stated
        else _rounded(convert(bound, quantity.measure, shown.symbol), shown, shown.symbol != stated.symbol)
        for bound in (quantity.low, None if single else quantity.high)
        if bound is not None
    ]
    if chinese:
        return _chinese(numbers, quantity.qualifier, shown)
    return _WORDS_EN.get(quantity.qualifier, "") + _english(numbers, shown)


def _half_up(value: Fraction, places: int) -> Decimal:
    units = int(abs(value) * 10**places + Fraction(1, 2))
    return Decimal(units if value >= 0 else -units).scaleb(-places)


_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(13))


def _as_stated(value: Decimal, shown: Measure) -> Decimal:
    """What `_rounded` makes of a value in its own measure, without fractions where decimals say the same: a page of a
    ledger prints a thousand figures.
    """
    if shown.dimension not in (Dimension.RATIO, Dimension.PERCENT) and abs(value) < MOST_PLAIN:
        number = Decimal(value).quantize(_STEPS[shown.decimals], ROUND_HALF_UP)  # counts come as whole numbers
        if number:
            return number
    return _rounded(Fraction(value), shown, False)


MOST_PLAIN = 10**14
"""Below this a value with twelve decimals has no more digits than decimal arithmetic keeps."""


def _rounded(value: Fraction, shown: Measure, converted: bool) -> Decimal:
    if shown.dimension is Dimension.RATIO and 0 < value < 1:
        return decimal(value)  # printed as 1:x, where rounding comes last
    places = shown.decimals
    if converted and (value * 10**places).denominator != 1:
        places = min(places, 2)
    number = _half_up(value, places)
    if value and not number:  # 5000元 in 亿元 is small, not nothing
        while abs(Fraction(number) - value) * 20 > abs(value):
            places += 1
            number = _half_up(value, places)
    return _beside_hundred(number, value, places) if shown.dimension is Dimension.PERCENT else number


def _beside_hundred(number: Decimal, value: Fraction, places: int) -> Decimal:
    """The rounded percentage, moved one step off 100 where the value is not 100."""
    step = Decimal(1).scaleb(-places)
    return number if number != 100 or value == 100 else number - step if value < 100 else number + step


def _plain(number: Decimal, grouped: bool = False) -> str:
    text = f"{number:,f}" if grouped else f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _ratio(number: Decimal) -> str:
    if 0 < number < 1:
        return "1:" + _plain(_half_up(1 / Fraction(number), 2))
    return _plain(number) + ":1"


def _chinese(numbers: list[Decimal], qualifier: Qualifier, shown: Measure) -> str:
    if shown.dimension is Dimension.RATIO:
        body = "—".join(_ratio(number) for number in numbers)
    else:
        body = "—".join(_plain(number) for number in numbers) + _UNITS_ZH.get(shown.symbol, shown.symbol)
    if qualifier is not Qualifier.OVER:
        return _WORDS_ZH.get(qualifier, "") + body
    number = numbers[0]
    if shown.dimension in (Dimension.RATIO, Dimension.PERCENT, Dimension.POINTS) or number % 1 or number < 10:
        return "超过" + body
    if shown.symbol[0] not in "万亿":
        for times, sign in ((_HUNDRED_MILLION, "亿"), (_TEN_THOUSAND, "万")):
            if number >= times and number % times == 0:
                return f"{_plain(number / times)}{sign}余{shown.symbol}"
    return f"{_plain(number)}余{shown.symbol}"


def _english(numbers: list[Decimal], shown: Measure) -> str:
    if shown.dimension is Dimension.RATIO:
        return "–".join(_ratio(number) for number in numbers)
    spelt = {"万": _TEN_THOUSAND, "亿": _HUNDRED_MILLION}.get(shown.symbol[0], Decimal(1))
    numbers = [number * spelt for number in numbers]
    scale, word = next(
        ((scale, word) for scale, word in _SCALES_EN if all(abs(n) >= scale and not n * 1000 % scale for n in numbers)),
        (Decimal(1), ""),
    )
    text = "–".join(_plain(number / scale, grouped=True) for number in numbers) + word
    if shown.dimension is Dimension.MONEY:
        return f"RMB {text}"
    noun = shown.one_en if numbers == [1] else shown.many_en
    return text + noun if noun == "%" else f"{text} {noun}".rstrip()


# From the firmest to the weakest; a sum is as firm as its weakest part.
_FIRMNESS = (
    Qualifier.EXACT,
    Qualifier.ABOUT,
    Qualifier.RANGE,
    Qualifier.OVER,
    Qualifier.NEARLY,
    Qualifier.AT_LEAST,
    Qualifier.AT_MOST,
    Qualifier.WITHHELD,
)


def total(quantities: Iterable[Quantity], *, weights: Iterable[Fraction] | None = None) -> Quantity:
    """The sum, in the measure of the first, with the weakest qualifier among them; with `weights`, each times its own.

    Amounts are taken as not negative: beside figures that are known, one that is withheld or bounded only above may be
    nothing, so the sum is "at least" what the others come to. Nothing but withheld figures is withheld. Raises
    `MixedBasis`, `WrongDimension` (also for ratios and for counters of different things) and `MeasureError`
    (`nothing_to_sum`).
    """
    parts = list(quantities)
    if not parts:
        raise MeasureError("nothing_to_sum")
    goal, basis = named(parts[0].measure), parts[0].basis
    counters = list(
        dict.fromkeys(named(part.measure).symbol for part in parts if named(part.measure).symbol != ANY_COUNTER)
    )
    for part in parts:
        if part.basis != basis:
            raise MixedBasis("mixed_basis", given=part.basis, expected=basis)
        if not same_kind(named(part.measure), goal) or (goal.dimension is Dimension.RATIO and weights is None):
            raise WrongDimension(part.measure, goal.symbol)
    if goal.dimension is Dimension.COUNT and len(counters) > 1:
        raise WrongDimension(counters[1], counters[0])
    weakest = max((part.qualifier for part in parts), key=_FIRMNESS.index)
    upper = [part.high for part in parts]
    if weakest is not Qualifier.WITHHELD and None in upper and any(part.low is None for part in parts):
        weakest = Qualifier.WITHHELD  # bounded above here and below there: as good as unknown
    if weakest is Qualifier.WITHHELD and any(part.low is not None for part in parts):
        weakest = Qualifier.AT_LEAST
    has_low, has_high = SHAPES[weakest]
    low = high = Fraction(0)
    for part, times in zip(parts, [Fraction(1)] * len(parts) if weights is None else weights, strict=True):
        low += convert(part.low, part.measure, goal.symbol) * times if part.low is not None else 0
        high += convert(part.high, part.measure, goal.symbol) * times if part.high is not None else 0
    return Quantity(decimal(low) if has_low else None, decimal(high) if has_high else None, weakest, goal.symbol, basis)


def percent(part: Decimal | Fraction, whole: Decimal | Fraction) -> Decimal:
    """`part` of `whole` in percent, cut (never rounded up) after 12 decimals.

    Raises `MeasureError` (`no_whole`) for a whole of 0.
    """
    if not whole:
        raise MeasureError("no_whole")
    return decimal(Fraction(part) * 100 / Fraction(whole))


def printed_percent(part: Decimal | Fraction, whole: Decimal | Fraction, decimals: int = 1) -> str:
    """`part` of `whole` as printed: half up, "100%" only if equal, "0%" only if nothing, a trace is "<0.1%".

    Raises `MeasureError` (`no_whole`) for a whole of 0.
    """
    if not whole:
        raise MeasureError("no_whole")
    (part_of, parts), (whole_of, wholes) = part.as_integer_ratio(), whole.as_integer_ratio()
    above, below = part_of * wholes, parts * whole_of  # in whole numbers: fractions would be made smaller at every step
    if below < 0:
        above, below = -above, -below
    units = (200 * abs(above) * 10**decimals + below) // (2 * below)
    number = Decimal(units if above >= 0 else -units).scaleb(-decimals)
    if number == 100 and above != below:
        number += Decimal(1 if above > below else -1).scaleb(-decimals)
    if above and not number:
        step = _plain(Decimal(1).scaleb(-decimals))
        return f"<{step}%" if above > 0 else f">-{step}%"
    return f"{_plain(number)}%"
