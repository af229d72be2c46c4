"""The day the tests run on: where the clock of a run is moved to."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from tests.clock import seconds_to_move
from tracker.audit import clock

BEIJING = timezone.get_default_timezone()


@pytest.mark.parametrize(
    ("named", "begins"),
    [
        ("", "2026-11-21T10:00"),
        ("2028-02-29", "2028-02-29T10:00"),
        ("2027-01-02T23:50", "2027-01-02T23:50"),
    ],
)
def test_a_run_begins_on_the_day_named(named: str, begins: str) -> None:
    now = datetime(2026, 11, 21, 10, tzinfo=BEIJING)
    assert now + timedelta(seconds=seconds_to_move(named, now)) == datetime.fromisoformat(begins).replace(
        tzinfo=BEIJING
    )


def test_a_run_that_would_meet_midnight_begins_earlier() -> None:
    now = datetime(2026, 11, 21, 23, 59, 58, tzinfo=BEIJING)
    assert seconds_to_move("", now) == -3600


@pytest.mark.django_db
def test_the_database_goes_by_the_clock_of_the_run() -> None:
    assert abs(clock() - timezone.now()) < timedelta(seconds=30)
