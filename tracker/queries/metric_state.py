"""How a metric stands, shared by every page that shows one: its measurements, its planned curve, its line of figures.

Figures are in the metric's own measure. A planned curve that no plan version states is a straight line from the first
day of the works to the last day the target is due: ours, and the pages say so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.aggregation import Figure
from tracker.domain.progress import Curve, Direction, Standing, Verdict, linear, planned, standing
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.reporting import Origin
from tracker.domain.states import Colour
from tracker.domain.stored import in_measure
from tracker.models import Citation, CitationKind, Metric, Report
from tracker.models.metrics import curve_points
from tracker.models.worded import WordedRows
from tracker.queries.asked import A_DAY, A_KEY, A_MOMENT
from tracker.queries.derived import courses
from tracker.queries.ledger_sums import course_of
from tracker.queries.report_lines import attach_reports
from tracker.words import metrics as metric_words

KEPT = 60
"""The most measurements of one metric that a page reads; the latest ones."""
LIMITS = (Direction.CAP, Direction.FLOOR)
Measured = Sequence[tuple[date, Decimal]]


@dataclass(frozen=True, slots=True)
class MetricLight:
    """The light of a metric: a verdict with its colour, its word and the sentence that explains it."""

    verdict: Verdict
    colour: Colour
    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands: a citation's code, its document's code and the place as numbered there."""

    code: str
    document: str
    place: str


@dataclass(frozen=True, slots=True)
class MetricLine:
    """One metric as a row with a bullet bar. Texts are in the reader's language; numbers are in `unit`.

    `now`, `planned`, `low`, `high`, `marks` are what the `bullet` tag takes; `scaled` is false where no target gives
    the bar a length. `value` and `target` leave the unit out. `side`: beside a total, never progress towards it.
    """

    code: str
    name: str
    note: str
    unit: str
    value: str
    target: str
    now: Decimal | None
    planned: Decimal | None
    planned_label: str
    low: Decimal
    high: Decimal
    marks: tuple[tuple[Decimal, str], ...]
    over: bool
    light: MetricLight
    as_of: str
    cite: Place | None
    url: str
    blank: bool
    scaled: bool
    side: bool
    parent: str
    spoken: str
    pending: int


def measurements(metrics: Sequence[Metric], *, on: date, known: datetime) -> dict[int, list[tuple[date, Decimal]]]:
    """The counting measurements of each metric up to a day, oldest first, in its measure; one query, or five.

    Of a metric made from parts, what they came to on each day one of them speaks of; of one that adds up the ledger its
    figure alone, where nothing of a line depends on how it came to it.
    """
    found = _reported([row.pk for row in metrics if not row.derived], on=on, known=known)
    direction = {row.pk: row.direction for row in metrics}
    held = [row for row in metrics if row.derived and row.ledger and not from_first(row)]
    found |= {row.pk: numbers(course_of([row.figure]), row.direction) for row in held}
    for pk, course in courses([row for row in metrics if row not in held], on=on, known=known, most=KEPT).items():
        found[pk] = numbers(course, direction[pk])
    return found


def numbers(course: Sequence[tuple[date, Figure]], direction: str) -> list[tuple[date, Decimal]]:
    """The days of a course with the numbers that count."""
    points = [(day, number_of(figure.quantity, direction)) for day, figure in course]
    return [(day, value) for day, value in points if value is not None]


def _reported(metric_ids: Sequence[int], *, on: date, known: datetime) -> dict[int, list[tuple[date, Decimal]]]:
    found: dict[int, list[tuple[date, Decimal]]] = {}
    for pk, day, low, high, given, wanted in _MEASURED.all(metric_ids, on, known) if metric_ids else ():
        value = in_measure(low if low is not None else high, given, wanted)
        if value is not None:
            found.setdefault(pk, []).append((day, value))
    return {pk: values[::-1] for pk, values in found.items()}


def _measured(metric_ids: Sequence[int], on: date, known: datetime) -> Any:
    latest = [F("as_of").desc(), F("accepted_at").desc(), F("id").desc()]
    rows: Any = Report.objects.counting(on=on, known=known).filter(metric__pk__among=metric_ids)
    rows = rows.annotate(nth=Window(RowNumber(), partition_by=F("metric_id"), order_by=latest)).filter(nth__lte=KEPT)
    columns = ("metric_id", "as_of", "on_metric__low", "on_metric__high", "on_metric__measure", "metric__measure")
    return rows.order_by("metric_id", "nth").values_list(*columns)


