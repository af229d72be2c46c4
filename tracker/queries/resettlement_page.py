"""The page of one housing: its homes by stage, who waits from which site, need against supply, plan and sources."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.calendars import months_after
from tracker.domain.resettlement import Balance, HomeCount, course, most_owed
from tracker.models import Citation, Housing, HousingPlan, Milestone, Report, Site
from tracker.permissions import Reach, readable
from tracker.queries.citation_lines import CitationLine, citation_lines
from tracker.queries.milestones import Due, due_of
from tracker.queries.relocation import At
from tracker.queries.report_lines import ReportLine, chain
from tracker.queries.resettlement import RELATED, HousingLine, line
from tracker.queries.resettlement_state import Serving, overlay_housing, served
from tracker.queries.scope import citations_in_reach
from tracker.queries.state import Light, light_of
from tracker.words import relocation as site_words
from tracker.words import resettlement as said

REPORTS, DAYS_DRAWN = 60, 400


@dataclass(frozen=True, slots=True)
class SiteWaits:
    """Who waits of one site; texts are empty where nothing is known."""

    name: str
    url: str
    left: str
    waiting: str
    longest: str
    runs_out: str
    overrun: str
    late: bool
    converted: str


@dataclass(frozen=True, slots=True)
class Dated:
    """One of its days: the milestone that says it."""

    label: str
    name: str
    url: str
    due: Due
    light: Light


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the plan."""

    recorded: str
    by: str
    reason: str
    stated: str
    unit: str
    citation: Citation | None
    now: bool


@dataclass(frozen=True, slots=True)
class HousingPage:
    """One housing as of a moment."""

    line: HousingLine
    serving: Serving
    basis: str
    note: str
    unit_path: str
    version: int
    sites: tuple[SiteWaits, ...]
    named: bool
    days: tuple[Dated, ...]
    balance: tuple[Balance, ...]
    versions: tuple[Version, ...]
    reports: list[ReportLine]
    citations: list[CitationLine]
    excess: str


def loaded(*, code: str, reach: Reach) -> Housing | None:
    """The housing of that code with what its page names; None where there is none in reach."""
    rows = Housing.objects.current().filter(readable(reach), code=code)
    found: Housing | None = rows.select_related(*RELATED).first()
    return found


def housing_page(*, row: Housing, reach: Reach, at: At, language: str) -> HousingPage:
    """Everything about a housing loaded by `loaded`, as of a moment; a constant number of queries."""
    if at.past:
        overlay_housing([row], on=at.on, known=at.known)
    one = served([row], on=at.on, known=at.known)[0]
    chinese = language.startswith("zh")
    return HousingPage(
        line=line(one, on=at.on, language=language),
        serving=one,
        basis=row.basis if chinese or not row.basis_en else row.basis_en,
        note=row.note if chinese or not row.note_en else row.note_en,
        unit_path=row.unit.path,
        version=row.version,
        sites=tuple(_waits(site, one, at.on, language) for site in one.sites),
        named=row.sites.exists(),
        days=tuple(_days(row, at.on, language)),
        balance=tuple(_balance(one, at)),
        versions=tuple(_versions(row, at.known, language)),
        reports=chain(row, on=at.on, known=at.known, limit=REPORTS, language=language),
        citations=_citations(row, reach, language),
        excess=said.excess(row.moved_back_households, most_owed(one.left, on=at.on)),
    )


def _waits(site: Site, one: Serving, on: date, language: str) -> SiteWaits:
    found, rows = one.waits[site.code], one.left[site.code]
    days = found.days(on)
    ends = months_after(found.since, site.transition_months) if found.since and site.transition_months else None
    return SiteWaits(
        name=site.called(language),
        url=reverse("site", args=[site.code]),
        left=site_words.figure("vacated_households", Decimal(rows[-1].vacated)) if rows else "",
        waiting=said.waiting(found) if rows else "",
        longest="" if days is None else words.days(days),
        runs_out=words.day(ends),
        overrun=said.transition(found) if found.overrun else "",
        late=bool(found.overrun),
        converted=_converted(site),
    )


def _converted(site: Site) -> str:
    """Registration converted (农转居), of the persons in scope where that is stated; '' where nobody says."""
    if site.converted_persons is None:
        return ""
    done = site_words.figure("converted_persons", site.converted_persons)
    return f"{done} / {site_words.figure('converted_persons', site.scope_persons)}" if site.scope_persons else done


def _days(row: Housing, on: date, language: str) -> list[Dated]:
    milestones: list[tuple[str, Milestone | None]] = [
        (str(said.DATED["start"]), row.start),
        (str(said.DATED["topping_out"]), row.topping_out),
        (str(said.DATED["completion"]), row.completion),
        (str(said.DATED["move_back"]), row.move_back),
    ]
    return [
        Dated(
            label=label,
            name=one.called(language),
            url=reverse("milestone", args=[one.code]),
            due=due_of(one.due, one.plan_year),
            light=light_of(one, on, one.project.programme.tracking_from),
        )
        for label, one in milestones
        if one is not None
    ]


def _balance(one: Serving, at: At) -> list[Balance]:
    """Need against supply on every day somebody reported of either, and on the day of the page; one query."""
    homes = _homes(one.row, at)
    days = {entry.day for rows in one.left.values() for entry in rows if entry.day <= at.on}
    days |= {day for day, _accepted, _back in homes}
    if not days:
        return []
    return course(one.left, homes, days=sorted({*days, at.on})[-DAYS_DRAWN:])


def between(bounds: tuple[int, int]) -> str:
    """A count between two bounds: '120', or '80 to 120'."""
    least, most = bounds
    return str(most) if least == most else _("%(least)s to %(most)s") % {"least": least, "most": most}


def _homes(row: Housing, at: At) -> list[tuple[date, int, int]]:
    rows = Report.objects.counting(on=at.on, known=at.known).filter(housing=row).order_by("as_of", "accepted_at", "id")
    said_of = rows.values_list("as_of", "on_housing__accepted_homes", "on_housing__moved_back_households")
    return [(day, accepted or 0, back or 0) for day, accepted, back in said_of]


def _versions(row: Housing, known: datetime, language: str) -> list[Version]:
    plans = HousingPlan.objects.filter(housing=row, recorded_at__lte=known).order_by("-number")
    return [
        Version(
            recorded=words.instant(plan.recorded_at),
            by=plan.by.called(language) if plan.by else "",
            reason=plan.reason,
            stated=" · ".join(text for count in HomeCount if (text := said.planned_of(plan.planned, count))),
            unit=plan.unit.called(language),
            citation=plan.citation,
            now=plan.number == row.plan_number,
        )
        for plan in plans.select_related("by", "unit", "citation__document")
    ]


def _citations(row: Housing, reach: Reach, language: str) -> list[CitationLine]:
    rows = citations_in_reach(reach).filter(housing=row).select_related("document")
    return citation_lines(rows.order_by("document__position", "position", "code"), language=language)
