"""The page of one milestone: why its light is what it is, its commitments, what was reported, what it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter

from django.db.models import Q, prefetch_related_objects

from tracker import words
from tracker.models import AnyDependency, Citation, Milestone, MilestonePlan, Unit, dependencies
from tracker.permissions import Permission, Reach, readable, readable_with_supported, speaks_for, within
from tracker.queries.citation_lines import CitationLine, citation_lines
from tracker.queries.milestones import Due, as_of_words, due_of, first_commitment, first_due
from tracker.queries.report_lines import ReportLine, chain
from tracker.queries.schedule_page import MilestoneSection, of_milestone
from tracker.queries.schedules import project_schedules
from tracker.queries.scope import citations_in_reach
from tracker.queries.state import Light, light_of, overlay_milestones
from tracker.queries.tender_clock import moved_days, moved_to

REPORTS = 50
"""As many reports as the page shows; the list of reports has the rest."""
COMMENTS = 50


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One plan version. `held` says which baselines hold it."""

    number: int
    recorded: str
    by: str
    reason: str
    due: Due
    unit: str
    start: str
    citation: Citation | None
    first: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Linked:
    """A milestone that comes before or after."""

    code: str
    name: str
    kind: str
    lag: str
    due: str
    light: Light


@dataclass(frozen=True, slots=True)
class CommentLine:
    """What somebody said of it for a unit."""

    unit: str
    author: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class MilestonePage:
    """One milestone as of a moment. `version` is what a form filled from this page carries."""

    code: str
    name: str
    unit: str
    unit_code: str
    unit_path: str
    supporting: list[str]
    project_code: str
    project: str
    programme_code: str
    programme: str
    version: int
    light: Light
    due: Due
    first: str
    moved: bool
    suspended: str
    start: str
    duration: str
    status: str
    progress: str
    share: int | None
    began: str
    finished: str
    forecast: str
    as_of: str
    reported: str
    pending: int
    plans: list[PlanLine]
    reports: list[ReportLine]
    more_reports: bool
    comments: list[CommentLine]
    may_comment: bool
    citations: list[CitationLine]
    before: list[Linked]
    after: list[Linked]
    schedule: MilestoneSection | None


def loaded(*, code: str, reach: Reach) -> Milestone | None:
    """The milestone of that code with its unit, project and programme; None where there is none in reach."""
    rows = Milestone.objects.current().filter(readable_with_supported(reach), code=code)
    found: Milestone | None = rows.select_related("unit", "project__programme").first()
    return found


def milestone_page(
    *, row: Milestone, reach: Reach, on: date, known: datetime, past: bool, language: str
) -> MilestonePage:
    """Everything about a milestone loaded by `loaded`, as of a moment; a constant number of queries."""
    links = _links(row, reach, known if past else None)
    around = [link.predecessor if link.successor_id == row.pk else link.successor for link in links]
    if past:
        overlay_milestones([row, *around], on=on, known=known)
    prefetch_related_objects([row], "report__citation")
    plans = list(row.plans.filter(recorded_at__lte=known).select_related("by", "unit", "citation__document"))
    reports = chain(row, on=on, known=known, limit=REPORTS + 1, language=language)
    citations = citations_in_reach(reach).filter(milestone=row).select_related("document")
    shown = [(link, _linked(link, item, on, language)) for link, item in zip(links, around, strict=True)]
    lines = _plans(plans, row, language)
    project, programme = row.project, row.project.programme
    drawn = project_schedules([project.pk], reach=reach, on=on, known=known, past=past).get(project.pk)
    supporting = list(row.supporting.all())
    return MilestonePage(
        code=row.code,
        name=row.called(language),
        unit=row.unit.called(language),
        unit_code=row.unit.code,
        unit_path=row.unit.path,
        supporting=[unit.called(language) for unit in supporting],
        project_code=project.code,
        project=project.called(language),
        programme_code=programme.code,
        programme=programme.called(language),
        version=row.version,
        light=light_of(row, on, programme.tracking_from),
        due=due_of(row.due, row.plan_year),
        first=first_due(row),
        moved=bool(first_commitment(row)),
        suspended=_suspended(row, reach, on, known if past else None),
        start=words.day(row.planned_start),
        duration=words.lag(row.duration or 0, row.duration_unit),
        status=words.status(row.status),
        progress=f"{words.number(row.progress)}%" if row.progress is not None else "",
        share=int(row.progress) if row.progress is not None else None,
        began=words.day(row.actual_start),
        finished=words.day(row.actual_finish),
        forecast=words.imprecise(row.forecast),
        as_of=as_of_words(row.as_of, row.report),
        reported=words.instant(row.reported_at),
        pending=row.pending,
        plans=lines,
        reports=reports[:REPORTS],
        more_reports=len(reports) > REPORTS,
        comments=_comments(row, known, language),
        may_comment=not past and speaks_for(reach, [row.unit.path, *(unit.path for unit in supporting)]) is not None,
        citations=citation_lines(citations.order_by("document", "position"), language=language),
        before=[line for link, line in shown if link.successor_id == row.pk],
        after=[line for link, line in shown if link.predecessor_id == row.pk],
        schedule=of_milestone(drawn, row.code) if drawn else None,
    )


