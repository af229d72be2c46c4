"""The grid: what is due on one sheet, saved in one request, errors cell by cell, the rest kept."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.addresses import report_on
from tests.cast import reach_for, signed_in
from tests.counting import statements
from tracker import words
from tracker.actions import reports
from tracker.models import AuditEvent, Metric, Milestone, Report, User
from tracker.views.grid_rows import Line

pytestmark = pytest.mark.django_db
ADDRESS = "/reports/grid/?what=open"


def form(client: Client, address: str = ADDRESS) -> dict[str, Any]:
    """What a browser would send of the grid as it stands."""
    page = client.get(address)
    assert page.status_code == 200
    found: dict[str, Any] = {"token": page.context["token"], "as_of": page.context["day"]}
    return found | rows(page)


def rows(page: Any) -> dict[str, Any]:
    """The rows of a page, as a browser would send them."""
    found: dict[str, Any] = {"row": []}
    for line in lines(page):
        found["row"].append(line.name)
        found |= {f"{line.name}.base": line.base, f"{line.name}.version": line.item.version}
        found |= {cell.name: cell.text for cell in line.cells}
    return found


def lines(page: Any) -> list[Line]:
    return [line for table in page.context["tables"] for line in table.lines]


def faults(answer: Any) -> dict[str, str]:
    found = {cell.name: cell.fault for line in lines(answer) for cell in line.cells if cell.fault}
    return found | {line.name: line.fault for line in lines(answer) if line.fault}


def test_an_untouched_grid_sends_nothing(official_a: User):
    client = signed_in(official_a)
    sent = form(client)
    assert len(sent["row"]) > 10
    assert client.post(ADDRESS, sent).status_code == 302
    assert not Report.objects.filter(author=official_a).exists()


def test_only_touched_rows_are_reported_each_by_the_rules_of_every_report(official_a: User):
    client = signed_in(official_a)
    sent = form(client) | {
        "milestone.XH-ZB-02.status": "in_progress",
        "milestone.XH-ZB-02.progress": "６０％",
        "milestone.XH-ZB-02.note": "现场核对",
        "metric.XH-M-18.quantity": "22",
    }
    assert client.post(ADDRESS, sent).status_code == 302
    made = Report.objects.filter(author=official_a).select_related("on_milestone", "on_metric")
    assert {(one.origin, one.state) for one in made} == {("grid", "submitted")}
    first = made.get(milestone__code="XH-ZB-02")
    assert (first.on_milestone.progress, first.note, first.as_of) == (Decimal(60), "现场核对", timezone.localdate())
    assert made.get(metric__code="XH-M-18").on_metric.low == Decimal(22)
    assert Milestone.objects.get(code="XH-ZB-02").pending == 1
    events = AuditEvent.objects.filter(action="report.submit", actor_name=official_a.username)
    assert {event.subject_code for event in events} == {str(one.pk) for one in made}
    assert client.post(ADDRESS, sent).status_code == 302  # sent twice: each report once
    assert made.count() == 2


def test_what_is_wrong_stands_at_its_cell_and_the_rest_is_stored(official_a: User):
    client = signed_in(official_a)
    sent = form(client) | {
        "milestone.XH-ZB-02.status": "done",
        "milestone.XH-ZB-03.progress": "很多",
        "milestone.XH-ZB-03.note": "打字保留",
        "milestone.XH-ZB-04.status": "in_progress",
        "milestone.XH-ZB-04.progress": "30",
    }
    answer = client.post(ADDRESS, sent)
    assert answer.status_code == 422
    assert set(faults(answer)) == {"milestone.XH-ZB-02.actual_finish", "milestone.XH-ZB-03.progress"}
    assert "打字保留" in answer.content.decode()
    assert list(Report.objects.filter(author=official_a).values_list("milestone__code", flat=True)) == ["XH-ZB-04"]
    assert "XH-ZB-04" not in [line.item.code for line in lines(answer)]


def test_a_row_that_changed_meanwhile_is_not_overwritten_unseen(official_a: User, reviewer: User):
    client = signed_in(official_a)
    sent = form(client) | {"milestone.XH-ZB-02.status": "in_progress", "milestone.XH-ZB-02.progress": "20"}
    other = report_on("XH-ZB-02", official_a)
    reports.accept(report=other, by=reviewer, reach=reach_for(reviewer))
    answer = client.post(ADDRESS, sent)
    assert answer.status_code == 422
    assert set(faults(answer)) == {"milestone.XH-ZB-02"}
    assert "50%" in answer.content.decode()  # what is stored now stands beside what was typed
    again = {"token": answer.context["token"], "as_of": sent["as_of"], **rows(answer)}
    assert client.post(ADDRESS, again).status_code == 302
    assert Report.objects.submitted().get(milestone__code="XH-ZB-02").on_milestone.progress == Decimal(20)


def test_no_change_says_again_what_was_accepted(official_a: User, reviewer: User):
    reports.accept(report=report_on("XH-ZB-02", official_a), by=reviewer, reach=reach_for(reviewer))
    client = signed_in(official_a)
    sent = form(client) | {"milestone.XH-ZB-02.same": "1"}
    assert client.post(ADDRESS, sent).status_code == 302
    assert Report.objects.submitted().get(milestone__code="XH-ZB-02").on_milestone.progress == Decimal(50)


def test_anothers_row_is_no_row_of_mine(official_a: User):
    client = signed_in(official_a)
    sent = form(client)
    sent["row"] = ["milestone.PQ-SD-01", "milestone.NO-SUCH", "x.y", ""]
    sent |= {"milestone.PQ-SD-01.status": "in_progress", "milestone.PQ-SD-01.base": "0"}
    answer = client.post(ADDRESS, sent)
    assert answer.status_code == 422
    assert not Report.objects.filter(author=official_a).exists()


@pytest.mark.parametrize("as_of", ["胡说", "2999-01-01"])
def test_a_day_that_cannot_be_is_said_and_nothing_typed_is_lost(official_a: User, as_of: str):
    client = signed_in(official_a)
    sent = form(client) | {"as_of": as_of, "milestone.XH-ZB-02.status": "in_progress"}
    answer = client.post(ADDRESS, sent)
    assert answer.status_code == 422
    assert not Report.objects.filter(author=official_a).exists()


def test_two_hundred_rows_cost_as_many_statements_as_two(official_a: User):
    client = signed_in(official_a)
    names = [row for row in form(client)["row"] if row.startswith("milestone.")]
    assert len(names) >= 8

    def touched(some: list[str], progress: str) -> dict[str, Any]:
        said = {f"{name}.status": "in_progress" for name in some} | {f"{name}.progress": progress for name in some}
        return form(client) | said

    few, many = touched(names[:2], "10"), touched(names[2:], "11")
    with statements() as small:
        client.post(ADDRESS, few)
    with statements() as large:
        client.post(ADDRESS, many)
    assert Report.objects.filter(author=official_a, origin="grid").count() == len(names)
    assert Metric.objects.filter(pending__gt=0).count() == 0
    assert len(large) == len(small), large.listing()


def test_signs_no_text_in_the_database_may_hold_are_dropped(official_a: User):
    client = signed_in(official_a)
    row = Milestone.objects.get(code="XH-ZB-02")
    name = f"milestone.{row.code}"
    sent = {"row": [name, "milestone.a\x00b"], f"{name}.status": "in_progress", f"{name}.progress": "40"}
    sent |= {f"{name}.note": "前\x00后", f"{name}.version": str(row.version), "token": "\x00"}
    assert client.post(ADDRESS, sent).status_code == 302
    assert Report.objects.get(author=official_a).note == "前后"


def test_a_row_that_changed_meanwhile_says_so_in_the_grids_own_words(official_a: User):
    client = signed_in(official_a)
    name = "milestone.XH-ZB-02"
    sent = form(client) | {f"{name}.note": "已核对", f"{name}.version": "0"}
    sent |= {f"{name}.status": "in_progress", f"{name}.progress": "20"}
    answer = client.post(ADDRESS, sent)
    assert answer.status_code == 422
    assert faults(answer) == {name: words.refusal("stale")}
    again = form(client) | {f"{name}.note": "已核对", f"{name}.status": "in_progress", f"{name}.progress": "20"}
    assert client.post(ADDRESS, again).status_code == 302
