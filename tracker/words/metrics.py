"""How is a metric SAID? Verdicts, their sentences, and figures without their unit."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import words
from tracker.domain.progress import Direction, Form, Standing, Verdict
from tracker.domain.quantities import Qualifier, Quantity, printed, printed_percent
from tracker.domain.units import Dimension, measure
from tracker.models import Metric

VERDICTS: Mapping[str, Promise] = {
    Verdict.AHEAD: gettext_lazy("Ahead of plan"),
    Verdict.ON_PLAN: gettext_lazy("On plan"),
    Verdict.BEHIND: gettext_lazy("Behind plan"),
    Verdict.FAR_BEHIND: gettext_lazy("Far behind plan"),
    Verdict.REACHED: gettext_lazy("Target reached"),
    Verdict.WITHIN_CAP: gettext_lazy("Within the cap"),
    Verdict.OVER_CAP: gettext_lazy("Above the cap"),
    Verdict.NO_TARGET: gettext_lazy("No target"),
    Verdict.NO_PLAN: gettext_lazy("No planned curve"),
    Verdict.NOT_REPORTED: gettext_lazy("Not yet reported"),
    Verdict.INCOMPLETE: gettext_lazy("Parts missing"),
    "withheld": gettext_lazy("Figure not stated"),
    "below_floor": gettext_lazy("Below the floor"),
}

REASON_SENTENCES: Mapping[str, Promise] = {
    "no_target": gettext_lazy("%(said)s; no target is set."),
    "target_withheld": gettext_lazy("The document withholds this figure; it can be filled in once it is known."),
    "nothing": gettext_lazy("Neither a target nor a value is known."),
    "not_reported": gettext_lazy("Nothing has been reported yet; the target is %(target)s."),
    "incomplete": gettext_lazy("%(said)s; %(counted)s of %(total)s parts are reported, too few for a verdict."),
    "incomplete_nothing": gettext_lazy(
        "%(counted)s of %(total)s parts are reported; the figure is worked out once all of them are."
    ),
    "reached": gettext_lazy("%(said)s: the target of %(target)s is reached."),
    "within_cap": gettext_lazy("%(said)s, within the cap of %(target)s, with %(room)s to spare."),
    "over_cap": gettext_lazy("%(said)s, above the cap of %(target)s by %(excess)s."),
    "below_floor": gettext_lazy("%(said)s, below the floor of %(target)s by %(points)s."),
    "no_plan": gettext_lazy("%(said)s; the target is %(target)s, and no course towards it is planned."),
    "before_plan": gettext_lazy("%(said)s; the plan only begins on %(begins)s."),
    "missed": gettext_lazy("%(said)s; %(target)s was due by %(due)s, %(days)s ago."),
    "ahead": gettext_lazy("%(said)s, %(planned)s planned by now: %(points)s ahead."),
    "on_plan": gettext_lazy("%(said)s, %(planned)s planned by now: off by %(points)s, within the tolerance."),
    "behind": gettext_lazy("%(said)s, %(planned)s planned by now: %(points)s behind."),
    "behind_since_report": gettext_lazy(
        "%(said)s and nothing since, %(planned)s planned by now: %(points)s behind, but on plan when last reported."
    ),
}

DIRECTIONS: Mapping[str, Promise] = {
    "reduce": gettext_lazy("to be reduced"),
    "increase": gettext_lazy("to be increased"),
    "reach": gettext_lazy("to be reached"),
    "cap": gettext_lazy("not to be exceeded"),
    "floor": gettext_lazy("not to fall below"),
}


def verdict_code(standing: Standing, *, withheld: bool) -> str:
    """The key of a verdict's word; a target that the document withholds is not the same as none."""
    if standing.verdict is Verdict.NO_TARGET and withheld:
        return "withheld"
    return "below_floor" if standing.reason == "below_floor" else standing.verdict.value


def verdict(standing: Standing, *, withheld: bool) -> str:
    """The word of a verdict."""
    return str(VERDICTS[verdict_code(standing, withheld=withheld)])


def said(value: str, as_of: date | None, *, undated: bool) -> str:
    """What is known: a value with its day, or as a document states it without one."""
    if undated or as_of is None:
        return _("As the document states, %(value)s") % {"value": value}
    return _("As of %(day)s, %(value)s") % {"day": words.day(as_of), "value": value}


