"""Imprecise dates: how they print, when they are overdue, how they move; single days for forms."""

from datetime import date

import pytest

from tracker.domain.dates import (
    UnreadableDate,
    day,
    days_past,
    overdue,
    parse,
    printed,
    rebase,
)

TODAY = date(2026, 11, 20)


def rows(table: str) -> list[list[str]]:
    return [line.split("|") for line in table.strip().splitlines()]


def ends(earliest: str, latest: str) -> tuple[date | None, date | None]:
    first, last = (None if each == ".." else date.fromisoformat(each) for each in (earliest, latest))
    return first, last


# text | zh | en | zh without the year | en without the year
PRINTED = """
10月底前|2026年10月底前|by end of October 2026|10月底前|by end of October
10月31日前|2026年10月31日前|by 31 Oct 2026|10月31日前|by 31 Oct
6月中旬前|2026年6月中旬前|by mid-June 2026|6月中旬前|by mid-June
三季度末前|2026年第三季度末前|by end of Q3 2026|第三季度末前|by end of Q3
上半年前|2026年上半年末前|by end of the first half of 2026|上半年末前|by end of the first half
年底前|2026年底前|by end of 2026|年底前|by end of the year
到2023年|2023年底前|by end of 2023|年底前|by end of the year
6月底|2026年6月底|end of June 2026|6月底|end of June
3月初|2026年3月初|early March 2026|3月初|early March
6月中旬|2026年6月中旬|mid-June 2026|6月中旬|mid-June
4-6月|2026年4月—6月|April–June 2026|4月—6月|April–June
4-6月底前|限2026年4月—6月|April–June 2026 (deadline)|限4月—6月|April–June (deadline)
10月至次年3月|2026年10月—2027年3月|October 2026 – March 2027|2026年10月—2027年3月|October 2026 – March 2027
3月8—11日|2026年3月8日—11日|8–11 Mar 2026|3月8日—11日|8–11 Mar
3月28日—4月2日|2026年3月28日—4月2日|28 Mar – 2 Apr 2026|3月28日—4月2日|28 Mar – 2 Apr
2026-2028年|2026年—2028年|2026–2028|2026年—2028年|2026–2028
上半年|2026年上半年|first half of 2026|上半年|first half
三季度|2026年第三季度|Q3 2026|第三季度|Q3
争取9月启动|争取2026年9月|September 2026 (aim)|争取9月|September (aim)
力争9月底前|争取2026年9月底前|by end of September 2026 (aim)|争取9月底前|by end of September (aim)
自9月起|2026年9月起|from September 2026|9月起|from September
20XX年X月|2026年|2026|2026年|2026
2026.10.9|2026年10月9日|9 Oct 2026|10月9日|9 Oct
近期|时间未明确|time not fixed|时间未明确|time not fixed
"""


@pytest.mark.parametrize(("text", "zh", "en", "zh_short", "en_short"), rows(PRINTED))
def test_a_date_prints_as_officials_write_it(text, zh, en, zh_short, en_short):
    value = parse(text, year=2026)
    assert [printed(value, "zh-hans"), printed(value, "en")] == [zh, en]
    assert [printed(value, "zh", with_year=False), printed(value, "en-gb", with_year=False)] == [zh_short, en_short]


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-18",
        "2026/11/18",
        "2026.11.18",
        "20261118",
        "2026年11月18日",
        "11月18日",
        "十一月十八日",
        "１１月１８日",
        "11/18",
        "11.18",
        "18日",
        "前天",
        " 2026-11-18 ",
        "18 Nov 2026",
        "Nov 18, 2026",
        "18 November",
    ],
)
def test_a_form_takes_a_day_in_many_spellings(text):
    assert day(text, today=TODAY) == date(2026, 11, 18)


@pytest.mark.parametrize("text", ["6月", "11月18日前", "11月18日起", "11月1日—2日", "近期", "18/11", "", "18"])
def test_a_form_refuses_what_is_no_single_day(text):
    with pytest.raises(UnreadableDate):
        day(text, today=TODAY)


def test_nothing_is_overdue_on_its_last_day():
    deadline = parse("10月底前", year=2026)
    assert not overdue(deadline, date(2026, 10, 31))
    assert overdue(deadline, date(2026, 11, 1))
    assert [days_past(deadline, date(2026, 11, each)) for each in (1, 20)] == [1, 20]
    assert days_past(deadline, date(2026, 10, 30)) == -1


@pytest.mark.parametrize("text", ["近期", "9月起", "X月X日"])
def test_what_names_no_last_day_is_never_overdue(text):
    value = parse(text, year=2020)
    assert not overdue(value, date(2199, 12, 31))
    assert days_past(value, date(2199, 12, 31)) == 0


# text of 2026 | years | earliest | latest
MOVED = """
2月底前|2|..|2028-02-29
2月|2|2028-02-01|2028-02-29
2月28日|2|2028-02-28|2028-02-28
1月—2月|2|2028-01-01|2028-02-29
4月—6月|1|2027-04-01|2027-06-30
近期|1|..|..
2028年2月29日|1|2029-02-28|2029-02-28
2028年2月|-1|2027-02-01|2027-02-28
"""


@pytest.mark.parametrize(("text", "years", "earliest", "latest"), rows(MOVED))
def test_rebasing_moves_the_interval_and_keeps_the_text(text, years, earliest, latest):
    value = parse(text, year=2026)
    moved = rebase(value, int(years))
    assert (moved.earliest, moved.latest) == ends(earliest, latest)
    assert (moved.text, moved.precision, moved.kind) == (value.text, value.precision, value.kind)
