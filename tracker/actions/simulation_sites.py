"""Storing made-up clearance sites in bulk, with their entries of many weeks: a project of a hundred sites at a time.

As with the simulated portfolio, nothing but simulated rows is written, and `simulation.clear` removes them.
"""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model

from tracker.actions.bulk_rows import copy_rows, last_keys, settle_keys
from tracker.actions.current import apply_plan, copy_site
from tracker.actions.derived import work_out_all
from tracker.actions.simulation_portfolio import Office
from tracker.domain.ledger_sums import Added
from tracker.domain.progress import Aggregation
from tracker.domain.relocation import Count, Use
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.simulating import by_day, office_hours
from tracker.domain.simulating_sites import DEAL, WEEK, MadeEntry, entries
from tracker.domain.sorting import sort_key
from tracker.models import Derivation, Metric, MetricPlan, Programme, Project, Report, Site, SitePlan, SiteReport
from tracker.models.days import due_columns

SITES_A_PROJECT = 100
TABLES: tuple[type[Model], ...] = (Project, Site, SitePlan, Report, SiteReport)
BASIS = {Use.RESIDENTIAL: "模拟住宅征拆任务", Use.NON_RESIDENTIAL: "模拟非住宅征拆任务", Use.LAND: "模拟集体土地"}
USES = (Use.RESIDENTIAL, Use.RESIDENTIAL, Use.NON_RESIDENTIAL, Use.LAND)
NAMES = {Use.RESIDENTIAL: ("住宅", "dwellings"), Use.NON_RESIDENTIAL: ("非住宅", "other buildings")}
NAMES |= {Use.LAND: ("集体土地", "collective land")}
MEASURED = ((Use.RESIDENTIAL, "demolished_area"), (Use.NON_RESIDENTIAL, "demolished_area"), (Use.LAND, "signed_land"))
"""What metrics of the programme add up."""
Rows = dict[type[Model], list[Model]]


def store(*, sites: int, weeks: int, seed: int, offices: list[Office], today: date) -> dict[str, int]:
    """Store a programme with so many sites of so many weekly entries each; returns how many rows of each kind.

    Called inside a recording action.
    """
    programme = _programme(offices[0], weeks, today)
    keys = last_keys(TABLES)
    counts = {"programme": 1}
    for number, first in enumerate(range(0, sites, SITES_A_PROJECT), 1):
        rows: Rows = {table: [] for table in TABLES}
        office = offices[number % len(offices)]
        project = _project(programme, number, office, _next(keys, Project))
        rows[Project].append(project)
        for place in range(first + 1, min(first + SITES_A_PROJECT, sites) + 1):
            rng = random.Random(f"{seed}:{place}")  # noqa: S311 - repeatable on purpose
            _site(rows, keys, project, office, place, weeks=weeks, today=today, rng=rng)
        for table, made in rows.items():
            copy_rows(table, made)
            name = table._meta.model_name or ""
            counts[name] = counts.get(name, 0) + len(made)
    settle_keys(keys)
    counts["metric"] = _metrics(programme, offices[0], today)
    work_out_all()
    return counts


def _next(keys: dict[type[Model], int], table: type[Model]) -> int:
    keys[table] += 1
    return keys[table]


def _programme(office: Office, weeks: int, today: date) -> Programme:
    name = "模拟征拆工程"
    programme = Programme(
        code="SIMCQ", name=name, name_en="Simulated clearance programme", sort_key=sort_key(name), position=950,
        unit=office.unit, base_year=today.year, base_year_assumed=False, tracking_from=today - WEEK * (weeks + 1),
        simulated=True,
    )  # fmt: skip
    programme.save(force_insert=True)
    return programme


def _project(programme: Programme, number: int, office: Office, key: int) -> Project:
    name = f"模拟征拆项目{number:03}"
    return Project(
        id=key, programme=programme, unit=office.unit, code=f"SIMCQ-{number:03}", name=name,
        name_en=f"Simulated clearance project {number:03}", sort_key=sort_key(name), position=number,
    )  # fmt: skip


