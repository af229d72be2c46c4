"""Evidence over HTTP: sent with a report, given out to whoever may read it, refused with all that was typed kept."""

import logging
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from config.uploads import refused_files
from tests import samples
from tests.addresses import report_on
from tests.cast import UNIT_A, reach_for, signed_in
from tests.counting import statements
from tests.views.test_reports import CODE, HTMX, accepted, address, form, text
from tracker.actions import reports
from tracker.domain import evidence as rules
from tracker.models import AuditEvent, Citation, Evidence, Milestone, Report, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    settings.EVIDENCE = tmp_path / "evidence"
    return tmp_path / "evidence"


@pytest.fixture
def client(official_a: User) -> Client:
    return signed_in(official_a)


def send(client: Client, *contents: bytes, name: str = "现场照片.jpg", **values: Any) -> Any:
    headers = values.pop("headers", {})
    files = {"files": [samples.upload(content, name) for content in contents]}
    return client.post(address(), {**form(**values), **files}, **headers)


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_a_file_is_stored_with_its_report_and_shown_with_it(client, official_a, reviewer, headers):
    response = send(client, samples.jpeg(), samples.pdf(), headers=headers, next="/milestones/")
    assert response.status_code == (200 if headers else 302)
    report = Report.objects.get(author=official_a)
    picture, paper = report.evidence.order_by("id")
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert f'src="/evidence/{picture.pk}/preview/"' in page
    assert "现场照片.pdf" in page
    desk = signed_in(reviewer)
    assert (
        f'src="/evidence/{picture.pk}/preview/" alt="" width="60" height="40"' in desk.get("/review/").content.decode()
    )
    assert "2份佐证" in text(desk.get(f"/milestones/{CODE}/"))
    assert "佐证材料" in text(desk.get(f"/history/report/{report.pk}/"))
    assert paper.name in text(desk.get(f"/history/report/{report.pk}/"))


def test_no_change_takes_its_file_along(client, official_a, reviewer):
    accepted(official_a, reviewer)
    assert send(client, samples.pdf(), unchanged="1").status_code == 302
    assert Report.objects.latest("pk").evidence.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ" + b"\x00" * 99, "照片.jpg", "照片.jpg：按内容判断，不是PDF"),
        (b"GIF89a", "a.gif", "a.gif：按内容判断，不是PDF"),
        (samples.office("docm"), "b.docx", "b.docx：文件含宏"),
        (samples.png_bomb(), "c.png", "c.png：图片像素过大"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "d.doc", "d.doc：这是旧版Office文件"),
        (b"<b>", "<script>x.jpg", "&lt;script&gt;x.jpg"),
    ],
)
def test_a_file_not_taken_is_named_at_the_field_and_what_was_typed_is_kept(client, content, name, words, store):
    for headers in (HTMX, {}):
        response = send(client, samples.pdf(), content, name=name, note="不要丢", progress="75", headers=headers)
        page = response.content.decode()
        assert response.status_code == 422
        assert words in page
        assert "不要丢" in page
        assert 'value="75"' in page
        assert "表单退回时无法保留所选文件" in page
        assert f'id="id_{CODE}_files_error"' in page
    assert not Evidence.objects.exists()
    assert not Report.objects.filter(origin="form").exists()
    assert not [path for path in store.rglob("*") if path.is_file()]


def test_a_wrong_field_says_that_the_files_have_to_be_chosen_again(client, store):
    response = send(client, samples.pdf(), progress="101")
    assert "表单退回时无法保留所选文件" in text(response)
    assert "进度应在0至100之间" in text(response)
    assert not [path for path in store.rglob("*") if path.is_file()]


def test_one_file_too_large_is_let_go(client, monkeypatch):
    monkeypatch.setattr("config.uploads.FILE_BYTES", 5_000)
    response = send(client, samples.pdf("x" * 70_000), note="不要丢")
    assert response.status_code == 422
    assert "现场照片.jpg：文件超过20 MB" in text(response)
    assert "不要丢" in text(response)


def test_more_files_than_a_report_has_are_refused(client):
    response = send(client, *(samples.pdf(str(number)) for number in range(rules.FILES + 1)))
    assert "每次填报最多10个附件" in text(response)


class Unread(BytesIO):
    """A body that fails the test if it is read far beyond its texts."""

    def read(self, size: int | None = -1) -> bytes:
        assert self.tell() < 300_000, "read on, though it was to be refused"
        return super().read(size)


