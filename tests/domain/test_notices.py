"""Holiday notices: the printed form of 2026 gives the calendar of 2026, and every slip is refused with its line."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.test_calendars import calendar_2026
from tracker.domain.notices import DayMark, as_table, read_notice, whole_year

NOTICE = """各单位：
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（星期日）至23日（星期一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。

四、劳动节：５月１日至５日放假调休，共5天。5月9日（周六）上班。
五、端午节：2026-06-19至2026-06-21放假，共3天。
六、中秋节：9月25日—27日放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
2025年11月4日
"""


def test_a_printed_notice_gives_its_year():
    found = read_notice(NOTICE, 2026)
    assert found.problems == ()
    assert found.unused == ("各单位：", "2025年11月4日")
    calendar = calendar_2026()
    year = whole_year(2026, found.marks)
    assert [mark.day for mark in year if mark.working] == [d for d in sorted(calendar.working) if d.year == 2026]
    assert {mark.name for mark in found.marks if not mark.working} == {
        "元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节",
    }  # fmt: skip
    assert found.marks[0].name_en == "New Year's Day"


def test_the_same_days_as_a_table():
    found = read_notice(NOTICE, 2026)
    again = read_notice("\ufeff" + as_table(found.marks), 2026)
    assert (again.marks, again.problems) == (found.marks, ())
    chinese = "日期,是否上班,名称\n2026/1/1,否,元旦\n2026/1/4,是,元旦\n"
    assert read_notice(chinese, 2026, complete=False).marks == (
        DayMark(date(2026, 1, 1), False, "元旦"),
        DayMark(date(2026, 1, 4), True, "元旦"),
    )


def test_a_holiday_that_begins_in_the_year_before():
    found = read_notice("元旦：12月30日至1月1日放假调休，共3天。2018年12月29日（周六）上班。", 2019, complete=False)
    assert [mark.day for mark in found.marks] == [
        date(2018, 12, 29), date(2018, 12, 30), date(2018, 12, 31), date(2019, 1, 1),
    ]  # fmt: skip
    assert found.problems == ()


def test_two_holidays_on_one_day_keep_both_names():
    found = read_notice("国庆节：10月1日至3日放假\n中秋节：10月3日放假", 2028, complete=False)
    assert (found.marks[-1].name, found.marks[-1].name_en) == ("国庆节、中秋节", "National Day, Mid-Autumn Festival")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("春节：2月30日放假", "notice_no_such_day"),
        ("春节：2月15日至3日放假", "notice_reversed"),
        ("春节：2月15日至5月3日放假", "notice_reversed"),
        ("春节：2月15日（周一）放假", "notice_weekday"),
        ("春节：2月15日至23日放假，共8天", "notice_total"),
        ("春节：2月15日至23日", "notice_off_or_worked"),
        ("2月15日至23日放假", "notice_no_name"),
        ("春节：15日至23日放假", "notice_no_month"),
        ("春节：2028年2月15日放假", "notice_other_year"),
        ("春节：2月15日放假。2月15日上班", "notice_twice"),
        ("春节：2月16日放假。2月17日（周二）上班", "notice_worked_weekday"),
        ("节" * 61 + "：2月16日放假", "name_too_long"),
        ("date,working,name\n2026-2-30,0,春节", "notice_no_such_day"),
        ("date,working,name\n16.2.2026,0,春节", "notice_date_form"),
        ("date,working,name\n2026-02-16,perhaps,春节", "notice_working_form"),
        ("date,working,name\n2026-02-16", "notice_working_form"),
        ("什么也没有", "notice_empty"),
        ("", "notice_empty"),
        ("date,working,name", "notice_empty"),
    ],
)
def test_a_slip_is_refused_with_its_line(line: str, code: str):
    found = read_notice(line, 2026, complete=False)
    assert [problem.code for problem in found.problems] == [code]
    table = line.startswith("date,working,name\n")
    assert found.problems[0].line == (0 if code == "notice_empty" else 2 if table else 1)


def test_a_national_notice_names_every_holiday():
    short = "\n".join(line for line in NOTICE.splitlines() if "端午" not in line)
    problem = read_notice(short, 2026).problems[0]
    assert (problem.code, problem.inputs["names"]) == ("notice_incomplete", "端午")


def test_a_flood_is_refused():
    assert read_notice("春" * 60_001, 2026).problems[0].code == "notice_too_long"
    assert len(read_notice("春节：2月30日放假\n" * 900, 2026).problems) == 30


@given(st.text(max_size=200), st.integers(1, 9999))
def test_no_text_makes_it_fall_over(text: str, year: int):
    read_notice(text, year)


PARTS = [
    "春节",
    "：",
    "2月",
    "15日",
    "99日",
    "至",
    "（周一）",
    "放假",
    "上班",
    "，",
    "。",
    "共3天",
    "2026年",
    "date,working",
]
parts = st.sampled_from([*PARTS, "\n"])


@given(st.lists(parts, max_size=25).map("".join), st.integers(2004, 2100))
def test_no_mixture_of_its_parts_makes_it_fall_over(text: str, year: int):
    for mark in read_notice(text, year, complete=False).marks:
        assert date(year - 1, 12, 1) <= mark.day <= date(year, 12, 31)
