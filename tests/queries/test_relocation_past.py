"""The clearance ledger of past moments, and questions worded once: held against what Python reads from every row."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import reach_for
from tests.clearance import PACED, by_the_rule
from tests.counting import statements
from tests.family import TODAY, site
from tracker.domain.relocation import FIGURES, Use
from tracker.domain.reporting import Origin
from tracker.models import Project, Report, Role, Site, SitePlan, User
from tracker.models.guard import writing
from tracker.models.relocation import SiteReport
from tracker.permissions import Post, Reach
from tracker.queries import overview_ledgers, relocation, relocation_totals
from tracker.queries.overview_past import instant
from tracker.queries.relocation import At
from tracker.queries.relocation_lines import site_line
from tracker.queries.relocation_sites import PLAN_COLUMNS, Question, Sites
from tracker.queries.relocation_state import overlay_sites
from tracker.queries.relocation_totals import totals, totals_of

pytestmark = pytest.mark.django_db
EVERY = Reach(0, (Post(Role.LEADER, 0, "", "any/", "", ""),))
T_SITES = Sites(EVERY, {"q": "T-"})
START = timezone.now() - timedelta(days=200)


@pytest.fixture
def histories() -> list[datetime]:
    """Sites with plan versions, reports, corrections and documents of random moments; returns the moments."""
    rng, moments = random.Random(20261122), []
    under = Project.objects.select_related("unit").get(code="XH-CQ")

    def moment() -> datetime:
        moments.append(START + timedelta(days=rng.randint(0, 190), seconds=rng.randint(0, 3)))
        return moments[-1]

    with writing():
        for number in range(9):
            use = list(Use)[number % 3]
            row = Site(code=f"T-{number}", name="地块", use=use.value, project=under, unit=under.unit)
            row.basis, row.in_total = rng.choice(["", "甲"]), rng.random() < 0.7
            row.save()
            for version, at in enumerate(sorted(moment() for _ in range(rng.randint(1, 3))), 1):
                due = TODAY - timedelta(days=rng.randint(-40, 150))
                scope = {
                    f"scope_{name}": rng.choice([None, rng.randint(1, 90)]) for name in ("households", "area", "land")
                }
                SitePlan(site=row, number=version, recorded_at=at, unit=row.unit, due_latest=due, **scope).save()
            said: list[Report] = []
            for _ in range(rng.randint(0, 7)):
                wrong = rng.choice(said) if said and rng.random() < 0.4 else None
                said.append(_entered(row, moment(), wrong, rng))
    return moments


def _entered(row: Site, at: datetime, wrong: Report | None, rng: random.Random) -> Report:
    wrong = None if wrong is None or wrong.successors.exists() else wrong
    day = wrong.as_of if wrong else (START + timedelta(days=rng.choice([10, 60, 100, rng.randint(0, 190)]))).date()
    origin = rng.choice([Origin.DOCUMENT, Origin.FORM])
    report = Report(site=row, unit=row.unit, as_of=day, state="accepted", created_at=at, accepted_at=at, origin=origin)
    report.supersedes = wrong
    report.save()
    figures: dict[str, Any] = {name: rng.choice([None, rng.randint(0, 90)]) for name in FIGURES}
    figures["cash_households"] = None
    SiteReport(report=report, obstacles={"absent": rng.randint(1, 3)} if rng.random() < 0.5 else {}, **figures).save()
    return report


def slow(on: Any, known: datetime) -> list[Site]:
    """Every site that a plan knew by then as it stood, from all its plans and reports one by one."""
    found = []
    for row in T_SITES.rows.order_by("pk"):
        plans = [one for one in row.plans.order_by("number") if one.recorded_at <= known]
        said = [one for one in row.reports.all() if one.accepted_at <= known]
        gone = {one.supersedes_id for one in said}
        counting = [one for one in said if one.as_of <= on and one.pk not in gone]
        last = max(counting, key=lambda one: (one.as_of, one.accepted_at, one.pk), default=None)
        for name in PLAN_COLUMNS:
            setattr(row, name, getattr(plans[-1], name) if plans else None)
        row.plan_number = plans[-1].number if plans else 0
        row.report, row.as_of = last, last.as_of if last else None
        row.reported_at = last.accepted_at if last and last.origin != Origin.DOCUMENT else None
        for name in FIGURES:
            setattr(row, name, getattr(last.on_site, name) if last else None)
        row.obstacles = last.on_site.obstacles if last else {}
        if plans:
            found.append(row)
    return found


def columns(rows: list[Site]) -> list[dict[str, Any]]:
    return [{item.attname: getattr(row, item.attname) for item in Site._meta.concrete_fields} for row in rows]


def test_the_ledger_of_any_moment_is_the_slow_one(histories: list[datetime]):
    rng, seen = random.Random(7), set()
    for _ in range(9):
        known = rng.choice(histories) if rng.random() < 0.8 else timezone.now()
        at = At((START + timedelta(days=rng.choice([10, 60, rng.randint(0, 220)]))).date(), known, past=True)
        expected = slow(at.on, known)
        shown = T_SITES.all(relocation.SHOWN, then=at.then)
        assert columns(sorted(shown, key=lambda row: row.pk)) == columns(expected)
        overlaid = list(T_SITES.rows.order_by("pk"))
        overlay_sites(overlaid, on=at.on, known=known)
        assert columns([row for row in overlaid if row.plan_number]) == columns(expected)
        standing = T_SITES.all(relocation.STANDING[""], at.on, at.known, then=at.then)
        told = {row.pk: by_the_rule(row, at) for row in expected}
        assert {pk: (code, instant(when)) for pk, code, when in standing} == {
            row.pk: (told[row.pk].course, row.reported_at) for row in expected
        }
        by = {(one.project_id, one.use, one.basis, one.in_total): one for one in totals_of(expected)}
        assert {(one.project_id, one.use, one.basis, one.in_total): one for one in totals(T_SITES, at.then)} == by
        assert sum(relocation.told(T_SITES, at).counts.values()) == len(expected)
        seen |= {code for _pk, code, _when in standing}
        paces = relocation.paces_of(shown, at)
        assert {pk: one if one.course in PACED else one.course for pk, one in paces.items()} == {
            pk: one if one.course in PACED else one.course for pk, one in told.items()
        }
        with statements() as more:  # what a report of then rests on is there: nothing is read while a page is drawn
            for row in shown:
                site_line(row, paces[row.pk], language="en")
        assert not more
    assert len(seen) > 3


GIVEN: tuple[dict[str, Any], ...] = (
    {},
    {"programme": "XH"},
    {"project": "xh-cq", "use": "residential"},
    {"q": "T-1"},
    {"q": "100%_", "unit": "GT/"},
    {"keys": []},
)


def test_a_question_worded_once_is_its_query_set(leader: User, official_b: User, stranger: User):
    for number in range(3):
        site(f"T-{number}", list(Use)[number], due=TODAY - timedelta(days=number), figures={"signed_land": number})
    asked: tuple[tuple[Question, tuple[Any, ...]], ...] = (
        (relocation.STANDING["left"], (TODAY, timezone.now())),
        (relocation.SHOWN, ()),
        (relocation_totals.TOTALS, ()),
        (overview_ledgers.COUNTED, (TODAY, timezone.now())),
    )
    for reach, filters in ((reach_for(leader), GIVEN[:2]), (reach_for(official_b), GIVEN)):
        for sites in (Sites(reach, given) for given in filters):
            for question, values in asked:
                plain = _sorted(question.rows(sites.rows, *values))
                assert _sorted(sites.all(question, *values)) == plain
                assert _sorted(sites.all(question, *values)) == plain  # worded before
    assert Sites(reach_for(stranger)).all(relocation.SHOWN) == []


def _sorted(rows: Iterable[Any]) -> list[Any]:
    found = list(rows)
    return found if found and isinstance(found[0], tuple) else sorted(found, key=str)
