"""Reporting on clearance sites: what is written and refused, and that the state is what the latest report says."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import UNIT_A, reach_for
from tests.family import site
from tracker.actions import evidence
from tracker.actions import reports as actions
from tracker.actions.evidence_files import NO_FILES
from tracker.actions.reports import Invalid, Said
from tracker.actions.site_reports import submit_site
from tracker.audit import Refused
from tracker.domain.relocation import CODES, FIGURES, Entry, Obstacle, Use
from tracker.models import AuditEvent, Metric, Notice, Report, Site, Unit, User
from tracker.models.guard import writing

TODAY = timezone.localdate()


def a_site(code: str = "T-1", use: Use = Use.RESIDENTIAL, **options: Any) -> Site:
    return site(code, use, unit=Unit.named(UNIT_A), **options)


@pytest.fixture
def plot(stage: None) -> Site:
    return a_site()


def entry(obstacles: dict[Obstacle, int] | None = None, **figures: int | str) -> Entry:
    return Entry({name: Decimal(value) for name, value in figures.items()}, obstacles or {})


def submit(plot: Site, by: User, said: Entry, as_of: date = TODAY, **head: Any) -> Report:
    given = Said(as_of=as_of, **head)
    return submit_site(site=plot, said=given, entry=said, by=by, reach=reach_for(by), today=TODAY)


def accept(report: Report, by: User) -> Report:
    return actions.accept(report=Report.objects.get(pk=report.pk), by=by, reach=reach_for(by))


def tell(plot: Site, by: User, reviewer: User, said: Entry, as_of: date = TODAY, **head: Any) -> Report:
    return accept(submit(plot, by, said, as_of, **head), reviewer)


def fresh(plot: Site) -> Site:
    return Site.objects.select_related("unit", "project__programme").get(pk=plot.pk)


def refusal(act: Callable[[], object]) -> Refused:
    with pytest.raises(Refused) as found:
        act()
    return found.value


def test_a_report_waits_is_accepted_and_moves_the_state(plot, official_a, reviewer):
    report = submit(plot, official_a, entry({Obstacle.ABSENT: 2}, signed_households=40, signed_area="8000.5"))
    row = fresh(plot)
    assert (row.pending, row.as_of, row.signed_households) == (1, None, None)
    accept(report, reviewer)
    row = fresh(plot)
    assert (row.pending, row.as_of, row.signed_households, row.signed_area) == (0, TODAY, 40, Decimal("8000.5"))
    assert (row.obstacles, row.vacated_households, row.version) == ({"absent": 2}, None, plot.version + 1)
    event: Any = AuditEvent.objects.get(action="report.accepted", subject_code=str(report.pk))
    assert (event.before["signed_households"], event.after["signed_households"]) == (None, 40)


def test_returned_withdrawn_and_replayed(plot, official_a, reviewer):
    said = entry(signed_households=10)
    first = submit(plot, official_a, said, token="site-token-1")
    assert submit(plot, official_a, said, token="site-token-1").pk == first.pk
    assert refusal(lambda: submit(plot, official_a, entry(signed_households=11), token="site-token-1")).code == (
        "already_sent"
    )
    actions.return_(report=first, comment="请附台账", by=reviewer, reach=reach_for(reviewer))
    assert (fresh(plot).pending, fresh(plot).as_of) == (0, None)
    assert Notice.objects.filter(person=official_a, subject_type="site", subject_code=plot.code).count() == 1
    again = submit(plot, official_a, said)
    actions.withdraw(report=again, by=official_a)
    assert fresh(plot).pending == 0


def test_a_newer_report_takes_the_place_of_ones_own_waiting_one(plot, official_a):
    earlier = submit(plot, official_a, entry(signed_households=10))
    submit(plot, official_a, entry(signed_households=12))
    earlier.refresh_from_db()
    assert (earlier.state, fresh(plot).pending) == ("withdrawn", 1)


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({}, "", "entry_empty"),
        ({"signed_land": 5}, "signed_land", "entry_not_of_use"),
        ({"signed_households": "3.5"}, "signed_households", "entry_not_whole"),
        ({"signed_households": -1}, "signed_households", "entry_negative"),
        ({"signed_area": 10**10}, "signed_area", "entry_too_large"),
        ({"surveyed_households": 10**6 + 1}, "surveyed_households", "entry_too_large"),
        ({"decided_households": 101}, "decided_households", "entry_beyond_scope"),
        ({"signed_area": "100.00001"}, "signed_area", "too_many_decimals"),
        ({"signed_households": 101}, "signed_households", "entry_beyond_scope"),
        ({"signed_households": 9, "vacated_households": 10}, "vacated_households", "entry_beyond_stage"),
        ({"vacated_households": 9, "demolished_households": 10}, "demolished_households", "entry_beyond_stage"),
        ({"signed_households": 9, "cash_households": 10}, "cash_households", "entry_kinds_beyond_signed"),
    ],
)
def test_what_breaks_a_rule_is_not_written(plot, official_a, said, field, code):
    fault = refusal(lambda: submit(plot, official_a, entry(**said)))
    assert isinstance(fault, Invalid)
    assert (fault.field, fault.code) == (field, code)
    assert not Report.objects.filter(site=plot).exists()
    assert fresh(plot).pending == 0
    assert fault.code not in CODES or set(fault.inputs) == set(CODES[fault.code])


def test_a_cumulative_figure_neither_falls_nor_disappears_but_in_a_correction(plot, official_a, reviewer):
    first = tell(plot, official_a, reviewer, entry(signed_households=40, signed_area=8000))
    low = refusal(lambda: submit(fresh(plot), official_a, entry(signed_households=39, signed_area=8000)))
    gone = refusal(lambda: submit(fresh(plot), official_a, entry(signed_households=40)))
    assert [(one.field, one.code) for one in (low, gone)] == [
        ("signed_households", "entry_falls"),
        ("signed_area", "entry_gone"),
    ]
    unsaid = refusal(lambda: submit(plot, official_a, entry(signed_households=39), supersedes=first))
    assert unsaid.code == "correction_needs_reason"
    tell(plot, official_a, reviewer, entry(signed_households=39), supersedes=first, reason="重复计数")
    assert (fresh(plot).signed_households, fresh(plot).signed_area) == (39, None)


def test_stale_retired_foreign_and_own_are_refused(plot, official_a, official_b, reviewer):
    version = plot.version
    waiting = submit(plot, official_a, entry(signed_households=10), version=version)
    assert refusal(lambda: actions.accept(report=waiting, by=official_a, reach=reach_for(official_a))).right
    accept(waiting, reviewer)
    assert refusal(lambda: submit(plot, official_a, entry(signed_households=11), version=version)).code == "stale"
    assert refusal(lambda: submit(plot, official_b, entry(signed_households=11))).code == "no_right"
    assert AuditEvent.objects.filter(refused=True, subject_type="site", subject_code=plot.code).count() == 1
    with writing():
        Site.objects.filter(pk=plot.pk).update(retired_at=timezone.now())
    assert refusal(lambda: submit(plot, official_a, entry(signed_households=11))).code == "retired"


def test_evidence_of_a_waiting_report_is_the_authors(plot, official_a, official_b):
    report = submit(plot, official_a, entry(signed_households=10))
    assert evidence.add(report=report, files=NO_FILES, by=official_a) == []
    assert refusal(lambda: evidence.add(report=report, files=NO_FILES, by=official_b)).right


def test_a_metric_that_adds_up_the_ledger_follows_its_sites(plot, official_a, reviewer):
    other = a_site("T-2", project=plot.project.code)
    land = a_site("T-3", Use.LAND, scope={"land": 50}, project=plot.project.code)
    with writing():
        metric = Metric(
            code="T-M", name="已拆面积", programme=plot.project.programme, project=plot.project, unit=plot.unit,
            direction="increase", form="amount", measure="万平方米", derived=True,
            ledger="residential.demolished_area",
        )  # fmt: skip
        metric.save()
    done: dict[str, Any] = {"signed_area": 9000, "vacated_area": 9000}
    tell(plot, official_a, reviewer, entry(**done, demolished_area=7000), TODAY - timedelta(days=1))
    metric.refresh_from_db()
    assert (metric.value_low, metric.value_qualifier) == (Decimal("0.7"), "at_least")
    tell(other, official_a, reviewer, entry(**done, demolished_area="1250.5"))
    tell(land, official_a, reviewer, entry(signed_land=3))
    metric.refresh_from_db()
    assert (metric.value_low, metric.value_qualifier) == (Decimal("0.82505"), "exact")
    assert (metric.as_of, metric.parts_counted) == (TODAY - timedelta(days=1), 2)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("submit"), st.integers(0, 3), st.integers(0, 60), st.booleans()),
        st.tuples(st.just("correct"), st.integers(0, 3), st.integers(0, 3), st.integers(0, 60)),
        st.tuples(st.just("decide"), st.integers(0, 3), st.booleans()),
    ),
    min_size=4,
    max_size=8,
)


def obvious(plot: Site) -> Report | None:
    """The latest counting report, one clause at a time."""
    accepted = [one for one in Report.objects.filter(site=plot).select_related("on_site") if one.state == "accepted"]
    standing: list[Any] = [one for one in accepted if all(other.supersedes_id != one.pk for other in accepted)]
    standing.sort(key=lambda one: (one.as_of, one.accepted_at, one.pk))
    return standing[-1] if standing else None


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(steps=STEPS)
def test_the_state_of_a_site_is_what_its_latest_report_says(steps):
    from tests.cast import everybody

    with transaction.atomic():
        people, plot = everybody(), a_site()
        made: list[int] = []
        official, reviewer = people["official-a"], people["reviewer"]
        for kind, *rest in steps:
            with suppress(Refused, IndexError):
                if kind == "decide":
                    act: Any = actions.accept if rest[1] else actions.return_
                    said = {} if rest[1] else {"comment": "请核实"}
                    act(report=Report.objects.get(pk=made[rest[0]]), by=reviewer, reach=reach_for(reviewer), **said)
                else:
                    about: dict[str, Any] = (
                        {} if kind == "submit" else {"supersedes": Report.objects.get(pk=made[rest[0]])}
                    )
                    about |= {"reason": "更正"} if about else {}
                    back, figure = (rest[0], rest[1]) if kind == "submit" else (rest[1], rest[2])
                    held = entry({Obstacle.OTHER: figure % 3}, signed_households=figure, signed_area=figure * 100)
                    made.append(submit(plot, official, held, TODAY - timedelta(days=back), **about).pk)
                    if kind == "correct" or rest[2]:
                        accept(Report.objects.get(pk=made[-1]), reviewer)
            row, counting = fresh(plot), obvious(plot)
            assert (row.report_id, row.as_of) == ((counting.pk, counting.as_of) if counting else (None, None))
            source: Any = counting.on_site if counting else None
            for name in FIGURES:
                assert getattr(row, name) == (getattr(source, name) if source else None)
            assert row.obstacles == (source.obstacles if source else {})
            assert row.pending == Report.objects.submitted().filter(site=plot).count()
        transaction.set_rollback(True)
