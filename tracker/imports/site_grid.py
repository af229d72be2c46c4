"""The progress table of clearance (征拆进度表) as it was sent: what each row says, which nobody touched, what is wrong.

Of a row only the stages stand in the table; compensation, people and why households stay are carried over.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from tracker import words
from tracker.actions.report_batches import Proposal, submit_many
from tracker.actions.report_storing import Said
from tracker.actions.reports import Invalid
from tracker.audit import Refused
from tracker.domain.ledger import digest
from tracker.domain.relocation import COLUMNS, COUNTS, Entry, Stage, Use, column
from tracker.domain.relocation_reading import read_figure
from tracker.domain.reporting import NOTE_LIMIT, Origin
from tracker.domain.units import MeasureError
from tracker.imports.grid import version_of
from tracker.models import Report, Site, User
from tracker.permissions import Permission, Reach
from tracker.words import ledger as said_of
from tracker.words import relocation

MOST = 200
"""Rows of one grid."""
LONGEST = 60
"""Characters of a figure."""


@dataclass(slots=True)
class Sent:
    """One row as it was sent: its texts by figure, and the sentences that stand at its cells ('' for the row)."""

    code: str
    texts: Mapping[str, str]
    base: str
    version: int
    same: bool
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rows were stored, and those that were refused, with why; untouched ones are in neither."""

    stored: int
    refused: list[Sent]


def stages(use: Use) -> tuple[str, ...]:
    """The figures of the table's row of a site of this use: each stage with its counts."""
    return tuple(column(stage, count) for stage in Stage for count in COUNTS[use])


def texts(row: Site) -> dict[str, str]:
    """The texts of a row's cells, unrounded, as they read back."""
    entry = row.entry
    return {name: words.number(entry.figures.get(name)) for name in stages(Use(row.use))} | {"note": ""}


def fingerprint(given: Mapping[str, str]) -> str:
    """What the cells say, however it is written; what cannot be read, as it stands."""
    return digest("\x1f".join(f"{name}={_alike(name, given[name])}" for name in COLUMNS if name in given), "", 8)


def _alike(name: str, text: str) -> str:
    try:
        return words.number(read_figure(name, text))
    except MeasureError:
        return f"?{text}"


def rows_of(data: Mapping[str, Any], names: Sequence[str]) -> list[Sent]:
    """The rows as they came from the form; what names no row is passed over."""
    found: dict[str, Sent] = {}
    for name in names[:MOST]:
        kind, _dot, code = name.partition(".")
        if kind != "site" or not 0 < len(code) <= LONGEST or "\x00" in code:
            continue
        given = {one: str(data[f"{name}.{one}"]).replace("\x00", "") for one in COLUMNS if f"{name}.{one}" in data}
        given["note"] = str(data.get(f"{name}.note", "")).replace("\x00", "")
        found[code] = Sent(
            code=code,
            texts=given,
            base=str(data.get(f"{name}.base", "")),
            version=version_of(data, name),
            same=bool(data.get(f"{name}.same")),
        )
    return list(found.values())


def touched(row: Sent) -> bool:
    """Whether somebody has typed in the row, or ticked that nothing changed."""
    return row.same or bool(row.texts["note"].strip()) or fingerprint(row.texts) != row.base


def send(
    sent: Sequence[Sent],
    sites: Mapping[str, Site],
    *,
    as_of: date,
    token: str,
    by: User,
    reach: Reach,
    today: date,
    draft: str = "",
) -> Outcome:
    """Report what the touched rows say, all in one act; what cannot be stored is answered cell by cell.

    `sites` are those of the codes that are in reach. `draft` names the draft the rows come from: it goes with them once
    all of them are stored.
    """
    proposals: list[tuple[Sent, Proposal]] = []
    refused: list[Sent] = []
    for row in filter(touched, sent):
        site = sites.get(row.code)
        if site is None or not reach.may(Permission.REPORT, site.unit.path):
            row.faults[""] = said_of.fault("code_unknown")
        elif (entry := _entry(row, site)) is not None:
            said = Said(
                as_of=as_of, note=row.texts["note"][: NOTE_LIMIT + 1], token=f"grid-{digest(token, row.code, 32)}",
                version=row.version, origin=Origin.GRID,
            )  # fmt: skip
            proposals.append((row, Proposal(site, said, {"entry": entry})))
        if row.faults:
            refused.append(row)
    drafts = "" if refused else draft
    answers = submit_many([one for _row, one in proposals], by=by, reach=reach, today=today, draft=drafts)
    for (row, _one), answer in zip(proposals, answers, strict=True):
        if not isinstance(answer, Report):
            row.faults |= _faults(row, answer)
            refused.append(row)
    return Outcome(len(proposals) - sum(not isinstance(one, Report) for one in answers), refused)


def _entry(row: Sent, site: Site) -> Entry | None:
    """The entry a row would be: the stages as typed, all else as last accepted. None where a cell cannot be read."""
    last, own = site.entry, stages(Use(site.use))
    figures: dict[str, Decimal | None] = dict(last.figures)
    for name in own:
        try:
            figures[name] = read_figure(name, row.texts.get(name, "")[:LONGEST])
        except MeasureError as fault:
            row.faults[name] = words.refusal(fault.code, fault.inputs)
    stated = {name: value for name, value in figures.items() if value is not None}
    return None if row.faults else Entry(stated, last.obstacles)


def _faults(row: Sent, refused: Refused) -> dict[str, str]:
    """The sentences of a refusal, each at its cell; at the row where it is about none."""
    if not isinstance(refused, Invalid):
        return {"": words.refusal(refused.code, refused.inputs)}
    return {one.field if one.field in row.texts else "": relocation.problem(one) for one in refused.problems}
