"""The works loaded by a later version of Guatu into a database where people have been at work since the first load."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from tests.cast import ROOT, person, reach_for
from tracker.actions import plans, reports, works
from tracker.actions.plans import Change
from tracker.actions.reports import Said
from tracker.domain import dates, quantities
from tracker.domain.reporting import Origin
from tracker.models import (
    AuditEvent,
    BaselineEntry,
    Citation,
    CitationKind,
    Metric,
    Milestone,
    Programme,
    Report,
    Role,
    Site,
    User,
)

pytestmark = pytest.mark.django_db
FIXTURES = Path(settings.BASE_DIR) / "fixtures" / "works"
TODAY = timezone.localdate()


@pytest.fixture
def planner(db: None) -> User:
    return person("planner", Role.REVIEWER, ROOT)


def edition(folder: Path, *rows: Programme | Metric | Citation) -> Path:
    """A folder of fixtures that holds these rows as they are in memory."""
    text = serializers.serialize("yaml", rows, use_natural_foreign_keys=True, use_natural_primary_keys=True)
    (folder / "works.yaml").write_text(text, encoding="utf-8")
    return folder


def due(code: str) -> Citation:
    """The citation a milestone has its due day from, changed in memory: a year later, printed so."""
    found = Citation.objects.filter(milestone__code=code, kind=CitationKind.DUE).order_by("position")[0]
    day = dates.parse("2028年6月30日前")
    found.date_text, found.printed, found.plan_year = day.text, day.text, None
    found.date_earliest, found.date_latest = day.earliest, day.latest
    found.date_precision, found.date_kind = day.precision.value, day.kind.value
    return found


def measured() -> tuple[Citation, Metric]:
    """A citation that is a metric's document report, its figure changed in memory, and the metric."""
    found = Citation.objects.filter(reports__metric__derived=False, site=None, low__isnull=False)[0]
    assert found.metric is not None
    assert found.low is not None
    found.low = found.high = found.low + 1
    return found, found.metric


def test_a_corrected_day_is_a_new_version_of_the_plan_and_the_first_commitment(tmp_path: Path) -> None:
    row = Milestone.objects.get(code="XH-ZB-01")
    before, stated = row.due_latest, due("XH-ZB-01")
    assert works.load(folder=edition(tmp_path, stated), today=TODAY) == {"corrected": 1, "plans": 1}
    row.refresh_from_db()
    assert (row.plan_number, row.due_latest, row.first_due_latest) == (2, date(2028, 6, 30), date(2028, 6, 30))
    first, second = row.plans.order_by("number")
    assert (first.due_latest, second.due_text, second.citation, second.by) == (before, "2028年6月30日前", stated, None)
    assert BaselineEntry.objects.filter(milestone_plan=first, baseline__number=1).exists()
    assert BaselineEntry.objects.filter(milestone_plan=second, baseline__number=2).exists()
    said = AuditEvent.objects.get(action="citation.correct", subject_code=stated.code)
    assert (said.actor_name, (said.after or {})["date_latest"]) == ("", "2028-06-30")
    assert works.load(folder=tmp_path, today=TODAY) == {}


def test_what_a_person_has_planned_stays(planner: User, tmp_path: Path) -> None:
    row = Milestone.objects.get(code="XH-ZB-01")
    mine = dates.parse("2029年3月31日前")
    plans.replan(
        milestone=row, due=mine, planned_start=None, change=Change("领导小组决定"), by=planner, reach=reach_for(planner)
    )
    assert works.load(folder=edition(tmp_path, due("XH-ZB-01")), today=TODAY) == {"corrected": 1}
    row.refresh_from_db()
    assert (row.plan_number, row.due_latest) == (2, date(2029, 3, 31))


def test_a_corrected_figure_supersedes_the_documents_report(tmp_path: Path) -> None:
    stated, row = measured()
    held = row.report
    assert works.load(folder=edition(tmp_path, stated), today=TODAY) == {"corrected": 1, "reports": 1}
    row.refresh_from_db()
    assert row.report is not None
    assert (row.report.supersedes, row.report.origin, row.value_low) == (held, Origin.DOCUMENT, stated.low)


