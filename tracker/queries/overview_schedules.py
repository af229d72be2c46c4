"""What the last check of all schedules found within reach: how much, and the worst few with their reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from tracker import words
from tracker.domain.project_schedule import Cause, Code, Finding
from tracker.models import Milestone, ScheduleFinding, StatutoryWindow
from tracker.permissions import Reach, readable
from tracker.queries.asked import Asked
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
    rows = _WORST.all(reach)
    if not rows:
        return None
    names, laws = _names(rows, reach), _laws(rows)
    count = sum(count for _rank, count in _COUNTS.all(reach)) if len(rows) == SHOWN else len(rows)
    return Problems(count, [_line(row, names, laws) for row in rows])


def _found(reach: Reach) -> Any:
    found = ScheduleFinding.objects.exclude(code__in=ELSEWHERE)
    if reach.sees_all():  # its condition is empty, and an empty one leaves only the other
        return found
    at_whole = Q(milestone__isnull=True) & readable(reach, "project__unit__path")
    return found.filter(readable(reach, "milestone__unit__path") | at_whole)


SHOWN_OF = tuple(f"{of}__{name}" for of in ("milestone", "project") for name in ("code", "name", "name_en"))
_WORST = Asked(
    lambda reach: (
        _found(reach)
        .select_related("milestone", "project")
        .only("code", "serious", "days", "chain", "cause", "held_on", "window", "basis", *SHOWN_OF)
        .order_by("rank", "-days", "id")[:SHOWN]
    )
)
_COUNTS = Asked(lambda reach: _found(reach).order_by().values_list("rank").annotate(n=Count("pk")))
_NAMED = Asked(
    lambda reach, codes: (
        Milestone.objects.current()
        .filter(readable(reach), code__among=codes)
        .order_by()
        .only("code", "name", "name_en")
    ),
    ["any"],
)


def _names(rows: Iterable[ScheduleFinding], reach: Reach) -> dict[str, str]:
    """The names of the milestones that the sentences name, where the reader may read them."""
    codes = {code for row in rows for code in row.chain} | {row.milestone.code for row in rows if row.milestone}
    return {row.code: row.called(words.language()) for row in _NAMED.all(reach, sorted(codes))}


def _laws(rows: Iterable[ScheduleFinding]) -> dict[str, str]:
    """The names of the windows that the sentences name."""
    codes = {row.window for row in rows if row.window}
    if not codes:
        return {}
    return {row.code: law.named(row.value()) for row in StatutoryWindow.objects.newest().filter(code__in=codes)}


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