_MEASURED = WordedRows(_measured, [A_KEY], A_DAY, A_MOMENT)


def with_reports(metrics: Sequence[Metric]) -> None:
    """Load the report behind each value and its citation where they are not there yet; one query."""
    attach_reports(metrics)


def citations_of(metrics: Iterable[Metric]) -> dict[int, Citation]:
    """What says a metric's figure: its target's citation, else the one of its value or blank; one query."""
    keys = [row.pk for row in metrics]
    found = _CITED.all(keys) if keys else []
    rows = sorted(found, key=lambda row: SAYING.index(CitationKind(row.kind)))
    return {row.metric_id: row for row in rows if row.metric_id}


SAYING = (CitationKind.BLANK, CitationKind.MEASURED, CitationKind.TARGET)
_CITED = WordedRows(
    lambda keys: (
        Citation.objects.filter(metric__pk__among=keys, kind__in=SAYING)
        .select_related("document")
        .order_by("-position")
    ),
    [A_KEY],
)


def number_of(value: Quantity | None, direction: str) -> Decimal | None:
    """The number that counts of a stated figure: of a cap its upper bound, else the lower one; None if withheld."""
    if value is None:
        return None
    first, second = (value.high, value.low) if direction == Direction.CAP else (value.low, value.high)
    return first if first is not None else second


def first_level(metric: Metric, measured: Measured) -> tuple[date, Decimal] | None:
    """Where a way down to nothing began, if no document states it: the first level measured; None for any other."""
    return measured[0] if measured and from_first(metric) else None


def from_first(metric: Metric) -> bool:
    """Whether it is a way down to nothing that no document gives a beginning."""
    if metric.direction != Direction.REDUCE or metric.start_qualifier:
        return False
    return number_of(metric.target, metric.direction) == 0


def curve_of(metric: Metric, measured: Measured = ()) -> Curve | None:
    """The planned course: as the plan version states it, else straight; None without a day to reach a target by.

    A way down to nothing that no document gives a beginning starts with the first of the measurements.
    """
    if metric.curve:
        return Curve(tuple((day, Decimal(value)) for day, value in curve_points(metric.curve)))
    target = number_of(metric.target, metric.direction)
    if target is None or metric.due_latest is None or metric.direction in LIMITS:
        return None
    if first := first_level(metric, measured):
        return linear(*first, metric.due_latest, target)
    if metric.start_on is None:
        return Curve(((metric.due_latest, target),))
    return linear(metric.start_on, number_of(metric.start, metric.direction) or Decimal(0), metric.due_latest, target)


def standing_of(metric: Metric, measured: Measured, on: date) -> Standing:
    """How a loaded (perhaps overlaid) metric stands on a day, from the measurements given."""
    target = number_of(metric.target, metric.direction)
    base = number_of(metric.start, metric.direction)
    if first := first_level(metric, measured):
        base = first[1]
    return standing(
        direction=Direction(metric.direction),
        base=base,
        target=target,
        curve=curve_of(metric, measured),
        measurements=measured,
        on=on,
        complete=not metric.incomplete,
    )


def undated(metric: Metric) -> bool:
    """Whether the value stands in a document that gives no day for it: its `as_of` is then none to be shown."""
    report = metric.report
    if report is None or report.origin != Origin.DOCUMENT:
        return False
    return report.citation is None or report.citation.date_latest is None


def metric_light(metric: Metric, standing: Standing, *, known: bool = True) -> MetricLight:
    """The verdict in words; `known` is false where no measurement counts on the day shown."""
    withheld = metric.target_qualifier == Qualifier.WITHHELD
    return MetricLight(
        verdict=standing.verdict,
        colour=standing.colour,
        word=metric_words.verdict(standing, withheld=withheld),
        reason=metric_words.reason(
            standing,
            lambda number: metric_words.figure(number, metric.measure),
            value=words.quantity(metric.value) if known else "",
            target=words.quantity(metric.target),
            as_of=metric.as_of,
            undated=undated(metric),
            withheld=withheld,
            parts=(metric.parts_counted, metric.parts_total),
        ),
    )


