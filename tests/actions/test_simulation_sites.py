"""Simulated clearance: entries that keep the rules, sums that follow, and nothing left of it once it is cleared."""

import pytest
from django.utils import timezone

from tests.clearance import by_the_rule
from tracker.actions import simulation
from tracker.audit import Refused
from tracker.domain.relocation import Entry, Use, check_entry
from tracker.domain.reporting import Origin, ReportState
from tracker.models import Housing, HousingPlan, Metric, Report, Role, Site
from tracker.permissions import Post, Reach
from tracker.queries.derived import courses
from tracker.queries.relocation import STANDING, At
from tracker.queries.relocation_sites import Sites

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
EVERY = Reach(0, (Post(Role.LEADER, 0, "", "any/", "", ""),))


def state() -> list[tuple[object, ...]]:
    columns = ("code", "as_of", "pending", "plan_number", "demolished_area", "signed_households", "report")
    homes = ("code", "as_of", "pending", "plan_number", "homes", "started_homes", "report")
    return [
        *Site.objects.order_by("code").values_list(*columns),
        *Housing.objects.order_by("code").values_list(*homes),
        ("plans", HousingPlan.objects.count(), Report.objects.filter(housing__isnull=False).count()),
    ]


def keeps_the_rules(row: Site) -> Entry:
    """Whether every accepted entry follows the one before it; the last one."""
    last = Entry()
    accepted = row.reports.filter(state=ReportState.ACCEPTED).order_by("as_of").select_related("on_site")
    for report in accepted:
        entry = report.on_site.entry
        assert not check_entry(use=Use(row.use), entry=entry, last=last, scope=row.scope, is_correction=False), row.code
        last = entry
    return last


def test_training_plays_every_site_and_is_taken_back_whole() -> None:
    before = state()
    simulation.training(seed=1, today=TODAY)
    played = list(Site.objects.filter(report__origin=Origin.SIMULATION).order_by("code"))
    assert [row.code for row in played] == [f"XH-S-0{number}" for number in range(1, 5)]
    for row in played:
        assert keeps_the_rules(row) == row.entry
        assert row.as_of is not None
        assert row.as_of < TODAY
    states = Report.objects.filter(site__in=played).values_list("site__code", "state")
    assert ("XH-S-01", "submitted") in states
    assert ("XH-S-03", "returned") in states
    assert (played[0].pending, bool(played[3].obstacles)) == (1, True)
    stalled = played[1].reports.filter(state=ReportState.ACCEPTED).order_by("-as_of").select_related("on_site")[:6]
    assert len({report.on_site.demolished_area for report in stalled}) == 1
    metric = Metric.objects.get(code="XH-M-16")
    assert metric.value_low is not None
    assert len(courses([metric], on=TODAY, known=timezone.now(), most=60)[metric.pk]) > 20
    homes = Housing.objects.get(code="XH-H-01")
    assert (homes.homes, homes.started_homes, homes.pending, homes.plan_number) == (160, 80, 1, 2)
    simulation.clear()
    assert state() == before
    assert Metric.objects.get(code="XH-M-16").value_low is None


def test_sites_by_the_hundred_with_what_adds_them_up() -> None:
    before = state()
    with pytest.raises(Refused, match="site_range"):
        simulation.sites(sites=0, entries=5, seed=1, today=TODAY)
    added = simulation.sites(sites=104, entries=12, seed=1, today=TODAY)
    assert (added["site"], added["sitereport"], added["project"]) == (104, 1248, 2)
    with pytest.raises(Refused, match="already_simulated"):
        simulation.sites(sites=1, entries=1, seed=1, today=TODAY)
    rows = list(Site.objects.filter(code__startswith="SIMCQ-S").order_by("code")[:16])
    for row in rows:
        assert keeps_the_rules(row) == row.entry
    at = At(TODAY, timezone.now(), past=False)
    standing = Sites(EVERY, {"programme": "SIMCQ"}).all(STANDING[""], at.on, at.known)
    assert {pk: code for pk, code, _when in standing} == {
        row.pk: by_the_rule(row, at).course for row in Site.objects.filter(project__programme__code="SIMCQ")
    }
    assert {code for _pk, code, _when in standing} >= {"stalled", "behind", "on_course", "cleared"}
    whole = Metric.objects.get(code="SIMCQ-M1")
    told = Site.objects.filter(code__startswith="SIMCQ-S", use="residential").values_list("demolished_area", flat=True)
    assert whole.value_low == sum(value for value in told if value is not None)
    assert whole.parts_total == len(told)
    simulation.clear()
    assert state() == before
    assert not Metric.objects.filter(code__startswith="SIMCQ").exists()