def _comments(row: Milestone, known: datetime, language: str) -> list[CommentLine]:
    """What was said of it by then, newest first; one query."""
    found = row.comments.filter(at__lte=known).select_related("unit", "author").order_by("-id")[:COMMENTS]
    return [
        CommentLine(one.unit.called(language), one.author.called(language), words.instant(one.at), one.text)
        for one in found
    ]


def _links(row: Milestone, reach: Reach, known: datetime | None) -> list[AnyDependency]:
    """The links to milestones in reach, both ways, as they are or were known then; two queries, four for a moment."""
    found: list[AnyDependency] = []
    for own, other in (("successor", "predecessor"), ("predecessor", "successor")):
        among = Q(**{own: row}) & readable(reach, f"{other}__unit__path")
        links = dependencies(among, known=known, related=(f"{other}__unit", f"{other}__project__programme"))
        found += sorted(links, key=attrgetter(f"{other}.code"))
    return found


def _linked(link: AnyDependency, item: Milestone, on: date, language: str) -> Linked:
    return Linked(
        code=item.code,
        name=item.called(language),
        kind=str(words.LINKS[link.kind]),
        lag=words.lag(link.lag, link.lag_unit),
        due=words.imprecise(item.due),
        light=light_of(item, on, item.project.programme.tracking_from),
    )


def _suspended(row: Milestone, reach: Reach, on: date, known: datetime | None) -> str:
    """That a suspension of its tender has moved its day; one query."""
    day = moved_days([row.pk], reach=reach, on=on, known=known).get(row.pk)
    return moved_to(day) if day else ""


def _plans(plans: Sequence[MilestonePlan], row: Milestone, language: str) -> list[PlanLine]:
    """The plan versions, newest first; the first commitment is marked, and the one in force."""
    first = next((plan.number for plan in plans if _commits(plan, row)), 0)
    return [
        PlanLine(
            number=plan.number,
            recorded=words.instant(plan.recorded_at),
            by=plan.by.called(language) if plan.by else "",
            reason=plan.reason,
            due=due_of(plan.due, plan.plan_year),
            unit=plan.unit.called(language),
            start=words.day(plan.planned_start),
            citation=plan.citation,
            first=plan.number == first,
            now=plan.number == row.plan_number,
        )
        for plan in sorted(plans, key=lambda plan: -plan.number)
    ]


def _commits(plan: MilestonePlan, row: Milestone) -> bool:
    mine = (plan.due_text, plan.due_earliest, plan.due_latest)
    return mine == (row.first_due_text, row.first_due_earliest, row.first_due_latest)


def plan_units(*, reach: Reach, language: str) -> list[tuple[str, str]]:
    """The units a plan may make responsible: those under which the reader keeps plans; (code, name), one query."""
    found = Unit.objects.filter(within("path", reach.paths(Permission.PLAN)), retired_at__isnull=True).order_by("path")
    return [(unit.code, "\u2003" * (unit.path.count("/") - 1) + unit.called(language)) for unit in found]