def test_a_body_of_200_mb_is_refused_before_it_is_read_and_its_texts_are_kept(client, rf, official_a):
    body = encode_multipart(BOUNDARY, {**form(note="不要丢"), "files": samples.upload(b"%PDF-" + b"0" * 900_000)})
    sent = {"CONTENT_TYPE": MULTIPART_CONTENT, "CONTENT_LENGTH": str(200 * rules.MEGABYTE)}
    request: WSGIRequest = rf.post(address())
    request.environ |= sent | {"wsgi.input": Unread(body)}
    request = WSGIRequest(request.environ)
    assert refused_files(request) == [("现场照片.jpg", "files_too_large_together")]
    assert request.POST["note"] == "不要丢"
    assert not request.FILES


def test_a_replay_stores_a_file_once(client, official_a, store):
    values = form()
    for _turn in range(2):
        sent = {**values, "files": [samples.upload(samples.jpeg())]}
        assert client.post(address(), sent, **HTMX).status_code == 200
    assert (Report.objects.filter(author=official_a).count(), Evidence.objects.count()) == (1, 1)
    assert len([path for path in store.rglob("*") if path.is_file()]) == 2


def test_a_report_without_files_asks_nothing_more(client):
    def asked(**more: Any) -> int:
        with statements() as found:
            assert client.post(address(), {**form(), **more}, **HTMX).status_code == 200
        return len([one for one in found.sql if "tracker_evidence" in one])

    assert asked() == 0


def test_files_of_a_returned_report_are_offered_and_go_along(client, official_a, reviewer):
    send(client, samples.jpeg(), samples.pdf())
    first = Report.objects.get(author=official_a)
    reports.return_(report=first, comment="请补充", by=reviewer, reach=reach_for(reviewer))
    picture, paper = first.evidence.order_by("id")
    for page in (client.get(address()), client.get("/reports/mine/")):
        assert f'name="carry" value="{picture.pk}" checked' in page.content.decode()
    bad = client.post(address(), {**form(progress="101"), "carry": [paper.pk]}).content.decode()
    assert f'name="carry" value="{picture.pk}">' in bad
    assert f'name="carry" value="{paper.pk}" checked' in bad
    client.post(address(), {**form(), "carry": [paper.pk]})
    assert Report.objects.latest("pk").evidence.get().name == paper.name
    gone = client.post(address(), {**form(), "carry": ["x", "999999999"]})
    assert gone.status_code == 422
    assert "沿用的附件已有变动" in text(gone)


def test_the_author_adds_and_removes_on_the_page_of_the_report(client, official_a, reviewer):
    report = report_on(CODE, official_a)
    url = f"/reports/{report.pk}/evidence/"
    assert "请先选择文件或资料出处" in text(client.post(url))
    bad = client.post(url, {"files": samples.upload(b"MZ")})
    assert (bad.status_code, "按内容判断" in text(bad)) == (422, True)
    assert "已添加：现场照片.jpg" in text(client.post(url, {"files": samples.upload(samples.jpeg())}, follow=True))
    row = report.evidence.get()
    assert "已移除：现场照片.jpg" in text(client.post(f"/evidence/{row.pk}/remove/", follow=True))
    assert client.get(f"/evidence/{row.pk}/").status_code == 404
    reports.accept(report=report, by=reviewer, reach=reach_for(reviewer))
    late = client.post(url, {"files": samples.upload(samples.pdf())})
    assert (late.status_code, "添加附件" in text(late)) == (409, False)
    assert not AuditEvent.objects.filter(refused=True).exists()


@pytest.mark.parametrize(
    ("content", "media", "how"),
    [
        (samples.jpeg(), "image/jpeg", "inline"),
        (samples.pdf("<html><script>alert(1)</script></html>"), "application/pdf", "attachment"),
        (samples.office("xlsx"), rules.XLSX, "attachment"),
    ],
)
def test_a_file_is_given_out_so_that_it_can_do_nothing(client, official_a, content, media, how):
    send(client, content, name="现场 “照片”.html")
    row = Evidence.objects.get()
    response = client.get(f"/evidence/{row.pk}/")
    assert b"".join(response.streaming_content) == row.path.read_bytes()
    headers = response.headers
    assert headers["Content-Type"] == media
    assert headers["Content-Disposition"].startswith(f"{how}; filename*=utf-8''%E7%8E%B0%E5%9C%BA%20")
    assert headers["Content-Disposition"].endswith(f".{row.sort.ending}")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "script" not in headers["Content-Security-Policy"]


