"""Another office's sheet: its columns confirmed once, its rows matched, then seen and sent as our own ledger is."""

import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from tests.addresses import report_on
from tests.cast import UNIT_A, person, reach_for, signed_in
from tracker.actions import foreign_sheets as actions
from tracker.actions import reports
from tracker.audit import Refused
from tracker.models import AuditEvent, Milestone, Report, Role, SheetMapping, SheetUpload, Unit, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
TITLES = ["序号", "节点名称", "责任单位", "计划完成时限", "进度(%)", "状态", "最新进展"]
MILESTONE = "施工、监理招投标完成"  # XH-ZB-02
METRIC = "原有绿地提升面积"  # XH-M-18


@pytest.fixture
def client(official_a: User) -> Client:
    return signed_in(official_a)


def book(*sheets: list[list[Any]], merged: tuple[str, ...] = ()) -> bytes:
    made = Workbook()
    for number, rows in enumerate(sheets):
        page = made.active if number == 0 else made.create_sheet()
        for row in rows:
            page.append(row)
        for cells in merged:
            page.merge_cells(cells)
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def sheet(*rows: list[Any]) -> list[list[Any]]:
    return [["某县重点工作台账"], TITLES, *rows]


def upload(client: Client, content: bytes, name: str = "台账.xlsx") -> Any:
    return client.post("/reports/foreign/", {"file": SimpleUploadedFile(name, content)})


def token_of(answer: Any) -> str:
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"]).split("/")[3]


def confirm(client: Client, token: str, **changed: str) -> Any:
    """Confirm the columns as guessed, but for those changed."""
    page = client.get(f"/reports/foreign/{token}/")
    data = {f"c{column.place}": column.role for column in page.context["columns"]}
    return client.post(f"/reports/foreign/{token}/", data | {"as_of": page.context["as_of"]} | changed)


def choose(client: Client, address: str, *chosen: str, code: str = "") -> Any:
    """Choose an item for each row asked about, in their order; `code` is typed beside the first."""
    asked = client.get(address).context["asked"]
    data = {f"key{number}": one.key for number, one in enumerate(asked)} | {"code0": code}
    return client.post(address, data | {f"item{number}": item for number, item in enumerate(chosen)})


def outcome(token: str) -> dict[str, Any]:
    found: dict[str, Any] = SheetUpload.objects.get(token=token).outcome
    return found


def remarks(token: str) -> str:
    return "\n".join(f"{cell} {sentence}" for cell, sentence in outcome(token)["foreign"]["remarks"])


def test_from_the_upload_to_the_report(client: Client, official_a: User):
    content = book(sheet([1, MILESTONE, "甲局", "2026-12-31", "５５", "推进中", "已进场"]))
    answer = upload(client, content)
    token = token_of(answer)
    assert answer["Location"].endswith(f"/foreign/{token}/")
    assert client.get(f"/reports/sheet/{token}/").status_code == 302, "nothing to see before the columns are known"
    page = client.get(answer["Location"])
    guessed = {column.title: column.role for column in page.context["columns"]}
    assert guessed == dict(zip(TITLES, ["", "name", "unit", "due", "progress", "status", "note"], strict=True))
    assert page.context["columns"][6].samples == ("已进场",)
    assert not SheetMapping.objects.exists(), "looking stores nothing"

    answer = confirm(client, token)
    assert answer["Location"] == f"/reports/sheet/{token}/"
    preview = client.get(answer["Location"]).content.decode()
    assert "<ins>55%</ins>" in preview
    assert "<ins>进行中</ins>" in preview
    assert not Report.objects.filter(origin="sheet").exists()
    client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
    report = Report.objects.get(origin="sheet")
    assert report.milestone is not None
    assert (report.milestone.code, report.on_milestone.progress, report.note) == ("XH-ZB-02", Decimal(55), "已进场")
    kept = SheetMapping.objects.get()
    assert (kept.unit.code, kept.made_by, kept.title) == (UNIT_A, official_a, "某县重点工作台账")
    assert AuditEvent.objects.filter(action="sheet.mapping", subject_code=kept.fingerprint[:8]).exists()
    answer = confirm(client, token)
    assert answer["Location"] == f"/reports/sheet/{token}/", "what was sent is not read anew"
    assert outcome(token)["lines"][0]["report"] == report.pk


