"""The files of evidence on disk, and how they come onto a report: inspected, written down, then named by a row.

A file is whole and on disk before the row that names it is stored. So a row never lacks its file; a file may lack its
row when a process is killed in between, and `sweep` removes such files.
"""

import hashlib
import logging
import os
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.db import DatabaseError

from tracker.actions.evidence_images import written_anew
from tracker.actions.evidence_packed import without_positions
from tracker.audit import Refused, clock
from tracker.domain.evidence import FILES, NAME_LENGTH, NotTaken, Sort, clean_name, media_type
from tracker.domain.reporting import ReportState
from tracker.models import Citation, Evidence, Report, User
from tracker.models.evidence import place, thumb_place

logger = logging.getLogger(__name__)
PIECE = 64 * 1024


class Upload(Protocol):
    """A file as a form brings it."""

    name: str | None
    file: Any


@dataclass(slots=True)
class Offered:
    """A file found good, not yet written down. Widths and heights in pixels, sizes in bytes."""

    name: str
    media: str
    sent_sha256: str
    content: IO[bytes]
    preview: bytes = b""
    width: int = 0
    height: int = 0
    stored: str = ""
    size: int = 0
    sha256: str = ""


def inspect(upload: Upload) -> Offered:
    """What a file is by its bytes, pictures written anew, those in other files without positions; raises NotTaken."""
    file: IO[bytes] = upload.file
    media = media_type(file)
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    file.seek(0)
    found = Offered(clean_name(upload.name or "", media), media, digest.hexdigest(), file)
    if Sort(media).image:
        picture = written_anew(file, media)
        found.content, found.preview = BytesIO(picture.content), picture.preview
        found.width, found.height = picture.width, picture.height
    else:
        found.content = _without_positions(file, media)
    return found


def _without_positions(file: IO[bytes], media: str) -> IO[bytes]:
    try:
        return without_positions(file, media) or file
    except Exception as fault:  # a packed file that is not whole makes its reader raise almost anything
        raise NotTaken("file_damaged") from fault


def inspect_all(uploads: Iterable[Upload]) -> tuple[list[Offered], list[tuple[str, str]]]:
    """The files found good, each once, and the names of the others with why each is not taken."""
    found: dict[str, Offered] = {}
    refused: list[tuple[str, str]] = []
    for upload in uploads:
        try:
            one = inspect(upload)
        except NotTaken as fault:
            refused.append((upload.name or "", fault.code))
        else:
            found.setdefault(one.sent_sha256, one)
    return list(found.values()), refused


@dataclass(eq=False, slots=True)
class Files:
    """What goes with a report: files that lie on disk, what an earlier report had, and places of documents, both by
    their numbers. That the author may read those places is for the caller to see.
    """

    new: tuple[Offered, ...] = ()
    carried: tuple[int, ...] = ()
    cited: tuple[int, ...] = ()
    attached: list[Evidence] = field(default_factory=list)

    def attach(self, report: Report, by: User, at: datetime | None) -> dict[str, Any]:
        """Name the files on the stored report and say which, for its audit event. What it has already is not added.

        Raises Refused('files_too_many') and Refused('evidence_gone').
        """
        if not self:
            return {}
        held = set(report.evidence.there().values_list("sent_sha256", flat=True))
        rows = {row.sent_sha256: row for row in [*self._carried_to(report, by), *self._new_rows(), *self._citations()]}
        self.attached = [row for key, row in rows.items() if key not in held]
        if len(held) + len(self.attached) > FILES:
            raise Refused("files_too_many", field="files", limit=FILES)
        for row in self.attached:
            row.report, row.uploaded_at, row.uploaded_by = report, at or clock(), by
            row.save(force_insert=True)
        return described(self.attached)

    def __bool__(self) -> bool:
        return bool(self.new or self.carried or self.cited)

    def held_by(self, report: Report) -> bool:
        """Whether the report has got all of these files already: then sending them again is a replay."""
        if not self:
            return True
        wanted = {one.sent_sha256 for one in self.new} | {row.sent_sha256 for row in self._citations()}
        wanted |= set(Evidence.objects.filter(pk__in=self.carried).values_list("sent_sha256", flat=True))
        return wanted <= set(report.evidence.values_list("sent_sha256", flat=True))

    def _new_rows(self) -> list[Evidence]:
        return [
            Evidence(
                stored=one.stored,
                name=one.name,
                media_type=one.media,
                size=one.size,
                sha256=one.sha256,
                sent_sha256=one.sent_sha256,
                thumb_width=one.width,
                thumb_height=one.height,
            )
            for one in self.new
        ]

    def _citations(self) -> list[Evidence]:
        """Named as the document has them; shown they are in the reader's language."""
        rows = Citation.objects.filter(pk__in=self.cited).select_related("document") if self.cited else ()
        return [
            Evidence(
                citation=row, name=f"{row.document.code} {row.place} {row.name}"[:NAME_LENGTH], sent_sha256=row.code
            )
            for row in rows
        ]

    def _carried_to(self, report: Report, by: User) -> list[Evidence]:
        """Copies of the rows carried over, which stay locked: nobody can take such a file away meanwhile."""
        about = {"report__milestone": report.milestone_id, "report__metric": report.metric_id}
        found = Evidence.objects.there().filter(pk__in=self.carried, **about).select_related("report")
        rows = [row for row in found.select_for_update(of=("self",)) if _may_be_carried(row.report, report, by)]
        if len(rows) != len(set(self.carried)):
            raise Refused("evidence_gone", field="files")
        for row in rows:
            row.pk = None
            row._state.adding = True
        return rows


