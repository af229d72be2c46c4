"""The page of one project: how it stands at a moment, milestone by milestone, and what its figures rest on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from tracker.domain.states import Status
from tracker.models import Citation, CitationStatus, Metric, Milestone, Project
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_KEY, ANOTHER_KEY, Asked
from tracker.queries.metric_state import MetricLine, lines
from tracker.queries.milestones import MilestoneRow, milestone_row
from tracker.queries.report_lines import ReportLine, attach_reports, recent_reports
from tracker.queries.schedule_page import Section, section
from tracker.queries.schedules import project_schedules
from tracker.queries.scope import citations_in_reach, projects_in_reach
from tracker.queries.state import overlay_metrics, overlay_milestones
from tracker.queries.tallies import Tally, counted, tally
from tracker.queries.tender_clock import moved_days, moved_to

RECENT = 8


@dataclass(frozen=True, slots=True)
class BlankRow:
    """A figure or date that the document withholds."""

    code: str
    name: str
    printed: str
    note: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """One project as of a moment."""

    code: str
    name: str
    summary: str
    unit: str
    unit_path: str
    programme_code: str
    programme: str
    assumed: bool
    base_year: int
    document: str
    tally: Tally
    next: MilestoneRow | None
    milestones: list[MilestoneRow]
    metrics: list[MetricLine]
    citations: int
    blanks: list[BlankRow]
    reports: list[ReportLine]
    schedule: Section | None


def project_page(
    *, code: str, reach: Reach, on: date, known: datetime, past: bool, language: str
) -> ProjectPage | None:
    """The project of that code as of a moment; None where there is none in reach."""
    found: list[Project] = _PROJECT.all(reach, code)
    if not found:
        return None
    project = found[0]
    rows: list[Milestone] = _MILESTONES.all(reach, project.pk)
    metrics: list[Metric] = _METRICS.all(reach, project.pk)
    if past:
        overlay_milestones(rows, on=on, known=known)
        rows = [row for row in rows if row.plan_number]  # what no plan version knew yet was not there
        overlay_metrics(metrics, on=on, known=known)
    attach_reports(rows)
    tracking = project.programme.tracking_from
    shown = [milestone_row(row, on=on, tracking_from=tracking, language=language) for row in rows]
    moved = moved_days([row.pk for row in rows], reach=reach, on=on, known=known if past else None)
    shown = [replace(line, moved=moved_to(moved.get(row.pk))) for row, line in zip(rows, shown, strict=True)]
    drawn = project_schedules([project.pk], reach=reach, on=on, known=known, past=past).get(project.pk)
    schedule = section(drawn) if drawn else None
    if schedule:
        shown = [replace(row, room=schedule.rooms.get(row.code)) for row in shown]
    citations = list(_citations(project, rows, metrics, reach))
    filters = {} if past else {"project": project.code}
    return ProjectPage(
        code=project.code,
        name=project.called(language),
        summary=project.summary if language.startswith("zh") or not project.summary_en else project.summary_en,
        unit=project.unit.called(language),
        unit_path=project.unit.path,
        programme_code=project.programme.code,
        programme=project.programme.called(language),
        assumed=any(row.due.assumed for row in shown),
        base_year=project.programme.base_year,
        document=project.programme.document.code if project.programme.document else "",
        tally=tally(counted(row.light.state for row in shown), filters=filters),
        next=_next(rows, shown, on),
        milestones=shown,
        metrics=lines(metrics, on=on, known=known, language=language),
        citations=len(citations),
        blanks=[_blank(row, language) for row in citations if row.status == CitationStatus.WITHHELD],
        reports=recent_reports(rows, metrics, on=on, known=known, limit=RECENT, language=language),
        schedule=schedule,
    )


def _citations(project: Project, rows: Sequence[Milestone], metrics: Sequence[Metric], reach: Reach) -> list[Citation]:
    """What the documents say of this project, in their order."""
    return _CITED.all(reach, project.pk, [row.pk for row in rows], [row.pk for row in metrics])


def _cited(reach: Reach, project: int, milestones: Sequence[int], metrics: Sequence[int]) -> Any:
    about = Q(project__pk=project) | Q(milestone__pk__among=milestones) | Q(metric__pk__among=metrics)
    return citations_in_reach(reach).filter(about).select_related("document").order_by("document", "position")


_CITED = Asked(_cited, A_KEY, [A_KEY], [ANOTHER_KEY])
_PROJECT = Asked(
    lambda reach, code: (
        projects_in_reach(reach).filter(code=code).select_related("unit", "programme__document").order_by()[:1]
    ),
    "any-code",
)
_MILESTONES = Asked(
    lambda reach, project: (
        Milestone.objects.current()
        .filter(readable(reach), project__pk=project)
        .select_related("unit")
        .order_by("position", "code")
    ),
    A_KEY,
)
_METRICS = Asked(
    lambda reach, project: (
        Metric.objects.current()
        .filter(readable(reach), project__pk=project)
        .select_related("parent")
        .order_by("position", "code")
    ),
    A_KEY,
)


def _next(rows: Sequence[Milestone], shown: Sequence[MilestoneRow], on: date) -> MilestoneRow | None:
    """The open milestone due next."""
    closed = (Status.DONE, Status.SUSPENDED)
    ahead = [
        (row.due_latest, place)
        for place, row in enumerate(rows)
        if row.due_latest and row.due_latest >= on and row.status not in closed
    ]
    return shown[min(ahead)[1]] if ahead else None


def _blank(row: Citation, language: str) -> BlankRow:
    note = row.note if language.startswith("zh") or not row.note_en else row.note_en
    return BlankRow(code=row.code, name=row.called(language), printed=row.printed, note=note, citation=row)
