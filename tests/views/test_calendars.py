"""The calendar's pages: a year and how sure it is, and a notice that is looked at before it is loaded."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.actions.test_reference import NOTICE_2027
from tests.cast import UNIT_A, person
from tracker.domain.notices import as_table, read_notice
from tracker.models import CalendarDay, CalendarNotice, Role, User

Signed = Callable[..., Client]
LOAD = "/calendar/load/"


@pytest.fixture
def admin(administrator: User, client_for: Signed) -> Client:
    client: Client = client_for(administrator, "en")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def form(**change: Any) -> dict[str, Any]:
    return {"year": "2027", "region": "", "source": "通知", "text": NOTICE_2027, "step": "preview"} | change


def previewed(client: Client, **change: Any) -> dict[str, Any]:
    """What the browser would send after the preview."""
    data = form(**change)
    answer = client.post(LOAD, data)
    assert answer.status_code == 200, text(answer)
    shown = answer.context["form"]
    return {name: shown[name].value() or "" for name in ("year", "region", "source", "text", "number", "seen")} | {
        "step": "load"
    }


@pytest.mark.parametrize(
    ("language", "official", "estimated"),
    [
        ("zh-hans", "2026年共248个工作日", "2027年为推定日历：放假通知尚未发布。"),
        ("en", "2026 has 248 working days", "2027 is estimated: the notice is not out."),
    ],
)
def test_a_year_says_how_sure_it_is(leader: User, client_for: Signed, language: str, official: str, estimated: str):
    client = client_for(leader, language)
    assert official in text(client.get("/calendar/?year=2026"))
    page = text(client.get("/calendar/?year=2027"))
    assert estimated in page
    assert "/calendar/load/" not in page


def test_a_year_outside_is_said_so(leader: User, client_for: Signed):
    page = text(client_for(leader, "en").get("/calendar/?year=2099"))
    assert "The calendar holds 2004 to 2031" in page


def test_a_notice_is_previewed_then_loaded(admin: Client):
    answer = admin.post(LOAD, form())
    page = text(answer)
    assert "9 days turn from worked to off or back." in page
    assert "Nothing has been changed yet." in page
    assert not CalendarDay.objects.filter(day__year=2027, status="official").exists()
    loaded = admin.post(LOAD, previewed(admin), follow=True)
    assert "2027 has been loaded; 13 days changed." in text(loaded)
    worked = CalendarDay.objects.filter(day__year=2027, working=True).count()
    assert f"2027 has {worked} working days, by the official notice." in text(loaded)
    history = text(admin.get("/history/"))
    assert "Loaded a holiday notice" in history


def test_a_text_changed_after_the_preview_is_shown_again(admin: Client):
    data = previewed(admin)
    answer = admin.post(LOAD, data | {"text": data["text"].replace("6月9日放假，共1天", "6月8日放假，共1天")})
    assert answer.status_code == 200
    assert "Nothing has been changed yet." in text(answer)
    assert not CalendarNotice.objects.filter(year=2027, status="official").exists()


def test_two_administrators_at_once(admin: Client):
    data = previewed(admin)
    admin.post(LOAD, previewed(admin))
    late = admin.post(LOAD, data)
    assert late.status_code == 409
    assert late.context["form"]["number"].value() == "2"


def test_a_file_does_as_well(admin: Client):
    table = as_table(read_notice(NOTICE_2027, 2027).marks)
    for content in (table.encode("utf-8-sig"), table.encode("gb18030"), NOTICE_2027.encode()):
        answer = admin.post(LOAD, form(text="", file=SimpleUploadedFile("notice.csv", content)))
        assert answer.status_code == 200
        assert "9 days turn" in text(answer)
        assert answer.context["form"]["text"].value()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x00\x01", "no text we can read"),
        (b"\xff\xff\xff", "no text we can read"),
        (b"x" * 200_001, "too large"),
        (b"", "empty"),
        ("date,working,name\n2027-02-30,0,春节\n2027-02-05,vielleicht,春节\n".encode(), "Line 3"),
    ],
)
def test_a_bad_file_is_refused_with_its_reason(admin: Client, content: bytes, said: str):
    answer = admin.post(LOAD, form(text="", file=SimpleUploadedFile("notice.csv", content)))
    assert answer.status_code == 422
    assert said in text(answer)


def test_a_bad_line_is_named(admin: Client):
    answer = admin.post(LOAD, form(text=NOTICE_2027.replace("共7天", "共8天")))
    assert answer.status_code == 422
    assert "Line 2" in text(answer)
    assert "The text says 8 days, the dates make 7." in text(answer)
    assert "Load this notice" not in text(answer)


def test_a_year_beyond_the_next_is_refused(admin: Client):
    answer = admin.post(LOAD, form(year="2040", text=re.sub("（周五）|。[^。]*上班", "", NOTICE_2027)))
    assert answer.status_code == 422
    assert "Give a year between 2004 and 2032" in text(answer)
    assert "Load this notice" not in text(answer)


def test_what_changes_nothing_is_not_loaded(admin: Client):
    admin.post(LOAD, previewed(admin))
    answer = admin.post(LOAD, previewed(admin))
    assert answer.status_code == 422
    assert "The calendar says this already" in text(answer)


def test_a_region_s_own_days_are_shown_on_its_calendar(admin: Client):
    admin.post(LOAD, previewed(admin, region="GX", text="三月三：4月9日放假"))
    page = text(admin.get("/calendar/?year=2027&region=GX"))
    assert "三月三" in page
    assert "Guangxi" in page
    assert "三月三" not in text(admin.get("/calendar/?year=2027"))


def test_an_administrator_of_one_street_does_not_change_the_country_s_calendar(client_for: Signed, db: None):
    client = client_for(person("street", Role.ADMINISTRATOR, UNIT_A), "en")
    data = previewed(client)
    assert client.post(LOAD, data).status_code == 403
    assert not CalendarNotice.objects.filter(year=2027, status="official").exists()
