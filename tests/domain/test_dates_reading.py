"""Imprecise dates, phrase by phrase: what each one means and what is refused."""

from datetime import date

import pytest

from tracker.domain.dates import (
    DateKind,
    ImpreciseDate,
    Precision,
    UnreadableDate,
    assumes_year,
    parse,
)

TODAY = date(2026, 11, 20)

# text | earliest | latest | precision | kind, read with the assumed year 2026; ".." is an open end
READ = """
6月底|2026-06-21|2026-06-30|third|in
8月底|2026-08-21|2026-08-31|third|in
2月底|2026-02-21|2026-02-28|third|in
2028年2月末|2028-02-21|2028-02-29|third|in
10月底前|..|2026-10-31|month|by
12月底前|..|2026-12-31|month|by
12月末之前|..|2026-12-31|month|by
6月底以前|..|2026-06-30|month|by
6月前|..|2026-06-30|month|by
十月底前|..|2026-10-31|month|by
１０月底前|..|2026-10-31|month|by
10 月 底前|..|2026-10-31|month|by
6月中旬前|..|2026-06-20|third|by
3月初前|..|2026-03-10|third|by
6月下旬前|..|2026-06-30|third|by
年底前|..|2026-12-31|year|by
年末前|..|2026-12-31|year|by
今年年底前|..|2026-12-31|year|by
明年底前|..|2027-12-31|year|by
2023年底前|..|2023-12-31|year|by
2023年前|..|2023-12-31|year|by
到2023年|..|2023-12-31|year|by
到2023年底|..|2023-12-31|year|by
至2023年底|..|2023-12-31|year|by
到2023年底前|..|2023-12-31|year|by
截至2026年10月|..|2026-10-31|month|by
截止到10月底|..|2026-10-31|month|by
截至10月31日|..|2026-10-31|day|by
不晚于9月30日|..|2026-09-30|day|by
10月底前完成|..|2026-10-31|month|by
现在到2023年|..|2023-12-31|year|by
从现在到2023年|..|2023-12-31|year|by
即日起至6月底|..|2026-06-30|month|by
2026年10月31日前|..|2026-10-31|day|by
2026-10-31前|..|2026-10-31|day|by
6.30前|..|2026-06-30|day|by
上半年前|..|2026-06-30|half|by
上半年末前|..|2026-06-30|half|by
三季度末前|..|2026-09-30|quarter|by
限10月底前|..|2026-10-31|month|by
限4月—6月|2026-04-01|2026-06-30|span|by
4月至6月底前|2026-04-01|2026-06-30|span|by
3月初|2026-03-01|2026-03-10|third|in
3月上旬|2026-03-01|2026-03-10|third|in
3月中旬|2026-03-11|2026-03-20|third|in
3月中|2026-03-11|2026-03-20|third|in
6月下旬|2026-06-21|2026-06-30|third|in
三月下旬|2026-03-21|2026-03-31|third|in
3月中下旬|2026-03-11|2026-03-31|span|in
3月上中旬|2026-03-01|2026-03-20|span|in
2023年底|2023-12-01|2023-12-31|month|in
年初|2026-01-01|2026-01-31|month|in
2027年初|2027-01-01|2027-01-31|month|in
三季度末|2026-09-01|2026-09-30|month|in
下半年初|2026-07-01|2026-07-31|month|in
4月—6月|2026-04-01|2026-06-30|span|in
4月至6月|2026-04-01|2026-06-30|span|in
4月到6月|2026-04-01|2026-06-30|span|in
从4月到6月|2026-04-01|2026-06-30|span|in
自4月起至6月|2026-04-01|2026-06-30|span|in
4-6月|2026-04-01|2026-06-30|span|in
4－6月|2026-04-01|2026-06-30|span|in
4~6月份|2026-04-01|2026-06-30|span|in
4～6月|2026-04-01|2026-06-30|span|in
4——6月|2026-04-01|2026-06-30|span|in
2026年4–6月|2026-04-01|2026-06-30|span|in
四至六月|2026-04-01|2026-06-30|span|in
4月—6月底|2026-04-01|2026-06-30|span|in
6月底—8月初|2026-06-21|2026-08-10|span|in
3月上旬至中旬|2026-03-01|2026-03-20|span|in
8月下旬至9月上旬|2026-08-21|2026-09-10|span|in
2026年10月—2027年3月|2026-10-01|2027-03-31|span|in
10月至次年3月|2026-10-01|2027-03-31|span|in
10月—明年3月|2026-10-01|2027-03-31|span|in
2026.10—2027.3|2026-10-01|2027-03-31|span|in
2026-10-2027-03|2026-10-01|2027-03-31|span|in
2026-10-01—2026-11-15|2026-10-01|2026-11-15|span|in
3月8日—11日|2026-03-08|2026-03-11|span|in
3月8—11日|2026-03-08|2026-03-11|span|in
20XX3月8日—11日|2026-03-08|2026-03-11|span|in
3.8-3.11|2026-03-08|2026-03-11|span|in
3月28日至4月2日|2026-03-28|2026-04-02|span|in
2026—2028年|2026-01-01|2028-12-31|span|in
2026-2028|2026-01-01|2028-12-31|span|in
一至三季度|2026-01-01|2026-09-30|span|in
第1—3季度|2026-01-01|2026-09-30|span|in
前三季度|2026-01-01|2026-09-30|span|in
上半年|2026-01-01|2026-06-30|half|in
下半年|2026-07-01|2026-12-31|half|in
2027年下半年|2027-07-01|2027-12-31|half|in
明年上半年|2027-01-01|2027-06-30|half|in
第三季度|2026-07-01|2026-09-30|quarter|in
三季度|2026-07-01|2026-09-30|quarter|in
3季度|2026-07-01|2026-09-30|quarter|in
2026年第四季度|2026-10-01|2026-12-31|quarter|in
Q3 2026|2026-07-01|2026-09-30|quarter|in
2026Q3|2026-07-01|2026-09-30|quarter|in
2026年q3|2026-07-01|2026-09-30|quarter|in
9月|2026-09-01|2026-09-30|month|in
十二月|2026-12-01|2026-12-31|month|in
9月份|2026-09-01|2026-09-30|month|in
2026年9月|2026-09-01|2026-09-30|month|in
二〇二六年九月|2026-09-01|2026-09-30|month|in
二○二六年十月|2026-10-01|2026-10-31|month|in
2026.10|2026-10-01|2026-10-31|month|in
2026-10|2026-10-01|2026-10-31|month|in
2026/10|2026-10-01|2026-10-31|month|in
9月启动|2026-09-01|2026-09-30|month|in
计划9月开工|2026-09-01|2026-09-30|month|in
2026/10/31|2026-10-31|2026-10-31|day|in
2026-10-31|2026-10-31|2026-10-31|day|in
2026.1.5|2026-01-05|2026-01-05|day|in
20261031|2026-10-31|2026-10-31|day|in
10月31日|2026-10-31|2026-10-31|day|in
10月31号|2026-10-31|2026-10-31|day|in
九月廿五日|2026-09-25|2026-09-25|day|in
三月三十一日|2026-03-31|2026-03-31|day|in
3月14日下午|2026-03-14|2026-03-14|day|in
3月14日（星期六）|2026-03-14|2026-03-14|day|in
6月20日前后|2026-06-20|2026-06-20|day|in
2028年2月29日|2028-02-29|2028-02-29|day|in
今年|2026-01-01|2026-12-31|year|in
本年度|2026-01-01|2026-12-31|year|in
去年|2025-01-01|2025-12-31|year|in
明年|2027-01-01|2027-12-31|year|in
年内|2026-01-01|2026-12-31|year|in
今年内|2026-01-01|2026-12-31|year|in
全年|2026-01-01|2026-12-31|year|in
2026|2026-01-01|2026-12-31|year|in
2027年度|2027-01-01|2027-12-31|year|in
20XX年|2026-01-01|2026-12-31|year|in
20xx|2026-01-01|2026-12-31|year|in
２０ＸＸ年|2026-01-01|2026-12-31|year|in
202X年|2026-01-01|2026-12-31|year|in
20XX年X月|2026-01-01|2026-12-31|year|in
20XX年X月X日|2026-01-01|2026-12-31|year|in
20XX年6月X日|2026-06-01|2026-06-30|month|in
XX年6月|2026-06-01|2026-06-30|month|in
6月X日|2026-06-01|2026-06-30|month|in
20XX年底前|..|2026-12-31|year|by
争取9月|2026-09-01|2026-09-30|month|strive
争取9月启动|2026-09-01|2026-09-30|month|strive
力争上半年|2026-01-01|2026-06-30|half|strive
力争在上半年召开|2026-01-01|2026-06-30|half|strive
力争今年全面完成|2026-01-01|2026-12-31|year|strive
争取9月底前|..|2026-09-30|month|strive
自9月起|2026-09-01|..|month|from
9月起|2026-09-01|..|month|from
从9月开始|2026-09-01|..|month|from
2026年9月1日起|2026-09-01|..|day|from
去年以来|2025-01-01|..|year|from
自20XX年启动以来|2026-01-01|..|year|from
6月下旬起|2026-06-21|..|third|from
近期|..|..|vague|in
当前|..|..|vague|in
目前|..|..|vague|in
前期|..|..|vague|in
截至目前|..|..|vague|in
争取近期|..|..|vague|in
近期启动|..|..|vague|in
X月X日|..|..|vague|in
x月x日|..|..|vague|in
X年X月|..|..|vague|in
X年底|..|..|vague|in
某年某月|..|..|vague|in
XX年X月—X月|..|..|vague|in
时间未明确|..|..|vague|in
by end of October 2026|..|2026-10-31|month|by
by the end of October|..|2026-10-31|month|by
by 31 Oct 2026|..|2026-10-31|day|by
by end of 2026|..|2026-12-31|year|by
by end of the year|..|2026-12-31|year|by
by 2026-10-31|..|2026-10-31|day|by
by October 2026 (aim)|..|2026-10-31|month|strive
April–June 2026|2026-04-01|2026-06-30|span|in
from April to June 2026|2026-04-01|2026-06-30|span|in
April–June 2026 (deadline)|2026-04-01|2026-06-30|span|by
October 2026 – March 2027|2026-10-01|2027-03-31|span|in
8–11 Mar 2026|2026-03-08|2026-03-11|span|in
March 28 to April 2|2026-03-28|2026-04-02|span|in
first half of 2026|2026-01-01|2026-06-30|half|in
the second half|2026-07-01|2026-12-31|half|in
third quarter of 2026|2026-07-01|2026-09-30|quarter|in
Q3|2026-07-01|2026-09-30|quarter|in
early March 2026|2026-03-01|2026-03-10|third|in
mid-June|2026-06-11|2026-06-20|third|in
late June 2026|2026-06-21|2026-06-30|third|in
end of June 2026|2026-06-21|2026-06-30|third|in
September 2026 (aim)|2026-09-01|2026-09-30|month|strive
in September|2026-09-01|2026-09-30|month|in
from September 2026|2026-09-01|..|month|from
now to 2023|..|2023-12-31|year|by
20 Nov 2026|2026-11-20|2026-11-20|day|in
November 20th, 2026|2026-11-20|2026-11-20|day|in
next year|2027-01-01|2027-12-31|year|in
time not fixed|..|..|vague|in
"""


