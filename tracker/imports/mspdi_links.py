"""The links of a Project file: type and lag in days, and which of them cannot be kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import ceil

from tracker.domain.schedule_file import FileLink, FileTask, Tied
from tracker.imports.mspdi import RawPlan
from tracker.imports.mspdi_values import ELAPSED, LINK_TYPES, MINUTES, PERCENT, Clock, whole, yes

LONGEST_LAG = 3650
"""Days, either way, as the column allows."""
MOST = 20_000


def links(
    tasks: Sequence[FileTask],
    names: Mapping[str, str],
    plan: RawPlan,
    hours: Clock,
    note: Callable[[str, str], None],
) -> Iterator[FileLink]:
    """The ties between the tasks that are taken; each pair once. `names` are those of all tasks of the file, by UID."""
    by_uid = {str(task.uid): task for task in tasks}
    for raw in plan.tasks:
        successor = by_uid.get(raw.values.get("UID", ""))
        if successor is None:
            continue
        seen: set[str] = set()
        for values in raw.links[:MOST]:
            uid = values.get("PredecessorUID", "")
            predecessor = by_uid.get(uid)
            between = f"{names.get(uid, uid) or '?'} → {successor.name}"
            if yes(values.get("CrossProject", "")) or uid not in names:
                note("link_external", between)
            elif predecessor is None:
                note("link_to_untaken", between)
            elif uid in seen or predecessor.uid == successor.uid:
                note("link_twice", between)
            elif (tied := _tied(values, predecessor, hours, note, between)) is not None:
                seen.add(uid)
                yield FileLink(predecessor.uid, successor.uid, tied)


def _tied(
    values: Mapping[str, str], predecessor: FileTask, hours: Clock, note: Callable[[str, str], None], between: str
) -> Tied | None:
    kind = LINK_TYPES.get(values.get("Type", "1") or "1")
    style = values.get("LagFormat", "7") or "7"
    amount = whole(values.get("LinkLag", "0") or "0")
    if kind is None or amount is None:
        note("bad_link", between)
        return None
    elapsed = style in ELAPSED
    if style in PERCENT:  # of the predecessor's duration
        unit, exact = predecessor.cells.unit, predecessor.cells.duration * amount / 100
        if amount:
            note("lag_percent", between)
    else:  # tenths of a minute
        unit, exact = ("d" if elapsed else "wd"), amount / 10 / (MINUTES if elapsed else hours.per_day)
    lag = ceil(exact - 0.001)
    if abs(lag - exact) > 0.01 and style not in PERCENT:
        note("lag_rounded", between)
    if abs(lag) > LONGEST_LAG:
        note("lag_too_long", between)
        return None
    return Tied(kind, lag, unit if lag else "d")
