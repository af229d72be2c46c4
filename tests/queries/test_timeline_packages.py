"""Tender packages on the timeline: a line of their own says what their page says, planned back or not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from tests.cast import reach_for
from tests.counting import statements
from tests.packages import package
from tracker.domain.states import Colour
from tracker.models import Milestone, Package, Programme, User
from tracker.models.guard import writing
from tracker.queries.tender_page import package_page
from tracker.queries.timeline import Timeline, timeline
from tracker.queries.timeline_rows import Row
from tracker.queries.timeline_wanted import Wanted

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 20)
DONE = {"B01": date(2026, 9, 1), "B04": date(2026, 10, 8), "B06": date(2026, 10, 9)}
DAYS = {"B08": date(2026, 12, 10), "B10": date(2026, 12, 18), "B11": date(2026, 12, 25)}


@pytest.fixture(autouse=True)
def _kept_all_year() -> None:
    """The works have been tracked since January: a day that passed without a word is overdue."""
    with writing():
        Programme.objects.update(tracking_from=date(2026, 1, 1))


def shown(user: User, **wanted: object) -> Timeline:
    return timeline(reach=reach_for(user), on=ON, language="zh-hans", wanted=Wanted(**wanted))  # type: ignore[arg-type]


def line(user: User, code: str) -> Row:
    return next(row for row in shown(user, text=code).rows if row.kind == "package" and row.code == code)


def test_a_line_has_the_days_the_clock_and_the_laws_of_its_page(leader: User):
    package(days=DAYS, done=DONE)
    row = line(leader, "T-BD")
    page = package_page(code="T-BD", reach=reach_for(leader), on=ON, at=timezone.now(), past=False)
    assert page is not None
    assert (row.url, row.ledger, row.name) == ("/tenders/T-BD/", "招标", "标段T-BD")
    assert (row.planned_start, row.latest) == (DONE["B01"], DAYS["B11"])
    assert (row.actual_start, row.seen, row.actual_finish) == (DONE["B01"], DONE["B06"], None)
    assert page.clock in row.reason
    assert (row.colour, row.word) == (Colour.GREEN, "还剩20天")
    drawn = {(law.first, law.last) for law in page.laws if law.first and law.last and law.between}
    assert drawn
    assert {(span.first, span.last) for span in row.laws} <= drawn
    assert any("招标投标法第24条" in span.text for span in row.laws)
    assert [(day, colour) for day, colour, _n in row.dots] == [
        *((day, Colour.DONE) for day in DONE.values()),
        *((day, Colour.GREEN) for day in DAYS.values()),
    ]


def test_a_suspension_moves_the_line_and_a_broken_law_is_red(leader: User):
    package(days=DAYS | {"B08": date(2026, 10, 20)}, done=DONE)
    broken = line(leader, "T-BD")
    assert [span.broken for span in broken.laws].count(True) >= 1
    assert broken.laws[-1].broken  # drawn last, on top
    assert broken.colour is Colour.RED  # and past its day
    with writing():
        Package.objects.filter(code="T-BD").update(suspended_from=date(2026, 10, 15), suspended_until=None)
        Milestone.objects.filter(code__startswith="T-BD-").update(planned_at=datetime(2026, 9, 1, tzinfo=UTC))
    moved = line(leader, "T-BD")
    assert (moved.colour, moved.word) == (Colour.AMBER, "暂停")
    assert moved.forecast_earliest == DAYS["B11"]
    assert moved.forecast_latest is not None
    assert moved.forecast_latest >= DAYS["B11"] + timedelta(36)
    assert moved.latest == DAYS["B11"]  # the plan stays
    late = moved.forecast_latest - timedelta(3)
    assert [row.code for row in shown(leader, text="T-BD", start=late).rows if row.kind == "package"] == ["T-BD"]
    assert not shown(leader, text="T-BD", start=moved.forecast_latest + timedelta(1)).rows


def test_a_line_names_the_day_of_its_next_step_and_is_done_once_awarded(leader: User):
    package("T-BD1", days=DAYS, done=DONE)
    assert line(leader, "T-BD1").label == "投标截止和开标 · 12月10日 · 还剩20天"
    package("T-BD2", done=DONE | {"B11": date(2026, 11, 10)})
    awarded = line(leader, "T-BD2")
    assert (awarded.colour, awarded.word, awarded.done) == (Colour.DONE, "合同及后续", True)
    assert awarded.actual_finish == date(2026, 11, 10)
    found = shown(leader, text="T-BD2", state="done").rows
    assert [row.code for row in found if row.kind == "package"] == ["T-BD2"]
    package("T-BD3", done=DONE)
    begun = line(leader, "T-BD3")
    assert (begun.colour, begun.word) == (Colour.LATER, "编制投标")


def test_goods_bought_by_a_public_body_are_held_to_its_law(leader: User):
    done = {"H04": date(2026, 10, 8), "H05": date(2026, 10, 9), "H08": date(2026, 10, 30), "H11": date(2026, 11, 4)}
    bought = {"template": "procurement", "regime": "procurement", "kind": "goods"}
    package(days={"H12": date(2026, 11, 12), "H14": date(2026, 12, 8)}, done=done, **bought)
    row = line(leader, "T-BD")
    assert [span.broken for span in row.laws] == [False, False, True]  # 2 working days to the letter of award are 6
    assert "政府采购法实施条例第43条" in row.laws[-1].text
    assert (row.colour, row.actual_start) == (Colour.RED, done["H04"])


def test_filters_find_packages_by_light_and_by_days_in_as_many_statements(leader: User):
    package("T-BD1", days={"B08": ON - timedelta(3)}, done=DONE)
    package("T-BD2", days={"B08": ON + timedelta(3)}, done=DONE)
    package("T-BD3", days={"B08": ON + timedelta(60)}, done=DONE, failed=True)
    package("T-BD4")
    lit = {row.code: row.colour for row in shown(leader, text="T-BD").rows if row.kind == "package"}
    assert lit == {"T-BD1": Colour.RED, "T-BD2": Colour.AMBER, "T-BD3": Colour.AMBER, "T-BD4": Colour.BLANK}
    for colour in Colour:
        found = {row.code for row in shown(leader, text="T-BD", state=colour.value).rows if row.kind == "package"}
        assert found == {code for code, light in lit.items() if light == colour}
    inside = shown(leader, text="T-BD", start=ON + timedelta(30), end=ON + timedelta(90)).rows
    assert {row.code for row in inside if row.kind == "package"} == {"T-BD3", "T-BD4"}
    before = shown(leader, text="T-BD", end=DONE["B01"] - timedelta(1)).rows
    assert {row.code for row in before if row.kind == "package"} == {"T-BD4"}
    counts = []
    for text in ("T-BD2", "T-BD"):
        with statements() as asked:
            shown(leader, text=text, state="amber")
        counts.append(len(asked))
    assert counts[0] == counts[1]
