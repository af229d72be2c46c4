"""The tender ledger: packages by phase, the deadlines to come by month, and the cards other pages show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.states import Status
from tracker.domain.tender_values import Counts, Deadline, Finding, Phase
from tracker.models import Package, PackageStep
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_DAY, Asked
from tracker.queries.tender_state import Known, known, packages_in_reach
from tracker.words import tenders as said
from tracker.words import windows as law

SOON = 7
"""From so many days before a deadline on it is marked."""
SHOWN = 4
"""As many deadlines as the overview shows."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """Something that stands against a package."""

    text: str
    colour: str
    package: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class PackageLine:
    """One package in the board or a list. `left` is the countdown to its next deadline, `colour` its urgency."""

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
    colour: str
    counts: str
    serious: int
    against: str
    suspended: bool
    pending: int
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Column:
    """One phase of the board with the packages in it."""

    name: str
    lines: list[PackageLine]


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One step to come of one package."""

    day: date
    text: str
    days: int
    left: str
    colour: str
    step: str
    basis: str
    package: str
    code: str
    milestone: str
    moved: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The deadlines of one month."""

    name: str
    lines: list[DeadlineLine]


@dataclass(frozen=True)
class Ledger:
    """The packages in reach that the filters let through."""

    sentence: str
    lines: list[PackageLine]
    columns: list[Column]
    months: list[Month]
    next: DeadlineLine | None
    against: list[Sentence]


def ledger(*, reach: Reach, values: dict[str, Any], unit_path: str, on: date, at: datetime, past: bool) -> Ledger:
    """The ledger as of a moment; a constant number of queries."""
    rows = _narrowed(packages_in_reach(reach), values, unit_path)
    found = known(rows, reach=reach, on=on, at=at, past=past)
    wanted = values.get("phase") or ""
    shown = [one for one in found if not wanted or one.reading.phase == wanted]
    lines = [line(one, on) for one in shown]
    coming = deadlines(shown)
    against = [Sentence(text.text, text.colour, one.row.called(words.language()), one.row.code)
               for one in shown for text in sentences(one) if text.colour == "red"]  # fmt: skip
    return Ledger(
        sentence=_sentence(lines, coming),
        lines=lines,
        columns=[Column(said.phase(phase), [one for one in lines if one.phase is phase]) for phase in Phase],
        months=_months(coming),
        next=coming[0] if coming else None,
        against=against,
    )


def _narrowed(rows: Any, values: dict[str, Any], unit_path: str) -> Any:
    if text := values.get("q"):
        rows = rows.filter(Q(name__icontains=text) | Q(name_en__icontains=text) | Q(code__icontains=text))
    if programme := values.get("programme"):
        rows = rows.filter(project__programme__code=programme)
    if kind := values.get("kind"):
        rows = rows.filter(kind=kind)
    return rows.filter(unit__path__startswith=unit_path) if unit_path else rows


def of_project(code: str, *, reach: Reach, on: date, at: datetime, past: bool) -> list[PackageLine]:
    """The packages of one project."""
    return _lines(packages_in_reach(reach), Q(project__code=code), reach, on, at, past)


def of_programme(code: str, *, reach: Reach, on: date, at: datetime, past: bool) -> list[PackageLine]:
    """The packages of one programme."""
    return _lines(packages_in_reach(reach), Q(project__programme__code=code), reach, on, at, past)


def _lines(rows: Any, which: Q, reach: Reach, on: date, at: datetime, past: bool) -> list[PackageLine]:
    return [line(one, on) for one in known(rows.filter(which), reach=reach, on=on, at=at, past=past)]


def line(one: Known, on: date) -> PackageLine:
    """A package in a line."""
    language, reading, row = words.language(), one.reading, one.row
    coming = reading.next
    serious = [text for text in sentences(one) if text.colour == "red"]
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
        colour=urgency(coming),
        counts=counts(row.counts),
        serious=len(serious),
        against=serious[0].text if serious else "",
        suspended=reading.suspended,
        pending=row.pending,
        as_of=row.as_of,
    )


def urgency(coming: Deadline | None) -> str:
    """The colour of a deadline: passed, within a week, later, none."""
    if coming is None:
        return "blank"
    return "red" if coming.days < 0 else "amber" if coming.days <= SOON else "green"


def counts(stated: Counts) -> str:
    """What is counted, in one line; '' where nobody has stated anything."""
    return _("; ").join(text for name in said.COUNTS if (text := said.counted(name, getattr(stated, name))))


def sentences(one: Known) -> list[Sentence]:
    """What stands against a package, the worst first."""
    return [Sentence(sentence(one, found), "red" if found.serious else "amber") for found in one.reading.findings]


def sentence(one: Known, found: Finding) -> str:
    """Something that stands against a package, in a sentence."""
    language = words.language()

    def step(code: str) -> str:
        return one.name(code, language)

    def window(code: str) -> str:
        return law.name(one.windows[code]) if code in one.windows else code

    return said.finding(found, step, window)


def deadlines(found: Iterable[Known]) -> list[DeadlineLine]:
    """Every step to come with a day, of all packages, the nearest first."""
    language, made = words.language(), []
    for one in found:
        for coming in one.reading.coming:
            milestone = one.milestone(coming.key)
            made.append(
                DeadlineLine(
                    day=coming.day,
                    text=words.day(coming.day),
                    days=coming.days,
                    left=said.countdown(coming.days),
                    colour=urgency(coming),
                    step=one.name(coming.key, language),
                    basis=said.basis(coming.basis),
                    package=one.row.called(language),
                    code=one.row.code,
                    milestone=milestone.code if milestone and milestone.pk in one.seen else "",
                    moved=coming.moved,
                )
            )
    return sorted(made, key=lambda item: (item.day, item.code))


def _months(coming: Sequence[DeadlineLine]) -> list[Month]:
    found: dict[tuple[int, int], list[DeadlineLine]] = {}
    for one in coming:
        found.setdefault((one.day.year, one.day.month), []).append(one)
    return [Month(date_format(date(*key, 1), "YEAR_MONTH_FORMAT"), lines) for key, lines in found.items()]


def _sentence(lines: Sequence[PackageLine], coming: Sequence[DeadlineLine]) -> str:
    """How many packages there are, how many stand still or against the law, and what comes next."""
    inputs = {
        "count": len(lines),
        "against": sum(1 for one in lines if one.serious),
        "suspended": sum(1 for one in lines if one.suspended),
    }
    text = _("Packages: %(count)d; something stands against %(against)d; suspended: %(suspended)d.") % inputs
    if not coming:
        return text
    said_next = {"step": coming[0].step, "package": coming[0].package, "day": coming[0].text, "left": coming[0].left}
    return f"{text} " + _("Next: “%(step)s” of “%(package)s” by %(day)s, %(left)s.") % said_next


NAMED = ("code", "name", "name_en", "suspended_from", "suspended_until")


def _coming(reach: Reach, on: date) -> Any:
    """The next steps of packages that are not done; of several packages that share one milestone, the first."""
    current = Package.objects.current().filter(readable(reach)).order_by()
    return (
        PackageStep.objects.filter(package__in=current.values("pk"), milestone__retired_at__isnull=True)
        .filter(milestone__due_latest__gte=on)
        .exclude(milestone__status__in=(Status.DONE, Status.SUSPENDED))
        .annotate(day=F("milestone__due_latest"))
        .order_by("day", "package__code", "position")
        .values_list("day", "name", "name_en", *(f"package__{name}" for name in NAMED))[:SHOWN]
    )


COMING = Asked(_coming, A_DAY)


@dataclass(frozen=True, slots=True)
class Coming:
    """A bidding deadline on the overview."""

    url: str
    step: str
    package: str
    day: str
    days: int
    colour: str
    suspended: bool


def coming(*, reach: Reach, on: date) -> list[Coming]:
    """The next bidding deadlines as planned now; one query."""
    chinese, made = words.language().startswith("zh"), []
    for day, name, name_en, code, package, package_en, since, until in COMING.all(reach, on):
        days = (day - on).days
        url = reverse("tender", args=[code])
        step, of = (name, package) if chinese else (name_en or name, package_en or package)
        stopped = Counts(suspended_from=since, suspended_until=until).suspended(on)
        made.append(Coming(url, step, of, words.day(day), days, "amber" if days <= SOON else "green", stopped))
    return made
