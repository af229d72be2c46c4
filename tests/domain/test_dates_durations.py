"""Lengths of time as officials write them."""

import pytest

from tracker.domain.dates import Duration, DurationUnit, UnreadableDate, parse_duration


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("3—5年", 3, 5, "year"),
        ("3-5年内", 3, 5, "year"),
        ("3至5年", 3, 5, "year"),
        ("三到五年", 3, 5, "year"),
        ("三五年", 3, 5, "year"),
        ("两三年", 2, 3, "year"),
        ("十多年", 10, None, "year"),
        ("10多年", 10, None, "year"),
        ("10余年", 10, None, "year"),
        ("20年", 20, 20, "year"),
        ("近20年", 20, 20, "year"),
        ("二十年", 20, 20, "year"),
        ("一年", 1, 1, "year"),
        ("一年半", 18, 18, "month"),
        ("半年", 6, 6, "month"),
        ("两个月", 2, 2, "month"),
        ("２个月", 2, 2, "month"),
        ("三个月内", 3, 3, "month"),
        ("2～3个月", 2, 3, "month"),
        ("两个季度", 6, 6, "month"),
        ("半个月", 15, 15, "day"),
        ("15天", 15, 15, "day"),
        ("三十日", 30, 30, "day"),
        ("两周", 2, 2, "week"),
        ("3个星期", 3, 3, "week"),
        ("3–5 years", 3, 5, "year"),
        ("2 months", 2, 2, "month"),
    ],
)
def test_a_duration_means(text, low, high, unit):
    assert parse_duration(text) == Duration(low, high, DurationUnit(unit))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "unreadable"),
        ("X年", "unreadable"),
        ("几年", "unreadable"),
        ("0年", "unreadable"),
        ("2026年", "unreadable"),
        ("6月", "unreadable"),
        ("15个工作日", "unreadable"),
        ("二六年", "unreadable"),
        ("5—3年", "reversed"),
        ("3年" * 31, "too_long"),
    ],
)
def test_a_text_is_no_duration(text, code):
    with pytest.raises(UnreadableDate) as caught:
        parse_duration(text)
    assert caught.value.code == code
