"""Units as the pages show them: the tree, one unit, and the units to choose from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from tracker import words
from tracker.domain.states import Status
from tracker.models import Appointment, Metric, Milestone, Role, Unit
from tracker.permissions import ROLES, Permission, Reach, within


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit of the tree, `steps` below the first; `works` counts milestones not done and metrics."""

    code: str
    name: str
    kind: str
    steps: range
    people: int
    works: int
    stated: bool
    retired: bool


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Who holds an appointment in a unit now."""

    username: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit with what stands around it."""

    code: str
    called: str
    name: str
    name_en: str
    kind: str
    kind_label: str
    parent: str
    above: tuple[tuple[str, str], ...]
    below: tuple[UnitLine, ...]
    people: tuple[HeldBy, ...]
    works: int
    stated: bool
    version: int
    is_root: bool
    retired: str
    retired_reason: str


def unit_choices(*, reach: Reach, permission: Permission, language: str) -> list[tuple[str, str]]:
    """The units under which the permission holds and that are in use, as (code, name set in by its depth)."""
    rows = Unit.objects.filter(within("path", reach.paths(permission)), retired_at__isnull=True)
    return [(row.code, f"{'　' * depth}{row.called(language)}") for row, depth in _in_order(list(rows))]


def unit_tree(*, reach: Reach, today: date, language: str) -> list[UnitLine]:
    """Every unit in reach, parents before children, retired ones last among their siblings; one query."""
    return _lines(within("path", reach.paths(Permission.MANAGE_UNITS)), today=today, language=language)


def unit_page(*, code: str, reach: Reach, today: date, language: str) -> UnitPage | None:
    """The page of one unit, or None where it is not in reach."""
    row = Unit.objects.filter(within("path", reach.paths(Permission.MANAGE_UNITS)), code=code).first()
    if row is None:
        return None
    codes = row.path.strip("/").split("/")
    names = {unit.code: unit.called(language) for unit in Unit.objects.filter(code__in=codes)}
    lines = _lines(Q(parent=row), today=today, language=language)
    (itself,) = _lines(Q(pk=row.pk), today=today, language=language)
    held = Appointment.objects.filter(_running(today), unit=row).select_related("user")
    return UnitPage(
        code=row.code,
        called=row.called(language),
        name=row.name,
        name_en=row.name_en,
        kind=row.kind,
        kind_label=str(words.UNIT_KINDS[row.kind]),
        parent=codes[-2] if len(codes) > 1 else "",
        above=tuple((above, names[above]) for above in codes[:-1]),
        below=tuple(lines),
        people=tuple(_held(item, language) for item in held.order_by("role", "user__username")),
        works=itself.works,
        stated=row.stated,
        version=row.version,
        is_root=row.parent_id is None,
        retired=words.instant(row.retired_at),
        retired_reason=row.retired_reason,
    )


def _held(item: Appointment, language: str) -> HeldBy:
    return HeldBy(item.user.username, item.user.called(language), str(ROLES[Role(item.role)].label))


def _running(today: date) -> Q:
    return Q(valid_to__isnull=True) | Q(valid_to__gte=today)


def _count(rows: Any) -> Coalesce:
    """How many of the rows belong to the unit, as a column."""
    counted = rows.filter(unit=OuterRef("pk")).order_by().values("unit").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _lines(condition: Q, *, today: date, language: str) -> list[UnitLine]:
    rows = Unit.objects.filter(condition).annotate(
        people=_count(Appointment.objects.filter(_running(today), user__is_active=True)),
        milestones_open=_count(Milestone.objects.current().exclude(status=Status.DONE)),
        metrics_open=_count(Metric.objects.current()),
    )
    return [
        UnitLine(
            code=row.code,
            name=row.called(language),
            kind=str(words.UNIT_KINDS[row.kind]),
            steps=range(depth),
            people=row.people,
            works=row.milestones_open + row.metrics_open,
            stated=row.stated,
            retired=row.retired_at is not None,
        )
        for row, depth in _in_order(list(rows))
    ]


def _in_order(rows: list[Any]) -> Iterator[tuple[Any, int]]:
    """The rows as a tree, each with its depth below the uppermost one given; siblings by position, then by name."""
    below: dict[int | None, list[Any]] = {}
    known = {row.pk for row in rows}
    for row in sorted(rows, key=lambda row: (row.retired_at is not None, row.position, row.sort_key, row.code)):
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)

    def walk(parent: int | None, depth: int) -> Iterator[tuple[Any, int]]:
        for row in below.get(parent, ()):
            yield row, depth
            yield from walk(row.pk, depth + 1)

    return walk(None, 0)
