"""Every page asks the database the same number of questions at one and at ten times the rows, before it is rendered."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection
from django.template import engines
from django.test import Client
from django.urls import reverse

from tests.addresses import Rows, addresses, arguments, rows
from tests.cast import everybody, signed_in
from tests.counting import Statements, hold, statements
from tests.multiplied import multiply
from tracker.models import User

TIMES = 10
PAST = {"on": "2026-06-30", "known": "2199-12-30"}
NO_PAGE = {"healthz", "sign_in_demo", "sign_out", "language", "withdraw", "accept", "return", "unit_retire"}
NO_PAGE |= {"milestone_comment", "feed", "feed_revoke", "notices_read"}
NO_PAGE |= {"evidence_add", "evidence_remove", "draft"}
NO_PAGE |= {"sheet_check", "sheet_send", "sheet_discard", "sheet_faults"}
NO_PAGE |= {"backplan_apply", "person_appoint", "person_end", "person_active", "person_password"}
READER = {
    "official-a": {
        "my_reports",
        "grid",
        "relocation_grid",
        "housing_grid",
        "tender_grid",
        "report_milestone",
        "report_metric",
        "report_site",
        "report_tender",
        "report_housing",
        "correct",
    }
    | {"sheet", "sheet_ledger", "sheet_upload", "sheet_sending", "foreign_sheet", "foreign_columns", "foreign_rows"},
    "reviewer": {"review", "review_clean", "replan", "retarget", "metric_parts", "programme_cycle", "schedule_import"}
    | {"process_copy", "process_edit", "process_retire", "new_tender", "plan_tender", "retire_tender"}
    | {"new_housing", "plan_housing", "retire_housing", "new_site", "plan_site", "retire_site"},
    "administrator": {"people", "person_add", "person", "units", "unit_add", "unit", "my_password"}
    | {"calendar_load", "window_version", "window_local"},
}
SAMPLE = {"correct": "accepted"}
FOLDS = {"history", "overview", "overview in the past", "timeline", "programme", "programme in the past", "metrics"}
"""Pages that show the first rows only, of fewer kinds, or in less detail once there is very much: they may ask less."""
TAKE_A_MOMENT = {"overview", "programme", "project", "milestone", "metric", "relocation", "site", "tenders", "tender"}
TAKE_A_MOMENT |= {"resettlement", "housing"}


@dataclass(frozen=True, slots=True)
class Visit:
    """One page as one person opens it."""

    name: str
    reader: str
    path: str
    query: tuple[tuple[str, str], ...] = ()


def visits() -> list[str]:
    """The names under which pages are on record: each page as its best reader, some also for a past day."""
    names = sorted(address.name for address in addresses() if address.name not in NO_PAGE)
    return names + [f"{name} in the past" for name in names if name in TAKE_A_MOMENT]


def visit(name: str, found: Rows) -> Visit:
    plain = name.removesuffix(" in the past")
    reader = next((who for who, pages in READER.items() if plain in pages), "leader")
    samples = arguments(found).get(plain)
    path = reverse(plain, kwargs=samples[SAMPLE.get(plain, "a")] if samples else None)
    return Visit(name, "" if plain == "sign_in" else reader, path, tuple(PAST.items()) if plain != name else ())


def measured(one: Visit, people: dict[str, User], *, warm: bool = False) -> Statements | str:
    """The statements of one visit, or what went wrong; the page is opened once before, unless it is warm already."""
    client = signed_in(people[one.reader]) if one.reader else Client()
    try:
        if not warm:
            client.get(one.path, one.query)
        with statements() as found:
            answer = client.get(one.path, one.query)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return found if answer.status_code == 200 else f"status {answer.status_code} for {one.path}"


Measures = dict[str, tuple[Statements | str, Statements | str]]


@pytest.fixture(scope="module")
def measures(module_database: None) -> Measures:
    """Every page's statements with the works as loaded and with ten times the rows, measured once for all tests."""
    people, found = everybody(), rows()
    todo = [visit(name, found) for name in visits()]
    small = {one.name: measured(one, people) for one in todo}
    multiply(TIMES)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {one.name: (small[one.name], measured(one, people, warm=True)) for one in todo}


@pytest.mark.parametrize("name", visits())
def test_a_page_asks_as_much_at_ten_times_the_rows(measures: Measures, name: str, request: pytest.FixtureRequest):
    small, large = measures[name]
    assert not isinstance(small, str), small
    assert not isinstance(large, str), large
    if len(large) > len(small) or (len(large) < len(small) and name not in FOLDS):
        pytest.fail(f"{len(small)} statements, at {TIMES} times the rows {len(large)}:\n{large.listing()}")
    assert not large.while_rendering, large.while_rendering
    hold(name, small, update=request.config.getoption("--update-query-counts"))


@pytest.mark.django_db
def test_a_question_from_a_template_is_seen():
    """The guard itself: a query set that is only read while rendering is noticed, one read before is not."""
    page = engines["django"].from_string("{% for row in rows %}{{ row.code }}{% endfor %}")
    users = User.objects.all()
    with statements() as found:
        page.render({"rows": users})
    assert len(found.while_rendering) == 1
    with statements() as found:
        page.render({"rows": list(User.objects.all())})
    assert (len(found), found.while_rendering) == (1, [])


def test_a_count_off_the_record_fails():
    wrong = Statements(sql=["SELECT 1"] * 3)
    with pytest.raises(pytest.fail.Exception, match="on record are None") as failure:
        hold("no such page", wrong, update=False)
    assert "3 × SELECT 1" in str(failure.value)
    with pytest.raises(pytest.fail.Exception, match="rendering asks"):
        hold("overview", Statements(while_rendering=["SELECT 1"]), update=True)


@pytest.mark.django_db
def test_a_page_is_held_to_its_record(leader: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("tests.counting.RECORDED", tmp_path / "counts.json")
    client = signed_in(leader)
    for update in (True, False):
        with statements() as found:
            client.get("/guide/")
        hold("guide", found, update=update)
    with statements() as found:
        client.get("/guide/")
        User.objects.count()
    with pytest.raises(pytest.fail.Exception, match="pytest --update-query-counts"):
        hold("guide", found, update=False)
