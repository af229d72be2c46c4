"""The grid as it was sent: what each row says, which rows nobody touched, and what is wrong in which cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tracker import words
from tracker.actions.report_batches import Proposal, submit_many
from tracker.audit import Refused
from tracker.domain import ledger as shape
from tracker.domain.ledger import FIGURES, INPUTS, Cell, Kind, Said
from tracker.domain.relocation import EXTRA
from tracker.domain.reporting import Origin, Problem
from tracker.domain.states import Status
from tracker.imports.sheet_check import as_said, in_force, lacking, problems_of, proposal_of, settled
from tracker.models import Report, User
from tracker.permissions import Permission, Reach
from tracker.queries import ledger as queries
from tracker.queries.ledger import Loaded
from tracker.queries.report_items import Item
from tracker.words import ledger as said_of

MOST = 200
"""Rows of one grid."""
LEFT_OUT = ("as_of", *EXTRA)
GRID = {kind: tuple(name for name in columns if name not in LEFT_OUT) for kind, columns in INPUTS.items()}
"""The columns people fill in. The day is one for the whole grid; of a site the stages alone stand in it: compensation,
people and why households stay are carried over, as a suspension and the number of the call are of a tender package.
"""


@dataclass(slots=True)
class Sent:
    """One row as it was sent: its texts, what they say, and the sentences that stand at its cells ('' for the row)."""

    kind: Kind
    code: str
    texts: Mapping[str, str]
    base: str
    version: int | None
    same: bool
    faults: dict[str, str] = field(default_factory=dict)
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a grid: the rows stored, and those that were refused, with why; untouched ones are in neither."""

    stored: list[Sent]
    refused: list[Sent]


def texts(item: Item, kind: Kind) -> dict[str, str]:
    """The texts of a row's cells, as they read back; the status and the measure by their codes."""
    said = as_said(item.start, item)
    if kind in FIGURES:
        return {name: words.number(said.figures[name]) for name in GRID[kind] if name in said.figures} | {"note": ""}
    if kind is Kind.METRIC:
        own = said.quantity
        figure = said_of.figure(own) if own else ""
        return {"quantity": figure, "measure": own.measure if own else item.measure, "note": ""}
    plain = ("progress", "actual_start", "actual_finish", "forecast")
    found = {name: said_of.value(name, said).removesuffix("%") for name in plain}
    return found | {"status": said.status.value if said.status else "", "note": ""}


def shown(item: Item, kind: Kind) -> dict[str, str]:
    """The figures of an item that are in force, to stand beside what was typed over them; none of other items."""
    return {name: words.number(value) for name, value in as_said(item.now, item).figures.items() if kind in FIGURES}


def rows_of(data: Mapping[str, Any], rows: Sequence[str]) -> list[Sent]:
    """The rows as they came from the form; what names no row is passed over."""
    found: dict[tuple[Kind, str], Sent] = {}
    for name in rows[:MOST]:
        kind, _dot, code = name.partition(".")
        if kind not in set(Kind) or not 0 < len(code) <= 60 or "\x00" in code:
            continue
        given = {column: str(data.get(f"{name}.{column}", "")).replace("\x00", "") for column in GRID[Kind(kind)]}
        found[Kind(kind), code] = Sent(
            kind=Kind(kind),
            code=code,
            texts=given,
            base=str(data.get(f"{name}.base", "")),
            version=version_of(data, name),
            same=bool(data.get(f"{name}.same")),
        )
    return list(found.values())


