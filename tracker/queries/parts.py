"""The parts of a metric: as its page shows them, and what could be chosen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, IntegerField, Q, Value, When
from django.urls import reverse

from tracker import words
from tracker.domain.aggregation import Role
from tracker.domain.progress import Aggregation
from tracker.models import Derivation, Metric
from tracker.permissions import Reach, readable
from tracker.queries.metric_state import undated
from tracker.words import aggregation as said
from tracker.words import metrics as metric_words

OFFERED = 200
"""The most metrics offered as parts; those of the same unit and basis come first."""


@dataclass(frozen=True, slots=True)
class PartLine:
    """One part: what it is, its figure of which day, what it is weighed by, and the report that says so."""

    code: str
    name: str
    note: str
    url: str
    role: str
    value: str
    as_of: str
    weight: str
    report: str
    missing: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided what a metric is made from, when and why."""

    recorded: str
    by: str
    reason: str
    formula: str
    parts: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A metric that could be a part, and what it is now."""

    code: str
    name: str
    note: str
    value: str
    part: bool
    denominator: bool


def decisions(metric: Metric, *, known: datetime) -> list[Derivation]:
    """What was decided on a metric's parts, newest first; one query."""
    found = Derivation.objects.filter(metric=metric, recorded_at__lte=known).select_related("by")
    return list(found.order_by("-number"))


def told(found: Sequence[Derivation], language: str) -> list[Decision]:
    """Decisions in the reader's language."""
    return [
        Decision(
            recorded=words.instant(one.recorded_at),
            by=one.by.called(language) if one.by else "",
            reason=one.reason,
            formula=said.decided(one.aggregation, one.ledger),
            parts=", ".join(code for code, _role in one.parts),
        )
        for one in found
    ]


def members(decided: Derivation | None, *, reach: Reach) -> tuple[list[Metric], int]:
    """The parts a decision names, in its order, as far as they are in reach, and how many are not; one query."""
    if decided is None or decided.aggregation == Aggregation.NONE:
        return [], 0
    codes = [code for code, _role in decided.parts]
    rows = Metric.objects.filter(readable(reach), code__in=codes).select_related("report__citation")
    found = {row.code: row for row in rows}
    return [found[code] for code in codes if code in found], len(codes) - len(found)


def part_line(row: Metric, role: str, aggregation: str, language: str) -> PartLine:
    """A loaded (perhaps overlaid) part as a row."""
    weighted = aggregation == Aggregation.WEIGHTED
    return PartLine(
        code=row.code,
        name=row.called(language),
        note=metric_words.note(row, language),
        url=reverse("metric", args=[row.code]),
        role=str(said.ROLES[role]) if role != Role.PART else "",
        value=words.quantity(row.value),
        as_of="" if undated(row) or not row.value_qualifier else words.day(row.as_of),
        weight=words.quantity(row.target) if weighted and row.target_qualifier else "",
        report=reverse("report", args=[row.report_id]) if row.report_id and not row.derived else "",
        missing=not row.value_qualifier or row.incomplete,
    )


def candidates(
    metric: Metric, *, reach: Reach, language: str, ticked: Mapping[str, Collection[str]] | None = None
) -> tuple[list[Candidate], int]:
    """What could be a part of a metric, what fits best first, and how many are left out; two queries.

    Metrics of its programme, of its project if it has one, that neither enter nor stand beside another metric. What
    the metric itself enters is not offered, and refused if it is sent. `ticked`: what a form that comes back had
    chosen, as `parts` and `denominators`; else what is chosen now.
    """
    rows: Any = Metric.objects.current().filter(readable(reach), programme=metric.programme_id).exclude(pk=metric.pk)
    if metric.project_id:
        rows = rows.filter(project=metric.project_id)
    rows = rows.filter(Q(parent=None) | (Q(parent=metric) & ~Q(part=""))).exclude(pk=metric.parent_id or 0)
    own = When(parent=metric, then=Value(0))
    alike = When(basis=metric.basis, measure=metric.measure, then=Value(1))
    rank = Case(own, alike, When(measure=metric.measure, then=Value(2)), default=Value(3), output_field=IntegerField())
    count = rows.count()
    found = rows.annotate(rank=rank).order_by("rank", "position", "code")[:OFFERED]
    return [_candidate(row, metric, language, ticked) for row in found], max(count - OFFERED, 0)


def _candidate(row: Metric, whole: Metric, language: str, ticked: Mapping[str, Collection[str]] | None) -> Candidate:
    mine = row.parent_id == whole.pk
    above, below = mine and row.part != Role.DENOMINATOR, mine and row.part == Role.DENOMINATOR
    if ticked is not None:
        above, below = row.code in ticked["parts"], row.code in ticked["denominators"]
    return Candidate(
        code=row.code,
        name=row.called(language),
        note=said.candidate(row, language),
        value=said.figure(row),
        part=above,
        denominator=below,
    )
