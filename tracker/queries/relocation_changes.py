"""What the charts of clearance and its week are made of: bars of sites or projects, and what was newly accepted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from tracker import words
from tracker.domain.relocation import COLUMNS, LAST, Stage, Tally, Use, column
from tracker.models import Project, Report, Site
from tracker.models.relocation import SiteReport
from tracker.models.worded import WordedRows
from tracker.queries.asked import A_DAY, A_KEY, A_MOMENT
from tracker.queries.relocation import At, Ledger
from tracker.queries.relocation_lines import STAGES, lacking, scope_words
from tracker.queries.relocation_sites import LATEST
from tracker.queries.relocation_state import main_count, tallies_of
from tracker.queries.relocation_totals import Total, folded
from tracker.words import clearance_pace as pace_words
from tracker.words import relocation as relocation_words

MOST_BARS = 24
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Bar:
    """One site or project: what percentage of its scope was cleared, vacated only, signed only, and neither."""

    label: str
    url: str
    shares: tuple[float, float, float, float]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What became known of one site since a day: its stages with what was added."""

    url: str
    name: str
    project: str
    as_of: str
    accepted: str
    parts: tuple[str, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a funnel: how much has come to it, and how much of that not to the next one."""

    label: str
    value: str
    rate: str
    now: Decimal | None
    gap: str
    gap_label: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """The stages of sites of one use and basis, of what is to be cleared."""

    label: str
    basis: str
    scope: str
    high: Decimal | None
    left: str
    steps: tuple[Step, ...]


def bars(found: Ledger, at: At, language: str) -> list[Bar]:
    """One bar a site, of many sites one a project and use, most left first."""
    if found.page.paginator.count <= MOST_BARS:
        told = [_site_bar(row, at, language) for row in found.rows]
        return [one for one in told if one is not None]
    made = []
    for total in folded([one for one in found.found if one.in_total], by=lambda one: one.project_id):
        project = found.projects[total.project_id] if total.project_id else None
        count, tally = next(iter(total.tallies.items()))
        if project is None or not tally.scope or total.beyond[count]:
            continue
        made.append((tally.left(LAST[total.use]) or 0, project, total.use, tally))
    made.sort(key=lambda one: -one[0])
    return [_project_bar(project, use, tally, language) for _left, project, use, tally in made[:MOST_BARS]]


def _project_bar(project: Project, use: Use, tally: Tally, language: str) -> Bar:
    url = f"{reverse('relocation')}?project={project.code}&use={use.value}"
    return _bar(f"{project.called(language)} · {relocation_words.USES[use]}", url, use, tally)


def _site_bar(row: Site, at: At, language: str) -> Bar | None:
    tally = tallies_of(row)[main_count(row)]
    if not tally.scope:
        return None
    url = reverse("site", args=[row.code]) + (f"?{at.query}" if at.query else "")
    return _bar(row.called(language), url, Use(row.use), tally)


def _bar(label: str, url: str, use: Use, tally: Tally) -> Bar:
    """How much of the scope has come how far, in percent; what is beyond the scope is cut."""
    stages = STAGES[use]
    reached = [min(tally.share(stage) or 0, 1) for stage in stages]
    for at in range(len(reached) - 2, -1, -1):  # who is further has come this far too
        reached[at] = max(reached[at], reached[at + 1])
    if use is Use.LAND:
        reached.insert(1, reached[-1])
    signed, vacated, cleared = (float(one) * 100 for one in reached)
    return Bar(label, url, (cleared, vacated - cleared, signed - vacated, 100 - signed), _rates(stages, tally))


def _rates(stages: Sequence[Stage], tally: Tally) -> tuple[str, ...]:
    told = ((relocation_words.RATES[stage], pace_words.percent(tally, stage)) for stage in stages)
    return tuple(f"{word} {rate}" for word, rate in told if rate)


def funnels(sums: Sequence[Total], language: str) -> list[Funnel]:
    """The funnel of each use and basis that counts in the totals."""
    whole = folded([one for one in sums if one.in_total], by=lambda _one: None)
    order = list(Use)
    return [funnel(one, language) for one in sorted(whole, key=lambda one: (order.index(one.use), one.basis))]


def funnel(total: Total, language: str) -> Funnel:
    """The stages of a total one after the other."""
    count, tally = next(iter(total.tallies.items()))
    stages = (Stage.SURVEYED, *STAGES[total.use])
    known = None if total.beyond[count] else tally.scope
    rated = Tally(known, tally.scope_about, tally.stages)
    left = rated.left(LAST[total.use])
    steps = []
    for stage, then in zip(stages, (*stages[1:], None), strict=True):
        value = tally.stages.get(stage)
        gap = tally.gap(stage, then) if then and stage is not Stage.SURVEYED else None
        steps.append(
            Step(
                label=str(relocation_words.STAGES[stage]),
                value="" if value is None else lacking(pace_words.amount(value, count), total, stage, count),
                rate=pace_words.percent(rated, stage),
                now=value,
                gap="" if not gap else pace_words.amount(gap, count),
                gap_label=str(pace_words.GAPS[stage, then]) if gap and then else "",
            )
        )
    return Funnel(
        label=str(relocation_words.USES[total.use]),
        basis=total.basis if language.startswith("zh") or not total.basis_en else total.basis_en,
        scope=scope_words(total, count, tally),
        high=known,
        left="" if left is None else pace_words.amount(left, count),
        steps=tuple(steps),
    )


def changes(found: Ledger, *, since: date, at: At, language: str) -> list[Change]:
    """What was accepted since a day began: per site what that adds; two queries. Who reported no change is left out."""
    start = timezone.make_aware(datetime.combine(since, time.min))
    kept = [row for row in found.news if row.reported_at and row.reported_at >= start]
    before = _before(kept, at=at, start=start)
    told = (_change(row, before.get(row.pk), found, at, language) for row in kept)
    return [one for one in told if one.parts]


def _before(rows: Sequence[Site], *, at: At, start: datetime) -> dict[int, Mapping[str, Any]]:
    if not rows:
        return {}
    said = BEFORE.all([row.pk for row in rows], at.on, start - timedelta(microseconds=1))
    return {pk: dict(zip(COLUMNS, figures, strict=True)) for pk, *figures in said}


def _said_before(keys: Sequence[int], on: date, known: datetime) -> Any:
    """The stages of sites by the last report that counted at a moment."""
    latest = Report.objects.counting(on=on, known=known).filter(site=OuterRef("pk")).order_by(*LATEST).values("pk")
    reports = Site.objects.filter(pk__among=keys).order_by().values_list(Subquery(latest[:1]), flat=True)
    return SiteReport.objects.filter(report__in=reports).values_list("report__site_id", *COLUMNS)


BEFORE = WordedRows(_said_before, [A_KEY], A_DAY, A_MOMENT)


def _change(row: Site, before: Mapping[str, Any] | None, found: Ledger, at: At, language: str) -> Change:
    count, parts = main_count(row), []
    for stage in (Stage.SURVEYED, *STAGES[Use(row.use)]):
        name = column(stage, count)
        now, then = getattr(row, name), (before or {}).get(name)
        added = Decimal(now or 0) - Decimal(then or 0)
        if now is not None and added:
            parts.append(f"{relocation_words.STAGES[stage]} {pace_words.change(added, count)}")
    project = found.projects.get(row.project_id)
    return Change(
        url=reverse("site", args=[row.code]) + (f"?{at.query}" if at.query else ""),
        name=row.called(language),
        project=project.called(language) if project else "",
        as_of=words.day(row.as_of),
        accepted=words.instant(row.reported_at),
        parts=tuple(parts),
        first=before is None,
    )
