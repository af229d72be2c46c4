"""The editor of a unit's own process without a script, its page, and the history of templates and windows."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.addresses import copy_for
from tests.cast import UNIT_A, person
from tracker.domain.process_copies import MAX_STEPS
from tracker.forms.process_copies import Draft
from tracker.models import AuditEvent, ProcessTemplate, Role, User

pytestmark = pytest.mark.django_db
Signed = Callable[..., Client]
EDIT = "/backplan/tender-c1/edit/"


@pytest.fixture
def planner(db: None) -> User:
    """Plans for unit A, which has a copy of the tender."""
    user = person("planner-a", Role.REVIEWER, UNIT_A)
    copy_for(UNIT_A, user)
    return user


@pytest.fixture
def desk(planner: User, client_for: Signed) -> Client:
    client: Client = client_for(planner, "en")
    return client


def newest() -> ProcessTemplate:
    found = ProcessTemplate.objects.all().whole("tender-c1")
    assert found is not None
    return found


def sent(**change: str) -> dict[str, str]:
    """What the editor sends for the copy as it stands, with some fields otherwise."""
    draft, data = Draft.of(newest().sheet(), newest().version), {}
    for section, rows in draft.rows.items():
        data[f"{section}-count"] = str(len(rows))
        data |= {f"{section}-{at}-{name}": value for at, row in enumerate(rows) for name, value in row.items()}
    for at, (key, reason) in enumerate(draft.reasons.items()):
        data |= {f"omitted-{at}-key": key, f"omitted-{at}-reason": reason}
    return draft.top | data | {"reason": "because", "act": "save"} | {key: str(text) for key, text in change.items()}


def post(client: Client, **change: str) -> Any:
    names = {key.replace("__", "-"): value for key, value in change.items()}
    return client.post(EDIT, sent(**names))


def errors(answer: Any) -> dict[str, list[str]]:
    """Every message beside its field, those above a list under the list's name."""
    editor = answer.context["editor"]
    forms = [editor.form, *(one for rows in editor.rows.values() for one in rows), *(one for _h, one in editor.omitted)]
    found = {
        one.add_prefix(name): [str(text) for text in texts]
        for one in forms
        if one.is_bound
        for name, texts in one.errors.items()
    }
    return found | {name: texts for name, texts in editor.section_errors.items() if texts}


def test_a_copy_is_made_and_opens_in_the_editor(planner: User, desk: Client):
    answer = desk.post("/backplan/plan/copy/", {"unit": UNIT_A, "name": "街区控规", "reason": "没有人大环节"})
    assert answer.headers["Location"] == "/backplan/plan-c1/edit/"
    again = desk.post("/backplan/plan/copy/", {"unit": UNIT_A, "name": "街区控规", "reason": "再来"})
    assert again.status_code == 422
    assert "can be chosen there already" in again.content.decode()
    assert "街区控规" in again.content.decode()


def test_saving_adds_a_version_that_the_page_and_the_history_show(desk: Client, leader: User, client_for: Signed):
    answer = post(desk, steps__2__days="6", note_en="Ours")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/backplan/tender-c1/")
    page = desk.get("/backplan/tender-c1/")
    trail = page.context["page"].trail
    assert [(line.number, line.reason) for line in trail.versions] == [(2, "because"), (1, "本单位做法")]
    changed = [(one.label, one.before, one.after) for one in trail.from_previous]
    drafted = "Tender documents drafted · %s working days"
    assert changed[1] == ("Step B03", drafted % 10, drafted % 6)
    assert [one.label for one in trail.from_origin] == ["Name", "English name", "Note in English", "Step B03"]
    assert 'href="/history/process/tender-c1/"' in page.content.decode()
    older = desk.get("/backplan/tender-c1/?version=1")
    assert (older.context["page"].version, older.context["page"].trail.newest) == (1, False)
    assert desk.get("/backplan/tender-c1/?version=9").status_code == 404
    rows = client_for(leader, "en").get("/history/process/tender-c1/").context["rows"]
    assert [row.action.split(" of ")[0] for row in rows] == ["Added a version", "Made a copy"]


