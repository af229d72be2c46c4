"""The words of the tender ledger: kinds, laws, phases, counts, and what stands against a package in sentences."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tracker import words
from tracker.domain.reporting import Problem
from tracker.domain.tender_stops import Stop
from tracker.domain.tender_values import Counts, Deadline, Finding, Held, Kind, Phase, Regime

KINDS: Mapping[Kind, Any] = MappingProxyType(
    {
        Kind.SOLICITATION: pgettext_lazy("kind of tender", "Design solicitation"),
        Kind.SURVEY: pgettext_lazy("kind of tender", "Survey"),
        Kind.DESIGN: pgettext_lazy("kind of tender", "Design"),
        Kind.WORKS: pgettext_lazy("kind of tender", "Construction"),
        Kind.SUPERVISION: pgettext_lazy("kind of tender", "Construction supervision"),
        Kind.TURNKEY: pgettext_lazy("kind of tender", "Turnkey contract"),
        Kind.GOODS: pgettext_lazy("kind of tender", "Goods"),
        Kind.SERVICES: pgettext_lazy("kind of tender", "Services"),
        Kind.LAND: pgettext_lazy("kind of tender", "Land assignment"),
    }
)
REGIMES: Mapping[Regime, Any] = MappingProxyType(
    {
        Regime.TENDER: pgettext_lazy("law of a tender", "Tender law"),
        Regime.PROCUREMENT: pgettext_lazy("law of a tender", "Government procurement law"),
        Regime.LAND: pgettext_lazy("law of a tender", "Land supply rules"),
        Regime.NONE: pgettext_lazy("law of a tender", "No law sets its lengths"),
    }
)
PHASES: Mapping[Phase, Any] = MappingProxyType(
    {
        Phase.PREPARING: pgettext_lazy("phase of a tender", "Preparing"),
        Phase.NOTICE: pgettext_lazy("phase of a tender", "Notice and registration"),
        Phase.BIDDING: pgettext_lazy("phase of a tender", "Bids being prepared"),
        Phase.EVALUATION: pgettext_lazy("phase of a tender", "Evaluation"),
        Phase.AWARD: pgettext_lazy("phase of a tender", "Publicity and award"),
        Phase.CONTRACT: pgettext_lazy("phase of a tender", "Contract and after"),
        Phase.OVER: pgettext_lazy("phase of a tender", "Over"),
    }
)
COUNTS: Mapping[str, Any] = MappingProxyType(
    {
        "registered": gettext_lazy("Units registered"),
        "shortlisted": gettext_lazy("Units shortlisted"),
        "bidders": gettext_lazy("Units that bid"),
        "objections": gettext_lazy("Objections raised"),
    }
)
"""What each count is called; for a solicitation the bids are designs handed in."""
BASES: Mapping[str, Any] = MappingProxyType(
    {
        "actual": pgettext_lazy("day of a step", "done"),
        "forecast": pgettext_lazy("day of a step", "forecast"),
        "planned": pgettext_lazy("day of a step", "planned"),
    }
)
Name = Callable[[str], str]
"""What a step of a code, or a window of an id, is called."""


def kind(code: str) -> str:
    """What is put out to tender."""
    return str(KINDS[Kind(code)])


def regime(code: str) -> str:
    """The law that sets the lengths."""
    return str(REGIMES[Regime(code)])


def term(name: str, code: str) -> str:
    """A kind or a law by its code; '' for a code that is neither."""
    of: Mapping[str, Mapping[Any, Any]] = {"kind": KINDS, "regime": REGIMES}
    held = {str(one.value): word for one, word in of[name].items()}
    return str(held.get(code, ""))


def phase(code: Phase) -> str:
    """Where a package stands."""
    return str(PHASES[code])


def basis(code: str) -> str:
    """Whether a day has happened, is forecast or is planned; '' without a day."""
    return str(BASES[code]) if code else ""


def countdown(days: int) -> str:
    """How far off a deadline is."""
    if not days:
        return _("today")
    if days < 0:
        return ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
    return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}


def deadline(one: Deadline | None, step: Name, untold: int = 0) -> str:
    """The next deadline in a sentence; without one, of how many steps the day has passed with an outcome `untold`."""
    if one is None and untold:
        text = ngettext(
            "The day of %(n)d later step has passed and its outcome is not stated; no day is ahead.",
            "The days of %(n)d later steps have passed and their outcome is not stated; no day is ahead.",
            untold,
        )
        return text % {"n": untold}
    if one is None:
        return _("No step still to come has a day.")
    inputs = {"step": step(one.key), "day": words.day(one.day), "left": countdown(one.days)}
    return _("Next: “%(step)s” by %(day)s, %(left)s.") % inputs


def slack(held: Held) -> tuple[str, str]:
    """Colour and word of how much room a window leaves."""
    if held.slack is None:
        return "blank", _("not checked yet: a day is missing")
    if held.slack < 0:
        short = -held.slack
        return "red", ngettext("%(days)d day short", "%(days)d days short", short) % {"days": short}
    text = ngettext("%(days)d day to spare", "%(days)d days to spare", held.slack) % {"days": held.slack}
    return "green", text if held.slack else _("kept to the day")


def suspensions(counts: Counts, on: date) -> list[str]:
    """That the clock stands still, or stood: each suspension of the call with its days, then all of them together."""
    stops = counts.stops
    found = [_suspension(one, on) for one in stops]
    if len(stops) < 2:
        return found
    inputs = {"days": words.days(counts.stopped_days(on))}
    if counts.stopped_days(on) < sum(one.days(on) for one in stops):
        return [*found, _("In all the clock has stood still for %(days)s; a day two share counts once.") % inputs]
    return [*found, _("In all the clock has stood still for %(days)s.") % inputs]


def suspension(counts: Counts, on: date) -> str:
    """The same in one line; '' where the clock never stood still."""
    return ("" if words.language().startswith("zh") else " ").join(suspensions(counts, on))


def _suspension(one: Stop, on: date) -> str:
    inputs = {"since": words.day(one.since), "until": words.day(one.until), "days": words.days(one.days(on))}
    if not one.reported:
        text = _("Suspended from %(since)s, counted until %(until)s as far as reported, %(days)s; no end is reported.")
        return text % inputs
    if one.until is None:
        return _("Suspended since %(since)s, %(days)s so far; nobody has said until when.") % inputs
    if one.stands(on):
        return _("Suspended from %(since)s until %(until)s, %(days)s.") % inputs
    return _("Was suspended from %(since)s until %(until)s, %(days)s.") % inputs


def finding(one: Finding, step: Name, law: Name, sure: Callable[[str], bool]) -> str:
    """What stands against a package, in a sentence; `step` and `law` say what steps and windows are called, `sure`
    whether the text of a rule was verified: what rests on one that was not says so, as the names of windows do.
    """
    inputs = {name: _input(name, value, step, law) for name, value in one.inputs.items()}
    rule = one.inputs.get("rule")
    made = {"unlawful": _unlawful, "suspended": _suspended}.get(one.code)
    if made is not None:
        text = made(one) % inputs
    else:
        text = str(SENTENCES.get(f"{one.code} {rule}") or SENTENCES[one.code]) % inputs
    return text if rule is None or sure(str(rule)) else unsure(text)


def light(one: Finding) -> tuple[str, str]:
    """Colour and word of what stands against a package: what to do about it, or how long it is."""
    if one.serious:
        return "red", _("to be put right")
    if one.code == "overdue":
        return "red", countdown(-int(str(one.inputs["days"])))
    if one.code == "validity_soon":
        return "amber", countdown(int(str(one.inputs["days"])))
    return "amber", str(TO_DO.get(one.code) or _("worth a look"))


def unsure(text: str) -> str:
    """A sentence that rests on a rule nobody has read in the text of the law."""
    return _("%(text)s The rule is to be confirmed.") % {"text": text}


def _input(name: str, value: Any, step: Name, law: Name) -> Any:
    if name in ("step", "first", "second"):
        return step(str(value))
    if name in ("more", "less"):
        return COUNTS[str(value)]
    if name == "window":
        return law(str(value))
    if name == "days":
        return words.days(int(value))
    if isinstance(value, date):
        return words.day(value)
    return words.number(value) if isinstance(value, Decimal) else value


def _unlawful(one: Finding) -> str:
    if one.inputs["basis"] == "actual":
        return _("“%(step)s” was done unlawfully: “%(window)s” was missed by %(days)s.")
    return _("“%(step)s” as it stands is not lawful: “%(window)s” is missed by %(days)s.")


def _suspended(one: Finding) -> str:
    if one.inputs["until"] is None:
        return _("The clock has stood still since %(since)s; every day it does moves the dates still to come by one.")
    return _("The clock stands still from %(since)s until %(until)s; the days still to come move by %(days)s.")


SENTENCES: Mapping[str, Any] = MappingProxyType(
    {
        "award_in_publicity": gettext_lazy(
            "The award on %(award)s comes before publicity is over (%(ends)s); objections are still open until then."
        ),
        "award_though_failed": gettext_lazy(
            "“%(step)s” is reported done, though call number %(round)s is said to have failed: correct one of the two."
        ),
        "too_few": gettext_lazy(
            "%(count)s units have bid: with fewer than three the tender has to be called again "
            "(Tendering Law, article 28)."
        ),
        "too_few GP-15": gettext_lazy(
            "%(count)s units have bid: with fewer than three the call is void (Government Procurement Law, article 36)."
        ),
        "too_few_shortlisted": gettext_lazy(
            "%(count)s units are shortlisted: with fewer than three the tender has to be called again "
            "(Implementing Regulations of the Tendering Law, article 19)."
        ),
        "too_few_shortlisted GP-15": gettext_lazy(
            "%(count)s units are shortlisted: with fewer than three the call is void "
            "(Government Procurement Law, article 36)."
        ),
        "validity_short": gettext_lazy("The bids bind until %(ends)s, but the award is due on %(award)s."),
        "validity_over": gettext_lazy("The bids have not bound since %(ends)s and nothing has been awarded."),
        "deadline_not_worked": gettext_lazy("“%(step)s” falls on %(day)s, a day not worked."),
        "order": gettext_lazy("“%(second)s” comes %(days)s before “%(first)s”, which it follows."),
        "must_be_tendered": gettext_lazy(
            "Estimated at %(estimate)s 万元, it has to be put out to tender (from %(threshold)s 万元 on)."
        ),
        "counts_grow": gettext_lazy("%(more)s: %(count)s, more than “%(less)s” (%(of)s)."),
        "overdue": gettext_lazy("“%(step)s” was due by %(day)s, %(days)s ago, and is not reported done."),
        "failed": gettext_lazy("Call number %(round)s has failed and has to be made again."),
        "earlier_call": gettext_lazy(
            "“%(step)s” is reported done in an earlier call: "
            "report the days of call number %(round)s at its milestones."
        ),
        "no_time": gettext_lazy(
            "“%(first)s” and “%(second)s” are both due by %(day)s: no time is left for the second."
        ),
        "validity_soon": gettext_lazy("The bids stop binding on %(ends)s, in %(days)s."),
        "unstated": gettext_lazy("“%(step)s” was due by %(day)s, before this was tracked; its outcome is not stated."),
    }
)


TO_DO: Mapping[str, Any] = MappingProxyType(
    {
        "suspended": gettext_lazy("suspended"),
        "failed": gettext_lazy("to be called again"),
        "earlier_call": gettext_lazy("days to be reported"),
    }
)
"""What the light of a finding says that is not serious."""


def counted(name: str, value: int | None) -> str:
    """A count with what it counts; '' for none."""
    if value is None:
        return ""
    text = _("%(name)s: %(count)s") if name == "objections" else _("%(name)s %(count)s")
    return text % {"name": COUNTS[name], "count": value}


def said(counts: Counts) -> str:
    """What is counted and said of a package, in one line."""
    return stated(counts) or _("nothing counted yet")


def stated(counts: Counts) -> str:
    """The same; '' where nothing is."""
    parts = [text for name in COUNTS if (text := counted(name, getattr(counts, name)))]
    parts += [label if not value else f"{label} {value}" for label, value in _beside(counts)]
    return _("; ").join(parts)


def _beside(counts: Counts) -> list[tuple[str, str]]:
    """What is said beside the counts: suspension, a later call, failure."""
    found = []
    if counts.suspended_from:
        until = words.day(counts.suspended_until) if counts.suspended_until else _("open end")
        found.append((_("suspended"), f"{words.day(counts.suspended_from)} – {until}"))
    if counts.round > 1:
        found.append((_("call number"), str(counts.round)))
    if counts.failed:
        found.append((_("call failed"), ""))
    return found


def facts(counts: Counts) -> list[tuple[str, str]]:
    """What a report says, one by one."""
    found = [(str(COUNTS[name]), str(value)) for name in COUNTS if (value := getattr(counts, name)) is not None]
    return found + [(label[:1].upper() + label[1:], value or _("yes")) for label, value in _beside(counts)]


def changes(old: Counts | None, new: Counts, *, corrects: bool = False) -> list[tuple[str, str, str]]:
    """What a report would change: label, before, after. A suspension goes on counting beside the next one of its call,
    or beside none, unless the report `corrects` the one that stated it.
    """
    before = old or Counts()
    found = []
    for name, label in COUNTS.items():
        one, other = getattr(before, name), getattr(new, name)
        if one != other:
            found.append((str(label), "" if one is None else str(one), "" if other is None else str(other)))
    then, now = dict(_beside(before)), dict(_beside(new))
    if before.suspended_until and before.suspended_from != new.suspended_from and before.round == new.round:
        then, now = (then, now) if corrects else _goes_on(then, now)
    moved = [label for label in dict.fromkeys([*then, *now]) if then.get(label) != now.get(label)]
    return found + [(label, _shown(label, then), _shown(label, now)) for label in moved]


def _goes_on(then: dict[str, str], now: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """What was said beside the counts and is now, without the suspension that ended; the one after it is another."""
    stopped, another = _("suspended"), _("another suspension, the one before goes on counting")
    before = {label: value for label, value in then.items() if label != stopped}
    return before, {another if label == stopped else label: value for label, value in now.items()}


def _shown(label: str, held: Mapping[str, str]) -> str:
    return held[label] or _("yes") if label in held else ""


AS_BEFORE: Mapping[str, Any] = MappingProxyType(
    {
        "": gettext_lazy(
            "As accepted of call number %(round)s. Clear it, or tick on this page that it holds for this call too."
        ),
        "failed": gettext_lazy(
            "As accepted of call number %(round)s. Take the tick away, or tick on this page that it holds for this "
            "call too."
        ),
    }
)
"""What is said on the form at a field that repeats the earlier call; one is a box to tick."""


def problem(found: Problem, *, on_form: bool = False) -> str:
    """What is wrong with a report, as one sentence; `on_form`: beside its field, where it can be confirmed."""
    if on_form and found.code == "package_of_earlier_call":
        return str(AS_BEFORE.get(found.field) or AS_BEFORE[""]) % dict(found.inputs)
    shown: dict[str, Any] = dict(found.inputs)
    for name in ("more", "less"):
        if name in shown:
            shown[name] = COUNTS[str(shown[name])]
    return words.refusal(found.code, shown)
