"""Who did: the one place where audit events are written, in the same transaction as what they record."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Model

from config.reference import current
from tracker.models import AuditEvent, User
from tracker.models.guard import writing


class Refused(Exception):
    """An action that was not carried out. `code` is stable; `field` names the input it is about, if any;
    `inputs` fill the sentence that explains it. Nothing was written except, for a missing right, an audit event.
    """

    def __init__(self, code: str, *, field: str = "", right: bool = False, **inputs: Any) -> None:
        super().__init__(code)
        self.code = code
        self.field = field
        self.right = right
        self.inputs = inputs


def clock() -> datetime:
    """The database's wall clock now (not the transaction's start), so that order of acceptance is order of locks."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    assert row is not None
    now: datetime = row[0]
    return now


@contextmanager
def recording() -> Iterator[None]:
    """One transaction in which tracked rows may be written; what it does must call `record`."""
    with transaction.atomic(), writing():
        yield


def plain(values: Mapping[str, Any] | None) -> Any:
    """Values as JSON stores them."""
    if values is None:
        return None
    # Most are what JSON stores as it is; an act on ten thousand rows would encode and decode each of them twice.
    encoded = {name: value for name, value in values.items() if type(value) not in _AS_IS}
    return {**values, **json.loads(json.dumps(encoded, cls=DjangoJSONEncoder))}


_AS_IS = (str, int, bool, type(None))


def snapshot(row: Model, *fields: str) -> dict[str, Any]:
    """The named columns of a row (foreign keys by id), for `before` and `after`."""
    columns = {column.name: column for column in row._meta.concrete_fields}
    return {name: columns[name].value_from_object(row) for name in fields}


def record(
    action: str,
    *,
    by: User | None,
    subject_type: str,
    subject_code: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> AuditEvent:
    """Write the audit event of an act; call it inside `recording`."""
    event = AuditEvent(
        at=at or clock(),
        actor_id=by.pk if by else None,
        actor_name=by.username if by else "",
        action=action,
        subject_type=subject_type,
        subject_code=subject_code,
        before=plain(before),
        after=plain(after),
        reference=current(),
    )
    event.store_new()
    return event


def record_many(
    action: str, *, by: User, subject_type: str, events: Iterable[tuple[str, Mapping[str, Any]]], at: datetime
) -> None:
    """Write the events of one act on many subjects, (code, after) each; one statement. Call it inside `recording`."""
    AuditEvent.objects.bulk_create(
        AuditEvent(
            at=at,
            actor_id=by.pk,
            actor_name=by.username,
            action=action,
            subject_type=subject_type,
            subject_code=code,
            after=plain(after),
            reference=current(),
        )
        for code, after in events
    )


def record_refusal(action: str, *, by: User | Any, subject_type: str, subject_code: str = "", code: str) -> None:
    """Write down that a right was refused; its own transaction, since the act itself is rolled back or never begun."""
    known = by if isinstance(by, User) else None
    with writing():
        AuditEvent(
            at=clock(),
            actor_id=known.pk if known else None,
            actor_name=known.username if known else "",
            action=action,
            subject_type=subject_type,
            subject_code=subject_code,
            refused=True,
            code=code,
            reference=current(),
        ).store_new()
