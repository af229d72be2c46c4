from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.dates import DateKind, ImpreciseDate, Precision
from tracker.domain.progress import Form
from tracker.domain.quantities import parse
from tracker.domain.reporting import (
    CODES,
    EARLIEST,
    NOTE_LIMIT,
    TRANSITIONS,
    Candidate,
    Problem,
    ReportState,
    check_metric_report,
    check_milestone_report,
    latest,
)
from tracker.domain.states import Status
from tracker.domain.units import MEASURES

TODAY = date(2026, 6, 26)
DAY = timedelta(days=1)
DONE, GOING, IDLE, HALTED = Status.DONE, Status.IN_PROGRESS, Status.NOT_STARTED, Status.SUSPENDED


def by(day: date | None) -> ImpreciseDate:
    return ImpreciseDate("", None, day, Precision.DAY if day else Precision.VAGUE, DateKind.BY)


def milestone(**said: Any) -> list[Problem]:
    plain: dict[str, Any] = {
        "status": GOING,
        "progress": Decimal(40),
        "as_of": TODAY,
        "actual_start": None,
        "actual_finish": None,
        "forecast": None,
        "note": "",
        "today": TODAY,
        "last_as_of": None,
        "is_correction": False,
    }
    return check_milestone_report(**(plain | said))


def metric(text: str, measure: str, form: Form | str = Form.AMOUNT, **said: Any) -> list[Problem]:
    plain: dict[str, Any] = {"as_of": TODAY, "today": TODAY, "last_as_of": None, "is_correction": False, "note": ""}
    return check_metric_report(quantity=parse(text), metric_measure=measure, metric_form=form, **(plain | said))


def named(problems: list[Problem]) -> list[tuple[str, str]]:
    for problem in problems:
        assert tuple(problem.inputs) == CODES[problem.code]
    return [(problem.field, problem.code) for problem in problems]


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"progress": None},
        {"progress": Decimal(0)},
        {"progress": Decimal("99.9")},
        {"status": IDLE, "progress": None},
        {"status": IDLE, "progress": Decimal(0)},
        {"status": HALTED, "progress": Decimal(40), "actual_start": TODAY - DAY},
        {"status": DONE, "progress": None, "actual_finish": TODAY},
        {"status": DONE, "progress": Decimal(100), "actual_start": TODAY, "actual_finish": TODAY},
        {"as_of": TODAY - DAY, "last_as_of": TODAY - DAY},
        {"as_of": TODAY - 2 * DAY, "last_as_of": TODAY - DAY, "is_correction": True},
        {"forecast": by(TODAY)},
        {"forecast": by(None)},
        {"note": "字" * NOTE_LIMIT},
    ],
)
def test_a_sound_milestone_report(said):
    assert milestone(**said) == []


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"progress": Decimal(-1)}, [("progress", "progress_range")]),
        ({"progress": Decimal("100.1")}, [("progress", "progress_range")]),
        ({"progress": Decimal(100)}, [("progress", "progress_100_not_done")]),
        ({"status": IDLE, "progress": Decimal(1)}, [("progress", "progress_range")]),
        ({"status": DONE, "progress": Decimal(99), "actual_finish": TODAY}, [("progress", "done_progress")]),
        ({"status": DONE, "progress": None}, [("actual_finish", "finish_missing")]),
        ({"actual_finish": TODAY}, [("actual_finish", "finish_without_done")]),
        ({"status": IDLE, "progress": None, "actual_start": TODAY}, [("actual_start", "start_not_started")]),
        ({"actual_start": TODAY + DAY}, [("actual_start", "actual_in_future")]),
        ({"actual_start": TODAY, "as_of": TODAY - DAY}, [("actual_start", "actual_after_as_of")]),
        ({"as_of": TODAY + DAY}, [("as_of", "as_of_in_future")]),
        ({"as_of": EARLIEST - DAY}, [("as_of", "day_too_early")]),
        ({"actual_start": EARLIEST - DAY}, [("actual_start", "day_too_early")]),
        ({"as_of": TODAY - DAY, "last_as_of": TODAY}, [("as_of", "older_as_of")]),
        ({"forecast": by(TODAY - DAY)}, [("forecast", "forecast_past")]),
        (
            {"status": DONE, "progress": None, "actual_finish": TODAY, "forecast": by(TODAY)},
            [("forecast", "forecast_when_done")],
        ),
        (
            {"status": DONE, "progress": None, "actual_start": TODAY, "actual_finish": TODAY - DAY},
            [("actual_start", "start_after_finish")],
        ),
        ({"note": "字" * (NOTE_LIMIT + 1)}, [("note", "note_too_long")]),
        (
            {"status": DONE, "progress": Decimal(101), "actual_finish": TODAY + DAY, "as_of": TODAY + DAY},
            [("as_of", "as_of_in_future"), ("progress", "progress_range"), ("actual_finish", "actual_in_future")],
        ),
    ],
)
def test_a_milestone_report_that_breaks_a_rule(said, expected):
    assert named(milestone(**said)) == expected


