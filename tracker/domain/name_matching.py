"""Which item a row of somebody else's sheet means: by code, by name, by name however it is spaced; else by likeness."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

_ORDER = re.compile(r"^(?:\(?[0-9一二三四五六七八九十]{1,3}[)、.．]|[①-⑳])+")
_LIKE = 0.34
_PROBED = 24


@dataclass(frozen=True, slots=True)
class Known:
    """An item that can be meant; `key` names it to the caller, `places` are project and programme.

    `measure` is what a metric is counted in, '' for a milestone.
    """

    key: str
    code: str
    names: tuple[str, ...]
    places: tuple[str, ...] = ()
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The item meant, or (None) those that could be, the likeliest first."""

    key: str | None
    candidates: tuple[str, ...] = ()


def plain(text: str) -> str:
    """A name without what people write differently: width, case, blanks, brackets, quotes, numbering, points."""
    wide = unicodedata.normalize("NFKC", text).lower().strip()
    return "".join(sign for sign in _ORDER.sub("", wide) if sign.isalnum())


@dataclass(slots=True)
class Matcher:
    """Finds the items of one reach; made once for a sheet."""

    items: Sequence[Known]
    _codes: Mapping[str, str] = field(default_factory=dict)
    _names: Mapping[str, list[Known]] = field(default_factory=dict)
    _pairs: list[tuple[frozenset[str], Known]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._codes = {one.code.lower(): one.key for one in self.items}
        names: dict[str, list[Known]] = {}
        for one in self.items:
            for name in {plain(name) for name in one.names if plain(name)}:
                names.setdefault(name, []).append(one)
        self._names = names
        self._pairs = [(_pairs(plain(name)), one) for one in self.items for name in one.names[:1]]

    def find(self, code: str, name: str, place: str = "") -> Match:
        """The item of a row: by its code, else by its name; the project decides between items of one name."""
        for text in (code, name):
            if (key := self._codes.get(text.strip().lower())) is not None:
                return Match(key)
        found = self._names.get(plain(name), [])
        if len(found) > 1 and plain(place):
            near = [one for one in found if any(plain(place) == plain(other) for other in one.places)]
            found = near or found
        if len(found) == 1:
            return Match(found[0].key)
        return Match(None, tuple(one.key for one in found))

    def candidates(self, name: str, place: str = "", *, most: int = 6) -> tuple[str, ...]:
        """The items most like a name, by the pairs of signs they share and then letter by letter."""
        wanted = plain(name)
        pairs = _pairs(wanted) | _pairs(plain(place))
        shared = sorted(self._pairs, key=lambda one: -len(one[0] & pairs) / (len(one[0]) + 4))[:_PROBED]
        scored = [(_likeness(wanted, plain(one.names[0]), plain(place), one.places), one.key) for _p, one in shared]
        return tuple(key for score, key in sorted(scored, key=lambda one: (-one[0], one[1])) if score >= _LIKE)[:most]


def _likeness(wanted: str, name: str, place: str, places: Iterable[str]) -> float:
    score = difflib.SequenceMatcher(None, wanted, name, autojunk=False).ratio()
    if name and wanted and (name in wanted or wanted in name):
        score = max(score, 0.6)
    return score + (0.2 if place and any(place == plain(other) for other in places) else 0)


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(max(1, len(text) - 1)))
