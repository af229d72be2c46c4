"""manage.py bench_network: how long the schedule network takes at several sizes. Needs no database."""

import random
import time
from collections.abc import Callable
from datetime import date, timedelta
from statistics import median
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from tracker.domain.calendars import Calendar
from tracker.domain.schedule import Activity, CycleFound, Link, Tie, schedule

SIZES = (1_000, 10_000, 60_000)
DATA_DATE = date(2026, 1, 5)
FIRST, LAST = date(2004, 1, 1), date(2075, 12, 31)


class Command(BaseCommand):
    """Times are of whole calls: objects in, placed activities with floats, drivers and causes out."""

    help = "Measure the schedule network at 1,000, 10,000 and 60,000 activities."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of activities")
        parser.add_argument("--times", type=int, default=5, help="how often each is placed (default 5)")

    def handle(self, *args: Any, **options: Any) -> None:
        calendars = {"": weekdays()}
        self.stdout.write("schedule network, seconds on one core: best (median), processor time")
        for size in options["sizes"]:
            for label, working in (("natural days", 0.0), ("half in working days", 0.5)):
                activities, ties = network(size, working=working)

                def place(activities: list[Activity] = activities, ties: list[Tie] = ties) -> None:
                    schedule(activities, ties, data_date=DATA_DATE, calendars=calendars)

                self._write(size, len(ties), label, [_timed(place) for _ in range(options["times"])])
            circle = [*ties, Tie(activities[-1].key, activities[0].key)]
            self._write(size, len(circle), "circle refused", [_timed(lambda: refused(activities, circle, calendars))])  # noqa: B023

    def _write(self, size: int, ties: int, label: str, times: list[tuple[float, float]]) -> None:
        best, middle = min(wall for wall, _ in times), median(wall for wall, _ in times)
        busy = min(busy for _, busy in times)
        self.stdout.write(f"{size:>7,} activities {ties:>8,} ties  {label:<22}{best:>7.3f} ({middle:.3f}) {busy:>7.3f}")


def network(count: int, *, working: float = 0.0, seed: int = 1) -> tuple[list[Activity], list[Tie]]:
    """Sixty chains side by side, tied among each other: two ties an activity, mostly finish–start.

    `working` is the share in working days. All chains leave the first activity, so a tie from the last one to it closes
    a circle.
    """
    chance = random.Random(seed)  # noqa: S311 - a plan to measure, nothing secret
    activities = [
        Activity(f"A{n}", chance.choice((0, 1, 2, 3, 5, 8)), "wd" if chance.random() < working else "d")
        for n in range(count)
    ]
    kinds = (Link.FS,) * 7 + (Link.SS, Link.FF, Link.SF)
    ties = []
    for n in range(1, count):
        before = (max(0, n - 60), max(0, n - chance.randint(60, 600)))
        ties += [Tie(f"A{m}", f"A{n}", chance.choice(kinds), chance.choice((-2, 0, 0, 0, 3))) for m in before]
    return activities, ties


def refused(activities: list[Activity], ties: list[Tie], calendars: dict[str, Calendar]) -> tuple[str, ...]:
    """The loop that placing such a network names."""
    try:
        schedule(activities, ties, data_date=DATA_DATE, calendars=calendars)
    except CycleFound as cycle:
        return cycle.loop
    raise AssertionError("a circle was placed")


def weekdays() -> Calendar:
    """Monday to Friday, as far as the largest plan reaches."""
    days = (FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1))
    return Calendar(FIRST, LAST, frozenset(day for day in days if day.weekday() < 5))


def _timed(act: Callable[[], Any]) -> tuple[float, float]:
    began, busy = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - began, time.process_time() - busy
