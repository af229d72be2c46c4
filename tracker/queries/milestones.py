"""Milestones as rows: in a project's table, and in the list of everything in reach."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Concat, NullIf, StrIndex
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.dates import ImpreciseDate
from tracker.domain.reporting import Origin
from tracker.domain.states import COLOURS, Colour, DateState
from tracker.models import Milestone, Programme, Report, Unit
from tracker.models.days import DUE, FORECAST, span
from tracker.permissions import Reach, readable
from tracker.queries.asked import Asked
from tracker.queries.scope import readable_programmes
from tracker.queries.state import Light, light_of
from tracker.queries.tallies import SEVERITY


@dataclass(frozen=True, slots=True)
class Due:
    """When something is to be reached: what the date means, how it is printed in the source, and whose year it is.

    `meaning` is the date in the reader's language, `printed` the text as written, `days` the first and last day it can
    mean, `assumed` the year that the document leaves out and we assume (None where it is printed in full).
    """

    meaning: str
    printed: str
    days: str
    kind: str
    assumed: int | None

    def __bool__(self) -> bool:
        return bool(self.meaning)


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """One milestone in a project's table."""

    code: str
    name: str
    unit: str
    due: Due
    first: str
    light: Light
    progress: str
    share: int | None
    forecast: str
    as_of: str
    pending: int
    room: tuple[str, str] | None = None
    """Colour and word of how long it can wait, where its project has a schedule."""
    moved: str = ""
    """That a suspension of its tender has moved its day; the light is the plan's."""


def due_of(value: ImpreciseDate | None, plan_year: int | None) -> Due:
    """A planned date as it is shown; an empty one for none. A year is assumed where it counts from a plan year."""
    if value is None:
        return Due("", "", "", "", None)
    last = value.latest or value.earliest
    return Due(
        meaning=words.imprecise(value),
        printed=value.text,
        days=words.interval(value.earliest, value.latest),
        kind=str(words.DATE_KINDS[value.kind.value]),
        assumed=last.year if plan_year and last else None,
    )


def first_commitment(row: Milestone) -> str:
    """The first commitment where the plan has moved away from it since; '' where it still holds."""
    same = (row.first_due_earliest, row.first_due_latest) == (row.due_earliest, row.due_latest)
    if same or not (row.first_due_earliest or row.first_due_latest):
        return ""
    return first_due(row)


def first_due(row: Milestone) -> str:
    """The first commitment as officials write it; '' where none was made."""
    return words.imprecise(row.first_due)


def as_of_words(day: date | None, report: Report | None) -> str:
    """The day a report speaks of; an undated statement of a document has none to show."""
    if report is not None and report.origin == Origin.DOCUMENT:
        citation = report.citation
        if citation is None or citation.date_latest is None:
            return _("as the document states")
    return words.day(day)


def milestone_row(row: Milestone, *, on: date, tracking_from: date | None, language: str) -> MilestoneRow:
    """A loaded milestone as a row; its unit and `report__citation` have to be loaded with it."""
    return MilestoneRow(
        code=row.code,
        name=row.called(language),
        unit=row.unit.called(language),
        due=due_of(row.due, row.plan_year),
        first=first_commitment(row),
        light=light_of(row, on, tracking_from),
        progress=f"{words.number(row.progress)}%" if row.progress is not None else "",
        share=int(row.progress) if row.progress is not None else None,
        forecast=words.imprecise(row.forecast),
        as_of=as_of_words(row.as_of, row.report),
        pending=row.pending,
    )


def named(path: str, language: str) -> Any:
    """The name of a row (`path` ends in '__' or is empty) in the reader's language, as a column."""
    if language.startswith("zh"):
        return F(f"{path}name")
    return Coalesce(NullIf(f"{path}name_en", Value("")), f"{path}name")


def listed(*, reach: Reach, on: date, language: str) -> Any:
    """Every current milestone in reach with its state on the day, one dictionary a row; nothing is read yet.

    The list page, its filters and the CSV file all start from this one query.
    """
    rows: Any = Milestone.objects.current().filter(readable(reach)).with_date_state(on)
    return rows.annotate(
        label=named("", language),
        project_code=F("project__code"),
        project_label=named("project__", language),
        programme_code=F("project__programme__code"),
        programme_label=named("project__programme__", language),
        unit_label=named("unit__", language),
        severity=_severity(),
        dated=~Q(report__origin=Origin.DOCUMENT) | Q(report__citation__date_latest__isnull=False),
    ).values(
        "pk",
        "code",
        "label",
        "project_code",
        "project_label",
        "programme_code",
        "programme_label",
        "unit_label",
        *DUE,
        "first_due_earliest",
        "first_due_latest",
        "date_state",
        "progress",
        *FORECAST,
        "as_of",
        "dated",
        "pending",
    )


