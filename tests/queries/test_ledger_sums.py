"""Metrics that add up the clearance ledger, held against slow sums in Python at every moment."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import UNIT_B, person, reach_for
from tests.counting import statements
from tests.family import TODAY, accept, planner, reported_again, site
from tracker.actions import parts, reports
from tracker.actions.plans import Change
from tracker.actions.report_storing import Said
from tracker.actions.site_reports import submit_site
from tracker.audit import Refused
from tracker.domain import quantities
from tracker.domain.aggregation import Figure
from tracker.domain.ledger_sums import Added, names_of, read
from tracker.domain.progress import Aggregation
from tracker.domain.quantities import Qualifier
from tracker.domain.relocation import Entry, Use
from tracker.models import Derivation, Metric, Report, Site, SiteReport
from tracker.models import Role as Post
from tracker.models.guard import writing
from tracker.queries import ledger_sums, metric_state
from tracker.queries.derived import courses
from tracker.queries.state import overlay_metrics

pytestmark = pytest.mark.django_db
METRIC, BASIS = "XH-M-16", "住宅拆迁腾退总任务量"
FIRST = TODAY - timedelta(days=60)


def metric() -> Metric:
    return Metric.objects.select_related("programme", "project", "unit").get(code=METRIC)


def say(row: Site, day: date, area: str | None, *, at: datetime | None = None, households: int = 1) -> Report:
    """A report accepted at a moment, stored as it stands; the state columns do not follow."""
    at = at or timezone.now()
    with writing():
        report = Report(site=row, unit=row.unit, as_of=day, state="accepted", created_at=at, accepted_at=at)
        report.save()
        SiteReport(report=report, signed_households=households, demolished_area=area and Decimal(area)).save()
    return report


def slow(sites: Sequence[Site], on: date, known: datetime) -> tuple[Fraction, int, date | None]:
    """The sum in 万平方米, how many sites state a figure, and the earliest day of those."""
    total, days = Fraction(0), []
    for row in sites:
        said = [one for one in row.reports.all() if one.as_of <= on and one.accepted_at and one.accepted_at <= known]
        gone = {one.supersedes_id for one in said}
        left = [one for one in said if one.pk not in gone]
        if not left:
            continue
        last = max(left, key=lambda one: (one.as_of, one.accepted_at, one.pk))
        value = last.on_site.demolished_area
        if value is not None:
            total += Fraction(value) / 10_000
            days.append(last.as_of)
    return total, len(days), min(days, default=None)


def laid(on: date, known: datetime) -> Metric:
    row = metric()
    overlay_metrics([row], on=on, known=known)
    return row


def agree(sites: Sequence[Site], on: date, known: datetime) -> None:
    row, (total, counted, day) = laid(on, known), slow(sites, on, known)
    assert (row.derived, row.parts_counted, row.parts_total) == (True, counted, len(sites))
    if not counted:
        assert row.value is None
        return
    assert row.value is not None
    assert row.value.low == Decimal(total.numerator) / total.denominator
    assert row.value.qualifier == (Qualifier.EXACT if counted == len(sites) else Qualifier.AT_LEAST)
    assert row.as_of == day


SAID = st.tuples(
    st.integers(0, 3), st.integers(0, 40), st.one_of(st.none(), st.integers(0, 3_000_000).map(lambda n: f"{n}.25"))
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(SAID, max_size=12), on=st.integers(0, 45), cut=st.integers(0, 12))
def test_the_sum_of_any_moment_is_the_slow_one(said: list[tuple[int, int, str | None]], on: int, cut: int) -> None:
    with transaction.atomic():
        point = transaction.savepoint()
        sites = [Site.objects.get(code="XH-S-01"), *(site(f"SUM-{n}", basis=BASIS) for n in range(3))]
        site("SUM-X", basis="另一口径")
        site("SUM-Y", basis=BASIS, in_total=False)
        site("SUM-Z", Use.NON_RESIDENTIAL, basis=BASIS)
        moments: list[datetime] = []
        for which, after, area in said:
            moments.append(timezone.now())
            say(sites[which], FIRST + timedelta(days=after), area, at=moments[-1])
        for row in Site.objects.filter(code__in=["SUM-X", "SUM-Y", "SUM-Z"]):
            say(row, FIRST, "777")
        now = timezone.now()
        agree(sites, FIRST + timedelta(days=on), moments[cut] if cut < len(moments) else now)
        course = courses([metric()], on=TODAY, known=now, most=60)[metric().pk]
        for day, figure in course:
            total, counted, _first = slow(sites, day, now)
            assert figure.counted == counted
            if figure.quantity is not None:
                assert figure.quantity.low == Decimal(total.numerator) / total.denominator
        transaction.savepoint_rollback(point)


def report(row: Site, area: str) -> Report:
    by = person("ledger-official", Post.OFFICIAL, UNIT_B)
    entry = Entry({"demolished_area": Decimal(area), "vacated_area": Decimal(area), "signed_area": Decimal(area)})
    said = Said(as_of=TODAY)
    return submit_site(site=row, said=said, entry=entry, by=by, reach=reach_for(by), today=TODAY)


def test_accepting_an_entry_moves_its_metric_and_nothing_else() -> None:
    other = Metric.objects.get(code="XH-M-17")
    row = Site.objects.select_related("unit").get(code="XH-S-01")
    sent = report(row, "1234567.8")
    assert metric().value is None
    accept(sent)
    found = metric()
    assert (found.value_low, found.value_qualifier, found.as_of) == (Decimal("123.45678"), "exact", TODAY)
    assert (found.parts_counted, found.parts_total, found.report_id) == (1, 1, sent.pk)
    assert Metric.objects.get(pk=other.pk).version == other.version
    more = site("SUM-1", basis=BASIS)
    accept(report(more, "10000"))
    found = metric()
    assert (found.value_low, found.value_qualifier) == (Decimal("124.45678"), "exact")


def decide(row: Metric, added: Added | None, how: Aggregation = Aggregation.SUM) -> Derivation:
    by, change = planner(), Change(reason="逐处填报，不再另报")
    return parts.derive(metric=row, aggregation=how, parts=[], change=change, by=by, reach=reach_for(by), ledger=added)


def said(text: str) -> Report:
    by, quantity = person("ledger-official", Post.OFFICIAL, UNIT_B), quantities.parse(text)
    return reports.submit_metric(
        metric=metric(), said=Said(as_of=TODAY), quantity=quantity, by=by, reach=reach_for(by), today=TODAY
    )


def test_nobody_reports_it_and_it_can_be_reported_again() -> None:
    with pytest.raises(Refused, match="metric_of_ledger"):
        said("5万平方米")
    reported_again(METRIC)
    assert (metric().derived, metric().ledger) == (False, "")
    found = decide(metric(), Added(Use.RESIDENTIAL, "signed_area"))
    assert (found.ledger, metric().ledger, metric().derived) == ("residential.signed_area",) * 2 + (True,)


@pytest.mark.parametrize(
    ("code", "added", "refusal"),
    [
        ("XH-M-16", Added(Use.RESIDENTIAL, "signed_households"), "ledger_wrong_dimension"),
        ("XH-M-16", Added(Use.NON_RESIDENTIAL, "demolished_area"), "ledger_no_such_basis"),
        ("XH-M-03", Added(None, "demolished_area"), "ledger_no_such_basis"),
        ("XH-M-06", Added(None, "demolished_area"), "ledger_wrong_dimension"),
    ],
)
def test_what_does_not_fit_is_refused(code: str, added: Added, refusal: str) -> None:
    row = Metric.objects.select_related("programme", "project", "unit").get(code=code)
    with pytest.raises(Refused, match=refusal):
        decide(row, added)


def test_a_metric_with_its_own_reports_is_not_taken_over() -> None:
    reported_again(METRIC)
    accept(said("5万平方米"))
    with pytest.raises(Refused, match="derive_reported"):
        decide(metric(), Added(Use.RESIDENTIAL, "demolished_area"))


def test_statements_do_not_grow_with_the_ledger_metrics() -> None:
    row = Metric.objects.get(code="XH-M-17")
    now = timezone.now()
    site("SUM-1", basis=BASIS)

    def count(rows: list[Metric]) -> int:
        with statements() as found:
            courses(rows, on=TODAY, known=now, most=60)
            overlay_metrics(rows, on=TODAY, known=now)
        return len(found)

    assert count([metric()]) == count([metric(), row])


def test_the_stored_form_is_read_back() -> None:
    for use in Use:
        for name in names_of(use):
            found = read(name)
            assert found is not None
            assert found.stored == name
    assert read("land.signed_area") is read("residential.nothing") is read("") is None


def test_of_very_many_sites_a_metrics_page_tells_the_last_weeks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sites = [
        Site.objects.select_related("unit").get(code="XH-S-01"),
        *(site(f"SUM-{n}", basis=BASIS) for n in range(2)),
    ]
    for later, place in enumerate(sites):
        for days_ago in (400, 300, 99, 98, 40, 40, 3):
            say(place, TODAY - timedelta(days=days_ago + later), f"{500 - days_ago}.5")
    now, row = timezone.now(), laid(TODAY, timezone.now())

    def told(on: date = TODAY, *, recent: bool = False) -> list[tuple[date, Figure]]:
        return courses([row], on=on, known=now, most=60, recent=recent)[row.pk]

    every = told()
    monkeypatch.setattr(ledger_sums, "MANY", 0)
    since = TODAY - timedelta(days=ledger_sums.SHOWN_DAYS)
    found = told(recent=True)
    assert found == [(day, figure) for day, figure in every if day > since]
    assert 2 < len(found) < len(every)
    assert told() == [(row.as_of, row.figure)]
    assert told(TODAY + timedelta(days=200), recent=True) == [(row.as_of, row.figure)]


def test_a_line_in_a_list_is_the_same_without_the_course() -> None:
    sites = [Site.objects.select_related("unit").get(code="XH-S-01"), site("SUM-0", basis=BASIS)]
    for days_ago in (90, 40, 7):
        for later, place in enumerate(sites):
            say(place, TODAY - timedelta(days=days_ago + later), f"{90_000 - 900 * days_ago}")
    now, row = timezone.now(), laid(TODAY, timezone.now())
    metric_state.with_reports([row])
    course = courses([row], on=TODAY, known=now, most=60)[row.pk]
    assert len(course) > 3
    told = metric_state.measurements([row], on=TODAY, known=now)[row.pk]
    assert len(told) == 1
    for language in ("zh", "en"):
        line = metric_state.metric_line(row, told, TODAY, language)
        assert line == metric_state.metric_line(row, metric_state.numbers(course, row.direction), TODAY, language)
