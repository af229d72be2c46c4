"""The plan check in words: what was found, in one sentence with the figures it rests on."""

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from tracker import words
from tracker.domain.calendars import Unit
from tracker.domain.dates import ImpreciseDate
from tracker.domain.plan_check_values import Finding, Rule
from tracker.words import windows as said

BOUNDS: Mapping[str, Promise] = MappingProxyType(
    {
        "start_no_earlier": gettext_lazy("not to start before"),
        "must_start": gettext_lazy("to start on"),
        "finish_no_later": gettext_lazy("to be finished by"),
        "must_finish": gettext_lazy("to be finished on"),
    }
)

Names = Mapping[str, str]
"""What milestones, metrics and units are called, by their codes, in the reader's language."""


def sentence(found: Finding, names: Names) -> str:
    """What was found, with the figures it rests on, in one sentence."""
    inputs = {key: _shown(value) for key, value in found.inputs.items()}
    for key in ("other", "unit"):
        if key in found.inputs:
            inputs[key] = names.get(str(found.inputs[key]), str(found.inputs[key]))
    return SENTENCES[found.rule](found.inputs, inputs, names)


def _shown(value: Any) -> Any:
    if isinstance(value, date):
        return words.day(value)
    return words.imprecise(value) if isinstance(value, ImpreciseDate) else value


def _listed(raw: Mapping[str, Any], names: Names) -> str:
    """The names of the milestones found, the first few where there are many."""
    codes = raw["codes"]
    listed = _(", ").join(names.get(code, code) for code in codes)
    more = int(raw.get("count", len(codes))) - len(codes)
    return _("%(listed)s and %(more)d more") % {"listed": listed, "more": more} if more > 0 else listed


