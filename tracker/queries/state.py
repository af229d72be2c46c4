"""The state of milestones and metrics at a moment, shared by every page's query.

For now the rows' own columns say it. For a past moment plan and state are read back from the plan versions and
reports known then and laid over the loaded rows, in memory: two queries, however many rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Q

from tracker import words
from tracker.domain.aggregation import Figure
from tracker.domain.progress import Aggregation
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.states import Colour, DateState, Reading, read
from tracker.domain.stored import in_measure
from tracker.models import Metric, MetricPlan, Milestone, MilestonePlan, Report
from tracker.models.days import DUE, FORECAST
from tracker.queries.derived import Composition, composition
from tracker.queries.ledger_sums import figures as ledger_figures

PLAN_COLUMNS = (
    "planned_start",
    "duration",
    "duration_unit",
    "constraint",
    "constraint_day",
    "weight",
    *DUE,
)
STATE_COLUMNS = (
    "progress",
    "actual_start",
    "actual_finish",
    *FORECAST,
)
TARGET_COLUMNS = (
    "start_low",
    "start_high",
    "start_qualifier",
    "start_on",
    "target_low",
    "target_high",
    "target_qualifier",
    *DUE,
    "curve",
)


def _empty(name: str) -> str | None:
    return "" if name.endswith(("_text", "_precision", "_kind", "_qualifier", "_unit")) else None


MANY = 2000
"""From this many milestones on, plans and reports are not asked for by key."""
PLAN_VALUES = ("number", "recorded_at", *PLAN_COLUMNS)
NO_PLAN = (0, None, *(Decimal(1) if name == "weight" else _empty(name) for name in PLAN_COLUMNS))
REPORTED = ("report_id", "as_of", "reported_at", "status", *STATE_COLUMNS)
REPORT_VALUES = (
    "origin",
    "pk",
    "as_of",
    "accepted_at",
    "on_milestone__status",
    *(f"on_milestone__{name}" for name in STATE_COLUMNS),
)
NO_REPORT = ("", None, None, None, "", *(_empty(name) for name in STATE_COLUMNS))


@dataclass(frozen=True, slots=True)
class Light:
    """A light as it is shown: colour (with its shape), word, and the sentence that explains it."""

    state: DateState
    colour: Colour
    word: str
    reason: str


def light(reading: Reading) -> Light:
    """A reading in the reader's language."""
    return Light(
        state=reading.state,
        colour=reading.colour,
        word=words.state(reading.state),
        reason=words.reason(reading),
    )


def light_of(row: Milestone, on: date, tracking_from: date | None) -> Light:
    """The light of a loaded (perhaps overlaid) milestone on a day."""
    return light(read(row.facts(tracking_from), on))


def overlay_milestones(rows: Sequence[Milestone], *, on: date, known: datetime) -> None:
    """Lay plan and state as known at a moment over loaded milestones (not saved); two queries."""
    among = _among(rows)
    plans = MilestonePlan.objects.filter(among, recorded_at__lte=known).order_by("milestone_id", "-number")
    plan_of = {plan[0]: plan[1:] for plan in plans.distinct("milestone_id").values_list("milestone_id", *PLAN_VALUES)}
    _lay(rows, plan_of, Report.objects.filter(among).latest_per_milestone(on=on, known=known))


def overlay_as_loaded(rows: Sequence[Milestone]) -> set[int]:
    """Lay the first plan, and what documents stated with it, over loaded milestones (not saved); two queries.

    Returns the keys of those whose first plan nobody made: they came with their documents.
    """
    among = _among(rows)
    firsts = MilestonePlan.objects.filter(among, number=1).values_list("milestone_id", "by_id", *PLAN_VALUES)
    plan_of, loaded = {}, set()
    for key, by, *plan in firsts:
        plan_of[key] = plan
        if by is None:
            loaded.add(key)
    stated = Report.objects.filter(among, origin=Origin.DOCUMENT, state=ReportState.ACCEPTED).filter(
        milestone__plans__number=1, accepted_at__lte=F("milestone__plans__recorded_at")
    )
    _lay(rows, plan_of, stated.order_by("milestone_id", "-as_of", "-id").distinct("milestone_id"))
    return loaded


