"""Sums of the clearance ledger by project, use and basis: added up in the database, never across uses or bases."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import Count as Number
from django.db.models import IntegerField, Max, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from tracker.domain.relocation import COUNTS, FIGURES, Count, Obstacle, Stage, Tally, Use, column
from tracker.models import Site
from tracker.models.relocation import SCOPES
from tracker.queries.relocation_sites import Question, Sites, Then

HELD = "obstacles_"
SUMMED: tuple[str, ...] = (*FIGURES, *(f"scope_{name}" for name in SCOPES))
KEY = ("project_id", "use", "basis", "in_total")


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of sites of one use and basis; `sums` by column, None where no site states one, `stated` how many do.

    Of each count: `loose` sites state their scope not exactly or not at all, `without` state none, and `beyond` of
    these have figures all the same, so that a rate would count what is not in its denominator.
    """

    project_id: int | None
    use: Use
    basis: str
    basis_en: str
    in_total: bool
    sites: int
    sums: Mapping[str, Decimal | None]
    stated: Mapping[str, int]
    loose: Mapping[Count, int]
    without: Mapping[Count, int]
    beyond: Mapping[Count, int]

    def tally(self, count: Count) -> Tally:
        """One count of the sites together."""
        stages = {stage: self.sums[column(stage, count)] for stage in Stage}
        return Tally(self.sums[f"scope_{count.value}"], self.loose[count] > 0, stages)

    def lacking(self, stage: Stage, count: Count) -> int:
        """Of how many sites the sum lacks the figure; none where there is no sum at all."""
        stated = self.stated[column(stage, count)]
        return self.sites - stated if stated else 0

    @property
    def tallies(self) -> dict[Count, Tally]:
        """Every count of this use that any site states a scope or figure of; the main count first."""
        found = {count: self.tally(count) for count in COUNTS[self.use]}
        stated = {count: one for count, one in found.items() if told(one)}
        return dict(sorted(stated.items(), key=lambda pair: pair[1].scope is None)) or found

    @property
    def held(self) -> dict[Obstacle, int]:
        """Households held up, by what holds them up."""
        counted = {one: self.sums.get(HELD + one.value) for one in Obstacle}
        return {one: int(value) for one, value in counted.items() if value}


def told(one: Tally) -> bool:
    """Whether a scope or any stage is stated."""
    return one.scope is not None or any(value is not None for value in one.stages.values())


def totals(sites: Sites, then: Then | None = None) -> list[Total]:
    """The sums of sites by project, use and basis, as of now or a past moment, in one order always: one query, however
    many sites.
    """
    order, found = list(Use), [_total(row) for row in sites.all(TOTALS, then=then)]
    return sorted(found, key=lambda one: (order.index(one.use), one.basis, not one.in_total, one.project_id or 0))


def _grouped(rows: Any) -> Any:
    sums: dict[str, Any] = {f"sum_{name}": Sum(name) for name in SUMMED}
    sums |= {f"stated_{name}": Number(name) for name in FIGURES}
    for one in Obstacle:
        held = Cast(KeyTextTransform(one.value, "obstacles"), IntegerField())
        sums[f"sum_{HELD}{one.value}"] = Sum(held)
    for count in Count:
        bare = Q(**{f"scope_{count.value}__isnull": True})
        sums[f"loose_{count.value}"] = Number("pk", filter=bare | ~Q(**{f"scope_{count.value}_qualifier": "exact"}))
        sums[f"without_{count.value}"] = Number("pk", filter=bare)
        sums[f"beyond_{count.value}"] = Number("pk", filter=bare & _stated(count))
    return rows.order_by().values(*KEY).annotate(sites=Number("pk"), named=Max("basis_en"), **sums)


TOTALS = Question(_grouped)


def _stated(count: Count) -> Q:
    found = Q()
    for stage in Stage:
        found |= Q(**{f"{column(stage, count)}__isnull": False})
    return found


def _total(row: Mapping[str, Any]) -> Total:
    names = (*SUMMED, *(HELD + one.value for one in Obstacle))
    sums = {name: row[f"sum_{name}"] for name in names}
    return Total(
        project_id=row["project_id"],
        use=Use(row["use"]),
        basis=row["basis"],
        basis_en=row["named"],
        in_total=row["in_total"],
        sites=row["sites"],
        sums={name: None if value is None else Decimal(value) for name, value in sums.items()},
        stated={name: row[f"stated_{name}"] for name in FIGURES},
        loose={count: row[f"loose_{count.value}"] for count in Count},
        without={count: row[f"without_{count.value}"] for count in Count},
        beyond={count: row[f"beyond_{count.value}"] for count in Count},
    )


def totals_of(rows: Sequence[Site]) -> list[Total]:
    """The same sums of loaded, perhaps overlaid sites."""
    return folded([_single(row) for row in rows], by=lambda one: one.project_id)


def _single(row: Site) -> Total:
    held = {HELD + one.value: row.obstacles.get(one.value) for one in Obstacle}
    sums = {name: getattr(row, name) for name in SUMMED} | held
    without = {count: int(sums[f"scope_{count.value}"] is None) for count in Count}
    beyond = {
        count: int(bool(bare) and any(sums[column(stage, count)] is not None for stage in Stage))
        for count, bare in without.items()
    }
    return Total(
        project_id=row.project_id,
        use=Use(row.use),
        basis=row.basis,
        basis_en=row.basis_en,
        in_total=row.in_total,
        sites=1,
        sums={name: None if value is None else Decimal(value) for name, value in sums.items()},
        stated={name: int(sums[name] is not None) for name in FIGURES},
        loose={count: int(not row.scope[count].firm) for count in Count},
        without=without,
        beyond=beyond,
    )


def folded(found: Iterable[Total], *, by: Any) -> list[Total]:
    """Totals added up where `by` and use, basis and standing in the total agree; `by` gives the key kept as project."""
    groups: dict[Any, list[Total]] = {}
    for one in found:
        groups.setdefault((by(one), one.use, one.basis, one.in_total), []).append(one)
    return [_added(key[0], rows) for key, rows in groups.items()]


def _added(project_id: int | None, rows: Sequence[Total]) -> Total:
    if len(rows) == 1:
        return replace(rows[0], project_id=project_id)
    names = dict.fromkeys(name for row in rows for name in row.sums)
    sums: dict[str, Decimal | None] = {}
    for name in names:
        values = [value for row in rows if (value := row.sums.get(name)) is not None]
        sums[name] = sum(values, Decimal(0)) if values else None

    def counted(name: str) -> dict[Count, int]:
        return {count: sum(getattr(row, name)[count] for row in rows) for count in Count}

    first = rows[0]
    return Total(
        project_id=project_id,
        use=first.use,
        basis=first.basis,
        basis_en=max(row.basis_en for row in rows),
        in_total=first.in_total,
        sites=sum(row.sites for row in rows),
        sums=sums,
        stated={name: sum(row.stated[name] for row in rows) for name in FIGURES},
        loose=counted("loose"),
        without=counted("without"),
        beyond=counted("beyond"),
    )
