"""Reports in words, the list of all of them, and the page of one with what it corrects and who decided."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tracker import words
from tracker.domain.dates import ImpreciseDate
from tracker.domain.reporting import ReportState
from tracker.domain.states import Colour, Status
from tracker.models import AuditEvent, MetricReport, MilestoneReport, Programme, Report, SiteReport, Unit, User
from tracker.models.subjects import KINDS, SAID, key_of, said_in
from tracker.models.worded import WordedRows
from tracker.permissions import Permission, Reach, may_report, may_review, readable, within
from tracker.queries.asked import A_KEY
from tracker.queries.evidence import File, files_of
from tracker.words import relocation, resettlement, tenders

STATE_COLOURS = {
    ReportState.DRAFT: Colour.LATER,
    ReportState.SUBMITTED: Colour.AMBER,
    ReportState.ACCEPTED: Colour.DONE,
    ReportState.RETURNED: Colour.RED,
    ReportState.WITHDRAWN: Colour.BLANK,
}


def said_of_milestone(values: Any) -> str:
    """What was said of a milestone, in one line; `values` has the columns of a report or of a milestone."""
    parts = []
    if values.status == Status.DONE:
        parts.append(_("done on %(day)s") % {"day": words.day(values.actual_finish)})
    elif values.progress is not None and values.status != Status.NOT_STARTED:
        parts.append(f"{words.number(values.progress)}%")
        if values.status == Status.SUSPENDED:
            parts.insert(0, words.status(values.status))
    else:
        parts.append(words.status(values.status))
    if values.forecast is not None:
        parts.append(_("expected %(when)s") % {"when": words.imprecise(values.forecast)})
    return _(", ").join(parts)


def said(report: Report) -> str:
    """What a report says, in one line; its values have to be loaded."""
    values = values_of(report)
    return LINES[report.kind](values) if values is not None else ""


LINES: Mapping[str, Callable[[Any], str]] = {
    "milestone": said_of_milestone,
    "metric": lambda values: words.quantity(values.quantity),
    "site": lambda values: relocation.said(values.entry),
    "housing": lambda values: resettlement.said(values.entry),
    "package": lambda values: tenders.said(values.counts),
}
"""What the typed values of a report say in one line, by kind."""


def values_of(report: Report) -> MilestoneReport | MetricReport | SiteReport | None:
    """The typed values of a report, loaded with it."""
    found: MilestoneReport | MetricReport | SiteReport | None = said_in(report)
    return found


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report in a list. `url` is its own page, `item_url` that of what it is about."""

    pk: int
    url: str
    kind: str
    code: str
    item: str
    item_url: str
    place: str
    as_of: str
    said: str
    note: str
    state: str
    word: str
    colour: Colour
    author: str
    unit: str
    submitted: str
    decided: str
    comment: str
    token: str
    corrects: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after; `difference` where it is a figure."""

    label: str
    before: str
    after: str
    difference: str = ""

    @property
    def same(self) -> bool:
        """Whether nothing changed."""
        return self.before == self.after


def with_items(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Everything a row prints, loaded in one query."""
    return reports.select_related(
        "milestone__project__programme",
        "metric__programme",
        "metric__project",
        "site__project__programme",
        "housing__project__programme",
        "package__project__programme",
        "unit",
        "author",
        *SAID,
    )


def whole(keys: Iterable[int]) -> list[Report]:
    """The reports of these numbers, in their order, as `with_items` loads them; one query, none for no number.

    The few are chosen before: finding the order of so many joins takes the database longer than reading them, and here
    it has it ready.
    """
    wanted = list(keys)
    found = {one.pk: one for one in _WHOLE.all(wanted)} if wanted else {}
    return [found[key] for key in wanted]


_WHOLE = WordedRows(lambda keys: with_items(Report.objects.filter(pk__among=keys)), [A_KEY])


def page_of(kind: str, code: str) -> str:
    """The page of an item that reports are about."""
    return reverse(KINDS[kind].page, args=[code])


