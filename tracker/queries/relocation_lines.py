"""Lines of the clearance ledger as printed: one site, or the total of many, in the columns officials know."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tracker import words
from tracker.domain.clearance_pace import Pace
from tracker.domain.quantity_values import Qualifier
from tracker.domain.relocation import COUNTS, LAST, MAIN, MEASURE, Count, Obstacle, Scope, Stage, Tally, Use
from tracker.domain.reporting import Origin
from tracker.domain.states import Colour
from tracker.models import Site
from tracker.queries.milestones import Due, due_of
from tracker.queries.relocation_state import main_count, tallies_of
from tracker.queries.relocation_totals import Total, told
from tracker.words import clearance_pace as pace_words
from tracker.words import relocation as relocation_words

STAGES: Mapping[Use, tuple[Stage, ...]] = {
    Use.RESIDENTIAL: (Stage.SIGNED, Stage.VACATED, Stage.DEMOLISHED),
    Use.NON_RESIDENTIAL: (Stage.SIGNED, Stage.VACATED, Stage.DEMOLISHED),
    Use.LAND: (Stage.SIGNED, Stage.HANDED_OVER),
}
"""The stages that have a rate, by use; the survey stands before them without one."""
Lines = tuple[str, ...]
"""What a cell prints, a line for each count."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A state as the `light` tag takes it."""

    colour: Colour
    word: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """A heading over one column, or over the `parts` beneath it."""

    label: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SiteLine:
    """One site as a row. `cells` stand under `heads`."""

    code: str
    url: str
    name: str
    place: str
    project: tuple[str, str]
    unit: str
    basis: str
    on_behalf: bool
    beside: bool
    cells: tuple[Lines, ...]
    due: Due
    sign: Sign
    as_of: str
    pending: int


@dataclass(frozen=True, slots=True)
class TotalLine:
    """The total of sites of one use and basis as a row."""

    label: str
    basis: str
    beside: bool
    cells: tuple[Lines, ...]


def heads(use: Use) -> list[Head]:
    """The headings between a site's name and its due day."""
    stages = STAGES[use]
    rated = [Head(str(relocation_words.STAGES[one]), (_("Amount"), str(relocation_words.RATES[one]))) for one in stages]
    gaps = [Head(_gap(first, then)) for first, then in _pairs(use)]
    surveyed = Head(str(relocation_words.STAGES[Stage.SURVEYED]))
    found = [Head(pgettext("of clearance", "Scope")), surveyed, *rated, Head(_("Left to zero")), *gaps]
    if use is not Use.LAND:
        found.append(Head(_("Compensation decisions")))
    return [*found, Head(_("Households held up"))] if use is Use.RESIDENTIAL else found


def _pairs(use: Use) -> list[tuple[Stage, Stage]]:
    stages = STAGES[use]
    return list(pairwise(stages))


def _gap(done: Stage, then: Stage) -> str:
    return str(pace_words.GAPS[done, then])


def _cells(
    use: Use,
    tallies: Mapping[Count, Tally],
    scopes: Lines,
    *,
    decided: Any,
    held: Mapping[Obstacle, int],
    total: Total | None = None,
) -> tuple[Lines, ...]:
    """The cells under `heads`, of one site or of a `total`."""

    def each(printed: Any) -> Lines:
        return tuple(printed(count, one) for count, one in tallies.items())

    def at(stage: Stage) -> Lines:
        return each(lambda count, one: lacking(_bare(one.stages.get(stage), count), total, stage, count))

    found: list[Lines] = [scopes, at(Stage.SURVEYED)]
    for stage in STAGES[use]:
        found += [at(stage), each(lambda _count, one, stage=stage: pace_words.percent(one, stage))]
    found.append(each(lambda count, one: _bare(one.left(LAST[use]), count)))
    for first, then in _pairs(use):
        found.append(each(lambda count, one, first=first, then=then: _bare(one.gap(first, then), count)))
    if use is not Use.LAND:
        found.append((_bare(decided, Count.HOUSEHOLDS),))
    if use is Use.RESIDENTIAL:
        found.append(held_up(held))
    return tuple(found)


def held_up(held: Mapping[Obstacle, int]) -> Lines:
    """How many households are held up, and by what: counts only."""
    if not held:
        return ("",)
    parts = [f"{relocation_words.OBSTACLES[one]} {count}" for one, count in held.items()]
    return (_bare(sum(held.values()), Count.HOUSEHOLDS), _(", ").join(parts))


def _bare(value: Any, count: Count) -> str:
    """A figure without its measure: the scope of its row and `measures` name it. Floor area is in 万平方米."""
    if value is None:
        return ""
    number = Decimal(value) / 10_000 if count is Count.AREA else Decimal(value)
    return words.number(number.quantize(Decimal("0.0001"), ROUND_HALF_UP))


