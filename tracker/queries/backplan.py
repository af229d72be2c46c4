"""Planning back: the templates, one template with its steps and windows, and a plan back from a deadline."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.backplan import BackPlan, Bracket, Verdict, plan
from tracker.domain.windows import Window, WindowKind, in_force
from tracker.models import CalendarDay, ProcessStep, ProcessTemplate, Programme, Project, StatutoryWindow
from tracker.permissions import Permission, Reach, readable_templates, within
from tracker.queries import process_copies as copies
from tracker.queries.law_lines import LawLine, law_line
from tracker.queries.process_copies import Left, Trail
from tracker.words import backplan as said
from tracker.words import processes as copy_words
from tracker.words import windows as law

ORDER = ("position", "code")


def templates(reach: Reach, of: Q | None = None) -> list[tuple[str, str]]:
    """Code and name of every template in reach (`of` a kind), the house's and units' own copies; one query."""
    rows = ProcessTemplate.objects.offered().filter(readable_templates(reach), of or Q()).select_related("unit")
    return [(row.code, _named(row)) for row in rows.order_by(F("unit__path").asc(nulls_first=True), *ORDER)]


def _named(row: ProcessTemplate) -> str:
    """A template's name; a copy says whose it is."""
    language = words.language()
    return f"{row.unit.called(language)} · {row.called(language)}" if row.unit else row.called(language)


def steps_of(code: str) -> list[tuple[str, str]]:
    """Code and name of the steps of the newest version of a template; one query."""
    rows = ProcessStep.objects.filter(template__in=ProcessTemplate.objects.newest().filter(code=code))
    return [(row.code, row.called(words.language())) for row in rows]