UNREADABLE = {
    "steps-1-days": ("soon", "whole number"),
    "steps-2-days": ("99999", "3650"),
    "steps-3-name": ("", "required"),
    "ties-0-lag": ("-3", "greater than or equal to 0"),
    "name": ("", "required"),
    "reason": ("", "required"),
}
WRONG = {
    "steps-1-code": ("B01", "Another step has the code B01"),
    "steps-12-code": ("编制", "capital letters"),
    "ties-1-predecessor": ("B77", "There is no step B77"),
    "ties-4-successor": ("B06", "cannot come after itself"),
    "windows-0-window": ("XX-99", "no statutory window XX-99"),
    "windows-1-to_step": ("B88", "There is no step B88"),
    "goal": ("B99", "Choose one of the steps"),
}


@pytest.mark.parametrize("wrong", [UNREADABLE, WRONG])
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_lost(desk: Client, wrong: dict[str, tuple[str, str]]):
    change = {name: typed for name, (typed, _says) in wrong.items()}
    answer = desk.post(EDIT, sent(**change) | {"note_en": "typed by hand"})
    found, text = errors(answer), answer.content.decode()
    assert answer.status_code == 422
    assert {name: says in " ".join(found[name]) for name, (_typed, says) in wrong.items()} == dict.fromkeys(wrong, True)
    assert "typed by hand" in text
    assert all(f'value="{typed}"' in text for typed in change.values())
    assert newest().version == 1


def test_a_circle_is_named_above_the_order(desk: Client):
    found = errors(post(desk, ties__0__predecessor="B14"))
    assert found["ties"][0].startswith("These steps wait for each other in a circle: B")


def test_a_button_beside_a_row_stores_nothing(desk: Client):
    page = post(desk, act="drop-steps-1", steps__2__days="six")
    assert "B02" not in [row["code"] for row in page.context["editor"].draft.rows["steps"]]
    assert not errors(page)
    assert 'value="six"' in page.content.decode()
    assert "B02 (no such step)" in page.content.decode()  # the tie to it stays to be seen
    assert newest().version == 1


def test_what_the_buttons_do(planner: User):
    def after(act: str) -> list[str]:
        draft = Draft.of(newest().sheet(), 1)
        draft.change(act)
        return [row["code"] for row in draft.rows["steps"]][:4]

    assert after("add-steps-3") == ["B01", "B02", "B03", ""]
    assert after("up-steps-2") == ["B01", "B03", "B02", "B04"]
    assert after("down-steps-0") == ["B02", "B01", "B03", "B04"]
    assert after("drop-steps-1") == ["B01", "B03", "B04", "B06"]
    for odd in ("up-steps-0", "down-steps-99", "drop-steps-99", "add-steps-999", "nonsense", "", "drop-steps-٣"):
        assert after(odd) == ["B01", "B02", "B03", "B04"], odd


def test_a_window_taken_off_asks_for_its_reason(desk: Client, leader: User, client_for: Signed):
    at = next(at for at, held in enumerate(newest().sheet().windows) if held.window == "TB-05")
    page = post(desk, act=f"drop-windows-{at}")
    ((held, _form),) = page.context["editor"].omitted
    data = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.content.decode()))
    assert data["omitted-0-key"] == "TB-05/B06f/B08f"
    rows = [one for one in newest().sheet().windows if one != held]
    data = sent() | {"windows-count": str(len(rows))}
    for number, one in enumerate(rows):
        data |= {f"windows-{number}-window": one.window, f"windows-{number}-from_step": one.first.step}
        data |= {f"windows-{number}-from_end": one.first.end, f"windows-{number}-to_step": one.last.step}
        data |= {f"windows-{number}-to_end": one.last.end}
    refused = desk.post(EDIT, data)
    assert "The original applies TB-05" in errors(refused)["omitted-0-reason"][0]
    saved = desk.post(EDIT, data | {"omitted-0-key": "TB-05/B06f/B08f", "omitted-0-reason": "not compulsory"})
    assert saved.status_code == 302
    reader = client_for(leader, "en")
    for address in ("/backplan/tender-c1/", "/backplan/?template=tender-c1&deadline=2026-12-31"):
        text = reader.get(address).content.decode()
        assert "Not applied:" in text, address
        assert "not compulsory" in text, address
    # Unless the page of the original takes no notice: its window stays.
    assert "Not applied:" not in reader.get("/backplan/tender/").content.decode()


