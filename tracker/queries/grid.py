"""The grids: what is due from a person, everything open, or one ledger, as one sheet to fill in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from tracker import words
from tracker.domain.ledger import Kind
from tracker.domain.states import Status
from tracker.domain.units import MEASURES, same_kind
from tracker.models import Project
from tracker.models.reports import SUBJECTS
from tracker.permissions import Reach
from tracker.queries import ledger, reports_due
from tracker.queries.report_items import Item
from tracker.queries.reportable import by_item


@dataclass(frozen=True, slots=True)
class GridPage:
    """The items of a grid by kind, how many there are in all, and the projects to narrow it to: (code, name)."""

    items: Mapping[Kind, tuple[Item, ...]]
    total: int
    projects: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows a grid holds: of these kinds all that is open or only what is `due`, up to `most`.

    `project`: of that project alone, '' for all; None where the grid is not narrowed by project.
    """

    kinds: Sequence[Kind]
    most: int
    due: bool = False
    project: str | None = None


def grid_page(wanted: Wanted, *, reach: Reach, on: date, now: datetime, language: str) -> GridPage:
    """The items of one grid that no report waits on; as many statements whatever there is."""
    back = reports_due.returned(reach)
    returned = by_item(back)
    keys = reports_due.asked(reach=reach, on=on, now=now, back=back) if wanted.due else None
    open_, items, total = Q(), dict[Kind, tuple[Item, ...]](), 0
    for kind in wanted.kinds:
        place = SUBJECTS.index(kind.subject)
        free = Q(pending=0) | Q(pk__in=[pk for subject, pk in returned if subject == place])
        rows = ledger.rows_of(kind, reach, keys).filter(free)
        if wanted.project is not None:
            open_ |= Q(pk__in=rows.order_by().values("project"))
        if wanted.project:
            rows = rows.filter(project__code=wanted.project)
        left = wanted.most - sum(map(len, items.values()))
        shown = rows.order_by(*ledger.order(kind))[:left]
        items[kind] = tuple(ledger.as_item(kind, row, returned, on=on, language=language) for row in shown)
        total += rows.count()
    projects = Project.objects.filter(open_).order_by("position", "code") if wanted.project is not None else ()
    return GridPage(items, total, tuple((one.code, one.called(language)) for one in projects))


def choices(kind: Kind, item: Item) -> Mapping[str, list[tuple[str, str]]]:
    """The drop-downs of a row: code and word."""
    if kind is Kind.MILESTONE:
        return {"status": [(one.value, words.status(one)) for one in Status]}
    if kind is not Kind.METRIC:
        return {}
    own = MEASURES[item.measure]
    fitting = [one for one in MEASURES.values() if one is own or same_kind(one, own)]
    fitting.sort(key=lambda one: one is not own)
    return {"measure": [(one.symbol, words.measure(one.symbol)) for one in fitting]}
