"""Reporting on resettlement housing, and planning it: what is written and refused."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import reach_for
from tracker.actions import reports as actions
from tracker.actions.housing_reports import submit_housing
from tracker.actions.plans import Change
from tracker.actions.reports import Invalid, Said
from tracker.actions.resettlement import Planned, add_housing, plan_housing, retire_housing
from tracker.audit import Refused
from tracker.domain import quantities
from tracker.domain.resettlement import FIGURES, Entry
from tracker.models import AuditEvent, Housing, HousingPlan, Milestone, Project, Report, Site, User
from tracker.models.resettlement import DATED

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
CODE = "XH-H-01"


def housing(code: str = CODE) -> Housing:
    """The housing of the documents, of official B's unit, as it stands."""
    return Housing.objects.select_related("unit", "project__programme").get(code=code)


def submit(by: User, as_of: Any = TODAY, *, head: Any = None, **figures: Any) -> Report:
    """A report on it that waits."""
    entry = Entry({name: Decimal(value) for name, value in figures.items()})
    said = Said(as_of=as_of, **(head or {}))
    return submit_housing(housing=housing(), said=said, entry=entry, by=by, reach=reach_for(by), today=TODAY)


def tell(by: User, reviewer: User, as_of: Any = TODAY, *, head: Any = None, **figures: Any) -> Report:
    """An accepted one."""
    report = submit(by, as_of, head=head, **figures)
    return actions.accept(report=report, by=reviewer, reach=reach_for(reviewer))


def planned(homes: str = "", area: str = "", **days: Milestone) -> Planned:
    """What is to be built, as people write it."""
    return Planned(
        homes=quantities.parse(homes) if homes else None,
        area=quantities.parse(area) if area else None,
        sites=(),
        days={**dict.fromkeys(DATED), **days},
    )


def replan(by: User, plan: Planned, reason: str = "复核户型") -> HousingPlan:
    row = housing()
    return plan_housing(housing=row, planned=plan, change=Change(reason, row.version), by=by, reach=reach_for(by))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as found:
        act()
    return found.value.code


def test_a_report_waits_is_accepted_and_moves_the_state(official_b: User, reviewer: User):
    report = submit(official_b, started_homes=800, started_area="96000.5")
    assert (housing().pending, housing().started_homes) == (1, None)
    actions.accept(report=report, by=reviewer, reach=reach_for(reviewer))
    row = housing()
    assert (row.pending, row.as_of, row.started_homes, row.started_area) == (0, TODAY, 800, Decimal("96000.5"))
    event: Any = AuditEvent.objects.get(action="report.accepted", subject_code=str(report.pk))
    assert (event.before["started_homes"], event.after["started_homes"]) == (None, 800)


def test_the_state_is_that_of_the_latest_report_whatever_is_corrected(official_b: User, reviewer: User):
    early = tell(official_b, reviewer, TODAY - timedelta(20), started_homes=100)
    tell(official_b, reviewer, TODAY - timedelta(10), started_homes=300, topped_out_homes=50)
    tell(official_b, reviewer, TODAY - timedelta(20), head={"supersedes": early, "reason": "漏一栋"}, started_homes=120)
    found = Report.objects.filter(housing=housing()).latest_per("housing", on=TODAY, known=timezone.now())
    values = found.select_related("on_housing").get().on_housing
    assert [getattr(housing(), name) for name in FIGURES] == [getattr(values, name) for name in FIGURES]
    assert (housing().started_homes, housing().as_of) == (300, TODAY - timedelta(10))