def _site(
    rows: Rows, keys: dict[type[Model], int], project: Project, office: Office, place: int, *, weeks: int,
    today: date, rng: random.Random,
) -> None:  # fmt: skip
    use, fate = USES[place % len(USES)], DEAL[place % len(DEAL)]
    whole = _whole(use, rng)
    said_in = NAMES[use]
    name = f"模拟村{place:04}{said_in[0]}"
    last = today - timedelta(days=rng.randint(1, 7))
    row = Site(
        id=_next(keys, Site), project=project, unit=office.unit, code=f"SIMCQ-S-{place:04}", name=name,
        name_en=f"Simulated village {place:04}, {said_in[1]}", sort_key=f"monicun{place:04}", position=place,
        use=use.value, place=f"模拟村{place:04}", basis=BASIS[use],
    )  # fmt: skip
    due = by_day(last + timedelta(days=rng.randint(-20, 240)))
    scope: dict[str, Any] = {f"scope_{count}": value for count, value in whole.items()}
    scope |= {f"scope_{count}_qualifier": "exact" for count in whole}
    recorded = office_hours(last - WEEK * (weeks + 1), 9)
    plan = SitePlan(
        id=_next(keys, SitePlan),
        site=row,
        number=1,
        recorded_at=recorded,
        unit=office.unit,
        **scope,
        **due_columns(due),
    )
    apply_plan(row, plan)
    author = office.authors[place % len(office.authors)].pk
    report, values = None, None
    for said in entries(use=use, whole=whole, fate=fate, last=last, weeks=weeks, rng=rng):
        report, values = _entry(_next(keys, Report), row, said, office, author)
        rows[Report].append(report)
        rows[SiteReport].append(values)
    copy_site(row, report, values)
    rows[Site].append(row)
    rows[SitePlan].append(plan)


def _entry(key: int, row: Site, said: MadeEntry, office: Office, author: int) -> tuple[Report, SiteReport]:
    report = Report(
        id=key, site_id=row.pk, unit_id=office.unit.pk, as_of=said.as_of, state=ReportState.ACCEPTED.value,
        note=said.note, origin=Origin.SIMULATION.value, author_id=author, submitted_by_id=author,
        created_at=said.submitted_at, submitted_at=said.submitted_at, decided_at=said.accepted_at,
        decided_by_id=office.reviewer.pk, accepted_at=said.accepted_at,
    )  # fmt: skip
    return report, SiteReport(report_id=key, obstacles=dict(said.obstacles), **said.figures)


def _whole(use: Use, rng: random.Random) -> dict[Count, Decimal]:
    if use is Use.LAND:
        return {Count.LAND: Decimal(rng.randint(20, 900))}
    households = Decimal(rng.randint(8, 420) if use is Use.RESIDENTIAL else rng.randint(2, 40))
    return {Count.HOUSEHOLDS: households, Count.AREA: households * rng.randint(90, 260)}


def _metrics(programme: Programme, office: Office, today: date) -> int:
    """Metrics that add up the ledger of the whole programme."""
    at = office_hours(today - timedelta(days=1), 9)
    for place, (use, figure) in enumerate(MEASURED, 1):
        added = Added(use, figure)
        row = Metric(
            programme=programme, unit=office.unit, code=f"SIMCQ-M{place}", name=f"模拟{NAMES[use][0]}征拆量",
            name_en=f"Simulated clearance: {NAMES[use][1]}", sort_key=f"moni{place}", position=place,
            direction="increase", form="amount", measure=added.measure, basis=BASIS[use], derived=True,
            aggregation=Aggregation.SUM.value, ledger=added.stored, plan_number=1,
        )  # fmt: skip
        row.save(force_insert=True)
        MetricPlan(metric=row, number=1, recorded_at=at, unit=office.unit).save(force_insert=True)
        Derivation(
            metric=row, number=1, recorded_at=at, reason="模拟数据", aggregation=row.aggregation, ledger=row.ledger
        ).save(force_insert=True)
    return len(MEASURED)
