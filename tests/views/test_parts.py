"""The page that says what a metric is made from, and how pages show such a metric."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import signed_in
from tests.counting import statements
from tests.family import TODAY, derive, family, fresh, planner, reported_again, tell
from tracker.domain.progress import Aggregation
from tracker.models import Metric, Report, User
from tracker.words.metrics import VERDICTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def kin(db: None) -> dict[str, Metric]:
    return family()


@pytest.fixture
def client(kin: dict[str, Metric]) -> Client:
    return signed_in(planner(), "en")


def text(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def sent(row: Metric, **values: Any) -> dict[str, Any]:
    return {"aggregation": "sum", "parts": ["FAM-A", "FAM-B"], "reason": "同一口径", "version": row.version} | values


def test_made_by_the_form_and_shown_with_formula_and_parts(kin, client):
    tell(kin["A"], "约5亩")
    answer = client.post("/metrics/FAM-W/parts/", sent(kin["W"]))
    assert answer.status_code == 302
    page = text(client, "/metrics/FAM-W/")
    assert "Sum of 2 parts; as of" in page
    assert "1 of 2 reported. What is missing counts as unknown, not as zero." in page
    assert "at least 5" in page
    report = Report.objects.get(metric=kin["A"])
    assert f'href="/reports/{report.pk}/"' in page, "the trail of the figure leads to the part's report"
    assert 'href="/metrics/FAM-B/"' in page
    assert "/metrics/FAM-W/report/" not in page
    part = text(client, "/metrics/FAM-A/")
    assert '<dt>Enters</dt><dd><a href="/metrics/FAM-W/">Family W</a>' in part
    chinese = text(signed_in(planner()), "/metrics/FAM-W/")
    assert "2 个分项之和；截至" in chinese
    assert "已报 1/2" in chinese


def test_a_refusal_stands_on_the_page_and_what_was_ticked_stays(kin, client):
    values = sent(kin["W"], parts=["FAM-A", "FAM-HOMES"], reason="试一试")
    answer = client.post("/metrics/FAM-W/parts/", values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "FAM-HOMES" in page
    assert "they are not added" in page
    assert 'value="FAM-HOMES" aria-label="Family HOMES: part or numerator" checked' in page
    assert "试一试" in page
    stale = client.post("/metrics/FAM-W/parts/", sent(kin["W"], version=77))
    assert stale.status_code == 422
    assert f'name="version" value="{kin["W"].version}"' in stale.content.decode()
    unknown = client.post("/metrics/FAM-W/parts/", sent(kin["W"], parts=["\x00", "PQ-M-01"]))
    assert "is not offered here" in unknown.content.decode()
    assert not fresh(kin["W"]).derived


def test_undone_by_the_form(kin, client):
    derive(kin["W"], kin["A"], kin["B"])
    page = text(client, "/metrics/FAM-W/parts/")
    assert page.count('numerator" checked>') == 2
    version = fresh(kin["W"]).version
    answer = client.post("/metrics/FAM-W/parts/", sent(kin["W"], aggregation="none", parts=[], version=version))
    assert answer.status_code == 302
    assert not fresh(kin["W"]).derived
    assert "None: its unit reports it" not in text(client, "/metrics/FAM-W/")


def test_the_page_reopens_a_moment_before_the_decision(kin, client):
    tell(kin["A"], "5亩")
    derive(kin["W"], kin["A"], kin["B"])
    page = text(client, "/metrics/FAM-W/", known="2020-01-01")
    assert "Sum of 2 parts" not in page
    assert "Sum of 2 parts" in text(client, "/metrics/FAM-W/", known=f"{TODAY.year + 1}-01-01")


def test_a_derived_metric_is_never_due_and_every_list_keeps_working(kin, client, official_a: User):
    derive(kin["W"], kin["A"], kin["B"], how=Aggregation.LAST)
    tell(kin["A"], "5亩")
    assert "FAM-W" not in text(signed_in(official_a, "en"), "/reports/mine/")
    for path in ("/", "/metrics/", "/programmes/XH/", "/projects/XH-ZB/"):
        assert client.get(path).status_code == 200
        assert client.get(path, {"on": TODAY.isoformat(), "known": "2199-01-01"}).status_code == 200
    answer = client.get("/metrics/", {"_export": "csv", "q": "FAM-W"})
    file = b"".join(answer.streaming_content).decode()
    assert "FAM-W" in file


def test_verdicts_filter_the_list(kin, client):
    derive(kin["W"], kin["A"], kin["B"])
    tell(kin["A"], "5亩")
    page = text(client, "/metrics/", verdict="no_target", q="FAM")
    assert page.count('class="metric') == len(kin)
    assert '<option value="no_target" selected>' in page
    for verdict in VERDICTS:
        assert client.get("/metrics/", {"verdict": verdict}).status_code == 200
    for hostile in ("\x00", "x" * 7000, "'; DROP", "0", "９"):
        assert client.get("/metrics/", {"verdict": hostile}).status_code == 200


def test_the_questions_do_not_grow_with_the_derived_metrics(kin, client):
    derive(kin["W"], kin["A"], kin["B"])
    tell(kin["A"], "5亩")

    def asked(path: str, **query: str) -> int:
        client.get(path, query)
        with statements() as found:
            assert client.get(path, query).status_code == 200
        assert not found.while_rendering
        return len(found)

    one = [asked("/metrics/", q="FAM"), asked("/metrics/", q="FAM", verdict="no_target"), asked("/projects/XH-ZB/")]
    derive(kin["TOP"], kin["W"], kin["C"])
    two = [asked("/metrics/", q="FAM"), asked("/metrics/", q="FAM", verdict="no_target"), asked("/projects/XH-ZB/")]
    assert one == two


def test_a_metric_is_set_to_the_ledger_on_its_page(reviewer: User) -> None:
    row, page = reported_again("XH-M-16"), "/metrics/XH-M-16/parts/"
    client = signed_in(reviewer, "en")
    told = {"aggregation": "ledger", "reason": "Counted site by site", "version": row.version}
    for figure, sentence in (
        ("", "Choose which figure of the ledger is added up."),
        ("non_residential.signed_area", "sums never mix bases"),
        ("residential.signed_households", "Select a valid choice"),
    ):
        answer = client.post(page, told | {"ledger": figure})
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
    answer = client.post(page, told | {"ledger": "residential.signed_area"}, follow=True)
    assert "From the clearance ledger: Dwellings: Floor area signed, 1 site" in answer.content.decode()
    assert Metric.objects.get(code="XH-M-16").ledger == "residential.signed_area"
    assert "Clearance ledger: Dwellings: Floor area signed" in answer.content.decode()
