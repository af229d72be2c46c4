"""The rows of a grid as its page shows them: as their items stand, as a draft has them, as they came back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from tracker.domain.ledger import FIGURES, Kind
from tracker.imports import grid as imports
from tracker.imports.grid import GRID, Sent
from tracker.queries import grid as queries
from tracker.queries.report_items import Item
from tracker.views.edge import today
from tracker.words import ledger as said_of


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell to fill in: its name in the form, label, text, choices ([] for free text), what is wrong with it.

    `was`: what is in force, where that is not what was typed; `elsewhere`: the metric that counts it, '' to type it.
    """

    name: str
    column: str
    label: str
    text: str
    choices: list[tuple[str, str]]
    fault: str
    was: str = ""
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the item, its cells, the hidden values it carries, whether 'no change' is ticked."""

    name: str
    item: Item
    cells: list[Cell]
    base: str
    same: bool
    fault: str = ""
    drafted: bool = False

    @property
    def standing(self) -> str:
        """Where a site stands, and that nothing has been reported where it has not."""
        return self.item.word if self.item.kind == "site" or self.item.last_as_of is None else ""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one kind with the titles of their columns: (title, measure beneath it).

    `groups`: what stands over several of them, (title, how many columns); empty where nothing does. `last`: what was
    last accepted has a column, since the cells do not start with it.
    """

    title: str
    groups: list[tuple[str, int]]
    titles: list[tuple[str, str]]
    last: bool
    lines: list[Line]


def tables(lines: Iterable[Line]) -> Iterator[Table]:
    """A table for each kind there are rows of, in their order."""
    of_kind: dict[Kind, list[Line]] = {}
    for line in lines:
        of_kind.setdefault(Kind.of(line.item.kind, line.item.use), []).append(line)
    for kind, rows in sorted(of_kind.items(), key=lambda one: list(Kind).index(one[0])):
        heads = [said_of.head(name) for name in GRID[kind] if name != "note"]
        grouped = [(group, len(list(some))) for group, some in groupby(heads, key=lambda head: head[0])]
        yield Table(
            title=str(said_of.TITLES[kind]),
            groups=grouped if grouped[0][0] else [],
            titles=[head[1:] for head in heads],
            last=kind not in FIGURES,
            lines=rows,
        )


def begun(items: Mapping[Kind, Sequence[Item]], typed: Mapping[str, Any]) -> list[Line]:
    """The rows as their items stand, with what the draft has typed in them."""
    return [_begun(kind, item, typed.get(f"{kind}.{item.code}")) for kind, some in items.items() for item in some]


def _begun(kind: Kind, item: Item, typed: Any) -> Line:
    texts = imports.texts(item, kind)
    if not isinstance(typed, dict):
        return line(kind, item, texts)
    again = {name: str(typed.get(name, text)) for name, text in texts.items()}
    faults = {}
    if typed.get("version") != item.version:
        faults[""] = _("This item has changed since the draft was saved: compare with what was last accepted.")
    base = imports.fingerprint(kind, texts, today())
    sent = Sent(kind, item.code, again, base, item.version, bool(typed.get("same")), faults)
    return replace(line(kind, item, again, sent), drafted=True)


def line(kind: Kind, item: Item, texts: Mapping[str, str], sent: Sent | None = None) -> Line:
    """A row as it starts, or as it was sent and came back."""
    name = f"{kind}.{item.code}"
    offered, faults = queries.choices(kind, item), sent.faults if sent else {}
    held = imports.shown(item, kind) if sent or item.returned else {}
    cells = [
        Cell(
            name=f"{name}.{column}",
            column=column,
            label=f"{item.name} · {said_of.label(column)}",
            text=texts.get(column, ""),
            choices=offered.get(column, []),
            fault=faults.get(column, ""),
            was=held.get(column, "") if held.get(column) != texts.get(column, "") else "",
            elsewhere=item.metric if column == "registered" else "",
        )
        for column in GRID[kind]
    ]
    base = sent.base if sent else imports.fingerprint(kind, texts, today())
    return Line(name, item, cells, base, sent.same if sent else False, faults.get("", ""))
