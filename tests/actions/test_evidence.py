"""Evidence stored: pictures without their position, files on disk before their rows, guards, and what is left over."""

import hashlib
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image

from tests import samples
from tests.addresses import report_on
from tests.cast import UNIT_A, person, reach_for
from tracker.actions import evidence, reports, simulation
from tracker.actions.evidence_files import PIECE, Files, inspect, inspect_all, sweep, written
from tracker.actions.reports import Said
from tracker.audit import Refused
from tracker.domain.evidence import FILES, NotTaken
from tracker.domain.states import Status
from tracker.models import AuditEvent, Evidence, Milestone, Report, Role, User
from tracker.models.guard import writing

CODE = "XH-ZB-02"


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    settings.EVIDENCE = tmp_path / "evidence"
    return tmp_path / "evidence"


def on_disk(store: Path) -> list[str]:
    return sorted(path.name for path in store.rglob("*") if path.is_file())


def submit(by: User, *contents: bytes, token: str | None = None, carry: tuple[int, ...] = (), **said: Any) -> Report:
    offered, refused = inspect_all(samples.upload(content, f"文件{n}.pdf") for n, content in enumerate(contents))
    assert not refused
    today = timezone.localdate()
    with written(offered, carry) as files:
        return reports.submit_milestone(
            milestone=Milestone.objects.select_related("unit").get(code=CODE),
            said=Said(as_of=today, token=token, files=files, **said),
            status=Status.IN_PROGRESS,
            progress=None,
            actual_start=None,
            actual_finish=None,
            forecast=None,
            by=by,
            reach=reach_for(by),
            today=today,
        )


@pytest.mark.parametrize("content", [samples.jpeg(), samples.png(), samples.webp()])
def test_a_picture_keeps_its_pixels_and_nothing_else(content: bytes):
    assert samples.PLACE in content
    found = inspect(samples.upload(content + b"PK\x03\x04<script>alert(1)</script>" + samples.PLACE))
    stored = found.content.read()
    for left in (stored, found.preview):
        for trace in (samples.PLACE, b"Exif", b"xmpmeta", b"script", b"iTXt", b"tEXt", b"eXIf"):
            assert trace not in left
        image = Image.open(BytesIO(left))
        assert not image.getexif()
        assert not {"comment", "xmp", "exif", "Location"} & set(image.info)
    with Image.open(BytesIO(content)) as before, Image.open(BytesIO(stored)) as after:
        assert (before.size, before.format) == (after.size, after.format)


def test_a_picture_is_turned_before_what_says_so_is_removed():
    found = inspect(samples.upload(samples.jpeg(1000, 600, turned=True)))
    with Image.open(found.content) as image:
        assert image.size == (600, 1000)
        above, below = image.getpixel((300, 100)), image.getpixel((300, 900))
    assert above[0] > 200 > 60 > above[2]  # type: ignore[index]  # red, which was on the left
    assert below[2] > 200 > 60 > below[0]  # type: ignore[index]
    assert (found.width, found.height) == (192, 320)


def test_a_large_photograph_is_made_as_large_as_is_needed():
    found = inspect(samples.upload(samples.jpeg(10_100, 300, position=False)))
    with Image.open(found.content) as image:
        assert max(image.size) <= 5050


def test_a_picture_one_can_see_through_has_a_preview_on_white():
    found = inspect(samples.upload(samples.png(alpha=True)))
    assert Image.open(BytesIO(found.preview)).getpixel((5, 5)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (samples.png_bomb(), "file_pixels"),
        (samples.png_bomb(7_000, 7_000), "file_pixels"),
        (samples.jpeg()[:200], "file_damaged"),
        (b"\xff\xd8\xff\xe0" + b"<script>" * 20, "file_damaged"),
        (samples.webp(frames=3), "file_animated"),
        (b"MZ" + b"\x00" * 100, "file_not_taken"),
    ],
)
def test_a_picture_that_is_none_is_not_taken(content: bytes, code: str):
    with pytest.raises(NotTaken) as caught:
        inspect(samples.upload(content))
    assert caught.value.code == code