def test_the_next_sheet_with_these_titles_is_read_at_once(client: Client, official_a: User):
    first = token_of(upload(client, book(sheet([1, MILESTONE, "", "", 55, "", ""]))))
    confirm(client, first, c2="")
    colleague = signed_in(person("official-a2", Role.OFFICIAL, UNIT_A))
    answer = upload(colleague, book(sheet([1, MILESTONE, "", "", 60, "", ""])))
    assert answer["Location"].startswith("/reports/sheet/")
    assert outcome(token_of(answer))["lines"][0]["changes"][-1][2] == "60%"
    other = signed_in(person("official-b", Role.OFFICIAL, "XH-U-PG"))
    answer = upload(other, book(sheet([1, MILESTONE, "", "", 60, "", ""])))
    assert answer["Location"].endswith(f"/foreign/{token_of(answer)}/"), "another unit reads it its own way"


def test_the_same_sheet_twice_is_one_report(client: Client):
    content = book(sheet([1, MILESTONE, "", "", 55, "", ""]))
    confirm(client, token := token_of(upload(client, content)))
    client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
    token = token_of(upload(client, content))
    assert outcome(token)["lines"][0]["verdict"] == "before"
    client.post(f"/reports/sheet/{token}/send/", {"all": "1"})
    assert Report.objects.filter(origin="sheet").count() == 1


def test_rows_nobody_knows_are_asked_about_and_remembered(client: Client):
    content = book(sheet([1, "监理招标", "", "", 40, "", ""], [2, "不相干的事", "", "", 10, "", ""]))
    answer = confirm(client, token := token_of(upload(client, content)))
    assert answer["Location"].endswith("/rows/")
    page = client.get(answer["Location"])
    asked = page.context["asked"]
    assert [one.text for one in asked] == ["监理招标", "不相干的事"]
    assert "milestone:XH-ZB-02" in dict(asked[0].candidates)
    bad = choose(client, answer["Location"], code="NO-SUCH")
    assert bad.status_code == 422
    assert "NO-SUCH" in bad.content.decode()
    done = choose(client, answer["Location"], "milestone:XH-ZB-02")
    assert done["Location"] == f"/reports/sheet/{token}/"
    assert [line["code"] for line in outcome(token)["lines"]] == ["XH-ZB-02"]
    assert outcome(token)["foreign"]["left"] == [4]
    assert "未导入的行" in client.get(done["Location"]).content.decode()
    assert upload(client, content)["Location"].startswith("/reports/sheet/"), "asked once"
    again = f"/reports/foreign/{token}/rows/?again=1"
    assert [one.chosen for one in client.get(again).context["asked"]] == ["milestone:XH-ZB-02", ""]
    choose(client, again, "", code="XH-ZB-03")
    assert [line["code"] for line in outcome(token)["lines"]] == ["XH-ZB-03"]


def test_figures_with_their_units_and_what_does_not_add_up(client: Client):
    rows: list[list[Any]] = [
        ["征拆进度表（截至2026年8月31日）"],
        ["序号", "指标", "征地", None, None, "备注"],
        [None, None, "任务（亩）", "完成（亩）", "完成率", None],
        [1, METRIC, 1000, "0.06万", "62.36%", None],
        [2, "合计", 1000, 700, "70%", None],
    ]
    content = book(rows, merged=("A1:F1", "A2:A3", "B2:B3", "C2:E2", "F2:F3"))
    token = token_of(upload(client, content))
    page = client.get(f"/reports/foreign/{token}/")
    assert [one.title for one in page.context["columns"]][2:4] == ["征地 / 任务（亩）", "征地 / 完成（亩）"]
    assert page.context["as_of"] == "2026年8月31日"
    confirm(client, token, c3="quantity", c2="target")
    line = outcome(token)["lines"][0]
    assert (line["code"], line["changes"][0][2], line["as_of"]) == ("XH-M-18", "600亩", "2026年8月31日")
    said = remarks(token)
    assert "E4" in said
    assert "62.36%" in said
    assert "60%" in said
    assert "D5" in said


def test_a_row_of_figures_is_a_metric_even_where_a_milestone_has_its_name(client: Client):
    name = Milestone.objects.get(code="XH-LS-04").name
    rows: list[list[Any]] = [["事项", "完成（亩）", "最新进展"], [name, 600, "已进场"]]
    answer = confirm(client, token_of(upload(client, book(rows))))
    page = client.get(answer["Location"])
    assert page.context["asked"][0].candidates[0][0] == "metric:XH-M-18"
    choose(client, answer["Location"], "metric:XH-M-18")
    line = outcome(token_of(answer))["lines"][0]
    assert (line["code"], [change[2] for change in line["changes"]]) == ("XH-M-18", ["600亩", "已进场"])


