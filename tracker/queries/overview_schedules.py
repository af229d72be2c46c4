"""What the last check of all schedules found within reach: how much, and the worst few with their reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from tracker import words
from tracker.domain.project_schedule import Cause, Code, Finding
from tracker.models import Milestone, ScheduleFinding, StatutoryWindow
from tracker.permissions import Reach, readable
from tracker.words import project_schedule as said
from tracker.words import windows as law

SHOWN = 5
ELSEWHERE = (Code.ESTIMATED.value, Code.OVERDUE.value)
"""Estimates are marked beside the days; what is overdue has its own light."""


@dataclass(frozen=True, slots=True)
class ProblemLine:
    """One finding: what, where, why."""

    url: str
    name: str
    where: str
    colour: str
    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class Problems:
    """The worst findings, and how many there are of them all."""

    count: int
    lines: list[ProblemLine]


def problems(*, reach: Reach) -> Problems | None:
    """The findings of today within reach; None where there are none. Four queries at most, whatever the number."""
    found = ScheduleFinding.objects.exclude(code__in=ELSEWHERE)
    if not reach.sees_all():  # its condition is empty, and an empty one leaves only the other
        at_whole = Q(milestone__isnull=True) & readable(reach, "project__unit__path")
        found = found.filter(readable(reach, "milestone__unit__path") | at_whole)
    rows = list(found.select_related("milestone", "project").order_by("rank", "-days", "id")[:SHOWN])
    if not rows:
        return None
    names, laws = _names(rows, reach), _laws(rows)
    count = found.count() if len(rows) == SHOWN else len(rows)
    return Problems(count, [_line(row, names, laws) for row in rows])


def _names(rows: Iterable[ScheduleFinding], reach: Reach) -> dict[str, str]:
    """The names of the milestones that the sentences name, where the reader may read them."""
    codes = {code for row in rows for code in row.chain} | {row.milestone.code for row in rows if row.milestone}
    named = Milestone.objects.current().filter(readable(reach), code__in=codes)
    return {row.code: row.called(words.language()) for row in named.only("code", "name", "name_en")}


def _laws(rows: Iterable[ScheduleFinding]) -> dict[str, str]:
    """The names of the windows that the sentences name."""
    codes = {row.window for row in rows if row.window}
    if not codes:
        return {}
    return {row.code: law.name(row.value()) for row in StatutoryWindow.objects.newest().filter(code__in=codes)}


def _line(row: ScheduleFinding, names: dict[str, str], laws: dict[str, str]) -> ProblemLine:
    finding = Finding(
        code=Code(row.code),
        key=row.milestone.code if row.milestone else "",
        days=row.days,
        chain=tuple(row.chain),
        cause=Cause(row.cause) if row.cause else None,
        held_on=row.held_on,
        window=row.window,
        basis=row.basis,
    )
    language = words.language()
    project = reverse("project", args=[row.project.code]) + "#schedule"
    return ProblemLine(
        url=reverse("milestone", args=[row.milestone.code]) if row.milestone else project,
        name=row.milestone.called(language) if row.milestone else row.project.called(language),
        where=row.project.called(language) if row.milestone else "",
        colour="red" if row.serious else "amber",
        word=said.finding(row.code),
        reason=said.reason(finding, lambda code: names.get(code, said.unseen()), lambda code: laws.get(code, code)),
    )
