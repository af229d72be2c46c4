"""The page of one clearance site: what is left and at what pace, its stages, its scope, its reports and sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from tracker import words
from tracker.domain.clearance_pace import Finish, Pace, Points, finish, known, pace
from tracker.domain.relocation import LAST, Count, Stage, Use, column
from tracker.domain.reporting import Origin
from tracker.models import Citation, Report, Site
from tracker.permissions import Reach, readable
from tracker.queries.citation_lines import CitationLine, citation_lines
from tracker.queries.milestones import Due, due_of
from tracker.queries.relocation import At
from tracker.queries.relocation_changes import Funnel, funnel
from tracker.queries.relocation_lines import SiteLine, as_of, site_line
from tracker.queries.relocation_sites import LATEST
from tracker.queries.relocation_state import main_count, overlay_sites
from tracker.queries.relocation_totals import totals_of
from tracker.queries.report_lines import ReportLine, chain
from tracker.queries.scope import citations_in_reach
from tracker.words import clearance_pace as pace_words
from tracker.words import relocation as relocation_words

REPORTS = 120
"""As many reports as the page shows and reckons with, the latest; two years of weekly ones."""
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Entered:
    """One counting report: the day, what was left then, who said and who accepted it, or what document states it."""

    day: date
    as_of: str
    left: Decimal
    left_words: str
    done: str
    added: str
    author: str
    decided: str
    citation: Citation | None
    origin: str
    url: str
    undated: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the scope and the due day."""

    recorded: str
    by: str
    reason: str
    stated: str
    start: str
    due: Due
    unit: str
    citation: Citation | None
    first: bool
    now: bool


@dataclass(frozen=True, slots=True)
class SitePage:
    """One site as of a moment."""

    line: SiteLine
    pace: Pace
    finish: Finish
    finish_words: str
    standstill: str
    programme: tuple[str, str]
    project: tuple[str, str]
    unit_path: str
    use: str
    count: Count
    scope: Decimal | None
    scope_words: str
    start: date | None
    due_day: date | None
    transition: int | None
    note: str
    funnel: Funnel
    figures: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    obstacles: list[tuple[str, int]]
    held: int
    entered: list[Entered]
    versions: list[Version]
    reports: list[ReportLine]
    citations: list[CitationLine]


def loaded(*, code: str, reach: Reach) -> Site | None:
    """The site of that code with what its page names; None where there is none in reach."""
    rows = Site.objects.current().filter(readable(reach), code=code)
    found: Site | None = rows.select_related("unit", "project__programme", "report__citation").first()
    return found


def site_page(*, row: Site, reach: Reach, at: At, language: str) -> SitePage:
    """Everything about a site loaded by `loaded`, as of a moment; a constant number of queries."""
    if at.past:
        overlay_sites([row], on=at.on, known=at.known)
        row.report = Report.objects.select_related("citation").filter(pk=row.report_id or 0).first()
    use, count = Use(row.use), main_count(row)
    scope = row.scope[count].value
    reports = _counting(row, at)
    points = points_of(row, reports)
    standing = pace(known(points, scope=scope, due=row.due_latest), at.on)
    found = finish(points, scope=scope, on=at.on, code=row.code)
    total = totals_of([row])[0]
    own = citations_in_reach(reach).filter(site=row).select_related("document").order_by("document", "position")
    chinese = language.startswith("zh")
    project = row.project
    return SitePage(
        line=site_line(row, standing, language=language, query=at.query),
        pace=standing,
        finish=found,
        finish_words=pace_words.finish(found) if points and scope is not None else "",
        standstill=pace_words.standstill(standing),
        programme=(project.programme.code, project.programme.called(language)),
        project=(project.code, project.called(language)),
        unit_path=row.unit.path,
        use=str(relocation_words.USES[use]),
        count=count,
        scope=scope,
        scope_words=_scopes(row),
        start=row.planned_start,
        due_day=row.due_latest,
        transition=row.transition_months,
        note=row.note if chinese or not row.note_en else row.note_en,
        funnel=funnel(total, language),
        figures=_others(row, count),
        kinds=_figures(row, ("cash_households", "exchange_households", "decided_households")),
        obstacles=[(str(relocation_words.OBSTACLES[one]), n) for one, n in row.entry.obstacles.items() if n],
        held=sum(row.entry.obstacles.values()),
        entered=_entered(row, reports, count, scope),
        versions=_versions(row, at, language),
        reports=chain(row, on=at.on, known=at.known, limit=SHOWN, language=language),
        citations=citation_lines(own, language=language),
    )