def test_the_sentence_has_its_inputs():
    assert dict(milestone(status=IDLE, progress=Decimal(5))[0].inputs) == {"value": Decimal(5), "low": 0, "high": 0}
    assert dict(milestone(note="字" * 1001)[0].inputs) == {"length": 1001, "limit": 1000}


days = st.dates(date(2026, 6, 20), date(2026, 7, 2))


@given(
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(Status),
            "progress": st.none() | st.integers(-5, 105).map(Decimal),
            "as_of": days,
            "actual_start": st.none() | days,
            "actual_finish": st.none() | days,
            "forecast": st.none() | st.builds(by, st.none() | days),
            "last_as_of": st.none() | days,
            "is_correction": st.booleans(),
        }
    )
)
def test_what_passes_makes_sense(said):
    """The other way round: whatever is let through is consistent."""
    problems = milestone(**said)
    assert len(named(problems)) == len(set(named(problems)))
    if problems:
        return
    past = [day for day in (said["actual_start"], said["actual_finish"]) if day]
    assert past == sorted(past)
    assert all(day <= said["as_of"] <= TODAY for day in [*past, said["as_of"]])
    assert (said["status"] is DONE) == (said["actual_finish"] is not None)
    assert said["progress"] is None or 0 <= said["progress"] <= 100
    assert said["progress"] != 100 or said["status"] is DONE
    assert said["is_correction"] or said["last_as_of"] is None or said["as_of"] >= said["last_as_of"]


@pytest.mark.parametrize(
    ("text", "measure", "form", "expected"),
    [
        ("约203万平方米", "平方米", Form.AMOUNT, []),
        ("2571亩", "公顷", Form.AMOUNT, []),
        ("3.9万人", "人", Form.AMOUNT, []),
        ("100%", "%", Form.PERCENT, []),
        ("9:1", ":1", Form.RATIO, []),
        ("-5个百分点", "个百分点", Form.AMOUNT, []),
        ("5户", "人", Form.AMOUNT, ["wrong_dimension"]),
        ("3村", "家", Form.AMOUNT, ["wrong_dimension"]),
        ("X户", "人", Form.AMOUNT, ["wrong_dimension"]),
        ("X户", "户", Form.AMOUNT, ["quantity_withheld"]),
        ("0户", "户", Form.AMOUNT, []),
        ("-1户", "户", Form.AMOUNT, ["negative_amount"]),
        ("-2—-1户", "户", Form.AMOUNT, ["negative_amount"]),
        ("1.5户", "户", Form.AMOUNT, ["not_a_whole_number"]),
        ("3.95555万人", "人", Form.AMOUNT, ["not_a_whole_number"]),
        ("1.5—2个", "个", Form.AMOUNT, ["not_a_whole_number"]),
        ("100.1%", "%", Form.PERCENT, ["percent_range"]),
        ("-0.1%", "%", "percent", ["percent_range"]),
        ("101个百分点", "个百分点", Form.PERCENT, ["percent_range"]),
    ],
)
def test_metric_reports(text, measure, form, expected):
    assert [code for _, code in named(metric(text, measure, form))] == expected