def test_what_people_reported_stays_the_state_though_a_document_is_corrected(planner: User, tmp_path: Path) -> None:
    stated, row = measured()
    author = person("author", Role.OFFICIAL, row.unit.code)
    told = reports.submit_metric(
        metric=row, said=Said(as_of=TODAY), quantity=quantities.parse("9000", measure=row.measure), by=author,
        reach=reach_for(author), today=TODAY,
    )  # fmt: skip
    reports.accept(report=told, by=planner, reach=reach_for(planner))
    fact = Citation.objects.get(pk=stated.pk)
    fact.pk, fact.code, fact.position = None, "000-999", 999
    works.load(folder=edition(tmp_path, stated, fact), today=TODAY)
    assert Report.objects.filter(metric=row, origin=Origin.DOCUMENT).count() == 3
    row.refresh_from_db()
    assert (row.report, row.value_low) == (told, Decimal(9000))


def test_a_figure_added_for_a_site_is_told_beside_the_others(tmp_path: Path) -> None:
    row = Site.objects.get(code="XH-S-06")
    fact = Citation.objects.get(site=row, column="demolished_area")
    fact.pk, fact.code, fact.column, fact.metric = None, "000-998", "vacated_area", None
    works.load(folder=edition(tmp_path, fact), today=TODAY)
    row.refresh_from_db()
    assert row.report is not None
    assert (row.report.citation, row.vacated_area) == (Citation.objects.get(code="000-998"), row.demolished_area)


def test_what_is_added_later_goes_by_the_base_year_that_was_moved(tmp_path: Path) -> None:
    programme = Programme.objects.get(code="XH")
    stated = Citation.objects.filter(programme=programme, plan_year__isnull=False, kind=CitationKind.DUE)[0]
    works.rebase(programme=programme, base_year=2028)
    fact = Citation.objects.get(pk=stated.pk)
    fact.date_earliest, fact.date_latest = stated.date_earliest, stated.date_latest  # as the fixtures have it
    added = Citation.objects.get(pk=stated.pk)
    added.date_earliest, added.date_latest = stated.date_earliest, stated.date_latest
    added.pk, added.code, added.position = None, "000-997", 997
    assert works.load(folder=edition(tmp_path, programme, fact, added), today=TODAY) == {"citation": 1}
    found = Citation.objects.get(code="000-997")
    assert stated.date_latest is not None
    assert found.date_latest == Citation.objects.get(pk=stated.pk).date_latest
    assert found.date_latest is not None
    assert found.date_latest.year == stated.date_latest.year + 2


def test_a_metric_stored_before_there_were_ledgers_adds_up_its_own(tmp_path: Path) -> None:
    row = Metric.objects.filter(programme__code="XH", derived=False, report=None, project__isnull=False)[0]
    row.derived, row.ledger, row.aggregation, row.basis = True, "residential.demolished_area", "sum", "为孙河组团代拆"
    works.load(folder=edition(tmp_path, row), today=TODAY)
    held = Metric.objects.get(pk=row.pk)
    assert (held.ledger, held.derived, held.basis) == (row.ledger, True, row.basis)
    assert held.derivations.get().reason == works.FROM_LEDGER


def test_a_start_loads_again_when_the_fixtures_have_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_works", if_changed=True)
    assert (capsys.readouterr().out, works.wanted(FIXTURES)) == ("", False)
    edition(tmp_path, due("XH-ZB-01"))
    assert works.wanted(tmp_path)
    works.load(folder=tmp_path, today=TODAY)
    assert not works.wanted(tmp_path)
    assert works.wanted(FIXTURES)


def test_where_people_keep_works_of_their_own_only_the_documents_are_not_wanted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracker_auditevent DISABLE TRIGGER ALL; DELETE FROM tracker_auditevent;")
    assert not works.wanted(FIXTURES)
