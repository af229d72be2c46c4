"""Evidence: which files are taken, told by what is in them and never by their name, and how large they may be.

What a file is called and what a browser says of it are claims of whoever sends it. Only the bytes count here; the name
a file is given back under gets the ending of what was found.
"""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import IO

MEGABYTE = 1024 * 1024
FILE_BYTES = 20 * MEGABYTE
"""The largest file."""
REQUEST_BYTES = 50 * MEGABYTE
"""The most one request may carry, all its files and texts together."""
FILES = 10
"""The most files a report has."""
NAME_LENGTH = 120

ZIP_ENTRIES, ZIP_BYTES, ZIP_RATIO = 5_000, 300 * MEGABYTE, 200
"""What an Office file may unpack to; a text is packed to a twentieth, a bomb to a thousandth."""
TYPES_BYTES = MEGABYTE  # of [Content_Types].xml, the only part that is unpacked here
RATIO_COUNTS_FROM = MEGABYTE

PDF, JPEG, PNG, WEBP = "application/pdf", "image/jpeg", "image/png", "image/webp"
_OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX = f"{_OFFICE}wordprocessingml.document"
XLSX = f"{_OFFICE}spreadsheetml.sheet"
PPTX = f"{_OFFICE}presentationml.presentation"
OFD = "application/ofd"
IMAGES = (JPEG, PNG, WEBP)
ENDINGS = {
    PDF: ("pdf",),
    JPEG: ("jpg", "jpeg"),
    PNG: ("png",),
    WEBP: ("webp",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    PPTX: ("pptx",),
    OFD: ("ofd",),
}
"""The media types taken, with the endings of their names, the usual one first."""

_MACROS = ("vbaproject.bin", "vbadata.xml")
_MACRO_FOLDERS = ("macrosheets/", "activex/")
_ENDING = re.compile(r"\.([A-Za-z][A-Za-z0-9]{1,4})$")


class NotTaken(Exception):
    """A file that is not taken as evidence; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Sort:
    """What sort of file a media type is, for words and pictures."""

    media: str

    @property
    def image(self) -> bool:
        """Whether it is a picture, of which a preview is shown."""
        return self.media in IMAGES

    @property
    def ending(self) -> str:
        """The usual ending of its name, which is also how people call it."""
        return ENDINGS[self.media][0]


def media_type(file: IO[bytes]) -> str:
    """The media type of a file by its bytes; raises NotTaken for what is not taken. The file is left at its start."""
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    if not head:
        raise NotTaken("file_empty")
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head.startswith(b"PK\x03\x04"):
        return _packed(file)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise NotTaken("file_old_office")
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif"):
        raise NotTaken("file_heic")
    raise NotTaken("file_not_taken")


def _packed(file: IO[bytes]) -> str:
    """Which Office file a zip archive is; zipfile raises half a dozen kinds of errors for one that is not whole."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _office(archive)
    except NotTaken:
        raise
    except Exception as fault:
        raise NotTaken("file_damaged") from fault
    finally:
        file.seek(0)


def _office(archive: zipfile.ZipFile) -> str:
    """Told by the archive's list of parts, the only one that is unpacked, and not far."""
    entries = archive.infolist()
    _not_a_bomb(entries)
    names = [entry.filename.lower() for entry in entries]
    if len(set(names)) != len(names) or any(entry.flag_bits & 1 for entry in entries):
        raise NotTaken("file_damaged")
    if "ofd.xml" in names:
        return OFD
    if "[content_types].xml" not in names:
        raise NotTaken("file_not_taken")
    if any(name.endswith(_MACROS) or any(part in name for part in _MACRO_FOLDERS) for name in names):
        raise NotTaken("file_macros")
    with archive.open(entries[names.index("[content_types].xml")]) as part:
        types = part.read(TYPES_BYTES + 1)
    if len(types) > TYPES_BYTES:
        raise NotTaken("file_bomb")
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise NotTaken("file_macros")
    for media in (DOCX, XLSX, PPTX):
        if f"{media}.main+xml".encode() in types:
            return media
    raise NotTaken("file_not_taken")


def _not_a_bomb(entries: list[zipfile.ZipInfo]) -> None:
    whole = sum(entry.file_size for entry in entries)
    large = [entry for entry in entries if entry.file_size > RATIO_COUNTS_FROM]
    packed_tightly = any(entry.file_size > ZIP_RATIO * max(entry.compress_size, 1) for entry in large)
    if len(entries) > ZIP_ENTRIES or whole > ZIP_BYTES or packed_tightly:
        raise NotTaken("file_bomb")


def clean_name(name: str, media: str) -> str:
    """The name a file is shown and given back under: no folders, no unseen signs, the ending of what it is.

    Signs that turn the direction of writing go too: they make "exe.jpg" out of "gpj.exe".
    """
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    text = re.sub(r'[\s<>:"|?*\x00-\x1f\x7f]', " ", text)
    text = "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")
    text = " ".join(text.split()).strip(" .")
    found = _ENDING.search(text)
    ending = found.group(1).lower() if found else ""
    if found:
        text = text[: found.start()].rstrip(" .")
    if ending not in ENDINGS[media]:
        ending = ENDINGS[media][0]
    return f"{text[: NAME_LENGTH - len(ending) - 1].rstrip(' .') or 'file'}.{ending}"