def projects(reach: Reach, template: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Code and name of the projects whose plan the person may make with that template, by programme; two queries.

    A unit's copy serves the projects of that unit and of those below it.
    """
    rows = (
        Project.objects.current()
        .select_related("programme")
        .filter(within("unit__path", reach.paths(Permission.PLAN)), programme__retired_at__isnull=True)
    )
    if path := ProcessTemplate.objects.newest().filter(code=template).values_list("unit__path", flat=True).first():
        rows = rows.filter(unit__path__startswith=path)
    language = words.language()
    found: dict[Programme, list[tuple[str, str]]] = {}
    for row in rows.order_by("programme__position", "programme__code", "position", "code"):
        found.setdefault(row.programme, []).append((row.code, f"{row.code} {row.called(language)}"))
    return [(programme.called(language), held) for programme, held in found.items()]


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step of a plan, worded. `start` and `finish` are the latest days, None where nothing sets them."""

    code: str
    name: str
    usual: str
    late_start: str
    late_finish: str
    colour: str
    float: str
    state: str
    laws: list[LawLine]
    estimated: bool
    float_estimated: bool
    is_goal: bool
    start: date | None
    finish: date | None


@dataclass(frozen=True, slots=True)
class Span:
    """A window drawn between two steps."""

    row: int
    name: str
    citation: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PlanPage:
    """A plan back from a deadline."""

    code: str
    name: str
    note: str
    unit: str
    left: list[Left]
    verdict: str
    colour: str
    word: str
    alternative: str
    decides: list[LawLine]
    breaches: list[str]
    steps: list[StepLine]
    parallel: list[tuple[str, str]]
    estimated: bool
    today: date
    deadline: date
    soonest: date
    spans: list[Span]
    can_apply: bool
    seen: str


def plan_page(
    *, code: str, deadline: date, region: str, days: Mapping[str, date], on: date, reach: Reach
) -> PlanPage | None:
    """Plan back; None where there is no such template in reach. Nine queries, one more where a window is left out.

    Raises OutsideCalendar and Contradiction as `domain.backplan.plan` does.
    """
    row = copies.found(code=code, reach=reach)
    if row is None:
        return None
    windows = _in_force(row, on, region)
    calendar = CalendarDay.objects.calendar(region)
    found = plan(row.value(), deadline=deadline, today=on, days=days, windows=windows, calendar=calendar)
    language = words.language()
    names = {step.code: step.called(language) for step in row.steps.all()}
    lines = [_line(step, names, found) for step in row.steps.all()]
    due = {step.code for step in row.steps.all()} & (row.value().before([row.goal]) | {row.goal})
    deciding = {found.steps[key].binding for key in due} - {""}
    return PlanPage(
        code=code,
        name=row.called(language),
        note=_either(row.note, row.note_en),
        unit=row.unit.called(language) if row.unit else "",
        left=copies.left_out(row.sheet()),
        verdict=said.verdict(found, names[row.goal]),
        colour=said.COLOURS[found.verdict],
        word=said.verdict_word(found.verdict),
        alternative=said.alternative(found),
        decides=[_law(held, found) for held in found.brackets if held.window.id in deciding],
        breaches=[
            *(said.disorder(names[first], names[last]) for first, last in found.disorder),
            *(said.breach(law.named(held.window), held.breach) for held in found.breaches),
        ],
        steps=lines,
        parallel=[(names[one], names[other]) for one, other in found.parallel],
        estimated=found.estimated,
        today=on,
        deadline=deadline,
        soonest=found.soonest,
        spans=_spans(found, [line.code for line in lines]),
        can_apply=found.verdict in (Verdict.FEASIBLE, Verdict.TIGHT),
        seen=found.fingerprint(),
    )


def _in_force(row: ProcessTemplate, on: date, region: str) -> list[Window]:
    """The windows of a template that bind on the day in the region; one query."""
    codes = {held.window for held in row.windows.all()}
    return in_force(StatutoryWindow.objects.filter(code__in=codes).windows(), on=on, region=region)


def _line(step: ProcessStep, names: Mapping[str, str], found: BackPlan) -> StepLine:
    placed = found.steps[step.code]
    colour, left = said.float_light(placed)
    over = bool(placed.done) or placed.implied
    return StepLine(
        code=step.code,
        name=names[step.code],
        usual=said.usual(step.duration, step.unit),
        late_start=said.late(None if over else placed.late_start),
        late_finish=said.late(None if over else placed.late_finish),
        colour=colour,
        float=left,
        state=said.state_of(placed),
        laws=[_law(held, found) for held in found.brackets if held.last.step == step.code],
        estimated=placed.estimated,
        float_estimated=placed.float_estimated,
        is_goal=step.code == found.goal,
        start=placed.late_start,
        finish=placed.late_finish,
    )


def _law(held: Bracket, found: BackPlan) -> LawLine:
    shown = ""
    if held.first_day and held.last_day and held.window.kind is not WindowKind.GATE:
        shown = words.interval(held.first_day, held.last_day)
    return law_line(held.window, shown, binds=any(one.binding == held.window.id for one in found.steps.values()))


def _spans(found: BackPlan, rows: list[str]) -> list[Span]:
    return [
        Span(
            rows.index(held.last.step), law.name(held.window), law.citation(held.window), held.first_day, held.last_day
        )
        for held in found.brackets
        if held.first_day and held.last_day and held.window.kind is not WindowKind.GATE
    ]


@dataclass(frozen=True, slots=True)
class TemplateStep:
    """One step of a template, worded."""

    code: str
    name: str
    usual: str
    after: list[str]
    laws: list[LawLine]
    is_goal: bool


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """One template in one version, and what it comes from."""

    code: str
    name: str
    note: str
    version: int
    steps: list[TemplateStep]
    trail: Trail


def template_page(*, code: str, on: date, reach: Reach, version: int | None = None) -> TemplatePage | None:
    """A version of a template, else its newest, with the windows in force on the day; None if there is none in reach.

    At most 33 queries, however many versions and copies there are.
    """
    row = copies.found(code=code, reach=reach, version=version)
    if row is None:
        return None
    language, value = words.language(), row.value()
    windows = {window.id: window for window in _in_force(row, on, "")}
    laws: dict[str, list[LawLine]] = {}
    names = {step.code: step.called(language) for step in row.steps.all()}
    for held in value.windows:
        if held.window in windows:
            since = "" if held.first.step == held.last.step else _("from %(step)s") % {"step": names[held.first.step]}
            laws.setdefault(held.last.step, []).append(law_line(windows[held.window], since))
    steps = [
        TemplateStep(
            code=step.code,
            name=names[step.code],
            usual=said.usual(step.duration, step.unit),
            after=[copy_words.after(tie) for tie in value.ties if tie.successor == step.code],
            laws=laws.get(step.code, []),
            is_goal=step.code == row.goal,
        )
        for step in row.steps.all()
    ]
    return TemplatePage(
        code=code,
        name=row.called(language),
        note=_either(row.note, row.note_en),
        version=row.version,
        steps=steps,
        trail=copies.trail(row, reach=reach),
    )


def _either(chinese: str, english: str) -> str:
    return chinese if words.language().startswith("zh") or not english else english
