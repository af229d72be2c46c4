"""Planning back: the tenders of document 000 counted by hand on the calendar of 2026, and what holds for every plan."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.test_calendars import calendar_2026
from tracker.domain.backplan import BackPlan, Verdict, plan
from tracker.domain.calendars import Calendar, OutsideCalendar, Unit
from tracker.domain.processes import Attached, BadTemplate, End, Link, Step, Template, Tie
from tracker.domain.schedule import Contradiction
from tracker.domain.windows import Window, WindowKind, holds

REFERENCE = Path(__file__).resolve().parents[2] / "fixtures" / "reference"
ONE = timedelta(1)
TODAY = date(2026, 11, 20)


def _calendar() -> Calendar:
    """2026 by its notice; weekends only before and after it, far enough for the longest process either way."""
    first, known = date(2022, 1, 1), calendar_2026(until=date(2034, 12, 31))
    earlier = (first + at * ONE for at in range((known.first - first).days))
    working = known.working | {day for day in earlier if day.weekday() < 5}
    return Calendar(first=first, last=known.last, working=working, estimated_from=known.estimated_from)


CALENDAR = _calendar()


def _read(name: str) -> Any:
    return yaml.safe_load((REFERENCE / f"{name}.yaml").read_text(encoding="utf-8"))


def _window(item: dict[str, Any]) -> Window:
    unit = Unit(item["unit"]) if "unit" in item else None
    named = {"name": item["name"], "law": "", "from_step": item["from"], "to_step": item["to"]}
    return Window(
        id=item["id"], applies_to=item["for"], kind=WindowKind(item["kind"]), n=item.get("n"), unit=unit, **named
    )


def _template(item: dict[str, Any]) -> Template:
    ties = []
    for step in item["steps"]:
        for before, *more in step.get("after", ()):
            kind, lag, unit = more + ["FS", 0, "d"][len(more) :]
            ties.append(Tie(before, step["id"], Link(kind), lag, unit))
    steps = tuple(Step(step["id"], step["days"], Unit(step["unit"])) for step in item["steps"])
    held = tuple(Attached(code, End(a, x), End(b, y)) for code, a, x, b, y in item.get("windows", ()))
    return Template(item["code"], steps, tuple(ties), held, item["goal"])


WINDOWS = [_window(item) for item in _read("windows")["rows"] if not item.get("region")]
TEMPLATES = {item["code"]: _template(item) for item in _read("processes")["templates"]}


def planned(
    code: str = "tender",
    deadline: date = date(2026, 12, 31),
    days: dict[str, date] | None = None,
    *,
    today: date = TODAY,
    windows: list[Window] = WINDOWS,
) -> BackPlan:
    template = TEMPLATES[code]
    return plan(template, deadline=deadline, today=today, days=days or {}, windows=windows, calendar=CALENDAR)


def latest(found: BackPlan, key: str) -> tuple[date | None, date | None]:
    return found.steps[key].late_start, found.steps[key].late_finish


# ----------------------------------------------------------- construction and supervision, by the end of December


@pytest.mark.parametrize(
    ("step", "start", "finish"),
    [
        # Award on Thursday 31 December; the working day before it is the last of the publicity.
        ("B11", (12, 31), (12, 31)),
        # 30 December less three days is Sunday the 27th: the publicity starts on Friday the 25th.
        ("B10", (12, 25), (12, 30)),
        # Two working days of evaluation up to the 24th, the first on the day of opening.
        ("B09", (12, 23), (12, 24)),
        ("B08", (12, 23), (12, 23)),
        # 23 December less 15 days is Tuesday the 8th: the last clarification; three working days with it.
        ("B07", (12, 4), (12, 8)),
        # 23 December less 20 days is Thursday the 3rd: the documents go out.
        ("B06", (12, 3), (12, 3)),
        ("B04", (12, 3), (12, 3)),
        # Ten working days up to 3 December begin on Friday 20 November.
        ("B03", (11, 20), (12, 3)),
        ("B01", (11, 20), (12, 3)),
        # Five working days before them.
        ("B02", (11, 13), (11, 19)),
    ],
)
def test_the_december_tender_counted_back_by_hand(step: str, start: tuple[int, int], finish: tuple[int, int]):
    assert latest(planned(), step) == (date(2026, *start), date(2026, *finish))


def test_what_holds_the_december_tender():
    found = planned()
    bound = {key: step.binding for key, step in found.steps.items() if step.binding and key <= "B11"}
    assert bound == {"B06": "TB-05", "B07": "TB-04", "B10": "TB-10"}
    assert (found.verdict, found.short_by, found.late_by) == (Verdict.TIGHT, 7, 0)
    assert found.steps["B02"].float_days == -7
    assert found.parallel == (("B01", "B02"), ("B01", "B03"), ("B12", "B13"), ("B13", "B14"))


def test_it_fits_to_the_day_once_agency_and_approval_are_settled():
    found = planned(days={"B01": date(2026, 11, 12), "B02": date(2026, 11, 18)})
    assert (found.verdict, found.spare) == (Verdict.FEASIBLE, 0)
    assert found.steps["B03"].early_start == TODAY
    assert found.steps["B02"].done == date(2026, 11, 18)


def test_days_in_2027_rest_on_the_estimated_calendar_and_say_so():
    """31 December and 30 days is Saturday 30 January 2027: the contract is signed by Monday 1 February."""
    found = planned(days={"B01": date(2026, 11, 12), "B02": date(2026, 11, 18)})
    assert latest(found, "B12")[1] == date(2027, 2, 1)
    assert latest(found, "B13")[1] == date(2027, 1, 15)
    assert {key for key, step in found.steps.items() if step.estimated} == {"B12", "B13", "B14"}
    assert found.estimated


# --------------------------------------------------------------------- survey and design, by the end of October


def test_the_october_tender_is_not_possible_any_more_and_when_it_would_be():
    """From 20 November each step in a day: documents out on Monday the 23rd; 20 days end on Sunday 13 December, so bids
    close on the 14th; publicity from the 15th to the 18th; the letter of award on Monday the 21st.
    """
    found = planned(deadline=date(2026, 10, 31))
    assert (found.verdict, found.soonest) == (Verdict.IMPOSSIBLE, date(2026, 12, 21))
    assert found.late_by == 51
    assert latest(found, "B11")[0] == date(2026, 10, 30)  # the 31st is a Saturday
    assert latest(found, "B10")[0] == date(2026, 10, 26)
    assert latest(found, "B06")[0] == date(2026, 9, 24)  # before three days of clarification that end on the 30th


# ------------------------------------------------------------------------------------------- known days


def test_steps_before_one_that_is_done_count_as_done():
    found = planned(days={"B06": date(2026, 11, 18)})
    assert [key for key, step in found.steps.items() if step.implied] == ["B01", "B02", "B03", "B04"]
    assert found.verdict is Verdict.FEASIBLE


def test_two_known_days_that_break_a_window_are_named():
    found = planned(days={"B06": date(2026, 11, 18), "B08": date(2026, 12, 1)})
    assert [(held.window.id, held.breach) for held in found.breaches] == [("TB-05", 7)]  # 8 December, 7 days later
    assert found.verdict is Verdict.IMPOSSIBLE


def test_a_maximum_bounds_what_follows_a_day_that_is_known():
    """Award on 16 November: 15 days end on Tuesday 1 December, 30 days on Wednesday the 16th."""
    found = planned(days={"B11": date(2026, 11, 16)})
    assert found.verdict is Verdict.DONE
    assert latest(found, "B13")[1] == date(2026, 12, 1)
    assert latest(found, "B12")[1] == date(2026, 12, 16)


def test_a_local_row_that_is_longer_counts():
    longer = [window for window in WINDOWS if window.id != "TB-05"]
    longer.append(_window(next(i for i in _read("windows")["rows"] if i["id"] == "TB-05") | {"n": 27}))
    assert latest(planned(windows=longer), "B06")[0] == date(2026, 11, 26)


def test_what_cannot_be_planned_is_refused():
    with pytest.raises(OutsideCalendar):
        planned(deadline=date(2035, 1, 1))
    with pytest.raises(OutsideCalendar):
        planned(days={"B01": date(1, 1, 1)})
    with pytest.raises(Contradiction):
        planned(days={"B05": TODAY})


def test_a_goal_that_a_later_step_says_is_over_is_done():
    found = planned(days={"B12": date(2026, 11, 2), "B14": date(2026, 11, 5)})
    assert (found.verdict, found.soonest, found.late_by) == (Verdict.DONE, date(2026, 11, 2), 0)
    assert found.steps["B11"].implied


@pytest.mark.parametrize(
    ("days", "pairs"),
    [
        ({"B02": date(2026, 12, 10), "B03": date(2026, 12, 1)}, (("B02", "B03"),)),
        ({"B02": date(2026, 12, 1), "B03": date(2026, 12, 1)}, ()),
        ({"B01": date(2026, 12, 10), "B06": date(2026, 11, 18)}, (("B01", "B06"),)),  # over, by a later step
        ({"B03": date(2026, 11, 18), "B02": date(2026, 11, 19)}, ()),  # what was done in another order is history
    ],
)
def test_days_to_come_against_the_order_of_the_steps_are_named(days: dict[str, date], pairs: tuple[Any, ...]):
    found = planned(deadline=date(2027, 6, 30), days=days)
    assert found.disorder == pairs
    assert (found.verdict is Verdict.IMPOSSIBLE) == bool(pairs)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_whatever_days_are_known_there_is_an_answer(data: st.DataObject):
    template = data.draw(st.sampled_from(list(TEMPLATES.values())))
    keys = st.sampled_from([step.key for step in template.steps])
    days = data.draw(st.dictionaries(keys, st.dates(TODAY - 400 * ONE, TODAY + 700 * ONE), max_size=4))
    found = planned(template.code, TODAY + data.draw(st.integers(-600, 1500)) * ONE, days)
    assert {key: step.done for key, step in found.steps.items() if step.done} == {
        key: day for key, day in days.items() if day <= TODAY
    }
    goal = found.steps[template.goal]
    assert (found.verdict is Verdict.DONE) == bool(goal.done or goal.implied)


# ------------------------------------------------------------------------- the other processes, counted by hand


@pytest.mark.parametrize(
    ("code", "deadline", "days"),
    [
        # Natural days all the way: 30 up to 31 December begin on the 2nd, 10 up to the 1st on 22 November, 30 up to the
        # 21st on 23 October. The agreements take effect the day before, Thursday 22 October, the last day of signing:
        # 10 days from the 13th; 20 days of applications up to the 12th begin on 23 September, after the policy.
        (
            "agreement",
            date(2026, 12, 31),
            {"P07": "1202-1231", "P06": "1122-1201", "P05": "1023-1121", "P04": "1022-1022", "P03": "1013-1022"}
            | {"P02": "0923-1012", "P01": "0922-0922"},
        ),
        # Ten working days up to Friday 31 December begin on Monday the 20th. 180 days of works up to Sunday the 19th
        # begin on 23 June (8 + 31 + 31 + 30 + 31 + 30 + 19). Ten working days of contract end the day before, so the
        # award is on Tuesday the 8th; the working day before it ends the publicity: the 7th less three days is Friday
        # the 4th. Evaluation on the 2nd and 3rd; bids close on the 2nd; less 20 days the documents go out on 13 May.
        (
            "retain",
            date(2027, 12, 31),
            {"D10": "1220-1231", "D08": "0623-1219", "D07f": "0609-0622", "D07e": "0608-0608", "D07d": "0604-0607"}
            | {"D07c": "0602-0603", "D07b": "0602-0602", "D07a": "0513-0513"},
        ),
        # 30 days up to Monday 31 December begin on the 2nd, 20 up to the 1st on 12 November. Acceptance ends on the
        # Friday before, the 9th; 15 days of PM-06 end on Saturday the 24th, so filing ends on Monday the 26th, 8 days
        # from the 19th. 150 days of fit-out up to 28 October begin on 1 June (30 + 31 + 31 + 30 + 28).
        (
            "resettlement",
            date(2029, 12, 31),
            {"E16": "1202-1231", "E15": "1112-1201", "E14a": "1029-1109", "E14b": "1119-1126", "E12": "0601-1028"},
        ),
        # Six, four, four and two weeks of working days back from Friday 30 June reach Monday 13 March. The notice ends
        # on Sunday the 12th, which R4 would carry on: counted from Friday the 10th, 30 days (a leap year's February)
        # lead to 9 February. Four weeks of review up to the 8th begin on 12 January. After approval, 20 working days.
        (
            "plan",
            date(2028, 6, 30),
            {"F10": "0522-0630", "F09": "0424-0519", "F08": "0327-0421", "F07": "0313-0324", "F06": "0209-0312"}
            | {"F05": "0112-0208", "F12": "0717-0728"},
        ),
        # 8 days up to 31 December begin on Monday the 24th; ten working days of acceptance end on Friday the 21st,
        # twelve of fire acceptance before the 10th begin on 22 November. PL-03: six months on is 21 June.
        (
            "permits",
            date(2029, 12, 31),
            {"G16": "1224-1231", "G15": "1210-1221", "G14b": "1122-1207"},
        ),
    ],
)
def test_another_process_counted_back_by_hand(code: str, deadline: date, days: dict[str, str]):
    found = planned(code, deadline)
    shown = {key: "-".join(f"{day:%m%d}" for day in latest(found, key) if day) for key in days}
    assert shown == days
    if code == "permits":
        assert latest(found, "G16b")[1] == date(2030, 6, 21)
        # 540 days up to 21 November 2029 begin on 31 May 2028, the day after the start; the permit before it, 6 days.
        assert latest(found, "G13b") == (date(2028, 5, 31), date(2029, 11, 21))
        assert latest(found, "G12") == (date(2028, 5, 25), date(2028, 5, 30))


@pytest.mark.parametrize("code", ["agreement", "retain", "resettlement", "plan", "permits"])
def test_another_process_fits_a_far_deadline_and_keeps_its_order(code: str):
    found, template = planned(code, date(2030, 12, 31)), TEMPLATES[code]
    assert found.verdict is Verdict.FEASIBLE
    assert len(found.brackets) == len(template.windows)
    for tie in template.ties:
        first, last = found.steps[tie.predecessor], found.steps[tie.successor]
        until = first.early_start if tie.kind is Link.SS else first.early_finish
        assert until is not None
        assert last.early_start is not None
        # An event may fall on the last day of what comes before it.
        assert until <= last.early_start
    for held in template.windows:
        first, last = found.steps[held.first.step], found.steps[held.last.step]
        start = first.early_start if held.first.end == "s" else first.early_finish
        end = last.early_start if held.last.end == "s" else last.early_finish
        assert start is not None
        assert end is not None
        window = next(window for window in WINDOWS if window.id == held.window)
        assert holds(window, start, end, CALENDAR).holds, held.window


# ----------------------------------------------------------------------------------- every template, every day


@settings(max_examples=40, deadline=None)
@given(code=st.sampled_from(sorted(TEMPLATES)), back=st.integers(0, 500), ahead=st.integers(0, 200))
def test_the_latest_days_keep_every_window_and_a_day_less_is_never_more(code: str, back: int, ahead: int):
    deadline = date(2026, 12, 31) + back * ONE
    found = planned(code, deadline, today=TODAY - ahead * ONE)
    for held in found.brackets:
        if held.first_day and held.last_day and held.first_day != held.last_day:
            assert holds(held.window, held.first_day, held.last_day, CALENDAR).holds, held.window.id
    sooner = planned(code, deadline - ONE, today=TODAY - ahead * ONE)
    for key, step in found.steps.items():
        if step.late_finish is not None:
            assert sooner.steps[key].late_finish <= step.late_finish  # type: ignore[operator]
            assert step.late_start <= step.late_finish  # type: ignore[operator]
    assert found.soonest <= found.usual_end


@settings(max_examples=40, deadline=None)
@given(code=st.sampled_from(sorted(TEMPLATES)), ahead=st.integers(0, 300), more=st.integers(-20, 20))
def test_no_step_lacks_days_where_the_usual_durations_fit_and_some_step_does_where_not(
    code: str, ahead: int, more: int
):
    today = TODAY + ahead * ONE
    usual = planned(code, date(2032, 12, 29), today=today).usual_end
    found = planned(code, usual + more * ONE, today=today)
    assert found.usual_end == usual
    assert (found.short_by == 0) == (usual <= found.deadline)


def test_a_saturday_opens_no_publicity_back_or_forth():
    """Planned on Saturday 21 November: drafting runs to Friday 4 December, bids close on the 24th, evaluation ends on
    the 25th. Publicity from Monday the 28th ends on the 31st, so the letter waits for 2027: a day is missing.
    """
    days = {"B01": date(2026, 11, 12), "B02": date(2026, 11, 18)}
    found = planned(days=days, today=date(2026, 11, 21))
    assert (found.verdict, found.steps["B03"].float_days) == (Verdict.TIGHT, -1)
    assert found.steps["B10"].early_finish == date(2026, 12, 31)
    assert found.usual_end > found.deadline


@settings(max_examples=40, deadline=None)
@given(code=st.sampled_from(sorted(TEMPLATES)), ahead=st.integers(0, 300))
def test_the_earliest_lawful_day_is_possible_and_the_day_before_is_not(code: str, ahead: int):
    today = date(2027, 2, 1) + ahead * ONE
    soonest = planned(code, date(2028, 12, 29), today=today).soonest
    assert planned(code, soonest, today=today).verdict is not Verdict.IMPOSSIBLE
    assert planned(code, soonest - ONE, today=today).verdict is Verdict.IMPOSSIBLE


# ------------------------------------------------------------------------------------------- templates


def test_every_template_holds_together():
    known = {window.id for window in WINDOWS}
    for template in TEMPLATES.values():
        template.check()
        assert {held.window for held in template.windows} <= known


@pytest.mark.parametrize(
    ("steps", "ties", "goal", "code", "keys"),
    [
        ([], [], "A", "no_steps", ()),
        ([Step("A", 1), Step("A", 2)], [], "A", "double_step", ("A",)),
        ([Step("A", 1)], [Tie("A", "X")], "A", "unknown_step", ("X",)),
        ([Step("A", 1)], [], "X", "unknown_step", ("X",)),
        ([Step("A", 1, Unit.MONTH)], [], "A", "unknown_unit", ("A",)),
        ([Step("A", -1)], [], "A", "duration_range", ("A",)),
        ([Step("A", 1), Step("B", 1)], [Tie("A", "B", lag=99_999)], "B", "lag_range", ("A", "B")),
        ([Step("A", 1), Step("B", 1)], [Tie("A", "B"), Tie("B", "A")], "B", "cycle", ("A", "B")),
    ],
)
def test_a_bad_template_is_refused_with_the_place(steps: Any, ties: Any, goal: str, code: str, keys: tuple[str, ...]):
    with pytest.raises(BadTemplate) as bad:
        Template("x", tuple(steps), tuple(ties), (), goal).check()
    assert (bad.value.code, bad.value.keys) == (code, keys)
