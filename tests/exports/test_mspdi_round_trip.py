"""Whatever the plan of a milestone, its schedule file read back says the same: dates, durations, bounds, state."""

import io
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.actions.schedule_file_plans import exported
from tracker.actions.schedule_file_reports import shown
from tracker.domain.calendars import Calendar
from tracker.domain.schedule_file import Cells, as_exported
from tracker.exports import mspdi
from tracker.imports.mspdi_plan import read, understood
from tracker.models import Dependency, Milestone
from tracker.queries.schedule_files import Holiday, Schedule, Section

FIRST = date(2025, 1, 1)
OFF = {date(2027, 2, 8), date(2027, 2, 9)}
WORKED = {date(2027, 2, 20)}
DAYS = [FIRST + timedelta(at) for at in range(1500)]
CALENDAR = Calendar(
    FIRST, DAYS[-1], frozenset(day for day in DAYS if (day.weekday() < 5 or day in WORKED) - (day in OFF))
)
HOLIDAYS = [Holiday(day, day in WORKED, "假") for day in sorted(OFF | WORKED)]
SOME_DAY = st.dates(date(2026, 6, 1), date(2028, 1, 31))
BOUNDS = st.sampled_from(("start_no_earlier", "finish_no_later", "must_start", "must_finish"))


@st.composite
def rows(draw: Any) -> Milestone:
    bound = draw(st.none() | st.tuples(BOUNDS, SOME_DAY))
    duration = draw(st.none() | st.integers(0, 60))
    start, due = draw(st.none() | SOME_DAY), draw(st.none() | SOME_DAY)
    done = draw(st.booleans())
    begun = draw(st.none() | SOME_DAY)
    return Milestone(
        name=draw(st.text(max_size=20)) + "节点", planned_start=start, due_latest=due, duration=duration,
        duration_unit=draw(st.sampled_from(("d", "wd"))) if duration is not None else "",
        constraint=bound[0] if bound else "", constraint_day=bound[1] if bound else None, first_due_latest=due,
        status="done" if done else "",
        progress=Decimal(100) if done else draw(st.none() | st.decimals(0, 99, places=2)),
        actual_start=begun, actual_finish=(begun or FIRST) + timedelta(draw(st.integers(1, 9))) if done else None,
    )  # fmt: skip


@settings(max_examples=60)
@given(st.lists(rows(), min_size=2, max_size=4), st.integers(-300, 300), st.sampled_from(("d", "wd")))
def test_what_is_written_reads_back_as_it_was(milestones: list[Milestone], lag: int, unit: str):
    for place, row in enumerate(milestones, start=1):
        row.pk, row.code, row.name_en = place, f"X-{place}", ""
    link = Dependency(predecessor_id=1, successor_id=2, kind="SS", lag=lag, lag_unit=unit)
    schedule = Schedule("X", "工程", [Section("X", "项目", milestones)], [link], CALENDAR, HOLIDAYS)
    text = "".join(mspdi.document(schedule, today=date(2026, 11, 20)))
    found = understood(read(io.BytesIO(text.encode())), CALENDAR)
    for row, task in zip(milestones, found.tasks, strict=True):
        assert (task.code, task.cells) == (row.code, exported(row, CALENDAR))
        assert task.actuals == shown(row)
    (tie,) = found.links
    assert (tie.predecessor, tie.successor, tie.tied.kind, tie.tied.lag) == (2, 3, "SS", lag)
    assert {one.code for one in found.notes} <= {"summary", "no_finish", "hours"}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # Publicity of three days that the law keeps open from Friday to Tuesday: five days lie between.
        (Cells(date(2027, 3, 26), date(2027, 3, 30), 3, "d"), (5, "d")),
        # Ten worked days in a fortnight from Monday to Friday week; a shorter length gives way to the days.
        (Cells(date(2027, 3, 1), date(2027, 3, 12), 4, "wd"), (10, "wd")),
        # Nothing is worked on that weekend: natural days.
        (Cells(date(2027, 3, 6), date(2027, 3, 7), 1, "wd"), (2, "d")),
        # Held to a day, Project places it by its duration.
        (Cells(date(2027, 3, 1), date(2027, 3, 12), 4, "wd", "must_finish", date(2027, 3, 12)), (4, "wd")),
    ],
)
def test_days_and_duration_never_contradict_each_other(cells: Cells, expected: tuple[int, str]):
    found = as_exported(cells, unknown_duration=False, calendar=CALENDAR)
    assert (found.start, found.finish) == (cells.start, cells.finish)
    assert (found.duration, found.unit) == expected
