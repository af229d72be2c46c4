"""Files of every sort that people may send as evidence, and of those they may not, made when they are needed."""

import struct
import zipfile
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = b"N31.2304"
"""A position, as it stands in the picture below in four places."""
MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml",
    "docm": "application/vnd.ms-word.document.macroEnabled.main+xml",
}


def pdf(text: str = "x") -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + text.encode() + b"\n%%EOF\n"


def jpeg(width: int = 60, height: int = 40, *, position: bool = True, turned: bool = False) -> bytes:
    """A photograph: left half red, right half blue; with its position in EXIF, XMP and a comment."""
    image = Image.new("RGB", (width, height), "red")
    image.paste("blue", (width // 2, 0, width, height))
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6  # held on its side: to be turned by 90 degrees clockwise
    if position:
        exif[0x010E] = PLACE.decode()
        exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.4), 29: PLACE.decode()})
    made = BytesIO()
    extra = {"comment": PLACE, "xmp": b"<x:xmpmeta>" + PLACE + b"</x:xmpmeta>"} if position else {}
    image.save(made, "JPEG", exif=exif, quality=95, **extra)
    return made.getvalue()


def png(*, position: bool = True, alpha: bool = False) -> bytes:
    texts = PngInfo()
    if position:
        texts.add_text("Location", PLACE.decode())
        texts.add_itxt("XML:com.adobe.xmp", PLACE.decode())
    made = BytesIO()
    Image.new("RGBA" if alpha else "RGB", (30, 20), (200, 10, 10, 0) if alpha else "green").save(
        made, "PNG", pnginfo=texts
    )
    return made.getvalue()


def webp(*, frames: int = 1) -> bytes:
    made = BytesIO()
    images = [Image.new("RGB", (20, 20), (20 * number, 0, 0)) for number in range(frames)]
    more = {"save_all": True, "append_images": images[1:]} if frames > 1 else {}
    images[0].save(made, "WEBP", xmp=PLACE, **more)
    return made.getvalue()


def png_bomb(width: int = 40_000, height: int = 40_000) -> bytes:
    """A PNG of a few hundred bytes that says it is 1.6 thousand million pixels large."""
    small = png(position=False)
    head = struct.pack(">II", width, height)
    body = b"IHDR" + head + small[24:29]
    import zlib

    return small[:12] + body + struct.pack(">I", zlib.crc32(body)) + small[33:]


def office(kind: str = "docx", **parts: bytes) -> bytes:
    """An Office file with its list of parts, and `parts` besides (two underscores stand for a slash, one for a dot)."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        types = f'<Types><Override PartName="/main.xml" ContentType="{MAIN[kind]}"/></Types>'
        archive.writestr("[Content_Types].xml", types)
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return made.getvalue()


def zipped(**parts: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("_", "."), content)
    return made.getvalue()


def upload(content: bytes, name: str = "现场照片.jpg", media: str = "application/octet-stream") -> SimpleUploadedFile:
    """The file as a browser sends it; what it says of its type is not believed."""
    return SimpleUploadedFile(name, content, media)
