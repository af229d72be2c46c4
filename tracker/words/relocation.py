"""The words of the clearance ledger: uses, stages, what is counted, why households stay, and figures as printed."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tracker import words
from tracker.domain.quantity_values import Qualifier, Quantity
from tracker.domain.relocation import MEASURE, Count, Entry, Obstacle, Scope, Stage, Use, column
from tracker.domain.relocation import measure_of as measure_of
from tracker.domain.reporting import Problem
from tracker.domain.suspicion import Doubt

USES: Mapping[Use, Any] = MappingProxyType(
    {
        Use.RESIDENTIAL: pgettext_lazy("use of a site", "Dwellings"),
        Use.NON_RESIDENTIAL: pgettext_lazy("use of a site", "Non-residential"),
        Use.LAND: pgettext_lazy("use of a site", "Collective land"),
    }
)
STAGES: Mapping[Stage, Any] = MappingProxyType(
    {
        Stage.SURVEYED: pgettext_lazy("stage of clearance", "Surveyed"),
        Stage.SIGNED: pgettext_lazy("stage of clearance", "Signed"),
        Stage.VACATED: pgettext_lazy("stage of clearance", "Vacated"),
        Stage.DEMOLISHED: pgettext_lazy("stage of clearance", "Demolished"),
        Stage.HANDED_OVER: pgettext_lazy("stage of clearance", "Handed over"),
    }
)
RATES: Mapping[Stage, Any] = MappingProxyType(
    {
        Stage.SURVEYED: _("Survey rate"),
        Stage.SIGNED: _("Signing rate"),
        Stage.VACATED: _("Vacating rate"),
        Stage.DEMOLISHED: _("Demolition rate"),
        Stage.HANDED_OVER: _("Handover rate"),
    }
)
COUNTS: Mapping[Count, Any] = MappingProxyType(
    {
        Count.HOUSEHOLDS: pgettext_lazy("counted in clearance", "Households"),
        Count.AREA: pgettext_lazy("counted in clearance", "Floor area"),
        Count.LAND: pgettext_lazy("counted in clearance", "Land"),
    }
)
SCOPES: Mapping[str, Any] = MappingProxyType(
    {
        "households": _("Households to clear"),
        "persons": _("People living there"),
        "area": _("Floor area to clear"),
        "land": _("Land to hand over"),
    }
)
"""What the scope of a site is stated in."""
OBSTACLES: Mapping[Obstacle, Any] = MappingProxyType(
    {
        Obstacle.COMPENSATION: pgettext_lazy("why households stay", "Disagree on compensation"),
        Obstacle.OWNERSHIP: pgettext_lazy("why households stay", "Ownership disputed"),
        Obstacle.INHERITANCE: pgettext_lazy("why households stay", "Estate not divided"),
        Obstacle.ABSENT: pgettext_lazy("why households stay", "Owner absent or not found"),
        Obstacle.LITIGATION: pgettext_lazy("why households stay", "In court"),
        Obstacle.OTHER: pgettext_lazy("why households stay", "Other reasons"),
    }
)
FIGURES: Mapping[str, Any] = MappingProxyType(
    {
        "surveyed_households": _("Households surveyed"),
        "signed_households": _("Households signed"),
        "vacated_households": _("Households moved out"),
        "demolished_households": _("Households demolished"),
        "handed_over_households": _("Households handed over"),
        "surveyed_area": _("Floor area surveyed"),
        "signed_area": _("Floor area signed"),
        "vacated_area": _("Floor area vacated"),
        "demolished_area": _("Floor area demolished"),
        "handed_over_area": _("Floor area handed over"),
        "surveyed_land": _("Land surveyed"),
        "signed_land": _("Land signed"),
        "vacated_land": _("Land vacated"),
        "demolished_land": _("Land cleared"),
        "handed_over_land": _("Land handed over"),
        "cash_households": _("Of those signed: paid in money"),
        "exchange_households": _("Of those signed: exchanged for a home"),
        "decided_households": _("Compensation decisions made"),
        "vacated_persons": _("People moved out"),
        "converted_persons": _("People whose registration was converted"),
    }
)
"""What each figure of an entry is called."""


def beneath(count: Count) -> str:
    """The measure that stands beneath the title of a column; '' where the title says it."""
    return "" if count is Count.HOUSEHOLDS else words.measure(MEASURE[count])


def figure(name: str, value: Decimal | int | None) -> str:
    """A figure with its measure as officials print it: floor area from 10,000 平方米 on in 万平方米; '' for none."""
    if value is None:
        return ""
    number, measure = printed(Decimal(value), measure_of(name))
    return words.quantity(Quantity(number, number, Qualifier.EXACT, measure))


def printed(value: Decimal, measure: str) -> tuple[Decimal, str]:
    """The number and measure to print: 2,030,000 平方米 are 203 万平方米."""
    if measure == "平方米" and abs(value) >= 10_000:
        return value / 10_000, "万平方米"
    return value, measure


def scope(count: Count, of_site: Scope) -> str:
    """What is to be cleared, as stated; what a source leaves out says so."""
    return stated(of_site, MEASURE[count])


def stated(of_plan: Scope, measure: str) -> str:
    """A planned count in its measure, as stated; '' where nobody speaks of it."""
    if of_plan.qualifier is None:
        return ""
    if of_plan.value is None:
        return words.quantity(Quantity(None, None, Qualifier.WITHHELD, measure))
    number, symbol = printed(of_plan.value, measure)
    low = None if of_plan.qualifier in (Qualifier.NEARLY, Qualifier.AT_MOST) else number
    high = None if of_plan.qualifier in (Qualifier.OVER, Qualifier.AT_LEAST) else number
    return words.quantity(Quantity(low, high, of_plan.qualifier, symbol))


SAID_OF = {"value": "", "last": "", "before": "", "scope": "", "signed": "signed_households", "left": "held_households"}
"""The inputs of a problem that are figures, each with the figure whose measure it has; '' for the field's own."""


