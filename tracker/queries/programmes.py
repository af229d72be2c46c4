"""Programmes: the list of them, and the page of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, prefetch_related_objects

from tracker import words
from tracker.models import Baseline, CitationStatus, Metric, Milestone, Programme, Project, Report
from tracker.models.worded import WordedRows
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_DAY, A_KEY, A_MOMENT, Asked
from tracker.queries.metric_state import MetricLine, lines
from tracker.queries.scope import citations_in_reach, projects_in_reach, readable_programmes
from tracker.queries.state import overlay_metrics, overlay_milestones
from tracker.queries.tallies import EMPTY, Group, Tally, as_groups, days_of, grouped_rows, grouping, next_rows, tally
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
    states = as_groups(_EVERY.all(reach, on), _BY_PROGRAMME)
    coming = {row.project.programme_id: row for row in _NEXT_OF_ALL.all(reach, days_of(states))}
    count_of = dict(_HOW_MANY.all(reach))
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


_BY_PROGRAMME = "project__programme_id"


def _milestones(reach: Reach) -> Any:
    return Milestone.objects.current().filter(readable(reach))


_EVERY = Asked(lambda reach, on: grouping(_milestones(reach), _BY_PROGRAMME, on), A_DAY)
_NEXT_OF_ALL = Asked(lambda reach, days: next_rows(_milestones(reach), _BY_PROGRAMME, days), [A_DAY])
_HOW_MANY = Asked(
    lambda reach: projects_in_reach(reach).order_by().values_list("programme_id").annotate(count=Count("pk"))
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
    projects: Page[int]
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
    """The programme of that code with its unit and document; None where there is none in reach."""
    found: list[Programme] = _LOADED.all(reach, code)
    return found[0] if found else None


_LOADED = Asked(
    lambda reach, code: (
        Programme.objects.current()
        .filter(readable_programmes(reach), code=code)
        .select_related("unit", "document")
        .order_by()[:1]
    ),
    "any-code",
)


def programme_page(*, code: str, reach: Reach, at: At, language: str, page: str) -> ProgrammePage | None:
    """The programme of that code as of a moment, None where there is none in reach; `page` is that of its projects."""
    row = loaded(code=code, reach=reach)
    if row is None:
        return None
    past = _rows_then(_milestones(reach).filter(project__programme=row), at) if at.past else None
    if past is None:
        whole = as_groups(_WHOLE.all(reach, row.pk, at.on), _BY_PROGRAMME).get(row.pk, EMPTY)
    else:
        whole = grouped_rows(past, _BY_PROGRAMME, at.on)[0].get(row.pk, EMPTY)
    projects, rows = _projects(row, past, reach, at, language, page)
    key = _KEY_METRICS.all(reach, row.pk)
    if at.past:
        overlay_metrics(key, on=at.on, known=at.known)
    ((cited, blanks),) = _CITED.all(reach, row.pk) or [(0, 0)]
    ((metric_count,),) = _METRICS.all(reach, row.pk) or [(0,)]
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
        metric_count=metric_count,
        baselines=_baselines(row, at.known, language),
        citations=cited,
        blanks=blanks,
    )


_WHOLE = Asked(
    lambda reach, programme, on: grouping(
        _milestones(reach).filter(project__programme__pk=programme), _BY_PROGRAMME, on
    ),
    A_KEY,
    A_DAY,
)


def _metrics(reach: Reach, programme: int) -> Any:
    return Metric.objects.current().filter(readable(reach), programme__pk=programme)


_KEY_METRICS = Asked(
    lambda reach, programme: (
        _metrics(reach, programme).select_related("programme", "parent").order_by("position", "code")[:KEY_METRICS]
    ),
    A_KEY,
)
_METRICS = Asked(
    lambda reach, programme: (
        _metrics(reach, programme).order_by().values("programme_id").annotate(n=Count("pk")).values_list("n")
    ),
    A_KEY,
)
_CITED = Asked(
    lambda reach, programme: (
        citations_in_reach(reach)
        .filter(programme__pk=programme)
        .order_by()
        .values("programme_id")
        .annotate(n=Count("pk"), blanks=Count("pk", filter=Q(status=CitationStatus.WITHHELD)))
        .values_list("n", "blanks")
    ),
    A_KEY,
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
    programme: Programme, past: Sequence[Milestone] | None, reach: Reach, at: At, language: str, page: str
) -> tuple[Page[int], list[GroupRow]]:
    """One page of the programme's projects by their keys, with how each stands; four queries, of a past moment two."""
    shown = Paginator(_PROJECT_KEYS.all(reach, programme.pk), PROJECTS_A_PAGE).get_page(page)
    keys = list(shown.object_list)
    loaded = {row.pk: row for row in (_PROJECTS.all(keys) if keys else ())}
    if past is not None:
        states, coming = grouped_rows(past, "project_id", at.on)
    else:
        states = as_groups(_OF_PROJECTS.all(reach, keys, at.on) if keys else (), "project_id")
        days = days_of(states)
        coming = {row.project_id: row for row in (_NEXT.all(reach, keys, days) if days else ())}
    key = "" if at.past else "project"
    kept = (loaded[pk] for pk in keys if pk in loaded)
    return shown, [group_row(row, states, coming, projects=0, language=language, key=key) for row in kept]


_PROJECT_KEYS = Asked(
    lambda reach, programme: (
        projects_in_reach(reach)
        .filter(programme__pk=programme)
        .order_by("position", "code")
        .values_list("pk", flat=True)
    ),
    A_KEY,
)
_PROJECTS = WordedRows(lambda keys: Project.objects.filter(pk__among=keys).select_related("unit").order_by(), [A_KEY])
_OF_PROJECTS = Asked(
    lambda reach, keys, on: grouping(_milestones(reach).filter(project__pk__among=keys), "project_id", on),
    [A_KEY],
    A_DAY,
)
_NEXT = Asked(
    lambda reach, keys, days: next_rows(_milestones(reach).filter(project__pk__among=keys), "project_id", days),
    [A_KEY],
    [A_DAY],
)


def _baselines(programme: Programme, known: datetime, language: str) -> list[BaselineRow]:
    return [
        BaselineRow(
            number=row.number,
            name=row.name if language.startswith("zh") or not row.name_en else row.name_en,
            taken=words.instant(row.taken_at),
            by=row.by.called(language) if row.by else "",
            reason=row.reason,
            entries=row.held,
        )
        for row in _BASELINES.all(programme.pk, known)
    ]


_BASELINES = WordedRows(
    lambda programme, known: (
        Baseline.objects.filter(programme__pk=programme, taken_at__lte=known)
        .select_related("by")
        .annotate(held=Count("entries"))
        .order_by("number")
    ),
    A_KEY,
    A_MOMENT,
)