def measures(use: Use) -> str:
    """In what the figures of a use are printed, the line above and the small line beneath."""
    named = [words.measure("万平方米" if count is Count.AREA else MEASURE[count]) for count in _counts(use)]
    if len(named) == 1:
        return named[0]
    return _("%(first)s; beneath in small print %(second)s") % {"first": named[0], "second": named[1]}


def _counts(use: Use) -> list[Count]:
    return sorted(COUNTS[use], key=lambda one: one is not MAIN[use])


def _shown(use: Use, tallies: Mapping[Count, Tally]) -> dict[Count, Tally]:
    """The count of the use first, the other where anything is stated of it: a line of a cell always means the same."""
    order = _counts(use)
    return {count: tallies[count] for count in order if count is order[0] or told(tallies[count])}


def cells_of(row: Site) -> tuple[Lines, ...]:
    """The cells of one site."""
    tallies, stated = _shown(Use(row.use), tallies_of(row)), row.scope
    scopes = tuple(relocation_words.scope(count, stated[count]) for count in tallies)
    if not any(scopes):
        scopes = (_("not stated"), *scopes[1:])
    return _cells(Use(row.use), tallies, scopes, decided=row.decided_households, held=row.entry.obstacles)


def site_line(row: Site, pace: Pace, *, language: str, query: str = "") -> SiteLine:
    """One loaded (perhaps overlaid) site as a row; `query` is the moment to keep in its link."""
    suffix = f"?{query}" if query else ""
    due = due_of(row.due, row.plan_year)
    return SiteLine(
        code=row.code,
        url=reverse("site", args=[row.code]) + suffix,
        name=row.called(language),
        place=row.placed(language),
        project=(row.project.code, row.project.called(language)),
        unit=row.unit.called(language),
        basis=row.basis if language.startswith("zh") or not row.basis_en else row.basis_en,
        on_behalf=row.on_behalf,
        beside=not row.in_total,
        cells=cells_of(row),
        due=due,
        sign=sign(row, pace),
        as_of=as_of(row),
        pending=row.pending,
    )


def sign(row: Site, pace: Pace) -> Sign:
    """The light of a site with the sentence that explains it."""
    reason = pace_words.reason(pace, main_count(row), due=words.day(row.due_latest), as_of=as_of(row))
    return Sign(pace.colour, pace_words.course(pace.course), reason)


def undated(row: Site) -> bool:
    """Whether the figures stand in a document that gives no day for them."""
    report = row.report
    if report is None or report.origin != Origin.DOCUMENT:
        return False
    return report.citation is None or report.citation.date_latest is None


def as_of(row: Site) -> str:
    """The day the figures speak of, as it is printed."""
    return _("as the document states") if undated(row) else words.day(row.as_of)


def total_line(total: Total, *, language: str, label: str = "") -> TotalLine:
    """A total as a row. Its scope is marked as about where any site's is, and says how many state none."""
    tallies = _shown(total.use, {count: total.tally(count) for count in _counts(total.use)})
    scopes = tuple(scope_words(total, count, one) for count, one in tallies.items())
    sites = ngettext("%(count)d site", "%(count)d sites", total.sites) % {"count": total.sites}
    rated = {
        count: Tally(None if total.beyond[count] else one.scope, one.scope_about, one.stages)
        for count, one in tallies.items()
    }
    cells = _cells(total.use, rated, scopes, decided=total.sums["decided_households"], held=total.held, total=total)
    return TotalLine(
        label=f"{label or _('Total')} · {sites}",
        basis=total.basis if language.startswith("zh") or not total.basis_en else total.basis_en,
        beside=not total.in_total,
        cells=cells,
    )


def lacking(said: str, total: Total | None, stage: Stage, count: Count) -> str:
    """A printed sum with how many sites it lacks the figure of."""
    missing = total.lacking(stage, count) if total is not None else 0
    if not missing:
        return said
    return ngettext("%(sum)s without %(count)d site", "%(sum)s without %(count)d sites", missing) % {
        "sum": said,
        "count": missing,
    }


def scope_words(total: Total, count: Count, one: Tally) -> str:
    """The scope of many sites: marked as about where any is, with how many sites state none."""
    bare = total.without[count]
    if one.scope is None:
        anywhere = any(other.scope is not None for other in total.tallies.values())
        return "" if anywhere or count is not _counts(total.use)[0] else _("not stated")
    qualifier = Qualifier.ABOUT if total.loose[count] > bare else Qualifier.EXACT
    said = relocation_words.scope(count, Scope(one.scope, qualifier))
    if not bare:
        return said
    more = ngettext("%(count)d site not stated", "%(count)d sites not stated", bare) % {"count": bare}
    return _("%(stated)s + %(more)s") % {"stated": said, "more": more}
