"""One milestone or metric to report on: what its form starts from, what was last said, why it is due."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.dates import ImpreciseDate
from tracker.domain.quantities import Quantity
from tracker.domain.relocation import Count, Entry, Scope
from tracker.domain.reporting import ReportState
from tracker.domain.resettlement import Entry as Homes
from tracker.domain.resettlement import HomeCount
from tracker.domain.states import Colour, DateState, Status
from tracker.domain.tender_values import COUNTED, Counts
from tracker.models import Metric, Milestone, Report
from tracker.models.subjects import SAID, Subject, kind_of, said_in
from tracker.models.worded import Worded
from tracker.queries.reports import said_of_milestone
from tracker.queries.state import Light, light_of

LATE_STATES = {DateState.OVERDUE_UNREPORTED, DateState.OVERDUE_REPORTED, DateState.FORECAST_LATE}
NAMES = ("code", "name", "name_en")
MILESTONE_COLUMNS = (
    *NAMES,
    "version",
    "pending",
    *(f"due_{part}" for part in ("text", "earliest", "latest", "precision", "kind")),
    *(f"forecast_{part}" for part in ("text", "earliest", "latest", "precision", "kind")),
    *("status", "progress", "actual_start", "actual_finish", "as_of", "report__note", "unit__path"),
    *(f"unit__{name}" for name in NAMES),
    *(f"project__{name}" for name in NAMES),
    *(f"project__programme__{name}" for name in (*NAMES, "tracking_from")),
)
METRIC_COLUMNS = (
    *NAMES,
    *("version", "pending", "measure", "basis", "basis_en", "form", "derived", "cumulative"),
    *(f"due_{part}" for part in ("text", "earliest", "latest", "precision", "kind")),
    *("target_low", "target_high", "target_qualifier", "value_low", "value_high", "value_qualifier"),
    *("as_of", "report__note", "unit__path"),
    *(f"unit__{name}" for name in NAMES),
    *(f"project__{name}" for name in NAMES),
    *(f"programme__{name}" for name in NAMES),
)


@dataclass(frozen=True, slots=True)
class Returned:
    """A report that came back: the reviewer's words and who wrote them. `corrects`: the report it meant to correct."""

    pk: int
    corrects: int | None
    comment: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What a report starts from, as stored: `quantity` of a metric, `entry` of a site, `homes` of housing, `counts` of
    a tender package; the rest is a milestone's.
    """

    status: str = ""
    progress: Any = None
    actual_start: date | None = None
    actual_finish: date | None = None
    forecast: ImpreciseDate | None = None
    quantity: Quantity | None = None
    note: str = ""
    entry: Entry | None = None
    homes: Homes | None = None
    counts: Counts | None = None

    @property
    def figures(self) -> Mapping[str, Decimal | None]:
        """What is counted from the beginning, by the names of the figures; empty for what counts nothing."""
        if self.counts is not None:
            counted = {name: getattr(self.counts, name) for name in COUNTED}
            return {name: None if value is None else Decimal(value) for name, value in counted.items()}
        entry = self.entry or self.homes
        return entry.figures if entry is not None else {}


@dataclass(frozen=True, slots=True)
class Item:
    """One item to report on, whatever its kind.

    `now` are the values in force, `start` those the form starts from (a returned report's, else `now`). `late`: the
    forecast is asked for first. `last` says what was last accepted, `repeats` whether it can be said again unchanged.
    `moved`: to which day a suspension has moved it.
    """

    kind: str
    code: str
    name: str
    place: str
    unit: str
    due: str
    colour: Colour
    word: str
    why: str
    url: str
    version: int
    measure: str
    basis: str
    now: Stored
    start: Stored
    last: str
    last_note: str
    last_as_of: date | None
    waiting: int
    returned: Returned | None
    late: bool
    repeats: bool
    use: str = ""
    scope: Mapping[Count, Scope] = field(default_factory=dict)
    planned: Mapping[HomeCount, Scope] = field(default_factory=dict)
    metric: str = ""
    moved: str = ""
    """The code of the metric that counts the units registered for a tender package, where there is one."""

    @property
    def form_url(self) -> str:
        """Where its form is."""
        return f"{self.url}report/"

    @property
    def body(self) -> str:
        """The template with the fields of its form."""
        return f"reports/_on_{self.kind}.html"


def loaded_milestones() -> QuerySet[Milestone]:
    """Milestones with all that an item prints and a report needs, and nothing more: every report begins with one."""
    rows: QuerySet[Milestone] = Milestone.objects.current()
    return rows.select_related("project__programme", "unit", "report").only(*MILESTONE_COLUMNS)


def loaded_metrics() -> QuerySet[Metric]:
    """Metrics with all that an item prints and a report needs."""
    rows: QuerySet[Metric] = Metric.objects.current()
    return rows.select_related("programme", "project", "unit", "report").only(*METRIC_COLUMNS)


def milestone_to_report(code: str) -> Milestone | None:
    """The milestone of that code with all that its report needs; one query."""
    return _MILESTONE.first(code)


def metric_to_report(code: str) -> Metric | None:
    """The metric of that code with all that its report needs; one query."""
    return _METRIC.first(code)


_MILESTONE = Worded(lambda code: loaded_milestones().filter(code=code).order_by(), "any")
_METRIC = Worded(lambda code: loaded_metrics().filter(code=code).order_by(), "any")


def returned_of(row: Subject) -> Report | None:
    """The report of one item that came back and was not followed up; one query."""
    live = (ReportState.SUBMITTED, ReportState.ACCEPTED, ReportState.RETURNED)
    rows = Report.objects.filter(**{kind_of(row): row}, state__in=live).select_related("decided_by", *SAID)
    last: Report | None = rows.order_by("-id").first()
    return last if last is not None and last.state == ReportState.RETURNED else None


def shared(row: Subject, back: Report | None, now: Stored, language: str) -> dict[str, Any]:
    """What an item of any kind says in the same way; `back` is its report that came back."""
    return {
        "kind": kind_of(row),
        "code": row.code,
        "name": row.called(language),
        "unit": row.unit.called(language),
        "version": row.version,
        "now": now,
        # A returned report's values, unless it spoke of another day to correct an older one.
        "start": now if back is None or back.supersedes_id else _values(back) or now,
        "last_note": row.report.note if row.report else "",
        "last_as_of": row.as_of,
        "waiting": row.pending,
        "returned": _back_to(back, language),
    }


def milestone_item(row: Milestone, back: Report | None, *, on: date, language: str) -> Item:
    """A loaded milestone as something to report on."""
    programme = row.project.programme
    light = light_of(row, on, programme.tracking_from)
    now = Stored(row.status, row.progress, row.actual_start, row.actual_finish, row.forecast)
    return Item(
        **shared(row, back, now, language),
        place=f"{programme.called(language)} · {row.project.called(language)}",
        due=words.imprecise(row.due),
        url=f"/milestones/{row.code}/",
        measure="",
        basis="",
        last=said_of_milestone(row) if row.as_of else "",
        late=light.state in LATE_STATES,
        repeats=bool(row.status) and row.status != Status.DONE,
        **_light(light),
    )


def metric_item(row: Metric, back: Report | None, *, on: date, language: str) -> Item:
    """A loaded metric as something to report on."""
    place = [row.programme.called(language), *([row.project.called(language)] if row.project else [])]
    now = Stored(quantity=row.value)
    age = (on - row.as_of).days if row.as_of else None
    word = _("Not yet measured") if age is None else _("Measured %(days)s ago") % {"days": words.days(age)}
    target = words.quantity(row.target) if row.target is not None else ""
    return Item(
        **shared(row, back, now, language),
        place=" · ".join(place),
        due=_(", ").join(part for part in (target, words.imprecise(row.due)) if part),
        url=f"/metrics/{row.code}/",
        measure=row.measure,
        basis=(row.basis if language.startswith("zh") else row.basis_en) or row.basis,
        last=words.quantity(row.value) if row.as_of else "",
        late=False,
        repeats=row.value is not None and row.value.qualifier != "withheld",
        colour=Colour.BLANK,
        word=word,
        why="",
    )


def _light(light: Light) -> dict[str, Any]:
    return {"colour": light.colour, "word": light.word, "why": light.reason}


def stored_values(report: Report) -> Stored:
    """What a report says, as stored."""
    return _values(report) or Stored()


def _values(report: Report | None) -> Stored | None:
    values: Any = said_in(report) if report is not None else None
    return _STORED[report.kind](values, report.note) if report is not None and values is not None else None


def _of_milestone(values: Any, note: str) -> Stored:
    dates = (values.actual_start, values.actual_finish, values.forecast)
    return Stored(values.status, values.progress, *dates, note=note)


_STORED: Mapping[str, Callable[[Any, str], Stored]] = {
    "milestone": _of_milestone,
    "metric": lambda values, note: Stored(quantity=values.quantity, note=note),
    "site": lambda values, note: Stored(entry=values.entry, note=note),
    "housing": lambda values, note: Stored(homes=values.entry, note=note),
    "package": lambda values, note: Stored(counts=values.counts, note=note),
}


def _back_to(report: Report | None, language: str) -> Returned | None:
    """What the form says of a report that came back."""
    if report is None:
        return None
    by = report.decided_by.called(language) if report.decided_by else ""
    return Returned(
        pk=report.pk, corrects=report.supersedes_id, comment=report.comment, by=by, at=words.instant(report.decided_at)
    )