def test_a_figure_merged_over_rows_counts_once_and_a_fraction_is_asked_about(client: Client):
    rows: list[list[Any]] = [["指标", "完成（亩）"], [METRIC, 600], ["京承高速西侧重点绿化面积", None]]
    confirm(client, token := token_of(upload(client, book(rows, merged=("B2:B3",)))))
    assert [line["code"] for line in outcome(token)["lines"]] == ["XH-M-18"]
    confirm(client, token := token_of(upload(client, book(sheet([1, MILESTONE, "", "", 0.55, "", ""])))))
    assert "55%" in remarks(token)


def test_a_day_that_nobody_can_tell_is_asked_for_each_time(client: Client):
    content = book([["台账（截至8月底）"], ["节点名称", "进度"], [MILESTONE, 20]])
    answer = upload(client, content)
    assert client.get(answer["Location"]).context["as_of"] == "8月底"
    confirm(client, token_of(answer), as_of="2026-8-31")
    assert upload(client, content)["Location"].startswith("/reports/foreign/")


def test_a_lost_myriad_is_asked_about_and_nothing_is_corrected(client: Client):
    rows: list[list[Any]] = [["指标名称", "目标值", "累计完成", "单位"], [METRIC, 1000, 3_000_000, "亩"]]
    confirm(client, token := token_of(upload(client, book(rows))))
    assert "万" in remarks(token)
    assert outcome(token)["lines"][0]["changes"][0][2] == "3000000亩"


def test_an_older_sheet_is_refused_row_by_row_with_its_reason(client: Client, official_a: User, reviewer: User):
    reports.accept(report=report_on("XH-ZB-02", official_a), by=reviewer, reach=reach_for(reviewer))
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    content = book(sheet([1, MILESTONE, "", "", 55, "", ""]))
    confirm(client, token := token_of(upload(client, content)), as_of=yesterday)
    line = outcome(token)["lines"][0]
    assert line["verdict"] == "bad"
    assert "早于" in line["faults"][0][1]


def test_what_the_sheet_does_not_say_stays(client: Client, official_a: User, reviewer: User):
    reports.accept(report=report_on("XH-ZB-02", official_a), by=reviewer, reach=reach_for(reviewer))
    content = book(sheet([1, MILESTONE, "", "", "/", "", ""], [2, "XH-ZB-03", "", "", "", "", ""]))
    confirm(client, token := token_of(upload(client, content)))
    assert (outcome(token)["lines"], outcome(token)["same"]) == ([], 2)


def test_a_formula_is_refused_in_its_cell(client: Client):
    content = book(sheet([1, MILESTONE, "", "", "=1+54", "", "=A1"]))
    confirm(client, token := token_of(upload(client, content)))
    assert outcome(token)["lines"][0]["verdict"] == "bad"
    assert [cell for _place, _said, cell in outcome(token)["lines"][0]["faults"]] == ["E3", "G3"]
    assert client.get(f"/reports/sheet/{token}/errors/").status_code == 200


def test_an_item_of_another_unit_is_refused(client: Client):
    away = Milestone.objects.filter(unit__code="XH-U-PG").first()
    assert away is not None
    content = book(sheet([1, away.name, "", "", 55, "", ""]))
    answer = confirm(client, token := token_of(upload(client, content)))
    assert answer["Location"].endswith("/rows/")
    assert "没有一行与本单位" in client.get(answer["Location"]).content.decode()
    answer = choose(client, answer["Location"], f"milestone:{away.code}")
    assert answer["Location"].endswith("/rows/"), "an item out of reach is none to choose"
    assert outcome(token)["lines"] == []


