"""What the timeline asks of groups: their milestones by state, their days, their names; worded once a process."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Coalesce, Greatest, Least

from tracker.domain.states import COLOURS, Colour
from tracker.models import Milestone, Programme, Project
from tracker.models.worded import WordedRows
from tracker.permissions import Reach, readable
from tracker.queries.asked import A_DAY, A_KEY, Asked
from tracker.queries.milestones import named
from tracker.queries.scope import projects_in_reach, readable_programmes

DOTTED = 80
"""With no more projects than this on the page, each shows the due days of its milestones."""
PATHS = {"programme": "project__programme", "project": "project"}

Counted = tuple[dict[str, int], tuple[date | None, date | None], int]
_FIRST = Min(Least(Coalesce("planned_start", "due_earliest", "due_latest"), "actual_start"))
_LAST = Max(Greatest("due_latest", "due_earliest", "forecast_latest", "actual_finish"))


def counted(by: str, keys: Sequence[int], *, among: Any, reach: Reach, on: date) -> dict[int, Counted]:
    """Counts per state, the span and the number without a date, of each programme or project (`by`); one query.

    `among` are the milestones that count, None for all in reach.
    """
    if not keys:
        return {}
    grouped = _COUNTED[by].all(reach, keys, on) if among is None else _grouped(among, by, keys, on)
    found: dict[int, Counted] = {}
    for key, state, count, first, last, undated in grouped:
        states, span, before = found.get(key, ({}, (None, None), 0))
        states[state] = count
        span = (_least(span[0], first), _most(span[1], last))
        found[key] = (states, span, before + undated)
    return found


def _grouped(rows: Any, by: str, keys: Sequence[int], on: date) -> Any:
    blank = Count("pk", filter=Q(due_latest__isnull=True, due_earliest__isnull=True))
    rows = rows.filter(**{f"{PATHS[by]}__pk__among": keys}).with_date_state(on).order_by()
    return rows.values_list(f"{PATHS[by]}_id", "date_state").annotate(n=Count("pk"), a=_FIRST, b=_LAST, none=blank)


def _all(reach: Reach) -> Any:
    return Milestone.objects.current().filter(readable(reach))


_COUNTED = {
    "programme": Asked(lambda reach, keys, on: _grouped(_all(reach), "programme", keys, on), [A_KEY], A_DAY),
    "project": Asked(lambda reach, keys, on: _grouped(_all(reach), "project", keys, on), [A_KEY], A_DAY),
}


def _least(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


def _most(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


Dots = tuple[tuple[date, Colour, int], ...]


def dots(projects: Sequence[int], *, among: Any, reach: Reach, on: date) -> dict[int, Dots]:
    """The due days of folded projects: day, colour, how many; nothing where there are too many to tell apart."""
    if not projects or len(projects) > DOTTED:
        return {}
    due = _DUE.all(reach, projects, on) if among is None else _due(among, projects, on)
    found: dict[int, dict[tuple[date, Colour], int]] = {}
    for pk, day, state, count in due:
        days = found.setdefault(pk, {})
        days[(day, COLOURS[state])] = days.get((day, COLOURS[state]), 0) + count
    rank = list(Colour)[::-1]  # the worst of a day is drawn last, on top
    return {
        pk: tuple((day, colour, n) for (day, colour), n in sorted(days.items(), key=lambda one: rank.index(one[0][1])))
        for pk, days in found.items()
    }


def _due(rows: Any, projects: Sequence[int], on: date) -> Any:
    rows = rows.filter(project__pk__among=projects, due_latest__isnull=False).with_date_state(on).order_by()
    return rows.values_list("project_id", "due_latest", "date_state").annotate(n=Count("pk"))


_DUE = Asked(lambda reach, projects, on: _due(_all(reach), projects, on), [A_KEY], A_DAY)


def names(kind: str, keys: Sequence[int], language: str) -> dict[int, tuple[str, str]]:
    """Code and name of programmes or projects (`kind`); one query."""
    found = _NAMES[kind, language.startswith("zh")].all(keys) if keys else []
    return {pk: (code, name) for pk, code, name in found}


def _names(model: type[Programme] | type[Project], language: str) -> WordedRows:
    return WordedRows(
        lambda keys: (
            model.objects.filter(pk__among=keys)
            .annotate(label=named("", language))
            .order_by()
            .values_list("pk", "code", "label")
        ),
        [A_KEY],
    )


_NAMES = {
    (kind, language == "zh"): _names(model, language)
    for kind, model in (("programme", Programme), ("project", Project))
    for language in ("zh", "en")
}


def groups(reach: Reach, *, programme: str, matching: Sequence[Any]) -> tuple[Iterable[Any], Iterable[Any]]:
    """Programmes as (key, code) and projects as (key, code, programme), in their order; with filters, only the one
    programme, and only projects that hold any of the `matching` rows (none: no filter). Two queries.
    """
    if not programme and not matching:
        return _PROGRAMMES.all(reach), _PROJECTS.all(reach)
    programmes, projects = Programme.objects.current().filter(readable_programmes(reach)), projects_in_reach(reach)
    if programme:
        programmes, projects = programmes.filter(code=programme), projects.filter(programme__code=programme)
    if matching:
        holding = Q()
        for rows in matching:
            holding |= Q(pk__in=rows.values("project_id"))
        projects = projects.filter(holding)
    return _in_order(programmes, "pk", "code"), _in_order(projects, "pk", "code", "programme_id")


def _in_order(rows: Any, *columns: str) -> Any:
    return rows.order_by("position", "code").values_list(*columns)


_PROGRAMMES = Asked(
    lambda reach: _in_order(Programme.objects.current().filter(readable_programmes(reach)), "pk", "code")
)
_PROJECTS = Asked(lambda reach: _in_order(projects_in_reach(reach), "pk", "code", "programme_id"))
