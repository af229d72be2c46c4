"""Sources: what each document states and withholds, and the trail of a figure from the print to its uses."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tracker.models import Citation, CitationStatus, Document, User

pytestmark = pytest.mark.django_db
Signed = Callable[..., Client]


@pytest.fixture
def seen(leader: User, client_for: Signed) -> Client:
    client: Client = client_for(leader, "en")
    return client


def text(answer: Any) -> str:
    return str((b"".join(answer.streaming_content) if answer.streaming else answer.content).decode())


def test_the_list_counts_every_citation_once(seen: Client):
    rows = {row.code: row for row in seen.get("/sources/").context["rows"]}
    assert set(rows) == set(Document.objects.values_list("code", flat=True))
    for code, row in rows.items():
        assert row.stated + row.withheld + row.comparable == Citation.objects.filter(document__code=code).count()
    assert not rows["003"].complete


def test_a_document_lists_its_citations_place_by_place(seen: Client):
    page = seen.get("/sources/000/").context["page"]
    codes = [line.code for place in page.places for line in place.lines]
    assert sorted(codes) == sorted(Citation.objects.filter(document__code="000").values_list("code", flat=True))
    assert len({place.place for place in page.places}) == len(page.places)


def test_a_document_that_breaks_off_says_so(seen: Client):
    assert "breaks off" in text(seen.get("/sources/003/"))
    assert "breaks off" not in text(seen.get("/sources/000/"))


def test_filters_and_file_agree(seen: Client):
    address = "/sources/000/?kind=due&project=XH-ZB"
    page = seen.get(address).context["page"]
    rows = list(csv.DictReader(io.StringIO(text(seen.get(f"{address}&_export=csv")).removeprefix("\ufeff"))))
    shown = [line.code for place in page.places for line in place.lines]
    assert shown
    assert sorted(row["Code"] for row in rows) == sorted(shown)
    assert {row["Kind"] for row in rows} == {"Due date"}


def test_the_blanks_are_all_there_and_say_what_is_missing(seen: Client):
    answer = seen.get("/sources/blanks/")
    withheld = Citation.objects.filter(status=CitationStatus.WITHHELD)
    assert answer.context["page"].paginator.count == withheld.count()
    for row in answer.context["rows"]:
        assert row.line.note, f"{row.line.code} says nothing of what is missing"
        assert row.uses


def test_a_figure_leads_to_its_uses_and_back(seen: Client):
    citation = Citation.objects.filter(kind="due", milestone__code="XH-ZB-01").get()
    page = seen.get(f"/citations/{citation.code}/").context["page"]
    assert [use.route for use in page.uses] == ["milestone", "tender", "project", "programme"]
    assert [(plan.code, plan.now) for plan in page.plans] == [("XH-ZB-01", True)]
    assert page.assumed_year == 2026
    assert page.days == "up to 31 Oct 2026"


def test_a_figure_stands_in_its_unit_and_the_base_unit(seen: Client):
    citation = Citation.objects.filter(document__code="000", measure="平方公里", kind="figure").first()
    assert citation is not None
    page = seen.get(f"/citations/{citation.code}/").context["page"]
    assert (page.low, page.base_low, page.base_measure) == ("12.7", "12,700,000", "square metres")


def test_an_official_reads_only_what_is_about_the_own_unit(official_a: User, client_for: Signed):
    client = client_for(official_a)
    page = client.get("/sources/000/").context["page"]
    shown = {line.code for place in page.places for line in place.lines}
    other = Citation.objects.filter(milestone__unit__code="XH-U-PG").values_list("code", flat=True)
    assert shown
    assert not shown & set(other)
    assert client.get(f"/citations/{other[0]}/").status_code == 404
    assert client.get("/sources/002/").status_code == 404
