"""The axis of days that charts share: ticks by months, quarters or years, as the length of the span allows."""

from datetime import date
from typing import Any

from tracker import words

STEPS = ((14, 1), (40, 3), (90, 6))
"""Up to so many months on the axis, a tick every so many months; a longer one has a tick a year."""
NARROW = 2.2
"""A phone has room for so many times fewer ticks."""


def days_axis(span: tuple[date, date], *, narrow: bool = False) -> dict[str, Any]:
    """The axis over the days of the span."""
    months = (span[1] - span[0]).days / 30.4 * (NARROW if narrow else 1)
    step = next((step for limit, step in STEPS if months <= limit), 12)
    year, month = ("%Y年", "%-m月") if words.language().startswith("zh") else ("%Y", "%b")
    return {
        "type": "date",
        "range": [span[0].isoformat(), span[1].isoformat()],
        "dtick": f"M{step}",
        "tick0": f"{span[0].year}-01-01",
        "tickformat": year if step >= 12 else f"{month}\n{year}",
        "fixedrange": True,
        "showgrid": False,
    }


def day_format() -> str:
    """How a day is written in what a chart says on hover."""
    return "%Y年%-m月%-d日" if words.language().startswith("zh") else "%-d %b %Y"
