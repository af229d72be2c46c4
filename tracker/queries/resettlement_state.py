"""Resettlement housing at a moment: its plan and figures as known then, who waits for it, and when it is ready.

For now the rows' own columns say it. For a past moment plan, figures and the milestones' days are read back as known
then and laid over the loaded rows, in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain.reporting import Origin
from tracker.domain.resettlement import FIGURES, Left, Standing, Verdict, Waiting, runs_out, together, verdict, waiting
from tracker.domain.states import Status
from tracker.models import Housing, HousingPlan, Milestone, Report, Site
from tracker.models.resettlement import DATED
from tracker.queries.state import overlay_milestones

PLAN = ("homes", "homes_qualifier", "area", "area_qualifier")
NO_PLAN = (0, None, "", None, "")
SAID = tuple(f"on_housing__{name}" for name in FIGURES)
LEFT = ("vacated_households", "cash_households", "exchange_households", "decided_households")
DAYS = tuple(f"{name}__project__programme" for name in DATED)
"""What is loaded with housing to know its days: names for `select_related`."""


@dataclass(frozen=True, slots=True)
class Serving:
    """One housing with those it is built for: its sites, who waits of each and of all, where it stands and since when.

    `left` are the entries of each site, oldest first; `started`, `ready_by` its days as planned, forecast or happened.
    """

    row: Housing
    sites: tuple[Site, ...]
    left: Mapping[str, Sequence[Left]]
    waits: Mapping[str, Waiting]
    all: Waiting
    standing: Standing
    verdict: Verdict

    @property
    def stated(self) -> bool:
        """Whether any of the sites has stated how many households left."""
        return any(self.left.values())


def overlay_housing(rows: Sequence[Housing], *, on: date, known: datetime) -> None:
    """Lay plan, figures and the days of the milestones as known at a moment over loaded housing (not saved)."""
    ids = [row.pk for row in rows]
    plans = HousingPlan.objects.filter(housing__in=ids, recorded_at__lte=known).order_by("housing_id", "-number")
    plan_of = {plan[0]: plan[1:] for plan in plans.distinct("housing_id").values_list("housing_id", "number", *PLAN)}
    reports = Report.objects.filter(housing__in=ids).latest_per("housing", on=on, known=known)
    said_of = {
        said[0]: said[1:] for said in reports.values_list("housing_id", "pk", "as_of", "accepted_at", "origin", *SAID)
    }
    nothing = (None, None, None, "", *(None for _name in FIGURES))
    for row in rows:
        for name, value in zip(("plan_number", *PLAN), plan_of.get(row.pk, NO_PLAN), strict=True):
            setattr(row, name, value)
        row.report_id, row.as_of, accepted, origin, *figures = said_of.get(row.pk, nothing)
        row.reported_at = None if origin == Origin.DOCUMENT else accepted
        for name, value in zip(FIGURES, figures, strict=True):
            setattr(row, name, value)
        row.pending = 0  # whether something waits for review is a matter of today
    overlay_milestones([one for row in rows for one in _milestones(row)], on=on, known=known)


def _milestones(row: Housing) -> list[Milestone]:
    return [one for name in DATED if (one := getattr(row, name)) is not None]


def served(rows: Sequence[Housing], *, on: date, known: datetime) -> list[Serving]:
    """Loaded (perhaps overlaid) housing with those it is built for; three queries, however many rows, none for none."""
    if not rows:
        return []
    sites_of = _sites(rows)
    left = _left({site.pk for sites in sites_of.values() for site in sites}, on=on, known=known)
    return [_serving(row, sites_of[row.pk], left, on) for row in rows]


def _sites(rows: Sequence[Housing]) -> dict[int, list[Site]]:
    """The sites each housing is built for: those it names, else all dwellings of its programme."""
    named: dict[int, set[int]] = {}
    through = Housing.sites.through.objects.filter(housing__in=[row.pk for row in rows])
    for housing, site in through.values_list("housing_id", "site_id"):
        named.setdefault(housing, set()).add(site)
    programmes = [row.project.programme_id for row in rows]
    found = Site.objects.current().filter(project__programme__in=programmes, use="residential")
    sites = list(found.select_related("project").order_by("project__position", "position", "code"))
    return {
        row.pk: [
            site
            for site in sites
            if (site.pk in named[row.pk] if row.pk in named else site.project.programme_id == row.project.programme_id)
        ]
        for row in rows
    }


def _left(sites: Iterable[int], *, on: date, known: datetime) -> dict[int, list[Left]]:
    """Who had left each site by each of its reports that count, oldest first; one query."""
    rows = Report.objects.counting(on=on, known=known).filter(site__in=list(sites))
    found: dict[int, list[Left]] = {}
    said = rows.order_by("as_of", "accepted_at", "id").values_list("site_id", "as_of", *(f"on_site__{n}" for n in LEFT))
    for site, day, vacated, cash, exchange, decided in said:
        if vacated is not None:
            found.setdefault(site, []).append(Left(day, vacated, cash, exchange, decided))
    return found


def _serving(row: Housing, sites: Sequence[Site], left: Mapping[int, list[Left]], on: date) -> Serving:
    entries = {site.code: left.get(site.pk, []) for site in sites}
    months = {site.code: site.transition_months for site in sites}
    waits = waiting(entries, row.moved_back_households or 0, on=on, months=months)
    everybody = together(waits.values())
    standing = Standing(
        entry=row.entry,
        waits=everybody,
        ready_by=ready_by(row.completion),
        runs_out=runs_out(waits, months),
        reported=row.as_of is not None,
    )
    return Serving(row, tuple(sites), entries, waits, everybody, standing, verdict(standing, on=on))


def ready_by(completion: Milestone | None) -> date | None:
    """When the homes are to be completed: as forecast, else as planned; None once they are."""
    if completion is None or completion.status == Status.DONE:
        return None
    return completion.forecast_latest or completion.due_latest
