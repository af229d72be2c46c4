"""Which item each row of another office's sheet means: as a person said before, by code, by name; else it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.domain import sheet_headers as headers
from tracker.domain import units
from tracker.domain.ledger import EMPTY, Cell, Kind
from tracker.domain.name_matching import Known, Matcher, plain
from tracker.imports.foreign import VALUES, Foreign
from tracker.imports.sheet_check import Asked
from tracker.queries import foreign_sheets as queries
from tracker.queries import ledger as ledgers

OF_MILESTONE = VALUES - {"quantity"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A row, or one figure of it (`place`), that has to be matched with an item. `key` is what it is remembered by."""

    row: int
    place: int | None
    key: str
    code: str
    text: str
    project: str
    name: str = ""
    measure: str | None = None

    def fits(self, item: Known) -> bool:
        """Whether a figure of this column can be one of the item."""
        if self.place is None:
            return True
        if not item.measure or self.measure is None:
            return bool(item.measure)
        return units.same_kind(units.measure(item.measure), units.measure(self.measure))


@dataclass(slots=True)
class Matched:
    """What the rows mean: 'kind:code' by row and place; those nobody knows; those a person leaves out."""

    found: dict[tuple[int, int | None], str] = field(default_factory=dict)
    unknown: list[Wanted] = field(default_factory=list)
    left: list[Wanted] = field(default_factory=list)


@dataclass(slots=True)
class Reader:
    """A foreign table with what its columns say."""

    foreign: Foreign
    roles: Sequence[str]
    as_of: date | None
    asked: Asked

    def kinds(self) -> list[Kind]:
        """What the rows can be about; a note beside figures is one on the figures."""
        figures = "quantity" in self.roles
        milestones = bool((OF_MILESTONE - {"note"}).intersection(self.roles)) or not figures
        return [Kind.MILESTONE] * milestones + [Kind.METRIC] * figures

    def places(self, role: str) -> list[int]:
        """The columns that say something."""
        return [place for place, one in enumerate(self.roles) if one == role and place < len(self.foreign.head.paths)]

    def cell(self, row: int, role: str) -> Cell:
        """The cell of a row in the (first) column of a role; what means nothing is empty."""
        for place in self.places(role):
            return self.at(row, place)
        return EMPTY

    def at(self, row: int, place: int) -> Cell:
        """The cell, merged ones spread; a dash is empty."""
        cell = self.foreign.sheet.cell(row, place)
        return EMPTY if headers.folded(cell.text) in headers.BLANKS else cell

    def figure_at(self, row: int, place: int) -> Cell:
        """A cell with a figure: merged over several rows, it is that of the first one only."""
        return self.at(row, place) if self.foreign.sheet.own(row, place).text else EMPTY

    def wanted(self) -> list[Wanted]:
        """Everything that has to be matched: each row, and where several columns hold figures, each of them."""
        figures, found = self.places("quantity"), []
        alone = len(figures) < 2 or bool(OF_MILESTONE.intersection(self.roles) - {"note"})
        for row in self.foreign.rows:
            if row in self.foreign.totals:
                continue
            code, name, project = (self.cell(row, role).text[:120] for role in ("code", "name", "project"))
            if not code and not name:
                continue
            if alone:
                found.append(self._wanted(row, None, code, name, project))
            if len(figures) > 1:
                found += [
                    replace(
                        self._wanted(row, place, "", f"{name or code} {self._title(place)}", project),
                        name=name or code,
                        measure=headers.measure(self.foreign.head.paths[place]),
                    )
                    for place in figures
                    if self.figure_at(row, place).text
                ]
        return found

    def _wanted(self, row: int, place: int | None, code: str, text: str, project: str) -> Wanted:
        key = "|".join(plain(part) for part in (code, text, project))[:200]
        return Wanted(row, place, ("#" if place is not None else "") + key, code, text, project)

    def _title(self, place: int) -> str:
        return "".join(self.foreign.head.paths[place])


def matched(reader: Reader, known: Mapping[str, str], matcher: Matcher) -> Matched:
    """Match every row: as a person said before, by code, by name; what is left is unknown."""
    found = Matched()
    others = _elsewhere(reader)
    items = {one.key: one for one in matcher.items}
    wanted = reader.wanted()
    for one in wanted:
        if one.key in known:
            if known[one.key]:
                found.found[one.row, one.place] = known[one.key]
            else:
                found.left.append(one)
            continue
        key = matcher.find(one.code, one.text, one.project).key or others.get(one.code)
        if key is None and one.place is not None:
            key = _by_row(one, reader, matcher, items)
        if key is None or (one.place is not None and not key.startswith(Kind.METRIC.value)):
            found.unknown.append(one)
        else:
            found.found[one.row, one.place] = key
    return found


def _by_row(one: Wanted, reader: Reader, matcher: Matcher, items: Mapping[str, Known]) -> str | None:
    """The metric the row is called, where this is the only column of figures in which it can be counted."""
    key = matcher.find("", one.name, one.project).key
    if key is None or not items[key].measure:
        return None
    paths = [reader.foreign.head.paths[place] for place in reader.places("quantity")]
    fitting = [path for path in paths if replace(one, measure=headers.measure(path)).fits(items[key])]
    return key if len(fitting) == 1 and one.fits(items[key]) else None


def matcher_for(reader: Reader) -> Matcher:
    """Finds items the person reports on."""
    return Matcher(queries.items(reader.kinds(), reach=reader.asked.reach))


def _elsewhere(reader: Reader) -> dict[str, str]:
    """Items in reading reach that rows name by code: another unit reports on some, which is then said."""
    codes = {reader.cell(row, "code").text for row in reader.foreign.rows} if "code" in reader.roles else set()
    pairs = [(kind, code) for kind in reader.kinds() for code in codes if code and len(code) <= 40]
    if not pairs:
        return {}
    held = ledgers.named(pairs, reach=reader.asked.reach, on=reader.asked.today, language=reader.asked.language)
    return {code: f"{kind.value}:{code}" for kind, code in held}
