"""Metrics: the list of everything in reach, and what its filters offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.domain.progress import Direction, Standing, Verdict
from tracker.domain.quantities import Qualifier
from tracker.models import Metric
from tracker.permissions import Reach, readable
from tracker.queries.metric_state import (
    MetricLine,
    first_level,
    lines,
    measurements,
    metric_light,
    number_of,
    standing_of,
    undated,
)
from tracker.queries.milestones import due_of
from tracker.words.metrics import verdict_code

CSV_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Group:
    """The metrics of one programme on this page."""

    code: str
    name: str
    lines: tuple[MetricLine, ...]

    @property
    def reported(self) -> int:
        """How many have a value."""
        return sum(not line.blank for line in self.lines)


ORDER = ("programme__position", "programme__code", "position", "code")


def listed(*, reach: Reach) -> Any:
    """Every current metric in reach, in the order of the programmes; nothing is read yet."""
    return Metric.objects.current().filter(readable(reach)).order_by(*ORDER)


def with_names(rows: Any) -> Any:
    """The rows with everything that a line or a cell names."""
    return rows.select_related("programme", "parent", "unit", "project", "report__citation__document")


def loaded(keys: Sequence[int]) -> list[Metric]:
    """The metrics of a page by their keys, in that order; one query. Sorting keys alone is far quicker than rows."""
    found = with_names(Metric.objects.filter(pk__in=keys)).in_bulk()
    return [found[key] for key in keys if key in found]


def groups(rows: Sequence[Metric], *, on: date, known: datetime, language: str) -> list[Group]:
    """The rows of a page by programme, each with its bullet; two queries (measurements, citations)."""
    shown = dict(zip((row.pk for row in rows), lines(rows, on=on, known=known, language=language), strict=True))
    found = []
    for _pk, held in groupby(rows, key=lambda row: row.programme_id):
        kept = list(held)
        programme = kept[0].programme
        found.append(Group(programme.code, programme.called(language), tuple(shown[row.pk] for row in kept)))
    return found


def searched(rows: Any, values: dict[str, Any], unit_path: str) -> Any:
    """The rows the filters let through; `values` are those of `forms.metrics.MetricsForm`."""
    if values.get("programme"):
        rows = rows.filter(programme__code=values["programme"])
    if unit_path:
        rows = rows.filter(unit__path__startswith=unit_path)
    if values.get("q"):
        text = values["q"].strip()
        names = ("name", "name_en", "code", "basis", "project__name", "project__name_en")
        like = Q(sort_key__sounds=text)
        for name in names:
            like |= Q(**{f"{name}__icontains": text})
        rows = rows.filter(like)
    withheld = Qualifier.WITHHELD.value
    if values.get("target") == "stated":
        rows = rows.exclude(target_qualifier__in=("", withheld))
    elif values.get("target"):
        rows = rows.filter(target_qualifier=withheld if values["target"] == "withheld" else "")
    if values.get("value"):
        rows = rows.filter(value_qualifier="") if values["value"] == "none" else rows.exclude(value_qualifier="")
    return rows


Firsts = dict[int, tuple[date, Decimal]]


def first_levels(rows: Any, *, on: date, known: datetime) -> Firsts:
    """The first level of each metric on its way down to nothing; two queries, one where there is none."""
    down = rows.filter(direction=Direction.REDUCE, target_low=0, start_qualifier="").exclude(value_qualifier="")
    found = list(down.order_by())
    if not found:
        return {}
    measured = measurements(found, on=on, known=known)
    firsts = {row.pk: first_level(row, measured.get(row.pk, ())) for row in found}
    return {pk: first for pk, first in firsts.items() if first is not None}


def _now(row: Metric, firsts: Firsts, on: date) -> tuple[Standing, bool]:
    """How a metric stands by its columns alone, and whether it has a value; its verdict needs no more than these."""
    value = number_of(row.value, row.direction)
    known = [(row.as_of, value)] if value is not None and row.as_of and row.as_of <= on else []
    first = [firsts[row.pk]] if known and row.pk in firsts and firsts[row.pk] != known[0] else []
    return standing_of(row, [*first, *known], on), bool(known)


def with_verdict(rows: Any, wanted: str, *, on: date, known: datetime) -> list[int]:
    """The keys of the rows of one verdict (a key of `words.metrics.VERDICTS`), in their order."""
    withheld = Qualifier.WITHHELD.value
    rows = _narrowed(rows, wanted)
    firsts = first_levels(rows, on=on, known=known)
    return [
        row.pk
        for row in rows
        if verdict_code(_now(row, firsts, on)[0], withheld=row.target_qualifier == withheld) == wanted
    ]


def _narrowed(rows: Any, wanted: str) -> Any:
    """What the database can leave out before the verdicts are worked out one by one."""
    if wanted in (Verdict.NO_TARGET, "withheld"):
        return rows.filter(target_qualifier=Qualifier.WITHHELD.value if wanted == "withheld" else "")
    if wanted == Verdict.NOT_REPORTED:
        return rows.filter(value_qualifier="")
    if wanted == Verdict.INCOMPLETE:
        return rows.filter(derived=True)
    rows = rows.exclude(value_qualifier="").exclude(target_qualifier__in=("", Qualifier.WITHHELD.value))
    if wanted in (Verdict.WITHIN_CAP, Verdict.OVER_CAP):
        return rows.filter(direction=Direction.CAP)
    return rows.filter(direction=Direction.FLOOR) if wanted == "below_floor" else rows.exclude(direction=Direction.CAP)


def csv_columns() -> list[str]:
    """The head of the file."""
    return [
        _("Code"),
        _("Metric"),
        _("Programme"),
        _("Project"),
        _("Unit responsible"),
        _("What is counted"),
        _("Measure"),
        _("Value before the works"),
        _("Target"),
        _("Due"),
        _("Value"),
        _("As of"),
        _("Verdict"),
        _("Reason"),
    ]


def csv_row(row: Metric, firsts: Firsts, on: date, language: str) -> list[Any]:
    """One metric as cells; its verdict comes from its columns and `first_levels`, so that no more has to be read."""
    standing, known = _now(row, firsts, on)
    light = metric_light(row, standing, known=known)
    return [
        row.code,
        row.called(language),
        row.programme.called(language),
        row.project.called(language) if row.project else "",
        row.unit.called(language),
        row.basis,
        row.measure,
        row.start,
        row.target,
        due_of(row.due, row.plan_year).meaning,
        row.value,
        "" if undated(row) else row.as_of,
        light.word,
        light.reason,
    ]
