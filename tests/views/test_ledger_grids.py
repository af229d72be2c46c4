"""The grids of resettlement housing and of tender packages: the machinery of every grid, with the rules of each."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.cast import UNIT_A, UNIT_B, reach_for, signed_in
from tests.family import housing
from tests.grids import row, send
from tests.packages import package
from tracker.actions import reports
from tracker.models import AuditEvent, Draft, Housing, Metric, Package, Report, Unit, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
HOMES, TENDERS = "/housing/grid/", "/tenders/grid/"


@pytest.fixture
def client(official_a: User) -> Client:
    return signed_in(official_a)


@pytest.fixture
def homes() -> list[Housing]:
    unit = Unit.named(UNIT_A)
    return [housing(f"H-{number}", unit=unit) for number in (1, 2, 3)] + [housing("H-AWAY", unit=Unit.named(UNIT_B))]


@pytest.fixture
def packages() -> list[Package]:
    return [package(f"T-{number}", unit=Unit.named(UNIT_A)) for number in (1, 2)]


def accept(report: Report, reviewer: User) -> None:
    reports.accept(report=report, by=reviewer, reach=reach_for(reviewer))


def cell(answer: Any, name: str) -> Any:
    lines = [line for table in answer.context["tables"] for line in table.lines]
    return next(one for line in lines for one in line.cells if one.name == name)


def test_homes_are_sent_row_by_row_and_what_is_wrong_stays_with_its_text(client, homes, official_a):
    page = client.get(HOMES)
    text = page.content.decode()
    assert "已竣工验收" in text
    assert "H-3.started_area" in text
    assert "H-AWAY" not in text
    first = row(homes[0], started_homes="４００套", started_area="4.8万", note="二期开工")
    second = row(homes[1], started_homes="600", topped_out_homes="很多")
    answer = send(client, HOMES, first, second, row(homes[2]), row(homes[3], started_homes="1"))
    assert answer.status_code == 422
    assert not cell(answer, "housing.H-2.started_homes").fault, "what cannot be read is said before the rules are asked"
    assert cell(answer, "housing.H-2.topped_out_homes").fault
    assert 'value="很多"' in answer.content.decode()
    assert answer.context["lost"] == 1
    (report,) = Report.objects.filter(author=official_a)
    said = report.on_housing
    assert (report.housing_id, report.origin, report.note) == (homes[0].pk, "grid", "二期开工")
    assert (said.started_homes, said.started_area, said.accepted_homes) == (400, Decimal(48_000), None)
    event: Any = AuditEvent.objects.get(action="report.submit", subject_code=str(report.pk))
    assert "accepted_homes" not in event.after
    assert send(client, HOMES, first).status_code == 302  # the same grid once more makes no second report
    assert Report.objects.filter(author=official_a).count() == 1
    beyond = send(client, HOMES, row(homes[1], started_homes="600"), token="t-2")
    assert "500" in cell(beyond, "housing.H-2.started_homes").fault


def test_homes_that_changed_meanwhile_are_shown_beside_what_was_typed(client, homes, reviewer):
    old = row(homes[0], started_homes="300")
    send(client, HOMES, row(homes[0], started_homes="350"), token="t-0")
    accept(Report.objects.get(housing=homes[0]), reviewer)
    answer = send(client, HOMES, old)
    assert answer.status_code == 422
    both = cell(answer, "housing.H-1.started_homes")
    assert (both.text, both.was) == ("300", "350")
    assert "原为 350" in answer.content.decode()
    now = Housing.objects.select_related("unit", "project__programme").get(pk=homes[0].pk)
    send(client, HOMES, row(now, started_homes="360", note="又开工一栋"), token="t-3")
    back = Report.objects.submitted().get(housing=now)
    reports.return_(report=back, comment="请核对", by=reviewer, reach=reach_for(reviewer))
    returned = cell(client.get(HOMES), "housing.H-1.started_homes")
    assert (returned.text, returned.was) == ("360", "350")
    assert send(client, HOMES, row(now, same="1"), token="t-1").status_code == 302
    assert Report.objects.submitted().get(housing=now).on_housing.started_homes == 350


def test_counts_of_packages_leave_the_rest_as_it_is(client, packages, official_a, reviewer):
    first, second = packages
    with writing():
        Package.objects.filter(pk=first.pk).update(round=2, suspended_from="2026-01-05", suspended_until="2026-01-09")
    first.refresh_from_db()
    sent = row(first, registered="21家", shortlisted="5"), row(second, registered="5", bidders="6")
    answer = send(client, TENDERS, *sent, drafted="1")
    assert answer.status_code == 422
    assert cell(answer, "package.T-2.bidders").fault
    said = Report.objects.get(package=first).on_package
    assert (said.registered, said.shortlisted, said.bidders, said.round) == (21, 5, None, 2)
    assert str(said.suspended_until) == "2026-01-09"
    wrong = send(client, TENDERS, row(second, registered="2.5", objections="-1"), token="t-2")
    assert cell(wrong, "package.T-2.registered").fault == "应为整数。"
    accept(Report.objects.get(package=first), reviewer)
    assert Package.objects.get(pk=first.pk).registered == 21


def test_counts_of_an_earlier_call_are_refused_in_the_table_at_their_cells(client, packages, official_a, reviewer):
    """The table goes on from a report that came back and raised the call; only the form of the package can confirm."""
    first = packages[0]
    send(client, TENDERS, row(first, registered="6", bidders="4"))
    accept(Report.objects.get(package=first), reviewer)
    values = {"as_of": "今天", "version": "", "client_token": "", "registered": "5", "bidders": "3", "round": "2"}
    assert client.post("/tenders/T-1/report/", values).status_code == 302
    back = Report.objects.submitted().get(package=first)
    reports.return_(report=back, comment="请核对", by=reviewer, reach=reach_for(reviewer))
    now = Package.objects.select_related("unit", "project__programme", "metric").get(pk=first.pk)
    answer = send(client, TENDERS, row(now, registered="6", bidders="3"), token="t-2")
    assert "与第1次招标的相同" in cell(answer, "package.T-1.registered").fault
    assert not cell(answer, "package.T-1.bidders").fault
    assert send(client, TENDERS, row(now, registered="", bidders="3"), token="t-3").status_code == 302
    assert Report.objects.submitted().get(package=first).on_package.round == 2


def test_what_a_metric_counts_is_not_typed_twice(client, packages):
    with writing():
        Package.objects.filter(pk=packages[0].pk).update(metric=Metric.objects.get(code="XH-M-12"))
    now = Package.objects.select_related("unit", "project__programme", "metric").get(pk=packages[0].pk)
    page = client.get(TENDERS).content.decode()
    assert "/metrics/XH-M-12/report/" in page
    assert "package.T-1.registered" not in page
    answer = send(client, TENDERS, row(now, registered="7"))
    assert "XH-M-12" in cell(answer, "package.T-1.registered").fault
    assert send(client, TENDERS, row(now, objections="1")).status_code == 302


def test_drafts_of_both_and_the_ways_there(client, homes, packages, official_a):
    for path, key, typed in (
        (HOMES, "grid.housing", row(homes[0], started_homes="很多")),
        (TENDERS, "grid.packages", row(packages[0], registered="很多")),
    ):
        name = next(iter(typed)).removesuffix(".base")
        data: dict[str, Any] = {"draft": key, "token": "t", "as_of": "今天", "row": [name], **typed}
        assert client.post("/reports/draft/", data).status_code == 200
        assert 'value="很多"' in client.get(path).content.decode()
        assert path in client.get(path.removesuffix("grid/")).content.decode()
    assert Draft.objects.filter(person=official_a).count() == 2
    mine = client.get("/reports/mine/").content.decode()
    assert HOMES in mine
    assert TENDERS in mine
