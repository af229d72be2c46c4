"""The clearance the documents state, as sites: every figure cited or marked as worked out, nothing beside it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from tracker.actions import works
from tracker.domain.quantities import Qualifier
from tracker.domain.relocation import Count, Stage, Use
from tracker.domain.reporting import Origin
from tracker.models import BaselineEntry, Citation, Metric, Programme, Site, SitePlan
from tracker.models.guard import writing
from tracker.queries.facts import facts

pytestmark = pytest.mark.django_db
FIXTURES = Path(settings.BASE_DIR) / "fixtures" / "works"
WORKED_OUT = "XH-S-03"
YEAR_1, YEAR_2 = date(2026, 12, 31), date(2027, 12, 31)


def site(number: int) -> Site:
    return Site.objects.get(code=f"XH-S-{number:02}")


def area(row: Site) -> tuple[Decimal | None, str | None]:
    scope = row.scope[Count.AREA]
    return scope.value, scope.qualifier


def test_the_scopes_are_what_the_document_states_in_square_metres() -> None:
    assert area(site(1)) == (Decimal(2_030_000), Qualifier.ABOUT)
    assert area(site(2)) == (Decimal(1_700_000), Qualifier.ABOUT)
    assert area(site(4)) == (None, Qualifier.WITHHELD)
    assert area(site(6)) == (Decimal(1_006_000), Qualifier.EXACT)
    assert site(5).scope[Count.LAND].value == Decimal(2571)
    assert {row.due_latest for row in (site(1), site(2))} == {YEAR_1}
    assert (site(3).due_latest, site(4).due) == (YEAR_2, None)


def test_the_rest_is_marked_as_worked_out_with_its_inputs() -> None:
    row, plan = site(3), SitePlan.objects.get(site__code=WORKED_OUT)
    task, share = Citation.objects.get(code="000-63").quantity, Citation.objects.get(code="000-62").quantity
    assert task is not None
    assert share is not None
    assert task.base_low is not None
    assert share.low is not None
    whole = Decimal(int(task.base_low)) / (share.low / 100)
    assert area(row) == (whole - 1_700_000, Qualifier.ABOUT)
    assert not row.citations.filter(column="scope_area").exists()
    for text in (plan.reason, row.note, row.note_en):
        assert "000-63" in text
        assert "000-62" in text
    assert "推算" in row.name
    assert "worked out" in row.name_en


def test_every_other_scope_and_figure_rests_on_a_citation() -> None:
    for row in Site.objects.all():
        columns = set(row.citations.values_list("column", flat=True)) - {"", "due"}
        assert bool(columns) == (row.code != WORKED_OUT), row.code
        assert row.plans.get(number=1).citation is not None or not row.due_text, row.code
        assert set(row.entry.figures) == {name for name in columns if not name.startswith("scope_")}, row.code


def test_the_two_totals_that_do_not_agree_can_both_be_had_from_the_data() -> None:
    counted = list(Site.objects.filter(in_total=True))
    assert {row.use for row in counted} == {Use.RESIDENTIAL, Use.NON_RESIDENTIAL}
    task = sum(row.scope_area or Decimal(0) for row in counted)
    whole = Metric.objects.get(code="XH-M-03").target
    assert whole is not None
    assert (task / 10_000, whole.low) == (Decimal("415.5"), Decimal(400))


def test_what_is_already_cleared_is_a_document_report_beside_the_totals() -> None:
    for number, stage, value in (
        (5, (Stage.HANDED_OVER, Count.LAND), 2571),
        (6, (Stage.DEMOLISHED, Count.AREA), 1_006_000),
    ):
        row = site(number)
        assert row.entry.get(*stage) == value
        assert row.report is not None
        assert (row.report.origin, row.reported_at, row.report.as_of) == (Origin.DOCUMENT, None, date(2026, 1, 1))
        assert row.report.citation is not None
        assert row.report.citation.site_id == row.pk
        assert not row.in_total
    assert len({row.basis for row in Site.objects.filter(in_total=False)}) == 3


def test_metrics_add_up_the_ledger_and_what_is_already_cleared_does_not_enter() -> None:
    for code, sites in (("XH-M-16", 1), ("XH-M-17", 2)):
        row = Metric.objects.get(code=code)
        assert (row.derived, row.value, row.parts_counted, row.parts_total) == (True, None, 0, sites)
        assert row.derivations.get().ledger == row.ledger


def test_first_plans_are_held_by_the_first_baseline_and_loading_again_adds_none() -> None:
    held = BaselineEntry.objects.filter(site_plan__isnull=False, baseline__number=1)
    assert held.count() == Site.objects.count() == 6
    before = list(Site.objects.values_list("pk", "version", "as_of", "plan_number"))
    works.load(folder=FIXTURES, today=date(2030, 1, 1))
    assert list(Site.objects.values_list("pk", "version", "as_of", "plan_number")) == before


def test_citations_stored_before_there_were_sites_are_linked() -> None:
    with writing():
        Citation.objects.filter(code="000-60").update(site=None, column="")
    assert works.load(folder=FIXTURES, today=date(2030, 1, 1)) == {}
    assert Citation.objects.filter(code="000-60", site__code="XH-S-01", column="scope_area").exists()


def test_facts_name_the_site_and_the_figure() -> None:
    found = {fact["code"]: (fact["site"], fact["column"]) for fact in facts()}
    assert found["000-60"] == ("XH-S-01", "scope_area")
    assert found["000-33"] == ("XH-S-06", "demolished_area")
    assert found["000-11"] == (None, None)


def test_moving_the_base_year_moves_the_due_days_of_sites() -> None:
    works.rebase(programme=Programme.objects.get(code="XH"), base_year=2027)
    row = site(1)
    assert (row.due_latest, row.plan_number, area(row)[0]) == (date(2027, 12, 31), 2, Decimal(2_030_000))
    assert BaselineEntry.objects.filter(site_plan__site=row, site_plan__number=2, baseline__number=2).exists()
    assert site(5).plan_number == 1
