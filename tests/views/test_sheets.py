"""The ledger taken out, filled in and brought back: what is shown before anything counts, and what is stored then."""

import io
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from tests.addresses import report_on
from tests.cast import ROOT, SINCE, UNIT_A, person, reach_for, signed_in
from tracker.actions import reports
from tracker.actions import sheets as actions
from tracker.audit import Refused
from tracker.imports import sheet_check
from tracker.models import Appointment, AuditEvent, Metric, Milestone, Report, Role, SheetUpload, Unit, User
from tracker.models.guard import writing
from tracker.views import sheets as views

pytestmark = pytest.mark.django_db
Change = Callable[[Any], None]
FIRST = 4  # the first row under the column titles


@pytest.fixture
def client(official_a: User) -> Client:
    return signed_in(official_a)


def ledger(client: Client, query: str = "") -> Any:
    answer: Any = client.get(f"/reports/sheet/ledger/{query}")
    assert answer.status_code == 200, answer
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content)))


def saved(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(client: Client, content: bytes, name: str = "台账.xlsx") -> Any:
    return client.post("/reports/sheet/", {"file": SimpleUploadedFile(name, content)})


def token_of(answer: Any) -> str:
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return str(answer["Location"]).rstrip("/").split("/")[-1]


def row_of(book: Any, code: str, sheet: str = "节点") -> int:
    found: int = next(cell.row for cell in book[sheet]["A"] if cell.value == code)
    return found


def put(book: Any, code: str, sheet: str = "节点", **values: Any) -> int:
    """Fill cells of a row by the title of their column (进度 for 进度 %); returns the row."""
    page, row = book[sheet], row_of(book, code, sheet)
    places = {str(cell.value).removesuffix(" %"): cell.column for cell in page[FIRST - 1]}
    for title, value in values.items():
        page.cell(row, places[title]).value = value
    return row


def line_of(token: str, code: str) -> dict[str, Any]:
    return next(one for one in SheetUpload.objects.get(token=token).outcome["lines"] if one["code"] == code)


def test_unchanged_is_no_report(client: Client, official_a: User):
    before = Report.objects.count()
    token = token_of(upload(client, saved(ledger(client))))
    page = client.get(f"/reports/sheet/{token}/").content.decode()
    assert "台账没有改动" in page
    outcome = SheetUpload.objects.get(token=token).outcome
    assert (outcome["lines"], outcome["rows"]) == ([], [])
    assert outcome["same"] == outcome["total"] > 10
    assert Report.objects.count() == before


def test_the_ledger_holds_what_one_reports_on_and_nothing_else(client: Client, official_b: User):
    book = ledger(client)
    codes = {cell.value for cell in book["节点"]["A"][FIRST - 1 :]}
    own = Milestone.objects.filter(unit__code=UNIT_A).exclude(status="done")
    assert codes == set(own.values_list("code", flat=True))
    measured = {cell.value for cell in book["指标"]["A"][FIRST - 1 :]}
    assert measured == set(Metric.objects.filter(unit__code=UNIT_A, derived=False).values_list("code", flat=True))
    due = ledger(client, "?what=due")
    assert {cell.value for cell in due["节点"]["A"][FIRST - 1 :]} <= codes


def test_what_is_changed_is_shown_cell_by_cell_and_sent_as_reports(client: Client, official_a: User):
    book = ledger(client)
    put(book, "XH-ZB-02", 状态="进行中", 进度=55, 预计完成="明年1月底前", 说明="进场施工")
    put(book, "XH-M-18", "指标", 数值="0.05万")
    events = Report.objects.count()
    token = token_of(upload(client, saved(book)))
    assert Report.objects.count() == events, "the look at it stores nothing"
    page = client.get(f"/reports/sheet/{token}/").content.decode()
    assert page.count('name="row"') == 2
    assert "<ins>55%</ins>" in page
    assert "<ins>500亩</ins>" in page
    ticked = [line_of(token, code)["id"] for code in ("XH-ZB-02", "XH-M-18")]
    answer = client.post(f"/reports/sheet/{token}/send/", {"row": ticked}, follow=True)
    assert "已提交 2 项" in answer.content.decode()
    report = Report.objects.get(milestone__code="XH-ZB-02", origin="sheet")
    assert (report.on_milestone.progress, report.note, report.author) == (Decimal(55), "进场施工", official_a)
    assert report.on_milestone.forecast_text == "明年1月底前"
    assert report.as_of == timezone.localdate()
    assert Report.objects.get(metric__code="XH-M-18", origin="sheet").on_metric.low == 500
    assert AuditEvent.objects.filter(action="sheet.send", after__sent=2).exists()


def test_the_same_sheet_sent_twice_is_one_report(client: Client):
    book = ledger(client)
    put(book, "XH-ZB-02", 状态="进行中", 进度=55)
    for _again in range(2):
        token = token_of(upload(client, saved(book)))
        client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
        client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
    assert line_of(token, "XH-ZB-02")["verdict"] == "before"
    assert Report.objects.filter(milestone__code="XH-ZB-02", origin="sheet").count() == 1


def test_only_the_day_says_that_nothing_has_changed(client: Client, official_a: User, reviewer: User):
    reports.accept(report=report_on("XH-ZB-02", official_a), by=reviewer, reach=reach_for(reviewer))
    book = ledger(client)
    put(book, "XH-ZB-02", 情况截至=timezone.localdate())
    token = token_of(upload(client, saved(book)))
    assert "无变化" in client.get(f"/reports/sheet/{token}/").content.decode()
    client.post(f"/reports/sheet/{token}/send/", {"row": line_of(token, "XH-ZB-02")["id"]})
    report = Report.objects.get(milestone__code="XH-ZB-02", origin="sheet")
    assert report.on_milestone.progress == 50


def test_newer_data_is_a_conflict_shown_with_both_values(client: Client, official_a: User, reviewer: User):
    book = ledger(client)
    put(book, "XH-ZB-02", 状态="进行中", 进度=30)
    reports.accept(report=report_on("XH-ZB-02", official_a), by=reviewer, reach=reach_for(reviewer))
    token = token_of(upload(client, saved(book)))
    line = line_of(token, "XH-ZB-02")
    assert line["verdict"] == "conflict"
    assert ["进度 %", "50%", "30%"] in line["changes"]
    page = client.get(f"/reports/sheet/{token}/").content.decode()
    assert f'value="{line["id"]}"> ' in page, "not ticked unless somebody ticks it"
    assert (
        not client.post(f"/reports/sheet/{token}/send/", {"all": "1"}, follow=True).content.decode().count("已提交 1")
    )
    client.post(f"/reports/sheet/{token}/send/", {"row": line["id"]})
    assert Report.objects.get(milestone__code="XH-ZB-02", origin="sheet").on_milestone.progress == 30


def test_what_moves_on_after_the_look_is_refused(client: Client, official_a: User, reviewer: User):
    book = ledger(client)
    put(book, "XH-ZB-02", 状态="进行中", 进度=30)
    token = token_of(upload(client, saved(book)))
    reports.accept(report=report_on("XH-ZB-02", official_a), by=reviewer, reach=reach_for(reviewer))
    page = client.post(f"/reports/sheet/{token}/send/", {"all": "1"}, follow=True).content.decode()
    assert "1 行未提交" in page
    assert "其间又有新数" in page
    assert not Report.objects.filter(origin="sheet").exists()


def test_bad_rows_are_told_in_their_cells_and_keep_nothing_else_back(client: Client):
    book = ledger(client)
    put(book, "XH-ZB-01", 状态="进行中", 进度=40)
    bad = {
        put(book, "XH-ZB-02", 状态="完成"): "「实际完成」",
        put(book, "XH-ZB-03", 状态="进行中", 进度="一半"): "「进度 %」",
        put(book, "XH-ZB-04", 状态="进行中", 进度=100): "「进度 %」",
        put(book, "XH-LS-01", 说明="=1+1"): "「说明」",
        put(book, "XH-LS-02", 事项="别的事项", 进度=7): "「事项」",
    }
    token = token_of(upload(client, saved(book)))
    page = client.get(f"/reports/sheet/{token}/").content.decode()
    for row, column in bad.items():
        assert f"第 {row} 行{column}" in page
    answer: Any = client.get(f"/reports/sheet/{token}/errors/")
    marked_up = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = marked_up["节点"]
    marked = {cell.row: cell.comment.text for line in sheet.iter_rows() for cell in line if cell.comment}
    assert set(marked) == set(bad)
    assert all(column in marked[row] for row, column in bad.items())
    client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
    assert list(Report.objects.filter(origin="sheet").values_list("milestone__code", flat=True)) == ["XH-ZB-01"]
    put(marked_up, "XH-ZB-03", 进度=45)
    again = token_of(upload(client, saved(marked_up)))
    assert line_of(again, "XH-ZB-03")["verdict"] == "send", "the file with comments is the ledger still"
    assert line_of(again, "XH-ZB-01")["verdict"] == "before"


def test_a_csv_of_the_same_shape_is_taken_too(client: Client):
    book = ledger(client)
    put(book, "XH-ZB-02", 状态="进行中", 进度="６０％")
    put(book, "XH-ZB-03", 状态="做完了")
    rows = book["节点"].iter_rows(min_row=FIRST - 1, values_only=True)
    text = "\n".join(",".join("" if one is None else str(one).replace(",", "，") for one in row) for row in rows)
    token = token_of(upload(client, text.encode("gb18030"), "台账.csv"))
    assert line_of(token, "XH-ZB-02")["changes"][-1][2] == "60%"
    assert line_of(token, "XH-ZB-03")["verdict"] == "bad"
    answer: Any = client.get(f"/reports/sheet/{token}/errors/")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.comment.text for line in sheet.iter_rows() for cell in line if cell.comment]


