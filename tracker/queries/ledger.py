"""The ledger of what a person reports on: its rows as they are taken out, and the items that a sheet names."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from tracker.domain.ledger import FIGURES, Kind
from tracker.domain.relocation import Use, columns_of
from tracker.domain.reporting import ReportState
from tracker.domain.states import Status
from tracker.models import Report, Site, Unit, User
from tracker.models.reports import SUBJECTS
from tracker.permissions import Permission, Reach, readable, within
from tracker.queries import reports_due
from tracker.queries.duty_keys import HOUSED, Key, awarded
from tracker.queries.report_items import Item, Stored
from tracker.queries.reportable import ITEM, LOADED, by_item

MOST_ROWS = 10_000
"""Rows of one kind in a ledger; who answers for more is told so, and can take out what is due."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """An item with the row it stands for, as a report needs it."""

    row: Any
    item: Item


@dataclass(frozen=True, slots=True)
class Ledger:
    """The items of one person's ledger, and the units they report for: (code, name); `cut`: there are more."""

    items: Mapping[Kind, tuple[Item, ...]]
    units: tuple[tuple[str, str], ...]
    cut: bool = False

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(map(len, self.items.values()))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows each choice of a ledger has."""

    open: int
    due: int


def counts(*, reach: Reach, on: date, now: datetime) -> Counts:
    """How many items the ledger of everything open has, and that of what is due."""
    due = reports_due.asked(reach=reach, on=on, now=now, back=reports_due.returned(reach))
    subjects = {kind.subject for kind in Kind}
    return Counts(sum(left_open(kind, reach).count() for kind in Kind), sum(key.subject in subjects for key in due))


def ledger(*, reach: Reach, on: date, now: datetime, language: str, due: bool) -> Ledger:
    """Every open item the person may report on, or only what is due; as many statements whatever it holds."""
    held = reports_due.returned(reach)
    keys = reports_due.asked(reach=reach, on=on, now=now, back=held) if due else None
    back, cut = by_item(held), False
    items: dict[Kind, tuple[Item, ...]] = {}
    for kind in Kind:
        found = list(rows_of(kind, reach, keys).order_by(*order(kind))[: MOST_ROWS + 1])
        cut = cut or len(found) > MOST_ROWS
        items[kind] = tuple(as_item(kind, row, back, on=on, language=language) for row in found[:MOST_ROWS])
    return Ledger(items, _units(reach, language), cut)


def named(
    codes: Iterable[tuple[Kind, str]], *, reach: Reach, on: date, language: str
) -> dict[tuple[Kind, str], Loaded]:
    """The items of these codes that are in reading reach; a query a kind."""
    wanted: dict[Kind, list[str]] = {}
    for kind, code in codes:
        wanted.setdefault(kind, []).append(code)
    back = by_item(reports_due.returned(reach))
    found: dict[tuple[Kind, str], Loaded] = {}
    for kind, some in wanted.items():
        for row in of_kind(kind).filter(readable(reach), code__in=some).order_by():
            found[kind, row.code] = Loaded(row, as_item(kind, row, back, on=on, language=language))
    return found


def of_kind(kind: Kind) -> QuerySet[Any]:
    """The rows of a kind with all that an item prints and a report needs."""
    rows = LOADED[kind.subject]()
    return rows.filter(_USES[kind]) if kind in _USES else rows


_USES = {Kind.LAND: Q(use=Use.LAND), Kind.SITE: ~Q(use=Use.LAND)}


def rows_of(kind: Kind, reach: Reach, keys: Iterable[Key] | None) -> QuerySet[Any]:
    """Of a kind what is due by these keys; without any, all the person reports on that has anything left."""
    if keys is None:
        return left_open(kind, reach)
    return of_kind(kind).filter(pk__in=[key.pk for key in keys if key.subject == kind.subject])


def left_open(kind: Kind, reach: Reach) -> QuerySet[Any]:
    """The rows of a kind the person reports on that have anything left to report."""
    return of_kind(kind).filter(within("unit__path", reach.paths(Permission.REPORT)), _LEFT[kind]())


_LEFT: Mapping[Kind, Callable[[], Q]] = {
    Kind.MILESTONE: lambda: ~Q(status=Status.DONE),
    Kind.METRIC: lambda: Q(derived=False),
    Kind.SITE: lambda: Q(pk__in=Site.objects.uncleared().order_by().values("pk")),
    Kind.LAND: lambda: Q(pk__in=Site.objects.uncleared().order_by().values("pk")),
    Kind.HOUSING: lambda: ~HOUSED,
    Kind.PACKAGE: lambda: ~awarded(),
}


def kind_of(item: Item) -> Kind:
    """The kind of table an item stands in."""
    return Kind.of(item.kind, item.use)


def figures_in(held: Stored, item: Item) -> dict[str, Decimal | None]:
    """Stored figures of an item by the columns its row has a cell for: not those counted on other uses of a
    site, nor what a metric counts.
    """
    own = FIGURES.get(kind_of(item), ())
    if item.kind == "site":
        own = tuple(name for name in own if name in columns_of(Use(item.use)))
    return {name: held.figures.get(name) for name in own if not (item.metric and name == "registered")}


def order(kind: Kind) -> tuple[str, ...]:
    """The order of a ledger: by programme and project."""
    if kind is Kind.METRIC:
        return ("programme__position", "programme__code", "position", "code")
    programme = ("project__programme__position", "project__programme__code")
    return (*programme, "project__position", "project__code", "position", "code")


def as_item(kind: Kind, row: Any, back: Mapping[tuple[int, int], Report], *, on: date, language: str) -> Item:
    """A loaded row as something to report on; `back` are the reports that came back, as `by_item` has them."""
    return ITEM[kind.subject](row, back.get((SUBJECTS.index(kind.subject), row.pk)), on=on, language=language)


def sent_before(tokens: Sequence[str], *, by: User) -> set[str]:
    """Those tokens under which the person has sent a report that was not taken back."""
    rows = Report.objects.filter(author=by, client_token__in=tokens).exclude(state=ReportState.WITHDRAWN)
    return {str(one) for one in rows.order_by().values_list("client_token", flat=True)}


def reports_for_any(codes: Sequence[str], *, reach: Reach) -> bool:
    """Whether the person reports for one of these units, or for a unit above or below one."""
    held = reach.paths(Permission.REPORT)
    paths = Unit.objects.filter(code__in=codes).order_by().values_list("path", flat=True)
    return any(path.startswith(own) or own.startswith(path) for path in paths for own in held)


def _units(reach: Reach, language: str) -> tuple[tuple[str, str], ...]:
    posts = [post for post in reach.posts if reach.may(Permission.REPORT, post.unit_path)]
    names = {one.unit_code: one.unit_name if language.startswith("zh") else one.unit_name_en for one in posts}
    return tuple(names.items())