@pytest.mark.django_db
def test_a_report_is_stored_with_its_files_and_says_so(official_a: User, store: Path):
    large = samples.pdf("y" * (2 * PIECE))
    report = submit(official_a, samples.jpeg(), large, samples.jpeg())
    one, two = report.evidence.order_by("id")
    assert (one.name, two.name) == ("文件0.jpg", "文件1.pdf")
    assert on_disk(store) == sorted([one.stored, f"{one.stored}.thumb", two.stored])
    for row in (one, two):
        content = row.path.read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (row.size, row.sha256)
    assert two.path.read_bytes() == large
    assert one.sent_sha256 == hashlib.sha256(samples.jpeg()).hexdigest() != one.sha256
    event = AuditEvent.objects.get(action="report.submit", subject_code=str(report.pk))
    assert event.after is not None
    kept = [{"name": row.name, "size": row.size, "sha256": row.sha256} for row in (one, two)]
    assert event.after["evidence"] == kept


@pytest.mark.django_db
def test_a_replay_stores_a_file_once_and_other_files_are_no_replay(official_a: User, store: Path):
    token = "a-replayed-token"
    first = submit(official_a, samples.jpeg(), token=token)
    files = on_disk(store)
    assert submit(official_a, samples.jpeg(), token=token).pk == first.pk
    assert on_disk(store) == files
    with pytest.raises(Refused, match="already_sent"):
        submit(official_a, samples.jpeg(), samples.pdf(), token=token)
    assert (on_disk(store), Evidence.objects.count()) == (files, 1)


@pytest.mark.django_db
def test_files_of_a_report_that_is_refused_are_removed_again(official_a: User, store: Path):
    with pytest.raises(Refused, match="stale"):
        submit(official_a, samples.pdf(), version=999)
    with pytest.raises(Refused, match="files_too_many"):
        submit(official_a, *(samples.pdf(str(n)) for n in range(FILES + 1)))
    assert on_disk(store) == []
    assert not Report.objects.filter(author=official_a).exists()


@pytest.mark.django_db
def test_a_store_that_cannot_be_written_refuses_with_a_message(official_a: User, store: Path):
    store.write_text("a file where the folder should be")
    with pytest.raises(Refused, match="evidence_not_stored"):
        submit(official_a, samples.pdf())
    assert not Report.objects.filter(author=official_a).exists()


