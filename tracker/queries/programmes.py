"""Programmes: the list of them, and the page of one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, prefetch_related_objects

from tracker import words
from tracker.models import Baseline, CitationStatus, Metric, Milestone, Programme, Project, Report
from tracker.permissions import Reach, readable
from tracker.queries.metric_state import MetricLine, lines
from tracker.queries.scope import citations_in_reach, projects_in_reach, readable_programmes
from tracker.queries.state import overlay_metrics, overlay_milestones
from tracker.queries.tallies import EMPTY, Group, Tally, grouped, grouped_rows, next_due, tally
from tracker.words import duties as duty_words

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
    """One row of a table of programmes or projects; `key` names the filter of the milestone list for it, if any."""
    group = states.get(row.pk, EMPTY)
    after = coming.get(row.pk)
    return GroupRow(
        code=row.code,
        name=row.called(language),
        unit=row.unit.called(language),
        projects=projects,
        tally=tally(group.states, filters={key: row.code} if key else None),
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
    unit_path: str
    cycle: str
    closes: str
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


@dataclass(frozen=True, slots=True)
class At:
    """The moment a programme's page speaks of; `past` as of `edge.Moment`."""

    on: date
    known: datetime
    past: bool


def loaded(*, code: str, reach: Reach) -> Programme | None:
    """The programme of that code with its unit; None where there is none in reach."""
    found = Programme.objects.current().filter(readable_programmes(reach), code=code)
    row: Programme | None = found.select_related("unit").first()
    return row


def programme_page(*, code: str, reach: Reach, at: At, language: str, page: str) -> ProgrammePage | None:
    """The programme of that code as of a moment, None where there is none in reach; `page` is that of its projects."""
    programmes = Programme.objects.current().filter(readable_programmes(reach), code=code)
    row = programmes.select_related("unit", "document").first()
    if row is None:
        return None
    milestones = Milestone.objects.current().filter(readable(reach), project__programme=row)
    past = _rows_then(milestones, at) if at.past else None
    if past is None:
        whole = grouped(milestones, "project__programme_id", at.on).get(row.pk, EMPTY)
    else:
        whole = grouped_rows(past, "project__programme_id", at.on)[0].get(row.pk, EMPTY)
    projects, rows = _projects(row, milestones if past is None else past, reach, at, language, page)
    metrics = Metric.objects.current().filter(readable(reach), programme=row)
    key = list(metrics.select_related("programme", "parent").order_by("position", "code")[:KEY_METRICS])
    if at.past:
        overlay_metrics(key, on=at.on, known=at.known)
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
        unit_path=row.unit.path,
        cycle=duty_words.cycle(row.cycle),
        closes="" if at.past else duty_words.closes(row.cycle, at.on),
        document=row.document.code if row.document else "",
        document_title=row.document.called(language) if row.document else "",
        base_year=row.base_year,
        assumed=row.base_year_assumed,
        tracking_from=words.day(row.tracking_from),
        tally=tally(whole.states, as_of=whole.as_of, filters=None if at.past else {"programme": row.code}),
        projects=projects,
        rows=rows,
        metrics=lines(key, on=at.on, known=at.known, language=language),
        metric_count=metrics.count(),
        baselines=_baselines(row, at.known, language),
        citations=cited["all"],
        blanks=cited["blanks"],
    )


def _rows_then(milestones: Any, at: At) -> list[Milestone]:
    """The milestones with plan and state as of a past moment."""
    rows = list(milestones)
    overlay_milestones(rows, on=at.on, known=at.known)
    rows = [row for row in rows if row.plan_number]  # what no plan version knew yet was not there
    # A hundred projects, not two thousand copies of them; of the reports only where each came from.
    prefetch_related_objects(rows, "project__programme", Prefetch("report", Report.objects.only("origin")))
    return rows


def _projects(
    programme: Programme, milestones: Any, reach: Reach, at: At, language: str, page: str
) -> tuple[Page[Project], list[GroupRow]]:
    """One page of the programme's projects with how each stands; four queries, for a past moment two."""
    found = projects_in_reach(reach).filter(programme=programme).select_related("unit").order_by("position", "code")
    shown = Paginator(found, PROJECTS_A_PAGE).get_page(page)
    if at.past:
        states, coming = grouped_rows(milestones, "project_id", at.on)
    else:
        of_these = milestones.filter(project__in=[row.pk for row in shown.object_list])
        states = grouped(of_these, "project_id", at.on)
        coming = next_due(of_these, "project_id", states)
    key = "" if at.past else "project"
    rows = [group_row(row, states, coming, projects=0, language=language, key=key) for row in shown.object_list]
    return shown, rows


def _baselines(programme: Programme, known: datetime, language: str) -> list[BaselineRow]:
    taken = Baseline.objects.filter(programme=programme, taken_at__lte=known)
    found = taken.select_related("by").annotate(held=Count("entries"))
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