def rows(table: str) -> list[list[str]]:
    return [line.split("|") for line in table.strip().splitlines()]


def ends(earliest: str, latest: str) -> tuple[date | None, date | None]:
    first, last = (None if each == ".." else date.fromisoformat(each) for each in (earliest, latest))
    return first, last


@pytest.mark.parametrize(("text", "earliest", "latest", "precision", "kind"), rows(READ))
def test_a_phrase_means(text, earliest, latest, precision, kind):
    expected = ImpreciseDate(text, *ends(earliest, latest), Precision(precision), DateKind(kind))
    assert parse(text, year=2026) == expected


# text | earliest | latest, on 20 November 2026 with no assumed year
RELATIVE = """
年底前|..|2026-12-31
今年|2026-01-01|2026-12-31
本月|2026-11-01|2026-11-30
本月底前|..|2026-11-30
月底前|..|2026-11-30
月初|2026-11-01|2026-11-10
本月内|2026-11-01|2026-11-30
下月初|2026-12-01|2026-12-10
下个月|2026-12-01|2026-12-31
上月|2026-10-01|2026-10-31
中旬|2026-11-11|2026-11-20
25日|2026-11-25|2026-11-25
廿五日|2026-11-25|2026-11-25
今天|2026-11-20|2026-11-20
昨日|2026-11-19|2026-11-19
明天前|..|2026-11-21
20XX年|2026-01-01|2026-12-31
3月|2026-03-01|2026-03-31
yesterday|2026-11-19|2026-11-19
next month|2026-12-01|2026-12-31
"""


