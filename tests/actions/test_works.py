"""Loading the documents' works, and moving an assumed base year."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from tracker.actions import works
from tracker.audit import Refused
from tracker.domain import dates
from tracker.domain.quantities import Qualifier
from tracker.domain.reporting import Origin, ReportState
from tracker.domain.stored import base_decimal
from tracker.models import (
    AuditEvent,
    Baseline,
    BaselineEntry,
    Citation,
    CitationKind,
    CitationStatus,
    Metric,
    Milestone,
    MilestonePlan,
    Programme,
    Report,
)
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
FIXTURES = Path(settings.BASE_DIR) / "fixtures" / "works"
NOT_DATES = ("项目建成后", "规划目标年", "去年", "去年以来", "X年底")
"""Texts whose interval is our reading of the document, not the parser's: docs/data.md says why."""


def snapshot() -> list[tuple[object, ...]]:
    return [
        *Milestone.objects.order_by("pk").values_list("pk", "name", "status", "due_latest", "version"),
        *Report.objects.order_by("pk").values_list("pk", "state", "as_of", "accepted_at"),
        *MilestonePlan.objects.order_by("pk").values_list("pk", "number", "due_latest"),
    ]


def test_loading_again_changes_nothing() -> None:
    before, events = snapshot(), AuditEvent.objects.count()
    assert works.load(folder=FIXTURES, today=date(2030, 1, 1)) == {}
    assert snapshot() == before
    assert AuditEvent.objects.count() == events


def test_loading_again_keeps_what_people_changed() -> None:
    with writing():
        Milestone.objects.filter(code="XH-ZB-01").update(name="改过的名称")
    works.load(folder=FIXTURES, today=date(2030, 1, 1))
    assert Milestone.objects.get(code="XH-ZB-01").name == "改过的名称"


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no_fixtures"):
        works.load(folder=tmp_path, today=date(2026, 11, 20))


def test_every_milestone_and_metric_has_a_first_plan_in_the_first_baseline() -> None:
    for programme in Programme.objects.all():
        first = Baseline.objects.get(programme=programme, number=1)
        entries = BaselineEntry.objects.filter(baseline=first)
        milestones = Milestone.objects.filter(project__programme=programme)
        assert entries.filter(milestone_plan__isnull=False).count() == milestones.count()
        assert entries.filter(metric_plan__isnull=False).count() == Metric.objects.filter(programme=programme).count()
    assert not Milestone.objects.filter(plan_number=0).exists()


def test_plans_carry_the_dates_of_their_citations() -> None:
    for citation in Citation.objects.filter(kind=CitationKind.DUE, milestone__isnull=False).select_related("milestone"):
        first = (
            Citation.objects.filter(kind=CitationKind.DUE, milestone=citation.milestone).order_by("position").first()
        )
        if citation == first:
            row = citation.milestone
            assert row is not None
            assert (row.due_earliest, row.due_latest) == (citation.date_earliest, citation.date_latest), row.code
            assert row.first_due_latest == citation.date_latest


def test_stored_intervals_are_what_the_printed_text_means() -> None:
    checked = 0
    for citation in Citation.objects.exclude(date_text="").select_related("programme"):
        masked = "XX" in citation.date_text and citation.plan_year is None
        if citation.date_text in NOT_DATES or masked or citation.date is None:
            continue
        year = citation.programme.base_year + (citation.plan_year or 1) - 1
        found = dates.parse(citation.date_text, year=year)
        assert (found.earliest, found.latest) == (citation.date_earliest, citation.date_latest), citation.code
        checked += 1
    assert checked > 60


def test_base_values_are_exact_to_the_twelfth_place() -> None:
    for citation in Citation.objects.exclude(qualifier="").exclude(measure=""):
        quantity = citation.quantity
        assert quantity is not None
        assert citation.base_low == base_decimal(quantity.base_low), citation.code
        assert citation.base_high == base_decimal(quantity.base_high), citation.code
        assert (quantity.qualifier is Qualifier.WITHHELD) == (citation.low is None and citation.high is None)


def test_what_documents_withhold_says_what_is_missing() -> None:
    blanks = Citation.objects.blanks()
    assert blanks.count() > 40
    assert all(blank.note and blank.note_en for blank in blanks)


def test_what_a_document_states_is_an_accepted_report_that_cites_it() -> None:
    for citation in Citation.objects.filter(kind=CitationKind.OUTCOME, milestone__isnull=False):
        report = Report.objects.get(citation=citation)
        assert (report.origin, report.state) == (Origin.DOCUMENT, ReportState.ACCEPTED)
        done = citation.status == CitationStatus.DONE
        assert (report.on_milestone.status == "done") is done


def test_comparables_stay_out_of_totals() -> None:
    assert not Citation.objects.filter(kind=CitationKind.COMPARABLE, in_total=True).exists()


def test_rebasing_moves_assumed_years_only_and_can_be_undone() -> None:
    programme = Programme.objects.get(code="XH")
    before = dict(Milestone.objects.filter(project__programme=programme).values_list("code", "due_latest"))
    assumed = set(
        Milestone.objects.filter(project__programme=programme, plan_year__isnull=False).values_list("code", flat=True)
    )
    assert works.rebase(programme=programme, base_year=2027) > 0
    for row in Milestone.objects.filter(project__programme=programme):
        moved = before[row.code]
        if row.code in assumed and moved:
            assert row.due_latest is not None
            assert row.due_latest.year == moved.year + 1
            assert row.first_due_latest == row.due_latest
        else:
            assert row.due_latest == moved
    programme.refresh_from_db()
    works.rebase(programme=programme, base_year=2026)
    after = dict(Milestone.objects.filter(project__programme=programme).values_list("code", "due_latest"))
    assert after == before
    assert Baseline.objects.filter(programme=programme).count() == 3


@pytest.mark.parametrize(("code", "year", "refusal"), [("XH", 2026, "base_year_same"), ("XH", 1850, "base_year_range")])
def test_rebasing_refuses(code: str, year: int, refusal: str) -> None:
    with pytest.raises(Refused, match=refusal):
        works.rebase(programme=Programme.objects.get(code=code), base_year=year)


def test_rebasing_is_refused_once_a_persons_report_is_accepted() -> None:
    report = Report.objects.filter(milestone__project__programme__code="XH").first()
    assert report is not None
    with writing():
        copy = Report(
            milestone=report.milestone,
            unit=report.unit,
            as_of=report.as_of,
            state=ReportState.ACCEPTED.value,
            origin=Origin.FORM.value,
            created_at=report.created_at,
            accepted_at=report.accepted_at,
        )
        copy.save()
    with pytest.raises(Refused, match="already_reported"):
        works.rebase(programme=Programme.objects.get(code="XH"), base_year=2027)