def test_a_metric_report_has_the_same_head():
    problems = metric("5户", "人", as_of=TODAY + DAY, note="字" * 1001)
    assert named(problems) == [
        ("as_of", "as_of_in_future"),
        ("note", "note_too_long"),
        ("quantity", "wrong_dimension"),
    ]
    assert named(metric("5户", "户", last_as_of=TODAY, as_of=TODAY - DAY)) == [("as_of", "older_as_of")]
    assert MEASURES["户"].symbol == problems[-1].inputs["given"]


def test_transitions():
    assert set(TRANSITIONS) == set(ReportState)
    assert not TRANSITIONS[ReportState.ACCEPTED]
    assert not TRANSITIONS[ReportState.WITHDRAWN]
    assert [frm for frm, to in TRANSITIONS.items() if ReportState.ACCEPTED in to] == [ReportState.SUBMITTED]


# --- which report counts --------------------------------------------------------------------------------

NOON = datetime(2026, 6, 26, 4, tzinfo=UTC)


def at(hours: int) -> datetime:
    return NOON + timedelta(hours=hours)


def candidate(number: int, days_: int, hours: int, supersedes: int | None = None) -> Candidate:
    return Candidate(number, TODAY + days_ * DAY, at(hours), supersedes)


def number(found: Candidate | None) -> int | None:
    return found.id if found else None


def test_the_latest_day_counts_then_the_latest_acceptance():
    rows = [candidate(1, 0, 0), candidate(2, -1, 5), candidate(3, 0, 1)]
    assert number(latest(rows, on=TODAY, known=at(9))) == 3
    assert number(latest(rows, on=TODAY, known=at(0))) == 1
    assert number(latest(rows, on=TODAY - DAY, known=at(9))) == 2
    assert latest(rows, on=TODAY - DAY, known=at(4)) is None
    assert latest([], on=TODAY, known=NOON) is None


def test_a_correction_counts_once_it_is_known():
    rows = [candidate(1, 0, 0), candidate(2, -3, 2, supersedes=1)]
    assert number(latest(rows, on=TODAY, known=at(1))) == 1
    assert number(latest(rows, on=TODAY, known=at(2))) == 2
    moved_on = [candidate(1, 0, 0), candidate(2, 1, 2, supersedes=1)]
    assert latest(moved_on, on=TODAY, known=at(2)) is None
    chain = [candidate(1, 0, 0), candidate(2, 0, 1, supersedes=1), candidate(3, -1, 2, supersedes=2)]
    assert number(latest(chain, on=TODAY, known=at(3))) == 3


@st.composite
def histories(draw):
    """Reports of one item in the order accepted; a correction supersedes an earlier one nobody has superseded."""
    rows: list[Candidate] = []
    open_: list[int] = []
    hour = 0
    for index in range(draw(st.integers(0, 7))):
        hour += draw(st.integers(0, 2))
        corrected = draw(st.sampled_from([None, *open_]))
        if corrected is not None:
            open_.remove(corrected)
        rows.append(candidate(index, draw(st.integers(-3, 1)), hour, corrected))
        open_.append(index)
    return rows


@given(histories(), st.integers(-4, 2), st.integers(-1, 15), st.randoms(use_true_random=False))
def test_the_latest_equals_a_replay(rows, days_, hour, random):
    """The slow oracle: live through the acceptances one by one, striking out what each corrects."""
    on, known = TODAY + days_ * DAY, at(hour)
    standing: list[Candidate] = []
    for row in rows:
        if row.accepted_at <= known:
            standing = [one for one in standing if one.id != row.supersedes] + [row]
    best = None
    for row in standing:
        if row.as_of <= on and (best is None or row.as_of >= best.as_of):
            best = row
    shuffled = rows[:]
    random.shuffle(shuffled)
    assert latest(shuffled, on=on, known=known) == best


def test_rows_with_more_on_them_are_given_back_as_they_are():
    @dataclass(frozen=True, slots=True)
    class Row(Candidate):
        note: str

    row = Row(1, TODAY, NOON, None, "said")
    assert latest([row], on=TODAY, known=NOON) is row
