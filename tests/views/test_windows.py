"""The pages of statutory windows: what can be found, what is marked, counting, versions and local rows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tracker.models import StatutoryWindow, User

Signed = Callable[..., Client]


@pytest.fixture
def reader(leader: User, client_for: Signed) -> Client:
    client: Client = client_for(leader, "en")
    return client


@pytest.fixture
def admin(administrator: User, client_for: Signed) -> Client:
    client: Client = client_for(administrator, "en")
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def codes(answer: Any) -> list[str]:
    return [line.code for line in answer.context["table"].lines]


def test_the_list_says_that_a_lawyer_must_confirm_and_marks_what_is_unverified(reader: Client):
    page = text(reader.get("/windows/?kind=max&region=national&area=environment"))
    assert "A lawyer has to confirm these rows" in page
    assert "Not verified" in page
    assert "Verified" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=施工许可证", ["PM-01", "PM-02a"]),
        ("q=construction permit", ["PM-01", "PM-02a"]),
        ("q=生态环境法典&kind=max", ["EA-01a", "EA-01b", "EA-02"]),
        ("q=tb-05", ["TB-05"]),
        ("q=投标截止 澄清", ["TB-04", "GP-04"]),
        ("area=land&verified=no", ["LD-01", "LD-02", "LD-03a", "LD-03b"]),
        ("region=SH", ["EX-14"]),
        ("region=national&q=EX-05", ["EX-05"]),
        ("q=nothing of the kind", []),
    ],
)
def test_rows_are_found_by_law_step_and_code(reader: Client, query: str, expected: list[str]):
    assert codes(reader.get(f"/windows/?{query}")) == expected


def test_the_list_as_a_file(reader: Client):
    file = b"".join(reader.get("/windows/?area=tender&_export=csv").streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    row = next(line for line in file.splitlines() if line.startswith("TB-05,"))
    assert "Tendering and Bidding Law art. 24" in row
    assert ",20,natural days," in row


def test_a_row_and_its_older_version(reader: Client):
    page = text(reader.get("/windows/EA-01a/"))
    assert "Ecological and Environmental Code" in page
    assert "Environmental Impact Assessment Law" in page
    assert "in force until 14 Aug 2026" in page
    assert "/version/" not in page


@pytest.mark.parametrize(
    ("address", "day", "remark"),
    [
        ("/windows/TB-05/?way=from&day=2026-09-14", "8 Oct 2026", "4 Oct 2026 is not a working day"),
        ("/windows/TB-05/?way=to&day=2026-10-20", "30 Sep 2026", ""),
        ("/windows/TB-11/?way=from&day=2026-01-20", "24 Feb 2026", "14 Feb 2026"),
        ("/windows/TB-05/?way=from&day=2026-12-14", "4 Jan 2027", "by the estimated calendar"),
        ("/windows/TB-05/?way=from&day=2031-12-30", "The administrator can load another year".lower(), ""),
    ],
)
def test_a_count_from_a_day(reader: Client, address: str, day: str, remark: str):
    page = text(reader.get(address))
    assert day in page
    assert remark in page


def sent(client: Client, address: str, **change: str) -> Any:
    shown = client.get(address).context["form"]
    data = {name: shown[name].value() for name in shown.fields}
    data = {name: "" if value is None else str(getattr(value, "value", value)) for name, value in data.items()}
    return client.post(address, data | {"reason": "修订", "law": "某条例", "effective_from": "2026-12-01"} | change)


def test_a_new_version_keeps_the_old(admin: Client):
    day = timezone.localdate() + timedelta(30)
    assert sent(admin, "/windows/TB-05/version/", n="21", effective_from=day.isoformat()).status_code == 302
    page = text(admin.get("/windows/TB-05/"))
    assert "2 versions" in page
    assert f"in force from {day.day} {day:%b %Y} on" in page
    assert "at least 21 days" in page


def test_a_stale_form_is_noticed_and_may_be_sent_again(admin: Client):
    sent(admin, "/windows/TB-05/version/", n="21")
    late = sent(admin, "/windows/TB-05/version/", n="22", version="1")
    assert late.status_code == 409
    assert late.context["form"]["version"].value() == "2"


def test_a_local_row_may_tighten_and_never_loosen(admin: Client):
    loose = sent(admin, "/windows/TB-05/local/", region="BJ", n="19")
    assert loose.status_code == 422
    assert "a local one may lengthen it, never shorten it" in text(loose)
    assert not StatutoryWindow.objects.filter(code="TB-05", region="BJ").exists()
    assert sent(admin, "/windows/TB-05/local/", region="BJ", n="25").status_code == 302
    page = text(admin.get("/windows/TB-05/"))
    assert "Beijing" in page
    assert "at least 25 days" in page
    assert codes(admin.get("/windows/?region=BJ")) == ["TB-05"]


def test_a_local_row_that_the_country_overtakes_is_said_not_to_count(admin: Client):
    sent(admin, "/windows/TB-05/local/", region="BJ", n="25", effective_from="2026-01-01")
    sent(admin, "/windows/TB-05/version/", n="30", effective_from="2026-01-01")
    assert "does not count: it would loosen the national row" in text(admin.get("/windows/TB-05/"))
    assert "does not count" in text(admin.get("/windows/?region=BJ"))


def test_while_the_first_day_counts_every_page_that_counts_says_so(reader: Client, settings: Any):
    """From 30 March 2026 three days end on Thursday 2 April, or on Wednesday the 1st: neither is a holiday."""
    said = "Here the day a minimum period starts on counts as its first day"
    count = "/windows/TB-10/?way=from&day=2026-03-30"
    for settings.COUNT_FIRST_DAY, day in ((False, "2 Apr 2026"), (True, "1 Apr 2026")):
        page = text(reader.get(count))
        assert day in page
        assert ("The first day is counted here" in page) == settings.COUNT_FIRST_DAY
        for address in (count, "/windows/", "/backplan/", "/backplan/tender/"):
            assert (said in text(reader.get(address))) == settings.COUNT_FIRST_DAY
