"""Reports about tender packages: what one must fulfil by itself, and what in it deserves a second look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from tracker.domain.reporting import EARLIEST, Problem
from tracker.domain.suspicion import Doubt
from tracker.domain.tender_stops import Stop, total
from tracker.domain.tender_values import COUNTED, FEWEST, TOO_FEW, Counts, Regime
from tracker.domain.tenders import growing

MOST = 9999
"""More units than this is a slip of the keyboard."""
MOST_ROUNDS = 9
OF_A_CALL = (*COUNTED, "suspended_from", "failed")
"""What belongs to one call: the next one begins without it."""
CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "package_empty": (),
        "package_of_earlier_call": ("round",),  # what was accepted of that call, not said to be counted anew
        "entry_gone": ("last",),  # a count that was stated in this call and is left out now
        "package_grows": ("more", "less", "count", "of"),  # more units at a later stage than at an earlier one
        "package_count_range": ("value", "most"),
        "package_round_range": ("value", "most"),
        "package_resumes_first": ("since", "until"),  # goes on before it was suspended
        "package_until_without_since": (),
        "package_since_future": ("since", "as_of"),
        "package_suspension_open": ("since",),  # left out, or another in its place, before it was said to have ended
        "day_too_early": ("date", "earliest"),
    }
)
"""Every code of `check_package_report` with the names of its inputs."""
DOUBTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "package_falls": ("name", "before", "after"),  # a count below the last one, in the same round
        "package_too_few": ("count", "rule"),  # fewer than three bidders, and not said to have failed
        "package_round_back": ("before", "after"),
        "package_as_before": ("name", "round"),  # as accepted of that call, and said to be counted anew
        "package_suspension_lost": ("since", "days"),  # no report would state it: so much less in all, perhaps none
        "package_suspension_cut": ("since", "until"),  # left out: it counts as far as others state it
        "package_suspension_overlaps": ("since", "other"),  # perhaps one suspension, its first day put right
    }
)
"""Every doubt of `package_doubts`, `stop_doubts` and `too_few` with the names of its inputs."""


def _problem(name: str, code: str, **inputs: date | int | str | None) -> Problem:
    return Problem(name, code, MappingProxyType(inputs))


def of_earlier_call(counts: Counts, last: Counts) -> list[str]:
    """In a report that raises the call: the names of what it repeats of what was accepted of the call before."""
    if counts.round <= last.round:
        return []
    said = ((name, getattr(counts, name)) for name in OF_A_CALL)
    return [name for name, value in said if value is not None and value is not False and value == getattr(last, name)]


def check_package_report(
    counts: Counts, *, as_of: date, last: Counts, is_correction: bool = False, counted_anew: bool = False
) -> list[Problem]:
    """What is wrong with a report about a package by itself; empty if nothing is.

    It has to say something, the same as before included: a count, a suspension, a new round or that the call failed.
    What was counted in this call is left out only in a correction. What was accepted of an earlier call is repeated of
    the next only where somebody says that it was `counted_anew`: the form begins with it.
    """
    if counts == Counts() and last == Counts():
        return [_problem("", "package_empty")]
    found = [
        _problem(name, "package_count_range", value=value, most=MOST)
        for name in COUNTED
        if (value := getattr(counts, name)) is not None and not 0 <= value <= MOST
    ]
    if not 1 <= counts.round <= MOST_ROUNDS:
        found.append(_problem("round", "package_round_range", value=counts.round, most=MOST_ROUNDS))
    found += [_problem(str(one["more"]), "package_grows", **one) for one in growing(counts)]
    if counts.round == last.round and not is_correction:
        stated = ((name, getattr(last, name)) for name in COUNTED if getattr(counts, name) is None)
        found += [_problem(name, "entry_gone", last=value) for name, value in stated if value is not None]
    if not counted_anew:
        found += [_problem(name, "package_of_earlier_call", round=last.round) for name in of_earlier_call(counts, last)]
    return found + _of_suspension(counts, as_of, last, is_correction=is_correction)


def _of_suspension(counts: Counts, as_of: date, last: Counts, *, is_correction: bool) -> list[Problem]:
    """What is wrong with the suspension; one of this call that has no end yet is stated until it has one."""
    found: list[Problem] = []
    since, until = counts.suspended_from, counts.suspended_until
    if until is not None and since is None:
        found.append(_problem("suspended_until", "package_until_without_since"))
    elif since is not None and until is not None and until < since:
        found.append(_problem("suspended_until", "package_resumes_first", since=since, until=until))
    if since is not None and since > as_of:
        found.append(_problem("suspended_from", "package_since_future", since=since, as_of=as_of))
    if since is not None and since < EARLIEST:
        found.append(_problem("suspended_from", "day_too_early", date=since, earliest=EARLIEST))
    still = last.suspended_from if last.suspended_until is None and last.round == counts.round else None
    if still is not None and since != still and not is_correction:
        found.append(_problem("suspended_from", "package_suspension_open", since=still))
    return found


def package_doubts(old: Counts | None, new: Counts) -> list[Doubt]:
    """What is odd in a package's report beside the last accepted one (or the one it corrects)."""
    found: list[Doubt] = []
    if old is None:
        return found
    if new.round < old.round:
        found.append(Doubt("package_round_back", MappingProxyType({"before": old.round, "after": new.round})))
    for name in of_earlier_call(new, old):
        inputs = MappingProxyType({"name": OF_A_CALL.index(name), "round": old.round})
        found.append(Doubt("package_as_before", inputs))
    if new.round == old.round:
        for name in COUNTED:
            before, after = getattr(old, name), getattr(new, name)
            if before is not None and after is not None and after < before:
                said: dict[str, int] = {"before": before, "after": after}
                found.append(Doubt("package_falls", MappingProxyType({"name": COUNTED.index(name), **said})))
    return found


def stop_doubts(before: Sequence[Stop], after: Sequence[Stop], said: date | None, on: date) -> list[Doubt]:
    """What accepting a report that states the suspension from `said` on would do to those of its call."""
    kept = {one.since: one for one in after}
    fewer = max(total(before, on) - total(after, on), 0)
    found: list[Doubt] = []
    for one in before:
        now = kept.get(one.since)
        if now is None and one.days(on):
            found.append(_doubt("package_suspension_lost", since=one.since, days=fewer))
        elif now is not None and now.until is not None and now.until != one.until and one.since != said:
            found.append(_doubt("package_suspension_cut", since=one.since, until=now.until))
    new = kept.get(said) if said is not None else None
    if new is not None and new.since not in {one.since for one in before}:
        found += [
            _doubt("package_suspension_overlaps", since=new.since, other=one.since)
            for one in after
            if one != new and one.since < (new.until or date.max) and new.since < (one.until or date.max)
        ]
    return found


def _doubt(code: str, **inputs: date | int) -> Doubt:
    return Doubt(code, MappingProxyType(inputs))


def too_few(counts: Counts, regime: Regime) -> list[Doubt]:
    """Fewer than three bidders without a word that the call has failed, where the law of the package asks for three."""
    rule = TOO_FEW.get(regime)
    if rule is None or counts.bidders is None or counts.bidders >= FEWEST or counts.failed:
        return []
    return [Doubt("package_too_few", MappingProxyType({"count": counts.bidders, "rule": rule}))]