def away() -> str:
    """An open milestone of a unit that official A does not report for."""
    found = Milestone.objects.exclude(unit__code=UNIT_A).exclude(status="done").order_by("code").first()
    assert found is not None
    return found.code


def test_the_sheet_of_another_unit_is_refused_and_so_is_a_row_of_one(client: Client, official_b: User):
    answer = upload(client, saved(ledger(signed_in(official_b))))
    assert answer.status_code == 422
    assert "不由您填报" in answer.content.decode()
    assert not SheetUpload.objects.exists()
    both = ledger(signed_in(person("official-all", Role.OFFICIAL, ROOT)))
    for code in ("XH-ZB-02", away()):
        put(both, code, 状态="进行中", 进度=55)
    token = token_of(upload(client, saved(both)))
    assert line_of(token, "XH-ZB-02")["verdict"] == "send"
    assert "没有这个代码" in str(line_of(token, away())["faults"])


def test_a_row_one_may_read_but_not_report_on_is_a_refused_act(stage: None):
    above = ledger(signed_in(person("official-all", Role.OFFICIAL, ROOT)))
    put(above, away(), 状态="进行中", 进度=55)
    mixed = person("mixed", Role.OFFICIAL, UNIT_A)
    with writing():
        Appointment(user=mixed, unit=Unit.named(ROOT), role=Role.LEADER, valid_from=SINCE).save()
    token = token_of(upload(signed_in(mixed), saved(above)))
    assert "不属您单位" in str(line_of(token, away())["faults"])
    assert AuditEvent.objects.filter(refused=True, code="no_right", actor_name="mixed").exists()


