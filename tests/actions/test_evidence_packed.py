"""Pictures in Office and PDF files: what a camera wrote is gone, all the rest is as it was."""

import zipfile
from io import BytesIO

import pytest
from PIL import Image

from tests import samples
from tests.samples import MAIN, PLACE
from tracker.actions.evidence_packed import without_positions
from tracker.domain.evidence import DOCX, OFD, PDF, PPTX, media_type


def office(kind: str = "docx", **parts: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{MAIN[kind]}"/></Types>')
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), data)
    return made.getvalue()


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {part.filename: archive.read(part) for part in archive.infolist()}


def changed(content: bytes, media: str) -> bytes | None:
    found = without_positions(BytesIO(content), media)
    return found.read() if found else None


def blank() -> bytes:
    made = BytesIO()
    Image.new("RGB", (9, 9), "green").save(made, "JPEG")
    return made.getvalue()


def pixels(content: bytes) -> bytes:
    with Image.open(BytesIO(content)) as image:
        return image.convert("RGB").tobytes()


def test_pictures_of_an_office_file_tell_nothing_and_the_rest_is_the_same():
    photo = samples.jpeg(turned=True) + samples.jpeg()  # a telephone's second picture behind the first
    whole = office(
        word__document_dot_xml=b"<w/>", word__media__image1_dot_jpeg=photo, word__media__image2_dot_png=samples.png(),
        word__media__image3_dot_jpg=blank(), docProps__thumbnail_dot_jpeg=b"\xff\xd8\xff broken",
    )  # fmt: skip
    made = changed(whole, DOCX)
    assert made is not None
    old, new = parts(whole), parts(made)
    assert list(new) == list(old)
    assert media_type(BytesIO(made)) == DOCX
    assert not any(PLACE in data for data in new.values())
    assert any(PLACE in data for data in old.values())
    for name in ("word/document.xml", "word/media/image3.jpg", "docProps/thumbnail.jpeg", "[Content_Types].xml"):
        assert new[name] == old[name]
    for name in ("word/media/image1.jpeg", "word/media/image2.png"):
        assert pixels(new[name]) == pixels(old[name])
    with Image.open(BytesIO(new["word/media/image1.jpeg"])) as image:
        assert dict(image.getexif()) == {0x0112: 6}, "how it was held, and nothing else"
    assert changed(made, DOCX) is None, "there is nothing more to remove"


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (office(word__media__image1_dot_jpeg=blank()), DOCX),
        (office("pptx", _xmlsignatures__sig1_dot_xml=b"<s/>", ppt__media__a_dot_jpeg=samples.jpeg()), PPTX),
        (samples.zipped(**{"OFD.xml": b"<o/>", "a.jpg": samples.jpeg()}), OFD),
        (samples.pdf("/ByteRange [0 1 2 3]\nstream\n") + samples.jpeg() + b"\nendstream", PDF),
        (samples.pdf(), PDF),
    ],
)
def test_what_tells_nothing_or_is_signed_stays_as_it_came(content: bytes, media: str):
    assert changed(content, media) is None


def test_a_pdf_keeps_its_length_and_its_pictures():
    photo = samples.jpeg()
    about = b'<?xpacket begin="" id=""?><r exif:GPSLatitude="31,13.8N"><exif:GPSLongitude>121,28E</exif:GPSLongitude>'
    about += b'<dc:title>GPS</dc:title></r><?xpacket end="w"?>'
    whole = samples.pdf("/Length 1\nstream\r\n").rstrip() + b"\nstream\n" + photo + b"\nendstream\n" + about
    made = changed(whole, PDF)
    assert made is not None
    assert len(made) == len(whole)
    assert PLACE not in made
    assert b"31,13.8N" not in made
    assert b"121,28E" not in made
    assert b"<dc:title>GPS</dc:title>" in made
    at = whole.index(photo)
    assert pixels(made[at : at + len(photo)]) == pixels(photo)
    assert changed(made, PDF) is None