def _among(rows: Sequence[Milestone]) -> Q:
    """The condition of what belongs to these milestones.

    Where very many are asked for, the plans and reports of all are read: a list of their keys would cost more.
    """
    ids = [row.pk for row in rows]
    return Q(milestone__in=ids) if len(ids) <= MANY else Q(milestone__isnull=False)


def _lay(rows: Sequence[Milestone], plan_of: Mapping[int, Sequence[Any]], reports: Any) -> None:
    """Plain values and not rows, since a past overview lays tens of thousands of them; one query for the reports."""
    report_of = {said[0]: said[1:] for said in reports.values_list("milestone_id", *REPORT_VALUES)}
    for row in rows:
        plan = plan_of.get(row.pk, NO_PLAN)
        for name, value in zip(("plan_number", "planned_at", *PLAN_COLUMNS), plan, strict=True):
            setattr(row, name, value)
        origin, *said = report_of.get(row.pk, NO_REPORT)
        for name, value in zip(REPORTED, said, strict=True):
            setattr(row, name, value)
        if origin == Origin.DOCUMENT:  # what a document states was reported by nobody
            row.reported_at = None
        # Whether something waits for review is a matter of today, not of the moment shown.
        row.pending = 0


def overlay_metrics(rows: Sequence[Metric], *, on: date, known: datetime) -> None:
    """Lay target and value as known at a moment over loaded metrics (not saved); three queries, five with derived ones,
    one more where a ledger was added up.

    What was made from parts then is worked out from the parts' reports of then, a ledger from its sites' reports.
    """
    ids = [row.pk for row in rows]
    plans = MetricPlan.objects.filter(metric__in=ids, recorded_at__lte=known)
    plan_of = {p.metric_id: p for p in plans.order_by("metric_id", "-number").distinct("metric_id")}
    made = composition(rows, known=known)
    sums = ledger_figures(made.added(ids), made.rows, on=on, known=known)
    reports = Report.objects.filter(metric__in={*ids, *made.leaves(ids)}).latest_per_metric(on=on, known=known)
    report_of = {report.metric_id: report for report in reports.select_related("on_metric")}
    for row in rows:
        _overlay_plan(row, plan_of.get(row.pk))
        report = report_of.get(row.pk)
        values = report.on_metric if report else None
        row.value_low = in_measure(values.low, values.measure, row.measure) if values else None
        row.value_high = in_measure(values.high, values.measure, row.measure) if values else None
        row.value_qualifier = values.qualifier if values else ""
        _overlay_head(row, report)
    figures = {pk: report.on_metric.figure for pk, report in report_of.items() if pk is not None} | sums
    for row in rows:
        _overlay_parts(row, made, figures)


def _overlay_parts(row: Metric, made: Composition, reported: dict[int, Figure]) -> None:
    """What the metric was made from and what it entered then; the figure of one made from parts."""
    formula, added = made.works.formulas.get(row.pk), made.ledgers.get(row.pk)
    row.derived, row.parts_counted, row.parts_total = bool(formula or added), 0, 0
    row.ledger = added.stored if added else ""
    entered = made.wholes.get(row.pk)
    if row.part or entered:
        row.part = entered[1].value if entered else ""
        row.parent = made.rows[entered[0]] if entered else None
    if not row.derived:
        return
    row.aggregation = formula.aggregation.value if formula else Aggregation.SUM.value
    row.take_figure(made.works.figure(row.pk, reported))


def _overlay_plan(row: Metric, plan: MetricPlan | None) -> None:
    """Columns of the plan version; where none was recorded yet, the first one known stays out: all blank."""
    for name in TARGET_COLUMNS:
        if plan is not None:
            setattr(row, name, getattr(plan, name))
        elif name != "curve":
            setattr(row, name, _empty(name))
    row.plan_number = plan.number if plan else 0


def _overlay_head(row: Metric, report: Report | None) -> None:
    row.as_of = report.as_of if report else None
    row.report_id = report.pk if report else None
    said = report is not None and report.origin != Origin.DOCUMENT
    row.reported_at = report.accepted_at if report and said else None
    row.pending = 0
