"""The rows of the timeline: what is drawn of a programme, a project or a milestone, and what is said of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain import dates
from tracker.domain.dates import ImpreciseDate
from tracker.domain.reporting import Origin
from tracker.domain.states import Colour, DateState, Status
from tracker.models import Citation, CitationKind, Milestone
from tracker.queries.milestones import first_due
from tracker.queries.schedules import Drawn
from tracker.queries.state import light_of
from tracker.queries.tallies import Part, Tally
from tracker.queries.tender_clock import moved_to
from tracker.words import project_schedule as said
from tracker.words import windows as law

QUIET = {DateState.NOT_DUE, DateState.BLANK}
"""States whose word adds nothing to the date beside the bar."""


@dataclass(frozen=True, slots=True)
class LawSpan:
    """A lawful period that ends with a milestone: its days, its words, whether it is not kept."""

    first: date
    last: date
    text: str
    broken: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """What the network says of an open milestone: finished `early` at the earliest, it can wait until `spare`.

    `text` says how long, `lines` why, and what is wrong.
    """

    critical: bool
    early: date | None
    spare: date | None
    text: str
    lines: tuple[str, ...]
    laws: tuple[LawSpan, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `label` stands beside the bar, `hover` are the lines shown when it is pointed at.

    Of a group: `earliest` and `latest` span its milestones, `dots` are their due days, `parts` its distribution.
    `unfolded` is None where there is nothing to fold. `seen`: the day of the last report, None where a document
    gives none. `ledger` names the ledger that a line under the milestones comes from, `package` the tender packages
    a milestone is a step of. Of a package: `dots` are the days of its steps, `periods` the laws between them, `brief`
    stands on a phone in the place of `label`.
    """

    kind: str
    pk: int
    code: str
    name: str
    url: str
    colour: Colour
    word: str
    label: str
    hover: tuple[str, ...]
    due: str = ""
    unit: str = ""
    reason: str = ""
    source: str = ""
    first_text: str = ""
    forecast_text: str = ""
    actual_text: str = ""
    assumed: int | None = None
    planned_start: date | None = None
    earliest: date | None = None
    latest: date | None = None
    precision: str = ""
    aim: str = ""
    first: date | None = None
    forecast_earliest: date | None = None
    forecast_latest: date | None = None
    actual_start: date | None = None
    actual_finish: date | None = None
    seen: date | None = None
    done: bool = False
    late: bool = False
    total: int = 0
    parts: tuple[Part, ...] = field(default=())
    unfolded: bool | None = None
    dots: tuple[tuple[date, Colour, int], ...] = ()
    network: Placed | None = None
    ledger: str = ""
    package: str = ""
    periods: tuple[LawSpan, ...] = ()
    brief: str = ""

    @property
    def critical(self) -> bool:
        """Whether it has no day to wait."""
        return self.network is not None and self.network.critical

    @property
    def early(self) -> date | None:
        """The earliest day it can be finished, by the order of the steps; None where no network says."""
        return self.network.early if self.network else None

    @property
    def spare(self) -> date | None:
        """The day up to which it can wait; before `early` where days are missing."""
        return self.network.spare if self.network else None

    @property
    def laws(self) -> tuple[LawSpan, ...]:
        """The lawful periods that end with a milestone, or lie between the steps of a package."""
        return self.network.laws if self.network else self.periods

    @property
    def dated(self) -> bool:
        """Whether anything of the row has a place in time."""
        return any((self.earliest, self.latest, self.actual_finish, self.actual_start, self.forecast_latest))


def group_row(
    kind: str,
    called: tuple[str, str, str],
    counted: Tally,
    span: tuple[date | None, date | None],
    unfolded: bool,
    dots: tuple[tuple[date, Colour, int], ...],
) -> Row:
    """A programme or project from the counts of its milestones; `called` is code, name and address."""
    code, name, address = called
    stretch = words.interval(*span)
    return Row(
        kind=kind,
        pk=0,
        code=code,
        name=name,
        url=address,
        colour=counted.sign.colour,
        word=counted.sign.word if counted.total else "",  # only lines of a ledger are found in it
        label="" if span[1] or not counted.total else _("no date stated"),
        hover=(name, counted.sentence, stretch),
        reason=counted.sentence if counted.total else "",
        due=stretch,
        earliest=span[0],
        latest=span[1],
        total=counted.total,
        parts=counted.parts,
        unfolded=unfolded,
        dots=dots,
    )


def milestone_row(
    row: Milestone,
    on: date,
    language: str,
    network: Placed | None = None,
    package: str = "",
    suspended: date | None = None,
) -> Row:
    """A loaded milestone: unit, project, programme, report and citations with it; what its network says of it, the
    tender packages it is a step of, and the day a suspension of its tender has moved it to: that is its forecast.
    """
    programme = row.project.programme
    light = light_of(row, on, programme.tracking_from)
    assumed = row.due_latest.year if row.plan_year and programme.base_year_assumed and row.due_latest else None
    moved = (row.first_due_earliest, row.first_due_latest) != (row.due_earliest, row.due_latest)
    no_day = undated(row)
    dated = {
        "due": words.imprecise(row.due),
        "first_text": first_due(row) if moved and row.first_due_latest else "",
        "forecast_text": words.day(suspended) if suspended else words.imprecise(row.forecast),
        "actual_text": words.day(row.actual_finish),
    }
    source = _source(row, no_day)
    tender = _("Tender: %(packages)s") % {"packages": package} if package else ""
    reason = _("; ").join((light.reason, moved_to(suspended))) if suspended else light.reason
    expected = (row.due_latest, suspended) if suspended else (row.forecast_earliest, row.forecast_latest)
    return Row(
        kind="milestone",
        pk=row.pk,
        code=row.code,
        name=row.called(language),
        url=reverse("milestone", args=[row.code]),
        colour=light.colour,
        word=light.word,
        label=_label(row, light.state, light.word, assumed),
        hover=(row.called(language), *_dates(dated, assumed), reason, tender, *_network(network), source),
        unit=row.unit.called(language),
        reason=reason,
        source=source,
        assumed=assumed,
        planned_start=row.planned_start,
        earliest=row.due_earliest,
        latest=row.due_latest,
        precision=row.due_precision,
        aim=row.due_kind,
        first=row.first_due_latest,
        forecast_earliest=expected[0],
        forecast_latest=expected[1],
        actual_start=row.actual_start,
        actual_finish=row.actual_finish,
        seen=None if no_day else row.as_of,
        done=row.status == Status.DONE,
        late=light.colour is Colour.RED,
        due=dated["due"],
        first_text=dated["first_text"],
        forecast_text=dated["forecast_text"],
        actual_text=dated["actual_text"],
        network=network,
        package=package,
    )


