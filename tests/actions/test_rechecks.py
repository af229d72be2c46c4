"""Stored findings: what a check from scratch finds, after every act that changes a date, a window or a calendar."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests.actions.test_reference import NOTICE_2027
from tests.cast import ROOT, UNIT_A, person, reach_for
from tracker.actions import backplan, calendars, plans, rechecks, reports, windows
from tracker.actions.backplan import Asked
from tracker.actions.plans import Change
from tracker.actions.reports import Said
from tracker.audit import recording
from tracker.domain import dates
from tracker.domain.calendars import Unit
from tracker.domain.states import Status
from tracker.domain.windows import WindowKind
from tracker.models import Dependency, Milestone, Project, Role, ScheduleFinding, SourceTag, StatutoryWindow, User
from tracker.models.networks import Calendars, networks, placed

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
FAR = TODAY + timedelta(400)


@pytest.fixture
def planner() -> User:
    return person("planner", Role.REVIEWER, ROOT)


@pytest.fixture
def project(planner: User) -> Project:
    found = Project.objects.select_related("unit").get(code="XH-ZB")
    deadline = dates.parse(f"{FAR.year}年{FAR.month}月{FAR.day}日前")
    asked = Asked("tender", deadline, "", {})
    backplan.apply(project=found, asked=asked, by=planner, reach=reach_for(planner), today=TODAY)
    return found


def stored(on: date = TODAY) -> set[tuple[Any, ...]]:
    """The findings as they are kept, once they are the ones a check from scratch makes."""
    kept = {
        (row.project_id, row.milestone.code if row.milestone else "", row.code, row.days, row.window, row.basis)
        for row in ScheduleFinding.objects.select_related("milestone")
    }
    made = set()
    for pk, network in networks(Project.objects.values_list("pk", flat=True), on=on).items():
        schedule = placed(network, on=on, calendars=Calendars())
        for one in schedule.findings if schedule else ():
            made.add((pk, one.key, one.code.value, one.days, one.window, one.basis))
    assert kept == made
    return kept


def codes(code: str) -> set[str]:
    return set(ScheduleFinding.objects.filter(milestone__code=code).values_list("code", flat=True))


def replan(code: str, due: date, by: User) -> None:
    row = Milestone.objects.get(code=code)
    said = dates.parse(f"{due.year}年{due.month}月{due.day}日前")
    reach = reach_for(by)
    plans.replan(milestone=row, due=said, planned_start=None, change=Change("调整", row.version), by=by, reach=reach)


def test_what_is_kept_follows_every_change_of_a_plan(project: Project, planner: User):
    assert "unlawful" not in codes("XH-ZB-B08")
    opening = Milestone.objects.get(code="XH-ZB-B06").due_latest
    assert opening is not None
    replan("XH-ZB-B08", opening + timedelta(7), planner)
    assert "unlawful" in codes("XH-ZB-B08")
    assert ("unlawful", "TB-05", "planned") in {(row[2], row[4], row[5]) for row in stored()}
    replan("XH-ZB-B08", opening + timedelta(60), planner)
    assert "unlawful" not in codes("XH-ZB-B08")
    stored()


def test_what_is_kept_follows_an_accepted_report(project: Project, planner: User):
    official = person("official-a", Role.OFFICIAL, UNIT_A)
    row = Milestone.objects.get(code="XH-ZB-B06")
    forecast = dates.parse(f"{FAR.year}年{FAR.month}月")
    values: dict[str, Any] = {"progress": Decimal(5), "actual_start": None, "actual_finish": None}
    report = reports.submit_milestone(
        milestone=row, said=Said(as_of=TODAY), status=Status.IN_PROGRESS, forecast=forecast, by=official,
        reach=reach_for(official), today=TODAY, **values,
    )  # fmt: skip
    assert not {"short", "impossible"} & codes("XH-ZB-B06")
    reports.accept(report=report, by=planner, reach=reach_for(planner))
    assert "short" in codes("XH-ZB-B06")
    assert "short" not in codes("XH-ZB-B11")  # it slips with the one before it, and is mended there
    stored()


def lengthen_bidding() -> None:
    """Thirty days for bids by a new version of the law."""
    administrator = person("administrator", Role.ADMINISTRATOR, ROOT)
    last = StatutoryWindow.objects.get(code="TB-05", region="")
    columns = {name: getattr(last, name) for name in windows.FIELDS if name not in ("verified", "reason")}
    columns |= {"kind": WindowKind(last.kind), "unit": Unit(last.unit), "source_tag": SourceTag(last.source_tag)}
    wording = windows.Wording(**{**columns, "n": 30}, reason="法律修订")
    reach = reach_for(administrator)
    windows.add_version(code="TB-05", region="", version=1, wording=wording, by=administrator, reach=reach)


def test_what_is_kept_follows_a_new_version_of_a_window(project: Project):
    lengthen_bidding()
    assert {"superseded", "unlawful"} <= codes("XH-ZB-B08")
    stored()


def test_what_is_kept_follows_the_calendar(project: Project):
    administrator = person("administrator", Role.ADMINISTRATOR, ROOT)
    assert "estimated" in codes("XH-ZB-B11")
    said: dict[str, Any] = {"source": "通知", "text": NOTICE_2027, "number": 1}
    calendars.load_notice(year=2027, region="", by=administrator, reach=reach_for(administrator), **said)
    assert "estimated" not in codes("XH-ZB-B11") or FAR.year > 2027
    stored()


def test_ties_in_a_circle_are_named_and_kept(project: Project):
    first, last = (Milestone.objects.get(code=f"XH-ZB-{step}") for step in ("B06", "B08"))
    with recording():
        Dependency(predecessor=last, successor=first).save()
        rechecks.recheck([project.pk], on=TODAY)
    assert {row[2] for row in stored()} >= {"cycle"}


def test_the_daily_command_counts_on_today_and_is_recorded(project: Project, capsys: pytest.CaptureFixture[str]):
    with recording():
        ScheduleFinding.objects.all().delete()
    call_command("recheck")
    assert "Findings:" in capsys.readouterr().out
    stored()


def test_a_check_asks_as_much_of_one_project_as_of_many(project: Project, django_assert_num_queries: Any):
    with recording():
        with django_assert_num_queries(11):
            rechecks.recheck([project.pk], on=TODAY)
        with django_assert_num_queries(11):
            rechecks.recheck(Project.objects.values_list("pk", flat=True), on=TODAY)
