"""Reading a Project file: what its texts mean, what is noted, and that no file can do harm."""

import io
import time
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imports.plans import link, plan, spanning, task
from tracker.domain.calendars import Calendar
from tracker.domain.schedule_file import Actuals, Cells, FilePlan, Tied, packed, unpacked
from tracker.imports import mspdi
from tracker.imports.mspdi import NotAPlan, read
from tracker.imports.mspdi_plan import understood
from tracker.imports.mspdi_values import length, moment

FIRST = date(2027, 1, 1)
MARKS = "".join("1" if date.fromordinal(FIRST.toordinal() + at).weekday() < 5 else "0" for at in range(365))
CALENDAR = Calendar.of_marks(FIRST, MARKS)
DTD = '<?xml version="1.0"?><!DOCTYPE Project [{}]><Project xmlns="http://schemas.microsoft.com/project">{}</Project>'


def taken(*tasks: str, **options: str) -> FilePlan:
    return understood(read(plan(*tasks, **options)), CALENDAR)


def notes(found: FilePlan) -> dict[str, tuple[str, ...]]:
    return {one.code: one.tasks for one in found.notes if one.code != "summary"}


def refused(content: bytes) -> str:
    with pytest.raises(NotAPlan) as fault:
        read(io.BytesIO(content))
    return fault.value.code


def test_a_task_of_working_days():
    found = taken(spanning(3, "征收签约", "2027-03-01", "2027-03-05", 5))
    assert [(one.uid, one.name, one.cells) for one in found.tasks] == [
        (3, "征收签约", Cells(date(2027, 3, 1), date(2027, 3, 5), 5, "wd"))
    ]
    assert notes(found) == {}


@pytest.mark.parametrize(
    ("fields", "expected", "noted"),
    [
        ({"Start": "2027-03-01T17:00:00", "Finish": "2027-03-01T17:00:00", "Duration": "PT0H0M0S"},
         Cells(None, date(2027, 3, 1), 0, "wd"), []),
        ({"Start": "2027-03-01T00:00:00", "Finish": "2027-03-04T00:00:00", "Duration": "PT72H0M0S",
          "DurationFormat": 8}, Cells(date(2027, 3, 1), date(2027, 3, 3), 3, "d"), []),
        ({"Start": "2027-03-01T10:30:00", "Finish": "2027-03-02T11:00:00", "Duration": "PT9H30M0S"},
         Cells(date(2027, 3, 1), date(2027, 3, 2), 2, "wd"), ["duration_rounded", "hours"]),
        ({"Start": "2027-03-01T08:00:00", "Finish": "2027-03-02T17:00:00", "Duration": "P2D"},
         Cells(date(2027, 3, 1), date(2027, 3, 2), 6, "wd"), []),
        ({"Name": "x", "Manual": 1}, Cells(), ["no_finish"]),
        ({"Finish": "1899-01-01T00:00:00"}, None, ["bad_days"]),
        ({"Finish": "2027-02-30T00:00:00"}, None, ["bad_days"]),
        ({"Finish": "2027-03-01T17:00:00", "Duration": "eight hours"}, None, ["bad_duration"]),
        ({"Finish": "2027-03-01T17:00:00", "Duration": "PT99999999H0M0S"}, None, ["bad_duration"]),
        ({"Start": "2027-03-05T08:00:00", "Finish": "2027-03-01T17:00:00", "Duration": "PT8H0M0S"}, None,
         ["start_after_finish"]),
    ],
)  # fmt: skip
def test_days_and_durations(fields: dict[str, Any], expected: Cells | None, noted: list[str]):
    found = taken(task(1, "节点", **fields))
    assert [one.cells for one in found.tasks] == ([expected] if expected else [])
    assert sorted(notes(found)) == noted


