"""Calendar feeds: what they hold, whose rights count, and that an address can be made useless."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from tests.cast import UNIT_A, reach_for, signed_in
from tests.family import site
from tracker.models import Appointment, AuditEvent, CalendarFeed, Milestone, Unit, User
from tracker.models.guard import writing
from tracker.queries import feeds as queries

pytestmark = pytest.mark.django_db


def subscribe(user: User, what: str = "me") -> str:
    answer = signed_in(user).post("/feeds/", {"what": what})
    assert answer.status_code == 201
    address: str = answer.context["address"]
    return address.removeprefix("http://testserver")


def events(address: str) -> dict[str, dict[str, object]]:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    found = Calendar.from_ical(answer.content)
    return {str(one["UID"]): {key: one.decoded(key) for key in ("DTSTART", "DTEND", "URL")} for one in found.events}


@pytest.fixture
def ahead(db: None) -> date:
    """All works are still to come: to be reached by that day, one of the unit's between two days."""
    day = timezone.localdate() + timedelta(days=40)
    with writing():
        Milestone.objects.update(due_latest=day, due_earliest=None, due_precision="day", due_kind="by")
        first = Milestone.objects.filter(unit__code=UNIT_A).order_by("code").values("pk")[:1]
        Milestone.objects.filter(pk__in=first).update(
            due_earliest=day - timedelta(days=30), due_precision="span", due_kind="in"
        )
    return day


def test_a_feed_holds_ones_milestones_as_spans_and_ones_reporting_days(official_a: User, ahead: date):
    found = events(subscribe(official_a))
    span = Milestone.objects.get(unit__code=UNIT_A, due_precision="span")
    event = found[f"milestone-{span.code}@testserver"]
    assert (event["DTSTART"], event["DTEND"]) == (ahead - timedelta(days=30), ahead + timedelta(days=1))
    own = Milestone.objects.current().filter(unit__code=UNIT_A)
    assert {f"milestone-{one.code}@testserver" for one in own} <= set(found)
    by = own.filter(due_kind="by").first()
    assert by is not None
    assert found[f"milestone-{by.code}@testserver"]["DTSTART"] == ahead
    duties = [uid for uid in found if uid.startswith("duty-XH-")]
    assert len(duties) == queries.PERIODS
    assert not any(uid.startswith("milestone-PQ") for uid in found)


def test_a_feed_holds_the_sites_of_ones_unit_with_anything_left(official_a: User):
    due = timezone.localdate() + timedelta(days=20)
    unit = Unit.named(UNIT_A)
    site("T-1", unit=unit, due=due)
    site("T-2", unit=unit, due=due, figures={"demolished_households": 100})
    site("T-3", due=due)
    found = events(subscribe(official_a))
    assert [uid for uid in found if uid.startswith("site-")] == ["site-T-1@testserver"]
    assert found["site-T-1@testserver"]["DTSTART"] == due


def test_the_same_entry_keeps_its_id_when_its_date_moves(official_a: User, ahead: date):
    address = subscribe(official_a)
    before = events(address)
    row = Milestone.objects.filter(unit__code=UNIT_A, due_kind="by").first()
    assert row is not None
    with writing():
        Milestone.objects.filter(pk=row.pk).update(due_latest=ahead + timedelta(days=3))
    after = events(address)
    assert set(before) == set(after)
    uid = f"milestone-{row.code}@testserver"
    assert before[uid]["DTEND"] != after[uid]["DTEND"]


def test_rights_are_those_of_the_day_it_is_read(official_a: User, leader: User):
    assert "milestone-PQ-SD-01@testserver" not in events(subscribe(official_a, "programme:XH"))
    address = subscribe(official_a)
    with writing():
        Appointment.objects.filter(user=official_a).update(valid_from=date(2026, 1, 1), valid_to=date(2026, 2, 1))
    assert Client().get(address).status_code == 404
    whole = events(subscribe(leader, "programme:XH"))
    assert whole
    assert not any(uid.startswith("duty-") for uid in whole)
    assert all(uid.startswith(("milestone-XH", "site-XH")) for uid in whole)
    assert all("milestone-" in uid for uid in events(subscribe(leader, f"unit:{UNIT_A}")))


def test_a_revoked_address_and_a_guessed_one_answer_nothing(official_a: User, official_b: User):
    address = subscribe(official_a)
    feed = CalendarFeed.objects.get()
    assert address.removesuffix(".ics").endswith(feed.hint)
    assert feed.secret not in address
    assert signed_in(official_b).post(f"/feeds/{feed.pk}/revoke/").status_code == 404
    assert signed_in(official_a).post(f"/feeds/{feed.pk}/revoke/").status_code == 302
    assert Client().get(address).status_code == 404
    assert Client().get("/feeds/guess.ics").status_code == 404
    actions = AuditEvent.objects.filter(action__startswith="feed.").values_list("action", flat=True)
    assert sorted(actions) == ["feed.add", "feed.revoke"]


@pytest.mark.parametrize("what", ["", "unit:PQ-U-LX", "programme:PQ", "everything", "unit:"])
def test_what_is_out_of_reach_cannot_be_subscribed_to(official_a: User, what: str):
    assert signed_in(official_a).post("/feeds/", {"what": what}).status_code == 422
    assert not CalendarFeed.objects.exists()


def test_a_closed_account_answers_nothing(official_a: User):
    address = subscribe(official_a)
    with writing():
        User.objects.filter(pk=official_a.pk).update(is_active=False)
    assert Client().get(address).status_code == 404


@pytest.mark.usefixtures("ahead")
def test_a_feed_costs_the_same_however_much_it_holds(leader: User, django_assert_num_queries):
    subscribe(leader)
    feed = CalendarFeed.objects.select_related("user").get()
    with django_assert_num_queries(4):
        read = queries.read(feed=feed, reach=reach_for(leader), on=timezone.localdate(), language="zh-hans")
    assert len(read.entries) > 20
