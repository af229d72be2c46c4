"""The files that go with a form: what is wrong with those sent, and which of an earlier report may go along again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tracker.domain.evidence import ENDINGS, FILE_BYTES, FILES, MEGABYTE
from tracker.words import evidence as words

FIELD, CARRIED = "files", "carry"
ACCEPTED = ",".join(f".{ending}" for endings in ENDINGS.values() for ending in endings)


@dataclass(slots=True)
class EvidenceField:
    """The field for files as a form shows it.

    `problems` are sentences; `lost`: files were sent, and no form can be given back with its files in it; `choices` are
    files of an earlier report, `carried` the numbers of those ticked, None before anything was sent: all of them then.
    """

    problems: list[str] = field(default_factory=list)
    lost: bool = False
    choices: Sequence[Any] = ()
    carried: tuple[int, ...] | None = None

    limit = FILE_BYTES
    limit_megabytes = FILE_BYTES // MEGABYTE
    most = FILES
    accepted = ACCEPTED

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