def _severity() -> StrIndex:
    """The order in which states matter, worst first, for sorting: the place of the state in a list of them.

    A CASE over the state would work it out anew for every state it is compared with.
    """
    order = Value(f",{','.join(state.value for state in SEVERITY)},")
    return StrIndex(order, Concat(Value(","), F("date_state"), Value(",")))


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of the list page; `suspended` says that a suspension has moved its day."""

    code: str
    name: str
    project_code: str
    project: str
    programme: str
    unit: str
    due: str
    assumed: int | None
    moved: bool
    colour: Colour
    word: str
    progress: str
    forecast: str
    as_of: str
    pending: int
    suspended: str = ""


def list_row(record: dict[str, Any], suspended: str = "") -> ListRow:
    """A record of `listed` as the page shows it."""
    state = DateState(record["date_state"])
    last = record["due_latest"] or record["due_earliest"]
    return ListRow(
        code=record["code"],
        name=record["label"],
        project_code=record["project_code"],
        project=record["project_label"],
        programme=record["programme_label"],
        unit=record["unit_label"],
        due=printed_date(record, "due"),
        assumed=last.year if record["plan_year"] and last else None,
        moved=_moved(record),
        colour=COLOURS[state],
        word=words.state(state),
        progress=f"{words.number(record['progress'])}%" if record["progress"] is not None else "",
        forecast=printed_date(record, "forecast"),
        as_of=""
        if record["as_of"] is None
        else words.day(record["as_of"])
        if record["dated"]
        else _("as the document states"),
        pending=record["pending"],
        suspended=suspended,
    )


def _moved(record: dict[str, Any]) -> bool:
    first = (record["first_due_earliest"], record["first_due_latest"])
    return any(first) and first != (record["due_earliest"], record["due_latest"])


def printed_date(record: dict[str, Any], name: str) -> str:
    """The imprecise date in the columns `name`_*, in the reader's language."""
    if not record[f"{name}_precision"]:
        return ""
    parts = ("text", "earliest", "latest", "precision", "kind")
    return _printed(words.language(), *(record[f"{name}_{part}"] for part in parts))


@lru_cache(maxsize=8192)
def _printed(language: str, text: str, earliest: date | None, latest: date | None, precision: str, kind: str) -> str:
    """Sixty thousand rows share a few hundred dates; `language` is only here to keep the languages apart."""
    return words.imprecise(span(text, earliest, latest, precision, kind))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed to, within reach: programmes as (code, name), units as (code, path, name)."""

    programmes: list[tuple[str, str]]
    units: list[tuple[str, str, str]]


def choices(*, reach: Reach, language: str) -> Choices:
    """The programmes and units to offer in the filters, units indented as their tree is; two queries."""
    chinese = language.startswith("zh")
    return Choices(
        programmes=_OFFERED_PROGRAMMES[chinese].all(reach),
        units=[
            (code, path, "\u2003" * (path.count("/") - 1) + label)
            for code, path, label in _OFFERED_UNITS[chinese].all(reach)
        ],
    )


def _offered_programmes(reach: Reach, language: str) -> Any:
    programmes = Programme.objects.current().filter(readable_programmes(reach)).order_by("position", "code")
    return programmes.annotate(label=named("", language)).values_list("code", "label")


def _offered_units(reach: Reach, language: str) -> Any:
    units = Unit.objects.filter(readable(reach, "path"), retired_at__isnull=True).order_by("path")
    return units.annotate(label=named("", language)).values_list("code", "path", "label")


_OFFERED_PROGRAMMES = {
    True: Asked(lambda reach: _offered_programmes(reach, "zh")),
    False: Asked(lambda reach: _offered_programmes(reach, "en")),
}
_OFFERED_UNITS = {
    True: Asked(lambda reach: _offered_units(reach, "zh")),
    False: Asked(lambda reach: _offered_units(reach, "en")),
}
