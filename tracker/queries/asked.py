"""Questions every page asks anew, within the reach of who asks: SQL worded once a process for each kind of reach."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from tracker.models import Role
from tracker.models.worded import WordedRows
from tracker.permissions import Permission, Post, Reach

WHOLE = "any/"
"""The path of the root of a unit tree: who reads from there sees all."""

A_DAY, ANOTHER_DAY = date(1801, 1, 1), date(1821, 1, 1)
A_MOMENT = datetime(1841, 1, 1, tzinfo=UTC)
A_KEY, ANOTHER_KEY = -1801, -1821
"""Samples of values, as no query has them of its own."""


class Asked:
    """A question within reach: `rows` gives its query set for a reach and for values like `samples` (see WordedRows).

    The condition of a reach depends on how many units it begins at; whoever sees all has none.
    """

    def __init__(self, rows: Callable[..., Any], *samples: Any) -> None:
        self.rows = rows
        self.samples = samples
        self.worded: dict[int, WordedRows] = {}

    def all(self, reach: Reach, *given: Any) -> list[Any]:
        """The answer: rows, or tuples of values; one query, none for somebody who reaches nothing."""
        paths = () if reach.sees_all() else reach.paths(Permission.READ)
        if not (paths or reach.sees_all()):
            return []
        worded = self.worded.get(len(paths))
        if worded is None:
            worded = self.worded[len(paths)] = self._worded(len(paths))
        return worded.all(*paths, *given)

    def _worded(self, count: int) -> WordedRows:
        """The question of anybody who reaches as many units: their paths become values among the others."""

        def rows(*given: Any) -> Any:
            posts = [Post(Role.LEADER, 0, "", path, "", "") for path in given[:count] or [WHOLE]]
            return self.rows(Reach(0, tuple(posts)), *given[count:])

        return WordedRows(rows, *(f"any-{number}/of/" for number in range(count)), *self.samples)