@pytest.mark.django_db
def test_files_are_added_and_taken_away_by_the_author_until_the_decision(
    official_a: User, reviewer: User, store: Path, django_capture_on_commit_callbacks: Any
):
    report = submit(official_a, samples.pdf("one"))
    with written(inspect_all([samples.upload(samples.pdf("one")), samples.upload(samples.pdf("two"))])[0]) as files:
        (added,) = evidence.add(report=report, files=files, by=official_a)
    assert len(on_disk(store)) == 2
    colleague = person("official-a2", Role.OFFICIAL, UNIT_A)
    for act in (
        lambda: evidence.add(report=report, files=Files(), by=colleague),
        lambda: evidence.remove(evidence=added, by=colleague),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.right
    assert AuditEvent.objects.filter(refused=True, actor_name="official-a2").count() == 2
    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove(evidence=added, by=official_a)
    added.refresh_from_db()
    assert added.removed_at
    assert not added.path.exists()
    with pytest.raises(Refused, match="evidence_gone"):
        evidence.remove(evidence=added, by=official_a)
    kept = report.evidence.there().get()
    reports.accept(report=report, by=reviewer, reach=reach_for(reviewer))
    for act in (
        lambda: evidence.add(report=report, files=Files(), by=official_a),
        lambda: evidence.remove(evidence=kept, by=official_a),
    ):
        with pytest.raises(Refused, match="already_decided"):
            act()
    acts = AuditEvent.objects.filter(action__startswith="report.evidence", refused=False).order_by("id")
    assert [one.action for one in acts] == ["report.evidence_add", "report.evidence_remove"]


@pytest.mark.django_db
def test_files_of_a_returned_report_go_along_without_being_sent_again(
    official_a: User, reviewer: User, django_capture_on_commit_callbacks: Any, store: Path
):
    first = submit(official_a, samples.jpeg(), samples.pdf())
    picture, paper = first.evidence.order_by("id")
    reports.return_(report=first, comment="请补充", by=reviewer, reach=reach_for(reviewer))
    second = submit(official_a, samples.pdf("more"), carry=(picture.pk,))
    assert [row.name for row in second.evidence.order_by("id")] == ["文件0.jpg", "文件0.pdf"]
    assert len(on_disk(store)) == 4
    third = submit(official_a, carry=tuple(second.evidence.values_list("pk", flat=True)))
    assert third.evidence.count() == 2  # the waiting one gave way, its files went along
    second.refresh_from_db()
    assert second.state == "withdrawn"
    elsewhere = report_on("XH-ZB-01", official_a)
    with pytest.raises(Refused, match="evidence_gone"):
        submit(official_a, carry=(paper.pk, 999_999_999))
    row = third.evidence.first()
    assert row is not None
    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove(evidence=row, by=official_a)
    assert row.path.exists()  # the returned report still names it
    with pytest.raises(Refused, match="evidence_gone"), transaction.atomic():
        Files(carried=(paper.pk,)).attach(elsewhere, official_a, None)
    with pytest.raises(Refused, match="evidence_gone"):
        submit(official_a, carry=(row.pk,))


@pytest.mark.django_db
def test_a_correction_may_keep_the_files_of_what_it_corrects(official_a: User, reviewer: User):
    first = submit(official_a, samples.jpeg())
    reports.accept(report=first, by=reviewer, reach=reach_for(reviewer))
    number = first.evidence.get().pk
    with pytest.raises(Refused, match="evidence_gone"):
        submit(official_a, carry=(number,))
    assert submit(official_a, carry=(number,), supersedes=first, reason="多写一个零").evidence.count() == 1


@pytest.mark.django_db
def test_the_database_guards_the_rows(official_a: User, reviewer: User):
    report = submit(official_a, samples.pdf())
    row = report.evidence.get()

    def refused(statement: str) -> None:
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)

    refused(f"UPDATE tracker_evidence SET name = 'x' WHERE id = {row.pk}")
    refused(f"DELETE FROM tracker_evidence WHERE id = {row.pk}")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    refused("TRUNCATE tracker_evidence")
    reports.accept(report=report, by=reviewer, reach=reach_for(reviewer))
    refused(f"UPDATE tracker_evidence SET removed_at = now() WHERE id = {row.pk}")
    row.pk, row.sent_sha256 = None, "0" * 64
    with pytest.raises(IntegrityError), transaction.atomic(), writing():
        row.save(force_insert=True)


@pytest.mark.django_db
def test_sweeping_removes_only_old_files_that_nothing_names(official_a: User, store: Path):
    report = submit(official_a, samples.jpeg())
    kept = on_disk(store)
    folder = store / "ab"
    folder.mkdir()
    for name in (f"ab{'0' * 30}", f"ab{'0' * 30}.thumb", f"ab{'1' * 30}.part"):
        (folder / name).write_bytes(b"left over")
    now = time.time()  # files have the machine's time
    assert sweep(before=now - 3600) == (0, 0)
    assert sweep(before=now + 3600) == (3, 27)
    assert on_disk(store) == kept
    assert report.evidence.get().path.exists()


@pytest.mark.django_db
def test_the_command_says_which_files_are_missing_or_changed(official_a: User, capsys: pytest.CaptureFixture[str]):
    report = submit(official_a, samples.jpeg(), samples.pdf())
    call_command("evidence")
    assert "2 files" in capsys.readouterr().out
    picture, paper = report.evidence.order_by("id")
    picture.path.unlink()
    paper.path.write_bytes(b"another")
    with pytest.raises(CommandError, match="backup"):
        call_command("evidence")
    said = capsys.readouterr().out
    assert f"missing: {picture.path}" in said
    assert f"changed: {paper.path}" in said
    call_command("evidence", "--sweep")
    assert "Removed 0 files" in capsys.readouterr().out


@pytest.mark.django_db
def test_evidence_on_a_simulated_report_leaves_with_it(official_a: User, store: Path):
    report = submit(official_a, samples.pdf())
    with writing(), connection.cursor() as cursor:
        cursor.execute("UPDATE tracker_report SET origin = 'simulation' WHERE id = %s", [report.pk])
    simulation.clear()
    assert not Evidence.objects.exists()
    assert sweep(before=time.time() + 60)[0] == 1