def metric_line(
    metric: Metric, measured: Measured, on: date, language: str, citation: Citation | None = None
) -> MetricLine:
    """A metric as a row. Needs `report__citation` loaded (`with_reports`), and `parent` where it has one."""
    known = [one for one in measured if one[0] <= on]
    now = known[-1][1] if known else None
    standing = standing_of(metric, known, on)
    value, target = metric.value if known else None, metric.target
    light = metric_light(metric, standing, known=bool(known))
    plan = None if standing.planned_share is None else planned(curve_of(metric, known), on)
    due = number_of(target, metric.direction)
    label = (
        _("%(figure)s planned") % {"figure": metric_words.bare_number(plan, metric.measure)} if plan is not None else ""
    )
    first = first_level(metric, known)
    low, high = _scale(metric, due, now, first[1] if first else None)
    return MetricLine(
        code=metric.code,
        name=metric.called(language),
        note=metric_words.note(metric, language),
        unit=metric_words.unit(metric.measure),
        value=metric_words.bare(value),
        target=metric_words.bare(target) if due is not None else "",
        now=now,
        planned=plan,
        planned_label=label,
        low=low,
        high=high,
        marks=_marks(metric, due, first[1] if first else None),
        over=standing.verdict is Verdict.OVER_CAP,
        light=light,
        as_of=_as_of(metric) if known else "",
        cite=_place(citation),
        url=reverse("metric", args=[metric.code]),
        blank=now is None,
        scaled=due is not None,
        side=metric.parent_id is not None and not metric.part,
        parent=metric.parent.called(language) if metric.parent_id and metric.parent else "",
        spoken=_("%(name)s: %(reason)s") % {"name": metric.called(language), "reason": light.reason},
        pending=metric.pending,
    )


def lines(
    metrics: Sequence[Metric],
    *,
    on: date,
    known: datetime,
    language: str,
    citations: Mapping[int, Citation] | None = None,
) -> list[MetricLine]:
    """Metrics as rows, in their order; three queries, however many, and four more if any is made from parts."""
    with_reports(metrics)
    measured = measurements(metrics, on=on, known=known)
    cited = citations_of(metrics) if citations is None else citations
    return [metric_line(row, measured.get(row.pk, []), on, language, cited.get(row.pk)) for row in metrics]


def _scale(
    metric: Metric, target: Decimal | None, now: Decimal | None, first: Decimal | None
) -> tuple[Decimal, Decimal]:
    """The ends of the bar: 0 to 100 for a percentage, room above a cap, else 0 to the target."""
    zero, reached = Decimal(0), max(now or Decimal(0), Decimal(0))
    if metric_words.is_percent(metric):
        return zero, max(Decimal(100), reached, target or zero)
    start = number_of(metric.start, metric.direction) or first or zero
    if metric.direction in LIMITS and target:
        return zero, max(target * Decimal("1.2"), reached)
    return zero, max(target or zero, start, reached) or Decimal(1)


def _marks(metric: Metric, target: Decimal | None, first: Decimal | None) -> tuple[tuple[Decimal, str], ...]:
    """Words beneath the bar: where it began and where it shall go, or the limit it has to keep."""
    if target is None:
        return ()
    figure = metric_words.bare_number(target, metric.measure)
    if metric.direction == Direction.CAP:
        return ((target, _("cap %(figure)s") % {"figure": figure}),)
    if metric.direction == Direction.FLOOR:
        return ((target, _("floor %(figure)s") % {"figure": figure}),)
    if first:
        began = _("first measured: %(figure)s") % {"figure": metric_words.bare_number(first, metric.measure)}
        return ((target, _("target %(figure)s") % {"figure": figure}), (first, began))
    start = number_of(metric.start, metric.direction)
    if start is None:
        return ()
    began = _("from %(figure)s") % {"figure": metric_words.bare(metric.start)}
    return ((start, began), (target, _("target %(figure)s") % {"figure": figure}))


def _as_of(metric: Metric) -> str:
    return _("as the document states") if undated(metric) else words.day(metric.as_of)


def _place(citation: Citation | None) -> Place | None:
    if citation is None:
        return None
    return Place(code=citation.code, document=citation.document.code, place=citation.place)