def placed(code: str, drawn: Drawn) -> Placed | None:
    """What a project's network says of one of its milestones; None where it is not in it."""
    spot = drawn.spot(code)
    if spot is None:
        return None
    _colour, text = said.light(spot)
    found = [one for one in drawn.findings() if one.key == code]
    laws = {held.window.id: law.named(held.window) for held in drawn.schedule.brackets}
    lines = [said.reason(one, drawn.name, lambda key: laws.get(key, key)) for one in found]
    return Placed(
        critical=spot.critical and not spot.done,
        early=None if spot.done else spot.early_finish,
        spare=None if spot.done else spot.late_finish,
        text="" if spot.done else text,
        lines=tuple(lines),
        laws=tuple(_laws(code, drawn)),
    )


def _laws(code: str, drawn: Drawn) -> Iterator[LawSpan]:
    """The lawful periods of some length that end with the milestone, from and to the days that hold: where a suspension
    has moved an end, the new one.
    """
    for held in drawn.schedule.brackets:
        if held.until != code or held.first_day is None or held.last_day is None or held.window.n is None:
            continue
        _colour, room = said.slack(held)
        first, last = sorted((held.first_day, held.last_day))
        parts = f"{law.named(held.window)} · {law.rule(held.window)} · {law.citation(held.window)}"
        yield LawSpan(first, last, f"{parts} · {room}", held.slack is not None and held.slack < 0)


def _network(network: Placed | None) -> tuple[str, ...]:
    if network is None:
        return ()
    wait = (_("Can wait: %(days)s") % {"days": network.text},) if network.text else ()
    return (*wait, *network.lines, *(one.text for one in network.laws))


def _dates(dated: dict[str, str], assumed: int | None) -> list[str]:
    """The dates of a milestone as lines."""
    lines = [
        (_("First commitment: %(date)s"), dated["first_text"]),
        (_("Forecast: %(date)s"), dated["forecast_text"]),
        (_("Done: %(date)s"), dated["actual_text"]),
    ]
    return [*planned_lines(dated["due"], assumed), *(line % {"date": text} for line, text in lines if text)]


def _label(row: Milestone, state: DateState, word: str, assumed: int | None) -> str:
    """What stands beside the bar: the date without the year the axis shows, and the state where it says more."""
    due = row.due
    if due is None or (due.earliest is None and due.latest is None):
        text = due.text if due else ""
        none = _("no date stated")
        return " · ".join(part for part in (text, none if state in QUIET else f"{word} · {none}") if part)
    text = day_beside(due, assumed)
    return text if state in QUIET else f"{text} · {word}"


def day_beside(due: ImpreciseDate, assumed: int | None) -> str:
    """A date as it stands beside a bar: without the year the axis shows, unless that year is assumed."""
    text = dates.printed(due, words.language(), with_year=False)
    return _("%(due)s (assumed year)") % {"due": text} if assumed and str(assumed) in text else text


def planned_lines(due: str, assumed: int | None) -> tuple[str, ...]:
    """The planned day as a line of a hover text; none without a day."""
    if not due:
        return ()
    shown = _("%(due)s (assumed year)") % {"due": due} if assumed else due
    return (_("Planned: %(date)s") % {"date": shown},)


def undated(row: Any) -> bool:
    """Whether the state of a milestone, or the figures of a ledger's item, stand in a document that gives no day."""
    report = row.report
    if report is None or report.origin != Origin.DOCUMENT:
        return False
    return report.citation is None or report.citation.date_latest is None


def source_of(row: Any) -> str:
    """Where the figures of a ledger's item come from; '' where nobody has reported any."""
    report = row.report
    if report is None:
        return ""
    cited = report.citation if report.origin == Origin.DOCUMENT else None
    place = place_of(cited) if cited else _("report as of %(day)s") % {"day": words.day(row.as_of)}
    return _("Source: %(places)s") % {"places": place}


def _source(row: Milestone, undated: bool) -> str:
    """Where date and state come from: the document's place, and the report with its day."""
    cited = sorted(row.citations.all(), key=_rank)
    places = [place_of(cited[0])] if cited else []
    report = row.report
    if report is not None and report.origin == Origin.DOCUMENT:
        if report.citation is not None and place_of(report.citation) not in places:
            places.append(place_of(report.citation))
    elif report is not None:
        places.append(_("report as of %(day)s") % {"day": words.day(row.as_of)})
    return _("Source: %(places)s") % {"places": _(", ").join(places)} if places else ""


def _rank(citation: Citation) -> tuple[bool, int]:
    return (citation.kind != CitationKind.DUE, citation.position)


def place_of(citation: Citation) -> str:
    """Where in which document something stands."""
    return _("Source %(document)s %(place)s") % {"document": citation.document.code, "place": citation.place}
