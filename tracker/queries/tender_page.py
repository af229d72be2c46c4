"""One tender package as its page tells it: its clock, its steps, the law between them, its counts and its versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.states import Status
from tracker.domain.tender_values import Held, Point
from tracker.domain.windows import WindowKind
from tracker.models import Citation, Package, PackagePlan, PackageStep, Report
from tracker.permissions import Reach
from tracker.queries.milestones import due_of
from tracker.queries.scope import citations_in_reach
from tracker.queries.tender_state import Known, known, packages_in_reach
from tracker.queries.tenders import PackageLine, Sentence, line, sentences
from tracker.words import tenders as said
from tracker.words import windows as law


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step: what was planned, what happened, what is forecast. `start` and `finish` are the days to draw."""

    code: str
    name: str
    milestone: str
    planned: str
    assumed: bool
    actual: str
    forecast: str
    colour: str
    word: str
    current: bool
    moved: str
    start: date | None
    finish: date | None


@dataclass(frozen=True, slots=True)
class LawLine:
    """A window between two steps: what it asks for, the days as they are, and whether they keep to it."""

    code: str
    name: str
    rule: str
    citation: str
    between: str
    verified: bool
    colour: str
    room: str
    bound: str
    row: int
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class CitationLine:
    """What a document states of a package, as printed, and where."""

    label: str
    cite: Citation


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version of a package's terms."""

    number: int
    at: str
    by: str
    reason: str
    terms: str
    citation: Citation | None


@dataclass(frozen=True, slots=True)
class ReportedLine:
    """One accepted report on a package."""

    pk: int
    as_of: str
    said: str
    note: str
    author: str


@dataclass(frozen=True)
class PackagePage:
    """One package as of a moment."""

    line: PackageLine
    row: Package
    unit_path: str
    programme_code: str
    note: str
    clock: str
    steps: list[StepLine]
    laws: list[LawLine]
    against: list[Sentence]
    facts: list[tuple[str, str]]
    suspensions: list[str]
    estimate: str
    metric: str
    versions: list[VersionLine]
    reports: list[ReportedLine]
    citations: list[CitationLine]
    countdown: int
    counted: list[tuple[str, str]]
    backplan: str
    next_day: date | None


def package_page(*, code: str, reach: Reach, on: date, at: datetime, past: bool) -> PackagePage | None:
    """The package of that code as of a moment; None where there is none in reach."""
    rows = packages_in_reach(reach)
    found = known(rows.filter(code=code), reach=reach, on=on, at=at, past=past)
    if not found:
        return None
    one, language = found[0], words.language()
    row, keys = one.row, [step.code for step in one.steps]
    return PackagePage(
        line=line(one, on),
        row=row,
        unit_path=row.unit.path,
        programme_code=row.project.programme.code,
        note=row.note if language.startswith("zh") or not row.note_en else row.note_en,
        clock=said.deadline(one.reading.next, lambda key: one.name(key, language), one.reading.untold),
        steps=[_step(step, point, one, language) for step, point in zip(one.steps, one.reading.points, strict=True)],
        laws=[_law(held, keys) for held in one.reading.held],
        against=sentences(one),
        facts=_facts(one),
        suspensions=said.suspensions(row.counts, on),
        estimate=estimate(row),
        metric=row.metric.code if row.metric else "",
        versions=_versions(row, at),
        reports=_reports(row, on, at),
        citations=_citations(row, reach),
        countdown=abs(one.reading.next.days) if one.reading.next else 0,
        counted=[(str(name), _count(getattr(row, key))) for key, name in said.COUNTS.items()],
        backplan=_backplan(one),
        next_day=one.reading.next.day if one.reading.next else None,
    )


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _citations(row: Package, reach: Reach) -> list[CitationLine]:
    found = citations_in_reach(reach).filter(package=row).select_related("document").order_by("position")
    return [CitationLine(f"{one.called(words.language())} {one.printed}", one) for one in found]


def estimate(row: "Package | PackagePlan") -> str:
    """What it is estimated at, as stated; that nobody has stated it."""
    return words.quantity(row.estimate) if row.estimate else _("not stated")


