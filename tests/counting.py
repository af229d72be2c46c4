"""Counts the SQL statements of a page and holds them to `tests/query_counts.json`, which is reviewed like code.

`count_queries("overview")` around the request. When a count changes for a reason, `pytest --update-query-counts`
writes the new one down; the file's diff then shows what a change costs.
"""

import fcntl
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.db import connection

RECORDED = Path(__file__).with_name("query_counts.json")
NOT_COUNTED = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO SAVEPOINT")
RENDERS = {("django/template/base.py", "_render"), ("django/test/utils.py", "instrumented_test_render")}


@dataclass(slots=True)
class Statements:
    """What was sent to the database; `while_rendering` are those sent by a template that was being rendered."""

    sql: list[str] = field(default_factory=list)
    while_rendering: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.sql)

    def note(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        """Write the statement down and let it pass; the signature is Django's `execute_wrapper`."""
        text = str(sql)
        if not text.startswith(NOT_COUNTED):
            self.sql.append(text)
            if rendering():
                self.while_rendering.append(text)
        return execute(sql, params, many, context)

    def listing(self) -> str:
        """The statements, alike ones together, most frequent first."""
        return "\n".join(f"  {count} × {text[:400]}" for text, count in Counter(self.sql).most_common())


def rendering() -> bool:
    """Whether a template is being rendered further up; the context processors run before that and may ask."""
    frame: FrameType | None = sys._getframe()
    while frame:
        code = frame.f_code
        if any(code.co_name == name and code.co_filename.endswith(path) for path, name in RENDERS):
            return True
        frame = frame.f_back
    return False


@contextmanager
def statements() -> Iterator[Statements]:
    """Write down every statement sent inside."""
    found = Statements()
    with connection.execute_wrapper(found.note):
        yield found


def recorded() -> dict[str, int]:
    """The counts on record, by name."""
    return dict(json.loads(RECORDED.read_text(encoding="utf-8"))) if RECORDED.exists() else {}


def write_down(name: str, count: int) -> None:
    """Put a count on record; test processes that run side by side take turns."""
    with RECORDED.open("a+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        counts = json.loads(file.read() or "{}") | {name: count}
        file.truncate(0)
        file.write(json.dumps(dict(sorted(counts.items())), indent=2) + "\n")


BY_DAY = {"grid", "overview"}
"""Pages that ask kind by kind for what is due or has changed: where a day has no such kind they ask less."""


def hold(name: str, found: Statements, *, update: bool) -> None:
    """Fail unless the page sends as many statements as on record, all of them before it is rendered."""
    if found.while_rendering:
        listing = "\n".join(f"  {text[:400]}" for text in found.while_rendering)
        pytest.fail(f"{name}: rendering asks the database, the query has to bring it:\n{listing}")
    if update:
        write_down(name, len(found))
        return
    expected = recorded().get(name)
    fewer = name in BY_DAY and expected is not None and len(found) < expected
    if expected != len(found) and not fewer:
        pytest.fail(
            f"{name}: {len(found)} statements, on record are {expected}.\n{found.listing()}\n"
            "If the change is meant: pytest --update-query-counts, and say why in the commit."
        )


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-query-counts` records instead of checking."""
    parser.addoption("--update-query-counts", action="store_true", help="write the query counts down")


@pytest.fixture
def count_queries(request: pytest.FixtureRequest) -> Callable[[str], AbstractContextManager[Statements]]:
    """Gives `with count_queries("project"): client.get(…)`: held to the count on record under that name."""

    @contextmanager
    def counting(name: str) -> Iterator[Statements]:
        with statements() as found:
            yield found
        hold(name, found, update=request.config.getoption("--update-query-counts"))

    return counting
