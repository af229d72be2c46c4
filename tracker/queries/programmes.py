"""Programmes: the list of them, and the page of one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from tracker import words
from tracker.models import Baseline, CitationStatus, Metric, Milestone, Programme, Project
from tracker.permissions import Reach, readable
from tracker.queries.metric_state import MetricLine, lines
from tracker.queries.scope import citations_in_reach, projects_in_reach, readable_programmes
from tracker.queries.tallies import EMPTY, Group, Tally, grouped, next_due, tally

PROJECTS_A_PAGE = 100
KEY_METRICS = 12
"""As many key figures as a programme's page shows; the rest are a link away."""


@dataclass(frozen=True, slots=True)
class NextDue:
    """The open milestone due next."""

    code: str
    name: str
    due: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A programme or a project in a table: how its milestones stand, what comes next, when it was last reported on."""

    code: str
    name: str
    unit: str
    projects: int
    tally: Tally
    next: NextDue | None
    as_of: str


@dataclass(frozen=True, slots=True)
class ProgrammesPage:
    """The list of programmes in reach."""

    rows: list[GroupRow]
    tally: Tally


def programmes_page(*, reach: Reach, on: date, language: str) -> ProgrammesPage:
    """Every current programme in reach; four queries, however many."""
    programmes = list(
        Programme.objects.current()
        .filter(readable_programmes(reach))
        .select_related("unit")
        .order_by("position", "code")
    )
    milestones = Milestone.objects.current().filter(readable(reach))
    states = grouped(milestones, "project__programme_id", on)
    coming = next_due(milestones, "project__programme_id", states)
    projects = projects_in_reach(reach).order_by()
    count_of = dict(projects.values_list("programme_id").annotate(count=Count("pk")))
    whole: dict[str, int] = {}
    for group in states.values():
        for state, count in group.states.items():
            whole[state] = whole.get(state, 0) + count
    return ProgrammesPage(
        rows=[
            group_row(row, states, coming, projects=count_of.get(row.pk, 0), language=language, key="programme")
            for row in programmes
        ],
        tally=tally(whole),
    )


def group_row(
    row: Programme | Project,
    states: dict[int, Group],
    coming: dict[int, Milestone],
    *,
    projects: int,
    language: str,
    key: str,
) -> GroupRow:
    """One row of a table of programmes or projects; `key` names the filter of the milestone list for it."""
    group = states.get(row.pk, EMPTY)
    after = coming.get(row.pk)
    return GroupRow(
        code=row.code,
        name=row.called(language),
        unit=row.unit.called(language),
        projects=projects,
        tally=tally(group.states, filters={key: row.code}),
        next=NextDue(after.code, after.called(language), words.imprecise(after.due)) if after else None,
        as_of=words.day(group.as_of),
    )


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """A baseline: the plan versions held together at one moment."""

    number: int
    name: str
    taken: str
    by: str
    reason: str
    entries: int


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """One programme: what it is, how it stands, its projects, key figures, commitments and source."""

    code: str
    name: str
    summary: str
    unit: str
    document: str
    document_title: str
    base_year: int
    assumed: bool
    tracking_from: str
    tally: Tally
    projects: Page[Project]
    rows: list[GroupRow]
    metrics: list[MetricLine]
    metric_count: int
    baselines: list[BaselineRow]
    citations: int
    blanks: int


def programme_page(
    *, code: str, reach: Reach, on: date, known: datetime, language: str, page: str
) -> ProgrammePage | None:
    """The programme of that code, None where there is none in reach; `page` is the page of its projects."""
    programmes = Programme.objects.current().filter(readable_programmes(reach), code=code)
    row = programmes.select_related("unit", "document").first()
    if row is None:
        return None
    milestones = Milestone.objects.current().filter(readable(reach), project__programme=row)
    whole = grouped(milestones, "project__programme_id", on).get(row.pk, EMPTY)
    projects, rows = _projects(row, milestones, reach, on, language, page)
    metrics = Metric.objects.current().filter(readable(reach), programme=row)
    key = metrics.select_related("programme", "parent").order_by("position", "code")[:KEY_METRICS]
    cited = (
        citations_in_reach(reach)
        .filter(programme=row)
        .aggregate(all=Count("pk"), blanks=Count("pk", filter=Q(status=CitationStatus.WITHHELD)))
    )
    return ProgrammePage(
        code=row.code,
        name=row.called(language),
        summary=row.summary if language.startswith("zh") or not row.summary_en else row.summary_en,
        unit=row.unit.called(language),
        document=row.document.code if row.document else "",
        document_title=row.document.called(language) if row.document else "",
        base_year=row.base_year,
        assumed=row.base_year_assumed,
        tracking_from=words.day(row.tracking_from),
        tally=tally(whole.states, as_of=whole.as_of, filters={"programme": row.code}),
        projects=projects,
        rows=rows,
        metrics=lines(list(key), on=on, known=known, language=language),
        metric_count=metrics.count(),
        baselines=_baselines(row, language),
        citations=cited["all"],
        blanks=cited["blanks"],
    )


def _projects(
    programme: Programme, milestones: Any, reach: Reach, on: date, language: str, page: str
) -> tuple[Page[Project], list[GroupRow]]:
    """One page of the programme's projects with how each stands; four queries."""
    found = projects_in_reach(reach).filter(programme=programme).select_related("unit").order_by("position", "code")
    shown = Paginator(found, PROJECTS_A_PAGE).get_page(page)
    ids = [row.pk for row in shown.object_list]
    of_these = milestones.filter(project__in=ids)
    states = grouped(of_these, "project_id", on)
    coming = next_due(of_these, "project_id", states)
    rows = [group_row(row, states, coming, projects=0, language=language, key="project") for row in shown.object_list]
    return shown, rows


def _baselines(programme: Programme, language: str) -> list[BaselineRow]:
    found = Baseline.objects.filter(programme=programme).select_related("by").annotate(held=Count("entries"))
    return [
        BaselineRow(
            number=row.number,
            name=row.name if language.startswith("zh") or not row.name_en else row.name_en,
            taken=words.instant(row.taken_at),
            by=row.by.called(language) if row.by else "",
            reason=row.reason,
            entries=row.held,
        )
        for row in found.order_by("number")
    ]