def problem(found: Problem) -> str:
    """What is wrong with a figure of an entry, as one sentence with every figure in its measure."""
    shown: dict[str, Any] = dict(found.inputs)
    for name, of in SAID_OF.items():
        value = shown.get(name)
        if isinstance(value, Decimal | int):
            own = found.field if found.field in FIGURES else "held_households"
            shown[name] = figure(of or own, Decimal(value))
    if "stage" in shown:
        shown["stage"] = STAGES[Stage(shown["stage"])]
    if "use" in shown:
        shown["use"] = USES[Use(shown["use"])]
    return words.refusal(found.code, shown)


DOUBTS: Mapping[str, Any] = MappingProxyType(
    {
        "site_falls": _("%(figure)s falls from %(before)s to %(after)s, by %(fall)s."),
        "site_beyond_later": _("%(figure)s: %(after)s is more than the %(later)s accepted for a later day."),
        "site_tenfold": _(
            "%(figure)s: from %(before)s to %(after)s, about %(times)s times as much: check the decimal point."
        ),
        "site_tenth": _("%(figure)s: from %(before)s to %(after)s, about 1/%(times)s of it: check the decimal point."),
        "site_wan": _("%(figure)s: from %(before)s to %(after)s: ten thousands lost, or counted twice?"),
        "site_beyond_about": _("%(figure)s: %(after)s is more than the site's about %(scope)s."),
        "site_beyond_surveyed": _("%(figure)s: %(after)s is more than the %(surveyed)s surveyed."),
        "site_jumps": _(
            "%(figure)s jumps from %(before)s to %(after)s within %(days)s: more than a third of the site."
        ),
        "site_jumps_at_once": _(
            "%(figure)s jumps from %(before)s to %(after)s on the same day: more than a third of the site."
        ),
        "site_corrected": _("%(figure)s is corrected from %(before)s to %(after)s, by more than a third of the site."),
        "site_area_each": _(
            "%(figure)s: %(area)s for %(households)s, %(each)s each: no home is like that; check both figures."
        ),
        "site_obstacles_vanish": _(
            "Households held up go from %(before)s to %(after)s; only %(signed)s more signed or were decided on."
        ),
        "site_scope_unstated": _("Scope not stated; entered %(figure)s %(after)s. Nothing bounds it: check it."),
        "site_implausible": _(
            "Scope not stated; entered %(figure)s %(after)s, more than %(most)s, "
            "which hardly any village or plot has: check the figure."
        ),
        "site_persons_few": _("%(figure)s: %(after)s, fewer than the %(households)s that moved out."),
    }
)
"""What is odd in an entry, by the codes of `suspicion_sites`."""
IN_MEASURE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("before", "after", "later", "fall", "scope", "area", "most", "surveyed"), ""),
        "households": "held_households",
        "signed": "held_households",
        "each": "signed_area",
    }
)
"""The inputs of a doubt that are figures, each with the figure whose measure it has; '' for the one it is about."""


