"""The page of one metric: where it stands, its planned curve against what was measured, its targets and sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.aggregation import Figure
from tracker.domain.progress import Aggregation, Curve, Standing, planned
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.reporting import Origin
from tracker.domain.stored import in_measure
from tracker.domain.units import BASE, MEASURES
from tracker.models import Citation, Metric, MetricPlan, Report
from tracker.permissions import Reach, readable
from tracker.queries.citation_lines import CitationLine, citation_lines
from tracker.queries.derived import courses
from tracker.queries.metric_state import (
    LIMITS,
    MetricLine,
    citations_of,
    curve_of,
    lines,
    measurements,
    metric_line,
    number_of,
    numbers,
    standing_of,
    undated,
    with_reports,
)
from tracker.queries.milestones import Due, due_of
from tracker.queries.parts import Decision, PartLine, decisions, members, part_line, told
from tracker.queries.report_lines import ReportLine, chain
from tracker.queries.scope import citations_in_reach
from tracker.queries.state import overlay_metrics
from tracker.words import metrics as metric_words
from tracker.words.aggregation import formula

REPORTS = 60
MONTH = Decimal("30.436875")  # days, mean


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the target."""

    recorded: str
    by: str
    reason: str
    start: str
    stated: str
    due: Due
    unit: str
    citation: Citation | None
    first: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value that counts: as stated, in the base unit, against the plan of its day, and whose it is."""

    pk: int
    day: date
    as_of: str
    value: Decimal
    printed: str
    base: str
    planned: str
    gap: str
    origin: str
    author: str
    decided: str
    citation: Citation | None
    undated: bool
    url: str


@dataclass(frozen=True, slots=True)
class MetricPage:
    """One metric as of a moment. `scale` makes the figures of the chart those of the printed unit."""

    line: MetricLine
    standing: Standing
    programme: tuple[str, str]
    project: tuple[str, str] | None
    unit: str
    unit_path: str
    version: int
    direction: str
    meaning: str
    cumulative: bool
    derived: bool
    start: str
    target: str
    value: str
    measure: str
    due: Due
    parent: tuple[str, str] | None
    enters: bool
    sides: list[MetricLine]
    formula: str
    ratio: bool
    weighted: bool
    parts: list[PartLine]
    hidden: int
    decisions: list[Decision]
    share: str
    pace: str
    curve: Curve | None
    ours: bool
    limit: bool
    percent: bool
    scale: int
    goal: Decimal | None
    goal_text: str
    versions: list[Version]
    measured: list[Measurement]
    reports: list[ReportLine]
    citations: list[CitationLine]
    pending: int


def loaded(*, code: str, reach: Reach) -> Metric | None:
    """The metric of that code with what its page names; None where there is none in reach."""
    rows = Metric.objects.current().filter(readable(reach), code=code)
    found: Metric | None = rows.select_related("unit", "programme", "project", "parent").first()
    return found


def metric_page(*, row: Metric, reach: Reach, on: date, known: datetime, past: bool, language: str) -> MetricPage:
    """Everything about a metric loaded by `loaded`, as of a moment; a constant number of queries."""
    if past:
        overlay_metrics([row], on=on, known=known)
    with_reports([row])
    course = courses([row], on=on, known=known, most=REPORTS, recent=True).get(row.pk, [])
    points = numbers(course, row.direction) if row.derived else measurements([row], on=on, known=known).get(row.pk, [])
    curve = curve_of(row, points)
    standing = standing_of(row, points, on)
    sides = list(row.parts.filter(readable(reach), retired_at__isnull=True, part="").select_related("parent"))
    decided = decisions(row, known=known)
    parts, hidden = members(decided[0] if decided else None, reach=reach)
    if past:
        overlay_metrics([*sides, *parts], on=on, known=known)
    roles = dict(decided[0].parts) if decided else {}
    cited = citations_of([row, *sides])
    own = citations_in_reach(reach).filter(metric=row).select_related("document").order_by("document", "position")
    return MetricPage(
        line=metric_line(row, points, on, language, cited.get(row.pk)),
        standing=standing,
        programme=(row.programme.code, row.programme.called(language)),
        project=(row.project.code, row.project.called(language)) if row.project else None,
        unit=row.unit.called(language),
        unit_path=row.unit.path,
        version=row.version,
        direction=metric_words.direction(row),
        meaning=row.meaning if language.startswith("zh") or not row.meaning_en else row.meaning_en,
        cumulative=row.cumulative,
        derived=row.derived,
        start=words.quantity(row.start),
        target=words.quantity(row.target),
        value=words.quantity(row.value),
        measure=row.measure,
        due=due_of(row.due, row.plan_year),
        parent=(row.parent.code, row.parent.called(language)) if row.parent else None,
        enters=bool(row.part),
        sides=lines(sides, on=on, known=known, language=language, citations=cited),
        formula=formula(row, undated=undated(row)),
        ratio=row.aggregation == Aggregation.RATIO_OF_SUMS,
        weighted=row.aggregation == Aggregation.WEIGHTED,
        parts=[part_line(part, roles[part.code], row.aggregation, language) for part in parts],
        hidden=hidden,
        decisions=told(decided, language),
        share=metric_words.share(standing) if row.direction not in LIMITS else "",
        pace=metric_words.pace(standing, row, MONTH),
        curve=curve,
        ours=not row.curve,
        limit=row.direction in LIMITS,
        percent=metric_words.is_percent(row),
        scale=metric_words.spelt(row.measure),
        goal=number_of(row.target, row.direction),
        goal_text=_goal(row),
        versions=_versions(row, known, language),
        measured=_worked_out(row, course, curve) if row.derived else _measured(row, curve, on, known, language),
        reports=chain(row, on=on, known=known, limit=REPORTS, language=language),
        citations=citation_lines(own, language=language),
        pending=row.pending,
    )


def _goal(row: Metric) -> str:
    """The target as it is named on its line: of a cap or floor the bare figure, since the line says the rest."""
    goal = number_of(row.target, row.direction)
    if goal is None:
        return ""
    return metric_words.figure(goal, row.measure) if row.direction in LIMITS else words.quantity(row.target)


def _versions(row: Metric, known: datetime, language: str) -> list[Version]:
    """The versions of the target, newest first; one query."""
    plans = list(row.plans.filter(recorded_at__lte=known).select_related("by", "unit", "citation__document"))
    return [
        Version(
            recorded=words.instant(plan.recorded_at),
            by=plan.by.called(language) if plan.by else "",
            reason=plan.reason,
            start=words.quantity(_quantity(plan, "start", row.measure)),
            stated=words.quantity(_quantity(plan, "target", row.measure)),
            due=due_of(plan.due, plan.plan_year),
            unit=plan.unit.called(language),
            citation=plan.citation,
            first=plan.number == 1,
            now=plan.number == row.plan_number,
        )
        for plan in sorted(plans, key=lambda plan: -plan.number)
    ]


def _quantity(plan: MetricPlan, name: str, measure: str) -> Quantity | None:
    qualifier = getattr(plan, f"{name}_qualifier")
    if not qualifier:
        return None
    low, high = getattr(plan, f"{name}_low"), getattr(plan, f"{name}_high")
    return Quantity(low=low, high=high, qualifier=Qualifier(qualifier), measure=measure)


def _measured(row: Metric, curve: Curve | None, on: date, known: datetime, language: str) -> list[Measurement]:
    """The measurements that count, newest first, with where they come from; one query."""
    found: Any = Report.objects.counting(on=on, known=known).filter(metric=row)
    found = found.select_related("on_metric", "author", "decided_by", "citation__document")
    shown = []
    for report in found.order_by("-as_of", "-accepted_at", "-id")[:REPORTS]:
        one = _measurement(report, row, curve, language)
        if one is not None:
            shown.append(one)
    return shown


def _worked_out(row: Metric, course: Sequence[tuple[date, Figure]], curve: Curve | None) -> list[Measurement]:
    """What the parts came to on each day one of them speaks of, newest first."""
    shown = []
    for day, figure in reversed(course):
        value = number_of(figure.quantity, row.direction)
        if value is None:
            continue
        # A lower bound is not held against the plan: what is missing would count as nothing.
        plan = planned(curve, day) if figure.complete and row.direction not in LIMITS else None
        shown.append(
            Measurement(
                pk=0,
                day=day,
                as_of=words.day(day),
                value=value,
                printed=words.quantity(figure.quantity),
                base="",
                planned=metric_words.figure(plan, row.measure) if plan is not None else "",
                gap=metric_words.signed(value - plan, row.measure) if plan is not None else "",
                origin=_("from the clearance ledger") if row.ledger else _("from its parts"),
                author="",
                decided="",
                citation=None,
                undated=False,
                url=f"{reverse('metric', args=[row.code])}#parts",
            )
        )
    return shown


def _measurement(report: Report, row: Metric, curve: Curve | None, language: str) -> Measurement | None:
    stated = report.on_metric
    value = in_measure(stated.low if stated.low is not None else stated.high, stated.measure, row.measure)
    if value is None:
        return None
    from_document = report.origin == Origin.DOCUMENT
    undated = from_document and (report.citation is None or report.citation.date_latest is None)
    plan = None if undated or row.direction in LIMITS else planned(curve, report.as_of)
    difference = value - plan if plan is not None else None
    return Measurement(
        pk=report.pk,
        day=report.as_of,
        as_of=_("as the document states") if undated else words.day(report.as_of),
        value=value,
        printed=words.quantity(stated.quantity),
        base=_base(stated),
        planned=metric_words.figure(plan, row.measure) if plan is not None else "",
        gap=metric_words.signed(difference, row.measure) if difference is not None else "",
        origin=words.origin(report.origin),
        author=report.author.called(language) if report.author else "",
        decided=report.decided_by.called(language) if report.decided_by else "",
        citation=report.citation,
        undated=undated,
        url=reverse("report", args=[report.pk]),
    )


def _base(stated: Any) -> str:
    """The value in the base unit of its dimension; '' where that is the unit it was stated in."""
    base = BASE[MEASURES[stated.measure].dimension]
    if base == stated.measure or MEASURES[stated.measure].dimension in ("count", "ratio"):
        return ""
    shown = words.quantity(Quantity(stated.base_low, stated.base_high, Qualifier(stated.qualifier), base))
    return "" if shown == words.quantity(stated.quantity) else shown