def test_two_people_at_once_both_texts_are_shown(desk: Client):
    stale = sent(**{"steps-0-days": "7"})
    assert post(desk, steps__1__days="9").status_code == 302
    answer = desk.post(EDIT, stale)
    assert answer.status_code == 409
    assert [one.after for one in answer.context["theirs"]] == ["Agency appointed · 9 working days"]
    assert [one.before for one in answer.context["mine"]] == [
        "Tender plan approved · 10 working days",
        "Agency appointed · 9 working days",
    ]
    assert 'name="version" value="2"' in answer.content.decode()
    assert newest().version == 2


def test_too_many_steps(desk: Client):
    codes = {f"steps__{at}__code": f"C{at:02}" for at in range(13, MAX_STEPS + 5)}
    other = {f"steps__{at}__{name}": value for at in range(13, MAX_STEPS + 5) for name, value in
             {"name": "步骤", "name_en": "", "days": "1", "unit": "wd"}.items()}  # fmt: skip
    answer = post(desk, steps__count="9999", **codes, **other)
    assert answer.status_code == 422
    assert errors(answer)["steps"] == [f"At most {MAX_STEPS} steps: remove some or split the process."]


def test_check_only_says_that_it_can_be_planned_with(desk: Client):
    answer = post(desk, act="check", reason="")
    assert (answer.status_code, errors(answer)) == (200, {})
    assert "Nothing is saved yet" in answer.content.decode()
    empty = errors(post(desk, act="check", steps__count="0"))
    assert empty["steps"] == ["A process needs at least one step."]


def test_retiring(desk: Client):
    assert desk.post("/backplan/tender-c1/retire/", {"version": "9", "reason": "no"}).status_code == 409
    assert desk.post("/backplan/tender-c1/retire/", {"version": "1", "reason": ""}).status_code == 422
    assert desk.post("/backplan/tender-c1/retire/", {"version": "1", "reason": "merged"}).status_code == 302
    page = desk.get("/backplan/tender-c1/").content.decode()
    assert "This copy has been retired and is offered no more. merged" in page
    assert 'value="tender-c1"' not in desk.get("/backplan/").content.decode()
    assert desk.get(EDIT).status_code == 302
    assert "valid choice" in desk.get("/backplan/?template=tender-c1&deadline=2026-12-31").content.decode()


def test_the_history_of_a_window_holds_its_local_rows_and_its_loading(
    leader: User, official_b: User, client_for: Signed, administrator: User
):
    from tests.actions.test_reference import local, version

    local(administrator)
    version(administrator, 1, n=21)
    rows = client_for(leader, "en").get("/history/window/TB-05/").context["rows"]
    assert [(row.action, row.code) for row in rows] == [
        ("Added a version of a statutory window", "TB-05"),
        ("Added a local statutory window", "TB-05-ZJ"),
        ("Loaded calendar and statutory windows", ""),
    ]
    other = client_for(leader, "en").get("/history/window/TB-04/").context["rows"]
    assert [row.action for row in other] == ["Loaded calendar and statutory windows"]
    assert client_for(official_b).get("/history/window/TB-05/").status_code == 200
    assert client_for(official_b).get("/history/window/NO-1/").status_code == 404
    assert 'href="/history/window/TB-05/"' in client_for(leader).get("/windows/TB-05/").content.decode()


def test_the_history_of_a_copy_is_its_units(planner: User, official_b: User, client_for: Signed):
    assert client_for(official_b).get("/history/process/tender-c1/").status_code == 404
    assert client_for(official_b).get("/history/process/tender/").status_code == 200
    assert AuditEvent.objects.filter(subject_type="process").count() == 1
