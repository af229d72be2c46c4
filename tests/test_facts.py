"""The documents' facts against what `manage.py facts` prints: nothing missing, nothing added, nothing copied."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.stated import STATED, WORKS
from tracker.domain.quantities import Quantity
from tracker.models import Citation, CitationKind, Metric, Milestone
from tracker.queries.facts import COLUMNS, facts

pytestmark = pytest.mark.django_db
FIXTURES = Path(settings.BASE_DIR) / "fixtures" / "works"
SEEDS = Path(settings.BASE_DIR).parent / "shared" / "seeds"
COPIED = 24
"""A run of this many characters that also stands in a document is a copy, spaces aside."""
RESIDUE = ("携笔", "老秘", "秘途", "酷乐", "caiyes", "Discuz", "xiebiwenku", "宋体", "免费查看", "网友")
WITHHELD = "withheld"


def rows(document: str) -> Iterator[list[str]]:
    for line in STATED[document].strip().splitlines():
        yield [part.strip() for part in line.split("|")]


def figure(fact: dict[str, object]) -> str:
    if not fact["qualifier"]:
        return "-"
    low, high = fact["low"] or "", fact["high"] or ""
    number = low if low == high else f"{low}..{high}"
    return " ".join(str(part) for part in (fact["qualifier"], number, fact["unit"]) if part)


def days(fact: dict[str, object]) -> str:
    if not fact["date_text"]:
        return "-"
    first, last = str(fact["earliest"] or ""), str(fact["latest"] or "")
    if first.endswith("-01-01") and last == f"{first[:4]}-12-31":
        return first[:4]
    if first == last:
        return first or "?"
    return f"{first}..{last}"


def of(document: str) -> list[dict[str, object]]:
    return [fact for fact in facts() if fact["document"] == document]


def shown(fact: dict[str, object]) -> tuple[str, ...]:
    what = str(fact["name"]) if fact["kind"] in (CitationKind.DUE, CitationKind.OUTCOME) else ""
    start = (str(fact["place"]), str(fact["printed"]), figure(fact), days(fact))
    return (*start, str(fact["kind"]), str(fact["status"]), what)


def stated(quantity: Quantity | None) -> tuple[object, ...]:
    assert quantity is not None
    return quantity.low, quantity.high, quantity.qualifier, quantity.measure


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def seed(document: str) -> str:
    found = next(iter(SEEDS.glob(f"{document}_*")), None)
    if found is None:
        pytest.skip("the documents are not beside the repository")
    return squeezed(found.read_text(encoding="utf-8"))


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert sum(1 for document in STATED for _ in rows(document)) >= 120


@pytest.mark.parametrize("document", STATED)
def test_every_stated_figure_and_date_is_there_and_no_other(document: str) -> None:
    expected = Counter((*row, "")[:7] for row in map(tuple, rows(document)))
    stored = Counter(shown(fact) for fact in of(document) if fact["qualifier"] or fact["date_text"])
    assert not expected - stored, "missing"
    assert not stored - expected, "not in the documents"


@pytest.mark.parametrize("document", WORKS)
def test_every_work_without_a_figure_is_there(document: str) -> None:
    names = [str(fact["name"]) for fact in of(document) if not fact["qualifier"] and not fact["date_text"]]
    assert [words for words in WORKS[document].split() if not any(words in name for name in names)] == []


@pytest.mark.parametrize("document", STATED)
def test_what_is_printed_stands_in_the_document(document: str) -> None:
    text = seed(document)
    for fact in of(document):
        assert squeezed(str(fact["printed"])) in text, fact["code"]
        assert squeezed(str(fact["date_text"] or "")) in text, fact["code"]


@pytest.mark.parametrize("document", STATED)
def test_nothing_is_copied_from_a_document(document: str) -> None:
    text = seed(document)
    runs = {text[at : at + COPIED] for at in range(len(text) - COPIED + 1)}
    root = Path(settings.BASE_DIR)
    for path in [*FIXTURES.glob("*.yaml"), *root.glob("docs/*.md"), *root.glob("*.md"), *root.glob("tracker/**/*.po")]:
        ours = squeezed(path.read_text(encoding="utf-8"))
        assert not {ours[at : at + COPIED] for at in range(len(ours) - COPIED + 1)} & runs, path.name


def test_page_residue_is_not_content() -> None:
    for path in FIXTURES.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert [word for word in RESIDUE if word in text] == [], path.name


def test_every_withheld_figure_says_in_both_languages_what_is_missing() -> None:
    blanks = [fact for fact in facts() if WITHHELD in (fact["status"], fact["qualifier"])]
    assert len(blanks) > 50
    for fact in blanks:
        assert fact["status"] == fact["qualifier"] == WITHHELD, fact["code"]
        assert fact["low"] is None, fact["code"]
        assert fact["high"] is None, fact["code"]
        assert fact["note"], fact["code"]
        assert fact["note_en"], fact["code"]


def test_everything_said_is_said_in_english_too() -> None:
    for fact in facts():
        assert fact["name_en"], fact["code"]
        assert bool(fact["note"]) == bool(fact["note_en"]), fact["code"]
        english = f"{fact['name_en']} {fact['note_en'] or ''}"
        assert not re.search(r"[\u4e00-\u9fff]", english), fact["code"]
    for model in (Milestone, Metric):
        for row in model.objects.all():
            assert row.name_en, row.code
            assert not re.search(r"[\u4e00-\u9fff]", row.name_en), row.code


def test_every_measured_figure_reaches_its_metric() -> None:
    measured = Citation.objects.filter(kind=CitationKind.MEASURED).select_related("metric__report")
    assert measured.count() == 6
    for citation in measured:
        metric = citation.metric
        assert citation.milestone_id is None, citation.code
        assert metric is not None
        assert metric.report is not None, citation.code
        assert metric.report.citation_id == citation.pk
        assert stated(metric.value) == stated(citation.quantity), citation.code


def test_every_target_reaches_its_metric_and_is_counted_once() -> None:
    for metric in Metric.objects.all():
        targets = [row for row in metric.citations.all() if row.kind == CitationKind.TARGET]
        assert len(targets) <= 1, metric.code
        if not targets:
            assert metric.target is None or metric.target.qualifier == WITHHELD, metric.code
            continue
        assert stated(metric.target) == stated(targets[0].quantity), metric.code
        others = metric.citations.filter(in_total=True, measure=metric.measure)
        others = others.exclude(kind__in=(CitationKind.BASE, CitationKind.MEASURED))
        assert list(others) == targets, metric.code


def test_the_green_rate_has_a_base_and_a_target_and_the_cap_is_an_upper_bound() -> None:
    green, cap = Metric.objects.get(code="XH-M-06"), Metric.objects.get(code="XH-M-13")
    assert green.start is not None
    assert green.target is not None
    assert (green.start.low, green.target.low) == (Decimal(37), Decimal(79))
    assert cap.target is not None
    assert (cap.target.low, cap.target.high, cap.target.qualifier) == (None, Decimal(177), "at_most")


def test_other_places_figures_stay_out_of_totals_and_off_the_works() -> None:
    found = [fact for fact in facts() if fact["kind"] == CitationKind.COMPARABLE]
    assert Counter(fact["document"] for fact in found) == {"000": 11, "003": 10, "004": 8}
    assert not [fact["code"] for fact in found if fact["in_total"] or fact["metric"] or fact["milestone"]]


def test_every_milestone_and_metric_rests_on_a_fact_of_its_own_document() -> None:
    for model in (Milestone, Metric):
        assert not model.objects.filter(citations__isnull=True).exists()
    for fact in facts():
        for code in (fact["project"], fact["milestone"], fact["metric"]):
            assert code is None or str(code).startswith(f"{fact['programme']}-"), fact["code"]


def test_the_unfinished_document_is_marked_and_its_missing_text_is_a_blank() -> None:
    blank = Citation.objects.get(code="003-47")
    assert not blank.document.complete
    assert blank.status == WITHHELD


def test_assumed_years_are_marked_and_printed_years_are_not() -> None:
    for fact in facts():
        text = str(fact["date_text"] or "")
        if fact["earliest"] or fact["latest"]:
            assert fact["assumed_year"] == (not re.search(r"20\d\d", text)), fact["code"]


def test_json_and_csv_print_the_same_facts(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("facts", format="json")
    listed = json.loads(capsys.readouterr().out)
    call_command("facts", format="csv")
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(listed[0]) == list(COLUMNS) == list(table[0])
    assert [row["code"] for row in listed] == [row["code"] for row in table]
    assert [row["printed"] for row in listed] == [row["printed"] for row in table]