def reason(
    standing: Standing,
    shown: Callable[[Decimal], str],
    *,
    value: str,
    target: str,
    as_of: date | None,
    undated: bool,
    withheld: bool,
    parts: tuple[int, int] = (0, 0),
) -> str:
    """Why a metric stands as it does: one sentence; `value` and `target` as printed, `shown` prints other numbers.

    `parts`: how many are reported, of how many it is made from.
    """
    inputs: dict[str, str] = {"target": target, "value": value, "counted": str(parts[0]), "total": str(parts[1])}
    for name, given in standing.inputs.items():
        if name in ("value", "target") or given is None:
            continue
        if name == "points" and isinstance(given, Decimal):
            inputs[name] = points(given)
        elif name == "days" and isinstance(given, int):
            inputs[name] = words.days(given)
        elif isinstance(given, Decimal):
            inputs[name] = shown(_to_show(given))
        elif isinstance(given, date):
            inputs[name] = words.day(given)
    inputs["said"] = said(value, as_of, undated=undated) if value else ""
    code = standing.reason
    if standing.verdict is Verdict.NO_TARGET:
        code = "no_target" if value else "target_withheld" if withheld else "nothing"
    if not value and parts[0]:
        code = "incomplete_nothing"
    text = str(REASON_SENTENCES[code]) % inputs
    if not value or parts[0] >= parts[1] or code == "incomplete":
        return text
    inputs["reason"] = text
    return _("%(reason)s Only %(counted)s of %(total)s parts are reported.") % inputs


def points(value: Decimal) -> str:
    """Percentage points to one decimal; a trace is never shown as none."""
    tenth = value.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return words.quantity(Quantity(tenth, tenth, Qualifier.EXACT, "个百分点"))


def _to_show(value: Decimal) -> Decimal:
    """A computed number at a length people read: about four figures."""
    size = abs(value)
    places = 0 if size >= 1000 else 1 if size >= 10 else 2
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def figure(value: Decimal, symbol: str) -> str:
    """A computed number with its unit."""
    short = _to_show(value)
    return words.quantity(Quantity(short, short, Qualifier.EXACT, symbol))


def bare(value: Quantity | None) -> str:
    """A figure as printed, without its unit: 约203, 800余, 9:1, about 2.03 million; '' for none or withheld."""
    if value is None or value.qualifier is Qualifier.WITHHELD:
        return ""
    text = printed(value, words.language())
    if value.dimension is Dimension.RATIO:
        return text
    for ending in ("个村", "%", value.measure, measure(value.measure).many_en, measure(value.measure).one_en):
        if ending and text.endswith(ending):
            return text.removesuffix(ending).strip()
    return text


def bare_number(value: Decimal, symbol: str) -> str:
    """A computed number without its unit."""
    short = _to_show(value)
    return bare(Quantity(short, short, Qualifier.EXACT, symbol))


def unit(symbol: str) -> str:
    """The unit beside a bare figure; '' where it is printed with it (RMB, ratios) or where English needs none."""
    if words.language().startswith("zh"):
        return {":1": "", "村": "个村"}.get(symbol, symbol)
    return measure(symbol).many_en


def note(metric: Metric, language: str) -> str:
    """What is counted (口径), in the reader's language."""
    return metric.basis if language.startswith("zh") or not metric.basis_en else metric.basis_en


def direction(metric: Metric) -> str:
    """Where it shall go, in words; a ratio says what it compares."""
    return str(DIRECTIONS[Direction(metric.direction)])


def is_percent(metric: Metric) -> bool:
    """Whether it lies on the scale of 0 to 100."""
    return metric.form == Form.PERCENT and metric.measure == "%"


def signed(value: Decimal, symbol: str) -> str:
    """A difference with its sign and unit."""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{sign}{figure(abs(value), '个百分点' if symbol == '%' else symbol)}"


def spelt(symbol: str) -> int:
    """How often an English figure counts one unit: 万 and 亿 are spelt out there."""
    if words.language().startswith("zh"):
        return 1
    return {"万": 10_000, "亿": 100_000_000}.get(symbol[0], 1)


def share(standing: Standing) -> str:
    """How much of the way is done, never rounded up to all of it; '' where nothing is known."""
    if standing.share is None:
        return ""
    return printed_percent(max(standing.share, Decimal(0)), Decimal(1))


def pace(standing: Standing, metric: Metric, month: Decimal) -> str:
    """The rate needed beside the present one, and when the target is reached at the present one; '' where unknown."""
    needed, present = standing.required_rate, standing.present_rate
    parts = []
    if needed is not None:
        parts.append(_("%(figure)s a month are needed to get there in time") % {"figure": _rate(needed, metric, month)})
    if present is not None and standing.verdict is not Verdict.REACHED:
        if present > 0:
            parts.append(_("at present it is %(figure)s a month") % {"figure": _rate(present, metric, month)})
        elif present == 0:
            parts.append(_("at present it does not move"))
        else:
            parts.append(_("at present it moves away from the target"))
    if standing.forecast is not None:
        parts.append(_("at this pace the target is reached on %(day)s") % {"day": words.day(standing.forecast)})
    return _("%(text)s.") % {"text": _("; ").join(parts)} if parts else ""


def _rate(a_day: Decimal, metric: Metric, month: Decimal) -> str:
    symbol = "个百分点" if metric.measure == "%" else metric.measure
    return figure(a_day * month, symbol)
