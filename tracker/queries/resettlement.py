"""The resettlement ledger (安置台账): housing from start to move-back, and who waits for it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tracker import words
from tracker.domain.relocation import Use
from tracker.domain.resettlement import COLOURS, COUNTED, HomeCount, HomeStage, Verdict, Waiting, column, together
from tracker.domain.states import Colour
from tracker.models import Housing, Milestone, Site
from tracker.permissions import Reach, readable
from tracker.queries.asked import Asked
from tracker.queries.milestones import Due, due_of
from tracker.queries.relocation import At
from tracker.queries.relocation_lines import Sign
from tracker.queries.resettlement_state import DAYS, Serving, overlay_housing, served
from tracker.queries.tallies import Part
from tracker.words import resettlement as said

PER_PAGE = 50
RELATED = ("project__programme", "unit", "report__citation", *DAYS)


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of homes: what has come to it, and how much of all that are planned (None where that is not known)."""

    label: str
    figures: tuple[str, ...]
    share: Decimal | None


@dataclass(frozen=True, slots=True)
class HousingLine:
    """One housing as a row."""

    code: str
    url: str
    name: str
    place: str
    programme: tuple[str, str]
    project: tuple[str, str]
    unit: str
    planned: tuple[str, ...]
    steps: tuple[Step, ...]
    waiting: str
    unstated: str
    longest: str
    overrun: str
    ready: Due
    sign: Sign
    as_of: str
    pending: int


@dataclass(frozen=True, slots=True)
class Totals:
    """All housing of the filters together."""

    homes: str
    steps: tuple[Step, ...]
    waiting: str
    unstated: str
    longest: str
    overrun: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything the ledger's page shows."""

    sentence: str
    parts: tuple[Part, ...]
    page: Page[Any]
    lines: tuple[HousingLine, ...]
    totals: Totals | None
    found: tuple[Serving, ...]


def stages() -> list[str]:
    """The headings of the stages."""
    return [str(said.STAGES[stage]) for stage in HomeStage]


def listed(*, reach: Reach) -> Any:
    """Every current housing in reach; nothing is read yet."""
    return Housing.objects.current().filter(readable(reach))


def searched(rows: Any, values: Mapping[str, Any], unit_path: str) -> Any:
    """The rows the filters let through, but for the state."""
    if values.get("programme"):
        rows = rows.filter(project__programme__code=values["programme"])
    if values.get("project"):
        rows = rows.filter(project__code__iexact=values["project"].strip())
    if unit_path:
        rows = rows.filter(unit__path__startswith=unit_path)
    text = (values.get("q") or "").strip()
    return rows.filter(_like(text)) if text else rows


def _like(text: str) -> Q:
    found = Q(sort_key__sounds=text)
    for name in ("place", "place_en", "name", "name_en", "code"):
        found |= Q(**{f"{name}__icontains": text})
    return found


def _loaded(rows: Any) -> Any:
    """Housing in its order with all that is told of it."""
    return rows.select_related(*RELATED).order_by("project__programme__position", "project__position", "code")


def standing(rows: Iterable[Housing], at: At) -> list[Serving]:
    """How housing stands at the moment, of rows as `_loaded`; what no plan knew yet was not there."""
    found = list(rows)
    if at.past:
        overlay_housing(found, on=at.on, known=at.known)
        found = [row for row in found if row.plan_number]
    return served(found, on=at.on, known=at.known)


def ledger(*, rows: Any, values: Mapping[str, Any], number: str, at: At, language: str) -> Ledger:
    """The page of the ledger; a constant number of queries. `rows` are those of `searched`."""
    every = standing(_loaded(rows), at)
    counts = Counter(one.verdict for one in every)
    wanted = values.get("state") or ""
    found = [one for one in every if not wanted or one.verdict == wanted]
    page = Paginator(found, PER_PAGE).get_page(number if len(number) < 7 else "1")
    return Ledger(
        sentence=sentence(every, at.on),
        parts=tuple(Part(COLOURS[one], str(said.VERDICTS[one]), counts[one]) for one in Verdict if counts[one]),
        page=page,
        lines=tuple(line(one, on=at.on, language=language) for one in page.object_list),
        totals=totals(found, at.on) if len(found) > 1 else None,
        found=tuple(found),
    )


def sentence(found: Sequence[Serving], on: date) -> str:
    """What there is to say first."""
    if not found:
        return _("No housing matches the filters.")
    waits = everybody(found)
    pressing = sum(1 for one in found if COLOURS[one.verdict] is Colour.RED)
    text = ngettext("%(count)d place of housing", "%(count)d places of housing", len(found)) % {"count": len(found)}
    text += _("; %(waiting)s") % {"waiting": said.wait_for_homes(waits)}
    if waits.overrun:
        text += _(", %(count)s beyond their transition period") % {"count": said.transition(waits)}
    if pressing:
        text += ngettext("; %(count)d place is red", "; %(count)d places are red", pressing) % {"count": pressing}
    return text + _(".")