def report_row(report: Report, *, language: str, reader: int) -> ReportRow:
    """A report loaded `with_items` as a row; `reader` is the id of who looks at it."""
    item: Any = report.subject
    state = ReportState(report.state)
    project, kind = item.project, report.kind
    programme = item.programme if kind == "metric" else project.programme
    return ReportRow(
        pk=report.pk,
        url=f"/reports/{report.pk}/",
        kind=kind,
        code=item.code,
        item=item.called(language),
        item_url=page_of(kind, item.code),
        place=" · ".join([programme.called(language), *([project.called(language)] if project else [])]),
        as_of=words.day(report.as_of),
        said=said(report),
        note=report.note,
        state=state.value,
        word=words.report_state(state),
        colour=STATE_COLOURS[state],
        author=report.author.called(language) if report.author else words.origin(report.origin),
        unit=report.unit.called(language),
        submitted=words.instant(report.submitted_at),
        decided=words.instant(report.decided_at),
        comment=report.comment,
        token=report.client_token or "",
        corrects=report.supersedes_id is not None,
        may_withdraw=state is ReportState.SUBMITTED and report.author_id == reader,
    )


def listed(*, reach: Reach) -> QuerySet[Report]:
    """Every report in reach; nothing is read yet. The page, its filters and the file all start from it.

    Nothing is joined: a page of the list is one walk along an index, and `rows_of` loads what it prints.
    """
    found: QuerySet[Report] = Report.objects.filter(readable(reach))
    return found


def rows(reports: Iterable[Report], *, language: str, reader: int) -> list[ReportRow]:
    """Loaded reports as rows."""
    return [report_row(report, language=language, reader=reader) for report in reports]


def rows_of(keys: Iterable[int], *, language: str, reader: int) -> list[ReportRow]:
    """The reports of these numbers as rows, in their order; one query."""
    wanted = list(keys)
    found = {one.pk: one for one in with_items(Report.objects.filter(pk__in=wanted or [0]))}
    return rows((found[key] for key in wanted if key in found), language=language, reader=reader)


def programme_choices(*, language: str) -> list[tuple[str, str]]:
    """The programmes to filter by."""
    return [(one.code, one.called(language)) for one in Programme.objects.current()]


