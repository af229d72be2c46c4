"""Metrics made from parts: who decides, what is refused, and a stored figure that follows the parts at every moment."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.actions.test_reports_together import together
from tests.cast import reach_for
from tests.family import TODAY, accept, derive, family, fresh, official, planner, submit, tell
from tracker.actions import plans
from tracker.actions.derived import work_out_all
from tracker.actions.plans import Change
from tracker.audit import Refused, clock, recording
from tracker.domain import quantities
from tracker.domain.aggregation import Role
from tracker.domain.progress import Aggregation
from tracker.models import AuditEvent, Derivation, Metric, Report
from tracker.models.guard import writing
from tracker.queries.state import overlay_metrics

FAR = date(9999, 12, 31)
STATE = (
    *("value_low", "value_high", "value_qualifier", "as_of", "report_id", "reported_at"),
    *("parts_counted", "parts_total", "derived", "aggregation"),
)
MU, NONE = Fraction(2000, 3), Aggregation.NONE


@pytest.fixture
def kin(db: None) -> dict[str, Metric]:
    return family()


def state(row: Metric) -> tuple[Any, ...]:
    row = fresh(row)
    return row.value_low, row.value_high, row.value_qualifier, row.as_of, row.parts_counted, row.parts_total


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_a_sum_follows_its_parts(kin):
    yesterday = TODAY - timedelta(days=1)
    tell(kin["A"], "约5亩", yesterday)
    derive(kin["W"], kin["A"], kin["B"])
    assert state(kin["W"]) == (5, None, "at_least", yesterday, 1, 2)
    tell(kin["B"], "1公顷")
    assert state(kin["W"]) == (20, 20, "about", yesterday, 2, 2)
    wrong = tell(kin["A"], "6亩")
    assert state(kin["W"]) == (21, 21, "exact", TODAY, 2, 2)
    tell(kin["A"], "3亩", yesterday, supersedes=wrong, reason="更正")
    assert state(kin["W"])[:4] == (18, 18, "exact", yesterday)
    row = fresh(kin["W"])
    assert row.report is not None
    assert row.report.metric_id == kin["A"].pk, "the report that dates the figure"
    assert row.reported_at == Report.objects.filter(metric=kin["A"]).latest("accepted_at").accepted_at
    event: Any = AuditEvent.objects.get(action="metric.derive")
    assert event.after["parts"] == [["FAM-A", "part"], ["FAM-B", "part"]]


def test_nested_parts_carry_all_the_way_up_and_targets_weigh(kin):
    derive(kin["W"], kin["A"], kin["B"])
    derive(kin["TOP"], kin["W"], kin["C"], how=Aggregation.WEIGHTED)
    for name, text in (("A", "10亩"), ("B", "1公顷"), ("C", "55亩")):
        tell(kin[name], text)
    assert state(kin["TOP"])[2:] == ("", None, 2, 2), "no part has a target to weigh by"
    by = planner()
    for name, target in (("W", "100亩"), ("C", "300亩")):
        plans.retarget(
            metric=fresh(kin[name]), target=quantities.parse(target), due=None, change=Change(reason="定目标"),
            by=by, reach=reach_for(by),
        )  # fmt: skip
    assert state(kin["TOP"])[:3] == (Decimal("47.5"), Decimal("47.5"), "exact")
    tell(kin["A"], "30亩")
    assert state(kin["TOP"])[0] == Decimal("52.5")


def test_a_ratio_of_sums(kin):
    derive(kin["RATE"], (kin["A"], Role.NUMERATOR), (kin["B"], Role.DENOMINATOR), how=Aggregation.RATIO_OF_SUMS)
    tell(kin["A"], "3亩")
    assert state(kin["RATE"])[2:] == ("", None, 1, 2)
    assert fresh(kin["RATE"]).incomplete
    tell(kin["B"], "1公顷")
    assert state(kin["RATE"])[:3] == (20, 20, "exact")


def test_what_is_refused(kin, official_a, stranger):
    a, b, c, w = (kin[name] for name in "ABCW")
    assert refusal(lambda: derive(w, a, b, by=official_a)) == "no_right"
    assert AuditEvent.objects.filter(action="metric.derive", refused=True).count() == 1
    assert refusal(lambda: derive(w, a, b, reason=" ")) == "derive_reason_missing"
    assert refusal(lambda: derive(w, a, b, reason="长" * 301)) == "reason_too_long"
    assert refusal(lambda: derive(w, a, b, version=99)) == "stale"
    assert refusal(lambda: derive(w, a, w)) == "part_itself"
    assert refusal(lambda: derive(w, a, Metric.named("PQ-M-01"))) == "part_elsewhere"
    assert refusal(lambda: derive(w, a, kin["HOMES"])) == "parts_wrong_dimension"
    assert refusal(lambda: derive(w, a, b, how=NONE)) == "parts_need_formula"
    assert refusal(lambda: derive(w, how=NONE)) == "parts_unchanged"
    with writing():
        Metric.objects.filter(pk=c.pk).update(parent=w)
    assert refusal(lambda: derive(w, a, c)) == "part_taken", "it stands beside, with a basis of its own"
    with writing():
        Metric.objects.filter(pk=c.pk).update(parent=None)
    derive(w, a, b)
    assert refusal(lambda: derive(w, a, b)) == "parts_unchanged"
    assert refusal(lambda: derive(kin["TOP"], a, c)) == "part_taken"
    assert refusal(lambda: derive(a, w, c)) == "part_loop"
    assert refusal(lambda: submit(w, "5亩")) == "metric_is_derived"
    waiting = submit(c, "5亩")
    assert refusal(lambda: derive(c, kin["D"], kin["TOP"])) == "derive_waiting"
    accept(waiting)
    assert refusal(lambda: derive(c, kin["D"], kin["TOP"])) == "derive_reported"
    assert Derivation.objects.filter(metric__code__startswith="FAM").count() == 1


def test_undone_it_is_reported_again_and_its_parts_are_free(kin):
    tell(kin["A"], "5亩")
    derive(kin["W"], kin["A"], kin["B"])
    derive(kin["W"], how=NONE, reason="改由单位填报")
    assert state(kin["W"]) == (None, None, "", None, 0, 0)
    row = fresh(kin["A"])
    assert (row.part, row.parent) == ("", None)
    assert not fresh(kin["W"]).derived
    tell(kin["W"], "9亩")
    assert state(kin["W"])[0] == 9
    derive(kin["TOP"], kin["A"], kin["W"])
    assert state(kin["TOP"])[0] == 14


def test_many_rows_changed_at_once_are_worked_out_from_below(kin):
    derive(kin["W"], kin["A"], kin["B"])
    derive(kin["TOP"], kin["W"], kin["C"])
    for name, text in (("A", "10亩"), ("B", "1公顷"), ("C", "5亩")):
        tell(kin[name], text)
    right = state(kin["TOP"])
    assert right[0] == 30
    with writing():
        Metric.objects.filter(derived=True).update(value_low=None, value_high=None, value_qualifier="", as_of=None)
    with recording():
        work_out_all()
    assert state(kin["TOP"]) == right


def obvious(name: str, kin: dict[str, Metric], made: dict[str, list[str]], on: date, known: Any) -> tuple[Any, ...]:
    """The sum, read as the rule is written: (low in m², reported parts, parts, day of the stalest, all there)."""
    low, counted = Fraction(0), 0
    days: list[date] = []
    for part in made[name]:
        if part in made:
            inner = obvious(part, kin, made, on, known)
            low, days, counted = low + inner[0], days + inner[3], counted + inner[4]
            continue
        said = [
            report
            for report in Report.objects.filter(metric=kin[part], state="accepted", accepted_at__lte=known)
            if report.as_of <= on
            and not Report.objects.filter(supersedes=report, state="accepted", accepted_at__lte=known).exists()
        ]
        if said:
            latest = max(said, key=lambda report: (report.as_of, report.accepted_at, report.pk))
            low, counted = low + Fraction(latest.on_metric.base_low or 0), counted + 1
            days.append(latest.as_of)
    return low, counted, len(made[name]), days, counted == len(made[name])


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.sampled_from("ABCD"), st.integers(0, 4), st.integers(0, 99)),
        st.tuples(st.just("correct"), st.integers(0, 3), st.integers(0, 4), st.integers(0, 99)),
        st.tuples(st.just("make"), st.sampled_from(("W=AB", "W=ABD", "W=", "TOP=WC", "TOP=ACD", "TOP="))),
    ),
    min_size=4,
    max_size=7,
)


def carried_out(step: tuple[Any, ...], kin: dict[str, Metric], told: list[Report], made: dict[str, list[str]]) -> None:
    with suppress(Refused, IndexError):
        if step[0] == "make":
            name, parts = step[1].split("=")
            chosen = [kin[part] for part in parts]
            derive(kin[name], *chosen, how=Aggregation.SUM if parts else NONE)
            made.pop(name, None)
            if parts:
                made[name] = list(parts)
            return
        day, figure = TODAY - timedelta(days=step[2]), step[3]
        text = f"{figure}公顷" if figure % 3 == 0 else f"{figure}亩"
        if step[0] == "tell":
            told.append(tell(kin[step[1]], text, day))
        else:
            wrong = told[step[1]]
            told.append(tell(wrong.metric, text, day, supersedes=wrong, reason="更正"))


@pytest.mark.django_db
@settings(
    max_examples=3, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=[Phase.generate]
)
@given(steps=STEPS)
def test_the_stored_figure_is_what_the_parts_make_at_any_moment(steps):
    with transaction.atomic():
        kin, seen = family(), []
        told: list[Any] = []
        made: dict[str, list[str]] = {}
        for step in (("make", "W=AB"), ("make", "TOP=WC"), *steps):
            carried_out(step, kin, told, made)
            now = clock()
            for name in ("W", "TOP"):
                row = fresh(kin[name])
                assert row.derived == (name in made)
                if name in made:
                    low, counted, parts, days, _all = obvious(name, kin, made, FAR, now)
                    assert (row.parts_counted, row.parts_total) == (counted, parts)
                    assert row.as_of == (min(days) if days else None)
                    assert abs(Fraction(row.value_low or 0) * MU - low) < Fraction(1, 100)
                seen.append((now, name, [getattr(row, column) for column in STATE], dict(made)))
        for known, name, then, had in seen:
            row = fresh(kin[name])
            overlay_metrics([row], on=FAR, known=known)
            if not row.derived:
                then[STATE.index("aggregation")] = row.aggregation
            assert [getattr(row, column) for column in STATE] == then
            on = TODAY - timedelta(days=2)
            overlay_metrics([row], on=on, known=known)
            if name in had:
                low, counted, parts, days, _all = obvious(name, kin, had, on, known)
                assert (row.parts_counted, row.parts_total, row.as_of) == (counted, parts, min(days) if days else None)
                assert abs(Fraction(row.value_low or 0) * MU - low) < Fraction(1, 100)
        transaction.set_rollback(True)


def test_two_parts_accepted_at_once_are_both_counted(own_database):
    kin = family()
    official(), planner()
    derive(kin["W"], kin["A"], kin["B"])
    derive(kin["TOP"], kin["W"], kin["C"])
    for round_ in (1, 2, 3):
        waiting = [submit(kin[name], f"{round_}{tail}亩") for name, tail in (("A", 1), ("B", 2), ("C", 3))]
        found = together([partial(accept, one) for one in waiting])
        assert all(isinstance(one, Report) for one in found), found
        assert state(kin["TOP"])[0] == round_ * 30 + 6
