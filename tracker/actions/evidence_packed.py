"""Pictures inside of Office and PDF files, without what a camera wrote into them: position, device, texts, thumbnails.

The picture itself stays byte for byte, and so does everything else. In an Office file the parts that are pictures are
packed anew; in a PDF file, which finds its parts by counting bytes, the same places are filled with nothing. A signed
file stays as it is: any change would break its signature.
"""

import re
import shutil
import zipfile
from collections.abc import Iterator
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO

from PIL import Image

from tracker.domain.evidence import DOCX, PDF, PPTX, XLSX

PICTURES = {".jpg": "jpeg", ".jpeg": "jpeg", ".jfif": "jpeg", ".png": "png"}
LARGEST = 30_000_000
"""Bytes of one picture; a larger one is no photograph."""
_SIGNED_PART, _SIGNED_PDF = "_xmlsignatures/", b"/ByteRange"
_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_SCAN, _END, _EXIF = 0xDA, 0xD9, b"Exif\x00\x00"
_TOLD = (0xE1, 0xED, 0xFE)
"""Segments of a JPEG in which cameras and programs write: EXIF and XMP, Photoshop's own, comments."""
_TOLD_PNG = (b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME")
_NEXT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_STREAM = re.compile(rb"stream\r?\n(?=\xff\xd8\xff)")
_XMP = re.compile(rb"<\?xpacket begin.{1,200000}?<\?xpacket end", re.DOTALL)
_GPS = re.compile(rb"(exif:GPS\w{1,40}\s{0,4}=\s{0,4}[\"'])([^\"']*)|(<exif:GPS\w{1,40}[^<>]*>)([^<]*)")
Segment = tuple[int, int, int]


def without_positions(file: IO[bytes], media: str) -> IO[bytes] | None:
    """The file without what its pictures tell; None where there is nothing to remove, or it is signed."""
    file.seek(0)
    try:
        if media in (DOCX, XLSX, PPTX):
            return _office(file)
        return _pdf(file.read()) if media == PDF else None
    finally:
        file.seek(0)


def _office(file: IO[bytes]) -> IO[bytes] | None:
    with zipfile.ZipFile(file) as old:
        parts = old.infolist()
        if any(part.filename.lower().startswith(_SIGNED_PART) for part in parts):
            return None
        changed = {part.filename: data for part in parts if (data := _part(old, part)) is not None}
        if not changed:
            return None
        made: IO[bytes] = SpooledTemporaryFile(max_size=LARGEST)  # noqa: SIM115 - it is given back
        with zipfile.ZipFile(made, "w") as new:
            for part in parts:
                if part.filename in changed:
                    new.writestr(part, changed[part.filename])
                    continue
                with old.open(part) as source, new.open(part, "w") as target:
                    shutil.copyfileobj(source, target)
    made.seek(0)
    return made


def _part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes | None:
    """A picture without what it tells; None for what is no picture, or tells nothing."""
    ending = part.filename[part.filename.rfind(".") :].lower()
    if ending not in PICTURES or part.file_size > LARGEST:
        return None
    data = archive.read(part)
    if data.startswith(_JPEG):
        return _plain_jpeg(data)
    return _plain_png(data) if data.startswith(_PNG) else None


def _segments(data: bytes, at: int = 0) -> Iterator[Segment]:
    """The segments of the JPEG that begins there: marker, first byte and end; nothing more once it is damaged."""
    at += 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == _END:
            yield marker, at, at + 2
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if marker == _SCAN:
            found = _NEXT.search(data, end)
            end = found.start() if found else len(data)
        yield marker, at, min(end, len(data))
        at = end
    if at + 2 <= len(data) and data[at : at + 2] == b"\xff\xd9":
        yield _END, at, at + 2


def _plain_jpeg(data: bytes) -> bytes | None:
    """What lies behind the end of the picture goes too: telephones put further pictures there, which tell as much."""
    segments = list(_segments(data))
    if not segments or segments[-1][0] != _END:
        return None
    told = [one for one in segments if one[0] in _TOLD]
    kept = [data[first:end] for marker, first, end in segments if marker not in _TOLD]
    made = b"".join([data[:2], *_turned(data, told), *kept])
    return made if made != data else None


def _turned(data: bytes, told: list[Segment]) -> list[bytes]:
    """How the camera was held, if not upright, as the only thing that is still told."""
    for _marker, first, end in told:
        if data[first + 4 : end].startswith(_EXIF):
            exif, small = Image.Exif(), Image.Exif()
            try:
                exif.load(data[first + 4 : end])
                turned = exif.get(0x0112)
            except Exception:  # what a camera wrote may be damaged in any way
                return []
            if isinstance(turned, int) and 1 < turned <= 8:
                small[0x0112] = turned
                content = small.tobytes()
                content = content if content.startswith(_EXIF) else _EXIF + content
                return [b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content]
    return []


def _plain_png(data: bytes) -> bytes | None:
    at, kept, told = len(_PNG), [_PNG], False
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4])
        name = data[at + 4 : at + 8]
        if name in _TOLD_PNG:
            told = True
        else:
            kept.append(data[at:end])
        if name == b"IEND":
            return b"".join(kept) if told or end < len(data) else None
        at = end
    return None


def _pdf(data: bytes) -> IO[bytes] | None:
    """Pictures that lie in the file as they came from the camera, and positions in its own description."""
    if _SIGNED_PDF in data:
        return None
    made = bytearray(data)
    for found in _STREAM.finditer(data):
        for marker, first, end in _segments(data, found.end()):
            if marker == _SCAN:
                break
            if marker in _TOLD:
                made[first + 4 : end] = bytes(end - first - 4)
    for packet in _XMP.finditer(data):
        for told in _GPS.finditer(data, packet.start(), packet.end()):
            first, end = told.span(2 if told[1] is not None else 4)
            made[first:end] = b" " * (end - first)
    return BytesIO(bytes(made)) if made != data else None