NO_FILES = Files()


def described(rows: Iterable[Evidence]) -> dict[str, Any]:
    """Evidence as an audit event keeps it: name, bytes and hash of each file, the code of each citation."""
    return {"evidence": [_described(row) for row in rows]}


def _described(row: Evidence) -> dict[str, Any]:
    if row.citation_id:
        return {"name": row.name, "citation": row.sent_sha256}
    return {"name": row.name, "size": row.size, "sha256": row.sha256}


def _may_be_carried(source: Report, report: Report, by: User) -> bool:
    """The files of a report that came back, of the one that is corrected, and of one's own that was not decided on."""
    own = source.author_id == by.pk and source.state in (ReportState.SUBMITTED, ReportState.WITHDRAWN)
    return source.state == ReportState.RETURNED or source.pk == report.supersedes_id or own


@contextmanager
def written(offered: Sequence[Offered], carried: Sequence[int] = (), cited: Sequence[int] = ()) -> Iterator[Files]:
    """Write files down for the action inside; those no report names afterwards are removed again."""
    if not offered:
        yield Files((), tuple(carried), tuple(cited)) or NO_FILES
        return
    try:
        _write_all(offered)
        yield Files(tuple(offered), tuple(carried), tuple(cited))
    finally:
        forget([one.stored for one in offered if one.stored])


def _write_all(offered: Sequence[Offered]) -> None:
    try:
        for one in offered:
            one.stored = secrets.token_hex(16)
            one.size, one.sha256 = _write(place(one.stored), one.content)
            if one.preview:
                _write(thumb_place(one.stored), BytesIO(one.preview))
    except OSError as fault:
        logger.exception("Evidence cannot be written to %s", settings.EVIDENCE)
        raise Refused("evidence_not_stored", field="files") from fault


def _write(path: Path, content: IO[bytes]) -> tuple[int, str]:
    """Write a file whole: under another name, to the disk itself, then under its own. Returns its size and SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f"{path.suffix}.part")
    digest, size = hashlib.sha256(), 0
    content.seek(0)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640), "wb") as target:
            while piece := content.read(PIECE):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
            target.flush()
            os.fsync(target.fileno())
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return size, digest.hexdigest()


def forget(names: Sequence[str]) -> None:
    """Remove those of these files that no report names; where the database cannot say so, they stay for `sweep`."""
    with suppress(DatabaseError):
        named = set(Evidence.objects.there().filter(stored__in=names).values_list("stored", flat=True))
        for name in set(names) - named - {""}:
            for path in (place(name), thumb_place(name)):
                with suppress(OSError):
                    path.unlink(missing_ok=True)


def sweep(*, before: float) -> tuple[int, int]:
    """Remove files that no report names and that are older than an instant (seconds since 1970).

    Returns how many files and bytes went. Those younger may belong to a report that is being stored.
    """
    files = bytes_ = 0
    named = set(Evidence.objects.there().values_list("stored", flat=True))
    for path in sorted(Path(settings.EVIDENCE).glob("[0-9a-f][0-9a-f]/*")):
        name = path.name.split(".")[0]
        about = path.stat()
        if about.st_mtime < before and (name not in named or path.name.endswith(".part")):
            path.unlink(missing_ok=True)
            files, bytes_ = files + 1, bytes_ + about.st_size
    return files, bytes_
