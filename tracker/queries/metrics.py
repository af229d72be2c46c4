"""Metrics: the list of everything in reach, and what its filters offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from tracker.domain.quantities import Qualifier
from tracker.models import Metric
from tracker.permissions import Reach, readable
from tracker.queries.metric_state import MetricLine, lines, metric_light, number_of, standing_of, undated
from tracker.queries.milestones import due_of

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
        names = ("name", "name_en", "code", "sort_key", "basis", "project__name", "project__name_en")
        like = Q()
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


def csv_row(row: Metric, on: date, language: str) -> list[Any]:
    """One metric as cells; its verdict comes from its latest value, so that no more has to be read."""
    value = number_of(row.value, row.direction)
    known = [(row.as_of, value)] if value is not None and row.as_of else []
    light = metric_light(row, standing_of(row, known, on), known=bool(known))
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
