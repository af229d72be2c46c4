"""The schedule of a project: agreement with the plan back from a deadline it was made from, and findings by hand."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.test_backplan import CALENDAR, TEMPLATES, TODAY, WINDOWS, planned
from tracker.domain.backplan import BackPlan
from tracker.domain.project_schedule import Held, Item, ProjectSchedule, project_schedule

ONE = timedelta(1)
BY_ID = {window.id: window for window in WINDOWS}


def applied(code: str, found: BackPlan, on: date) -> ProjectSchedule:
    """The milestones that applying the plan makes, scheduled on a day."""
    template = TEMPLATES[code]
    steps = {step.key: step for step in template.steps}
    made = {key for key, step in found.steps.items() if not step.done and not step.implied}
    items = [
        Item(
            key,
            due=found.steps[key].late_finish,
            planned_start=found.steps[key].late_start if steps[key].usual else None,
            duration=steps[key].usual,
            unit=steps[key].unit.value,
        )
        for key in steps
        if key in made
    ]
    held = [
        Held(
            BY_ID[one.window],
            BY_ID[one.window],
            one.first.step if one.first.step in made else "",
            one.last.step,
            one.first.end,
            one.last.end,
            None if one.first.step in made else found.steps[one.first.step].done,
        )
        for one in template.windows
        if one.last.step in made
    ]
    ties = [tie for tie in template.ties if {tie.predecessor, tie.successor} <= made]
    scheduled = project_schedule(items, ties, on=on, calendar=CALENDAR, held=held, goals=[template.goal])
    assert scheduled is not None
    return scheduled


@settings(max_examples=20, deadline=None)
@given(code=st.sampled_from(sorted(TEMPLATES)), back=st.integers(0, 500), later=st.integers(0, 90))
def test_the_float_after_applying_is_the_float_the_plan_shows(code: str, back: int, later: int):
    deadline, on = date(2026, 12, 31) + back * ONE, TODAY + later * ONE
    before = planned(code, deadline)
    again = planned(code, deadline, today=on)
    found = applied(code, before, on)
    for key, spot in found.spots.items():
        step = again.steps[key]
        assert (key, spot.early_finish) == (key, step.early_finish)
        assert (key, spot.late_finish) == (key, step.late_finish)
        assert (key, spot.float_days) == (key, step.float_days)
