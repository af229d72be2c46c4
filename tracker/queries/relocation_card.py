"""Clearance on the pages of projects and programmes, and the ledger's scopes beside the metric they should explain.

Bases and uses are never added in a total. Where a metric of the project counts the same dimension, its target and the
scopes put side by side show whether the sources agree; where they do not, both are shown and nothing is corrected.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.clearance_pace import Course
from tracker.domain.progress import Direction
from tracker.domain.quantity_values import Qualifier
from tracker.domain.relocation import MEASURE, Count, Scope
from tracker.domain.stored import in_measure
from tracker.domain.units import MEASURES
from tracker.models import Metric
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_KEY, Asked
from tracker.queries.metric_state import number_of
from tracker.queries.relocation import At, parts, sentence, told
from tracker.queries.relocation_changes import Funnel, funnels
from tracker.queries.relocation_sites import Sites
from tracker.queries.relocation_totals import Total, folded
from tracker.queries.tallies import Part
from tracker.words import clearance_pace as pace_words
from tracker.words import relocation as relocation_words


@dataclass(frozen=True, slots=True)
class Against:
    """The scopes of a project's sites beside a metric of it; `beside` is what a source reports outside the totals."""

    metric: tuple[str, str]
    basis: str
    target: str
    scopes: str
    total: str
    differs: str
    beside: str


@dataclass(frozen=True, slots=True)
class Card:
    """Clearance of one project or programme; `stalled` are its sites at a standstill, None without any."""

    sentence: str
    parts: tuple[Part, ...]
    stalled: Part | None
    funnels: list[Funnel]
    against: list[Against]


def card(sites: Sites, *, reach: Reach, values: dict[str, str], at: At, language: str) -> Card | None:
    """The card of these sites; None where there are none. `values` are the ledger's filters for the same sites."""
    found = told(sites, at)
    if not sum(found.counts.values()):
        return None
    shown = dict(zip(Course, parts(found.counts, values, at.query), strict=True))
    still = shown[Course.STALLED]
    return Card(
        sentence=sentence(found.counts),
        parts=tuple(shown.values()),
        stalled=still if still.count else None,
        funnels=funnels(found.sums, language),
        against=against(found.sums, reach=reach, language=language),
    )


def of_project(code: str, *, reach: Reach, at: At, language: str) -> Card | None:
    """The card of a project."""
    sites = Sites(reach, {"project": code})
    return card(sites, reach=reach, values={"project": code}, at=at, language=language)


def of_programme(code: str, *, reach: Reach, at: At, language: str) -> Card | None:
    """The card of a programme."""
    sites = Sites(reach, {"programme": code})
    return card(sites, reach=reach, values={"programme": code}, at=at, language=language)


def against(sums: Sequence[Total], *, reach: Reach, language: str) -> list[Against]:
    """Each metric that the ledger should explain, with the scopes of its project: reductions of floor area or land with
    a stated target that are not made from the ledger. One query.
    """
    projects, found = {one.project_id for one in sums if one.project_id}, []
    for metric in EXPLAINED.all(reach, list(projects)) if projects else ():
        count = _counted(metric)
        mine = [one for one in sums if one.project_id == metric.project_id]
        if count is not None and (made := _against(metric, count, mine, language)):
            found.append(made)
    return found


def _explained(reach: Reach, projects: Sequence[int]) -> Any:
    about = Metric.objects.current().filter(readable(reach), project__pk__among=projects, ledger="", part="")
    stated = about.filter(direction=Direction.REDUCE).exclude(target_qualifier__in=("", Qualifier.WITHHELD))
    return stated.order_by("position", "code")


EXPLAINED = Asked(_explained, [A_KEY])


def _counted(metric: Metric) -> Count | None:
    """Which count of the sites has the dimension of a metric: floor area and land have the same, so by its unit."""
    dimension = MEASURES[metric.measure].dimension if metric.measure in MEASURES else None
    if dimension != MEASURES[MEASURE[Count.AREA]].dimension:
        return None
    return Count.AREA if metric.measure.endswith("平方米") else None


def _against(metric: Metric, count: Count, sums: Iterable[Total], language: str) -> Against | None:
    rows = folded(sums, by=lambda _one: None)
    counted = [one for one in rows if one.in_total and one.tally(count).scope is not None]
    target = in_measure(number_of(metric.target, metric.direction), metric.measure, MEASURE[count])
    if not counted or target is None:
        return None
    total = sum((one.tally(count).scope or Decimal(0) for one in counted), Decimal(0))
    loose = any(one.loose[count] > one.without[count] for one in counted)
    said = relocation_words.scope(count, Scope(total, Qualifier.ABOUT if loose else Qualifier.EXACT))
    gap = total - target
    return Against(
        metric=(metric.code, metric.called(language)),
        basis=metric.basis if language.startswith("zh") or not metric.basis_en else metric.basis_en,
        target=words.quantity(metric.target),
        scopes=" + ".join(_told(one, count, language) for one in counted),
        total=said,
        differs=pace_words.amount(abs(gap), count) if gap else "",
        beside=_(", ").join(_told(one, count, language) for one in rows if not one.in_total and one.tally(count).scope),
    )


def _told(one: Total, count: Count, language: str) -> str:
    """A scope with its use and basis."""
    loose = one.loose[count] > one.without[count]
    scope = relocation_words.scope(count, Scope(one.tally(count).scope, Qualifier.ABOUT if loose else Qualifier.EXACT))
    basis = one.basis if language.startswith("zh") or not one.basis_en else one.basis_en
    told_as = {"use": relocation_words.USES[one.use], "scope": scope, "basis": basis}
    return (_("%(use)s %(scope)s (%(basis)s)") if basis else _("%(use)s %(scope)s")) % told_as
