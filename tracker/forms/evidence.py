"""The files that go with a form: what is wrong with those sent, and which of an earlier report may go along again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.domain.evidence import ENDINGS, FILE_BYTES, FILES, MEGABYTE
from tracker.words import evidence as words

FIELD, CARRIED, CITED = "files", "carry", "cite"
ACCEPTED = ",".join(f".{ending}" for endings in ENDINGS.values() for ending in endings)


@dataclass(slots=True)
class EvidenceField:
    """The field for files as a form shows it.

    `problems` are sentences; `lost`: files were sent, and no form can be given back with its files in it; `choices` are
    files of an earlier report, `carried` the numbers of those ticked, None before anything was sent: all of them then.
    `words` are those by which places of documents were looked for, `places` what to choose from, and whether ticked.
    """

    problems: list[str] = field(default_factory=list)
    lost: bool = False
    choices: Sequence[Any] = ()
    carried: tuple[int, ...] | None = None
    words: str = ""
    looking: bool = False
    places: list[tuple[Any, bool]] = field(default_factory=list)
    more: bool = False

    limit = FILE_BYTES
    limit_megabytes = FILE_BYTES // MEGABYTE
    most = FILES
    accepted = ACCEPTED

    @property
    def opened(self) -> bool:
        """Whether there is something in it to be seen."""
        return bool(self.problems or self.lost or self.choices or self.looking or self.places)

    @property
    def ticked(self) -> Sequence[tuple[Any, bool]]:
        """The files of an earlier report, and whether each goes along."""
        return [(one, self.carried is None or one.pk in self.carried) for one in self.choices]

    def refuse(self, refused: Iterable[tuple[str, str]]) -> None:
        """Say of each file why it is not taken; the same sentence once."""
        sentences = [words.not_taken(name, code) for name, code in refused]
        self.problems += [one for one in dict.fromkeys(sentences) if one not in self.problems]


def carried(data: Mapping[str, Any]) -> tuple[int, ...]:
    """The numbers of the ticked files; what is no number is passed over."""
    texts = data.getlist(CARRIED) if hasattr(data, "getlist") else []
    return tuple(dict.fromkeys(int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 16))


def cited(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The codes of the places ticked, as many as a report may have; what is no code is passed over."""
    texts = data.getlist(CITED) if hasattr(data, "getlist") else []
    return tuple(dict.fromkeys(text for text in texts if 0 < len(text) <= 20 and text.isprintable()))[: FILES + 1]
