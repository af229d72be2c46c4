"""Drafts over HTTP: kept, offered with both texts, private, gone with the report they become."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.cast import UNIT_A, UNIT_B, person, reach_for, signed_in
from tests.counting import statements
from tests.views.test_reports import CODE, HTMX, METRIC, MINE, accepted, address, form, text
from tracker.actions import drafts as actions
from tracker.actions import reports
from tracker.domain.drafts import LONGEST, Key, Kind, Unusable
from tracker.models import AuditEvent, Draft, Metric, Milestone, Report, Role, Unit, User
from tracker.models.drafts import KEPT
from tracker.models.guard import writing

pytestmark = pytest.mark.django_db
DRAFT, GRID = "/reports/draft/", "/reports/grid/?what=open"


@pytest.fixture
def client(official_a: User) -> Client:
    return signed_in(official_a)


def save(client: Client, key: str, **values: Any) -> Any:
    return client.post(DRAFT, {"draft": key, **values}, **HTMX)


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found, name
    return found[1]


@pytest.mark.parametrize(
    ("key", "values", "seen"),
    [
        (f"milestone.{CODE}", {"status": "in_progress", "progress": "七成", "note": "写到\r\n一半"}, ["七成", "一半"]),
        (f"metric.{METRIC}", {"quantity": "约 170", "measure": "公顷", "note": "在核"}, ["约 170", "在核"]),
    ],
)
def test_a_draft_fills_the_form_again_and_is_one_persons_own(client, official_a, key, values, seen):
    kind, code = key.split(".", 1)
    model: Any = Metric if kind == "metric" else Milestone
    version = model.objects.get(code=code).version
    answer = save(client, key, version=version, client_token="token-of-mine", **values).json()
    assert answer["saved"].startswith("草稿已保存")
    page = client.get(address(code))
    assert all(one in page.content.decode() for one in seen)
    assert (hidden(page, "drafted"), hidden(page, "client_token")) == ("1", "token-of-mine")
    assert "放弃草稿" in text(page)
    assert "此后该项已有变化" not in text(page)
    mine = client.get(MINE).content.decode()
    assert f'href="{address(code)}"' in mine.split("已填未报")[1].split("</section>")[0]
    neighbour = signed_in(person("neighbour", Role.OFFICIAL, UNIT_A))
    assert seen[0] not in neighbour.get(address(code)).content.decode()
    assert not AuditEvent.objects.filter(action__contains="draft").exists()


def test_a_report_takes_its_draft_along_for_one_statement(client, official_a):
    client.post(address(), form(), **HTMX)
    save(client, "milestone.XH-ZB-03", progress="10")
    sent = form("XH-ZB-03", drafted="1")
    with statements() as found:
        assert client.post(address("XH-ZB-03"), sent, **HTMX).status_code == 200
    assert len(found) == 8, found.listing()
    assert not Draft.objects.filter(person=official_a).exists()


def test_a_save_that_comes_after_its_report_keeps_nothing(client, official_a):
    sent = form()
    client.post(address(), sent, **HTMX)
    late = save(client, f"milestone.{CODE}", client_token=sent["client_token"], note="晚到").json()
    assert late == {"saved": "", "stamp": ""}
    with writing():  # even one that slipped in between is not offered
        Draft(person=official_a, form=f"milestone.{CODE}", token=sent["client_token"], saved_at=timezone.now()).save()
    assert hidden(client.get(address()), "drafted") == ""


def test_what_changed_since_is_shown_beside_what_was_typed(client, official_a, reviewer):
    version = Milestone.objects.get(code=CODE).version
    save(client, f"milestone.{CODE}", version=version, status="in_progress", progress="90", note="我写的")
    save(client, "grid.open", as_of="今天", row=f"milestone.{CODE}", **grid_row(CODE, progress="90"))
    accepted(official_a, reviewer)
    page = client.get(address())
    assert "此后该项已有变化" in text(page)
    cells = re.findall(r"<td>([^<]*)</td>", page.content.decode())
    assert ("50%" in cells or "50" in cells, "90" in cells, "我写的" in cells) == (True, True, True)
    assert hidden(page, "version") == str(version + 1)
    sheet = client.get(GRID).content.decode()
    row = sheet.split(f'name="row" value="milestone.{CODE}"')
    assert "保存草稿后该项已有变化" in row[0][-900:]
    assert f'name="milestone.{CODE}.progress" value="90"' in sheet


def grid_row(code: str, **values: Any) -> dict[str, Any]:
    name = f"milestone.{code}"
    given = {"status": "in_progress", "version": Milestone.objects.get(code=code).version, "base": "none", **values}
    return {f"{name}.{column}": value for column, value in given.items()}


def test_the_draft_of_a_grid_holds_touched_rows_and_goes_when_all_are_stored(client, official_a):
    two = ["XH-ZB-02", "XH-ZB-03"]
    data: dict[str, Any] = {"row": [f"milestone.{code}" for code in two], "as_of": "今天"}
    untouched = client.get(GRID).content.decode()
    base = re.search(r'name="milestone.XH-ZB-03.base" value="([^"]*)"', untouched)
    assert base
    data |= grid_row(two[0], progress="30") | grid_row(two[1], status="", base=base[1])
    assert save(client, "grid.open", **data).json()["stamp"]
    assert list(Draft.objects.get(person=official_a).fields["rows"]) == ["milestone.XH-ZB-02"]
    page = client.get(GRID)
    assert 'name="milestone.XH-ZB-02.progress" value="30"' in page.content.decode()
    token = hidden(page, "token")
    wrong = client.post(GRID, {**data, "token": token, "drafted": "1", "milestone.XH-ZB-02.progress": "300"})
    assert wrong.status_code == 422
    assert Draft.objects.filter(person=official_a).exists()
    assert client.post(GRID, {**data, "token": token, "drafted": "1"}).status_code == 302
    assert not Draft.objects.filter(person=official_a).exists()


def test_the_draft_of_a_correction(client, official_a, reviewer):
    report = accepted(official_a, reviewer)
    path = f"/reports/{report.pk}/correct/"
    assert save(client, f"report.{report.pk}", progress="5", reason="多写一个零").status_code == 200
    page = client.get(path)
    assert "多写一个零" in page.content.decode()
    assert "（更正）" in text(client.get(MINE))
    sent = form(progress="5", reason="多写一个零", drafted="1", client_token=hidden(page, "client_token"))
    assert client.post(path, sent).status_code == 302
    assert not Draft.objects.filter(person=official_a).exists()


def test_throwing_a_draft_away(client, official_a):
    for key in (f"milestone.{CODE}", "grid.due"):
        save(client, key, note="x", as_of="x")
        assert Draft.objects.filter(person=official_a, form=key).exists()
        answer = client.post(DRAFT, {"draft": key, "draft_act": "discard"})
        assert answer.status_code == 302
        assert not Draft.objects.filter(person=official_a).exists()
    save(client, f"milestone.{CODE}", note="在列表里")
    partial = save(client, f"milestone.{CODE}", draft_act="discard", note="在列表里")
    assert '<details class="item"' in partial.content.decode()
    assert "在列表里" not in partial.content.decode()


@pytest.mark.parametrize("key", ["", "x", "milestone.", "grid.all", "report.x", "report.-1", "metric." + "9" * 99])
def test_what_is_no_form_is_refused(client, key):
    answer = save(client, key, note="x")
    assert (answer.status_code, answer.json()["fault"]) == (422, "该表单不能存为草稿。")
    assert client.post(DRAFT, {"draft": key, "draft_act": "keep"}).status_code == 302
    with pytest.raises(Unusable):
        Key.read(key)


def test_bad_input(client, official_a, official_b):
    assert save(client, f"milestone.{CODE}", note="长" * (LONGEST + 1)).status_code == 422
    assert save(client, f"milestone.{CODE}", note="\x00零", version="x", client_token="<b>").status_code == 200
    assert Draft.objects.get(person=official_a).fields["note"] == "零"
    assert save(signed_in(official_b), f"milestone.{CODE}", note="别的单位").status_code == 403
    assert AuditEvent.objects.filter(actor_name="official-b", refused=True).exists()
    assert save(client, "milestone.NO-SUCH", note="x").status_code == 404
    assert save(Client(), f"milestone.{CODE}", note="x").status_code == 401


def test_a_draft_of_an_item_one_no_longer_reports_on_is_not_listed(client, official_a):
    save(client, f"milestone.{CODE}", note="移交前写的")
    assert address() in client.get(MINE).content.decode().split("</section>")[0]
    with writing():
        Milestone.objects.filter(code=CODE).update(unit=Unit.named(UNIT_B))
    assert "已填未报" not in client.get(MINE).content.decode()


def test_a_draft_is_kept_for_thirty_days(client, official_a):
    now = timezone.now()
    save(client, f"milestone.{CODE}", note="很久以前")
    with writing():
        Draft.objects.update(saved_at=now - KEPT - timedelta(minutes=1))
    assert "很久以前" not in client.get(address()).content.decode()
    assert actions.purge(now) == 1
    assert str(Key(Kind.GRID, "due")) == "grid.due"


def test_two_people_on_one_item_of_the_list_a_metric_and_a_correction(client, official_a, reviewer):
    """Whoever comes second is answered with both texts; what they then send takes its place knowingly."""
    metric = form(METRIC, quantity="200", note="第二人")
    first = client.post(address(METRIC), form(METRIC, quantity="150"), **HTMX)
    assert first.status_code == 200
    reports.accept(report=Report.objects.get(author=official_a), by=reviewer, reach=reach_for(reviewer))
    second = client.post(address(METRIC), metric, **HTMX)
    assert second.status_code == 409
    cells = re.findall(r"<td>([^<]*)</td>", second.content.decode())
    assert {"150 亩", "200 亩", "第二人"} <= set(cells)
    again = {name: hidden(second, name) for name in ("version", "client_token")}
    assert client.post(address(METRIC), {**metric, **again}, **HTMX).status_code == 200

    report = accepted(official_a, reviewer)
    stale = form(progress="77", reason="更正", version=0)
    answer = client.post(f"/reports/{report.pk}/correct/", stale)
    assert answer.status_code == 409
    assert {"50", "77"} <= {one.strip("%") for one in re.findall(r"<td>([^<]*)</td>", answer.content.decode())}


def test_two_people_on_one_row_of_the_grid(client, official_a, reviewer):
    data = {"row": f"milestone.{CODE}", "as_of": "今天", "token": "x" * 20, **grid_row(CODE, progress="90")}
    accepted(official_a, reviewer)
    answer = client.post(GRID, data)
    assert answer.status_code == 422
    assert "50%" in text(answer)
    assert f'name="milestone.{CODE}.progress" value="90"' in answer.content.decode()
    version = hidden(answer, f"milestone.{CODE}.version")
    assert client.post(GRID, {**data, f"milestone.{CODE}.version": version}).status_code == 302