def unit_choices(*, reach: Reach, language: str) -> list[tuple[str, str]]:
    """The units in reach to filter by, as paths."""
    found = Unit.objects.filter(within("path", reach.paths(Permission.READ)), retired_at__isnull=True)
    return [(one.path, one.called(language)) for one in found]


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a report's history."""

    at: str
    actor: str
    what: str
    refused: bool


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One report and everything about it. `earlier` and `later` are the reports it corrects and that correct it."""

    row: ReportRow
    facts: tuple[tuple[str, str], ...]
    origin: str
    decider: str
    reason: str
    source: Any
    earlier: tuple[ReportRow, ...]
    later: tuple[ReportRow, ...]
    superseded: bool
    events: tuple[Event, ...]
    files: tuple[File, ...]
    may_add: bool
    may_correct: bool
    may_decide: bool
    own: bool


def report_page(*, pk: int, reach: Reach, language: str) -> ReportPage | None:
    """The report of that number if it is in reach, else None; six queries at most."""
    found = with_items(Report.objects.filter(readable(reach)))
    report = found.select_related("decided_by", "citation__document").filter(pk=pk).first()
    if report is None:
        return None
    chain = _chain(report)
    earlier, later = _split(chain, report)
    superseded = any(one.supersedes_id == pk and one.state == ReportState.ACCEPTED for one in chain)
    waiting = report.state == ReportState.SUBMITTED
    own = report.author_id == reach.user_id
    final = report.state == ReportState.ACCEPTED and not superseded
    return ReportPage(
        row=report_row(report, language=language, reader=reach.user_id),
        facts=tuple(_facts(report)),
        origin=words.origin(report.origin),
        decider=report.decided_by.called(language) if report.decided_by else "",
        reason=report.supersede_reason,
        source=report.citation,
        earlier=tuple(rows(earlier, language=language, reader=reach.user_id)),
        later=tuple(rows(later, language=language, reader=reach.user_id)),
        superseded=superseded,
        events=tuple(_events(pk, language)),
        files=files_of(pk),
        may_add=waiting and own and reach.holds(Permission.REPORT),
        may_correct=final and may_report(reach, report.unit.path),
        may_decide=waiting and may_review(reach, report),
        own=own,
    )


def _chain(report: Report) -> list[Report]:
    """The reports of the same item that correct another or are corrected; one query, kept to what hangs together."""
    about = Q(**{report.kind: key_of(report)[1]})
    # A join to the successors beside those of the items has the database think half a second about their order.
    corrected = Exists(Report.objects.filter(supersedes=OuterRef("pk")))
    linked = Q(supersedes__isnull=False) | corrected
    found = {one.pk: one for one in with_items(Report.objects.filter(about & linked)).order_by("id")}
    together, before = {report.pk}, 0
    while len(together) != before:
        before = len(together)
        together |= {one.supersedes_id for one in found.values() if one.pk in together and one.supersedes_id}
        together |= {one.pk for one in found.values() if one.supersedes_id in together}
    return [one for key, one in found.items() if key in together and key != report.pk]


def _split(chain: list[Report], report: Report) -> tuple[list[Report], list[Report]]:
    return [one for one in chain if one.pk < report.pk], [one for one in chain if one.pk > report.pk]


def _facts(report: Report) -> list[tuple[str, str]]:
    values = values_of(report)
    stated = FACTS[report.kind](values) if values is not None else []
    return [(_("State as of"), words.day(report.as_of)), *stated, (_("Note"), report.note)]


def _milestone_facts(values: Any) -> list[tuple[str, str]]:
    return [
        (_("Status"), words.status(values.status)),
        (_("Progress"), f"{words.number(values.progress)}%" if values.progress is not None else ""),
        (_("Started on"), words.day(values.actual_start)),
        (_("Finished on"), words.day(values.actual_finish)),
        (_("Expected"), forecast_words(values.forecast)),
    ]


def _metric_facts(values: Any) -> list[tuple[str, str]]:
    return [(_("Value"), words.quantity(values.quantity)), (_("What is counted"), values.basis)]


FACTS: Mapping[str, Callable[[Any], list[tuple[str, str]]]] = {
    "milestone": _milestone_facts,
    "metric": _metric_facts,
    "site": lambda values: relocation.facts(values.entry),
    "housing": lambda values: resettlement.facts(values.entry),
    "package": lambda values: tenders.facts(values.counts),
}
"""What the typed values of a report say, one by one, by kind."""


def forecast_words(forecast: ImpreciseDate | None) -> str:
    """A forecast with what was written, where the two differ."""
    if forecast is None:
        return ""
    meaning = words.imprecise(forecast)
    return meaning if forecast.text in ("", meaning) else f"{meaning}（{forecast.text}）"


ACTS = {
    "report.submit": gettext_lazy("Submitted for review"),
    "report.accepted": gettext_lazy("Accepted by the reviewer"),
    "report.returned": gettext_lazy("Returned by the reviewer"),
    "report.withdraw": gettext_lazy("Taken back by the author"),
    "report.evidence_add": gettext_lazy("Evidence added by the author"),
    "report.evidence_remove": gettext_lazy("Evidence removed by the author"),
}


def _events(pk: int, language: str) -> list[Event]:
    """What the audit trail holds of the report, oldest first; people by their names, as everywhere on the page."""
    people = User.objects.filter(username=OuterRef("actor_name"))
    found = (
        AuditEvent.objects.filter(subject_type="report", subject_code=str(pk))
        .annotate(name=Subquery(people.values("name")[:1]), name_en=Subquery(people.values("name_en")[:1]))
        .order_by("id")[:100]
    )
    chinese = language.startswith("zh")
    return [
        Event(
            at=words.instant(one.at),
            actor=(one.name if chinese else one.name_en or one.name) or one.actor_name,
            what=_act(one),
            refused=one.refused,
        )
        for one in found
    ]


def _act(event: AuditEvent) -> str:
    what = str(ACTS.get(event.action, event.action))
    return f"{what}: {words.refusal(event.code)}" if event.refused else what