def test_a_file_missing_on_disk_has_a_page_of_its_own_and_is_logged(client, official_a, caplog):
    send(client, samples.jpeg())
    row = Evidence.objects.get()
    row.path.unlink()
    row.thumb_path.unlink()
    with caplog.at_level(logging.ERROR, logger="tracker"):
        response = client.get(f"/evidence/{row.pk}/")
    assert (response.status_code, "文件缺失" in text(response)) == (410, True)
    assert response.headers["X-Reference"] in text(response)
    assert row.stored in caplog.text
    assert client.get(f"/evidence/{row.pk}/preview/").status_code == 404


def places(client: Client, **values: Any) -> Any:
    """Look for places of documents in the form, or send it with those ticked."""
    return client.post(address(), form(note="不要丢", **values))


def test_a_place_of_a_document_is_found_in_the_form_and_sent_as_evidence(client, official_a, reviewer):
    near: Any = Citation.objects.filter(milestone__code=CODE).first()
    found = places(client, cite_words="", cite_find="1")
    assert found.status_code == 200
    page = found.content.decode()
    assert "不要丢" in page
    first = page.index('name="cite"')
    assert f'value="{near.code}"' in page[first : first + 80], "the item's own place comes first"
    assert not Report.objects.filter(origin="form").exists(), "to look for a place sends nothing"
    typed = places(client, cite_words=near.place, cite_asked="")  # Enter in the field presses the first button
    assert typed.status_code == 200
    assert near.code in typed.content.decode()
    assert "没有符合的出处" in text(places(client, cite_words="绝无此处", cite_find="1"))

    assert places(client, cite=[near.code], cite_words="x", cite_asked="x").status_code == 302
    report = Report.objects.get(author=official_a)
    piece = report.evidence.get()
    assert (piece.citation, piece.stored, piece.size) == (near, "", 0)
    link = f'href="/citations/{near.code}/"'
    for who, path in ((client, f"/reports/{report.pk}/"), (signed_in(reviewer), "/review/")):
        assert link in who.get(path).content.decode()
    assert "1份佐证" in text(client.get(f"/milestones/{CODE}/"))
    assert near.code in text(client.get(f"/history/report/{report.pk}/"))
    assert client.get(f"/evidence/{piece.pk}/")["Location"] == f"/citations/{near.code}/"
    assert client.get(f"/evidence/{piece.pk}/preview/").status_code == 404
    assert "没有" not in text(client.post(f"/evidence/{piece.pk}/remove/", follow=True))
    assert not report.evidence.there().exists()


def test_a_place_goes_along_with_what_came_back_and_only_once(client, official_a, reviewer):
    near: Any = Citation.objects.filter(milestone__code=CODE).first()
    places(client, cite=[near.code])
    old = Report.objects.get(author=official_a)
    reports.return_(report=old, by=reviewer, reach=reach_for(reviewer), comment="请核实")
    page = client.get(address()).content.decode()
    assert f'name="carry" value="{old.evidence.get().pk}" checked' in page
    again = client.post(address(), form(progress="70", carry=[old.evidence.get().pk], cite=[near.code]))
    assert again.status_code == 302
    assert Report.objects.latest("pk").evidence.get().citation == near


def test_a_place_out_of_programme_or_reach_is_refused_and_what_was_typed_is_kept(client, official_a):
    own = Milestone.objects.get(code=CODE).project.programme
    strange: Any = Citation.objects.exclude(programme=own).first()
    away: Any = (
        Citation.objects.filter(programme=own, milestone__isnull=False).exclude(milestone__unit__code=UNIT_A).first()
    )
    for code in (strange.code, away.code, "NO-SUCH", "x\x00"):
        answer = places(client, cite=[code, "￾" * 30])
        if code != "x\x00":
            assert answer.status_code == 422, code
            assert "不要丢" in answer.content.decode()
            assert "所选出处不属于本事项所在专项的资料" in text(answer)
    assert not Evidence.objects.exists()


def test_places_are_added_to_a_waiting_report_by_its_author_alone(client, official_a, official_b):
    report = report_on(CODE, official_a)
    near: Any = Citation.objects.filter(milestone__code=CODE).first()
    page = client.post(f"/reports/{report.pk}/evidence/", {"cite_find": "1", "cite_words": ""})
    assert page.status_code == 200
    assert f'name="cite" value="{near.code}"' in page.content.decode()
    assert client.post(f"/reports/{report.pk}/evidence/", {"cite": [near.code]}).status_code == 302
    assert report.evidence.get().citation == near
    assert AuditEvent.objects.filter(action="report.evidence_add").exists()
    assert client.post(f"/reports/{report.pk}/evidence/", {}).status_code == 422
    assert signed_in(official_b).post(f"/reports/{report.pk}/evidence/", {"cite": [near.code]}).status_code in (
        403,
        404,
    )
    assert report.evidence.count() == 1
