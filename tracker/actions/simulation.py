"""Simulated data: a portfolio in bulk, the training scenario, and the removal of both."""

from datetime import date

from tracker.actions import simulation_clearing, simulation_portfolio, simulation_sites
from tracker.actions import training as scenario
from tracker.actions.rechecks import day_of, recheck, scheduled
from tracker.actions.simulation_clearing import Cleared
from tracker.actions.training_restoring import TRAINING
from tracker.audit import Refused, clock, record, recording
from tracker.domain import simulating
from tracker.domain.reporting import Origin
from tracker.models import Appointment, Programme, Report, Site, Unit, User

MOST_PROJECTS = 9_999
MOST_SITES, MOST_ENTRIES = 9_999, 200


def portfolio(*, projects: int, seed: int, today: date) -> dict[str, int]:
    """Add a made-up portfolio in one transaction; the same seed and day make the same one. Returns the rows added.

    Raises Refused: 'project_range', and 'already_simulated' while one is stored.
    """
    if not 1 <= projects <= MOST_PROJECTS:
        raise Refused("project_range", low=1, high=MOST_PROJECTS)
    with recording():
        if Programme.objects.filter(simulated=True).exists():
            raise Refused("already_simulated")
        root = Unit.objects.filter(parent__isnull=True, simulated=False).order_by("id").first()
        made = simulating.portfolio(projects=projects, seed=seed, today=today)
        counts = simulation_portfolio.store(projects=made, root=root, today=today)
        after = {"projects": projects, "seed": seed, "today": today, **counts}
        recheck(scheduled(), on=today)
        record("simulation.portfolio", by=None, subject_type="works", after=after)
    return counts


def sites(*, sites: int, entries: int, seed: int, today: date) -> dict[str, int]:
    """Add made-up clearance sites with weekly entries in one transaction, beside a portfolio or alone.

    Returns the rows added. Raises Refused: 'site_range', and 'already_simulated' while such sites are stored.
    """
    if not (1 <= sites <= MOST_SITES and 1 <= entries <= MOST_ENTRIES):
        raise Refused("site_range", most=MOST_SITES, entries=MOST_ENTRIES)
    with recording():
        if Site.objects.filter(project__programme__simulated=True).exists():
            raise Refused("already_simulated")
        root = Unit.objects.filter(parent__isnull=True, simulated=False).order_by("id").first()
        offices = simulation_portfolio.offices_of(root, today)
        counts = simulation_sites.store(sites=sites, weeks=entries, seed=seed, offices=offices, today=today)
        after = {"sites": sites, "entries": entries, "seed": seed, "today": today, **counts}
        record("simulation.sites", by=None, subject_type="works", after=after)
    return counts


def training(*, seed: int, today: date) -> int:
    """Add the training scenario to the documents' works in one transaction; returns how many reports it made.

    Raises Refused: 'no_works' where none are loaded, and 'already_training' while the scenario is there.
    """
    with recording():
        if not Programme.objects.filter(simulated=False, retired_at=None).exists():
            raise Refused("no_works")
        if training_loaded():
            raise Refused("already_training")
        told = scenario.stage(seed=seed, today=today)
        recheck(scheduled(), on=today)
        record(TRAINING, by=None, subject_type="works", before=told["before"], after=told["after"])
    return int(told["after"]["report"])


def training_loaded() -> bool:
    """Whether the training scenario is there: simulated people hold posts in real units."""
    return bool(Appointment.objects.filter(user__simulated=True, unit__simulated=False).exists())


def clear() -> Cleared:
    """Remove every simulated row in one transaction, set the works' current states from the reports left.

    Returns what went and what stays because a person's report needs it; nothing simulated: nothing is written.
    """
    with recording():
        if not simulated():
            return Cleared(removed={}, kept={})
        cleared = simulation_clearing.remove()
        recheck(scheduled(), on=day_of(clock()))
        record(
            "simulation.clear", by=None, subject_type="works", after={"removed": cleared.removed, "kept": cleared.kept}
        )
    return cleared


def simulated() -> bool:
    """Whether anything simulated is stored."""
    return bool(
        Programme.objects.filter(simulated=True).exists()
        or Report.objects.filter(origin=Origin.SIMULATION).exists()
        or User.objects.filter(simulated=True).exists()
        or Unit.objects.filter(simulated=True).exists()
    )
