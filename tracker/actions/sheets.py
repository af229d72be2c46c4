"""Reports by spreadsheet: what a sheet says is tried out first, kept for a day, and sent by the action of every report.

The dry run is that action itself, in a transaction that is rolled back: what it would refuse is refused here, for the
same reason.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Func, IntegerField
from django.db.models.fields.json import KeyTransform

from tracker.actions.report_batches import KINDS, Answer, Proposal, submit_many
from tracker.audit import Refused, clock, record, recording
from tracker.models import Report, SheetUpload, User
from tracker.models.guard import writing
from tracker.models.subjects import kind_of
from tracker.permissions import Reach

KEPT = timedelta(hours=24)
"""How long an upload waits to be sent."""
KEPT_EACH = 3
"""Uploads one person may have waiting; an older one gives way."""
NAME_LIMIT = 120
AT_ONCE = 500
ORDER = tuple(KINDS)
"""The kinds in the order in which their rows are locked."""
NUMBER = 8
"""So much of an upload's token names it in the history; the whole of it opens its page, to its owner."""


def try_out(proposals: Sequence[Proposal], *, by: User, reach: Reach, today: date) -> list[Refused | None]:
    """What each proposal would be refused for, None if it would be stored. Nothing stays in the database.

    Some hundred at a time: their items stay locked until the rollback, and others want to report meanwhile.
    """
    found: list[Answer] = []
    for some in _some(proposals):
        with transaction.atomic():
            found += submit_many(some, by=by, reach=reach, today=today)
            transaction.set_rollback(True)
    return [one if isinstance(one, Refused) else None for one in found]


def keep(*, name: str, content: bytes, outcome: Mapping[str, Any], by: User) -> SheetUpload:
    """Keep an upload with what was found in it, until it is sent or a day has passed; clears away what is older."""
    with recording():
        now = clock()
        purge(now)
        older = SheetUpload.objects.filter(owner=by).order_by("-id").values_list("pk", flat=True)[KEPT_EACH - 1 :]
        SheetUpload.objects.filter(pk__in=list(older)).delete()
        upload = SheetUpload(
            token=uuid4().hex,
            owner=by,
            name=name[:NAME_LIMIT],
            content=content,
            outcome=dict(outcome),
            made_at=now,
            expires_at=now + KEPT,
        )
        upload.save(force_insert=True)
        after = {"file": upload.name, "rows": outcome.get("total", 0)}
        record("sheet.upload", by=by, subject_type="sheet", subject_code=upload.token[:NUMBER], after=after, at=now)
    return upload


def advance(*, upload: SheetUpload, lines: Sequence[Mapping[str, Any]], by: User) -> None:
    """Add what was found of the next rows of an upload. Raises Refused('sheet_gone') if it was thrown away meanwhile.

    Where another request was quicker with the same rows, nothing is added.
    """
    with transaction.atomic(), writing():
        # What is left is counted where it lies: the whole of it is megabytes, and we hold it already.
        left = Func(KeyTransform("rows", "outcome"), function="jsonb_array_length", output_field=IntegerField())
        held = SheetUpload.objects.select_for_update().filter(pk=upload.pk, owner=by).annotate(left=left)
        count = held.values_list("left", flat=True).first()
        if count is None:
            raise Refused("sheet_gone")
        if count == len(upload.outcome["rows"]):
            upload.outcome["rows"] = upload.outcome["rows"][len(lines) :]
            upload.outcome["lines"] += lines
            upload.save(update_fields=["outcome"])


def send(
    *,
    upload: SheetUpload,
    proposals: Mapping[str, Proposal],
    others: Mapping[str, Mapping[str, Any]],
    by: User,
    reach: Reach,
    today: date,
    tell: Callable[[str, Refused], Mapping[str, Any]],
    step: Callable[[int], None] = lambda _done: None,
) -> tuple[int, int]:
    """Store a report for each of the proposals, by the names of their rows, all in one transaction: sent, refused.

    A row that is refused now leaves no trace and keeps none of the others back; `tell` gives what its line then says,
    `others` what the lines of rows say that were chosen but are no reports any more.
    A row that was sent already is passed over. `step` is told how many rows are done; what it raises takes all of them
    back. Raises Refused('sheet_gone').
    """
    with recording():
        held = SheetUpload.objects.select_for_update().defer("content").filter(pk=upload.pk, owner=by).first()
        if held is None:
            raise Refused("sheet_gone")
        lines = {line["id"]: line for line in held.outcome["lines"]}
        left = {name: one for name, one in proposals.items() if lines[name].get("report") is None}
        wanted = dict(sorted(left.items(), key=_locked_in_order))
        answers: list[Answer] = []
        for some in _some(list(wanted.values())):
            answers += submit_many(some, by=by, reach=reach, today=today)
            step(len(answers))
        found = dict(zip(wanted, answers, strict=True))
        sent = 0
        for name, one in found.items():
            sent += isinstance(one, Report)
            lines[name].update({"report": one.pk, "stored": None} if isinstance(one, Report) else tell(name, one))
        for name, told in others.items():
            lines[name].update(told)
        held.save(update_fields=["outcome"])
        step(len(found))
        after = {"file": held.name, "sent": sent, "refused": len(found) - sent}
        record("sheet.send", by=by, subject_type="sheet", subject_code=held.token[:NUMBER], after=after)
    return sent, len(found) - sent


def discard(*, upload: SheetUpload, by: User) -> None:
    """Throw an upload away: nothing of it is kept but that it was uploaded."""
    with recording():
        SheetUpload.objects.filter(pk=upload.pk, owner=by).delete()
        record("sheet.discard", by=by, subject_type="sheet", subject_code=upload.token[:NUMBER])


def purge(now: datetime) -> int:
    """Remove uploads whose day has passed; returns how many. Every upload calls it, and the daily jobs may."""
    with transaction.atomic(), writing():
        return SheetUpload.objects.filter(expires_at__lt=now).delete()[0]


def _locked_in_order(row: tuple[str, Proposal]) -> tuple[int, int]:
    """Milestones first, by their keys: each some hundred are locked in this order, so all of them have to be."""
    subject = row[1].subject
    return ORDER.index(kind_of(subject)), subject.pk


def _some(proposals: Sequence[Proposal]) -> Iterator[Sequence[Proposal]]:
    """The proposals some hundred at a time: one statement for all of them would be megabytes long."""
    for first in range(0, len(proposals), AT_ONCE):
        yield proposals[first : first + AT_ONCE]
