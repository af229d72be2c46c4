"""The calendar in words: what a day is, runs of days, and where the days come from."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tracker import words
from tracker.domain.notices import DayMark

KINDS: Mapping[str, Promise] = {
    "work": gettext_lazy("working day"),
    "rest": gettext_lazy("weekend"),
    "holiday": gettext_lazy("day off"),
    "makeup": gettext_lazy("weekend worked in exchange"),
}

STATUSES: Mapping[str, Promise] = {
    "official": gettext_lazy("Official notice"),
    "estimated": gettext_lazy("Our estimate"),
}


def status(code: str) -> str:
    """Whether a loading was official or our estimate."""
    return str(STATUSES[code])


def month(day: date) -> str:
    """The name of a day's month."""
    return date_format(day, "F")


def weekday(day: date) -> str:
    """The name of a day's weekday."""
    return date_format(day, "l")


def weekdays() -> list[str]:
    """The short names of the weekdays, Monday first: 一, Mon."""
    names = [str(WEEKDAYS_ABBR[number]) for number in range(7)]
    return [name[-1] for name in names] if words.language().startswith("zh") else names


def weekday_names() -> list[str]:
    """The names of the weekdays in full, Monday first: 星期一, Monday."""
    return [str(WEEKDAYS[number]) for number in range(7)]


def working_days(count: int) -> str:
    """A number of working days."""
    return ngettext("%(count)d working day", "%(count)d working days", count) % {"count": count}


def day_title(day: date, kind: str, name: str, *, estimated: bool) -> str:
    """A day in full, for a reader who cannot see the grid: 5 February 2027, Friday: Spring Festival, day off."""
    parts = [name] if name and kind in ("holiday", "makeup") else []
    parts.append(str(KINDS[kind]))
    if estimated:
        parts.append(_("estimated"))
    return _("%(day)s, %(weekday)s: %(what)s") % {
        "day": words.day(day), "weekday": weekday(day), "what": _(", ").join(parts)
    }  # fmt: skip


def mark(found: DayMark) -> str:
    """What a day is, with its holiday."""
    chinese = words.language().startswith("zh")
    name = found.name if chinese or not found.name_en else found.name_en
    what = _("worked") if found.working else _("off")
    return _("%(what)s, %(name)s") % {"what": what, "name": name} if name else what


def runs(days: Sequence[date]) -> str:
    """Days in order, those that follow each other as first to last: 5 – 11 February, 20 February."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and found[-1][1] + timedelta(1) == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return _(", ").join(_short(a) if a == b else f"{_short(a)} – {_short(b)}" for a, b in found)


def _short(day: date) -> str:
    return date_format(day, "n月j日" if words.language().startswith("zh") else "j F")
