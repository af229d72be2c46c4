"""How many milestones stand where: the counts behind every distribution bar, in one grouped query."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Max, Min, Q
from django.urls import reverse

from tracker import words
from tracker.domain.reporting import Origin
from tracker.domain.states import COLOURS, Colour, DateState, Status, read
from tracker.models import Milestone, Report

SEVERITY = (
    DateState.OVERDUE_UNREPORTED,
    DateState.OVERDUE_REPORTED,
    DateState.FORECAST_LATE,
    DateState.DUE_SOON,
    DateState.ON_COURSE,
    DateState.NOT_DUE,
    DateState.OUTCOME_NOT_STATED,
    DateState.SUSPENDED,
    DateState.BLANK,
    DateState.DONE_LATE,
    DateState.DONE,
)
"""Which state speaks for a group of milestones: the first one that any of them is in."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a distribution bar; `url` opens the list of these milestones."""

    colour: Colour
    word: str
    count: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class Sign:
    """The light that speaks for a group of milestones."""

    colour: Colour
    word: str


@dataclass(frozen=True, slots=True)
class Tally:
    """How a group of milestones stands: how many, the bar's parts, the sentence, the worst of them, the last report."""

    total: int
    parts: tuple[Part, ...]
    sentence: str
    sign: Sign
    as_of: date | None = None


def tally(states: Mapping[str, int], *, as_of: date | None = None, filters: Mapping[str, str] | None = None) -> Tally:
    """The tally of counts per date state; `filters` are those of the milestone list that shows the same group."""
    counts = dict.fromkeys(Colour, 0)
    for state, count in states.items():
        counts[COLOURS[DateState(state)]] += count
    address = reverse("milestones") if filters else ""
    said = words.colours()
    parts = tuple(
        Part(
            colour=colour,
            word=said[colour],
            count=count,
            url=f"{address}?{urlencode({**filters, 'state': colour.value})}" if filters else "",
        )
        for colour, count in counts.items()
    )
    return Tally(total=sum(counts.values()), parts=parts, sentence=words.tally(counts), sign=sign(states), as_of=as_of)


def sign(states: Mapping[str, int]) -> Sign:
    """The state of the worst milestone; without any milestone, grey."""
    for state in SEVERITY:
        if states.get(state):
            return Sign(colour=COLOURS[state], word=words.state(state))
    return Sign(colour=Colour.BLANK, word=words.colour(Colour.BLANK))


@dataclass(frozen=True, slots=True)
class Group:
    """What one grouped query tells of a group of milestones: counts per state, the latest day a person reported on,
    and the first day from `on` that an open one is due by.
    """

    states: dict[str, int]
    as_of: date | None = None
    due: date | None = None


EMPTY = Group({})
CLOSED = (Status.DONE, Status.SUSPENDED)


def grouping(rows: Any, by: str, on: date) -> Any:
    """Milestones counted by the key `by` and their state, a row for each of both."""
    # Few reports rest on a document: a list of these is far quicker than the join to every report.
    of_documents = Report.objects.filter(origin=Origin.DOCUMENT, citation__isnull=False).order_by().values("pk")
    open_ahead = ~Q(status__in=CLOSED) & Q(due_latest__gte=on)
    counted = rows.with_date_state(on).order_by().values(by, "date_state")
    return counted.annotate(
        count=Count("pk"),
        last=Max("as_of", filter=~Q(report__in=of_documents)),
        due=Min("due_latest", filter=open_ahead),
    )


def as_groups(rows: Iterable[Mapping[str, Any]], by: str) -> dict[int, Group]:
    """The groups of the rows of `grouping`."""
    found: dict[int, Group] = {}
    for row in rows:
        before = found.get(row[by], EMPTY)
        found[row[by]] = Group(
            states={**before.states, row["date_state"]: row["count"]},
            as_of=max(filter(None, (before.as_of, row["last"])), default=None),
            due=min(filter(None, (before.due, row["due"])), default=None),
        )
    return found


def days_of(groups: Mapping[int, Group]) -> list[date]:
    """The days on which the next milestones of groups are due."""
    return sorted({group.due for group in groups.values() if group.due})


def next_rows(rows: Any, by: str, days: Sequence[date]) -> Any:
    """Of each group the open milestone due next, looked for on the days that the groups name."""
    open_then = rows.exclude(status__in=CLOSED).filter(due_latest__among=days)
    return open_then.order_by(by, "due_latest", "position").distinct(by).select_related("project")


def grouped_rows(rows: Iterable[Milestone], by: str, on: date) -> tuple[dict[int, Group], dict[int, Milestone]]:
    """What `as_groups` and `next_rows` tell, of milestones loaded (and overlaid for a past moment) with their project,
    programme and report.
    """
    held: dict[int, list[Milestone]] = {}
    for row in rows:
        held.setdefault(_group(row, by), []).append(row)
    groups, coming = {}, {}
    for key, members in held.items():
        states = counted(read(row.facts(row.project.programme.tracking_from), on).state.value for row in members)
        reported = [row.as_of for row in members if row.as_of and row.report and row.report.origin != Origin.DOCUMENT]
        ahead = [row for row in members if row.due_latest and row.due_latest >= on and row.status not in CLOSED]
        first = min(ahead, key=lambda row: (row.due_latest, row.position), default=None)
        groups[key] = Group(states, max(reported, default=None), first.due_latest if first else None)
        if first is not None:
            coming[key] = first
    return groups, coming


def counted(states: Iterable[str]) -> dict[str, int]:
    """Counts per state of states read one by one."""
    found: dict[str, int] = {}
    for state in states:
        found[state] = found.get(state, 0) + 1
    return found


def _group(row: Milestone, by: str) -> int:
    return row.project.programme_id if by == "project__programme_id" else row.project_id