@pytest.mark.parametrize(
    ("kind", "expected", "noted"),
    [
        (0, ("", None), []),
        (1, ("", None), ["as_late_as_possible"]),
        (2, ("must_start", date(2027, 3, 2)), []),
        (3, ("must_finish", date(2027, 3, 2)), []),
        (4, ("start_no_earlier", date(2027, 3, 2)), []),
        (5, ("", None), ["start_no_later"]),
        (6, ("", None), ["finish_no_earlier"]),
        (7, ("finish_no_later", date(2027, 3, 2)), []),
        (9, ("", None), ["bad_constraint"]),
    ],
)
def test_constraints(kind: int, expected: tuple[str, date | None], noted: list[str]):
    hour = "17" if kind in (3, 7) else "08"
    found = taken(
        spanning(1, "a", "2027-03-01", "2027-03-02", 2, ConstraintType=kind, ConstraintDate=f"2027-03-02T{hour}:00:00")
    )
    assert (found.tasks[0].cells.constraint, found.tasks[0].cells.constraint_day) == expected
    assert sorted(notes(found)) == noted


def test_a_deadline_of_its_own_is_kept_where_nothing_else_holds_the_task():
    due = {"Deadline": "2027-03-09T17:00:00"}
    held = {"ConstraintType": 4, "ConstraintDate": "2027-03-01T08:00:00"}
    found = taken(
        spanning(1, "a", "2027-03-01", "2027-03-02", 2, **due),
        spanning(2, "b", "2027-03-01", "2027-03-02", 2, **due, **held),
    )
    assert found.tasks[0].cells.constraint_day == date(2027, 3, 9)
    assert notes(found) == {"deadline_kept": ("a",), "deadline_dropped": ("b",)}


@pytest.mark.parametrize(
    ("lag", "style", "expected", "noted"),
    [
        (0, 7, Tied("FS", 0, "d"), []),
        (4800 * 3, 7, Tied("FS", 3, "wd"), []),
        (-4800, 9, Tied("FS", -1, "wd"), []),
        (14400 * 2, 8, Tied("FS", 2, "d"), []),
        (600, 5, Tied("FS", 1, "wd"), ["lag_rounded"]),
        (50, 19, Tied("FS", 2, "wd"), ["lag_percent"]),
        (4800 * 9999, 7, None, ["lag_too_long"]),
    ],
)
def test_lags(lag: int, style: int, expected: Tied | None, noted: list[str]):
    found = taken(
        spanning(1, "a", "2027-03-01", "2027-03-04", 4),
        spanning(2, "b", "2027-03-05", "2027-03-05", 1, extra=link(1, lag=lag, style=style)),
    )
    assert [one.tied for one in found.links] == ([expected] if expected else [])
    assert sorted(notes(found)) == noted


def test_kinds_of_links_and_those_that_cannot_be_kept():
    extra = "".join(
        (link(1, 0), link(1, 1), link(7), link(8), link(3), link(2, 9), link(1, more="<CrossProject>1</CrossProject>"))
    )
    found = taken(
        spanning(1, "a", "2027-03-01", "2027-03-04", 4), spanning(2, "b", "2027-03-01", "2027-03-04", 4),
        spanning(3, "c", "2027-03-05", "2027-03-05", 1, extra=extra), task(7, "s", Summary=1),
    )  # fmt: skip
    assert [(one.predecessor, one.successor, one.tied.kind) for one in found.links] == [(1, 3, "FF")]
    assert notes(found) == {
        "link_twice": ("a → c", "c → c"), "link_to_untaken": ("s → c",), "link_external": ("8 → c", "a → c"),
        "bad_link": ("b → c",),
    }  # fmt: skip