def _cycle(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
    codes = (*raw["codes"], raw["codes"][0])
    return _("Each waits for the one before it: %(loop)s.") % {"loop": " → ".join(names.get(c, c) for c in codes)}


def _window(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
    window = raw["window"]
    text = ngettext(
        "“%(window)s”: %(rule)s (%(law)s). “%(other)s” is planned for %(from_day)s, this step for %(to_day)s: "
        "%(days)d day short. The day the law sets is %(bound)s.",
        "“%(window)s”: %(rule)s (%(law)s). “%(other)s” is planned for %(from_day)s, this step for %(to_day)s: "
        "%(days)d days short. The day the law sets is %(bound)s.",
        raw["days"],
    )
    return text % {**inputs, "window": said.name(window), "rule": said.rule(window), "law": said.citation(window)}


def _window_changed(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
    window, kept = raw["window"], raw["kept"]
    return _("“%(window)s”: checked as %(kept)s, now %(rule)s (%(law)s).") % {
        "window": said.name(window),
        "kept": said.rule(kept),
        "rule": said.rule(window),
        "law": said.citation(window),
    }


def _lag(raw: Mapping[str, Any]) -> str:
    """The lag of a link in words, with its comma; '' for none."""
    lag = int(raw["lag"])
    if not lag:
        return ""
    length = said.amount(abs(lag), Unit(raw["lag_unit"]))
    return (_(", %(length)s after it") if lag > 0 else _(", up to %(length)s before it")) % {"length": length}


LINKS: Mapping[str, Promise] = MappingProxyType(
    {
        "FS": gettext_lazy("It may begin when “%(other)s” is finished%(lag)s"),
        "SS": gettext_lazy("It may begin when “%(other)s” begins%(lag)s"),
        "FF": gettext_lazy("It may finish when “%(other)s” is finished%(lag)s"),
        "SF": gettext_lazy("It may finish when “%(other)s” begins%(lag)s"),
    }
)


def _order(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
    link = str(LINKS[raw["link"]]) % {"other": inputs["other"], "lag": _lag(raw)}
    return _("%(link)s: that is planned by %(from_day)s, this by %(to_day)s.") % {**inputs, "link": link}


def _duration(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
    unit = Unit.WORKING_DAY if raw["unit"] == "wd" else Unit.DAY
    values = {**inputs, "duration": said.amount(raw["duration"], unit), "there": said.amount(raw["there"], unit)}
    return _("It takes %(duration)s; from %(start)s to %(due)s there are %(there)s.") % values


def _bound(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
    values = {**inputs, "bound": str(BOUNDS[raw["bound"]])}
    if raw["end"] == "start":
        return _("It is set %(bound)s %(bound_day)s, and planned to start on %(day)s.") % values
    return _("It is set %(bound)s %(bound_day)s, and due by %(day)s.") % values


def _cluster(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
    text = _("%(count)d of the %(of)d open milestones with a date end on %(day)s (%(share)d%%).")
    if raw["years"]:
        text += _(" %(years)d of them name only a year.")
    return text % inputs


def _not_working(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
    if raw["estimated"]:
        text = _("By our estimate %(day)s is not worked; the working day before it is %(before)s.")
    else:
        text = _("%(day)s is not worked; the working day before it is %(before)s.")
    return text % inputs


def _estimated(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
    text = ngettext(
        "%(count)d milestone was counted in working days past %(since)s, where the calendar is our estimate, the first "
        "one for %(first)s: %(listed)s.",
        "%(count)d milestones were counted in working days past %(since)s, where the calendar is our estimate, the "
        "first one for %(first)s: %(listed)s.",
        raw["count"],
    )
    return text % {**inputs, "listed": _listed(raw, names)}


Teller = Callable[[Mapping[str, Any], Mapping[str, Any], Names], str]


def _items(text: Any) -> Teller:
    """A sentence about a number of things, `count`, some of them `listed` by name."""

    def tell(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
        listed = {"listed": _listed(raw, names)} if "codes" in raw else {}
        return str(text % {**inputs, **listed})

    return tell


def _plain(text: Any) -> Teller:
    """A sentence that needs nothing but its inputs."""

    def tell(raw: Mapping[str, Any], inputs: Mapping[str, Any], names: Names) -> str:
        return str(text) % inputs if inputs else str(text)

    return tell


SENTENCES: Mapping[Rule, Teller] = MappingProxyType(
    {
        Rule.CYCLE: _cycle,
        Rule.WINDOW_SHORT: _window,
        Rule.ORDER_IMPOSSIBLE: _order,
        Rule.START_AFTER_DUE: _plain(gettext_lazy("Planned to start on %(start)s, due by %(due)s.")),
        Rule.DURATION_TOO_LONG: _duration,
        Rule.BOUND_BROKEN: _bound,
        Rule.UNIT_RETIRED: _items(
            ngettext_lazy(
                "“%(unit)s” has been retired and still answers for %(count)d open item.",
                "“%(unit)s” has been retired and still answers for %(count)d open items.",
                "count",
            )
        ),
        Rule.TARGET_NO_UNIT: _plain(gettext_lazy("The target is a bare number.")),
        Rule.ORDER_REVERSED: _order,
        Rule.WINDOW_CHANGED: _window_changed,
        Rule.NO_OFFICIAL: _items(
            ngettext_lazy(
                "“%(unit)s” answers for %(count)d open item; no official is appointed there or above.",
                "“%(unit)s” answers for %(count)d open items; no official is appointed there or above.",
                "count",
            )
        ),
        Rule.CLUSTER: _cluster,
        Rule.DUE_VAGUE: _plain(gettext_lazy("The date reads “%(due)s”: no last day follows from it.")),
        Rule.FORECAST_STANDING: _items(
            ngettext_lazy(
                "Since the report of %(since)s, %(days)d day ago, it is expected for %(forecast)s; the plan says "
                "%(due)s.",
                "Since the report of %(since)s, %(days)d days ago, it is expected for %(forecast)s; the plan says "
                "%(due)s.",
                "days",
            )
        ),
        Rule.TARGET_NO_DATE: _plain(gettext_lazy("A target is stated, but not by when.")),
        Rule.PART_AFTER_PARENT: _plain(
            gettext_lazy("Due by %(day)s; “%(other)s”, of which it is a part, is due by %(parent_day)s.")
        ),
        Rule.NO_DUE: _plain(gettext_lazy("The plan gives no date.")),
        Rule.DUE_BEFORE_REPORTS: _plain(
            gettext_lazy(
                "Due by %(due)s; the programme is reported on since %(since)s, and no report says how it ended."
            )
        ),
        Rule.AIM: _plain(gettext_lazy("The date is only sought: %(due)s.")),
        Rule.NOT_WORKING: _not_working,
        Rule.ESTIMATED: _estimated,
        Rule.UNLINKED: _plain(
            gettext_lazy("Of the project's %(of)d milestones %(linked)d are linked, this one is not.")
        ),
        Rule.OPEN_START: _plain(gettext_lazy("Others wait for it, and it waits for none, though it is not the first.")),
        Rule.OPEN_END: _plain(gettext_lazy("It waits for others, and none waits for it, though it is not the last.")),
        Rule.PART_WIDER: _plain(
            gettext_lazy(
                "Its date can mean %(days)d days; that of “%(other)s”, of which it is a part, %(parent_days)d."
            )
        ),
        Rule.TARGET_WITHHELD: _plain(gettext_lazy("The source gives no figure for the target.")),
        Rule.TARGET_MISSING: _plain(gettext_lazy("It is measured without anything to be measured against.")),
        Rule.WEIGHT_ZERO: _plain(gettext_lazy("Its weight is 0.")),
        Rule.SAME_NAME: _items(
            ngettext_lazy(
                "%(count)d open milestone is called “%(name)s”.",
                "%(count)d open milestones are called “%(name)s”.",
                "count",
            )
        ),
        Rule.NO_ENGLISH: _items(
            ngettext_lazy(
                "%(count)d milestone has no English name: %(listed)s.",
                "%(count)d milestones have no English name: %(listed)s.",
                "count",
            )
        ),
    }
)
"""How each rule's finding is told."""