def _facts(one: Known) -> list[tuple[str, str]]:
    row, reading = one.row, one.reading
    compulsory = {None: _("not stated"), True: _("yes"), False: _("no")}[row.compulsory]
    valid = _("not stated")
    if row.validity_days is not None:
        valid = words.days(row.validity_days)
        if reading.valid_until:
            valid = _("%(length)s, until %(day)s") % {"length": valid, "day": words.day(reading.valid_until)}
    return [
        (_("What is tendered"), said.kind(row.kind)),
        (_("Law"), said.regime(row.regime)),
        (_("Estimate"), estimate(row)),
        (_("Tendering compulsory"), compulsory),
        (_("Bids bind for"), valid),
        (_("Call number"), str(row.round)),
    ]


def _step(step: PackageStep, point: Point, one: Known, language: str) -> StepLine:
    row, reading = step.milestone, one.reading
    due = due_of(row.due, row.plan_year) if row else due_of(None, None)
    colour, word = _state(step, point, one)
    started = point.start or (row.due_earliest if row and not point.done else None) or point.finish
    return StepLine(
        code=step.code,
        name=step.called(language),
        milestone=row.code if row and row.pk in one.seen else "",
        planned=due.meaning,
        assumed=bool(due.assumed),
        actual=(words.day(row.actual_finish) or _("day not stated")) if row and point.done else "",
        forecast=words.imprecise(row.forecast) if row and not point.done else "",
        colour=colour,
        word=word,
        current=step.code == reading.current,
        moved=words.day(point.finish) if point.key in reading.moved else "",
        start=min(started, point.finish) if started and point.finish else None,
        finish=point.finish,
    )


def _state(step: PackageStep, point: Point, one: Known) -> tuple[str, str]:
    if point.done:
        return "done", str(words.status(Status.DONE.value))
    if point.unstated:
        return "blank", _("outcome not stated")
    if point.finish is None and point.begun:
        return "green", str(words.status(Status.IN_PROGRESS.value))
    if _implied(step, one):
        return "done", _("must be done: a later step is")
    if point.finish is None:
        return "blank", _("no day yet")
    left = (point.finish - one.reading.on).days
    return ("red" if left < 0 else "amber" if left <= 7 else "green"), said.countdown(left)


def _implied(step: PackageStep, one: Known) -> bool:
    keys = [item.code for item in one.steps]
    current = one.reading.current
    return bool(current) and keys.index(step.code) < keys.index(current)


def _law(held: Held, keys: Sequence[str]) -> LawLine:
    window = held.window
    colour, room = said.slack(held)
    known_days = held.first_day is not None and held.last_day is not None
    return LawLine(
        code=window.id,
        name=law.name(window),
        rule=law.rule(window),
        citation=law.citation(window),
        between=words.interval(held.first_day, held.last_day) if known_days else "",
        verified=window.verified,
        colour=colour,
        room=room,
        bound=words.day(held.bound) if held.bound and window.kind is not WindowKind.GATE else "",
        row=keys.index(held.last.step),
        first=held.first_day,
        last=held.last_day,
    )


def _versions(row: Package, at: datetime) -> list[VersionLine]:
    found = PackagePlan.objects.filter(package=row, recorded_at__lte=at).select_related("by", "citation__document")
    language = words.language()
    return [
        VersionLine(
            number=plan.number,
            at=words.instant(plan.recorded_at),
            by=plan.by.called(language) if plan.by else _("from the documents"),
            reason=plan.reason,
            terms=_("; ").join((said.kind(plan.kind), said.regime(plan.regime), estimate(plan))),
            citation=plan.citation,
        )
        for plan in found.order_by("-number")
    ]


def _reports(row: Package, on: date, at: datetime) -> list[ReportedLine]:
    found = Report.objects.counting(on=on, known=at).filter(package=row).select_related("on_package", "author")
    return [
        ReportedLine(
            pk=report.pk,
            as_of=words.day(report.as_of),
            said=said.stated(report.on_package.counts),
            note=report.note,
            author=report.author.called(words.language()) if report.author else "",
        )
        for report in found.order_by("-as_of", "-accepted_at", "-id")[:12]
    ]


def _backplan(one: Known) -> str:
    """The query of the page that plans back: template, deadline, the days that are known."""
    template, goal = one.row.template, one.row.template.goal
    by_code = {point.key: point for point in one.reading.points}
    pairs = [("template", template.code)]
    due = by_code[goal].finish if goal in by_code and not by_code[goal].done else None
    if due is not None:
        pairs.append(("deadline", due.isoformat()))
    pairs += [
        (f"done_{point.key}", point.finish.isoformat())
        for point in one.reading.points
        if point.done and point.finish and point.key in one.usual
    ]
    return urlencode([*pairs, ("package", one.row.code)])
