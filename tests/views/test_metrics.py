"""Metrics over HTTP: the list and its file, the page of one, and the form that changes a target."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.cast import signed_in
from tracker.models import AuditEvent, Metric, MetricPlan, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
CODE = "XH-M-16"
PLAN = f"/metrics/{CODE}/plan/"
HOSTILE = ["page=0", "page=x", "page=99999999999", "q=%00", "q=" + "长" * 99, "programme=x&unit=y&target=z&value=w"]


def rows(client: Client, query: str = "") -> list[dict[str, str]]:
    """The file as a spreadsheet reads it."""
    answer: Any = client.get(f"/metrics/?_export=csv{query}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("query", HOSTILE)
def test_no_address_breaks_the_list(leader: User, query: str):
    assert signed_in(leader).get(f"/metrics/?{query}").status_code == 200


def test_the_list_groups_by_programme_and_pages(leader: User):
    client = signed_in(leader, "en")
    total = Metric.objects.count()
    page = client.get("/metrics/").content.decode()
    assert page.count('class="metric') == min(50, total)
    assert page.count('<details class="group" open>') == 5
    if total > 50:
        assert f"1 to 50 of {total}" in page
        assert client.get("/metrics/?page=2").content.decode().count('class="metric') == total - 50


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("&programme=GX", {"programme__code": "GX"}),
        ("&target=withheld", {"target_qualifier": "withheld"}),
        ("&target=none", {"target_qualifier": ""}),
        ("&value=none", {"value_qualifier": ""}),
        ("&q=XH-M-16", {"code": "XH-M-16"}),
        ("&unit=XH-U-PG", {"unit__path__contains": "/XH-U-PG/"}),
    ],
)
def test_filters_narrow_the_list_and_its_file(leader: User, query: str, condition: dict[str, str]):
    found = {row["Code"] for row in rows(signed_in(leader, "en"), query)}
    assert found == set(Metric.objects.filter(**condition).values_list("code", flat=True))
    assert found


def test_the_file_is_in_the_readers_language_and_harmless_to_a_spreadsheet(leader: User):
    with writing():
        Metric.objects.filter(code=CODE).update(name="=1+1", name_en="")
    found = {row["代码" if "代码" in row else next(iter(row))]: row for row in rows(signed_in(leader))}
    assert "'=1+1" in found[CODE].values()
    assert "约203万平方米" in found[CODE].values()


def test_a_blank_is_said_and_a_side_figure_named(leader: User):
    page = signed_in(leader, "en").get("/metrics/").content.decode()
    assert "Figure not stated" in page
    assert "not counted as its progress" in page
    assert "as the document states" in page


def test_an_official_sees_the_own_metrics_only(official_a: User):
    found = {row["Code"] for row in rows(signed_in(official_a, "en"))}
    assert found == set(Metric.objects.filter(unit__path__contains="/XH-U-JS/").values_list("code", flat=True))


def test_the_page_shows_target_basis_versions_and_citations(leader: User):
    page = signed_in(leader, "en").get(f"/metrics/{CODE}/").content.decode()
    for text in ("about 2.03 million", "first target", "a straight line is assumed", "/citations/", "assumed year"):
        assert text in page
    assert "Change the target" not in page
    assert 'id="curve-data"' in page
    assert 'id="curve-data"' not in signed_in(leader).get("/metrics/GX-M-06/").content.decode()


def test_the_page_takes_a_moment_and_says_so_if_it_cannot_be_read(leader: User):
    client = signed_in(leader, "en")
    assert client.get(f"/metrics/{CODE}/?on=2026-06-30&known=2026-07-01").status_code == 200
    page = client.get(f"/metrics/{CODE}/?on=someday").content.decode()
    assert "no date we can read" in page


def sent(version: int = 0, **values: Any) -> dict[str, Any]:
    row = Metric.objects.get(code=CODE)
    return {"target": "", "due": "", "reason": "", "version": version or row.version} | values


def test_a_reviewer_changes_the_target_and_the_first_stays(reviewer: User):
    client = signed_in(reviewer, "en")
    assert "about 2.03 million m²" in client.get(PLAN).content.decode()
    answer = client.post(PLAN, sent(target="约2.1平方公里", due="2027年3月底前", reason="任务量重新核定"))
    assert answer.status_code == 302
    row = Metric.objects.get(code=CODE)
    assert (row.target_low, row.target_qualifier, row.due_text) == (Decimal(210), "about", "2027年3月底前")
    assert [plan.number for plan in MetricPlan.objects.filter(metric=row)] == [1, 2]
    assert AuditEvent.objects.filter(action="metric.retarget", subject_code=CODE).exists()
    page = client.get(f"/metrics/{CODE}/").content.decode()
    assert "任务量重新核定" in page
    assert page.count("about 2.03 million m²") >= 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"target": "很多", "reason": "x"}, "This is no figure we can read"),
        ({"target": "200万人", "reason": "x"}, "This unit does not fit"),
        ({"target": "X万平方米", "reason": "x"}, "Enter the figure"),
        ({"target": "200", "due": "很快吧", "reason": "x"}, "This is no date we can read"),
        ({"target": "200"}, "Say why the target changes"),
        ({"target": "200", "reason": "长" * 301}, "At most 300 characters"),
        ({"target": "-5", "reason": "x"}, "This cannot be less than 0"),
        ({"target": "0.0000001", "reason": "x"}, "At most 6 decimals"),
    ],
)
def test_bad_input_is_said_at_its_field_and_nothing_is_written(reviewer: User, values: dict[str, Any], message: str):
    answer = signed_in(reviewer, "en").post(PLAN, sent(**values))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert message in page
    if "target" in values:
        assert values["target"] in page
    assert MetricPlan.objects.filter(metric__code=CODE).count() == 1


@pytest.mark.parametrize(
    ("code", "target", "message"),
    [
        ("XH-M-06", "150", "Between 0 and 100"),
        ("XH-M-06", "-3", "Between 0 and 100"),
        ("XH-M-06", "99.9999999", "At most 6 decimals"),
        ("XH-M-12", "1.5", "This is counted in whole numbers"),
    ],
)
def test_a_target_keeps_the_rules_of_a_value(reviewer: User, code: str, target: str, message: str):
    row = Metric.objects.get(code=code)
    answer = signed_in(reviewer, "en").post(f"/metrics/{code}/plan/", sent(row.version, target=target, reason="x"))
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert MetricPlan.objects.filter(metric=row).count() == 1


def test_a_target_in_another_unit_is_kept_to_the_sixth_place(reviewer: User):
    row = Metric.objects.get(code="XH-M-01")
    answer = signed_in(reviewer, "en").post("/metrics/XH-M-01/plan/", sent(row.version, target="200亩", reason="x"))
    assert (row.measure, answer.status_code) == ("公顷", 302)
    assert MetricPlan.objects.get(metric=row, number=2).target_low == Decimal("13.333333")


def test_a_stale_form_shows_both_texts_and_can_be_sent_again(reviewer: User):
    client = signed_in(reviewer, "en")
    old = Metric.objects.get(code=CODE).version
    client.post(PLAN, sent(target="210", reason="first"))
    answer = client.post(PLAN, sent(version=old, target="220", reason="second"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "This changed while you were typing" in page
    assert "2.1 million m²" in page
    assert 'value="220"' in page
    assert client.post(PLAN, sent(target="220", reason="second")).status_code == 302


def test_who_may_not_plan_is_refused_and_it_is_written_down(official_a: User, leader: User):
    for number, user in enumerate((official_a, leader), start=1):
        assert signed_in(user).post(PLAN, sent(target="1", reason="x")).status_code == 403
        assert AuditEvent.objects.filter(refused=True).count() == number
    assert MetricPlan.objects.filter(metric__code=CODE).count() == 1