def test_the_outline_tells_tasks_of_one_name_apart():
    found = taken(
        task(1, "一期", OutlineLevel=1), spanning(2, "设计", "2027-03-01", "2027-03-02", 2, OutlineLevel=2),
        task(3, "二期", OutlineLevel=1), spanning(4, "设计", "2027-03-01", "2027-03-02", 2, OutlineLevel=2),
        spanning(5, "验收", "2027-03-01", "2027-03-02", 2), spanning(6, "验收", "2027-03-01", "2027-03-02", 2),
    )  # fmt: skip
    assert [(one.name, one.path) for one in found.tasks] == [
        ("一期 / 设计", ("一期",)), ("二期 / 设计", ("二期",)), ("验收 (5)", ()), ("验收 (6)", ()),
    ]  # fmt: skip
    assert {one.code: one.tasks for one in found.notes} == {"summary": ("一期", "二期")}


def test_what_is_left_out_or_lost_is_said_task_by_task():
    rest = (
        "<Resources><Resource><UID>0</UID></Resource><Resource><UID>1</UID></Resource></Resources><Assignments>"
        "<Assignment><TaskUID>5</TaskUID><ResourceUID>1</ResourceUID></Assignment>"
        "<Assignment><TaskUID>6</TaskUID><ResourceUID>-65535</ResourceUID></Assignment></Assignments>"
    )
    days = ("2027-03-01", "2027-03-02", 2)
    found = taken(
        spanning(1, "off", *days, Active=0), spanning(2, "ext", *days, ExternalTask=1), spanning(3, "", *days),
        task(4, "", IsNull=1), spanning(5, "a", *days, Cost=120, CalendarUID=3, Notes="n", Recurring=1, Estimated=1),
        spanning(6, "x" * 130, *days), rest=rest,
    )  # fmt: skip
    assert [one.name for one in found.tasks] == ["a", "x" * 120]
    assert notes(found) == {
        "inactive": ("off",), "external": ("ext",), "no_name": ("UID 3",), "name_cut": ("x" * 130,), "cost": ("a",),
        "task_calendar": ("a",), "remarks": ("a",), "recurring": ("a",), "estimated": ("a",), "assigned": ("a",),
        "resources": (),
    }  # fmt: skip


def test_actuals_and_the_first_baseline():
    extra = (
        "<Baseline><Number>0</Number><Start>2027-02-01T08:00:00</Start><Finish>2027-02-05T17:00:00</Finish></Baseline>"
    )
    extra += "<Baseline><Number>1</Number><Finish>2027-02-09T17:00:00</Finish></Baseline>"
    found = taken(
        spanning(
            1, "a", "2027-03-01", "2027-03-02", 2, PercentComplete=40, ActualStart="2027-03-01T08:00:00", extra=extra
        ),
        spanning(2, "b", "2027-03-01", "2027-03-02", 2, PercentComplete=140),
        head="<StatusDate>2027-03-02T17:00:00</StatusDate>",
    )
    one = found.tasks[0]
    assert one.actuals == Actuals(40, date(2027, 3, 1), None)
    assert (one.baseline_start, one.baseline_finish) == (date(2027, 2, 1), date(2027, 2, 5))
    assert notes(found) == {"other_baselines": ("a",), "bad_actuals": ("b",)}
    assert found.status_day == date(2027, 3, 2)
    assert unpacked(packed(found)) == found


def test_the_calendar_is_compared_day_by_day():
    week = "".join(
        f"<WeekDay><DayType>{day}</DayType><DayWorking>{int(day > 1)}</DayWorking></WeekDay>" for day in range(1, 8)
    )
    off = "<TimePeriod><FromDate>2027-03-02T00:00:00</FromDate><ToDate>2027-03-03T23:59:00</ToDate></TimePeriod>"
    calendars = (
        f"<Calendar><UID>1</UID><Name>六天</Name><BaseCalendarUID>2</BaseCalendarUID><Exceptions><Exception>{off}<Type>1</Type>"
        "<DayWorking>0</DayWorking></Exception><Exception><Name>每年</Name><Type>2</Type></Exception></Exceptions></Calendar>"
        f"<Calendar><UID>2</UID><Name>base</Name><BaseCalendarUID>1</BaseCalendarUID><WeekDays>{week}</WeekDays></Calendar>"
    )
    found = taken(spanning(1, "a", "2027-03-01", "2027-03-07", 5), calendars=calendars)
    said = {one.code: (one.tasks, one.inputs.get("count")) for one in found.notes}
    assert said == {
        "recurring_exceptions": (("每年",), None),
        "calendar_works": (("2027-03-06",), 1),
        "calendar_off": (("2027-03-02/2027-03-03",), 2),
    }