def everybody(found: Sequence[Serving]) -> Waiting:
    """Who waits, each site counted once: of housing that shares its sites the first one tells."""
    waits: dict[str, Waiting] = {}
    for one in found:
        for site, wait in one.waits.items():
            waits.setdefault(site, wait)
    return together(waits.values())


def line(one: Serving, *, on: date, language: str) -> HousingLine:
    """One housing as a row."""
    row, project = one.row, one.row.project
    planned = (said.planned(count, scope) for count, scope in row.planned.items())
    return HousingLine(
        code=row.code,
        url=reverse("housing", args=[row.code]),
        name=row.called(language),
        place=row.placed(language),
        programme=(project.programme.code, project.programme.called(language)),
        project=(project.code, project.called(language)),
        unit=row.unit.called(language),
        planned=tuple(text for text in planned if text),
        steps=tuple(steps(one)),
        waiting=said.waiting(one.all) if one.stated else "",
        unstated=said.as_far_as_stated(one.all) if one.stated else "",
        longest=longest(one.all, on),
        overrun=said.transition(one.all) if one.all.most else "",
        ready=due_of(row.completion.due, row.completion.plan_year) if row.completion else due_of(None, None),
        sign=sign(one, on),
        as_of=words.day(row.as_of),
        pending=row.pending,
    )


def sign(one: Serving, on: date) -> Sign:
    """How it stands: colour, word and sentence."""
    return Sign(COLOURS[one.verdict], str(said.VERDICTS[one.verdict]), said.reason(one.verdict, one.standing, on))


def longest(waits: Waiting, on: date) -> str:
    """How long the longest has waited; '' where nobody waits."""
    days = waits.days(on)
    return "" if days is None else words.days(days)


def steps(one: Serving) -> list[Step]:
    """Every stage with its figures; the share is of the homes planned."""
    entry, plan = one.row.entry, one.row.planned[HomeCount.HOMES].value
    found = []
    for stage, counts in COUNTED.items():
        stated = [(count, value) for count in counts if (value := entry.get(stage, count)) is not None]
        figures = tuple(said.figure(column(stage, count), value) for count, value in stated)
        found.append(Step(str(said.STAGES[stage]), figures, _share(entry.get(stage, HomeCount.HOMES), plan)))
    return found


def _share(value: Decimal | None, plan: Decimal | None) -> Decimal | None:
    """Percent of the plan, cut: nothing is all before it is."""
    if value is None or not plan:
        return None
    return Decimal(int(value * 1000 / plan)) / 10


def totals(found: Sequence[Serving], on: date) -> Totals:
    """All of them together: figures that are stated are added, and the plan only where every one states it."""
    plans = [one.row.planned[HomeCount.HOMES].value for one in found]
    whole = sum((plan for plan in plans if plan is not None), Decimal(0)) if None not in plans else None
    waits, stated = everybody(found), any(one.stated for one in found)
    return Totals(
        homes="" if whole is None else said.figure("started_homes", whole),
        steps=tuple(_total(stage, counts, found, whole) for stage, counts in COUNTED.items()),
        waiting=said.waiting(waits) if stated else "",
        unstated=said.as_far_as_stated(waits) if stated else "",
        longest=longest(waits, on),
        overrun=said.transition(waits) if stated else "",
    )


def _total(stage: HomeStage, counts: Sequence[HomeCount], found: Sequence[Serving], plan: Decimal | None) -> Step:
    sums: dict[HomeCount, Decimal] = {}
    for count in counts:
        values = [value for one in found if (value := one.row.entry.get(stage, count)) is not None]
        if values:
            sums[count] = sum(values, Decimal(0))
    figures = tuple(said.figure(column(stage, count), value) for count, value in sums.items())
    return Step(str(said.STAGES[stage]), figures, _share(sums.get(HomeCount.HOMES), plan))


@dataclass(frozen=True, slots=True)
class Offered:
    """What a plan of housing may name: milestones and sites with dwellings of its programme, as (code, name)."""

    milestones: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]


def offered(*, programme: int, language: str) -> Offered:
    """The choices of the form; two queries."""
    milestones = Milestone.objects.current().filter(project__programme=programme).select_related("project")
    sites = Site.objects.current().filter(project__programme=programme, use=Use.RESIDENTIAL.value)
    return Offered(
        milestones=tuple(
            (one.code, f"{one.called(language)} · {one.project.called(language)}")
            for one in milestones.order_by("project__position", "position", "code")
        ),
        sites=tuple((one.code, one.called(language)) for one in sites.order_by("position", "code")),
    )


OF = {
    name: Asked(lambda reach, code, name=name: _loaded(searched(listed(reach=reach), {name: code}, "")), "any-code")
    for name in ("project", "programme")
}


def card(of: str, code: str, *, reach: Reach, at: At, language: str) -> tuple[HousingLine, ...]:
    """The housing of a project or programme for its page; `of` says which of the two `code` names."""
    found = standing(OF[of].all(reach, code), at)
    return tuple(line(one, on=at.on, language=language) for one in found)
