"""What a browser would send of the grid of a ledger: its rows with what was typed over them."""

from typing import Any

from django.test import Client
from django.utils import timezone

from tracker.domain.ledger import Kind
from tracker.imports.grid import fingerprint, texts
from tracker.models.subjects import kind_of
from tracker.queries.ledger import as_item

TODAY = timezone.localdate()


def name_of(subject: Any) -> str:
    """The name of a row."""
    return f"{Kind.of(kind_of(subject), getattr(subject, 'use', ''))}.{subject.code}"


def row(subject: Any, **typed: str) -> dict[str, str]:
    """A row as the page sends it, with what was typed over it; `same` ticks 'no change'."""
    kind, name = Kind.of(kind_of(subject), getattr(subject, "use", "")), name_of(subject)
    start = texts(as_item(kind, subject, {}, on=TODAY, language="zh-hans"), kind)
    head = {f"{name}.base": fingerprint(kind, start, TODAY), f"{name}.version": str(subject.version)}
    same = {f"{name}.same": "1"} if typed.pop("same", "") else {}
    return head | same | {f"{name}.{key}": text for key, text in (start | typed).items()}


def send(client: Client, path: str, *rows: dict[str, str], **head: str) -> Any:
    """Send these rows to the grid at that address."""
    names = [next(iter(one)).removesuffix(".base") for one in rows]
    data: dict[str, Any] = {"token": "t-1", "as_of": "今天", "row": names} | head
    for one in rows:
        data |= one
    return client.post(path, data)