@pytest.mark.parametrize(
    ("figures", "wrong"),
    [
        ({"started_homes": 99}, ("started_homes", "entry_falls")),
        ({"started_homes": 100, "topped_out_homes": 101}, ("topped_out_homes", "entry_beyond_stage")),
        ({"started_homes": 100, "started_area": "0.12345"}, ("started_area", "too_many_decimals")),
        ({}, ("", "entry_empty")),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    official_b: User, reviewer: User, figures: dict[str, int | str], wrong: tuple[str, str]
):
    tell(official_b, reviewer, TODAY - timedelta(1), started_homes=100)
    with pytest.raises(Invalid) as found:
        submit(official_b, **figures)
    assert [(one.field, one.code) for one in found.value.problems] == [wrong]
    assert (housing().pending, Report.objects.filter(housing=housing()).count()) == (0, 1)


def test_nobody_reports_for_another_unit_or_decides_on_their_own(official_a: User, official_b: User):
    assert refused(lambda: submit(official_a, started_homes=1)) == "no_right"
    report = submit(official_b, started_homes=1)
    assert refused(lambda: actions.accept(report=report, by=official_b, reach=reach_for(official_b))) == "own_report"
    assert AuditEvent.objects.filter(subject_code=CODE, refused=True, code="no_right").exists()


def test_a_new_plan_version_keeps_the_first(reviewer: User):
    plan = replan(reviewer, planned("约1200套", "12.5万平方米", completion=Milestone.named("XH-AZ-03")))
    row = housing()
    assert (plan.number, row.plan_number, plan.by, plan.reason) == (2, 2, reviewer, "复核户型")
    assert (row.homes, row.homes_qualifier, row.area) == (1200, "about", Decimal(125_000))
    assert HousingPlan.objects.get(housing=row, number=1).homes is None
    assert row.start is None
    event: Any = AuditEvent.objects.get(action="housing.plan", subject_code=CODE)
    assert (event.before["start"], event.after["start"], event.after["homes"]) == ("XH-AZ-01", "", 1200)


def test_no_plan_below_what_is_started_and_none_that_is_no_number(official_b: User, reviewer: User, leader: User):
    tell(official_b, reviewer, started_homes=500)
    assert refused(lambda: replan(reviewer, planned("499套"))) == "housing_below_reported"
    assert refused(lambda: replan(reviewer, planned("500—600套"))) == "housing_one_number"
    assert refused(lambda: replan(reviewer, planned(start=Milestone.named("PQ-SD-01")))) == "housing_other_milestone"
    assert refused(lambda: replan(reviewer, planned("500套"), reason=" ")) == "reason_missing"
    assert refused(lambda: replan(leader, planned("500套"))) == "no_right"
    assert housing().plan_number == 1
    assert replan(reviewer, planned("500套")).number == 2


def test_housing_is_added_with_its_first_version_and_retired_with_a_reason(reviewer: User, official_b: User):
    project = Project.objects.select_related("unit").get(code="XH-AZ")
    texts = {"name": "二期安置房", "name_en": "", "place": "孙河", "place_en": "", "basis": "二期"}
    given: dict[str, Any] = {"by": reviewer, "reach": reach_for(reviewer)}
    row = add_housing(project=project, texts=texts, planned=planned("300套"), **given)
    assert (row.code, row.plan_number, row.homes, row.unit) == ("XH-AZ-H1", 1, 300, project.unit)
    assert add_housing(project=project, texts=texts, planned=planned(), **given).code == "XH-AZ-H2"
    assert (
        refused(lambda: add_housing(project=project, texts={"name": " "}, planned=planned(), **given)) == "name_missing"
    )
    retired = retire_housing(housing=housing("XH-AZ-H1"), change=Change("并入一期", 1), **given)
    assert retired.retired_reason == "并入一期"
    assert not Housing.objects.current().filter(code="XH-AZ-H1").exists()
    submit(official_b, started_homes=1)
    waiting = housing()
    assert refused(lambda: retire_housing(housing=waiting, change=Change("x", waiting.version), **given)) == (
        "housing_waiting"
    )


def test_its_sites_are_of_its_own_programme(reviewer: User):
    own = Site.objects.select_related("project").get(code="XH-S-01")
    replan(reviewer, Planned(None, None, (own,), dict.fromkeys(DATED)))
    assert list(housing().sites.all()) == [own]
