"""The tender ledger: packages by phase, the deadlines to come by month, and the cards other pages show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker import words
from tracker.domain.tender_stops import running
from tracker.domain.tender_values import TO_SEE_TO, Counts, Finding, Phase
from tracker.models import Package
from tracker.permissions import Reach
from tracker.queries.asked import Asked
from tracker.queries.tender_deadlines import (
    DeadlineLine,
    Month,
    MonthPage,
    Next,
    deadlines,
    happened,
    light,
    month_page,
    months,
    nearest,
    word,
)
from tracker.queries.tender_state import Known, known, packages_in_reach
from tracker.words import tenders as said
from tracker.words import windows as law


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something that stands against a package, with the colour and the word of its light."""

    text: str
    colour: str
    word: str
    package: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class PackageLine:
    """One package in the board or a list. `left` is the countdown to its next deadline, `colour` and `word` its light.

    `problems`: all that somebody has to see to; `since`, `until`: the suspension it is in, else the last of its call,
    `until` None where nobody has reported that it ended. `untold`: days passed of which no outcome is stated.
    """

    code: str
    name: str
    where: str
    programme: str
    project: str
    unit: str
    kind: str
    regime: str
    phase: Phase
    phase_word: str
    step: str
    next: str
    day: date | None
    days: int | None
    left: str
    untold: int
    colour: str
    word: str
    counts: str
    stated: Counts
    since: date | None
    until: date | None
    stopped_days: int
    problems: tuple[str, ...]
    against: str
    suspended: bool
    pending: int
    as_of: date | None

    @property
    def further(self) -> int:
        """How many problems there are beside the first."""
        return max(len(self.problems) - 1, 0)


@dataclass(frozen=True, slots=True)
class Column:
    """One phase of the board with the packages in it."""

    name: str
    lines: list[PackageLine]


@dataclass(frozen=True, slots=True)
class Attention:
    """What needs somebody's attention, the serious first; the sentence says how much of it there is."""

    sentence: str
    lines: list[Sentence]


@dataclass(frozen=True)
class Ledger:
    """The packages in reach that the filters let through."""

    sentence: str
    lines: list[PackageLine]
    columns: list[Column]
    months: list[Month]
    nearest: Next
    calendar: MonthPage | None
    attention: Attention


def ledger(
    *,
    reach: Reach,
    values: dict[str, Any],
    unit_path: str,
    on: date,
    at: datetime,
    past: bool,
    month: date | None = None,
) -> Ledger:
    """The ledger as of a moment; a constant number of queries, one more with the calendar of the month of a day."""
    rows = _narrowed(packages_in_reach(reach), values, unit_path)
    found = known(rows, reach=reach, on=on, at=at, past=past)
    wanted = values.get("phase") or ""
    shown = [one for one in found if not wanted or one.reading.phase == wanted]
    lines = [line(one, on) for one in shown]
    coming = deadlines(shown)
    by_month = months(coming)
    return Ledger(
        sentence=_sentence(lines, coming),
        lines=lines,
        columns=[Column(said.phase(phase), [one for one in lines if one.phase is phase]) for phase in Phase],
        months=by_month,
        nearest=nearest(coming),
        calendar=month_page(month, [*happened(shown, on), *coming], by_month, on=on) if month else None,
        attention=attention(shown),
    )


def _narrowed(rows: Any, values: dict[str, Any], unit_path: str) -> Any:
    if text := values.get("q"):
        rows = rows.filter(
            Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text) | Q(sort_key__sounds=text)
        )
    if programme := values.get("programme"):
        rows = rows.filter(project__programme__code=programme)
    if kind := values.get("kind"):
        rows = rows.filter(kind=kind)
    return rows.filter(unit__path__startswith=unit_path) if unit_path else rows


def of_project(code: str, *, reach: Reach, on: date, at: datetime, past: bool) -> list[PackageLine]:
    """The packages of one project."""
    return _lines(OF["project"].all(reach, code), reach, on, at, past)


def of_programme(code: str, *, reach: Reach, on: date, at: datetime, past: bool) -> list[PackageLine]:
    """The packages of one programme."""
    return _lines(OF["programme"].all(reach, code), reach, on, at, past)


def _lines(rows: list[Package], reach: Reach, on: date, at: datetime, past: bool) -> list[PackageLine]:
    return [line(one, on) for one in known(rows, reach=reach, on=on, at=at, past=past)]


OF = {
    "project": Asked(lambda reach, code: packages_in_reach(reach).filter(project__code=code), "any-code"),
    "programme": Asked(lambda reach, code: packages_in_reach(reach).filter(project__programme__code=code), "any-code"),
}


SEEN_TO = 12
"""As many of what is not serious as the board lists."""
STOPPED = ("failed", "earlier_call")
"""Findings that leave a package without a day ahead; told in its line where nothing worse is."""