def test_csv_of_old_software_and_two_sheets_in_a_workbook(client: Client):
    text = f"节点名称,进度,备注\r\n《{MILESTONE}》,５５％,已进场\r\n".encode("gb18030")
    confirm(client, token := token_of(upload(client, text, "台账.csv")))
    assert outcome(token)["lines"][0]["code"] == "XH-ZB-02"
    two = book(sheet([1, "甲", "", "", 1, "", ""]), [["节点名称", "进度"], [MILESTONE, 20]])
    token = token_of(upload(client, two))
    page = client.get(f"/reports/foreign/{token}/?sheet=1")
    assert [column.title for column in page.context["columns"]] == ["节点名称", "进度"]
    client.post(f"/reports/foreign/{token}/", {"sheet": "1", "c0": "name", "c1": "progress", "as_of": ""})
    assert outcome(token)["lines"][0]["code"] == "XH-ZB-02"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"c1": ""}, "请选择写有事项名称或编号的列"),
        ({"c5": "progress"}, "E，F"),
        ({"c4": "", "c5": "", "c6": ""}, "至少选择一列"),
        ({"as_of": "8月底"}, "8月底"),
        ({"as_of": "2199-01-01"}, "2199-01-01"),
    ],
)
def test_a_choice_of_columns_that_cannot_be_read_says_why(client: Client, changed: dict[str, str], said: str):
    token = token_of(upload(client, book(sheet([1, MILESTONE, "", "", 55, "", ""]))))
    answer = confirm(client, token, **changed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not SheetMapping.objects.exists()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.xlsx", "空"),
        (b"%PDF-1.7 \x00\x01", "a.pdf", "这不是 Excel"),
        ("只有一句话\n另一句\n".encode(), "a.csv", "没有找到表格"),
        ("节点名称,进度\n".encode(), "a.csv", "没有数据行"),
    ],
)
def test_a_file_that_is_no_table_says_why(client: Client, content: bytes, name: str, said: str):
    answer = upload(client, content, name)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not SheetUpload.objects.exists()


def test_a_file_that_is_far_too_large_is_told_and_not_read(client: Client):
    answer = upload(client, b"PK" + bytes(21_000_000))
    assert answer.status_code == 422
    assert "超过 10 MB" in answer.content.decode()


def test_a_mapping_is_kept_in_versions_and_only_by_who_reports(client: Client, official_a: User, leader: User):
    given: dict[str, Any] = {"unit": Unit.named(UNIT_A), "fingerprint": "f" * 40, "title": "台账"}
    reach = reach_for(official_a)
    first = actions.remember(**given, columns=["name"], items={"a": ""}, by=official_a, reach=reach)
    assert actions.remember(**given, columns=["name"], items={}, by=official_a, reach=reach) == first
    second = actions.remember(**given, columns=["name", "note"], items={}, by=official_a, reach=reach)
    assert (first.number, second.number, second.items) == (1, 2, {})
    with pytest.raises(Refused):
        actions.remember(**given, columns=[], items={}, by=leader, reach=reach_for(leader))
    assert AuditEvent.objects.filter(action="sheet.mapping", refused=True, actor_id=leader.pk).exists()
    assert signed_in(person("official-b", Role.OFFICIAL, "XH-U-PG")).get("/reports/foreign/").context["mappings"] == []


def test_a_mapping_is_never_changed_in_the_database(official_a: User):
    given: dict[str, Any] = {"unit": Unit.named(UNIT_A), "fingerprint": "f" * 40, "title": "台账", "items": {}}
    kept = actions.remember(**given, columns=["name"], by=official_a, reach=reach_for(official_a))
    for act in (lambda: SheetMapping.objects.filter(pk=kept.pk).update(title="x"), kept.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), writing():
            act()


def test_of_two_tables_on_one_sheet_the_page_says_which_rows_are_read(client: Client):
    first = sheet([1, MILESTONE, "", "", 55, "进行中", "甲"])
    rows = [*first, [], ["指标名称", "任务数（亩）", "完成数（亩）"], [METRIC, 400, 168]]
    token = token_of(upload(client, book(rows)))
    page = client.get(f"/reports/foreign/{token}/").content.decode()
    assert "此处只读第 1–3 行，第 5–6 行未读" in page
    assert "Sheet 5–6" in page
    confirm(client, token)
    shown = client.get(f"/reports/sheet/{token}/").content.decode()
    assert "本工作表中还有其他表格，此次未读：第 5–6 行" in shown
    assert [line["row"] for line in outcome(token)["lines"]] == [3]
    other = client.get(f"/reports/foreign/{token}/?sheet=1").context["columns"]
    roles = {f"c{one.place}": one.role for one in other}
    client.post(f"/reports/foreign/{token}/", {"sheet": "1", "as_of": "", **roles})
    assert [line["kind"] for line in outcome(token)["lines"]] == ["metric"]
