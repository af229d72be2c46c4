"""The made-up portfolio and the cast of the training scenario: repeatable, and never against the rules."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest

from tracker.domain import simulating
from tracker.domain.quantities import Qualifier, Quantity
from tracker.domain.reporting import check_metric_report, check_milestone_report
from tracker.domain.simulating import MadeProject, MadeReport
from tracker.domain.simulating_training import FINISHED, Fate, Part, Work, cast, course
from tracker.domain.states import DateState, Facts, Status, read

TODAY = date(2026, 11, 20)


def projects(count: int = 40, seed: int = 7, today: date = TODAY) -> list[MadeProject]:
    return list(simulating.portfolio(projects=count, seed=seed, today=today))


def test_same_seed_and_day_make_the_same_portfolio():
    assert projects() == projects()
    assert projects() != projects(seed=8)
    assert projects() != projects(today=TODAY + timedelta(days=1))


def test_a_project_does_not_depend_on_how_many_there_are():
    assert projects(3) == projects(9)[:3]


def test_counts_are_as_promised():
    for project in projects():
        assert len(project.milestones) == simulating.STEPS_A_PROJECT
        assert all(len(one.reports) == simulating.REPORTS_A_STEP for one in project.milestones)
        assert len(project.metrics) == simulating.METRICS_A_PROJECT
        assert all(len(one.reports) == simulating.MEASUREMENTS_A_METRIC for one in project.metrics)


def test_steps_follow_one_another():
    for project in projects():
        for before, after in zip(project.milestones, project.milestones[1:], strict=False):
            assert before.due.latest is not None
            assert after.planned_start > before.due.latest
            first, then = before.reports[-1], after.reports[-1]
            if then.actual_start is not None:
                assert first.actual_finish is not None
                assert then.actual_start > first.actual_finish


def test_no_report_breaks_a_rule():
    for project in projects():
        for milestone in project.milestones:
            last = None
            for said in milestone.reports:
                assert problems(said, last) == []
                assert said.submitted_at < said.accepted_at
                last = said.as_of
        for metric in project.metrics:
            last = None
            for said in metric.reports:
                quantity = Quantity(said.value, said.value, Qualifier.EXACT, metric.measure)
                assert said.value is not None
                assert said.value <= metric.target
                found = check_metric_report(
                    quantity=quantity, metric_measure=metric.measure, metric_form=metric.form, as_of=said.as_of,
                    today=TODAY, last_as_of=last, is_correction=False, note="",
                )  # fmt: skip
                assert found == []
                last = said.as_of


def problems(said: MadeReport, last: date | None) -> list:
    return check_milestone_report(
        status=said.status, progress=said.progress, as_of=said.as_of, actual_start=said.actual_start,
        actual_finish=said.actual_finish, forecast=said.forecast, note=said.note, today=TODAY, last_as_of=last,
        is_correction=False,
    )  # fmt: skip


def test_everything_is_accepted_by_now_and_in_order():
    for project in projects():
        lives = [one.reports for one in project.milestones] + [one.reports for one in project.metrics]
        for reports in lives:
            times = [said.accepted_at for said in reports]
            assert times == sorted(set(times))
            assert times[-1].date() < TODAY


def test_a_portfolio_shows_every_state_that_a_tracked_work_can_have():
    tracked = TODAY - timedelta(days=simulating.HISTORY_DAYS)
    found: Counter[DateState] = Counter()
    for project in projects(200):
        for one in project.milestones:
            said = one.reports[-1]
            late = said.forecast.latest if said.forecast else None
            facts = Facts(
                None, one.due.latest, tracked, said.status, said.as_of, said.actual_finish, late, said.progress
            )
            found[read(facts, TODAY).state] += 1
    assert set(found) == set(DateState) - {DateState.OUTCOME_NOT_STATED, DateState.BLANK}


def works() -> list[Work]:
    day = timedelta(days=1)
    found = [Work(f"P{number}", TODAY - (20 + number) * day, False) for number in range(14)]
    found += [Work(f"S{number}", TODAY + (1 + number) * day, False) for number in range(5)]
    found += [Work(f"A{number}", TODAY + (20 + number) * day, False) for number in range(20)]
    found += [Work(f"F{number}", TODAY + (400 + number) * day, False) for number in range(8)]
    found += [Work(f"U{number}", None, False) for number in range(60)]
    return [*found, Work("D", None, True), Work("OLD", TODAY - 900 * day, False)]


def dealt(seed: int = 1, before: dict | None = None) -> dict[str, Part]:
    return cast(works(), before=before or {}, seed=seed, tracked=TODAY - timedelta(days=300), today=TODAY)


@pytest.mark.parametrize("seed", range(5))
def test_every_fate_is_dealt(seed: int):
    parts = dealt(seed)
    assert {part.fate for part in parts.values()} == set(Fate)
    assert "D" not in parts
    assert parts["OLD"].fate is Fate.UNTOUCHED
    assert parts == dealt(seed)


def test_nothing_is_done_before_what_comes_before_it():
    chain = {f"P{number}": {f"P{number + 1}"} for number in range(13)} | {"P13": {"S0"}}
    parts = dealt(before=chain)
    assert parts["S0"].fate is Fate.DUE_SOON
    assert not any(parts[f"P{number}"].fate in FINISHED for number in range(14))


def test_a_work_without_a_date_is_done_before_what_follows_it():
    late = dealt()
    finished = next(code for code, part in late.items() if part.fate is Fate.DONE and code.startswith("P"))
    parts = cast(
        works(), before={finished: {"U0"}, "U0": {"U1"}}, seed=1, tracked=TODAY - timedelta(days=300), today=TODAY
    )
    if parts[finished].fate in FINISHED:
        assert parts["U0"].fate is Fate.DONE
        assert parts["U1"].fate is Fate.DONE


STATE_OF = {
    Fate.DONE: DateState.DONE,
    Fate.DONE_LATE: DateState.DONE_LATE,
    Fate.OVERDUE_REPORTED: DateState.OVERDUE_REPORTED,
    Fate.OVERDUE_SILENT: DateState.OVERDUE_UNREPORTED,
    Fate.DUE_SOON: DateState.DUE_SOON,
    Fate.FORECAST_LATE: DateState.FORECAST_LATE,
    Fate.ON_COURSE: DateState.ON_COURSE,
    Fate.SUSPENDED: DateState.SUSPENDED,
}


@pytest.mark.parametrize("seed", range(30))
@pytest.mark.parametrize("fate", list(STATE_OF))
def test_a_course_leads_to_its_fate_by_the_rules(fate: Fate, seed: int):
    rng = random.Random(f"{seed}:{fate}")
    past = fate in (Fate.DONE, Fate.DONE_LATE, Fate.OVERDUE_REPORTED, Fate.OVERDUE_SILENT)
    days = -rng.randint(2, 100) if past else rng.randint(0, 14) if fate is Fate.DUE_SOON else rng.randint(15, 300)
    due = TODAY + timedelta(days=days)
    began = TODAY - timedelta(days=300)
    reports = course(Part(fate), due=due, begin=began, today=TODAY, rng=rng)
    last = None
    for said in reports:
        assert problems(said, last) == []
        assert said.accepted_at.date() < TODAY
        last = said.as_of
    said = reports[-1]
    late = said.forecast.latest if said.forecast else None
    facts = Facts(None, due, began, said.status, said.as_of, said.actual_finish, late, said.progress)
    assert read(facts, TODAY).state is STATE_OF[fate]


@pytest.mark.parametrize("fate", list(Fate))
@pytest.mark.parametrize("days", [1, 4, 6, 9, 20])
def test_a_late_beginning_is_no_trouble(fate: Fate, days: int):
    """The scenario in the first days of a year, or of a work a document spoke of lately."""
    begin = TODAY - timedelta(days=days)
    for due in (None, TODAY - timedelta(days=30), TODAY + timedelta(days=5)):
        last = None
        for said in course(Part(fate), due=due, begin=begin, today=TODAY, rng=random.Random(days)):
            assert problems(said, last) == []
            assert said.as_of >= begin
            assert said.status in set(Status)
            last = said.as_of