@pytest.mark.parametrize(("text", "earliest", "latest"), rows(RELATIVE))
def test_a_relative_phrase_counts_from_today(text, earliest, latest):
    value = parse(text, today=TODAY)
    assert (value.earliest, value.latest) == ends(earliest, latest)


def test_the_next_month_of_december_is_january():
    assert parse("下月", today=date(2026, 12, 31)).earliest == date(2027, 1, 1)


@pytest.mark.parametrize("text", ["明天", "下月", "明年"])
def test_there_is_no_day_after_the_last_of_the_calendar(text):
    with pytest.raises(UnreadableDate) as caught:
        parse(text, today=date.max)
    assert caught.value.code == "no_such_day"


def test_the_assumed_year_serves_unprinted_years_and_today_serves_relative_ones():
    assert parse("6月", year=2024, today=TODAY).earliest == date(2024, 6, 1)
    assert parse("今年6月", year=2024, today=TODAY).earliest == date(2026, 6, 1)
    assert parse("今年6月", year=2024).earliest == date(2024, 6, 1)
    assert parse("2023年6月", year=2024, today=TODAY).earliest == date(2023, 6, 1)


# text | code, with the assumed year 2026 and no today
REFUSED = """
,|unreadable
春节前|unreadable
国庆前|unreadable
年前|unreadable
日|unreadable
月|unreadable
年|unreadable
底|unreadable
年中|unreadable
每年|unreadable
每年6月|unreadable
3—5年|unreadable
20年|unreadable
26年6月|unreadable
二六年六月|unreadable
一二月|unreadable
4、5月|unreadable
6月以后|unreadable
0001年|no_such_day
3026年|no_such_day
12|unreadable
4-6|unreadable
6月—|unreadable
—6月|unreadable
4月—5月—6月|unreadable
6 6月|unreadable
正月初五|unreadable
第五季度|unreadable
2026年中旬|unreadable
2026年25日|unreadable
自6月底前|unreadable
尽可能|unreadable
99.6%|unreadable
x|unreadable
<b>6月</b>|unreadable
'; DROP TABLE|unreadable
by mid-2026|unreadable
before June|unreadable
June and July|unreadable
early 2026|unreadable
32nd|unreadable
2月30日|no_such_day
2026年2月29日|no_such_day
6月31日前|no_such_day
2026-02-30|no_such_day
13月|no_such_day
0月|no_such_day
2026-13|no_such_day
20261301|no_such_day
30 Feb 2026|no_such_day
2026-13-01 to June|no_such_day
6月—4月|reversed
2028—2026年|reversed
3月11日—8日|reversed
June–April 2026|reversed
本月|no_year
中旬|no_year
25日|no_year
今天|no_year
today|no_year
199X年|no_year
"""


