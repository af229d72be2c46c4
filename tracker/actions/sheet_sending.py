"""How far the sending of a large sheet is, and stopping it.

All of a sheet is sent in one transaction, so that stopping leaves nothing behind; but nobody outside sees into it. What
there is to say meanwhile is written over a second connection, at once and for good.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections

from tracker.audit import Refused
from tracker.models import SheetSending

FEW = 500
"""So many rows are sent before anybody could stop them."""
_BEGIN = """
    INSERT INTO tracker_sheetsending (token, done, total, stopped, seen_at)
    VALUES (%s, 0, %s, false, clock_timestamp())
    ON CONFLICT (token) DO UPDATE SET done = 0, total = EXCLUDED.total, stopped = false, seen_at = EXCLUDED.seen_at
"""
_STEP = "UPDATE tracker_sheetsending SET done = %s, seen_at = clock_timestamp() WHERE token = %s RETURNING stopped"
_END = "DELETE FROM tracker_sheetsending WHERE token = %s"


@contextmanager
def sending(token: str, total: int) -> Iterator[Callable[[int], None]]:
    """Tell how far the sending inside is: call what is given with the number of rows done.

    It raises Refused('sheet_stopped') once somebody stopped it. That it cannot be told keeps nobody from sending.
    """
    if total <= FEW:
        yield lambda _done: None
        return
    with closing(connections.create_connection(DEFAULT_DB_ALIAS)) as beside:
        _tell(beside, _BEGIN, [token, total])
        try:
            yield lambda done: _step(beside, token, done)
        finally:
            _tell(beside, _END, [token])


def stop(token: str) -> bool:
    """Have the sending of that upload stop and take everything back; False where nothing is being sent."""
    return bool(SheetSending.objects.filter(token=token).update(stopped=True))


def _step(beside: Any, token: str, done: int) -> None:
    if _tell(beside, _STEP, [done, token]):
        raise Refused("sheet_stopped")


def _tell(beside: Any, statement: str, values: list[Any]) -> bool:
    """Whether the sending was stopped."""
    with suppress(DatabaseError), beside.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone() if cursor.description else None
        return bool(row and row[0])
    return False
