"""Which day it is in the tests: today, or the one named by `PYTEST_DAY=2027-01-02` (or `2027-01-02T23:40`, Beijing).

Time passes as always; only where it begins is moved, for all processes of a run alike: `timezone.now`, and the
database's `clock_timestamp()` wherever our SQL asks for it. What goes by the machine instead (file times, signatures,
the browser, processes that a test starts) is not moved. A run that would meet midnight begins an hour earlier: a module
of tests takes the day once.
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.utils import timezone

NAMED, MOVED = "PYTEST_DAY", "PYTEST_MOVED"
MIDNIGHT_NEAR = timedelta(minutes=40)
BY_THE_MACHINE = ("test_fifty_at_once",)
"""Tests whose server is a process of its own, while they say themselves which day it is."""
_real = timezone.now


def seconds_to_move(named: str, now: datetime) -> int:
    """By how many seconds the clock of a run is moved that begins now, on the day named or on this one."""
    begin = now
    if named:
        said = datetime.fromisoformat(named)
        local = now.astimezone(timezone.get_default_timezone())
        begin = local.replace(**{name: getattr(said, name) for name in ("year", "month", "day")})
        if "T" in named:
            begin = begin.replace(hour=said.hour, minute=said.minute, second=0)
    local = begin.astimezone(timezone.get_default_timezone())
    if not named and (local + MIDNIGHT_NEAR).date() != local.date():
        begin -= timedelta(hours=1)
    return int((begin - now).total_seconds())


def _begin() -> int:
    """Move the clock of this process by what the first process of the run decided; returns the seconds."""
    decided = os.environ.setdefault(MOVED, str(seconds_to_move(os.environ.get(NAMED, ""), _real())))
    moved = timedelta(seconds=int(decided))
    if not moved:
        return 0

    def now() -> datetime:
        return _real() + moved

    for module in list(sys.modules.values()):  # some packages have taken the function by its name
        for name, value in list(vars(module).items()):
            if value is _real and module.__name__ != __name__:
                setattr(module, name, now)
    connection_created.connect(_move_database)
    return int(decided)


def _move_database(connection: BaseDatabaseWrapper, **_other: Any) -> None:
    if _moved not in connection.execute_wrappers:
        connection.execute_wrappers.append(_moved)


def _moved(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if isinstance(sql, str):
        sql = sql.replace("clock_timestamp()", f"(clock_timestamp() + interval '{SECONDS} seconds')")
    return execute(sql, params, many, context)


SECONDS = _begin()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On a named day, pass over what cannot be there."""
    if os.environ.get(NAMED):
        why = pytest.mark.skip(reason="its server goes by the machine's time")
        for item in items:
            if item.path.stem in BY_THE_MACHINE:
                item.add_marker(why)
