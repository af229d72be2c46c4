"""Imprecise dates, for all of them: printing reads back, reading never breaks, the last day is the border."""

import time
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.date_values import MONTHS_IN, PERIODS, month_end, period
from tracker.domain.dates import (
    DateKind,
    ImpreciseDate,
    Precision,
    UnreadableDate,
    day,
    days_past,
    overdue,
    parse,
    parse_duration,
    printed,
    rebase,
)

LANGUAGES = ("zh", "en")
days = st.dates(date(1905, 1, 1), date(2190, 12, 31))
units = st.sampled_from(sorted(PERIODS))


@st.composite
def periods(draw) -> ImpreciseDate:
    """A date that names one calendar period: closed, a deadline or a start."""
    unit, kind = draw(units), draw(st.sampled_from(DateKind))
    first, last = period(unit, draw(days))
    ends: dict[DateKind, list[tuple[date | None, date | None]]] = {
        DateKind.IN: [(first, last)],
        DateKind.BY: [(None, last), (first, last)],
        DateKind.FROM: [(first, None)],
        DateKind.STRIVE: [(first, last), (None, last), (first, None)],
    }
    earliest, latest = draw(st.sampled_from(ends[kind]))
    return ImpreciseDate("", earliest, latest, unit, kind)


@st.composite
def spans(draw) -> ImpreciseDate:
    """A date from one period to a later one."""
    unit, kind = draw(units), draw(st.sampled_from([DateKind.IN, DateKind.BY, DateKind.STRIVE]))
    early, late = sorted([draw(days), draw(days)])
    return ImpreciseDate("", period(unit, early)[0], period(unit, late)[1], Precision.SPAN, kind)


@st.composite
def anything(draw) -> ImpreciseDate:
    """Any row the database could hold, sensible or not."""
    early, late = sorted([draw(days), draw(days)])
    first, last = draw(st.sampled_from([(early, late), (None, late), (early, None), (None, None)]))
    return ImpreciseDate("", first, last, draw(st.sampled_from(Precision)), draw(st.sampled_from(DateKind)))


def interval(value: ImpreciseDate) -> tuple[date | None, date | None]:
    return value.earliest, value.latest


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=periods() | spans() | anything())
def test_what_is_printed_reads_back_as_the_same_interval(language, value):
    assert interval(parse(printed(value, language))) == interval(value)


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=periods())
def test_a_period_reads_back_with_its_precision_and_kind(language, value):
    again = parse(printed(value, language))
    assert (again.precision, again.kind) == (value.precision, value.kind)


@pytest.mark.parametrize("language", LANGUAGES)
@given(value=periods() | spans() | anything())
def test_the_year_may_be_left_out_where_it_is_known(language, value):
    year = (value.earliest or value.latest or date.max).year
    assert interval(parse(printed(value, language, with_year=False), year=year)) == interval(value)


# What dates are written with, whole words included, so that nonsense comes close to sense.
WRITTEN_WITH = """\
0|1|2|3|4|6|8|9|10|12|28|30|31|2023|2026|20XX|X|XX|一|二|三|十|廿|〇|年|月|日|号|旬|上旬|中旬|下旬|底|末|初|前|后|之前|
以前|起|自|从|到|至|截至|争取|力争|限|上半年|下半年|半年|季度|第三季度|Q3|今年|明年|去年|本月|下月|今天|近期|现在|每年|
春节|完成|启动|余|多|个月|-|—|–|～|/|.|,|(|)| |　|by |end of |early |mid-|late |June|October|first half |(aim)|from |
2026-10-31|20th| to |now to |deadline"""
PIECES = WRITTEN_WITH.replace("\n", "").split("|")
texts = (
    st.text()
    | st.text("0123456789X年月日底前初末上中下旬半季度第至到—-一二三十今明去本")
    | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
)


@given(text=texts, year=st.none() | st.integers(), today=st.none() | st.dates())
def test_reading_answers_or_says_it_cannot(text, year, today):
    try:
        value = parse(text, year=year, today=today)
    except UnreadableDate as fault:
        assert fault.code in {"unreadable", "no_year", "reversed", "no_such_day", "too_long"}  # noqa: PT017
        return
    assert value.text == text.strip()
    assert value.earliest is None or value.latest is None or value.earliest <= value.latest
    assert (value.precision is Precision.VAGUE) == (interval(value) == (None, None))


@given(text=texts, year=st.integers(1900, 2199))
def test_what_is_read_can_be_printed_and_read_again(text, year):
    try:
        value = parse(text, year=year)
    except UnreadableDate:
        return
    for language in LANGUAGES:
        assert interval(parse(printed(value, language))) == interval(value)


@given(text=texts, today=st.dates())
def test_a_form_field_answers_or_says_it_cannot(text, today):
    with suppress(UnreadableDate):
        assert isinstance(day(text, today=today), date)


@given(text=texts)
def test_a_duration_answers_or_says_it_cannot(text):
    try:
        value = parse_duration(text)
    except UnreadableDate:
        return
    assert value.low > 0
    assert value.high is None or value.high >= value.low


@pytest.mark.parametrize("piece", [*PIECES, "争取", "(周", "1年", "上旬-", "前3季度", "1.", "2026-1", "ﷺ"])
def test_the_longest_texts_are_read_at_once(piece):
    text = (piece * 60)[:60]
    start = time.perf_counter()
    for read in (lambda: parse(text, year=2026), lambda: parse_duration(text)):
        with suppress(UnreadableDate):
            read()
    assert time.perf_counter() - start < 1


@given(value=periods() | spans(), past=st.integers(-40, 40))
def test_overdue_begins_the_day_after_the_last(value, past):
    on = (value.latest or value.earliest) + timedelta(days=past)
    assert overdue(value, on) == (value.latest is not None and past > 0)
    assert days_past(value, on) == (past if value.latest else 0)


@given(value=periods(), years=st.integers(-100, 100))
def test_rebasing_moves_whole_periods_and_back(value, years):
    leap_day = value.precision is Precision.DAY and (value.latest or value.earliest).day == 29
    moved = rebase(value, years)
    if not leap_day:
        assert rebase(moved, -years) == value
    assert [each and each.year for each in interval(moved)] == [each and each.year + years for each in interval(value)]
    if value.precision is not Precision.DAY and moved.latest and moved.earliest:
        assert period(value.precision, moved.earliest) == interval(moved)


@given(value=spans(), years=st.integers(-100, 100))
def test_rebasing_never_turns_a_span_around(value, years):
    moved = rebase(value, years)
    assert moved.earliest is not None
    assert moved.latest is not None
    assert moved.earliest <= moved.latest


@given(on=days, unit=units)
def test_periods_tile_the_calendar(on, unit):
    first, last = period(unit, on)
    assert first <= on <= last
    assert period(unit, last + timedelta(days=1))[0] == last + timedelta(days=1)
    if unit in MONTHS_IN:
        assert first.day == 1
        assert last == month_end(last)
        assert (last.month - first.month) + 1 == MONTHS_IN[unit]
