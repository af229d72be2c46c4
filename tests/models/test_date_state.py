"""The SQL twin of the date states says what the pure function says, whatever the row."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tracker.domain.states import Status, read
from tracker.models import Milestone
from tracker.models.guard import writing

ON = date(2026, 11, 20)
near = st.one_of(st.none(), st.integers(-40, 40).map(lambda days: ON + timedelta(days=days)))


@st.composite
def states(draw: st.DrawFn) -> dict[str, object]:
    """The columns a state is read from, in every combination, near the day it is read on."""
    status = draw(st.sampled_from(["", *(item.value for item in Status)]))
    return {
        "due_latest": draw(near),
        "status": status,
        "as_of": draw(near) if status else None,
        "actual_finish": draw(near) if status == Status.DONE else None,
        "forecast_latest": draw(near),
        "progress": draw(st.one_of(st.none(), st.integers(0, 100).map(Decimal))),
    }


class TwinTest(TestCase):
    """Each example writes one row and rolls it back."""

    @settings(max_examples=100, deadline=None)
    @given(columns=states(), tracking=near, on=st.integers(-20, 20).map(lambda days: ON + timedelta(days=days)))
    def test_sql_reads_what_python_reads(self, columns: dict[str, object], tracking: date | None, on: date) -> None:
        row = Milestone.objects.select_related("project__programme").first()
        assert row is not None
        programme = row.project.programme
        with writing():
            programme.tracking_from = tracking
            programme.save(update_fields=["tracking_from"])
            Milestone.objects.filter(pk=row.pk).update(**columns)
        found = Milestone.objects.with_date_state(on).get(pk=row.pk)
        assert found.date_state == read(found.facts(tracking), on).state


@pytest.mark.django_db
def test_every_loaded_milestone_has_the_same_state_in_both() -> None:
    for on in (ON, ON - timedelta(days=400), ON + timedelta(days=800)):
        for row in Milestone.objects.with_date_state(on).select_related("project__programme"):
            assert row.date_state == read(row.facts(row.project.programme.tracking_from), on).state, row.code