def _counting(row: Site, at: At) -> list[Report]:
    """The reports that count, oldest first; one query."""
    found: Any = Report.objects.counting(on=at.on, known=at.known).filter(site=row)
    related = ("on_site", "author", "decided_by", "citation__document")
    return list(found.select_related(*related).order_by(*LATEST)[:REPORTS])[::-1]


def points_of(row: Site, reports: Sequence[Report]) -> Points:
    """How much had been cleared by each day; the last report of a day counts. A figure nobody stated counts as none."""
    name = column(LAST[Use(row.use)], main_count(row))
    return sorted({one.as_of: Decimal(getattr(one.on_site, name) or 0) for one in reports}.items())


def _entered(row: Site, reports: Sequence[Report], count: Count, scope: Decimal | None) -> list[Entered]:
    """The counting reports, newest first, with what was left on each day and what each added."""
    if scope is None:
        return []
    name, before, found = column(LAST[Use(row.use)], count), Decimal(0), []
    for one in reports:
        done = Decimal(getattr(one.on_site, name) or 0)
        added, before = done - before, done
        no_day = one.origin == Origin.DOCUMENT and (one.citation is None or one.citation.date_latest is None)
        left = max(scope - done, Decimal(0))
        found.append(
            Entered(
                day=one.as_of,
                as_of=as_of(row) if no_day and one.pk == row.report_id else words.day(one.as_of),
                left=left,
                left_words=pace_words.amount(left, count),
                done=pace_words.amount(done, count),
                added=pace_words.change(added, count) if added else "",
                author=one.author.called(words.language()) if one.author else "",
                decided=one.decided_by.called(words.language()) if one.decided_by else "",
                citation=one.citation,
                origin=words.origin(one.origin),
                url=reverse("report", args=[one.pk]),
                undated=no_day,
            )
        )
    return found[::-1]


def _figures(row: Site, names: Sequence[str]) -> list[tuple[str, str]]:
    values = ((name, getattr(row, name)) for name in names)
    return [
        (str(relocation_words.FIGURES[name]), relocation_words.figure(name, value))
        for name, value in values
        if value is not None
    ]


def _others(row: Site, count: Count) -> list[tuple[str, str]]:
    """The figures that the funnel does not show: those of the other count, and persons."""
    others = [column(stage, other) for other in Count if other is not count for stage in Stage]
    more = [column(Stage.HANDED_OVER, count)] if LAST[Use(row.use)] is not Stage.HANDED_OVER else []
    return _figures(row, (*others, *more, "vacated_persons", "converted_persons"))


def _scopes(row: Any) -> str:
    """Every count of the scope as stated, also persons."""
    told = [relocation_words.scope(count, one) for count, one in row.scope.items()]
    if row.scope_persons is not None:
        told.append(relocation_words.figure("vacated_persons", row.scope_persons))
    return " · ".join(one for one in told if one)


def _versions(row: Site, at: At, language: str) -> list[Version]:
    """The versions of scope and due day, newest first; one query."""
    found: Any = row.plans.filter(recorded_at__lte=at.known).select_related("by", "unit", "citation__document")
    return [
        Version(
            recorded=words.instant(plan.recorded_at),
            by=plan.by.called(language) if plan.by else "",
            reason=plan.reason,
            stated=_scopes(plan),
            start=words.day(plan.planned_start),
            due=due_of(plan.due, plan.plan_year),
            unit=plan.unit.called(language),
            citation=plan.citation,
            first=plan.number == 1,
            now=plan.number == row.plan_number,
        )
        for plan in found.order_by("-number")
    ]