def test_an_upload_is_its_owners_alone_and_goes_after_a_day(client: Client, official_b: User, leader: User):
    token = token_of(upload(client, saved(ledger(client))))
    for user, status in ((official_b, 404), (leader, 403)):
        other = signed_in(user)
        assert other.get(f"/reports/sheet/{token}/").status_code == status
        assert other.post(f"/reports/sheet/{token}/send/", {"all": "1"}).status_code == status
        assert other.get(f"/reports/sheet/{token}/errors/").status_code == status
    with writing():
        SheetUpload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/reports/sheet/{token}/").status_code == 404
    token_of(upload(client, saved(ledger(client))))
    assert SheetUpload.objects.count() == 1, "what has expired is removed with the next upload"


def test_a_large_sheet_is_looked_at_part_by_part_and_sent_as_a_whole(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(views, "AT_ONCE", 2)
    book = ledger(client)
    codes = ["XH-ZB-01", "XH-ZB-02", "XH-ZB-03", "XH-ZB-04", "XH-LS-01"]
    for number, code in enumerate(codes):
        put(book, code, 状态="进行中", 进度=10 + number, 预计完成="明年3月底前", 情况截至=timezone.localdate())
    put(book, "XH-M-18", "指标", 数值="约500")
    token = token_of(upload(client, saved(book)))
    for done in (2, 4):
        page = client.get(f"/reports/sheet/{token}/").content.decode()
        assert f"已核对 {done} / 6 行" in page
        assert "data-continue" in page
        assert 'name="row"' not in page
        assert client.post(f"/reports/sheet/{token}/check/").status_code == 302
    assert client.get(f"/reports/sheet/{token}/").content.decode().count('name="row"') == 6
    assert not Report.objects.filter(origin="sheet").exists()
    client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
    sent = Report.objects.filter(origin="sheet")
    assert set(sent.values_list("milestone__code", flat=True)) == {*codes, None}
    assert sent.get(milestone__code="XH-LS-01").on_milestone.forecast_text == "明年3月底前"
    assert sent.get(metric__code="XH-M-18").on_metric.qualifier == "about"


def test_two_requests_for_the_same_rows_count_once_and_a_thrown_away_sheet_stays_away(client: Client, official_a: User):
    book = ledger(client)
    put(book, "XH-ZB-02", 状态="进行中", 进度=5)
    token = token_of(upload(client, saved(book)))
    upload_ = SheetUpload.objects.get(token=token)
    lines = upload_.outcome["lines"]
    with writing():
        SheetUpload.objects.filter(token=token).update(outcome={**upload_.outcome, "lines": [], "rows": [{}]})
    first, second = (SheetUpload.objects.get(token=token) for _one in range(2))
    for one in (first, second):
        actions.advance(upload=one, lines=lines, by=official_a)
    assert SheetUpload.objects.get(token=token).outcome["lines"] == lines
    client.post(f"/reports/sheet/{token}/discard/")
    with pytest.raises(Refused, match="sheet_gone"):
        actions.advance(upload=first, lines=lines, by=official_a)
    assert not SheetUpload.objects.exists()
    assert client.post(f"/reports/sheet/{token}/check/").status_code == 404


def test_three_uploads_wait_at_most_and_one_can_be_thrown_away(client: Client):
    content = saved(ledger(client))
    tokens = [token_of(upload(client, content)) for _one in range(actions.KEPT_EACH + 1)]
    assert set(SheetUpload.objects.values_list("token", flat=True)) == set(tokens[1:])
    answer = client.post(f"/reports/sheet/{tokens[-1]}/discard/", follow=True)
    assert "已删除" in answer.content.decode()
    assert not SheetUpload.objects.filter(token=tokens[-1]).exists()


def test_no_file_and_a_wrong_file_are_told_on_the_spot(client: Client):
    assert "请先选择文件" in client.post("/reports/sheet/", {}).content.decode()
    answer = upload(client, b"\x89PNG\r\n\x1a\n\0", "a.png")
    assert answer.status_code == 422
    assert "不是 Excel" in answer.content.decode()


def test_a_file_that_is_far_too_large_is_told_and_not_read(client: Client):
    answer = upload(client, b"PK" + bytes(21_000_000))
    assert answer.status_code == 422
    assert "超过 10 MB" in answer.content.decode()


def test_too_many_changes_at_once_are_refused_as_a_whole(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sheet_check, "MOST_CHANGED", 1)
    book = ledger(client)
    for code in ("XH-ZB-02", "XH-ZB-03"):
        put(book, code, 状态="进行中", 进度=5)
    answer = upload(client, saved(book))
    assert "改动了 2 行，一次最多 1 行" in answer.content.decode()


def test_an_old_sheet_and_hidden_rows_are_said(client: Client):
    book = ledger(client)
    row = put(book, "XH-ZB-02", 状态="进行中", 进度=55)
    book["节点"].row_dimensions[row].hidden = True
    token = token_of(upload(client, saved(book)))
    with writing():
        held = SheetUpload.objects.get(token=token)
        held.outcome["taken_out"] = "20260105"
        held.save()
    page = client.get(f"/reports/sheet/{token}/").content.decode()
    assert "2026年1月5日" in page
    assert f"第 {row} 行" in page


def test_as_many_statements_for_a_hundred_rows_as_for_one(client: Client, django_assert_max_num_queries: Any):
    content = saved(ledger(client))
    with django_assert_max_num_queries(22):
        upload(client, content)
