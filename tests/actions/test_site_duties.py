"""Clearance sites that are asked for: on one's own list, at the review desk, in the daily reminders."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from tests.actions.test_site_reports import a_site, entry, fresh, submit, tell
from tests.cast import reach_for, signed_in
from tracker.actions import reminders
from tracker.actions import reports as actions
from tracker.domain.duties import Cycle, OpenItem, Rhythm, Why, why_open
from tracker.domain.relocation import COUNTS, LAST, Count, Scope, Use, column, deciding
from tracker.models import Notice, Programme, Site
from tracker.models.guard import writing
from tracker.queries import reports_due
from tracker.queries.review_open import open_duties
from tracker.queries.review_scope import Narrow

NOW = timezone.now()
TODAY = timezone.localdate()
WEEK = Cycle(Rhythm.WEEKLY, 5)
ON = date(2026, 11, 18)  # a Wednesday; the period is 14–20 November


@pytest.mark.parametrize(
    ("due", "begins", "as_of", "cycle", "why"),
    [
        (None, None, None, WEEK, Why.PROGRESS),
        (None, None, date(2026, 11, 14), WEEK, None),
        (None, None, date(2026, 11, 13), WEEK, Why.PROGRESS),
        (None, date(2026, 12, 1), None, WEEK, None),
        (None, date(2026, 12, 1), date(2026, 11, 1), WEEK, Why.PROGRESS),
        (None, None, None, Cycle(Rhythm.MILESTONE, 1), None),
        (date(2026, 11, 25), None, None, Cycle(Rhythm.MILESTONE, 1), Why.SOON),
        (date(2026, 11, 17), None, date(2026, 11, 16), WEEK, Why.OVERDUE),
        (date(2026, 11, 10), None, date(2026, 11, 12), WEEK, Why.OVERDUE),
        (date(2026, 11, 10), None, date(2026, 11, 14), WEEK, None),
    ],
)
def test_why_an_open_item_is_asked_for(due, begins, as_of, cycle, why):
    item: dict[str, Any] = {"due": due, "begins": begins, "as_of": as_of}
    assert why_open(OpenItem(**item, pending=False, returned=False), cycle, ON) is why
    assert why_open(OpenItem(**item, pending=True, returned=False), cycle, ON) is None
    assert why_open(OpenItem(**item, pending=True, returned=True), cycle, ON) is Why.RETURNED


def uncleared(row: Site) -> bool:
    """The rule as it is written, beside its SQL."""
    count = deciding(Use(row.use), row.scope)
    if count is None or (whole := row.scope[count].value) is None:
        return True
    return (row.entry.get(LAST[Use(row.use)], count) or Decimal(0)) < whole


@pytest.mark.django_db
def test_the_sql_of_what_is_left_is_the_rule():
    number = 0
    scopes: list[dict[str, Any]] = [{}, {"households": 10}, {"area": 10}, {"households": 10, "area": 10}, {"land": 10}]
    for use in Use:
        for scope in scopes:
            for value in (None, 9, 10):
                figures = {column(LAST[use], count): value for count in COUNTS[use]} if value else {}
                number += 1
                a_site(f"T-{number}", use, scope=scope, figures=figures)
    rows = Site.objects.filter(code__startswith="T-")
    assert {row.code for row in rows.uncleared()} == {row.code for row in rows if uncleared(row)}
    assert 0 < rows.uncleared().count() < number
    assert deciding(Use.RESIDENTIAL, {Count.HOUSEHOLDS: Scope(), Count.AREA: Scope(Decimal(1))}) is Count.AREA


def weekly() -> None:
    with writing():
        Programme.objects.filter(code="XH").update(report_rhythm="weekly", report_day=7)


def due(reach: Any, group: str = "") -> list[str]:
    found = reports_due.due(reach=reach, on=TODAY, now=timezone.now(), language="zh-hans", group=group)
    return [item.code for item in found.items if item.kind == "site"]


def test_a_site_is_asked_for_once_a_period_and_returned_first(official_a, reviewer):
    weekly()
    plot, late = a_site(), a_site("T-2", due=TODAY - timedelta(days=3))
    done = a_site("T-3", figures={"demolished_households": 100})
    reach = reach_for(official_a)
    assert set(due(reach)) == {plot.code, late.code}
    assert due(reach, "overdue") == [late.code]
    desk: dict[str, Any] = {"reach": reach_for(reviewer), "narrow": Narrow(q="地块T-"), "on": TODAY, "now": NOW}
    found = open_duties(**desk)
    assert [(key.subject, key.pk) for key in found.missing] == [("site", plot.pk)]
    assert {key.pk: days for key, days in found.late.items()} == {late.pk: 3}
    report = submit(plot, official_a, entry(signed_households=10))
    assert plot.code not in due(reach)
    actions.return_(report=report, comment="请核实", by=reviewer, reach=reach_for(reviewer))
    assert due(reach)[0] == plot.code
    assert due(reach, "returned") == [plot.code]
    tell(fresh(plot), official_a, reviewer, entry(signed_households=10))
    tell(late, official_a, reviewer, entry(signed_households=10))
    assert due(reach) == []
    assert not open_duties(**desk).missing
    page = signed_in(official_a).get("/reports/mine/").content.decode()
    assert done.name not in page


def test_the_list_holds_the_form_and_the_desk_the_duty(official_a, reviewer):
    weekly()
    late = a_site(due=TODAY - timedelta(days=3))
    page = signed_in(official_a).get("/reports/mine/?group=overdue").content.decode()
    assert late.name in page
    assert f"/sites/{late.code}/report/" in page
    desk = signed_in(reviewer).get("/review/?tab=late&q=T-1").content.decode()
    assert f"/sites/{late.code}/" in desk


def test_the_daily_job_tells_of_sites(official_a):
    a_site(due=TODAY + timedelta(days=3))
    a_site("T-2", due=TODAY - timedelta(days=1))
    a_site("T-3", due=TODAY - timedelta(days=1), figures={"demolished_households": 100})
    reminders.make(on=TODAY)
    told = Notice.objects.filter(person=official_a, subject_type="site").order_by("subject_code")
    assert [(one.subject_code, one.kind) for one in told] == [("T-1", "due"), ("T-2", "overdue")]
    reminders.make(on=TODAY)
    assert Notice.objects.filter(person=official_a, subject_type="site").count() == 2
    assert "/sites/T-2/" in signed_in(official_a).get("/me/notices/").content.decode()