def test_readers_of_texts():
    assert (length("PT8H30M0S"), length("P1DT1H"), length("PT"), length("8h")) == (510, 1500, None, None)
    assert moment("2027-03-01") is not None
    assert [moment(text) for text in ("", "2027-13-01T00:00:00", "2027-03-01T25:00:00", "27-3-1", "٢٠٢٧-03-01")] == [
        None
    ] * 5


BOMB = '<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "xml_empty"),
        (b"not xml", "xml_malformed"),
        (b"\x00" * 100, "xml_malformed"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xml_is_mpp"),
        (b"<html><body/></html>", "xml_other_format"),
        (b'<Project xmlns="http://example.invalid/x"/>', "xml_other_format"),
        (b'<?xml version="1.0" encoding="klingon"?><Project/>', "xml_encoding"),
        (b'<Project xmlns="http://schemas.microsoft.com/project"><Tasks>', "xml_malformed"),
        (b'<Project xmlns="http://schemas.microsoft.com/project"><Tasks/></Project>', "xml_no_tasks"),
        (DTD.format(BOMB, "<Title>&i;</Title>").encode(), "xml_entities"),
        (DTD.format(BOMB, "<Title>&i;</Title>").encode("utf-16"), "xml_entities"),
        (DTD.format('<!ENTITY x SYSTEM "file:///etc/passwd">', "<Title>&x;</Title>").encode(), "xml_entities"),
        (DTD.format("", "").encode(), "xml_entities"),
        (b'<!DOCTYPE Project SYSTEM "x.dtd"><Project/>', "xml_entities"),
        (plan(task(4, "a"), task(4, "b")).getvalue()[:-30], "xml_malformed"),
        (b'<Project xmlns="http://schemas.microsoft.com/project">' + b"<a>" * 300_000, "xml_too_dense"),
        (plan(task(1, "a", extra=link(1) * 9_000)).getvalue(), "xml_too_dense"),
    ],
)  # fmt: skip
def test_a_hostile_file_is_refused_with_a_reason(content: bytes, code: str):
    began = time.monotonic()
    assert refused(content) == code
    assert time.monotonic() - began < 3


def test_limits(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(NotAPlan, match="xml_uid_twice"):
        taken(task(4, "a"), task(4, "b"))
    monkeypatch.setattr(mspdi, "MAX_TASKS", 3)
    with pytest.raises(NotAPlan, match="xml_too_many_tasks"):
        read(plan(*(task(uid, "a") for uid in range(1, 5))))
    assert len(read(plan(*(task(uid, "a") for uid in range(1, 4)))).tasks) == 4
    monkeypatch.setattr(mspdi, "MAX_BYTES", 3000)
    assert refused(plan(rest="<!--" + "x" * 4000 + "-->").getvalue()) == "xml_too_large"


def test_a_tag_of_many_megabytes_is_read_in_time():
    """The parser looks at an unfinished tag from its start with every piece it gets."""
    began = time.monotonic()
    start = b'<Project xmlns="http://schemas.microsoft.com/project" a="'
    assert refused(start + b"x" * 15_000_000) == "xml_malformed"
    assert time.monotonic() - began < 3


@settings(max_examples=60)
@given(st.binary(max_size=60), st.integers(0, 400), st.integers(0, 40))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(junk: bytes, at: int, length: int):
    content = plan(spanning(1, "a", "2027-03-01", "2027-03-04", 4, extra=link(1))).getvalue()
    at += len(content) // 3
    with suppress(NotAPlan):
        understood(read(io.BytesIO(content[:at] + junk + content[at + length :])), CALENDAR)
