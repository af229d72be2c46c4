"""An uploaded sheet as its page shows it: what would be sent, what conflicts, what is refused and why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tracker import words
from tracker.domain.ledger import Kind
from tracker.models import SheetSending, SheetUpload, User
from tracker.models.subjects import KINDS
from tracker.queries.spans import Span, span

A_PAGE = 200
SILENT = timedelta(minutes=2)
"""Who says nothing for so long is not sending any more."""
SHOWN = ("bad", "conflict", "send", "sent", "before")
"""The rows that are listed, in this order; those that say nothing new are only counted."""


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One row of the sheet as listed."""

    id: str
    table: str
    row: int
    code: str
    name: str
    unit: str
    verdict: str
    as_of: str
    changes: tuple[tuple[str, str, str], ...]
    faults: tuple[tuple[str, str], ...]
    hidden: bool
    report: int | None
    url: str

    @property
    def may_send(self) -> bool:
        """Whether the row can be ticked."""
        return self.verdict in ("send", "conflict")


@dataclass(frozen=True, slots=True)
class SheetPage:
    """One page of a sheet's rows. `old` is the day it was taken out, where that was in another month;
    `foreign`: its rows are told in another language, that of the upload.
    """

    token: str
    name: str
    made: str
    expires: str
    lines: tuple[SheetLine, ...]
    counts: dict[str, int]
    total: int
    checked: int
    to_check: int
    hidden: str
    strange: str
    old: str
    foreign: bool
    span: Span

    @property
    def touched(self) -> int:
        """Rows somebody touched, looked at or not."""
        return self.checked + self.to_check

    @property
    def to_send(self) -> int:
        """Rows that are sent unless somebody unticks them."""
        return self.counts.get("send", 0)

    @property
    def open(self) -> int:
        """Rows that can still be sent."""
        return self.to_send + self.counts.get("conflict", 0)


@dataclass(frozen=True, slots=True)
class Foreign:
    """What is said of another office's sheet beside its rows: remarks (cell, sentence), rows that are no reports,
    totals, hidden columns that were read, the rows of other tables on the same sheet, which were not; how much could be
    recomputed. `ready`: its columns and rows are known.
    """

    ready: bool
    remarks: tuple[tuple[str, str], ...]
    left: str
    totals: str
    columns: str
    beside: str
    compared: int


def foreign(upload: SheetUpload) -> Foreign | None:
    """What is said of an upload that is no ledger of ours; None for one that is. No query."""
    held = upload.outcome.get("foreign")
    if held is None:
        return None
    return Foreign(
        ready=bool(held.get("ready")),
        remarks=tuple((cell, sentence) for cell, sentence in held.get("remarks", ())),
        left=_numbers(held.get("left", ())),
        totals=_numbers(held.get("totals", ())),
        columns=_(", ").join(held.get("columns", ())),
        beside=_(", ").join(held.get("beside", ())),
        compared=held.get("compared", 0),
    )


def upload_of(*, token: str, owner: User, now: datetime) -> SheetUpload | None:
    """The upload, if it is this person's and its day has not passed; without the file itself. One query."""
    found: SheetUpload | None = (
        SheetUpload.objects.filter(token=token, owner=owner, expires_at__gte=now).defer("content").first()
    )
    return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How many rows of an upload that is being sent are done, of how many."""

    done: int = 0
    total: int = 0


def sending(*, token: str, now: datetime) -> Progress:
    """How far the sending of an upload is; nothing of nothing where it is not being sent. One query."""
    rows = SheetSending.objects.filter(token=token, seen_at__gte=now - SILENT)
    return next((Progress(*row) for row in rows.values_list("done", "total")), Progress())


def is_own(*, token: str, owner: User, now: datetime) -> bool:
    """Whether the upload is this person's and its day has not passed; one query, without what it holds."""
    return bool(SheetUpload.objects.filter(token=token, owner=owner, expires_at__gte=now).exists())


def waiting(*, owner: User, now: datetime) -> list[tuple[str, str, str]]:
    """The person's uploads that wait to be sent: token, file, when uploaded."""
    rows = SheetUpload.objects.filter(owner=owner, expires_at__gte=now).order_by("-id")
    return [(token, name, words.instant(at)) for token, name, at in rows.values_list("token", "name", "made_at")]


def sheet_page(upload: SheetUpload, *, page: int, today: date) -> SheetPage:
    """One page of the rows, those that need a decision first; no query."""
    lines: list[dict[str, Any]] = upload.outcome["lines"]
    states = [(_state(line), line) for line in lines]
    counts = Counter(state for state, _line in states)
    counts["same"] += upload.outcome.get("same", 0)
    listed = sorted(
        ((SHOWN.index(state), number, line) for number, (state, line) in enumerate(states) if state in SHOWN),
        key=lambda one: one[:2],
    )
    shown = span(len(listed), page, A_PAGE)
    taken = str(upload.outcome.get("taken_out") or "")
    return SheetPage(
        token=upload.token,
        name=upload.name,
        made=words.instant(upload.made_at),
        expires=words.instant(upload.expires_at),
        lines=tuple(_line(line) for _place, _number, line in listed[shown.rows]),
        counts=dict(counts),
        total=upload.outcome.get("total", 0),
        checked=len(lines),
        to_check=len(upload.outcome.get("rows", ())),
        hidden=_numbers(upload.outcome.get("hidden", ())),
        strange=_(", ").join(upload.outcome.get("strange", ())),
        foreign=upload.outcome.get("language", words.language()) != words.language(),
        old=_day(taken) if taken and taken[:6] != f"{today:%Y%m}" else "",
        span=shown,
    )


def chosen(upload: SheetUpload, names: Iterable[str] | None) -> list[dict[str, Any]]:
    """The lines to send: those named, or (None) all that do not conflict."""
    wanted = None if names is None else set(names)
    found = []
    for line in upload.outcome["lines"]:
        state = _state(line)
        taken = state == "send" if wanted is None else line["id"] in wanted and state in ("send", "conflict")
        if taken and line["stored"] is not None:
            found.append(line)
    return found


def _state(line: dict[str, Any]) -> str:
    return "sent" if line["report"] else str(line["verdict"])


def _line(line: dict[str, Any]) -> SheetLine:
    return SheetLine(
        **{name: line[name] for name in ("id", "table", "row", "code", "name", "unit", "as_of", "hidden", "report")},
        verdict=_state(line),
        changes=tuple((one[0], one[1], one[2]) for one in line["changes"]),
        faults=tuple((one[0], one[1]) for one in line["faults"]),
        url=reverse(KINDS[Kind(line["kind"]).subject].page, args=[line["code"]]) if line["unit"] else "",
    )


def _numbers(rows: Iterable[int]) -> str:
    """Row numbers in short: 7–9, 12."""
    runs: list[list[int]] = []
    for number in sorted(set(rows)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:20]]
    return _(", ").join(shown) + ("…" if len(runs) > 20 else "")


def _day(digits: str) -> str:
    try:
        return words.day(date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])))
    except ValueError:
        return digits
