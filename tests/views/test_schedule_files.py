"""The pages of schedule files: choose, look, load; the file for Project."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.actions.test_schedule_files import THREE
from tests.cast import ROOT, UNIT_A, person
from tests.imports.plans import link, plan, spanning
from tracker.domain.calendars import Calendar
from tracker.forms import schedule_files as forms
from tracker.imports.mspdi import MAX_TASKS
from tracker.imports.mspdi_plan import read, understood
from tracker.models import AuditEvent, Milestone, Role, User

pytestmark = pytest.mark.django_db
PAGE = "/projects/XH-ZB/schedule/import/"
Signed = Callable[..., Client]


@pytest.fixture
def client_zh(reviewer: User, client_for: Signed) -> Client:
    made: Client = client_for(reviewer)
    return made


def upload(content: bytes = b"", name: str = "计划.xml") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or plan(*THREE).getvalue(), content_type="text/xml")


def text(answer: Any) -> str:
    return str(answer.content.decode())


def carried(page: str) -> str:
    found = re.search(r'name="carried" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_file_is_looked_at_then_loaded(client_zh: Client):
    page = text(client_zh.post(PAGE, {"file": upload()}))
    assert "新增3个节点；新增2条衔接关系" in page
    assert "尚未改动任何内容" in page
    assert "完成后开始，间隔1" in page
    assert not Milestone.objects.filter(code="XH-ZB-T01").exists()
    answer = client_zh.post(PAGE, {"carried": carried(page)}, follow=True)
    assert "已从计划.xml导入：新增3个节点；新增2条衔接关系" in text(answer)
    assert answer.redirect_chain == [("/projects/XH-ZB/", 302)]
    assert Milestone.objects.filter(code__startswith="XH-ZB-T").count() == 3
    # the same once more: nothing to do, and that is said
    again = client_zh.post(PAGE, {"file": upload()})
    assert "没有变化" in text(again)
    assert "carried" not in text(again).split("<h2>")[1]


def test_a_preview_that_no_longer_holds_is_shown_anew(client_zh: Client):
    token = carried(text(client_zh.post(PAGE, {"file": upload()})))
    client_zh.post(PAGE, {"carried": token})
    answer = client_zh.post(PAGE, {"carried": token})
    assert answer.status_code == 409
    assert "预览之后数据有变动" in text(answer)
    assert AuditEvent.objects.filter(action="project.schedule").count() == 1


def test_a_preview_belongs_to_its_reader_and_project_and_grows_old(
    client_zh: Client, client_for: Signed, monkeypatch: pytest.MonkeyPatch
):
    token = carried(text(client_zh.post(PAGE, {"file": upload()})))
    other = client_for(person("other", Role.REVIEWER, ROOT))
    tries = [(other, PAGE, token), (client_zh, "/projects/XH-LS/schedule/import/", token)]
    tries += [(client_zh, PAGE, token[:-3] + "xyz"), (client_zh, PAGE, "none")]
    for client, page, value in tries:
        answer = client.post(page, {"carried": value})
        assert answer.status_code == 422
        assert "预览已过期" in text(answer)
    monkeypatch.setattr(forms, "AGE", -1)
    assert client_zh.post(PAGE, {"carried": token}).status_code == 422
    assert not Milestone.objects.filter(code__startswith="XH-ZB-T").exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xd0\xcf\x11\xe0 mpp", "Project 文件（.mpp）"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "声明了实体"),
        (b"<Project", "文件不完整或已损坏"),
        (b'<Project xmlns="http://schemas.microsoft.com/project"><Tasks/></Project>', "文件中没有任务"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_place(client_zh: Client, content: bytes, said: str):
    answer = client_zh.post(PAGE, {"file": upload(content)})
    assert answer.status_code == 422
    assert said in text(answer)


def test_a_circle_and_an_empty_form_say_why(client_zh: Client):
    loop = plan(
        spanning(1, "甲", "2027-03-01", "2027-03-05", 5, extra=link(2)),
        spanning(2, "乙", "2027-03-01", "2027-03-05", 5, extra=link(1)),
    )
    answer = client_zh.post(PAGE, {"file": upload(loop.getvalue())})
    assert answer.status_code == 422
    assert "甲 → 乙 → 甲" in text(answer)
    answer = client_zh.post(PAGE, {})
    assert (answer.status_code, "请选择文件" in text(answer)) == (422, True)


def test_a_planner_of_another_unit_is_refused_and_recorded(client_for: Signed):
    client = client_for(person("near", Role.REVIEWER, UNIT_A))
    page = "/projects/XH-GH/schedule/import/"
    for answer in (client.get(page), client.post(page, {"file": upload()})):
        assert answer.status_code in (403, 404)
    assert "/schedule/import/" not in text(client.get("/projects/XH-ZB/")) or client.get(PAGE).status_code == 200


def test_the_file_for_project_is_offered_and_sent(client_zh: Client, client_for: Signed, leader: User):
    page = text(client_zh.get("/projects/XH-ZB/"))
    assert "/projects/XH-ZB/schedule.xml" in page
    assert PAGE in page
    assert PAGE not in text(client_for(leader).get("/projects/XH-ZB/"))
    assert "/programmes/XH/schedule.xml" in text(client_zh.get("/programmes/XH/"))
    answer = client_zh.get("/projects/XH-ZB/schedule.xml")
    assert answer["Content-Disposition"] == 'attachment; filename="XH-ZB.xml"'
    assert answer["Content-Type"] == "application/xml"
    back = client_zh.post(PAGE, {"file": upload(answer.content, "XH-ZB.xml")})
    assert "与本项目现有内容一致" in text(back)


def test_the_largest_plan_can_be_carried():
    tasks = [
        spanning(uid, f"名称较长的一个节点{uid}", "2027-03-01", "2027-03-05", 5, extra=link(uid - 1))
        for uid in range(1, MAX_TASKS // 10)
    ]
    calendar = Calendar.of_marks(date(2027, 1, 1), "1" * 365)
    found = understood(read(plan(*tasks)), calendar)
    token = forms.carry(found, "计划.xml", "x", project="XH", user=1)
    assert len(token) * 10 < forms.LARGEST_CARRIED
    assert forms.carried(token, project="XH", user=1) == (found, "计划.xml", "x")
