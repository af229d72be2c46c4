"""Adding a clearance site, changing its scope by a version, retiring and restoring it: pages, rules and rights."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from tests.cast import reach_for, signed_in
from tests.family import site
from tracker.actions import relocation as actions
from tracker.actions.plans import Change
from tracker.audit import Refused
from tracker.models import AuditEvent, Metric, Site, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
NEW = {
    "project": "XH-CQ", "code": "xh-s-99", "use": "residential", "name": "东头村住宅", "name_en": "East village",
    "unit": "XH-U-PG", "place": "东头村", "basis": "住宅拆迁腾退总任务量",
    "scope_households": "320户", "scope_area": "约3.2万平方米", "due": "2026年12月底前", "transition_months": "24",
}  # fmt: skip


@pytest.fixture
def client(reviewer: User) -> Client:
    return signed_in(reviewer, "en")


def page(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_site_is_added_as_people_write_its_figures(client: Client) -> None:
    answer = client.post("/relocation/new/", NEW)
    assert answer.status_code == 302, page(answer)
    row = Site.objects.get(code="XH-S-99")
    assert (row.scope_households, row.scope_households_qualifier) == (320, "exact")
    assert (row.scope_area, row.scope_area_qualifier) == (Decimal(32_000), "about")
    assert (row.scope_persons, row.scope_persons_qualifier) == (None, "")
    assert (row.due_latest, row.transition_months, row.plan_number) == (date(2026, 12, 31), 24, 1)
    assert Metric.objects.get(code="XH-M-16").parts_total == 2
    assert AuditEvent.objects.filter(action="site.add", subject_code="XH-S-99").exists()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("scope_households", "32.5户", "whole numbers"),
        ("scope_households", "3万平方米", "not in"),
        ("scope_area", "1—2万平方米", "Say one figure"),
        ("scope_area", "很多", "no figure we can read"),
        ("scope_area", "30亩", "not in mu"),
        ("scope_land", "30亩", "not counted on a site of this use"),
        ("due", "某天", "no date we can read"),
        ("code", "XH-S-01", "taken already"),
        ("code", "村", "capital letters"),
        ("planned_start", "2027-03-01", "after the due date"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_kept(client: Client, field: str, typed: str, said: str) -> None:
    count = Site.objects.count()
    answer = client.post("/relocation/new/", NEW | {field: typed})
    assert answer.status_code == 422
    text = page(answer)
    assert said in text.split(f'id="id_{field}_error"', 1)[1][:400]
    assert f'value="{typed}"' in text
    assert Site.objects.count() == count


def test_a_new_version_needs_a_reason_and_no_less_than_is_reported(client: Client) -> None:
    row = site("PLAN-1", figures={"signed_households": 60, "signed_area": 5000})
    told = {"scope_households": "59", "scope_area": "2万平方米", "reason": "复核", "version": row.version}
    answer = client.post("/sites/PLAN-1/plan/", told)
    assert answer.status_code == 422
    assert "60 户 has been reported already" in page(answer)
    assert "Say why." in page(client.post("/sites/PLAN-1/plan/", told | {"reason": ""}))
    assert client.post("/sites/PLAN-1/plan/", told | {"scope_households": "约59"}).status_code == 302
    row.refresh_from_db()
    assert (row.scope_households, row.scope_households_qualifier, row.plan_number) == (59, "about", 2)
    assert row.plans.get(number=1).scope_households == 100
    assert row.plans.get(number=2).reason == "复核"
    stale = client.post("/sites/PLAN-1/plan/", told | {"scope_households": "80"})
    assert "changed while you were typing" in page(stale)


def test_the_form_reads_back_what_it_shows(client: Client) -> None:
    row = Site.objects.get(code="XH-S-01")
    form = client.get("/sites/XH-S-01/plan/").context["form"]
    told = {name: value for name, value in form.initial.items() if value is not None} | {"reason": "看看"}
    answer = client.post("/sites/XH-S-01/plan/", told)
    assert answer.context["form"].errors == {"__all__": ["The plan says this already: nothing changes."]}
    row.refresh_from_db()
    assert row.plan_number == 1


def test_a_site_is_retired_and_taken_back(client: Client) -> None:
    row = Site.objects.get(code="XH-S-01")
    told = {"reason": "并入别处", "version": row.version}
    answer = client.post("/sites/XH-S-01/retire/", told, follow=True)
    assert "Retired" in page(answer)
    assert "并入别处" in page(answer)
    assert Metric.objects.get(code="XH-M-16").parts_total == 0
    assert client.get("/sites/XH-S-01/plan/").status_code == 404
    row.refresh_from_db()
    client.post("/sites/XH-S-01/retire/", {"reason": "仍要", "version": row.version})
    row.refresh_from_db()
    assert (row.retired_at, Metric.objects.get(code="XH-M-16").parts_total) == (None, 1)
    with writing():
        Site.objects.filter(pk=row.pk).update(pending=1)
    waiting = client.post("/sites/XH-S-01/retire/", {"reason": "并入别处", "version": row.version})
    assert "waits for review" in page(waiting)


def test_who_keeps_no_plans_is_refused_and_it_is_written_down(official_b: User) -> None:
    row, change = site("PLAN-2"), Change(reason="试试")
    with pytest.raises(Refused, match="no_right"):
        actions.retire_site(site=row, change=change, by=official_b, reach=reach_for(official_b))
    with pytest.raises(Refused, match="no_right"):
        actions.plan_site(site=row, terms=actions.Terms({}), change=change, by=official_b, reach=reach_for(official_b))
    assert AuditEvent.objects.filter(subject_code="PLAN-2", actor_name=official_b.username).count() == 2
