"""The plan check: each rule finds what it is for, says nothing where the plan does not say enough, and is told."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise, product
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain.calendars import Calendar, Unit
from tracker.domain.dates import DateKind, ImpreciseDate, Precision, parse
from tracker.domain.plan_check import (
    SEVERITIES,
    Answering,
    DayCount,
    Days,
    Finding,
    Held,
    Plan,
    Rule,
    Severity,
    Step,
    Target,
    check,
)
from tracker.domain.schedule_values import Link, Tie
from tracker.domain.states import Status
from tracker.domain.windows import Window, WindowKind
from tracker.words import plan_check as said
from tracker.words.plan_check_sentences import SENTENCES, sentence

TODAY = date(2026, 3, 2)
FIRST, LAST = date(2024, 1, 1), date(2028, 12, 31)
WORKED = [FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1)]
CALENDAR = Calendar(
    first=FIRST, last=LAST, working=frozenset(day for day in WORKED if day.weekday() < 5),
    estimated_from=date(2027, 1, 1),
)  # fmt: skip
DAYS = Days(TODAY, CALENDAR)
BID = Window(
    id="TB-05", applies_to="tender", from_step="发出招标文件", to_step="投标截止", name="编制投标文件的时间",
    kind=WindowKind.MIN, n=20, unit=Unit.DAY, law="招标投标法", article="24",
)  # fmt: skip


def when(text: str) -> ImpreciseDate:
    return parse(text, year=2026, today=TODAY)


def step(code: str = "A", due: str = "2026-06-30", **values: Any) -> Step:
    values = {"project": "P", "programme": "X", "name": code, "due": when(due) if due else None, **values}
    return Step(code=code, **values)


def found(*steps: Step, **plan: Any) -> list[Finding]:
    return check(Plan(steps=steps, **plan), DAYS)


def rules(*steps: Step, **plan: Any) -> list[Rule]:
    return [finding.rule for finding in found(*steps, **plan)]


SUNDAY = "2026-06-28"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (step(), []),
        (step(due=""), [Rule.NO_DUE]),
        (step(due="", status=Status.DONE), []),
        (step(due="", status=Status.SUSPENDED), []),
        (step(due="尽快"), [Rule.DUE_VAGUE]),
        (step(due="9月起"), [Rule.DUE_VAGUE]),
        (step(due="争取9月"), [Rule.AIM]),
        (step(due="争取1月"), []),  # has passed: no aim any more
        (step(due=SUNDAY), [Rule.NOT_WORKING]),
        (step(due="2026-02-28"), []),  # a Saturday that has passed
        (step(due="5月"), []),  # a month ends when it ends
        (step(due="2026-05-31"), []),  # and so it does where its last day, a Sunday, is named
        (step(start=date(2026, 7, 1)), [Rule.START_AFTER_DUE]),
        (step(start=date(2026, 6, 30)), []),
        (step(start=date(2026, 6, 26), duration=5), []),  # 26th to 30th, both included
        (step(start=date(2026, 6, 27), duration=5), [Rule.DURATION_TOO_LONG]),
        (step(start=date(2026, 6, 26), duration=4, duration_unit="wd"), [Rule.DURATION_TOO_LONG]),
        (step(start=date(2026, 6, 26), duration=3, duration_unit="wd"), []),
        (step(duration=400), []),  # no start is planned
        (step(weighs=False), [Rule.WEIGHT_ZERO]),
        (step(english=False), [Rule.NO_ENGLISH]),
        (step(due="2025年", tracking_from=date(2026, 1, 1)), [Rule.DUE_BEFORE_REPORTS]),
        (step(due="2025年", tracking_from=date(2026, 1, 1), status=Status.IN_PROGRESS), []),
        (step(bound="start_no_earlier", bound_day=date(2026, 7, 1)), [Rule.BOUND_BROKEN]),
        (step(bound="start_no_earlier", bound_day=date(2026, 6, 1), start=date(2026, 6, 1)), []),
        (step(bound="start_no_earlier", bound_day=date(2026, 6, 2), start=date(2026, 6, 1)), [Rule.BOUND_BROKEN]),
        (step(bound="must_start", bound_day=date(2026, 6, 1), start=date(2026, 6, 2)), [Rule.BOUND_BROKEN]),
        (step(bound="finish_no_later", bound_day=date(2026, 6, 29)), [Rule.BOUND_BROKEN]),
        (step(bound="must_finish", bound_day=date(2026, 6, 30)), []),
    ],
)
def test_one_milestone(one: Step, expected: list[Rule]):
    assert rules(one) == expected


def test_a_forecast_that_stands_for_a_month():
    late = step(forecast_latest=date(2026, 7, 31), late_since=TODAY - timedelta(30))
    assert rules(late) == [Rule.FORECAST_STANDING]
    assert rules(replace(late, late_since=TODAY - timedelta(29))) == []
    assert rules(replace(late, forecast_latest=date(2026, 6, 30))) == []


def order(tie: Tie, first: Step, then: Step) -> list[Rule]:
    return rules(first, then, ties=(tie,))


FS = Tie("A", "B")


@pytest.mark.parametrize(
    ("tie", "first", "then", "expected"),
    [
        (FS, step("A", "6月底前"), step("B", "6月底前"), []),
        (FS, step("A", "6月底前"), step("B", "5月底前"), [Rule.ORDER_REVERSED]),
        (FS, step("A", "2026-06-30"), step("B", "5月底前"), [Rule.ORDER_IMPOSSIBLE]),
        (FS, step("A", "2026年"), step("B", "5月底前"), [Rule.ORDER_REVERSED]),
        (FS, step("A", "2026年", status=Status.DONE), step("B", "5月底前"), []),
        (FS, step("A", "2026年", status=Status.SUSPENDED), step("B", "5月底前"), []),
        (FS, step("A", "2026年"), step("B", "5月底前", status=Status.DONE), []),
        (FS, step("A", ""), step("B", "5月底前"), [Rule.NO_DUE]),
        (FS, step("A"), step("B", "2026年", start=date(2026, 6, 30)), []),  # on the same day
        (FS, step("A"), step("B", "2026年", start=date(2026, 6, 29)), [Rule.ORDER_IMPOSSIBLE]),
        (FS, step("A"), step("B", "2026年", start=date(2026, 6, 29), actual_start=date(2026, 1, 5)), []),
        (Tie("A", "B", lag=10), step("A"), step("B", "2026-07-09"), [Rule.ORDER_IMPOSSIBLE]),
        (Tie("A", "B", lag=10), step("A"), step("B", "2026-07-10"), []),
        (Tie("A", "B", lag=-10), step("A"), step("B", "2026-06-22"), []),
        (Tie("A", "B", lag=5, lag_unit="wd"), step("A"), step("B", "2026-07-06"), [Rule.ORDER_IMPOSSIBLE]),
        (Tie("A", "B", lag=5, lag_unit="wd"), step("A"), step("B", "2026-07-07"), []),
        (Tie("A", "B", lag=3000, lag_unit="wd"), step("A"), step("B", "2026-07-07"), []),  # beyond the calendar
        (Tie("A", "B", Link.SS), step("A", start=date(2026, 5, 4)), step("B", start=date(2026, 5, 1)),
         [Rule.ORDER_IMPOSSIBLE]),
        (Tie("A", "B", Link.SS), step("A"), step("B", start=date(2026, 5, 1)), []),  # no start is planned
        (Tie("A", "B", Link.FF, 1), step("A"), step("B"), [Rule.ORDER_IMPOSSIBLE]),
        (Tie("A", "B", Link.SF), step("A", start=date(2026, 6, 30)), step("B", "2026-06-29"), [Rule.ORDER_IMPOSSIBLE]),
        (Tie("A", "B", Link.SF), step("A", start=date(2026, 6, 29)), step("B", "2026-06-29"), []),
    ],
)  # fmt: skip
def test_dates_against_the_order_of_steps(tie: Tie, first: Step, then: Step, expected: list[Rule]):
    assert order(tie, first, then) == expected


SPANS = st.tuples(st.integers(0, 8), st.integers(0, 4)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def spanned(code: str, ends: tuple[int, int], *, start: int | None = None) -> Step:
    first, last = (TODAY + timedelta(30 + n) for n in ends)
    due = ImpreciseDate("", first, last, Precision.SPAN, DateKind.IN)
    return replace(step(code), due=due, start=None if start is None else TODAY + timedelta(30 + start))


@settings(max_examples=150)
@given(SPANS, SPANS, st.integers(-5, 5), st.sampled_from([Link.FS, Link.FF]))
def test_an_order_is_impossible_when_no_two_days_keep_it(
    one: tuple[int, int], other: tuple[int, int], lag: int, kind: Link
):
    """Against the plainest possible oracle: every pair of days the two dates allow is tried."""
    pairs = product(range(one[0], one[1] + 1), range(other[0], other[1] + 1))
    possible = any(then >= first + lag for first, then in pairs)
    on_last_days = other[1] >= one[1] + lag
    got = order(Tie("A", "B", kind, lag), spanned("A", one), spanned("B", other))
    expected = [] if on_last_days else [Rule.ORDER_REVERSED] if possible else [Rule.ORDER_IMPOSSIBLE]
    assert [rule for rule in got if rule in (Rule.ORDER_REVERSED, Rule.ORDER_IMPOSSIBLE)] == expected


def chain(*codes: str) -> tuple[Tie, ...]:
    return tuple(Tie(a, b) for a, b in pairwise(codes))


def test_circles_are_named_once_in_order():
    steps = [step(code) for code in "ABCDEFG"]
    ties = (*chain("A", "B", "C", "D", "B"), *chain("F", "G", "F"))
    loops = [one.inputs["codes"] for one in found(*steps, ties=ties) if one.rule is Rule.CYCLE]
    assert loops == [("B", "C", "D"), ("F", "G")]
    assert Rule.CYCLE not in rules(*steps, ties=chain(*"ABCDEFG"))


def test_loose_ends_are_found_only_where_the_project_is_a_network():
    steps = [step(code, f"2026-06-{day}") for code, day in zip("ABCDE", (1, 2, 5, 4, 5), strict=True)]
    ties = (*chain("A", "B", "C"), Tie("D", "C"))
    assert [(one.rule, one.code) for one in found(*steps, ties=ties)] == [
        (Rule.UNLINKED, "E"), (Rule.OPEN_START, "D"),
    ]  # fmt: skip
    assert rules(*steps, step("F"), ties=ties) == [], "four of six are linked: no network"
    assert rules(*steps) == []
    begun = [replace(one, status=Status.IN_PROGRESS) if one.code == "D" else one for one in steps[:4]]
    assert rules(*begun, ties=ties) == []
    made = [replace(one, from_template=True) for one in steps[:4]]
    assert rules(*made, ties=ties) == [], "the template has it so"
    beside = [step(code, f"2026-06-{day}") for code, day in zip("FGH", (1, 2, 3), strict=True)]
    assert rules(*made, *beside, ties=ties) == [], "and makes no network of what stands beside it"
    assert [(one.rule, one.code) for one in found(*steps[:4], ties=(*chain("A", "B", "C"), Tie("A", "D")))] == [
        (Rule.OPEN_END, "D")
    ]


def held(now: Window | None = BID, **values: Any) -> Held:
    return Held(kept=BID, now=now, region="", since="A", until="B", **values)


@pytest.mark.parametrize(
    ("until", "expected"),
    [("2026-07-20", []), ("2026-07-17", [Rule.WINDOW_SHORT]), ("", [Rule.NO_DUE])],
)
def test_a_window_shorter_than_the_law(until: str, expected: list[Rule]):
    assert rules(step("A"), step("B", until), held=(held(),)) == expected


def test_a_window_says_the_lawful_day_and_what_is_done_is_left_alone():
    [one] = found(step("A"), step("B", "2026-07-17"), held=(held(),))
    assert (one.code, one.inputs["bound"], one.inputs["days"]) == ("B", date(2026, 7, 20), 3)
    assert rules(step("A"), step("B", "2026-07-17", status=Status.DONE), held=(held(),)) == []
    started = step("A", status=Status.DONE, actual_finish=date(2026, 6, 1))
    assert rules(started, step("B", "2026-07-17"), held=(held(),)) == []


def test_a_law_that_has_changed_since():
    longer = replace(BID, version=2, n=30)
    assert rules(step("A"), step("B", "2026-08-31"), held=(held(longer),)) == [Rule.WINDOW_CHANGED]
    assert rules(step("A"), step("B", "2026-08-31"), held=(held(replace(BID, version=2, note="x")),)) == []
    assert rules(step("A"), step("B", "2026-07-20"), held=(held(longer),)) == [
        Rule.WINDOW_SHORT, Rule.WINDOW_CHANGED,
    ]  # fmt: skip


def test_working_days_on_an_estimated_calendar_are_told_once_a_project():
    steps = [step(code, "2027-02-26", duration=20, duration_unit="wd") for code in "ABCDEFG"]
    [one] = found(*steps, step("H", "2027-02-26", duration=20), step("I", "2026-12-30", duration=5, duration_unit="wd"))
    assert (one.rule, one.kind, one.inputs["count"]) == (Rule.ESTIMATED, "project", 7)
    assert one.inputs["codes"] == ("A", "B", "C", "D", "E")
    assert rules(step("A"), step("B", "2027-06-30"), ties=(Tie("A", "B", lag=3, lag_unit="wd"),)) == [Rule.ESTIMATED]


def target(**values: Any) -> Target:
    values = {"programme": "X", "measure": "mu", "stated": True, "due": when("2026年"), **values}
    return Target(code="M", **values)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (target(), []),
        (target(measure=""), [Rule.TARGET_NO_UNIT]),
        (target(due=None), [Rule.TARGET_NO_DATE]),
        (target(due=when("尽快")), [Rule.TARGET_NO_DATE]),
        (target(due=None, cap=True), []),
        (target(due=None, withheld=True), [Rule.TARGET_WITHHELD]),
        (target(stated=False), [Rule.TARGET_MISSING]),
        (target(stated=False, derived=True), []),
        (target(parent="W", parent_due=when("2026年6月")), [Rule.PART_AFTER_PARENT]),
        (target(parent="W", parent_due=when("2026年")), []),
        (target(parent="W", parent_due=when("2026年12月")), [Rule.PART_WIDER]),
        (target(parent="W", parent_due=when("2026年12月底前")), []),
    ],
)
def test_targets(one: Target, expected: list[Rule]):
    assert rules(targets=(one,)) == expected


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 12, 31), 5, [Rule.CLUSTER]),
        (date(2026, 12, 31), 4, []),
        (date(2026, 9, 30), 5, [Rule.CLUSTER]),
        (date(2026, 8, 31), 5, []),
        (date(2025, 12, 31), 5, []),  # has passed
    ],
)
def test_clusters(day: date, count: int, expected: list[Rule]):
    rest = DayCount("X", date(2026, 5, 5), 20 - count, 0)
    assert rules(days=(DayCount("X", day, count, 2), rest)) == expected
    assert rules(days=(DayCount("X", day, count, 2), replace(rest, count=40))) == []


def test_units():
    answers, nobody = Answering("X", "U1", 3, retired=False, staffed=True), Answering("X", "U2", 2, False, False)
    assert rules(answering=(answers, nobody)) == [Rule.NO_OFFICIAL]
    assert rules(answering=(nobody, replace(nobody, unit="U3"))) == [], "nobody reports yet"
    assert rules(answering=(replace(nobody, retired=True),)) == [Rule.UNIT_RETIRED]


def test_names():
    assert rules(step("A", name="同名"), step("B", name="同名")) == [Rule.SAME_NAME]
    assert rules(step("A", name="同名"), step("B", name="同名", project="Q")) == []
    assert rules(step("A", name="同名"), step("B", name="同名", status=Status.DONE)) == []


def examples() -> dict[Rule, Finding]:
    """A finding of every rule."""
    late = step(forecast_latest=date(2026, 7, 31), late_since=TODAY - timedelta(40))
    network = [step(code, f"2026-06-{day}") for code, day in zip("ABCDE", (1, 2, 5, 4, 5), strict=True)]
    short = replace(BID, version=2, n=30)
    both = (Answering("X", "U1", 3, False, True), Answering("X", "U2", 2, False, False))
    lists = [
        found(step("A", "2026-07-30"), step("B", "2026-06-30"), ties=(Tie("A", "B", lag=2),)),
        found(step("A", "2026年"), step("B"), ties=(Tie("A", "B", Link.FF, -2, "wd"),)),
        found(step("A"), step("B"), ties=chain("A", "B", "A")),
        found(*network, ties=(*chain("A", "B", "C"), Tie("D", "C"))),
        found(*network[:4], ties=(*chain("A", "B", "C"), Tie("A", "D"))),
        found(step("A"), step("B", "2026-07-10"), held=(held(short),)),
        found(late, step("B", ""), step("C", "尽快"), step("D", "争取9月"), step("E", SUNDAY)),
        found(step(start=date(2026, 7, 1)), step("B", start=date(2026, 6, 27), duration=5)),
        found(step(weighs=False, english=False), step("B", "2025年", tracking_from=date(2026, 1, 1))),
        found(step(bound="finish_no_later", bound_day=date(2026, 6, 1)), step("B", name="A")),
        found(step("A", "2027-02-26", duration=20, duration_unit="wd")),
        found(targets=(target(due=None, measure=""), target(withheld=True), target(stated=False))),
        found(targets=(target(parent="W", parent_due=when("6月")), target(parent="W", parent_due=when("12月")))),
        found(days=(DayCount("X", date(2026, 12, 31), 9, 2),), answering=both),
        found(answering=(Answering("X", "U1", 3, True, True),)),
    ]
    return {one.rule: one for findings in lists for one in findings}


def test_every_rule_has_a_level_and_all_its_words_in_both_languages():
    made = examples()
    assert set(made) == set(Rule)
    assert set(SEVERITIES) == set(said.TITLES) == set(said.MENDS) == set(said.REASONS) == set(SENTENCES) == set(Rule)
    for language in ("zh-hans", "en"):
        with translation.override(language):
            for rule, finding in made.items():
                texts = [sentence(finding, {"A": "甲"}), *(str(table[rule]) for table in (said.TITLES, said.MENDS))]
                texts.append(str(said.REASONS[rule]))
                assert all(texts)
                assert not any("%(" in text for text in texts), texts
                start = str(said.REASONS[rule]).split("：" if language == "zh-hans" else ":")[0]
                assert start.lower() in (str(said.LEVELS[SEVERITIES[rule]]).lower(), "to be looked at")


def test_what_is_found_is_told_in_plain_words():
    made = examples()
    names = {"A": "甲", "B": "乙"}
    with translation.override("zh-hans"):
        assert sentence(made[Rule.CYCLE], names) == "每项都要等前一项：甲 → 乙 → 甲。"
        assert "只写了年份" in sentence(made[Rule.CLUSTER], names)
        assert "招标投标法第24条" in sentence(made[Rule.WINDOW_SHORT], names)
    with translation.override("en"):
        assert sentence(made[Rule.ORDER_REVERSED], names) == (
            "It may finish when “甲” is finished, up to 2 working days before it: that is planned by 31 Dec 2026, "
            "this by 30 Jun 2026."
        )


def test_the_most_serious_come_first():
    levels = [one.severity for one in found(step("A", ""), step("B", "尽快"), step("C", start=date(2026, 7, 1)))]
    assert levels == [Severity.ERROR, Severity.WARNING, Severity.NOTE]
