"""A waiting report as the rules of doubt and the plan see it: what is odd, and how far it is off the plan."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from tracker import words
from tracker.domain.against_plan import milestone_gaps
from tracker.domain.progress import Verdict
from tracker.domain.quantities import Quantity
from tracker.domain.relocation import Use
from tracker.domain.states import Colour, Status
from tracker.domain.stored import in_measure
from tracker.domain.suspicion import Doubt, MilestoneSaid, metric_doubts, milestone_doubts, standing_doubts
from tracker.domain.suspicion_homes import home_doubts
from tracker.domain.suspicion_sites import SiteSaid, beyond_later, site_doubts
from tracker.domain.tender_reports import package_doubts
from tracker.models import Metric, MetricReport, Milestone, MilestoneReport, Report
from tracker.queries.metric_state import number_of, standing_of
from tracker.queries.reports import values_of
from tracker.words import metrics as metric_words
from tracker.words import review as said

NO_VERDICT = (Verdict.NO_TARGET, Verdict.NO_PLAN, Verdict.NOT_REPORTED, Verdict.INCOMPLETE)
Measured = Sequence[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class PlanLight:
    """One respect in which a report is held against its plan; `word` and shape say it beside the colour."""

    colour: Colour
    word: str
    reason: str


def doubts(report: Report, on: date, of_tenders: Mapping[int, list[Doubt]]) -> list[Doubt]:
    """What deserves a second look; the report is loaded with its item, its values and what it corrects.

    `of_tenders` is what `review_tenders.tender_doubts` found of the reports loaded together.
    """
    item: Any = report.subject
    found = standing_doubts(
        retired=item.retired_at is not None,
        as_of=report.as_of,
        in_force=item.as_of if is_older(report) else None,
        others=item.pending - 1,
        on=on,
        correction=report.supersedes_id is not None,
    )
    values = values_of(report)
    if report.package_id and any(getattr(one, "suspended_from", None) for one in (values, before(report))):
        found = [replace(one, code=f"package_{one.code}") if one.code == "later_in_force" else one for one in found]
    found += of_tenders.get(report.pk, [])
    return found + DOUBTS[report.kind](report, item, values) if values is not None else found


def _of_milestone(report: Report, item: Any, values: Any) -> list[Doubt]:
    new = milestone_said(values, report.as_of)
    corrects = report.supersedes_id is not None
    return milestone_doubts(said_before(report), new, planned_days=_planned_days(item), corrects=corrects)


def _of_metric(report: Report, item: Any, values: Any) -> list[Doubt]:
    return metric_doubts(figure_before(report), values.quantity, cumulative=item.cumulative)


def _of_site(report: Report, item: Any, values: Any) -> list[Doubt]:
    old = before(report)
    day = report.supersedes.as_of if report.supersedes_id and report.supersedes else item.as_of
    said_then = SiteSaid(day, old.entry) if old is not None and day else None
    said_now = SiteSaid(report.as_of, values.entry)
    found = site_doubts(
        said_then,
        said_now,
        use=Use(item.use),
        scope=item.scope,
        persons=item.persons,
        corrects=report.supersedes_id is not None,
    )
    return [*_beyond_later(report, item, values), *found]


def _of_housing(report: Report, item: Any, values: Any) -> list[Doubt]:
    old = before(report)
    found = home_doubts(old.entry if old is not None else None, values.entry, planned=item.planned)
    return [*_beyond_later(report, item, values), *found]


def _beyond_later(report: Report, item: Any, values: Any) -> list[Doubt]:
    return beyond_later(values.entry.figures, item.entry.figures) if is_older(report) else []


def _of_package(report: Report, item: Any, values: Any) -> list[Doubt]:
    old = before(report)
    return package_doubts(old.counts if old is not None else None, values.counts)


DOUBTS: Mapping[str, Callable[[Report, Any, Any], list[Doubt]]] = {
    "milestone": _of_milestone,
    "metric": _of_metric,
    "site": _of_site,
    "housing": _of_housing,
    "package": _of_package,
}
"""What is odd in what a report says, by kind: (report, its item, its typed values)."""


def is_older(report: Report) -> bool:
    """Whether a later accepted report stays in force once this one is accepted."""
    item: Any = report.subject
    return bool(item.as_of and report.as_of < item.as_of and item.report_id != report.supersedes_id)


def before(report: Report) -> Any:
    """The values a report is held against: of what it corrects, else the item's own columns; a metric has none here."""
    if report.supersedes_id and report.supersedes is not None:
        return values_of(report.supersedes)
    return None if report.metric_id else report.subject


def said_before(report: Report) -> MilestoneSaid | None:
    """What was accepted of the milestone before, or is corrected."""
    old = before(report)
    if old is None or report.milestone is None:
        return None
    day = report.supersedes.as_of if report.supersedes_id and report.supersedes else report.milestone.as_of
    return milestone_said(old, day)


def milestone_said(values: Any, as_of: date | None) -> MilestoneSaid:
    """The columns of a milestone or of its report, as the rules take them."""
    return MilestoneSaid(
        as_of=as_of,
        status=Status(values.status) if values.status else None,
        progress=values.progress,
        actual_start=values.actual_start,
        actual_finish=values.actual_finish,
        forecast_latest=values.forecast_latest,
    )


def figure_before(report: Report) -> Quantity | None:
    """The figure a metric's report is held against, in the unit in which it was reported."""
    metric = report.metric
    earlier = report.supersedes if report.supersedes_id else metric.report if metric else None
    values = values_of(earlier) if earlier is not None else None
    if isinstance(values, MetricReport):
        return values.quantity
    return metric.value if metric is not None and not report.supersedes_id else None


def _planned_days(milestone: Milestone) -> int | None:
    if milestone.planned_start is None or milestone.due_latest is None:
        return None
    return max((milestone.due_latest - milestone.planned_start).days, 0)


def plan_lights(report: Report, measured: Measured) -> list[PlanLight]:
    """How the report stands to the plan; `measured` are the metric's counting measurements."""
    values = values_of(report)
    if isinstance(values, MilestoneReport) and report.milestone is not None:
        row = report.milestone
        gaps = milestone_gaps(milestone_said(values, report.as_of), planned_start=row.planned_start, due=row.due_latest)
        return [PlanLight(one.colour, said.gap_word(one), said.gap_reason(one)) for one in gaps]
    if isinstance(values, MetricReport) and report.metric is not None:
        return _metric_light(report.metric, report.as_of, values.quantity, measured)
    return []


def _metric_light(metric: Metric, as_of: date, quantity: Quantity, measured: Measured) -> list[PlanLight]:
    number = in_measure(number_of(quantity, metric.direction), quantity.measure, metric.measure)
    if number is None:
        return []
    course = [*(one for one in measured if one[0] < as_of), (as_of, number)]
    standing = standing_of(metric, course, as_of)
    if standing.verdict in NO_VERDICT:
        return []
    reason = metric_words.reason(
        standing,
        lambda figure: metric_words.figure(figure, metric.measure),
        value=words.quantity(quantity),
        target=words.quantity(metric.target),
        as_of=as_of,
        undated=False,
        withheld=False,
    )
    return [PlanLight(standing.colour, metric_words.verdict(standing, withheld=False), reason)]
