"""What a file is, by its bytes; and what it is called."""

import zipfile
from io import BytesIO

import pytest

from tests import samples
from tracker.domain import evidence
from tracker.domain.evidence import NotTaken, clean_name, media_type


@pytest.mark.parametrize(
    ("content", "media"),
    [
        (samples.pdf(), evidence.PDF),
        (samples.jpeg(), evidence.JPEG),
        (samples.png(), evidence.PNG),
        (samples.webp(), evidence.WEBP),
        (samples.office("docx"), evidence.DOCX),
        (samples.office("xlsx"), evidence.XLSX),
        (samples.office("pptx"), evidence.PPTX),
        (samples.zipped(OFD_xml=b"<ofd/>"), evidence.OFD),
    ],
)
def test_a_file_is_told_by_its_bytes(content: bytes, media: str):
    file = BytesIO(content)
    file.seek(7)
    assert media_type(file) == media
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"MZ\x90\x00" + b"\x00" * 60, "file_not_taken"),
        (b"\x7fELF" + b"\x00" * 60, "file_not_taken"),
        (b"<html><script>alert(1)</script>", "file_not_taken"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "file_not_taken"),
        (b"GIF89a;", "file_not_taken"),
        (b"\n%PDF-1.7 not at the very beginning", "file_not_taken"),
        (b"MZ" + samples.office(), "file_not_taken"),  # a program with an Office file behind it
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "file_not_taken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "file_old_office"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "file_heic"),
        (samples.zipped(a_txt=b"x"), "file_not_taken"),
        (samples.zipped(META_INF=b"x", a_class=b"x"), "file_not_taken"),
        (samples.office("docm"), "file_macros"),
        (samples.office("docx", word__vbaProject_bin=b"x"), "file_macros"),
        (samples.office("xlsx", xl__macrosheets__sheet1_xml=b"x"), "file_macros"),
        (samples.office("xlsx", xl__sheet_xml=b"0" * 30_000_000), "file_bomb"),
        (samples.office()[:-30], "file_damaged"),
        (b"PK\x03\x04" + b"\x00" * 40, "file_damaged"),
    ],
)
def test_what_is_not_taken_says_why(content: bytes, code: str):
    with pytest.raises(NotTaken) as caught:
        media_type(BytesIO(content))
    assert caught.value.code == code


def test_an_archive_with_a_part_twice_or_a_great_many_parts_is_refused():
    twice, many = BytesIO(samples.office()), BytesIO()
    with zipfile.ZipFile(twice, "a") as archive:
        archive.writestr("[CONTENT_TYPES].xml", "x")
    with pytest.raises(NotTaken, match="file_damaged"):
        media_type(twice)
    with zipfile.ZipFile(many, "w") as archive:
        for number in range(evidence.ZIP_ENTRIES + 1):
            archive.writestr(str(number), "")
    with pytest.raises(NotTaken, match="file_bomb"):
        media_type(many)


@pytest.mark.parametrize(
    ("name", "media", "expected"),
    [
        ("现场照片.JPG", evidence.JPEG, "现场照片.jpg"),
        ("photo.jpeg", evidence.JPEG, "photo.jpeg"),
        ("C:\\用户\\公示.pdf", evidence.PDF, "公示.pdf"),
        ("../../etc/passwd", evidence.PDF, "passwd.pdf"),
        ("setup.exe", evidence.PDF, "setup.pdf"),
        ("照片.exe.jpg", evidence.JPEG, "照片.exe.jpg"),
        ("\u202egpj.exe", evidence.JPEG, "gpj.jpg"),
        ("11月20日 现场（1.5亩）", evidence.DOCX, "11月20日 现场（1.5亩）.docx"),
        ("a\r\nSet-Cookie: x.pdf", evidence.PDF, "a Set-Cookie x.pdf"),
        ("...", evidence.PNG, "file.png"),
        ("", evidence.OFD, "file.ofd"),
        ("长" * 300 + ".xlsx", evidence.XLSX, "长" * 115 + ".xlsx"),
    ],
)
def test_a_name_is_cleaned_and_ends_as_what_the_file_is(name: str, media: str, expected: str):
    assert clean_name(name, media) == expected
    assert clean_name(expected, media) == expected