def version_of(data: Mapping[str, Any], name: str) -> int:
    """The version a row was filled from; -1, which is always stale, for what is none."""
    text = str(data.get(f"{name}.version", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def read(kind: Kind, given: Mapping[str, str], day: date) -> Said:
    """What the texts of a row say."""
    cells = {name: Cell(given.get(name, "")) for name in GRID[kind]}
    if cells.get("status") and given["status"] in set(Status):
        # The drop-down sends the code, a pasted cell the word.
        cells["status"] = Cell(said_of.value("status", Said(status=Status(given["status"]))))
    return shape.read(kind, cells, meaning=said_of.meaning(), day=day)


def fingerprint(kind: Kind, given: Mapping[str, str], day: date) -> str:
    """What the cells say before anybody touches them."""
    return shape.fingerprint(read(kind, {**given, "note": ""}, day))


def send(
    rows: Sequence[Sent],
    *,
    as_of: date,
    token: str,
    by: User,
    reach: Reach,
    today: date,
    language: str,
    draft: str = "",
) -> Outcome:
    """Report what the touched rows say, all in one act; what cannot be stored is answered cell by cell.

    `draft` names the draft the rows come from: it goes with them once all of them are stored.
    """
    items = queries.named(((row.kind, row.code) for row in rows), reach=reach, on=today, language=language)
    proposals: list[tuple[Sent, Proposal]] = []
    refused: list[Sent] = []
    for row in rows:
        loaded = items.get((row.kind, row.code))
        if loaded is None or not reach.may(Permission.REPORT, loaded.row.unit.path):
            if touched(row, today):
                row.faults[""] = said_of.fault("code_unknown")
                refused.append(row)
            continue
        proposal = _proposal(row, loaded, as_of=as_of, token=token, today=today)
        if proposal is not None:
            proposals.append((row, proposal))
        elif row.faults:
            refused.append(row)
    drafts = "" if refused else draft
    answers = submit_many([one for _row, one in proposals], by=by, reach=reach, today=today, draft=drafts)
    stored = []
    for (row, _one), answer in zip(proposals, answers, strict=True):
        if isinstance(answer, Report):
            row.report = answer
            stored.append(row)
        else:
            row.faults |= _faults(row.kind, answer)
            refused.append(row)
    return Outcome(stored, refused)


def touched_of(data: Mapping[str, Any], rows: Sequence[str], today: date) -> Iterator[Sent]:
    """The rows of a form in which somebody has typed."""
    return (row for row in rows_of(data, rows) if touched(row, today))


def touched(row: Sent, today: date) -> bool:
    """Whether somebody has typed in the row, or ticked that nothing changed."""
    return row.same or bool(row.texts["note"].strip()) or fingerprint(row.kind, row.texts, today) != row.base


def _proposal(row: Sent, loaded: Loaded, *, as_of: date, token: str, today: date) -> Proposal | None:
    """The report a row would be; None for a row nobody touched, or one whose cells cannot be read."""
    if not touched(row, today):
        return None
    said = read(row.kind, row.texts, today)
    if row.same and fingerprint(row.kind, row.texts, today) == row.base:
        said = replace(in_force(loaded), note=said.note)
    for problem in said.problems:
        row.faults[problem.field] = said_of.fault(problem.code, problem.inputs)
    said = settled(replace(said, as_of=None), loaded)
    if not row.faults and (lack := lacking(row.kind, said, loaded.item)):
        row.faults[lack.column] = said_of.fault(lack.code, lack.inputs)
    if row.faults:
        return None
    made = proposal_of(said, loaded, token=_token(token, row), day=as_of, origin=Origin.GRID)
    return replace(made, said=replace(made.said, version=row.version))


def _token(token: str, row: Sent) -> str:
    """One for each row of one grid, so that a grid sent twice makes each report once."""
    return f"grid-{shape.digest(token, f'{row.kind}.{row.code}', 32)}"


def _faults(kind: Kind, refused: Refused) -> dict[str, str]:
    """The sentences of a refusal, each at its cell; at the row where it is about none."""
    found: dict[str, str] = {}
    for one in problems_of(refused):
        at = one.field if one.field in GRID[kind] else ""
        found[at] = " ".join(filter(None, (found.get(at), _said(kind, one))))
    return found


def _said(kind: Kind, found: Problem) -> str:
    """A sentence; what is wrong with a figure that has no cell here names it."""
    if found.code == "stale":  # what a ledger says of it would send people to a file they do not have
        return words.refusal("stale")
    said = said_of.problem(kind, found)
    if found.field in EXTRA:
        return _("%(label)s: %(value)s") % {"label": said_of.label(found.field), "value": said}
    return said
