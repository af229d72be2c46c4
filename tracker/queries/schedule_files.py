"""What a schedule file of a project, or of a whole programme, is written from: everything of it in reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker import words
from tracker.domain.calendars import Calendar
from tracker.models import CalendarDay, Dependency, Milestone, Programme, Project
from tracker.permissions import Permission, Reach, readable
from tracker.queries.scope import projects_in_reach, readable_programmes


@dataclass(frozen=True, slots=True)
class Section:
    """One project with its milestones in their order."""

    code: str
    name: str
    milestones: list[Milestone]


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day that differs from its weekday: off, or a weekend that is worked."""

    day: date
    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """The outline to write: the programme, its projects, their milestones; the ties among them; the calendar."""

    code: str
    title: str
    sections: list[Section]
    links: list[Dependency]
    calendar: Calendar
    holidays: list[Holiday]


def project_in_reach(*, code: str, reach: Reach) -> Project | None:
    """The project of that code, with unit and programme; None where there is none in reach."""
    found: Project | None = projects_in_reach(reach).filter(code=code).select_related("unit", "programme").first()
    return found


def may_load(project: Project, reach: Reach) -> bool:
    """Whether the person may load a schedule file into the project."""
    return reach.may(Permission.PLAN, project.unit.path)


def of_project(*, code: str, reach: Reach) -> Schedule | None:
    """One project's schedule; None where it is not in reach. Five queries."""
    project = project_in_reach(code=code, reach=reach)
    return _schedule(project.code, project.programme, [project], reach) if project else None


def of_programme(*, code: str, reach: Reach) -> Schedule | None:
    """A programme's schedule, project by project; None where it is not in reach. Six queries."""
    programme = Programme.objects.current().filter(readable_programmes(reach), code=code).first()
    if programme is None:
        return None
    projects = list(projects_in_reach(reach).filter(programme=programme).order_by("position", "code"))
    return _schedule(programme.code, programme, projects, reach)


def _schedule(code: str, programme: Programme, projects: Sequence[Project], reach: Reach) -> Schedule:
    language = words.language()
    rows = list(
        Milestone.objects.current()
        .filter(readable(reach), project__in=[project.pk for project in projects])
        .order_by("project__position", "project__code", "position", "code")
    )
    grouped: dict[int, list[Milestone]] = {project.pk: [] for project in projects}
    for row in rows:
        grouped[row.project_id].append(row)
    kept = [row.pk for row in rows]
    calendar = CalendarDay.objects.calendar()
    return Schedule(
        code=code,
        title=programme.called(language),
        sections=[Section(one.code, one.called(language), grouped[one.pk]) for one in projects],
        links=list(Dependency.objects.filter(predecessor__in=kept, successor__in=kept).order_by("pk")),
        calendar=calendar,
        holidays=_holidays(rows, language),
    )


def _holidays(rows: Sequence[Milestone], language: str) -> list[Holiday]:
    """The days of the plan's years that are not what their weekday says."""
    days = [day for row in rows for day in (row.planned_start, row.due_latest, row.first_due_latest) if day]
    if not days:
        return []
    found = CalendarDay.objects.filter(
        region="", day__gte=date(min(days).year, 1, 1), day__lte=date(max(days).year, 12, 31)
    ).order_by("day")
    return [
        Holiday(one.day, one.working, one.called(language))
        for one in found.only("day", "working", "name", "name_en")
        if one.working == (one.day.weekday() > 4)
    ]
