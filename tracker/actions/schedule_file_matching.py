"""Which milestone a task of a schedule file is: by the code we wrote into it, else by its exact name in the project."""

from dataclasses import dataclass, field

from tracker.domain.schedule_file import FilePlan, FileTask, Note
from tracker.models import Milestone, Project
from tracker.permissions import Permission, Reach


@dataclass(slots=True)
class Matched:
    """The tasks that are milestones already, those that are new, the milestones the file does not name, and why
    tasks are left out.
    """

    known: list[tuple[FileTask, Milestone]] = field(default_factory=list)
    new: list[FileTask] = field(default_factory=list)
    absent: list[Milestone] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def match(project: Project, plan: FilePlan, reach: Reach) -> Matched:
    """Lock the project's milestones and find each task's; three queries."""
    rows = list(
        Milestone.objects.filter(project=project)
        .select_for_update(of=("self",), no_key=True)
        .select_related("unit")
        .prefetch_related("supporting")
        .order_by("position", "code")
    )
    codes = [task.code for task in plan.tasks if task.code]
    elsewhere = set(
        Milestone.objects.filter(code__in=codes).exclude(project=project).order_by().values_list("code", flat=True)
    )
    finder = _Finder(rows, elsewhere, reach)
    found = Matched()
    left: dict[str, list[str]] = {}
    for task in plan.tasks:
        row, problem = finder.of(task)
        if problem:
            left.setdefault(problem, []).append(task.name)
        elif row is None:
            found.new.append(task)
        else:
            found.known.append((task, row))
    found.notes = [Note(code, tuple(names)) for code, names in left.items()]
    found.absent = [row for row in rows if row.pk not in finder.used and not row.retired_at]
    return found


class _Finder:
    """The milestones of a project by code and by name."""

    def __init__(self, rows: list[Milestone], elsewhere: set[str], reach: Reach) -> None:
        self.by_code = {row.code: row for row in rows}
        self.by_name: dict[str, list[Milestone]] = {}
        for row in rows:
            if not row.retired_at:
                for name in {row.name, row.name_en} - {""}:
                    self.by_name.setdefault(name, []).append(row)
        self.elsewhere, self.reach = elsewhere, reach
        self.used: set[int] = set()

    def of(self, task: FileTask) -> tuple[Milestone | None, str]:
        """The milestone a task is (None: a new one), or the code of what keeps it out."""
        row = self.by_code.get(task.code) if task.code else None
        if row is None:
            if task.code in self.elsewhere:
                return None, "other_project"
            named = self.by_name.get(task.name, [])
            if len(named) > 1:
                return None, "several_of_that_name"
            row = named[0] if named else None
        if row is None:
            return None, ""
        if row.retired_at:
            return None, "retired_here"
        if row.pk in self.used:
            return None, "same_milestone"
        self.used.add(row.pk)
        if not self.reach.may(Permission.PLAN, row.unit.path):
            return None, "other_unit"
        return row, ""