def line(one: Known, on: date) -> PackageLine:
    """A package in a line."""
    language, reading, row = words.language(), one.reading, one.row
    coming = reading.next
    stop = running(row.counts.stops, on) or max(row.counts.stops, key=lambda held: held.since, default=None)
    told = next((found for found in reading.findings if found.serious or found.code in STOPPED), None)
    return PackageLine(
        code=row.code,
        name=row.called(language),
        where=row.project.called(language),
        programme=row.project.programme.called(language),
        project=row.project.code,
        unit=row.unit.called(language),
        kind=said.kind(row.kind),
        regime=said.regime(row.regime),
        phase=reading.phase,
        phase_word=said.phase(reading.phase),
        step=one.name(reading.current, language) if reading.current else "",
        next=one.name(coming.key, language) if coming else "",
        day=coming.day if coming else None,
        days=coming.days if coming else None,
        left=said.countdown(coming.days) if coming else "",
        untold=reading.untold,
        colour=light(one),
        word=word(one),
        counts=counts(row.counts),
        stated=row.counts,
        since=stop.since if stop else None,
        until=stop.until if stop and stop.reported else None,
        stopped_days=reading.stopped_days,
        problems=tuple(_told(one, found, more) for found, more in _listed(one)),
        against=sentence(one, told) if told else "",
        suspended=reading.suspended,
        pending=row.pending,
        as_of=row.as_of,
    )


def counts(stated: Counts) -> str:
    """What is counted, in one line; '' where nobody has stated anything."""
    return _("; ").join(text for name in said.COUNTS if (text := said.counted(name, getattr(stated, name))))


def sentences(one: Known) -> list[Sentence]:
    """What stands against a package, the worst first."""
    return [Sentence(sentence(one, found), *said.light(found)) for found in one.reading.findings]


def attention(packages: Sequence[Known]) -> Attention:
    """What needs somebody's attention in these packages: all that is serious, then a few of the rest, of each package
    its longest overdue step alone.
    """
    listed = [(one, found, more) for one in packages for found, more in _listed(one)]
    serious = [_of(*item) for item in listed if item[1].serious]
    ranked = [
        (TO_SEE_TO.index(found.code), -_days(found), at, _of(one, found, more))
        for at, (one, found, more) in enumerate(listed)
        if not found.serious
    ]
    rest = [found[-1] for found in sorted(ranked, key=lambda item: item[:3])]
    parts = []
    if serious:
        parts.append(ngettext("%(n)d to be put right", "%(n)d to be put right", len(serious)) % {"n": len(serious)})
    if rest:
        parts.append(ngettext("%(n)d to be seen to", "%(n)d to be seen to", len(rest)) % {"n": len(rest)})
    if len(rest) > SEEN_TO:
        parts.append(_("%(n)d of them are listed, the others stand on the pages of their packages") % {"n": SEEN_TO})
    return Attention(_("; ").join(parts), [*serious, *rest[:SEEN_TO]])


def _days(found: Finding) -> int:
    """For how long a step is overdue."""
    return int(str(found.inputs["days"])) if found.code == "overdue" else 0


def _listed(one: Known) -> list[tuple[Finding, int]]:
    """What somebody has to see to: all that is serious, of overdue steps the longest with how many more there are."""
    late = [found for found in one.reading.findings if found.code == "overdue"]
    longest = max(late, key=_days, default=None)
    kept = [found for found in one.reading.findings if found.serious or found.code in TO_SEE_TO]
    return [
        (found, len(late) - 1 if found is longest else 0) for found in kept if found is longest or found not in late
    ]


def _of(one: Known, found: Finding, more: int) -> Sentence:
    return Sentence(_told(one, found, more), *said.light(found), one.row.called(words.language()), one.row.code)


def _told(one: Known, found: Finding, more: int) -> str:
    text = sentence(one, found)
    if not more:
        return text
    also = ngettext("%(n)d more step is overdue.", "%(n)d more steps are overdue.", more) % {"n": more}
    return run_on([text, also])


def run_on(sentences: Iterable[str]) -> str:
    """Sentences in one line."""
    return ("" if words.language().startswith("zh") else " ").join(sentences)


def sentence(one: Known, found: Finding) -> str:
    """Something that stands against a package, in a sentence."""
    language = words.language()

    def step(code: str) -> str:
        return one.name(code, language)

    def window(code: str) -> str:
        return law.named(one.windows[code]) if code in one.windows else code

    def sure(code: str) -> bool:
        return code in one.windows and one.windows[code].verified

    return said.finding(found, step, window, sure)


def _sentence(lines: Sequence[PackageLine], coming: Sequence[DeadlineLine]) -> str:
    """How many packages there are, how many need attention or stand still, and what comes next."""
    inputs = {
        "count": len(lines),
        "against": sum(1 for one in lines if one.problems),
        "suspended": sum(1 for one in lines if one.suspended),
    }
    text = _("Packages: %(count)d; in need of attention: %(against)d; suspended: %(suspended)d.") % inputs
    if not coming:
        return text
    said_next = {"step": coming[0].step, "package": coming[0].package, "day": coming[0].text, "left": coming[0].left}
    return f"{text} " + _("Next: “%(step)s” of “%(package)s” by %(day)s, %(left)s.") % said_next