def doubt(value: Doubt) -> str:
    """What is odd in an entry, as one sentence."""
    name = str(value.inputs.get("figure") or "held_households")
    shown: dict[str, Any] = dict(value.inputs)
    for key, of in IN_MEASURE.items():
        if isinstance(shown.get(key), Decimal):
            shown[key] = figure(of or name, shown[key])
    if "days" in shown:
        shown["days"] = words.days(shown["days"])
    at_once = value.code == "site_jumps" and not value.inputs["days"]
    return str(DOUBTS["site_jumps_at_once" if at_once else value.code]) % (shown | {"figure": FIGURES.get(name, "")})


def changes(old: Entry | None, new: Entry) -> list[tuple[str, str, str, str]]:
    """What an entry changes: name, before, after, difference; of what stays the same nothing."""
    before = old or Entry()
    found = []
    for name in FIGURES:
        was, now = before.figures.get(name), new.figures.get(name)
        if was != now:
            told = figure(name, was), figure(name, now), difference(name, was, now, figure)
            found.append((str(FIGURES[name]), *told))
    if dict(before.obstacles) != dict(new.obstacles):
        found.append((gettext("Why households stay"), held_up(before), held_up(new), ""))
    return found


def difference(name: str, was: Decimal | None, now: Decimal | None, printed_as: Callable[[str, Decimal], str]) -> str:
    """By how much a figure rises or falls, with its sign; '' where one of the two is not stated."""
    if was is None or now is None:
        return ""
    return f"{'−' if now < was else '+'}{printed_as(name, abs(now - was))}"


def said(entry: Entry) -> str:
    """What an entry says, in one line: each stage with its counts; '' where nothing is stated."""
    parts = []
    for stage in Stage:
        stated = [figure(column(stage, one), value) for one in Count if (value := entry.get(stage, one)) is not None]
        if stated:
            parts.append(f"{STAGES[stage]} {' / '.join(stated)}")
    if not parts:
        parts = [f"{FIGURES[name]} {figure(name, value)}" for name, value in entry.figures.items() if value is not None]
    return gettext(", ").join(parts) or held_up(entry)


def facts(entry: Entry) -> list[tuple[str, str]]:
    """Every figure an entry states, named, and why households stay."""
    stated = [(str(FIGURES[name]), figure(name, entry.figures.get(name))) for name in FIGURES]
    return [one for one in [*stated, (gettext("Why households stay"), held_up(entry))] if one[1]]


def held_up(entry: Entry) -> str:
    """Why households stay, with how many for each reason; '' where nobody is held up."""
    return held(entry.obstacles)


def held(obstacles: Mapping[Any, Any]) -> str:
    """The same of obstacles as they are stored."""
    stated = [f"{OBSTACLES[one]} {figure('held_households', Decimal(count))}" for one, count in obstacles.items()]
    return gettext(", ").join(stated)


def label(stage: Stage, count: Count) -> str:
    """What a count at a stage is called."""
    return str(FIGURES[column(stage, count)])
