"""Every list as an Excel file: what is shown, with the filters in words, by whom and of which day."""

import io
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from tests.addresses import report_on
from tests.cast import UNIT_A, signed_in
from tracker.models import Metric, Milestone, Programme, User
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
LISTS = {
    "/milestones/": "leader",
    "/metrics/": "leader",
    "/reports/": "leader",
    "/people/": "administrator",
    "/history/": "leader",
    "/sources/000/": "leader",
    "/sources/blanks/": "leader",
    "/windows/": "leader",
}


def sheet(client: Client, address: str) -> Any:
    """The file as a spreadsheet reads it."""
    answer: Any = client.get(address)
    assert answer.status_code == 200
    return load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active


def table(found: Any) -> list[dict[str, Any]]:
    """The rows under the column titles, which stand above what scrolls."""
    top = int(found.freeze_panes[1:]) - 1
    titles = [cell.value for cell in found[top]]
    rows = found.iter_rows(min_row=top + 1, values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows]


@pytest.mark.parametrize("address", LISTS)
def test_every_list_has_an_excel_file_beside_its_csv(address: str, leader: User, administrator: User, official_a: User):
    report_on("XH-ZB-02", official_a)
    client = signed_in({"leader": leader, "administrator": administrator}[LISTS[address]])
    page = client.get(address).content.decode()
    assert page.count("_export=csv") == page.count("_export=xlsx") == 1
    found, file = sheet(client, f"{address}?_export=xlsx"), client.get(f"{address}?_export=csv")
    lines = b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert [cell.value for cell in found[int(found.freeze_panes[1:]) - 1]] == lines.splitlines()[0].split(",")
    assert table(found)
    head = [found.cell(row, 1).value for row in range(1, 5)]
    assert head[1] == "筛选：无"
    assert head[2].startswith("截至 20")
    assert head[3].startswith(f"{LISTS[address]} 于 20")
    assert not any(cell.data_type == "f" for row in found.iter_rows() for cell in row)


def test_the_file_holds_what_is_shown_with_its_filters_in_words(leader: User):
    found = sheet(signed_in(leader), f"/milestones/?unit={UNIT_A}&state=outcome_not_stated&_export=xlsx&page=2")
    rows = table(found)
    assert rows
    assert {row["状态"] for row in rows} == {"结果未载明"}
    said = found["A2"].value
    assert said.startswith("筛选：")
    assert "结果未载明" in said
    assert found["A5"].value == "代码"
    days = [row["期限止"] for row in rows]
    assert any(days)
    assert all(hasattr(day, "year") for day in days if day)


def test_figures_are_figures_and_english_is_english(leader: User):
    rows = table(sheet(signed_in(leader, "en"), "/metrics/?_export=xlsx"))
    assert len(rows) == Metric.objects.count()
    targets = [row["Target"] for row in rows if row["Target"] is not None]
    assert any(isinstance(value, int | float) for value in targets)
    assert any(isinstance(value, str) for value in targets), "a range stays what was said"


def test_a_name_that_looks_like_a_formula_stays_a_text(leader: User):
    with writing():
        Milestone.objects.filter(code="XH-ZB-02").update(name="=HYPERLINK(1)")
    rows = table(sheet(signed_in(leader), "/milestones/?project=XH-ZB&_export=xlsx"))
    assert "=HYPERLINK(1)" in [row["节点"] for row in rows]


def test_simulated_data_is_said_in_the_file(leader: User):
    with writing():
        Programme.objects.filter(code="XH").update(simulated=True)
    assert "模拟" in sheet(signed_in(leader), "/windows/?_export=xlsx")["A5"].value