@pytest.mark.parametrize(("text", "code"), rows(REFUSED))
def test_a_text_is_refused(text, code):
    with pytest.raises(UnreadableDate) as caught:
        parse(text, year=2026)
    assert (caught.value.code, caught.value.text) == (code, text.strip())


@pytest.mark.parametrize("text", ["", " \t\n", "\x00", "\ud800"])
def test_nothing_is_no_date(text):
    with pytest.raises(UnreadableDate):
        parse(text, year=2026, today=TODAY)


@pytest.mark.parametrize("text", ["6月", "20XX年", "年底前", "今年", "Q3", "by end of June", "X年6月"])
def test_a_text_without_a_year_needs_one(text):
    with pytest.raises(UnreadableDate) as caught:
        parse(text)
    assert caught.value.code == "no_year"
    assert assumes_year(text)


@pytest.mark.parametrize("text", ["2023年", "到2023年", "近期", "X月X日", "June 2026", "2026年4月—6月"])
def test_a_text_with_its_year_needs_none(text):
    assert not assumes_year(text)


def test_sixty_characters_are_read_and_sixty_one_are_not():
    assert parse("争取" * 28 + "2026", year=2026).precision is Precision.YEAR
    for text in ("争取" * 28 + "2026年", "6月" * 1_000_000):
        with pytest.raises(UnreadableDate) as caught:
            parse(text)
        assert caught.value.code == "too_long"
